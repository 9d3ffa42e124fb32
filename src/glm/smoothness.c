/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smoothness.c - resels of a mask and the FWHM of a field from its gradients.
 *
 *     Lambda = n / df * mean over images of grad(e) grad(e)',  e standardised residuals
 *     resels per voxel: sqrt(det Lambda / (4 ln 2)^3), averaged over the mask;
 *     along axis d sqrt(Lambda_dd / (4 ln 2)), scaled so that their product is that.
 *
 * Gradients are forward differences at voxels whose 2 x 2 x 2 cube lies in the mask, which
 * is what trilinear interpolation of images with NaN outside the mask leaves to SPM.
 */
#include "valuebold/smoothness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double four_ln2 = 2.772588722239781237669;

struct vb_roughness {
    size_t dim[3], n_vox, n_cubes, n_images;
    uint8_t *mask;  /* [n_vox] */
    size_t *corner; /* [n_cubes] first voxel of each cube */
    double *sums;   /* [n_cubes x 6] xx yy zz xy xz yz */
};

size_t vb_smoothness_images(size_t n_scans, size_t image[VB_SMOOTHNESS_IMAGES])
{
    const size_t n = n_scans < VB_SMOOTHNESS_IMAGES ? n_scans : VB_SMOOTHNESS_IMAGES;

    for (size_t i = 0; i < n; i++) /* round(linspace(1, n_scans, n)) - 1 */
        image[i] = n < 2
                       ? 0
                       : (size_t)floor(
                             (double)(n_scans - 1) * (double)i / (double)(n - 1) + 0.5);
    return n;
}

/* Whether the voxel at + (dx, dy, dz) is inside the image and the mask. */
static bool in(const uint8_t mask[], const size_t dim[3], const size_t at[3], size_t dx,
               size_t dy, size_t dz)
{
    const size_t x = at[0] + dx, y = at[1] + dy, z = at[2] + dz;

    return x < dim[0] && y < dim[1] && z < dim[2] &&
           mask[x + dim[0] * (y + dim[1] * z)];
}

void vb_resels(const size_t dim[3], const uint8_t mask[], const double fwhm[3],
               double resels[4])
{
    /* voxels, edges along x y z, faces xy xz yz, cubes */
    enum { V, X, Y, Z, XY, XZ, YZ, C, N };
    double n[N] = {0};
    const double rx = 1 / fwhm[0], ry = 1 / fwhm[1], rz = 1 / fwhm[2];
    size_t at[3];

    for (at[2] = 0; at[2] < dim[2]; at[2]++)
        for (at[1] = 0; at[1] < dim[1]; at[1]++)
            for (at[0] = 0; at[0] < dim[0]; at[0]++) {
                bool x, y, z, xy, xz, yz;

                if (!in(mask, dim, at, 0, 0, 0))
                    continue;
                x = in(mask, dim, at, 1, 0, 0);
                y = in(mask, dim, at, 0, 1, 0);
                z = in(mask, dim, at, 0, 0, 1);
                xy = x && y && in(mask, dim, at, 1, 1, 0);
                xz = x && z && in(mask, dim, at, 1, 0, 1);
                yz = y && z && in(mask, dim, at, 0, 1, 1);
                n[V]++;
                n[X] += x;
                n[Y] += y;
                n[Z] += z;
                n[XY] += xy;
                n[XZ] += xz;
                n[YZ] += yz;
                n[C] += xy && xz && yz && in(mask, dim, at, 1, 1, 1);
            }
    resels[0] = n[V] - n[X] - n[Y] - n[Z] + n[XY] + n[XZ] + n[YZ] - n[C];
    resels[1] = (n[X] - n[XY] - n[XZ] + n[C]) * rx +
                (n[Y] - n[XY] - n[YZ] + n[C]) * ry + (n[Z] - n[XZ] - n[YZ] + n[C]) * rz;
    resels[2] =
        (n[XY] - n[C]) * rx * ry + (n[XZ] - n[C]) * rx * rz + (n[YZ] - n[C]) * ry * rz;
    resels[3] = n[C] * rx * ry * rz;
}

static bool is_cube(const uint8_t mask[], const size_t dim[3], const size_t at[3])
{
    for (size_t corner = 0; corner < 8; corner++)
        if (!in(mask, dim, at, corner & 1, corner >> 1 & 1, corner >> 2))
            return false;
    return true;
}

/* Counts the cubes, and lists them once there is room. */
static void find_cubes(vb_roughness *r)
{
    size_t at[3], v = 0;

    r->n_cubes = 0;
    for (at[2] = 0; at[2] < r->dim[2]; at[2]++)
        for (at[1] = 0; at[1] < r->dim[1]; at[1]++)
            for (at[0] = 0; at[0] < r->dim[0]; at[0]++, v++)
                if (r->mask[v] && is_cube(r->mask, r->dim, at)) {
                    if (r->corner)
                        r->corner[r->n_cubes] = v;
                    r->n_cubes++;
                }
}

vb_status vb_roughness_alloc(const size_t dim[3], const uint8_t mask[],
                             vb_roughness **roughness, vb_error *err)
{
    vb_roughness *r = calloc(1, sizeof *r);
    const size_t n_vox = dim[0] * dim[1] * dim[2];

    if (!r || !(r->mask = malloc(n_vox + 1)))
        goto no_memory;
    memcpy(r->dim, dim, sizeof r->dim);
    memcpy(r->mask, mask, n_vox);
    r->n_vox = n_vox;
    find_cubes(r);
    if (!r->n_cubes) {
        vb_roughness_free(r);
        return vb_fail(
            err, VB_EESTIMATE,
            "smoothness: the mask has no 2 x 2 x 2 voxels next to each other");
    }
    r->corner = malloc(r->n_cubes * sizeof *r->corner);
    r->sums = calloc(r->n_cubes, 6 * sizeof *r->sums);
    if (!r->corner || !r->sums)
        goto no_memory;
    find_cubes(r);
    *roughness = r;
    return VB_OK;
no_memory:
    vb_roughness_free(r);
    return vb_fail_memory(err, n_vox);
}

