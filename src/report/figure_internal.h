/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * figure_internal.h - the panels of the design picture.  Each has a function that says how
 * large it will be and one that draws it with its corner at x, y.
 */
#ifndef VB_FIGURE_INTERNAL_H
#define VB_FIGURE_INTERNAL_H

#include "svg.h"
#include "valuebold/figure.h"

enum {
    FIGURE_LABEL_MAX = 36, /* characters of a name that are shown */
    FIGURE_FONT = 11,
    FIGURE_SMALL = 10,
    FIGURE_HEADING = 14,
    FIGURE_SLANT = 55, /* degrees of the names above columns */
    FIGURE_NARROW = 14 /* px: the narrowest column whose slanted name is legible */
};

typedef struct figure {
    const vb_design *design;
    const vb_design_run *run;
    const vb_diagnosis *diagnosis;
    vb_arena *arena;
    size_t n_main, n_other; /* event and modulator columns; confounds and drift */
    size_t *main, *other;   /* their indices */
    vb_buffer *svg;
    vb_error *err;
} figure;

typedef struct figure_size {
    double width, height;
} figure_size;

figure_size figure_matrix_size(const figure *f);
vb_status figure_matrix_put(const figure *f, double x, double y);
/* Width of a column, and how far from the panel's corner the first begins. */
double figure_matrix_step(const figure *f);
double figure_matrix_left(void);
figure_size figure_correlation_size(const figure *f);
vb_status figure_correlation_put(const figure *f, double x, double y);
/* width is given: the courses take what the others made the picture wide. */
figure_size figure_courses_size(const figure *f);
vb_status figure_courses_put(const figure *f, double x, double y, double width);

/* Names above columns first, first + step ... at baseline y, and what they need. */
double figure_label_height(const figure *f, size_t n, const size_t columns[]);
double figure_label_overhang(const figure *f, size_t n, const size_t columns[]);
void figure_put_labels(const figure *f, size_t n, const size_t columns[], double x,
                       double y, double step);

/* The colour of a kind of column, and its name in legends. */
const char *figure_kind_colour(vb_column_kind kind);
const char *figure_kind_name(vb_column_kind kind);

/* v in -1..1: white at 0, to black above, to blue below. */
void figure_matrix_colour(double v, unsigned char rgb[3]);
/* r in -1..1: white at 0, to red above, to blue below; grey when it is NaN. */
void figure_correlation_colour(double r, unsigned char rgb[3]);
/* "#rrggbb" */
char *figure_hex(const unsigned char rgb[3], char out[8]);

/* A bar of colours for -1..1 with three words below it. */
vb_status figure_put_bar(const figure *f, double x, double y, double width,
                         void (*colour)(double, unsigned char[3]),
                         const char *const words[3]);

#endif
