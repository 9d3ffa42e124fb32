/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every term: values, limits, monotonicity, missing values, what it refuses, its
 * entry. */
#include "hand_trials.h"

static const struct {
    vb_attribute attribute;
    const char *term;
    double theta[5], x[3], expected[3];
} cases[] = {
    /* tests/reference/terms.py: the equations in 40-digit decimals.  Terms that use more
     * than their attribute are tested in test_model_parts.c; here is what they make of it
     * alone. */
    {VB_REWARD,
     "power",
     {0.735},
     {0.85, 4.3, 30},
     {8.8740712306101345511e-1, 2.9214557649445244687e+0, 1.2181033069070735031e+1}},
    {VB_REWARD,
     "linear",
     {0.735},
     {0.85, 4.3, 30},
     {6.2475000000000000000e-1, 3.1605000000000000000e+0, 2.2050000000000000000e+1}},
    {VB_EFFORT,
     "linear",
     {0.385},
     {0.385, 2.75, 17.3},
     {1.4822500000000000000e-1, 1.0587500000000000000e+0, 6.6605000000000000000e+0}},
    {VB_EFFORT,
     "parabolic",
     {0.0715},
     {0.385, 2.75, 17.3},
     {1.0598087500000000000e-2, 5.4071875000000000000e-1, 2.1399235000000000000e+1}},
    {VB_EFFORT,
     "power",
     {0.0715, 1.62},
     {0.385, 2.75, 17.3},
     {1.5231841911640990257e-2, 3.6815017038146956867e-1, 7.2433709810447342586e+0}},
    {VB_EFFORT,
     "quadratic",
     {0.315, -0.0215},
     {0.385, 2.75, 17.3},
     {1.1808816250000000000e-1, 7.0365625000000000000e-1, -9.8523500000000000000e-1}},
    {VB_EFFORT,
     "hyperbolic",
     {0.131},
     {0.385, 2.75, 17.3},
     {9.5198655794980174880e-1, 7.3515897812902040066e-1, 3.0615681351988488504e-1}},
    {VB_EFFORT,
     "exponential",
     {0.057},
     {0.385, 2.75, 17.3},
     {9.7829403974375334343e-1, 8.5491776154411727277e-1, 3.7302866963494439589e-1}},
    {VB_EFFORT,
     "double_exponential",
     {0.1192, 0.0395},
     {0.385, 2.75, 17.3},
     {9.7002633118718884564e-1, 8.0878693059075012595e-1, 3.1605081572726075360e-1}},
    {VB_EFFORT,
     "parabolic_factor",
     {0.0023},
     {0.385, 2.75, 17.3},
     {9.9965908250000000000e-1, 9.8260625000000000000e-1, 3.1163300000000000000e-1}},
    {VB_EFFORT,
     "sigmoid",
     {1.35, 4.2},
     {0.385, 2.75, 17.3},
     {9.9766345738827764109e-1, 8.7928337411862350363e-1, 2.0940974688612812628e-8}},
    {VB_EFFORT,
     "weighted_double_exponential",
     {0.1192, 0.0395, 0.285},
     {0.385, 2.75, 17.3},
     {9.7642525531184636529e-1, 8.4674725485626345064e-1, 3.9726571092486326569e-1}},
    {VB_EFFORT,
     "power_factor",
     {0.0115, 1.37},
     {0.385, 2.75, 17.3},
     {9.9688986643834757897e-1, 9.5401844745754042309e-1, 4.2875685483267998510e-1}},
    {VB_EFFORT,
     "myerson",
     {0.131, 0.735},
     {0.385, 2.75, 17.3},
     {9.6448094073217699932e-1, 7.9760933846900128302e-1, 4.1895636023384699394e-1}},
    {VB_EFFORT,
     "constant_sensitivity",
     {0.057, 0.735},
     {0.385, 2.75, 17.3},
     {9.4140823011834369200e-1, 7.7403353090336514982e-1, 3.7166418065463231419e-1}},
    {VB_EFFORT,
     "dual_power",
     {0.215, 0.85, 0.0315, 1.45, 0.385},
     {0.385, 2.75, 17.3},
     {1.0319199505224841055e+0, 1.1115952327284492496e+0, 7.2497206739672081638e-1}},
    {VB_EFFORT,
     "ratio",
     {0.735},
     {0.385, 2.75, 17.3},
     {2.0169092781433125787e+0, 4.7543425569257484674e-1, 1.2303710793198028400e-1}},
    {VB_EFFORT,
     "prospect",
     {0.735, 1.85, 1.42, 1.15},
     {0.385, 2.75, 17.3},
     {-5.0244274195964285160e-1, 2.6503879164466544848e+0, 7.0642173877355175268e+1}},
    {VB_PROBABILITY,
     "expected",
     {0},
     {0.115, 0.5, 0.885},
     {1.1500000000000000000e-1, 5.0000000000000000000e-1, 8.8500000000000000000e-1}},
    {VB_PROBABILITY,
     "exponential",
     {0.0279},
     {0.115, 0.5, 0.885},
     {8.4656786696655802523e-2, 2.4783303636722875128e-1, 7.2553207263920934212e-1}},
    {VB_PROBABILITY,
     "hyperbolic",
     {1.735},
     {0.115, 0.5, 0.885},
     {6.9676911192232539118e-2, 3.6563071297989031079e-1, 8.1602544892925474286e-1}},
    {VB_PROBABILITY,
     "power",
     {0.735},
     {0.115, 0.5, 0.885},
     {2.0399189512534659889e-1, 6.0081802476342537398e-1, 9.1412019575553808826e-1}},
    {VB_PROBABILITY,
     "weighting",
     {0.77, 0.44},
     {0.115, 0.5, 0.885},
     {2.3880301064426413118e-1, 4.3502824858757062147e-1, 6.5396720772738212522e-1}},
    {VB_PROBABILITY,
     "prelec",
     {0.915, 0.655},
     {0.115, 0.5, 0.885},
     {2.1946535348027099546e-1, 4.8689001824492431560e-1, 7.9383849032979529083e-1}},
    {VB_DELAY,
     "hyperbolic",
     {0.0131},
     {0.385, 2.75, 17.3},
     {9.9498180924507247696e-1, 9.6522767307738712869e-1, 8.1524175994391136692e-1}},
    {VB_DELAY,
     "exponential",
     {0.0131},
     {0.385, 2.75, 17.3},
     {9.9496919709122996331e-1, 9.6461617777723353161e-1, 7.9721569753554290696e-1}},
    {VB_DELAY,
     "myerson",
     {0.0131, 1.735},
     {0.385, 2.75, 17.3},
     {9.9130950267896304136e-1, 9.4044335391238617074e-1, 7.0158764908459927369e-1}},
    {VB_DELAY,
     "constant_sensitivity",
     {0.0131, 0.735},
     {0.385, 2.75, 17.3},
     {9.7972006143326130918e-1, 9.1675332897234164298e-1, 7.1472315758901381875e-1}},
    {VB_DELAY,
     "quasi_hyperbolic",
     {0.815, 0.0131},
     {0.385, 2.75, 17.3},
     {8.1089989562935242010e-1, 7.8616218488844532826e-1, 6.4973079349146746917e-1}},
    {VB_DELAY,
     "linear",
     {0.0131},
     {0.385, 2.75, 17.3},
     {5.0435000000000000000e-3, 3.6025000000000000000e-2, 2.2663000000000000000e-1}},
    {VB_DELAY,
     "opportunity",
     {0},
     {0.385, 2.75, 17.3},
     {3.8500000000000000000e-1, 2.7500000000000000000e+0, 1.7300000000000000000e+1}},
    {VB_EFFORT,
     "indifference",
     {0},
     {0.385, 2.75, 17.3},
     {1.0000000000000000000e+0, 1.0000000000000000000e+0, 1.0000000000000000000e+0}},
    {VB_DELAY,
     "indifference",
     {0},
     {0.385, 2.75, 17.3},
     {1.0000000000000000000e+0, 1.0000000000000000000e+0, 1.0000000000000000000e+0}},
    {VB_LOSS,
     "utility",
     {2.25},
     {0.385, 2.75, 17.3},
     {8.6625000000000000000e-1, 6.1875000000000000000e+0, 3.8925000000000000000e+1}},
    {VB_LOSS,
     "gamble",
     {2.25},
     {0.385, 2.75, 17.3},
     {8.6625000000000000000e-1, 6.1875000000000000000e+0, 3.8925000000000000000e+1}},
    {VB_LOSS,
     "linear",
     {2.25},
     {0.385, 2.75, 17.3},
     {8.6625000000000000000e-1, 6.1875000000000000000e+0, 3.8925000000000000000e+1}},
    {VB_LOSS,
     "power",
     {2.25, 0.885},
     {0.385, 2.75, 17.3},
     {9.6675241074548236353e-1, 5.5079748956142565808e+0, 2.8044862778585922947e+1}},
};
enum { N_CASES = sizeof cases / sizeof cases[0] };

