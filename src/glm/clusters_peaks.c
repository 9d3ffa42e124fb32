/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clusters_peaks.c - local maxima of a cluster: voxels above all their neighbours in the
 * mask; of equal neighbours the first in file order.
 */
#include "clusters_internal.h"

#include <math.h>
#include <stdlib.h>

/* Whether w stands above v on the side of sign. */
static bool above(const double values[], int sign, size_t w, size_t v)
{
    const double a = sign * values[w], b = sign * values[v];

    return a > b || (a >= b && w < v);
}

static bool is_peak(const vb_stat_map *map, int sign, size_t n_steps,
                    const vb_step steps[], size_t v)
{
    const size_t *dim = map->dim;
    const size_t at[3] = {v % dim[0], v / dim[0] % dim[1], v / dim[0] / dim[1]};

    for (size_t s = 0; s < n_steps; s++) {
        const size_t w = v + (size_t)steps[s].offset;

        if (vb_step_inside(&steps[s], at, dim) && map->mask[w] &&
            above(map->values, sign, w, v))
            return false;
    }
    return true;
}

static void describe(const vb_stat_map *map, const vb_threshold *t, size_t v, int sign,
                     vb_peak *peak)
{
    const double x = sign * map->values[v];
    const vb_tails tails = vb_statistic_tails(&map->statistic, x);
    const double sides = t->two_sided ? 2 : 1;

    peak->voxel[0] = v % map->dim[0];
    peak->voxel[1] = v / map->dim[0] % map->dim[1];
    peak->voxel[2] = v / map->dim[0] / map->dim[1];
    for (size_t i = 0; i < 3; i++) {
        peak->mm[i] = map->affine[i][3];
        for (size_t j = 0; j < 3; j++)
            peak->mm[i] += map->affine[i][j] * (double)peak->voxel[j];
    }
    peak->value = map->values[v];
    peak->z = sign * vb_statistic_z(&map->statistic, x);
    peak->p_uncorrected = fmin(1, sides * exp(tails.log_upper));
    peak->p_corrected =
        map->smoothness
            ? fmin(1, sides * vb_rft_peak_p(&map->statistic, x, map->smoothness))
            : (double)NAN;
}

static double distance(const vb_peak *a, const vb_peak *b)
{
    return sqrt(pow(a->mm[0] - b->mm[0], 2) + pow(a->mm[1] - b->mm[1], 2) +
                pow(a->mm[2] - b->mm[2], 2));
}

vb_status vb_cluster_peaks(const vb_stat_map *map, const vb_threshold *t, int sign,
                           size_t n, const size_t members[], vb_peak **peaks,
                           size_t *n_peaks, vb_error *err)
{
    vb_step steps[26];
    const size_t n_steps = vb_neighbours(map->dim, t->connectivity, steps);
    size_t n_found = 0, *found = malloc((n + 1) * sizeof *found);
    vb_peak *kept = calloc(t->max_peaks, sizeof *kept);

    *n_peaks = 0;
    if (!found || !kept) {
        free(found);
        free(kept);
        return vb_fail_memory(err, n * sizeof *found);
    }
    for (size_t i = 0; i < n; i++)
        if (is_peak(map, sign, n_steps, steps, members[i]))
            found[n_found++] = members[i];
    while (*n_peaks < t->max_peaks && n_found) {
        size_t best = 0;
        bool near = false;
        vb_peak next;

        for (size_t i = 1; i < n_found; i++)
            if (above(map->values, sign, found[i], found[best]))
                best = i;
        describe(map, t, found[best], sign, &next);
        for (size_t i = 0; i < *n_peaks && !near; i++)
            near = distance(&kept[i], &next) < t->peak_distance_mm;
        if (!near)
            kept[(*n_peaks)++] = next;
        found[best] = found[--n_found];
    }
    free(found);
    *peaks = kept;
    return VB_OK;
}
