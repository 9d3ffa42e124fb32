/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inflating streams.  Members are made with zlib's deflate after RFC 1952 and then broken;
 * both engines must say the same of each.
 */
#include "io/gz.h"
#include "support.h"

#include <unistd.h>
#include <zlib.h>

enum { N_PLAIN = 20000, ROOM = 65536 };

static char path[64];
static unsigned char plain[N_PLAIN];

static void make_file(void)
{
    int fd;
    unsigned x = 12345;

    snprintf(path, sizeof path, "/tmp/vb-gz-XXXXXX");
    fd = mkstemp(path);
    cr_assert(fd >= 0 && close(fd) == 0);
    for (size_t i = 0; i < N_PLAIN; i++) { /* half noise, so that it does compress */
        x = x * 1664525u + 1013904223u;
        plain[i] = i % 2 ? (unsigned char)(x >> 24) : (unsigned char)(i / 100);
    }
}

static void remove_file(void)
{
    cr_assert_eq(unlink(path), 0);
}

static void put(const unsigned char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");

    cr_assert(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

/* One member of plain[from .. from + n) behind out; returns its length. */
static size_t member(unsigned char *out, size_t from, size_t n)
{
    z_stream z = {.next_in = plain + from,
                  .avail_in = (uInt)n,
                  .next_out = out,
                  .avail_out = ROOM};

    cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    n = z.total_out;
    deflateEnd(&z);
    return n;
}

static const vb_gz_engine *const engines[] = {
#ifndef VB_NO_ISAL
    &vb_gz_isal,
#endif
    &vb_gz_zlib,
};
enum { N_ENGINES = sizeof engines / sizeof engines[0] };

/* Reads all in pieces of `piece` bytes; *n bytes came out. */
static vb_status read_all(const vb_gz_engine *engine, size_t piece, unsigned char *out,
                          size_t *n, uint64_t *junk, vb_error *err)
{
    vb_source *source = NULL;
    vb_status status = vb_source_open(path, engine, &source, err);
    size_t got = piece;

    *n = 0;
    while (status == VB_OK && got == piece && *n + piece <= 2 * ROOM) {
        status = vb_source_read(source, out + *n, piece, &got, err);
        *n += status == VB_OK ? got : 0;
    }
    *junk = source ? vb_source_junk(source) : 0;
    vb_source_close(source);
    return status;
}

/* The file must give plain[0 .. n) by both engines, in large and small pieces. */
static void expect_good(const char *what, size_t want, uint64_t want_junk)
{
    static unsigned char out[2 * ROOM];

    for (size_t e = 0; e < N_ENGINES; e++)
        for (size_t piece = 7; piece <= 70000; piece *= 100) {
            vb_error err = {0};
            uint64_t junk;
            size_t n;

            cr_expect_eq(read_all(engines[e], piece, out, &n, &junk, &err), VB_OK,
                         "%s, %s: %s", what, engines[e]->name, err.text);
            cr_expect_eq(n, want, "%s, %s: %zu bytes", what, engines[e]->name, n);
            cr_expect(memcmp(out, plain, n < want ? n : want) == 0, "%s, %s", what,
                      engines[e]->name);
            cr_expect_eq(junk, want_junk, "%s, %s: %zu bytes of junk", what,
                         engines[e]->name, (size_t)junk);
        }
}

static void expect_bad(const char *what, const char *say)
{
    static unsigned char out[2 * ROOM];

    for (size_t e = 0; e < N_ENGINES; e++) {
        vb_error err = {0};
        uint64_t junk;
        size_t n;

        cr_expect_eq(read_all(engines[e], 4096, out, &n, &junk, &err), VB_EINPUT,
                     "%s, %s was taken", what, engines[e]->name);
        cr_expect(strstr(err.text, say), "%s, %s: %s", what, engines[e]->name,
                  err.text);
        cr_expect_str_eq(err.file, path);
    }
}

TestSuite(gz, .init = make_file, .fini = remove_file);

Test(gz, one_and_several_members_padding_and_junk)
{
    unsigned char b[4 * ROOM];
    size_t n = member(b, 0, N_PLAIN);

    put(b, n);
    expect_good("one member", N_PLAIN, 0);
    memset(b + n, 0, 1000);
    put(b, n + 1000);
    expect_good("zero padding", N_PLAIN, 0);
    memcpy(b + n, "\0\0\0 some text", 13);
    put(b, n + 13);
    expect_good("junk behind padding", N_PLAIN, 10);
    memcpy(b + n, "x", 1);
    put(b, n + 1);
    expect_good("one byte of junk", N_PLAIN, 1);
    n = member(b, 0, 352);
    n += member(b + n, 352, 0);
    n += member(b + n, 352, 8000);
    n += member(b + n, 8352, N_PLAIN - 8352);
    put(b, n);
    expect_good("four members, one empty", N_PLAIN, 0);
    put(plain, N_PLAIN);
    expect_good("not compressed", N_PLAIN, 0);
}

/* RFC 1952: FLG 4 extra field, 8 name, 16 comment, 2 header CRC (low half of the CRC-32 of
   all that precedes). */
Test(gz, all_header_fields_are_skipped_and_the_header_crc_is_checked)
{
    unsigned char b[2 * ROOM], packed[ROOM];
    const size_t n = member(packed, 0, N_PLAIN);
    static const unsigned char fields[] = {3,   0,   'a', 'b', 'c', 'n',
                                           'a', 'm', 'e', 0,   'c', 0};
    size_t at = 10;
    unsigned long crc;

    memcpy(b, packed, 10);
    b[3] = 4 | 8 | 16 | 2;
    memcpy(b + at, fields, sizeof fields);
    at += sizeof fields;
    crc = crc32(0, b, (uInt)at);
    b[at] = (unsigned char)(crc & 0xff);
    b[at + 1] = (unsigned char)(crc >> 8 & 0xff);
    memcpy(b + at + 2, packed + 10, n - 10);
    put(b, at + 2 + n - 10);
    expect_good("FEXTRA, FNAME, FCOMMENT, FHCRC", N_PLAIN, 0);
    b[at] ^= 1;
    put(b, at + 2 + n - 10);
    expect_bad("wrong header CRC", "gz");
}

Test(gz, what_is_damaged_is_refused_with_its_own_words)
{
    unsigned char b[2 * ROOM];
    const size_t n = member(b, 0, N_PLAIN);

    b[n - 8] ^= 1;
    put(b, n);
    expect_bad("wrong CRC", "gz checksum differs");
    b[n - 8] ^= 1;
    b[n - 2] ^= 1;
    put(b, n);
    expect_bad("wrong length", "gz checksum differs");
    b[n - 2] ^= 1;
    b[3] = 0x20;
    put(b, n);
    expect_bad("reserved flag", "reserved flags 0x20");
    b[3] = 0;
    b[2] = 7;
    put(b, n);
    expect_bad("method", "compression method 7");
    b[2] = 8;
    memcpy(b + n, b, 9);
    put(b, n + 9);
    expect_bad("second member of 9 bytes", "gz stream ends early");
    b[10] = 0xff; /* a block of the reserved type 3 */
    put(b, n);
    expect_bad("bad block type", "gz stream is damaged");
}

Test(gz, a_stream_cut_anywhere_is_refused)
{
    static unsigned char out[2 * ROOM];
    unsigned char b[ROOM];
    const size_t n = member(b, 0, 700);

    for (size_t length = 2; length < n; length++)
        for (size_t e = 0; e < N_ENGINES; e++) {
            vb_error err = {0};
            uint64_t junk;
            size_t got;

            put(b, length);
            cr_expect_eq(read_all(engines[e], 4096, out, &got, &junk, &err), VB_EINPUT,
                         "%s took %zu of %zu bytes", engines[e]->name, length, n);
            cr_expect(strstr(err.text, "gz stream ends early"), "%zu: %s", length,
                      err.text);
        }
}

Test(gz, a_changed_byte_never_gives_other_data)
{
    static unsigned char out[2 * ROOM];
    unsigned char b[ROOM];
    const size_t n = member(b, 0, 700);

    for (size_t at = 10; at < n; at++)
        for (size_t e = 0; e < N_ENGINES; e++) {
            vb_error err = {0};
            uint64_t junk;
            size_t got;

            b[at] ^= 0x10;
            put(b, n);
            /* bits that pad the last byte of the deflate stream mean nothing */
            if (read_all(engines[e], 4096, out, &got, &junk, &err) == VB_OK)
                cr_expect(at == n - 9 && got == 700 && memcmp(out, plain, 700) == 0,
                          "%s took a change of byte %zu", engines[e]->name, at);
            b[at] ^= 0x10;
        }
}

Test(gz, other_compressions_are_called_by_their_name)
{
    static const struct {
        const char *bytes, *name;
    } kinds[] = {{"BZh91AY&SY", "bzip2"},
                 {"\xfd"
                  "7zXZ\0\0\0",
                  "xz"},
                 {"\x28\xb5\x2f\xfd....", "zstd"},
                 {"PK\x03\x04....", "zip"},
                 {"\x78\x9c......", "zlib"}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        put((const unsigned char *)kinds[i].bytes, 8);
        expect_bad(kinds[i].name, kinds[i].name);
    }
}

Test(gz, what_follows_is_read_for_its_checksum_but_not_without_end)
{
    unsigned char b[ROOM];
    const size_t n = member(b, 0, N_PLAIN);

    for (size_t e = 0; e < N_ENGINES; e++) {
        static unsigned char out[N_PLAIN];
        vb_source *source = NULL;
        vb_error err = {0};
        uint64_t extra;
        bool to_end;
        size_t got;

        put(b, n);
        cr_assert_eq(vb_source_open(path, engines[e], &source, &err), VB_OK);
        cr_assert_eq(vb_source_read(source, out, 5000, &got, &err), VB_OK);
        cr_expect_eq(vb_source_drain(source, 1 << 20, &extra, &to_end, &err), VB_OK);
        cr_expect(to_end && extra == N_PLAIN - 5000, "%zu", (size_t)extra);
        vb_source_close(source);
        cr_assert_eq(vb_source_open("tests/data/badinput/g_bomb_tail.nii.gz",
                                    engines[e], &source, &err),
                     VB_OK);
        cr_expect_eq(vb_source_drain(source, 1 << 20, &extra, &to_end, &err), VB_OK);
        cr_expect(!to_end && extra >= 1 << 20 && extra < 2 << 20, "%zu", (size_t)extra);
        vb_source_close(source);
    }
}
