/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * afni_kernel.c - response models of 3dDeconvolve.
 *
 *     BLOCKq(d)     integral of (s/q)^q exp(q - s) from t - min(t, d) to t, 0 from d + 15 s
 *     peak          at d / (1 - exp(-d/q)); scaled there to p when p is given; UBLOCK
 *                   without p by the peak of a block of 99.9 s, with -X by that of X s
 *     GAM, SPMG(d)  sums over round(d/0.01) + 1 steps of 0.01 s, peak 1, read off by
 *                   straight lines
 */
#include "afni.h"

#include <math.h>
#include <string.h>

static const double STEP_S = .01;
static const double BLOCK_TAIL_S = 15;
static const double LONG_BLOCK_S = 99.9;
static const double LONGEST_TABLE_S = 2000;
/* 3dDeconvolve's constants of SPMG */
static const double A1 = .0083333333, A2 = 1.274527e-13, A3 = .00869011, P3 = 4.94057;
static const double SPMG_END_S = 25, GAM_TOP_S = 11.1, GAM_REACH = 9.9, BOX_REACH = 5;

static double gam(double t, double p, double q, double top_s)
{
    return t <= 0 || t > top_s ? 0 : pow(t / (p * q), p) * exp(p - t / q);
}

static double spmg(size_t b, double t)
{
    double canonical;

    if (t <= 0 || t >= SPMG_END_S)
        return 0;
    if (b == 1)
        return exp(-t) * (A1 * pow(t, 4) * (5 - t) - A2 * pow(t, 14) * (15 - t));
    canonical = exp(-t) * (A1 * pow(t, 5) - A2 * pow(t, 15));
    return b == 0 ? canonical
                  : 100 * (canonical - (A3 * pow(t, P3) * exp(-t / 1.01) -
                                        A2 * pow(t, 15) * exp(-t)));
}

/* Integral of (s/q)^q exp(q - s) over 0..t:  q! e^q / q^q (1 - e^-t sum_k t^k/k!). */
static double block_area(unsigned q, double t)
{
    double term = 1, sum = 1, factorial = 1;

    for (unsigned k = 1; k <= q; k++) {
        term *= t / k;
        sum += term;
        factorial *= k;
    }
    if (t <= 0)
        return 0;
    return factorial * exp(q) / pow(q, q) * (1 - exp(-t) * sum);
}

static double block(unsigned q, double t, double duration_s)
{
    if (t <= 0 || t >= duration_s + BLOCK_TAIL_S)
        return 0;
    return block_area(q, t) - block_area(q, t - fmin(t, duration_s));
}

static double block_peak(unsigned q, double duration_s)
{
    return block(q, duration_s / (1 - exp(-duration_s / q)), duration_s);
}

/* A block with its peak as the model wants it. */
static double scaled_block(const vb_afni_response *r, double t, double duration_s)
{
    const bool unit = r->model == VB_AFNI_UBLOCK || r->model == VB_AFNI_DMUBLOCK;
    const double x = block(r->power, t, duration_s);
    double at_s = duration_s, peak = r->peak;

    if (!(x > 0) || (!unit && !(peak > 0)))
        return x;
    if (unit && !(peak > 0)) {
        at_s = peak < 0 ? -peak : LONG_BLOCK_S;
        peak = 1;
    }
    return x * peak / block_peak(r->power, at_s);
}

static double unconvolved(const vb_afni_response *r, size_t b, double t)
{
    if (r->model == VB_AFNI_SPMG)
        return spmg(b, t);
    if (r->model == VB_AFNI_TWOGAM)
        return r->scale * (gam(t, r->p, r->q, r->top_s) -
                           r->ratio * gam(t, r->p2, r->q2, r->top_s));
    return gam(t, r->p, r->q, r->top_s);
}

static double through_knots(const vb_hrf_basis *f, double t)
{
    size_t k = f->n_knots;

    while (k && f->knot_s[k - 1] > t)
        k--;
    if (!k)
        return 0;
    if (k == f->n_knots)
        return t == f->knot_s[k - 1] ? f->knot_h[k - 1] : 0;
    return f->knot_h[k - 1] + (f->knot_h[k] - f->knot_h[k - 1]) *
                                  (t - f->knot_s[k - 1]) /
                                  (f->knot_s[k] - f->knot_s[k - 1]);
}

