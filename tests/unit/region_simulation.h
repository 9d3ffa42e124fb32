/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region_simulation.h - series of regions with effects one knows, from a generator and a
 * response function of their own; used by unit tests (few runs) and by the calibration of
 * regions (many).  Everything that is drawn depends on one seed.
 */
#ifndef VB_TEST_REGION_SIMULATION_H
#define VB_TEST_REGION_SIMULATION_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* splitmix64 (Steele et al. 2014) and Box-Muller */
static inline double sim_uniform(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double sim_normal(uint64_t *state)
{
    const double r = sqrt(-2 * log(sim_uniform(state)));

    return r * cos(6.283185307179586 * sim_uniform(state));
}

/* (t^5 e^-t / 5! - t^15 e^-t / 15! / 6) / (5/6): area 1; t in seconds */
static inline double sim_response(double t_s)
{
    if (t_s <= 0 || t_s >= 32)
        return 0;
    return (exp(5 * log(t_s) - t_s - lgamma(6)) -
            exp(15 * log(t_s) - t_s - lgamma(16)) / 6) /
           (5.0 / 6);
}

/* The response at t_s after the onset of a box of height 1, midpoint rule in 0.05 s. */
static inline double sim_box(double t_s, double duration_s)
{
    const double step_s = 0.05;
    const size_t n = (size_t)(duration_s / step_s + 0.5);
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += sim_response(t_s - ((double)i + 0.5) * step_s);
    return sum * step_s;
}

/* Its highest value. */
static inline double sim_peak(double duration_s)
{
    double most = 0;

    for (double t = 0; t < 32; t += 0.02)
        most = fmax(most, sim_box(t, duration_s));
    return most;
}

/* Stationary AR(1) noise of standard deviation sd, added to y[0], y[stride] ... */
static inline void sim_add_noise(uint64_t *state, size_t n, double sd, double rho,
                                 double y[], size_t stride)
{
    double e = sim_normal(state);

    for (size_t s = 0; s < n; s++) {
        if (s)
            e = rho * e + sqrt(1 - rho * rho) * sim_normal(state);
        y[s * stride] += sd * e;
    }
}

/* ---- a task with a parametric modulator, and two regions ---- */

enum { SIM_SCANS = 200, SIM_MOST_EVENTS = 120, SIM_REGIONS = 2 };
static const double sim_tr_s = 2, sim_duration_s = 2;

typedef struct sim_run {
    size_t n_events;
    double onset_s[SIM_MOST_EVENTS], duration_s[SIM_MOST_EVENTS];
    double sv[SIM_MOST_EVENTS]; /* centred over the run */
    double sd;                  /* of sv, n - 1 */
    double y[SIM_SCANS * SIM_REGIONS];
} sim_run;

/* What is planted, in per cent of the baseline at the peak of one event. */
typedef struct sim_effects {
    double event;             /* in both regions */
    double slope;             /* per unit of sv, in region 0; none in region 1 */
    double base[SIM_REGIONS]; /* signal at rest */
    double noise;             /* sd in per cent */
    double rho;
} sim_effects;

static const sim_effects sim_usual = {.event = 0.6,
                                      .slope = 0.35,
                                      .base = {812, 1430},
                                      .noise = 0.9,
                                      .rho = 0.3};

/* Events of 2 s, 5 to 12 s apart. */
static inline void sim_draw_run(const sim_effects *what, double peak, uint64_t *state,
                                sim_run *r)
{
    double at = 0, mean = 0, square = 0;

    r->n_events = 0;
    for (;;) {
        at += 5 + 7 * sim_uniform(state);
        if (at > SIM_SCANS * sim_tr_s - 16 || r->n_events == SIM_MOST_EVENTS)
            break;
        r->onset_s[r->n_events] = at;
        r->duration_s[r->n_events] = sim_duration_s;
        r->sv[r->n_events] = 1.7 * sim_normal(state) + 4;
        mean += r->sv[r->n_events++];
    }
    for (size_t i = 0; i < r->n_events; i++) {
        r->sv[i] -= mean / (double)r->n_events;
        square += r->sv[i] * r->sv[i];
    }
    r->sd = sqrt(square / (double)(r->n_events - 1));
    for (size_t s = 0; s < SIM_SCANS; s++) {
        double event = 0, slope = 0;

        for (size_t i = 0; i < r->n_events; i++) {
            const double t = ((double)s + 0.5) * sim_tr_s - r->onset_s[i];
            const double h = t > 0 && t < 40 ? sim_box(t, sim_duration_s) / peak : 0;

            event += h;
            slope += h * r->sv[i];
        }
        for (size_t v = 0; v < SIM_REGIONS; v++)
            r->y[s * SIM_REGIONS + v] =
                what->base[v] *
                (1 + (what->event * event + (v == 0 ? what->slope * slope : 0)) / 100);
    }
    for (size_t v = 0; v < SIM_REGIONS; v++)
        sim_add_noise(state, SIM_SCANS, what->base[v] * what->noise / 100, what->rho,
                      r->y + v, SIM_REGIONS);
}

/* ---- a seed, a target, two conditions ---- */

enum { SIM_PPI_SCANS = 240, SIM_PPI_EVENTS = 80, SIM_PPI_BINS = 20 /* a scan */ };
static const double sim_ppi_duration_s = 5;

typedef struct sim_ppi {
    size_t n_events[2];
    double onset_s[2][SIM_PPI_EVENTS], duration_s[2][SIM_PPI_EVENTS];
    double seed[SIM_PPI_SCANS], target[SIM_PPI_SCANS];
} sim_ppi;

/* Events of 5 s, 8 to 13 s apart, each of one of two conditions by a coin. */
static inline void sim_draw_conditions(uint64_t *state, sim_ppi *p)
{
    double at = 4;

    p->n_events[0] = p->n_events[1] = 0;
    while (at < SIM_PPI_SCANS * sim_tr_s - 12) {
        const size_t c = sim_uniform(state) < 0.5 ? 0 : 1;

        p->duration_s[c][p->n_events[c]] = sim_ppi_duration_s;
        p->onset_s[c][p->n_events[c]++] = at;
        at += 8 + 5 * sim_uniform(state);
    }
}

/* out [scans] += size * (bins * response), scans in the middle of theirs */
static inline void sim_convolve(const double *bins, const double *kernel, double size,
                                double out[])
{
    const size_t n_kernel = 16 * SIM_PPI_BINS;

    for (size_t s = 0; s < SIM_PPI_SCANS; s++) {
        const size_t at = s * SIM_PPI_BINS + SIM_PPI_BINS / 2;

        for (size_t k = 0; k < n_kernel && k <= at; k++)
            out[s] += size * kernel[k] * bins[at - k];
    }
}

/*
 * Neural activity of the seed x: an Ornstein-Uhlenbeck process of sd 1 with a memory of 3 s,
 * and half of that as an answer to either condition.  The target follows it with 0.7, answers to
 * the conditions by itself, and follows x more by interaction during condition 0.  Noise AR(1) of
 * 0.3 in both: sd 0.3 in the seed, 0.5 in the target (the seed's own signal has sd 0.7).
 */
static inline void sim_draw_series(double interaction, uint64_t *state, sim_ppi *p)
{
    const size_t n = SIM_PPI_SCANS * SIM_PPI_BINS;
    const double bin_s = sim_tr_s / SIM_PPI_BINS, keep = exp(-bin_s / 3);
    double *bins = calloc(4 * n, sizeof *bins), x = sim_normal(state);
    double *box[2] = {bins + n, bins + 2 * n}, *product = bins + 3 * n;
    double kernel[16 * SIM_PPI_BINS];

    for (size_t k = 0; k < sizeof kernel / sizeof *kernel; k++)
        kernel[k] = bin_s * sim_response(((double)k + 0.5) * bin_s);
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < p->n_events[c]; i++)
            for (size_t k = 0; k < n; k++)
                box[c][k] +=
                    ((double)k + 0.5) * bin_s >= p->onset_s[c][i] &&
                    ((double)k + 0.5) * bin_s < p->onset_s[c][i] + p->duration_s[c][i];
    for (size_t k = 0; k < n; k++) {
        x = keep * x + sqrt(1 - keep * keep) * sim_normal(state);
        bins[k] = x + 0.5 * box[0][k] + 0.5 * box[1][k];
        product[k] = x * box[0][k];
    }
    memset(p->seed, 0, sizeof p->seed);
    memset(p->target, 0, sizeof p->target);
    sim_convolve(bins, kernel, 1, p->seed);
    sim_convolve(bins, kernel, 0.7, p->target);
    sim_convolve(box[0], kernel, 0.4, p->target);
    sim_convolve(box[1], kernel, 0.8, p->target);
    sim_convolve(product, kernel, interaction, p->target);
    sim_add_noise(state, SIM_PPI_SCANS, 0.3, 0.3, p->seed, 1);
    sim_add_noise(state, SIM_PPI_SCANS, 0.5, 0.3, p->target, 1);
    free(bins);
}

#endif
