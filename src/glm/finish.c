/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * finish.c - from the sums of a voxel to its estimates, 32 voxels at a time.
 *
 * A voxel that cannot be fitted goes through the same arithmetic with harmless numbers, so
 * that the loops have no branches, and is NaN in the results.
 */
#include "noise.h"
#include "sums.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Residual over total sum of squares below which only rounding is left: the sums carry
 * relative errors of 1e-15 or so. */
static const double no_variance = 1e-12;

typedef struct workspace {
    vb_glm_lanes lanes;
    double *panels;     /* copy of the panels of VB_LANES voxels */
    double *effects;    /* [n_w x VB_LANES] */
    double *covariance; /* [n_pairs x VB_LANES] */
    double *factor;     /* [most rows of a contrast, squared and one row more] */
    double *results;    /* [n_results x VB_TILE] */
    vb_glm_counts counts;
} workspace;

typedef struct finishing {
    vb_glm *glm;
    double slope, inter;
    size_t n_workers;
    workspace *work;             /* [n_workers] */
    const vb_glm_addition *last; /* NULL: all scans have been added */
    double *rho;                 /* [n_voxels] only this is wanted; NULL: the fit */
} finishing;

static void free_work(finishing *f)
{
    for (size_t i = 0; f->work && i < f->n_workers; i++) {
        free(f->work[i].lanes.s);
        free(f->work[i].panels);
        free(f->work[i].effects);
        free(f->work[i].covariance);
        free(f->work[i].factor);
        free(f->work[i].results);
    }
    free(f->work);
}

static vb_status take_work(finishing *f, vb_error *err)
{
    const vb_glm_plan *p = f->glm->plan;
    const size_t lanes = p->rank * VB_LANES;
    size_t rows = 0;

    for (size_t i = 0; i < p->n_contrasts; i++)
        rows = p->contrasts[i].n_w > rows ? p->contrasts[i].n_w : rows;
    f->work = calloc(f->n_workers, sizeof *f->work);
    if (!f->work)
        return vb_fail_memory(err, f->n_workers * sizeof *f->work);
    for (size_t i = 0; i < f->n_workers; i++) {
        workspace *w = &f->work[i];

        w->lanes.s = vb_glm_doubles(4 * lanes);
        w->panels = vb_glm_doubles(f->glm->panel_rows * VB_LANES);
        w->effects = vb_glm_doubles(p->n_w * VB_LANES);
        w->covariance = vb_glm_doubles(p->n_pairs * VB_LANES);
        w->factor = vb_glm_doubles(rows * (rows + 1));
        w->results = vb_glm_doubles(p->n_results * VB_TILE);
        if (!w->lanes.s || !w->panels || !w->effects || !w->covariance || !w->factor ||
            !w->results)
            return vb_fail_memory(err, (4 * lanes + f->glm->panel_rows * VB_LANES) *
                                           sizeof(double));
        w->lanes.z = w->lanes.s + lanes;
        w->lanes.g = w->lanes.s + 2 * lanes;
        w->lanes.di = w->lanes.s + 3 * lanes;
    }
    return VB_OK;
}

/* Puts m back that was taken from every y of a voxel: exact, for designs without a constant,
 * where it cannot be added to the effects afterwards.  x: the voxel's first row. */
static void restore(const vb_glm_plan *p, double *x, double inter)
{
    const double n = (double)p->n_scans;
    double *moments = x + p->n_rows_padded * VB_PANEL;
    double *squares = moments + VB_MOMENT_SQUARES * VB_PANEL;
    double *lag = moments + VB_MOMENT_LAG * VB_PANEL;
    double *sum = moments + VB_MOMENT_SUM * VB_PANEL;
    double *first = moments + VB_MOMENT_FIRST * VB_PANEL;
    double *last = moments + VB_MOMENT_LAST * VB_PANEL;
    const double m = moments[VB_MOMENT_BASE * VB_PANEL] + inter;

    for (size_t i = 0; i < p->n_rows; i++)
        x[i * VB_PANEL] += m * p->on_one[i];
    *lag += m * (2 * *sum - *first - *last) + (n - 1) * m * m;
    *squares += 2 * m * *sum + n * m * m;
    *sum += n * m;
    *first += m;
    *last += m;
}

