/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions by name: spheres around published coordinates, each with where the numbers come
 * from and how sure they are.  All are in MNI space, in mm.
 */
#ifndef VALUEBOLD_REGION_PRESETS_H
#define VALUEBOLD_REGION_PRESETS_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_preset_side {
    VB_PRESET_MID,
    VB_PRESET_LEFT,
    VB_PRESET_RIGHT
} vb_preset_side;

typedef enum vb_preset_certainty {
    VB_PRESET_TABLE,   /* numbers and role read in the source's table or file */
    VB_PRESET_ROLE,    /* numbers read there, the role known from its abstract */
    VB_PRESET_CUSTOM,  /* in wide use; the table itself was not read */
    VB_PRESET_ANATOMY, /* centre of an anatomical label, computed */
} vb_preset_certainty;

typedef struct vb_preset {
    const char *region; /* "vs" */
    vb_preset_side side;
    const char *key; /* "bartra2013" */
    double centre_mm[3], radius_mm;
    vb_preset_certainty certainty;
    const char *source, *note;
} vb_preset;

/* Entry i in the order of the list; NULL past the last. */
VB_API const vb_preset *vb_preset_at(size_t i);
/* "vs_left" of an entry; NAME_MAX bytes are enough. */
enum { VB_PRESET_NAME_MAX = 64 };
VB_API char *vb_preset_name(const vb_preset *preset, char out[VB_PRESET_NAME_MAX]);
/* "read in the source's table" ... */
VB_API const char *vb_preset_certainty_text(vb_preset_certainty certainty);
/* True when it is what the name alone means. */
VB_API int vb_preset_is_default(const vb_preset *preset);

/*
 * The spheres a name stands for: "vmpfc", "vs_left", "vs" (both sides), each with "@key" for
 * the entry of a source.  Case, '-' and '_' do not matter, and _l, _r are the sides as well.
 * Writes at most 2 entries to out and returns how many through n.
 * VB_EUSAGE: no such region (with the nearest), no such source (with those there are), no such
 * side.
 */
VB_API vb_status vb_preset_find(const char *name, const vb_preset *out[2], size_t *n,
                                vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
