/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_spm_fast_reduce.c - which components FAST does without.
 *
 * One after another, a component's weight is fixed at 0 by its prior; the change of the log
 * evidence follows from the posterior alone (Friston & Penny 2011 NeuroImage 56:2089), and
 * where it is above 2 the component goes, and the posterior becomes that without it.
 * Reference: SPM12 r7771 spm_reml.m, spm_log_evidence_reduce.m, spm_inv.m.
 */
#include "noise_spm_fast.h"

#include <math.h>
#include <string.h>

static const double tolerance = 1e-8; /* spm_log_evidence_reduce.m */
static const double enough = 2;

static void swap_rows(size_t n, double *a, double *b)
{
    for (size_t j = 0; a != b && j < n; j++) {
        const double x = a[j];

        a[j] = b[j];
        b[j] = x;
    }
}

/* Gauss and Jordan, rows exchanged: on the way C may be indefinite */
double vb_fast_invert(size_t n, double added, size_t order[], double *a)
{
    double log_det = 0;

    for (size_t i = 0; i < n; i++)
        a[i * n + i] += added;
    for (size_t p = 0; p < n; p++) {
        double pivot;

        order[p] = p;
        for (size_t i = p + 1; i < n; i++)
            if (fabs(a[i * n + p]) > fabs(a[order[p] * n + p]))
                order[p] = i;
        swap_rows(n, a + p * n, a + order[p] * n);
        pivot = 1 / a[p * n + p];
        log_det -= log(fabs(pivot));
        a[p * n + p] = 1;
        for (size_t j = 0; j < n; j++)
            a[p * n + j] *= pivot;
        for (size_t i = 0; i < n; i++) {
            const double f = a[i * n + p];

            if (i == p)
                continue;
            a[i * n + p] = 0;
            for (size_t j = 0; j < n; j++)
                a[i * n + j] -= f * a[p * n + j];
        }
    }
    for (size_t p = n; p-- > 0;)
        for (size_t i = 0; order[p] != p && i < n; i++) {
            const double x = a[i * n + p];

            a[i * n + p] = a[i * n + order[p]];
            a[i * n + order[p]] = x;
        }
    return log_det;
}

/* A posterior of the weights that are left. */
typedef struct posterior {
    size_t n;
    size_t part[VB_FAST_MOST];
    double mean[VB_FAST_MOST], covariance[VB_FAST_MOST * VB_FAST_MOST];
} posterior;

/* in without its weight k, but with its row still there; the change of the log evidence */
static double without(const posterior *in, size_t k, double prior, posterior *out)
{
    const size_t n = in->n;
    const double p = 1 / (1 / prior + tolerance), fixed = 1 / tolerance;
    double precision[VB_FAST_MOST * VB_FAST_MOST], along[VB_FAST_MOST];
    size_t order[VB_FAST_MOST];
    double *c = out->covariance, change;

    *out = *in;
    memcpy(precision, in->covariance, n * n * sizeof *precision);
    change = -vb_fast_invert(n, tolerance, order, precision);
    memcpy(c, precision, n * n * sizeof *c);
    c[k * n + k] += fixed - p;
    change -= vb_fast_invert(n, tolerance, order, c);
    change += log(fixed) + (double)(n - 1) * log(p) - (double)n * log(p + tolerance);
    for (size_t i = 0; i < n; i++) {
        along[i] = 0;
        for (size_t j = 0; j < n; j++)
            along[i] += precision[i * n + j] * in->mean[j];
        change -= in->mean[i] * along[i];
    }
    for (size_t i = 0; i < n; i++) {
        out->mean[i] = 0;
        for (size_t j = 0; j < n; j++)
            out->mean[i] += c[i * n + j] * along[j];
        change += along[i] * out->mean[i];
    }
    return change / 2;
}

static void drop(posterior *p, size_t k)
{
    double *c = p->covariance;
    size_t to = 0;

    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->n; j++)
            if (i != k && j != k)
                c[to++] = c[i * p->n + j];
    for (size_t i = k; i + 1 < p->n; i++) {
        p->mean[i] = p->mean[i + 1];
        p->part[i] = p->part[i + 1];
    }
    p->n--;
}

void vb_fast_reduce(size_t n, const double *h, const double *precision, double prior,
                    bool kept[])
{
    posterior now = {.n = n}, next;
    size_t order[VB_FAST_MOST];
    size_t at = 0; /* of the component in turn among those left */

    memcpy(now.mean, h, n * sizeof *h);
    memcpy(now.covariance, precision, n * n * sizeof *precision);
    vb_fast_invert(n, 0, order, now.covariance);
    for (size_t i = 0; i < n; i++) {
        kept[i] = !(without(&now, at, prior, &next) > enough);
        if (kept[i]) {
            at++;
            continue;
        }
        now = next;
        drop(&now, at);
    }
}
