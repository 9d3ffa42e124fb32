/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gz_source.c - the bytes of a regular file in one pass, inflated when they are gzip.
 *
 * Any number of members, as pigz and bgzip write them; zero padding behind the last one is
 * part of the format's practice (tape blocks), anything else there is counted as junk.
 * The end of the file inside a member is an error even when all voxels have been read: the
 * checksum that would have vouched for them is missing.
 */
#include "gz.h"
#include "gz_ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 1 << 18, /* of compressed input; fits the second-level cache */
    GZ_HEADER_BYTES = 10,   /* fixed part of a member's header, RFC 1952 */
    GZ_METHOD_DEFLATE = 8,
    GZ_RESERVED_FLAGS = 0xe0,
};

struct vb_source {
    int fd;
    bool is_gzip, at_eof; /* at_eof: read() has nothing more */
    bool ended;           /* the last member is complete */
    bool in_member;
    uint64_t file_bytes, taken_bytes, junk;
    const vb_gz_engine *engine;
    void *state;
    vb_ahead *ahead;   /* reads fd, once it is there */
    const uint8_t *in; /* unused input: n_in bytes of buffer */
    size_t n_in;
    char path[VB_PATH_MAX];
    uint8_t buffer[BUFFER_BYTES];
};

/* read() until n bytes, the end or an error; restarts after signals. */
static vb_status read_raw(vb_source *s, void *bytes, size_t n, size_t *got,
                          vb_error *err)
{
    *got = 0;
    while (*got < n && !s->at_eof) {
        const ssize_t r = read(s->fd, (char *)bytes + *got, n - *got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return vb_fail_at(err, VB_EINPUT, s->path, 0, 0, "cannot be read: %s",
                              strerror(errno));
        if (r == 0)
            s->at_eof = true;
        *got += (size_t)r;
        s->taken_bytes += (uint64_t)r;
    }
    return VB_OK;
}

/* The same from chunks read ahead: what is left of the input moves before the next one. */
static vb_status refill_ahead(vb_source *s, size_t n, vb_error *err)
{
    while (s->n_in < n && !s->at_eof) {
        uint8_t left[VB_AHEAD_ROOM], *bytes;
        size_t got = 0;
        int failed;

        memcpy(left, s->in, s->n_in);
        failed = vb_ahead_next(s->ahead, &bytes, &got);
        if (failed)
            return vb_fail_at(err, VB_EINPUT, s->path, 0, 0, "cannot be read: %s",
                              strerror(failed));
        s->at_eof = got == 0;
        bytes = got ? bytes - s->n_in : s->buffer;
        memcpy(bytes, left, s->n_in);
        s->in = bytes;
        s->n_in += got;
        s->taken_bytes += got;
    }
    return VB_OK;
}

/* Makes at least n bytes of input available, or all there are; n <= GZ_HEADER_BYTES. */
static vb_status refill(vb_source *s, size_t n, vb_error *err)
{
    size_t got = 0;
    vb_status status;

    if (s->n_in >= n || s->at_eof)
        return VB_OK;
    if (s->ahead)
        return refill_ahead(s, n, err);
    memmove(s->buffer, s->in, s->n_in);
    s->in = s->buffer;
    status = read_raw(s, s->buffer + s->n_in, BUFFER_BYTES - s->n_in, &got, err);
    s->n_in += got;
    return status;
}

static const char *other_compression(const uint8_t *b, size_t n)
{
    if (n >= 3 && memcmp(b, "BZh", 3) == 0)
        return "bzip2";
    if (n >= 6 && memcmp(b,
                         "\xfd"
                         "7zXZ",
                         6) == 0)
        return "xz";
    if (n >= 4 && memcmp(b, "\x28\xb5\x2f\xfd", 4) == 0)
        return "zstd";
    if (n >= 4 && memcmp(b, "PK\x03\x04", 4) == 0)
        return "zip";
    if (n >= 2 && b[0] == 0x78 && ((unsigned)b[0] * 256 + b[1]) % 31 == 0)
        return "zlib";
    return NULL;
}

static bool starts_member(const vb_source *s)
{
    return s->n_in >= 2 && s->in[0] == 0x1f && s->in[1] == 0x8b;
}

/* The fixed header is judged here: not every inflater minds a flag it cannot know. */
static vb_status begin_member(vb_source *s, vb_error *err)
{
    vb_status status = refill(s, GZ_HEADER_BYTES, err);

    if (status != VB_OK)
        return status;
    if (s->n_in < GZ_HEADER_BYTES)
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                          "gz stream ends early: %zu bytes of a member's header",
                          s->n_in);
    if (s->in[2] != GZ_METHOD_DEFLATE)
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                          "not gzip: compression method %u, expected 8 (deflate)",
                          s->in[2]);
    if (s->in[3] & GZ_RESERVED_FLAGS)
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                          "not gzip: reserved flags 0x%02x are set", s->in[3]);
    s->engine->reset(s->state);
    s->in_member = true;
    return VB_OK;
}

