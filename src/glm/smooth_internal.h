/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smooth_internal.h - the plan, shared with the kernels. */
#ifndef VB_GLM_SMOOTH_INTERNAL_H
#define VB_GLM_SMOOTH_INTERNAL_H

#include "valuebold/smooth.h"

struct vb_smooth {
    size_t dim[3];
    /* the smallest box around the mask: outside it nothing counts, so that smoothing
     * within it is exact */
    size_t low[3], size[3], n_box;
    size_t radius[3]; /* taps on each side */
    double *taps[3];  /* [radius + 1] the centre first */
    uint8_t *mask;    /* [n_box] */
    double *weight;   /* [n_box] what g sums to over the mask */
    float *weight_float;
};

struct vb_smooth_work {
    void *a, *b; /* [n_box] values, of float or double */
    void *w;     /* [n_box] weights of a volume with missing values */
    void *row;   /* a row with room for the taps on both sides */
};

/* Three passes over a [n_box]; b [n_box] and row are work space; the result is in a. */
void vb_smooth_passes_float(const vb_smooth *plan, float *a, float *b, float *row);
void vb_smooth_passes_double(const vb_smooth *plan, double *a, double *b, double *row);

#endif
