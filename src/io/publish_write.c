/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish_write.c - folders and temporaries of a publication. */
#include "publish.h"
#include "why.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

const char *vb_publication_name(const vb_publication *p, const char *path,
                                char out[VB_PATH_MAX])
{
    if (snprintf(out, VB_PATH_MAX, "%s/%s", p->folder, path) >= VB_PATH_MAX)
        snprintf(out, VB_PATH_MAX, ".../%.*s", VB_PATH_MAX - 8, path);
    return out;
}

static vb_status cannot(vb_error *err, const char *file, const char *what, int number)
{
    char why[VB_WHY_MAX];

    return vb_fail_at(err, VB_EIO, file, 0, 0, "%s: %s", what, vb_why(number, why));
}

/* Left-overs of a run that was killed; failing to remove one harms nobody. */
static void remove_stale(int root, const char *folder)
{
    const int fd = openat(root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        if (vb_is_stale_temp(entry->d_name))
            (void)unlinkat(fd, entry->d_name, 0);
    closedir(dir);
}

static vb_status make_folders(vb_publication *p, vb_error *err)
{
    char name[VB_PATH_MAX];

    for (size_t i = 0; i < p->n_above; i++) {
        if (mkdir(p->above[i], 0777) == 0)
            atomic_store(&p->made_above[i], true);
        else if (errno != EEXIST && errno != EROFS && errno != EACCES)
            return cannot(err, p->above[i], "cannot make this folder", errno);
    }
    p->root = open(p->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->root < 0)
        return cannot(err, p->folder, "cannot open or make this output folder", errno);
    remove_stale(p->root, ".");
    for (size_t i = 0; i < p->n_inside; i++) {
        if (mkdirat(p->root, p->inside[i], 0777) == 0)
            atomic_store(&p->made_inside[i], true);
        else if (errno != EEXIST)
            return cannot(err, vb_publication_name(p, p->inside[i], name),
                          "cannot make this folder", errno);
        else
            remove_stale(p->root, p->inside[i]);
    }
    return VB_OK;
}

/* Signals wait: between making a folder and noting that it is ours, a handler would leave
 * it behind. */
vb_status vb_publication_folders(vb_publication *p, vb_error *err)
{
    sigset_t all, before;
    vb_status status;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    status = make_folders(p, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* Writing beyond RLIMIT_FSIZE would send SIGXFSZ, which ends the program. */
static vb_status check_size(const vb_output *output, const char *name, vb_error *err)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        output->bytes.n > limit.rlim_cur)
        return vb_fail_at(err, VB_EIO, name, 0, 0,
                          "needs %zu bytes, but files are limited to %llu (ulimit -f)",
                          output->bytes.n, (unsigned long long)limit.rlim_cur);
    return VB_OK;
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        const ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            errno = done == 0 ? ENOSPC : errno;
            return -1;
        }
        bytes += done;
        n -= (size_t)done;
    }
    return 0;
}

static vb_status write_one(vb_publication *p, size_t i, vb_error *err)
{
    const vb_output *output = &p->outputs->items[i];
    char name[VB_PATH_MAX];
    vb_status status = vb_buffer_ok(&output->bytes, err);
    int fd, failed = 0;

    vb_publication_name(p, output->path, name);
    if (status == VB_OK)
        status = check_size(output, name, err);
    if (status != VB_OK)
        return status;
    atomic_store(&p->has_temp[i], true); /* first: a signal may come in between */
    fd = openat(p->root, p->temp[i],
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) {
        failed = errno;
        atomic_store(&p->has_temp[i], false);
        return cannot(err, name, "cannot be made", failed);
    }
    if (write_all(fd, output->bytes.bytes, output->bytes.n) != 0)
        failed = errno;
    vb_disk_start(fd);
    if (close(fd) != 0 && !failed) /* a full disk or quota may show only here */
        failed = errno;
    return failed ? cannot(err, name, "cannot be written", failed) : VB_OK;
}

vb_status vb_publication_write(vb_publication *p, vb_error *err)
{
    vb_status status = VB_OK;
    char name[VB_PATH_MAX];

    for (size_t i = 0; status == VB_OK && i < p->outputs->n; i++)
        if (p->temp[i])
            status = write_one(p, i, err);
    for (size_t i = 0; status == VB_OK && i < p->outputs->n; i++) {
        int fd, failed = 0;

        if (!p->temp[i])
            continue;
        fd = openat(p->root, p->temp[i], O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 || vb_disk_wait(fd) != 0)
            failed = errno;
        if (fd >= 0)
            close(fd);
        if (failed)
            status =
                cannot(err, vb_publication_name(p, p->outputs->items[i].path, name),
                       "cannot be written", failed);
    }
    return status;
}
