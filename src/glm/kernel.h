/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel.h - the loops over voxels, in two builds of the same source: portable C, and AVX2
 * with FMA where the processor has them (chosen at run time).
 *
 * Q [n_scans x rank] is an orthonormal basis of the design, rotated so that
 * Q'(L + L')Q = diag(lambda), L the shift by one scan.  Everything is double.
 */
#ifndef VB_GLM_KERNEL_H
#define VB_GLM_KERNEL_H

#include "valuebold/sample.h"
#include <stdbool.h>
#include <stddef.h>

enum {
    VB_TILE = 256, /* voxels whose block of volumes stays in the second-level cache */
    VB_PANEL = 8,  /* voxels whose sums lie together: two AVX2 registers */
    VB_ROWS = 6,   /* rows of sums kept in registers: 6 x 2 + 3 of 16 */
    VB_LANES = 32, /* voxels finished together */
};

/*
 * What is kept of a voxel, one double a row: its sums, then its moments; after the fit the
 * results.  Panels of 8 voxels follow each other, [n_panels][panel_rows][VB_PANEL], so that
 * a block reads and writes memory from front to back.
 */

/* Moments, behind the rows of sums.  x is y minus base. */
typedef enum vb_moment {
    VB_MOMENT_SQUARES, /* sum of x_t^2 */
    VB_MOMENT_LAG,     /* sum of x_t x_{t-1} */
    VB_MOMENT_SUM,     /* sum of x_t */
    VB_MOMENT_BASE,
    VB_MOMENT_FIRST, /* x of the first scan */
    VB_MOMENT_LAST,  /* x of the latest scan */
    VB_N_MOMENTS,
} vb_moment;

/* A block of volumes on its way into one tile. */
typedef struct vb_glm_feed {
    vb_sample type;
    const void *values; /* first voxel of the tile in the first volume */
    size_t stride, n_volumes, n_voxels; /* n_voxels <= VB_TILE */
    bool is_first;                      /* the block starts at scan 0 */
    const double
        *packed;       /* [n_rows / VB_ROWS][n_volumes][VB_ROWS] rows of the design */
    size_t n_rows;     /* of sums, a multiple of VB_ROWS */
    size_t panel_rows; /* of a panel of the tile: sums, moments, maybe more */
    double *columns;   /* work space [VB_TILE / VB_PANEL][n_volumes][VB_PANEL] */
} vb_glm_feed;

/*
 * What the likelihood takes from the design alone, by rho = -VB_CURVE_MOST ... VB_CURVE_MOST:
 * u'diag(1/d)u, u'diag(1/d)f, f'diag(1/d)f of kernel_solve.h, each with its slope; slope and
 * second derivative of sum log d.  Cubics between the nodes are right to 2e-9 up to
 * |rho| = .9, and so is the optimum.
 */
#define VB_CURVE_MOST 0.98
#define VB_CURVE_STEP 0.002
enum { VB_CURVE_NODES = 981, VB_N_CURVES = 8 };

/* What the finishing loops need to know of a plan. */
typedef struct vb_glm_shape {
    size_t n_scans, rank;
    bool has_lag;     /* rows of (DQ)'y follow those of Q'y */
    bool exact_start; /* the first scan has its exact weight 1 - rho^2 */
    const double *lambda, *first, *last; /* [rank]; first and last rows of Q */
    const double (*curves)[VB_N_CURVES]; /* [VB_CURVE_NODES], for slopes() alone */
} vb_glm_shape;

/* VB_LANES voxels under way.  r is the OLS residual. */
typedef struct vb_glm_lanes {
    double *s;                /* [rank x VB_LANES] Q'y */
    double *z;                /* [rank x VB_LANES] Q'Dr */
    double *g;                /* [rank x VB_LANES] work space */
    double *di;               /* [rank x VB_LANES] work space */
    double squares[VB_LANES]; /* y'y, to judge r'r by */
    double r0[VB_LANES];      /* r'r */
    double r1[VB_LANES];      /* r'Dr / 2: sum of r_t r_{t-1} */
    double r_first[VB_LANES], r_last[VB_LANES];
    double rho[VB_LANES];
    double ss[VB_LANES]; /* weighted residual sum of squares at rho */
} vb_glm_lanes;

/* What a value of rho gives for all voxels of a shape; see vb_glm_node_fill. */
typedef struct vb_glm_node {
    double rho;
    const double *columns;   /* [rank x 3] 1/d, u/d, f/d */
    double uu, uf, ff;       /* products of u and f in the metric of 1/d */
    double k_uu, k_uf, k_ff; /* rho^2 times Woodbury's 2 x 2 inverse */
    double log_det;          /* log|Q'KQ| - log(1 - rho^2) */
} vb_glm_node;

typedef struct vb_glm_kernels {
    const char *name;

    /* Adds a block to the panels of a tile, of which those with a voxel exist. */
    void (*add)(const vb_glm_feed *feed, double *tile);

    /* Sums of VB_LANES voxels, in VB_LANES / VB_PANEL panels of panel_rows rows with the
     * moments behind n_rows of sums, to residual quantities. */
    void (*residual)(const vb_glm_shape *shape, size_t panel_rows, size_t n_rows,
                     const double *panels, vb_glm_lanes *lanes);

    /* minus twice the REML log likelihood of rho, up to a constant:
     * (T - rank) log SS + log|Q'KQ| - log(1 - rho^2) */
    void (*likelihood)(const vb_glm_shape *shape, const vb_glm_lanes *lanes,
                       const double rho[VB_LANES], double out[VB_LANES]);

    /* Weighted residual sums of squares at n values of rho, ss [n x VB_LANES]. */
    void (*scan)(const vb_glm_shape *shape, const vb_glm_lanes *lanes, size_t n,
                 const vb_glm_node nodes[], double *ss);

    /* sum over k of x_k w_k, x [n], w [n x VB_LANES] */
    void (*weighted)(size_t n, const double *x, const double *w, double out[VB_LANES]);

    /* The table of the curves of a shape. */
    void (*curves)(const vb_glm_shape *shape, double (*table)[VB_N_CURVES]);

    /* First and second derivative of that likelihood by rho, |rho| <= VB_CURVE_MOST. */
    void (*slopes)(const vb_glm_shape *shape, const vb_glm_lanes *lanes,
                   const double rho[VB_LANES], double slope[VB_LANES],
                   double bend[VB_LANES]);

    /* Generalised least squares at lanes->rho: ss; effects [n_w x VB_LANES] of the weights
     * w [n_w x rank]; covariance [n_pairs x VB_LANES] of the effects of pairs of weights,
     * over the error variance. */
    void (*solve)(const vb_glm_shape *shape, vb_glm_lanes *lanes, size_t n_w,
                  const double *w, size_t n_pairs, const size_t (*pairs)[2],
                  double *effects, double *covariance);

    /* sums[k] += sum over t of x_t y_{t+k}, k = 0 ... n_lags - 1; x, y [n] */
    void (*correlate)(size_t n, size_t n_lags, const double *x, const double *y,
                      double *sums);
} vb_glm_kernels;

extern const vb_glm_kernels vb_glm_kernels_portable;
#if defined(__x86_64__)
extern const vb_glm_kernels vb_glm_kernels_avx2, vb_glm_kernels_avx512;
#endif

/* Makes a node; columns [rank x 3] is kept. */
void vb_glm_node_fill(const vb_glm_shape *shape, double rho, double *columns,
                      vb_glm_node *node);

/* The fastest this processor can run. */
const vb_glm_kernels *vb_glm_kernels_best(void);

#endif
