/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * like_spm.c - the design matrix SPM12 makes (spm_get_ons.m, spm_Volterra.m,
 * spm_fMRI_design.m).
 *
 * Bins of TR/T with 32 bins before the run; a box of d seconds covers round(d/dt) + 1
 * bins; if all durations of a condition are 0 its weights are divided by dt, and
 * otherwise a zero duration is a box of one bin.  Scan s (from 0) is sampled at bin s T
 * + T0 - 1, that is at s TR + (T0 - 1) dt.  With orthogonalisation the weights are made
 * orthogonal over the events, which is what centres them, and all columns of the
 * condition once more over the scans; without it weights are not centred and only the
 * basis functions of one input are made orthogonal.  Constants come last, the cosine
 * set stays apart.
 */
#include "draft.h"
#include "spm.h"
#include "valuebold/drift.h"

#include <math.h>
#include <string.h>

enum { BINS_A_SCAN = 16, MOST_BINS_A_SCAN = 1024 };

static bool takes(const vb_hrf *hrf)
{
    return hrf->spm_set != VB_SPM_NO_SET;
}

static vb_status begin(vb_draft *d)
{
    vb_design_options *o = &d->options;

    if (!o->microtime)
        o->microtime = BINS_A_SCAN;
    if (!o->microtime_onset)
        o->microtime_onset = o->microtime > 1 ? o->microtime / 2 : 1;
    if (o->microtime > MOST_BINS_A_SCAN || o->microtime_onset > o->microtime)
        return vb_fail(
            d->err, VB_EUSAGE,
            "microtime: %u bins a scan and onset bin %u; SPM needs 1 to %d bins "
            "and an onset bin among them",
            o->microtime, o->microtime_onset, MOST_BINS_A_SCAN);
    return VB_OK;
}

/* What one run needs for all its events. */
typedef struct plan {
    vb_draft *d;
    size_t r, step, first_bin, n_bins;
    double dt_s;
    vb_spm_basis basis;
    double *reversed; /* [n_functions x n_bins of the basis] */
    double *u;        /* [lead + n_bins] */
} plan;

static vb_status make_plan(vb_draft *d, size_t r, plan *p)
{
    const vb_design_run *run = &d->runs[r];
    const unsigned T = d->options.microtime, T0 = d->options.microtime_onset;
    vb_status status;
    size_t n;

    *p = (plan){.d = d, .r = r, .step = T, .dt_s = run->tr_s / T};
    p->first_bin = VB_SPM_PAD_BINS + T0 - 1;
    p->n_bins = run->n_scans * T + VB_SPM_PAD_BINS;
    d->sample_s[r] = (T0 - 1) * p->dt_s;
    status = vb_spm_basis_build(d->hrf, p->dt_s, run->tr_s, d->options.hrf_length_s,
                                d->options.hrf_order, d->scratch, &p->basis, d->err);
    if (status != VB_OK)
        return status;
    n = p->basis.n_bins;
    p->reversed = vb_arena_take(d->scratch, p->basis.n_functions * n, sizeof(double));
    p->u = vb_arena_take(d->scratch, n - 1 + p->n_bins, sizeof(double));
    if (!p->reversed || !p->u)
        return vb_fail_memory(d->err, (n + p->n_bins) * sizeof(double));
    for (size_t b = 0; b < p->basis.n_functions; b++)
        for (size_t i = 0; i < n; i++)
            p->reversed[b * n + i] = p->basis.value[b * n + n - 1 - i];
    return VB_OK;
}

static vb_status no_memory(const plan *p)
{
    return vb_fail_memory(p->d->err, p->d->runs[p->r].n_scans * sizeof(double));
}