/* Which voxels can be fitted; the others get numbers that do no harm. */
static void judge(workspace *w, size_t rank, size_t n_voxels, bool fits[VB_LANES])
{
    vb_glm_lanes *l = &w->lanes;

    for (size_t v = 0; v < VB_LANES; v++) {
        const bool finite = isfinite(l->squares[v]) && isfinite(l->r0[v]) &&
                            isfinite(l->r1[v]) && isfinite(l->r_last[v]) &&
                            isfinite(l->r_first[v]);

        fits[v] = v < n_voxels && finite && l->r0[v] > no_variance * l->squares[v];
        if (v < n_voxels) {
            w->counts.n_fitted += fits[v];
            w->counts.n_nonfinite += !finite;
            w->counts.n_constant += finite && !fits[v];
        }
        if (fits[v])
            continue;
        l->r0[v] = l->squares[v] = 1;
        l->r1[v] = l->r_first[v] = l->r_last[v] = 0;
        for (size_t i = 0; i < rank; i++)
            l->s[i * VB_LANES + v] = l->z[i * VB_LANES + v] = 0;
    }
}

/* F = e'G^-1 e / (m sigma2) of lane v, by Cholesky's factor of G; G comes as the pairs do,
 * upper triangle row by row.  factor [m x m], then x [m]. */
static double f_value(const vb_glm_contrast *c, const workspace *w, size_t v,
                      double sigma2)
{
    const size_t m = c->n_w;
    double *l = w->factor, *x = w->factor + m * m, sum = 0;
    size_t pair = c->first_pair;

    for (size_t i = 0; i < m; i++)
        for (size_t j = i; j < m; j++)
            l[j * m + i] = w->covariance[pair++ * VB_LANES + v];
    for (size_t i = 0; i < m; i++) {
        x[i] = w->effects[(c->first_w + i) * VB_LANES + v];
        for (size_t j = 0; j <= i; j++) {
            double s = l[i * m + j];

            for (size_t k = 0; k < j; k++)
                s -= l[i * m + k] * l[j * m + k];
            l[i * m + j] = i == j ? sqrt(s) : s / l[j * m + j];
        }
        for (size_t k = 0; k < i; k++)
            x[i] -= l[i * m + k] * x[k];
        x[i] /= l[i * m + i];
        sum += x[i] * x[i];
    }
    return sum / ((double)m * sigma2);
}

/* Effects and covariances that are kept as they are; level: what was taken off y. */
static void write_kept(const finishing *f, const workspace *w, const vb_glm_contrast *c,
                       size_t v, bool fits, double level, double *out)
{
    const vb_glm_plan *p = f->glm->plan;
    out += c->result * VB_TILE;
    for (size_t i = 0; i < c->n_w; i++, out += VB_TILE) {
        const double effect = w->effects[(c->first_w + i) * VB_LANES + v];

        *out =
            fits ? f->slope * (effect + level * p->kappa[c->first_w + i]) : (double)NAN;
    }
    for (size_t i = 0; i < c->n_pairs; i++, out += VB_TILE)
        *out = fits ? w->covariance[(c->first_pair + i) * VB_LANES + v] : (double)NAN;
}

