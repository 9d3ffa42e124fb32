/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Voxels by the block.  Images are written here byte by byte after nifti1.h and nifti2.h;
 * the malformed ones of tests/data/badinput come with the outcome that each must get
 * (manifest.tsv), means from numpy.
 */
#include "io/gz.h"
#include "support.h"
#include "valuebold/nifti.h"

#include <regex.h>
#include <stdint.h>
#include <unistd.h>
#include <zlib.h>

#define BAD "tests/data/badinput/"

static char folder[64], made[128];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/vb-stream-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r '%s'", folder);
    cr_assert_eq(system(command), 0);
}

static const char *put(const char *name, const void *bytes, size_t n, bool gz)
{
    snprintf(made, sizeof made, "%s/%s", folder, name);
    if (gz) {
        gzFile file = gzopen(made, "wb1");

        cr_assert(file && gzwrite(file, bytes, (unsigned)n) == (int)n);
        cr_assert_eq(gzclose(file), Z_OK);
    } else {
        FILE *file = fopen(made, "wb");

        cr_assert(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
    }
    return made;
}

/* ---- a small image in any form ---- */

enum { NX = 5, NY = 3, NZ = 2, N_VOX = NX * NY * NZ, N_VOL = 7 };

static void store(unsigned char *at, const void *value, size_t n, bool swap)
{
    const unsigned char *v = value;

    for (size_t i = 0; i < n; i++)
        at[i] = v[swap ? n - 1 - i : i];
}

static void store16(unsigned char *at, int x, bool swap)
{
    const int16_t v = (int16_t)x;

    store(at, &v, 2, swap);
}

static void store32(unsigned char *at, int x, bool swap)
{
    const int32_t v = x;

    store(at, &v, 4, swap);
}

static void store64(unsigned char *at, int64_t v, bool swap)
{
    store(at, &v, 8, swap);
}

static void storef(unsigned char *at, double x, bool swap)
{
    const float v = (float)x;

    store(at, &v, 4, swap);
}

static void stored(unsigned char *at, double v, bool swap)
{
    store(at, &v, 8, swap);
}

/* Header of either version for the small image; returns its length with the extender. */
static size_t make_header(unsigned char *b, int version, bool swap, int type,
                          size_t bytes, double slope, double inter, bool pair)
{
    static const int dim[8] = {4, NX, NY, NZ, N_VOL, 1, 1, 1};
    const double pixdim[8] = {1, 2.5, 3, 3.5, 1.75, 0, 0, 0};

    memset(b, 0, 544);
    if (version == 1) {
        store32(b, 348, swap);
        for (size_t i = 0; i < 8; i++) {
            store16(b + 40 + 2 * i, dim[i], swap);
            storef(b + 76 + 4 * i, pixdim[i], swap);
        }
        store16(b + 70, type, swap);
        store16(b + 72, (int)(8 * bytes), swap);
        storef(b + 108, pair ? 0 : 352, swap);
        storef(b + 112, slope, swap);
        storef(b + 116, inter, swap);
        b[123] = 10;
        store16(b + 254, 1, swap);
        storef(b + 280, 2.5, swap);
        storef(b + 300, 3, swap);
        storef(b + 320, 3.5, swap);
        memcpy(b + 344, pair ? "ni1" : "n+1", 4);
        return 352;
    }
    store32(b, 540, swap);
    memcpy(b + 4, pair ? "ni2\0\r\n\032\n" : "n+2\0\r\n\032\n", 8);
    store16(b + 12, type, swap);
    store16(b + 14, (int)(8 * bytes), swap);
    for (size_t i = 0; i < 8; i++) {
        store64(b + 16 + 8 * i, dim[i], swap);
        stored(b + 104 + 8 * i, pixdim[i], swap);
    }
    store64(b + 168, pair ? 0 : 544, swap);
    stored(b + 176, slope, swap);
    stored(b + 184, inter, swap);
    store32(b + 348, 1, swap);
    stored(b + 400, 2.5, swap);
    stored(b + 440, 3, swap);
    stored(b + 480, 3.5, swap);
    store32(b + 500, 10, swap);
    return 544;
}

/* What voxel v of volume t holds: within every type's range, signs where there are any. */
static double value_of(size_t v, size_t t, bool is_signed)
{
    const int x = (int)((v * 37 + t * 11) % 120);

    return is_signed ? x - 60 : x;
}

static void store_value(unsigned char *at, int type, double x, bool swap)
{
    const uint32_t u32 = (uint32_t)x;

    switch (type) {
    case VB_NIFTI_UINT8:
    case VB_NIFTI_INT8:
        *at = (unsigned char)(int)x;
        return;
    case VB_NIFTI_INT16:
    case VB_NIFTI_UINT16:
        store16(at, (int)x, swap);
        return;
    case VB_NIFTI_INT32:
        store32(at, (int)x, swap);
        return;
    case VB_NIFTI_UINT32:
        store(at, &u32, 4, swap);
        return;
    case VB_NIFTI_INT64:
    case VB_NIFTI_UINT64:
        store64(at, (int64_t)x, swap);
        return;
    case VB_NIFTI_FLOAT32:
        storef(at, x, swap);
        return;
    default:
        stored(at, x, swap);
    }
}

static const struct {
    int code;
    size_t bytes;
    bool is_signed;
} types[] = {{VB_NIFTI_UINT8, 1, false},  {VB_NIFTI_INT8, 1, true},
             {VB_NIFTI_INT16, 2, true},   {VB_NIFTI_UINT16, 2, false},
             {VB_NIFTI_INT32, 4, true},   {VB_NIFTI_UINT32, 4, false},
             {VB_NIFTI_INT64, 8, true},   {VB_NIFTI_UINT64, 8, false},
             {VB_NIFTI_FLOAT32, 4, true}, {VB_NIFTI_FLOAT64, 8, true}};

enum container { PLAIN, GZIPPED, PAIR };

static void write_form(int version, bool swap, enum container c, size_t type,
                       bool scaled)
{
    unsigned char header[544], data[8 * N_VOX * N_VOL], all[544 + sizeof data];
    const size_t bytes = types[type].bytes;
    const size_t n = make_header(header, version, swap, types[type].code, bytes,
                                 scaled ? 0.25 : 0, scaled ? -3 : 0, c == PAIR);

    for (size_t t = 0; t < N_VOL; t++)
        for (size_t v = 0; v < N_VOX; v++)
            store_value(data + (t * N_VOX + v) * bytes, types[type].code,
                        value_of(v, t, types[type].is_signed), swap);
    if (c == PAIR) {
        put("form.img", data, bytes * N_VOX * N_VOL, false);
        put("form.hdr", header, n, false);
        return;
    }
    memcpy(all, header, n);
    memcpy(all + n, data, bytes * N_VOX * N_VOL);
    put(c == GZIPPED ? "form.nii.gz" : "form.nii", all, n + bytes * N_VOX * N_VOL,
        c == GZIPPED);
}

TestSuite(nifti_stream, .init = make_folder, .fini = remove_folder);

/* 2 versions x 2 byte orders x 3 containers x 10 types x scaled or not = 240 forms; slope
   .25 and inter -3 are exact in float32, so all values must be exact. */
Test(nifti_stream, all_240_forms_give_the_same_values)
{
    size_t n_forms = 0;

    for (unsigned form = 0; form < 240; form++) {
        const int version = form % 2 ? 2 : 1;
        const bool swap = form / 2 % 2, scaled = form / 4 % 2;
        const enum container c = (enum container)(form / 8 % 3);
        const size_t type = form / 24;
        double values[N_VOX * N_VOL];
        vb_nifti_header h;
        vb_notes notes = {0};
        vb_error err = {0};
        bool same = true;

        write_form(version, swap, c, type, scaled);
        cr_assert_eq(vb_nifti_header_read(made, &h, &notes, &err), VB_OK, "form %u: %s",
                     form, err.text);
        cr_assert_eq(vb_nifti_read(&h, values, &notes, &err), VB_OK, "form %u: %s",
                     form, err.text);
        cr_expect_eq(notes.n, 0u, "form %u: %s", form,
                     notes.n ? notes.items[0].where.text : "");
        for (size_t t = 0; t < N_VOL; t++)
            for (size_t v = 0; v < N_VOX; v++) {
                const double x = value_of(v, t, types[type].is_signed);

                same = same && values[t * N_VOX + v] == (scaled ? 0.25 * x - 3 : x);
            }
        cr_expect(same,
                  "form %u: version %d, swap %d, container %d, type %d, scaled %d",
                  form, version, swap, c, types[type].code, scaled);
        cr_expect(h.tr_s == 1.75 && h.voxel_mm[2] == 3.5 && h.affine[1][1] == 3);
        vb_notes_free(&notes);
        n_forms++;
    }
    cr_expect_eq(n_forms, 240u);
}

Test(nifti_stream, blocks_hold_the_masked_voxels_whatever_their_size)
{
    uint8_t mask[N_VOX] = {0};
    vb_nifti_header h;
    vb_error err = {0};

    for (size_t v = 0; v < N_VOX; v++)
        mask[v] = v == 0 || (v > 4 && v < 9) || v == N_VOX - 1;
    write_form(1, false, GZIPPED, 2, false);
    cr_assert_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_OK, "%s", err.text);
    for (size_t size = 1; size <= 8; size++) {
        const vb_nifti_options options = {.block_volumes = size,
                                          .last_volumes = 2,
                                          .window_blocks = 1 + size % 3,
                                          .row_multiple = 4,
                                          .alone = size % 2,
                                          .mask = mask};
        vb_nifti_stream *stream = NULL;
        vb_nifti_block block;
        size_t t = 0;

        cr_assert_eq(vb_nifti_open(&h, &options, &stream, &err), VB_OK, "%s", err.text);
        do {
            cr_assert_eq(vb_nifti_next(stream, &block, NULL, &err), VB_OK, "%s",
                         err.text);
            cr_expect_eq(block.type, VB_SAMPLE_INT16);
            cr_expect_eq(block.n_voxels, 6u);
            cr_expect_eq(block.stride, 8u);
            cr_expect_eq(block.first_volume, t);
            for (size_t i = 0; i < block.n_volumes; i++) {
                const int16_t *row = (const int16_t *)block.values + i * block.stride;
                size_t at = 0;

                for (size_t v = 0; v < N_VOX; v++)
                    if (mask[v])
                        cr_expect_eq(row[at++], (int)value_of(v, t + i, true));
                cr_expect(row[6] == 0 && row[7] == 0, "padding is not zero");
            }
            t += block.n_volumes;
        } while (block.n_volumes);
        cr_expect_eq(t, (size_t)N_VOL);
        vb_nifti_close(stream);
    }
}