/* 1e-14 relative leaves exp and pow a few units in the last place; 1e-15 absolute is
 * for factors that are one minus something close to one. */
Test(terms, values_are_those_of_forty_digit_decimals)
{
    for (size_t i = 0; i < N_CASES; i++) {
        const vb_term *term = vb_term_find(cases[i].attribute, cases[i].term);
        double out[3];

        cr_assert(term, "%s", cases[i].term);
        term->run(3, cases[i].x, cases[i].theta, out);
        for (size_t k = 0; k < 3; k++)
            cr_expect(fabs(out[k] - cases[i].expected[k]) <=
                          1e-15 + 1e-14 * fabs(cases[i].expected[k]),
                      "%s of %g: %.17g", cases[i].term, cases[i].x[k], out[k]);
    }
}

Test(terms, every_entry_of_the_registry_has_a_reference_value)
{
    for (size_t i = 0; i < vb_n_terms(); i++) {
        bool found = false;

        for (size_t k = 0; k < N_CASES; k++)
            found = found ||
                    vb_term_find(cases[k].attribute, cases[k].term) == vb_term_at(i);
        cr_expect(found, "%s", vb_term_at(i)->name);
    }
    cr_expect_null(vb_term_at(vb_n_terms()));
}

/* Typical parameters of a term. */
static void typical(const vb_term *term, double theta[])
{
    for (size_t i = 0; i < term->n_params; i++)
        theta[i] = term->params[i].typical;
}

