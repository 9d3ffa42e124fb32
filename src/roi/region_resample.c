/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region_resample.c - regions from an image on another grid.
 *
 * The centre of every voxel of the grid is looked up in the image: the label of the voxel it
 * falls in, or the probability between the eight voxels around it.
 */
#include "region_internal.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

double vb_volume_at(const vb_volume *volume, size_t v)
{
    double stored = 0;

    switch (volume->type) {
    case VB_SAMPLE_INT16:
        stored = ((const int16_t *)volume->values)[v];
        break;
    case VB_SAMPLE_FLOAT32:
        stored = (double)((const float *)volume->values)[v];
        break;
    case VB_SAMPLE_FLOAT64:
        stored = ((const double *)volume->values)[v];
        break;
    }
    return volume->slope * stored + volume->inter;
}

typedef struct lookup {
    const vb_grid *grid;
    const vb_volume *image;
    size_t n_labels;
    const double *labels;
    double threshold;
    bool linear, each;     /* each: a region of its own for every label */
    double to_image[3][4]; /* index of the grid to index of the image */
    double to_grid[3][4];
} lookup;

static void compose(const double a[3][4], const double b[3][4], double out[3][4])
{
    for (size_t r = 0; r < 3; r++)
        for (size_t c = 0; c < 4; c++)
            out[r][c] = a[r][0] * b[0][c] + a[r][1] * b[1][c] + a[r][2] * b[2][c] +
                        (c == 3 ? a[r][3] : 0);
}

static const double LABEL_SLACK = 1e-3; /* labels are whole; floats may be off */

/* Label nearest to value among the ascending ones; VB_NONE: none. */
static size_t label_of(const lookup *l, double value)
{
    size_t low = 0, high = l->n_labels;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (fabs(value - l->labels[middle]) < LABEL_SLACK)
            return middle;
        if (value < l->labels[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return VB_NONE;
}

/* The region a value belongs to; VB_NONE: none. */
static size_t region_of(const lookup *l, double value)
{
    size_t label;

    if (l->linear)
        return value >= l->threshold ? 0 : VB_NONE;
    if (!l->n_labels)
        return isfinite(value) && fabs(value) > 0 ? 0 : VB_NONE;
    label = isfinite(value) ? label_of(l, value) : VB_NONE;
    return label == VB_NONE || l->each ? label : 0;
}

static double nearest_value(const lookup *l, const double at[3])
{
    const size_t *dim = l->image->grid.dim;
    size_t v[3];

    for (size_t a = 0; a < 3; a++)
        if (!region_nearest(at[a], dim[a], &v[a]))
            return (double)NAN;
    return vb_volume_at(l->image, v[0] + dim[0] * (v[1] + dim[1] * v[2]));
}

static double linear_value(const lookup *l, const double at[3])
{
    const size_t *dim = l->image->grid.dim;
    size_t base[3], step[3];
    double part[3], sum = 0;

    for (size_t a = 0; a < 3; a++) {
        const double top = (double)dim[a] - 1, slack = 1e-9;
        const double x = at[a] < 0 && at[a] > -slack          ? 0
                         : at[a] > top && at[a] < top + slack ? top
                                                              : at[a];

        if (!(x >= 0 && x <= top))
            return 0;
        base[a] = (size_t)floor(x);
        part[a] = x - floor(x);
        step[a] = base[a] + 1 < dim[a];
    }
    for (size_t corner = 0; corner < 8; corner++) {
        size_t v[3];
        double weight = 1, value;

        for (size_t a = 0; a < 3; a++) {
            const size_t up = corner >> a & 1;

            v[a] = base[a] + (up ? step[a] : 0);
            weight *= up ? part[a] : 1 - part[a];
        }
        value = vb_volume_at(l->image, v[0] + dim[0] * (v[1] + dim[1] * v[2]));
        if (weight > 0 && isfinite(value))
            sum += weight * value;
    }
    return sum;
}

/* How much of the regions the grid has: in voxels of the image. */
static void count_whole(const lookup *l, vb_region regions[])
{
    const size_t *dim = l->image->grid.dim;
    size_t v = 0;

    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++, v++) {
                const size_t r = region_of(l, vb_volume_at(l->image, v));
                const double ijk[3] = {(double)i, (double)j, (double)k};
                double at[3];
                size_t ignored;

                if (r == VB_NONE)
                    continue;
                region_apply(l->to_grid, ijk, at);
                regions[r].n_whole++;
                regions[r].n_inside +=
                    region_nearest(at[0], l->grid->dim[0], &ignored) &&
                    region_nearest(at[1], l->grid->dim[1], &ignored) &&
                    region_nearest(at[2], l->grid->dim[2], &ignored);
            }
}

static void find_voxels(const lookup *l, region_list lists[])
{
    const size_t *dim = l->grid->dim;
    size_t v = 0;

    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++, v++) {
                const double ijk[3] = {(double)i, (double)j, (double)k};
                double at[3], value;
                size_t r;

                region_apply(l->to_image, ijk, at);
                value = l->linear ? linear_value(l, at) : nearest_value(l, at);
                r = region_of(l, value);
                if (r != VB_NONE)
                    region_put(&lists[r], v, l->linear ? value : 1);
            }
}

