/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names in contrasts: safe contrast names, columns meant by a name.
 */
#ifndef VB_GLM_CONTRAST_MATCH_H
#define VB_GLM_CONTRAST_MATCH_H

#include "valuebold/contrast.h"

enum { VB_CONTRAST_NAME_MAX = 100 };

/* Refuses names that cannot stand in a file name, and two that give the same file
 * name. */
vb_status vb_contrast_names_check(size_t n, const vb_contrast_spec specs[],
                                  vb_error *err);

/*
 * Columns meant by name in contrast spec: columns[0..*n_found), room for all of them.
 * VB_EINPUT when there is none (*n_found 0) or when it can mean two things (VB_NONE).
 */
vb_status vb_contrast_match(const vb_design *design, const vb_contrast_spec *spec,
                            const char *name, size_t columns[], size_t *n_found,
                            vb_error *err);

/* Refuses a contrast that is a vector of weights ([1 -1 0], or a list of numbers), with the same
 * on column names; VB_OK for all others. */
vb_status vb_contrast_vector_refuse(const vb_design *design,
                                    const vb_contrast_spec *spec, vb_error *err);

#endif
