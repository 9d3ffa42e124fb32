/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decimal numbers as text, the same under every locale.
 */
#ifndef VALUEBOLD_NUMBER_H
#define VALUEBOLD_NUMBER_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_number_kind {
    VB_NUMBER_OK,      /* a finite decimal number */
    VB_NUMBER_MISSING, /* "n/a", or another usual spelling of missing: "" NA N/A NaN nan */
    VB_NUMBER_INFINITE, /* inf, or a decimal too large for a double */
    VB_NUMBER_COMMA,    /* a decimal or thousands comma: "1,5" */
    VB_NUMBER_BAD,      /* anything else; hexadecimal and "12.5s" are bad */
} vb_number_kind;

/* Reads all of s (blanks at both ends allowed).  *x is the value for VB_NUMBER_OK and NaN
 * otherwise.  Correctly rounded. */
VB_API vb_number_kind vb_number_read(const char *s, double *x);

/* Why s is not a number, as the end of a sentence: "is not a decimal number" ... */
VB_API const char *vb_number_why(vb_number_kind kind);

/* Writes x as %.{digits}g with a decimal point whatever the locale; returns out. */
enum { VB_NUMBER_MAX = 40 };
VB_API char *vb_number_write(double x, int digits, char out[VB_NUMBER_MAX]);
/* The shortest decimal that reads back as x (up to 17 digits); n/a if not finite. */
VB_API char *vb_number_shortest(double x, char out[VB_NUMBER_MAX]);

#ifdef __cplusplus
}
#endif
#endif
