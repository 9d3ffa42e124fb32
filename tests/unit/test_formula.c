/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Value by a formula: the same as built-in models, names, blocks, refusals, the spec. */
#include "hand_trials.h"
#include "valuebold/spec.h"

enum { N = 700 }; /* nearly three blocks */

static double reward[2][N], effort[2][N], probability[2][N], load[N];

static void fill(void)
{
    for (size_t t = 0; t < N; t++)
        for (size_t o = 0; o < 2; o++) {
            reward[o][t] = 1 + (double)((7 * t + 3 * o) % 41) / 4;
            effort[o][t] = (double)((11 * t + 5 * o) % 29) / 28;
            probability[o][t] = (double)((13 * t + o) % 17) / 16;
            load[t] = (double)(1 + t % 5);
        }
}

static vb_trials trials_of(void)
{
    vb_trials trials = hand_trials(N, 2);

    fill();
    for (size_t o = 0; o < 2; o++) {
        trials.options[o].attribute[VB_REWARD] = reward[o];
        trials.options[o].attribute[VB_EFFORT] = effort[o];
        trials.options[o].attribute[VB_PROBABILITY] = probability[o];
    }
    return trials;
}

typedef struct formula {
    vb_expr *expr;
    vb_param params[6];
    vb_formula formula;
} formula;

/* Names are those of params, separated by blanks. */
static void make(formula *f, const char *text, const char *const names[], size_t n)
{
    vb_error err = {0};

    cr_assert_eq(vb_expr_compile(text, &f->expr, &err), VB_OK, "%s", err.text);
    for (size_t i = 0; i < n; i++)
        f->params[i] = (vb_param){names[i], "", -100, 100, .5, "test"};
    f->formula = (vb_formula){.expr = f->expr, .n_params = n, .params = f->params};
}

/* 1e-14 relative: pow and exp of the same arguments, sums in another order. */
Test(formula, a_formula_equal_to_a_built_in_model_has_its_values)
{
    static const struct {
        const char *text;
        const char *names[4];
        size_t n;
        const char *term[VB_N_ATTRIBUTES];
        vb_combine combine;
        double theta[4];
    } cases[] = {
        {"R - k*E", {"k"}, 1, {NULL, "linear"}, 0, {.735}},
        {"R^rho - k*E^2", {"rho", "k"}, 2, {"power", "parabolic"}, 0, {.835, 1.7}},
        {"reward^rho - k*effort^p",
         {"rho", "k", "p"},
         3,
         {"power", "power"},
         0,
         {.835, 1.7, 1.35}},
        {"R*P^h - k*E", {"k", "h"}, 2, {NULL, "linear", "power"}, 0, {.735, 1.25}},
        {"R/(1 + k*E)", {"k"}, 1, {NULL, "hyperbolic"}, 0, {.735}},
        {"R*exp(-k*E)", {"k"}, 1, {NULL, "exponential"}, 0, {.735}},
        {"R*(exp(-b*E) + exp(-d*E))/2",
         {"b", "d"},
         2,
         {NULL, "double_exponential"},
         0,
         {.735, 3.1}},
        {"R*(1 - (1/(1 + exp(-k*(E - p))) - 1/(1 + exp(k*p)))*(1 + exp(-k*p)))",
         {"k", "p"},
         2,
         {NULL, "sigmoid"},
         0,
         {10.5, .45}},
        {"R*d*P^g/(d*P^g + (1 - P)^g)",
         {"d", "g"},
         2,
         {NULL, NULL, "weighting"},
         0,
         {.77, .44}},
        {"k_r*R - if(E > 0, k_e*sqrt(E), 0)",
         {"k_r", "k_e"},
         2,
         {"linear", "power"},
         0,
         {1.2, .7, .5}},
    };
    vb_trials trials = trials_of();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_model_spec spec = {.combine = cases[i].combine};
        formula f = {0};
        vb_model built, mine;
        vb_evaluation *a, *b;

        for (vb_attribute at = VB_REWARD; at < VB_N_ATTRIBUTES; at++)
            spec.term[at] = cases[i].term[at];
        built = hand_model(spec);
        make(&f, cases[i].text, cases[i].names, cases[i].n);
        mine = hand_model((vb_model_spec){.formula = &f.formula});
        cr_assert_eq(mine.n_params, cases[i].n);
        a = hand_run(&built, &trials, cases[i].theta);
        b = hand_run(&mine, &trials, cases[i].theta);
        for (size_t o = 0; o < 2; o++)
            for (size_t t = 0; t < N; t++)
                cr_expect(fabs(a->sv[o][t] - b->sv[o][t]) <=
                              1e-14 * fmax(1, fabs(a->sv[o][t])),
                          "%s, trial %zu: %.17g, built in %.17g", cases[i].text, t + 1,
                          b->sv[o][t], a->sv[o][t]);
        vb_evaluation_free(a);
        vb_evaluation_free(b);
        vb_expr_free(f.expr);
    }
}

