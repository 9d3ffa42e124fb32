/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * minimise.c - minima of a smooth function within bounds.
 *
 * A quasi-Newton method (BFGS, damped as Powell 1978 does it) on the numbers that are not
 * held at a bound, with steps projected on the bounds and halved until they go down enough
 * (Armijo).  It begins with a Hessian by differences of the gradient, and when progress
 * ends takes Newton steps with Hessians of its own, so that it stops at a minimum to the
 * last digits, and not where progress was slow or at a saddle.
 */
#include "fit_internal.h"

#include <string.h>

enum { MAX_ITERATIONS = 300, MAX_HALVINGS = 40, MAX_ESCAPES = 4, MAX_NEWTON = 80 };
static const double SMALL_DECREASE = 1e-9, ZERO_GRADIENT = 1e-10, LONGEST_STEP = 3;

typedef struct search {
    const objective *o;
    size_t n;
    double *x;
    double f, g[VB_FIT_MAX], h[VB_FIT_MAX * VB_FIT_MAX];
    size_t n_free, free[VB_FIT_MAX];
    size_t n_evaluations;
    bool foreseen;
} search;

static double evaluate(search *s, const double x[], double g[])
{
    const double f = s->o->at(s->o->context, x, g);

    s->n_evaluations++;
    for (size_t i = 0; i < s->n; i++)
        if (!isfinite(g[i]))
            return INFINITY;
    return isnan(f) ? (double)INFINITY : f;
}

/* A step of differences that stays within bounds by turning round. */
static double room(const objective *o, size_t j, double x, double h)
{
    return x + h > o->high[j] ? -h : h;
}

static void difference(const objective *o, const double x[], size_t j, bool fine,
                       double out[], size_t *n_evaluations)
{
    static const double weight[4] = {1. / 12, -2. / 3, 2. / 3, -1. / 12};
    static const double at[4] = {-2, -1, 1, 2};
    const double h = (fine ? 1e-2 : 1e-4) * o->step[j];
    double y[VB_FIT_MAX], g[VB_FIT_MAX] = {0};

    memcpy(y, x, o->n * sizeof *y);
    memset(out, 0, o->n * sizeof *out);
    for (size_t k = fine ? 0 : 1; k < (fine ? 4u : 3u); k++) {
        y[j] = x[j] + at[k] * h;
        o->at(o->context, y, g);
        ++*n_evaluations;
        for (size_t i = 0; i < o->n; i++)
            out[i] += g[i] * (fine ? weight[k] : at[k] / 2) / h;
    }
}

void fit_hessian(const objective *o, const double x[], bool fine, double hessian[],
                 size_t *n_evaluations)
{
    const size_t n = o->n;

    for (size_t j = 0; j < n; j++)
        difference(o, x, j, fine, hessian + j * n, n_evaluations);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            hessian[i * n + j] = hessian[j * n + i] =
                (hessian[i * n + j] + hessian[j * n + i]) / 2;
}

/* One-sided and cheap: only a beginning. */
static void first_hessian(search *s)
{
    const size_t n = s->n;
    double y[VB_FIT_MAX], g[VB_FIT_MAX];

    memcpy(y, s->x, n * sizeof *y);
    for (size_t j = 0; j < n; j++) {
        const double h = room(s->o, j, s->x[j], 1e-5 * s->o->step[j]);

        y[j] = s->x[j] + h;
        evaluate(s, y, g);
        y[j] = s->x[j];
        for (size_t i = 0; i < n; i++)
            s->h[j * n + i] = (g[i] - s->g[i]) / h;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            const double mean = (s->h[i * n + j] + s->h[j * n + i]) / 2;

            s->h[i * n + j] = s->h[j * n + i] = isfinite(mean) ? mean : i == j ? 1 : 0;
        }
}

/* Numbers that may move; returns their largest gradient. */
static double find_free(search *s)
{
    double largest = 0;

    s->n_free = 0;
    for (size_t i = 0; i < s->n; i++) {
        const bool held = (s->x[i] <= s->o->low[i] && s->g[i] > 0) ||
                          (s->x[i] >= s->o->high[i] && s->g[i] < 0);

        if (held)
            continue;
        s->free[s->n_free++] = i;
        largest = fmax(largest, fabs(s->g[i]) * s->o->step[i]);
    }
    return largest;
}

/* Direction d from the Hessian of the free numbers, made positive definite by adding to its
 * diagonal; false when it had to be. */
