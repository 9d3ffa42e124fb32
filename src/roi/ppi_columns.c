/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ppi_columns.c - a seed's columns: deconvolved, multiplied, convolved. */
#include "ppi_internal.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* The ratio is looked for between these, as multiples of 1 / mean eigenvalue: a seed that is
 * all noise, and one without any. */
static const double least_log = -9.21, most_log = 13.8; /* 1e-4, 1e6 */
enum { GRID = 48, GOLDEN_STEPS = 40 };

/*
 * Minus twice the restricted log likelihood of a ratio; c [n_scans] is Q'y.  I + ratio T is
 * factorised on the way down its diagonals; solution [n_scans] (NULL: not wanted) becomes
 * (I + ratio T)^-1 c.  pivot [n_scans] is work space.
 */
static double deviance(const vb_ppi *p, const double *c, double ratio, double *pivot,
                       double *solution)
{
    const size_t n = p->n_scans;
    double log_det = 0, rest = 0, z = 0;

    for (size_t s = 0; s < n; s++) {
        const double beside = s ? ratio * p->beside[s - 1] / pivot[s - 1] : 0;

        pivot[s] =
            1 + ratio * p->diagonal[s] - (s ? beside * ratio * p->beside[s - 1] : 0);
        z = c[s] - beside * z;
        log_det += log(pivot[s]);
        rest += z * z / pivot[s];
        if (solution)
            solution[s] = z / pivot[s];
    }
    for (size_t s = n - 1; solution && s-- > 0;)
        solution[s] -= ratio * p->beside[s] / pivot[s] * solution[s + 1];
    return log_det + (double)(n - p->n_q) * log(rest);
}

static double ratio_at(const vb_ppi *p, double log_multiple)
{
    return exp(log_multiple) / p->mean_eigenvalue;
}

/* The best point of a grid, then golden section between its neighbours. */
static double find_ratio(const vb_ppi *p, const double *c, double *pivot)
{
    const double golden = 0.61803398874989484820;
    const double step = (most_log - least_log) / GRID;
    double best = HUGE_VAL, low = least_log, high = most_log;

    for (size_t i = 0; i <= GRID; i++) {
        const double x = least_log + (double)i * step;
        const double d = deviance(p, c, ratio_at(p, x), pivot, NULL);

        if (d < best) {
            best = d;
            low = fmax(x - step, least_log);
            high = fmin(x + step, most_log);
        }
    }
    for (int i = 0; i < GOLDEN_STEPS; i++) {
        const double a = high - golden * (high - low), b = low + golden * (high - low);

        if (deviance(p, c, ratio_at(p, a), pivot, NULL) <
            deviance(p, c, ratio_at(p, b), pivot, NULL))
            high = b;
        else
            low = a;
    }
    return ratio_at(p, (low + high) / 2);
}

typedef struct seed_work {
    double *turned;  /* [n_scans] Q' seed */
    double *pivot;   /* [n_scans] */
    double *shrunk;  /* [n_scans] (ratio A A' + I)^-1 M y */
    double *a;       /* [n_basis] */
    double *neural;  /* [n_bins] */
    double *product; /* [n_bins] */
    double *column;  /* [n_scans] */
} seed_work;

/* neural = D a, each bin by Clenshaw's recurrence over the cosines. */
static void expand(const vb_ppi *p, const double *a, double *neural)
{
    const double n = (double)p->n_bins;

    for (size_t k = 0; k < p->n_bins; k++) {
        const double angle = pi * (2 * (double)k + 1) / (2 * n);
        const double twice = 2 * cos(angle);
        double next = 0, after = 0;

        for (size_t j = p->n_basis; j-- > 1;) {
            const double b = a[j] + twice * next - after;

            after = next;
            next = b;
        }
        neural[k] = sqrt(1 / n) * a[0] + sqrt(2 / n) * (twice / 2 * next - after);
    }
}

