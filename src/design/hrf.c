/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hrf.c - registry of response functions; values straight from the gamma functions. */
#include "hrf.h"

#include "valuebold/design.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <strings.h>

#define VB_HRF(id) extern const vb_hrf vb_hrf_##id;
#include "hrfs.def"
#undef VB_HRF

#define VB_HRF(id) &vb_hrf_##id,
static const vb_hrf *const hrfs[] = {
#include "hrfs.def"
};
#undef VB_HRF

enum { N_HRFS = sizeof hrfs / sizeof hrfs[0] };

/* Below this the integral of a gamma of shape 4 or more is under 1e-24 s: 0, rather
 * than a power that underflows inside the library. */
#define NEGLIGIBLE_S 1e-6

size_t vb_hrf_count(void)
{
    return N_HRFS;
}

const vb_hrf *vb_hrf_at(size_t i)
{
    return hrfs[i];
}

const vb_hrf *vb_hrf_find(const char *name)
{
    for (size_t i = 0; i < N_HRFS; i++) {
        if (strcasecmp(hrfs[i]->name, name) == 0)
            return hrfs[i];
        for (size_t k = 0; k < VB_HRF_ALIASES && hrfs[i]->aliases[k]; k++)
            if (strcasecmp(hrfs[i]->aliases[k], name) == 0)
                return hrfs[i];
    }
    return NULL;
}

size_t vb_n_hrfs(void)
{
    return N_HRFS;
}

const char *vb_hrf_name(size_t i)
{
    return i < N_HRFS ? hrfs[i]->name : NULL;
}

const char *vb_hrf_meaning(size_t i)
{
    return i < N_HRFS ? hrfs[i]->meaning : NULL;
}

static double gamma_density(double t_s, double shape, double scale_s)
{
    const double x = t_s / scale_s;

    if (x <= 0)
        return 0;
    return exp((shape - 1) * log(x) - x - gsl_sf_lngamma(shape)) / scale_s;
}

static double gamma_area(double t_s, double shape, double scale_s)
{
    return t_s < NEGLIGIBLE_S ? 0 : gsl_cdf_gamma_P(t_s, shape, scale_s);
}

double vb_double_gamma_value(const vb_double_gamma *g, double t_s)
{
    const double t = t_s - g->onset_s;

    return gamma_density(t, g->shape, g->scale_s) -
           g->under_weight * gamma_density(t, g->under_shape, g->under_scale_s);
}

static double double_gamma_area(const vb_double_gamma *g, double t_s)
{
    const double t = t_s - g->onset_s;

    return gamma_area(t, g->shape, g->scale_s) -
           g->under_weight * gamma_area(t, g->under_shape, g->under_scale_s);
}

/* Index of the last knot at or before t_s; n_knots when there is none. */
static size_t knot_before(const vb_hrf_basis *f, double t_s)
{
    size_t low = 0, high = f->n_knots;

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (f->knot_s[middle] <= t_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : f->n_knots;
}

double vb_knots_response(const vb_hrf_basis *f, double t_s)
{
    const size_t k = knot_before(f, t_s);

    if (k == f->n_knots)
        return 0;
    if (k + 1 == f->n_knots)
        return t_s == f->knot_s[k] ? f->knot_h[k] : 0;
    return f->knot_h[k] + (f->knot_h[k + 1] - f->knot_h[k]) * (t_s - f->knot_s[k]) /
                              (f->knot_s[k + 1] - f->knot_s[k]);
}

double vb_knots_integral(const vb_hrf_basis *f, double t_s)
{
    const size_t k = knot_before(f, t_s);
    double t;

    if (k == f->n_knots)
        return 0;
    t = fmin(t_s, f->knot_s[f->n_knots - 1]);
    return f->knot_area[k] + (t - f->knot_s[k]) *
                                 (f->knot_h[k] + vb_knots_response(f, t)) / 2 *
                                 (t > f->knot_s[k] ? 1 : 0);
}

double vb_hrf_response(const vb_hrf *hrf, size_t b, double t_s)
{
    const vb_hrf_basis *basis = &hrf->basis[b];
    double h = 0;

    if (basis->n_knots)
        return vb_knots_response(basis, t_s);

    if (t_s > hrf->length_s)
        return 0;
    for (size_t k = 0; k < basis->n_parts; k++)
        h += basis->part[k].coefficient *
             vb_double_gamma_value(&basis->part[k].gamma, t_s) /
             double_gamma_area(&basis->part[k].gamma, hrf->length_s);
    return h;
}

double vb_hrf_integral(const vb_hrf *hrf, size_t b, double t_s)
{
    const vb_hrf_basis *basis = &hrf->basis[b];
    const double t = fmin(t_s, hrf->length_s);
    double sum = 0;

    if (basis->n_knots)
        return vb_knots_integral(basis, t_s);
    for (size_t k = 0; k < basis->n_parts; k++)
        sum += basis->part[k].coefficient *
               double_gamma_area(&basis->part[k].gamma, t) /
               double_gamma_area(&basis->part[k].gamma, hrf->length_s);
    return sum;
}
