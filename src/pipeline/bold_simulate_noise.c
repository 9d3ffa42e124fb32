/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bold_simulate_noise.c - noise of simulated images: ARMA(1,1) in time, Gaussian in space.
 *
 * Smoothing every volume is linear over voxels, so it leaves the autocorrelation in time as it
 * is; its loss of variance is that of a voxel far from the border, and is made good.
 */
#include "bold_simulate_internal.h"
#include "valuebold/parallel.h"
#include "valuebold/simulate.h"
#include "valuebold/smooth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WARM_UP = 64 }; /* scans before the first, until rho^n is nothing */

/* Box and Muller's, one of the two. */
static double normal(vb_random *random)
{
    const double r = sqrt(-2 * log(vb_random_uniform(random)));

    return r * cos(6.283185307179586 * vb_random_uniform(random));
}

void bold_noise_series(const vb_bold_plan *p, const char *participant, const char *run,
                       size_t voxel, size_t n_scans, double out[])
{
    /* sd of e for innovations of sd 1 */
    const double unit =
        sqrt((1 + 2 * p->rho * p->ma + p->ma * p->ma) / (1 - p->rho * p->rho));
    double e = 0, before = 0;
    char purpose[40];
    vb_random random;

    snprintf(purpose, sizeof purpose, "bold %zu", voxel);
    vb_random_start(&random, p->seed, participant, run, purpose);
    for (size_t s = 0; s < n_scans + WARM_UP; s++) {
        const double n = normal(&random);

        e = p->rho * e + n + p->ma * before;
        before = n;
        if (s >= WARM_UP)
            out[s - WARM_UP] = p->noise_sd * e / unit;
    }
}

typedef struct smoothing {
    const vb_bold_plan *plan;
    const char *participant, *run;
    const vb_nifti_header *grid;
    size_t n_scans;
    float *noise;   /* [n_scans x n_vox] */
    double *series; /* [n_threads x n_scans] */
    double gain;
    vb_smooth *smooth;
    vb_smooth_work *work[VB_MAX_THREADS];
} smoothing;

static void fill_voxel(void *context, size_t v, size_t worker)
{
    const smoothing *s = context;

    double *e = s->series + worker * s->n_scans;

    bold_noise_series(s->plan, s->participant, s->run, v, s->n_scans, e);
    for (size_t t = 0; t < s->n_scans; t++)
        s->noise[t * s->grid->n_vox + v] = (float)e[t];
}

static void smooth_volume(void *context, size_t t, size_t worker)
{
    const smoothing *s = context;
    float *volume = s->noise + t * s->grid->n_vox;

    vb_smooth_float(s->smooth, s->work[worker], volume);
    for (size_t v = 0; v < s->grid->n_vox; v++)
        volume[v] = (float)(s->gain * (double)volume[v]);
}

/* 1 over the sd that smoothed white noise of sd 1 has in the middle of the grid. */
static vb_status find_gain(smoothing *s, vb_error *err)
{
    const vb_nifti_header *g = s->grid;
    double *impulse = calloc(g->n_vox, sizeof *impulse), sum = 0;

    if (!impulse)
        return vb_fail_memory(err, g->n_vox * sizeof *impulse);
    impulse[g->dim[0] / 2 + g->dim[0] * (g->dim[1] / 2 + g->dim[1] * (g->dim[2] / 2))] =
        1;
    vb_smooth_double(s->smooth, s->work[0], impulse);
    for (size_t v = 0; v < g->n_vox; v++)
        sum += impulse[v] * impulse[v];
    free(impulse);
    s->gain = 1 / sqrt(sum);
    return VB_OK;
}

vb_status bold_noise_field(const vb_bold_plan *plan, const char *participant,
                           const char *run, const vb_nifti_header *grid, size_t n_scans,
                           size_t n_threads, float **noise, vb_error *err)
{
    const double fwhm_mm[3] = {plan->noise_fwhm_mm, plan->noise_fwhm_mm,
                               plan->noise_fwhm_mm};
    const size_t n = n_threads < 1                ? 1
                     : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                                  : n_threads;
    smoothing s = {.plan = plan,
                   .participant = participant,
                   .run = run,
                   .grid = grid,
                   .n_scans = n_scans};
    vb_status status =
        vb_smooth_alloc(grid->dim, grid->voxel_mm, fwhm_mm, NULL, &s.smooth, err);

    for (size_t i = 0; i < n && status == VB_OK; i++)
        status = vb_smooth_work_alloc(s.smooth, &s.work[i], err);
    if (status == VB_OK)
        status = find_gain(&s, err);
    if (status == VB_OK) {
        s.noise = calloc(grid->n_vox, n_scans * sizeof *s.noise);
        s.series = calloc(n, n_scans * sizeof *s.series);
        if (!s.noise || !s.series)
            status = vb_fail_memory(err, grid->n_vox * n_scans * sizeof *s.noise);
    }
    if (status == VB_OK) {
        vb_parallel(grid->n_vox, n, fill_voxel, &s);
        vb_parallel(n_scans, n, smooth_volume, &s);
    }
    for (size_t i = 0; i < n; i++)
        vb_smooth_work_free(s.work[i]);
    vb_smooth_free(s.smooth);
    free(s.series);
    *noise = s.noise;
    return status;
}
