/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans: what is refused and where; studies: shape, constraints, independence of streams. */
#include "valuebold/plan.h"

#include "support.h"
#include <math.h>

static const char spec_text[] =
    "valuebold: 1\n"
    "task: pairs\n"
    "trials:\n"
    "  rows: trial_type == \"task\"\n"
    "  options:\n"
    "    a: {reward: reward_a, effort: effort_a}\n"
    "    b: {reward: reward_b, effort: effort_b}\n"
    "  choice: answer\n"
    "  units: {reward: EUR, effort: min}\n"
    "model: {value: {effort: linear}, choice_rule: softmax,\n"
    "        parameters: {effort_k: 1, "
    "inverse_temperature: 1}}\n"
    "regressors: {task: {}}\n";

static const char head[] = "valuebold_plan: 1\n"
                           "seed: 7\n"
                           "participants: 3\n"
                           "runs: 2\n"
                           "task: pairs\n"
                           "spec: spec.yaml\n"
                           "parameters:\n"
                           "  effort_k: {lognormal: {median: 0.5, sd_log: 0.5}}\n"
                           "  inverse_temperature: 2\n"
                           "timing: {gap_s: {uniform: [1, 3]}, after: response}\n"
                           "order: {max_repeats: 2, first: rest}\n"
                           "outcome_column: won\n";

static const char events[] =
    "events:\n"
    "  task:\n"
    "    per_run: 20\n"
    "    duration_s: 1.5\n"
    "    columns: {reward_a: [1, 2, 5], effort_a: [0, 2], "
    "reward_b: [1, 2, 5], effort_b: [0, 2]}\n"
    "    where: reward_a != reward_b or effort_a != effort_b\n"
    "    missed: 0.2\n"
    "    response_time_s: {lognormal: {median: 1.9, sd_log: 0.2}, "
    "min: 1.5, max: 4}\n"
    "  rest: {per_run: 12, duration_s: 1.5}\n";

static vb_plan *parse(const char *text)
{
    vb_plan *plan = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_plan_parse("plan.yaml", text, strlen(text), &plan, NULL, &err),
                 VB_OK, "%zu:%zu %s", err.line, err.column, err.text);
    return plan;
}

static vb_spec *spec(void)
{
    vb_spec *made = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_spec_parse("spec.yaml", spec_text, strlen(spec_text), &made, NULL,
                               &err),
                 VB_OK, "%zu: %s", err.line, err.text);
    return made;
}

static char *join(const char *a, const char *b)
{
    const size_t n = strlen(a) + strlen(b) + 1;
    char *both = malloc(n);

    cr_assert(both);
    snprintf(both, n, "%s%s", a, b);
    return both;
}

