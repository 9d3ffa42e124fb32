/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effect.c - a contrast's own regressor, by Cholesky factors with pivots. */
#include "effect.h"

#include <math.h>

/* A pivot below this share of a column's squared length (1 after scaling) is rounding: the
 * column is a sum of the earlier ones. */
static const double pivot_tolerance = 1e-10;
static const double feat_noise_percent = 0.66, feat_critical_z = 5.3;

static void scale_columns(effect_solver *s)
{
    for (size_t j = 0; j < s->n_cols; j++) {
        double sum = 0;

        for (size_t t = 0; t < s->n_scans; t++)
            sum += s->x[t * s->n_cols + j] * s->x[t * s->n_cols + j];
        s->scale[j] = sum > 0 ? 1 / sqrt(sum) : 0;
    }
}

static double product(const effect_solver *s, size_t a, size_t b)
{
    double sum = 0;

    for (size_t t = 0; t < s->n_scans; t++)
        sum += s->x[t * s->n_cols + a] * s->x[t * s->n_cols + b];
    return sum * s->scale[a] * s->scale[b];
}

/* Cholesky with the largest remaining pivot first; row k of factor belongs to column
 * pivot[k]. */
static void factorise(effect_solver *s)
{
    const size_t n = s->n_cols;
    double *left = s->work; /* what is left of each diagonal */

    for (size_t j = 0; j < n; j++) {
        left[j] = s->scale[j] > 0;
        s->pivot[j] = j;
    }
    for (s->rank = 0; s->rank < n; s->rank++) {
        const size_t k = s->rank;
        size_t best = k, swap;

        for (size_t i = k; i < n; i++)
            if (left[s->pivot[i]] > left[s->pivot[best]])
                best = i;
        if (left[s->pivot[best]] <= pivot_tolerance)
            return;
        swap = s->pivot[k];
        s->pivot[k] = s->pivot[best];
        s->pivot[best] = swap;
        for (size_t m = 0; m < k; m++) { /* rows move with their columns */
            const double l = s->factor[k * n + m];

            s->factor[k * n + m] = s->factor[best * n + m];
            s->factor[best * n + m] = l;
        }
        s->factor[k * n + k] = sqrt(left[s->pivot[k]]);
        for (size_t i = k + 1; i < n; i++) {
            double v = product(s, s->pivot[i], s->pivot[k]);

            for (size_t m = 0; m < k; m++)
                v -= s->factor[i * n + m] * s->factor[k * n + m];
            v /= s->factor[k * n + k];
            s->factor[i * n + k] = v;
            left[s->pivot[i]] -= v * v;
        }
    }
}

vb_status effect_prepare(const double x[], size_t n_scans, size_t n_cols,
                         vb_arena *arena, effect_solver *solver, vb_error *err)
{
    effect_solver s = {.n_scans = n_scans, .n_cols = n_cols, .x = x};

    s.scale = vb_arena_take(arena, n_cols, sizeof *s.scale);
    s.factor = vb_arena_take(arena, n_cols * n_cols, sizeof *s.factor);
    s.pivot = vb_arena_take(arena, n_cols, sizeof *s.pivot);
    s.work = vb_arena_take(arena, n_scans + 2 * n_cols, sizeof *s.work);
    if (!s.scale || !s.factor || !s.pivot || !s.work)
        return vb_fail_memory(err, (n_cols * n_cols + n_scans) * sizeof *s.work);
    scale_columns(&s);
    factorise(&s);
    *solver = s;
    return VB_OK;
}

void effect_of(const effect_solver *s, const double c[], double *height,
               double *required_percent)
{
    const size_t n = s->n_cols, rank = s->rank;
    double *u = s->work, *x2 = s->work + n;
    double cqc = 0, high = 0, low = 0, squares = 0;

    *height = *required_percent = 0;
    for (size_t i = 0; i < rank; i++) { /* L u = c */
        u[i] = c[s->pivot[i]] * s->scale[s->pivot[i]];
        for (size_t m = 0; m < i; m++)
            u[i] -= s->factor[i * n + m] * u[m];
        u[i] /= s->factor[i * n + i];
    }
    for (size_t i = rank; i-- > 0;) { /* L' v = u */
        for (size_t m = i + 1; m < rank; m++)
            u[i] -= s->factor[m * n + i] * u[m];
        u[i] /= s->factor[i * n + i];
    }
    for (size_t i = 0; i < rank; i++) {
        u[i] *= s->scale[s->pivot[i]];
        cqc += u[i] * c[s->pivot[i]];
    }
    if (!(cqc > 0))
        return;
    for (size_t t = 0; t < s->n_scans; t++) {
        x2[t] = 0;
        for (size_t i = 0; i < rank; i++)
            x2[t] += s->x[t * n + s->pivot[i]] * u[i];
        x2[t] /= cqc;
        high = fmax(high, x2[t]);
        low = fmin(low, x2[t]);
        squares += x2[t] * x2[t];
    }
    *height = high - low;
    *required_percent = feat_critical_z * feat_noise_percent * *height / sqrt(squares);
}