Test(nifti_stream, it_can_be_closed_at_any_time)
{
    vb_nifti_header h;
    vb_error err = {0};

    write_form(2, true, GZIPPED, 8, false);
    cr_assert_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_OK);
    for (size_t n_blocks = 0; n_blocks < 4; n_blocks++)
        for (int repeat = 0; repeat < 20; repeat++) {
            const vb_nifti_options options = {.block_volumes = 1};
            vb_nifti_stream *stream = NULL;
            vb_nifti_block block;

            cr_assert_eq(vb_nifti_open(&h, &options, &stream, &err), VB_OK);
            for (size_t i = 0; i < n_blocks; i++)
                cr_assert_eq(vb_nifti_next(stream, &block, NULL, &err), VB_OK);
            vb_nifti_close(stream);
        }
    vb_nifti_close(NULL);
}

Test(nifti_stream, nan_is_data_and_integers_beyond_2_to_53_are_counted)
{
    unsigned char b[544 + 8 * N_VOX * N_VOL];
    double values[N_VOX * N_VOL];
    vb_nifti_header h;
    vb_notes notes = {0};
    vb_error err = {0};

    memset(b, 0, sizeof b);
    make_header(b, 2, false, VB_NIFTI_INT64, 8, 1, 0, false);
    store64(b + 544, INT64_C(9007199254740993), false);
    store64(b + 552, INT64_C(-9007199254740992), false); /* exact */
    put("big.nii", b, sizeof b, false);
    cr_assert_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_nifti_read(&h, values, &notes, &err), VB_OK, "%s", err.text);
    cr_assert_eq(notes.n, 1u);
    cr_expect_str_eq(notes.items[0].where.text,
                     "1 integers above 2^53 were rounded to double");
    vb_notes_free(&notes);
    memset(b, 0, sizeof b);
    make_header(b, 2, false, VB_NIFTI_FLOAT64, 8, 2, 1, false);
    stored(b + 544, NAN, false);
    stored(b + 552, -INFINITY, false);
    put("nan.nii", b, sizeof b, false);
    cr_assert_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_OK);
    cr_assert_eq(vb_nifti_read(&h, values, NULL, &err), VB_OK);
    cr_expect(isnan(values[0]) && isinf(values[1]) && values[2] == 1);
}

