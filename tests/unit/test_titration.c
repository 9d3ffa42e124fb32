/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staircases of titrated choices; all by hand. */
#include "hand_trials.h"
#include "valuebold/titration.h"

/* 1, -.5 -> .5, +.25 -> .75, +.125 -> .875, refused: down half of .125 again. */
Test(titration, a_staircase_ends_half_a_step_from_its_last_offer)
{
    const double offered[] = {1, .5, .75, .875};
    bool took_cost[] = {false, true, true, false};
    double amount = 0;
    vb_error err = {0};

    cr_assert_eq(vb_titration_point(4, offered, took_cost, &amount, &err), VB_OK, "%s",
                 err.text);
    cr_expect_eq(amount, .8125);
    took_cost[3] = true;
    vb_titration_point(4, offered, took_cost, &amount, NULL);
    cr_expect_eq(amount, .9375);
}

Test(titration, what_is_no_staircase_is_refused)
{
    const double offered[] = {1, .5, .25}, same[] = {1, 1};
    const bool took_cost[] = {false, true, false};
    double amount;
    vb_error err = {0};

    cr_expect_eq(vb_titration_point(3, offered, took_cost, &amount, &err), VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "titration: offer 3 is 0.25 after 0.5, but the costly option "
                     "was taken there, so that it should have risen");
    cr_expect_eq(vb_titration_point(2, same, took_cost, &amount, &err), VB_EINPUT);
    cr_expect_eq(vb_titration_point(1, same, took_cost, &amount, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "1 choice; a staircase has two or more"), "%s",
              err.text);
}

/* Levels 1, 2, 4: trapezoids (1 + .8)/2 / 4 + (.8 + .6)/2 / 4 + (.6 + .2)/2 / 2 */
Test(titration, the_area_under_the_curve_starts_at_no_discount)
{
    const double level[] = {1, 2, 4}, value[] = {.8, .6, .2}, ones[] = {1, 1, 1};

    cr_expect_float_eq(vb_indifference_auc(3, level, value), .225 + .175 + .2, 1e-15);
    cr_expect_eq(vb_indifference_auc(3, level, ones), 1);
}

/* Two levels interleaved, fixed amount 2; a missed trial repeats its offer. */
Test(titration, staircases_of_a_task_give_the_values_of_its_levels)
{
    const double levels[] = {2, 3};
    const vb_param params[] = {{"ip_2", "", 0, 2, .5, ""}, {"ip_3", "", 0, 2, .5, ""}};
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "indifference",
                                                      .choice_rule = "softmax",
                                                      .n_levels = 2,
                                                      .levels = levels,
                                                      .level_params = params});
    const double load[] = {2, 3, 2, 3, 3, 2, 3}, fixed[] = {2, 2, 2, 2, 2, 2, 2};
    const double offered[] = {1, 1, 1.5, .5, .5, 1.75, .25};
    size_t choice[] = {0, 1, 0, VB_NONE, 1, 1, 0};
    vb_trials trials = hand_trials(7, 2);
    vb_fit_block block = {.trials = &trials};
    vb_fit_options options;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = fixed;
    trials.options[0].attribute[VB_EFFORT] = load;
    trials.options[1].attribute[VB_REWARD] = offered;
    trials.choice = choice;
    vb_fit_defaults(&options);
    cr_assert_eq(vb_titration_settings(&model, 1, &block, options.setting, &err), VB_OK,
                 "%s", err.text);
    /* level 2: 1 taken, 1.5 taken, 1.75 not: 1.75 - .125; level 3: 1 not, .5 not, .25
       taken: .25 + .125 */
    cr_expect_float_eq(options.setting[0].fixed, 1.625 / 2, 1e-15);
    cr_expect_float_eq(options.setting[1].fixed, .375 / 2, 1e-15);
    cr_expect(isnan(options.setting[2].fixed), "the inverse temperature is fitted");
    choice[5] = VB_NONE;
    choice[2] = VB_NONE;
    choice[0] = VB_NONE;
    cr_expect_eq(vb_titration_settings(&model, 1, &block, options.setting, &err),
                 VB_EINPUT);
    cr_expect_str_eq(err.text, "titration: no choice at level 2");
}

Test(titration, needs_a_term_that_has_levels)
{
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear"});
    vb_fit_options options;
    vb_error err = {0};

    vb_fit_defaults(&options);
    cr_expect_eq(vb_titration_settings(&model, 0, NULL, options.setting, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "the model has none"), "%s", err.text);
}
