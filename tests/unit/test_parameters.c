/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters: which row applies, units, and every refusal with its place. */
#include "hand_trials.h"
#include "valuebold/parameters.h"

static size_t run_of[] = {0, 0, 1, 1}, condition_of[] = {0, 1, 0, 1};
static const char *conditions[] = {"self", "other"};
static const char *const runs[] = {"1", "2"};

typedef struct result {
    vb_status status;
    vb_error err;
    vb_notes notes;
    vb_arena *arena;
    size_t n_sets, *set;
    double *theta;
} result;

/* Resolves for four trials: runs 1 1 2 2, conditions self other self other. */
static result resolve(const vb_parameters_spec *spec, const char *participant,
                      const char *session)
{
    static const char *const units[VB_N_ATTRIBUTES] =
        {[VB_REWARD] = "EUR", [VB_EFFORT] = "min"};
    const vb_model_spec model_spec = {.term[VB_EFFORT] = "linear",
                                      .choice_rule = "softmax"};
    vb_trials trials = hand_trials(4, 1);
    result r = {.arena = vb_arena_alloc()};
    vb_model model;

    trials.n_runs = 2;
    trials.run = run_of;
    trials.condition = condition_of;
    trials.conditions = conditions;
    trials.n_conditions = 2;
    cr_assert_eq(vb_model_compose(&model_spec, units, &model, NULL), VB_OK);
    r.status =
        vb_parameters_resolve(spec, &model, participant, session, runs, &trials,
                              r.arena, &r.n_sets, &r.theta, &r.set, &r.notes, &r.err);
    return r;
}

static void finish(result *r)
{
    vb_notes_free(&r->notes);
    vb_arena_free(r->arena);
}

static result resolve_text(const char *text, const char *participant,
                           const char *session)
{
    vb_table *table = support_table_text("params.tsv", text);
    const vb_parameters_spec spec = {.table = table};
    result r = resolve(&spec, participant, session);

    vb_table_free(table);
    return r;
}

/* k of trial t. */
static double k_of(const result *r, size_t t)
{
    return r->theta[2 * r->set[t]];
}

Test(parameters, one_row_a_participant_makes_one_set)
{
    result r = resolve_text("participant_id\teffort_k\tbeta\tage\n"
                            "sub-01\t.5\t1.5\t33\nsub-02\t.7\t2\tn/a\n",
                            "02", NULL);

    cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
    cr_expect_eq(r.n_sets, 1);
    cr_expect(r.theta[0] == .7 && r.theta[1] == 2);
    cr_expect(r.set[0] == 0 && r.set[3] == 0);
    finish(&r);
}

Test(parameters, labels_match_with_or_without_prefix_and_leading_zeros_of_runs)
{
    result r = resolve_text("participant_id\tsession\trun\tk\tbeta\n"
                            "01\tpre\t01\t.5\t1\n01\tpre\trun-2\t.6\t1\n"
                            "01\tpost\t1\t.7\t1\n01\tpost\t2\t.8\t1\n",
                            "sub-01", "ses-pre");

    cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
    cr_expect_eq(r.n_sets, 2);
    cr_expect(k_of(&r, 1) == .5 && k_of(&r, 2) == .6);
    finish(&r);
}

Test(parameters, the_most_specific_row_wins_whatever_the_order)
{
    static const char *const texts[] =
        {"participant_id\tcondition\tk\tbeta\n01\tn/a\t.5\t1\n01\tother\t.9\t1\n",
         "participant_id\tcondition\tk\tbeta\n01\tother\t.9\t1\n01\t\t.5\t1\n"};

    for (size_t i = 0; i < 2; i++) {
        result r = resolve_text(texts[i], "01", NULL);

        cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
        cr_expect(k_of(&r, 0) == .5 && k_of(&r, 1) == .9 && k_of(&r, 2) == .5 &&
                  k_of(&r, 3) == .9);
        cr_expect_eq(r.n_sets, 2);
        finish(&r);
    }
}

Test(parameters, a_table_wins_over_fixed_numbers_and_they_fill_its_gaps)
{
    const char *names[] = {"k", "inverse_temperature"};
    double values[] = {3, 1.25};
    vb_table *table = support_table_text("p.tsv", "participant_id\tk\nsub-01\t.5\n");
    const vb_parameters_spec spec = {.n_fixed = 2,
                                     .fixed_name = names,
                                     .fixed_value = values,
                                     .table = table};
    result r = resolve(&spec, "01", NULL);

    cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
    cr_expect(r.theta[0] == .5 && r.theta[1] == 1.25);
    finish(&r);
    vb_table_free(table);
}

