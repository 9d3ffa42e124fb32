/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choices by label: one or several an option, as text or number. */
#include "support.h"
#include "valuebold/trials.h"

static vb_trials_spec two_options(const char *a, const char *b)
{
    vb_trials_spec spec = {.n_options = 2,
                           .options = {{.name = "go"}, {.name = "rest"}},
                           .choice_column = "key"};

    spec.choice_label[0] = a;
    spec.choice_label[1] = b;
    return spec;
}

static vb_status build(const vb_trials_spec *spec, const char *text, vb_trials **trials,
                       vb_error *err)
{
    vb_table *table = support_table_text("e.tsv", text);
    vb_status status = vb_trials_build(spec, 1, &table, trials, NULL, err);

    vb_table_free(table);
    return status;
}

Test(trials_labels, several_labels_mean_one_option)
{
    const vb_trials_spec spec = two_options("1\tyes\tY", "2\tno");
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_assert_eq(
        build(&spec,
              "onset\tduration\tkey\n0\t1\tyes\n1\t1\t2.0\n2\t1\t1.0\n3\t1\tn/a\n"
              "4\t1\tno\n5\t1\tY\n",
              &trials, &err),
        VB_OK, "%s", err.text);
    cr_expect(trials->choice[0] == 0 && trials->choice[1] == 1 &&
              trials->choice[2] == 0 && trials->choice[3] == VB_NONE &&
              trials->choice[4] == 1 && trials->choice[5] == 0);
    vb_trials_free(trials);
}

Test(trials_labels, a_label_that_is_none_lists_them_one_by_one)
{
    const vb_trials_spec spec = two_options("1\tyes", NULL);
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_expect_eq(build(&spec, "onset\tduration\tkey\n0\t1\t1yes\n1\t1\tleft\n", &trials,
                       &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "did you mean 'yes'?"), "%s", err.text);
    cr_expect_eq(err.line, 2);
    err = (vb_error){0};
    cr_expect_eq(build(&spec, "onset\tduration\tkey\n0\t1\tsomewhere\n", &trials, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "there is: 1, yes, rest"), "%s", err.text);
}

Test(trials_labels, a_label_of_two_options_is_refused)
{
    const vb_trials_spec spec = two_options("1\tyes", "2\tyes");
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_expect_eq(build(&spec, "onset\tduration\tkey\n0\t1\t1\n", &trials, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "would mean both"), "%s", err.text);
}

Test(trials_labels, zero_and_one_unexplained_say_how_to_explain_them)
{
    vb_trials_spec spec = two_options(NULL, NULL);
    vb_table *table = support_table_text(
        "e.tsv", "onset\tduration\tkey\n0\t1\t1\n1\t1\t0\n2\t1\t1\n3\t1\tn/a\n");
    vb_trials *trials = NULL;
    vb_notes notes = {0};
    vb_error err = {0};

    cr_expect_eq(vb_trials_build(&spec, 1, &table, &trials, &notes, &err), VB_EINPUT);
    cr_assert_eq(notes.n_refusals, 2, "one a value");
    cr_expect_str_eq(
        err.text, "column 'key': choice '1' is no option (2 trials); there is: go, "
                  "rest; a missed trial is n/a; say which number means which option, "
                  "as in choice: {column: key, labels: {go: 1, rest: 0}}");
    cr_expect_eq(err.line, 2);
    cr_expect(strstr(notes.items[1].where.text, "'0' is no option; there"));
    vb_notes_free(&notes);
    vb_table_free(table);
    table = support_table_text("e.tsv", "onset\tduration\tkey\n0\t1\t1\n1\t1\t2\n");
    cr_expect_eq(vb_trials_build(&spec, 1, &table, &trials, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "labels: {go: 1, rest: 2}}"), "%s", err.text);
    vb_table_free(table);
}

Test(trials_labels, labels_of_one_number_overlap)
{
    static const struct {
        const char *a, *b;
        bool good;
    } cases[] = {{"0", "0.0", false}, {"yes\t1", "no\t1e0", false}, {"1", "1a", true}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_trials_spec spec = two_options(cases[i].a, cases[i].b);
        vb_trials *trials = NULL;
        vb_error err = {0};

        cr_expect_eq(build(&spec, "onset\tduration\tkey\n0\t1\tn/a\n", &trials, &err),
                     cases[i].good ? VB_OK : VB_EINPUT, "%s %s", cases[i].a,
                     cases[i].b);
        if (!cases[i].good)
            cr_expect(strstr(err.text, "would mean both"), "%s", err.text);
        vb_trials_free(trials);
    }
}