static double from_table(const vb_afni_response *r, size_t b, double t)
{
    const double *table = r->table + b * r->n_table, x = t / STEP_S;
    const size_t i = (size_t)fmax(fmin(x, 1e9), 0);

    if (t < 0 || i >= r->n_table)
        return 0;
    return (1 - (x - (double)i)) * table[i] +
           (i + 1 < r->n_table ? (x - (double)i) * table[i + 1] : 0);
}

double vb_afni_response_at(const vb_afni_response *r, size_t b, double t_s,
                           double duration_s)
{
    switch (r->model) {
    case VB_AFNI_BLOCK:
    case VB_AFNI_UBLOCK:
        return scaled_block(r, t_s, r->duration_s);
    case VB_AFNI_DMBLOCK:
    case VB_AFNI_DMUBLOCK:
        return scaled_block(r, t_s, duration_s);
    case VB_AFNI_TENT:
        return through_knots(&r->tents->basis[b], t_s);
    default:
        return r->table ? from_table(r, b, t_s) : unconvolved(r, b, t_s);
    }
}

/* Running sums over the box, each function with largest absolute value 1. */
static vb_status tabulate(vb_afni_response *r, double top_s, vb_arena *arena,
                          vb_error *err)
{
    const size_t lags = 1 + (size_t)rint(r->duration_s / STEP_S);
    const size_t n = (size_t)ceil(top_s / STEP_S) + lags + 1;

    if (!((double)n * STEP_S < LONGEST_TABLE_S))
        return vb_fail(err, VB_EUSAGE, "hrf: a box of %g s is too long", r->duration_s);
    r->n_table = n;
    r->table = vb_arena_take(arena, r->n_functions * n, sizeof *r->table);
    if (!r->table)
        return vb_fail_memory(err, r->n_functions * n * sizeof *r->table);
    for (size_t b = 0; b < r->n_functions; b++) {
        double *out = r->table + b * n, sum = 0, most = 0;

        for (size_t i = 0; i < n; i++) {
            sum += unconvolved(r, b, (double)i * STEP_S);
            if (i >= lags)
                sum -= unconvolved(r, b, (double)(i - lags) * STEP_S);
            out[i] = sum;
            most = fmax(most, fabs(sum));
        }
        for (size_t i = 0; i < n && most > 0; i++)
            out[i] /= most;
    }
    return VB_OK;
}

static void set_gam(vb_afni_response *r, const vb_hrf *hrf)
{
    const bool adjusted = hrf->given[0] || hrf->given[1] || hrf->given[2];

    r->duration_s = hrf->given[2] ? fmax(hrf->p[2], STEP_S) : (double)NAN;
    r->top_s = GAM_TOP_S;
    if (adjusted) /* 3dDeconvolve cuts it off earlier under a box */
        r->top_s =
            r->p * r->q + (hrf->given[2] ? BOX_REACH : GAM_REACH) * sqrt(r->p) * r->q;
}

static void set_twogam(vb_afni_response *r, const vb_hrf *hrf)
{
    double most = 0;

    r->ratio = hrf->p[2];
    r->p2 = hrf->p[3];
    r->q2 = hrf->p[4];
    r->duration_s = hrf->p[5];
    r->top_s = fmax(r->p * r->q + GAM_REACH * sqrt(r->p) * r->q,
                    r->p2 * r->q2 + GAM_REACH * sqrt(r->p2) * r->q2);
    r->scale = 1;
    for (size_t i = 1; (double)i * STEP_S < r->top_s; i++)
        most = fmax(most, fabs(unconvolved(r, 0, (double)i * STEP_S)));
    r->scale = most > 0 ? 1 / most : 1;
}

/* What BY_DURATION stands for. */
static void by_duration(vb_afni_response *r, double duration_s)
{
    r->p = 8.6;
    r->q = .547;
    r->top_s = GAM_TOP_S;
    r->power = 4;
    r->peak = 0;
    if (isnan(duration_s)) {
        r->model = VB_AFNI_DMUBLOCK;
    } else if (duration_s > 0) {
        r->model = VB_AFNI_BLOCK;
        r->duration_s = duration_s;
        r->peak = 1;
    } else {
        r->model = VB_AFNI_GAM;
    }
}

