/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * template.h - text skeletons of templates/, embedded at build time.
 *
 * A template is cut into sections by lines "@section NAME"; what stands before the first
 * is for its readers.  @KEY@ (capitals, digits, _) is replaced by a value.
 */
#ifndef VB_TEMPLATE_H
#define VB_TEMPLATE_H

#include "valuebold/buffer.h"

typedef struct vb_template {
    const char *name;           /* file name in templates/ */
    const unsigned char *bytes; /* its text, NUL-terminated */
} vb_template;

extern const vb_template vb_templates[]; /* ends with a NULL name */

typedef struct vb_template_value {
    const char *key, *value;
} vb_template_value;

/* Appends one section, filled.  An unknown template, section or key is VB_EINTERNAL. */
vb_status vb_template_fill(const char *name, const char *section, size_t n,
                           const vb_template_value values[], vb_buffer *out,
                           vb_error *err);

#endif
