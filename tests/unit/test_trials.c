/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials from events tables: order, attributes, choices, and every refusal with its
 * place. */
#include "hand_trials.h"

/* An accept/reject task with a reject option worth nothing. */
typedef struct task {
    vb_trials_spec spec;
    vb_expr *expr[8];
    size_t n_expr;
} task;

static const vb_expr *compiled(task *t, const char *text)
{
    vb_error err = {0};

    cr_assert_eq(vb_expr_compile(text, &t->expr[t->n_expr], &err), VB_OK, "%s",
                 err.text);
    return t->expr[t->n_expr++];
}

static task accept_task(void)
{
    task t = {.spec = {.n_options = 2,
                       .options = {{.name = "accept"}, {.name = "reject"}},
                       .choice_column = "choice",
                       .choice_label = {"1", "0"}}};

    t.spec.rows = compiled(&t, "trial_type == \"offer\"");
    t.spec.options[0].attribute[VB_REWARD] = compiled(&t, "reward");
    t.spec.options[0].attribute[VB_EFFORT] = compiled(&t, "effort");
    t.spec.options[1].attribute[VB_REWARD] = compiled(&t, "0");
    return t;
}

static void finish(task *t)
{
    for (size_t i = 0; i < t->n_expr; i++)
        vb_expr_free(t->expr[i]);
}

/* Builds from one table or two; the test ends when a table cannot be read. */
static vb_status build(const vb_trials_spec *spec, const char *first,
                       const char *second, vb_trials **trials, vb_notes *notes,
                       vb_error *err)
{
    vb_table *tables[2] = {support_table_text("run-1.tsv", first), NULL};
    vb_status status;

    if (second)
        tables[1] = support_table_text("run-2.tsv", second);
    status = vb_trials_build(spec, second ? 2 : 1, tables, trials, notes, err);
    vb_table_free(tables[0]);
    vb_table_free(tables[1]);
    return status;
}

static const char *const plain = "onset\tduration\ttrial_type\treward\teffort\tchoice\t"
                                 "response_time\n"
                                 "1.5\t2\toffer\t6\t.35\t1\t1.321\n"
                                 "4\t2\trest\tn/a\tnone\tn/a\tn/a\n"
                                 "7.25\tn/a\toffer\t10\t.2\tn/a\tn/a\n"
                                 "13\t2\toffer\t4\t.8\t0.0\t.75\n";

Test(trials, rows_that_pass_become_trials)
{
    task t = accept_task();
    vb_notes notes = {0};
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_assert_eq(build(&t.spec, plain, NULL, &trials, &notes, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(trials->n_trials, 3);
    cr_expect_eq(trials->n_options, 2);
    cr_expect_str_eq(trials->options[1].name, "reject");
    cr_expect(trials->options[0].attribute[VB_REWARD][1] == 10);
    cr_expect(trials->options[0].attribute[VB_EFFORT][2] == .8);
    cr_expect(trials->options[1].attribute[VB_REWARD][2] == 0);
    cr_expect_null(trials->options[1].attribute[VB_EFFORT]);
    cr_expect(trials->choice[0] == 0 && trials->choice[1] == VB_NONE &&
              trials->choice[2] == 1);
    cr_expect_eq(trials->n_missed, 1);
    cr_expect(trials->row[1] == 2 && trials->line[1] == 4);
    cr_expect(trials->onset_s[1] == 7.25 && isnan(trials->duration_s[1]));
    cr_expect(trials->response_time_s[0] == 1.321 && isnan(trials->response_time_s[1]));
    cr_expect_null(trials->outcome);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "trials-missed");
    cr_expect_str_eq(notes.items[0].where.text,
                     "1 of 3 trials missed: no choice in 'choice'");
    cr_expect(vb_trials_option_varies(trials, 0) &&
              !vb_trials_option_varies(trials, 1));
    vb_notes_free(&notes);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, the_order_of_rows_does_not_matter)
{
    static const char *const sorted = "onset\ttrial_type\treward\teffort\tchoice\n"
                                      "1\toffer\t6\t1\t1\n1\toffer\t7\t1\t1\n"
                                      "2\toffer\t8\t2\t0\n3\toffer\t9\t3\t1\n";
    static const char *const shuffled = "onset\ttrial_type\treward\teffort\tchoice\n"
                                        "3\toffer\t9\t3\t1\n1\toffer\t6\t1\t1\n"
                                        "2\toffer\t8\t2\t0\n1\toffer\t7\t1\t1\n";
    task t = accept_task();
    vb_notes notes = {0};
    vb_trials *a = NULL, *b = NULL;

    cr_assert_eq(build(&t.spec, sorted, NULL, &a, &notes, NULL), VB_OK);
    cr_expect_eq(notes.n, 0);
    cr_assert_eq(build(&t.spec, shuffled, NULL, &b, &notes, NULL), VB_OK);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "events-unsorted");
    cr_expect_eq(notes.items[0].severity, VB_WARNING);
    for (size_t i = 0; i < 4; i++) {
        cr_expect(a->onset_s[i] == b->onset_s[i] && a->choice[i] == b->choice[i]);
        cr_expect(a->options[0].attribute[VB_REWARD][i] ==
                  b->options[0].attribute[VB_REWARD][i]);
    }
    vb_notes_free(&notes);
    vb_trials_free(a);
    vb_trials_free(b);
    finish(&t);
}

