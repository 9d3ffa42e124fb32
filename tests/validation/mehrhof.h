/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accept/reject choices of Mehrhof & Nord (2025). */
#ifndef VB_VALIDATION_MEHRHOF_H
#define VB_VALIDATION_MEHRHOF_H

#include "validation.h"

enum { N_FORMS = 3, N_OFFERS = 64 };

typedef struct mehrhof {
    size_t n; /* participants */
    vb_trials *trials;
    vb_fit_block *blocks;
} mehrhof;

const char *mehrhof_form_name(size_t form);
/* Parameters kR, kE, a. */
vb_model mehrhof_model(size_t form);
vb_fit_options mehrhof_options(size_t form, bool reward_free);
vb_table *mehrhof_table(const char *folder, const char *name);
double *mehrhof_column(const vb_table *table, const char *name);
mehrhof mehrhof_read(const char *folder, const char *name);

#endif
