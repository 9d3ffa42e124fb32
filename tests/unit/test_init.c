/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First specs: what is guessed from which columns, and that every one of them is a spec. */
#include "valuebold/init.h"
#include "valuebold/spec.h"

#include "support.h"

/* The spec made from one events table, as text (the caller frees it) and parsed. */
static char *first_spec(const char *events, const char *columns, vb_spec **spec)
{
    vb_table *table = support_table_text("sub-01_task-x_events.tsv", events);
    vb_table *tables[] = {table};
    vb_init_view view = {.source = "data",
                         .task = "x",
                         .n_participants = 1,
                         .n_tables = 1,
                         .tables = tables,
                         .tr_s = NAN};
    vb_arena *arena = vb_arena_alloc();
    vb_buffer yaml = {0};
    vb_error err = {0};

    if (columns) {
        vb_node *root = NULL;

        cr_assert_eq(vb_node_parse("events.json", columns, strlen(columns), arena,
                                   &root, &err),
                     VB_OK, "%s", err.text);
        view.columns = root;
    }
    cr_assert_eq(vb_init_write(&view, &yaml, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_spec_parse("spec.yaml", yaml.bytes, yaml.n, spec, NULL, &err),
                 VB_OK, "%zu:%zu %s\n%s", err.line, err.column, err.text, yaml.bytes);
    vb_arena_free(arena);
    vb_table_free(table);
    return yaml.bytes;
}

static void expect_text(const vb_expr *expr, const char *text)
{
    cr_assert(expr);
    cr_expect_str_eq(vb_expr_text(expr), text);
}

static const char pairs[] =
    "onset\tduration\ttrial_type\tprobability_left\teffort_left\tprobability_right\t"
    "effort_right\tresponse\tresponse_time\n"
    "0\t2\ttask\t0.5\t10\t0.7\t15\tright\t2.1\n"
    "7\t2\tsure\t1\t0\t0\t0\tleft\t1.1\n"
    "14\t2\ttask\t0.4\t20\t0.7\t25\tleft\t1.4\n"
    "21\t2\tcontrol\tn/a\tn/a\tn/a\tn/a\tright\t0.7\n"
    "28\t2\ttask\t0.3\t10\t0.6\t30\tn/a\tn/a\n"
    "35\t2\tsure\t1\t0\t0\t0\tleft\t0.9\n";

Test(init, options_are_named_by_the_word_in_which_columns_differ)
{
    vb_spec *spec = NULL;
    char *text = first_spec(pairs, "{\"effort_left\": {\"Units\": \"min\"}}", &spec);

    cr_assert_eq(spec->trials.n_options, 2);
    cr_expect_str_eq(spec->trials.options[0].name, "left");
    cr_expect_str_eq(spec->trials.options[1].name, "right");
    expect_text(spec->trials.options[1].attribute[VB_EFFORT], "effort_right");
    expect_text(spec->trials.options[0].attribute[VB_PROBABILITY], "probability_left");
    cr_expect_str_eq(spec->trials.choice_column, "response");
    expect_text(spec->trials.rows, "trial_type == \"task\"");
    cr_expect_str_eq(spec->trials.units[VB_EFFORT], "min");
    cr_expect(strstr(text, "fill in the reward"), "%s", text);
    cr_assert_eq(spec->n_events, 3);
    cr_expect_str_eq(spec->events[0].name, "trials");
    cr_expect_str_eq(spec->events[1].name, "sure");
    cr_expect_str_eq(spec->events[2].name, "control");
    cr_assert_eq(spec->events[0].n_modulators, 1);
    cr_expect_str_eq(spec->events[0].modulators[0].signal, "sv_difference");
    vb_spec_free(spec);
    free(text);
}

Test(init, short_names_of_columns_are_understood)
{
    vb_spec *spec = NULL;
    char *text = first_spec("onset\tduration\trew_a\teff_a\trew_b\teff_b\tresp\n"
                            "0\t2\t5\t.2\t8\t.6\ta\n9\t2\t4\t.1\t9\t.7\tb\n",
                            NULL, &spec);

    cr_assert_eq(spec->trials.n_options, 2);
    cr_expect_str_eq(spec->trials.options[0].name, "a");
    expect_text(spec->trials.options[0].attribute[VB_REWARD], "rew_a");
    expect_text(spec->trials.options[1].attribute[VB_EFFORT], "eff_b");
    cr_expect_str_eq(spec->trials.choice_column, "resp");
    vb_spec_free(spec);
    free(text);
}

Test(init, percentages_and_signed_losses_are_turned_into_what_a_spec_wants)
{
    vb_spec *spec = NULL;
    char *text = first_spec("onset\tduration\tgain\tloss\tprob\taccept\n"
                            "0\t3\t20\t-5\t50\tyes\n"
                            "6\t3\t10\t-12\t25\tno\n"
                            "12\t3\t30\t-8\t75\tyes\n",
                            NULL, &spec);

    cr_assert_eq(spec->trials.n_options, 2);
    cr_expect_str_eq(spec->trials.options[0].name, "offer");
    expect_text(spec->trials.options[0].attribute[VB_REWARD], "gain");
    expect_text(spec->trials.options[0].attribute[VB_LOSS], "-loss");
    expect_text(spec->trials.options[0].attribute[VB_PROBABILITY], "prob / 100");
    expect_text(spec->trials.options[1].attribute[VB_REWARD], "0");
    cr_expect_str_eq(spec->trials.choice_column, "accept");
    cr_expect_str_eq(spec->trials.choice_label[0], "yes");
    cr_expect_str_eq(spec->trials.choice_label[1], "no");
    vb_spec_free(spec);
    free(text);
}

Test(init, a_label_of_missed_trials_is_kept_out_of_the_choices)
{
    vb_spec *spec = NULL;
    char *text = first_spec("onset\tduration\treward\teffort\trespcat\n"
                            "0\t3\t20\t1\t1\n"
                            "6\t3\t10\t2\t0\n"
                            "12\t3\t30\t3\t-1\n",
                            NULL, &spec);

    expect_text(spec->trials.rows, "not respcat == \"-1\"");
    cr_expect_str_eq(spec->trials.choice_label[0], "1");
    cr_expect_str_eq(spec->trials.choice_label[1], "0");
    vb_spec_free(spec);
    free(text);
}

Test(init, labels_that_say_nothing_are_marked_as_such)
{
    vb_spec *spec = NULL;
    char *text = first_spec("onset\tduration\treward_hard\treward_easy\tchoice\n"
                            "0\t3\t4\t1\t1\n"
                            "6\t3\t3\t1\t2\n"
                            "12\t3\t2\t1\t2\n",
                            NULL, &spec);

    cr_expect(strstr(text, "NOTHING says which label means which option"), "%s", text);
    cr_expect_str_eq(spec->trials.choice_label[0], "1");
    vb_spec_free(spec);
    free(text);
}

Test(init, an_unknown_label_leaves_the_choice_to_the_user)
{
    vb_spec *spec = NULL;
    char *text = first_spec("onset\tduration\teffort_left\teffort_right\tresponse\n"
                            "0\t3\t4\t1\tleft\n"
                            "6\t3\t3\t1\tright\n"
                            "12\t3\t2\t1\tboth\n",
                            NULL, &spec);

    cr_expect_null(spec->trials.choice_column);
    cr_expect(strstr(text, "# choice: COLUMN"), "%s", text);
    cr_expect_str_eq(spec->events[0].modulators[0].signal, "sv_left");
    vb_spec_free(spec);
    free(text);
}

Test(init, without_options_every_event_type_is_an_event)
{
    vb_spec *spec = NULL;
    char *text = first_spec("onset\tduration\ttrial_type\n"
                            "0\t3\tface\n"
                            "6\t3\tit's: \\ a #house\n"
                            "12\t3\tyes\n",
                            NULL, &spec);

    cr_expect_not(spec->has_trials);
    cr_assert_eq(spec->n_events, 3);
    cr_expect_str_eq(spec->events[0].name, "face");
    cr_expect_str_eq(spec->events[1].name, "it's: \\ a #house");
    cr_expect_str_eq(spec->events[2].name, "yes");
    vb_spec_free(spec);
    free(text);
}

Test(init, tables_with_nothing_but_onsets_and_odd_names_still_give_a_spec)
{
    static const char *const tables[] =
        {"onset\n3\n8\n",
         "onset\tduration\n1\tn/a\n",
         "onset\tduration\tmy effort (left)\tmy effort (right)\tchoice\n"
         "0\t1\t2\t3\tleft\n5\t1\t4\t3\tright\n",
         "onset\tduration\teffortLeft\teffortRight\n0\t1\t2\t3\n5\t1\t4\t3\n",
         "onset\tduration\ttrial_type\teffort\n0\t0\ttrials\t3\n5\t0\trest\tn/a\n",
         "onset\tduration\treward`s\t\"a \"\"b\"\"\"\n0\t1\t2\t3\n"};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        vb_spec *spec = NULL;
        char *text = first_spec(tables[i], NULL, &spec);

        cr_expect_geq(spec->n_events, 1, "table %zu", i);
        vb_spec_free(spec);
        free(text);
    }
}

Test(init, a_table_without_onsets_is_refused)
{
    vb_table *table = support_table_text("x.tsv", "time\tduration\n1\t2\n");
    vb_table *tables[] = {table};
    const vb_init_view view = {.source = "x.tsv",
                               .n_tables = 1,
                               .tables = tables,
                               .tr_s = NAN};
    vb_buffer yaml = {0};
    vb_error err = {0};

    cr_expect_eq(vb_init_write(&view, &yaml, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "onset"), "%s", err.text);
    cr_expect_eq(yaml.n, 0);
    vb_table_free(table);
}
