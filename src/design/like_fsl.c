/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * like_fsl.c - the design matrix FSL's FEAT makes from three-column files.
 *
 * Rows are set (not added) on a grid of 0.05 s that begins 30 s before the first scan
 * and ends 10 scans after the last; the grid's mean is taken off; convolution divides
 * by the sum of kernel weights used; scans are sampled at bin floor((s + 0.5) TR /
 * 0.05).  Then, in this order: high-pass of each column, mean off, orthogonalisation,
 * temporal derivative (central difference in scans, orthogonal to its own column), mean
 * off.  There is no constant: FEAT's data have mean 0.
 *
 * The heights FSL calls PPheights are taken from the same steps without the high-pass.
 */
#include "draft.h"
#include "fsl.h"
#include "valuebold/drift.h"

#include <math.h>
#include <string.h>

enum { TAIL_SCANS = 10 };

static bool takes(const vb_hrf *hrf)
{
    return hrf->feat;
}

static vb_status begin(vb_draft *d)
{
    const vb_double_gamma *g = &d->hrf->basis[0].part[0].gamma;
    double area = 0;

    d->n_kernel = (size_t)(d->hrf->length_s * VB_FSL_BINS_PER_S);
    d->kernel = vb_arena_take(d->scratch, d->n_kernel, sizeof *d->kernel);
    d->kernel_area = vb_arena_take(d->scratch, d->n_kernel, sizeof *d->kernel);
    if (!d->kernel || !d->kernel_area)
        return vb_fail_memory(d->err, d->n_kernel * sizeof *d->kernel);
    for (size_t i = 0; i < d->n_kernel; i++) {
        d->kernel[i] = vb_double_gamma_value(g, (double)i / VB_FSL_BINS_PER_S);
        area += d->kernel[i];
        d->kernel_area[i] = area;
    }
    return VB_OK;
}

typedef struct plan {
    vb_draft *d;
    size_t r, n_bins;
    size_t *bin;  /* [n_scans] */
    double *grid; /* [n_bins] */
    double *scratch;
    vb_line line;
} plan;

static vb_status no_memory(const plan *p)
{
    return vb_fail_memory(p->d->err, p->n_bins * sizeof *p->grid);
}

static vb_status make_plan(vb_draft *d, size_t r, plan *p)
{
    const vb_design_run *run = &d->runs[r];
    /* single precision, as in FEAT: it decides the bin of a scan */
    const float step = (float)run->tr_s * VB_FSL_BINS_PER_S;

    *p = (plan){.d = d, .r = r};
    p->n_bins = (size_t)((float)(run->n_scans + TAIL_SCANS) * step + VB_FSL_LEAD_BINS);
    p->bin = vb_arena_take(d->scratch, run->n_scans, sizeof *p->bin);
    p->grid = vb_arena_take(d->scratch, p->n_bins, sizeof *p->grid);
    p->scratch = vb_arena_take(d->scratch, run->n_scans, sizeof *p->scratch);
    if (!p->bin || !p->grid || !p->scratch)
        return no_memory(p);
    for (size_t s = 0; s < run->n_scans; s++)
        p->bin[s] = (size_t)(((double)s + 0.5) * (double)step) + VB_FSL_LEAD_BINS;
    d->sample_s[r] = (double)(p->bin[0] - VB_FSL_LEAD_BINS) / VB_FSL_BINS_PER_S;
    return VB_OK;
}

static void demean(size_t n, double x[])
{
    double mean = 0;

    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        x[i] -= mean;
}

/* x minus its projection on one other column. */
static void project_off(size_t n, const double other[], double x[])
{
    double product = 0, square = 0;

    for (size_t i = 0; i < n; i++) {
        product += x[i] * other[i];
        square += other[i] * other[i];
    }
    for (size_t i = 0; i < n && square > 0; i++)
        x[i] -= product / square * other[i];
}