Test(trials, runs_follow_each_other_and_may_have_their_columns_in_another_order)
{
    static const char *const second = "choice\teffort\treward\ttrial_type\tonset\n"
                                      "0\t.6\t3\toffer\t2\n";
    task t = accept_task();
    vb_trials *trials = NULL;

    cr_assert_eq(build(&t.spec, plain, second, &trials, NULL, NULL), VB_OK);
    cr_assert_eq(trials->n_trials, 4);
    cr_expect(trials->run[2] == 0 && trials->run[3] == 1 && trials->onset_s[3] == 2);
    cr_expect(trials->options[0].attribute[VB_EFFORT][3] == .6);
    cr_expect_str_eq(trials->file[1], "run-2.tsv");
    cr_expect(isnan(trials->response_time_s[3]), "one run has response times");
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, a_run_without_trials_may_lack_their_columns)
{
    task t = accept_task();
    vb_trials *trials = NULL;

    cr_assert_eq(build(&t.spec, "onset\ttrial_type\n1\trest\n", plain, &trials, NULL,
                       NULL),
                 VB_OK);
    cr_expect(trials->n_trials == 3 && trials->run[0] == 1);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, outcomes_conditions_and_first_cues_are_read)
{
    static const char *const text = "onset\tpay\tagent\tcue\n"
                                    "1\t5\tself\teffort\n2\tn/a\tother\treward\n"
                                    "3\t-1\tself\tn/a\n";
    task t = {.spec = {.n_options = 1,
                       .options = {{.name = "offer"}},
                       .condition_column = "agent",
                       .first_cue_column = "cue"}};
    vb_trials *trials = NULL;
    vb_error err = {0};

    t.spec.outcome = compiled(&t, "pay * 2");
    cr_assert_eq(build(&t.spec, text, NULL, &trials, NULL, &err), VB_OK, "%s",
                 err.text);
    cr_expect(trials->outcome[0] == 10 && isnan(trials->outcome[1]) &&
              trials->outcome[2] == -2);
    cr_assert_eq(trials->n_conditions, 2);
    cr_expect_str_eq(trials->conditions[trials->condition[1]], "other");
    cr_expect_eq(trials->condition[2], 0);
    cr_expect(trials->first_cue[0] == VB_EFFORT && trials->first_cue[1] == VB_REWARD &&
              trials->first_cue[2] == VB_N_ATTRIBUTES);
    cr_expect(trials->choice == NULL && trials->response_time_s == NULL);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, a_missing_attribute_is_counted_and_stays_missing)
{
    static const char *const text = "onset\ttrial_type\treward\teffort\tchoice\n"
                                    "1\toffer\t6\tn/a\t1\n2\toffer\t6\t.5\t1\n"
                                    "3\toffer\t6\t\t1\n";
    task t = accept_task();
    vb_notes notes = {0};
    vb_trials *trials = NULL;

    cr_assert_eq(build(&t.spec, text, NULL, &trials, &notes, NULL), VB_OK);
    cr_expect(isnan(trials->options[0].attribute[VB_EFFORT][0]));
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "trials-missing-attribute");
    cr_expect_str_eq(notes.items[0].where.text,
                     "effort of option 'accept' is missing (n/a) in 2 trials");
    cr_expect_eq(notes.items[0].where.line, 2);
    vb_notes_free(&notes);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, a_run_without_any_outcome_is_warned_about)
{
    static const char *const with = "onset\tpay\n1\tn/a\n2\t3\n";
    static const char *const without = "onset\tpay\n1\tn/a\n2\tn/a\n";
    task t = {.spec = {.n_options = 1, .options = {{.name = "go"}}}};
    vb_notes notes = {0};
    vb_trials *trials = NULL;

    t.spec.outcome = compiled(&t, "pay");
    cr_assert_eq(build(&t.spec, with, without, &trials, &notes, NULL), VB_OK);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "trials-no-outcome");
    cr_expect_eq(notes.items[0].severity, VB_WARNING);
    cr_expect_str_eq(notes.items[0].where.file, "run-2.tsv");
    vb_notes_free(&notes);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, an_effort_above_the_whole_is_warned_about)
{
    static const char *const text = "onset\ttrial_type\treward\teffort\tchoice\n"
                                    "1\toffer\t6\t1\t1\n2\toffer\t6\t35\t1\n";
    static const char *const units[] = {"fraction of MVC", "proportion", "level", NULL};

    for (size_t i = 0; i < 4; i++) {
        task t = accept_task();
        vb_notes notes = {0};
        vb_trials *trials = NULL;

        t.spec.units[VB_EFFORT] = units[i];
        cr_assert_eq(build(&t.spec, text, NULL, &trials, &notes, NULL), VB_OK);
        cr_assert_eq(notes.n, i < 2);
        if (i == 0) {
            cr_expect_str_eq(notes.items[0].code, "attribute-unit");
            cr_expect_str_eq(notes.items[0].where.text,
                             "effort of option 'accept' is above 1 in 1 trial (up to "
                             "35), but its unit is 'fraction of MVC'; of a column in "
                             "per cent write COLUMN/100");
            cr_expect_eq(notes.items[0].where.line, 3);
        }
        vb_notes_free(&notes);
        vb_trials_free(trials);
        finish(&t);
    }
}

