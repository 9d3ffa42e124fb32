/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drift.c - cosine set (spm_filter.m, spm_dctmtx.m) and line filter (fslmaths -bptf).
 */
#include "drift.h"

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

/* Value at scan t of the line fitted around it; y itself where no line is defined. */
static double line_at(size_t t, size_t n_scans, size_t reach, double sigma,
                      const double y[])
{
    const size_t first = t > reach ? t - reach : 0;
    const size_t end = t + reach < n_scans ? t + reach + 1 : n_scans;
    double n = 0, a = 0, c = 0, b = 0, d = 0, det;

    for (size_t s = first; s < end; s++) {
        const double x = (double)s - (double)t;
        const double w = exp(-x * x / (2 * sigma * sigma));

        n += w;
        a += w * x;
        c += w * x * x;
        b += w * y[s];
        d += w * x * y[s];
    }
    det = c * n - a * a;
    return det != 0 ? (c * b - a * d) / det : y[t];
}

void vb_line_filter(size_t n_scans, double sigma_scans, double y[], double scratch[])
{
    const size_t reach = (size_t)floor(WINDOW_SIGMAS * sigma_scans);
    double mean = 0, level;

    for (size_t t = 0; t < n_scans; t++)
        scratch[t] = line_at(t, n_scans, reach, sigma_scans, y);
    level = n_scans ? scratch[0] : 0;
    for (size_t t = 0; t < n_scans; t++) {
        y[t] += level - scratch[t];
        mean += y[t] / (double)n_scans;
    }
    for (size_t t = 0; t < n_scans; t++)
        y[t] -= mean;
}
