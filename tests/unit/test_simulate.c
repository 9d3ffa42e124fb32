/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams of random numbers, draws from distributions, choices by a model. */
#include "valuebold/simulate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Test(random, gives_the_published_sequence_of_the_generator)
{
    /* xoshiro256** from state 1, 2, 3, 4: the reference outputs that implementations of
     * the generator test themselves with; recomputed in Python from the paper's formulas */
    static const uint64_t expected[] = {11520ULL,
                                        0ULL,
                                        1509978240ULL,
                                        1215971899390074240ULL,
                                        1216172134540287360ULL,
                                        607988272756665600ULL,
                                        16172922978634559625ULL,
                                        8476171486693032832ULL,
                                        10595114339597558777ULL,
                                        2904607092377533576ULL};
    vb_random r = {{1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        cr_expect_eq(vb_random_bits(&r), expected[i], "number %zu", i);
}

Test(random, streams_are_named_by_seed_participant_run_and_purpose)
{
    /* from a Python program of splitmix64 and xoshiro256** */
    static const uint64_t expected[] = {0xd2f7732417f69f15ULL, 0x5f74761cf3c5b495ULL,
                                        0x936d5708e8fd99baULL};
    static const struct {
        uint64_t seed;
        const char *participant, *run, *purpose;
    } others[] = {{43, "01", "2", "choices"}, {42, "02", "2", "choices"},
                  {42, "01", "1", "choices"}, {42, "01", "2", "times"},
                  {42, "012", "", "choices"}, {42, NULL, "012", "choices"}};
    vb_random r;

    vb_random_start(&r, 42, "01", "2", "choices");
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(vb_random_bits(&r), expected[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        vb_random_start(&r, others[i].seed, others[i].participant, others[i].run,
                        others[i].purpose);
        cr_expect_neq(vb_random_bits(&r), expected[0], "stream %zu", i);
    }
}

Test(random, index_is_even_and_pick_follows_the_weights)
{
    enum { N = 60000 };
    const double weight[4] = {1, 0, 2, 3};
    size_t even[7] = {0}, picked[4] = {0};
    vb_random r;

    vb_random_start(&r, 7, NULL, NULL, "test");
    for (size_t i = 0; i < N; i++) {
        even[vb_random_index(&r, 7)]++;
        picked[vb_random_pick(&r, 4, weight)]++;
    }
    /* 4.5 standard errors of a count: 1 in 10^5 for one of these */
    for (size_t k = 0; k < 7; k++)
        cr_expect_float_eq((double)even[k], N / 7.0, 4.5 * sqrt(N * 6 / 49.0));
    for (size_t k = 0; k < 4; k++) {
        const double p = weight[k] / 6;

        cr_expect_float_eq((double)picked[k], N * p,
                           4.5 * sqrt(N * p * (1 - p)) + 1e-9);
    }
    cr_expect_eq(picked[1], 0);
}

/* Cumulative distribution before cutting. */
static double cdf(const vb_distribution *d, double x)
{
    switch (d->shape) {
    case VB_SHAPE_UNIFORM:
        return fmin(fmax((x - d->a) / (d->b - d->a), 0), 1);
    case VB_SHAPE_NORMAL:
        return erfc((d->a - x) / d->b / sqrt(2)) / 2;
    case VB_SHAPE_LOGNORMAL:
        return x > 0 ? erfc(-log(x / d->a) / d->b / sqrt(2)) / 2 : 0;
    case VB_SHAPE_EXPONENTIAL:
        return x > 0 ? -expm1(-x / d->a) : 0;
    default:
        return NAN;
    }
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

Test(random, draws_have_the_distribution_that_was_asked_for)
{
    enum { N = 20000 };
    static const vb_distribution cases[] =
        {{VB_SHAPE_UNIFORM, 2.1, 6.1, -INFINITY, INFINITY},
         {VB_SHAPE_UNIFORM, 0, 10, 2.5, INFINITY},
         {VB_SHAPE_NORMAL, 4, 1.5, -INFINITY, INFINITY},
         {VB_SHAPE_NORMAL, 0, 1, 2, 2.5},
         {VB_SHAPE_NORMAL, 0, 1, -9, -7},
         {VB_SHAPE_LOGNORMAL, 0.12, 0.6, -INFINITY, INFINITY},
         {VB_SHAPE_LOGNORMAL, 1.8, 0.4, 0.4, 5.9},
         {VB_SHAPE_EXPONENTIAL, 3.6, 0, -INFINITY, INFINITY},
         {VB_SHAPE_EXPONENTIAL, 3.6, 0, 2, 12}};
    static double x[N];
    vb_random r;

    vb_random_start(&r, 11, NULL, NULL, "test");
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const vb_distribution *d = &cases[k];
        const double from = cdf(d, d->lower), to = cdf(d, d->upper);
        double furthest = 0;

        cr_expect_null(vb_distribution_fault(d), "case %zu", k);
        for (size_t i = 0; i < N; i++)
            x[i] = vb_distribution_draw(d, &r);
        qsort(x, N, sizeof x[0], by_size);
        cr_expect(x[0] >= d->lower && x[N - 1] <= d->upper, "case %zu", k);
        for (size_t i = 0; i < N; i++) {
            const double f = (cdf(d, x[i]) - from) / (to - from);

            furthest = fmax(furthest, fabs(f - ((double)i + 0.5) / N));
        }
        /* Kolmogorov and Smirnov: exceeded by chance once in 10^4 (2.23 / sqrt(n)) */
        cr_expect_lt(furthest, 2.23 / sqrt(N), "case %zu: %g", k, furthest);
    }
}

Test(random, distributions_that_make_no_sense_are_told)
{
    static const struct {
        vb_distribution d;
        const char *says;
    } cases[] = {{{VB_SHAPE_UNIFORM, 3, 2, -INFINITY, INFINITY}, "smaller one first"},
                 {{VB_SHAPE_UNIFORM, 3, 4, 5, INFINITY}, "outside min and max"},
                 {{VB_SHAPE_NORMAL, 3, 0, -INFINITY, INFINITY}, "above 0"},
                 {{VB_SHAPE_NORMAL, 0, 1, 60, 70}, "nothing between"},
                 {{VB_SHAPE_NORMAL, 0, 1, 2, 1}, "not below"},
                 {{VB_SHAPE_LOGNORMAL, -1, 1, -INFINITY, INFINITY}, "above 0"},
                 {{VB_SHAPE_LOGNORMAL, 1, 1, -INFINITY, -1}, "nothing between"},
                 {{VB_SHAPE_EXPONENTIAL, 0, 0, -INFINITY, INFINITY}, "mean above 0"},
                 {{VB_SHAPE_EXPONENTIAL, 1, 0, -2, -1}, "max is not"},
                 {{VB_SHAPE_FIXED, 3, 0, 4, INFINITY}, "outside min and max"},
                 {{VB_SHAPE_NORMAL, NAN, 1, -INFINITY, INFINITY}, "finite"}};

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const char *fault = vb_distribution_fault(&cases[k].d);

        cr_assert_not_null(fault, "case %zu", k);
        cr_expect(strstr(fault, cases[k].says), "case %zu: %s", k, fault);
    }
}

enum { N_TRIALS = 20000 };
static double reward[2][N_TRIALS], effort[N_TRIALS];
static size_t run_of[N_TRIALS], row_of[N_TRIALS];

/* Two options: 4 for nothing, or 6 for an effort of 3; the last run has but 100 trials. */
static vb_trials two_options(size_t n)
{
    vb_trials trials = {.n_trials = n,
                        .n_options = 2,
                        .n_runs = 2,
                        .run = run_of,
                        .row = row_of};

    for (size_t t = 0; t < n; t++) {
        reward[0][t] = 4;
        reward[1][t] = 6;
        effort[t] = 3;
        run_of[t] = t + 100 >= n;
        row_of[t] = t;
    }
    trials.options[0] = (vb_option){.name = "rest", .attribute = {reward[0]}};
    trials.options[1] = (vb_option){.name = "work", .attribute = {reward[1], effort}};
    return trials;
}

static vb_model linear_model(const char *choice_rule)
{
    const vb_model_spec spec = {.term = {[VB_EFFORT] = "linear"},
                                .choice_rule = choice_rule};
    vb_model model;
    vb_error err = {0};

    cr_assert_eq(vb_model_compose(&spec, (const char *const[VB_N_ATTRIBUTES]){NULL},
                                  &model, &err),
                 VB_OK, "%s", err.text);
    return model;
}

static const char *const labels[] = {"1", "2"};

Test(choices, happen_as_often_as_softmax_says)
{
    const vb_trials trials = two_options(N_TRIALS);
    const vb_model model = linear_model("softmax");
    static size_t choice[N_TRIALS];
    static double difficulty[N_TRIALS];
    double theta[VB_MAX_PARAMS] = {0}, n_work = 0;
    /* SV 6 - 0.5 * 3 = 4.5 against 4, beta 1.3: P = 1 / (1 + exp(-0.65)) */
    const double p = 1 / (1 + exp(-0.65));
    vb_error err = {0};

    theta[vb_model_param(&model, "effort_k")] = 0.5;
    theta[vb_model_param(&model, "inverse_temperature")] = 1.3;
    cr_assert_eq(vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "01", labels,
                                     choice, difficulty, &err),
                 VB_OK, "%s", err.text);
    for (size_t t = 0; t < N_TRIALS; t++)
        n_work += choice[t] == 1;
    /* 4 standard errors: 6 in 10^5 */
    cr_expect_float_eq(n_work, N_TRIALS * p, 4 * sqrt(N_TRIALS * p * (1 - p)));
    cr_expect_float_eq(difficulty[7], -(p * log(p) + (1 - p) * log(1 - p)) / log(2),
                       1e-12);
}

Test(choices, of_a_run_do_not_depend_on_the_other_runs)
{
    vb_trials trials = two_options(300), last = trials;
    const vb_model model = linear_model("softmax");
    const char *const second[] = {"2"};
    double theta[VB_MAX_PARAMS] = {0.4, 0.9};
    size_t all[300], again[300], alone[100], other[300];
    size_t first_run[100] = {0};
    size_t n_other = 0;
    vb_error err = {0};

    last.n_trials = 100;
    last.n_runs = 1;
    last.run = first_run;
    cr_assert_eq(vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "01", labels,
                                     all, NULL, &err),
                 VB_OK, "%s", err.text);
    vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "01", labels, again, NULL,
                        &err);
    vb_simulate_choices(&model, &last, 1, theta, NULL, 5, "01", second, alone, NULL,
                        &err);
    vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "02", labels, other, NULL,
                        &err);
    cr_expect_arr_eq(all, again, sizeof all);
    cr_expect_arr_eq(all + 200, alone, sizeof alone);
    for (size_t t = 0; t < 300; t++)
        n_other += all[t] != other[t];
    cr_expect_gt(n_other, 50); /* another participant chooses anew */
}

