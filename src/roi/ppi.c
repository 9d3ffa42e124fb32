/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ppi.c - interactions at the neural level.
 *
 * What is estimated of the seed's neural activity is the posterior mean
 *
 *     a = ratio (HD)' (ratio A A' + I)^-1 M y,   A = M H D
 *
 * (M takes the confounds off), in the eigenvectors of A A': its components have variances
 * proportional to 1 + ratio s_i, so that the restricted likelihood of the ratio is a sum over
 * them.  D are all cosines up to half the rate of the scans, over the run and the length of
 * the response before it, for what happened before the first scan is in the data too.
 *
 * Neural activity and psychological variables have their means off before they are
 * multiplied: the product then is what neither of the two main effects can make (Di, Reynolds
 * & Biswal 2017 Hum Brain Mapp 38:1723).
 */
#include "valuebold/ppi.h"
#include "ppi_internal.h"
#include "valuebold/basis.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;
enum { USUAL_MICROTIME = 16, MOST_MICROTIME = 256 };
/* Length of the response functions. */
static const double RESPONSE_S = 32;

static vb_status check(const vb_ppi_model *m, vb_error *err)
{
    if (!m->n_conditions)
        return vb_fail(err, VB_EUSAGE,
                       "an interaction without a psychological variable");
    if (m->n_scans < 3 || !(m->tr_s > 0) || m->microtime > MOST_MICROTIME)
        return vb_fail(err, VB_EUSAGE,
                       "%zu scans of %g s with %u bins each; interactions take 3 scans "
                       "and at most %d bins",
                       m->n_scans, m->tr_s, m->microtime, MOST_MICROTIME);
    for (size_t c = 0; c < m->n_conditions; c++)
        for (size_t i = 0; i < m->conditions[c].n_events; i++) {
            const double onset = m->conditions[c].onset_s[i];
            const double duration = m->conditions[c].duration_s[i];

            if (!isfinite(onset) || !(duration >= 0) || isinf(duration))
                return vb_fail(
                    err, VB_EINPUT,
                    "'%.60s', event %zu: onset %g s, duration %g s; expected "
                    "finite numbers and a duration of 0 or more",
                    m->conditions[c].name, i + 1, onset, duration);
        }
    return VB_OK;
}

/* The response to a bin of height 1, at the times of samples after the bin's beginning. */
static vb_status make_kernel(const vb_ppi_model *m, vb_ppi *p, vb_error *err)
{
    const double zero = 0, duration = p->bin_s;
    const vb_design_event event = {.name = "bin",
                                   .n_events = 1,
                                   .onset_s = &zero,
                                   .duration_s = &duration};
    const vb_design_run run =
        {.label = "1",
         .tr_s = p->bin_s,
         .n_scans = p->n_kernel,
         .sample_s =
             fmin(fmax(m->sample_s - (double)p->first_bin * p->bin_s, 0), p->bin_s),
         .n_events = 1,
         .events = &event};
    const vb_design_options options = {.hrf = m->hrf, .high_pass_s = HUGE_VAL};
    vb_design *design = NULL;
    const vb_status status = vb_design_build(1, &run, &options, &design, NULL, err);

    for (size_t k = 0; status == VB_OK && k < p->n_kernel; k++)
        p->kernel[k] = design->x[k * design->n_cols];
    vb_design_free(design);
    return status;
}

void vb_ppi_convolve(const vb_ppi *p, const double bins[], double out[])
{
    for (size_t s = 0; s < p->n_scans; s++) {
        const size_t at = p->n_before + s * p->microtime + p->first_bin;

        out[s] = 0;
        for (size_t k = 0; k < p->n_kernel && k <= at; k++)
            if (at - k < p->n_bins)
                out[s] += p->kernel[k] * bins[at - k];
    }
}