static void differentiate(size_t n, const double x[], double out[])
{
    for (size_t s = 0; s < n; s++) {
        const size_t before = s ? s - 1 : 0, after = s + 1 < n ? s + 1 : s;

        out[s] = after > before ? (x[after] - x[before]) / (double)(after - before) : 0;
    }
}

/* One raw column of the run and what FEAT does with it. */
typedef struct ev {
    size_t e; /* event, VB_NONE for a confound */
    const vb_term *term;
    bool orthogonalise; /* to the evs from first to this one */
    size_t first;
    const double *raw;
    double *column, *derivative; /* derivative NULL: none */
} ev;

/* Everything after sampling, on all columns of the run. */
static void finish(const plan *p, size_t n_evs, ev evs[], bool high_pass)
{
    const size_t n = p->d->runs[p->r].n_scans;

    for (size_t k = 0; k < n_evs; k++) {
        memcpy(evs[k].column, evs[k].raw, n * sizeof *evs[k].raw);
        if (high_pass)
            vb_line_filter(&p->line, evs[k].column, p->scratch);
        demean(n, evs[k].column);
    }
    for (size_t k = 0; k < n_evs; k++)
        for (size_t j = evs[k].first; evs[k].orthogonalise && j < k; j++)
            project_off(n, evs[j].column, evs[k].column);
    for (size_t k = 0; k < n_evs; k++)
        if (evs[k].derivative) {
            differentiate(n, evs[k].column, evs[k].derivative);
            project_off(n, evs[k].column, evs[k].derivative);
        }
    for (size_t k = 0; k < n_evs; k++) {
        demean(n, evs[k].column);
        if (evs[k].derivative)
            demean(n, evs[k].derivative);
    }
}

static vb_status add_column(const plan *p, const ev *own, size_t basis, double **values)
{
    vb_draft *d = p->d;
    const char *title = vb_arena_printf(d->arena, "%s%s", own->term->title,
                                        d->hrf->basis[basis].suffix);
    const vb_column column = {.title = title,
                              .kind = own->term->kind,
                              .run = p->r,
                              .event = own->e,
                              .modulator = own->term->modulator,
                              .power = own->term->power,
                              .basis = basis};

    return title ? vb_draft_add(d, &column, values) : no_memory(p);
}

static const double *sample_ev(const plan *p, size_t e, const vb_term *term)
{
    const vb_design_run *run = &p->d->runs[p->r];
    const vb_design_event *event = &run->events[e];
    double *raw = vb_arena_take(p->d->scratch, run->n_scans, sizeof *raw);

    if (!raw)
        return NULL;
    memset(p->grid, 0, p->n_bins * sizeof *p->grid);
    for (size_t i = 0; i < event->n_events; i++)
        if (!isnan(term->weight[i]))
            vb_fsl_set(event->onset_s[i], event->duration_s[i], term->weight[i],
                       p->n_bins, p->grid);
    demean(p->n_bins, p->grid);
    vb_fsl_sample(run->n_scans, p->bin, p->grid, p->d->n_kernel, p->d->kernel,
                  p->d->kernel_area, raw);
    return raw;
}

static vb_status add_event(const plan *p, size_t e, ev evs[], size_t *n_evs)
{
    const bool derivative = p->d->hrf->n_basis > 1;
    const size_t first = *n_evs;
    size_t n_terms;
    vb_term *terms;
    vb_status status = vb_terms_of(p->d, p->r, e, VB_TERMS_OWN, &n_terms, &terms);

    for (size_t k = 0; k < n_terms && status == VB_OK; k++) {
        ev *own = &evs[(*n_evs)++];

        *own = (ev){.e = e,
                    .term = &terms[k],
                    .orthogonalise = p->d->runs[p->r].events[e].orthogonalise,
                    .first = first,
                    .raw = sample_ev(p, e, &terms[k])};
        if (!own->raw)
            return no_memory(p);
        status = add_column(p, own, 0, &own->column);
        if (status == VB_OK && derivative)
            status = add_column(p, own, 1, &own->derivative);
    }
    return status;
}

