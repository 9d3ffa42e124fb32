/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recovery.c - simulated choices, fitted again. */
#include "valuebold/recovery.h"
#include "fit_internal.h"
#include "recovery_internal.h"
#include "valuebold/parallel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static vb_status simulate_block(const vb_model *model, const vb_likelihood *l, size_t b,
                                const double sets[], const vb_recovery_unit *unit,
                                size_t repeat, uint64_t seed, fit_copy *c,
                                vb_error *err)
{
    const vb_trials *trials = unit->blocks[b].trials;
    vb_trials *mine = &c->trials[b];
    const size_t n = trials->n_trials;
    const char *session = unit->blocks[b].session;
    const char *label = vb_arena_printf(c->arena, "%s/%s/%zu", unit->label,
                                        session ? session : "", repeat);

    *mine = *trials;
    mine->choice = vb_arena_take(c->arena, n, sizeof *mine->choice);
    if (trials->outcome)
        mine->outcome = vb_arena_take(c->arena, n, sizeof *mine->outcome);
    if (!label || !mine->choice || (trials->outcome && !mine->outcome))
        return vb_fail_memory(err, n * sizeof *mine->choice);
    mine->response_time_s = NULL;
    c->blocks[b] = unit->blocks[b];
    c->blocks[b].trials = mine;
    return vb_simulate_course(model, trials, l->facts.n_sets, sets, l->set_of[b], seed,
                              label, unit->blocks[b].run_labels, true, mine->choice,
                              mine->outcome, err);
}

vb_status fit_simulate_unit(const vb_model *model, const vb_fit_options *options,
                            const vb_recovery_unit *unit, size_t repeat, uint64_t seed,
                            fit_copy *c, vb_error *err)
{
    vb_likelihood *l = NULL;
    double *sets;
    vb_status status =
        vb_likelihood_make(model, options, unit->n_blocks, unit->blocks, &l, err);

    c->arena = vb_arena_alloc();
    if (status == VB_OK && c->arena) {
        sets = vb_arena_take(c->arena, l->facts.n_sets, model->n_params * sizeof *sets);
        c->trials = vb_arena_take(c->arena, unit->n_blocks, sizeof *c->trials);
        c->blocks = vb_arena_take(c->arena, unit->n_blocks, sizeof *c->blocks);
        if (!sets || !c->trials || !c->blocks)
            status = vb_fail_memory(err, sizeof *c->trials);
        else
            vb_likelihood_sets(l, unit->theta, sets);
        for (size_t b = 0; b < unit->n_blocks && status == VB_OK; b++)
            status = simulate_block(model, l, b, sets, unit, repeat, seed, c, err);
    } else if (status == VB_OK) {
        status = vb_fail_memory(err, sizeof *c);
    }
    vb_likelihood_free(l);
    return status;
}

typedef struct crew {
    const vb_model *model;
    const vb_fit_options *options;
    const vb_recovery_unit *units;
    size_t n_repeats;
    uint64_t seed;
    vb_recovery *r;
    vb_error *errors; /* [n_cases] of simulating */
} crew;

static void keep(vb_recovery_case *one, const vb_fit *fit, const double truth[],
                 vb_likelihood *l)
{
    one->fitted = true;
    one->nll = fit->nll;
    one->nll_truth = vb_likelihood_nll(l, truth);
    one->flagged = fit->separated || fit->flat;
    for (size_t i = 0; i < fit->n; i++) {
        one->estimate[i] = fit->theta[i];
        one->lower95[i] = fit->lower95[i];
        one->upper95[i] = fit->upper95[i];
        one->flagged = one->flagged || fit->at_bound[i];
    }
}

static void recover_one(void *context, size_t item, size_t worker)
{
    const crew *w = context;
    vb_recovery_case *one = &w->r->cases[item];
    const vb_recovery_unit *unit = &w->units[item / w->n_repeats];
    vb_likelihood *l = NULL;
    vb_fit *fit = NULL;
    fit_copy c = {0};

    (void)worker;
    one->unit = item / w->n_repeats;
    one->repeat = item % w->n_repeats;
    if (fit_simulate_unit(w->model, w->options, unit, one->repeat, w->seed, &c,
                          &w->errors[item]) == VB_OK &&
        vb_likelihood_make(w->model, w->options, unit->n_blocks, c.blocks, &l, NULL) ==
            VB_OK &&
        vb_fit_run(l, w->options, &fit, NULL) == VB_OK)
        keep(one, fit, unit->theta, l);
    vb_fit_free(fit);
    vb_likelihood_free(l);
    vb_arena_free(c.arena);
}

/* Sums for one number. */
typedef struct sums {
    double n, x, y, xx, yy, xy, d, dd;
} sums;

static void add(sums *s, double truth, double estimate)
{
    s->n++;
    s->x += truth;
    s->y += estimate;
    s->xx += truth * truth;
    s->yy += estimate * estimate;
    s->xy += truth * estimate;
    s->d += estimate - truth;
    s->dd += (estimate - truth) * (estimate - truth);
}

