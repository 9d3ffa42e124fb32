/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group_internal.h - arrangements of subjects, and t under each of them. */
#ifndef VB_ROI_GROUP_INTERNAL_H
#define VB_ROI_GROUP_INTERNAL_H

#include "valuebold/arena.h"
#include "valuebold/region_group.h"
#include "valuebold/simulate.h"

/* ---- arrangements ---- */

typedef enum vb_arrangement {
    VB_ARRANGE_SIGNS,  /* each subject's sign */
    VB_ARRANGE_LABELS, /* who is in the second group */
    VB_ARRANGE_ORDER,  /* who has whose values */
} vb_arrangement;

typedef struct vb_arrangements {
    vb_arrangement kind;
    size_t n;       /* subjects */
    size_t n_total; /* arrangements there will be */
    bool exact;     /* all of them */
    size_t index;   /* of the current one; 0 is the one observed, unless all labels are
                       looked at, in the order of their bits */
    double *sign;   /* [n] SIGNS */
    size_t *label;  /* [n] LABELS: 0 or 1 */
    size_t *order;  /* [n] ORDER: subject i has the values of order[i] */
    const size_t *observed; /* [n] labels */
    uint64_t bits;
    vb_random random;
} vb_arrangements;

/* Decides between all and some. */
vb_status vb_arrangements_start(vb_arrangement kind, const vb_region_group *data,
                                vb_arena *arena, vb_arrangements *a, vb_error *err);
/* The next one (the first call: the first); false when there is none. */
bool vb_arrangements_next(vb_arrangements *a);

/* ---- statistics ---- */

/* A region ready to be tested again and again. */
typedef struct vb_group_region {
    bool usable;
    size_t n;         /* subjects with a value */
    size_t *who;      /* [n] */
    double *y;        /* [n] values; with nuisance: residuals without the effect */
    size_t n_without; /* columns of the model without the effect */
    double *q;        /* [n_without x n] orthonormal basis of them */
    double *x;        /* [n] effect's column beside them */
    double xx;        /* x'x */
    double df;
    double *work; /* [n] */
    double effect, se, t;
    /* one-sample: sums of y under all signs of the first and of the other subjects */
    double *sums[2];
    double square; /* sum of y^2 */
} vb_group_region;

vb_status vb_group_region_make(const vb_region_group *data, size_t region,
                               vb_arena *arena, vb_group_region *r, vb_error *err);

/* t of the current arrangement; *effect and *se may be NULL.  work as above. */
double vb_group_t(const vb_region_group *data, const vb_group_region *r,
                  const vb_arrangements *a, double *effect, double *se, double *df);

#endif