Test(terms, no_effort_and_no_delay_take_nothing)
{
    static const vb_attribute attributes[] = {VB_EFFORT, VB_DELAY, VB_LOSS};

    for (size_t i = 0; i < vb_n_terms(); i++)
        for (size_t k = 0; k < 3; k++) {
            const vb_term *term = vb_term_at(i);
            const double zero = 0;
            double theta[8], out;

            if (!(term->attributes & 1u << attributes[k]) || term->refuses ||
                strcmp(term->name, "prospect") == 0) /* its zero is the reference */
                continue;
            typical(term, theta);
            term->run(1, &zero, theta, &out);
            cr_expect(out == (term->kind == VB_FACTOR ? 1 : 0), "%s: %.17g", term->name,
                      out);
        }
}

Test(terms, certainty_discounts_nothing_and_impossibility_everything)
{
    static const char *const names[] = {"expected", "exponential", "hyperbolic",
                                        "power",    "weighting",   "prelec"};
    const double x[2] = {1, 0};

    for (size_t i = 0; i < 6; i++) {
        const vb_term *term = vb_term_find(VB_PROBABILITY, names[i]);
        double theta[8], out[2];

        typical(term, theta);
        term->run(2, x, theta, out);
        cr_expect(out[0] == 1, "%s: %.17g", names[i], out[0]);
        /* the exponential never reaches 0: exp(-.0279 * 100), in 40 digits */
        cr_expect(fabs(out[1] - (i == 1 ? .0614212139150001288 : 0)) < 1e-16,
                  "%s: %.17g", names[i], out[1]);
    }
}

