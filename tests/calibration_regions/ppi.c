/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ppi.c - interactions with a seed: error rate without one, and what is found of one that was
 * planted.
 */
#include "cases.h"
#include "valuebold/parallel.h"

#include <stdbool.h>
#include <stdio.h>

enum { N_DESIGNS = 50, N_SERIES = 100, N_RUNS = N_DESIGNS * N_SERIES };
static const uint64_t seed = 20261124;
/* per cent; of nothing planted, and at least of what was */
static const double null_low = 4, null_high = 6.5, found_low = 80;

typedef struct simulation {
    double interaction;
    vb_region_estimate *out; /* [N_RUNS x 3] A - B, A, B */
} simulation;

static void run_design(void *context, size_t k, size_t worker)
{
    const simulation *sim = context;
    sim_ppi *p = calloc(1, sizeof *p);
    fit_ppi_design *f = calloc(1, sizeof *f);
    uint64_t state = seed + 1000003 * (uint64_t)k;
    vb_error err = {0};

    (void)worker;
    demand(!p || !f, "no memory");
    sim_draw_conditions(&state, p);
    demand((int)fit_ppi_prepare(p, f, &err), err.text);
    for (size_t i = 0; i < N_SERIES; i++) {
        sim_draw_series(sim->interaction, &state, p);
        demand((int)fit_ppi(f, p, sim->out + 3 * (k * N_SERIES + i), &err), err.text);
    }
    vb_ppi_free(f->ppi);
    free(f);
    free(p);
}

static void print(const simulation *sim, double low, double high)
{
    static const char *const names[] = {"A - B", "A"};
    double mean[3] = {0};

    for (size_t i = 0; i < N_RUNS; i++)
        for (size_t c = 0; c < 3; c++)
            mean[c] += sim->out[3 * i + c].effect / N_RUNS;
    for (size_t c = 0; c < 2; c++) {
        double rate = 0;

        for (size_t i = 0; i < N_RUNS; i++)
            rate += (sim->out[3 * i + c].p < 0.05) / (double)N_RUNS;
        printf("| %g | %s | %.2f | %.2f | ", sim->interaction, names[c], 100 * rate,
               100 * sqrt(rate * (1 - rate) / N_RUNS));
        if (high > 100)
            printf("at least %g", low);
        else
            printf("%g-%g", low, high);
        printf(" | %s | %.3f, %.3f |\n",
               100 * rate >= low && 100 * rate <= high ? "holds" : "**outside**",
               mean[1], mean[2]);
    }
}

void calibrate_ppi(size_t n_threads)
{
    simulation sim = {.out = calloc(N_RUNS, 3 * sizeof *sim.out)};

    demand(!sim.out, "no memory");
    printf(
        "### Interactions with a seed\n\n%d designs x %d pairs of series, %d scans of "
        "%g s; seed %llu, design k from seed + 1000003 k.\n\n",
        (int)N_DESIGNS, (int)N_SERIES, (int)SIM_PPI_SCANS, sim_tr_s,
        (unsigned long long)seed);
    printf("| planted with A | contrast | p < .05, %% | +- | limit | | mean estimate "
           "of A, "
           "B |\n|---|---|---|---|---|---|---|\n");
    vb_parallel(N_DESIGNS, n_threads, run_design, &sim);
    print(&sim, null_low, null_high);
    sim.interaction = 1;
    vb_parallel(N_DESIGNS, n_threads, run_design, &sim);
    print(&sim, found_low, 101);
    printf("\n");
    free(sim.out);
}