static vb_status add_column(const plan *p, size_t e, const vb_term *term, size_t b,
                            double **values)
{
    vb_draft *d = p->d;
    const char *event = d->runs[p->r].events[e].name;
    vb_column column = {.kind = term->kind,
                        .run = p->r,
                        .event = e,
                        .modulator = term->modulator,
                        .power = term->power,
                        .basis = b};

    if (term->signal)
        column.name = vb_arena_printf(d->arena, "Sn(%zu) %sx%s^%u*bf(%zu)", p->r + 1,
                                      event, term->signal, term->power, b + 1);
    else
        column.name =
            vb_arena_printf(d->arena, "Sn(%zu) %s*bf(%zu)", p->r + 1, event, b + 1);
    if (d->hrf->spm_set == VB_SPM_HRF)
        column.title =
            vb_arena_printf(d->arena, "%s%s", term->title, d->hrf->basis[b].suffix);
    else
        column.title = vb_arena_printf(d->arena, "%s_bf%zu", term->title, b + 1);
    return column.name && column.title ? vb_draft_add(d, &column, values)
                                       : no_memory(p);
}

static void note_zero_column(const plan *p, const vb_term *term, bool last)
{
    vb_note_add(
        p->d->notes, VB_WARNING, "modulator-constant", NULL, 0, 0,
        "run %s: modulator '%s' is constant or a sum of earlier ones: as in SPM "
        "it gives a column of zeros%s",
        p->d->runs[p->r].label, term->title,
        last ? ""
             : ", and the columns of this condition behind it stand one place to "
               "the left of their names (spm_orth)");
}

static bool all_zero(size_t n, const double x[])
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0)
            return false;
    return true;
}

/* Weights as SPM uses them: no missing ones, orthogonal if asked for, per bin if all
 * events are impulses. */
static vb_status prepare_weights(const plan *p, const vb_design_event *event,
                                 size_t n_terms, vb_term terms[])
{
    double **weights = vb_arena_take(p->d->scratch, n_terms, sizeof *weights);
    vb_status status = VB_OK;

    if (!weights)
        return no_memory(p);
    for (size_t k = 0; k < n_terms; k++) {
        weights[k] = terms[k].weight;
        for (size_t i = 0; i < event->n_events; i++)
            if (isnan(weights[k][i]))
                weights[k][i] = 0;
    }
    if (event->orthogonalise)
        status = vb_spm_orth(event->n_events, n_terms, weights, p->d->err);
    for (size_t k = 1; k < n_terms && status == VB_OK; k++)
        if (all_zero(event->n_events, weights[k]))
            note_zero_column(p, &terms[k], !event->orthogonalise || k + 1 == n_terms);
    if (all_zero(event->n_events, event->duration_s))
        for (size_t k = 0; k < n_terms; k++)
            for (size_t i = 0; i < event->n_events; i++)
                weights[k][i] /= p->dt_s;
    return status;
}

static vb_status convolve(const plan *p, size_t e, size_t n_terms,
                          const vb_term terms[], double *columns[])
{
    const vb_design_run *run = &p->d->runs[p->r];
    const vb_design_event *event = &run->events[e];
    const size_t n = event->n_events, n_kernel = p->basis.n_bins;
    const double unit = run->in_scans ? (double)p->step * p->dt_s : 1;
    double *onset = vb_arena_take(p->d->scratch, n, sizeof *onset);
    double *duration = vb_arena_take(p->d->scratch, n, sizeof *duration);

    if (!onset || !duration)
        return no_memory(p);
    for (size_t i = 0; i < n; i++) {
        onset[i] = event->onset_s[i] * unit / p->dt_s;
        duration[i] = event->duration_s[i] * unit / p->dt_s;
    }
    for (size_t k = 0; k < n_terms; k++) {
        double *u = p->u + n_kernel - 1;

        memset(p->u, 0, (n_kernel - 1 + p->n_bins) * sizeof *u);
        vb_spm_stimulus(n, onset, duration, terms[k].weight, p->n_bins, u);
        for (size_t b = 0; b < p->basis.n_functions; b++) {
            double **out = &columns[k * p->basis.n_functions + b];
            const vb_status status = add_column(p, e, &terms[k], b, out);

            if (status != VB_OK)
                return status;
            vb_spm_sample(run->n_scans, p->step, p->first_bin, n_kernel, p->u,
                          p->reversed + b * n_kernel, *out);
        }
    }
    return VB_OK;
}

