/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smooth.c - plans of Gaussian smoothing, and volumes in and out of the box they work in. */
#include "smooth_internal.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double cut_off_sd = 4;
static const double fwhm_per_sd = 2.354820045030949382023; /* sqrt(8 ln 2) */

static void *take(size_t n, size_t size)
{
    return n < PTRDIFF_MAX / size - 1 ? malloc((n + 1) * size) : NULL;
}

static vb_status make_taps(vb_smooth *plan, const double voxel_mm[3],
                           const double fwhm_mm[3], vb_error *err)
{
    for (size_t i = 0; i < 3; i++) {
        const double sd = fwhm_mm[i] / fwhm_per_sd / voxel_mm[i];
        double sum = 1;

        if (!(fwhm_mm[i] >= 0) || !(sd < (double)plan->dim[i] + 1))
            return vb_fail(
                err, VB_EDOM,
                "smoothing: FWHM %g mm along axis %zu, expected 0 or more, and "
                "less than the image of %zu x %g mm",
                fwhm_mm[i], i + 1, plan->dim[i], voxel_mm[i]);
        plan->radius[i] = (size_t)(cut_off_sd * sd + 0.5);
        plan->taps[i] = take(plan->radius[i] + 1, sizeof *plan->taps[i]);
        if (!plan->taps[i])
            return vb_fail_memory(err, plan->radius[i] * sizeof *plan->taps[i]);
        plan->taps[i][0] = 1;
        for (size_t j = 1; j <= plan->radius[i]; j++) {
            plan->taps[i][j] = exp(-0.5 * pow((double)j / sd, 2));
            sum += 2 * plan->taps[i][j];
        }
        for (size_t j = 0; j <= plan->radius[i]; j++)
            plan->taps[i][j] /= sum;
    }
    return VB_OK;
}

/* Runs of the rows of the box: where one starts in the volume. */
static size_t row_start(const vb_smooth *plan, size_t y, size_t z)
{
    return plan->low[0] +
           plan->dim[0] * (plan->low[1] + y + plan->dim[1] * (plan->low[2] + z));
}

static void find_box(vb_smooth *plan, const uint8_t mask[])
{
    size_t high[3] = {0};
    size_t at[3], v = 0;

    memcpy(plan->low, plan->dim, sizeof plan->low);
    for (at[2] = 0; at[2] < plan->dim[2]; at[2]++)
        for (at[1] = 0; at[1] < plan->dim[1]; at[1]++)
            for (at[0] = 0; at[0] < plan->dim[0]; at[0]++, v++)
                for (size_t i = 0; (!mask || mask[v]) && i < 3; i++) {
                    plan->low[i] = at[i] < plan->low[i] ? at[i] : plan->low[i];
                    high[i] = at[i] + 1 > high[i] ? at[i] + 1 : high[i];
                }
    for (size_t i = 0; i < 3; i++)
        plan->size[i] = high[i] > plan->low[i] ? high[i] - plan->low[i] : 0;
    plan->n_box = plan->size[0] * plan->size[1] * plan->size[2];
}

static void copy_mask(vb_smooth *plan, const uint8_t mask[])
{
    uint8_t *to = plan->mask;

    for (size_t z = 0; z < plan->size[2]; z++)
        for (size_t y = 0; y < plan->size[1]; y++)
            for (size_t x = 0; x < plan->size[0]; x++)
                *to++ = mask ? mask[row_start(plan, y, z) + x] != 0 : 1;
}

static vb_status weigh(vb_smooth *plan, vb_error *err)
{
    vb_smooth_work *work = NULL;
    vb_status status = vb_smooth_work_alloc(plan, &work, err);

    if (status != VB_OK)
        return status;
    for (size_t v = 0; v < plan->n_box; v++)
        plan->weight[v] = plan->mask[v];
    vb_smooth_passes_double(plan, plan->weight, work->b, work->row);
    for (size_t v = 0; v < plan->n_box; v++)
        plan->weight_float[v] = (float)plan->weight[v];
    vb_smooth_work_free(work);
    return VB_OK;
}

vb_status vb_smooth_alloc(const size_t dim[3], const double voxel_mm[3],
                          const double fwhm_mm[3], const uint8_t mask[],
                          vb_smooth **plan, vb_error *err)
{
    vb_smooth *p = calloc(1, sizeof *p);
    vb_status status;

    if (!p)
        return vb_fail_memory(err, sizeof *p);
    memcpy(p->dim, dim, sizeof p->dim);
    status = make_taps(p, voxel_mm, fwhm_mm, err);
    if (status != VB_OK)
        goto done;
    find_box(p, mask);
    p->mask = take(p->n_box, sizeof *p->mask);
    p->weight = take(p->n_box, sizeof *p->weight);
    p->weight_float = take(p->n_box, sizeof *p->weight_float);
    if (!p->mask || !p->weight || !p->weight_float) {
        status = vb_fail_memory(err, p->n_box * sizeof *p->weight);
        goto done;
    }
    copy_mask(p, mask);
    status = weigh(p, err);
done:
    if (status != VB_OK)
        vb_smooth_free(p);
    else
        *plan = p;
    return status;
}

void vb_smooth_free(vb_smooth *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < 3; i++)
        free(plan->taps[i]);
    free(plan->mask);
    free(plan->weight);
    free(plan->weight_float);
    free(plan);
}

vb_status vb_smooth_work_alloc(const vb_smooth *plan, vb_smooth_work **work,
                               vb_error *err)
{
    vb_smooth_work *w = calloc(1, sizeof *w);

    if (w) {
        w->a = take(plan->n_box, sizeof(double));
        w->b = take(plan->n_box, sizeof(double));
        w->w = take(plan->n_box, sizeof(double));
        w->row = take(plan->size[0] + 2 * plan->radius[0], sizeof(double));
    }
    if (!w || !w->a || !w->b || !w->w || !w->row) {
        vb_smooth_work_free(w);
        return vb_fail_memory(err, 3 * plan->n_box * sizeof(double));
    }
    *work = w;
    return VB_OK;
}

void vb_smooth_work_free(vb_smooth_work *work)
{
    if (!work)
        return;
    free(work->a);
    free(work->b);
    free(work->w);
    free(work->row);
    free(work);
}

/* Float and double differ in nothing but the type: see smooth_kernel.c. */
#define REAL float
#define NAME(name) name##_float
#define WEIGHT(plan) ((plan)->weight_float)
#include "smooth_volume.h"
#undef REAL
#undef NAME
#undef WEIGHT

#define REAL double
#define NAME(name) name##_double
#define WEIGHT(plan) ((plan)->weight)
#include "smooth_volume.h"