static vb_status simulate(const char *text, size_t participants, vb_outputs *outputs,
                          vb_plan_counts *counts, vb_error *err)
{
    vb_plan *plan = parse(text);
    vb_spec *of_plan = spec();
    vb_status status = VB_OK;

    *outputs = (vb_outputs){0};
    if (participants)
        status = vb_plan_set_participants(plan, participants, err);
    if (status == VB_OK)
        status = vb_plan_simulate(plan, plan->spec_file ? of_plan : NULL, "0.0",
                                  outputs, counts, NULL, err);
    vb_spec_free(of_plan);
    vb_plan_free(plan);
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

Test(plan, keeps_numbers_order_and_conditions)
{
    static const char *const columns[] = {"onset",    "duration", "trial_type",
                                          "reward_a", "effort_a", "reward_b",
                                          "effort_b", "answer",   "response_time",
                                          "won"};
    char *text = join(head, events);
    vb_outputs outputs;
    vb_plan_counts counts;
    vb_error err = {0};
    vb_table *table;
    size_t n_task = 0, repeats = 1;
    double *onset, *rt;

    cr_assert_eq(simulate(text, 0, &outputs, &counts, &err), VB_OK, "%s", err.text);
    cr_expect_eq(counts.n_participants, 3);
    cr_expect_eq(counts.n_runs, 6);
    cr_expect_eq(counts.n_rows, 6 * 32);
    cr_expect_eq(counts.n_trials, 6 * 20);
    table = events_of(&outputs, "sub-03/func/sub-03_task-pairs_run-2_events.tsv");
    cr_assert_eq(table->n_rows, 32);
    cr_assert_eq(table->n_cols, 10);
    for (size_t c = 0; c < 10; c++)
        cr_expect_str_eq(table->columns[c], columns[c]);
    onset = support_column(table, "onset");
    rt = support_column(table, "response_time");
    cr_expect_str_eq(cell(table, 0, "trial_type"), "rest");
    for (size_t i = 0; i < 32; i++) {
        const bool task = strcmp(cell(table, i, "trial_type"), "task") == 0;
        const bool missed = strcmp(cell(table, i, "answer"), "n/a") == 0;
        /* rest: the gap counts from its end; a missed response lasts until the max */
        const double busy = !task ? 1.5 : missed ? 4 : rt[i];

        n_task += task;
        repeats = i && strcmp(cell(table, i, "trial_type"),
                              cell(table, i - 1, "trial_type")) == 0
                      ? repeats + 1
                      : 1;
        cr_expect_leq(repeats, 2, "row %zu", i);
        cr_expect_float_eq(onset[i] * 1000, round(onset[i] * 1000), 1e-6);
        if (i + 1 < 32) {
            cr_expect_geq(onset[i + 1] - onset[i] - busy, 1 - .001, "row %zu", i);
            cr_expect_leq(onset[i + 1] - onset[i] - busy, 3 + .001, "row %zu", i);
        }
        cr_expect_eq(task && !missed, !isnan(rt[i]));
        cr_expect_eq(task && !missed, strcmp(cell(table, i, "won"), "n/a") != 0);
        if (task)
            cr_expect(strcmp(cell(table, i, "reward_a"), cell(table, i, "reward_b")) ||
                      strcmp(cell(table, i, "effort_a"), cell(table, i, "effort_b")));
        if (task && !missed) /* no probability is stated: the chosen reward is paid */
            cr_expect_str_eq(cell(table, i, "won"),
                             cell(table, i,
                                  cell(table, i, "answer")[0] == 'a' ? "reward_a"
                                                                     : "reward_b"));
    }
    cr_expect_eq(n_task, 20);
    vb_table_free(table);
    vb_outputs_free(&outputs);
    free(text);
}

Test(plan, more_participants_leave_the_first_as_they_were)
{
    char *text = join(head, events);
    vb_outputs few, many;
    vb_plan_counts counts;
    vb_error err = {0};
    size_t n_compared = 0;

    cr_assert_eq(simulate(text, 2, &few, &counts, &err), VB_OK, "%s", err.text);
    cr_assert_eq(simulate(text, 5, &many, &counts, &err), VB_OK, "%s", err.text);
    for (size_t i = 0; i < few.n; i++) {
        const vb_output *same = vb_outputs_find(&many, few.items[i].path);

        if (!strstr(few.items[i].path, "sub-"))
            continue;
        cr_assert(same);
        cr_expect_str_eq(few.items[i].bytes.bytes, same->bytes.bytes);
        n_compared++;
    }
    cr_expect_eq(n_compared, 4);
    vb_outputs_free(&few);
    vb_outputs_free(&many);
    free(text);
}

Test(plan, more_than_can_be_held_is_refused_before_it_is_made)
{
    const char *const texts[] =
        {"valuebold_plan: 1\nseed: 1\ntask: t\nparticipants: 101\nruns: 1\n"
         "timing: {gap_s: 1}\nevents: {e: {per_run: 100000}}\n",
         "valuebold_plan: 1\nseed: 1\ntask: t\nparticipants: 101\nruns: 1000\n"
         "timing: {gap_s: 1}\nevents: {e: {per_run: 1}}\n"};

    for (size_t i = 0; i < 2; i++) {
        vb_outputs outputs;
        vb_plan_counts counts;
        vb_error err = {0};

        cr_expect_eq(simulate(texts[i], 0, &outputs, &counts, &err), VB_EINPUT);
        cr_expect(strstr(err.text, "at most 100000 runs and 10000000 events"), "%s",
                  err.text);
        cr_expect_eq(outputs.n, 0);
        vb_outputs_free(&outputs);
    }
}

Test(plan, faults_name_their_place_and_all_are_noted)
{
    static const struct {
        const char *text;
        size_t line, column;
        const char *says;
    } cases[] =
        {{"valuebold_plan: 1\nseed: 1\ntask: t\nparticpants: 3\n"
          "timing: {gap_s: 1}\nevents: {e: {per_run: 1}}\n",
          4, 1, "unknown key 'particpants'; did you mean 'participants'?"},
         {"valuebold_plan: 1\nseed: 1.5\ntask: t\n"
          "timing: {gap_s: 1}\nevents: {e: {per_run: 1}}\n",
          2, 7, "1.5 is not a whole number"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: {uniform: [3, 1]}}\n"
          "events: {e: {per_run: 1}}\n",
          4, 17, "smaller one first"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: {lognormal: {mean: "
          "1}}}\n"
          "events: {e: {per_run: 1}}\n",
          4, 30, "unknown key 'mean'"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: 1, after: respnse}\n"
          "events: {e: {per_run: 1}}\n",
          4, 27, "did you mean 'response'"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: 1}\n"
          "events: {e: {duration_s: 1}}\n",
          5, 13, "per_run"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: 1}\n"
          "events: {e: {per_run: 2, columns: {x: [1]}, where: zzzz > 1}}\n",
          5, 52, "'zzzz' is no column of this event; there is: x"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: 1}\n"
          "events: {e: {per_run: 2, columns: {onset: [1]}}}\n",
          5, 43, "column 'onset' is made by the simulation"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\ntiming: {gap_s: 1}\n"
          "events: {e: {per_run: 2, missed: 1.5}}\n",
          5, 34, "1.5 is outside 0 to 1"},
         {"valuebold_plan: 1\nseed: 1\ntask: t\nparticipants: [a, sub-a]\n"
          "timing: {gap_s: 1}\nevents: {e: {per_run: 2}}\n",
          4, 19, "participant a stands there twice"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_plan *plan = NULL;
        vb_notes notes = {0};
        vb_error err = {0};

        cr_expect_eq(vb_plan_parse("plan.yaml", cases[i].text, strlen(cases[i].text),
                                   &plan, &notes, &err),
                     VB_EINPUT, "case %zu", i);
        cr_expect(strstr(err.text, cases[i].says), "case %zu: %s", i, err.text);
        cr_expect_eq(err.line, cases[i].line, "case %zu: line %zu", i, err.line);
        cr_expect_eq(err.column, cases[i].column, "case %zu: column %zu", i,
                     err.column);
        cr_expect_geq(notes.n_refusals, 1);
        vb_notes_free(&notes);
    }
}

