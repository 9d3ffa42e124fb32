/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every part of the registry can be fitted; gradients against differences. */
#include "fit_support.h"
#include "valuebold/simulate.h"

enum { N = 120 };

/* Offers that every term can take: efforts and delays above 0, sure and unsure rewards. */
static vb_trials make_trials(vb_arena *arena)
{
    static const double high[VB_N_ATTRIBUTES] = {10, 4, 1, 4, 5};
    vb_trials trials = hand_trials(N, 2);
    vb_random random;

    vb_random_start(&random, 5, NULL, NULL, "offers");
    for (size_t o = 0; o < 2; o++)
        for (size_t a = 0; a < VB_N_ATTRIBUTES; a++) {
            double *x = vb_arena_take(arena, N, sizeof *x);

            for (size_t t = 0; t < N; t++)
                x[t] = high[a] * (double)(1 + vb_random_index(&random, 4)) / 4;
            trials.options[o].attribute[a] = x;
        }
    trials.choice = vb_arena_take(arena, N, sizeof *trials.choice);
    trials.run = vb_arena_take(arena, N, sizeof *trials.run);
    return trials;
}

/* Simulated choices, the gradient at a point off the optimum, and a fit. */
static void check_model(const char *what, vb_model_spec spec)
{
    static const char *const labels[] = {"1"};
    const vb_model model = hand_model(spec);
    vb_arena *arena = vb_arena_alloc();
    vb_trials trials = make_trials(arena);
    vb_likelihood *likelihood = NULL;
    vb_fit_block block = {.trials = &trials};
    vb_fit_options options;
    vb_fit *fit = NULL;
    vb_error err = {0};
    double theta[VB_MAX_PARAMS], u[VB_FIT_MAX], g[VB_FIT_MAX];

    for (size_t i = 0; i < model.n_params; i++)
        theta[i] = model.params[i].param->typical;
    cr_assert_eq(vb_simulate_choices(&model, &trials, 1, theta, NULL, 1, "01", labels,
                                     trials.choice, NULL, &err),
                 VB_OK, "%s: %s", what, err.text);
    vb_fit_defaults(&options);
    options.n_starts = 5;
    cr_assert_eq(vb_likelihood_make(&model, &options, 1, &block, &likelihood, &err),
                 VB_OK, "%s: %s", what, err.text);
    for (size_t i = 0; i < model.n_params; i++)
        u[i] = vb_fit_u(model.params[i].param, theta[i] * .97 + .01);
    vb_likelihood_at(likelihood, u, g);
    for (size_t i = 0; i < model.n_params; i++) {
        const double h = 1e-5, at = u[i];
        double up, down;

        u[i] = at + h;
        up = vb_likelihood_at(likelihood, u, NULL);
        u[i] = at - h;
        down = vb_likelihood_at(likelihood, u, NULL);
        u[i] = at;
        /* central differences: h^2 of the third derivative, and 1e-14 / h of rounding */
        cr_expect(fabs(g[i] - (up - down) / (2 * h)) < 1e-6 * (1 + fabs(g[i])),
                  "%s: gradient by %s is %g, differences say %g", what,
                  model.params[i].name, g[i], (up - down) / (2 * h));
    }
    cr_assert_eq(vb_fit_run(likelihood, &options, &fit, &err), VB_OK, "%s: %s", what,
                 err.text);
    cr_expect(fit->nll <= vb_likelihood_nll(likelihood, theta) + 1e-9,
              "%s: the fit (%g) is worse than the truth", what, fit->nll);
    vb_fit_free(fit);
    vb_likelihood_free(likelihood);
    vb_arena_free(arena);
}

Test(fit_models, every_term_is_fitted_with_the_right_gradient)
{
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);

        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
            vb_model_spec spec = {.choice_rule = "softmax"};
            char what[128];

            /* values at levels and learned rates need more than offers */
            if (!(term->attributes & 1u << a) ||
                term->uses & (VB_USES_LEVELS | VB_USES_RATE))
                continue;
            spec.term[a] = term->name;
            if (term->uses & VB_USES_LOSING)
                spec.term[VB_PROBABILITY] = "expected";
            snprintf(what, sizeof what, "%s %s", vb_attribute_name(a), term->name);
            check_model(what, spec);
        }
    }
}

Test(fit_models, every_choice_rule_is_fitted_with_the_right_gradient)
{
    for (size_t i = 0; i < vb_n_choice_rules(); i++)
        check_model(vb_choice_rule_at(i)->name,
                    (vb_model_spec){.term = {[VB_EFFORT] = "linear"},
                                    .choice_rule = vb_choice_rule_at(i)->name});
    check_model("lapse", (vb_model_spec){.term = {[VB_EFFORT] = "linear"},
                                         .choice_rule = "softmax",
                                         .lapse = true});
}

Test(fit_models, several_terms_share_the_gradient)
{
    check_model("all", (vb_model_spec){.term = {[VB_REWARD] = "power",
                                                [VB_EFFORT] = "exponential",
                                                [VB_PROBABILITY] = "hyperbolic",
                                                [VB_DELAY] = "hyperbolic",
                                                [VB_LOSS] = "linear"},
                                       .choice_rule = "softmax_bias"});
}

/* A random walk in steps of .1 ms; its boundaries are moved by the mean overshoot .5826
 * sqrt(dt) (Broadie, Glasserman & Kou 1997 Math Finance 7:325). */
static double walk(vb_random *random, double v, double a, double w, size_t *choice)
{
    const double dt = 1e-4, step = sqrt(dt), shift = .5826 * step;
    double x = w * a, t = 0;

    while (x > shift && x < a - shift) {
        x += v * dt + (vb_random_uniform(random) < .5 ? -step : step);
        t += dt;
    }
    *choice = x >= a - shift ? 0 : 1;
    return t;
}

Test(fit_models, drift_diffusion_is_fitted_to_choices_and_times)
{
    static const double truth[] = {.6, 1.5, .5,
                                   .3}; /* drift rate, boundary, start, t0 */
    const vb_model model = hand_model((vb_model_spec){.choice_rule = "ddm"});
    vb_trials trials = hand_trials(600, 2);
    double reward[2][600], rt[600];
    size_t choice[600];
    vb_likelihood *likelihood = NULL;
    vb_fit_options options;
    vb_random random;
    vb_fit *fit;

    vb_random_start(&random, 8, NULL, NULL, "walk");
    for (size_t t = 0; t < 600; t++) {
        reward[0][t] = (double)(t % 5);
        reward[1][t] = 2;
        rt[t] = truth[3] + walk(&random, truth[0] * (reward[0][t] - 2), truth[1],
                                truth[2], &choice[t]);
    }
    trials.choice = choice;
    trials.response_time_s = rt;
    for (size_t o = 0; o < 2; o++)
        trials.options[o].attribute[VB_REWARD] = reward[o];
    vb_fit_defaults(&options);
    fit = fit_hand(&model, &options, &trials, &likelihood);
    cr_expect(fit->converged, "gradient %g", fit->gradient);
    for (size_t i = 0; i < 4; i++)
        cr_expect(fabs(fit->theta[i] - truth[i]) < 3.5 * fit->se[i], "%s: %g (SE %g)",
                  model.params[i].name, fit->theta[i], fit->se[i]);
    cr_expect_lt(fit->se[3], .02);
    vb_fit_free(fit);
    vb_likelihood_free(likelihood);
}
