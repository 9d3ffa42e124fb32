/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes and error sentences: counting, limits, places, and harmless text. */
#include "valuebold/notes.h"

#include "valuebold/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(notes, the_same_warning_of_a_file_is_counted_not_repeated)
{
    vb_notes notes = {0};

    for (size_t line = 2; line < 12; line++)
        vb_note_add(&notes, VB_WARNING, "w", "a.tsv", line, 0, "odd");
    vb_note_add(&notes, VB_WARNING, "w", "b.tsv", 1, 0, "odd");
    vb_note_add(&notes, VB_INFO, "w", "a.tsv", 1, 0, "odd");
    vb_note_add(&notes, VB_WARNING, "w", "a.tsv", 1, 0, "other");
    cr_assert_eq(notes.n, 4);
    cr_expect_eq(notes.items[0].count, 10);
    cr_expect_eq(notes.items[0].where.line, 2, "the first place is kept");
    vb_note_add(NULL, VB_INFO, "x", NULL, 0, 0, "nobody listens");
    vb_notes_free(&notes);
    cr_expect_eq(notes.n, 0);
}

Test(notes, the_first_refusal_is_the_error_and_twenty_a_file_are_kept)
{
    vb_notes notes = {0};
    vb_error err = {0};

    for (size_t line = 1; line <= 25; line++)
        cr_expect_eq(vb_refuse(&notes, &err, VB_EDOM, "r", "a.tsv", line, 3, "bad %zu",
                               line),
                     VB_EDOM);
    vb_refuse(&notes, &err, VB_EINPUT, "r", "b.tsv", 1, 0, "bad");
    cr_expect(err.code == VB_EDOM && err.line == 1 && err.column == 3);
    cr_expect_str_eq(err.text, "bad 1");
    cr_expect(notes.n == 21 && notes.n_refusals == 26 && notes.n_lost == 5);
    vb_notes_free(&notes);
    cr_expect_eq(vb_refuse(NULL, NULL, VB_EINPUT, "r", NULL, 0, 0, "x"), VB_EINPUT);
}

Test(notes, at_most_a_thousand_are_kept_and_all_are_counted)
{
    vb_notes notes = {0}, all = {0};

    for (int i = 0; i < 1100; i++)
        vb_note_add(&notes, VB_WARNING, "w", NULL, 0, 0, "number %d", i);
    cr_expect(notes.n == 1000 && notes.n_lost == 100);
    vb_notes_append(&all, &notes);
    vb_note_add(&all, VB_WARNING, "w", NULL, 0, 0, "number 5");
    cr_expect(all.n == 1000 && all.n_lost == 100 && all.items[5].count == 2);
    vb_notes_free(&notes);
    vb_notes_free(&all);
}

Test(notes, control_characters_never_reach_a_message)
{
    char quoted[VB_QUOTE_MAX], line[64];
    vb_error err = {0};

    vb_fail_at(&err, VB_EINPUT, "e\x1b.tsv", 3, 2, "cell '%s'", "\x1b[2J\n\x7f");
    cr_expect_str_eq(err.text, "cell '\\x1b[2J\\x0a\\x7f'");
    cr_expect_str_eq(err.file, "e\\x1b.tsv");
    cr_expect_str_eq(vb_error_line(&err, line, sizeof line),
                     "e\\x1b.tsv:3:2: cell '\\x1b[2J\\x0a\\x7f'");
    cr_expect_str_eq(vb_quote(NULL, quoted), "");
    cr_expect_str_eq(vb_quote("caf\xc3\xa9", quoted), "caf\xc3\xa9");
}

Test(notes, long_texts_are_cut_between_characters)
{
    char text[4096], quoted[VB_QUOTE_MAX];
    vb_error err = {0};

    text[0] = 'x';
    for (size_t i = 1; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 3); /* e with acute accent */
    vb_quote(text, quoted);
    cr_expect_eq(strlen(quoted), 61 + 3);
    cr_expect_str_eq(quoted + 59, "\xc3\xa9...");
    vb_fail(&err, VB_EINPUT, "%s", text);
    cr_expect(strlen(err.text) < VB_TEXT_MAX);
    cr_expect_eq((unsigned char)err.text[strlen(err.text) - 1], 0xa9);
    vb_fail(&err, VB_EINPUT, "x%s", text); /* the cut falls the other way */
    cr_expect_eq((unsigned char)err.text[strlen(err.text) - 1], 0xa9);
    vb_fail(&err, VB_EINPUT, "%.3s", "a\xe2\x82\xac");
    cr_expect_str_eq(err.text, "a", "two bytes of a euro sign");
    vb_fail(&err, VB_EINPUT, "%s", "a\xe2\x82\xac");
    cr_expect_str_eq(err.text, "a\xe2\x82\xac");
}

Test(notes, places_are_written_as_far_as_known)
{
    static const struct {
        const char *file;
        size_t line, column;
        const char *text;
    } cases[] = {{NULL, 0, 0, "no"},
                 {"f", 0, 0, "f: no"},
                 {"f", 4, 0, "f:4: no"},
                 {"f", 4, 2, "f:4:2: no"}};

    for (size_t i = 0; i < 4; i++) {
        vb_error err = {0};
        char line[64];

        vb_fail_at(&err, VB_EINPUT, cases[i].file, cases[i].line, cases[i].column,
                   "no");
        cr_expect_str_eq(vb_error_line(&err, line, sizeof line), cases[i].text);
    }
}

Test(notes, every_status_has_its_exit_code)
{
    static const int codes[] =
        {[VB_OK] = 0,   [VB_EINTERNAL] = 1, [VB_EUSAGE] = 2, [VB_EINPUT] = 3,
         [VB_EDOM] = 3, [VB_EESTIMATE] = 4, [VB_EIO] = 5,    [VB_ENOMEM] = 5};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        cr_expect_eq(vb_exit_code((vb_status)i), codes[i]);
    cr_expect_eq(vb_exit_code((vb_status)99), 1);
}

Test(notes, warnings_and_infos_become_json)
{
    vb_notes notes = {0};
    vb_buffer out = {0};
    vb_json json = {.out = &out};

    vb_note_add(&notes, VB_WARNING, "w", "a<b.tsv", 2, 0, "\"odd\"");
    vb_note_add(&notes, VB_INFO, "i", NULL, 0, 0, "fine");
    vb_json_open(&json, NULL, '{');
    vb_json_notes(&json, &notes);
    vb_json_close(&json);
    cr_expect_str_eq(out.bytes, "{\n"
                                "  \"warnings\": [\n"
                                "    {\n"
                                "      \"code\": \"w\",\n"
                                "      \"text\": \"\\\"odd\\\"\",\n"
                                "      \"file\": \"a\\u003cb.tsv\",\n"
                                "      \"line\": 2,\n"
                                "      \"count\": 1\n"
                                "    }\n"
                                "  ],\n"
                                "  \"notes\": [\n"
                                "    {\n"
                                "      \"code\": \"i\",\n"
                                "      \"text\": \"fine\",\n"
                                "      \"count\": 1\n"
                                "    }\n"
                                "  ]\n"
                                "}\n");
    vb_buffer_free(&out);
    vb_notes_free(&notes);
}
