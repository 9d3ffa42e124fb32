/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two designs side by side.  The columns are sines and cosines whose relations are known by
 * construction; the names are those SPM, AFNI, nilearn and ours give the same column.
 */
#include "design/compare_designs.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { N = 200, MOST = 8 };

typedef struct pair {
    vb_arena *arena;
    double a[N * MOST], b[N * MOST];
    vb_named_matrix ma, mb;
    size_t n;
    vb_column_match *match;
    vb_error err;
} pair;

static double wave(double t) /* what events look like: two periods under 30 s */
{
    return sin(.31 * t) + .4 * cos(.47 * t + 1);
}

static double wave_2(double t)
{
    return cos(.37 * t) + .3 * sin(.53 * t);
}

static vb_status compare(pair *p, size_t n_a, const char *const names_a[], size_t n_b,
                         const char *const names_b[], double tr_s)
{
    p->ma = (vb_named_matrix){"table", N, n_a, names_a, p->a, tr_s};
    p->mb = (vb_named_matrix){"table", N, n_b, names_b, p->b, tr_s};
    p->arena = vb_arena_alloc();
    return vb_designs_compare(&p->ma, &p->mb, p->arena, &p->n, &p->match, &p->err);
}

Test(compare_designs, one_column_has_one_name_in_every_program)
{
    static const char *const same[][5] =
        {{"task*sv_difference", "Sn(1) taskxsv_difference^1*bf(1)",
          "task_x_sv_difference", "task_x_sv_difference#0", "Task*SV difference"},
         {"task_derivative", "Sn(12) task*bf(2)", "task#1", "task_derivative",
          "task_derivative"},
         {"task*sv_power2", "Sn(1) taskxsv^2*bf(1)", "task_x_sv_power2",
          "task_x_sv_power2#0", "task*sv_power2"},
         {"constant", "Sn(2) constant", "Run#3_constant", "constant", "Constant"},
         {"trans_x", "Sn(1) trans_x", "Run#1_trans_x", "trans_x", "trans_x"}};

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        for (size_t k = 1; k < 5; k++) {
            char first[COMPARE_NAME_MAX], other[COMPARE_NAME_MAX];

            compare_canonical(same[i][0], first);
            compare_canonical(same[i][k], other);
            cr_expect_str_eq(first, other, "%s: %s, %s", same[i][k], first, other);
        }
}

Test(compare_designs, each_relation_is_found_with_its_numbers)
{
    static const char *const names[] = {"one", "two", "three", "four", "five", "six"};
    pair p = {0};

    for (size_t i = 0; i < N; i++) {
        const double t = (double)i * 2, slow = 2 * cos(6.283185307179586 * t / 300);
        double *a = p.a + i * 6, *b = p.b + i * 6;

        for (size_t j = 0; j < 6; j++)
            a[j] = j % 2 ? wave_2(t) + .1 * (double)j : wave(t + (double)j * 7);
        b[0] = a[0];
        b[1] = -2.5 * a[1];
        b[2] = a[2] - .7;
        b[3] = a[3] - .4 * a[0] + .2 * a[2];
        b[4] = a[4] + slow;
        b[5] = wave_2(t - .3) + .5; /* .3 s later */
    }
    cr_assert_eq(compare(&p, 6, names, 6, names, 2), VB_OK, "%s", p.err.text);
    cr_assert_eq(p.n, 6);
    for (size_t i = 0; i < 6; i++)
        cr_expect(p.match[i].by_name && p.match[i].b == i);
    cr_expect_eq(p.match[0].relation, VB_COLUMNS_SAME);
    cr_expect_eq(p.match[1].relation, VB_COLUMNS_SCALED);
    cr_expect_float_eq(p.match[1].factor, -2.5, 1e-12);
    cr_expect_float_eq(p.match[1].correlation, -1, 1e-12);
    cr_expect_eq(p.match[2].relation, VB_COLUMNS_OFFSET);
    cr_expect_float_eq(p.match[2].largest, .7, 1e-12);
    cr_expect_eq(p.match[3].relation, VB_COLUMNS_MIXED);
    cr_expect(strstr(p.match[3].reason, "'one'") &&
                  strstr(p.match[3].reason, "'three'"),
              "%s", p.match[3].reason);
    cr_expect_eq(p.match[4].relation, VB_COLUMNS_FILTERED, "%s", p.match[4].reason);
    cr_expect_eq(p.match[5].relation, VB_COLUMNS_SHIFTED, "%s", p.match[5].reason);
    /* the slope between scans of 2 s is rough: sin(w TR) / (w TR) of a wave of .45 / s is
     * .87, so that the shift comes out up to a sixth too long */
    cr_expect_float_eq(p.match[5].shift_s, .3, .06, "%g", p.match[5].shift_s);
    cr_expect_str_eq(vb_column_relation_name(VB_COLUMNS_SHIFTED), "shifted");
    vb_arena_free(p.arena);
}

