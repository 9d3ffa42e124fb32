/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_affine.c - voxel sizes and the affine: sform before qform (nifti1.h leaves it to
 * the reader; nibabel, nilearn, FSL and SPM take the sform first), never without a word
 * when the two differ or one cannot be used.
 */
#include "nifti_affine.h"

#include <math.h>
#include <string.h>

/* 1e-3 mm: above what float32 quaternions lose over a head (some 1e-4 mm), below what any
 * analysis could notice. */
static const double same_place_mm = 1e-3;

/* Volume of the voxel over the product of its edges: 1 for orthogonal axes. */
static const double least_volume_ratio = 1e-6;

static bool usable(const double a[3][4])
{
    double edges = 1;
    const double det = a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) -
                       a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
                       a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);

    for (size_t j = 0; j < 3; j++)
        edges *= sqrt(a[0][j] * a[0][j] + a[1][j] * a[1][j] + a[2][j] * a[2][j]);
    for (size_t i = 0; i < 3; i++)
        if (!isfinite(a[i][3]))
            return false;
    return isfinite(edges) && edges > 0 && fabs(det) > least_volume_ratio * edges;
}

double vb_nifti_corner_distance(const size_t dim[3], const double a[3][4],
                                const double b[3][4])
{
    double most = 0;

    for (unsigned corner = 0; corner < 8; corner++) {
        double sum = 0;

        for (size_t i = 0; i < 3; i++) {
            double d = a[i][3] - b[i][3];

            for (size_t j = 0; j < 3; j++)
                if (corner >> j & 1)
                    d += (a[i][j] - b[i][j]) * (double)(dim[j] - 1);
            sum += d * d;
        }
        if (!(sum <= most)) /* NaN counts as far away */
            most = sum;
    }
    return sqrt(most);
}

static vb_status voxel_sizes(const vb_nifti_fields *f, vb_nifti_header *h,
                             vb_notes *notes, vb_error *err)
{
    static const char *const units[] = {"", "metre", "mm", "micrometre"};
    const int unit = f->xyzt_units & 7;

    for (size_t i = 0; i < 3; i++) {
        const double size = f->pixdim[i + 1];

        if (i >= h->n_dims) { /* no such axis: any size will do */
            h->voxel_mm[i] = size > 0 && isfinite(size) ? size : 1;
            continue;
        }
        if (!isfinite(size) || fabs(size) <= 0)
            return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                              "pixdim[%zu] is %g, expected the voxel size in mm", i + 1,
                              size);
        if (size < 0)
            vb_note_add(notes, VB_WARNING, "nifti-voxel-size", h->path, 0, 0,
                        "pixdim[%zu] is %g: its absolute value is used", i + 1, size);
        h->voxel_mm[i] = fabs(size);
    }
    if (unit == 1 || unit == 3)
        vb_note_add(notes, VB_WARNING, "nifti-voxel-size", h->path, 0, 0,
                    "xyzt_units says %s: taken as mm, as other programs do",
                    units[unit]);
    return VB_OK;
}

static void use(vb_nifti_header *h, const double affine[3][4], vb_nifti_space space)
{
    memcpy(h->affine, affine, sizeof h->affine);
    h->space = space;
}

static void use_sizes(vb_nifti_header *h, vb_notes *notes)
{
    memset(h->affine, 0, sizeof h->affine);
    for (size_t i = 0; i < 3; i++)
        h->affine[i][i] = h->voxel_mm[i];
    h->space = VB_NIFTI_VOXEL_SIZES;
    vb_note_add(notes, VB_WARNING, "nifti-orientation", h->path, 0, 0,
                "qform_code and sform_code are 0: orientation unknown, only the voxel "
                "sizes %g x %g x %g mm are used",
                h->voxel_mm[0], h->voxel_mm[1], h->voxel_mm[2]);
}

vb_status vb_nifti_orient(const vb_nifti_fields *f, vb_nifti_header *h, vb_notes *notes,
                          vb_error *err)
{
    double qform[3][4] = {{0}};
    bool renormalised = false;
    const bool has_s = f->sform_code > 0, has_q = f->qform_code > 0;
    const bool good_s = has_s && usable(f->srow);
    bool good_q;
    vb_status status = voxel_sizes(f, h, notes, err);

    if (status != VB_OK)
        return status;
    h->qform_code = f->qform_code;
    h->sform_code = f->sform_code;
    vb_nifti_qform(f, qform, &renormalised);
    good_q = has_q && usable((const double(*)[4])qform);
    if (has_q && renormalised)
        vb_note_add(notes, VB_WARNING, "nifti-quaternion", h->path, 0, 0,
                    "quaternion (%g, %g, %g) is longer than 1: renormalised",
                    f->quatern[0], f->quatern[1], f->quatern[2]);
    if ((has_s || has_q) && !good_s && !good_q)
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                          "affine is singular: %s cannot be used as orientation "
                          "(sform_code %d, qform_code %d)",
                          has_s && has_q ? "neither sform nor qform"
                          : has_s        ? "the sform"
                                         : "the qform",
                          f->sform_code, f->qform_code);
    if (good_s) {
        use(h, f->srow, VB_NIFTI_SFORM);
        if (good_q) {
            const double d =
                vb_nifti_corner_distance(h->dim, f->srow, (const double(*)[4])qform);

            if (!(d <= same_place_mm))
                vb_note_add(notes, VB_WARNING, "nifti-orientation", h->path, 0, 0,
                            "sform and qform disagree by up to %.3g mm: the sform is "
                            "used",
                            d);
        } else if (has_q) {
            vb_note_add(notes, VB_WARNING, "nifti-orientation", h->path, 0, 0,
                        "qform is singular: the sform is used");
        }
    } else if (good_q) {
        use(h, (const double(*)[4])qform, VB_NIFTI_QFORM);
        if (has_s)
            vb_note_add(notes, VB_WARNING, "nifti-orientation", h->path, 0, 0,
                        "sform is singular: the qform is used");
    } else {
        use_sizes(h, notes);
    }
    return VB_OK;
}
