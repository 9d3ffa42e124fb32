/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * like_nilearn.c - the design matrix of nilearn's make_first_level_design_matrix.
 *
 * Events are boxes on a grid of about 50 points a TR, an event without duration one
 * point, never divided by the point's width; their convolution is read at the scans by
 * straight lines; a condition's derivatives are made orthogonal to its earlier columns.
 * A modulator is a condition of its own, EVENTxSIGNAL, whose amplitudes nilearn neither
 * centres nor orthogonalises.  Conditions in alphabetical order, confounds, drift,
 * constant.
 */
#include "draft.h"
#include "nilearn.h"
#include "valuebold/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OVERSAMPLING = 50, MOST_OVERSAMPLING = 1024 };

/* What numpy's pinv takes for zero, relative to the largest column. */
static const double NOTHING = 1e-15;

static bool takes(const vb_hrf *hrf)
{
    return hrf->nilearn != VB_NILEARN_NO_SET;
}

static vb_status begin(vb_draft *d)
{
    if (!d->options.microtime)
        d->options.microtime = OVERSAMPLING;
    if (d->options.microtime > MOST_OVERSAMPLING)
        return vb_fail(d->err, VB_EUSAGE,
                       "microtime: nilearn's oversampling of %u; at most %d",
                       d->options.microtime, MOST_OVERSAMPLING);
    return VB_OK;
}

/* A condition as nilearn knows it. */
typedef struct condition {
    const char *name;
    size_t event;
    const vb_term *term;
} condition;

typedef struct plan {
    vb_draft *d;
    size_t r;
    vb_nilearn_grid grid;
    vb_nilearn_kernels kernels;
    double *u;
} plan;

static int by_name(const void *a, const void *b)
{
    const condition *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static const char *condition_name(const plan *p, const char *event, const vb_term *term)
{
    vb_arena *arena = p->d->arena;

    if (!term->signal)
        return vb_arena_string(arena, event);
    return term->power > 1 ? vb_arena_printf(arena, "%sx%s_power%u", event,
                                             term->signal, term->power)
                           : vb_arena_printf(arena, "%sx%s", event, term->signal);
}

/* All conditions of the run, in nilearn's order. */
static vb_status find_conditions(const plan *p, size_t *n, condition **conditions)
{
    vb_draft *d = p->d;
    const vb_design_run *run = &d->runs[p->r];
    size_t room = 0;

    *n = 0;
    for (size_t e = 0; e < run->n_events; e++) {
        room += 1 + run->events[e].time_modulation;
        for (size_t k = 0; k < run->events[e].n_modulators; k++)
            room += run->events[e].modulators[k].polynomial
                        ? run->events[e].modulators[k].polynomial
                        : 1;
    }
    *conditions = vb_arena_take(d->scratch, room, sizeof **conditions);
    if (!*conditions)
        return vb_fail_memory(d->err, room * sizeof **conditions);
    for (size_t e = 0; e < run->n_events; e++) {
        size_t n_terms;
        vb_term *terms;
        vb_status status;

        if (!run->events[e].n_events)
            continue;
        status = vb_terms_of(d, p->r, e, VB_TERMS_KEPT, &n_terms, &terms);
        if (status != VB_OK)
            return status;
        for (size_t k = 0; k < n_terms; k++) {
            condition *one = &(*conditions)[(*n)++];

            *one = (condition){condition_name(p, run->events[e].name, &terms[k]), e,
                               &terms[k]};
            if (!one->name)
                return vb_fail_memory(d->err, sizeof *one);
        }
    }
    qsort(*conditions, *n, sizeof **conditions, by_name);
    return VB_OK;
}

/* Each column minus its projections on the earlier ones of the condition. */
static void orthogonalise(size_t n, size_t n_columns, double *const columns[])
{
    double most = 0;

    for (size_t j = 0; j < n_columns; j++) {
        double square = 0;

        for (size_t k = 0; k < j; k++) {
            double product = 0, length = 0;

            for (size_t s = 0; s < n; s++) {
                product += columns[j][s] * columns[k][s];
                length += columns[k][s] * columns[k][s];
            }
            for (size_t s = 0; s < n && length > NOTHING * NOTHING * most; s++)
                columns[j][s] -= product / length * columns[k][s];
        }
        for (size_t s = 0; s < n; s++)
            square += columns[j][s] * columns[j][s];
        most = fmax(most, square);
    }
}

static const char *suffix_of(const plan *p, size_t b)
{
    if (p->d->hrf->nilearn == VB_NILEARN_FIR)
        return vb_arena_printf(p->d->arena, "_delay_%zu", b);
    return b == 0 ? "" : b == 1 ? "_derivative" : "_dispersion";
}

static vb_status add_condition(const plan *p, const condition *one, double *columns[])
{
    vb_draft *d = p->d;
    const vb_design_event *event = &d->runs[p->r].events[one->event];
    const bool fir = d->hrf->nilearn == VB_NILEARN_FIR;
    const size_t skip = fir ? d->options.microtime - 1 : 0;

    vb_nilearn_stimulus(&p->grid, event->n_events, event->onset_s, event->duration_s,
                        one->term->weight, p->u);
    for (size_t b = 0; b < p->kernels.n_functions; b++) {
        const char *suffix = suffix_of(p, b);
        const char *name = NULL;
        vb_status status;

        if (suffix && d->n_runs == 1)
            name = vb_arena_printf(d->arena, "%s%s", one->name, suffix);
        else if (suffix)
            name = vb_arena_printf(d->arena, "run-%s_%s%s", d->runs[p->r].label,
                                   one->name, suffix);
        if (!name)
            return vb_fail_memory(d->err, strlen(one->name));
        status = vb_draft_add_term(d, p->r, one->event, one->term, suffix, b, name,
                                   &columns[b]);
        if (status != VB_OK)
            return status;
        vb_nilearn_sample(&p->grid, p->u, p->kernels.n,
                          p->kernels.value + b * p->kernels.n, skip, columns[b]);
    }
    if (!fir)
        orthogonalise(p->grid.n_scans, p->kernels.n_functions, columns);
    return VB_OK;
}

static size_t delays_of(const vb_draft *d, size_t r)
{
    const vb_design_options *o = &d->options;
    const double length_s = o->hrf_length_s > 0 ? o->hrf_length_s : d->hrf->length_s;

    return o->hrf_order ? o->hrf_order
                        : (size_t)fmax(round(length_s / d->runs[r].tr_s), 1);
}

/* create_cosine_drift counts its columns by the frequency. */
static vb_status add_drift(vb_draft *d, const plan *p)
{
    const size_t n = p->grid.n_scans;
    const double dt_s = (p->grid.frame[n - 1] - p->grid.frame[0]) / (double)(n - 1);
    const double order = floor(2 * (double)n * (1 / d->options.high_pass_s) * dt_s);

    if (strcmp(d->options.drift, "cosine") != 0)
        return vb_draft_drift(d, p->r);
    for (size_t j = 1; j < n && (double)j <= order; j++) {
        const vb_column column = {.title = vb_arena_printf(d->arena, "drift_%zu", j),
                                  .kind = VB_COLUMN_DRIFT,
                                  .run = p->r,
                                  .event = VB_NONE,
                                  .modulator = VB_NONE};
        double *values;
        const vb_status status = column.title ? vb_draft_add(d, &column, &values)
                                              : vb_fail_memory(d->err, sizeof "drift_");

        if (status != VB_OK)
            return status;
        vb_cosine_fill(n, j, values);
    }
    return VB_OK;
}

static vb_status add_run(vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];
    plan p = {.d = d, .r = r};
    size_t n;
    condition *conditions;
    double **columns;
    vb_status status;

    d->sample_s[r] = run->sample_s;
    if (strcmp(d->options.drift, "polynomial") == 0 && !d->options.drift_order)
        d->options.drift_order = 1;
    status = vb_nilearn_grid_make(run->n_scans, run->tr_s, run->sample_s,
                                  d->options.microtime, d->scratch, &p.grid, d->err);
    if (status == VB_OK)
        status =
            vb_nilearn_kernels_make(d->hrf, p.grid.tr_s, d->options.microtime,
                                    delays_of(d, r), d->scratch, &p.kernels, d->err);
    if (status == VB_OK)
        status = find_conditions(&p, &n, &conditions);
    if (status != VB_OK)
        return status;
    p.u = vb_arena_take(d->scratch, p.grid.n_fine, sizeof *p.u);
    columns = vb_arena_take(d->scratch, p.kernels.n_functions, sizeof *columns);
    if (!p.u || !columns)
        return vb_fail_memory(d->err, p.grid.n_fine * sizeof *p.u);
    for (size_t k = 0; k < n && status == VB_OK; k++)
        status = add_condition(&p, &conditions[k], columns);
    if (status == VB_OK)
        status = vb_draft_confounds(d, r, false, false);
    return status == VB_OK ? add_drift(d, &p) : status;
}

