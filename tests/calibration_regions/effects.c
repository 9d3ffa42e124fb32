/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * effects.c - per cent signal change that was planted: do 95 % intervals hold it, and is it
 * found without bias?
 */
#include "cases.h"
#include "valuebold/parallel.h"

#include <stdbool.h>
#include <stdio.h>

enum { N_RUNS = 1000, N_EFFECTS = 4 };
static const uint64_t seed = 20261125;
/* per cent of runs whose interval holds the truth; bias in per cent of the truth */
static const double cover_low = 93, cover_high = 97, most_bias = 2;

typedef struct effect {
    const char *name;
    size_t region, estimate; /* of fit_effects */
    double truth;
} effect;

typedef struct simulation {
    double peak;
    vb_region_estimate *out; /* [N_RUNS x SIM_REGIONS x 3] */
} simulation;

static void one_run(void *context, size_t k, size_t worker)
{
    const simulation *sim = context;
    sim_run *run = malloc(sizeof *run);
    uint64_t state = seed + 1000003 * (uint64_t)k;
    vb_error err = {0};

    (void)worker;
    demand(!run, "no memory");
    sim_draw_run(&sim_usual, sim->peak, &state, run);
    demand((int)fit_effects(run, sim->out + k * SIM_REGIONS * 3, &err), err.text);
    free(run);
}

static void print(const simulation *sim, const effect *f)
{
    double mean = 0, square = 0, se = 0, covered = 0, mean_se, bias;
    bool holds;

    for (size_t k = 0; k < N_RUNS; k++) {
        const vb_region_estimate *e =
            &sim->out[(k * SIM_REGIONS + f->region) * 3 + f->estimate];

        mean += e->effect / N_RUNS;
        square += e->effect * e->effect / N_RUNS;
        se += e->se / N_RUNS;
        covered += 100.0 * (e->low <= f->truth && f->truth <= e->high) / N_RUNS;
    }
    mean_se = sqrt((square - mean * mean) / N_RUNS);
    bias = mean - f->truth;
    holds = covered >= cover_low && covered <= cover_high && fabs(bias) < 2 * se &&
            (f->truth == 0 || fabs(bias) < most_bias / 100 * fabs(f->truth));
    printf("| %s | %.2f | %.4f | %.4f | ", f->name, f->truth, mean, mean_se);
    if (f->truth == 0)
        printf("| ");
    else
        printf("%+.2f | ", 100 * bias / f->truth);
    printf("%.2f | %.3f | %.1f | %s |\n", bias / se, se / (mean_se * sqrt(N_RUNS)),
           covered, holds ? "holds" : "**outside**");
}

void calibrate_effects(size_t n_threads)
{
    const effect effects[N_EFFECTS] = {{"event, first region", 0, 0, sim_usual.event},
                                       {"event, second region", 1, 0, sim_usual.event},
                                       {"per unit of SV, first region", 0, 1,
                                        sim_usual.slope},
                                       {"per unit of SV, second region", 1, 1, 0}};
    simulation sim = {.peak = sim_peak(sim_duration_s),
                      .out = calloc(N_RUNS, SIM_REGIONS * 3 * sizeof *sim.out)};

    demand(!sim.out, "no memory");
    vb_parallel(N_RUNS, n_threads, one_run, &sim);
    printf(
        "### Planted effects\n\n%d runs of %d scans of %g s, noise AR(1) %g with sd %g "
        "%%; "
        "seed %llu, run k from seed + 1000003 k.  Limits: the 95 %% interval holds the "
        "truth in %g to %g %% of runs, bias below %g %% of the truth and below 2 "
        "standard "
        "errors of a run.\n\n",
        (int)N_RUNS, (int)SIM_SCANS, sim_tr_s, sim_usual.rho, sim_usual.noise,
        (unsigned long long)seed, cover_low, cover_high, most_bias);
    printf("| percent signal change | planted | mean estimate | +- | bias, %% | bias, "
           "SE | "
           "reported / empirical SE | interval holds it, %% | |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < N_EFFECTS; i++)
        print(&sim, &effects[i]);
    printf("\n");
    free(sim.out);
}