/* Boxes into the bins they cover; an impulse has area 1 in its bin. */
static void fill_psychological(const vb_ppi *p, const vb_ppi_condition *c, double out[])
{
    const double before_s = (double)p->n_before * p->bin_s;
    double mean = 0, n = 0;

    for (size_t i = 0; i < c->n_events; i++) {
        const double height = c->weight ? c->weight[i] : 1;
        const double from = (c->onset_s[i] + before_s) / p->bin_s;
        const double to = from + c->duration_s[i] / p->bin_s;

        if (!isfinite(height) || to < 0 || from >= (double)p->n_bins)
            continue;
        if (c->duration_s[i] <= 0) {
            out[(size_t)floor(from)] += height / p->bin_s;
            continue;
        }
        for (size_t k = (size_t)fmax(floor(from), 0); k < p->n_bins && (double)k < to;
             k++)
            out[k] += height * (fmin(to, (double)k + 1) - fmax(from, (double)k));
    }
    for (size_t k = p->n_before; k < p->n_bins; k++, n++)
        mean += out[k];
    for (size_t k = 0; k < p->n_bins; k++)
        out[k] -= mean / n;
}

/* response [n_scans x n_basis]: cosine j of the bins, convolved. */
static vb_status fill_response(vb_ppi *p, vb_error *err)
{
    double *bins = vb_arena_take(p->arena, p->n_bins, sizeof *bins);
    double *out = vb_arena_take(p->arena, p->n_scans, sizeof *out);
    const double n = (double)p->n_bins;

    if (!bins || !out)
        return vb_fail_memory(err, p->n_bins * sizeof *bins);
    for (size_t j = 0; j < p->n_basis; j++) {
        for (size_t k = 0; k < p->n_bins; k++)
            bins[k] = (j ? sqrt(2 / n) : sqrt(1 / n)) *
                      cos(pi * (2 * (double)k + 1) * (double)j / (2 * n));
        vb_ppi_convolve(p, bins, out);
        for (size_t s = 0; s < p->n_scans; s++)
            p->response[s * p->n_basis + j] = out[s];
    }
    return VB_OK;
}

/* Rows x [n_scans x n] without their part along the confounds, in place. */
void vb_ppi_clear(const vb_ppi *p, size_t n, double x[])
{
    for (size_t c = 0; c < p->n_q; c++)
        for (size_t j = 0; j < n; j++) {
            const double *q = p->q + c * p->n_scans;
            double d = 0;

            for (size_t s = 0; s < p->n_scans; s++)
                d += q[s] * x[s * n + j];
            for (size_t s = 0; s < p->n_scans; s++)
                x[s * n + j] -= d * q[s];
        }
}

static vb_status make_confounds(const vb_ppi_model *m, vb_ppi *p, vb_error *err)
{
    const size_t n_cols = m->n_confounds + 1;
    double *x = vb_arena_take(p->arena, p->n_scans * n_cols, sizeof *x);
    vb_basis basis;
    vb_status status;

    if (!x)
        return vb_fail_memory(err, p->n_scans * n_cols * sizeof *x);
    for (size_t s = 0; s < p->n_scans; s++) {
        x[s * n_cols] = 1;
        if (m->n_confounds)
            memcpy(x + s * n_cols + 1, m->confounds + s * m->n_confounds,
                   m->n_confounds * sizeof *x);
    }
    status = vb_basis_make(p->n_scans, n_cols, x, p->arena, &basis, err);
    if (status != VB_OK)
        return status;
    if (basis.rank + 2 > p->n_scans)
        return vb_fail(err, VB_EESTIMATE,
                       "%zu confounds leave nothing of %zu scans to deconvolve",
                       m->n_confounds, p->n_scans);
    p->q = basis.q;
    p->n_q = basis.rank;
    return VB_OK;
}

/* Eigenvectors of A A'; the confounds, which it does not reach, are pushed below 0 and left
 * out. */
