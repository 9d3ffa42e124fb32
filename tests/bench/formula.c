/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * formula.c - processor time of a million trials by a built-in model and by the same model
 * as a formula, in turn, and the median of the ratios.  Run by tests/bench/model.sh.
 */
#include "valuebold/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N = 1000000, RUNS = 7 };

static const struct {
    const char *term[VB_N_ATTRIBUTES];
    const char *formula;
    size_t n;
    const char *names[4];
    double theta[4];
} cases[] = {
    {{NULL, "linear", "expected"}, "R*P - k*E", 1, {"k"}, {.7}},
    {{NULL, "parabolic"}, "R - k*E^2", 1, {"k"}, {.7}},
    {{NULL, "linear", "power"}, "R*P^h - k*E", 2, {"k", "h"}, {.7, 1.3}},
    {{NULL, "hyperbolic"}, "R/(1 + k*E)", 1, {"k"}, {.7}},
    {{NULL, "double_exponential"},
     "R*(exp(-b*E) + exp(-d*E))/2",
     2,
     {"b", "d"},
     {.7, .2}},
};

static double seconds(const vb_model *model, const vb_trials *trials,
                      const double theta[])
{
    const clock_t start = clock();
    vb_evaluation *e = NULL;
    vb_error err = {0};

    if (vb_model_run(model, trials, 1, theta, NULL, &e, &err) != VB_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    vb_evaluation_free(e);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void compare(size_t i, const vb_trials *trials)
{
    static const char *const none[VB_N_ATTRIBUTES] = {NULL};
    vb_model_spec spec = {0};
    vb_param params[4];
    vb_expr *expr = NULL;
    vb_formula formula = {.n_params = cases[i].n, .params = params};
    vb_model built, mine;
    double ratio[RUNS], took[2][RUNS];

    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        spec.term[a] = cases[i].term[a];
    for (size_t k = 0; k < cases[i].n; k++)
        params[k] = (vb_param){cases[i].names[k], "", 0, 10, 1, "test"};
    if (vb_expr_compile(cases[i].formula, &expr, NULL) != VB_OK)
        exit(1);
    formula.expr = expr;
    if (vb_model_compose(&spec, none, &built, NULL) != VB_OK ||
        vb_model_compose(&(vb_model_spec){.formula = &formula}, none, &mine, NULL) !=
            VB_OK)
        exit(1);
    seconds(&built, trials, cases[i].theta); /* not counted: pages are new */
    seconds(&mine, trials, cases[i].theta);
    for (size_t k = 0; k < RUNS; k++) {
        took[0][k] = seconds(&built, trials, cases[i].theta);
        took[1][k] = seconds(&mine, trials, cases[i].theta);
        ratio[k] = took[1][k] / took[0][k];
    }
    qsort(ratio, RUNS, sizeof *ratio, by_size);
    qsort(took[0], RUNS, sizeof **took, by_size);
    qsort(took[1], RUNS, sizeof **took, by_size);
    printf("  %-30s built in %5.1f ms, formula %5.1f ms, ratio %.2f (%.2f - %.2f)\n",
           cases[i].formula, 1e3 * took[0][RUNS / 2], 1e3 * took[1][RUNS / 2],
           ratio[RUNS / 2], ratio[0], ratio[RUNS - 1]);
    vb_expr_free(expr);
}

int main(void)
{
    double *x[3];
    vb_trials trials = {.n_trials = N, .n_options = 1, .n_runs = 1};

    for (size_t a = 0; a < 3; a++) {
        x[a] = malloc(N * sizeof **x);
        if (!x[a])
            return 1;
        for (size_t t = 0; t < N; t++)
            x[a][t] = (double)((t * (2 * a + 7)) % 1001) / 1001;
        trials.options[0].attribute[a] = x[a];
    }
    trials.options[0].name = "a";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        compare(i, &trials);
    for (size_t a = 0; a < 3; a++)
        free(x[a]);
    return 0;
}