Test(plan, what_cannot_be_simulated_is_refused_with_the_reason)
{
    static const struct {
        const char *before, *after, *says;
    } cases[] = {{"inverse_temperature: 2", "inverse_temprature: 2",
                  "did you mean 'inverse_temperature'"},
                 {"  inverse_temperature: 2\n", "",
                  "the model needs inverse_temperature"},
                 {"effort_k: {lognormal: {median: 0.5, sd_log: 0.5}}", "effort_k: -1",
                  "effort_k"},
                 {"seed: 7\n", "seed: 7\nchoice_rule: none\n", "no choice rule"},
                 {"task: pairs", "task: other", "that of spec.yaml is 'pairs'"},
                 {"per_run: 12,", "per_run: 3,", "more than 2 times in a row"},
                 {"where: reward_a != reward_b or effort_a != effort_b",
                  "where: reward_a > 9", "met `where"},
                 {"after: response", "after: onset", "would begin"},
                 {"    missed: 0.2\n", "    one_of: [{answer: a}]\n",
                  "column 'answer'"}};
    char *text = join(head, events);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *at = strstr(text, cases[i].before);
        vb_outputs outputs;
        vb_plan_counts counts;
        vb_error err = {0};
        char *start, *changed;

        cr_assert(at, "case %zu", i);
        start = join("", text);
        start[at - text] = '\0';
        changed = join(start, cases[i].after);
        free(start);
        start = changed;
        changed = join(start, at + strlen(cases[i].before));
        free(start);
        cr_expect_neq(simulate(changed, 0, &outputs, &counts, &err), VB_OK, "case %zu",
                      i);
        cr_expect(strstr(err.text, cases[i].says), "case %zu: %s", i, err.text);
        vb_outputs_free(&outputs);
        free(changed);
    }
    free(text);
}
