/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clusters.c - a map cut at a height into clusters, described and put in order: positive
 * before negative, large before small, high before low.
 */
#include "clusters_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CONNECTIVITY = 18, DEFAULT_PEAKS = 4 };
static const double default_distance_mm = 8; /* as in SPM's results table */

typedef struct search {
    const vb_stat_map *map;
    vb_clusters *out;
    size_t n_vox;
    double voxel_mm3;
    uint8_t *included; /* [n_vox] */
    int32_t *labels;   /* [n_vox] of one sign */
    size_t *members;   /* voxels ordered by label */
    size_t *start;     /* [n + 1] into members */
    size_t capacity;   /* of out->items */
} search;

static bool passes(const search *s, size_t v, int sign)
{
    return s->map->mask[v] && isfinite(s->map->values[v]) &&
           sign * s->map->values[v] >= s->out->height;
}

/* Voxels in the order of their labels 1 ... n: members[start[l - 1]] on belong to l. */
static vb_status gather(search *s, size_t n, vb_error *err)
{
    size_t *start = calloc(n + 2, sizeof *start);

    free(s->start);
    s->start = start;
    if (!start)
        return vb_fail_memory(err, n * sizeof *start);
    for (size_t v = 0; v < s->n_vox; v++)
        if (s->labels[v])
            start[s->labels[v] + 1]++;
    for (size_t l = 2; l <= n + 1; l++)
        start[l] += start[l - 1];
    for (size_t v = 0; v < s->n_vox; v++)
        if (s->labels[v])
            s->members[start[s->labels[v]]++] = v;
    return VB_OK; /* start[l] is now where label l ends */
}

static void describe(const search *s, int sign, size_t n, const size_t members[],
                     vb_cluster *c)
{
    const vb_stat_map *map = s->map;

    *c = (vb_cluster){.sign = sign, .n_voxels = n, .p_uncorrected = (double)NAN};
    c->p_corrected = (double)NAN;
    c->size_mm3 = (double)n * s->voxel_mm3;
    for (size_t m = 0; m < n; m++) {
        const size_t v = members[m];
        const size_t row = v / map->dim[0], slice = row / map->dim[1];
        const double at[3] = {(double)(v % map->dim[0]), (double)(row % map->dim[1]),
                              (double)slice};

        c->mass += map->values[v];
        for (size_t i = 0; i < 3; i++)
            c->centre_mm[i] += map->values[v] *
                               (map->affine[i][0] * at[0] + map->affine[i][1] * at[1] +
                                map->affine[i][2] * at[2] + map->affine[i][3]);
    }
    for (size_t i = 0; i < 3; i++)
        c->centre_mm[i] /= c->mass;
    if (map->smoothness) {
        vb_rft_cluster_p(&map->statistic, s->out->height, n, map->smoothness,
                         &c->p_uncorrected, &c->p_corrected);
        if (s->out->threshold.two_sided)
            c->p_corrected = fmin(1, 2 * c->p_corrected);
    }
}

static vb_status keep(search *s, const vb_cluster *cluster, vb_error *err)
{
    vb_clusters *out = s->out;

    if (out->n == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 64;
        vb_cluster *items = realloc(out->items, capacity * sizeof *items);

        if (!items)
            return vb_fail_memory(err, capacity * sizeof *items);
        out->items = items;
        s->capacity = capacity;
    }
    out->items[out->n++] = *cluster;
    return VB_OK;
}

/* The clusters of one sign; their labels go on from those before. */
static vb_status find_sign(search *s, int sign, vb_error *err)
{
    vb_clusters *out = s->out;
    const vb_threshold *t = &out->threshold;
    size_t n = 0;
    vb_status status;

    for (size_t v = 0; v < s->n_vox; v++) {
        s->included[v] = passes(s, v, sign);
        out->n_voxels_above += s->included[v];
    }
    status = vb_label_components(s->map->dim, s->included, t->connectivity, s->labels,
                                 &n, err);
    if (status == VB_OK)
        status = gather(s, n, err);
    for (size_t l = 1; status == VB_OK && l <= n; l++) {
        const size_t *members = s->members + s->start[l - 1];
        const size_t size = s->start[l] - s->start[l - 1];
        vb_cluster cluster;

        describe(s, sign, size, members, &cluster);
        if (size < t->min_voxels ||
            (t->cluster_p > 0 && cluster.p_corrected > t->cluster_p)) {
            out->n_left_out++;
            continue;
        }
        status = vb_cluster_peaks(s->map, t, sign, size, members, &cluster.peaks,
                                  &cluster.n_peaks, err);
        if (status != VB_OK)
            return status;
        status = keep(s, &cluster, err);
        if (status != VB_OK) {
            free(cluster.peaks);
            return status;
        }
        for (size_t m = 0; m < size; m++)
            out->labels[members[m]] = (int32_t)out->n;
    }
    return status;
}