static vb_status decompose(vb_ppi *p, vb_error *err)
{
    const size_t n = p->n_scans, q = p->n_basis;
    double *a = vb_arena_take(p->arena, n * q, sizeof *a);
    gsl_matrix *square = gsl_matrix_calloc(n, n), *vectors = gsl_matrix_alloc(n, n);
    gsl_vector *values = gsl_vector_alloc(n);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
    double trace = 0;
    vb_status status = VB_OK;

    p->eigenvector = vb_arena_take(p->arena, n * (n - p->n_q), sizeof(double));
    p->eigenvalue = vb_arena_take(p->arena, n - p->n_q, sizeof(double));
    if (!a || !square || !vectors || !values || !work || !p->eigenvector ||
        !p->eigenvalue) {
        status = vb_fail_memory(err, 3 * n * n * sizeof *a);
        goto done;
    }
    memcpy(a, p->response, n * q * sizeof *a);
    vb_ppi_clear(p, q, a);
    for (size_t s = 0; s < n; s++)
        for (size_t t = 0; t <= s; t++) {
            double sum = 0;

            for (size_t j = 0; j < q; j++)
                sum += a[s * q + j] * a[t * q + j];
            gsl_matrix_set(square, s, t, sum);
            trace += s == t ? sum : 0;
        }
    for (size_t s = 0; s < n; s++)
        for (size_t t = 0; t <= s; t++)
            for (size_t c = 0; c < p->n_q; c++)
                *gsl_matrix_ptr(square, s, t) -=
                    trace * p->q[c * n + s] * p->q[c * n + t];
    if (gsl_eigen_symmv(square, values, vectors, work) != 0 ||
        gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_DESC) != 0) {
        status =
            vb_fail(err, VB_EINTERNAL, "eigenvectors of the response were not found");
        goto done;
    }
    p->n_eigen = n - p->n_q;
    for (size_t i = 0; i < p->n_eigen; i++) {
        p->eigenvalue[i] = fmax(gsl_vector_get(values, i), 0);
        p->mean_eigenvalue += p->eigenvalue[i] / (double)p->n_eigen;
        for (size_t s = 0; s < n; s++)
            p->eigenvector[i * n + s] = gsl_matrix_get(vectors, s, i);
    }
done:
    gsl_matrix_free(square);
    gsl_matrix_free(vectors);
    gsl_vector_free(values);
    gsl_eigen_symmv_free(work);
    return status;
}

static vb_status make(const vb_ppi_model *m, vb_ppi *p, vb_error *err)
{
    const double response_bins = ceil(RESPONSE_S / p->bin_s);
    vb_status status;

    p->n_kernel = (size_t)response_bins + 1;
    /* whole scans, so that the cosines end where those of scans would */
    p->n_before = (size_t)ceil(response_bins / (double)p->microtime) * p->microtime;
    p->n_bins = p->n_before + p->n_scans * p->microtime;
    p->n_basis = p->n_bins / p->microtime;
    p->first_bin = (size_t)floor(m->sample_s / p->bin_s + 1e-9);
    p->kernel = vb_arena_take(p->arena, p->n_kernel, sizeof *p->kernel);
    p->response = vb_arena_take(p->arena, p->n_scans * p->n_basis, sizeof(double));
    p->psychological =
        vb_arena_take(p->arena, m->n_conditions * p->n_bins, sizeof *p->psychological);
    if (!p->kernel || !p->response || !p->psychological)
        return vb_fail_memory(err, p->n_scans * p->n_basis * sizeof(double));
    for (size_t c = 0; c < m->n_conditions; c++)
        fill_psychological(p, &m->conditions[c], p->psychological + c * p->n_bins);
    status = make_kernel(m, p, err);
    if (status == VB_OK)
        status = fill_response(p, err);
    if (status == VB_OK)
        status = make_confounds(m, p, err);
    return status == VB_OK ? decompose(p, err) : status;
}

vb_status vb_ppi_alloc(const vb_ppi_model *m, vb_ppi **ppi, vb_error *err)
{
    vb_status status = check(m, err);
    vb_arena *arena;
    vb_ppi *p;

    if (status != VB_OK)
        return status;
    arena = vb_arena_alloc();
    p = arena ? vb_arena_take(arena, 1, sizeof *p) : NULL;
    if (!p) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *p);
    }
    p->arena = arena;
    p->n_scans = m->n_scans;
    p->n_conditions = m->n_conditions;
    p->microtime = m->microtime ? m->microtime : USUAL_MICROTIME;
    p->bin_s = m->tr_s / (double)p->microtime;
    status = make(m, p, err);
    if (status != VB_OK) {
        vb_ppi_free(p);
        return status;
    }
    *ppi = p;
    return VB_OK;
}

void vb_ppi_free(vb_ppi *ppi)
{
    if (ppi)
        vb_arena_free(ppi->arena);
}
