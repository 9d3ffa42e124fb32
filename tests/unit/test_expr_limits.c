/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions no sane user writes must not cost the stack. */
#include "valuebold/expr.h"

#include <criterion/criterion.h>
#include <string.h>

/* "1+1+...+1" with n operators */
static void chain(char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        memcpy(text + 2 * i, "1+", 2);
    memcpy(text + 2 * n, "1", 2);
}

Test(expr_limits, a_thousand_operators_in_a_row_are_added_up)
{
    char text[4096];
    vb_expr *expr = NULL;
    vb_error err = {0};

    chain(text, 1000);
    cr_assert_eq(vb_expr_compile(text, &expr, &err), VB_OK, "%s", err.text);
    cr_expect(vb_expr_number(expr, NULL) == 1001);
    cr_expect(vb_expr_eval(expr, NULL).number == 1001);
    vb_expr_free(expr);
}

Test(expr_limits, longer_chains_are_refused_before_they_exhaust_the_stack)
{
    static char text[65536];
    vb_expr *expr = NULL;
    vb_error err = {0};

    chain(text, 30000);
    cr_assert_eq(vb_expr_compile(text, &expr, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "too many operators"), "%s", err.text);
    cr_expect_eq(err.column, 2002, "column %zu", err.column); /* operator 1001 */
}

Test(expr_limits, brackets_nested_too_deeply_are_refused)
{
    char text[512];
    vb_expr *expr = NULL;
    vb_error err = {0};

    memset(text, '(', 200);
    memcpy(text + 200, "1", 2);
    cr_assert_eq(vb_expr_compile(text, &expr, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "nested too deeply"), "%s", err.text);
}
