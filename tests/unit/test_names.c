/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nearest names, suggestions, BIDS labels and camel case. */
#include "valuebold/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const columns[] = {"onset", "duration", "reward", "Effort", "k"};

Test(names, the_nearest_name_is_found_and_a_far_one_is_not)
{
    static const struct {
        const char *name, *nearest;
    } cases[] = {{"onset", "onset"},
                 {"onst", "onset"},
                 {"ONSET", "onset"},
                 {"effort", "Effort"},
                 {"duratoin", "duration"},
                 {"rewards", "reward"},
                 {"kE", "k"},
                 {"probability", NULL},
                 {"x", NULL},
                 {"", NULL},
                 {"2", NULL}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = vb_nearest(cases[i].name, columns, 5);

        cr_expect(found == cases[i].nearest ||
                      (found && cases[i].nearest && !strcmp(found, cases[i].nearest)),
                  "%s gave %s", cases[i].name, found ? found : "none");
    }
    cr_expect_null(vb_nearest("a", NULL, 0));
}

Test(names, very_long_names_are_far_from_all)
{
    char name[4096];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    cr_expect_null(vb_nearest(name, columns, 5));
}

Test(names, a_suggestion_ends_a_sentence_and_never_overflows)
{
    const char *many[30];
    char out[256], small[20], labels[30][4];

    cr_expect_str_eq(vb_suggest("onst", columns, 5, out, sizeof out),
                     "; did you mean 'onset'?");
    cr_expect_str_eq(vb_suggest("zzzzzzz", columns, 5, out, sizeof out),
                     "; there is: onset, duration, reward, Effort, k");
    cr_expect_str_eq(vb_suggest("zzzzzzz", columns, 0, out, sizeof out), "");
    for (int i = 0; i < 30; i++) {
        snprintf(labels[i], sizeof labels[i], "c%d", i);
        many[i] = labels[i];
    }
    vb_suggest("zzzzzzz", many, 30, out, sizeof out);
    cr_expect(strstr(out, "c19, ... (30 in all)") && !strstr(out, "c20"), "%s", out);
    vb_suggest("zzzzzzz", many, 30, small, sizeof small);
    cr_expect_eq(strlen(small), sizeof small - 1);
}

Test(names, labels_are_letters_digits_and_plus)
{
    char longest[102];

    cr_expect(vb_is_label("01") && vb_is_label("NDARABC123") && vb_is_label("a+B"));
    cr_expect(!vb_is_label("") && !vb_is_label("../../evil") && !vb_is_label("a b"));
    cr_expect(!vb_is_label("a_b") && !vb_is_label("a-b") && !vb_is_label("\xc3\xa9"));
    memset(longest, 'x', 101);
    longest[101] = '\0';
    cr_expect(!vb_is_label(longest));
    longest[100] = '\0';
    cr_expect(vb_is_label(longest));
}

Test(names, camel_case_keeps_letters_and_marks_products)
{
    static const char *const cases[][2] = {{"task*sv_difference", "taskXsvDifference"},
                                           {"task - control", "taskControl"},
                                           {"../x", "x"},
                                           {"R\xc3\xa9ward", "RWard"},
                                           {"***", ""},
                                           {"2back*load", "2backXload"}};
    char out[64], small[6];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(vb_camel(cases[i][0], out, sizeof out), cases[i][1]);
    cr_expect_eq(strlen(vb_camel("abcdefgh", small, sizeof small)), 4);
}
