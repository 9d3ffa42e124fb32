/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.c - designs and noise of the calibration. */
#include "simulate.h"

#include <math.h>
#include <stdlib.h>

static const double pi = 3.14159265358979323846;

double draw_uniform(generator *g)
{
    uint64_t z = (g->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

double draw_normal(generator *g)
{
    const double r = sqrt(-2 * log(draw_uniform(g)));

    return r * cos(2 * pi * draw_uniform(g));
}

/* t^5 e^-t / 5! - t^15 e^-t / 15! / 6, t in seconds */
static double response(double t_s)
{
    return t_s <= 0 ? 0
                    : exp(5 * log(t_s) - t_s - lgamma(6)) -
                          exp(15 * log(t_s) - t_s - lgamma(16)) / 6;
}

/* The response to a box of height 1 from onset_s on, by the midpoint rule in steps of 0.1 s,
 * added into a column. */
static void add_box(const design_spec *spec, double onset_s, double duration_s,
                    double height, double *column, size_t stride)
{
    const double step_s = 0.1, length_s = 32;
    const size_t n_steps = (size_t)(duration_s / step_s + 0.5);

    for (size_t s = 0; s < spec->n_scans; s++) {
        const double since_s = (double)s * spec->tr_s - onset_s;
        double sum = 0;

        if (since_s <= 0 || since_s > length_s + duration_s)
            continue;
        for (size_t i = 0; i < n_steps; i++)
            sum += response(since_s - ((double)i + 0.5) * step_s);
        column[s * stride] += height * sum * step_s;
    }
}

static size_t n_cosines(const design_spec *spec)
{
    return (size_t)(2 * (double)spec->n_scans * spec->tr_s / 128);
}

size_t design_columns(const design_spec *spec)
{
    return N_TASK_COLUMNS + spec->n_motion + n_cosines(spec) + 1;
}

static void draw_events(const design_spec *spec, generator *g, double *x, size_t p)
{
    enum { MOST_EVENTS = 400 };
    const double end_s = (double)spec->n_scans * spec->tr_s;
    double onset_s[MOST_EVENTS], sv[MOST_EVENTS], mean = 0, at_s = 0;
    size_t n = 0;

    for (;;) {
        at_s += 5 + 7 * draw_uniform(g);
        if (at_s > end_s - 20 || n == MOST_EVENTS)
            break;
        onset_s[n] = at_s;
        sv[n] = draw_normal(g);
        mean += sv[n++];
    }
    for (size_t i = 0; i < n; i++) {
        add_box(spec, onset_s[i], 2, sv[i] - mean / (double)n, x + COLUMN_SV, p);
        add_box(spec, onset_s[i], 2, 1, x + COLUMN_EVENT, p);
    }
    for (at_s = -40 * draw_uniform(g); at_s < end_s; at_s += 40)
        add_box(spec, at_s, 20, 1, x + COLUMN_BLOCK, p);
}

void draw_design(const design_spec *spec, generator *g, double *x)
{
    const size_t p = design_columns(spec), n = spec->n_scans;
    const size_t drift = N_TASK_COLUMNS + spec->n_motion;

    for (size_t i = 0; i < n * p; i++)
        x[i] = 0;
    draw_events(spec, g, x, p);
    for (size_t j = 0; j < spec->n_motion; j++) {
        double walk = 0;

        for (size_t s = 0; s < n; s++) {
            const double e = draw_normal(g);

            walk += e;
            x[s * p + N_TASK_COLUMNS + j] = 0.3 * walk + e;
        }
    }
    for (size_t s = 0; s < n; s++) {
        for (size_t k = 1; k <= n_cosines(spec); k++)
            x[s * p + drift + k - 1] =
                cos(pi * ((double)s + 0.5) * (double)k / (double)n);
        x[s * p + p - 1] = 1;
    }
}

void draw_noise(const noise_spec *spec, generator *g, size_t n, double *y,
                size_t stride)
{
    const double rho = spec->kind == NOISE_WHITE ? 0 : spec->rho;
    const double start = 1 / sqrt(1 - rho * rho);
    double e = start * draw_normal(g);

    for (size_t s = 0; s < n; s++) {
        if (s)
            e = rho * e + draw_normal(g);
        y[s * stride] = e;
        if (spec->kind == NOISE_AR_AND_WHITE)
            y[s * stride] = sqrt(1 - spec->white_share) * e / start +
                            sqrt(spec->white_share) * draw_normal(g);
    }
}
