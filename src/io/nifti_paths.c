/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_paths.c - the two files of a pair, and names that belie their content. */
#include "nifti_paths.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s), m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* path without its extension (one of two, with or without .gz) plus another */
static bool replace_end(const char *path, const char *end, const char *with,
                        char out[VB_PATH_MAX])
{
    char old[16];
    size_t stem;

    snprintf(old, sizeof old, "%s", end);
    if (!ends_with(path, old))
        snprintf(old, sizeof old, "%s.gz", end);
    if (!ends_with(path, old))
        return false;
    stem = strlen(path) - strlen(old);
    if (stem + strlen(with) >= VB_PATH_MAX)
        return false;
    memcpy(out, path, stem);
    memcpy(out + stem, with, strlen(with) + 1);
    return true;
}

/* Nothing has that name: perhaps its end was left out, as FSL allows.  A file is never
 * chosen for the user, who may have a stale copy beside the right one. */
static vb_status refuse_stem(const char *path, vb_error *err)
{
    static const char *const ends[] = {".nii.gz", ".nii", ".hdr"};
    char found[2][VB_PATH_MAX];
    size_t n = 0;

    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && n < 2; i++)
        if (strlen(path) + strlen(ends[i]) < VB_PATH_MAX) {
            snprintf(found[n], sizeof found[n], "%s%s", path, ends[i]);
            n += exists(found[n]);
        }
    if (n == 2)
        return vb_fail_at(err, VB_EUSAGE, path, 0, 0,
                          "ambiguous: both %s and %s exist; name one of them", found[0],
                          found[1]);
    if (n == 1)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0, "No such file; did you mean %s?",
                          found[0]);
    return vb_fail_at(err, VB_EINPUT, path, 0, 0, "No such file or directory");
}

vb_status vb_nifti_header_path(const char *path, char out[VB_PATH_MAX], vb_error *err)
{
    if (strlen(path) >= VB_PATH_MAX)
        return vb_fail(err, VB_EINPUT, "path of %zu characters, at most %d are read",
                       strlen(path), VB_PATH_MAX - 1);
    if (replace_end(path, ".img", ".hdr", out) && exists(out))
        return VB_OK;
    if (replace_end(path, ".img", ".hdr.gz", out) && exists(out))
        return VB_OK;
    memcpy(out, path, strlen(path) + 1);
    return exists(path) ? VB_OK : refuse_stem(path, err);
}

vb_status vb_nifti_image_path(const char *header, char out[VB_PATH_MAX], vb_error *err)
{
    char packed[VB_PATH_MAX];

    if (!replace_end(header, ".hdr", ".img", out) ||
        !replace_end(header, ".hdr", ".img.gz", packed))
        return vb_fail_at(
            err, VB_EINPUT, header, 0, 0,
            "magic 'ni1' or 'ni2' is that of a .hdr whose voxels are in an "
            ".img, but the file is not named .hdr");
    if (exists(out) && exists(packed))
        return vb_fail_at(err, VB_EUSAGE, header, 0, 0,
                          "ambiguous: both %s and %s exist; remove one", out, packed);
    if (!exists(out) && !exists(packed))
        return vb_fail_at(err, VB_EINPUT, header, 0, 0,
                          "its voxels are missing: neither %s nor %s was found", out,
                          packed);
    if (exists(packed))
        memcpy(out, packed, sizeof packed);
    return VB_OK;
}

void vb_nifti_note_name(const char *path, bool gzipped, vb_notes *notes)
{
    const bool claimed = ends_with(path, ".gz");

    if (claimed && !gzipped)
        vb_note_add(notes, VB_WARNING, "gz-name", path, 0, 0,
                    "is named .gz but is not compressed: read as it is");
    if (!claimed && gzipped)
        vb_note_add(notes, VB_WARNING, "gz-name", path, 0, 0,
                    "is gzip, though not named .gz: read as gzip");
}
