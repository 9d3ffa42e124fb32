/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mehrhof.c - recovery on the public simulations of Mehrhof & Nord (2025): agents with known
 * kE, kR and a accept or reject efforts for rewards.
 */
#include "mehrhof.h"
#include "valuebold/file.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *effort, *rule;
    double most_k, most_r, low_a, high_a; /* bounds of the published fits */
} forms[N_FORMS] = {{"lin", "linear", "bias", 4, 4, -10, 10},
                    {"para", "parabolic", "bias", 1, 6, -10, 10},
                    {"exp", "exponential", "softmax_bias_5", 1, 2, -2, 0}};

const char *mehrhof_form_name(size_t form)
{
    return forms[form].name;
}

vb_model mehrhof_model(size_t form)
{
    return compose((vb_model_spec){
        .term = {[VB_REWARD] = "linear", [VB_EFFORT] = forms[form].effort},
        .choice_rule = forms[form].rule});
}

static void read_column(const vb_table *table, const char *name, double out[])
{
    vb_error err = {0};
    size_t c = 0;

    must(vb_table_need(table, name, &c, &err), &err);
    must(vb_table_numbers(table, c, out, NULL, NULL, &err), &err);
}

vb_table *mehrhof_table(const char *folder, const char *name)
{
    char path[1024];
    vb_table *table = NULL;
    vb_error err = {0};

    snprintf(path, sizeof path, "%s/%s", folder, name);
    must(vb_file_read_table(path, &table, NULL, &err), &err);
    return table;
}

double *mehrhof_column(const vb_table *table, const char *name)
{
    double *x = take(table->n_rows, sizeof *x);

    read_column(table, name, x);
    return x;
}

mehrhof mehrhof_read(const char *folder, const char *name)
{
    vb_table *table = mehrhof_table(folder, name);
    double *reward = mehrhof_column(table, "reward_level");
    double *effort = mehrhof_column(table, "effort_level");
    double *choice = mehrhof_column(table, "choice"), *zero = take(table->n_rows, 8);
    mehrhof m = {.n = table->n_rows / N_OFFERS};
    size_t *chosen = take(table->n_rows, sizeof *chosen);

    m.trials = take(m.n, sizeof *m.trials);
    m.blocks = take(m.n, sizeof *m.blocks);
    for (size_t t = 0; t < table->n_rows; t++) {
        reward[t] /= sqrt(1.25); /* population SD of the levels 1 to 4 */
        effort[t] /= sqrt(1.25);
        chosen[t] = choice[t] > 0 ? 0 : 1;
    }
    for (size_t i = 0; i < m.n; i++) {
        vb_trials *trials = &m.trials[i];

        *trials = (vb_trials){.n_trials = N_OFFERS, .n_options = 2, .n_runs = 1};
        trials->run = take(N_OFFERS, sizeof *trials->run);
        trials->choice = chosen + i * N_OFFERS;
        trials->options[0].name = "accept";
        trials->options[1].name = "reject";
        trials->options[0].attribute[VB_REWARD] = reward + i * N_OFFERS;
        trials->options[0].attribute[VB_EFFORT] = effort + i * N_OFFERS;
        trials->options[1].attribute[VB_REWARD] = zero;
        trials->options[1].attribute[VB_EFFORT] = zero;
        m.blocks[i].trials = trials;
    }
    vb_table_free(table);
    return m;
}

/* kR, kE, a */
vb_fit_options mehrhof_options(size_t form, bool reward_free)
{
    vb_fit_options options;

    vb_fit_defaults(&options);
    options.setting[0].upper = forms[form].most_r;
    if (!reward_free)
        options.setting[0].fixed = 1;
    options.setting[1].upper = forms[form].most_k;
    options.setting[2].lower = forms[form].low_a;
    options.setting[2].upper = forms[form].high_a;
    return options;
}

typedef struct job {
    const mehrhof *data;
    const vb_model *model;
    const vb_fit_options *options;
    double (*theta)[3];
    double *bic, *gradient;
    bool *inside;
} job;

static void fit_one(void *context, size_t i, size_t worker)
{
    const job *j = context;
    vb_likelihood *l = NULL;
    vb_fit *fit = NULL;
    vb_error err = {0};

    (void)worker;
    must(vb_likelihood_make(j->model, j->options, 1, &j->data->blocks[i], &l, &err),
         &err);
    must(vb_fit_run(l, j->options, &fit, &err), &err);
    vb_likelihood_sets(l, fit->theta, j->theta[i]);
    j->bic[i] = fit->bic;
    j->gradient[i] = fit->gradient;
    vb_fit_free(fit);
    vb_likelihood_free(l);
}