/* A misspelt column must not silently give everybody the same value. */
Test(parameters, a_fixed_number_in_place_of_a_column_is_noted)
{
    static const struct {
        const char *text, *code;
        vb_severity severity;
    } cases[] = {{"participant_id\tefort_k\tbeta\nsub-01\t.5\t1\n",
                  "parameter-fallback", VB_WARNING},
                 {"participant_id\tage\tbeta\nsub-01\t33\t1\n", "parameter-fixed",
                  VB_INFO}};
    const char *names[] = {"k"};
    double values[] = {3};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_table *table = support_table_text("p.tsv", cases[i].text);
        const vb_parameters_spec spec = {.n_fixed = 1,
                                         .fixed_name = names,
                                         .fixed_value = values,
                                         .table = table};
        result r = resolve(&spec, "01", NULL);

        cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
        cr_assert_eq(r.notes.n, 1);
        cr_expect_str_eq(r.notes.items[0].code, cases[i].code);
        cr_expect_eq(r.notes.items[0].severity, cases[i].severity);
        cr_expect(strstr(r.notes.items[0].where.text,
                         "no column is parameter effort_k, so that everybody has the "
                         "spec's 3"));
        cr_expect_eq(!strstr(r.notes.items[0].where.text, "'efort_k'"), i == 1);
        finish(&r);
        vb_table_free(table);
    }
}

Test(parameters, a_condition_the_trials_do_not_have_is_said)
{
    vb_table *table =
        support_table_text("p.tsv", "participant_id\tcondition\tk\nsub-01\tself\t1\n"
                                    "sub-01\tother\t2\n");
    const vb_parameters_spec spec = {.table = table};
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear"});
    const vb_trials trials = hand_trials(1, 1);
    vb_arena *arena = vb_arena_alloc();
    size_t n_sets, *set;
    double *theta;
    vb_error err = {0};

    cr_expect_eq(vb_parameters_resolve(&spec, &model, "01", NULL, NULL, &trials, arena,
                                       &n_sets, &theta, &set, NULL, &err),
                 VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "the parameters differ by condition (self, other), but the spec "
                     "does not say which column of the events holds it; write trials: "
                     "condition: COLUMN");
    vb_arena_free(arena);
    vb_table_free(table);
}

Test(parameters, a_table_of_one_row_without_participants_is_for_everybody)
{
    result r = resolve_text("k\tbeta\n.5\t1\n", "77", NULL);

    cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
    cr_expect(r.theta[0] == .5);
    finish(&r);
}

