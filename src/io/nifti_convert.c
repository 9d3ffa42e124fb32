/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_convert.c - byte order, widening and gathering; no value is changed but integers
 * above 2^53, which a double cannot hold and which are counted. */
#include "nifti_convert.h"

#include <string.h>

static const int64_t exact_in_double = (int64_t)1 << 53;

vb_sample vb_nifti_sample(vb_nifti_type type)
{
    switch (type) {
    case VB_NIFTI_UINT8:
    case VB_NIFTI_INT8:
    case VB_NIFTI_INT16:
        return VB_SAMPLE_INT16;
    case VB_NIFTI_UINT16:
    case VB_NIFTI_FLOAT32:
        return VB_SAMPLE_FLOAT32;
    case VB_NIFTI_INT32:
    case VB_NIFTI_UINT32:
    case VB_NIFTI_INT64:
    case VB_NIFTI_UINT64:
    case VB_NIFTI_FLOAT64:
        break;
    }
    return VB_SAMPLE_FLOAT64;
}

/* memcpy keeps the accesses legal for any type; compilers turn each into one load. */
void vb_swap_values(void *values, size_t n, size_t bytes)
{
    unsigned char *p = values;

    if (bytes == 2) {
        for (size_t i = 0; i < n; i++, p += 2) {
            uint16_t x;

            memcpy(&x, p, 2);
            x = (uint16_t)(x >> 8 | x << 8);
            memcpy(p, &x, 2);
        }
    } else if (bytes == 4) {
        for (size_t i = 0; i < n; i++, p += 4) {
            uint32_t x;

            memcpy(&x, p, 4);
            x = __builtin_bswap32(x);
            memcpy(p, &x, 4);
        }
    } else if (bytes == 8) {
        for (size_t i = 0; i < n; i++, p += 8) {
            uint64_t x;

            memcpy(&x, p, 8);
            x = __builtin_bswap64(x);
            memcpy(p, &x, 8);
        }
    }
}

/* One widening loop a type: `stored` in the file, `kept` the type of the row. */
#define WIDEN(stored, kept)                                                            \
    do {                                                                               \
        const stored *in = (const stored *)volume + run->at;                           \
        kept *out = (kept *)row + run->to;                                             \
        for (size_t i = 0; i < run->n; i++)                                            \
            out[i] = (kept)in[i];                                                      \
    } while (0)

static size_t count_rounded(vb_nifti_type type, const void *volume,
                            const vb_voxel_run *run)
{
    size_t n = 0;

    if (type == VB_NIFTI_INT64) {
        const int64_t *in = (const int64_t *)volume + run->at;

        for (size_t i = 0; i < run->n; i++)
            n += in[i] > exact_in_double || in[i] < -exact_in_double;
    } else if (type == VB_NIFTI_UINT64) {
        const uint64_t *in = (const uint64_t *)volume + run->at;

        for (size_t i = 0; i < run->n; i++)
            n += in[i] > (uint64_t)exact_in_double;
    }
    return n;
}

static void gather_run(vb_nifti_type type, const void *volume, const vb_voxel_run *run,
                       void *row)
{
    switch (type) {
    case VB_NIFTI_UINT8:
        WIDEN(uint8_t, int16_t);
        return;
    case VB_NIFTI_INT8:
        WIDEN(int8_t, int16_t);
        return;
    case VB_NIFTI_INT16:
        memcpy((int16_t *)row + run->to, (const int16_t *)volume + run->at,
               run->n * sizeof(int16_t));
        return;
    case VB_NIFTI_UINT16:
        WIDEN(uint16_t, float);
        return;
    case VB_NIFTI_FLOAT32:
        memcpy((float *)row + run->to, (const float *)volume + run->at,
               run->n * sizeof(float));
        return;
    case VB_NIFTI_INT32:
        WIDEN(int32_t, double);
        return;
    case VB_NIFTI_UINT32:
        WIDEN(uint32_t, double);
        return;
    case VB_NIFTI_INT64:
        WIDEN(int64_t, double);
        return;
    case VB_NIFTI_UINT64:
        WIDEN(uint64_t, double);
        return;
    case VB_NIFTI_FLOAT64:
        memcpy((double *)row + run->to, (const double *)volume + run->at,
               run->n * sizeof(double));
        return;
    }
}

size_t vb_nifti_gather(vb_nifti_type type, const void *volume, size_t n_runs,
                       const vb_voxel_run runs[], void *row)
{
    size_t n_rounded = 0;

    for (size_t i = 0; i < n_runs; i++) {
        gather_run(type, volume, &runs[i], row);
        n_rounded += count_rounded(type, volume, &runs[i]);
    }
    return n_rounded;
}
