/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_group.c - hierarchical fits of a study's models. */
#include "fit_internal.h"

#include <math.h>
#include <string.h>

/* Units whose choices every model can take. */
static vb_status find_members(vb_fit_study *fits, vb_error *err)
{
    fits->members = vb_arena_take(fits->arena, fits->n_units, sizeof *fits->members);
    if (!fits->members)
        return vb_fail_memory(err, fits->n_units * sizeof *fits->members);
    for (size_t u = 0; u < fits->n_units; u++)
        if (fits->units[u].failure.code == VB_OK)
            fits->members[fits->n_members++] = u;
    return VB_OK;
}

/* Covariates of the members less their means. */
static const double *centre(vb_fit_study *fits)
{
    const size_t c = fits->spec->fit.n_covariates, n = fits->n_members;
    double *x = vb_arena_take(fits->arena, n, c * sizeof *x);

    for (size_t k = 0; x && k < c; k++) {
        double sum = 0;

        for (size_t i = 0; i < n; i++)
            sum += fits->covariates[fits->members[i] * c + k];
        fits->covariate_mean[k] = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            x[i * c + k] =
                fits->covariates[fits->members[i] * c + k] - fits->covariate_mean[k];
    }
    return x;
}

static vb_likelihood **likelihoods_of(const vb_fit_study *fits, size_t m)
{
    vb_likelihood **l = vb_arena_take(fits->arena, fits->n_members, sizeof *l);

    for (size_t i = 0; l && i < fits->n_members; i++)
        l[i] = fits->results[m * fits->n_units + fits->members[i]].likelihood;
    return l;
}

/* What the group says of each member, as a fit. */
static vb_status describe(vb_fit_study *fits, size_t m, vb_error *err)
{
    const vb_group *g = fits->groups[m];
    const size_t n = g->n_numbers;

    for (size_t i = 0; i < fits->n_members; i++) {
        vb_fit_result *result = &fits->results[m * fits->n_units + fits->members[i]];
        const vb_status status =
            vb_fit_at(result->likelihood, g->u + i * n, g->covariance + i * n * n,
                      g->evidence[i], g->converged, &result->fit, err);

        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

static vb_status fit_model(vb_fit_study *fits, size_t m, const double *covariates,
                           size_t n_threads, vb_likelihood *const *l, vb_notes *notes,
                           vb_error *err)
{
    const vb_group_options options = {.n_covariates = fits->spec->fit.n_covariates,
                                      .covariates = covariates,
                                      .n_threads = n_threads};
    vb_status status =
        vb_group_fit(fits->n_members, l, &options, &fits->groups[m], err);

    if (status == VB_OK && !fits->groups[m]->converged)
        vb_note_add(notes, VB_WARNING, "fit-not-converged", NULL, 0, 0,
                    "%s: the hierarchical fit still moved after %zu rounds",
                    fits->names[m], fits->groups[m]->n_rounds);
    return status == VB_OK ? describe(fits, m, err) : status;
}

vb_status fit_study_groups(vb_fit_study *fits, size_t n_threads, vb_notes *notes,
                           vb_error *err)
{
    vb_likelihood *const **all =
        vb_arena_take(fits->arena, fits->n_models, sizeof *all);
    const double *covariates = NULL;
    vb_status status = find_members(fits, err);

    fits->groups = vb_arena_take(fits->arena, fits->n_models, sizeof(vb_group *));
    if (!all || !fits->groups)
        return vb_fail_memory(err, fits->n_models * sizeof *all);
    if (status == VB_OK && fits->n_members < 2)
        return vb_fail(
            err, VB_EESTIMATE,
            "a hierarchical fit needs at least 2 participants, and %zu can be "
            "used",
            fits->n_members);
    if (status == VB_OK && fits->spec->fit.n_covariates && !(covariates = centre(fits)))
        return vb_fail_memory(err, fits->n_members * sizeof(double));
    for (size_t m = 0; m < fits->n_models && status == VB_OK; m++) {
        all[m] = likelihoods_of(fits, m);
        status = all[m] ? fit_model(fits, m, covariates, n_threads, all[m], notes, err)
                        : vb_fail_memory(err, fits->n_members * sizeof *all);
    }
    if (status == VB_OK && fits->n_models > 1)
        status = vb_hbi_fit(fits->n_models, fits->n_members, all, n_threads, &fits->hbi,
                            err);
    return status;
}
