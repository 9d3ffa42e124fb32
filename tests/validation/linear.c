/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c - do 95 % intervals of the linear model cover 95 %? */
#include "validation.h"
#include "valuebold/simulate.h"

#include <math.h>

enum { N_TRIALS = 150 };

/* An offer against a smaller and easier one. */
static vb_trials offers(vb_random *random)
{
    vb_trials trials = {.n_trials = N_TRIALS, .n_options = 2, .n_runs = 1};

    trials.run = take(N_TRIALS, sizeof *trials.run);
    trials.choice = take(N_TRIALS, sizeof *trials.choice);
    for (size_t o = 0; o < 2; o++) {
        double *reward = take(N_TRIALS, sizeof *reward);
        double *effort = take(N_TRIALS, sizeof *effort);

        trials.options[o].name = o ? "b" : "a";
        for (size_t t = 0; t < N_TRIALS; t++) {
            reward[t] = o ? 2 + (double)vb_random_index(random, 4)
                          : 3 + (double)vb_random_index(random, 10);
            effort[t] = (o ? 1.2 : 6) * vb_random_uniform(random);
        }
        trials.options[o].attribute[VB_REWARD] = reward;
        trials.options[o].attribute[VB_EFFORT] = effort;
    }
    return trials;
}

void check_linear(size_t n_subjects, size_t n_threads)
{
    const vb_model model = compose(
        (vb_model_spec){.term = {[VB_EFFORT] = "linear"}, .choice_rule = "softmax"});
    vb_recovery_unit *units = take(n_subjects, sizeof *units);
    vb_fit_block *block = take(1, sizeof *block);
    vb_trials *trials = take(1, sizeof *trials);
    vb_recovery *r = NULL;
    vb_fit_options options;
    vb_random random;
    vb_error err = {0};

    vb_fit_defaults(&options);
    vb_random_start(&random, 2026, NULL, NULL, "linear");
    *trials = offers(&random);
    block->trials = trials;
    for (size_t i = 0; i < n_subjects; i++) {
        double *theta = take(2, sizeof *theta);
        char *label = take(32, 1);

        snprintf(label, 32, "%zu", i);
        theta[0] = .3 + 1.2 * vb_random_uniform(&random);
        theta[1] = .5 + 1.5 * vb_random_uniform(&random);
        units[i] = (vb_recovery_unit){.label = label,
                                      .n_blocks = 1,
                                      .blocks = block,
                                      .theta = theta};
    }
    must(vb_recover(&model, &options, n_subjects, units, 1, 1, n_threads, &r, &err),
         &err);
    printf("\nLinear model, %d trials, k 0.3 to 1.5, beta 0.5 to 2, %zu simulated "
           "participants, seed 1; 95 %% intervals of log k and log beta, mapped back. "
           "Participants at a bound, separated or flat are counted as not covered.\n\n"
           "| | found | limits |\n|---|---|---|\n",
           N_TRIALS, n_subjects);
    /* limits for 2,000; fewer have wider binomial ones */
    const double slack =
        n_subjects >= 2000 ? .015 : 3.3 * sqrt(.95 * .05 / (double)n_subjects);
    row("coverage of k", r->numbers[0].coverage, .95 - slack, .95 + slack);
    row("coverage of beta", r->numbers[1].coverage, .95 - slack, .95 + slack);
    row("share flagged",
        (double)(r->n_cases - r->n_fitted + r->n_flagged) / (double)r->n_cases, 0, .02);
    row("correlation of log k with the truth", r->numbers[0].correlation_u, .9, 1);
    row("correlation of log beta with the truth", r->numbers[1].correlation_u, .8, 1);
    row("bias of log k", r->numbers[0].bias_u, -.02, .02);
    row("bias of log beta", r->numbers[1].bias_u, -.02, .05);
    vb_recovery_free(r);
}
