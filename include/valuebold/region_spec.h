/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions as a user writes them:
 *
 *     vmpfc  vs_left:4  vmpfc@clithero2014:8            presets, with source and radius in mm
 *     sphere(x, y, z, radius)  box(x, y, z, edge)  box(x, y, z, ex, ey, ez)  point(x, y, z)
 *     mask(FILE)  prob(FILE, threshold)
 *     atlas(FILE, LABEL [, TABLE])  atlas(FILE)         a label by name or number; all of them
 *     a | b   a & b   (a | b) & c                       either, both
 *
 * A name of a region defined before stands for it.  FILE may be in double quotes.
 */
#ifndef VALUEBOLD_REGION_SPEC_H
#define VALUEBOLD_REGION_SPEC_H

#include "valuebold/arena.h"
#include "valuebold/region.h"
#include "valuebold/region_presets.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_region_kind {
    VB_REGION_SPHERE,
    VB_REGION_BOX,
    VB_REGION_POINT,
    VB_REGION_MASK,
    VB_REGION_PROBABILITY,
    VB_REGION_ATLAS,
    VB_REGION_UNION,
    VB_REGION_INTERSECTION,
} vb_region_kind;

typedef struct vb_region_node {
    vb_region_kind kind;
    const vb_preset *preset;         /* of a sphere; NULL: given by coordinates */
    double centre_mm[3], size_mm[3]; /* size_mm[0] is a sphere's radius */
    const char *image;               /* file, as written */
    const char *table;               /* of labels, as written; NULL: beside the image */
    const char *base;  /* file the paths are relative to; NULL: the working folder */
    const char *label; /* NULL: all labels, a region each */
    double threshold;  /* NaN: the usual one */
    const struct vb_region_node *left, *right;
} vb_region_node;

typedef struct vb_region_spec {
    const char *name; /* column in tables */
    const char *text; /* as written */
    const vb_region_node *node;
    const char *file; /* that defines it; NULL: the command line */
    size_t line, column;
} vb_region_spec;

/* Zero-initialise with an arena. */
typedef struct vb_region_specs {
    vb_arena *arena;
    size_t n, capacity;
    vb_region_spec *items;
} vb_region_specs;

/* Where a definition stands. */
typedef struct vb_region_place {
    const char *file; /* NULL: the command line */
    size_t line, column;
} vb_region_place;

/* Adds text as a region; name NULL: the text itself.  VB_EUSAGE (VB_EINPUT when it stands in a
 * file): what is wrong, with its place; a name that is there already, or is no name. */
VB_API vb_status vb_region_specs_add(vb_region_specs *specs, const char *name,
                                     const char *text, vb_region_place place,
                                     vb_error *err);
/* The same of a node; kept by reference. */
VB_API vb_status vb_region_specs_add_node(vb_region_specs *specs, const char *name,
                                          const char *text, const vb_region_node *node,
                                          vb_region_place place, vb_error *err);

/* True when some sphere of it is a preset, whose coordinates are MNI. */
VB_API bool vb_region_needs_mni(const vb_region_node *node);

/* Where images come from.  get fills volume (valid until the next call), for an atlas the
 * labels (valid as long), for a probability map the threshold when the node has none. */
typedef struct vb_region_source {
    const vb_volume *volume;
    size_t n_labels;
    const double *labels;
    double threshold;
} vb_region_source;
typedef vb_status (*vb_region_get)(void *context, const vb_region_node *node,
                                   vb_region_source *source, vb_error *err);

/* The voxels of a node that is not all labels of an atlas. */
VB_API vb_status vb_region_build(const vb_region_node *node, const vb_grid *grid,
                                 vb_region_get get, void *context, vb_region *region,
                                 vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