/* Results of lane v into its column of the tile's rows, at out; in: the voxel's sums. */
static void write_voxel(const finishing *f, const workspace *w, size_t v, bool fits,
                        const double *in, double *out)
{
    const vb_glm_plan *p = f->glm->plan;
    const vb_glm_lanes *l = &w->lanes;
    const double *moments = in + p->n_rows_padded * VB_PANEL;
    const double base = moments[VB_MOMENT_BASE * VB_PANEL];
    const double sum = moments[VB_MOMENT_SUM * VB_PANEL];
    const double a = f->slope, n = (double)p->n_scans;
    const double sigma2 = fits ? l->ss[v] / p->df : (double)NAN;
    const double level = p->has_constant ? base + f->inter / a : 0;

    out[VB_RESULT_RHO * VB_TILE] = fits ? l->rho[v] : (double)NAN;
    out[VB_RESULT_SIGMA2 * VB_TILE] = a * a * sigma2;
    out[VB_RESULT_R2 * VB_TILE] =
        fits ? 1 - l->r0[v] / (l->squares[v] - sum * sum / n) : (double)NAN;
    out[VB_RESULT_MEAN * VB_TILE] =
        a * sum / n + (p->has_constant ? a * base + f->inter : 0); /* see restore() */
    for (size_t i = 0; i < p->n_contrasts; i++) {
        const vb_glm_contrast *c = &p->contrasts[i];
        double *result = out + c->result * VB_TILE, growth = 1, df = p->df;
        double effect = w->effects[c->first_w * VB_LANES + v];

        if (c->small)
            vb_small_sample_at(c->small, l->rho[v], &growth, &df);
        if (!c->is_t) {
            *result = f_value(c, w, v, sigma2) / growth;
            result[VB_TILE] = fits ? df : (double)NAN;
            continue;
        }
        effect += p->kappa[c->first_w] * level;
        *result = fits ? a * effect : (double)NAN;
        result[VB_TILE] =
            growth * a * a * sigma2 * w->covariance[c->first_pair * VB_LANES + v];
        result[2 * VB_TILE] = fits ? df : (double)NAN;
    }
    write_kept(f, w, &p->kept, v, fits, level, out);
    write_kept(f, w, &p->fitted, v, fits, level, out);
}

/* rho of voxels first ... first + n - 1 as it is given; where it is not, the estimate stays. */
static void take_rho(const double *rho, size_t first, size_t n, vb_glm_lanes *l)
{
    for (size_t v = 0; rho && v < n; v++)
        if (isfinite(rho[first + v]))
            l->rho[v] = fmax(-VB_RHO_MOST, fmin(VB_RHO_MOST, rho[first + v]));
}

/* VB_LANES voxels from `first` on, of which n exist, into results [n_results x VB_TILE]. */
static void finish_lanes(const finishing *f, workspace *w, size_t first, size_t n,
                         double *results)
{
    const vb_glm *g = f->glm;
    const vb_glm_plan *p = g->plan;
    const size_t size = g->panel_rows * VB_PANEL;
    const size_t n_panels = (n + VB_PANEL - 1) / VB_PANEL;
    const double *panels = vb_glm_panel(g, first);
    bool fits[VB_LANES];

    if (n_panels < VB_LANES / VB_PANEL || !p->has_constant) {
        memcpy(w->panels, panels, n_panels * size * sizeof *panels);
        memset(w->panels + n_panels * size, 0,
               (VB_LANES / VB_PANEL - n_panels) * size * sizeof *panels);
        panels = w->panels;
    }
    for (size_t v = 0; !p->has_constant && v < VB_LANES; v++)
        restore(p, w->panels + v / VB_PANEL * size + v % VB_PANEL, f->inter / f->slope);
    p->kernels->residual(&p->shape, g->panel_rows, p->n_rows_padded, panels, &w->lanes);
    judge(w, p->rank, n, fits);
    memset(w->lanes.rho, 0, sizeof w->lanes.rho);
    if (p->noise->estimate)
        p->noise->estimate(p, &w->lanes);
    for (size_t v = 0; f->rho && v < n; v++)
        f->rho[first + v] = fits[v] ? w->lanes.rho[v] : (double)NAN;
    if (f->rho)
        return;
    take_rho(g->rho, first, n, &w->lanes);
    p->kernels->solve(&p->shape, &w->lanes, p->n_w, p->w, p->n_pairs,
                      (const size_t(*)[2])p->pairs, w->effects, w->covariance);
    for (size_t v = 0; v < n; v++)
        write_voxel(f, w, v, fits[v], panels + v / VB_PANEL * size + v % VB_PANEL,
                    results + v);
}

