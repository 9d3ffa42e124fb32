/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti.c - a NIfTI header judged field by field before anything relies on it.
 *
 * The five fields that have broken other readers (sizeof_hdr, dim, vox_offset, esize,
 * scl_slope) are tested as stored, in floating point where they are floats, and the size
 * they promise is compared with the file's before any memory is taken.
 */
#include "valuebold/nifti.h"
#include "gz.h"
#include "nifti_affine.h"
#include "nifti_fields.h"
#include "nifti_paths.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EXTENSION_LOOK = 4096 }; /* bytes of extensions that are looked at */

/* Seconds.  BIDS warns above 100 s; a volume in under 10 ms does not exist. */
static const double longest_tr_s = 100, shortest_tr_s = 0.01;

static const struct {
    int code;
    const char *name;
    size_t bytes;
    double largest; /* magnitude; 0 for the float types */
} types[] = {
    {VB_NIFTI_UINT8, "uint8", 1, 255},
    {VB_NIFTI_INT8, "int8", 1, 128},
    {VB_NIFTI_INT16, "int16", 2, 32768},
    {VB_NIFTI_UINT16, "uint16", 2, 65535},
    {VB_NIFTI_INT32, "int32", 4, 2147483648.0},
    {VB_NIFTI_UINT32, "uint32", 4, 4294967295.0},
    {VB_NIFTI_INT64, "int64", 8, 9223372036854775808.0},
    {VB_NIFTI_UINT64, "uint64", 8, 18446744073709551616.0},
    {VB_NIFTI_FLOAT32, "float32", 4, 0},
    {VB_NIFTI_FLOAT64, "float64", 8, 0},
};
enum { N_TYPES = sizeof types / sizeof types[0] };

/* Names of the standard's other types, for the refusal. */
static const struct {
    int code;
    const char *name;
} other_types[] = {
    {0, "unknown"},     {1, "binary"},        {32, "complex64"},    {128, "RGB24"},
    {1536, "float128"}, {1792, "complex128"}, {2048, "complex256"}, {2304, "RGBA32"},
};

static size_t find_type(int code)
{
    for (size_t i = 0; i < N_TYPES; i++)
        if (types[i].code == code)
            return i;
    return VB_NONE;
}

const char *vb_nifti_type_name(int datatype)
{
    const size_t i = find_type(datatype);

    return i == VB_NONE ? NULL : types[i].name;
}

static vb_status judge_type(const vb_nifti_fields *f, vb_nifti_header *h,
                            vb_notes *notes, vb_error *err)
{
    const size_t type = find_type(f->datatype);
    const char *name = "no type of the standard";

    if (type == VB_NONE) {
        for (size_t i = 0; i < sizeof other_types / sizeof other_types[0]; i++)
            if (other_types[i].code == f->datatype)
                name = other_types[i].name;
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                          "datatype %d (%s) is not supported: expected a real type, "
                          "e.g. int16 (4) or float32 (16)",
                          f->datatype, name);
    }
    h->datatype = (vb_nifti_type)f->datatype;
    h->voxel_bytes = types[type].bytes;
    if (f->bitpix != (int)(8 * h->voxel_bytes))
        vb_note_add(notes, VB_WARNING, "nifti-bitpix", h->path, 0, 0,
                    "bitpix %d, datatype %s says %zu: using %zu", f->bitpix,
                    types[type].name, 8 * h->voxel_bytes, 8 * h->voxel_bytes);
    return VB_OK;
}

static vb_status judge_scaling(const vb_nifti_fields *f, vb_nifti_header *h,
                               vb_notes *notes, vb_error *err)
{
    const double largest = types[find_type(f->datatype)].largest;

    h->slope = 1;
    h->inter = 0;
    if (!isfinite(f->slope)) {
        vb_note_add(notes, VB_WARNING, "nifti-scaling", h->path, 0, 0,
                    "scl_slope is %g: the voxels are read unscaled", f->slope);
        return VB_OK;
    }
    if (fabs(f->slope) <=
        0) /* nifti1.h: slope 0 means no scaling, whatever scl_inter */
        return VB_OK;
    if (!isfinite(f->inter))
        return vb_fail_at(
            err, VB_EINPUT, h->path, 0, 0,
            "scl_inter is %g with scl_slope %g: no voxel would have a value", f->inter,
            f->slope);
    if (fabs(f->slope) * largest + fabs(f->inter) > (double)FLT_MAX)
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                          "scaled value overflows float32: scl_slope %g, scl_inter %g "
                          "with %s voxels",
                          f->slope, f->inter, vb_nifti_type_name(f->datatype));
    h->slope = f->slope;
    h->inter = f->inter;
    return VB_OK;
}

