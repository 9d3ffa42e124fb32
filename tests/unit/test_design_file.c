/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs in files of several programs; the SPM.mat is laid out as spm_fmri_design.m leaves it. */
#include "support.h"
#include "valuebold/design_file.h"
#include "valuebold/matfile.h"

static vb_mat *row_of(vb_arena *arena, size_t first, size_t n)
{
    double x[8];

    for (size_t i = 0; i < n; i++)
        x[i] = (double)(first + i);
    return vb_mat_numbers(arena, "", 1, n, x);
}

/* Two sessions of 3 and 2 scans; each has its own columns and constant. */
static void make_spm(vb_arena *arena, vb_buffer *out)
{
    static const char *const top[] = {"xX", "xY", "Sess"}, *const xx[] = {"X", "name"},
                             *const xy[] = {"RT"}, *const session[] = {"row"};
    static const double x[] = {/* column by column */
                               1, 2, 3, 0, 0, 0, 0, 0, 4, 5,
                               1, 1, 1, 0, 0, 0, 0, 0, 1, 1};
    static const char *const names[] = {"Sn(1) task*bf(1)", "Sn(2) task*bf(1)",
                                        "Sn(1) constant", "Sn(2) constant"};
    const double tr = 1.5;
    vb_mat *spm = vb_mat_struct(arena, "SPM", 1, 1, 3, top);
    vb_mat *design = vb_mat_struct(arena, "", 1, 1, 2, xx);
    vb_mat *scans = vb_mat_struct(arena, "", 1, 1, 1, xy);
    vb_mat *sessions = vb_mat_struct(arena, "", 1, 2, 1, session);
    vb_mat *cell = vb_mat_cell(arena, "", 1, 4);
    vb_error err = {0};

    for (size_t j = 0; j < 4; j++)
        vb_mat_put(cell, j, vb_mat_text(arena, "", names[j]));
    vb_mat_put(design, 0, vb_mat_numbers(arena, "", 5, 4, x));
    vb_mat_put(design, 1, cell);
    vb_mat_put(scans, 0, vb_mat_numbers(arena, "", 1, 1, &tr));
    vb_mat_put(sessions, 0, row_of(arena, 1, 3));
    vb_mat_put(sessions, 1, row_of(arena, 4, 2));
    vb_mat_put(spm, 0, design);
    vb_mat_put(spm, 1, scans);
    vb_mat_put(spm, 2, sessions);
    cr_assert_eq(vb_mat_write(1, &spm, out, &err), VB_OK, "%s", err.text);
}

Test(design_file, spm_mat_gives_the_matrix_names_and_sessions)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer file = {0};
    vb_named_matrix m;
    vb_error err = {0};

    make_spm(arena, &file);
    cr_assert_eq(vb_design_file_read("SPM.mat", file.bytes, file.n, 0, arena, &m, &err),
                 VB_OK, "%s", err.text);
    cr_expect(m.n_rows == 5 && m.n_cols == 4 && m.tr_s == 1.5);
    cr_expect_str_eq(m.program, "SPM");
    cr_expect_str_eq(m.names[1], "Sn(2) task*bf(1)");
    cr_expect(m.x[2 * 4] == 3 && m.x[4 * 4 + 1] == 5);
    cr_assert_eq(vb_design_file_read("SPM.mat", file.bytes, file.n, 2, arena, &m, &err),
                 VB_OK, "%s", err.text);
    cr_expect(m.n_rows == 2 && m.n_cols == 2 && m.x[0] == 4 && m.x[3] == 1);
    cr_expect_str_eq(m.names[1], "Sn(2) constant");
    cr_expect_eq(vb_design_file_read("SPM.mat", file.bytes, file.n, 3, arena, &m, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "no run 3; it has 2"), "%s", err.text);
    vb_buffer_free(&file);
    vb_arena_free(arena);
}

Test(design_file, tables_vest_and_afni_matrices_are_told_apart)
{
    static const struct {
        const char *text, *program, *last;
        size_t run;
    } cases[] =
        {{"task\tconstant\n1\t1\n2\t1\n", "table", "constant", 0},
         {"/NumWaves\t2\n/NumPoints\t2\n/PPheights\t1\t1\n\n/Matrix\n1\t1\n2\t1\n",
          "FSL", "EV 2", 0},
         {"# <matrix\n#  ColumnLabels = \"task#0 ; b ; c\"\n#  RunStart = \"0,1\"\n"
          "# >\n 9 0 9\n 1 0 1\n 2 0 1\n# </matrix>\n",
          "AFNI", "c", 2}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vb_arena *arena = vb_arena_alloc();
        vb_named_matrix m;
        vb_error err = {0};

        cr_assert_eq(vb_design_file_read("x", cases[i].text, strlen(cases[i].text),
                                         cases[i].run, arena, &m, &err),
                     VB_OK, "%zu: %s", i, err.text);
        cr_expect_str_eq(m.program, cases[i].program);
        cr_assert(m.n_rows == 2 && m.n_cols == 2, "%zu: %zu x %zu", i, m.n_rows,
                  m.n_cols);
        cr_expect(m.x[0] == 1 && m.x[2] == 2 && m.x[3] == 1);
        cr_expect_str_eq(m.names[1], cases[i].last);
        vb_arena_free(arena);
    }
}

Test(design_file, what_is_no_design_is_refused_with_the_reason)
{
    static const struct {
        const char *text, *says;
        size_t size, run, line;
    } cases[] = {{"a\tb\n1\tx\n", "number in every cell", 0, 0, 2},
                 {"a\tb\n1\tn/a\n", "number in every cell", 0, 0, 2},
                 {"a\n1\n", "does not say which rows", 0, 1, 0},
                 {"/NumWaves\t1\n", "no line /Matrix", 0, 0, 0},
                 {"# nothing\n", "no numbers", 0, 0, 0},
                 {"#  RunStart = \"0,5\"\n1\n2\n", "behind the last row", 0, 1, 0}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vb_arena *arena = vb_arena_alloc();
        vb_named_matrix m;
        vb_error err = {0};

        cr_expect_eq(vb_design_file_read("x", cases[i].text, strlen(cases[i].text),
                                         cases[i].run, arena, &m, &err),
                     VB_EINPUT, "%zu", i);
        cr_expect(strstr(err.text, cases[i].says) && err.line == cases[i].line,
                  "%zu: line %zu: %s", i, err.line, err.text);
        vb_arena_free(arena);
    }
}

Test(design_file, a_mat_file_without_a_design_is_refused)
{
    vb_arena *arena = vb_arena_alloc();
    const double one = 1;
    vb_mat *v = vb_mat_numbers(arena, "other", 1, 1, &one);
    vb_buffer file = {0};
    vb_named_matrix m;
    vb_error err = {0};

    cr_assert_eq(vb_mat_write(1, &v, &file, &err), VB_OK);
    cr_expect_eq(vb_design_file_read("x.mat", file.bytes, file.n, 0, arena, &m, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "neither SPM.xX.X nor a matrix R"), "%s", err.text);
    vb_buffer_free(&file);
    vb_arena_free(arena);
}
