/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run's events under every convention, column by column: where the packages differ, and
 * by which factor an effect changes its unit.
 */
#ifndef VALUEBOLD_CONVENTIONS_H
#define VALUEBOLD_CONVENTIONS_H

#include "valuebold/design.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A column of the design under another convention; all NaN where it has none. */
typedef struct vb_convention_column {
    double beta; /* the effect found there when the effect here is 1: the slope of this
                         column on that one, both sampled at the time of the design */
    double r;    /* correlation, each sampled at its own time */
    double r_aligned; /* the same when both sample at the time of the design */
    double off; /* largest difference of the curves in one unit, each about its mean,
                         as a share of the largest value; each at its own time */
} vb_convention_column;

typedef struct vb_convention {
    const char *like, *hrf;
    double sample_s;              /* its own default, or that of the run */
    vb_design *design;            /* without drift and confounds */
    vb_convention_column *column; /* [n_columns] */
} vb_convention;

typedef struct vb_conventions {
    vb_arena *arena;
    size_t n_columns;
    size_t *column; /* [n_columns] into own: events and modulators, first basis */
    vb_design *own; /* the design's convention, without drift and confounds */
    size_t n;
    vb_convention *item; /* the other conventions */
} vb_conventions;

/*
 * options: those of the design of run.  The others take their default response and, where
 * they have one, their own sample time; none has drift or confounds.  A convention that
 * cannot be built of these events is left out.
 */
VB_API vb_status vb_conventions_compare(const vb_design_run *run,
                                        const vb_design_options *options,
                                        vb_conventions **conventions, vb_error *err);
VB_API void vb_conventions_free(vb_conventions *conventions); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