Test(terms, a_cost_parameter_of_zero_means_no_discounting)
{
    static const char *const names[] =
        {"linear",       "parabolic",   "power",
         "hyperbolic",   "exponential", "parabolic_factor",
         "power_factor", "myerson",     "constant_sensitivity"};
    const double x[3] = {.385, 2.75, 17.3};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const vb_term *term = vb_term_find(VB_EFFORT, names[i]);
        double theta[8], out[3];

        typical(term, theta);
        theta[0] = 0;
        term->run(3, x, theta, out);
        for (size_t k = 0; k < 3; k++)
            cr_expect(out[k] == (term->kind == VB_FACTOR ? 1 : 0), "%s", names[i]);
    }
}

Test(terms, odds_of_no_weight_leave_even_the_impossible_its_value)
{
    const double x[3] = {0, .3, NAN}, h = 0;
    double out[3];

    vb_term_find(VB_PROBABILITY, "hyperbolic")->run(3, x, &h, out);
    cr_expect(out[0] == 1 && out[1] == 1 && isnan(out[2]));
}

/* Costs rise and factors fall with effort, delay and loss; utilities and probability
 * factors rise.  dual_power may do either. */
Test(terms, more_of_an_attribute_never_changes_value_the_wrong_way)
{
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);
        const bool rises =
            term->kind != VB_FACTOR || term->attributes & 1u << VB_PROBABILITY;
        double theta[8], x[40], out[40];

        if (strcmp(term->name, "dual_power") == 0)
            continue;
        typical(term, theta);
        for (size_t k = 0; k < 40; k++)
            x[k] = (double)(k + 1) / 40;
        term->run(40, x, theta, out);
        for (size_t k = 1; k < 40; k++)
            cr_expect(rises ? out[k] >= out[k - 1] : out[k] <= out[k - 1], "%s at %g",
                      term->name, x[k]);
    }
}

/* Central differences of the values: their error is h^2 times the third derivative, and
 * 1e-16 / h of rounding. */
Test(terms, gradients_are_those_of_differences)
{
    const double h = 1e-5;

    for (size_t i = 0; i < N_CASES; i++) {
        const vb_term *term = vb_term_find(cases[i].attribute, cases[i].term);
        double d[15];

        if (!term->n_params)
            continue;
        cr_assert(term->gradient, "%s has no gradient", term->name);
        term->gradient(3, cases[i].x, cases[i].theta, d);
        for (size_t p = 0; p < term->n_params; p++) {
            double low[5], high[5], below[3], above[3];

            memcpy(low, cases[i].theta, sizeof low);
            memcpy(high, cases[i].theta, sizeof high);
            low[p] -= h;
            high[p] += h;
            term->run(3, cases[i].x, low, below);
            term->run(3, cases[i].x, high, above);
            for (size_t k = 0; k < 3; k++) {
                const double slope = (above[k] - below[k]) / (2 * h);

                cr_expect(fabs(d[p * 3 + k] - slope) <= 1e-9 + 1e-6 * fabs(slope),
                          "%s by %s at %g: %.12g, differences %.12g", term->name,
                          term->params[p].name, cases[i].x[k], d[p * 3 + k], slope);
            }
        }
    }
}

Test(terms, gradients_are_finite_at_the_ends_of_an_attribute)
{
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);
        const double x[2] = {0, 1};
        double theta[8], d[16];

        if (!term->gradient)
            continue;
        typical(term, theta);
        term->gradient(2, x, theta, d);
        for (size_t k = term->refuses && term->attributes == 1u << VB_EFFORT ? 1 : 0;
             k < 2 * term->n_params; k += term->refuses ? 2 : 1)
            cr_expect(isfinite(d[k]), "%s: %g", term->name, d[k]);
    }
}

Test(terms, missing_stays_missing_whatever_the_parameters)
{
    for (size_t i = 0; i < vb_n_terms(); i++)
        for (int zero = 0; zero < 2; zero++) {
            const vb_term *term = vb_term_at(i);
            const double x[2] = {NAN, .5};
            double theta[8], out[2];

            typical(term, theta);
            for (size_t k = 0; zero && k < term->n_params; k++)
                theta[k] = 0;
            term->run(2, x, theta, out);
            cr_expect(isnan(out[0]) && !isnan(out[1]), "%s: %g %g", term->name, out[0],
                      out[1]);
        }
}

