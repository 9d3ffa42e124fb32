/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the fit room share and nobody else needs. */
#ifndef VB_FIT_INTERNAL_H
#define VB_FIT_INTERNAL_H

#include "valuebold/fit.h"

#include <math.h>

/* --- scale.c --- */
double fit_theta_of(vb_fit_scale scale, const vb_param *param, double u);
double fit_u_of(vb_fit_scale scale, const vb_param *param, double theta);
/* d theta / d u at theta */
double fit_slope_of(vb_fit_scale scale, const vb_param *param, double theta);

/* --- matrix.c: symmetric matrices [n x n], n <= VB_FIT_MAX --- */
/* Lower triangle becomes the Cholesky factor; false when a is not positive definite. */
bool fit_cholesky(size_t n, double a[]);
void fit_cholesky_solve(size_t n, const double factor[], double b[]);
void fit_cholesky_inverse(size_t n, const double factor[], double inverse[]);
double fit_cholesky_log_det(size_t n, const double factor[]);
/* Smallest eigenvalue, and its vector (may be NULL). */
vb_status fit_smallest_eigen(size_t n, const double a[], double *value, double vector[],
                             vb_error *err);

/* --- minimise.c --- */
typedef struct objective {
    size_t n;
    void *context;
    /* INFINITY where there is no value; gradient may be NULL */
    double (*at)(void *context, const double x[], double gradient[]);
    const double *low, *high; /* bounds, finite */
    const double *step;       /* what is a small change */
    double abandon;           /* a search that settles above this is not polished */
} objective;

typedef struct minimum {
    double f, gradient; /* largest of the free ones */
    size_t n_evaluations;
    bool converged;
} minimum;

/* From x (moved) to a minimum. */
void fit_minimise(const objective *o, double x[], minimum *found);
/* Hessian at x by differences of the gradient, of fourth order when fine. */
void fit_hessian(const objective *o, const double x[], bool fine, double hessian[],
                 size_t *n_evaluations);

/* --- starts.c --- */
/* Point i of the Halton sequence in (0,1)^n. */
void fit_halton(size_t i, size_t n, double point[]);
/* Centre and spread of the starts of a parameter; what: size of each attribute and of
 * value in the trials. */
typedef struct fit_sizes {
    double attribute[VB_N_ATTRIBUTES], value;
} fit_sizes;
void fit_sizes_of(const vb_model *model, size_t n_blocks, const vb_fit_block blocks[],
                  fit_sizes *sizes);
void fit_place_starts(const fit_sizes *sizes, vb_fit_number *number,
                      const vb_param *param);

/* --- likelihood*.c --- */
typedef struct fit_cells fit_cells;

struct vb_likelihood {
    vb_arena *arena;
    const vb_model *model;
    vb_likelihood_facts facts;
    vb_fit_number numbers[VB_FIT_MAX];
    vb_fit_set *sets;
    double fixed[VB_MAX_PARAMS];
    double *theta; /* [n_sets x n_params] scratch */
    size_t n_blocks;
    const vb_fit_block *blocks;
    size_t **set_of;  /* [n_blocks][n_trials] */
    bool **used;      /* [n_blocks][n_trials] there is a choice, and values for it */
    fit_cells *cells; /* NULL: the model is run on the trials themselves */
};

/* Numbers, sets and set_of of a likelihood that has model and blocks. */
vb_status fit_numbers_make(vb_likelihood *l, const vb_fit_options *options,
                           vb_error *err);
/* Counts distinct trials; needs set_of. */
vb_status fit_cells_make(vb_likelihood *l, vb_error *err);
/* Negative log-likelihood with l->theta filled in; gradient [n_numbers] in u or NULL. */
double fit_cells_nll(const vb_likelihood *l, double gradient[]);
bool fit_cells_have_gradient(const vb_likelihood *l);

#endif
