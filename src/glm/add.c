/* SPDX-License-Identifier: GPL-3.0-or-later */
/* add.c - blocks of volumes into the sums, tile by tile. */
#include "sums.h"
#include "valuebold/parallel.h"

#include <stdlib.h>

/* The rows of the design for the next n scans, in the order in which they are used. */
static void pack(vb_glm *g, size_t n)
{
    const vb_glm_plan *p = g->plan;

    for (size_t i = 0; i < p->n_rows_padded; i += VB_ROWS)
        for (size_t b = 0; b < n; b++)
            for (size_t r = 0; r < VB_ROWS; r++)
                g->packed[i * n + b * VB_ROWS + r] =
                    i + r < p->n_rows ? p->rows[(g->n_added + b) * p->n_rows + i + r]
                                      : 0;
}

vb_status vb_glm_addition_take(vb_glm *g, size_t n_volumes, vb_sample type,
                               size_t stride, size_t n_workers, vb_glm_addition *a,
                               vb_error *err)
{
    const vb_glm_plan *p = g->plan;

    if (g->is_finished || n_volumes > p->n_scans - g->n_added)
        return vb_fail(err, VB_EUSAGE,
                       "%zu volumes follow %zu, but the design has %zu scans",
                       n_volumes, g->n_added, p->n_scans);
    *a = (vb_glm_addition){.glm = g,
                           .value_bytes = vb_sample_bytes(type),
                           .feed = {.type = type,
                                    .stride = stride,
                                    .packed = g->packed,
                                    .n_rows = p->n_rows_padded,
                                    .panel_rows = g->panel_rows}};
    a->columns = vb_glm_doubles(n_workers * VB_TILE * VB_MOST_VOLUMES);
    return a->columns ? VB_OK
                      : vb_fail_memory(err, n_workers * VB_TILE * VB_MOST_VOLUMES *
                                                sizeof(double));
}

void vb_glm_addition_free(vb_glm_addition *a)
{
    free(a->columns);
}

void vb_glm_addition_set(vb_glm_addition *a, size_t n, const void *values)
{
    pack(a->glm, n);
    a->feed.n_volumes = n;
    a->feed.values = values;
    a->feed.is_first = a->glm->n_added == 0;
    a->glm->n_added += n;
}

void vb_glm_addition_tile(const vb_glm_addition *a, size_t tile, size_t worker)
{
    const vb_glm *g = a->glm;
    const size_t left = g->n_voxels - tile * VB_TILE;
    vb_glm_feed feed = a->feed;

    feed.values = (const char *)feed.values + tile * VB_TILE * a->value_bytes;
    feed.n_voxels = left < VB_TILE ? left : VB_TILE;
    feed.columns = a->columns + worker * VB_TILE * VB_MOST_VOLUMES;
    g->plan->kernels->add(&feed, vb_glm_panel(g, tile * VB_TILE));
}

static void add_tile(void *context, size_t tile, size_t worker)
{
    vb_glm_addition_tile(context, tile, worker);
}

vb_status vb_glm_add(vb_glm *g, size_t n_volumes, vb_sample type, const void *values,
                     size_t stride, size_t n_threads, vb_error *err)
{
    const size_t bytes = vb_sample_bytes(type);
    vb_glm_addition a;
    vb_status status;

    n_threads = n_threads < 1                ? 1
                : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                             : n_threads;
    status = vb_glm_addition_take(g, n_volumes, type, stride, n_threads, &a, err);
    if (status != VB_OK)
        return status;
    for (size_t done = 0; done < n_volumes;) {
        const size_t left = n_volumes - done;
        const size_t n = left < VB_MOST_VOLUMES ? left : VB_MOST_VOLUMES;

        vb_glm_addition_set(&a, n, (const char *)values + done * stride * bytes);
        vb_parallel(g->n_tiles, n_threads, add_tile, &a);
        done += n;
    }
    vb_glm_addition_free(&a);
    return VB_OK;
}
