/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_paths.h - which files an image consists of. */
#ifndef VB_IO_NIFTI_PATHS_H
#define VB_IO_NIFTI_PATHS_H

#include "valuebold/notes.h"
#include <stdbool.h>

/* The file with the header: path, or the .hdr beside it when path is an .img. */
vb_status vb_nifti_header_path(const char *path, char out[VB_PATH_MAX], vb_error *err);

/* The .img or .img.gz beside a .hdr; VB_EINPUT: none, VB_EUSAGE: both. */
vb_status vb_nifti_image_path(const char *header, char out[VB_PATH_MAX], vb_error *err);

/* Says when the name claims another compression than the content has. */
void vb_nifti_note_name(const char *path, bool gzipped, vb_notes *notes);

#endif
