/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_write.c - maps into bytes: header, voxels scattered from a mask, one gzip member.
 */
#include "valuebold/nifti_write.h"
#include "gz_pack.h"
#include "nifti_convert.h"
#include "nifti_write_header.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_LEVEL = 1 };

static size_t value_bytes(vb_nifti_type type)
{
    switch (type) {
    case VB_NIFTI_UINT8:
        return 1;
    case VB_NIFTI_INT16:
        return 2;
    case VB_NIFTI_INT32:
    case VB_NIFTI_FLOAT32:
        return 4;
    case VB_NIFTI_FLOAT64:
        return 8;
    default:
        return 0;
    }
}

/* The value of voxels outside the mask in the type of the map. */
static vb_status outside_value(const vb_map *map, uint8_t out[8], vb_error *err)
{
    const double x = map->outside;
    const float f = (float)x;
    const bool real = map->type == VB_NIFTI_FLOAT32 || map->type == VB_NIFTI_FLOAT64;
    const double most = map->type == VB_NIFTI_UINT8 ? 255 : 32767;

    if (!real && !(x >= 0 && x <= most && floor(x) >= x))
        return vb_fail(
            err, VB_EDOM,
            "map: outside value %g, expected a whole number from 0 to %g for "
            "%s voxels",
            x, most, vb_nifti_type_name((int)map->type));
    memset(out, 0, 8);
    if (map->type == VB_NIFTI_FLOAT32) {
        memcpy(out, &f, sizeof f);
    } else if (map->type == VB_NIFTI_FLOAT64) {
        memcpy(out, &x, sizeof x);
    } else if (map->type == VB_NIFTI_UINT8) {
        out[0] = (uint8_t)x;
    } else if (map->type == VB_NIFTI_INT16) {
        memcpy(out, &(int16_t){(int16_t)x}, sizeof(int16_t));
    } else {
        memcpy(out, &(int32_t){(int32_t)x}, sizeof(int32_t));
    }
    return VB_OK;
}

static vb_status check(const vb_map *map, const vb_buffer *bytes, vb_error *err)
{
    if (!map->grid || !map->values || !value_bytes(map->type) || bytes->bytes)
        return vb_fail(err, VB_EINTERNAL,
                       "map: it has no grid, no values, datatype %d or a buffer in use",
                       (int)map->type);
    if (map->level < 0 || map->level > VB_GZIP_BEST)
        return vb_fail(err, VB_EDOM, "map: gzip level %d, expected 1 to %d", map->level,
                       (int)VB_GZIP_BEST);
    return VB_OK;
}

/* n times the same value, doubling what is there. */
static void fill(uint8_t *to, size_t n, size_t size, const uint8_t value[8])
{
    size_t done = 1;

    memcpy(to, value, size);
    for (; done < n; done *= 2)
        memcpy(to + done * size, to, (n - done < done ? n - done : done) * size);
}

static void scatter(const vb_map *map, size_t size, const uint8_t outside[8],
                    uint8_t *to)
{
    const uint8_t *from = map->values, *mask = map->mask;
    const size_t n_vox = map->grid->n_vox;
    const size_t n_volumes = map->n_volumes ? map->n_volumes : 1;

    if (!mask) {
        memcpy(to, from, n_volumes * n_vox * size);
        return;
    }
    for (size_t t = 0; t < n_volumes; t++, to += n_vox * size)
        for (size_t v = 0; v < n_vox;) { /* runs of neighbours inside, then outside */
            const size_t start = v;

            while (v < n_vox && mask[v])
                v++;
            memcpy(to + start * size, from, (v - start) * size);
            from += (v - start) * size;
            if (v < n_vox) {
                const size_t first = v;

                while (v < n_vox && !mask[v])
                    v++;
                fill(to + first * size, v - first, size, outside);
            }
        }
}

static bool big_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;

    memcpy(&first, &one, 1);
    return first == 0;
}

/* The whole file before compression; the caller frees *raw. */
static vb_status assemble(const vb_map *map, uint8_t **raw, size_t *n, vb_error *err)
{
    const size_t size = value_bytes(map->type);
    const size_t start = vb_map_version(map) == 1 ? VB_NIFTI1_DATA : VB_NIFTI2_DATA;
    const size_t n_volumes = map->n_volumes ? map->n_volumes : 1;
    uint8_t header[VB_NIFTI2_DATA], outside[8];
    vb_status status = map->mask ? outside_value(map, outside, err) : VB_OK;

    if (status != VB_OK)
        return status;
    if (map->grid->n_vox > (SIZE_MAX / 2 - start) / size / n_volumes)
        return vb_fail_memory(err, SIZE_MAX);
    *n = start + n_volumes * map->grid->n_vox * size;
    *raw = malloc(*n + 1);
    if (!*raw)
        return vb_fail_memory(err, *n);
    vb_map_header(map, header);
    memcpy(*raw, header, start);
    scatter(map, size, outside, *raw + start);
    if (big_endian())
        vb_swap_values(*raw + start, n_volumes * map->grid->n_vox, size);
    return VB_OK;
}

vb_status vb_nifti_write(const vb_map *map, vb_buffer *bytes, vb_error *err)
{
    uint8_t *raw = NULL;
    size_t n = 0;
    vb_status status = check(map, bytes, err);

    if (status == VB_OK)
        status = assemble(map, &raw, &n, err);
    if (status == VB_OK && map->plain) {
        raw[n] = '\0';
        *bytes = (vb_buffer){.bytes = (char *)raw, .n = n, .capacity = n + 1};
        return VB_OK;
    }
    if (status == VB_OK)
        status = vb_gzip_pack(raw, n, map->level ? map->level : DEFAULT_LEVEL,
                              map->fast, bytes, err);
    free(raw);
    return status;
}

/* ---- several maps ---- */

typedef struct vb_map_work {
    size_t n;
    const vb_map *maps;
    vb_buffer *const *bytes;
    atomic_size_t next;
    pthread_mutex_t lock;
    size_t failed; /* the first map that failed, n when none did */
    vb_error err;
} vb_map_work;

static void *write_some(void *argument)
{
    vb_map_work *work = argument;

    for (;;) {
        const size_t i = atomic_fetch_add(&work->next, 1);
        vb_error err = {0};

        if (i >= work->n)
            return NULL;
        if (vb_nifti_write(&work->maps[i], work->bytes[i], &err) == VB_OK)
            continue;
        pthread_mutex_lock(&work->lock);
        if (i < work->failed) {
            work->failed = i;
            work->err = err;
        }
        pthread_mutex_unlock(&work->lock);
    }
}

vb_status vb_nifti_write_many(size_t n, const vb_map maps[], vb_buffer *const bytes[],
                              size_t n_threads, vb_error *err)
{
    vb_map_work work = {.n = n, .maps = maps, .bytes = bytes, .failed = n};
    const size_t wanted = n_threads < n ? n_threads : n;
    pthread_t *threads = calloc(wanted + 1, sizeof *threads);
    size_t started = 0;

    if (!threads)
        return vb_fail_memory(err, wanted * sizeof *threads);
    pthread_mutex_init(&work.lock, NULL);
    /* this thread works too; one that cannot be had is done without */
    while (started + 1 < wanted &&
           pthread_create(&threads[started], NULL, write_some, &work) == 0)
        started++;
    write_some(&work);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&work.lock);
    free(threads);
    if (work.failed < n && err)
        *err = work.err;
    return work.failed < n ? work.err.code : VB_OK;
}
