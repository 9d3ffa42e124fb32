/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published models by name: their parts exist, go together, and have their value. */
#include "hand_trials.h"
#include "valuebold/spec.h"

#include <unistd.h>

static const double reward = 6, effort = .5, probability = .8, delay = 3, loss = 2;

static vb_trials one_offer(void)
{
    static double outcome[] = {4}, took_s[] = {2};
    static size_t choice[] = {0};
    static const double nothing = 0;
    vb_trials trials = hand_trials(1, 2);

    trials.options[0].attribute[VB_REWARD] = &reward;
    trials.options[0].attribute[VB_EFFORT] = &effort;
    trials.options[0].attribute[VB_PROBABILITY] = &probability;
    trials.options[0].attribute[VB_DELAY] = &delay;
    trials.options[0].attribute[VB_LOSS] = &loss;
    trials.options[1].value = &nothing;
    trials.choice = choice;
    trials.outcome = outcome;
    trials.effort_outcome = outcome;
    trials.learning_time_s = took_s;
    return trials;
}

static void name_of(const vb_published_model *m, const double levels[],
                    const vb_param params[], vb_model *model)
{
    vb_model_spec spec = m->spec;

    spec.n_levels = 2;
    spec.levels = levels;
    spec.level_params = params;
    *model = hand_model(spec);
}

Test(published, every_model_composes_and_runs_with_usual_parameters)
{
    static const double levels[] = {.25, 1};
    static const vb_param params[] = {{"ip_0.25", "", 0, 2, .9, ""},
                                      {"ip_1", "", 0, 2, .5, ""}};
    const vb_trials trials = one_offer();

    for (size_t i = 0; i < vb_n_published_models(); i++) {
        const vb_published_model *m = vb_published_model_at(i);
        double theta[VB_MAX_PARAMS];
        char page[128];
        vb_evaluation *e;
        vb_model model;

        name_of(m, levels, params, &model);
        for (size_t p = 0; p < model.n_params; p++)
            theta[p] = model.params[p].param->typical;
        e = hand_run(&model, &trials, theta);
        cr_expect(isfinite(e->sv[0][0]), "%s", m->name);
        cr_expect(!model.choice_rule || isfinite(e->log_likelihood[0]), "%s", m->name);
        vb_evaluation_free(e);
        cr_expect(m->equation && m->source && strchr("ABC", m->evidence), "%s",
                  m->name);
        cr_expect(vb_published_model_find(m->name) == m, "%s twice", m->name);
        snprintf(page, sizeof page, "docs/models/%s", m->page);
        cr_expect(access(page, R_OK) == 0, "%s has no page %s", m->name, page);
    }
    cr_expect_null(vb_published_model_at(vb_n_published_models()));
    cr_expect_null(vb_published_model_find("none"));
}

/* Value of one offer with usual parameters. */
static double value_at(const vb_model *model, const double x[VB_N_ATTRIBUTES])
{
    vb_trials trials = one_offer();
    double theta[VB_MAX_PARAMS], sv;
    vb_evaluation *e;

    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        trials.options[0].attribute[a] = &x[a];
    for (size_t p = 0; p < model->n_params; p++)
        theta[p] = model->params[p].param->typical;
    e = hand_run(model, &trials, theta);
    sv = e->sv[0][0];
    vb_evaluation_free(e);
    return sv;
}

/* More reward and a better chance never lower a value, more effort, delay and loss never
 * raise it; without any of these it is the reward's utility. */
