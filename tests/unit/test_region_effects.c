/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planted effects come back: a few runs of what `make region-calibration` does by the
 * thousand. */
#include "glm_support.h"
#include "region_fits.h"

enum { RUNS = 200 };

/* Coverage of 95 % has a standard error of 1.5 % in 200 runs: 3 of these are allowed.  The mean
 * of 200 estimates is within 3 of its standard errors and 2 % of what was planted (event: the
 * mean of the series holds the responses, some 0.2 % of it). */
Test(region_effects, intervals_cover_and_percent_signal_change_is_the_planted_one)
{
    const double peak = sim_peak(sim_duration_s);
    double sum[3] = {0}, square[3] = {0},
           truth[3] = {sim_usual.event, sim_usual.slope, 0};
    size_t covered[3] = {0};
    uint64_t state = 90210;
    vb_error err = {0};

    for (size_t k = 0; k < RUNS; k++) {
        static sim_run run;
        vb_region_estimate e[SIM_REGIONS * 3];
        const vb_region_estimate *of[3] = {&e[0], &e[1], &e[4]};

        sim_draw_run(&sim_usual, peak, &state, &run);
        cr_assert_eq(fit_effects(&run, e, &err), VB_OK, "%s", err.text);
        for (size_t i = 0; i < 3; i++) {
            covered[i] += of[i]->low <= truth[i] && truth[i] <= of[i]->high;
            sum[i] += of[i]->effect / RUNS;
            square[i] += of[i]->effect * of[i]->effect / RUNS;
        }
        cr_expect_float_eq(e[2].effect, e[1].effect * run.sd, 1e-9, "per SD");
    }
    for (size_t i = 0; i < 3; i++) {
        const double se = sqrt((square[i] - sum[i] * sum[i]) / RUNS);

        cr_expect(covered[i] >= RUNS * 0.905 && covered[i] <= RUNS * 0.995,
                  "%zu: %zu of %d", i, covered[i], (int)RUNS);
        cr_expect(fabs(sum[i] - truth[i]) < 3 * se + 0.003 * truth[i], "%zu: %g, se %g",
                  i, sum[i], se);
        if (i < 2)
            cr_expect(fabs(sum[i] / truth[i] - 1) < 0.03, "%zu: %g", i, sum[i]);
    }
}
