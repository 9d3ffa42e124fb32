/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drift.c - cosine set (spm_filter.m, spm_dctmtx.m) and line filter (fslmaths -bptf).
 */
#include "valuebold/drift.h"
#include "rank_kernel.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

enum { WINDOW_SIGMAS = 3 };

size_t vb_cosine_count(size_t n_scans, double tr_s, double cutoff_s)
{
    const double n = floor(2 * ((double)n_scans * tr_s) / cutoff_s + 1);

    if (!(n > 1))
        return 0;
    return n > (double)n_scans ? n_scans - 1 : (size_t)n - 1;
}

void vb_cosine_fill(size_t n_scans, size_t j, double out[])
{
    const double n = (double)n_scans, height = sqrt(2 / n);

    for (size_t i = 0; i < n_scans; i++)
        out[i] = height * cos(PI * (double)(2 * i + 1) * (double)j / (2 * n));
}

/* (k + 1) P_(k+1) = (2 k + 1) x P_k - k P_(k-1) */
void vb_legendre_fill(size_t n_scans, unsigned order, double out[])
{
    for (size_t i = 0; i < n_scans; i++) {
        const double x = n_scans > 1 ? 2 * (double)i / (double)(n_scans - 1) - 1 : 0;
        double before = 0, p = 1;

        for (unsigned k = 0; k < order; k++) {
            const double next = ((2 * k + 1) * x * p - k * before) / (k + 1);

            before = p;
            p = next;
        }
        out[i] = p;
    }
}

static void take_off(size_t n, const double other[], double x[])
{
    const double square = other ? vb_column_dot(n, other, other) : (double)n;
    double share = 0;

    for (size_t i = 0; i < n; i++)
        share += x[i] * (other ? other[i] : 1);
    for (size_t i = 0; i < n && square > 0; i++)
        x[i] -= share / square * (other ? other[i] : 1);
}

vb_status vb_polynomial_fill(size_t n_scans, double tr_s, double start_s, size_t order,
                             double *const out[], vb_error *err)
{
    const double last_s = (double)(n_scans - 1) * tr_s + start_s;

    if (!(last_s > 0))
        return vb_fail(err, VB_EUSAGE, "a polynomial drift needs more than one scan");
    for (size_t k = 1; k <= order; k++) {
        for (size_t i = 0; i < n_scans; i++)
            out[k - 1][i] = pow(((double)i * tr_s + start_s) / last_s, (double)k);
        for (size_t pass = 0; pass < 2; pass++) { /* twice against cancellation */
            take_off(n_scans, NULL, out[k - 1]);
            for (size_t j = 1; j < k; j++)
                take_off(n_scans, out[j - 1], out[k - 1]);
        }
    }
    return VB_OK;
}

/* Scans first..end-1 of the window around t. */
static void window(const vb_line *line, size_t t, size_t *first, size_t *end)
{
    *first = t > line->reach ? t - line->reach : 0;
    *end = line->n_scans - t > line->reach ? t + line->reach + 1 : line->n_scans;
}

vb_status vb_line_make(size_t n_scans, double sigma_scans, vb_arena *arena,
                       vb_line *line, vb_error *err)
{
    const double reach = floor(WINDOW_SIGMAS * sigma_scans);

    *line = (vb_line){.n_scans = n_scans,
                      .reach = reach < (double)n_scans ? (size_t)reach : n_scans};
    line->weight = vb_arena_take(arena, 2 * line->reach + 1, sizeof(double));
    line->moment = vb_arena_take(arena, 2 * line->reach + 1, sizeof(double));
    line->sum = vb_arena_take(arena, n_scans, sizeof(double));
    line->first = vb_arena_take(arena, n_scans, sizeof(double));
    line->second = vb_arena_take(arena, n_scans, sizeof(double));
    if (!line->weight || !line->moment || !line->sum || !line->first || !line->second)
        return vb_fail_memory(err, (n_scans + line->reach) * sizeof(double));
    for (size_t k = 0; k <= 2 * line->reach; k++) {
        const double x = (double)k - (double)line->reach;

        line->weight[k] = exp(-x * x / (2 * sigma_scans * sigma_scans));
        line->moment[k] = line->weight[k] * x;
    }
    for (size_t t = 0; t < n_scans; t++) {
        size_t first, end;

        window(line, t, &first, &end);
        for (size_t s = first; s < end; s++) {
            const size_t k = s + line->reach - t;

            line->sum[t] += line->weight[k];
            line->first[t] += line->moment[k];
            line->second[t] += line->moment[k] * ((double)k - (double)line->reach);
        }
    }
    return VB_OK;
}

/* Value at scan t of the line fitted around it; y itself where no line is defined. */
static double line_at(const vb_line *line, size_t t, const double y[])
{
    const double n = line->sum[t], a = line->first[t], c = line->second[t];
    const double det = c * n - a * a;
    size_t first, end, k;
    double b, d;

    if (det == 0)
        return y[t];
    window(line, t, &first, &end);
    k = first + line->reach - t;
    b = vb_column_dot(end - first, line->weight + k, y + first);
    d = vb_column_dot(end - first, line->moment + k, y + first);
    return (c * b - a * d) / det;
}

void vb_line_filter(const vb_line *line, double y[], double scratch[])
{
    const size_t n = line->n_scans;
    double mean = 0, level;

    for (size_t t = 0; t < n; t++)
        scratch[t] = line_at(line, t, y);
    level = n ? scratch[0] : 0;
    for (size_t t = 0; t < n; t++) {
        y[t] += level - scratch[t];
        mean += y[t] / (double)n;
    }
    for (size_t t = 0; t < n; t++)
        y[t] -= mean;
}
