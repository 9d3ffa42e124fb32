/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth_passes.h - the three passes, for float and for double: smooth_kernel.c includes
 * this twice, with REAL and NAME set.  Innermost loops run over neighbouring voxels with
 * unit stride, so that they become vector instructions; each output is summed in the order
 * of the taps, whatever the vector width.
 */

/* out[i] = sum_j taps[j] (p[i - j] + p[i + j]), p with radius zeros on either side */
static void NAME(along_x)(size_t n, size_t radius, const double *taps,
                          const REAL *restrict p, REAL *restrict out)
{
    const REAL centre = (REAL)taps[0];

    for (size_t i = 0; i < n; i++)
        out[i] = centre * p[i];
    for (size_t j = 1; j <= radius; j++) {
        const REAL tap = (REAL)taps[j];
        const REAL *restrict before = p - j, *restrict after = p + j;

        for (size_t i = 0; i < n; i++)
            out[i] += tap * (before[i] + after[i]);
    }
}

/* One stretch of n neighbouring voxels at place `at` of an axis of `count` places that lie
 * `step` voxels apart. */
static void NAME(across)(size_t n, size_t at, size_t count, size_t step, size_t radius,
                         const double *taps, const REAL *restrict in,
                         REAL *restrict out)
{
    const REAL centre = (REAL)taps[0];

    for (size_t i = 0; i < n; i++)
        out[i] = centre * in[i];
    for (size_t j = 1; j <= radius; j++) {
        const REAL tap = (REAL)taps[j];
        const bool has_before = at >= j, has_after = at + j < count;

        if (has_before && has_after) {
            const REAL *restrict before = in - j * step, *restrict after =
                                                             in + j * step;

            for (size_t i = 0; i < n; i++)
                out[i] += tap * (before[i] + after[i]);
        } else if (has_before || has_after) {
            const REAL *restrict one = has_before ? in - j * step : in + j * step;

            for (size_t i = 0; i < n; i++)
                out[i] += tap * one[i];
        }
    }
}

void NAME(vb_smooth_passes)(const vb_smooth *plan, REAL *a, REAL *b, REAL *row)
{
    const size_t nx = plan->size[0], ny = plan->size[1], nz = plan->size[2];
    const size_t slice = nx * ny, stretch = 512;
    REAL *middle = row + plan->radius[0];

    memset(row, 0, (nx + 2 * plan->radius[0]) * sizeof *row);
    for (size_t r = 0; r < ny * nz; r++) {
        memcpy(middle, a + r * nx, nx * sizeof *row);
        NAME(along_x)(nx, plan->radius[0], plan->taps[0], middle, a + r * nx);
    }
    for (size_t z = 0; z < nz; z++)
        for (size_t y = 0; y < ny; y++)
            NAME(across)
    (nx, y, ny, nx, plan->radius[1], plan->taps[1], a + z * slice + y * nx,
     b + z * slice + y * nx);
    /* stretches short enough that those of all slices stay in the cache */
    for (size_t i = 0; i < slice; i += stretch)
        for (size_t z = 0; z < nz; z++)
            NAME(across)
    (slice - i < stretch ? slice - i : stretch, z, nz, slice, plan->radius[2],
     plan->taps[2], b + z * slice + i, a + z * slice + i);
}
