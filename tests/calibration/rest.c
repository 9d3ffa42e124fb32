/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rest.c - 300 random sets of onsets on every resting series.  The series are few and each is
 * what it is: the error of a rate is that of drawing other series, by the bootstrap over them.
 */
#include "rest.h"

#include "fits.h"
#include "simulate.h"
#include "valuebold/parallel.h"
#include "valuebold/tails.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_SETS = 300, MOST_SERIES = 64, MOST_SCANS = 1000, N_RESAMPLES = 10000 };
static const uint64_t seed = 189031300, bootstrap_seed = 42;
static const double tr_s = 1.89; /* README.md of the data */

typedef struct rest {
    size_t n_series, n_scans;
    double *y;          /* [n_series x n_scans] */
    unsigned char *hit; /* [N_SETS x N_METHODS x N_TESTS x n_series] */
} rest;

/* Numbers of one line into column t of y; how many there were. */
static size_t parse_line(const char *line, double *y, size_t t)
{
    size_t n = 0;

    while (n < MOST_SERIES) {
        char *end;
        const double value = strtod(line, &end);

        if (end == line)
            break;
        y[n++ * MOST_SCANS + t] = value;
        line = end + (*end == ',');
    }
    return n;
}

static rest read_series(const char *path)
{
    char line[8192];
    double *wide = malloc(sizeof *wide * MOST_SERIES * MOST_SCANS);
    FILE *file = fopen(path, "r");
    rest r = {0};

    demand(!wide, "no memory");
    demand(!file || !fgets(line, sizeof line, file),
           "the resting series cannot be read");
    while (r.n_scans < MOST_SCANS && fgets(line, sizeof line, file)) {
        const size_t n = parse_line(line, wide, r.n_scans);

        demand(n == 0 || (r.n_series && n != r.n_series), "a line of other length");
        r.n_series = n;
        r.n_scans++;
    }
    fclose(file);
    r.y = malloc(r.n_series * r.n_scans * sizeof *r.y);
    r.hit = calloc((size_t)N_SETS * N_METHODS * N_TESTS, r.n_series);
    demand(!r.y || !r.hit, "no memory");
    for (size_t v = 0; v < r.n_series; v++)
        memcpy(r.y + v * r.n_scans, wide + v * MOST_SCANS, r.n_scans * sizeof *r.y);
    free(wide);
    return r;
}

static unsigned char *hits_of(const rest *r, size_t set, size_t m, size_t test)
{
    return r->hit + ((set * N_METHODS + m) * N_TESTS + test) * r->n_series;
}

static void run_set(void *context, size_t set, size_t worker)
{
    const rest *r = context;
    const design_spec spec = {r->n_scans, tr_s, 0};
    const size_t p = design_columns(&spec);
    generator g = {seed + 1000003 * (uint64_t)set};
    double *x = malloc(spec.n_scans * p * sizeof *x);
    outcome out[N_TESTS];

    (void)worker;
    demand(!x, "no memory");
    for (size_t i = 0; i < N_TESTS; i++)
        out[i] = outcome_take(r->n_series);
    draw_design(&spec, &g, x);
    for (size_t m = 0; m < N_METHODS; m++) {
        fit_all(&methods[m], r->n_scans, p, x, r->n_series, r->y, out);
        for (size_t i = 0; i < N_TESTS; i++)
            for (size_t v = 0; v < r->n_series; v++)
                hits_of(r, set, m, i)[v] =
                    fabs(out[i].z[v]) > vb_z_from_log_p(log(0.025));
    }
    for (size_t i = 0; i < N_TESTS; i++)
        free(out[i].z);
    free(x);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print_row(const rest *r, size_t m, size_t test)
{
    static const double limits[N_TESTS] = {9.7, 11.8};
    double rate[MOST_SERIES] = {0}, mean = 0;
    double *means = calloc(N_RESAMPLES, sizeof *means);
    generator g = {bootstrap_seed};

    demand(!means, "no memory");
    for (size_t v = 0; v < r->n_series; v++) {
        for (size_t set = 0; set < N_SETS; set++)
            rate[v] += hits_of(r, set, m, test)[v] * 100.0 / N_SETS;
        mean += rate[v] / (double)r->n_series;
    }
    for (size_t k = 0; k < N_RESAMPLES; k++)
        for (size_t v = 0; v < r->n_series; v++)
            means[k] += rate[(size_t)(draw_uniform(&g) * (double)r->n_series)] /
                        (double)r->n_series;
    qsort(means, N_RESAMPLES, sizeof *means, ascending);
    printf("| %s | %s | %.2f | %.1f to %.1f | ", methods[m].title, test_names[test],
           mean, means[N_RESAMPLES / 40], means[N_RESAMPLES - N_RESAMPLES / 40]);
    if (methods[m].has_limit)
        printf("at most %.1f | %s |\n", limits[test],
               mean <= limits[test] ? "holds" : "**outside**");
    else
        printf("| |\n");
    free(means);
}

void run_rest(const char *path, size_t n_threads)
{
    rest r = read_series(path);

    vb_parallel(N_SETS, n_threads, run_set, &r);
    printf("%zu series of %zu scans, TR %.2f s (nitime, fixation; see the data's "
           "README) x "
           "%d random designs without motion columns; seed %llu.  The interval is the "
           "bootstrap's over series (%d resamples, seed %llu), for another subject's "
           "series "
           "would be others.\n\n",
           r.n_series, r.n_scans, tr_s, (int)N_SETS, (unsigned long long)seed,
           (int)N_RESAMPLES, (unsigned long long)bootstrap_seed);
    printf("| model | contrast | false positives, %% | 95 %% interval over series | "
           "limit | "
           "|\n|---|---|---|---|---|---|\n");
    for (size_t m = 0; m < N_METHODS; m++)
        for (size_t i = 0; i < N_TESTS; i++)
            print_row(&r, m, i);
    free(r.y);
    free(r.hit);
}
