/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region_shape.c - spheres, boxes and points at mm coordinates.
 *
 * The lattice of the grid is walked beyond its ends, so that what the field of view cuts
 * off is counted by the same rule as what is in it.
 */
#include "region_internal.h"

#include <math.h>

static const double SLACK_MM = 1e-6;
static const double LARGEST_MM = 300;
static const double MOST_POINTS = 1e9; /* of the lattice: seconds */

typedef struct shape {
    double centre[3];
    double radius;  /* sphere; 0: a box */
    double half[3]; /* of the box that holds it, mm */
    const char *what;
} shape;

static bool holds(const shape *s, const double mm[3])
{
    double square = 0;

    if (s->radius > 0) {
        for (size_t a = 0; a < 3; a++)
            square += (mm[a] - s->centre[a]) * (mm[a] - s->centre[a]);
        return square <= (s->radius + SLACK_MM) * (s->radius + SLACK_MM);
    }
    for (size_t a = 0; a < 3; a++)
        if (fabs(mm[a] - s->centre[a]) > s->half[a] + SLACK_MM)
            return false;
    return true;
}

static vb_status check(const shape *s, vb_error *err)
{
    for (size_t a = 0; a < 3; a++) {
        if (!isfinite(s->centre[a]))
            return vb_fail(err, VB_EINPUT,
                           "coordinate %c of the %s is not a finite number", "xyz"[a],
                           s -> what);
        if (!(s->half[a] > 0 && s->half[a] <= LARGEST_MM))
            return vb_fail(err, VB_EINPUT,
                           "%s of the %s is %g mm; it must be above 0 and at most %g",
                           s->radius > 0 || s->what[0] == 's' ? "radius"
                                                              : "half an edge",
                           s->what, s->half[a], LARGEST_MM);
    }
    return VB_OK;
}

/* "0 ... 10" of the grid in mm along an axis. */
static void extent(const vb_grid *grid, size_t axis, double *low, double *high)
{
    *low = *high = grid->affine[axis][3];
    for (size_t b = 0; b < 3; b++) {
        const double step = grid->affine[axis][b], last = (double)grid->dim[b] - 0.5;

        *low += fmin(step * -0.5, step * last);
        *high += fmax(step * -0.5, step * last);
    }
}

static vb_status fail_outside(const vb_grid *grid, const shape *s, vb_error *err)
{
    double low[3], high[3];

    for (size_t a = 0; a < 3; a++)
        extent(grid, a, &low[a], &high[a]);
    return vb_fail(
        err, VB_EINPUT,
        "the %s at (%g, %g, %g) mm is outside the image, which spans x %g to "
        "%g, y %g to %g, z %g to %g mm",
        s->what, s->centre[0], s->centre[1], s->centre[2], low[0], high[0], low[1],
        high[1], low[2], high[2]);
}

/* Nothing was found although the centre is in the grid: the lattice is too coarse. */
static vb_status fail_empty(const vb_grid *grid, const double inverse[3][4],
                            const shape *s, vb_error *err)
{
    double ijk[3], mm[3], square = 0;

    region_apply(inverse, s->centre, ijk);
    for (size_t a = 0; a < 3; a++)
        if (!(ijk[a] >= -0.5 && ijk[a] < (double)grid->dim[a] - 0.5))
            return fail_outside(grid, s, err);
    for (size_t a = 0; a < 3; a++)
        ijk[a] = floor(ijk[a] + 0.5);
    vb_grid_mm(grid, ijk, mm);
    for (size_t a = 0; a < 3; a++)
        square += (mm[a] - s->centre[a]) * (mm[a] - s->centre[a]);
    return vb_fail(
        err, VB_EINPUT,
        "the %s at (%g, %g, %g) mm holds no voxel centre; the nearest is %.3g "
        "mm away: make it larger, or take the voxel there by point(x, y, z)",
        s->what, s->centre[0], s->centre[1], s->centre[2], sqrt(square));
}

