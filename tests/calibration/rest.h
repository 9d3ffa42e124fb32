/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rest.h - scans without a task as null data. */
#ifndef VB_CALIBRATION_REST_H
#define VB_CALIBRATION_REST_H

#include <stddef.h>

/* Reads a CSV of series (a column each, names in the first row), fits random designs to them
 * and prints a table of error rates. */
void run_rest(const char *path, size_t n_threads);

#endif
