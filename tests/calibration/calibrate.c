/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calibrate.c - do the p-values hold?  Null series by the hundred thousand through every noise
 * model; Markdown tables to standard output.
 *
 *   calibrate THREADS [FMRI_TIMESERIES.csv]
 *
 * The cases, their seeds and the limits beside the numbers were written down before the first
 * run.  Nothing is fitted to the results.
 */
#include "fits.h"
#include "rest.h"
#include "simulate.h"
#include "valuebold/parallel.h"
#include "valuebold/tails.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_DESIGNS = 100, N_SERIES = 1000 };
static const uint64_t seed = 20261123;

static const noise_spec noises[] = {
    {"white", NOISE_WHITE, 0, 0},
    {"AR(1) 0.2", NOISE_AR, 0.2, 0},
    {"AR(1) 0.4", NOISE_AR, 0.4, 0},
    {"AR(1) 0.6", NOISE_AR, 0.6, 0},
    {"AR(1) 0.9 + 70 % white", NOISE_AR_AND_WHITE, 0.9, 0.7},
};
static const size_t n_motions[] = {6, 24};
enum {
    N_NOISES = sizeof noises / sizeof noises[0],
    N_CASES = N_NOISES * (sizeof n_motions / sizeof n_motions[0]),
};

/* What the error rate of a nominal 5 % may be, in per cent; 0: no limit. */
typedef struct limit {
    double low, high;
} limit;

static limit limit_of(size_t noise, const method *m)
{
    static const limit rows[N_NOISES] = {{4.5, 5.6},
                                         {4.5, 5.6},
                                         {4.5, 5.7},
                                         {4.5, 6.0},
                                         {4.5, 6.0}};

    if (!m->has_limit)
        return (limit){0, 0};
    if (!m->is_series && noises[noise].kind == NOISE_AR_AND_WHITE)
        return (limit){0, 7.2};
    return rows[noise];
}

/* Of one design, method and test. */
typedef struct tally {
    double error_rate, covered; /* shares */
    double sum_z, sum_z2;
    double se_ratio; /* reported over empirical */
} tally;

typedef struct study {
    tally *tallies; /* [N_CASES x N_DESIGNS x N_METHODS x N_TESTS] */
} study;

static tally *tally_at(const study *s, size_t c, size_t design, size_t m, size_t test)
{
    return &s->tallies[((c * N_DESIGNS + design) * N_METHODS + m) * N_TESTS + test];
}

static tally count(size_t n, const outcome *o)
{
    const double critical_z = vb_z_from_log_p(log(0.025));
    tally t = {0};
    double squares = 0, variances = 0;

    for (size_t v = 0; v < n; v++) {
        const double half_width =
            vb_t_from_log_p(log(0.025), o->df[v]) * sqrt(o->variance[v]);

        t.error_rate += fabs(o->z[v]) > critical_z;
        t.covered += fabs(o->effect[v]) <= half_width;
        t.sum_z += o->z[v];
        t.sum_z2 += o->z[v] * o->z[v];
        squares += o->effect[v] * o->effect[v];
        variances += o->variance[v];
    }
    t.error_rate /= (double)n;
    t.covered /= (double)n;
    t.se_ratio = sqrt(variances / squares);
    return t;
}

/* One design of one case: its own stream of random numbers. */
static void run_design(void *context, size_t item, size_t worker)
{
    const study *s = context;
    const size_t c = item / N_DESIGNS, design = item % N_DESIGNS;
    const design_spec spec = {200, 2.0, n_motions[c / N_NOISES]};
    const size_t p = design_columns(&spec);
    generator g = {seed + 1000003 * (uint64_t)item};
    double *x = malloc(spec.n_scans * p * sizeof *x);
    double *y = malloc(spec.n_scans * N_SERIES * sizeof *y);
    outcome out[N_TESTS];

    (void)worker;
    demand(!x || !y, "no memory");
    for (size_t i = 0; i < N_TESTS; i++)
        out[i] = outcome_take(N_SERIES);
    draw_design(&spec, &g, x);
    for (size_t v = 0; v < N_SERIES; v++)
        draw_noise(&noises[c % N_NOISES], &g, spec.n_scans, y + v * spec.n_scans, 1);
    for (size_t m = 0; m < N_METHODS; m++) {
        fit_all(&methods[m], spec.n_scans, p, x, N_SERIES, y, out);
        for (size_t i = 0; i < N_TESTS; i++)
            *tally_at(s, c, design, m, i) = count(N_SERIES, &out[i]);
    }
    for (size_t i = 0; i < N_TESTS; i++)
        free(out[i].z);
    free(x);
    free(y);
}

