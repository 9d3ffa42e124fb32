/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * like_afni.c - the design matrix of AFNI's 3dDeconvolve with -stim_times_AM2.
 *
 * A response is evaluated at the start of each volume, i TR - onset, without any grid;
 * events outside 0..(n-1) TR are dropped; responses of one event add up.  Column 1 of
 * an event has weight 1, then one column a modulator, its mean taken off (over the
 * events of all runs: the weights handed in have it off).  Legendre polynomials of
 * order 0 to 1 + floor(run length / 150 s) stand first, then the events, then confounds
 * (-ortvec).
 */
#include "afni.h"
#include "draft.h"
#include "valuebold/drift.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool takes(const vb_hrf *hrf)
{
    return hrf->afni != VB_AFNI_NO_MODEL;
}

static vb_status begin(vb_draft *d)
{
    (void)d;
    return VB_OK;
}

static double last_s(const vb_design_run *run)
{
    return (double)(run->n_scans - 1) * run->tr_s;
}

static bool kept(const vb_design_run *run, double onset_s)
{
    return onset_s >= 0 && onset_s <= last_s(run);
}

/* The one duration of the event's rows in all runs, NaN when they differ. */
static double common_duration_s(const vb_draft *d, const vb_design_event *event)
{
    for (size_t r = 0; r < d->n_runs; r++)
        for (size_t e = 0; e < d->runs[r].n_events; e++) {
            const vb_design_event *other = &d->runs[r].events[e];

            for (size_t i = 0;
                 i < other->n_events && strcmp(other->name, event->name) == 0; i++)
                if (other->duration_s[i] != event->duration_s[0])
                    return (double)NAN;
        }
    return event->durations_vary ? (double)NAN : event->duration_s[0];
}

static void note_durations(vb_draft *d, size_t r, const vb_design_event *event,
                           const vb_afni_response *response)
{
    const bool by_duration = d->hrf->afni == VB_AFNI_BY_DURATION;
    const bool block =
        response->model == VB_AFNI_BLOCK || response->model == VB_AFNI_UBLOCK;
    size_t n_zero = 0, n_other = 0;

    for (size_t i = 0; i < event->n_events; i++) {
        const double own_s = event->duration_s[i];

        n_zero += own_s > 0 ? 0 : 1;
        n_other += own_s != (isnan(response->duration_s) ? 0 : response->duration_s);
    }
    if (vb_afni_takes_durations(response) && n_zero)
        vb_note_add(
            d->notes, VB_WARNING, "duration-zero", NULL, 0, 0,
            "run %s: %zu of %zu events '%s' have duration 0: as in AFNI a dmBLOCK "
            "of 0 s has no response, so they have no effect",
            d->runs[r].label, n_zero, event->n_events, event->name);
    else if (!vb_afni_takes_durations(response) && !by_duration && n_other)
        vb_note_add(
            d->notes, VB_WARNING, "durations-ignored", NULL, 0, 0,
            "run %s: the durations of %zu of %zu events '%s' are not those of the "
            "response '%s'%s; as in AFNI the response decides",
            d->runs[r].label, n_other, event->n_events, event->name, d->hrf->name,
            block ? "" : " (which has none unless given)");
}

static vb_status add_term(vb_draft *d, size_t r, size_t e, const vb_term *term,
                          const vb_afni_response *response)
{
    const vb_design_run *run = &d->runs[r];
    const vb_design_event *event = &run->events[e];
    const char *base = term->signal ? term->title : event->name;

    for (size_t b = 0; b < d->hrf->n_basis; b++) {
        const char *suffix = d->hrf->basis ? d->hrf->basis[b].suffix : "";
        const char *name = d->n_runs > 1 ? vb_arena_printf(d->arena, "run-%s_%s#%zu",
                                                           run->label, base, b)
                                         : vb_arena_printf(d->arena, "%s#%zu", base, b);
        double *x;
        vb_status status = name ? vb_draft_add_term(d, r, e, term, suffix, b, name, &x)
                                : vb_fail_memory(d->err, strlen(base));

        if (status != VB_OK)
            return status;
        for (size_t i = 0; i < event->n_events; i++) {
            const double onset = event->onset_s[i], weight = term->weight[i];

            for (size_t s = 0; s < run->n_scans && kept(run, onset) && !isnan(weight);
                 s++)
                x[s] += weight * vb_afni_response_at(response, b,
                                                     (double)s * run->tr_s - onset,
                                                     event->duration_s[i]);
        }
    }
    return VB_OK;
}

