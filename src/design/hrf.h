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

enum { VB_HRF_PARTS = 2, VB_HRF_ALIASES = 4, VB_HRF_PARAMETERS = 7 };

typedef struct vb_hrf_basis {
    const char *suffix; /* behind the column's name: "", "_derivative" ... */
    size_t n_parts;
    struct {
        double coefficient;
        vb_double_gamma gamma;
    } part[VB_HRF_PARTS];
    /* instead of gammas: straight lines between knots, 0 outside; a time that stands
     * twice is a jump.  area: integral up to each knot. */
    size_t n_knots;
    const double *knot_s, *knot_h, *knot_area;
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

/* Kernels nilearn makes on its own grid (nilearn.h). */
typedef enum vb_nilearn_set {
    VB_NILEARN_NO_SET,
    VB_NILEARN_SPM, /* n_basis of kernel, time derivative, dispersion derivative */
    VB_NILEARN_GLOVER,
    VB_NILEARN_FIR,
    VB_NILEARN_NONE, /* the events themselves */
} vb_nilearn_set;

/* Response models of AFNI's 3dDeconvolve (afni.h). */
typedef enum vb_afni_model {
    VB_AFNI_NO_MODEL,
    VB_AFNI_GAM,
    VB_AFNI_TWOGAM,
    VB_AFNI_SPMG, /* n_basis of SPMG1, its derivative, its dispersion derivative */
    VB_AFNI_BLOCK,
    VB_AFNI_UBLOCK,
    VB_AFNI_DMBLOCK,
    VB_AFNI_DMUBLOCK,
    VB_AFNI_TENT,
    VB_AFNI_BY_DURATION, /* one of the others for each event */
} vb_afni_model;

typedef struct vb_hrf_parameter {
    const char *name, *unit;
    double value;     /* default; NaN: only counts when given */
    double low, high; /* both included */
} vb_hrf_parameter;

/* What a response may need besides its parameters. */
typedef struct vb_hrf_request {
    double tr_s, length_s; /* 0: default */
    unsigned order;        /* 0: default */
    const struct vb_response_file *file;
} vb_hrf_request;

typedef struct vb_hrf {
    const char *name;
    const char *aliases[VB_HRF_ALIASES]; /* unused ones NULL */
    const char *meaning;                 /* one line with the source */
    double length_s;
    size_t n_basis;
    const vb_hrf_basis *basis; /* NULL: no continuous curve, or made by make */
    vb_spm_set spm_set;
    bool feat; /* offered by FSL's FEAT */
    vb_nilearn_set nilearn;
    vb_afni_model afni;
    unsigned afni_power; /* BLOCK4, BLOCK5 */
    bool overlapping;    /* functions of a set stay as they are, not orthogonalised */
    size_t n_parameters;
    const vb_hrf_parameter *parameters;
    /* Fills in basis, n_basis and length_s of own, a copy of the entry; NULL: they are
     * fixed. Fails when the parameters make no curve. */
    vb_status (*make)(struct vb_hrf *own, const vb_hrf_request *request,
                      vb_arena *arena, vb_error *err);
    double p[VB_HRF_PARAMETERS]; /* of a copy: parameters as asked for */
    bool given[VB_HRF_PARAMETERS];
} vb_hrf;

size_t vb_hrf_count(void);
const vb_hrf *vb_hrf_at(size_t i);
/* By name or alias, case ignored; NULL when there is none. */
const vb_hrf *vb_hrf_find(const char *name);

/*
 * The response that text asks for: NAME, or NAME(value, ...), NAME(parameter=value, ...)
 * as in "spm(delay=5)" and "GAM(8.6,0.547)".  In arena.  VB_EUSAGE: no such name or
 * parameter, value out of range.
 */
vb_status vb_hrf_choose(const char *text, const vb_hrf_request *request,
                        vb_arena *arena, const vb_hrf **hrf, vb_error *err);
/* A function of the basis set through knots, its areas filled in; in arena. */
vb_status vb_hrf_through(size_t n, const double at_s[], const double h[],
                         vb_arena *arena, vb_hrf_basis *basis, vb_error *err);

/* h(t) and H(t) of basis function b straight from GSL's gamma functions, before any
 * orthogonalisation of the set. */
double vb_hrf_response(const vb_hrf *hrf, size_t b, double t_s);
double vb_hrf_integral(const vb_hrf *hrf, size_t b, double t_s);
/* The same of one function through knots. */
double vb_knots_response(const vb_hrf_basis *f, double t_s);
double vb_knots_integral(const vb_hrf_basis *f, double t_s);
/* One double gamma, unscaled: the shape FSL and SPM sample on their grids. */
double vb_double_gamma_value(const vb_double_gamma *g, double t_s);

/*
 * The curves tabulated for fast exact look-up: node i at i/VB_CURVE_NODES_PER_S holds
 * {H, h, h', h''}.  Quintic Hermite interpolation between nodes reproduces h and H to
 * 1e-13.  The functions of a set are made orthogonal in the order of the set
 * (Gram-Schmidt over 0..length_s), as SPM orthogonalises its basis functions.
 * Functions through knots are looked up as they are.
 */
enum { VB_CURVE_NODES_PER_S = 32, VB_CURVE_ROW = 4 };

typedef struct vb_curves {
    double start_s, length_s; /* of the responses; start_s is 0 or earlier */
    size_t n_basis, n_nodes;
    double *node;              /* [n_basis x n_nodes x VB_CURVE_ROW] */
    const vb_hrf_basis *knots; /* [n_basis] instead of nodes; NULL: nodes */
} vb_curves;

vb_status vb_curves_build(const vb_hrf *hrf, vb_arena *arena, vb_curves *curves,
                          vb_error *err);

#endif
