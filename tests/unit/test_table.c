/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tab-separated tables: what is accepted, what is refused, and the place that is
 * named. */
#include "support.h"

#include "valuebold/buffer.h"

Test(table, a_plain_table_has_cells_lines_and_numbers)
{
    vb_table *t = support_table_text("a.tsv", "onset\tx\n1.5\t2\n3\tn/a\n");
    const double *x = support_column(t, "x");

    cr_expect_eq(t->n_rows, 2);
    cr_expect_str_eq(vb_table_cell(t, 1, 0), "3");
    cr_expect_eq(t->line[1], 3);
    cr_expect(x[0] == 2 && isnan(x[1]));
    vb_table_free(t);
}

/* All of these are the table a b / 1 2 / 3 4. */
Test(table, usual_spellings_of_a_table_are_read_alike)
{
    static const char *const texts[] = {"a\tb\n1\t2\n3\t4\n",
                                        "a\tb\n1\t2\n3\t4",
                                        "a\tb\r\n1\t2\r\n3\t4\r\n",
                                        "\xef\xbb\xbf"
                                        "a\tb\n1\t2\n3\t4\n",
                                        "\"a\"\tb\n1\t\"2\"\n3\t4\n",
                                        " a\tb \n1 \t 2\n3\t4\n",
                                        "\xef\xbb\xbf\"a\"\tb\r\n1\t2\r\n\"3\"\t4"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        vb_table *t = support_table_text("t.tsv", texts[i]);

        cr_expect(t->n_rows == 2 && t->n_cols == 2, "%zu", i);
        cr_expect_str_eq(t->columns[0], "a");
        cr_expect_str_eq(t->columns[1], "b");
        cr_expect_str_eq(vb_table_cell(t, 0, 1), "2");
        cr_expect_str_eq(vb_table_cell(t, 1, 0), "3");
        cr_expect_str_eq(vb_table_cell(t, 1, 1), "4");
        vb_table_free(t);
    }
}

Test(table, quotes_keep_tabs_and_doubled_quotes)
{
    vb_table *t = support_table_text("q.tsv", "a\tb\n\"x\ty\"\t\"say \"\"no\"\"\"\n"
                                              "\"open\t5\" disk\n\"\"\t\"a\" b\n");

    cr_expect_str_eq(vb_table_cell(t, 0, 0), "x\ty");
    cr_expect_str_eq(vb_table_cell(t, 0, 1), "say \"no\"");
    cr_expect_str_eq(vb_table_cell(t, 1, 0), "\"open", "no closing quote before a tab");
    cr_expect_str_eq(vb_table_cell(t, 1, 1), "5\" disk");
    cr_expect_str_eq(vb_table_cell(t, 2, 0), "");
    cr_expect_str_eq(vb_table_cell(t, 2, 1), "\"a\" b", "text behind the quote");
    vb_table_free(t);
}

static vb_status parse(const char *text, size_t size, vb_notes *notes, vb_error *err)
{
    vb_table *t = NULL;
    const vb_status status = vb_table_parse("bad.tsv", text, size, &t, notes, err);

    cr_expect_eq(status == VB_OK, t != NULL);
    vb_table_free(t);
    return status;
}

