/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threshold.c - from a rule and its level to a height of the statistic. */
#include "valuebold/threshold.h"

#include <math.h>
#include <stdlib.h>

const char *vb_threshold_rule_name(vb_threshold_rule rule)
{
    static const char *const names[] = {[VB_THRESHOLD_HEIGHT] = "height",
                                        [VB_THRESHOLD_UNCORRECTED] = "uncorrected",
                                        [VB_THRESHOLD_BONFERRONI] = "bonferroni",
                                        [VB_THRESHOLD_FDR] = "fdr",
                                        [VB_THRESHOLD_FWE] = "fwe"};

    return names[rule];
}

static vb_status check(const vb_threshold *t, const vb_stat_map *map, vb_error *err)
{
    const size_t c = t->connectivity;

    if (c && c != 6 && c != 18 && c != 26)
        return vb_fail(err, VB_EUSAGE,
                       "threshold: connectivity %zu, expected 6, 18 or 26", c);
    if (t->two_sided && map->statistic.kind == VB_STATISTIC_F)
        return vb_fail(err, VB_EUSAGE,
                       "threshold: F has one side only; leave out the second");
    if ((t->rule == VB_THRESHOLD_FWE || t->cluster_p > 0) && !map->smoothness)
        return vb_fail(
            err, VB_EUSAGE,
            "threshold: correction by random fields needs the smoothness of the "
            "map");
    if (t->rule == VB_THRESHOLD_HEIGHT ? !(t->level > 0 && isfinite(t->level))
                                       : !(t->level > 0 && t->level < 1))
        return vb_fail(err, VB_EDOM, "threshold: %s level %g, expected %s",
                       vb_threshold_rule_name(t->rule), t->level,
                       t->rule == VB_THRESHOLD_HEIGHT ? "a height above 0"
                                                      : "a number between 0 and 1");
    return VB_OK;
}

/* The smallest statistic whose q is at most the level. */
static vb_status fdr_height(const vb_threshold *t, const vb_stat_map *map, size_t n_vox,
                            double *height, vb_error *err)
{
    double *x = malloc((n_vox + 1) * sizeof *x), *q = malloc((n_vox + 1) * sizeof *q);
    vb_status status = VB_OK;
    size_t n = 0;

    if (!x || !q) {
        status = vb_fail_memory(err, 2 * n_vox * sizeof *x);
        goto done;
    }
    for (size_t v = 0; v < n_vox; v++)
        if (map->mask[v] && isfinite(map->values[v]))
            x[n++] = map->values[v];
    status = vb_statistic_p(&map->statistic, n, x, t->two_sided, q, err);
    if (status == VB_OK)
        status = vb_fdr_adjust(VB_FDR_BH, n, q, q, err);
    if (status != VB_OK)
        goto done;
    *height = (double)INFINITY;
    for (size_t i = 0; i < n; i++)
        if (q[i] <= t->level)
            *height = fmin(*height, t->two_sided ? fabs(x[i]) : x[i]);
done:
    free(x);
    free(q);
    return status;
}

vb_status vb_threshold_height(const vb_threshold *t, const vb_stat_map *map,
                              double *height, vb_error *err)
{
    const size_t n_vox = map->dim[0] * map->dim[1] * map->dim[2];
    const double share = t->two_sided ? 0.5 : 1;
    size_t n = 0;
    vb_status status = check(t, map, err);

    if (status != VB_OK)
        return status;
    for (size_t v = 0; v < n_vox; v++)
        n += map->mask[v] && isfinite(map->values[v]);
    switch (t->rule) {
    case VB_THRESHOLD_UNCORRECTED:
        *height = vb_statistic_from_log_p(&map->statistic, log(share * t->level));
        return VB_OK;
    case VB_THRESHOLD_BONFERRONI:
        *height = vb_statistic_from_log_p(&map->statistic,
                                          log(share * t->level / (double)(n ? n : 1)));
        return VB_OK;
    case VB_THRESHOLD_FDR:
        return fdr_height(t, map, n_vox, height, err);
    case VB_THRESHOLD_FWE:
        return vb_rft_height(&map->statistic, share * t->level, map->smoothness, height,
                             err);
    default:
        *height = t->level;
        return VB_OK;
    }
}