static bool direction(search *s, double d[])
{
    const size_t n = s->n, m = s->n_free;
    double a[VB_FIT_MAX * VB_FIT_MAX], b[VB_FIT_MAX], most = 0, shift = 0;
    bool definite = true;

    for (size_t i = 0; i < m; i++)
        most = fmax(most, fabs(s->h[s->free[i] * n + s->free[i]]));
    for (;;) {
        for (size_t i = 0; i < m; i++) {
            b[i] = -s->g[s->free[i]];
            for (size_t j = 0; j < m; j++)
                a[i * m + j] = s->h[s->free[i] * n + s->free[j]];
            a[i * m + i] += shift;
        }
        if (fit_cholesky(m, a))
            break;
        definite = false;
        shift = shift > 0 ? 4 * shift : most > 0 ? 1e-3 * most : 1;
        if (shift > 1e12 * (1 + most)) { /* nothing but the way down is known */
            memset(a, 0, m * m * sizeof *a);
            for (size_t i = 0; i < m; i++)
                a[i * m + i] = 1;
            break;
        }
    }
    for (size_t i = 0; i < m; i++) /* so that updates begin positive definite */
        s->h[s->free[i] * n + s->free[i]] += shift;
    fit_cholesky_solve(m, a, b);
    memset(d, 0, n * sizeof *d);
    for (size_t i = 0; i < m; i++)
        d[s->free[i]] = b[i];
    return definite;
}

static void cap(const search *s, double d[])
{
    double most = 0;

    for (size_t i = 0; i < s->n; i++)
        most = fmax(most, fabs(d[i]) / s->o->step[i]);
    for (size_t i = 0; most > LONGEST_STEP && i < s->n; i++)
        d[i] *= LONGEST_STEP / most;
}

/* Moves along d as far as it goes down; false when it does not. dx and dg are the changes
 * made; s->foreseen tells whether the Hessian foresaw them. */
static bool move(search *s, const double d[], double dx[], double dg[])
{
    double y[VB_FIT_MAX], g[VB_FIT_MAX], length = 1;

    for (size_t k = 0; k < MAX_HALVINGS; k++, length *= k < 3 ? .5 : .2) {
        double slope = 0, f;
        bool same = true;

        for (size_t i = 0; i < s->n; i++) {
            y[i] = fmin(fmax(s->x[i] + length * d[i], s->o->low[i]), s->o->high[i]);
            slope += s->g[i] * (y[i] - s->x[i]);
            same = same && y[i] == s->x[i];
        }
        if (same)
            return false;
        f = evaluate(s, y, g);
        /* the last digits of f cannot go down by the slope: then the gradient decides */
        if (f >
            s->f + 1e-4 * slope + (fabs(slope) < 1e-10 ? 1e-13 * (1 + fabs(s->f)) : 0))
            continue;
        s->foreseen = k == 0 && f < s->f + .25 * slope && f > s->f + .75 * slope;
        for (size_t i = 0; i < s->n; i++) {
            dx[i] = y[i] - s->x[i];
            dg[i] = g[i] - s->g[i];
            s->x[i] = y[i];
            s->g[i] = g[i];
        }
        s->f = f;
        return true;
    }
    return false;
}

static void update(search *s, const double dx[], const double dg[])
{
    const size_t n = s->n;
    double hx[VB_FIT_MAX], y[VB_FIT_MAX], xhx = 0, xy = 0, blend = 1;

    for (size_t i = 0; i < n; i++) {
        hx[i] = 0;
        for (size_t j = 0; j < n; j++)
            hx[i] += s->h[i * n + j] * dx[j];
        xhx += dx[i] * hx[i];
        xy += dx[i] * dg[i];
    }
    if (!(xhx > 0)) /* a beginning that is not positive definite along dx */
        return;
    if (xy < .2 * xhx)
        blend = .8 * xhx / (xhx - xy);
    xy = blend * xy + (1 - blend) * xhx;
    for (size_t i = 0; i < n; i++)
        y[i] = blend * dg[i] + (1 - blend) * hx[i];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            s->h[i * n + j] += y[i] * y[j] / xy - hx[i] * hx[j] / xhx;
}

