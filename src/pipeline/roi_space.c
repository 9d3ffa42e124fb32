/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_space.c - in which space an image is, by its name and by its header. */
#include "roi_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NIFTI_TALAIRACH = 3, NIFTI_MNI152 = 4 };

/* The label of _space-LABEL_ in the last part of a path; its length is 0 when there is none. */
static size_t space_entity(const char *path, const char **label)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *at = strstr(name, "space-");
    size_t n = 0;

    if (!at || (at > name && at[-1] != '_'))
        return 0;
    *label = at + strlen("space-");
    while (isalnum((unsigned char)(*label)[n]) || (*label)[n] == '+')
        n++;
    return n;
}

/* Templates whose coordinates are those of MNI152, and some of all ages that are not. */
static bool is_mni_label(const char *label, size_t n)
{
    return n >= 6 && strncmp(label, "MNI152", 6) == 0;
}

vb_roi_space vb_roi_space_of(const vb_nifti_header *image, char out[], size_t size)
{
    const char *label = NULL;
    const size_t n = space_entity(image->path, &label);
    const bool s = image->space == VB_NIFTI_SFORM, q = image->space == VB_NIFTI_QFORM;
    const int code = s ? image->sform_code : q ? image->qform_code : 0;
    const char *form = s ? "sform_code" : "qform_code";

    if (n) {
        snprintf(out, size, "space %.*s (its file name)", (int)(n < 100 ? n : 100),
                 label);
        return is_mni_label(label, n) ? VB_ROI_SPACE_MNI : VB_ROI_SPACE_OTHER;
    }
    if (code == NIFTI_MNI152) {
        snprintf(out, size, "MNI152 (%s %d)", form, code);
        return VB_ROI_SPACE_MNI;
    }
    if (code == NIFTI_TALAIRACH) {
        snprintf(out, size, "Talairach space (%s %d)", form, code);
        return VB_ROI_SPACE_OTHER;
    }
    snprintf(out, size, "a space nobody names (no space- in the file name, %s %d: %s)",
             form, code,
             code == 1   ? "scanner"
             : code == 2 ? "aligned to something"
                         : "unknown");
    return VB_ROI_SPACE_UNKNOWN;
}
