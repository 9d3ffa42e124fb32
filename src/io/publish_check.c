/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish_check.c - what would stop a publication, found out before long work. */
#include "publish.h"
#include "why.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static vb_status refuse(vb_error *err, const char *file, const char *what)
{
    return vb_fail_at(err, VB_EIO, file, 0, 0, "%s", what);
}

/* path itself or its nearest parent that exists must be a folder to write to. */
static vb_status check_folder(const char *path, vb_error *err)
{
    char at[VB_PATH_MAX], why[VB_WHY_MAX];
    struct stat info;

    snprintf(at, sizeof at, "%s", path);
    while (stat(at, &info) != 0) {
        char *slash = strrchr(at, '/');

        if (errno != ENOENT && errno != ENOTDIR)
            return vb_fail_at(err, VB_EIO, at, 0, 0, "%s", vb_why(errno, why));
        if (lstat(at, &info) == 0)
            return refuse(err, at,
                          "is a link that leads nowhere; a folder is needed here");
        if (!slash)
            snprintf(at, sizeof at, ".");
        else
            slash[slash == at] = '\0';
    }
    if (!S_ISDIR(info.st_mode))
        return refuse(err, at, "is a file; a folder is needed here");
    if (faccessat(AT_FDCWD, at, W_OK | X_OK, AT_EACCESS) != 0)
        return vb_fail_at(err, VB_EIO, at, 0, 0, "this folder cannot be written to: %s",
                          vb_why(errno, why));
    return VB_OK;
}

/* What stands at an output's place: *taken counts what needs the user's word. */
static vb_status check_place(int root, const vb_output *output, const char *name,
                             vb_overwrite overwrite, size_t *taken, vb_error *err)
{
    struct stat info;

    if (fstatat(root, output->path, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        char folder[VB_PATH_MAX];

        snprintf(folder, sizeof folder, "%s", name);
        *strrchr(folder, '/') = '\0';
        return check_folder(folder, err);
    }
    if (S_ISDIR(info.st_mode))
        return refuse(err, name, "is a folder; a file would be written here");
    if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode))
        return refuse(err, name, "is a pipe or device; a file would be written here");
    if (overwrite == VB_KEEP_OLD && !vb_is_there_already(root, output))
        (*taken)++;
    return VB_OK;
}

vb_status vb_outputs_check(const vb_outputs *outputs, const char *folder,
                           vb_overwrite overwrite, vb_error *err)
{
    const vb_publication p = {.folder = *folder ? folder : "."};
    vb_status status = VB_OK;
    char name[VB_PATH_MAX], first[VB_PATH_MAX] = "";
    size_t taken = 0;
    int root;

    if (strlen(folder) + 200 > VB_PATH_MAX)
        return vb_fail(err, VB_EIO, "the name of the output folder is too long");
    root = open(p.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 || !outputs->n)
        status = check_folder(p.folder, err);
    for (size_t i = 0; root >= 0 && status == VB_OK && i < outputs->n; i++) {
        vb_publication_name(&p, outputs->items[i].path, name);
        status = check_place(root, &outputs->items[i], name, overwrite, &taken, err);
        if (taken == 1 && !first[0])
            snprintf(first, sizeof first, "%s", name);
    }
    if (root >= 0)
        close(root);
    if (status != VB_OK || !taken)
        return status;
    if (taken == 1)
        return refuse(err, first, "exists already; --force replaces it");
    return vb_fail_at(err, VB_EIO, first, 0, 0,
                      "exists already, and so do %zu others; --force replaces them",
                      taken - 1);
}