static const char *convention(const vb_draft *d)
{
    const char *drift = vb_draft_drift_sentence(d);

    return drift
               ? vb_arena_printf(
                     d->arena,
                     "As nilearn's make_first_level_design_matrix: events are boxes on "
                     "a "
                     "grid of TR/%u from 24 s before the first scan, at least one "
                     "point "
                     "long and never divided by its width (an event of duration 0 has "
                     "area TR/%u), convolved with its kernel '%s' and read at scan x "
                     "TR + "
                     "%g s by straight lines; derivatives are orthogonal to the "
                     "earlier "
                     "columns of their condition. Rows of the same time add up. "
                     "Earlier "
                     "events stand on the grid's first point, later ones have no "
                     "effect. "
                     "A modulator is a condition of its own; nilearn uses its "
                     "amplitudes "
                     "as given and does not orthogonalise them. Conditions stand in "
                     "alphabetical order. %s",
                     d->options.microtime, d->options.microtime, d->hrf->name,
                     d->sample_s[0], drift)
               : NULL;
}

static const char *const drifts[] = {"cosine", "polynomial", "none", NULL};

const vb_dialect vb_dialect_nilearn =
    {.name = "nilearn",
     .meaning = "nilearn's design matrix, points of its fine grid and all",
     .hrf = "glover",
     .high_pass_s = 100,
     .drift = "cosine",
     .drifts = drifts,
     .before =
         "as in nilearn they stand on the first point of its grid, 24 s before the "
         "first scan, although its warning says they are left out",
     .early =
         "the rest of their response is modelled, from 24 s before the first scan on",
     .late = "they have no effect",
     .duplicate =
         "as in nilearn rows of the same event, onset and duration are merged, "
         "their amplitudes summed",
     .mixed = "as in nilearn an event without duration has the area of one grid point "
              "(TR/oversampling)",
     .sample_ref = 0,
     .takes = takes,
     .begin = begin,
     .run = add_run,
     .constant = VB_CONSTANT_EACH_RUN,
     .convention = convention};
