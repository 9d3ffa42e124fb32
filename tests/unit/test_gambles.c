/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public events of a mixed-gambles task (OpenfMRI ds005, Tom et al. 2007): 6 participants, 3
 * runs each.  Their column "parametric gain" is the gain less its mean over the run, divided
 * by 40 and rounded to three places (the mean before that, too).  "parametric loss" and
 * "distance from indifference" are n/a throughout, so losses cannot be compared with them:
 * here they are with the plain loss column, demeaned by numbers of the test's own.
 */
#include "support.h"
#include "valuebold/study.h"
#include "valuebold/tasks.h"

static const char spec_text[] =
    "valuebold: 1\n"
    "acquisition: {tr_s: 2, n_scans: auto}\n"
    "trials:\n"
    "  options: {accept: {reward: gain, loss: loss, probability: .5}, reject: {value: "
    "0}}\n"
    "  choice: {column: respcat, labels: {accept: 1, reject: 0}, missed: -1}\n"
    "model:\n"
    "  value: {reward: power, probability: expected, loss: gamble}\n"
    "  choice_rule: softmax\n"
    "  parameters: {rho: .9, lambda: 1.9, inverse_temperature: .5}\n"
    "regressors:\n"
    "  gamble:\n"
    "    modulators:\n"
    "      reward: {signal: reward_accept, scale: {per_unit: 40}}\n"
    "      loss: {signal: loss_accept}\n";

static double mean(size_t n, const double x[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* Gains over unit within the two roundings of the file, .0005 each; n trials. */
static void compare_run(const vb_study_run *run, vb_table *table, double unit)
{
    const vb_study_event *e = &run->event_types[0];
    const double *demeaned = support_column(table, "parametric gain");
    const double *loss = support_column(table, "loss");
    const double mean_loss = mean(table->n_rows, loss);

    cr_assert_eq(e->n, table->n_rows);
    for (size_t i = 0; i < e->n; i++) {
        cr_expect(fabs(e->weight[0][i] / unit - demeaned[e->row[i]]) < .001,
                  "row %zu: %g, %g", i + 1, e->weight[0][i] / unit,
                  demeaned[e->row[i]]);
        cr_expect(fabs(e->weight[1][i] - (loss[e->row[i]] - mean_loss)) < 1e-12);
    }
}

/* .5 (G^rho - lambda L^rho) of the gamble, and trials with -1 missed. */
static void compare_values(const vb_study_subject *subject, size_t first,
                           vb_table *table, double rho)
{
    const double *gain = support_column(table, "gain");
    const double *loss = support_column(table, "loss");
    const double *answer = support_column(table, "respcat");

    for (size_t i = 0; i < table->n_rows; i++) {
        const size_t t = first + i, choice = subject->trials->choice[t];
        const double sv = .5 * (pow(gain[i], rho) - 1.9 * pow(loss[i], rho));

        cr_expect(fabs(subject->evaluation->sv[0][t] - sv) < 1e-13 * fmax(1, fabs(sv)));
        cr_expect(subject->evaluation->sv[1][t] == 0);
        cr_expect_eq(choice, answer[i] == 1 ? 0 : answer[i] == 0 ? 1 : VB_NONE);
    }
}

static void compare_public_data(const char *text, double unit, double rho)
{
    char paths[3][256];
    size_t n_seen = 0;
    const char *files[3] = {paths[0], paths[1], paths[2]};

    for (int sub = 1; sub <= 6; sub++) {
        vb_study_source source = {.tr_s = NAN,
                                  .n_events_files = 3,
                                  .events_files = files};
        vb_spec *spec = NULL;
        vb_study *study = NULL;
        vb_error err = {0};
        size_t first = 0;

        for (int r = 0; r < 3; r++)
            support_data_path(paths[r], sizeof paths[r],
                              "ds005_events/sub-%02d/func/sub-%02d_task-"
                              "mixedgamblestask_run-%02d_events.tsv",
                              sub, sub, r + 1);
        if (!support_exists(paths[0])) {
            support_skip("%s is not there", paths[0]);
            return;
        }
        cr_assert_eq(vb_spec_parse("s", text, strlen(text), &spec, NULL, &err), VB_OK,
                     "%s", err.text);
        cr_assert_eq(vb_study_load(spec, &source, &study, NULL, &err), VB_OK, "%s",
                     err.text);
        for (size_t r = 0; r < 3; r++) {
            vb_table *table = support_table(paths[r]);

            compare_run(&study->runs[r], table, unit);
            compare_values(&study->subjects[0], first, table, rho);
            first += table->n_rows;
            n_seen += table->n_rows;
            vb_table_free(table);
        }
        vb_study_free(study);
        vb_spec_free(spec);
    }
    cr_expect_eq(n_seen, 6 * (86 + 85 + 85));
}

Test(gambles, a_public_tasks_own_demeaned_gains_are_met)
{
    compare_public_data(spec_text, 1, .9); /* per_unit: 40 there */
}

/* The preset's loss_lambda is 1.9 too, and its modulators are in USD. */
Test(gambles, the_preset_meets_them_as_it_is)
{
    vb_task task;
    vb_error err = {0};

    cr_assert_eq(vb_task_need("mixed-gambles", &task, &err), VB_OK, "%s", err.text);
    compare_public_data(task.spec, 40, 1);
}
