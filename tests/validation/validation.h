/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks by simulation that are too long for `make test`; `make validation-fit`. */
#ifndef VB_VALIDATION_H
#define VB_VALIDATION_H

#include "valuebold/fit.h"
#include "valuebold/recovery.h"

#include <stdbool.h>
#include <stdio.h>

/* Ends the program with a sentence when a call failed. */
void must(vb_status status, const vb_error *err);
/* Memory that lives as long as the program. */
void *take(size_t n, size_t size);
vb_model compose(vb_model_spec spec);
/* Prints a row of a table and counts those that are outside their limits. */
void row(const char *what, double value, double low, double high);
extern size_t n_outside;

void check_linear(size_t n_subjects, size_t n_threads);
void check_mehrhof(const char *folder, size_t n_threads);
void check_hierarchical(const char *folder, size_t n_seeds, size_t n_threads);
void check_groups(size_t n_groups, size_t n_threads);

#endif
