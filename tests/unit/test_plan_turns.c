/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans whose choices depend on those before: learning, and columns with `next`. */
#include "valuebold/plan.h"

#include "support.h"
#include <math.h>

static vb_status simulate(const char *spec_text, const char *plan_text,
                          vb_outputs *outputs, vb_error *err)
{
    vb_plan *plan = NULL;
    vb_spec *spec = NULL;
    vb_plan_counts counts;
    vb_status status;

    *outputs = (vb_outputs){0};
    cr_assert_eq(vb_spec_parse("spec.yaml", spec_text, strlen(spec_text), &spec, NULL,
                               err),
                 VB_OK, "%zu: %s", err->line, err->text);
    status = vb_plan_parse("plan.yaml", plan_text, strlen(plan_text), &plan, NULL, err);
    if (status == VB_OK)
        status = vb_plan_simulate(plan, spec, "0.0", outputs, &counts, NULL, err);
    vb_plan_free(plan);
    vb_spec_free(spec);
    return status;
}

static vb_table *events_of(const vb_outputs *outputs, const char *path)
{
    const vb_output *file = vb_outputs_find(outputs, path);
    vb_table *table = NULL;
    vb_error err = {0};

    cr_assert(file, "%s is missing", path);
    cr_assert_eq(vb_table_parse(path, file->bytes.bytes, file->bytes.n, &table, NULL,
                                &err),
                 VB_OK, "%s", err.text);
    return table;
}

static const char *cell(const vb_table *table, size_t row, const char *column)
{
    return vb_table_cell(table, row, vb_table_find(table, column));
}

static const char learning_spec[] =
    "valuebold: 1\n"
    "task: t\n"
    "trials:\n"
    "  options: {left: {cue: cue_left}, right: {cue: cue_right}}\n"
    "  choice: response\n"
    "  outcome: 'if(response == \"left\", pays_left, pays_right)'\n"
    "model:\n"
    "  choice_rule: softmax\n"
    "  learning: {rule: rescorla_wagner, by_option: true, initial: 1}\n"
    "  parameters: {learning_rate: 0.5, inverse_temperature: 1}\n"
    "regressors: {task: {}}\n";

/* Cue a pays 2 and b pays 0 on either side; both are expected to pay 1.  With a learning
 * rate of 1 and all but no noise, after the first payoff the better cue is known for good:
 * a at 2 beats b at 1, and b at 0 loses to a at 1.  Missed trials teach nothing. */
Test(turns, a_model_that_learns_chooses_by_what_the_trials_before_paid)
{
    static const char plan[] =
        "valuebold_plan: 1\nseed: 3\nparticipants: 4\nruns: 2\ntask: t\n"
        "spec: spec.yaml\n"
        "parameters: {learning_rate: 1, inverse_temperature: 90}\n"
        "timing: {gap_s: 5}\n"
        "events:\n"
        "  ab: {per_run: 10, missed: 0.3, columns: {cue_left: a, cue_right: b, "
        "pays_left: 2, pays_right: 0}, response_time_s: 1}\n"
        "  ba: {per_run: 10, missed: 0.3, columns: {cue_left: b, cue_right: a, "
        "pays_left: 0, pays_right: 2}, response_time_s: 1}\n";
    vb_outputs outputs;
    vb_error err = {0};
    size_t n_missed = 0, n_first_b = 0;

    cr_assert_eq(simulate(learning_spec, plan, &outputs, &err), VB_OK, "%s", err.text);
    for (int s = 1; s <= 4; s++)
        for (int r = 1; r <= 2; r++) {
            char path[100];
            vb_table *table;
            size_t n_known = 0;

            snprintf(path, sizeof path,
                     "sub-%02d/func/sub-%02d_task-t_run-%d_events.tsv", s, s, r);
            table = events_of(&outputs, path);
            for (size_t i = 0; i < table->n_rows; i++) {
                const char *response = cell(table, i, "response");
                const bool left = strcmp(response, "left") == 0;

                if (strcmp(response, "n/a") == 0) {
                    cr_expect_str_eq(cell(table, i, "response_time"), "n/a");
                    n_missed++;
                    continue;
                }
                if (n_known++)
                    cr_expect_str_eq(cell(table, i, left ? "cue_left" : "cue_right"),
                                     "a", "%s row %zu", path, i);
                else
                    n_first_b +=
                        cell(table, i, left ? "cue_left" : "cue_right")[0] == 'b';
            }
            vb_table_free(table);
        }
    cr_expect(n_missed > 20 && n_missed < 80, "%zu", n_missed);
    cr_expect(n_first_b > 0 && n_first_b < 8, "%zu", n_first_b); /* chance at first */
    vb_outputs_free(&outputs);
}

