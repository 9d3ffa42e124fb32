/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * like_valuebold.c - the default convention: exact convolution, nothing in bins.
 *
 *     x_w(s) = sum_i w_i r_i(s TR + sample - onset_i)
 *     r_i(t) = h(t)                          zero duration: an impulse of area 1
 *              H(t) - H(t - duration_i)      otherwise: a box of height 1
 *
 * This is what every package approximates on its grid of bins; it is the limit of fine
 * bins, so a design does not change with TR/16, slice counts or a package's default,
 * and effects keep the unit of SPM (impulses: peak 0.2105 per unit; boxes: plateau 1).
 */
#include "convolve.h"
#include "draft.h"
#include "valuebold/drift.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool takes(const vb_hrf *hrf)
{
    const bool box = hrf->afni == VB_AFNI_GAM || hrf->afni == VB_AFNI_TWOGAM;

    if (!hrf->basis && !hrf->make)
        return false;
    for (size_t k = 0; k < hrf->n_parameters && hrf->afni != VB_AFNI_NO_MODEL; k++)
        if (hrf->given[k] && hrf->afni != VB_AFNI_TENT &&
            (!box || k + 1 == hrf->n_parameters))
            return false; /* a duration or height: both are the events' */
    return true;
}

static vb_status begin(vb_draft *d)
{
    return vb_curves_build(d->hrf, d->scratch, &d->curves, d->err);
}

static vb_status add_columns(vb_draft *d, size_t r, size_t e, size_t n_terms,
                             const vb_term terms[], double *columns[])
{
    const size_t n_basis = d->hrf->n_basis;
    vb_status status = VB_OK;

    for (size_t k = 0; k < n_terms; k++)
        for (size_t b = 0; b < n_basis && status == VB_OK; b++)
            status = vb_draft_add_term(d, r, e, &terms[k], d->hrf->basis[b].suffix, b,
                                       NULL, &columns[k * n_basis + b]);
    return status;
}

static vb_status add_event(vb_draft *d, size_t r, size_t e)
{
    const vb_design_run *run = &d->runs[r];
    const vb_design_event *event = &run->events[e];
    const vb_sampling at = {run->n_scans, run->tr_s, run->sample_s};
    size_t n_terms, *order;
    vb_term *terms;
    double **columns, *weight, *scratch;
    vb_status status = vb_terms_of(d, r, e, VB_TERMS_OWN, &n_terms, &terms);

    if (status != VB_OK)
        return status;
    columns = vb_arena_take(d->scratch, n_terms * d->hrf->n_basis, sizeof *columns);
    weight = vb_arena_take(d->scratch, n_terms, sizeof *weight);
    scratch = vb_arena_take(d->scratch, run->n_scans, sizeof *scratch);
    order = vb_event_order(event, d->scratch);
    if (!columns || !weight || !scratch || !order)
        return vb_fail_memory(d->err, run->n_scans * sizeof *scratch);
    status = add_columns(d, r, e, n_terms, terms, columns);
    for (size_t k = 0; k < event->n_events && status == VB_OK; k++) {
        const size_t i = order[k];

        if (event->onset_s[i] + event->duration_s[i] < VB_EARLIEST_END_S)
            continue;
        for (size_t w = 0; w < n_terms; w++)
            weight[w] = isnan(terms[w].weight[i]) ? 0 : terms[w].weight[i];
        vb_convolve_event(&d->curves, &at, event->onset_s[i], event->duration_s[i],
                          n_terms, weight, columns, scratch);
    }
    return status;
}

/* The line filter on all columns of the run so far. */
static vb_status filter_columns(vb_draft *d, size_t r, size_t first_col)
{
    const vb_design_run *run = &d->runs[r];
    const double sigma_scans = d->options.high_pass_s / (2 * run->tr_s);
    double *scratch = vb_arena_take(d->scratch, run->n_scans, sizeof *scratch);
    vb_line line;
    const vb_status status =
        scratch ? vb_line_make(run->n_scans, sigma_scans, d->scratch, &line, d->err)
                : vb_fail_memory(d->err, run->n_scans * sizeof *scratch);

    for (size_t j = first_col; j < d->n_cols && status == VB_OK; j++) {
        d->columns[j].height = vb_column_height(run->n_scans, d->values[j]);
        vb_line_filter(&line, d->values[j], scratch);
    }
    return status;
}

static vb_status add_run(vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];
    const size_t first_col = d->n_cols;
    vb_status status = VB_OK;

    d->sample_s[r] = run->sample_s;
    for (size_t e = 0; e < run->n_events && status == VB_OK; e++)
        if (run->events[e].n_events)
            status = add_event(d, r, e);
    if (status == VB_OK)
        status = vb_draft_confounds(d, r, false, false);
    if (status == VB_OK && strcmp(d->options.drift, "fsl") == 0)
        status = filter_columns(d, r, first_col);
    return status == VB_OK ? vb_draft_drift(d, r) : status;
}

static const char *convention(const vb_draft *d)
{
    const char *sentence = vb_draft_drift_sentence(d);
    char drift[200] = "";

    if (!sentence)
        return NULL;
    snprintf(drift, sizeof drift, "%s", sentence);
    if (strcmp(d->options.drift, "fsl") == 0)
        snprintf(drift, sizeof drift,
                 "All columns but the constant went through FSL's line "
                 "filter (cut-off %g s); the data have to go through it too.",
                 d->options.high_pass_s);
    return vb_arena_printf(
        d->arena,
        "Events are convolved exactly with the response '%s' (area 1%s) and sampled at "
        "scan "
        "x TR + %g s; onsets and durations are not rounded to bins, which is the limit "
        "of "
        "microtime convolution with ever finer bins. An event of duration 0 is an "
        "impulse of "
        "area 1 (column = the response per second, peak 0.2105 for SPM's); an event "
        "with a "
        "duration is a box of height 1 (plateau 1). Events at the same time add up. "
        "The "
        "unmodulated event stands beside its modulators, whose weights are used as "
        "given; those without variance are left out. %s Confounds are used as given; "
        "each run has its own constant, last.",
        d->hrf->name,
        d->hrf->n_basis > 1
            ? "; derivatives are differences as in the package it comes from, "
              "orthogonalised to the earlier functions as curves, not as "
              "sampled columns"
            : "",
        d->sample_s[0], drift);
}

static const char *const drifts[] = {"cosine", "polynomial", "legendre",
                                     "fsl",    "none",       NULL};

const vb_dialect vb_dialect_valuebold =
    {.name = "valuebold",
     .meaning = "exact convolution without bins, SPM's response and cosines (default)",
     .hrf = "spm",
     .high_pass_s = 128,
     .drift = "cosine",
     .drifts = drifts,
     .before = "they are dropped",
     .early = "the rest of their response is modelled",
     .late = "they have no effect",
     .duplicate = "their responses are summed",
     .mixed = "an impulse has area 1, a box height 1 (area = duration), so one effect "
              "stands for both",
     .sample_ref = NAN,
     .takes = takes,
     .begin = begin,
     .run = add_run,
     .constant = VB_CONSTANT_EACH_RUN,
     .convention = convention};
