/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish.c - a set of outputs, whole or not at all. */
#include "publish.h"
#include "why.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The one thing a signal handler can reach; see vb_file_cleanup. */
static _Atomic(vb_publication *) under_way;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

void vb_file_cleanup(void)
{
    vb_publication *p = atomic_load(&under_way);

    if (p)
        vb_publication_undo(p);
}

static bool has(const char **names, size_t n, const char *s, size_t length)
{
    for (size_t i = n; i-- > 0;) /* outputs of one folder follow each other */
        if (strncmp(names[i], s, length) == 0 && !names[i][length])
            return true;
    return false;
}

static bool plan_above(vb_publication *p)
{
    const size_t n = strlen(p->folder);

    p->above = vb_arena_take(p->arena, n + 1, sizeof *p->above);
    p->made_above = vb_arena_take(p->arena, n + 1, sizeof *p->made_above);
    if (!p->above || !p->made_above)
        return false;
    for (size_t i = 1; i <= n; i++) {
        if ((p->folder[i] && p->folder[i] != '/') || p->folder[i - 1] == '/')
            continue;
        p->above[p->n_above] = vb_arena_substring(p->arena, p->folder, i);
        if (!p->above[p->n_above++])
            return false;
    }
    return true;
}

static bool plan_inside(vb_publication *p)
{
    size_t slashes = 0;

    for (size_t i = 0; i < p->outputs->n; i++)
        for (const char *s = p->outputs->items[i].path; *s; s++)
            slashes += *s == '/';
    p->inside = vb_arena_take(p->arena, slashes, sizeof *p->inside);
    p->made_inside = vb_arena_take(p->arena, slashes, sizeof *p->made_inside);
    if (!p->inside || !p->made_inside)
        return false;
    for (size_t i = 0; i < p->outputs->n; i++) {
        const char *path = p->outputs->items[i].path;

        for (const char *s = strchr(path, '/'); s; s = strchr(s + 1, '/')) {
            const size_t length = (size_t)(s - path);

            if (has(p->inside, p->n_inside, path, length))
                continue;
            p->inside[p->n_inside] = vb_arena_substring(p->arena, path, length);
            if (!p->inside[p->n_inside++])
                return false;
        }
    }
    return true;
}

vb_status vb_publication_plan(vb_publication *p, vb_error *err)
{
    const size_t n = p->outputs->n;
    const char *stem;
    bool fine;

    p->root = -1;
    p->arena = vb_arena_alloc();
    if (!p->arena)
        return vb_fail_memory(err, n * 100);
    p->temp = vb_arena_take(p->arena, n, sizeof *p->temp);
    p->backup = vb_arena_take(p->arena, n, sizeof *p->backup);
    p->has_temp = vb_arena_take(p->arena, n, sizeof *p->has_temp);
    p->has_backup = vb_arena_take(p->arena, n, sizeof *p->has_backup);
    stem = vb_temp_stem(p->arena);
    fine = stem && p->temp && p->backup && p->has_temp && p->has_backup &&
           plan_above(p) && plan_inside(p);
    for (size_t i = 0; fine && i < n; i++) {
        p->temp[i] = vb_temp_name(p->arena, stem, p->outputs->items[i].path, 2 * i);
        p->backup[i] =
            vb_temp_name(p->arena, stem, p->outputs->items[i].path, 2 * i + 1);
        fine = p->temp[i] && p->backup[i];
    }
    return fine ? VB_OK : vb_fail_memory(err, n * 100);
}

/* Every run into a folder brings this file; the first one that comes writes it. */
bool vb_is_there_already(int root, const vb_output *output)
{
    struct stat info;
    char *bytes;
    ssize_t got;
    bool same;
    int fd;

    if (strcmp(output->path, "dataset_description.json") != 0)
        return false;
    fd = openat(root, output->path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bytes = malloc(output->bytes.n + 1);
    same = bytes && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
           (uintmax_t)info.st_size == output->bytes.n;
    got = same ? read(fd, bytes, output->bytes.n + 1) : -1;
    same = same && got == (ssize_t)output->bytes.n &&
           memcmp(bytes, output->bytes.bytes, output->bytes.n) == 0;
    free(bytes);
    close(fd);
    return same;
}

static void leave_out_what_is_there(vb_publication *p)
{
    for (size_t i = 0; i < p->outputs->n; i++)
        if (vb_is_there_already(p->root, &p->outputs->items[i]))
            p->temp[i] = NULL;
}

vb_status vb_outputs_publish(const vb_outputs *outputs, const char *folder,
                             vb_overwrite overwrite, vb_error *err)
{
    vb_publication p = {.outputs = outputs,
                        .folder = *folder ? folder : ".",
                        .overwrite = overwrite};
    vb_status status = vb_outputs_check(outputs, p.folder, overwrite, err);

    if (status != VB_OK || !outputs->n)
        return status;
    pthread_mutex_lock(&one_at_a_time);
    status = vb_publication_plan(&p, err);
    if (status == VB_OK) {
        atomic_store(&under_way, &p);
        status = vb_publication_folders(&p, err);
    }
    if (status == VB_OK) {
        leave_out_what_is_there(&p);
        status = vb_publication_write(&p, err);
    }
    if (status == VB_OK)
        status = vb_publication_commit(&p, err);
    if (status != VB_OK)
        vb_publication_undo(&p);
    atomic_store(&under_way, NULL);
    pthread_mutex_unlock(&one_at_a_time);
    if (p.root >= 0)
        close(p.root);
    vb_arena_free(p.arena);
    return status;
}