static vb_status walk(const vb_grid *grid, const shape *s, vb_region *region,
                      vb_error *err)
{
    double inverse[3][4], ijk[3], mm[3], at[3], first[3], last[3], points = 1;
    region_list list = {.region = region};
    vb_status status = vb_grid_inverse(grid, inverse, err);

    if (status != VB_OK)
        return status;
    region_apply((const double(*)[4])inverse, s->centre, at);
    for (size_t a = 0; a < 3; a++) {
        double reach = 1e-6;

        for (size_t b = 0; b < 3; b++)
            reach += fabs(inverse[a][b]) * s->half[b];
        first[a] = ceil(at[a] - reach);
        last[a] = floor(at[a] + reach);
        points *= last[a] < first[a] ? 0 : last[a] - first[a] + 1;
    }
    if (!(points <= MOST_POINTS))
        return vb_fail(err, VB_EINPUT,
                       "the %s spans %g voxels: too large for this grid", s->what,
                       points);
    for (ijk[2] = first[2]; ijk[2] <= last[2]; ijk[2]++)
        for (ijk[1] = first[1]; ijk[1] <= last[1]; ijk[1]++)
            for (ijk[0] = first[0]; ijk[0] <= last[0]; ijk[0]++) {
                size_t v[3];

                vb_grid_mm(grid, ijk, mm);
                if (!holds(s, mm))
                    continue;
                region->n_whole++;
                if (!region_nearest(ijk[0], grid->dim[0], &v[0]) ||
                    !region_nearest(ijk[1], grid->dim[1], &v[1]) ||
                    !region_nearest(ijk[2], grid->dim[2], &v[2]))
                    continue;
                region->n_inside++;
                region_put(&list, v[0] + grid->dim[0] * (v[1] + grid->dim[1] * v[2]),
                           1);
            }
    status = region_done(&list, err);
    return status != VB_OK ? status
           : region->n     ? VB_OK
                           : fail_empty(grid, (const double(*)[4])inverse, s, err);
}

static vb_status make(const vb_grid *grid, const shape *s, vb_region *region,
                      vb_error *err)
{
    vb_region made = {0};
    vb_status status = check(s, err);

    if (status == VB_OK)
        status = walk(grid, s, &made, err);
    if (status == VB_OK)
        *region = made;
    else
        vb_region_free(&made);
    return status;
}

vb_status vb_region_sphere(const vb_grid *grid, const double centre_mm[3],
                           double radius_mm, vb_region *region, vb_error *err)
{
    const shape s = {.centre = {centre_mm[0], centre_mm[1], centre_mm[2]},
                     .radius = radius_mm,
                     .half = {radius_mm, radius_mm, radius_mm},
                     .what = "sphere"};

    return make(grid, &s, region, err);
}

vb_status vb_region_box(const vb_grid *grid, const double centre_mm[3],
                        const double size_mm[3], vb_region *region, vb_error *err)
{
    const shape s = {.centre = {centre_mm[0], centre_mm[1], centre_mm[2]},
                     .half = {size_mm[0] / 2, size_mm[1] / 2, size_mm[2] / 2},
                     .what = "box"};

    return make(grid, &s, region, err);
}

vb_status vb_region_point(const vb_grid *grid, const double at_mm[3], vb_region *region,
                          vb_error *err)
{
    const shape s = {.centre = {at_mm[0], at_mm[1], at_mm[2]},
                     .half = {1, 1, 1},
                     .what = "point"};
    double inverse[3][4], ijk[3];
    size_t v[3];
    vb_region made = {0};
    region_list list = {.region = &made};
    vb_status status = check(&s, err);

    if (status == VB_OK)
        status = vb_grid_inverse(grid, inverse, err);
    if (status != VB_OK)
        return status;
    region_apply((const double(*)[4])inverse, at_mm, ijk);
    for (size_t a = 0; a < 3; a++)
        if (!region_nearest(ijk[a], grid->dim[a], &v[a]))
            return fail_outside(grid, &s, err);
    region_put(&list, v[0] + grid->dim[0] * (v[1] + grid->dim[1] * v[2]), 1);
    made.n_whole = made.n_inside = 1;
    status = region_done(&list, err);
    if (status == VB_OK)
        *region = made;
    return status;
}