Test(table, what_is_no_table_is_refused_with_its_line)
{
    static const struct {
        const char *text;
        size_t size; /* 0: its length */
        size_t line;
        const char *message;
    } cases[] =
        {{"onset,duration\n1,2\n", 0, 1,
          "one column found ('onset,duration'); the separator must be a tab"},
         {"onset;duration\n1;2\n", 0, 1,
          "one column found ('onset;duration'); the separator must be a tab"},
         {"onset duration\n1 2\n", 0, 1,
          "one column found ('onset duration'); the separator must be a tab"},
         {"a\tb\n1\n", 0, 2, "line 2 has 1 fields, the header has 2 columns"},
         {"a\tb\n1\t2\n1\t2\t3\n", 0, 3,
          "line 3 has 3 fields, the header has 2 columns"},
         {"a\tb\ta\n", 0, 1, "duplicate column 'a' (also column 1)"},
         {"a\t\n1\t2\n", 0, 2,
          "column 2 has values ('2') but no name; name it in line 1 or remove it"},
         {"\n1\t2\n", 0, 1, "no header: the first line is empty"},
         {"", 0, 0, "empty file: a header line is needed"},
         {"a\tb\n1\0\t2\n", 9, 2,
          "NUL byte; this is not a text table, or it is damaged"},
         {"\xff\xfe"
          "a\0\t\0b\0",
          8, 1, "UTF-16 text; save the table as UTF-8"},
         {"a\tb\n1\t\xe9t\xe9\n", 0, 2,
          "invalid UTF-8 byte 0xe9; save the table as UTF-8"},
         {"a\tb\n1\t\xc0\xaf\n", 0, 2,
          "invalid UTF-8 byte 0xc0; save the table as UTF-8"},
         {"a\tb\n1\t2\n3\t\xc3", 0, 3,
          "invalid UTF-8 byte 0xc3; save the table as UTF-8"},
         {"a\tb\r1\t2\r", 0, 1,
          "line ends are CR only (old Macintosh); save with LF or CRLF"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t size = cases[i].size ? cases[i].size : strlen(cases[i].text);
        vb_error err = {0};

        cr_expect_eq(parse(cases[i].text, size, NULL, &err), VB_EINPUT, "%s",
                     cases[i].message);
        cr_expect_str_eq(err.text, cases[i].message);
        cr_expect_str_eq(err.file, "bad.tsv");
        cr_expect_eq(err.line, cases[i].line, "%s", cases[i].message);
    }
    cr_expect_eq(parse(NULL, 0, NULL, NULL), VB_EINPUT, "an empty file has no bytes");
}

Test(table, all_ragged_rows_and_duplicates_are_noted)
{
    vb_notes notes = {0};
    vb_error err = {0};

    cr_expect_eq(parse("a\tb\n1\n1\t2\n1\t2\t3\n", 16, &notes, &err), VB_EINPUT);
    cr_expect_eq(notes.n_refusals, 2);
    cr_expect(notes.items[1].where.line == 4 && err.line == 2);
    vb_notes_free(&notes);
    cr_expect_eq(parse("b\ta\tb\ta\tb\n", 10, &notes, &err), VB_EINPUT);
    cr_expect_eq(notes.n_refusals, 3);
    vb_notes_free(&notes);
}

Test(table, blank_lines_are_left_out_with_a_note_and_lines_stay_right)
{
    static const char text[] = "a\tb\n\n1\t2\n   \n3\t4\n\n";
    vb_table *t = NULL;
    vb_notes notes = {0};

    cr_assert_eq(vb_table_parse("b.tsv", text, sizeof text - 1, &t, &notes, NULL),
                 VB_OK);
    cr_expect_eq(t->n_rows, 2);
    cr_expect(t->line[0] == 3 && t->line[1] == 5);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].where.text, "3 blank lines left out");
    vb_notes_free(&notes);
    vb_table_free(t);
}

Test(table, in_one_column_a_blank_line_is_an_empty_cell_but_not_at_the_end)
{
    vb_table *t = support_table_text("one.tsv", "x\n1\n\n3\n\n\n");
    const double *x = support_column(t, "x");

    cr_assert_eq(t->n_rows, 3);
    cr_expect(x[0] == 1 && isnan(x[1]) && x[2] == 3);
    vb_table_free(t);
}

Test(table, empty_columns_without_a_name_are_left_out)
{
    static const char text[] = "\ta\t\tb\t\n\t1\tn/a\t2\t\n\t3\t\t4\t\n";
    vb_table *t = NULL;
    vb_notes notes = {0};

    cr_assert_eq(vb_table_parse("u.tsv", text, sizeof text - 1, &t, &notes, NULL),
                 VB_OK);
    cr_assert_eq(t->n_cols, 2);
    cr_expect_str_eq(t->columns[1], "b");
    cr_expect_str_eq(vb_table_cell(t, 1, 0), "3");
    cr_expect_str_eq(vb_table_cell(t, 1, 1), "4");
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].where.text,
                     "3 columns have no name and no values: left out");
    vb_notes_free(&notes);
    vb_table_free(t);
}

