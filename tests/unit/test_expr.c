/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions: precedence, comparisons of cells, functions, places of errors, expansion
 * into sums. */
#include "support.h"

#include "valuebold/expr.h"
#include "valuebold/number.h"

#include <signal.h>

static vb_expr *compiled(const char *text)
{
    vb_expr *expr = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_expr_compile(text, &expr, &err), VB_OK, "%s: %s", text, err.text);
    return expr;
}

/* The value when every name is 3, both ways of evaluating. */
static double value(const char *text)
{
    vb_expr *expr = compiled(text);
    double numbers[8];
    vb_value values[8];
    double x;

    for (size_t i = 0; i < 8; i++) {
        numbers[i] = 3;
        values[i] = (vb_value){.number = 3, .text = "3"};
    }
    x = vb_expr_number(expr, numbers);
    cr_expect(support_near(vb_expr_eval(expr, values).number, x, 0), "%s", text);
    vb_expr_free(expr);
    return x;
}

/* Expected by hand. */
Test(expr, operators_bind_as_in_mathematics)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"1 + 2 * x", 7},
                 {"(1 + 2) * x", 9},
                 {"2 ^ x ^ 2", 512},
                 {"2 ** 3", 8},
                 {"-x ^ 2", -9},
                 {"(-x) ^ 2", 9},
                 {"2 ^ -1", .5},
                 {"10 - 4 - x", 3},
                 {"24 / 4 / 2", 3},
                 {"24 / 4 * 2", 12},
                 {"- - x", 3},
                 {"+x", 3},
                 {"1 + x > 3 and x < 4", 1},
                 {"x > 4 or x == 3 and x != 2", 1},
                 {"not x == 3", 0},
                 {"not not x", 1},
                 {"! (x > 5)", 1},
                 {"x > 2 && x <= 3 || 0", 1},
                 {"x >= 3", 1},
                 {"1 - 2 < 0", 1},
                 {"x in [1, 3]", 1},
                 {"x not in (1, 2)", 1},
                 {"x not in [1, 3]", 0},
                 {"x in []", 0},
                 {".5 + 2e-1 + 1.E1", 10.7}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect(support_near(value(cases[i].text), cases[i].value, 1e-15),
                  "%s gave %.17g", cases[i].text, value(cases[i].text));
}

Test(expr, functions_are_those_of_the_library)
{
    cr_expect(value("exp(1)") == exp(1) && value("log(x)") == log(3));
    cr_expect(value("sqrt(16)") == 4 && value("abs(-x)") == 3);
    cr_expect(value("pow(x, 2.5)") == pow(3, 2.5));
    cr_expect(value("min(4, x, 7)") == 3 && value("max(4, x, 7)") == 7);
    cr_expect(value("if(x > 2, 10, 1 / 0)") == 10, "the other branch is not needed");
    cr_expect(value("isna(x)") == 0 && value("isna(log(-1))") == 1);
    cr_expect(isnan(value("min(1, log(-1))")) && isnan(value("max(log(-1), 1)")));
    cr_expect(isnan(value("\"a\" + 1")), "arithmetic on text");
}

Test(expr, every_name_is_listed_once_with_its_place)
{
    vb_expr *expr = compiled("R^h - k*R + `odd name` + t\xc3\xa9st.1");
    static const char *const names[] = {"R", "h", "k", "odd name", "t\xc3\xa9st.1"};
    static const size_t columns[] = {1, 3, 7, 13, 26};

    cr_assert_eq(vb_expr_n_names(expr), 5);
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(vb_expr_name(expr, i), names[i]);
        cr_expect_eq(vb_expr_name_column(expr, i), columns[i], "%s", names[i]);
    }
    cr_expect_str_eq(vb_expr_text(expr), "R^h - k*R + `odd name` + t\xc3\xa9st.1");
    vb_expr_free(expr);
    vb_expr_free(NULL);
}

/* Truth for cells a and b as a table gives them. */
static bool truth(const char *text, const char *a, const char *b)
{
    vb_expr *expr = compiled(text);
    vb_value values[2] = {{.text = a}, {.text = b}};
    bool result;

    vb_number_read(a, &values[0].number);
    vb_number_read(b, &values[1].number);
    result = vb_value_true(vb_expr_eval(expr, values));
    vb_expr_free(expr);
    return result;
}

