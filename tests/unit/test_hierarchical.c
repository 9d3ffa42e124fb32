/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hierarchical fits of simulated groups; the long version is `make validation-fit`. */
#include "fit_support.h"
#include "valuebold/hierarchical.h"
#include "valuebold/recovery.h"
#include "valuebold/simulate.h"

enum { N_TRIALS = 80, N_UNITS = 80 };

static struct {
    double x[4][N_TRIALS];
    size_t run[N_TRIALS], choice[N_UNITS][N_TRIALS];
    vb_trials trials[N_UNITS];
    vb_fit_block blocks[N_UNITS];
    double covariate[N_UNITS], log_k[N_UNITS];
} s;

static double normal(vb_random *random)
{
    return vb_distribution_draw(&(vb_distribution){.shape = VB_SHAPE_NORMAL,
                                                   .b = 1,
                                                   .lower = -INFINITY,
                                                   .upper = INFINITY},
                                random);
}

/* log k = -1.5 + slope covariate + .4 z, log beta = .3 z. */
static void simulate(const vb_model *model, double slope)
{
    vb_trials design = hand_trials(N_TRIALS, 2);
    vb_random random;

    vb_random_start(&random, 4, NULL, NULL, "group");
    for (size_t t = 0; t < N_TRIALS; t++) {
        s.x[0][t] = 2 * (double)(1 + t % 5);
        s.x[1][t] = (double)(1 + t / 5 % 5);
        s.x[2][t] = 1;
    }
    for (size_t o = 0; o < 2; o++) {
        design.options[o].attribute[VB_REWARD] = s.x[2 * o];
        design.options[o].attribute[VB_EFFORT] = s.x[2 * o + 1];
    }
    design.run = s.run;
    for (size_t i = 0; i < N_UNITS; i++) {
        double theta[2];
        char label[16];
        vb_error err = {0};

        s.covariate[i] = (double)i / (N_UNITS - 1) * 2 - 1;
        s.log_k[i] = -1.5 + slope * s.covariate[i] + .4 * normal(&random);
        theta[0] = exp(s.log_k[i]);
        theta[1] = exp(.3 * normal(&random));
        snprintf(label, sizeof label, "%zu", i);
        s.trials[i] = design;
        s.trials[i].choice = s.choice[i];
        s.blocks[i].trials = &s.trials[i];
        cr_assert_eq(vb_simulate_course(model, &s.trials[i], 1, theta, NULL, 1, label,
                                        NULL, false, s.choice[i], NULL, &err),
                     VB_OK, "%s", err.text);
    }
}

static void make(const vb_model *model, vb_likelihood *l[])
{
    vb_fit_options options;
    vb_error err = {0};

    vb_fit_defaults(&options);
    for (size_t i = 0; i < N_UNITS; i++)
        cr_assert_eq(vb_likelihood_make(model, &options, 1, &s.blocks[i], &l[i], &err),
                     VB_OK, "%s", err.text);
}

static vb_model parabolic(void)
{
    return hand_model(
        (vb_model_spec){.term = {[VB_EFFORT] = "parabolic"}, .choice_rule = "softmax"});
}

Test(hierarchical, group_means_sds_and_slopes_come_back)
{
    const vb_model model = parabolic();
    vb_likelihood *l[N_UNITS];
    vb_group *g[2] = {NULL};
    double error = 0, scatter = 0;
    vb_error err = {0};

    simulate(&model, .5);
    make(&model, l);
    for (size_t k = 0; k < 2; k++)
        cr_assert_eq(vb_group_fit(N_UNITS, l,
                                  &(vb_group_options){.n_covariates = 1,
                                                      .covariates = s.covariate,
                                                      .n_threads = 1 + 2 * k},
                                  &g[k], &err),
                     VB_OK, "%s", err.text);
    cr_expect(g[0]->converged);
    cr_expect_eq(g[0]->log_likelihood, g[1]->log_likelihood, "1 and 3 threads differ");
    /* within three standard errors of what was simulated */
    cr_expect_lt(fabs(g[0]->coefficient[0] + 1.5), 3 * g[0]->coefficient_se[0]);
    cr_expect_lt(fabs(g[0]->coefficient[2] - .5), 3 * g[0]->coefficient_se[2]);
    cr_expect_lt(fabs(g[0]->coefficient[1]), 3 * g[0]->coefficient_se[1]);
    /* the mean of 80 with sd .4 and some noise of each: .045 to .06 */
    cr_expect(g[0]->coefficient_se[0] > .04 && g[0]->coefficient_se[0] < .07, "%g",
              g[0]->coefficient_se[0]);
    cr_expect(fabs(g[0]->sd[0] - .4) < .12, "sd %g", g[0]->sd[0]);
    cr_expect(fabs(g[0]->sd[1] - .3) < .12, "sd %g", g[0]->sd[1]);
    for (size_t i = 0; i < N_UNITS; i++) {
        error += pow(g[0]->u[2 * i] - s.log_k[i], 2);
        scatter += pow(s.log_k[i] + 1.5, 2);
    }
    cr_expect_lt(error, .25 * scatter, "participants' own numbers are lost");
    cr_expect(support_near(g[0]->ibic,
                           -2 * g[0]->log_likelihood + 6 * log(N_UNITS * N_TRIALS),
                           1e-12));
    for (size_t k = 0; k < 2; k++)
        vb_group_free(g[k]);
    for (size_t i = 0; i < N_UNITS; i++)
        vb_likelihood_free(l[i]);
}

