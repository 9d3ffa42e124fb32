/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_spec_internal.h - the list of regions, for the parser. */
#ifndef VB_ROI_REGION_SPEC_INTERNAL_H
#define VB_ROI_REGION_SPEC_INTERNAL_H

#include "valuebold/region_spec.h"

/* Adds a region whose name is free. */
vb_status region_spec_add(vb_region_specs *specs, const char *name, const char *text,
                          const vb_region_node *node, vb_region_place place,
                          vb_error *err);
/* Gives a failure the place of the definition, and in a file the code of input. */
vb_status region_set_place(vb_status status, vb_region_place place, vb_error *err);

#endif