/* The last volumes are added just before the fit: the sums pass through memory once. */
static void finish_tile(void *context, size_t tile, size_t worker)
{
    const finishing *f = context;
    const vb_glm *g = f->glm;
    workspace *w = &f->work[worker];
    const size_t first = tile * VB_TILE, left = g->n_voxels - first;
    const size_t n = left < VB_TILE ? left : VB_TILE;

    if (f->last)
        vb_glm_addition_tile(f->last, tile, worker);
    for (size_t v = 0; v < n; v += VB_LANES)
        finish_lanes(f, w, first + v, n - v < VB_LANES ? n - v : VB_LANES,
                     w->results + v);
    for (size_t i = 0; !f->rho && i < g->plan->n_results; i++)
        memcpy(vb_glm_panel(g, first) + i * VB_TILE, w->results + i * VB_TILE,
               n * sizeof *w->results);
}

static vb_status check(const vb_glm *g, size_t n_last, double slope, double inter,
                       vb_error *err)
{
    if (g->is_finished || g->n_added + n_last != g->plan->n_scans)
        return vb_fail(err, VB_EUSAGE,
                       "%zu volumes were added, the design has %zu scans",
                       g->n_added + n_last, g->plan->n_scans);
    if (!isfinite(slope) || !isfinite(inter) || fabs(slope) <= 0)
        return vb_fail(err, VB_EUSAGE, "scaling by slope %g and inter %g", slope,
                       inter);
    return VB_OK;
}

static vb_status finish(finishing *f, vb_glm_counts *counts, vb_error *err)
{
    vb_glm *g = f->glm;
    vb_glm_counts total = {0};
    const vb_status status = take_work(f, err);

    if (status == VB_OK) {
        vb_parallel(g->n_tiles, f->n_workers, finish_tile, f);
        for (size_t i = 0; i < f->n_workers; i++) {
            total.n_fitted += f->work[i].counts.n_fitted;
            total.n_nonfinite += f->work[i].counts.n_nonfinite;
            total.n_constant += f->work[i].counts.n_constant;
        }
        g->is_finished = !f->rho;
        if (counts)
            *counts = total;
    }
    free_work(f);
    return status;
}

static size_t workers(size_t n_threads)
{
    return n_threads < 1 ? 1 : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS : n_threads;
}

vb_status vb_glm_finish(vb_glm *g, double slope, double inter, size_t n_threads,
                        vb_glm_counts *counts, vb_error *err)
{
    finishing f = {.glm = g,
                   .slope = slope,
                   .inter = inter,
                   .n_workers = workers(n_threads)};
    const vb_status status = check(g, 0, slope, inter, err);

    return status == VB_OK ? finish(&f, counts, err) : status;
}

vb_status vb_glm_rho(const vb_glm *g, double slope, double inter, size_t n_threads,
                     double rho[], vb_error *err)
{
    finishing f = {.glm = (vb_glm *)g, /* whose sums stay as they are */
                   .slope = slope,
                   .inter = inter,
                   .n_workers = workers(n_threads),
                   .rho = rho};
    const vb_status status = check(g, 0, slope, inter, err);

    return status == VB_OK ? finish(&f, NULL, err) : status;
}

void vb_glm_use_rho(vb_glm *g, const double rho[])
{
    g->rho = rho;
}

vb_status vb_glm_add_last(vb_glm *g, size_t n_volumes, vb_sample type,
                          const void *values, size_t stride, double slope, double inter,
                          size_t n_threads, vb_glm_counts *counts, vb_error *err)
{
    finishing f = {.glm = g,
                   .slope = slope,
                   .inter = inter,
                   .n_workers = workers(n_threads)};
    const size_t before = n_volumes > VB_MOST_VOLUMES ? n_volumes - VB_MOST_VOLUMES : 0;
    const size_t bytes = vb_sample_bytes(type);
    vb_glm_addition last;
    vb_status status = check(g, n_volumes, slope, inter, err);

    if (status == VB_OK && before)
        status = vb_glm_add(g, before, type, values, stride, n_threads, err);
    if (status == VB_OK)
        status = vb_glm_addition_take(g, n_volumes - before, type, stride, f.n_workers,
                                      &last, err);
    if (status != VB_OK)
        return status;
    vb_glm_addition_set(&last, n_volumes - before,
                        (const char *)values + before * stride * bytes);
    f.last = &last;
    status = finish(&f, counts, err);
    vb_glm_addition_free(&last);
    return status;
}
