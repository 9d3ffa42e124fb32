/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design.c - builds a design matrix in the convention asked for. */
#include "draft.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { MAX_NAMES = 64 };

/* NULL, and err says why. */
static const vb_dialect *find_dialect(const char *like, vb_error *err)
{
    const char *names[MAX_NAMES];
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    if (!like)
        return vb_dialect_at(0);
    for (size_t i = 0; i < vb_dialect_count() && n < MAX_NAMES; i++) {
        names[n++] = vb_dialect_at(i)->name;
        if (strcasecmp(vb_dialect_at(i)->name, like) == 0)
            return vb_dialect_at(i);
    }
    vb_fail(err, VB_EUSAGE, "like: '%s' is no convention known here%s",
            vb_quote(like, quoted), vb_suggest(like, names, n, hint, sizeof hint));
    return NULL;
}

static vb_status choose_hrf(vb_draft *d, const char *name)
{
    const char *names[MAX_NAMES];
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    const vb_hrf_request request = {.tr_s = d->n_runs ? d->runs[0].tr_s : 1,
                                    .length_s = d->options.hrf_length_s,
                                    .order = d->options.hrf_order,
                                    .file = d->options.hrf_file};
    vb_status status = vb_hrf_choose(name ? name : d->dialect->hrf, &request, d->arena,
                                     &d->hrf, d->err);

    if (status != VB_OK)
        return status;
    if ((d->options.hrf_order || d->options.hrf_length_s > 0) &&
        d->hrf->spm_set <= VB_SPM_HRF)
        vb_note_add(
            d->notes, VB_WARNING, "hrf-size-ignored", NULL, 0, 0,
            "hrf_order and hrf_length_s have no effect on hrf: %s; they are the size "
            "of the sets fir, gamma and fourier",
            d->hrf->name);
    if (d->dialect->takes(d->hrf))
        return VB_OK;
    for (size_t i = 0; i < vb_hrf_count() && n < MAX_NAMES; i++)
        if (d->dialect->takes(vb_hrf_at(i)))
            names[n++] = vb_hrf_at(i)->name;
    return vb_fail(d->err, VB_EUSAGE,
                   "hrf: '%s' is no response function available under like: %s%s",
                   vb_quote(d->hrf->name, quoted), d->dialect->name,
                   vb_suggest(d->hrf->name, names, n, hint, sizeof hint));
}

static vb_status choose_drift(vb_draft *d)
{
    vb_design_options *o = &d->options;
    const char *const *known = d->dialect->drifts;
    const bool stated = o->high_pass_s != 0, off = isinf(o->high_pass_s);
    bool polynomial;
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    if (!stated)
        o->high_pass_s = d->dialect->high_pass_s;
    if (!o->drift)
        o->drift = off ? "none" : d->dialect->drift;
    while (known[n] && strcmp(known[n], o->drift) != 0)
        n++;
    if (!known[n])
        return vb_fail(d->err, VB_EUSAGE,
                       "drift: '%s' is not available under like: %s%s",
                       vb_quote(o->drift, quoted), d->dialect->name,
                       vb_suggest(o->drift, known, n, hint, sizeof hint));
    o->drift = off ? "none" : known[n];
    polynomial =
        strcmp(o->drift, "polynomial") == 0 || strcmp(o->drift, "legendre") == 0;
    if (polynomial && stated)
        vb_note_add(
            d->notes, VB_WARNING, "high-pass-ignored", NULL, 0, 0,
            "high_pass_s (%g s) has no effect on drift: %s; drift_order says how "
            "fast a drift is taken out",
            o->high_pass_s, o->drift);
    if (o->drift_order && !polynomial)
        vb_note_add(d->notes, VB_WARNING, "drift-order-ignored", NULL, 0, 0,
                    "drift_order has no effect on drift: %s; it is the order of "
                    "polynomials",
                    o->drift);
    if (polynomial || strcmp(o->drift, "none") == 0)
        o->high_pass_s = HUGE_VAL;
    return VB_OK;
}

static vb_status add_constant(vb_draft *d, size_t r)
{
    const bool spm = d->dialect->constant == VB_CONSTANT_LAST;
    vb_column column = {.title = "constant",
                        .kind = VB_COLUMN_CONSTANT,
                        .run = r,
                        .event = VB_NONE,
                        .modulator = VB_NONE};
    vb_status status;
    double *x;

    if (spm && !(column.name = vb_arena_printf(d->arena, "Sn(%zu) constant", r + 1)))
        return vb_fail_memory(d->err, sizeof "Sn() constant");
    status = vb_draft_add(d, &column, &x);
    for (size_t s = 0; status == VB_OK && s < d->runs[r].n_scans; s++)
        x[s] = 1;
    return status;
}

static vb_status add_columns(vb_draft *d)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < d->n_runs && status == VB_OK; r++) {
        status = vb_draft_check_events(d, r);
        if (status == VB_OK)
            status = d->dialect->run(d, r);
        if (status == VB_OK && d->dialect->constant == VB_CONSTANT_EACH_RUN)
            status = add_constant(d, r);
    }
    for (size_t r = 0; r < d->n_runs && status == VB_OK; r++)
        if (d->dialect->constant == VB_CONSTANT_LAST)
            status = add_constant(d, r);
    return status;
}

