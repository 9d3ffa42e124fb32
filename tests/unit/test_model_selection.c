/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random-effects comparison of models, against tests/reference/selection.py. */
#include "support.h"
#include "valuebold/selection.h"

Test(model_selection, frequencies_and_omnibus_risk_are_those_of_the_papers)
{
    static const double lme[] = {-10, -12, -11.5, -20, -19,  -25, -15, -15.5, -14,
                                 -30, -33, -31,   -8,  -8.2, -9,  -12, -16,   -15};
    double alpha[3], frequency[3], xp[3], pxp[3], bor;
    vb_error err = {0};

    cr_assert_eq(vb_select_models(6, 3, lme, alpha, frequency, xp, pxp, &bor, &err),
                 VB_OK, "%s", err.text);
    cr_expect(support_near(alpha[0], 5.88487481, 1e-8));
    cr_expect(support_near(alpha[1], 1.6329756, 1e-7));
    cr_expect(support_near(alpha[2], 1.48214958, 1e-8));
    cr_expect(support_near(frequency[0], 5.88487481 / 9, 1e-8));
    cr_expect(support_near(bor, .5315741051372052, 1e-9));
    cr_expect(support_near(xp[0], .9260251624485446, 1e-8), "%.12g", xp[0]);
    cr_expect(support_near(xp[0] + xp[1] + xp[2], 1, 1e-8));
    cr_expect(support_near(pxp[0], (1 - bor) * xp[0] + bor / 3, 1e-12));
}

/* scipy 1.10.1, quad over the gamma distribution of each */
Test(model_selection, exceedance_probabilities_are_integrals_of_gammas)
{
    static const double alpha[] = {4.2, 2.1, 1.7},
                        expected[] = {.7410700328481596, .1582366178826829,
                                      .10069334926915752};
    double xp[3];

    cr_assert_eq(vb_exceedance(3, alpha, xp, NULL), VB_OK);
    for (size_t k = 0; k < 3; k++)
        cr_expect(support_near(xp[k], expected[k], 1e-8), "%.12g", xp[k]);
}

Test(model_selection, two_equal_models_are_equally_likely)
{
    static const double alpha[] = {3, 3};
    double xp[2];

    cr_assert_eq(vb_exceedance(2, alpha, xp, NULL), VB_OK);
    cr_expect(support_near(xp[0], .5, 1e-14) && support_near(xp[1], .5, 1e-14));
}

Test(model_selection, what_cannot_be_compared_is_refused)
{
    static const double lme[] = {-1, -INFINITY};
    double alpha[2], frequency[2], xp[2], pxp[2], bor;
    vb_error err = {0};

    cr_expect_eq(vb_select_models(1, 2, lme, alpha, frequency, xp, pxp, &bor, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "not finite"));
    cr_expect_eq(vb_select_models(0, 2, lme, alpha, frequency, xp, pxp, &bor, &err),
                 VB_EINPUT);
    cr_expect_eq(vb_select_models(1, 1, lme, alpha, frequency, xp, pxp, &bor, &err),
                 VB_EINPUT);
}
