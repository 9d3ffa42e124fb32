/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * groups.c - groups of which 70 % discount effort parabolically and 30 % hyperbolically: is
 * the frequency found, and is its interval right?
 */
#include "validation.h"
#include "valuebold/hierarchical.h"
#include "valuebold/simulate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { N_TRIALS = 150, N_UNITS = 60 };

/* Work for 2 to 10 points at levels 1 to 5, or rest for 1. */
static vb_trials offers(void)
{
    vb_trials trials = {.n_trials = N_TRIALS, .n_options = 2, .n_runs = 1};
    double *reward = take(N_TRIALS, sizeof *reward), *one = take(N_TRIALS, sizeof *one);
    double *effort = take(N_TRIALS, sizeof *effort),
           *zero = take(N_TRIALS, sizeof *zero);

    trials.run = take(N_TRIALS, sizeof *trials.run);
    for (size_t t = 0; t < N_TRIALS; t++) {
        reward[t] = 2 * (double)(1 + t % 5);
        effort[t] = (double)(1 + t / 5 % 5);
        one[t] = 1;
    }
    trials.options[0].name = "work";
    trials.options[1].name = "rest";
    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[1].attribute[VB_REWARD] = one;
    trials.options[1].attribute[VB_EFFORT] = zero;
    return trials;
}

static double normal(vb_random *random, double mean, double sd)
{
    return vb_distribution_draw(&(vb_distribution){.shape = VB_SHAPE_NORMAL,
                                                   .a = mean,
                                                   .b = sd,
                                                   .lower = -INFINITY,
                                                   .upper = INFINITY},
                                random);
}

/* log k: around .25 for k E^2, .6 for 1/(1 + k E); log beta around 1. */
static void simulate(const vb_model models[2], size_t group, size_t unit,
                     vb_trials *trials)
{
    static const double log_k[2] = {-1.4, -.5};
    const size_t m = unit < 42 ? 0 : 1;
    vb_random random;
    vb_error err = {0};
    char label[32];
    double theta[2];

    snprintf(label, sizeof label, "%zu", unit);
    vb_random_start(&random, group, label, NULL, "parameters");
    theta[0] = exp(normal(&random, log_k[m], .4));
    theta[1] = exp(normal(&random, m ? .3 : 0, .3));
    trials->choice = take(N_TRIALS, sizeof *trials->choice);
    must(vb_simulate_course(&models[m], trials, 1, theta, NULL, group, label, NULL,
                            false, trials->choice, NULL, &err),
         &err);
}

static void run_group(const vb_model models[2], size_t group, size_t n_threads,
                      double *frequency, double alpha[2])
{
    const vb_trials design = offers();
    vb_likelihood **l[2];
    vb_fit_block *blocks = take(N_UNITS, sizeof *blocks);
    vb_trials *trials = take(N_UNITS, sizeof *trials);
    vb_fit_options options;
    vb_hbi *h = NULL;
    vb_error err = {0};

    vb_fit_defaults(&options);
    for (size_t m = 0; m < 2; m++)
        l[m] = take(N_UNITS, sizeof *l[m]);
    for (size_t i = 0; i < N_UNITS; i++) {
        trials[i] = design;
        simulate(models, group, i, &trials[i]);
        blocks[i].trials = &trials[i];
        for (size_t m = 0; m < 2; m++)
            must(vb_likelihood_make(&models[m], &options, 1, &blocks[i], &l[m][i],
                                    &err),
                 &err);
    }
    must(vb_hbi_fit(2, N_UNITS, (vb_likelihood *const *const[]){l[0], l[1]}, n_threads,
                    &h, &err),
         &err);
    *frequency = h->frequency[0];
    alpha[0] = h->alpha[0];
    alpha[1] = h->alpha[1];
    vb_hbi_free(h);
    for (size_t m = 0; m < 2; m++)
        for (size_t i = 0; i < N_UNITS; i++)
            vb_likelihood_free(l[m][i]);
}

void check_groups(size_t n_groups, size_t n_threads)
{
    const vb_model models[2] =
        {compose((vb_model_spec){.term = {[VB_EFFORT] = "parabolic"},
                                 .choice_rule = "softmax"}),
         compose((vb_model_spec){.term = {[VB_EFFORT] = "hyperbolic"},
                                 .choice_rule = "softmax"})};
    double sum = 0, covered = 0;

    for (size_t g = 1; g <= n_groups; g++) {
        double frequency, alpha[2], low, high;

        run_group(models, g, n_threads, &frequency, alpha);
        low = gsl_cdf_beta_Pinv(.025, alpha[0], alpha[1]);
        high = gsl_cdf_beta_Pinv(.975, alpha[0], alpha[1]);
        sum += frequency;
        covered += low <= .7 && .7 <= high;
    }
    printf("\nHierarchical inference over two models: %zu simulated groups of %d, 70 "
           "%% of "
           "whom discount parabolically and 30 %% hyperbolically, %d trials.\n\n"
           "| | found | limits |\n|---|---|---|\n",
           n_groups, N_UNITS, N_TRIALS);
    row("mean frequency of the first model", sum / (double)n_groups, .65, .75);
    row("groups whose 95 % interval has 0.7", covered, .88 * (double)n_groups,
        (double)n_groups);
}
