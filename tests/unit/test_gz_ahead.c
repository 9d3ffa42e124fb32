/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A compressed file read ahead by a thread of its own: the same bytes, the same refusals. */
#include "io/gz.h"
#include "io/gz_ahead.h"

#include "support.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* Members that end some bytes before, at and behind the ends of the chunks of 256 KiB. */
enum { N_MEMBERS = 80, MEMBER = 1 << 18 };

static char path[64];
static uint8_t *raw;
static size_t n_raw, n_file;

static void remove_file(void)
{
    unlink(path);
    free(raw);
}

/* Noise, which deflate cannot make smaller: the file is above the 16 MiB from which it is read
   ahead. */
static void make_file(void)
{
    uLong room = compressBound(MEMBER) + 64;
    uint8_t *packed = malloc(room);
    uint64_t seed = 7;
    int fd;

    strcpy(path, "/tmp/vb-ahead-XXXXXX");
    fd = mkstemp(path);
    cr_assert(fd >= 0);
    raw = malloc((size_t)N_MEMBERS * MEMBER);
    n_raw = n_file = 0;
    for (size_t i = 0; i < N_MEMBERS; i++) {
        const size_t n = MEMBER - 110 - (i * 7) % 13;
        z_stream z = {0};
        size_t size;

        for (size_t k = 0; k < n; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            raw[n_raw + k] = (uint8_t)(seed >> 56);
        }
        cr_assert_eq(deflateInit2(&z, 0, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY),
                     Z_OK);
        z.next_in = raw + n_raw;
        z.avail_in = (uInt)n;
        z.next_out = packed;
        z.avail_out = (uInt)room;
        cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
        size = room - z.avail_out;
        deflateEnd(&z);
        cr_assert_eq(write(fd, packed, size), (ssize_t)size);
        n_raw += n;
        n_file += size;
    }
    close(fd);
    free(packed);
}

TestSuite(gz_ahead, .init = make_file, .fini = remove_file);

static vb_status read_all(const vb_gz_engine *engine, size_t at_once, uint8_t *to,
                          size_t *n, vb_error *err)
{
    vb_source *source = NULL;
    vb_status status = vb_source_open(path, engine, &source, err);
    size_t got = 1;

    *n = 0;
    if (status == VB_OK)
        vb_source_read_ahead(source);
    while (status == VB_OK && got) {
        status = vb_source_read(source, to + *n,
                                n_raw + 1 - *n < at_once ? n_raw + 1 - *n : at_once,
                                &got, err);
        *n += got;
    }
    vb_source_close(source);
    return status;
}

Test(gz_ahead, the_bytes_are_those_of_the_file_wherever_its_members_end)
{
    const vb_gz_engine *const engines[] = {NULL, &vb_gz_zlib};
    uint8_t *got = malloc(n_raw + 1);
    vb_error err = {0};

    for (size_t e = 0; e < 2; e++)
        for (size_t at_once = 1000; at_once < 4000000; at_once *= 60) {
            size_t n;

            cr_assert_eq(read_all(engines[e], at_once, got, &n, &err), VB_OK, "%s",
                         err.text);
            cr_assert_eq(n, n_raw, "%zu bytes, expected %zu", n, n_raw);
            cr_expect(memcmp(got, raw, n) == 0);
        }
    free(got);
}

Test(gz_ahead, a_file_cut_short_is_refused)
{
    uint8_t *got = malloc(n_raw + 1);
    vb_error err = {0};
    size_t n;

    cr_assert_eq(truncate(path, (off_t)n_file - 3), 0);
    cr_expect_eq(read_all(NULL, 1 << 20, got, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "ends early"), "%s", err.text);
    free(got);
}

Test(gz_ahead, it_can_be_closed_at_any_time)
{
    uint8_t *got = malloc(n_raw);
    vb_error err = {0};

    for (size_t n = 0; n < n_raw; n += n_raw / 5) {
        vb_source *source = NULL;
        size_t some;

        cr_assert_eq(vb_source_open(path, NULL, &source, &err), VB_OK);
        vb_source_read_ahead(source);
        if (n)
            cr_expect_eq(vb_source_read(source, got, n, &some, &err), VB_OK);
        vb_source_close(source);
    }
    free(got);
}

Test(gz_ahead, an_error_of_read_is_told)
{
    const int fd = open("/tmp", O_RDONLY | O_DIRECTORY);
    vb_ahead *ahead = vb_ahead_start(fd);
    uint8_t *bytes;
    size_t n;

    cr_assert(ahead);
    cr_expect_neq(vb_ahead_next(ahead, &bytes, &n), 0);
    vb_ahead_stop(ahead);
    vb_ahead_stop(NULL);
    close(fd);
}
