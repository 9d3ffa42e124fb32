/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tails_table.c - z of t or F for whole maps: piecewise polynomials of degree 7 through
 * Chebyshev nodes.
 *
 *     t: z / w over w = sqrt(df ln(1 + t^2 / df)), so that the relative error is even
 *        down to t = 0 (z / w tends to a constant there and to 1 far out);
 *     F: z over ln F.
 *
 * Both are analytic near the real axis (the nearest branch point is sqrt(pi df) resp. pi
 * away), so halving the pieces divides the error by some 2^8.
 */
#include "valuebold/tails.h"

#include <math.h>
#include <stdlib.h>

enum { DEGREE = 7, NODES = DEGREE + 1, FIRST_PIECES = 128, MOST_PIECES = 8192 };

static const double pi = 3.141592653589793238463;
static const double wanted =
    1e-11; /* header: the largest deviation from the direct z */

struct vb_z_table {
    double df1, df2; /* df1 0: t with df2 */
    double low, high, pieces_per_unit;
    size_t n_pieces;    /* 0: no polynomial was good enough, all is direct */
    double (*c)[NODES]; /* [n_pieces] ascending powers of the place in -1..1 */
};

/* The function the polynomials stand for. */
static double exact(const vb_z_table *table, double u)
{
    const double smallest = 1e-12; /* stands for the limit at w = 0 */

    if (table->df1 > 0)
        return vb_z_from_F(exp(u), table->df1, table->df2);
    u = fmax(u, smallest);
    return vb_z_from_t(sqrt(table->df2 * expm1(u * u / table->df2)), table->df2) / u;
}

static double horner(const double c[NODES], double x)
{
    double y = c[DEGREE];

    for (int k = DEGREE - 1; k >= 0; k--)
        y = y * x + c[k];
    return y;
}

/* Chebyshev coefficients from the values at the nodes, then powers. */
static void interpolate(const double values[NODES], double c[NODES])
{
    double before[NODES] = {0}, now[NODES] = {0}; /* powers of T(k-1), T(k) */

    for (size_t j = 0; j < NODES; j++)
        c[j] = 0;
    now[0] = 1;
    for (size_t k = 0; k < NODES; k++) {
        double a = 0, next[NODES];

        for (size_t j = 0; j < NODES; j++)
            a += values[j] * cos((double)k * pi * ((double)j + 0.5) / NODES);
        a *= (k ? 2.0 : 1.0) / NODES;
        for (size_t j = 0; j <= k; j++)
            c[j] += a * now[j];
        for (size_t j = 0; j < NODES; j++) /* T(k+1) = 2x T(k) - T(k-1); T(1) = x */
            next[j] = (k ? 2 : 1) * (j ? now[j - 1] : 0) - before[j];
        for (size_t j = 0; j < NODES; j++) {
            before[j] = now[j];
            now[j] = next[j];
        }
    }
}

/* Fits piece i; true when it agrees with the function where a polynomial through these
 * nodes errs most. */
static bool fit_piece(const vb_z_table *table, size_t i)
{
    const double width = (table->high - table->low) / (double)table->n_pieces;
    const double middle = table->low + width * ((double)i + 0.5);
    double values[NODES];

    for (size_t j = 0; j < NODES; j++)
        values[j] =
            exact(table, middle + 0.5 * width * cos(pi * ((double)j + 0.5) / NODES));
    interpolate(values, table->c[i]);
    for (size_t j = 0; j <= NODES; j++) {
        const double x = cos(pi * (double)j / NODES);
        const double value = exact(table, middle + 0.5 * width * x);

        if (!(fabs(horner(table->c[i], x) - value) <= wanted * fmax(1, fabs(value))))
            return false;
    }
    return true;
}

static vb_status fit(vb_z_table *table, vb_error *err)
{
    for (size_t n = FIRST_PIECES; n <= MOST_PIECES; n *= 2) {
        bool good = true;

        free(table->c);
        table->c = malloc(n * sizeof *table->c);
        if (!table->c)
            return vb_fail_memory(err, n * sizeof *table->c);
        table->n_pieces = n;
        table->pieces_per_unit = (double)n / (table->high - table->low);
        for (size_t i = 0; good && i < n; i++)
            good = fit_piece(table, i);
        if (good)
            return VB_OK;
    }
    table->n_pieces = 0;
    return VB_OK;
}

static vb_status make(vb_z_table wish, vb_z_table **table, vb_error *err)
{
    vb_z_table *made = malloc(sizeof *made);
    vb_status status;

    if (!made)
        return vb_fail_memory(err, sizeof *made);
    *made = wish;
    status = fit(made, err);
    if (status != VB_OK) {
        vb_z_table_free(made);
        return status;
    }
    *table = made;
    return VB_OK;
}

vb_status vb_z_table_t(double df, vb_z_table **table, vb_error *err)
{
    const double highest = 40; /* z beyond is met in no map; t stays finite to here */
    vb_z_table wish = {.df2 = df};

    if (!(df > 0))
        return vb_fail(err, VB_EDOM,
                       "t has %g degrees of freedom, expected more than 0", df);
    if (isinf(df)) { /* z is t */
        *table = malloc(sizeof **table);
        if (!*table)
            return vb_fail_memory(err, sizeof **table);
        **table = wish;
        return VB_OK;
    }
    wish.high = fmin(highest, sqrt(600 * df)); /* exp(600) = 4e260 */
    return make(wish, table, err);
}

vb_status vb_z_table_F(double df1, double df2, vb_z_table **table, vb_error *err)
{
    /* F from 1e-13 to 1e13 */
    const vb_z_table wish = {.df1 = df1, .df2 = df2, .low = -30, .high = 30};

    if (!(df1 > 0) || !(df2 > 0) || isinf(df1) || isinf(df2))
        return vb_fail(
            err, VB_EDOM,
            "F has %g and %g degrees of freedom, expected finite numbers more "
            "than 0",
            df1, df2);
    return make(wish, table, err);
}

void vb_z_table_free(vb_z_table *table)
{
    if (table)
        free(table->c);
    free(table);
}

/* The polynomial at u, or NaN where there is none. */
static inline double look_up(const vb_z_table *table, double u)
{
    const double place = (u - table->low) * table->pieces_per_unit;
    size_t i;

    if (!(place >= 0 && place < (double)table->n_pieces))
        return NAN;
    i = (size_t)place;
    return horner(table->c[i], 2 * (place - (double)i) - 1);
}

static void apply_t(const vb_z_table *table, size_t n, const double t[], double z[])
{
    const double df = table->df2;

    for (size_t v = 0; v < n; v++) {
        const double w = sqrt(df * log1p(t[v] * t[v] / df));
        const double ratio = look_up(table, w);

        z[v] = isnan(ratio) ? vb_z_from_t(t[v], df) : copysign(w * ratio, t[v]);
    }
}

void vb_z_table_apply(const vb_z_table *table, size_t n, const double statistic[],
                      double z[])
{
    if (!(table->df1 > 0)) {
        apply_t(table, n, statistic, z);
        return;
    }
    for (size_t v = 0; v < n; v++) {
        const double value = look_up(table, log(statistic[v]));

        z[v] = isnan(value) ? vb_z_from_F(statistic[v], table->df1, table->df2) : value;
    }
}

void vb_p_from_z(size_t n, const double z[], bool two_sided, double p[])
{
    const double sqrt_half = 0.707106781186547524401;

    for (size_t v = 0; v < n; v++)
        p[v] = two_sided ? erfc(fabs(z[v]) * sqrt_half) : 0.5 * erfc(z[v] * sqrt_half);
}
