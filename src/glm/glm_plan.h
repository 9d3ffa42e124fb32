/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_plan.h - a model made ready: what every voxel shares. */
#ifndef VB_GLM_GLM_PLAN_H
#define VB_GLM_GLM_PLAN_H

#include "kernel.h"
#include "valuebold/basis.h"
#include "valuebold/glm.h"
#include "valuebold/tails.h"

/* rho beyond this is no AR(1) any more, and K gets ill-conditioned. */
#define VB_RHO_MOST VB_CURVE_MOST
/* Nodes of phi: rho = -VB_PHI_MOST ... VB_PHI_MOST; linear between them to 1e-6. */
#define VB_PHI_MOST 0.95
#define VB_PHI_STEP 0.0025
enum { VB_PHI_NODES = 761, VB_PHI_HALF = 512 }; /* half of the next power of 2 */

typedef struct vb_noise vb_noise;

typedef struct vb_small_sample_table vb_small_sample_table;

typedef struct vb_glm_contrast {
    const char *name;
    bool is_t;
    size_t n_w, first_w;          /* independent rows among plan->w */
    size_t n_pairs, first_pair;   /* their covariances, upper triangle row by row */
    size_t result;                /* first of its rows of results */
    vb_z_table *z;                /* of its t or F */
    bool owns_z;                  /* or else a contrast before it does */
    vb_small_sample_table *small; /* NULL: rho counts as known */
} vb_glm_contrast;

/* Kenward and Roger's correction of a contrast, by rho = -VB_RHO_MOST ... in steps of
 * VB_KR_STEP; see small_sample.c. */
#define VB_KR_STEP 0.02
enum { VB_KR_NODES = 99 };

struct vb_small_sample_table {
    double growth[VB_KR_NODES];     /* of the variance */
    double inverse_df[VB_KR_NODES]; /* 1 / degrees of freedom */
};

/* Rows of results of a tile, [row][VB_TILE]. */
enum {
    VB_RESULT_RHO,
    VB_RESULT_SIGMA2,
    VB_RESULT_R2,
    VB_RESULT_MEAN,
    VB_RESULT_CONTRASTS
};

struct vb_glm_plan {
    vb_arena *arena;
    const vb_noise *noise;
    const vb_glm_kernels *kernels;
    size_t n_scans, rank;
    double df;
    vb_glm_shape shape;

    size_t n_rows, n_rows_padded; /* rank, or 2 rank with lagged sums */
    double *rows;                 /* [n_scans x n_rows] Q, and DQ behind it */
    double *on_one;               /* [2 rank] Q'1 and (DQ)'1 */
    bool has_constant;            /* the constant lies in the column space */

    size_t n_contrasts, n_w, n_pairs, n_results;
    vb_glm_contrast *contrasts;
    vb_glm_contrast kept;   /* n_w of them: effects, then their pairs, are results */
    vb_glm_contrast fitted; /* weights whose effects are the coefficients of Q */
    double *w;              /* [n_w x rank] */
    double *kappa;          /* [n_w] w'Q'1: what a constant adds to the effect */
    size_t (*pairs)[2];

    double *phi; /* [VB_PHI_NODES], see noise_ar1_moment.c */
};

/* phi of the plan's design. */
void vb_glm_phi(const vb_glm_kernels *kernels, const vb_basis *basis, double *shifted,
                double *sums, double phi[VB_PHI_NODES]);
enum { VB_PHI_LAGS = 500 }; /* 0.95^500 = 7e-12 */

/* What of `asked` holds for a noise model; VB_EUSAGE when it has another. */
vb_status vb_small_sample_resolve(const char *noise, vb_small_sample asked,
                                  vb_small_sample *used, vb_error *err);

/* Fills the table of the weights w [n_w x rank]; work [vb_small_sample_work()]. */
void vb_small_sample_fill(const vb_glm_plan *plan, size_t n_w, const double *w,
                          double *work, vb_small_sample_table *table);
size_t vb_small_sample_work(const vb_glm_plan *plan, size_t n_w);

/* Growth of the variance and degrees of freedom at rho. */
void vb_small_sample_at(const vb_small_sample_table *table, double rho, double *growth,
                        double *df);

/* Takes another set of kernels; for tests. */
void vb_glm_plan_use(vb_glm_plan *plan, const vb_glm_kernels *kernels);

#endif