/* The integral over one number by quadrature, against the Laplace evidence. */
Test(hierarchical, evidence_is_near_the_integral)
{
    const vb_model model = parabolic();
    vb_likelihood *l[N_UNITS];
    vb_group *g = NULL;
    vb_fit_options options;
    double sum = 0;
    vb_error err = {0};

    simulate(&model, 0);
    vb_fit_defaults(&options);
    options.setting[1].fixed = 1;
    for (size_t i = 0; i < N_UNITS; i++)
        cr_assert_eq(vb_likelihood_make(&model, &options, 1, &s.blocks[i], &l[i], &err),
                     VB_OK, "%s", err.text);
    cr_assert_eq(vb_group_fit(N_UNITS, l, NULL, &g, &err), VB_OK, "%s", err.text);
    for (double z = -6; z <= 6; z += 1e-3) {
        const double u = g->coefficient[0] + z * g->sd[0];

        sum += exp(-vb_likelihood_at(l[0], &u, NULL) - z * z / 2) / sqrt(2 * acos(-1)) *
               1e-3;
    }
    /* Laplace is exact for normal posteriors; 80 choices make nearly one */
    cr_expect(fabs(log(sum) - g->evidence[0]) < .02, "%g, integral %g", g->evidence[0],
              log(sum));
    vb_group_free(g);
    for (size_t i = 0; i < N_UNITS; i++)
        vb_likelihood_free(l[i]);
}

Test(hierarchical, inference_over_models_finds_who_uses_which)
{
    const vb_model models[2] = {parabolic(),
                                hand_model((
                                    vb_model_spec){.term = {[VB_EFFORT] = "hyperbolic"},
                                                   .choice_rule = "softmax"})};
    vb_likelihood *l[2][N_UNITS];
    vb_hbi *h = NULL;
    vb_error err = {0};

    simulate(&models[0], 0);
    for (size_t m = 0; m < 2; m++)
        make(&models[m], l[m]);
    cr_assert_eq(vb_hbi_fit(2, N_UNITS, (vb_likelihood *const *const[]){l[0], l[1]}, 2,
                            &h, &err),
                 VB_OK, "%s", err.text);
    cr_expect(h->converged);
    cr_expect_gt(h->frequency[0], .9);
    cr_expect_gt(h->protected_exceedance[0], .99);
    cr_expect_lt(fabs(h->models[0].mean[0] + 1.5), 4 * h->models[0].mean_se[0]);
    for (size_t i = 0; i < N_UNITS; i++)
        cr_expect(support_near(h->responsibility[2 * i] + h->responsibility[2 * i + 1],
                               1, 1e-12));
    vb_hbi_free(h);
    for (size_t i = 0; i < 2 * N_UNITS; i++)
        vb_likelihood_free(l[i / N_UNITS][i % N_UNITS]);
}

Test(hierarchical, what_cannot_be_estimated_is_refused)
{
    const vb_model model = parabolic();
    static const double constant[N_UNITS] = {0};
    vb_likelihood *l[N_UNITS];
    vb_group *g = NULL;
    vb_error err = {0};

    simulate(&model, 0);
    make(&model, l);
    cr_expect_eq(vb_group_fit(1, l, NULL, &g, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "too few"), "%s", err.text);
    cr_expect_eq(vb_group_fit(N_UNITS, l,
                              &(vb_group_options){.n_covariates = 1,
                                                  .covariates = constant},
                              &g, &err),
                 VB_EESTIMATE);
    cr_expect(strstr(err.text, "covariate"), "%s", err.text);
    for (size_t i = 0; i < N_UNITS; i++)
        vb_likelihood_free(l[i]);
}
