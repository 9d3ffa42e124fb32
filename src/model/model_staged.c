/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_staged.c - expected value at the first cue and SV prediction error at the
 * second.
 *
 *     expected_sv = SV with the unseen attribute's term at its expectation
 *     svpe        = SV - expected_sv
 *
 * or, where the first cue shows neither, expected_sv is the expectation of SV itself.
 *
 * Arulpragasam et al. (2018) PNAS 115:E5233 derive the expectation from trial history;
 * their estimator is not known, so three are offered.  What is remembered is the term
 * (U(R), or the effort's factor or cost), not the raw attribute: as SV is linear in
 * each term, expected_sv is then the mean SV over the remembered trials, E[SV] = mean_j
 * SV(known, x_j).
 */
#include "model_internal.h"

#include <math.h>
#include <string.h>

/* Expectation of x before each trial; NaN where nothing has been seen. */
static void expect(const model_run *run, const double x[], double out[])
{
    const vb_model_spec *spec = &run->model->spec;
    const vb_trials *trials = run->trials;
    double expectation = NAN, sum = 0;
    size_t n = 0;

    if (spec->staged_history == VB_HISTORY_DESIGN) {
        for (size_t t = 0; t < trials->n_trials; t++)
            if (!isnan(x[t])) {
                sum += x[t];
                n++;
            }
        for (size_t t = 0; t < trials->n_trials; t++)
            out[t] = n ? sum / (double)n : (double)NAN;
        return;
    }
    for (size_t t = 0; t < trials->n_trials; t++) {
        if (t && trials->run && trials->run[t] != trials->run[t - 1] &&
            !spec->staged_carries_over) {
            expectation = NAN;
            sum = 0;
            n = 0;
        }
        out[t] = expectation;
        if (isnan(x[t]))
            continue;
        sum += x[t];
        n++;
        if (spec->staged_history == VB_HISTORY_MEAN)
            expectation = sum / (double)n;
        else
            expectation =
                n == 1 ? x[t] : expectation + spec->staged_rate * (x[t] - expectation);
    }
}

static bool is_neither(const char *first)
{
    return strcmp(first, "neither") == 0;
}

/* What the first cue of trial t shows; VB_N_ATTRIBUTES when nobody says. */
static vb_attribute first_of(const model_run *run, size_t t)
{
    const vb_attribute fixed = vb_attribute_find(run->model->spec.staged_first);

    if (fixed == VB_REWARD || fixed == VB_EFFORT)
        return fixed;
    return run->trials->first_cue[t];
}

/* The attributes that are shown in turn are those of one option: the only one that
 * varies. */
static vb_status find_option(const model_run *run, size_t *o)
{
    size_t n_varying;

    *o = vb_trials_varying_option(run->trials, &n_varying);
    if (*o != VB_NONE)
        return VB_OK;
    return vb_fail(
        run->err, VB_EINPUT,
        "model.staged: its prediction error is that of the only option that varies, "
        "but "
        "%s; %s",
        n_varying ? "more than one option has attributes made from columns"
                  : "no option has an attribute made from a column",
        n_varying
            ? "write constants for all others, or leave model.staged out"
            : "write the columns of what the cues show, or leave model.staged out");
}

static vb_status check_first_cue(const model_run *run)
{
    const char *first = run->model->spec.staged_first;
    const vb_attribute fixed = vb_attribute_find(first);
    char quoted[VB_QUOTE_MAX];

    if (fixed == VB_REWARD || fixed == VB_EFFORT || is_neither(first) ||
        run->trials->first_cue)
        return VB_OK;
    return vb_fail(
        run->err, VB_EINPUT,
        "model: the first cue is '%s', which is neither effort nor reward nor a "
        "column of the trials",
        vb_quote(first, quoted));
}

vb_status vb_run_staged(model_run *run)
{
    vb_evaluation *e = run->out;
    double *utility = vb_run_array(run), *factor = vb_run_array(run);
    double *cost = vb_run_array(run);
    vb_status status = check_first_cue(run);
    size_t o = 0;

    if (status == VB_OK)
        status = find_option(run, &o);
    if (status != VB_OK)
        return status;
    e->expected_sv = vb_run_array(run);
    e->svpe = vb_run_array(run);
    if (!utility || !factor || !cost || !e->expected_sv || !e->svpe)
        return VB_ENOMEM;
    if (is_neither(run->model->spec.staged_first)) {
        expect(run, e->sv[o], e->expected_sv);
        for (size_t t = 0; t < run->trials->n_trials; t++)
            e->svpe[t] = e->sv[o][t] - e->expected_sv[t];
        return VB_OK;
    }
    expect(run, e->utility[o], utility);
    expect(run, e->factor[VB_EFFORT][o], factor);
    expect(run, e->cost[VB_EFFORT][o], cost);
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const vb_attribute seen = first_of(run, t);
        const bool reward_seen = seen == VB_REWARD;
        double f[VB_N_ATTRIBUTES], c[VB_N_ATTRIBUTES];

        for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++) {
            f[a] = e->factor[a][o][t];
            c[a] = e->cost[a][o][t];
        }
        if (reward_seen) {
            f[VB_EFFORT] = factor[t];
            c[VB_EFFORT] = cost[t];
        }
        e->expected_sv[t] =
            seen == VB_N_ATTRIBUTES
                ? (double)NAN
                : vb_combined(run->model, reward_seen ? e->utility[o][t] : utility[t],
                              f, c);
        e->svpe[t] = e->sv[o][t] - e->expected_sv[t];
    }
    return VB_OK;
}
