/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mosaic_view.c - what all slices of a picture share: the way from mm to voxels, the
 * extent of the brain, the greys and the end of the colour scale.
 */
#include "mosaic_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shares of the sorted values: a few bright vessels shall not darken the rest. */
static const double dark_share = 0.02, bright_share = 0.98, top_share = 0.995;

static bool invert(const double a[3][4], double inverse[3][4])
{
    double det = 0, edges = 1;

    for (size_t i = 0; i < 3; i++) {
        det += a[0][i] * (a[1][(i + 1) % 3] * a[2][(i + 2) % 3] -
                          a[1][(i + 2) % 3] * a[2][(i + 1) % 3]);
        edges *= sqrt(a[0][i] * a[0][i] + a[1][i] * a[1][i] + a[2][i] * a[2][i]);
    }
    if (!(fabs(det) > 1e-6 * edges) || !isfinite(det))
        return false;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            const size_t r1 = (j + 1) % 3, r2 = (j + 2) % 3;
            const size_t c1 = (i + 1) % 3, c2 = (i + 2) % 3;

            inverse[i][j] = (a[r1][c1] * a[r2][c2] - a[r1][c2] * a[r2][c1]) / det;
        }
    for (size_t i = 0; i < 3; i++)
        inverse[i][3] = -inverse[i][0] * a[0][3] - inverse[i][1] * a[1][3] -
                        inverse[i][2] * a[2][3];
    return true;
}

static bool counts(const vb_mosaic *m, size_t v)
{
    return !m->mask || m->mask[v];
}

/* The mm box around the voxels that count.  False: there are none. */
static bool find_extent(const vb_mosaic *m, vb_view *view)
{
    const double(*a)[4] = m->affine;
    size_t v = 0, n = 0;

    for (size_t i = 0; i < 3; i++) {
        view->low[i] = (double)INFINITY;
        view->high[i] = -(double)INFINITY;
    }
    for (size_t k = 0; k < m->dim[2]; k++)
        for (size_t j = 0; j < m->dim[1]; j++)
            for (size_t i = 0; i < m->dim[0]; i++, v++) {
                if (!counts(m, v))
                    continue;
                n++;
                for (size_t d = 0; d < 3; d++) {
                    const double half =
                        0.5 * (fabs(a[d][0]) + fabs(a[d][1]) + fabs(a[d][2]));
                    const double mm = a[d][0] * (double)i + a[d][1] * (double)j +
                                      a[d][2] * (double)k + a[d][3];

                    view->low[d] = fmin(view->low[d], mm - half);
                    view->high[d] = fmax(view->high[d], mm + half);
                }
            }
    return n > 0;
}

static int upwards(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double share_of(const double sorted[], size_t n, double share)
{
    return n ? sorted[(size_t)(share * (double)(n - 1) + 0.5)] : 0;
}

/* The next number with two digits that is not below x. */
static double round_up(double x)
{
    double unit = 1;

    while (unit * 10 > x)
        unit /= 10;
    while (unit * 100 <= x)
        unit *= 10;
    return ceil(x / unit - 1e-9) * unit;
}

static void find_maximum(const vb_mosaic *m, size_t n_vox, double work[], vb_view *view)
{
    size_t n = 0;
    double top;

    for (size_t v = 0; v < n_vox; v++) {
        const double size = m->positive_only ? m->values[v] : fabs(m->values[v]);

        if (counts(m, v) && isfinite(size) && size > 0 && size >= m->threshold)
            work[n++] = size;
    }
    qsort(work, n, sizeof *work, upwards);
    top = share_of(work, n, top_share);
    /* a scale of some length, also when little or nothing is above */
    top = fmax(top, m->threshold > 0 ? 1.5 * m->threshold : 1e-300);
    view->maximum = m->maximum > 0          ? m->maximum
                    : n || m->threshold > 0 ? round_up(top)
                                            : 1;
}

static void find_greys(const vb_mosaic *m, size_t n_vox, double work[], vb_view *view)
{
    size_t n = 0;

    view->dark = 0;
    view->bright = 1;
    if (!m->background)
        return;
    for (size_t v = 0; v < n_vox; v++)
        if (counts(m, v) && isfinite(m->background[v]))
            work[n++] = m->background[v];
    qsort(work, n, sizeof *work, upwards);
    view->bright = share_of(work, n, bright_share);
    view->dark = fmin(0, share_of(work, n, dark_share));
    if (!(view->bright > view->dark))
        view->bright = view->dark + 1;
}

vb_status vb_view_make(const vb_mosaic *m, vb_view *view, vb_error *err)
{
    static const vb_axes axes[] =
        {[VB_AXIAL] = {0, 1, 2}, [VB_SAGITTAL] = {1, 2, 0}, [VB_CORONAL] = {0, 2, 1}};
    const size_t n_vox = m->dim[0] * m->dim[1] * m->dim[2];
    double *work;

    *view = (vb_view){.mosaic = m, .axes = axes[m->plane], .threshold = m->threshold};
    if (!invert(m->affine, view->inverse))
        return vb_fail(err, VB_EINPUT, "mosaic: the affine of the map is singular");
    if (!find_extent(m, view))
        return vb_fail(err, VB_EINPUT, "mosaic: no voxel is in the mask");
    work = malloc((n_vox + 1) * sizeof *work);
    if (!work)
        return vb_fail_memory(err, n_vox * sizeof *work);
    find_maximum(m, n_vox, work, view);
    find_greys(m, n_vox, work, view);
    free(work);
    return VB_OK;
}