Test(choices, are_not_made_where_a_value_is_missing)
{
    vb_trials trials = two_options(300);
    const vb_model model = linear_model("softmax");
    double theta[VB_MAX_PARAMS] = {0.4, 0.9};
    size_t before[300], choice[300];
    double difficulty[300];
    vb_error err = {0};

    vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "01", labels, before, NULL,
                        &err);
    effort[17] = NAN;
    cr_assert_eq(vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "01", labels,
                                     choice, difficulty, &err),
                 VB_OK, "%s", err.text);
    cr_expect_eq(choice[17], VB_NONE);
    cr_expect(isnan(difficulty[17]));
    cr_expect_arr_eq(before, choice, 17 * sizeof choice[0]);
    cr_expect_arr_eq(before + 18, choice + 18, 282 * sizeof choice[0]);
}

Test(choices, need_a_choice_rule)
{
    vb_trials trials = two_options(300);
    const vb_model model = linear_model(NULL);
    const double theta[] = {0.4};
    size_t choice[300];
    vb_error err = {0};

    cr_expect_eq(vb_simulate_choices(&model, &trials, 1, theta, NULL, 5, "01", labels,
                                     choice, NULL, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "choice_rule: softmax"), "%s", err.text);
}

/* Without tiring the same draws make the same choices; with it, work becomes rarer. */
Test(choices, of_a_model_with_fatigue_depend_on_the_work_done)
{
    vb_trials trials = two_options(300);
    const vb_model fresh = linear_model("softmax");
    const vb_model_spec spec = {.term = {[VB_EFFORT] = "linear"},
                                .choice_rule = "softmax",
                                .fatigue_rule = "long_term"};
    const double untiring[] = {0.4, 0.9, 0}, tiring[] = {0.4, 0.9, 0.05};
    size_t a[300], b[300], more_a = 0, more_b = 0;
    vb_model model;
    vb_error err = {0};

    cr_assert_eq(vb_model_compose(&spec, (const char *const[VB_N_ATTRIBUTES]){NULL},
                                  &model, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(vb_simulate_choices(&fresh, &trials, 1, untiring, NULL, 5, "01",
                                     labels, a, NULL, &err),
                 VB_OK);
    cr_assert_eq(vb_simulate_choices(&model, &trials, 1, untiring, NULL, 5, "01",
                                     labels, b, NULL, &err),
                 VB_OK, "%s", err.text);
    cr_expect_arr_eq(a, b, sizeof a);
    cr_assert_eq(vb_simulate_choices(&model, &trials, 1, tiring, NULL, 5, "01", labels,
                                     b, NULL, &err),
                 VB_OK, "%s", err.text);
    for (size_t t = 50; t < 200; t++) { /* option 1 is work; the last run starts anew */
        more_a += a[t] == 1;
        more_b += b[t] == 1;
    }
    cr_expect(more_b < more_a / 2, "%zu of %zu", more_b, more_a);
}
