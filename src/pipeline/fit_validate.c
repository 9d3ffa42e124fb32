/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_validate.c - how likely choices are under a fit to the others.
 *
 * One session or run at a time is left out of the fit; its choices are then judged with the
 * parameters of the rest.  A model that learns goes through all trials in both.
 */
#include "fit_internal.h"
#include "valuebold/parallel.h"

#include <math.h>

/* Fold of a trial: its session, or its run. */
static size_t fold_of(const vb_fit_unit *unit, size_t b, size_t t, vb_fit_factor by)
{
    size_t fold = 0;

    if (by == VB_FIT_BY_SESSION)
        return b;
    for (size_t i = 0; i < b; i++)
        fold += unit->blocks[i].trials->n_runs;
    return fold + unit->blocks[b].trials->run[t];
}

static size_t count_folds(const vb_fit_unit *unit, vb_fit_factor by)
{
    size_t n = 0;

    if (by == VB_FIT_BY_SESSION)
        return unit->n_blocks;
    for (size_t b = 0; b < unit->n_blocks; b++)
        n += unit->blocks[b].trials->n_runs;
    return n;
}

/* Blocks of which only a fold, or all but a fold, counts. */
static bool mask(const vb_fit_unit *unit, size_t fold, vb_fit_factor by, bool keep_it,
                 vb_arena *arena, vb_fit_block blocks[])
{
    for (size_t b = 0; b < unit->n_blocks; b++) {
        const size_t n = unit->blocks[b].trials->n_trials;
        bool *out = vb_arena_take(arena, n, sizeof *out);

        if (!out)
            return false;
        for (size_t t = 0; t < n; t++)
            out[t] = (fold_of(unit, b, t, by) == fold) != keep_it;
        blocks[b] = unit->blocks[b];
        blocks[b].left_out = out;
    }
    return true;
}

/* What is validated, and for each item (model by unit) the folds whose fit to the rest says
 * too little: those without a fit, and those whose parameters choices leave open. */
typedef struct validation {
    vb_fit_study *fits;
    size_t *n_failed, *n_open;
} validation;

/* Whether choices leave a number open; one at its bound is as sure as the bound. */
static bool leaves_open(const vb_fit *fit)
{
    bool at_bound = false;

    for (size_t i = 0; i < fit->n; i++)
        at_bound = at_bound || fit->at_bound[i];
    return fit->separated || fit->flat || (!fit->converged && !at_bound);
}

/* Negative log-likelihood of a fold under the fit to the others; 0 for a fold without
 * choices.  open: the fit to the others has no unique optimum. */
static double try_fold(const vb_fit_study *fits, size_t m, const vb_fit_unit *unit,
                       size_t fold, vb_arena *arena, bool *open)
{
    const vb_fit_factor by = fits->spec->fit.cross_validate;
    vb_fit_block *rest = vb_arena_take(arena, unit->n_blocks, sizeof *rest);
    vb_fit_block *held = vb_arena_take(arena, unit->n_blocks, sizeof *held);
    vb_likelihood *a = NULL, *b = NULL;
    vb_fit *fit = NULL;
    vb_error err = {0};
    double nll = NAN;

    if (!rest || !held || !mask(unit, fold, by, false, arena, rest) ||
        !mask(unit, fold, by, true, arena, held))
        return NAN;
    if (vb_likelihood_make(&fits->models[m], &fits->options[m], unit->n_blocks, held,
                           &b, &err) != VB_OK) {
        return err.code == VB_EINPUT ? 0 : (double)NAN;
    }
    if (vb_likelihood_make(&fits->models[m], &fits->options[m], unit->n_blocks, rest,
                           &a, &err) == VB_OK &&
        vb_fit_run(a, &fits->options[m], &fit, &err) == VB_OK) {
        nll = vb_likelihood_nll(b, fit->theta);
        *open = leaves_open(fit);
    }
    vb_fit_free(fit);
    vb_likelihood_free(a);
    vb_likelihood_free(b);
    return nll;
}

