/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contrasts by expression on column names, resolved against a design and checked for
 * estimability.
 */
#ifndef VALUEBOLD_CONTRAST_H
#define VALUEBOLD_CONTRAST_H

#include "valuebold/design.h"

#ifdef __cplusplus
extern "C" {
#endif

/* name: the contrast's own; rows: one expression a row (1: t, more: F). */
typedef struct vb_contrast_spec {
    const char *name;
    size_t n_rows;
    const char *const *rows;
    const char *file; /* place in the spec, for messages; may be NULL */
    size_t line, column;
} vb_contrast_spec;

typedef struct vb_contrast {
    const char *name;
    size_t n_rows;
    double *weights; /* [n_rows x n_cols] */
} vb_contrast;

/*
 * Resolves contrasts against the design of runs side by side; each named column counts in
 * every run that has it, with weight / number of runs, so that the contrast is the mean.
 *
 * A name matches a column's title, its full name, a title with the suffix of a basis
 * function ("task_derivative"), or the part behind '*' when only one title ends so ("sv" for
 * "offer*sv").
 * VB_EINPUT: unknown name (lists the columns and the nearest), unsafe contrast name;
 * VB_EESTIMATE: all weights 0, or outside the row space (names the aliased columns).
 */
VB_API vb_status vb_contrasts_resolve(const vb_design *design, size_t n,
                                      const vb_contrast_spec specs[], vb_arena *arena,
                                      vb_contrast **contrasts, vb_notes *notes,
                                      vb_error *err);

/* True for a vector of weights, "[1 -1 0]", which is no expression on names. */
VB_API bool vb_contrast_is_vector(const char *text);

/* What becomes of a contrast in a design that lacks a column it names. */
typedef enum vb_missing_column {
    VB_MISSING_ERROR,
    VB_MISSING_SKIP, /* the contrast is left out */
    VB_MISSING_ZERO, /* the column's weight is left out */
} vb_missing_column;

/*
 * The same for one design of several.  missing [n] in arena: a name the design has not, NULL
 * where it has all; those contrasts keep the weights of the columns there are and are not judged
 * for estimability unless the rule is ZERO and a weight is left (noted: contrast-missing).
 * A name that can mean two columns is refused under any rule.
 */
VB_API vb_status vb_contrasts_resolve_run(const vb_design *design, size_t n,
                                          const vb_contrast_spec specs[],
                                          vb_missing_column rule, vb_arena *arena,
                                          vb_contrast **contrasts,
                                          const char ***missing, vb_notes *notes,
                                          vb_error *err);

/* Whether a contrast so resolved is to be left out. */
VB_API bool vb_contrast_is_left_out(const vb_contrast *contrast, size_t n_cols,
                                    const char *missing, vb_missing_column rule);

#ifdef __cplusplus
}
#endif
#endif