/* ---- tables ---- */

typedef struct summary {
    double error_rate, standard_error, covered, sd_z, se_ratio; /* rates in per cent */
} summary;

static summary summarise(const study *s, size_t c, size_t m, size_t test)
{
    summary out = {0};
    double squares = 0, sum_z = 0, sum_z2 = 0;
    const double n = N_DESIGNS, n_all = (double)N_DESIGNS * N_SERIES;

    for (size_t d = 0; d < N_DESIGNS; d++) {
        const tally *t = tally_at(s, c, d, m, test);

        out.error_rate += 100 * t->error_rate / n;
        squares += 1e4 * t->error_rate * t->error_rate / n;
        out.covered += 100 * t->covered / n;
        out.se_ratio += t->se_ratio / n;
        sum_z += t->sum_z;
        sum_z2 += t->sum_z2;
    }
    out.standard_error =
        sqrt(fmax(0, squares - out.error_rate * out.error_rate) / (n - 1));
    out.sd_z = sqrt(sum_z2 / n_all - sum_z / n_all * (sum_z / n_all));
    return out;
}

static const char *verdict(limit l, double error_rate)
{
    return l.high <= 0                                   ? ""
           : error_rate >= l.low && error_rate <= l.high ? "holds"
                                                         : "**outside**";
}

static void print_limit(limit l)
{
    if (l.high > 0 && l.low <= 0)
        printf("at most %.1f", l.high);
    else if (l.high > 0)
        printf("%.1f-%.1f", l.low, l.high);
}

/* Where the noise is white or nearly so these have limits too; outside is bold. */
static void print_within(bool has_limit, double x, int digits, double low, double high)
{
    const char *mark = has_limit && (x < low || x > high) ? "**" : "";

    printf(" %s%.*f%s |", mark, digits, x, mark);
}

static void print_case(const study *s, size_t c)
{
    const size_t noise = c % N_NOISES;

    printf("\n### %s, %zu motion columns\n\n", noises[noise].name,
           n_motions[c / N_NOISES]);
    printf("| model | contrast | false positives, %% | +- | limit | | sd of z | 95 %% "
           "interval covers, %% | reported / empirical SE |\n");
    printf("|---|---|---|---|---|---|---|---|---|\n");
    for (size_t m = 0; m < N_METHODS; m++)
        for (size_t i = 0; i < N_TESTS; i++) {
            const summary x = summarise(s, c, m, i);
            const limit l = limit_of(noise, &methods[m]);
            const bool all = methods[m].has_limit && noises[noise].rho < 0.3;

            printf("| %s | %s | %.2f | %.2f | ", methods[m].title, test_names[i],
                   x.error_rate, x.standard_error);
            print_limit(l);
            printf(" | %s |", verdict(l, x.error_rate));
            print_within(all, x.sd_z, 3, 0.98, 1.02);
            print_within(all, x.covered, 2, 94.4, 95.6);
            print_within(all, x.se_ratio, 3, 0.98, 1.02);
            printf("\n");
        }
}

static size_t n_threads_of(int argc, char **argv)
{
    const long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1;

    return n < 1 ? 1 : (size_t)n;
}

int main(int argc, char **argv)
{
    const size_t n_threads = n_threads_of(argc, argv);
    study s = {
        calloc((size_t)N_CASES * N_DESIGNS * N_METHODS * N_TESTS, sizeof(tally))};

    demand(s.tallies == NULL, "no memory");
    vb_parallel((size_t)N_CASES * N_DESIGNS, n_threads, run_design, &s);
    printf(
        "Simulated: %d designs x %d series a case, 200 scans, TR 2 s; seed %llu, "
        "design k "
        "of all cases from seed + 1000003 k.  +- is the standard error over designs.\n",
        (int)N_DESIGNS, (int)N_SERIES, (unsigned long long)seed);
    for (size_t c = 0; c < N_CASES; c++)
        print_case(&s, c);
    free(s.tallies);
    printf("\n### Real rest\n\n");
    if (argc > 2)
        run_rest(argv[2], n_threads);
    else
        printf("Not run: the data were not there.\n");
    return 0;
}