Test(expr, cells_compare_as_text_with_text_and_as_numbers_with_numbers)
{
    cr_expect(truth("a == \"task\"", "task", ""));
    cr_expect(truth("a != 'task'", "Task", ""));
    cr_expect(truth("a in [\"x\", \"task\"]", "task", ""));
    cr_expect(!truth("a == \"1\"", "1.0", ""), "text is text");
    cr_expect(truth("a == 1", "1.0", "") && truth("a in [0, 1]", "1.00", ""));
    cr_expect(truth("a == b", "1.0", "1"), "two numbers compare as numbers");
    cr_expect(truth("a == b", "left", "left") && truth("a < b", "left", "right"));
    cr_expect(truth("a == \"n/a\"", "n/a", "") && truth("isna(a)", "n/a", ""));
}

Test(expr, a_missing_cell_is_neither_equal_nor_before_nor_behind)
{
    static const char *const never[] = {"a == 1", "a < 1",  "a > 1", "a <= 1",
                                        "a >= 1", "a == b", "a < b", "a > b",
                                        "a <= b", "a >= b", "b < a", "b == a",
                                        "b >= a", "a"};

    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        cr_expect(!truth(never[i], "n/a", "3"), "%s", never[i]);
        cr_expect(!truth(never[i], "n/a", "left"), "%s", never[i]);
        cr_expect(!truth(never[i], "n/a", "n/a"), "%s", never[i]);
    }
    cr_expect(truth("a != 1", "n/a", "") && truth("a != b", "n/a", "n/a"));
    cr_expect(truth("not (a > 1)", "n/a", ""));
    cr_expect(!truth("a > 1", "word", "") && truth("a != 1", "word", ""));
}

/* in is == with each of the list, for every pair of cells. */
Test(expr, in_and_equal_agree)
{
    static const char *const cells[] = {"1", "1.0", "2", "left", "n/a", ""};
    enum { N = sizeof cells / sizeof cells[0] };

    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++) {
            cr_expect_eq(truth("a in [b]", cells[i], cells[k]),
                         truth("a == b", cells[i], cells[k]), "%s %s", cells[i],
                         cells[k]);
            cr_expect_eq(truth("a in [9, b]", cells[i], cells[k]),
                         truth("a == 9 or a == b", cells[i], cells[k]), "%s %s",
                         cells[i], cells[k]);
        }
    cr_expect(truth("a in [b]", "1", "1.0") && !truth("a in [b]", "n/a", "n/a"));
}

/* The value for cells a and b. */
static double number(const char *text, const char *a, const char *b)
{
    vb_expr *expr = compiled(text);
    vb_value values[2];
    double numbers[2], x, y;

    for (size_t i = 0; i < vb_expr_n_names(expr); i++) {
        values[i].text = *vb_expr_name(expr, i) == 'a' ? a : b;
        vb_number_read(values[i].text, &values[i].number);
        numbers[i] = values[i].number;
    }
    x = vb_expr_eval(expr, values).number;
    y = vb_expr_number(expr, numbers);
    if (!strchr(text, '"') && *a != 'w') /* without words both ways must agree */
        cr_expect(support_near(x, y, 0), "%s", text);
    vb_expr_free(expr);
    return x;
}