Test(compare_designs, columns_without_names_are_matched_by_correlation)
{
    static const char *const ours[] = {"task", "control", "constant", "lonely"};
    static const char *const theirs[] = {"EV 1", "EV 2", "EV 3"};
    pair p = {0};

    for (size_t i = 0; i < N; i++) {
        const double t = (double)i;

        p.a[i * 4] = wave(t);
        p.a[i * 4 + 1] = wave_2(t);
        p.a[i * 4 + 2] = 1;
        p.a[i * 4 + 3] = i % 2 ? 1 : -1;
        p.b[i * 3] = 3 * wave_2(t);
        p.b[i * 3 + 1] = wave(t) + .05 * sin(1.7 * t * t);
        p.b[i * 3 + 2] = 1;
    }
    cr_assert_eq(compare(&p, 4, ours, 3, theirs, NAN), VB_OK);
    cr_assert_eq(p.n, 4);
    cr_expect(p.match[0].b == 1 && !p.match[0].by_name);
    cr_expect_eq(p.match[0].relation, VB_COLUMNS_OTHER);
    cr_expect(p.match[1].b == 0 && p.match[1].relation == VB_COLUMNS_SCALED);
    cr_expect(p.match[2].b == 2 && p.match[2].relation == VB_COLUMNS_SAME);
    cr_expect_eq(p.match[3].relation, VB_COLUMNS_ONLY_A);
    vb_arena_free(p.arena);
}

Test(compare_designs, constants_and_zeros_are_no_division_by_zero)
{
    static const char *const names[] = {"constant", "zero", "wave"};
    pair p = {0};

    for (size_t i = 0; i < N; i++) {
        p.a[i * 3] = 1;
        p.b[i * 3] = 2;
        p.a[i * 3 + 2] = wave((double)i);
    }
    cr_assert_eq(compare(&p, 3, names, 3, names, 1), VB_OK);
    cr_expect_eq(p.match[0].relation, VB_COLUMNS_CONSTANT);
    cr_expect_eq(p.match[0].factor, 2);
    cr_expect_eq(p.match[1].relation, VB_COLUMNS_SAME);
    cr_expect_eq(p.match[2].relation, VB_COLUMNS_CONSTANT);
    vb_arena_free(p.arena);
}

Test(compare_designs, other_numbers_of_rows_are_refused)
{
    static const char *const names[] = {"x"};
    pair p = {.arena = vb_arena_alloc()};
    const vb_named_matrix a = {"table", 3, 1, names, p.a, 1},
                          b = {"table", 4, 1, names, p.b, 1};

    cr_expect_eq(vb_designs_compare(&a, &b, p.arena, &p.n, &p.match, &p.err),
                 VB_EINPUT);
    cr_expect(strstr(p.err.text, "3 and 4 rows"), "%s", p.err.text);
    vb_arena_free(p.arena);
}