Test(published, values_move_the_right_way_and_end_where_they_should)
{
    static const double levels[] = {.25, 1};
    static const vb_param params[] = {{"ip_0.25", "", 0, 2, .9, ""},
                                      {"ip_1", "", 0, 2, .5, ""}};

    for (size_t i = 0; i < vb_n_published_models(); i++) {
        const vb_published_model *m = vb_published_model_at(i);
        const vb_term *utility;
        double none[VB_N_ATTRIBUTES] = {6, 0, 1, 0, 0}, expected = 6;
        vb_model model;

        name_of(m, levels, params, &model);
        utility = model.term[VB_REWARD];
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
            double x[VB_N_ATTRIBUTES] = {6, .2, .3, 1, 1}, before = NAN;

            for (int k = 0; k < 5; k++, x[a] *= 1.3) {
                const double sv = value_at(&model, x);

                if (k && (a == VB_REWARD || a == VB_PROBABILITY))
                    cr_expect(sv >= before, "%s, %s", m->name, vb_attribute_name(a));
                else if (k)
                    cr_expect(sv <= before, "%s, %s", m->name, vb_attribute_name(a));
                before = sv;
            }
        }
        if (strcmp(m->name, "net_value_ratio") == 0 ||
            strcmp(m->name, "prospect_effort") == 0)
            continue; /* undefined at no effort; its zero is the reference */
        if (utility) {
            double theta[8];

            for (size_t p = 0; p < utility->n_params; p++)
                theta[p] = utility->params[p].typical;
            utility->run(1, none, theta, &expected);
        }
        cr_expect(fabs(value_at(&model, none) - expected) < 1e-14, "%s: %.17g", m->name,
                  value_at(&model, none));
    }
}

/* By hand, for R = 6, E = .5, P = .8, D = 3, L = 2; the libm's pow and exp. */
Test(published, values_are_those_of_the_papers_equations)
{
    static const struct {
        const char *name;
        double theta[8];
        double value;
    } cases[] = {
        {"eefrt", {2, 1.5, 1}, 3.2932505168},          /* 6 * .8^1.5 - 2 * .5 */
        {"eefrt_reward", {2, 1}, 5},                   /* 6 - 2 * .5 */
        {"expected_value", {1}, 4.8},                  /* 6 * .8 */
        {"apple_gathering", {.5, 1, 2, 0}, 2},         /* 3 - .5 - 2 * .25 */
        {"effort_game_parabolic", {.5, 2, 0}, 2.5},    /* 3 - 2 * .25 */
        {"hyperbolic_effort", {2, 1}, 3},              /* 6 / 2 */
        {"mixed_gamble", {1, 2, 1}, 4},                /* .8 * 6 - .2 * 2 * 2 */
        {"gamble_for_effort", {1, 2, 2, 1.5, 1}, 2.5}, /* 6 - 2 * .25 - 1.5 * 2 */
        {"delay_discounting", {1, 1}, 1.5},            /* 6 / 4 */
        {"probability_discounting", {4, 1}, 3},        /* 6 / (1 + 4 * .25) */
        {"net_value_ratio", {1}, 12},                  /* 6 / .5 */
    };
    const vb_trials trials = one_offer();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_model model = hand_model(vb_published_model_find(cases[i].name)->spec);
        vb_evaluation *e = hand_run(&model, &trials, cases[i].theta);

        cr_expect(fabs(e->sv[0][0] - cases[i].value) < 1e-9, "%s: %.12g", cases[i].name,
                  e->sv[0][0]);
        vb_evaluation_free(e);
    }
}

Test(published, a_spec_takes_its_parts_and_may_replace_some)
{
    static const char text[] =
        "trials: {options: {a: {reward: r, effort: e}, b: {value: 1}}}\n"
        "model: {published: work_rest, value: {reward: power}, "
        "choice_rule: softmax_temperature}\n";
    vb_spec *spec = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_spec_parse("s", text, strlen(text), &spec, NULL, &err), VB_OK, "%s",
                 err.text);
    cr_expect_str_eq(spec->model.published, "work_rest");
    cr_expect_str_eq(spec->model.term[VB_EFFORT], "parabolic");
    cr_expect_str_eq(spec->model.term[VB_REWARD], "power");
    cr_expect_str_eq(spec->model.choice_rule, "softmax_temperature");
    vb_spec_free(spec);
}