static double correlation(const sums *s)
{
    const double sx = s->xx - s->x * s->x / s->n, sy = s->yy - s->y * s->y / s->n;

    return (s->xy - s->x * s->y / s->n) / sqrt(sx * sy);
}

static void summarise(const crew *w, const vb_fit_number *number, size_t i)
{
    const vb_param *param = w->model->params[number->param].param;
    vb_recovery_summary *summary = &w->r->numbers[i];
    sums raw = {0}, scaled = {0};
    size_t covered = 0;

    for (size_t c = 0; c < w->r->n_cases; c++) {
        const vb_recovery_case *one = &w->r->cases[c];
        const double truth = w->units[one->unit].theta[i];
        double u, v;

        if (!one->fitted)
            continue;
        /* an end of the scale is as far as a fit goes */
        u = fmin(fmax(fit_u_of(number->scale, param, truth), number->low),
                 number->high);
        v = fmin(fmax(fit_u_of(number->scale, param, one->estimate[i]), number->low),
                 number->high);
        add(&raw, truth, one->estimate[i]);
        add(&scaled, u, v);
        covered += one->lower95[i] <= truth && truth <= one->upper95[i];
    }
    *summary =
        (vb_recovery_summary){.n = (size_t)raw.n,
                              .correlation = correlation(&raw),
                              .correlation_u = correlation(&scaled),
                              .bias = raw.d / raw.n,
                              .rmse = sqrt(raw.dd / raw.n),
                              .bias_u = scaled.d / scaled.n,
                              .rmse_u = sqrt(scaled.dd / scaled.n),
                              .coverage = (double)covered / (double)w->r->n_cases};
}

static vb_status make_cases(vb_recovery *r, vb_error *err)
{
    double *numbers;

    r->cases = vb_arena_take(r->arena, r->n_cases, sizeof *r->cases);
    r->numbers = vb_arena_take(r->arena, r->n_numbers, sizeof *r->numbers);
    numbers = vb_arena_take(r->arena, r->n_cases, 3 * r->n_numbers * sizeof *numbers);
    if (!r->cases || !r->numbers || !numbers)
        return vb_fail_memory(err, r->n_cases * sizeof *r->cases);
    for (size_t i = 0; i < 3 * r->n_numbers * r->n_cases; i++)
        numbers[i] = NAN;
    for (size_t c = 0; c < r->n_cases; c++, numbers += 3 * r->n_numbers) {
        r->cases[c].estimate = numbers;
        r->cases[c].lower95 = numbers + r->n_numbers;
        r->cases[c].upper95 = numbers + 2 * r->n_numbers;
    }
    return VB_OK;
}

vb_status fit_first_error(const vb_error errors[], size_t n, vb_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (errors[i].code != VB_OK) {
            if (err)
                *err = errors[i];
            return errors[i].code;
        }
    return VB_OK;
}

static vb_status recover(crew *w, size_t n_units, size_t n_threads, vb_error *err)
{
    vb_likelihood *l = NULL;
    vb_status status;

    if (!n_units || !w->n_repeats)
        return vb_fail(err, VB_EUSAGE, "recovery needs participants and repeats");
    status = vb_likelihood_make(w->model, w->options, w->units[0].n_blocks,
                                w->units[0].blocks, &l, err);
    if (status != VB_OK)
        return status;
    w->r->n_numbers = l->facts.n_numbers;
    w->r->n_cases = n_units * w->n_repeats;
    w->errors = calloc(w->r->n_cases, sizeof *w->errors);
    status = w->errors ? make_cases(w->r, err)
                       : vb_fail_memory(err, w->r->n_cases * sizeof *w->errors);
    if (status == VB_OK) {
        vb_parallel(w->r->n_cases, n_threads, recover_one, w);
        status = fit_first_error(w->errors, w->r->n_cases, err);
    }
    for (size_t i = 0; status == VB_OK && i < w->r->n_numbers; i++)
        summarise(w, &l->numbers[i], i);
    for (size_t c = 0; status == VB_OK && c < w->r->n_cases; c++) {
        w->r->n_fitted += w->r->cases[c].fitted;
        w->r->n_flagged += w->r->cases[c].flagged;
    }
    free(w->errors);
    vb_likelihood_free(l);
    return status;
}

vb_status vb_recover(const vb_model *model, const vb_fit_options *options,
                     size_t n_units, const vb_recovery_unit units[], size_t n_repeats,
                     uint64_t seed, size_t n_threads, vb_recovery **recovery,
                     vb_error *err)
{
    vb_recovery *r = calloc(1, sizeof *r);
    crew w = {.model = model,
              .options = options,
              .units = units,
              .n_repeats = n_repeats,
              .seed = seed,
              .r = r};
    vb_status status;

    if (r)
        r->arena = vb_arena_alloc();
    status = r && r->arena ? recover(&w, n_units, n_threads, err)
                           : vb_fail_memory(err, sizeof *r);
    if (status == VB_OK)
        *recovery = r;
    else
        vb_recovery_free(r);
    return status;
}

void vb_recovery_free(vb_recovery *recovery)
{
    if (!recovery)
        return;
    vb_arena_free(recovery->arena);
    free(recovery);
}