/* Kleene's tables by hand: a is missing, b is 3. */
Test(expr, if_is_missing_when_its_condition_is)
{
    static const char *const missing[] = {
        "if(a, 1, 0)",
        "if(a > 2, 1, 0)",
        "if(a != 2, 1, 0)",
        "if(2 <= a, 1, 0)",
        "if(not (a > 2), 1, 0)",
        "if(a == b, 1, 0)",
        "if(a + 1 == 2, 1, 0)",
        "if(a in [1, 2], 1, 0)",
        "if(a not in [1, 2], 1, 0)",
        "if(b in [1, a], 1, 0)",
        "if(a == \"left\", 1, 0)",
        "if(a > 2 and b == 3, 1, 0)",
        "if(b == 3 and a > 2, 1, 0)",
        "if(a > 2 or b == 4, 1, 0)",
        "if(b == 4 or a > 2, 1, 0)",
        "if(if(a > 1, 1, 0), 1, 0)",
        "a ^ 0",
        "pow(1, a)",
    };
    static const struct {
        const char *text;
        double value;
    } known[] =
        {{"if(isna(a), 1, 0)", 1},          {"if(not isna(a), 1, 0)", 0},
         {"if(a == \"n/a\", 1, 0)", 1},     {"if(a in [\"n/a\", \"x\"], 1, 0)", 1},
         {"if(a > 2 and b == 4, 1, 0)", 0}, {"if(b == 4 and a > 2, 1, 0)", 0},
         {"if(a > 2 or b == 3, 1, 0)", 1},  {"if(b == 3 or a > 2, 1, 0)", 1},
         {"if(b in [a, 3], 1, 0)", 1},      {"if(b == 3, 5, a)", 5},
         {"if(b == \"left\", 1, 0)", 0},    {"if(b in [], 1, 0)", 0}};

    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
        cr_expect(isnan(number(missing[i], "n/a", "3")), "%s", missing[i]);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        cr_expect(number(known[i].text, "n/a", "3") == known[i].value, "%s",
                  known[i].text);
    cr_expect(number("if(a > 2, 1, 0)", "word", "") == 0, "a word is not missing");
    cr_expect(!truth("a > 2", "n/a", "") && truth("not (a > 2)", "n/a", ""),
              "filters stay as they were");
}