vb_status vb_afni_response_make(const vb_hrf *hrf, double duration_s, vb_arena *arena,
                                vb_afni_response *r, vb_error *err)
{
    const double *p = hrf->p;

    *r = (vb_afni_response){.model = hrf->afni,
                            .power = hrf->afni_power,
                            .n_functions = hrf->n_basis,
                            .duration_s = NAN,
                            .tents = hrf};
    switch (hrf->afni) {
    case VB_AFNI_GAM:
    case VB_AFNI_TWOGAM:
        r->p = p[0];
        r->q = p[1];
        if (hrf->afni == VB_AFNI_TWOGAM)
            set_twogam(r, hrf);
        else
            set_gam(r, hrf);
        return isnan(r->duration_s) ? VB_OK : tabulate(r, r->top_s, arena, err);
    case VB_AFNI_SPMG:
        r->duration_s = p[0];
        return isnan(p[0]) ? VB_OK : tabulate(r, SPMG_END_S, arena, err);
    case VB_AFNI_BLOCK:
    case VB_AFNI_UBLOCK:
        r->duration_s = p[0];
        r->peak = p[1];
        return isnan(p[0])
                   ? vb_fail(err, VB_EUSAGE,
                             "hrf %s needs a duration, such as %s(2,1); dmUBLOCK "
                             "takes each event's own",
                             hrf->name, hrf->name)
                   : VB_OK;
    case VB_AFNI_DMBLOCK:
    case VB_AFNI_DMUBLOCK:
        r->peak = p[0];
        return VB_OK;
    case VB_AFNI_BY_DURATION:
        by_duration(r, duration_s);
        return VB_OK;
    default:
        return VB_OK;
    }
}

bool vb_afni_takes_durations(const vb_afni_response *r)
{
    return r->model == VB_AFNI_DMBLOCK || r->model == VB_AFNI_DMUBLOCK;
}

const char *vb_afni_response_name(const vb_afni_response *r, vb_arena *arena)
{
    static const char *const dm[] = {"dmBLOCK", "dmUBLOCK"}, *const own[] = {"BLOCK",
                                                                             "UBLOCK"};
    const bool unit = r->model == VB_AFNI_UBLOCK || r->model == VB_AFNI_DMUBLOCK;
    const char *name = vb_afni_takes_durations(r) ? dm[unit] : own[unit];
    const char *five = r->power == 5 ? "5" : "";

    switch (r->model) {
    case VB_AFNI_GAM:
        if (r->top_s == GAM_TOP_S)
            return "GAM";
        return isnan(r->duration_s)
                   ? vb_arena_printf(arena, "GAM(%.10g,%.10g)", r->p, r->q)
                   : vb_arena_printf(arena, "GAM(%.10g,%.10g,%.10g)", r->p, r->q,
                                     r->duration_s);
    case VB_AFNI_TWOGAM:
        if (isnan(r->duration_s))
            return vb_arena_printf(arena, "TWOGAM(%.10g,%.10g,%.10g,%.10g,%.10g)", r->p,
                                   r->q, r->ratio, r->p2, r->q2);
        return vb_arena_printf(arena, "TWOGAM(%.10g,%.10g,%.10g,%.10g,%.10g,%.10g)",
                               r->p, r->q, r->ratio, r->p2, r->q2, r->duration_s);
    case VB_AFNI_SPMG:
        return isnan(r->duration_s) ? vb_arena_printf(arena, "SPMG%zu", r->n_functions)
                                    : vb_arena_printf(arena, "SPMG%zu(%.10g)",
                                                      r->n_functions, r->duration_s);
    case VB_AFNI_TENT:
        return vb_arena_printf(arena, "TENT(%.10g,%.10g,%.10g)", r->tents->p[0],
                               r->tents->p[1], r->tents->p[2]);
    default:
        break;
    }
    if (vb_afni_takes_durations(r))
        return r->peak != 0 ? vb_arena_printf(arena, "%s%s(%.10g)", name, five, r->peak)
                            : vb_arena_printf(arena, "%s%s", name, five);
    return r->peak > 0
               ? vb_arena_printf(arena, "%s%s(%.10g,%.10g)", name, five, r->duration_s,
                                 r->peak)
               : vb_arena_printf(arena, "%s%s(%.10g)", name, five, r->duration_s);
}