/* Row by row is what expr.h promises; blocks must not differ in one bit. */
Test(formula, blocks_give_what_single_rows_give)
{
    static const char *const texts[] = {
        "a",
        "2.5",
        "-a^b",
        "a - b - c",
        "a - (b - c)*a/(b + 1)",
        "min(a, b, c) + max(a*b, c, b)",
        "exp(-abs(a)) * sqrt(c) - log(c + 1)",
        "pow(a, c) + a^2 + 2^b",
        "if(a > b, a*c, b) + (a == b) + (a in [1, 2])",
        "not (a > 1) and b < 2 or isna(c)",
        "((((a+b)*(b+c))/(c+a+3))-((a-b)*(b-c)))^2",
    };
    const double a[7] = {1, -2, .5, NAN, 0, 3, 1e3}, b[7] = {2, 2, NAN, 1, 0, -1, .5};
    const double c = 1.75;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int fixed = 0; fixed < 2; fixed++) {
            const double *names[3];
            bool constant[3];
            double out[7], *scratch;
            vb_expr *expr;

            cr_assert_eq(vb_expr_compile(texts[i], &expr, NULL), VB_OK);
            for (size_t k = 0; k < vb_expr_n_names(expr); k++) {
                const char name = *vb_expr_name(expr, k);

                names[k] = name == 'a' ? a : name == 'b' ? b : &c;
                constant[k] = name == 'c' || (name == 'b' && fixed);
            }
            scratch = malloc(vb_expr_block_room(expr) * sizeof *scratch);
            vb_expr_block(expr, 7, names, constant, scratch, out);
            for (size_t t = 0; t < 7; t++) {
                double row[3], one;

                for (size_t k = 0; k < vb_expr_n_names(expr); k++)
                    row[k] = names[k][constant[k] ? 0 : t];
                one = vb_expr_number(expr, row);
                cr_expect(out[t] == one || (isnan(out[t]) && isnan(one)),
                          "%s, row %zu: %.17g, alone %.17g", texts[i], t, out[t], one);
            }
            free(scratch);
            vb_expr_free(expr);
        }
}

Test(formula, columns_and_parameter_sets_change_by_trial)
{
    static const char *const names[] = {"k"};
    const double theta[2] = {.5, 2};
    vb_trials trials = trials_of();
    size_t set[N];
    formula f = {0};
    vb_model model;
    vb_evaluation *e = NULL;

    for (size_t t = 0; t < N; t++)
        set[t] = t / 3 % 2;
    trials.n_columns = 1;
    trials.column_names = (const char *[]){"load"};
    trials.columns = (double *[]){load};
    make(&f, "R - k*load", names, 1);
    model = hand_model((vb_model_spec){.formula = &f.formula});
    cr_assert_eq(vb_model_run(&model, &trials, 2, theta, set, &e, NULL), VB_OK);
    for (size_t t = 0; t < N; t++)
        cr_expect_eq(e->sv[1][t], reward[1][t] - theta[set[t]] * load[t]);
    vb_evaluation_free(e);
    vb_expr_free(f.expr);
}

