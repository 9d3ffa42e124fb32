/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ppi.c - interactions at the neural level.
 *
 * What is estimated of the seed's neural activity is the posterior mean
 *
 *     a = ratio (HD)' (ratio A A' + I)^-1 M y,   A = M H D
 *
 * (M takes the confounds off).  A A' is made tridiagonal once, by Householder's reflections: at
 * every ratio the restricted likelihood then takes one pass over two diagonals.  (Its
 * eigenvectors would do as well and cost four times as much: 10 s for 1,200 scans.)  D are all cosines up to half the rate of the scans, over the run and the length of
 * the response before it, for what happened before the first scan is in the data too.
 *
 * Neural activity and psychological variables have their means off before they are
 * multiplied: the product then is what neither of the two main effects can make (Di, Reynolds
 * & Biswal 2017 Hum Brain Mapp 38:1723).
 */
#include "valuebold/ppi.h"
#include "ppi_internal.h"
#include "valuebold/basis.h"

#include <gsl/gsl_linalg.h>
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

/*
 * response [n_scans x n_basis]: cosine j of the bins, convolved.  With at the bin of a scan,
 *
 *     sum_k kernel_k cos(w (at - k + 1/2)) = Re(exp(i w (at + 1/2)) sum_k kernel_k exp(-i w k)),
 *
 * for no bin is asked for that is before the first.
 */
static void fill_response(vb_ppi *p)
{
    const double n = (double)p->n_bins;

    for (size_t j = 0; j < p->n_basis; j++) {
        const double w = pi * (double)j / n, scale = j ? sqrt(2 / n) : sqrt(1 / n);
        double real = 0, imaginary = 0;

        for (size_t k = 0; k < p->n_kernel; k++) {
            real += p->kernel[k] * cos(w * (double)k);
            imaginary -= p->kernel[k] * sin(w * (double)k);
        }
        for (size_t s = 0; s < p->n_scans; s++) {
            const size_t at = p->n_before + s * p->microtime + p->first_bin;
            const double angle = w * ((double)at + 0.5);

            p->response[s * p->n_basis + j] =
                scale * (cos(angle) * real - sin(angle) * imaginary);
        }
    }
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

/* A A' as reflections and two diagonals. */
static vb_status decompose(vb_ppi *p, vb_error *err)
{
    const size_t n = p->n_scans, q = p->n_basis;
    double *a = vb_arena_take(p->arena, n * q, sizeof *a);
    double *across = vb_arena_take(p->arena, n * q, sizeof *across);
    gsl_matrix_view square;
    gsl_vector_view tau, diagonal, beside;

    p->reflection = vb_arena_take(p->arena, n * n, sizeof *p->reflection);
    p->tau = vb_arena_take(p->arena, n, sizeof *p->tau);
    p->diagonal = vb_arena_take(p->arena, n, sizeof *p->diagonal);
    p->beside = vb_arena_take(p->arena, n, sizeof *p->beside);
    if (!a || !across || !p->reflection || !p->tau || !p->diagonal || !p->beside)
        return vb_fail_memory(err, (2 * q + n) * n * sizeof *a);
    memcpy(a, p->response, n * q * sizeof *a);
    vb_ppi_clear(p, q, a);
    for (size_t s = 0; s < n; s++)
        for (size_t j = 0; j < q; j++)
            across[j * n + s] = a[s * q + j];
    vb_ppi_square(n, q, a, across, p->reflection);
    square = gsl_matrix_view_array(p->reflection, n, n);
    tau = gsl_vector_view_array(p->tau, n - 1);
    diagonal = gsl_vector_view_array(p->diagonal, n);
    beside = gsl_vector_view_array(p->beside, n - 1);
    for (size_t s = 0; s < n; s++)
        p->mean_eigenvalue += p->reflection[s * n + s] / (double)(n - p->n_q);
    if (gsl_linalg_symmtd_decomp(&square.matrix, &tau.vector) != 0 ||
        gsl_linalg_symmtd_unpack_T(&square.matrix, &diagonal.vector, &beside.vector) !=
            0)
        return vb_fail(err, VB_EINTERNAL, "the response was not made tridiagonal");
    return VB_OK;
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
    if (status == VB_OK) {
        fill_response(p);
        status = make_confounds(m, p, err);
    }
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