void vb_roughness_free(vb_roughness *r)
{
    if (!r)
        return;
    free(r->mask);
    free(r->corner);
    free(r->sums);
    free(r);
}

void vb_roughness_add(vb_roughness *r, const double e[])
{
    const size_t row = r->dim[0], slice = r->dim[0] * r->dim[1];

    for (size_t c = 0; c < r->n_cubes; c++) {
        const size_t v = r->corner[c];
        const double dx = e[v + 1] - e[v], dy = e[v + row] - e[v],
                     dz = e[v + slice] - e[v];
        double *sum = r->sums + 6 * c;

        sum[0] += dx * dx;
        sum[1] += dy * dy;
        sum[2] += dz * dz;
        sum[3] += dx * dy;
        sum[4] += dx * dz;
        sum[5] += dy * dz;
    }
    r->n_images++;
}

static void finish(const size_t dim[3], const uint8_t mask[], const double voxel_mm[3],
                   const double fwhm_voxels[3], vb_smoothness *out)
{
    const size_t n_vox = dim[0] * dim[1] * dim[2];

    *out = (vb_smoothness){.n_voxels = 0};
    for (size_t i = 0; i < 3; i++) {
        out->fwhm_voxels[i] = fwhm_voxels[i];
        out->fwhm_mm[i] = fwhm_voxels[i] * voxel_mm[i];
    }
    for (size_t v = 0; v < n_vox; v++)
        out->n_voxels += mask[v] != 0;
    vb_resels(dim, mask, fwhm_voxels, out->resels);
}

vb_status vb_roughness_smoothness(const vb_roughness *r, size_t n_scans, double df,
                                  const double voxel_mm[3], vb_smoothness *smoothness,
                                  vb_error *err)
{
    const double scale = (double)n_scans / df / (double)r->n_images / four_ln2;
    double per_voxel = 0, axis[3] = {0}, together, fwhm[3];
    size_t n = 0;

    if (!r->n_images || !(df > 0))
        return vb_fail(err, VB_EINTERNAL, "smoothness: %zu residual images, %g df",
                       r->n_images, df);
    for (size_t c = 0; c < r->n_cubes; c++) {
        double l[6], det;

        for (size_t i = 0; i < 6; i++)
            l[i] = r->sums[6 * c + i] * scale;
        det = l[0] * l[1] * l[2] + 2 * l[3] * l[4] * l[5] - l[0] * l[5] * l[5] -
              l[1] * l[4] * l[4] - l[2] * l[3] * l[3];
        if (isnan(det))
            continue;
        per_voxel += sqrt(fmax(0, det));
        for (size_t i = 0; i < 3; i++)
            axis[i] += sqrt(l[i]);
        n++;
    }
    together = axis[0] * axis[1] * axis[2];
    if (!n || !(per_voxel > 0) || !(together > 0))
        return vb_fail(
            err, VB_EESTIMATE,
            "smoothness: the residuals do not vary in space (%zu of %zu voxels "
            "have numbers)",
            n, r->n_cubes);
    /* means over n; the product of the axes is made the resels of a voxel */
    together /= pow((double)n, 3);
    for (size_t i = 0; i < 3; i++)
        fwhm[i] = 1 / (cbrt(per_voxel / (double)n / together) * axis[i] / (double)n);
    finish(r->dim, r->mask, voxel_mm, fwhm, smoothness);
    return VB_OK;
}

vb_status vb_smoothness_from_z(const size_t dim[3], const uint8_t mask[],
                               const double z[], const double voxel_mm[3],
                               vb_smoothness *smoothness, vb_error *err)
{
    const size_t step[3] = {1, dim[0], dim[0] * dim[1]};
    double products[3] = {0}, squares[3] = {0}, fwhm[3];
    size_t at[3], v = 0;

    for (at[2] = 0; at[2] < dim[2]; at[2]++)
        for (at[1] = 0; at[1] < dim[1]; at[1]++)
            for (at[0] = 0; at[0] < dim[0]; at[0]++, v++)
                for (size_t i = 0; i < 3; i++) {
                    const size_t w = v + step[i];

                    if (at[i] + 1 >= dim[i] || !mask[v] || !mask[w] || isnan(z[v]) ||
                        isnan(z[w]))
                        continue;
                    products[i] += z[v] * z[w];
                    squares[i] += 0.5 * (z[v] * z[v] + z[w] * z[w]);
                }
    for (size_t i = 0; i < 3; i++) {
        const double r = products[i] / squares[i];

        if (!(squares[i] > 0) || r >= 1)
            return vb_fail(err, VB_EESTIMATE,
                           "smoothness: the z map does not vary along axis %zu", i + 1);
        /* r = exp(-2 ln 2 / FWHM^2) between neighbours of a Gaussian field */
        fwhm[i] = r > 0 ? fmax(1, sqrt(-0.5 * four_ln2 / log(r))) : 1;
    }
    finish(dim, mask, voxel_mm, fwhm, smoothness);
    return VB_OK;
}