Test(formula, what_is_missing_stays_so_and_what_is_undefined_is_refused)
{
    static const char *const names[] = {"k"};
    const double k = 1;
    vb_trials trials = trials_of();
    vb_evaluation *e;
    vb_error err = {0};
    formula f = {0};
    vb_model model;

    make(&f, "R/(E - k)", names, 1);
    model = hand_model((vb_model_spec){.formula = &f.formula});
    effort[0][3] = NAN;
    for (size_t t = 0; t < N; t++)
        for (size_t o = 0; o < 2; o++)
            if (effort[o][t] == 1)
                effort[o][t] = .5;
    e = hand_run(&model, &trials, &k);
    cr_expect(isnan(e->sv[0][3]) && isfinite(e->sv[1][3]));
    vb_evaluation_free(e);
    e = NULL;
    effort[1][5] = 1;
    cr_expect_eq(vb_model_run(&model, &trials, 1, &k, NULL, &e, &err), VB_EDOM);
    cr_expect(strstr(err.text, "trial 6: the formula's value of option 'b' is infinite "
                               "here: 'R/(E - k)'"),
              "%s", err.text);
    effort[1][5] = -1;
    cr_expect_eq(vb_model_run(&model, &trials, 1, &k, NULL, &e, &err), VB_EDOM);
    cr_expect(strstr(err.text, "effort of option 'b' is -1: is negative"), "%s",
              err.text);
    vb_expr_free(f.expr);
}

/* O'Brien & Ahmed: a lottery of efforts, p to make E and 1 - p to make the column other;
 * reference 3, g = 2, lambda = 1.5: .25 * -1.5 * 2^2 + .75 * 1^2. */
Test(formula, a_lottery_of_efforts_can_be_written)
{
    static const char *const names[] = {"lambda", "g", "ref"};
    const double e5 = 5, p = .25;
    double other = 2;
    vb_trials trials = hand_trials(1, 1);
    formula f = {0};
    vb_model model;
    vb_evaluation *e;

    trials.options[0].attribute[VB_EFFORT] = &e5;
    trials.options[0].attribute[VB_PROBABILITY] = &p;
    trials.n_columns = 1;
    trials.column_names = (const char *[]){"other"};
    trials.columns = (double *[]){&other};
    make(&f,
         "P*if(E > ref, -lambda*(E - ref)^g, (ref - E)^g) + "
         "(1 - P)*if(other > ref, -lambda*(other - ref)^g, (ref - other)^g)",
         names, 3);
    model = hand_model((vb_model_spec){.formula = &f.formula});
    e = hand_run(&model, &trials, (double[]){1.5, 2, 3});
    cr_expect_eq(e->sv[0][0], .25 * -1.5 * 4 + .75);
    vb_evaluation_free(e);
    vb_expr_free(f.expr);
}

Test(formula, it_takes_no_other_parts_of_value)
{
    static const char *const none[VB_N_ATTRIBUTES] = {NULL};
    static const char *const names[] = {"k"};
    vb_model model;
    vb_error err = {0};
    formula f = {0};

    make(&f, "R - k*E", names, 1);
    cr_expect_eq(vb_model_compose(&(vb_model_spec){.formula = &f.formula,
                                                   .term[VB_EFFORT] = "linear"},
                                  none, &model, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "a term needs a value made of terms"), "%s", err.text);
    vb_expr_free(f.expr);
}

/* --- the spec */

#define TRIALS "trials:\n  options: {a: {reward: r, effort: e}, b: {value: 1}}\n"

static vb_spec *parse(const char *text, vb_error *err)
{
    vb_spec *spec = NULL;

    vb_spec_parse("s.yaml", text, strlen(text), &spec, NULL, err);
    return spec;
}

Test(formula, the_spec_tells_attributes_parameters_and_columns_apart)
{
    vb_error err = {0};
    vb_spec *spec = parse(TRIALS "model:\n  value: \"R*load^h - k*E\"\n"
                                 "  bounds: {h: [0, 3]}\n"
                                 "  parameters: {k: {value: .5, unit: EUR}}\n",
                          &err);

    cr_assert(spec, "%s", err.text);
    cr_assert(spec->model.formula);
    cr_expect_eq(spec->model.formula->n_params, 2);
    cr_expect_str_eq(spec->model.formula->params[0].name, "h");
    cr_expect_eq(spec->model.formula->params[0].upper, 3);
    cr_expect_str_eq(spec->model.formula->params[1].unit, "EUR");
    cr_expect_eq(spec->trials.columns.n, 1);
    cr_expect_str_eq(spec->trials.columns.names[0], "load");
    cr_expect(spec->trials.options[1].value != NULL);
    vb_spec_free(spec);
}

