/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_group.c - tests over subjects, all regions at once. */
#include "valuebold/region_group.h"
#include "group_internal.h"
#include "valuebold/region_glm.h"

#include <math.h>
#include <stdlib.h>

/* Statistics this much below the observed one, relatively, count as it: rounding. */
static const double slack = 1e-12;

static vb_status check_columns(const vb_region_group *d, vb_error *err)
{
    size_t n[2] = {0, 0};
    bool varies = false;

    for (size_t i = 0; i < d->n_subjects; i++) {
        if (d->test == VB_GROUP_TWO_GROUP && d->group[i] > 1)
            return vb_fail(
                err, VB_EINPUT,
                "subject %zu is of group %zu; a test of two groups has 0 and "
                "1",
                i + 1, d->group[i]);
        if (d->test == VB_GROUP_TWO_GROUP)
            n[d->group[i]]++;
        if (d->test == VB_GROUP_COVARIATE && !isfinite(d->covariate[i]))
            return vb_fail(err, VB_EINPUT,
                           "subject %zu has no covariate; leave it out of the test",
                           i + 1);
        if (d->test == VB_GROUP_COVARIATE)
            varies = varies || fabs(d->covariate[i] - d->covariate[0]) > 0;
        for (size_t k = 0; k < d->n_nuisance; k++)
            if (!isfinite(d->nuisance[i * d->n_nuisance + k]))
                return vb_fail(
                    err, VB_EINPUT,
                    "subject %zu has no nuisance covariate %zu; leave it out "
                    "of the test",
                    i + 1, k + 1);
    }
    if (d->test == VB_GROUP_TWO_GROUP && (n[0] < 2 || n[1] < 2))
        return vb_fail(err, VB_EINPUT,
                       "the groups have %zu and %zu subjects; a test takes 2 of each",
                       n[0], n[1]);
    if (d->test == VB_GROUP_COVARIATE && !varies)
        return vb_fail(err, VB_EINPUT, "the covariate is the same in all %zu subjects",
                       d->n_subjects);
    return VB_OK;
}

static vb_status check(const vb_region_group *d, vb_error *err)
{
    if (d->test == VB_GROUP_TWO_GROUP && !d->group)
        return vb_fail(err, VB_EUSAGE, "a test of two groups without groups");
    if (d->test == VB_GROUP_COVARIATE && !d->covariate)
        return vb_fail(err, VB_EUSAGE, "a test of a covariate without one");
    if (d->unequal_variances && (d->test != VB_GROUP_TWO_GROUP || d->n_nuisance))
        return vb_fail(err, VB_EUSAGE,
                       "unequal variances are for two groups without nuisance");
    if (d->n_subjects < 3)
        return vb_fail(err, VB_EINPUT, "a test over %zu subjects; it takes 3",
                       d->n_subjects);
    return check_columns(d, err);
}

static vb_arrangement kind_of(const vb_region_group *d)
{
    if (d->test == VB_GROUP_ONE_SAMPLE)
        return VB_ARRANGE_SIGNS;
    return d->test == VB_GROUP_TWO_GROUP && !d->n_nuisance ? VB_ARRANGE_LABELS
                                                           : VB_ARRANGE_ORDER;
}

/* The arrangement that was observed. */
static void observe(const vb_region_group *d, const vb_arrangements *all,
                    vb_arrangements *observed)
{
    *observed = *all;
    observed->index = 0;
    for (size_t i = 0; i < d->n_subjects; i++) {
        observed->sign[i] = 1;
        observed->order[i] = i;
        observed->label[i] = d->group ? d->group[i] : 0;
    }
}

static void take_result(const vb_region_group *d, vb_group_region *r,
                        const vb_arrangements *observed, vb_region_group_result *out)
{
    const double level = d->level > 0 ? d->level : 0.95;
    vb_region_estimate e;
    double df = 0;

    r->t = vb_group_t(d, r, observed, &r->effect, &r->se, &df);
    e = vb_region_estimate_of(r->effect, r->se, df, level);
    *out = (vb_region_group_result){.n = r->n,
                                    .effect = e.effect,
                                    .se = e.se,
                                    .low = e.low,
                                    .high = e.high,
                                    .t = r->t,
                                    .df = df,
                                    .p = e.p,
                                    .d = NAN};
    if (d->test == VB_GROUP_ONE_SAMPLE)
        out->d = r->effect / (r->se * sqrt(r->xx));
    if (d->test == VB_GROUP_TWO_GROUP) { /* pooled, also where t is Welch's */
        double pooled;

        for (size_t i = 0; i < r->n; i++)
            r->work[i] = r->y[i] - r->effect * r->x[i];
        pooled = 0;
        for (size_t i = 0; i < r->n; i++)
            pooled += r->work[i] * r->work[i];
        out->d = r->effect / sqrt(pooled / r->df);
    }
}

static vb_status permute(const vb_region_group *d, const vb_group_region regions[],
                         vb_arrangements *a, vb_region_group_result results[],
                         vb_error *err)
{
    const size_t n = d->n_regions;
    size_t *own = calloc(n + 1, 2 * sizeof *own), *corrected;
    double most;

    if (!own)
        return vb_fail_memory(err, 2 * n * sizeof *own);
    corrected = own + n;
    while (vb_arrangements_next(a)) {
        most = 0;
        for (size_t v = 0; v < n; v++) {
            double t;

            if (!regions[v].usable)
                continue;
            t = fabs(vb_group_t(d, &regions[v], a, NULL, NULL, NULL));
            own[v] += t >= fabs(regions[v].t) * (1 - slack);
            most = fmax(most, t);
        }
        for (size_t v = 0; v < n; v++)
            corrected[v] += most >= fabs(regions[v].t) * (1 - slack);
    }
    for (size_t v = 0; v < n; v++)
        if (regions[v].usable) {
            results[v].p_permutation = (double)own[v] / (double)a->n_total;
            results[v].p_corrected = (double)corrected[v] / (double)a->n_total;
        }
    free(own);
    return VB_OK;
}

static vb_status run(const vb_region_group *d, vb_arena *arena,
                     vb_region_group_result results[], vb_region_group_info *info,
                     vb_error *err)
{
    vb_group_region *regions = vb_arena_take(arena, d->n_regions, sizeof *regions);
    vb_arrangements all, observed;
    vb_status status = regions ? vb_arrangements_start(kind_of(d), d, arena, &all, err)
                               : vb_fail_memory(err, d->n_regions * sizeof *regions);

    for (size_t v = 0; v < d->n_regions && status == VB_OK; v++) {
        status = vb_group_region_make(d, v, arena, &regions[v], err);
        results[v] = (vb_region_group_result){regions[v].n, NAN, NAN, NAN, NAN, NAN,
                                              NAN,          NAN, NAN, NAN, NAN};
    }
    if (status != VB_OK)
        return status;
    observe(d, &all, &observed);
    for (size_t v = 0; v < d->n_regions; v++)
        if (regions[v].usable)
            take_result(d, &regions[v], &observed, &results[v]);
    if (info)
        *info =
            (vb_region_group_info){.exact = all.exact, .n_permutations = all.n_total};
    return permute(d, regions, &all, results, err);
}

vb_status vb_region_group_test(const vb_region_group *data,
                               vb_region_group_result results[],
                               vb_region_group_info *info, vb_error *err)
{
    vb_arena *arena;
    vb_status status = check(data, err);

    if (status != VB_OK)
        return status;
    arena = vb_arena_alloc();
    status = arena ? run(data, arena, results, info, err)
                   : vb_fail_memory(err, sizeof *results);
    vb_arena_free(arena);
    return status;
}
