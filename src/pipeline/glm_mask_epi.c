/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_mask_epi.c - the brain in a mean EPI image, as nilearn's compute_epi_mask finds it.
 *
 * The mean image is smoothed by 1 mm; of its sorted values between the quantiles .2 and
 * .85 the widest gap is sought, and its middle is the threshold (T. Nichols' rule).  Then:
 * eroded twice, the largest connected part, dilated four times, eroded twice; neighbours
 * share a face, and nothing outside the image is inside the mask.
 * Source: nilearn/masking.py, compute_epi_mask with its defaults.
 */
#include "glm_internal.h"
#include "valuebold/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LOWER = 0.2, UPPER = 0.85; /* quantiles */
static const double SMOOTH_MM = 1;
enum { OPENING = 2 };

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static vb_status smooth(const vb_nifti_header *grid, double mean[], vb_error *err)
{
    double fwhm_mm[3] = {0, 0, 0};
    vb_smooth *plan = NULL;
    vb_smooth_work *work = NULL;
    vb_status status;

    for (size_t a = 0; a < 3; a++) /* along a single slice there is nothing to mix */
        if (grid->dim[a] > 1 && SMOOTH_MM < grid->voxel_mm[a] * (double)grid->dim[a])
            fwhm_mm[a] = SMOOTH_MM;
    status = vb_smooth_alloc(grid->dim, grid->voxel_mm, fwhm_mm, NULL, &plan, err);
    if (status == VB_OK)
        status = vb_smooth_work_alloc(plan, &work, err);
    if (status == VB_OK)
        vb_smooth_double(plan, work, mean);
    vb_smooth_work_free(work);
    vb_smooth_free(plan);
    return status;
}

static vb_status find_threshold(size_t n, const double mean[], double *threshold,
                                vb_error *err)
{
    const size_t lower = (size_t)floor(LOWER * (double)n);
    size_t upper = (size_t)floor(UPPER * (double)n), best = lower;
    double *sorted = malloc(n * sizeof *sorted);

    if (!sorted)
        return vb_fail_memory(err, n * sizeof *sorted);
    memcpy(sorted, mean, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    if (upper > n - 1)
        upper = n - 1;
    for (size_t i = lower; i < upper; i++)
        if (sorted[i + 1] - sorted[i] > sorted[best + 1] - sorted[best])
            best = i;
    *threshold = best < n - 1 ? 0.5 * (sorted[best] + sorted[best + 1]) : sorted[best];
    free(sorted);
    return VB_OK;
}

/* One step: eroded (grow false) a voxel stays when its six neighbours are in, dilated it
 * comes in when one of them is. */
static void step(const size_t dim[3], bool grow, const uint8_t in[], uint8_t out[])
{
    const size_t stride[3] = {1, dim[0], dim[0] * dim[1]};

    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++) {
                const size_t at[3] = {i, j, k};
                const size_t v = i + dim[0] * (j + dim[1] * k);
                bool all = in[v], any = in[v];

                for (size_t a = 0; a < 3; a++) {
                    const bool before = at[a] > 0 && in[v - stride[a]];
                    const bool after = at[a] + 1 < dim[a] && in[v + stride[a]];

                    all = all && before && after;
                    any = any || before || after;
                }
                out[v] = grow ? any : all;
            }
}

static void steps(const size_t dim[3], size_t n_vox, bool grow, int n, uint8_t mask[],
                  uint8_t scratch[])
{
    for (int i = 0; i < n; i++) {
        step(dim, grow, mask, scratch);
        memcpy(mask, scratch, n_vox);
    }
}

/* Leaves only the largest part, the first of several as large. */
static vb_status keep_largest(const size_t dim[3], size_t n_vox, uint8_t mask[],
                              vb_error *err)
{
    int32_t *labels = malloc(n_vox * sizeof *labels), largest = 0;
    size_t *size = NULL, n = 0;
    vb_status status = labels ? vb_label_components(dim, mask, 6, labels, &n, err)
                              : vb_fail_memory(err, n_vox * sizeof *labels);

    if (status == VB_OK) {
        size = calloc(n + 1, sizeof *size);
        if (!size)
            status = vb_fail_memory(err, (n + 1) * sizeof *size);
    }
    for (size_t v = 0; status == VB_OK && v < n_vox; v++)
        size[labels[v]] += labels[v] > 0;
    for (size_t i = 1; status == VB_OK && i <= n; i++)
        if (size[i] > size[largest])
            largest = (int32_t)i;
    for (size_t v = 0; status == VB_OK && v < n_vox; v++)
        mask[v] = labels[v] > 0 && labels[v] == largest;
    free(size);
    free(labels);
    return status;
}

vb_status glm_mask_epi(const vb_nifti_header *grid, double mean[], uint8_t mask[],
                       vb_error *err)
{
    const size_t n = grid->n_vox;
    uint8_t *scratch = malloc(n);
    double threshold = 0;
    vb_status status = VB_OK;

    if (!scratch)
        return vb_fail_memory(err, n);
    for (size_t v = 0; v < n; v++)
        if (!isfinite(mean[v]))
            mean[v] = 0;
    status = smooth(grid, mean, err);
    if (status == VB_OK)
        status = find_threshold(n, mean, &threshold, err);
    for (size_t v = 0; v < n; v++)
        mask[v] = mean[v] >= threshold;
    steps(grid->dim, n, false, OPENING, mask, scratch);
    if (status == VB_OK)
        status = keep_largest(grid->dim, n, mask, err);
    steps(grid->dim, n, true, 2 * OPENING, mask, scratch);
    steps(grid->dim, n, false, OPENING, mask, scratch);
    free(scratch);
    return status;
}