/* The first five are the cases of badinput/p_*.tsv. */
Test(parameters, every_refusal_says_where_and_who)
{
    static const struct {
        const char *text;
        size_t line;
        const char *message;
    } cases[] = {
        {"participant_id\tk\tbeta\nsub-02\t2\t2.1\nsub-03\t7.7\t.8\n", 0,
         "no parameters for sub-01 (has sub-02, sub-03)"},
        {"participant_id\tk\tbeta\nsub-01\tnan\t1.3\nsub-02\t2\t2.1\n", 2,
         "column 'k' of sub-01: 'nan' is missing"},
        {"participant_id\tk\tbeta\nsub-01\t4.2\t1.3\nsub-02\t2\t1\nsub-01\t5\t1\n", 4,
         "duplicate parameters for sub-01: lines 2 and 4 apply equally; "
         "participant_id, "
         "session, run and condition tell rows apart, of which the table has "
         "participant_id"},
        {"participant_id\tk\tbeta\nsub-01\t-5\t-1\n", 2,
         "parameter effort_k = -5 is outside its bounds 0..100 EUR/min"},
        {"participant_id\tk\tbeta\n../../evil\t4.2\t1.3\n", 2,
         "participant_id '../../evil' is not a BIDS label: sub- and letters or digits"},
        {"participant_id\tk\tbeta\nsub-01\tinf\t1\n", 2,
         "column 'k' of sub-01: 'inf' is not finite"},
        {"participant_id\tk\tbeta\nsub-01\t1,5\t1\n", 2,
         "column 'k' of sub-01: '1,5' has a comma; a decimal point is expected"},
        {"participant_id\tk\tbeta\nsub-01\tsteep\t1\n", 2,
         "column 'k' of sub-01: 'steep' is not a decimal number"},
        {"participant_id\tk\nsub-01\t1\n", 1,
         "the model needs parameter inverse_temperature (1/EUR), which is nowhere "
         "given; "
         "there is: participant_id, k"},
        {"participant_id\tefort_k\tbeta\nsub-01\t1\t1\n", 1,
         "the model needs parameter effort_k (EUR/min), which is nowhere given; did "
         "you mean "
         "'efort_k'?"},
        {"participant_id\tk\teffort_k\tbeta\nsub-01\t1\t1\t1\n", 1,
         "columns 'k' and 'effort_k' are both parameter effort_k"},
        {"participant_id\trun\tk\tbeta\nsub-01\t1\t1\t1\nsub-01\t3\t1\t1\n", 0,
         "no parameters for sub-01, run '2' (has 1, 3)"},
        {"participant_id\tcondition\tk\tbeta\nsub-01\tself\t1\t1\n", 0,
         "no parameters for sub-01, condition 'other' (has self)"},
        {"participant_id\tsession\tk\tbeta\nsub-01\tpost\t1\t1\n", 0,
         "no parameters for sub-01, session 'none' (has post)"},
        {"participant_id\tk\tbeta\n", 0, "no parameters for sub-01 (has no rows)"},
        {"k\tbeta\n1\t1\n2\t1\n", 1,
         "no column 'participant_id', so that nobody can tell whose the 2 rows are"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        result r = resolve_text(cases[i].text, "01", NULL);

        cr_expect_eq(r.status, VB_EINPUT, "%s", cases[i].message);
        cr_expect_str_eq(r.err.text, cases[i].message);
        cr_expect_str_eq(r.err.file, "params.tsv");
        cr_expect_eq(r.err.line, cases[i].line, "%s", cases[i].message);
        finish(&r);
    }
}

Test(parameters, a_bad_label_of_anybody_is_refused)
{
    result r = resolve_text("participant_id\tk\tbeta\nsub-01\t1\t1\nsub-0_2\t1\t1\n"
                            "sub-\t1\t1\n",
                            "01", NULL);

    cr_expect_eq(r.status, VB_EINPUT);
    cr_expect_eq(r.err.line, 3);
    cr_expect_eq(r.notes.n_refusals, 2);
    finish(&r);
}

Test(parameters, at_a_bound_there_is_a_warning)
{
    result r = resolve_text("participant_id\tk\tbeta\nsub-01\t0\t1\n", "01", NULL);

    cr_assert_eq(r.status, VB_OK);
    cr_assert_eq(r.notes.n, 1);
    cr_expect_str_eq(r.notes.items[0].code, "parameter-at-bound");
    cr_expect_eq(r.notes.items[0].where.line, 2);
    finish(&r);
}

Test(parameters, fixed_names_must_be_the_models_and_given_once)
{
    static const struct {
        const char *names[3];
        size_t n;
        double value;
        const char *text;
    } cases[] = {
        {{"k", "beta", "efort_k"},
         3,
         1,
         "the model has no parameter 'efort_k'; did you mean 'effort_k'?"},
        {{"k", "beta", "effort_k"},
         3,
         1,
         "parameter effort_k is given twice ('effort_k')"},
        {{"k", "beta"}, 2, INFINITY, "parameter effort_k is not a finite number"},
        {{"beta"},
         1,
         1,
         "the model needs parameter effort_k (EUR/min), which is nowhere given (model: "
         "parameters: in the spec)"},
        {{NULL},
         0,
         1,
         "the model needs parameters effort_k (EUR/min), inverse_temperature (1/EUR), "
         "which "
         "are nowhere given (model: "
         "parameters: in the spec)"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *names[3] = {cases[i].names[0], cases[i].names[1],
                                cases[i].names[2]};
        double values[] = {cases[i].value, 1, 1};
        const vb_parameters_spec spec = {.n_fixed = cases[i].n,
                                         .fixed_name = names,
                                         .fixed_value = values};
        result r = resolve(&spec, "01", NULL);

        cr_expect_eq(r.status, VB_EINPUT);
        cr_expect_str_eq(r.err.text, cases[i].text);
        finish(&r);
    }
}

Test(parameters, units_that_differ_from_the_tasks_are_refused)
{
    static const struct {
        const char *unit;
        bool good;
    } cases[] = {{"EUR/min", true},
                 {"EUR / min", true},
                 {"EUR/MVC", false},
                 {"1", false},
                 {"EUR  / min ^ 1", true}};
    const char *names[] = {"k", "beta"};
    double values[] = {1, 1};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *given[] = {cases[i].unit, NULL};
        const vb_parameters_spec fixed = {.n_fixed = 2,
                                          .fixed_name = names,
                                          .fixed_value = values,
                                          .fixed_unit = given};
        vb_table *table =
            support_table_text("p.tsv", "participant_id\tk\tbeta\n01\t1\t1\n");
        const vb_parameters_spec from_table = {.table = table,
                                               .n_table_units = 1,
                                               .table_unit_name = names,
                                               .table_unit = given};
        result a = resolve(&fixed, "01", NULL), b = resolve(&from_table, "01", NULL);

        cr_expect_eq(a.status, cases[i].good ? VB_OK : VB_EINPUT, "%s", cases[i].unit);
        cr_expect_eq(b.status, a.status, "%s", cases[i].unit);
        if (i == 2) {
            cr_expect_str_eq(
                b.err.text,
                "parameter effort_k is in 'EUR/MVC', but the task's units make "
                "it 'EUR/min'; convert it, state how (trials: units: conversions:), or "
                "correct "
                "the units");
            cr_expect_str_eq(b.err.file, "p.tsv");
        }
        finish(&a);
        finish(&b);
        vb_table_free(table);
    }
}

Test(parameters, a_unit_that_cannot_be_compared_is_noted)
{
    const char *names[] = {"k"}, *given[] = {"EUR/min"};
    double values[] = {1};
    const vb_parameters_spec spec = {.n_fixed = 1,
                                     .fixed_name = names,
                                     .fixed_value = values,
                                     .fixed_unit = given};
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear"});
    const vb_trials trials = hand_trials(1, 1);
    vb_arena *arena = vb_arena_alloc();
    vb_notes notes = {0};
    size_t n_sets, *set;
    double *theta;

    cr_assert_eq(vb_parameters_resolve(&spec, &model, "01", NULL, NULL, &trials, arena,
                                       &n_sets, &theta, &set, &notes, NULL),
                 VB_OK);
    cr_expect(n_sets == 1 && theta[0] == 1 && set[0] == 0);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "parameter-unit-unchecked");
    vb_notes_free(&notes);
    vb_arena_free(arena);
}

