/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names: what a user probably meant, and what may stand in a file name.
 */
#ifndef VALUEBOLD_NAMES_H
#define VALUEBOLD_NAMES_H

#include "valuebold/status.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The entry of names[n] nearest to name (edit distance, case ignored, at most a third of
 * its length off), or NULL when none is near. */
VB_API const char *vb_nearest(const char *name, const char *const names[], size_t n);

/* "; did you mean 'X'?" or "; there is: a, b, c" (at most 20 of them) as the end of a
 * sentence.  Returns out. */
VB_API char *vb_suggest(const char *name, const char *const names[], size_t n,
                        char out[], size_t size);

/* True when s is a BIDS label: 1 to 100 of [A-Za-z0-9+]. */
VB_API bool vb_is_label(const char *s);

/* s as a camelCase BIDS label, as nilearn writes contrast names: "task*sv_difference"
 * becomes "taskXsvDifference"; '*' is X, other bytes outside [A-Za-z0-9] start a new
 * word.  Empty when nothing is left.  Returns out. */
VB_API char *vb_camel(const char *s, char out[], size_t size);

#ifdef __cplusplus
}
#endif
#endif