/* x [n_scans] := Q'x, or Qx: the reflections in turn. */
static void turn(const vb_ppi *p, bool back, double x[])
{
    const size_t n = p->n_scans;

    for (size_t k = 0; k + 2 < n; k++) {
        const size_t i = back ? n - 3 - k : k;
        const double *v =
            p->reflection + i; /* column i, below the diagonal; v_0 is 1 */
        double sum = x[i + 1];

        for (size_t s = i + 2; s < n; s++)
            sum += v[s * n] * x[s];
        sum *= p->tau[i];
        x[i + 1] -= sum;
        for (size_t s = i + 2; s < n; s++)
            x[s] -= sum * v[s * n];
    }
}

static void deconvolve(const vb_ppi *p, const double *y, seed_work *w,
                       vb_ppi_info *info)
{
    const size_t n = p->n_scans;
    double ratio, left = 0, all = 0, mean = 0;

    memcpy(w->turned, y, n * sizeof *y);
    turn(p, false, w->turned);
    ratio = find_ratio(p, w->turned, w->pivot);
    deviance(p, w->turned, ratio, w->pivot, w->shrunk);
    turn(p, true, w->shrunk);
    for (size_t s = 0; s < n; s++) {
        left += w->shrunk[s] * w->shrunk[s];
        all += y[s] * y[s];
    }
    for (size_t j = 0; j < p->n_basis; j++) {
        w->a[j] = 0;
        for (size_t s = 0; s < n; s++)
            w->a[j] += ratio * p->response[s * p->n_basis + j] * w->shrunk[s];
    }
    expand(p, w->a, w->neural);
    for (size_t k = p->n_before; k < p->n_bins; k++)
        mean += w->neural[k] / (double)(p->n_bins - p->n_before);
    for (size_t k = 0; k < p->n_bins; k++)
        w->neural[k] -= mean;
    if (info)
        *info = (vb_ppi_info){.ratio = ratio * p->mean_eigenvalue,
                              .explained = 1 - left / all};
}

static void take_mean(size_t n, double x[], size_t stride)
{
    double mean = 0;

    for (size_t s = 0; s < n; s++)
        mean += x[s * stride] / (double)n;
    for (size_t s = 0; s < n; s++)
        x[s * stride] -= mean;
}

static void multiply(const vb_ppi *p, seed_work *w, double interaction[])
{
    for (size_t c = 0; c < p->n_conditions; c++) {
        const double *psychological = p->psychological + c * p->n_bins;

        for (size_t k = 0; k < p->n_bins; k++)
            w->product[k] = psychological[k] * w->neural[k];
        vb_ppi_convolve(p, w->product, w->column);
        for (size_t s = 0; s < p->n_scans; s++)
            interaction[s * p->n_conditions + c] = w->column[s];
        take_mean(p->n_scans, interaction + c, p->n_conditions);
    }
}

vb_status vb_ppi_columns(const vb_ppi *p, const double seed[], double physiological[],
                         double interaction[], double neural[], vb_ppi_info *info,
                         vb_error *err)
{
    const size_t n = p->n_scans;
    const size_t size = 4 * n + p->n_basis + 2 * p->n_bins;
    double *all, before = 0, after = 0;
    seed_work w;

    for (size_t s = 0; s < n; s++)
        if (!isfinite(seed[s]))
            return vb_fail(err, VB_EINPUT, "the seed is %g in scan %zu", seed[s],
                           s + 1);
    all = calloc(size, sizeof *all);
    if (!all)
        return vb_fail_memory(err, size * sizeof *all);
    w.turned = all;
    w.pivot = w.turned + n;
    w.shrunk = w.pivot + n;
    w.column = w.shrunk + n;
    w.a = w.column + n;
    w.neural = w.a + p->n_basis;
    w.product = w.neural + p->n_bins;
    for (size_t s = 0; s < n; s++)
        before += seed[s] * seed[s];
    memcpy(physiological, seed, n * sizeof *seed);
    vb_ppi_clear(p, 1, physiological);
    for (size_t s = 0; s < n; s++)
        after += physiological[s] * physiological[s];
    if (!(after > 1e-18 * before)) {
        free(all);
        return vb_fail(err, VB_EESTIMATE,
                       "the seed has no variance beside its confounds");
    }
    deconvolve(p, physiological, &w, info);
    multiply(p, &w, interaction);
    if (neural)
        memcpy(neural, w.neural + p->n_before, (p->n_bins - p->n_before) * sizeof *all);
    free(all);
    return VB_OK;
}