static vb_status add_confounds(const plan *p, ev evs[], size_t *n_evs)
{
    vb_draft *d = p->d;
    const size_t n = d->runs[p->r].n_scans, first = d->n_cols;
    const vb_status status = vb_draft_confounds(d, p->r, true, false);

    for (size_t j = first; j < d->n_cols && status == VB_OK; j++) {
        double *raw = vb_arena_take(d->scratch, n, sizeof *raw);

        if (!raw)
            return no_memory(p);
        memcpy(raw, d->values[j], n * sizeof *raw);
        evs[(*n_evs)++] = (ev){.e = VB_NONE, .raw = raw, .column = d->values[j]};
    }
    return status;
}

static size_t most_evs(const vb_design_run *run)
{
    size_t most = run->n_confounds;

    for (size_t e = 0; e < run->n_events; e++) {
        const vb_design_event *event = &run->events[e];

        most += 1 + event->time_modulation;
        for (size_t k = 0; k < event->n_modulators; k++)
            most +=
                event->modulators[k].polynomial ? event->modulators[k].polynomial : 1;
    }
    return most;
}

static vb_status add_run(vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];
    const size_t first = d->n_cols;
    const bool high_pass = strcmp(d->options.drift, "fsl") == 0;
    size_t n_evs = 0;
    plan p;
    ev *evs = vb_arena_take(d->scratch, most_evs(run), sizeof *evs);
    vb_status status =
        evs ? make_plan(d, r, &p) : vb_fail_memory(d->err, most_evs(run) * sizeof *evs);

    for (size_t e = 0; e < run->n_events && status == VB_OK; e++)
        if (run->events[e].n_events)
            status = add_event(&p, e, evs, &n_evs);
    if (status == VB_OK)
        status = add_confounds(&p, evs, &n_evs);
    if (status == VB_OK && high_pass)
        status = vb_line_make(run->n_scans, d->options.high_pass_s / (2 * run->tr_s),
                              d->scratch, &p.line, d->err);
    if (status != VB_OK)
        return status;
    finish(&p, n_evs, evs, false);
    for (size_t j = first; j < d->n_cols; j++)
        d->columns[j].height = vb_column_height(run->n_scans, d->values[j]);
    finish(&p, n_evs, evs, high_pass);
    return VB_OK;
}

static const char *convention(const vb_draft *d)
{
    return vb_arena_printf(
        d->arena,
        "As FSL's FEAT from three-column files: weights are set on a grid of 0.05 s (a "
        "later "
        "row overwrites an earlier one, at least one bin each), the grid's mean is "
        "taken off, "
        "convolution with '%s' divides by the kernel weights used, and scans are "
        "sampled at "
        "TR x scan + %g s. Each column is high-pass filtered by the Gaussian-weighted "
        "line "
        "filter (cut-off %g s), its mean taken off%s. There is no constant, since "
        "FEAT's data "
        "have mean 0: data have to go through the same filter. Weights are used as "
        "given: "
        "centre them over trials to keep mean and slope apart.",
        d->hrf->name, d->sample_s[0], d->options.high_pass_s,
        d->hrf->n_basis > 1
            ? "; temporal derivatives are central differences in scans, "
              "orthogonal to their own column"
            : "");
}

static const char *const drifts[] = {"fsl", "none", NULL};

const vb_dialect vb_dialect_fsl =
    {.name = "fsl",
     .meaning =
         "FSL FEAT's design matrix from three-column files, filtered and demeaned",
     .hrf = "fsl",
     .high_pass_s = 100,
     .drift = "fsl",
     .drifts = drifts,
     .before = "those beyond 30 s before it have no effect in FSL",
     .early = "the rest of their response is modelled",
     .late = "they have no effect",
     .duplicate = "as in FSL the last one's weight is set",
     .mixed = "as in FSL the zeros are boxes of one bin of 0.05 s",
     .sample_ref = NAN,
     .orthogonalises_columns = true,
     .own_orthogonalisation = true,
     .takes = takes,
     .begin = begin,
     .run = add_run,
     .constant = VB_CONSTANT_NONE,
     .convention = convention};