static int in_order(const void *a, const void *b)
{
    const vb_cluster *x = a, *y = b;
    const double high_x = fabs(x->peaks[0].value), high_y = fabs(y->peaks[0].value);

    if (x->sign != y->sign)
        return y->sign - x->sign;
    if (x->n_voxels != y->n_voxels)
        return x->n_voxels < y->n_voxels ? 1 : -1;
    if (high_x < high_y || high_x > high_y)
        return high_x < high_y ? 1 : -1;
    for (size_t i = 3; i-- > 0;) /* equal ones in file order, for any qsort */
        if (x->peaks[0].voxel[i] != y->peaks[0].voxel[i])
            return x->peaks[0].voxel[i] < y->peaks[0].voxel[i] ? -1 : 1;
    return 0;
}

/* Puts the clusters in order and renumbers the labels. */
static vb_status sort(search *s, vb_error *err)
{
    vb_clusters *out = s->out;
    const size_t *dim = s->map->dim;
    int32_t *renamed = malloc((out->n + 1) * sizeof *renamed);

    if (!renamed)
        return vb_fail_memory(err, out->n * sizeof *renamed);
    if (out->n)
        qsort(out->items, out->n, sizeof *out->items, in_order);
    renamed[0] = 0;
    for (size_t c = 0; c < out->n; c++) {
        const size_t *at = out->items[c].peaks[0].voxel;

        renamed[out->labels[at[0] + dim[0] * (at[1] + dim[1] * at[2])]] =
            (int32_t)c + 1;
    }
    for (size_t v = 0; v < s->n_vox; v++)
        out->labels[v] = renamed[out->labels[v]];
    free(renamed);
    return VB_OK;
}

static double voxel_mm3(const double a[3][4])
{
    return fabs(a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) -
                a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
                a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]));
}

static void fill_in(const vb_threshold *threshold, const vb_stat_map *map,
                    vb_clusters *out)
{
    vb_threshold *t = &out->threshold;

    *t = *threshold;
    t->connectivity = t->connectivity ? t->connectivity : DEFAULT_CONNECTIVITY;
    t->max_peaks = t->max_peaks ? t->max_peaks : DEFAULT_PEAKS;
    if (!(t->peak_distance_mm > 0))
        t->peak_distance_mm = default_distance_mm;
    out->statistic = map->statistic;
    if (map->smoothness)
        out->smoothness = *map->smoothness;
}

vb_status vb_clusters_find(const vb_threshold *threshold, const vb_stat_map *map,
                           vb_clusters *clusters, vb_error *err)
{
    vb_clusters out = {.n_vox = map->dim[0] * map->dim[1] * map->dim[2]};
    search s = {.map = map,
                .out = &out,
                .n_vox = out.n_vox,
                .voxel_mm3 = voxel_mm3(map->affine)};
    vb_status status = vb_threshold_height(threshold, map, &out.height, err);

    if (status != VB_OK)
        return status;
    fill_in(threshold, map, &out);
    for (size_t v = 0; v < out.n_vox; v++)
        out.n_voxels_searched += map->mask[v] && isfinite(map->values[v]);
    out.labels = calloc(out.n_vox + 1, sizeof *out.labels);
    s.included = malloc(out.n_vox + 1);
    s.labels = malloc((out.n_vox + 1) * sizeof *s.labels);
    s.members = malloc((out.n_vox + 1) * sizeof *s.members);
    if (!out.labels || !s.included || !s.labels || !s.members) {
        status = vb_fail_memory(err, out.n_vox * sizeof *s.members);
        goto done;
    }
    status = find_sign(&s, 1, err);
    if (status == VB_OK && threshold->two_sided)
        status = find_sign(&s, -1, err);
    if (status == VB_OK)
        status = sort(&s, err);
done:
    free(s.included);
    free(s.labels);
    free(s.members);
    free(s.start);
    if (status != VB_OK)
        vb_clusters_free(&out);
    else
        *clusters = out;
    return status;
}

void vb_clusters_free(vb_clusters *clusters)
{
    for (size_t c = 0; c < clusters->n; c++)
        free(clusters->items[c].peaks);
    free(clusters->items);
    free(clusters->labels);
    *clusters = (vb_clusters){.n = 0};
}