static vb_status add_event(vb_draft *d, size_t r, size_t e)
{
    const vb_design_event *event = &d->runs[r].events[e];
    vb_afni_response response;
    size_t n_terms = 0;
    vb_term *terms = NULL;
    vb_status status = vb_afni_response_make(d->hrf, common_duration_s(d, event),
                                             d->scratch, &response, d->err);

    if (status == VB_OK)
        status = vb_terms_of(d, r, e, VB_TERMS_KEPT, &n_terms, &terms);
    if (status == VB_OK)
        note_durations(d, r, event, &response);
    for (size_t k = 0; k < n_terms && status == VB_OK; k++)
        status = add_term(d, r, e, &terms[k], &response);
    return status;
}

/* Run#1Pol#0 is the constant. */
static vb_status add_polynomials(vb_draft *d, size_t r)
{
    const bool none = strcmp(d->options.drift, "none") == 0;
    const unsigned order = none ? 0 : vb_draft_drift_order(d, r);

    if (order >= d->runs[r].n_scans)
        return vb_fail(d->err, VB_EUSAGE,
                       "drift_order is %u: a run of %zu scans has no such polynomial",
                       order, d->runs[r].n_scans);
    for (unsigned k = 0; k <= order; k++) {
        const vb_column column = {.name = vb_arena_printf(d->arena, "Run#%zuPol#%u",
                                                          r + 1, k),
                                  .title = k ? vb_arena_printf(d->arena, "drift_%u", k)
                                             : "constant",
                                  .kind = k ? VB_COLUMN_DRIFT : VB_COLUMN_CONSTANT,
                                  .run = r,
                                  .event = VB_NONE,
                                  .modulator = VB_NONE};
        double *x;
        const vb_status status = column.name && column.title
                                     ? vb_draft_add(d, &column, &x)
                                     : vb_fail_memory(d->err, sizeof column);

        if (status != VB_OK)
            return status;
        vb_legendre_fill(d->runs[r].n_scans, k, x);
    }
    return VB_OK;
}

static vb_status add_run(vb_draft *d, size_t r)
{
    vb_status status = add_polynomials(d, r);

    d->sample_s[r] = 0;
    for (size_t e = 0; e < d->runs[r].n_events && status == VB_OK; e++)
        if (d->runs[r].events[e].n_events)
            status = add_event(d, r, e);
    return status == VB_OK ? vb_draft_confounds(d, r, false, false) : status;
}

static const char *convention(const vb_draft *d)
{
    char drift[120] = "only a constant";

    if (strcmp(d->options.drift, "none") != 0)
        snprintf(drift, sizeof drift,
                 "Legendre polynomials up to order %u (of the first run)",
                 vb_draft_drift_order(d, 0));
    return vb_arena_printf(
        d->arena,
        "As AFNI's 3dDeconvolve (-stim_times_AM2): the response '%s' is evaluated at "
        "the "
        "start of each volume, TR x scan - onset, without a grid of bins; events "
        "outside 0 "
        "to the last volume are dropped, responses of one event add up and do not "
        "cross "
        "runs. Each event has a column of weight 1; modulators stand beside it, and "
        "AFNI "
        "takes their mean over the events of all runs off (centre: subject, the "
        "default "
        "here). They are not orthogonalised. The baseline has %s and stands first; "
        "confounds stand last.",
        d->hrf->name, drift);
}

static const char *const drifts[] = {"legendre", "none", NULL};

const vb_dialect vb_dialect_afni =
    {.name = "afni",
     .meaning = "AFNI 3dDeconvolve's design matrix with amplitude modulation (AM2)",
     .hrf = "afni",
     .high_pass_s = HUGE_VAL,
     .drift = "legendre",
     .drifts = drifts,
     .before = "as in AFNI they are dropped",
     .early = "as in AFNI they are dropped",
     .late = "as in AFNI they are dropped",
     .duplicate = "their responses are summed",
     .mixed = "see what the response says of durations",
     .sample_ref = 0,
     .centres_over_runs = true,
     .takes = takes,
     .begin = begin,
     .run = add_run,
     .constant = VB_CONSTANT_NONE,
     .convention = convention};
