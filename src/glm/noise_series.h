/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_series.h - inside of the models that need whole series: one file noise_*.c and one
 * line of noise.def each. */
#ifndef VB_GLM_NOISE_SERIES_H
#define VB_GLM_NOISE_SERIES_H

#include "glm_plan.h"
#include "sums.h"
#include "valuebold/glm_series.h"

typedef struct vb_series_noise vb_series_noise;

/* Series of all voxels: of one run, in units of its slope, or of several, each stored by
 * itself, in units of the data. */
typedef struct vb_series_source {
    size_t n_voxels, n_runs;
    const vb_series_data *runs;   /* [n_runs] */
    const double *const *factors; /* [n_runs][n_voxels]; NULL, or one of them: 1 */
    double unit;                  /* of what is read; results are times it */
} vb_series_source;

/* The rows of a design in the order in which the kernels use them. */
typedef struct vb_series_rows {
    size_t n_scans, n_rows; /* n_rows is a multiple of VB_ROWS */
    double *packed;         /* [n_rows / VB_ROWS][n_scans][VB_ROWS] */
} vb_series_rows;

struct vb_series_plan {
    vb_arena *arena;
    const vb_series_noise *noise;
    vb_glm_plan *base; /* the same design under white noise: rank, weights, contrasts */
    vb_series_rows rows; /* Q of base */
    size_t n_runs;
    size_t *run_scans;            /* [n_runs] */
    vb_small_sample small_sample; /* NONE or the noise model's own */
    void *state;                  /* the model's own, from the arena */
};

/* VB_LANES voxels under way. */
typedef struct vb_series_block {
    double *y; /* [n_scans x VB_LANES], level off; 0 for voxels not fitted */
    double level[VB_LANES]; /* taken from y; 0 unless the design has a constant */
    bool fits[VB_LANES];
    double rss[VB_LANES], total[VB_LANES]; /* of least squares, and about the mean */
    double *work;                          /* [noise->work_doubles()] */
    double *panels, *columns;              /* work space of vb_series_sum */
    vb_glm_lanes lanes;                    /* of rank + 1 columns */

    double *effects;    /* [n_w x VB_LANES] results: w'b of y */
    double *covariance; /* [n_pairs x VB_LANES] over sigma2 */
    double sigma2[VB_LANES], rho[VB_LANES];
    double *parameters; /* [n_parameters x VB_LANES] */
    double *
        growth; /* [n_contrasts x VB_LANES] of variances, by which F is divided, 1 ... */
    double *df; /* [n_contrasts x VB_LANES] ... and plan->df unless changed */
} vb_series_block;

struct vb_series_noise {
    const char *name, *meaning, *source;
    vb_small_sample small_sample; /* what it offers */
    size_t n_parameters;
    const char *const *parameter_names;
    size_t n_row_sets; /* rows summed together, in times rank + 1; 0: one */
    vb_status (*prepare)(vb_series_plan *plan, const vb_series_model *model,
                         vb_error *err);
    size_t (*work_doubles)(const vb_series_plan *plan);
    /* What is common to all voxels: fit->pooled, h, df, n_pooled_voxels; NULL: nothing is. */
    vb_status (*pool)(vb_series *fit, const vb_series_source *data, size_t n_threads,
                      vb_error *err);
    void (*pool_free)(
        void *pooled); /* what the arena does not hold; pooled may be NULL */
    /* A voxel's results must not depend on its neighbours. */
    void (*fit)(const vb_series *fit, vb_series_block *block);
};

/* Rows of results of a voxel; then effect, variance and degrees of freedom of a t contrast,
 * or F and its; then the parameters. */
enum { VB_SERIES_RHO, VB_SERIES_SIGMA2, VB_SERIES_R2, VB_SERIES_CONTRASTS };

struct vb_series {
    vb_arena *arena;
    const vb_series_plan *plan;
    size_t n_voxels, n_rows;
    double *results; /* [n_rows x n_voxels] */
    double df;
    double *f_df;    /* [n_contrasts] first degrees of freedom of each F */
    double *f_scale; /* [n_contrasts] F = f_scale e'G^-1 e / sigma2 */
    void *pooled;    /* the model's own, from the arena */
    size_t n_h, n_pooled_voxels;
    double *h; /* [n_h] */
};

/* VB_EUSAGE: none of that name, with the nearest. */
vb_status vb_series_noise_find(const char *name, const vb_series_noise **noise,
                               vb_error *err);

/* rows [n_scans x n_rows] into packed order; false without memory. */
bool vb_series_pack(vb_arena *arena, size_t n_scans, size_t n_rows, const double *rows,
                    vb_series_rows *out);

/* Sums of y [rows->n_scans x VB_LANES] with the rows, and its moments, into block->panels. */
void vb_series_sum(const vb_glm_kernels *kernels, const vb_series_rows *rows,
                   const double *y, vb_series_block *block);

/* A block's memory, for up to rank + 1 columns. */
vb_status vb_series_block_take(const vb_series_plan *plan, vb_series_block *block,
                               vb_error *err);
void vb_series_block_free(vb_series_block *block);

/* The series of a voxel, y[t * stride], over data->unit. */
void vb_series_read(const vb_series_plan *plan, const vb_series_source *data,
                    size_t voxel, size_t stride, double *y);

/* Voxels first ... first + VB_LANES - 1 into the block: converts, takes the level off,
 * judges and counts. */
void vb_series_load(const vb_series_plan *plan, const vb_series_source *data,
                    size_t first, vb_series_block *block, vb_glm_counts *counts);

/* Lanes without a fit get sums that do no harm, after kernels->residual. */
void vb_series_calm(const vb_series_block *block, size_t rank, vb_glm_lanes *lanes);

#endif