static const char offer_spec[] =
    "valuebold: 1\n"
    "task: t\n"
    "trials:\n"
    "  options: {effort: {reward: 5, effort: effort}, easy: {reward: amount}}\n"
    "  choice: response\n"
    "model: {value: {effort: linear}, choice_rule: softmax, parameters: {effort_k: 1, "
    "inverse_temperature: 1}}\n"
    "regressors: {task: {}}\n";

#define OFFER_HEAD                                                                     \
    "valuebold_plan: 1\nseed: 5\nparticipants: 1\nruns: 1\ntask: t\nspec: spec.yaml\n" \
    "parameters: {effort_k: 1, inverse_temperature: 1}\ntiming: {gap_s: 5}\nevents:\n"

Test(turns, staircases_move_by_the_choices_of_their_own_event_type)
{
    static const char plan[] = OFFER_HEAD
        "  low: {per_run: 15, missed: 0.2, response_time_s: 1, columns: {effort: 1, "
        "amount: {start: 2, next: 'if(isna(response), amount, if(response == "
        "\"effort\", "
        "amount + 0.5, amount - 0.25))'}}}\n"
        "  high: {per_run: 15, response_time_s: 1, columns: {effort: 3, "
        "amount: {start: 4, next: 'if(response == \"effort\", amount + 0.5, amount - "
        "0.25)'}}}\n";
    double at[2] = {2, 4};
    size_t n[2] = {0, 0};
    vb_outputs outputs;
    vb_error err = {0};
    vb_table *table;

    cr_assert_eq(simulate(offer_spec, plan, &outputs, &err), VB_OK, "%s", err.text);
    table = events_of(&outputs, "sub-01/func/sub-01_task-t_run-1_events.tsv");
    for (size_t i = 0; i < table->n_rows; i++) {
        const size_t k = strcmp(cell(table, i, "trial_type"), "high") == 0;
        const char *response = cell(table, i, "response");

        cr_expect_float_eq(strtod(cell(table, i, "amount"), NULL), at[k], 1e-9,
                           "row %zu", i);
        n[k]++;
        if (strcmp(response, "n/a") != 0)
            at[k] += strcmp(response, "effort") == 0 ? 0.5 : -0.25;
    }
    cr_expect_eq(n[0], 15);
    cr_expect_eq(n[1], 15);
    vb_table_free(table);
    vb_outputs_free(&outputs);
}

Test(turns, a_next_that_cannot_be_made_is_refused_with_the_reason)
{
    static const struct {
        const char *column, *says;
    } cases[] = {
        {"amount: {start: 2, next: amuont + 1}", "did you mean 'amount'"},
        {"amount: {start: 2}", "start and next"},
        {"amount: {next: amount}", "start and next"},
        {"amount: {start: 2, next: 'amount +'}", "next: "},
        {"amount: {start: 2, next: response_time}", "'response_time' is not known"},
        {"amount: {start: 2, then: amount}", "then"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char plan[800];
        vb_outputs outputs;
        vb_error err = {0};

        snprintf(plan, sizeof plan,
                 OFFER_HEAD
                 "  low: {per_run: 5, response_time_s: 1, columns: {effort: 1, %s}}\n",
                 cases[i].column);
        cr_expect_neq(simulate(offer_spec, plan, &outputs, &err), VB_OK, "case %zu", i);
        cr_expect(strstr(err.text, cases[i].says), "case %zu: %s", i, err.text);
        vb_outputs_free(&outputs);
    }
}