/* Between members: another one, padding, junk, or the end. */
static vb_status after_member(vb_source *s, vb_error *err)
{
    vb_status status = refill(s, GZ_HEADER_BYTES, err);
    size_t n_zero = 0;

    s->in_member = false;
    if (status != VB_OK)
        return status;
    if (starts_member(s))
        return begin_member(s, err);
    s->ended = true;
    if (s->n_in && s->in[0] != 0) {
        s->junk = s->file_bytes - (s->taken_bytes - s->n_in);
        return VB_OK;
    }
    while (s->n_in) {
        while (n_zero < s->n_in && s->in[n_zero] == 0)
            n_zero++;
        s->in += n_zero;
        s->n_in -= n_zero;
        n_zero = 0;
        if (s->n_in) {
            s->junk = s->file_bytes - (s->taken_bytes - s->n_in);
            return VB_OK;
        }
        status = refill(s, 1, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

static vb_status inflate_some(vb_source *s, uint8_t *bytes, size_t n, size_t *got,
                              vb_error *err)
{
    uint8_t *out = bytes;
    size_t room = n;

    while (room && !s->ended) {
        vb_status status = refill(s, 1, err);
        const size_t before_in = s->n_in, before_out = room;
        vb_gz_result result;

        if (status != VB_OK)
            return status;
        result = s->engine->run(s->state, &s->in, &s->n_in, &out, &room);
        if (result == VB_GZ_MEMBER_END) {
            status = after_member(s, err);
            if (status != VB_OK)
                return status;
        } else if (result == VB_GZ_CHECKSUM) {
            return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                              "gz checksum differs: the file is damaged; copy or "
                              "download it again");
        } else if (result == VB_GZ_DAMAGED) {
            return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                              "gz stream is damaged near byte %llu; copy or download "
                              "the file again",
                              (unsigned long long)(s->taken_bytes - s->n_in));
        } else if (s->n_in == before_in && room == before_out && s->at_eof) {
            return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                              "gz stream ends early, after %llu bytes: the file is "
                              "truncated; copy or download it again",
                              (unsigned long long)s->file_bytes);
        }
    }
    *got = n - room;
    return VB_OK;
}

vb_status vb_source_read(vb_source *s, void *bytes, size_t n, size_t *got,
                         vb_error *err)
{
    size_t kept, more = 0;
    vb_status status;

    if (s->is_gzip)
        return inflate_some(s, bytes, n, got, err);
    kept = s->n_in < n ? s->n_in : n; /* looked at when the file was opened */
    memcpy(bytes, s->in, kept);
    s->in += kept;
    s->n_in -= kept;
    status = read_raw(s, (char *)bytes + kept, n - kept, &more, err);
    *got = kept + more;
    return status;
}

vb_status vb_source_drain(vb_source *s, uint64_t max_bytes, uint64_t *extra,
                          bool *to_end, vb_error *err)
{
    uint8_t *bin;
    vb_status status = VB_OK;

    *extra = 0;
    *to_end = false;
    if (!s->is_gzip) { /* the size says it all */
        *extra = s->file_bytes - (s->taken_bytes - s->n_in);
        *to_end = true;
        return VB_OK;
    }
    bin = malloc(BUFFER_BYTES);
    if (!bin)
        return vb_fail_memory(err, BUFFER_BYTES);
    while (!*to_end && *extra < max_bytes) {
        size_t got = 0;

        status = inflate_some(s, bin, BUFFER_BYTES, &got, err);
        if (status != VB_OK)
            break;
        *extra += got;
        *to_end = s->ended;
    }
    free(bin);
    return status;
}

static vb_status open_regular(vb_source *s, vb_error *err)
{
    struct stat info;

    /* O_NONBLOCK: opening a pipe must not wait for its writer */
    s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->fd < 0 || fstat(s->fd, &info) != 0)
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0, "cannot be opened: %s",
                          strerror(errno));
    if (S_ISDIR(info.st_mode))
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                          "is a folder, expected an image file");
    if (!S_ISREG(info.st_mode))
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                          "is a pipe or device, expected a regular file");
    s->file_bytes = (uint64_t)info.st_size;
    return VB_OK;
}

static vb_status look(vb_source *s, vb_error *err)
{
    vb_status status = refill(s, GZ_HEADER_BYTES, err);
    const char *other;

    if (status != VB_OK)
        return status;
    s->is_gzip = starts_member(s);
    if (s->is_gzip) {
        s->state = s->engine->alloc();
        return s->state ? begin_member(s, err) : vb_fail_memory(err, BUFFER_BYTES);
    }
    other = other_compression(s->in, s->n_in);
    if (other)
        return vb_fail_at(err, VB_EINPUT, s->path, 0, 0,
                          "not gzip (looks like %s): unpack it, then use gzip", other);
    return VB_OK;
}

vb_status vb_source_open(const char *path, const vb_gz_engine *engine,
                         vb_source **source, vb_error *err)
{
    vb_source *s;
    vb_status status;

    if (strlen(path) >= VB_PATH_MAX)
        return vb_fail(err, VB_EINPUT, "path of %zu characters, at most %d are read",
                       strlen(path), VB_PATH_MAX - 1);
    s = malloc(sizeof *s);
    if (!s)
        return vb_fail_memory(err, sizeof *s);
    memset(s, 0, offsetof(struct vb_source, buffer));
    s->fd = -1;
    s->in = s->buffer;
    memcpy(s->path, path, strlen(path) + 1);
#ifndef VB_NO_ISAL
    s->engine = engine ? engine : &vb_gz_isal;
#else
    s->engine = engine ? engine : &vb_gz_zlib;
#endif
    status = open_regular(s, err);
    if (status == VB_OK)
        status = look(s, err);
    if (status != VB_OK) {
        vb_source_close(s);
        return status;
    }
    *source = s;
    return VB_OK;
}

void vb_source_read_ahead(vb_source *s)
{
    const uint64_t worth_it = 1 << 24;

    if (s->is_gzip && !s->ahead && s->file_bytes - s->taken_bytes > worth_it)
        s->ahead = vb_ahead_start(s->fd);
}

void vb_source_close(vb_source *s)
{
    if (!s)
        return;
    vb_ahead_stop(s->ahead);
    if (s->state)
        s->engine->free(s->state);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}

bool vb_source_is_gzip(const vb_source *s)
{
    return s->is_gzip;
}

uint64_t vb_source_file_bytes(const vb_source *s)
{
    return s->file_bytes;
}

uint64_t vb_source_junk(const vb_source *s)
{
    return s->junk;
}
