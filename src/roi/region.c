/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region.c - grids, lists of voxels, union and intersection. */
#include "region_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void vb_region_free(vb_region *region)
{
    free(region->voxel);
    free(region->weight);
    *region = (vb_region){0};
}

double vb_region_inside(const vb_region *region)
{
    return region->n_whole ? (double)region->n_inside / (double)region->n_whole : 0;
}

/* ---- grids ---- */

void region_apply(const double m[3][4], const double x[3], double out[3])
{
    for (size_t a = 0; a < 3; a++)
        out[a] = m[a][0] * x[0] + m[a][1] * x[1] + m[a][2] * x[2] + m[a][3];
}

void vb_grid_mm(const vb_grid *grid, const double ijk[3], double mm[3])
{
    region_apply(grid->affine, ijk, mm);
}

static double minor_of(const double m[3][4], size_t row, size_t col)
{
    const size_t r0 = (row + 1) % 3, r1 = (row + 2) % 3;
    const size_t c0 = (col + 1) % 3, c1 = (col + 2) % 3;

    return m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
}

vb_status vb_grid_inverse(const vb_grid *grid, double inverse[3][4], vb_error *err)
{
    const double(*m)[4] = grid->affine;
    double det = 0, out[3][4];

    for (size_t c = 0; c < 3; c++)
        det += m[0][c] * minor_of(m, 0, c);
    if (!isfinite(det) || !(fabs(det) > 0))
        return vb_fail(err, VB_EINPUT, "affine of the grid is singular");
    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < 3; b++)
            out[a][b] = minor_of(m, b, a) / det;
    for (size_t a = 0; a < 3; a++)
        out[a][3] = -(out[a][0] * m[0][3] + out[a][1] * m[1][3] + out[a][2] * m[2][3]);
    memcpy(inverse, out, sizeof out);
    return VB_OK;
}

bool region_nearest(double x, size_t n, size_t *i)
{
    const double at = floor(x + 0.5);

    if (!(at >= 0 && at < (double)n))
        return false;
    *i = (size_t)at;
    return true;
}

/* ---- lists ---- */

static bool grow(region_list *list)
{
    vb_region *r = list->region;
    const size_t capacity = list->capacity ? 2 * list->capacity : 256;
    size_t *voxel = realloc(r->voxel, capacity * sizeof *voxel);
    double *weight;

    if (voxel)
        r->voxel = voxel;
    weight = voxel ? realloc(r->weight, capacity * sizeof *weight) : NULL;
    if (!weight)
        return false;
    r->weight = weight;
    list->capacity = capacity;
    return true;
}

void region_put(region_list *list, size_t voxel, double weight)
{
    vb_region *r = list->region;

    if (list->lost || (r->n == list->capacity && !grow(list))) {
        list->lost = true;
        return;
    }
    r->voxel[r->n] = voxel;
    r->weight[r->n++] = weight;
}

vb_status region_done(region_list *list, vb_error *err)
{
    if (!list->lost)
        return VB_OK;
    vb_region_free(list->region);
    return vb_fail_memory(err, list->capacity * 2 * sizeof(double));
}

/* ---- sets ---- */

/* Walks two ascending lists together. */
static vb_status combine(const vb_region *a, const vb_region *b, bool both,
                         vb_region *out, vb_error *err)
{
    region_list list = {.region = out};
    size_t i = 0, j = 0;

    *out = (vb_region){0};
    while (i < a->n || j < b->n) {
        const size_t va = i < a->n ? a->voxel[i] : VB_NONE;
        const size_t vb = j < b->n ? b->voxel[j] : VB_NONE;

        if (va == vb)
            region_put(&list, va,
                       both ? fmin(a->weight[i], b->weight[j])
                            : fmax(a->weight[i], b->weight[j]));
        else if (!both)
            region_put(&list, va < vb ? va : vb, va < vb ? a->weight[i] : b->weight[j]);
        i += va <= vb;
        j += vb <= va;
    }
    return region_done(&list, err);
}

vb_status vb_region_union(const vb_region *a, const vb_region *b, vb_region *out,
                          vb_error *err)
{
    vb_region made;
    const vb_status status = combine(a, b, false, &made, err);

    if (status != VB_OK)
        return status;
    made.n_whole = a->n_whole + b->n_whole;
    made.n_inside = a->n_inside + b->n_inside;
    *out = made;
    return VB_OK;
}

vb_status vb_region_intersection(const vb_region *a, const vb_region *b, vb_region *out,
                                 vb_error *err)
{
    vb_region made;
    const vb_region *worse = vb_region_inside(a) <= vb_region_inside(b) ? a : b;
    const vb_status status = combine(a, b, true, &made, err);

    if (status != VB_OK)
        return status;
    made.n_whole = worse->n_whole;
    made.n_inside = worse->n_inside;
    if (!made.n) {
        vb_region_free(&made);
        return vb_fail(err, VB_EINPUT,
                       "the intersection is empty: %zu and %zu voxels, none in common",
                       a->n, b->n);
    }
    *out = made;
    return VB_OK;
}
