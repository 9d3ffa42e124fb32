/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_pictures.c - the fitted curve over the choices, for the sample and each participant. */
#include "fit_internal.h"
#include "valuebold/figure_fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Points of a panel under construction. */
typedef struct points {
    double *x, *p;
    bool *taken;
    size_t n;
} points;

static bool take(vb_arena *arena, size_t n, points *out)
{
    *out = (points){.x = vb_arena_take(arena, n, sizeof(double)),
                    .p = vb_arena_take(arena, n, sizeof(double)),
                    .taken = vb_arena_take(arena, n, sizeof(bool))};
    return out->x && out->p && out->taken;
}

static void add(points *to, double x, double p, bool taken)
{
    to->x[to->n] = x;
    to->p[to->n] = p;
    to->taken[to->n++] = taken;
}

/* The first option against the best of the others. */
static double difference(const vb_evaluation *e, size_t t)
{
    double most = -INFINITY;

    for (size_t o = 1; o < e->n_options; o++)
        most = fmax(most, e->sv[o][t]);
    return e->sv[0][t] - most;
}

/* Trials of a unit into its own panel, by value, and into the sample's, by log-odds. */
static vb_status add_unit(const vb_fit_study *fits, size_t u, vb_arena *arena,
                          points *own, points *sample, vb_error *err)
{
    const vb_fit_unit *unit = &fits->units[u];
    const vb_fit_result *result = vb_fit_study_result(fits, 0, u);
    const vb_likelihood_facts *facts = vb_likelihood_facts_of(result->likelihood);
    double *sets =
        vb_arena_take(arena, facts->n_sets, fits->models[0].n_params * sizeof *sets);
    vb_status status = sets ? VB_OK : vb_fail_memory(err, facts->n_sets);

    if (sets)
        vb_likelihood_sets(result->likelihood, result->fit->theta, sets);
    for (size_t b = 0; b < unit->n_blocks && status == VB_OK; b++) {
        const vb_trials *trials = unit->blocks[b].trials;
        vb_evaluation *e = NULL;

        status = vb_model_run(&fits->models[0], trials, facts->n_sets, sets,
                              vb_likelihood_set_of(result->likelihood, b), &e, err);
        for (size_t t = 0; status == VB_OK && t < trials->n_trials; t++) {
            const double p = e->probability[0][t];

            if (trials->choice[t] == VB_NONE || isnan(p))
                continue;
            add(own, difference(e, t), p, trials->choice[t] == 0);
            /* beyond +-8 a choice is as good as certain */
            add(sample, fmin(fmax(log(p) - log1p(-p), -8), 8),
                fmin(fmax(p, 1 / (1 + exp(8))), 1 / (1 + exp(-8))),
                trials->choice[t] == 0);
        }
        vb_evaluation_free(e);
    }
    return status;
}

static vb_status make_panels(const vb_fit_study *fits, vb_arena *arena,
                             vb_choice_panel panels[], size_t *n, vb_error *err)
{
    points sample;
    size_t total = 0;
    vb_status status = VB_OK;

    for (size_t u = 0; u < fits->n_units; u++)
        if (vb_fit_study_result(fits, 0, u)->fit)
            total += vb_likelihood_facts_of(vb_fit_study_result(fits, 0, u)->likelihood)
                         ->n_trials;
    if (!take(arena, total, &sample))
        return vb_fail_memory(err, total * sizeof(double));
    *n = 1;
    for (size_t u = 0; u < fits->n_units && status == VB_OK; u++) {
        const vb_fit_result *result = vb_fit_study_result(fits, 0, u);
        char name[256];
        points own;

        if (!result->fit)
            continue;
        if (!take(arena, vb_likelihood_facts_of(result->likelihood)->n_trials, &own))
            return vb_fail_memory(err, sizeof own);
        status = add_unit(fits, u, arena, &own, &sample, err);
        panels[(*n)++] =
            (vb_choice_panel){.title =
                                  vb_arena_string(arena,
                                                  fit_unit_name(&fits->units[u], name,
                                                                sizeof name)),
                              .n = own.n,
                              .x = own.x,
                              .p = own.p,
                              .taken = own.taken};
    }
    panels[0] = (vb_choice_panel){.title = "all participants",
                                  .n = sample.n,
                                  .x = sample.x,
                                  .p = sample.p,
                                  .taken = sample.taken};
    return status;
}

vb_status fit_study_write_picture(const vb_fit_study *fits, vb_outputs *outputs,
                                  vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_choice_panel *panels =
        arena ? vb_arena_take(arena, fits->n_units + 1, sizeof *panels) : NULL;
    const vb_option_spec *options = fits->spec->trials.options;
    const char *value = fits->models[0].value_unit;
    const char *unit = strcmp(value, "1") == 0 ? "" : value; /* a pure number */
    char y_name[128], x_name[160];
    vb_buffer *svg;
    size_t n = 0;
    vb_status status =
        panels ? make_panels(fits, arena, panels, &n, err) : vb_fail_memory(err, 64);

    snprintf(y_name, sizeof y_name, "P(%.80s)", options[0].name);
    snprintf(x_name, sizeof x_name, "value difference%s%.64s", *unit ? ", " : "", unit);
    if (status == VB_OK && n > 1)
        status = vb_outputs_add(outputs, &svg, err, "choices.svg");
    if (status == VB_OK && n > 1)
        status =
            vb_figure_choices("Choices and fitted model", y_name,
                              "log-odds under the model", x_name, n, panels, svg, err);
    vb_arena_free(arena);
    return status;
}