Test(trials, odd_response_times_are_noted_and_kept)
{
    static const char *const text = "onset\ttrial_type\treward\teffort\tchoice\t"
                                    "response_time\n"
                                    "1\toffer\t6\t1\t1\t-.25\n2\toffer\t6\t.5\t1\t.5\n";
    task t = accept_task();
    vb_notes notes = {0};
    vb_trials *trials = NULL;

    cr_assert_eq(build(&t.spec, text, NULL, &trials, &notes, NULL), VB_OK);
    cr_expect(trials->response_time_s[0] == -.25);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "response-time-negative");
    vb_notes_free(&notes);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, trials_all_missed_are_a_warning)
{
    static const char *const text = "onset\ttrial_type\treward\teffort\tchoice\n"
                                    "1\toffer\t6\t1\tn/a\n2\toffer\t6\t.5\t\n";
    task t = accept_task();
    vb_notes notes = {0};
    vb_trials *trials = NULL;

    cr_assert_eq(build(&t.spec, text, NULL, &trials, &notes, NULL), VB_OK);
    cr_assert_eq(notes.n, 1);
    cr_expect_eq(notes.items[0].severity, VB_WARNING);
    cr_expect_eq(trials->n_missed, 2);
    vb_notes_free(&notes);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, what_no_trial_can_be_is_refused_with_its_place)
{
    static const struct {
        const char *row; /* line 3, after a good one */
        size_t column;
        const char *text;
    } cases[] = {
        {"n/a\t2\toffer\t6\t.3\t1", 1,
         "column 'onset': 'n/a' is missing; a trial needs its onset in seconds"},
        {"1,5\t2\toffer\t6\t.3\t1", 1,
         "column 'onset': '1,5' has a comma; a decimal point is expected; a trial "
         "needs its "
         "onset in seconds"},
        {"2\tlong\toffer\t6\t.3\t1", 2,
         "column 'duration': 'long' is not a decimal number"},
        {"2\t2\toffer\tinf\t.3\t1", 4,
         "column 'reward' (reward of option 'accept'): 'inf' is not finite"},
        {"2\t2\toffer\t6\tmuch\t1", 5,
         "column 'effort' (effort of option 'accept'): 'much' is not a decimal number"},
        {"2\t2\toffer\t6\t-.3\t1", 0,
         "effort of option 'accept': -0.3 is negative; it must be 0 or more"},
        {"2\t2\toffer\t6\t.3\tyes", 6,
         "column 'choice': choice 'yes' is no option; there is: 1, 0; a missed trial "
         "is n/a"},
        {"2\t2\toffer\t6\t.3\t2", 6,
         "column 'choice': choice '2' is no option; there is: 1, 0; a missed trial is "
         "n/a"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        task t = accept_task();
        vb_trials *trials = NULL;
        vb_error err = {0};
        char text[512];

        snprintf(text, sizeof text,
                 "onset\tduration\ttrial_type\treward\teffort\tchoice\n"
                 "1\t2\toffer\t6\t.3\t1\n%s\n",
                 cases[i].row);
        cr_expect_eq(build(&t.spec, text, NULL, &trials, NULL, &err), VB_EINPUT);
        cr_expect_str_eq(err.text, cases[i].text);
        cr_expect_str_eq(err.file, "run-1.tsv");
        cr_expect_eq(err.line, 3, "%s", cases[i].text);
        cr_expect_eq(err.column, cases[i].column, "%s", cases[i].text);
        cr_expect_null(trials);
        finish(&t);
    }
}

Test(trials, what_the_spec_gets_wrong_is_refused_by_name)
{
    static const struct {
        const char *rows, *reward, *choice, *option, *text;
    } cases[] = {
        {"trial_tpye == \"offer\"", "reward", "choice", "accept",
         "trials.rows: no column 'trial_tpye'; did you mean 'trial_type'?"},
        {"trial_type == offer", "reward", "choice", "accept",
         "trials.rows: no column 'offer' for 'trial_type == offer'; text is written in "
         "quotes: \"offer\""},
        {"trial_type == \"offer\"", "rewrad", "choice", "accept",
         "reward of option 'accept': no column 'rewrad'; did you mean 'reward'?"},
        {"trial_type == \"offer\"", "reward", "choise", "accept",
         "no column 'choise'; did you mean 'choice'?"},
        {"trial_type == \"ofer\"", "reward", "choice", "accept",
         "none of the 4 rows is a trial: 'trial_type == \"ofer\"' is true for no row"},
        {"trial_type == \"offer\"", "reward / 0", "choice", "accept",
         "reward of option 'accept': 'reward / 0' gives no finite number here"},
        {"trial_type == \"offer\"", "reward", "choice", "chosen",
         "trials: an option cannot be called 'chosen', which is a form of every signal "
         "(sv_chosen); give it another name"},
        {"trial_type == \"offer\"", "reward", "choice", "reject",
         "trials: two options are called 'reject'"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        task t = accept_task();
        vb_trials *trials = NULL;
        vb_error err = {0};

        t.spec.rows = compiled(&t, cases[i].rows);
        t.spec.options[0].attribute[VB_REWARD] = compiled(&t, cases[i].reward);
        t.spec.options[0].name = cases[i].option;
        t.spec.choice_column = cases[i].choice;
        cr_expect_eq(build(&t.spec, plain, NULL, &trials, NULL, &err), VB_EINPUT);
        cr_expect_str_eq(err.text, cases[i].text);
        finish(&t);
    }
}

Test(trials, a_header_without_rows_is_no_study)
{
    task t = accept_task();
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_expect_eq(build(&t.spec, "onset\ttrial_type\treward\teffort\tchoice\n", NULL,
                       &trials, NULL, &err),
                 VB_EINPUT);
    cr_expect_str_eq(err.text, "no event: the table has a header and no rows");
    finish(&t);
}

Test(trials, one_label_for_two_options_or_no_options_is_refused)
{
    task t = accept_task();
    vb_trials *trials = NULL;
    vb_error err = {0};

    t.spec.choice_label[1] = "1";
    cr_expect_eq(build(&t.spec, plain, NULL, &trials, NULL, &err), VB_EINPUT);
    cr_expect_str_eq(
        err.text,
        "trials: '1' in column 'choice' would mean both option 1 and option 2");
    t.spec.n_options = 0;
    cr_expect_eq(build(&t.spec, plain, NULL, &trials, NULL, &err), VB_EUSAGE);
    finish(&t);
}

/* Two numbers in each of two runs and a choice in both, all noted; the first in the
 * order of reading is err. */
Test(trials, all_faults_are_noted_at_once)
{
    static const char *const text = "onset\ttrial_type\treward\teffort\tchoice\n"
                                    "1\toffer\tx\t-1\t1\n2\toffer\t6\t1\tmaybe\n";
    task t = accept_task();
    vb_notes notes = {0};
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_expect_eq(build(&t.spec, text, text, &trials, &notes, &err), VB_EINPUT);
    cr_expect_eq(notes.n_refusals, 5);
    cr_expect(err.line == 2 && strcmp(err.file, "run-1.tsv") == 0);
    vb_notes_free(&notes);
    finish(&t);
}

Test(trials, probabilities_outside_zero_to_one_are_refused)
{
    static const char *const text = "onset\tp\n1\t.5\n2\t88\n";
    task t = {.spec = {.n_options = 1, .options = {{.name = "offer"}}}};
    vb_trials *trials = NULL;
    vb_error err = {0};

    t.spec.options[0].attribute[VB_PROBABILITY] = compiled(&t, "p");
    cr_expect_eq(build(&t.spec, text, NULL, &trials, NULL, &err), VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "probability of option 'offer': 88 is outside 0..1 (write per "
                     "cent / 100)");
    cr_expect_eq(err.line, 3);
    finish(&t);
    t = (task){.spec = {.n_options = 1, .options = {{.name = "offer"}}}};
    t.spec.options[0].attribute[VB_PROBABILITY] = compiled(&t, "if(p > 1, p / 100, p)");
    cr_assert_eq(build(&t.spec, text, NULL, &trials, NULL, &err), VB_OK);
    cr_expect(trials->options[0].attribute[VB_PROBABILITY][1] == .88);
    vb_trials_free(trials);
    finish(&t);
}

Test(trials, strange_first_cues_and_endless_conditions_are_refused)
{
    static const char *const text = "onset\tcue\n1\teffort\n2\tboth\n";
    task t = {.spec = {.n_options = 1,
                       .options = {{.name = "offer"}},
                       .first_cue_column = "cue"}};
    vb_buffer many = {0};
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_expect_eq(build(&t.spec, text, NULL, &trials, NULL, &err), VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "column 'cue': 'both' is no first cue; expected effort or reward");
    t.spec.first_cue_column = NULL;
    t.spec.condition_column = "onset";
    vb_put_text(&many, "onset\n");
    for (int i = 0; i < 300; i++)
        vb_putf(&many, "%d\n", i);
    cr_expect_eq(build(&t.spec, many.bytes, NULL, &trials, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "over 256 different values"), "%s", err.text);
    vb_buffer_free(&many);
}

Test(trials, rows_can_be_evaluated_filtered_and_read_strictly)
{
    vb_table *table = support_table_text("e.tsv", "kind\tx\na\t1\nb\tn/a\nc\tword\n");
    vb_expr *expr[3];
    const bool keep[] = {true, true, false};
    double out[3];
    bool in[3];
    size_t n_missing = 0;
    vb_error err = {0};

    cr_assert_eq(vb_expr_compile("x + 1", &expr[0], NULL), VB_OK);
    cr_assert_eq(vb_expr_compile("kind in [\"a\", \"c\"]", &expr[1], NULL), VB_OK);
    cr_assert_eq(vb_expr_compile("if(kind == \"b\", x, 2)", &expr[2], NULL), VB_OK);
    cr_assert_eq(vb_rows_evaluate(expr[0], table, "x", out, NULL), VB_OK);
    cr_expect(out[0] == 2 && isnan(out[1]) && isnan(out[2]));
    cr_assert_eq(vb_rows_filter(expr[1], table, "rows", in, NULL), VB_OK);
    cr_expect(in[0] && !in[1] && in[2]);
    cr_assert_eq(vb_rows_numbers(expr[0], table, "x", keep, out, &n_missing, NULL,
                                 NULL),
                 VB_OK);
    cr_expect(n_missing == 1 && out[0] == 2 && isnan(out[2]));
    cr_expect_eq(vb_rows_numbers(expr[0], table, "duration", NULL, out, NULL, NULL,
                                 &err),
                 VB_EINPUT);
    cr_expect_str_eq(err.text, "column 'x' (duration): 'word' is not a decimal number");
    cr_expect(err.line == 4 && err.column == 2);
    cr_assert_eq(vb_rows_numbers(expr[2], table, "x", NULL, out, &n_missing, NULL,
                                 NULL),
                 VB_OK, "a word beside a missing cell is no fault");
    cr_expect(out[0] == 2 && isnan(out[1]) && out[2] == 2 && n_missing == 1);
    for (size_t i = 0; i < 3; i++)
        vb_expr_free(expr[i]);
    vb_table_free(table);
}

Test(trials, attributes_are_known_by_name_and_letter)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        cr_expect_eq(vb_attribute_find(vb_attribute_name(a)), a);
    cr_expect_eq(vb_attribute_find("efort"), VB_N_ATTRIBUTES);
    cr_expect_eq(vb_attribute_letter(VB_PROBABILITY), 'P');
    cr_expect_null(vb_attribute_refuses(VB_REWARD, -3));
    cr_expect_null(vb_attribute_refuses(VB_EFFORT, NAN));
    cr_expect(vb_attribute_refuses(VB_DELAY, -1) && vb_attribute_refuses(VB_LOSS, -1));
    cr_expect(vb_attribute_refuses(VB_REWARD, INFINITY) != NULL);
}

Test(trials, a_hundred_thousand_trials_take_no_time)
{
    task t = accept_task();
    vb_buffer text = {0};
    vb_trials *trials = NULL;

    vb_put_text(&text, "onset\ttrial_type\treward\teffort\tchoice\n");
    for (int i = 100000; i > 0; i--) /* the worst order */
        vb_putf(&text, "%d\toffer\t%d\t.%d\t%d\n", i, i % 7, i % 9, i % 2);
    cr_assert_eq(build(&t.spec, text.bytes, NULL, &trials, NULL, NULL), VB_OK);
    cr_expect(trials->n_trials == 100000 && trials->onset_s[99999] == 100000);
    vb_trials_free(trials);
    vb_buffer_free(&text);
    finish(&t);
}