Test(table, columns_are_found_or_the_nearest_is_named)
{
    vb_table *t = support_table_text("e.tsv", "onset\tduration\treward\n");
    vb_error err = {0};
    size_t c = 77;

    cr_expect_eq(vb_table_find(t, "reward"), 2);
    cr_expect_eq(vb_table_find(t, "Reward"), VB_NONE);
    cr_expect_eq(vb_table_need(t, "duraton", &c, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "no column 'duraton'; did you mean 'duration'?");
    cr_expect_eq(vb_table_need(t, "\x1b[2J", &c, &err), VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "no column '\\x1b[2J'; there is: onset, duration, reward");
    cr_expect_eq(c, 77, "results are written on success only");
    vb_table_free(t);
}

Test(table, every_cell_that_is_no_number_is_noted)
{
    vb_table *t =
        support_table_text("n.tsv", "k\tx\na\t1\nb\tinf\nc\t1,5\nd\t\ne\t0x10\n"
                                    "f\t\x1b[2J\n");
    vb_notes notes = {0};
    vb_error err = {0};
    double x[6];
    size_t n_missing = 77;

    cr_expect_eq(vb_table_numbers(t, 1, x, &n_missing, &notes, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "column 'x': 'inf' is not finite");
    cr_expect(err.line == 3 && err.column == 2);
    cr_expect_eq(n_missing, 1);
    cr_assert_eq(notes.n_refusals, 4);
    cr_expect_str_eq(notes.items[1].where.text,
                     "column 'x': '1,5' has a comma; a decimal point is expected");
    cr_expect_str_eq(notes.items[3].where.text,
                     "column 'x': '\\x1b[2J' is not a decimal number");
    vb_notes_free(&notes);
    vb_table_free(t);
}

/* n columns "c0 c1 ..." and n rows of one value or empty rows, whatever is worst. */
Test(table, hostile_sizes_end_quickly)
{
    vb_buffer wide = {0}, unnamed = {0}, line = {0}, tall = {0};
    vb_error err = {0};

    for (int c = 0; c < 100000; c++)
        vb_putf(&wide, "%sc%d", c ? "\t" : "", c);
    cr_expect_eq(parse(wide.bytes, wide.n, NULL, &err), VB_OK, "%s", err.text);
    for (size_t i = 0; i < 500000; i++) /* would be 1 TB as a full matrix */
        vb_put_char(&wide, '\n');
    cr_expect_eq(parse(wide.bytes, wide.n, NULL, &err), VB_OK, "%s", err.text);
    vb_put_text(&unnamed, "a");
    for (size_t i = 0; i < 500000; i++)
        vb_put_char(&unnamed, '\t');
    cr_expect_eq(parse(unnamed.bytes, unnamed.n, NULL, &err), VB_OK, "%s", err.text);
    for (size_t i = 0; i < 1000001; i++)
        vb_put_char(&line, 'x');
    cr_expect_eq(parse(line.bytes, line.n, NULL, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "header of 1000001 bytes; the limit is 1000000");
    vb_put_text(&tall, "x");
    for (size_t i = 0; i < 10000001; i++)
        vb_put_char(&tall, '\n');
    cr_expect_eq(parse(tall.bytes, tall.n, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "the limit is 10000000 rows"), "%s", err.text);
    vb_buffer_free(&wide);
    vb_buffer_free(&unnamed);
    vb_buffer_free(&line);
    vb_buffer_free(&tall);
}

/* Every beginning of a table is read or refused, and never read past its end (the
 * copy is of that size, so the address sanitizer would tell). */
Test(table, every_truncation_is_survived)
{
    static const char text[] =
        "\xef\xbb\xbf\"on\"\"set\"\ta\t\n1\t\xc3\xa9\t\n\n\"2\t3\"\t4"
        "\tn/a\r\n";

    for (size_t n = 0; n < sizeof text; n++) {
        char *copy = malloc(n ? n : 1);

        memcpy(copy, text, n);
        parse(copy, n, NULL, NULL);
        free(copy);
    }
}
