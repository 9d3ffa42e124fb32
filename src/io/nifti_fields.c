/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_fields.c - the one place that knows nifticlib: its structs, its byte swapping and
 * its quaternions.  Its readers are not used: nifti2_io 2.1 overruns its stack on a
 * NIfTI-2 dim[0] above 7, turns NaN voxels into 0 and moves data by 4 bytes when
 * vox_offset is NaN or small.
 */
#include "nifti_fields.h"

#include <math.h>
#include <nifti2_io.h>
#include <stdio.h>
#include <string.h>

/* Intent codes of CIFTI-2 (ConnDense ... ConnParcelSries), nifti1.h of its authors. */
enum { CIFTI_FIRST = 3000, CIFTI_LAST = 3099 };

_Static_assert(sizeof(nifti_1_header) == VB_NIFTI1_HEADER, "nifti_1_header is packed");
_Static_assert(sizeof(nifti_2_header) == VB_NIFTI2_HEADER, "nifti_2_header is packed");

static int32_t swap32(int32_t x)
{
    const uint32_t u = (uint32_t)x;

    return (int32_t)(u >> 24 | (u >> 8 & 0xff00) | (u << 8 & 0xff0000) | u << 24);
}

static vb_status refuse_size(const uint8_t *bytes, size_t n, int32_t size,
                             const char *path, vb_error *err)
{
    if (n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "is compressed twice (gzip within gzip): unpack it once");
    if (n >= 4 && memcmp(bytes, "\x89HDF", 4) == 0)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "not a NIfTI image (looks like HDF5, e.g. MINC 2)");
    return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                      "sizeof_hdr is %ld, expected 348 or 540: not a NIfTI header",
                      (long)size);
}

static vb_status find_version(const uint8_t *bytes, size_t n, const char *path,
                              vb_nifti_fields *f, vb_error *err)
{
    int32_t size = 0;

    memset(f, 0, sizeof *f);
    if (n < sizeof size)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "short header: %zu of 348 bytes%s", n,
                          n ? "" : ", empty file");
    memcpy(&size, bytes, sizeof size);
    if (size == VB_NIFTI1_HEADER || swap32(size) == VB_NIFTI1_HEADER)
        f->version = 1;
    else if (size == VB_NIFTI2_HEADER || swap32(size) == VB_NIFTI2_HEADER)
        f->version = 2;
    else
        return refuse_size(bytes, n, size, path, err);
    f->swapped = size != VB_NIFTI1_HEADER && size != VB_NIFTI2_HEADER;
    f->header_bytes = f->version == 1 ? VB_NIFTI1_HEADER : VB_NIFTI2_HEADER;
    f->least_offset = f->version == 1 ? VB_NIFTI1_DATA : VB_NIFTI2_DATA;
    if (n < f->header_bytes)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0, "short header: %zu of %zu bytes",
                          n, f->header_bytes);
    return VB_OK;
}

/* magic: 4 bytes, "n+1\0" or "ni1\0" (2 for NIfTI-2) */
static vb_status judge_magic(const char magic[4], const char *path, vb_nifti_fields *f,
                             vb_error *err)
{
    const char digit = f->version == 1 ? '1' : '2';
    char text[5] = {0}, shown[VB_QUOTE_MAX];

    if (magic[0] == 'n' && (magic[1] == '+' || magic[1] == 'i') && magic[2] == digit &&
        magic[3] == '\0') {
        f->pair = magic[1] == 'i';
        return VB_OK;
    }
    if (f->version == 1 && magic[0] == '\0')
        return vb_fail_at(
            err, VB_EINPUT, path, 0, 0,
            "ANALYZE 7.5 header (no NIfTI magic): it holds no orientation; "
            "convert it to NIfTI where left and right are known");
    memcpy(text, magic, 4);
    return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                      "magic '%s' is not a NIfTI-%d magic, expected 'n+%c' or 'ni%c'",
                      vb_quote(text, shown), f->version, digit, digit);
}