static double correlate(size_t n, const double truth[], double (*theta)[3], size_t p)
{
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;

    for (size_t i = 0; i < n; i++) {
        x += truth[i];
        y += theta[i][p];
        xx += truth[i] * truth[i];
        yy += theta[i][p] * theta[i][p];
        xy += truth[i] * theta[i][p];
    }
    x /= (double)n;
    y /= (double)n;
    return (xy / (double)n - x * y) /
           sqrt((xx / (double)n - x * x) * (yy / (double)n - y * y));
}

static void fit_all(const mehrhof *data, size_t form, bool reward_free, size_t n_starts,
                    size_t n_threads, job *j)
{
    vb_model *model = take(1, sizeof *model);
    vb_fit_options *options = take(1, sizeof *options);

    *model = mehrhof_model(form);
    *options = mehrhof_options(form, reward_free);
    options->n_starts = n_starts;
    *j = (job){.data = data,
               .model = model,
               .options = options,
               .theta = take(data->n, sizeof *j->theta),
               .bic = take(data->n, sizeof *j->bic),
               .gradient = take(data->n, sizeof *j->gradient)};
    vb_parallel(data->n, n_threads, fit_one, j);
}

/* Correlations of estimates with the truth, for 20 and for 50 starts. */
static void check_recovery(const char *folder, const char *name, size_t form,
                           bool reward_free, size_t n_threads)
{
    static const char *const params[] = {"kR", "kE", "a"};
    char file[64], what[128];
    mehrhof data;
    vb_table *truth;
    job ours, many;
    double worst = 0;

    snprintf(file, sizeof file, "sim_%s_trials.tsv", name);
    data = mehrhof_read(folder, file);
    snprintf(file, sizeof file, "sim_%s_params.tsv", name);
    truth = mehrhof_table(folder, file);
    fit_all(&data, form, reward_free, 20, n_threads, &ours);
    fit_all(&data, form, reward_free, 50, n_threads, &many);
    for (size_t p = reward_free ? 0 : 1; p < 3; p++) {
        const double *x = mehrhof_column(truth, params[p]);
        const double r = correlate(data.n, x, ours.theta, p);
        const double best = correlate(data.n, x, many.theta, p);

        snprintf(what, sizeof what, "%s: %s, correlation with the truth", name,
                 params[p]);
        row(what, r, best - .005, best + .005);
    }
    for (size_t i = 0; i < data.n; i++)
        worst = fmax(worst, many.gradient[i]);
    snprintf(what, sizeof what, "%s: largest gradient left, 50 starts", name);
    row(what, worst, 0, 1e-8);
    vb_table_free(truth);
}

/* On choices of one form every form is fitted. */
static void check_bic(const char *folder, size_t generating, size_t n_threads)
{
    double sum[N_FORMS] = {0}, best = INFINITY;
    char file[64], what[128];
    mehrhof data;

    snprintf(file, sizeof file, "sim_m3_%s_trials.tsv", forms[generating].name);
    data = mehrhof_read(folder, file);
    for (size_t f = 0; f < N_FORMS; f++) {
        job j;

        fit_all(&data, f, true, 20, n_threads, &j);
        for (size_t i = 0; i < data.n; i++)
            sum[f] += j.bic[i];
        if (f != generating)
            best = fmin(best, sum[f]);
    }
    snprintf(what, sizeof what,
             "m3_%s: summed BIC of the generating form, less that of the "
             "best other",
             forms[generating].name);
    row(what, sum[generating] - best, -INFINITY, 0);
}

void check_mehrhof(const char *folder, size_t n_threads)
{
    printf(
        "\nSimulated agents of Mehrhof & Nord (2025), 500 a model, 64 offers each, 20 "
        "starts; limits are the correlations of 50 starts +- 0.005.\n\n"
        "| | found | limits |\n|---|---|---|\n");
    check_recovery(folder, "m1_para", 1, false, n_threads);
    check_recovery(folder, "m1_exp", 2, false, n_threads);
    for (size_t f = 0; f < N_FORMS; f++) {
        char name[16];

        snprintf(name, sizeof name, "m3_%s", forms[f].name);
        check_recovery(folder, name, f, true, n_threads);
    }
    for (size_t f = 0; f < N_FORMS; f++)
        check_bic(folder, f, n_threads);
}
