/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * publish_commit.c - the moment a publication becomes visible, and taking it back.
 *
 * A file that must not exist is put in place by link(2), which fails when another run has
 * made it meanwhile; rename(2) would replace it.  A file that is replaced keeps a second
 * name until all are in place, so that a failure half way restores every old file.
 */
#include "publish.h"
#include "why.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

void vb_publication_undo(vb_publication *p)
{
    for (size_t i = 0; p->root >= 0 && i < p->outputs->n; i++) {
        if (atomic_exchange(&p->has_temp[i], false))
            (void)unlinkat(p->root, p->temp[i], 0);
        if (atomic_exchange(&p->has_backup[i], false))
            (void)unlinkat(p->root, p->backup[i], 0);
    }
    for (size_t i = p->n_inside; p->root >= 0 && i-- > 0;)
        if (atomic_exchange(&p->made_inside[i], false))
            (void)unlinkat(p->root, p->inside[i], AT_REMOVEDIR);
    for (size_t i = p->n_above; i-- > 0;)
        if (atomic_exchange(&p->made_above[i], false))
            (void)rmdir(p->above[i]);
}

/* True where hard links are not to be had (FAT, some network folders). */
static bool no_links(int number)
{
    return number == EPERM || number == ENOTSUP || number == EOPNOTSUPP ||
           number == ENOSYS || number == EMLINK || number == EXDEV;
}

static int place_new(vb_publication *p, size_t i)
{
    const char *path = p->outputs->items[i].path;

    if (linkat(p->root, p->temp[i], p->root, path, 0) == 0) {
        (void)unlinkat(p->root, p->temp[i], 0);
        return 0;
    }
    return no_links(errno) ? renameat(p->root, p->temp[i], p->root, path) : -1;
}

static int replace_old(vb_publication *p, size_t i)
{
    const char *path = p->outputs->items[i].path;

    if (linkat(p->root, path, p->root, p->backup[i], 0) == 0)
        atomic_store(&p->has_backup[i], true);
    else if (errno != ENOENT && !no_links(errno))
        return -1;
    return renameat(p->root, p->temp[i], p->root, path);
}

/* Back to what was there before; the first n outputs are in place. */
static void take_back(vb_publication *p, size_t n)
{
    while (n-- > 0) {
        const char *path = p->outputs->items[n].path;

        if (!p->temp[n])
            continue;
        if (atomic_exchange(&p->has_backup[n], false))
            (void)renameat(p->root, p->backup[n], p->root, path);
        else
            (void)unlinkat(p->root, path, 0);
    }
}

static vb_status place_all(vb_publication *p, vb_error *err)
{
    for (size_t i = 0; i < p->outputs->n; i++) {
        char name[VB_PATH_MAX], why[VB_WHY_MAX];
        int failed;

        if (!p->temp[i])
            continue;
        if ((p->overwrite == VB_KEEP_OLD ? place_new(p, i) : replace_old(p, i)) == 0) {
            atomic_store(&p->has_temp[i], false);
            continue;
        }
        failed = errno;
        take_back(p, i);
        return vb_fail_at(err, VB_EIO,
                          vb_publication_name(p, p->outputs->items[i].path, name), 0, 0,
                          failed == EEXIST ? "was made by another program meanwhile: %s"
                                           : "cannot be put in place: %s",
                          vb_why(failed, why));
    }
    return VB_OK;
}

/* Commits names and data; the folder that got the last name stands for all. */
static vb_status flush_names(const vb_publication *p, vb_error *err)
{
    char folder[VB_PATH_MAX], name[VB_PATH_MAX], why[VB_WHY_MAX], *slash;
    int fd, failed = 0;

    snprintf(folder, sizeof folder, "%s", p->outputs->items[p->outputs->n - 1].path);
    slash = strrchr(folder, '/');
    snprintf(slash ? slash : folder, 2, "%s", slash ? "" : ".");
    fd = openat(p->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || vb_disk_flush(fd) != 0)
        failed = errno;
    if (fd >= 0)
        close(fd);
    if (!failed)
        return VB_OK;
    return vb_fail_at(err, VB_EIO, vb_publication_name(p, folder, name), 0, 0,
                      "the files cannot be brought to disk: %s", vb_why(failed, why));
}

vb_status vb_publication_commit(vb_publication *p, vb_error *err)
{
    sigset_t all, before;
    vb_status status;

    /* A handler would find half of the files in place. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    status = place_all(p, err);
    if (status == VB_OK) {
        status = flush_names(p, err);
        if (status != VB_OK)
            take_back(p, p->outputs->n);
    }
    for (size_t i = 0; status == VB_OK && i < p->outputs->n; i++)
        if (atomic_exchange(&p->has_backup[i], false))
            (void)unlinkat(p->root, p->backup[i], 0);
    for (size_t i = 0; status == VB_OK && i < p->n_inside; i++)
        atomic_store(&p->made_inside[i], false);
    for (size_t i = 0; status == VB_OK && i < p->n_above; i++)
        atomic_store(&p->made_above[i], false);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
