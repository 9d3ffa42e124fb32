/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_keep.c - series of voxels out of rows of volumes. */
#include "glm_internal.h"
#include "valuebold/parallel.h"

#include <stdlib.h>
#include <string.h>

typedef struct scattering {
    const glm_feed *feed;
    const glm_rows *rows;
} scattering;

static void scatter_chunk(void *context, size_t chunk, size_t worker)
{
    const scattering *s = context;
    const glm_rows *r = s->rows;
    const size_t n_scans = s->feed->header->n_volumes, n_in = s->feed->n_in;
    const size_t end = (chunk + 1) * GLM_CHUNK < n_in ? (chunk + 1) * GLM_CHUNK : n_in;

    (void)worker;
    for (size_t v = chunk * GLM_CHUNK; v < end; v++) {
        char *to = (char *)s->feed->series + (v * n_scans + r->first_volume) * r->bytes;

        for (size_t b = 0; b < r->n_volumes; b++)
            memcpy(to + b * r->bytes, r->values + (b * r->stride + v) * r->bytes,
                   r->bytes);
    }
}

vb_status glm_keep_series(glm_feed *feed, const glm_rows *rows, size_t n_threads,
                          vb_error *err)
{
    const size_t bytes = feed->header->n_volumes * rows->bytes;
    scattering s = {feed, rows};

    if (!feed->series)
        feed->series = calloc(feed->n_in, bytes);
    if (!feed->series)
        return vb_fail_memory(err, feed->n_in * bytes);
    vb_parallel((feed->n_in + GLM_CHUNK - 1) / GLM_CHUNK, n_threads, scatter_chunk, &s);
    return VB_OK;
}

vb_status glm_keep_sample(glm_feed *feed, const glm_rows *rows, vb_error *err)
{
    const size_t n_scans = feed->header->n_volumes, bytes = rows->bytes;

    if (!feed->sampled)
        feed->sampled = calloc(feed->n_sample, n_scans * bytes);
    if (!feed->sampled)
        return vb_fail_memory(err, feed->n_sample * n_scans * bytes);
    for (size_t b = 0; b < rows->n_volumes; b++)
        for (size_t i = 0; i < feed->n_sample; i++)
            memcpy((char *)feed->sampled +
                       (i * n_scans + rows->first_volume + b) * bytes,
                   rows->values + (b * rows->stride + feed->sample[i]) * bytes, bytes);
    return VB_OK;
}
