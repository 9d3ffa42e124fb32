/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fits.h - one design, many series, every noise model. */
#ifndef VB_CALIBRATION_FITS_H
#define VB_CALIBRATION_FITS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct method {
    const char *title, *noise;
    bool is_series;    /* a model of glm_series.h */
    bool small_sample; /* auto, the default of valuebold glm; else none */
    bool has_limit;    /* its error rates are promised */
} method;

enum { N_METHODS = 8, N_TESTS = 2 };
extern const method methods[N_METHODS];
extern const char *const test_names[N_TESTS]; /* SV modulator, 20 s block */

/* What came of one contrast: the truth is 0. */
typedef struct outcome {
    double *z, *effect, *variance, *df; /* [n_series] */
} outcome;

/* Fits y [n_series x n_scans] with a method.  Out of memory and the like end the program with
 * a sentence. */
void fit_all(const method *m, size_t n_scans, size_t n_cols, const double *x,
             size_t n_series, const double *y, const outcome out[N_TESTS]);

/* outcome with its arrays in one piece, to be freed through z. */
outcome outcome_take(size_t n_series);

/* Ends the program unless status is 0 (VB_OK). */
void demand(int status, const char *text);

#endif