static vb_status parse1(const uint8_t *bytes, const char *path, vb_nifti_fields *f,
                        vb_error *err)
{
    nifti_1_header h;

    memcpy(&h, bytes, sizeof h);
    if (f->swapped)
        swap_nifti_header(&h, 1);
    for (size_t i = 0; i < 8; i++) {
        f->dim[i] = h.dim[i];
        f->pixdim[i] = (double)h.pixdim[i];
    }
    f->datatype = h.datatype;
    f->bitpix = h.bitpix;
    f->intent_code = h.intent_code;
    f->xyzt_units = (unsigned char)h.xyzt_units;
    f->vox_offset = (double)h.vox_offset;
    f->slope = (double)h.scl_slope;
    f->inter = (double)h.scl_inter;
    f->qform_code = h.qform_code;
    f->sform_code = h.sform_code;
    f->quatern[0] = (double)h.quatern_b;
    f->quatern[1] = (double)h.quatern_c;
    f->quatern[2] = (double)h.quatern_d;
    f->qoffset[0] = (double)h.qoffset_x;
    f->qoffset[1] = (double)h.qoffset_y;
    f->qoffset[2] = (double)h.qoffset_z;
    for (size_t j = 0; j < 4; j++) {
        f->srow[0][j] = (double)h.srow_x[j];
        f->srow[1][j] = (double)h.srow_y[j];
        f->srow[2][j] = (double)h.srow_z[j];
    }
    return judge_magic(h.magic, path, f, err);
}

static vb_status parse2(const uint8_t *bytes, const char *path, vb_nifti_fields *f,
                        vb_error *err)
{
    nifti_2_header h;
    vb_status status;

    memcpy(&h, bytes, sizeof h);
    if (f->swapped)
        swap_nifti_header(&h, 2);
    for (size_t i = 0; i < 8; i++) {
        f->dim[i] = h.dim[i];
        f->pixdim[i] = h.pixdim[i];
    }
    f->datatype = h.datatype;
    f->bitpix = h.bitpix;
    f->intent_code = h.intent_code;
    f->xyzt_units = h.xyzt_units;
    f->vox_offset = (double)h.vox_offset;
    f->slope = h.scl_slope;
    f->inter = h.scl_inter;
    f->qform_code = h.qform_code;
    f->sform_code = h.sform_code;
    f->quatern[0] = h.quatern_b;
    f->quatern[1] = h.quatern_c;
    f->quatern[2] = h.quatern_d;
    f->qoffset[0] = h.qoffset_x;
    f->qoffset[1] = h.qoffset_y;
    f->qoffset[2] = h.qoffset_z;
    memcpy(f->srow[0], h.srow_x, sizeof f->srow[0]);
    memcpy(f->srow[1], h.srow_y, sizeof f->srow[1]);
    memcpy(f->srow[2], h.srow_z, sizeof f->srow[2]);
    status = judge_magic(h.magic, path, f, err);
    if (status != VB_OK)
        return status;
    /* the rest shows whether a transfer in text mode has changed line ends (nifti2.h) */
    f->eol_lost = memcmp(h.magic + 4, "\0\0\0", 4) == 0;
    if (!f->eol_lost && memcmp(h.magic + 4, "\r\n\032\n", 4) != 0)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "magic of NIfTI-2 is damaged behind 'n+2': the file seems to "
                          "have been copied in text mode; copy it again");
    return VB_OK;
}

vb_status vb_nifti_fields_parse(const uint8_t *bytes, size_t n, const char *path,
                                vb_nifti_fields *f, vb_error *err)
{
    vb_status status = find_version(bytes, n, path, f, err);

    if (status == VB_OK)
        status =
            f->version == 1 ? parse1(bytes, path, f, err) : parse2(bytes, path, f, err);
    if (status != VB_OK)
        return status;
    if (f->intent_code >= CIFTI_FIRST && f->intent_code <= CIFTI_LAST)
        return vb_fail_at(
            err, VB_EINPUT, path, 0, 0,
            "CIFTI-2 not supported (intent_code %d): use the volume image",
            f->intent_code);
    return VB_OK;
}

void vb_nifti_qform(const vb_nifti_fields *f, double affine[3][4], bool *renormalised)
{
    const double *q = f->quatern, *p = f->pixdim;
    const nifti_dmat44 m =
        nifti_quatern_to_dmat44(q[0], q[1], q[2], f->qoffset[0], f->qoffset[1],
                                f->qoffset[2], fabs(p[1]), fabs(p[2]), fabs(p[3]),
                                p[0] < 0 ? -1.0 : 1.0);

    for (size_t i = 0; i < 3; i++)
        memcpy(affine[i], m.m[i], sizeof m.m[i]);
    /* float32 quaternions of half turns come out above 1 by a few 1e-7 */
    *renormalised = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] > 1 + 1e-5;
}