static vb_status judge(const lookup *l, const vb_region *region, vb_error *err)
{
    if (!region->n_whole)
        return vb_fail(err, VB_EINPUT,
                       l->linear     ? "no voxel of the image reaches the threshold %g"
                       : l->n_labels ? "no voxel of the image has the label %g"
                                     : "mask is empty: no voxel is other than %g",
                       l->linear     ? l->threshold
                       : l->n_labels ? l->labels[0]
                                     : 0.0);
    if (!region->n_inside)
        return vb_fail(err, VB_EINPUT,
                       "all %zu voxels of the region lie outside the field of view of "
                       "the image it is wanted on",
                       region->n_whole);
    if (!region->n)
        return vb_fail(err, VB_EINPUT,
                       "no voxel centre of the image falls into the %zu voxels of the "
                       "region: it is too small for this grid",
                       region->n_whole);
    return VB_OK;
}

static vb_status prepare(lookup *l, vb_error *err)
{
    double of_image[3][4], of_grid[3][4];
    vb_status status = vb_grid_inverse(&l->image->grid, of_image, err);

    if (status == VB_OK)
        status = vb_grid_inverse(l->grid, of_grid, err);
    if (status != VB_OK)
        return status;
    compose((const double(*)[4])of_image, l->grid->affine, l->to_image);
    compose((const double(*)[4])of_grid, l->image->grid.affine, l->to_grid);
    return VB_OK;
}

static vb_status look_up(lookup *l, vb_region *region, vb_error *err)
{
    vb_region made = {0};
    region_list list = {.region = &made};
    vb_status status = prepare(l, err);

    if (status != VB_OK)
        return status;
    count_whole(l, &made);
    find_voxels(l, &list);
    status = region_done(&list, err);
    if (status == VB_OK)
        status = judge(l, &made, err);
    if (status == VB_OK)
        *region = made;
    else
        vb_region_free(&made);
    return status;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

vb_status vb_region_labels(const vb_grid *grid, const vb_volume *image, size_t n_labels,
                           const double labels[], vb_region *region, vb_error *err)
{
    double *sorted = malloc((n_labels + 1) * sizeof *sorted);
    lookup l = {.grid = grid, .image = image, .n_labels = n_labels, .labels = sorted};
    vb_status status;

    if (!sorted)
        return vb_fail_memory(err, n_labels * sizeof *sorted);
    if (n_labels)
        memcpy(sorted, labels, n_labels * sizeof *sorted);
    qsort(sorted, n_labels, sizeof *sorted, ascending);
    status = look_up(&l, region, err);
    free(sorted);
    return status;
}

vb_status vb_region_labels_each(const vb_grid *grid, const vb_volume *image,
                                size_t n_labels, const double labels[],
                                vb_region regions[], vb_error *err)
{
    lookup l = {.grid = grid,
                .image = image,
                .n_labels = n_labels,
                .labels = labels,
                .each = true};
    region_list *lists = calloc(n_labels + 1, sizeof *lists);
    vb_status status =
        lists ? prepare(&l, err) : vb_fail_memory(err, n_labels * sizeof *lists);

    for (size_t i = 0; i < n_labels; i++) {
        regions[i] = (vb_region){0};
        if (lists)
            lists[i].region = &regions[i];
    }
    if (status == VB_OK) {
        count_whole(&l, regions);
        find_voxels(&l, lists);
    }
    for (size_t i = 0; i < n_labels && status == VB_OK; i++)
        status = region_done(&lists[i], err);
    for (size_t i = 0; i < n_labels && status != VB_OK; i++)
        vb_region_free(&regions[i]);
    free(lists);
    return status;
}

vb_status vb_region_probability(const vb_grid *grid, const vb_volume *image,
                                double threshold, vb_region *region, vb_error *err)
{
    lookup l = {.grid = grid, .image = image, .linear = true, .threshold = threshold};

    if (!(isfinite(threshold) && threshold > 0))
        return vb_fail(err, VB_EINPUT,
                       "threshold of the probability is %g; it must be above 0",
                       threshold);
    return look_up(&l, region, err);
}