/* 3 - 2 * .5 and 4 - 2 * .25, by the columns of each side. */
Test(formula, options_may_have_attributes_of_the_tasks_own)
{
    static const char text[] = "trials:\n  options:\n"
                               "    a: {reward: r, attributes: {load: l1}}\n"
                               "    b: {reward: r + 1, attributes: {load: 'l2 / 2'}}\n"
                               "model: {value: R - k*load, bounds: {k: [0, 9]}}\n";
    vb_table *table = support_table_text("ev.tsv", "onset\tr\tl1\tl2\n1\t3\t.5\t.5\n");
    const double k = 2;
    vb_trials *trials = NULL;
    vb_error err = {0};
    vb_spec *spec = parse(text, &err);
    vb_model model;
    vb_evaluation *e;

    cr_assert(spec, "%s", err.text);
    cr_assert_eq(vb_trials_build(&spec->trials, 1, &table, &trials, NULL, &err), VB_OK,
                 "%s", err.text);
    model = hand_model(spec->model);
    e = hand_run(&model, trials, &k);
    cr_expect(e->sv[0][0] == 2 && e->sv[1][0] == 3.5);
    vb_evaluation_free(e);
    e = NULL;
    trials->options[1].n_own = 0;
    cr_expect_eq(vb_model_run(&model, trials, 1, &k, NULL, &e, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "'load' is an attribute that option 'b' does not state"),
              "%s", err.text);
    vb_trials_free(trials);
    vb_table_free(table);
    vb_spec_free(spec);
}

/* line 4 is the value, its text begins in column 11 behind the quote */
Test(formula, faults_are_found_in_the_formula)
{
    static const struct {
        const char *model;
        size_t line, column;
        const char *words;
    } cases[] = {
        {"  value: \"R - k*/E\"\n", 4, 17, "unexpected character at character 7"},
        {"  value: \"R - k*E\"\n  bounds: {k: [0, 1], kk: [0, 1]}\n", 5, 23,
         "declares 'kk', which the formula does not use; did you mean 'k'?"},
        {"  value: \"R - E\"\n  bounds: {E: [0, 1]}\n", 5, 12,
         "declares 'E', which is an attribute"},
        {"  value: \"if(agent == 'self', R, 0)\"\n", 4, 23, "cannot compare with text"},
        {"  value: {effort: linear}\n  bounds: {k: [0, 1]}\n", 5, 11,
         "parameters of a formula, and value is none"},
        {"  value: linear\n", 4, 10,
         "which is a term; say of which attribute: {effort: "
         "linear}"},
        {"  value: \"R - k*E\"\n  bounds: {k: [1, 0]}\n", 5, 15,
         "a list of two numbers"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        vb_error err = {0};
        vb_spec *spec;

        snprintf(text, sizeof text, TRIALS "model:\n%s", cases[i].model);
        spec = parse(text, &err);
        cr_expect_null(spec, "%s", text);
        vb_spec_free(spec);
        cr_expect_eq(err.line, cases[i].line, "%s: line %zu", text, err.line);
        cr_expect_eq(err.column, cases[i].column, "%s: column %zu", text, err.column);
        cr_expect(strstr(err.text, cases[i].words), "%s", err.text);
    }
}

Test(formula, a_name_that_is_nothing_points_into_the_formula)
{
    vb_error err = {0};
    vb_spec *spec = parse(TRIALS "model:\n  value: \"R - lod*E\"\n"
                                 "  bounds: {}\n",
                          &err);
    vb_table *table =
        support_table_text("ev.tsv", "onset\tr\te\tload\n1\t3\t.5\t2\n2\t4\t.25\tx\n");
    vb_trials *trials = NULL;

    cr_assert(spec, "%s", err.text);
    cr_expect_eq(vb_trials_build(&spec->trials, 1, &table, &trials, NULL, &err),
                 VB_EINPUT);
    cr_expect(err.line == 4 && err.column == 15, "%zu:%zu", err.line, err.column);
    cr_expect_str_eq(err.text,
                     "character 5 of the formula 'R - lod*E': 'lod' is neither an "
                     "attribute nor a parameter (model: parameters or bounds) nor a "
                     "column of ev.tsv; did you mean 'load'?");
    vb_spec_free(spec);
    err = (vb_error){0};
    spec = parse(TRIALS "model: {value: R - load*E}\n", &err);
    cr_assert(spec, "%s", err.text);
    cr_expect_eq(vb_trials_build(&spec->trials, 1, &table, &trials, NULL, &err),
                 VB_EINPUT);
    cr_expect(err.line == 3 && err.column == 4 && strstr(err.text, "'x'"), "%s",
              err.text);
    vb_spec_free(spec);
    vb_table_free(table);
}
