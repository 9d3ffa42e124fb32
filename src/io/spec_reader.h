/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_reader.h - what the parts that read a spec share. */
#ifndef VB_IO_SPEC_READER_H
#define VB_IO_SPEC_READER_H

#include "spec_keys.h"
#include "valuebold/spec.h"

/* The spec and what must be freed one by one with it; vb_spec_free knows. */
typedef struct vb_spec_owner {
    vb_spec spec; /* first: the user's pointer is this one */
    size_t n_exprs, capacity;
    vb_expr **exprs;
} vb_spec_owner;

typedef struct vb_spec_reader {
    const char *file;
    vb_notes *notes;
    vb_error *first;  /* of all faults */
    vb_status status; /* VB_OK until one is found */
    vb_arena *arena;
    vb_spec_owner *owner;
    vb_spec *spec; /* &owner->spec */
} vb_spec_reader;

/* Notes a fault at a place of the spec; reading goes on to find the others. */
#define VB_SPEC_REFUSE(r, code, line, column, ...)                                     \
    ((r)->status = vb_refuse((r)->notes, (r)->first, VB_EINPUT, code, (r)->file, line, \
                             column, __VA_ARGS__))
#define VB_SPEC_REFUSE_NODE(r, code, node, ...)                                        \
    VB_SPEC_REFUSE(r, code, (node)->line, (node)->column, __VA_ARGS__)

/* Memory from the spec's arena; NULL (and status VB_ENOMEM) when there is none. */
void *vb_spec_take(vb_spec_reader *r, size_t n, size_t size);

/* Every key and value against the table, on its own. */
void vb_spec_check(vb_spec_reader *r, const vb_node *root);
/* An expression; NULL (fault noted) when it is none.  Free it. */
vb_expr *vb_spec_compile(vb_spec_reader *r, const vb_node *node, const char *path);

/* The rest is called on a tree that vb_spec_check found in order. */
bool vb_spec_is(const vb_node *scalar,
                const char *word); /* false for NULL, lists, maps */
const char *vb_spec_text(const vb_node *map, const char *key); /* NULL: not there */
double vb_spec_number(const vb_node *map, const char *key, double fallback);
size_t vb_spec_count(const vb_node *map, const char *key, size_t fallback);
bool vb_spec_truth(const vb_node *scalar);
/* Compiled and kept by the spec; NULL when key is not there. */
const vb_expr *vb_spec_expr(vb_spec_reader *r, const vb_node *map, const char *key);
/* Texts of a list, or of a scalar as a list of one. */
const char **vb_spec_texts(vb_spec_reader *r, const vb_node *node, size_t *n);

void vb_spec_read_trials(vb_spec_reader *r, const vb_node *root);
void vb_spec_read_model(vb_spec_reader *r, const vb_node *root);
/* after the parameters, which declare names */
void vb_spec_read_formula(vb_spec_reader *r, const vb_node *model,
                          const vb_node *value);
void vb_spec_refuse_bounds(vb_spec_reader *r, const vb_node *model);
void vb_spec_read_parameters(vb_spec_reader *r, const vb_node *model);
/* after the model, which it may vary */
void vb_spec_read_fit(vb_spec_reader *r, const vb_node *root);
void vb_spec_read_events(vb_spec_reader *r, const vb_node *root);
/* modulators of one event: "name" or name and map. */
void vb_spec_read_modulator(vb_spec_reader *r, const vb_node *node,
                            vb_spec_modulator *m);
/* event[0] becomes the first of its parts, the others follow; returns how many. */
size_t vb_spec_read_split(vb_spec_reader *r, const vb_node *node, vb_spec_event *event);
void vb_spec_read_design(vb_spec_reader *r, const vb_node *root);
void vb_spec_read_contrasts(vb_spec_reader *r, const vb_node *root);
void vb_spec_read_rois(vb_spec_reader *r, const vb_node *root);

/* Refuses names that cannot stand in a file name, and pairs that would become one file
 * (src/io/contrast_names.c; also used for contrasts from JSON). */
vb_status vb_contrast_name_check(const vb_contrast_spec specs[], size_t n,
                                 vb_notes *notes, vb_error *first);

#endif