Test(terms, special_parameters_reduce_one_term_to_another)
{
    static const struct {
        const char *general;
        double theta[5];
        const char *special;
        double plain[2];
    } pairs[] = {{"power", {.7, 2}, "parabolic", {.7}},
                 {"power", {.7, 1}, "linear", {.7}},
                 {"power_factor", {.07, 2}, "parabolic_factor", {.07}},
                 {"myerson", {.13, 1}, "hyperbolic", {.13}},
                 {"constant_sensitivity", {.13, 1}, "exponential", {.13}},
                 {"double_exponential", {.13, .13}, "exponential", {.13}},
                 {"weighted_double_exponential",
                  {.13, .04, .5},
                  "double_exponential",
                  {.13, .04}},
                 {"dual_power", {0, 1, .07, 2, 0}, "parabolic_factor", {.07}},
                 {"quadratic", {.3, 0}, "linear", {.3}}};
    const double x[4] = {0, .385, 2.75, 17.3};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        double a[4], b[4];

        vb_term_find(VB_EFFORT, pairs[i].general)->run(4, x, pairs[i].theta, a);
        vb_term_find(VB_EFFORT, pairs[i].special)->run(4, x, pairs[i].plain, b);
        for (size_t k = 0; k < 4; k++)
            cr_expect(fabs(a[k] - b[k]) <= 1e-15 + 1e-14 * fabs(b[k]),
                      "%s: %.17g %.17g", pairs[i].general, a[k], b[k]);
    }
}

Test(terms, a_steep_sigmoid_is_finite_and_a_step)
{
    const double theta[] = {100, 50}, x[3] = {0, 49, 51};
    double out[3];

    vb_term_find(VB_EFFORT, "sigmoid")->run(3, x, theta, out);
    cr_expect(out[0] == 1);
    cr_expect(fabs(out[1] - 1) < 1e-15 && fabs(out[2]) < 1e-15);
}

Test(terms, what_a_term_is_not_defined_on_is_refused_with_the_trial)
{
    const double zero[] = {1, 0}, negative[] = {-1, 2}, theta[] = {1};
    vb_model_spec spec = {.term[VB_EFFORT] = "ratio"};
    vb_trials trials = hand_trials(2, 1);
    vb_model model = hand_model(spec);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = zero;
    trials.options[0].attribute[VB_EFFORT] = zero;
    cr_expect_eq(vb_model_run(&model, &trials, 1, theta, NULL, &e, &err), VB_EDOM);
    cr_expect_str_eq(err.text,
                     "run 1, trial 2: effort of option 'a' is 0: a ratio to effort "
                     "is not defined at effort 0");
    model = hand_model((vb_model_spec){.term[VB_REWARD] = "power"});
    trials.options[0].attribute[VB_REWARD] = negative;
    trials.options[0].attribute[VB_EFFORT] = NULL;
    cr_expect_eq(vb_model_run(&model, &trials, 1, theta, NULL, &e, &err), VB_EDOM);
    cr_expect(strstr(err.text, "trial 1: reward of option 'a' is -1: a power"), "%s",
              err.text);
    model = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear"});
    trials.options[0].attribute[VB_EFFORT] = negative;
    cr_expect_eq(vb_model_run(&model, &trials, 1, theta, NULL, &e, &err), VB_EDOM);
    cr_expect(strstr(err.text, "effort of option 'a' is -1: is negative"), "%s",
              err.text);
    cr_expect_null(e);
}

Test(terms, entries_are_complete_and_names_are_unique)
{
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);

        cr_expect(term->equation && term->source && term->run && term->attributes);
        cr_expect(strchr("ABC", term->evidence) && term->evidence, "%s", term->name);
        cr_expect_eq(term->kind == VB_UTILITY, term->unit != NULL, "%s", term->name);
        for (size_t k = 0; k < term->n_params; k++) {
            const vb_param *p = &term->params[k];

            cr_expect(p->lower < p->typical && p->typical < p->upper, "%s.%s",
                      term->name, p->name);
            cr_expect(p->unit && p->meaning && *p->meaning);
        }
        for (size_t k = 0; k < i; k++)
            cr_expect(!(vb_term_at(k)->attributes & term->attributes) ||
                          strcmp(vb_term_at(k)->name, term->name) != 0,
                      "%s twice", term->name);
    }
}
