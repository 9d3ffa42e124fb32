/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_write_header.c - headers of maps, byte by byte at the offsets of nifti1.h and
 * nifti2.h, little-endian.  nifticlib is not asked: its 2.1 writes the voxels of a NIfTI-2
 * image over the header.
 */
#include "nifti_write_header.h"

#include <math.h>
#include <string.h>

enum { LARGEST_DIM1 = 32767, DESCRIP = 80, MM = 2, SECONDS = 8, ALIGNED = 2 };

static void put_integer(uint8_t *at, int64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)((uint64_t)value >> 8 * i);
}

static void put_float(uint8_t *at, double value)
{
    const float x = (float)value;
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    put_integer(at, (int64_t)bits, sizeof bits);
}

static void put_double(uint8_t *at, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_integer(at, (int64_t)bits, sizeof bits);
}

static size_t n_volumes(const vb_map *map)
{
    return map->n_volumes ? map->n_volumes : 1;
}

int vb_map_version(const vb_map *map)
{
    bool large = n_volumes(map) > LARGEST_DIM1;

    for (size_t i = 0; i < 3; i++)
        large = large || map->grid->dim[i] > LARGEST_DIM1;
    return large ? 2 : 1;
}

static size_t type_bytes(vb_nifti_type type)
{
    switch (type) {
    case VB_NIFTI_UINT8:
    case VB_NIFTI_INT8:
        return 1;
    case VB_NIFTI_INT16:
    case VB_NIFTI_UINT16:
        return 2;
    case VB_NIFTI_INT32:
    case VB_NIFTI_UINT32:
    case VB_NIFTI_FLOAT32:
        return 4;
    default:
        return 8;
    }
}

static void set_codes(const vb_nifti_header *grid, bool has_quaternion,
                      vb_nifti_fields *f)
{
    const int s = grid->sform_code, q = grid->qform_code;

    f->sform_code = s > 0 ? s : q > 0 ? q : ALIGNED;
    f->qform_code = q > 0 ? q : f->sform_code;
    if (!has_quaternion)
        f->qform_code = 0;
}

static void fill(const vb_map *map, vb_nifti_fields *f)
{
    const vb_nifti_header *grid = map->grid;
    const size_t dim[3] = {grid->dim[0], grid->dim[1], grid->dim[2]};

    memset(f, 0, sizeof *f);
    f->version = vb_map_version(map);
    f->dim[0] = n_volumes(map) > 1 ? 4 : 3;
    for (size_t i = 0; i < 7; i++)
        f->dim[i + 1] = i < 3 ? (int64_t)grid->dim[i] : 1;
    f->dim[4] = (int64_t)n_volumes(map);
    set_codes(grid, vb_nifti_set_qform(grid->affine, dim, f), f);
    for (size_t i = 0; i < 3;
         i++) /* the header's own number where it is the same one */
        if (fabs(f->pixdim[i + 1] - grid->voxel_mm[i]) <= 1e-5 * grid->voxel_mm[i])
            f->pixdim[i + 1] = grid->voxel_mm[i];
    f->xyzt_units = MM;
    if (f->dim[0] == 4 && map->tr_s > 0 && isfinite(map->tr_s)) {
        f->pixdim[4] = map->tr_s;
        f->xyzt_units |= SECONDS;
    }
    memcpy(f->srow, grid->affine, sizeof f->srow);
    f->intent_code = (int)map->intent;
    f->slope = 1;
    f->datatype = (int)map->type;
    f->bitpix = (int)(8 * type_bytes(map->type));
    f->vox_offset = f->version == 1 ? VB_NIFTI1_DATA : VB_NIFTI2_DATA;
}

/* The first 79 bytes, cut between UTF-8 characters, control characters as blanks. */
static void put_description(uint8_t at[DESCRIP], const char *text)
{
    size_t n = text ? strlen(text) : 0;

    if (n >= DESCRIP) {
        n = DESCRIP - 1;
        while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
    }
    for (size_t i = 0; i < n; i++)
        at[i] = (unsigned char)text[i] < ' ' ? ' ' : (uint8_t)text[i];
}

static double parameter(const vb_map *map, size_t i)
{
    if (map->intent == VB_MAP_F)
        return i ? map->df2 : map->df1;
    return map->intent == VB_MAP_T && i == 0 ? map->df1 : 0;
}

static void put1(const vb_map *map, const vb_nifti_fields *f, uint8_t *h)
{
    put_integer(h, VB_NIFTI1_HEADER, 4);
    for (size_t i = 0; i < 8; i++) {
        put_integer(h + 40 + 2 * i, f->dim[i], 2);
        put_float(h + 76 + 4 * i, f->pixdim[i]);
    }
    put_float(h + 56, parameter(map, 0));
    put_float(h + 60, parameter(map, 1));
    put_integer(h + 68, f->intent_code, 2);
    put_integer(h + 70, f->datatype, 2);
    put_integer(h + 72, f->bitpix, 2);
    put_float(h + 108, f->vox_offset);
    put_float(h + 112, f->slope);
    put_integer(h + 123, f->xyzt_units, 1);
    put_description(h + 148, map->description);
    put_integer(h + 252, f->qform_code, 2);
    put_integer(h + 254, f->sform_code, 2);
    for (size_t i = 0; i < 3; i++) {
        put_float(h + 256 + 4 * i, f->quatern[i]);
        put_float(h + 268 + 4 * i, f->qoffset[i]);
        for (size_t j = 0; j < 4; j++)
            put_float(h + 280 + 16 * i + 4 * j, f->srow[i][j]);
    }
    memcpy(h + 344, "n+1", 4);
}

static void put2(const vb_map *map, const vb_nifti_fields *f, uint8_t *h)
{
    static const uint8_t magic[8] = {'n', '+', '2', 0, '\r', '\n', 032, '\n'};

    put_integer(h, VB_NIFTI2_HEADER, 4);
    memcpy(h + 4, magic, sizeof magic);
    put_integer(h + 12, f->datatype, 2);
    put_integer(h + 14, f->bitpix, 2);
    for (size_t i = 0; i < 8; i++) {
        put_integer(h + 16 + 8 * i, f->dim[i], 8);
        put_double(h + 104 + 8 * i, f->pixdim[i]);
    }
    put_double(h + 80, parameter(map, 0));
    put_double(h + 88, parameter(map, 1));
    put_integer(h + 168, (int64_t)f->vox_offset, 8);
    put_double(h + 176, f->slope);
    put_description(h + 240, map->description);
    put_integer(h + 344, f->qform_code, 4);
    put_integer(h + 348, f->sform_code, 4);
    for (size_t i = 0; i < 3; i++) {
        put_double(h + 352 + 8 * i, f->quatern[i]);
        put_double(h + 376 + 8 * i, f->qoffset[i]);
        for (size_t j = 0; j < 4; j++)
            put_double(h + 400 + 32 * i + 8 * j, f->srow[i][j]);
    }
    put_integer(h + 500, f->xyzt_units, 4);
    put_integer(h + 504, f->intent_code, 4);
}

void vb_map_header(const vb_map *map, uint8_t bytes[VB_NIFTI2_DATA])
{
    vb_nifti_fields fields;

    fill(map, &fields);
    memset(bytes, 0, VB_NIFTI2_DATA);
    if (fields.version == 1)
        put1(map, &fields, bytes);
    else
        put2(map, &fields, bytes);
}