static vb_status judge_dims(const vb_nifti_fields *f, vb_nifti_header *h, vb_error *err)
{
    const int64_t n = f->dim[0];
    size_t total = 1;

    if (n < 1 || n > 7)
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0, "dim[0] is %lld, must be 1..7",
                          (long long)n);
    h->n_dims = (size_t)n;
    for (size_t i = 0; i < 7; i++) {
        h->dim[i] = 1;
        if (i >= h->n_dims)
            continue;
        if (f->dim[i + 1] < 1)
            return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                              "dim[%zu] is %lld, must be at least 1", i + 1,
                              (long long)f->dim[i + 1]);
        h->dim[i] = (size_t)f->dim[i + 1];
        if (h->dim[i] >
            SIZE_MAX / 64 / total) /* 64: bytes, bits and an offset on top */
            return vb_fail_at(
                err, VB_EINPUT, h->path, 0, 0,
                "size overflow: dim[1..%zu] hold more voxels than any file "
                "can (dim[1] = %lld, dim[2] = %lld)",
                i + 1, (long long)f->dim[1], (long long)f->dim[2]);
        total *= h->dim[i];
    }
    h->n_vox = h->dim[0] * h->dim[1] * h->dim[2];
    h->n_volumes = total / h->n_vox;
    return VB_OK;
}

static vb_status judge_tr(const vb_nifti_fields *f, vb_nifti_header *h, vb_notes *notes,
                          vb_error *err)
{
    const int unit = f->xyzt_units & 0x38;
    const double stored = f->pixdim[4];
    const double tr_s = stored * (unit == 16 ? 1e-3 : unit == 24 ? 1e-6 : 1);

    h->tr_s = (double)NAN;
    if (h->n_dims < 4 || h->n_volumes < 2)
        return VB_OK;
    if (unit > 24) {
        vb_note_add(
            notes, VB_WARNING, "nifti-tr", h->path, 0, 0,
            "xyzt_units %d: the fourth dimension is not time, no repetition time "
            "(TR) in the header",
            f->xyzt_units);
        return VB_OK;
    }
    if (!isfinite(stored) || stored <= 0) {
        vb_note_add(notes, VB_WARNING, "nifti-tr", h->path, 0, 0,
                    "pixdim[4] is %g: no usable repetition time (TR) in the header",
                    stored);
        return VB_OK;
    }
    if (tr_s > longest_tr_s)
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                          "TR %g s: milliseconds? pixdim[4] is %g and xyzt_units says "
                          "%s; correct the header",
                          tr_s, stored,
                          unit == 0    ? "no unit"
                          : unit == 8  ? "seconds"
                          : unit == 16 ? "milliseconds"
                                       : "microseconds");
    if (tr_s < shortest_tr_s)
        vb_note_add(notes, VB_WARNING, "nifti-tr", h->path, 0, 0,
                    "TR %g s: seconds called %s?", tr_s,
                    unit == 16   ? "milliseconds"
                    : unit == 24 ? "microseconds"
                                 : "seconds");
    h->tr_s = tr_s;
    return VB_OK;
}

/* The voxels must lie inside the data file; for gzip as far as its size can tell. */
static vb_status judge_size(const vb_nifti_fields *f, vb_nifti_header *h,
                            uint64_t file_bytes, vb_notes *notes, vb_error *err)
{
    const double least = f->pair ? 0 : (double)f->least_offset;
    const double most =
        h->gzipped ? (double)file_bytes * VB_GZ_MAX_EXPANSION : (double)file_bytes;
    const uint64_t bytes = (uint64_t)h->n_vox * h->n_volumes * h->voxel_bytes;
    uint64_t has;

    if (!(f->vox_offset >= least && f->vox_offset <= most) ||
        f->vox_offset > trunc(f->vox_offset))
        return vb_fail_at(
            err, VB_EINPUT, h->path, 0, 0,
            "vox_offset %.10g, must be a whole number >= %g and inside the "
            "file of %llu bytes",
            f->vox_offset, least, (unsigned long long)file_bytes);
    h->data_offset = (uint64_t)f->vox_offset;
    has = (h->gzipped ? file_bytes * VB_GZ_MAX_EXPANSION : file_bytes) - h->data_offset;
    if (bytes > has && h->gzipped)
        return vb_fail_at(
            err, VB_EINPUT, h->data_path, 0, 0,
            "needs %llu bytes of data, but %llu compressed bytes can hold "
            "%llu at most: truncated, or dim is wrong",
            (unsigned long long)bytes, (unsigned long long)file_bytes,
            (unsigned long long)has);
    if (bytes > has)
        return vb_fail_at(err, VB_EINPUT, h->data_path, 0, 0,
                          "needs %llu bytes of data, has %llu: truncated",
                          (unsigned long long)bytes, (unsigned long long)has);
    if (!h->gzipped && bytes < has)
        vb_note_add(notes, VB_WARNING, "nifti-trailing", h->data_path, 0, 0,
                    "%llu bytes after the data ignored",
                    (unsigned long long)(has - bytes));
    return VB_OK;
}