static void validate_one(void *context, size_t item, size_t worker)
{
    const validation *v = context;
    vb_fit_study *fits = v->fits;
    const vb_fit_unit *unit = &fits->units[item % fits->n_units];
    const size_t n = count_folds(unit, fits->spec->fit.cross_validate);
    vb_arena *arena = vb_arena_alloc();
    double sum = 0;

    (void)worker;
    fits->cross_validated[item] = NAN;
    if (arena && fits->results[item].fit && n > 1) {
        for (size_t fold = 0; fold < n; fold++) {
            bool open = false;
            const double nll =
                try_fold(fits, item / fits->n_units, unit, fold, arena, &open);

            v->n_failed[item] += isnan(nll) ? 1 : 0;
            v->n_open[item] += open ? 1 : 0;
            sum += nll;
        }
        fits->cross_validated[item] = sum;
    }
    vb_arena_free(arena);
}

static vb_status check(const vb_fit_study *fits, vb_error *err)
{
    const vb_fit_factor by = fits->spec->fit.cross_validate;

    for (size_t m = 0; m < fits->n_models; m++)
        for (size_t i = 0; i < fits->models[m].n_params; i++)
            if (fits->options[m].setting[i].by == by ||
                (by == VB_FIT_BY_SESSION &&
                 fits->options[m].setting[i].by == VB_FIT_BY_RUN))
                return vb_fail(
                    err, VB_EINPUT,
                    "fit.cross_validate: %s differs by %s, so that other %ss say "
                    "nothing about the one left out",
                    fits->models[m].params[i].name,
                    vb_fit_factor_name(fits->options[m].setting[i].by),
                    vb_fit_factor_name(by));
    return VB_OK;
}

/* A fit that separates the rest is sure of everything, so that one choice against it costs
 * as much as the bounds let it. */
static void tell_doubts(const validation *v, size_t item, vb_notes *notes)
{
    const vb_fit_study *fits = v->fits;
    const vb_fit_unit *unit = &fits->units[item % fits->n_units];
    const char *by = vb_fit_factor_name(fits->spec->fit.cross_validate);
    const char *model = fits->names[item / fits->n_units];
    char name[256];

    fit_unit_name(unit, name, sizeof name);
    if (v->n_failed[item])
        vb_note_add(notes, VB_WARNING, "fit-fold-failed", unit->file, unit->line, 0,
                    "%s, %s: without one %s the other choices cannot be fitted (%zu "
                    "times), so that there is no left-out likelihood",
                    name, model, by, v->n_failed[item]);
    if (v->n_open[item])
        vb_note_add(notes, VB_WARNING, "fit-fold-open", unit->file, unit->line, 0,
                    "%s, %s: without one %s the other choices leave a parameter open "
                    "(%zu times: no choice against the model, or a flat likelihood), "
                    "so that the left-out "
                    "likelihood hangs on bounds and starts; compare by BIC, or use "
                    "method: map",
                    name, model, by, v->n_open[item]);
}

vb_status fit_study_validate(vb_fit_study *fits, size_t n_threads, vb_notes *notes,
                             vb_error *err)
{
    const size_t n = fits->n_models * fits->n_units;
    validation v = {.fits = fits};
    size_t n_single = 0;
    const vb_status status = check(fits, err);

    if (status != VB_OK)
        return status;
    fits->cross_validated = vb_arena_take(fits->arena, n, sizeof(double));
    v.n_failed = vb_arena_take(fits->arena, n, sizeof *v.n_failed);
    v.n_open = vb_arena_take(fits->arena, n, sizeof *v.n_open);
    if (!fits->cross_validated || !v.n_failed || !v.n_open)
        return vb_fail_memory(err, n * sizeof(double));
    vb_parallel(n, n_threads, validate_one, &v);
    for (size_t item = 0; item < n; item++)
        tell_doubts(&v, item, notes);
    for (size_t u = 0; u < fits->n_units; u++)
        n_single += count_folds(&fits->units[u], fits->spec->fit.cross_validate) < 2;
    if (n_single)
        vb_note_add(notes, VB_WARNING, "fit-one-fold", NULL, 0, 0,
                    "%zu participant%s only one %s, so that nothing can be left out",
                    n_single, n_single == 1 ? " has" : "s have",
                    vb_fit_factor_name(fits->spec->fit.cross_validate));
    return VB_OK;
}
