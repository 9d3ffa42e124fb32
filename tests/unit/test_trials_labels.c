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
