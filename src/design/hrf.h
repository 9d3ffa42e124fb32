/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Response functions as continuous curves.
 *
 * A basis function is a sum of double gammas, each scaled to area 1 over 0..length_s:
 *
 *     h(t) = sum_k c_k (g(t - o_k; a_k, s_k) - r_k g(t - o_k; u_k, v_k)) / area_k
 *     g(t; a, s) = (t/s)^(a-1) exp(-t/s) / (s Gamma(a))
 *
 * Units: h is 1/s, so that an impulse of area 1 gives h and a box of height 1 the
 * running integral H with plateau 1.  Beyond length_s h is 0.
 */
#ifndef VB_DESIGN_HRF_H
#define VB_DESIGN_HRF_H

#include "valuebold/arena.h"
#include <stdbool.h>

typedef struct vb_double_gamma {
    double shape, scale_s;
    double under_shape, under_scale_s, under_weight;
    double onset_s;
} vb_double_gamma;

enum { VB_HRF_PARTS = 2, VB_HRF_ALIASES = 4 };

typedef struct vb_hrf_basis {
    const char *suffix; /* behind the column's name: "", "_derivative" ... */
    size_t n_parts;
    struct {
        double coefficient;
        vb_double_gamma gamma;
    } part[VB_HRF_PARTS];
} vb_hrf_basis;

/* SPM's sets that exist only on its microtime grid have no gammas here. */
typedef enum vb_spm_set {
    VB_SPM_NO_SET,
    VB_SPM_HRF, /* n_basis of canonical, time derivative, dispersion derivative */
    VB_SPM_FIR,
    VB_SPM_GAMMA,
    VB_SPM_FOURIER,
    VB_SPM_FOURIER_HANNING,
} vb_spm_set;

typedef struct vb_hrf {
    const char *name;
    const char *const aliases[VB_HRF_ALIASES]; /* unused ones NULL */
    const char *meaning;                       /* one line with the source */
    double length_s;
    size_t n_basis;
    const vb_hrf_basis *basis; /* NULL: only as a set of SPM's */
    vb_spm_set spm_set;
    bool feat; /* offered by FSL's FEAT */
} vb_hrf;

size_t vb_hrf_count(void);
const vb_hrf *vb_hrf_at(size_t i);
/* By name or alias, case ignored; NULL when there is none. */
const vb_hrf *vb_hrf_find(const char *name);

/* h(t) and H(t) of basis function b straight from GSL's gamma functions, before any
 * orthogonalisation of the set. */
double vb_hrf_response(const vb_hrf *hrf, size_t b, double t_s);
double vb_hrf_integral(const vb_hrf *hrf, size_t b, double t_s);
/* One double gamma, unscaled: the shape FSL and SPM sample on their grids. */
double vb_double_gamma_value(const vb_double_gamma *g, double t_s);

/*
 * The curves tabulated for fast exact look-up: node i at i/VB_CURVE_NODES_PER_S holds
 * {H, h, h', h''}.  Quintic Hermite interpolation between nodes reproduces h and H to
 * 1e-13.  The functions of a set are made orthogonal in the order of the set
 * (Gram-Schmidt over 0..length_s), as SPM orthogonalises its basis functions.
 */
enum { VB_CURVE_NODES_PER_S = 32, VB_CURVE_ROW = 4 };

typedef struct vb_curves {
    double length_s;
    size_t n_basis, n_nodes;
    double *node; /* [n_basis x n_nodes x VB_CURVE_ROW] */
} vb_curves;

vb_status vb_curves_build(const vb_hrf *hrf, vb_arena *arena, vb_curves *curves,
                          vb_error *err);

#endif