/* k is 1 for self and 3 for other; beta is everybody's. */
Test(parameters, fixed_numbers_may_differ_by_condition)
{
    const char *names[] = {"k", "k", "beta"}, *only[] = {"self", "other", NULL};
    double values[] = {1, 3, 2};
    vb_parameters_spec spec = {.n_fixed = 3,
                               .fixed_name = names,
                               .fixed_value = values,
                               .fixed_condition = only};
    result r = resolve(&spec, "01", NULL);

    cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
    cr_expect_eq(r.n_sets, 2);
    cr_expect(k_of(&r, 0) == 1 && k_of(&r, 1) == 3 && k_of(&r, 2) == 1);
    cr_expect_eq(r.theta[2 * r.set[3] + 1], 2);
    finish(&r);
    only[1] = "another";
    r = resolve(&spec, "01", NULL);
    cr_expect_eq(r.status, VB_EINPUT);
    cr_expect(strstr(r.err.text, "effort_k (EUR/min), which is nowhere given for "
                                 "condition 'other'"),
              "%s", r.err.text);
    finish(&r);
    only[1] = "self";
    r = resolve(&spec, "01", NULL);
    cr_expect(strstr(r.err.text, "parameter effort_k is given twice"), "%s",
              r.err.text);
    finish(&r);
}

/* 1 h = 60 min: k in EUR/h is a sixtieth in EUR/min; 1 EUR = 100 ct the other way. */
Test(parameters, units_are_converted_where_the_spec_says_how)
{
    static const struct {
        const char *unit;
        double k;
    } cases[] = {{"EUR/min", 6},
                 {"EUR/h", .1},
                 {"ct/min", .06},
                 {"ct/h", .001},
                 {"h^-1*EUR", .1}};
    const vb_unit_conversion conversions[] = {{"h", 60, "min"}, {"EUR", 100, "ct"}};
    const char *names[] = {"k", "beta"}, *units[2] = {NULL, "1/EUR"};
    double values[] = {6, 2};
    vb_parameters_spec spec = {.n_fixed = 2,
                               .fixed_name = names,
                               .fixed_value = values,
                               .fixed_unit = units,
                               .n_conversions = 2,
                               .conversions = conversions};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        result r;

        units[0] = cases[i].unit;
        r = resolve(&spec, "01", NULL);
        cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
        cr_expect(fabs(k_of(&r, 0) - cases[i].k) < 1e-16, "%s: %.17g", cases[i].unit,
                  k_of(&r, 0));
        cr_expect_eq(r.notes.n, i ? 1 : 0);
        finish(&r);
    }
    for (size_t i = 0; i < 2; i++) {
        result r;

        units[0] = i ? "EUR/min^p" : "EUR/level";
        r = resolve(&spec, "01", NULL);
        cr_expect_eq(r.status, VB_EINPUT);
        cr_expect(strstr(r.err.text, "state how (trials: units: conversions:)"));
        finish(&r);
    }
}

Test(parameters, a_table_is_converted_too)
{
    const vb_unit_conversion conversion = {"h", 60, "min"};
    const char *names[] = {"effort_k"}, *units[] = {"EUR/h"};
    vb_table *table =
        support_table_text("p.tsv", "participant_id\tk\tbeta\n01\t6\t1\n");
    const vb_parameters_spec spec = {.table = table,
                                     .n_table_units = 1,
                                     .table_unit_name = names,
                                     .table_unit = units,
                                     .n_conversions = 1,
                                     .conversions = &conversion};
    result r = resolve(&spec, "01", NULL);

    cr_assert_eq(r.status, VB_OK, "%s", r.err.text);
    cr_expect(fabs(k_of(&r, 0) - .1) < 1e-16);
    finish(&r);
    vb_table_free(table);
}