/* At a saddle the gradient leads nowhere: along the direction of negative curvature. */
static bool escape(search *s)
{
    const size_t n = s->n, m = s->n_free;
    double a[VB_FIT_MAX * VB_FIT_MAX], v[VB_FIT_MAX], d[VB_FIT_MAX] = {0};
    double dx[VB_FIT_MAX], dg[VB_FIT_MAX], value, most = 0, along = 0;

    for (size_t i = 0; i < m; i++) {
        most = fmax(most, fabs(s->h[s->free[i] * n + s->free[i]]));
        for (size_t j = 0; j < m; j++)
            a[i * m + j] = s->h[s->free[i] * n + s->free[j]];
    }
    if (!m || fit_smallest_eigen(m, a, &value, v, NULL) != VB_OK ||
        !(value < -1e-7 * (1e-3 + most)))
        return false;
    for (size_t i = 0; i < m; i++)
        along += v[i] * s->g[s->free[i]];
    for (size_t k = 0; k < 2; k++) {
        const double sign = (along > 0) == (k == 0) ? -1 : 1;

        for (size_t i = 0; i < m; i++)
            d[s->free[i]] = sign * v[i] * s->o->step[s->free[i]];
        if (move(s, d, dx, dg))
            return true;
    }
    return false;
}

/* One whole Newton step that the last digits of f may not show: the gradient decides. */
static bool refine(search *s, const double d[], double gradient)
{
    search ahead = *s;
    double y[VB_FIT_MAX];

    ahead.x = y;
    for (size_t i = 0; i < s->n; i++)
        y[i] = fmin(fmax(s->x[i] + d[i], s->o->low[i]), s->o->high[i]);
    ahead.f = evaluate(&ahead, y, ahead.g);
    s->n_evaluations = ahead.n_evaluations;
    if (!(ahead.f <= s->f + 1e-12 * (1 + fabs(s->f))) ||
        find_free(&ahead) > gradient / 2)
        return false;
    memcpy(s->x, y, s->n * sizeof *y);
    memcpy(s->g, ahead.g, s->n * sizeof *y);
    s->f = ahead.f;
    return true;
}

/* Newton steps until nothing is to be gained; false after leaving a saddle. */
static bool polish(search *s, minimum *found, size_t *n_escapes)
{
    double d[VB_FIT_MAX], dx[VB_FIT_MAX], dg[VB_FIT_MAX];

    for (size_t k = 0; k < MAX_NEWTON; k++) {
        const double before = s->f, gradient = find_free(s);
        bool definite;

        fit_hessian(s->o, s->x, false, s->h, &s->n_evaluations);
        definite = s->n_free == 0 || direction(s, d);
        if (!definite && gradient < 1e-4 && ++*n_escapes <= MAX_ESCAPES && escape(s))
            return false;
        found->converged = definite;
        if (s->n_free == 0 || gradient < ZERO_GRADIENT)
            break;
        cap(s, d);
        if (definite && gradient < 1e-4 && refine(s, d, gradient))
            continue;
        if (!move(s, d, dx, dg) || (before - s->f <= 1e-14 * (1 + fabs(s->f)) &&
                                    find_free(s) >= .5 * gradient))
            break;
    }
    found->gradient = find_free(s);
    found->converged = found->converged && found->gradient < 1e-5;
    return true;
}

void fit_minimise(const objective *o, double x[], minimum *found)
{
    search s = {.o = o, .n = o->n, .x = x};
    double d[VB_FIT_MAX], dx[VB_FIT_MAX], dg[VB_FIT_MAX];
    size_t n_escapes = 0;
    bool done = false;

    *found = (minimum){.f = INFINITY, .gradient = INFINITY};
    for (size_t i = 0; i < o->n; i++)
        x[i] = fmin(fmax(x[i], o->low[i]), o->high[i]);
    s.f = evaluate(&s, x, s.g);
    if (isfinite(s.f))
        first_hessian(&s);
    for (size_t k = 0; isfinite(s.f) && k < MAX_ITERATIONS && !done; k++) {
        const double before = s.f, gradient = find_free(&s);
        bool moved = false;

        if (s.n_free && gradient > 1e-7) {
            direction(&s, d);
            cap(&s, d);
            moved = move(&s, d, dx, dg);
        }
        if (moved && s.foreseen)
            update(&s, dx, dg);
        else if (moved)
            first_hessian(&s);
        if (moved && before - s.f > SMALL_DECREASE * (1 + fabs(s.f)))
            continue;
        if (s.f > o->abandon)
            break;
        done = polish(&s, found, &n_escapes);
    }
    found->f = s.f;
    found->n_evaluations = s.n_evaluations;
    if (!done)
        found->gradient = find_free(&s);
}