static vb_status check_names(const vb_draft *d)
{
    char quoted[VB_QUOTE_MAX];

    for (size_t j = 0; j < d->n_cols; j++)
        for (size_t k = 0; k < j; k++)
            if (strcmp(d->columns[j].name, d->columns[k].name) == 0)
                return vb_fail(d->err, VB_EINPUT,
                               "two columns of the design are named '%s'; "
                               "rename the event, modulator or confound",
                               vb_quote(d->columns[j].name, quoted));
    return VB_OK;
}

/* Puts the columns of the runs block-diagonally into one matrix. */
static vb_status assemble(const vb_draft *d, vb_design *design)
{
    const size_t p = d->n_cols;

    design->first_scan =
        vb_arena_take(d->arena, d->n_runs + 1, sizeof *design->first_scan);
    design->tr_s = vb_arena_take(d->arena, d->n_runs, sizeof *design->tr_s);
    design->columns = vb_arena_take(d->arena, p, sizeof *design->columns);
    if (!design->first_scan || !design->tr_s || !design->columns)
        return vb_fail_memory(d->err, p * sizeof *design->columns);
    for (size_t r = 0; r < d->n_runs; r++) {
        design->first_scan[r + 1] = design->first_scan[r] + d->runs[r].n_scans;
        design->tr_s[r] = d->runs[r].tr_s;
    }
    design->n_scans = design->first_scan[d->n_runs];
    design->n_cols = p;
    design->n_runs = d->n_runs;
    design->x = vb_arena_take(d->arena, design->n_scans * p, sizeof *design->x);
    if (!design->x)
        return vb_fail_memory(d->err, design->n_scans * p * sizeof *design->x);
    for (size_t j = 0; j < p; j++) {
        const size_t n = d->runs[d->columns[j].run].n_scans;
        double *x = design->x + design->first_scan[d->columns[j].run] * p + j;

        design->columns[j] = d->columns[j];
        if (!(design->columns[j].height > 0)) /* a filtered one knows its own */
            design->columns[j].height = vb_column_height(n, d->values[j]);
        for (size_t s = 0; s < n; s++)
            x[s * p] = d->values[j][s];
    }
    design->sample_s = d->sample_s;
    design->filter = d->filter;
    design->n_filter = d->n_filter;
    design->like = d->dialect->name;
    design->hrf = d->hrf->name;
    design->drift = d->options.drift;
    design->high_pass_s = d->options.high_pass_s;
    design->convention = d->dialect->convention(d);
    return design->convention ? VB_OK : vb_fail_memory(d->err, VB_TEXT_MAX);
}

static vb_status build(vb_draft *d, const vb_design_options *options, vb_design *design)
{
    vb_status status;

    if (options)
        d->options = *options;
    d->dialect = find_dialect(d->options.like, d->err);
    if (!d->dialect)
        return VB_EUSAGE;
    status = choose_hrf(d, d->options.hrf);
    if (status == VB_OK)
        status = choose_drift(d);
    if (status == VB_OK)
        status = vb_draft_check(d);
    if (status != VB_OK)
        return status;
    d->sample_s = vb_arena_take(d->arena, d->n_runs, sizeof *d->sample_s);
    d->filter = vb_arena_take(d->arena, d->n_runs, sizeof *d->filter);
    d->n_filter = vb_arena_take(d->arena, d->n_runs, sizeof *d->n_filter);
    if (!d->sample_s || !d->filter || !d->n_filter)
        return vb_fail_memory(d->err, d->n_runs * sizeof *d->filter);
    status = d->dialect->begin(d);
    if (status == VB_OK)
        status = add_columns(d);
    if (status == VB_OK)
        status = check_names(d);
    return status == VB_OK ? assemble(d, design) : status;
}

vb_status vb_design_build(size_t n_runs, const vb_design_run runs[],
                          const vb_design_options *options, vb_design **design,
                          vb_notes *notes, vb_error *err)
{
    vb_draft d = {.arena = vb_arena_alloc(),
                  .scratch = vb_arena_alloc(),
                  .n_runs = n_runs,
                  .runs = runs,
                  .notes = notes,
                  .err = err};
    vb_design *made = d.arena ? vb_arena_take(d.arena, 1, sizeof *made) : NULL;
    vb_status status;

    if (!made || !d.scratch) {
        vb_arena_free(d.arena);
        vb_arena_free(d.scratch);
        return vb_fail_memory(err, sizeof *made);
    }
    status = build(&d, options, made);
    vb_arena_free(d.scratch);
    if (status != VB_OK) {
        vb_arena_free(d.arena);
        return status;
    }
    made->arena = d.arena;
    *design = made;
    return VB_OK;
}

void vb_design_free(vb_design *design)
{
    if (design)
        vb_arena_free(design->arena);
}