Test(expr, faults_name_their_place_in_the_text)
{
    static const struct {
        const char *text;
        size_t column;
        const char *what;
    } cases[] = {{"", 1, "something is missing"},
                 {"a +", 4, "something is missing"},
                 {"(a + b", 1, "bracket without its end"},
                 {"a + b)", 6, "unexpected text"},
                 {"a b", 3, "unexpected text"},
                 {"a == \"task", 6, "quote without its end"},
                 {"`a + 1", 1, "back quote without its end"},
                 {"`` + 1", 1, "a name in back quotes is empty"},
                 {"a = 1", 3, "a single '=' (comparing is '==')"},
                 {"a < b < c", 7, "unexpected text"},
                 {"a in 3", 6, "'in' needs a list: x in [\"a\", \"b\"]"},
                 {"a not 3", 3, "'not' here needs 'in': x not in [\"a\", \"b\"]"},
                 {"a in [1, 2", 7, "bracket without its end"},
                 {"sin(a)", 1, "unknown function"},
                 {"if(a, 1)", 1, "wrong number of arguments"},
                 {"exp()", 1, "wrong number of arguments"},
                 {"1.2.3", 1, "not a number"},
                 {"12s", 1, "not a number"},
                 {"0x10", 1, "not a number"},
                 {"1e400", 1, "not a number"},
                 {"a; b", 2, "unexpected text"},
                 {"a + $b", 5, "unexpected character"},
                 {"a * / b", 5, "unexpected character"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_expr *expr = NULL;
        vb_error err = {0};
        char place[96];

        snprintf(place, sizeof place, "at character %zu of '", cases[i].column);
        cr_expect_eq(vb_expr_compile(cases[i].text, &expr, &err), VB_EINPUT, "%s",
                     cases[i].text);
        cr_expect_eq(err.column, cases[i].column, "%s: %s", cases[i].text, err.text);
        cr_expect(strncmp(err.text, cases[i].what, strlen(cases[i].what)) == 0, "%s",
                  err.text);
        cr_expect(strstr(err.text, place) != NULL, "%s", err.text);
        cr_expect_null(expr);
    }
}

Test(expr, nesting_and_length_have_limits)
{
    static char text[70001];
    vb_expr *expr = NULL;
    vb_error err = {0};

    memset(text, '-', 1000);
    cr_expect_eq(vb_expr_compile(text, &expr, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "nested too deeply"), "%s", err.text);
    for (size_t i = 0; i < 400; i += 4)
        memcpy(text + i, "not ", 4);
    strcpy(text + 400, "a");
    cr_expect_eq(vb_expr_compile(text, &expr, &err), VB_EINPUT);
    memset(text, 'a', sizeof text - 1);
    cr_expect_eq(vb_expr_compile(text, &expr, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "expression of 70000 characters; the limit is 65536");
    strcpy(text, "x in [1");
    for (size_t i = 0; i < 300; i++)
        strcat(text, ",1");
    strcat(text, "]");
    cr_expect_eq(vb_expr_compile(text, &expr, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "too many values"), "%s", err.text);
}

static void expect_linear(const char *text, size_t n, const vb_expr_term expected[])
{
    vb_expr *expr = compiled(text);
    vb_arena *arena = vb_arena_alloc();
    vb_expr_term *terms = NULL;
    size_t found = 0;
    vb_error err = {0};

    cr_assert_eq(vb_expr_linear(expr, arena, &found, &terms, &err), VB_OK, "%s",
                 err.text);
    vb_expr_free(expr); /* the terms outlive it */
    cr_assert_eq(found, n, "%s: %zu terms", text, found);
    for (size_t i = 0; i < n; i++) {
        cr_expect(support_near(terms[i].weight, expected[i].weight, 1e-15), "%s: %g",
                  text, terms[i].weight);
        cr_expect_str_eq(terms[i].name, expected[i].name);
    }
    vb_arena_free(arena);
}

Test(expr, sums_of_products_expand_into_terms)
{
    expect_linear("task - control", 2, (vb_expr_term[]){{1, "task"}, {-1, "control"}});
    expect_linear("2*(a - .5*b)/4", 2, (vb_expr_term[]){{.5, "a"}, {-.25, "b"}});
    expect_linear("task*sv_difference", 1, (vb_expr_term[]){{1, "task*sv_difference"}});
    expect_linear("(a + b)*c", 2, (vb_expr_term[]){{1, "a*c"}, {1, "b*c"}});
    expect_linear("a + b - a", 2, (vb_expr_term[]){{0, "a"}, {1, "b"}});
    expect_linear("-`odd name`*3 + 1", 2, (vb_expr_term[]){{-3, "odd name"}, {1, ""}});
    expect_linear("0*a", 1, (vb_expr_term[]){{0, "a"}});
}

Test(expr, what_is_no_sum_of_products_is_refused_with_its_place)
{
    static const struct {
        const char *text;
        size_t column;
    } cases[] = {{"exp(a)", 1}, {"b - a^2", 6}, {"a / b", 3},    {"a / 0", 3},
                 {"a == b", 3}, {"\"a\"", 1},   {"a + not b", 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_expr *expr = NULL;
        vb_arena *arena = vb_arena_alloc();
        vb_expr_term *terms = NULL;
        vb_error err = {0};
        size_t n = 77;

        if (vb_expr_compile(cases[i].text, &expr, &err) == VB_OK) {
            cr_expect_eq(vb_expr_linear(expr, arena, &n, &terms, &err), VB_EINPUT);
            cr_expect_eq(err.column, cases[i].column, "%s: %s", cases[i].text,
                         err.text);
            cr_expect(strstr(err.text, "write a sum of NUMBER*NAME"), "%s", err.text);
            cr_expect(n == 77 && !terms);
        } else {
            cr_expect_eq(cases[i].column, 0, "%s: %s", cases[i].text, err.text);
        }
        vb_expr_free(expr);
        vb_arena_free(arena);
    }
}

Test(expr, an_explosion_of_terms_is_refused)
{
    char text[1024] = "";
    vb_expr *expr;
    vb_arena *arena = vb_arena_alloc();
    vb_expr_term *terms;
    vb_error err = {0};
    size_t n;

    for (size_t i = 0; i < 14; i++) {
        char part[32];

        snprintf(part, sizeof part, "%s(a%zu + b%zu)", i ? "*" : "", i, i);
        strcat(text, part);
    }
    expr = compiled(text);
    cr_expect_eq(vb_expr_linear(expr, arena, &n, &terms, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "too many terms"), "%s", err.text);
    vb_expr_free(expr);
    vb_arena_free(arena);
}
