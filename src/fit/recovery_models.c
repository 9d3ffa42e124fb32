/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recovery_models.c - which model explains choices that another, or itself, has made. */
#include "fit_internal.h"
#include "recovery_internal.h"
#include "valuebold/parallel.h"

#include <stdlib.h>

typedef struct contest {
    size_t n_models, n_units, n_repeats;
    const vb_model *models;
    const vb_fit_options *options;
    const vb_recovery_unit *const *units;
    uint64_t seed;
    size_t *winner;   /* of each data set; VB_NONE: some model was not fitted */
    vb_error *errors; /* of simulating */
} contest;

/* Lower is better: BIC, or minus twice the evidence where there is one. */
static double criterion(const vb_model *model, const vb_fit_options *options,
                        size_t n_blocks, const vb_fit_block blocks[])
{
    vb_likelihood *l = NULL;
    vb_fit *fit = NULL;
    double value = NAN;

    if (vb_likelihood_make(model, options, n_blocks, blocks, &l, NULL) == VB_OK &&
        vb_fit_run(l, options, &fit, NULL) == VB_OK)
        value = isnan(fit->log_evidence) ? fit->bic : -2 * fit->log_evidence;
    vb_fit_free(fit);
    vb_likelihood_free(l);
    return value;
}

static void judge(void *context, size_t item, size_t worker)
{
    const contest *k = context;
    const size_t per_model = k->n_units * k->n_repeats, g = item / per_model;
    const vb_recovery_unit *unit = &k->units[g][item % per_model / k->n_repeats];
    double best = INFINITY;
    fit_copy c = {0};

    (void)worker;
    k->winner[item] = VB_NONE;
    if (fit_simulate_unit(&k->models[g], &k->options[g], unit, item % k->n_repeats,
                          k->seed, &c, &k->errors[item]) == VB_OK)
        for (size_t m = 0; m < k->n_models; m++) {
            const double value =
                criterion(&k->models[m], &k->options[m], unit->n_blocks, c.blocks);

            if (isnan(value)) {
                k->winner[item] = VB_NONE;
                break;
            }
            if (value < best) {
                best = value;
                k->winner[item] = m;
            }
        }
    vb_arena_free(c.arena);
}

vb_status vb_recover_models(size_t n_models, const vb_model models[],
                            const vb_fit_options options[], size_t n_units,
                            const vb_recovery_unit *const units[], size_t n_repeats,
                            uint64_t seed, size_t n_threads, double count[],
                            size_t *n_failed, vb_error *err)
{
    const size_t n = n_models * n_units * n_repeats;
    contest k = {.n_models = n_models,
                 .n_units = n_units,
                 .n_repeats = n_repeats,
                 .models = models,
                 .options = options,
                 .units = units,
                 .seed = seed,
                 .winner = calloc(n + 1, sizeof *k.winner),
                 .errors = calloc(n + 1, sizeof *k.errors)};
    vb_status status = VB_OK;

    if (!k.winner || !k.errors)
        status = vb_fail_memory(err, n * sizeof *k.errors);
    if (status == VB_OK) {
        vb_parallel(n, n_threads, judge, &k);
        status = fit_first_error(k.errors, n, err);
    }
    *n_failed = 0;
    for (size_t i = 0; i < n_models * n_models; i++)
        count[i] = 0;
    for (size_t i = 0; status == VB_OK && i < n; i++)
        if (k.winner[i] == VB_NONE)
            ++*n_failed;
        else
            count[i / (n_units * n_repeats) * n_models + k.winner[i]]++;
    free(k.winner);
    free(k.errors);
    return status;
}
