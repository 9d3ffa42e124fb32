/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hierarchical.c - does the hierarchical fit end at one place, wherever it begins?  And are
 * group means and standard errors right on simulated groups?
 */
#include "valuebold/hierarchical.h"
#include "mehrhof.h"
#include "valuebold/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static vb_likelihood **likelihoods_of(const mehrhof *data, const vb_model *model,
                                      const vb_fit_options *options)
{
    vb_likelihood **l = take(data->n, sizeof(vb_likelihood *));
    vb_error err = {0};

    for (size_t i = 0; i < data->n; i++)
        must(vb_likelihood_make(model, options, 1, &data->blocks[i], &l[i], &err),
             &err);
    return l;
}

static void check_form(const mehrhof *data, size_t form, size_t n_seeds,
                       size_t n_threads)
{
    const vb_model model = mehrhof_model(form);
    vb_likelihood **l;
    vb_fit_options options;
    vb_group **g = take(n_seeds, sizeof(vb_group *));
    size_t best = 0, n_near = 0, n_means = 0, n_sds = 0, n_rounds = 0;
    double took = INFINITY;
    char what[128];

    vb_fit_defaults(&options);
    l = likelihoods_of(data, &model, &options);
    for (size_t s = 0; s < n_seeds; s++) {
        const vb_fit_number *number = vb_likelihood_facts_of(l[0])->numbers;
        double mean[3], sd[3], start = seconds();
        vb_error err = {0};
        vb_random random;

        vb_random_start(&random, s + 1, NULL, NULL, "hierarchical");
        for (size_t j = 0; j < 3; j++) {
            mean[j] = number[j].centre +
                      number[j].spread / 2 * (2 * vb_random_uniform(&random) - 1);
            sd[j] = .5 + 1.5 * vb_random_uniform(&random);
        }
        must(vb_group_fit(data->n, l,
                          &(vb_group_options){.start_mean = mean,
                                              .start_sd = sd,
                                              .n_threads = n_threads},
                          &g[s], &err),
             &err);
        took = fmin(took, seconds() - start);
        n_rounds += g[s]->n_rounds;
        if (g[s]->log_likelihood > g[best]->log_likelihood)
            best = s;
    }
    for (size_t s = 0; s < n_seeds; s++) {
        bool means = true, sds = true;

        for (size_t j = 0; j < 3; j++) {
            means = means && fabs(g[s]->coefficient[j] - g[best]->coefficient[j]) < .01;
            sds = sds && fabs(log(g[s]->sd[j] / g[best]->sd[j])) < .05;
        }
        n_near += fabs(g[s]->log_likelihood - g[best]->log_likelihood) < .1;
        n_means += means;
        n_sds += sds;
    }
    fprintf(stderr,
            "m3_%s: log likelihood %.4f, iBIC %.2f, means %.4f %.4f %.4f, sds %.4f "
            "%.4f %.4f; best time %.2f s, %.0f rounds\n",
            mehrhof_form_name(form), g[best]->log_likelihood, g[best]->ibic,
            g[best]->coefficient[0], g[best]->coefficient[1], g[best]->coefficient[2],
            g[best]->sd[0], g[best]->sd[1], g[best]->sd[2], took,
            (double)n_rounds / (double)n_seeds);
    for (size_t s = 0; s < n_seeds; s++)
        if (fabs(g[s]->log_likelihood - g[best]->log_likelihood) >= .1)
            fprintf(stderr,
                    "  seed %zu: %.4f %s, means %.3f %.3f %.3f sds %.3f %.3f %.3f\n",
                    s + 1, g[s]->log_likelihood, g[s]->converged ? "" : "not converged",
                    g[s]->coefficient[0], g[s]->coefficient[1], g[s]->coefficient[2],
                    g[s]->sd[0], g[s]->sd[1], g[s]->sd[2]);
    snprintf(what, sizeof what, "m3_%s: starts within 0.1 nat of the best",
             mehrhof_form_name(form));
    row(what, (double)n_near, .9 * (double)n_seeds, (double)n_seeds);
    snprintf(what, sizeof what, "m3_%s: starts with the same means (0.01)",
             mehrhof_form_name(form));
    row(what, (double)n_means, .9 * (double)n_seeds, (double)n_seeds);
    snprintf(what, sizeof what, "m3_%s: starts with the same log sds (0.05)",
             mehrhof_form_name(form));
    row(what, (double)n_sds, .9 * (double)n_seeds, (double)n_seeds);
    for (size_t s = 0; s < n_seeds; s++)
        vb_group_free(g[s]);
    for (size_t i = 0; i < data->n; i++)
        vb_likelihood_free(l[i]);
}

void check_hierarchical(const char *folder, size_t n_seeds, size_t n_threads)
{
    const mehrhof data = mehrhof_read(folder, "main_study_choices_001-500.tsv");

    printf("\nHierarchical fits of the choices of %zu participants of Mehrhof & Nord "
           "(2025) "
           "from %zu random starts.\n\n| | found | limits |\n|---|---|---|\n",
           data.n, n_seeds);
    for (size_t form = 0; form < N_FORMS; form++)
        check_form(&data, form, n_seeds, n_threads);
}