/* ---- the corpus ---- */

static bool matches(const char *pattern, const char *text)
{
    regex_t re;
    bool match;

    if (strcmp(pattern, "-") == 0)
        return true;
    cr_assert_eq(regcomp(&re, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
    match = regexec(&re, text, 0, NULL, 0) == 0;
    regfree(&re);
    return match;
}

/* All that is said of a BOLD image: header, series, voxels. */
static vb_status take_bold(const char *path, vb_nifti_header *h,
                           vb_nifti_survey *survey, vb_notes *notes, vb_error *err)
{
    vb_status status = vb_nifti_header_read(path, h, notes, err);

    if (status == VB_OK)
        status = vb_nifti_check_bold(h, err);
    if (status == VB_OK)
        status = vb_nifti_survey_read(h, survey, notes, err);
    return status;
}

static void expect_outcome(const vb_table *manifest, size_t row, vb_status status,
                           const vb_notes *notes, const vb_error *err)
{
    const char *file = vb_table_cell(manifest, row, 0);
    const char *expected = vb_table_cell(manifest, row, 3);
    const char *pattern = vb_table_cell(manifest, row, 4);
    bool said = false;

    if (strcmp(expected, "reject") == 0) {
        cr_expect(status == VB_EINPUT || status == VB_EESTIMATE, "%s was taken", file);
        cr_expect(matches(pattern, err->text), "%s: %s", file, err->text);
        cr_expect(strstr(err->file, "badinput/"), "%s: the file is not named", file);
        return;
    }
    cr_expect_eq(status, VB_OK, "%s: %s", file, err->text);
    if (strcmp(expected, "warn") == 0) {
        for (size_t i = 0; i < notes->n; i++)
            said = said || matches(pattern, notes->items[i].where.text);
        cr_expect(said, "%s: nothing was said", file);
    } else {
        cr_expect_eq(notes->n, 0u, "%s: %s", file,
                     notes->n ? notes->items[0].where.text : "");
    }
}

static void expect_oracle(const char *file, const char *oracle,
                          const vb_nifti_header *h, const vb_nifti_survey *survey)
{
    const char *mean = strstr(oracle, "mean="), *tr = strstr(oracle, "tr=");

    /* nine digits are given */
    if (mean)
        cr_expect_float_eq(survey->mean, strtod(mean + 5, NULL), 1e-6, "%s: mean %.9g",
                           file, survey->mean);
    if (tr && h->tr_s == h->tr_s)
        cr_expect_float_eq(h->tr_s, strtod(tr + 3, NULL), 1e-9, "%s", file);
}

Test(nifti_stream, every_malformed_image_gets_its_outcome)
{
    vb_table *manifest = support_table(BAD "manifest.tsv");
    size_t n_bold = 0, n_masks = 0;
    vb_nifti_header grid;

    cr_assert_eq(vb_nifti_header_read(BAD "base/bold.nii", &grid, NULL, NULL), VB_OK);
    for (size_t row = 0; row < manifest->n_rows; row++) {
        const char *kind = vb_table_cell(manifest, row, 1);
        const char *oracle = vb_table_cell(manifest, row, 5);
        char path[256];
        vb_nifti_survey survey = {0};
        vb_nifti_header h;
        vb_notes notes = {0};
        vb_error err = {0};
        vb_status status;

        snprintf(path, sizeof path, BAD "%s", vb_table_cell(manifest, row, 0));
        if (strcmp(kind, "bold") == 0) {
            status = take_bold(path, &h, &survey, &notes, &err);
            n_bold++;
            if (status == VB_OK)
                expect_oracle(path, oracle, &h, &survey);
        } else if (strcmp(kind, "mask") == 0) {
            uint8_t mask[120];
            size_t n_in;

            status = vb_nifti_read_mask(path, &grid, mask, &n_in, &notes, &err);
            n_masks++;
        } else {
            continue;
        }
        expect_outcome(manifest, row, status, &notes, &err);
        vb_notes_free(&notes);
    }
    cr_expect(n_bold == 42 && n_masks == 3, "%zu bold, %zu masks", n_bold, n_masks);
    vb_table_free(manifest);
}

Test(nifti_stream, a_good_mask_counts_and_odd_masks_are_said)
{
    static const struct {
        double values[3]; /* of the first voxels, the rest are 0 */
        const char *code;
        size_t n_in;
    } cases[] = {{{1, 1, 0}, NULL, 2},
                 {{255, 255, 0}, NULL, 2},
                 {{NAN, 1, 1}, "mask-nonfinite", 2},
                 {{.2, 1, 0}, "mask-values", 2},
                 {{0, 1, 0}, "mask-small", 1}};
    vb_nifti_header grid, h;
    uint8_t mask[N_VOX];
    size_t n_in = 0;
    vb_error err = {0};

    cr_assert_eq(vb_nifti_header_read(BAD "base/bold.nii", &grid, NULL, NULL), VB_OK);
    cr_expect_eq(vb_nifti_read_mask(BAD "base/mask.nii", &grid, (uint8_t[120]){0},
                                    &n_in, NULL, &err),
                 VB_OK, "%s", err.text);
    cr_expect_eq(n_in, 48u, "nibabel counts 48, not %zu", n_in);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char b[544 + 4 * N_VOX] = {0}; /* make_header clears 544 */
        vb_notes notes = {0};

        make_header(b, 1, false, VB_NIFTI_FLOAT32, 4, 0, 0, false);
        store16(b + 40, 3, false);
        for (size_t v = 0; v < 3; v++)
            storef(b + 352 + 4 * v, cases[i].values[v], false);
        put("mask.nii", b, 352 + 4 * N_VOX, false);
        cr_assert_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_OK);
        cr_expect_eq(vb_nifti_read_mask(made, &h, mask, &n_in, &notes, &err), VB_OK,
                     "%s", err.text);
        cr_expect_eq(n_in, cases[i].n_in, "case %zu: %zu", i, n_in);
        cr_expect_eq(notes.n, cases[i].code ? 1u : 0u);
        if (cases[i].code && notes.n)
            cr_expect_str_eq(notes.items[0].code, cases[i].code);
        vb_notes_free(&notes);
    }
    write_form(1, false, PLAIN, 0, false);
    cr_expect_eq(vb_nifti_read_mask(made, &h, mask, &n_in, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "mask has 7 volumes, expected 1"), "%s", err.text);
}
