/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vest.h - FSL's matrix files: design.mat, design.con, design.fts, design.grp.
 *
 * Lines "/Key value", a line "/Matrix", then the rows.  Written as FEAT writes them
 * (feat_model.cc): %e, a tab after each number.
 */
#ifndef VB_VEST_H
#define VB_VEST_H

#include "valuebold/arena.h"
#include "valuebold/buffer.h"

typedef struct vest {
    size_t n_rows,
        n_cols;         /* n_cols from /NumWaves, n_rows /NumPoints or /NumContrasts */
    double *x;          /* [n_rows x n_cols] */
    const char **names; /* [n_rows] /ContrastName; entries NULL where there is none */
    double *heights;    /* /PPheights: [n_heights] */
    size_t n_heights;
} vest;

void vest_put_design(vb_buffer *out, size_t n_points, size_t n_waves,
                     const double heights[], const double x[]);
/* heights: of each contrast's own regressor; effects: percent change needed. */
void vest_put_contrasts(vb_buffer *out, size_t n, size_t n_waves,
                        const char *const names[], const double heights[],
                        const double effects[], const double x[]);
/* x[f * n_contrasts + c] is 1 when F test f includes contrast c. */
void vest_put_f_tests(vb_buffer *out, size_t n_tests, size_t n_contrasts,
                      const double x[]);
/* All points in one group. */
void vest_put_group(vb_buffer *out, size_t n_points);

/* Independent of the above: any of these files; lives in arena. */
vb_status vest_read(const char *file, const char *text, vb_arena *arena, vest *out,
                    vb_error *err);

/* Rows of numbers separated by blanks, all of one length (confounds, three columns). */
vb_status vest_read_rows(const char *file, const char *text, vb_arena *arena,
                         size_t *n_rows, size_t *n_cols, double **x, vb_error *err);

#endif
