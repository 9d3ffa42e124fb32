/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simulate.h - null data for the calibration: designs of effort-based decision tasks and noise,
 * from their own generator and their own response function, not from the library's.
 */
#ifndef VB_CALIBRATION_SIMULATE_H
#define VB_CALIBRATION_SIMULATE_H

#include <stddef.h>
#include <stdint.h>

/* splitmix64 (Steele et al. 2014) and Box-Muller: the same numbers on every machine with the
 * same libm. */
typedef struct generator {
    uint64_t state;
} generator;

double draw_uniform(generator *g); /* 0 < u < 1 */
double draw_normal(generator *g);

/* Columns of every design: the modulator, its event, the block; then motion, drift, constant. */
enum { COLUMN_SV, COLUMN_EVENT, COLUMN_BLOCK, N_TASK_COLUMNS };

typedef struct design_spec {
    size_t n_scans;
    double tr_s;
    size_t n_motion;
} design_spec;

size_t design_columns(const design_spec *spec);

/*
 * Events of 2 s, 5 to 12 s apart, with a normal modulator centred over them; blocks of 20 s on
 * and off that start at a random phase; random walks as motion; cosines slower than 128 s.
 * x [n_scans x design_columns()].
 */
void draw_design(const design_spec *spec, generator *g, double *x);

typedef enum noise_kind { NOISE_WHITE, NOISE_AR, NOISE_AR_AND_WHITE } noise_kind;

typedef struct noise_spec {
    const char *name;
    noise_kind kind;
    double rho;         /* of the AR(1) part */
    double white_share; /* of the variance, for NOISE_AR_AND_WHITE */
} noise_spec;

/* One stationary series of variance 1 (NOISE_AR: of innovations of variance 1) into
 * y[0], y[stride] ... */
void draw_noise(const noise_spec *spec, generator *g, size_t n, double *y,
                size_t stride);

#endif