static int32_t int32_at(const uint8_t *bytes, bool swapped)
{
    uint32_t u;

    memcpy(&u, bytes, sizeof u);
    if (swapped)
        u = u >> 24 | (u >> 8 & 0xff00) | (u << 8 & 0xff0000) | u << 24;
    return (int32_t)u;
}

/* bytes [n]: start of the file with header, extender and what was read of extensions.
 * Extensions are not used; a broken chain is said because other programs stop at it. */
static void judge_extensions(const vb_nifti_fields *f, const uint8_t *bytes, size_t n,
                             uint64_t limit, const char *path, vb_notes *notes)
{
    uint64_t at = f->least_offset;

    if (n < f->least_offset || bytes[f->header_bytes] == 0)
        return;
    if (limit < at + 8) {
        vb_note_add(notes, VB_WARNING, "nifti-extension", path, 0, 0,
                    "extension flag is set, but no extension follows: ignored");
        return;
    }
    while (at + 8 <= limit && at + 8 <= n) {
        const int32_t esize = int32_at(bytes + at, f->swapped);

        if (esize < 8 || esize % 16 != 0 || (uint64_t)esize > limit - at) {
            vb_note_add(
                notes, VB_WARNING, "nifti-extension", path, 0, 0,
                "extension with esize %ld, expected a multiple of 16 up to %llu: "
                "ignored, the voxels are read at vox_offset",
                (long)esize, (unsigned long long)(limit - at));
            return;
        }
        at += (uint64_t)esize;
    }
}

/* Where the voxels are, and how large that file is. */
static vb_status find_data(const vb_nifti_fields *f, vb_source *source,
                           vb_nifti_header *h, uint64_t *file_bytes, vb_notes *notes,
                           vb_error *err)
{
    vb_source *image = NULL;
    vb_status status;

    if (!f->pair) {
        snprintf(h->data_path, sizeof h->data_path, "%s", h->path);
        h->gzipped = vb_source_is_gzip(source);
        *file_bytes = vb_source_file_bytes(source);
        vb_nifti_note_name(h->path, h->gzipped, notes);
        return VB_OK;
    }
    status = vb_nifti_image_path(h->path, h->data_path, err);
    if (status == VB_OK)
        status = vb_source_open(h->data_path, NULL, &image, err);
    if (status != VB_OK)
        return status;
    h->gzipped = vb_source_is_gzip(image);
    *file_bytes = vb_source_file_bytes(image);
    vb_nifti_note_name(h->data_path, h->gzipped, notes);
    vb_source_close(image);
    return VB_OK;
}

static vb_status judge(const vb_nifti_fields *f, vb_source *source, vb_nifti_header *h,
                       vb_notes *notes, vb_error *err)
{
    uint64_t file_bytes = 0;
    vb_status status = judge_dims(f, h, err);

    h->version = f->version;
    h->swapped = f->swapped;
    if (status == VB_OK)
        status = judge_type(f, h, notes, err);
    if (status == VB_OK)
        status = find_data(f, source, h, &file_bytes, notes, err);
    if (status == VB_OK)
        status = judge_size(f, h, file_bytes, notes, err);
    if (status == VB_OK)
        status = judge_scaling(f, h, notes, err);
    if (status == VB_OK)
        status = vb_nifti_orient(f, h, notes, err);
    if (status == VB_OK)
        status = judge_tr(f, h, notes, err);
    if (status == VB_OK && f->eol_lost)
        vb_note_add(
            notes, VB_WARNING, "nifti-magic", h->path, 0, 0,
            "magic of NIfTI-2 lacks its line ends: written by a careless program");
    return status;
}

vb_status vb_nifti_header_read(const char *path, vb_nifti_header *header,
                               vb_notes *notes, vb_error *err)
{
    uint8_t bytes[VB_NIFTI2_DATA + EXTENSION_LOOK];
    vb_nifti_header h = {.version = 0};
    vb_nifti_fields f;
    vb_source *source = NULL;
    size_t n = 0;
    vb_status status = vb_nifti_header_path(path, h.path, err);

    if (status == VB_OK)
        status = vb_source_open(h.path, NULL, &source, err);
    if (status == VB_OK)
        status = vb_source_read(source, bytes, sizeof bytes, &n, err);
    if (status == VB_OK)
        status = vb_nifti_fields_parse(bytes, n, h.path, &f, err);
    if (status == VB_OK)
        status = judge(&f, source, &h, notes, err);
    if (status == VB_OK) {
        const uint64_t limit = f.pair ? n : h.data_offset;

        judge_extensions(&f, bytes, n, limit, h.path, notes);
        *header = h;
    }
    vb_source_close(source);
    return status;
}
