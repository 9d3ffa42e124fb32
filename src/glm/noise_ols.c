/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_ols.c - white noise: ordinary least squares.
 *
 *     b = X^+ y,    var(c'b) = RSS / df  c'(X'X)^-1 c
 *
 * fMRI noise is not white: false positives at a nominal 5 % reach 10-30 %. */
#include "noise.h"

const vb_noise vb_noise_ols = {
    .name = "ols",
    .meaning = "white noise (ordinary least squares); error rates do not hold for fMRI",
    .source = "Gauss-Markov theorem",
};
