/* SPDX-License-Identifier: GPL-3.0-or-later */
/* single_trial.c - series by the block through the kernels; columns of trials. */
#include "single_trial_plan.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { L = VB_TRIAL_LANES };

/* Residual over total sum of squares below which only rounding is left, as in finish.c. */
static const double no_variance = 1e-12;

typedef struct job {
    const vb_trial_plan *plan;
    size_t n_series, stride;
    const double *y;
    const double *rho; /* [n_series]; NULL: 0 */
    double *estimate, *se, *rho_used;
    vb_trial_lanes *lanes; /* [n_workers] */
} job;

static vb_status take_lanes(const vb_trial_shape *p, vb_trial_lanes *l, vb_error *err)
{
    const size_t n = p->n_scans + 4 * p->rank + 2 * p->n_trials + 4 * p->n_weights;
    double *all = calloc(n, L * sizeof *all);

    if (!all)
        return vb_fail_memory(err, n * L * sizeof *all);
    l->y = all;
    l->base = l->y + p->n_scans * L;
    l->lag = l->base + p->rank * L;
    l->inv = l->lag + p->rank * L;
    l->beta = l->inv + p->rank * L;
    l->zr = l->beta + p->rank * L;
    l->dzr = l->zr + p->n_trials * L;
    l->value = l->dzr + p->n_trials * L;
    l->var = l->value + p->n_weights * L;
    l->end = l->var + p->n_weights * L;
    return VB_OK;
}

/* Series first ... of the block into the lanes; those beyond the last, and those that cannot
 * be fitted, become zeros. */
static void load(const job *j, size_t first, vb_trial_lanes *l, bool fits[L])
{
    const size_t n = j->plan->shape.n_scans;

    for (size_t v = 0; v < L; v++) {
        bool finite = first + v < j->n_series;

        for (size_t s = 0; s < n && finite; s++)
            finite = isfinite(j->y[s * j->stride + first + v]);
        l->rho[v] = finite && j->rho ? j->rho[first + v] : 0;
        fits[v] = finite && fabs(l->rho[v]) < 1;
        if (!fits[v])
            l->rho[v] = 0;
        for (size_t s = 0; s < n; s++)
            l->y[s * L + v] = fits[v] ? j->y[s * j->stride + first + v] : 0;
    }
}

static void put(const job *j, size_t t, size_t first, const bool fits[L],
                const double estimate[L], const double variance[L], const double ss[L])
{
    const double df = vb_trial_df(j->plan, t);
    const bool known = vb_trial_is_estimable(j->plan, t);

    for (size_t v = 0; v < L && first + v < j->n_series; v++) {
        const size_t at = t * j->n_series + first + v;
        const bool is_number = known && fits[v];

        j->estimate[at] = is_number ? estimate[v] : (double)NAN;
        if (j->se)
            j->se[at] =
                is_number && ss[v] > 0 ? sqrt(variance[v] * ss[v] / df) : (double)NAN;
    }
}

static void fit_block(void *context, size_t block, size_t worker)
{
    const job *j = context;
    const vb_trial_plan *p = j->plan;
    const size_t first = block * L;
    vb_trial_lanes *l = &j->lanes[worker];
    double estimate[L] = {0}, variance[L] = {0}, ss[L] = {0};
    bool fits[L];

    load(j, first, l, fits);
    vb_trial_sums(&p->shape, l);
    for (size_t v = 0; v < L; v++)
        fits[v] = fits[v] && l->r0[v] > no_variance * l->square[v];
    vb_trial_solve(&p->shape, l);
    for (size_t t = 0; t < p->shape.n_trials; t++) {
        const size_t c = p->weight[t];

        if (p->kind[t] == VB_TRIAL_UPDATE)
            vb_trial_update(&p->shape, l, t, c, estimate, variance, ss);
        if (p->kind[t] == VB_TRIAL_WEIGHT)
            put(j, t, first, fits, l->value + c * L, l->var + c * L, l->ss);
        else
            put(j, t, first, fits, estimate, variance, ss);
    }
    for (size_t v = 0; j->rho_used && v < L && first + v < j->n_series; v++)
        j->rho_used[first + v] = fits[v] ? l->rho[v] : (double)NAN;
}