static vb_status add_event(const plan *p, size_t e)
{
    const vb_design_run *run = &p->d->runs[p->r];
    const vb_design_event *event = &run->events[e];
    const size_t n_functions = p->basis.n_functions;
    size_t n_terms;
    vb_term *terms;
    double **columns;
    vb_status status = vb_terms_of(p->d, p->r, e, VB_TERMS_RAW, &n_terms, &terms);

    if (status != VB_OK)
        return status;
    columns = vb_arena_take(p->d->scratch, n_terms * n_functions, sizeof *columns);
    if (!columns)
        return no_memory(p);
    status = prepare_weights(p, event, n_terms, terms);
    if (status == VB_OK)
        status = convolve(p, e, n_terms, terms, columns);
    if (status == VB_OK && event->orthogonalise)
        return vb_spm_orth(run->n_scans, n_terms * n_functions, columns, p->d->err);
    for (size_t k = 0; k < n_terms && status == VB_OK; k++)
        status = vb_spm_orth(run->n_scans, n_functions, columns + k * n_functions,
                             p->d->err);
    return status;
}

static vb_status add_filter(vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];
    const size_t n = run->n_scans;
    const size_t count = vb_cosine_count(n, run->tr_s, d->options.high_pass_s);
    double *column = vb_arena_take(d->scratch, n, sizeof *column);

    d->n_filter[r] = count;
    d->filter[r] = vb_arena_take(d->arena, n * count, sizeof *d->filter[r]);
    if (!column || !d->filter[r])
        return vb_fail_memory(d->err, n * (count + 1) * sizeof *column);
    for (size_t j = 0; j < count; j++) {
        vb_cosine_fill(n, j + 1, column);
        for (size_t s = 0; s < n; s++)
            d->filter[r][s * count + j] = column[s];
    }
    return VB_OK;
}

static vb_status add_run(vb_draft *d, size_t r)
{
    plan p;
    vb_status status = make_plan(d, r, &p);

    for (size_t e = 0; e < d->runs[r].n_events && status == VB_OK; e++)
        if (d->runs[r].events[e].n_events)
            status = add_event(&p, e);
    if (status == VB_OK)
        status = vb_draft_confounds(d, r, true, true);
    return status == VB_OK ? add_filter(d, r) : status;
}

static const char *convention(const vb_draft *d)
{
    return vb_arena_printf(
        d->arena,
        "As SPM12: basis set '%s' on bins of TR/%u, scans sampled at bin %u (TR x scan "
        "+ "
        "%g s); a box covers round(duration/bin) + 1 bins; if all durations of an "
        "event "
        "are 0, weights are divided by the bin (area 1), otherwise a zero duration is "
        "a "
        "box of one bin. Orthogonalised events: modulators are centred and serially "
        "orthogonalised over the trials of the run and all columns once more over the "
        "scans; otherwise modulators are not centred by SPM. User regressors are mean "
        "corrected, constants come last, and the cosine set (cut-off %g s) is applied "
        "as "
        "a filter to data and design.",
        d->hrf->name, d->options.microtime, d->options.microtime_onset, d->sample_s[0],
        d->options.high_pass_s);
}

static const char *const drifts[] = {"cosine", "none", NULL};

const vb_dialect vb_dialect_spm =
    {.name = "spm",
     .meaning =
         "SPM12's design matrix to the last bin, with its two orthogonalisations",
     .hrf = "spm",
     .high_pass_s = 128,
     .drift = "cosine",
     .drifts = drifts,
     .in_scans = true,
     .before =
         "an impulse before SPM's pad of 32 bins has no effect, a box that crosses it "
         "begins there",
     .early = "the rest of their response is modelled, as far as SPM's pad of 32 bins "
              "reaches",
     .late = "they have no effect",
     .duplicate = "their responses are summed",
     .mixed =
         "as in SPM the zeros are boxes of one bin, and no weight is divided by the "
         "bin",
     .sample_ref = NAN,
     .own_orthogonalisation = true,
     .takes = takes,
     .begin = begin,
     .run = add_run,
     .constant = VB_CONSTANT_LAST,
     .convention = convention};
