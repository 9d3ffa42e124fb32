/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.c - whole files into memory.
 *
 * Opened without blocking, so that a pipe is refused instead of waited for; read with
 * read(2), never mapped: a mapped file that is cut meanwhile kills the process.
 */
#include "valuebold/file.h"
#include "gz.h"
#include "why.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

static const size_t DEFAULT_MAX_BYTES = (size_t)1 << 30;

static vb_status cannot_read(const char *path, int number, vb_error *err)
{
    char why[VB_WHY_MAX];

    return vb_fail_at(err, VB_EINPUT, path, 0, 0, "cannot be read: %s",
                      vb_why(number, why));
}

static vb_status too_large(const char *path, size_t max_bytes, vb_error *err)
{
    return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                      "larger than %zu bytes, the limit for a file of this kind",
                      max_bytes);
}

static vb_status check_kind(const char *path, const struct stat *info, size_t max_bytes,
                            vb_error *err)
{
    if (S_ISDIR(info->st_mode))
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "is a folder; a file is expected");
    if (!S_ISREG(info->st_mode))
        return vb_fail_at(
            err, VB_EINPUT, path, 0, 0,
            "is no regular file (a pipe or device); save it to a file first");
    if ((uintmax_t)info->st_size > max_bytes)
        return too_large(path, max_bytes, err);
    return VB_OK;
}

static vb_status read_all(const char *path, int fd, size_t expected, vb_buffer *bytes,
                          vb_error *err)
{
    char chunk[CHUNK];

    for (;;) {
        const ssize_t got = read(fd, chunk, sizeof chunk);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot_read(path, errno, err);
        if (got == 0)
            break;
        vb_put(bytes, chunk, (size_t)got);
        if (bytes->n > expected)
            break;
    }
    if (!bytes->lost && bytes->n != expected)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "changed while it was read (%zu bytes at first); try again",
                          expected);
    return vb_buffer_ok(bytes, err);
}

static vb_status inflate_all(const char *path, size_t max_bytes, vb_buffer *bytes,
                             vb_error *err)
{
    vb_source *source = NULL;
    vb_status status = vb_source_open(path, NULL, &source, err);
    char chunk[CHUNK];
    size_t got = sizeof chunk;

    while (status == VB_OK && got == sizeof chunk) {
        status = vb_source_read(source, chunk, sizeof chunk, &got, err);
        if (status != VB_OK)
            break;
        vb_put(bytes, chunk, got);
        if (bytes->n > max_bytes)
            status = too_large(path, max_bytes, err);
        else
            status = vb_buffer_ok(bytes, err);
    }
    if (status == VB_OK && vb_source_junk(source))
        status = vb_fail_at(err, VB_EINPUT, path, 0, 0,
                            "%llu bytes of something else follow the gz stream",
                            (unsigned long long)vb_source_junk(source));
    vb_source_close(source);
    return status;
}

vb_status vb_file_read(const char *path, size_t max_bytes, vb_buffer *bytes,
                       vb_error *err)
{
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    const size_t limit = max_bytes ? max_bytes : DEFAULT_MAX_BYTES;
    vb_buffer stored = {0};
    struct stat info;
    vb_status status;

    if (fd < 0)
        return cannot_read(path, errno, err);
    status = fstat(fd, &info) == 0 ? check_kind(path, &info, limit, err)
                                   : cannot_read(path, errno, err);
    if (status == VB_OK)
        status = read_all(path, fd, (size_t)info.st_size, &stored, err);
    close(fd);
    if (status == VB_OK && stored.n >= 2 && memcmp(stored.bytes, "\x1f\x8b", 2) == 0) {
        stored.n = 0;
        status = inflate_all(path, limit, &stored, err);
    }
    if (status == VB_OK) {
        vb_put(&stored, "", 0); /* an empty file is a valid pointer to "" */
        status = vb_buffer_ok(&stored, err);
    }
    if (status == VB_OK)
        *bytes = stored;
    else
        vb_buffer_free(&stored);
    return status;
}

vb_status vb_file_read_table(const char *path, vb_table **table, vb_notes *notes,
                             vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status = vb_file_read(path, 0, &bytes, err);

    if (status == VB_OK)
        status = vb_table_parse(path, bytes.bytes, bytes.n, table, notes, err);
    vb_buffer_free(&bytes);
    return status;
}

char *vb_path_beside(const char *file, const char *path, vb_arena *arena)
{
    const char *slash = strrchr(file, '/');

    if (path[0] == '/' || !slash)
        return vb_arena_string(arena, path);
    return vb_arena_printf(arena, "%.*s/%s", (int)(slash - file), file, path);
}
