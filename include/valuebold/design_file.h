/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Design matrices in files of several programs, told apart by content.
 */
#ifndef VALUEBOLD_DESIGN_FILE_H
#define VALUEBOLD_DESIGN_FILE_H

#include "valuebold/compare_designs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_design_format {
    VB_DESIGN_TABLE, /* TSV with names in the first row (nilearn's, ours) */
    VB_DESIGN_SPM,   /* SPM.mat: SPM.xX; or a .mat with R and names */
    VB_DESIGN_FSL,   /* design.mat: /Matrix; columns have no names there */
    VB_DESIGN_AFNI,  /* .xmat.1D, or a plain .1D with comments */
} vb_design_format;

/* By the first bytes: "MATLAB 5.0", an HDF5 signature, "/NumWaves", "#". */
VB_API vb_design_format vb_design_format_of(const void *bytes, size_t size);

/*
 * run 0: all rows.  Else rows of that run (from 1: SPM.Sess(run).row, AFNI's RunStart), without
 * the columns that are zero there; VB_EINPUT where the file does not know runs.
 * The matrix lives in arena.  VB_EINPUT: not a design, cells that are no numbers, HDF5 (a
 * version 7.3 .mat).
 */
VB_API vb_status vb_design_file_read(const char *file, const void *bytes, size_t size,
                                     size_t run, vb_arena *arena, vb_named_matrix *out,
                                     vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
