/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of `valuebold roi`. */
#ifndef VB_CLI_ROI_ARGS_H
#define VB_CLI_ROI_ARGS_H

#include "study_args.h"
#include "valuebold/roi_run.h"

typedef struct roi_args {
    study_args study; /* first: the shared options are offsets into it */
    cli_list roi, map, design;
    const char *rois, *statistics, *mask, *adjust;
    bool list, space_is_mni, whiten;
} roi_args;

/* Regions of --roi and --rois behind those of specs. */
vb_status roi_take_regions(const roi_args *args, vb_region_specs *specs,
                           cli_context *context, vb_error *err);
/* Options of the command line. */
vb_status roi_take_options(const roi_args *args, cli_context *context,
                           vb_roi_options *options, vb_error *err);

/* The form with --bold or --map, without a spec. */
vb_status roi_plain(const roi_args *args, cli_context *context, vb_error *err);
/* The form with a spec or --events. */
vb_status roi_of_study(const roi_args *args, cli_context *context, vb_error *err);

#endif
