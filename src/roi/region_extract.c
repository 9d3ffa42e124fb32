/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_extract.c - which voxels the regions of a run are made of. */
#include "region_extract.h"

#include <stdlib.h>
#include <string.h>

void vb_region_extract_free(vb_region_extract *e)
{
    if (!e)
        return;
    for (size_t r = 0; r < e->n_regions; r++) {
        if (e->members) {
            free(e->members[r].row);
            free(e->members[r].weight);
            free(e->members[r].voxel);
        }
        if (e->series) {
            free(e->series[r].mean);
            free(e->series[r].median);
            free(e->series[r].weighted);
        }
    }
    free(e->members);
    free(e->series);
    free(e->voxel);
    free(e->state);
    free(e->row);
    free(e->scratch);
    free(e->kept);
    free(e);
}

static int ascending(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

/* The voxels of all regions, each once. */
static vb_status make_union(vb_region_extract *e, size_t n_vox, const uint8_t brain[],
                            vb_error *err)
{
    size_t n_all = 0, n = 0;

    for (size_t r = 0; r < e->n_regions; r++)
        n_all += e->regions[r].n;
    e->voxel = malloc((n_all + 1) * sizeof *e->voxel);
    if (!e->voxel)
        return vb_fail_memory(err, n_all * sizeof *e->voxel);
    for (size_t r = 0; r < e->n_regions; r++)
        for (size_t i = 0; i < e->regions[r].n; i++) {
            const size_t v = e->regions[r].voxel[i];

            if (v >= n_vox)
                return vb_fail(err, VB_EINTERNAL, "voxel %zu of %zu", v, n_vox);
            if (!brain || brain[v])
                e->voxel[n++] = v;
        }
    qsort(e->voxel, n, sizeof *e->voxel, ascending);
    for (size_t i = 0; i < n; i++)
        if (!e->n_union || e->voxel[i] != e->voxel[e->n_union - 1])
            e->voxel[e->n_union++] = e->voxel[i];
    return VB_OK;
}

/* Its place in the union; VB_NONE: not in the brain. */
static size_t place_of(const vb_region_extract *e, size_t voxel)
{
    const size_t *at =
        bsearch(&voxel, e->voxel, e->n_union, sizeof *e->voxel, ascending);

    return at ? (size_t)(at - e->voxel) : VB_NONE;
}

static vb_status make_members(vb_region_extract *e, size_t r, vb_error *err)
{
    const vb_region *region = &e->regions[r];
    region_members *m = &e->members[r];
    vb_region_series *s = &e->series[r];

    m->row = calloc(region->n + 1, sizeof *m->row);
    m->weight = calloc(region->n + 1, sizeof *m->weight);
    m->voxel = calloc(region->n + 1, sizeof *m->voxel);
    s->mean = calloc(e->n_scans + 1, sizeof *s->mean);
    s->median = calloc(e->n_scans + 1, sizeof *s->median);
    s->weighted = calloc(e->n_scans + 1, sizeof *s->weighted);
    if (!m->row || !m->weight || !m->voxel || !s->mean || !s->median || !s->weighted)
        return vb_fail_memory(err, (region->n + e->n_scans) * 3 * sizeof(double));
    for (size_t i = 0; i < region->n; i++) {
        const size_t place = place_of(e, region->voxel[i]);

        if (place == VB_NONE)
            continue;
        m->row[m->n] = place;
        m->weight[m->n] = region->weight[i];
        m->voxel[m->n++] = region->voxel[i];
    }
    s->n_voxels = region->n;
    s->n_brain = m->n_used = m->n;
    s->voxel = m->voxel;
    s->weight = m->weight;
    return VB_OK;
}

vb_status vb_region_extract_alloc(size_t n_regions, const vb_region regions[],
                                  size_t n_vox, size_t n_scans, const uint8_t brain[],
                                  size_t keep_bytes, vb_region_extract **extract,
                                  vb_error *err)
{
    vb_region_extract *e = calloc(1, sizeof *e);
    vb_status status = VB_OK;

    if (!e)
        return vb_fail_memory(err, sizeof *e);
    e->n_regions = n_regions;
    e->n_scans = n_scans;
    e->regions = regions;
    e->keep_bytes = keep_bytes;
    e->members = calloc(n_regions + 1, sizeof *e->members);
    e->series = calloc(n_regions + 1, sizeof *e->series);
    if (!e->members || !e->series)
        status = vb_fail_memory(err, n_regions * sizeof *e->series);
    if (status == VB_OK)
        status = make_union(e, n_vox, brain, err);
    for (size_t r = 0; r < n_regions && status == VB_OK; r++)
        status = make_members(e, r, err);
    if (status == VB_OK) {
        e->state = calloc(e->n_union + 1, sizeof *e->state);
        e->row = calloc(e->n_union + 1, sizeof *e->row);
        e->scratch = calloc(e->n_union + 1, sizeof *e->scratch);
        if (!e->state || !e->row || !e->scratch)
            status = vb_fail_memory(err, e->n_union * sizeof *e->state);
    }
    if (status != VB_OK) {
        vb_region_extract_free(e);
        return status;
    }
    *extract = e;
    return VB_OK;
}

size_t vb_region_extract_mask(const vb_region_extract *e, uint8_t mask[])
{
    for (size_t i = 0; i < e->n_union; i++)
        mask[e->voxel[i]] = 1;
    return e->n_union;
}