/* rho [n_series] of the common model. */
static vb_status estimate_rho(const vb_trial_plan *p, size_t n_series, const double y[],
                              size_t stride, size_t n_threads, double rho[],
                              vb_error *err)
{
    vb_glm *glm = NULL;
    vb_status status = vb_glm_alloc(p->noise, n_series, &glm, err);

    if (status == VB_OK)
        status = vb_glm_add(glm, p->shape.n_scans, VB_SAMPLE_FLOAT64, y, stride,
                            n_threads, err);
    if (status == VB_OK)
        status = vb_glm_finish(glm, 1, 0, n_threads, NULL, err);
    if (status == VB_OK)
        status = vb_glm_map(glm, VB_STAT_RHO, 0, rho, err);
    vb_glm_free(glm);
    return status;
}

static vb_status run(job *j, size_t n_workers, vb_error *err)
{
    const size_t n_blocks = (j->n_series + L - 1) / L;
    vb_status status = VB_OK;

    j->lanes = calloc(n_workers, sizeof *j->lanes);
    if (!j->lanes)
        return vb_fail_memory(err, n_workers * sizeof *j->lanes);
    for (size_t i = 0; i < n_workers && status == VB_OK; i++)
        status = take_lanes(&j->plan->shape, &j->lanes[i], err);
    if (status == VB_OK)
        vb_parallel(n_blocks, n_workers, fit_block, j);
    for (size_t i = 0; i < n_workers; i++)
        free(j->lanes[i].y);
    free(j->lanes);
    return status;
}

vb_status vb_trial_fit(const vb_trial_plan *plan, size_t n_series, const double y[],
                       size_t stride, const double rho[], size_t n_threads,
                       double estimate[], double se[], double rho_used[], vb_error *err)
{
    const size_t most = n_threads < VB_MAX_THREADS ? n_threads : VB_MAX_THREADS;
    const size_t n_workers = most ? most : 1;
    double *own_rho = NULL;
    vb_status status = VB_OK;
    job j = {.plan = plan,
             .n_series = n_series,
             .stride = stride,
             .y = y,
             .rho = rho,
             .estimate = estimate,
             .se = se,
             .rho_used = rho_used};

    if (!n_series)
        return VB_OK;
    if (!rho && plan->noise) {
        own_rho = calloc(n_series, sizeof *own_rho);
        if (!own_rho)
            return vb_fail_memory(err, n_series * sizeof *own_rho);
        status = estimate_rho(plan, n_series, y, stride, n_workers, own_rho, err);
        j.rho = own_rho;
    }
    if (status == VB_OK)
        status = run(&j, n_workers, err);
    free(own_rho);
    return status;
}

/* ---- columns ---- */

vb_status vb_trial_columns(const vb_design_run *run, const vb_design_options *options,
                           size_t n, const double onset_s[], const double duration_s[],
                           double z[], vb_error *err)
{
    vb_design_run r = *run;
    vb_status status = VB_OK;
    size_t j;

    r.n_confounds = 0;
    r.in_scans = false;
    r.n_events = 1;
    for (size_t t = 0; t < n && status == VB_OK; t++) {
        const vb_design_event event = {.name = "trial",
                                       .n_events = 1,
                                       .onset_s = &onset_s[t],
                                       .duration_s = &duration_s[t]};
        const bool inside =
            onset_s[t] < (double)r.n_scans * r.tr_s && onset_s[t] + duration_s[t] > -24;
        vb_design *design = NULL;

        r.events = &event;
        if (inside)
            status = vb_design_build(1, &r, options, &design, NULL, err);
        j = 0;
        while (design && j < design->n_cols &&
               (design->columns[j].kind != VB_COLUMN_EVENT || design->columns[j].basis))
            j++; /* AFNI's polynomials come first */
        for (size_t s = 0; s < r.n_scans && status == VB_OK; s++)
            z[s * n + t] =
                design && j < design->n_cols ? design->x[s * design->n_cols + j] : 0;
        vb_design_free(design);
    }
    return status;
}

void vb_trial_whole(size_t n_events, const size_t trial[], const double event_onset_s[],
                    const double event_duration_s[], size_t n_trials, double onset_s[],
                    double duration_s[])
{
    for (size_t t = 0; t < n_trials; t++)
        onset_s[t] = duration_s[t] = NAN;
    for (size_t i = 0; i < n_events; i++) {
        const size_t t = trial[i];
        const double end_s = event_onset_s[i] + event_duration_s[i];

        if (t >= n_trials || !isfinite(end_s))
            continue;
        onset_s[t] =
            fmin(onset_s[t], event_onset_s[i]); /* of a number and NaN: the number */
        duration_s[t] = fmax(duration_s[t], end_s); /* the end, for now */
    }
    for (size_t t = 0; t < n_trials; t++)
        duration_s[t] -= onset_s[t];
}
