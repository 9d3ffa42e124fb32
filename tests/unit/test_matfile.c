/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MAT-files of level 5, read and written.
 *
 * Expected values: tests/data/golden/matfiles, files saved by Octave 7.3 and scipy, with
 * reference_*.parsed.json as scipy.io.loadmat read them.
 */
#include "valuebold/matfile.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/data/golden/matfiles/"

typedef struct loaded {
    vb_buffer bytes;
    vb_arena *arena;
    size_t n;
    vb_mat **variables;
} loaded;

static vb_buffer slurp(const char *name)
{
    char path[256];
    char chunk[4096];
    vb_buffer b = {0};
    FILE *f;
    size_t n;

    snprintf(path, sizeof path, FOLDER "%s", name);
    f = fopen(path, "rb");
    cr_assert(f, "%s", path);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        vb_put(&b, chunk, n);
    fclose(f);
    return b;
}

static loaded load(const char *name)
{
    loaded l = {.bytes = slurp(name), .arena = vb_arena_alloc()};
    vb_error err = {0};

    cr_assert_eq(vb_mat_read(name, l.bytes.bytes, l.bytes.n, l.arena, &l.n,
                             &l.variables, &err),
                 VB_OK, "%s: %s", name, err.text);
    return l;
}

static void unload(loaded *l)
{
    vb_arena_free(l->arena);
    vb_buffer_free(&l->bytes);
}

static const vb_mat *find(const loaded *l, const char *name)
{
    const vb_mat *m = vb_mat_find(l->n, l->variables, name);

    cr_assert(m, "no variable %s", name);
    return m;
}

/* m against [[...], ...], [...] or strings of the JSON file. */
static void expect_json(const vb_mat *m, const json_t *j, const char *what)
{
    if (json_is_string(j)) {
        cr_assert_eq(m->kind, VB_MAT_TEXT, "%s", what);
        cr_expect_str_eq(m->text, json_string_value(j), "%s", what);
        return;
    }
    cr_assert(json_is_array(j), "%s", what);
    cr_assert_eq(m->rows * m->cols, json_array_size(j), "%s: %zu x %zu", what, m->rows,
                 m->cols);
    for (size_t i = 0; i < json_array_size(j); i++) {
        const json_t *item = json_array_get(j, i);

        if (json_is_number(item))
            cr_expect(m->numbers[i] == json_number_value(item), "%s[%zu]", what, i);
        else
            expect_json(m->items[i], item, what);
    }
}

static void compare_with_json(const char *mat, const char *json)
{
    loaded l = load(mat);
    vb_buffer text = slurp(json);
    json_t *root = json_loads(text.bytes, 0, NULL);
    const json_t *pmod = json_object_get(root, "pmod");
    static const char *const plain[] = {"names", "onsets", "durations", "orth", "tmod"};
    static const char *const fields[] = {"name", "param", "poly"};

    cr_assert(root && pmod);
    for (size_t i = 0; i < 5; i++)
        expect_json(find(&l, plain[i]), json_object_get(root, plain[i]), plain[i]);
    for (size_t c = 0; c < json_array_size(pmod); c++)
        for (size_t f = 0; f < 3; f++) {
            const vb_mat *field = vb_mat_field(find(&l, "pmod"), c, fields[f]);

            cr_assert(field);
            expect_json(field, json_object_get(json_array_get(pmod, c), fields[f]),
                        fields[f]);
        }
    json_decref(root);
    vb_buffer_free(&text);
    unload(&l);
}

Test(matfile, octave_v6_reference_reads_as_scipy_read_it)
{
    compare_with_json("reference_v6.mat", "reference_v6.parsed.json");
}

Test(matfile, octave_v7_reference_reads_as_scipy_read_it)
{
    compare_with_json("reference_v7.mat", "reference_v7.parsed.json");
}

Test(matfile, scipy_file_with_utf8_characters_reads_as_its_dump_says)
{
    loaded l = load("scipy_v5_compressed.mat");

    /* from scipy_v5_compressed.dump.txt */
    cr_expect_str_eq(find(&l, "names")->items[0]->text, "choice");
    cr_expect_str_eq(find(&l, "names")->items[1]->text, "fb");
    cr_expect_str_eq(vb_mat_field(find(&l, "pmod"), 0, "name")->items[1]->text, "conf");
    cr_expect_eq(find(&l, "orth")->items[0]->kind, VB_MAT_LOGICAL);
    cr_expect_eq(find(&l, "orth")->items[1]->numbers[0], 1);
    cr_expect_eq(find(&l, "onsets")->items[1]->numbers[17], 279.96699999999998);
    unload(&l);
}

Test(matfile, numbers_of_any_class_become_doubles_and_keep_their_class_name)
{
    loaded l = load("single_int32_onsets.mat");
    const vb_mat *onsets = find(&l, "onsets");

    /* from single_int32_onsets.dump.txt */
    cr_expect_str_eq(onsets->items[0]->class_name, "single");
    cr_expect_eq(onsets->items[0]->numbers[0], 13.982999801635742);
    cr_expect_str_eq(onsets->items[1]->class_name, "int32");
    cr_expect_eq(onsets->items[1]->numbers[8], 93);
    unload(&l);
}

Test(matfile, every_golden_file_reads)
{
    vb_buffer table = slurp("variants.tsv");
    size_t n = 0;

    strtok(table.bytes, "\n");
    for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n")) {
        loaded l;

        line[strcspn(line, "\t")] = '\0';
        l = load(line);
        cr_expect(vb_mat_find(l.n, l.variables, "names"), "%s", line);
        unload(&l);
        n++;
    }
    cr_expect_eq(n, 32);
    vb_buffer_free(&table);
}

Test(matfile, odd_names_and_empty_fields_are_kept)
{
    loaded l = load("names_odd.mat");

    cr_expect_str_eq(find(&l, "names")->items[0]->text, "left choice");
    cr_expect_str_eq(find(&l, "names")->items[1]->text, "r\" \\alpha \\mu");
    unload(&l);
    l = load("pmod_first_empty.mat");
    cr_expect_eq(vb_mat_field(find(&l, "pmod"), 0, "name")->kind, VB_MAT_NUMBERS);
    cr_expect_eq(vb_mat_field(find(&l, "pmod"), 0, "name")->rows, 0);
    cr_expect_null(vb_mat_field(find(&l, "pmod"), 2, "name"));
    cr_expect_null(vb_mat_field(find(&l, "pmod"), 0, "orth"));
    unload(&l);
}

static void expect_same(const vb_mat *a, const vb_mat *b)
{
    size_t n = a->rows * a->cols;

    cr_assert(a->kind == b->kind && a->rows == b->rows && a->cols == b->cols &&
              a->n_fields == b->n_fields);
    cr_expect_str_eq(a->name, b->name);
    if (a->kind == VB_MAT_TEXT)
        cr_expect_str_eq(a->text, b->text);
    if (a->kind == VB_MAT_NUMBERS || a->kind == VB_MAT_LOGICAL)
        cr_expect_eq(memcmp(a->numbers, b->numbers, n * sizeof *a->numbers), 0);
    if (a->kind == VB_MAT_STRUCT)
        n *= a->n_fields;
    if (a->kind == VB_MAT_STRUCT || a->kind == VB_MAT_CELL)
        for (size_t i = 0; i < n; i++)
            expect_same(a->items[i], b->items[i]);
}

Test(matfile, what_octave_wrote_survives_our_writer)
{
    loaded l = load("reference_v7.mat");
    vb_buffer out = {0};
    vb_mat **again;
    size_t n;
    vb_error err = {0};

    cr_assert_eq(vb_mat_write(l.n, l.variables, &out, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_mat_read("ours", out.bytes, out.n, l.arena, &n, &again, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(n, l.n);
    for (size_t i = 0; i < n; i++)
        expect_same(l.variables[i], again[i]);
    vb_buffer_free(&out);
    unload(&l);
}

/* Octave's own bytes for the same cell.  It fills the second word of the array flags,
 * which counts the elements of sparse matrices only, with 1; MATLAB and we with 0. */
Test(matfile, a_cell_of_names_has_the_bytes_octave_writes)
{
    loaded l = load("reference_v6.mat");
    vb_mat *const names = l.variables[0];
    vb_buffer out = {0};

    cr_assert_str_eq(names->name, "names");
    cr_assert_eq(vb_mat_write(1, l.variables, &out, NULL), VB_OK);
    cr_expect_eq(out.n, 128 + 8 + 192);
    for (size_t i = 0; i < 3; i++) {
        static const size_t second_word[] = {0x94, 0xcc, 0x114};

        cr_assert_eq(l.bytes.bytes[second_word[i]], 1);
        l.bytes.bytes[second_word[i]] = 0;
    }
    cr_expect_eq(memcmp(out.bytes + 124, l.bytes.bytes + 124, out.n - 124), 0);
    cr_expect_eq(memcmp(out.bytes, "MATLAB 5.0 MAT-file, written by valuebold ", 42),
                 0);
    vb_buffer_free(&out);
    unload(&l);
}

Test(matfile, text_beyond_ascii_goes_through_utf16)
{
    vb_arena *arena = vb_arena_alloc();
    vb_mat *text = vb_mat_text(arena, "t", "M\xc3\xbche \xe2\x82\xac \xf0\x9f\x8d\x8e");
    vb_mat **back;
    vb_buffer out = {0};
    size_t n;

    cr_expect_eq(text->cols, 9); /* 8 characters, the apple takes two UTF-16 units */
    cr_assert_eq(vb_mat_write(1, &text, &out, NULL), VB_OK);
    cr_assert_eq(vb_mat_read("t", out.bytes, out.n, arena, &n, &back, NULL), VB_OK);
    cr_expect_str_eq(back[0]->text, text->text);
    cr_expect_eq(back[0]->cols, 9);
    vb_buffer_free(&out);
    vb_arena_free(arena);
}

Test(matfile, what_cannot_be_written_is_refused)
{
    vb_arena *arena = vb_arena_alloc();
    vb_mat *bad[] = {vb_mat_text(arena, "t", "\xff"), vb_mat_text(arena, "1t", "a"),
                     vb_mat_text(arena, "a-b", "a"), vb_mat_cell(arena, "c", 1, 1)};
    static const vb_status expected[] = {VB_EINPUT, VB_EINPUT, VB_EINPUT, VB_ENOMEM};

    for (size_t i = 0; i < 4; i++) {
        vb_buffer out = {0};
        vb_error err = {0};

        cr_expect_eq(vb_mat_write(1, &bad[i], &out, &err), expected[i], "%zu", i);
        cr_expect(err.text[0]);
        vb_buffer_free(&out);
    }
    vb_arena_free(arena);
}

static vb_status read_bytes(const void *bytes, size_t n, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_mat **variables;
    size_t count;
    const vb_status status =
        vb_mat_read("x.mat", bytes, n, arena, &count, &variables, err);

    vb_arena_free(arena);
    return status;
}

Test(matfile, other_versions_and_other_files_are_refused_by_name)
{
    char hdf5[1024] = "MATLAB 7.3 MAT-file";
    /* level 4: little-endian double matrix 1 x 1 named "a" */
    static const char v4[] =
        "\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0a\0\0\0\0\0\0\0\0\0\360?";
    vb_error err = {0};

    memcpy(hdf5 + 512, "\x89HDF\r\n\x1a\n", 8);
    cr_expect_eq(read_bytes(hdf5, sizeof hdf5, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "7.3") && strstr(err.text, "-v7"), "%s", err.text);
    cr_expect_eq(read_bytes(v4, sizeof v4 - 1, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "version 4"), "%s", err.text);
    cr_expect_eq(read_bytes("onset\tduration\n", 15, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "no MAT-file"), "%s", err.text);
    cr_expect_str_eq(err.file, "x.mat");
    cr_expect_eq(read_bytes("", 0, &err), VB_EINPUT);
}

Test(matfile, a_big_endian_file_reads_the_same)
{
    /* 1 x 1 double 2.385 named "k", bytes laid out by hand after the format's tables */
    static const unsigned char k[8] = {0x40, 0x03, 0x14, 0x7a, 0xe1, 0x47, 0xae, 0x14};
    unsigned char file[128 + 8 + 56] = {0};
    unsigned char *p = file + 128;
    vb_arena *arena = vb_arena_alloc();
    vb_mat **v;
    size_t n;

    memcpy(file + 124, "\1\0MI", 4);
    memcpy(p, "\0\0\0\16\0\0\0\70", 8);                     /* matrix of 56 bytes */
    memcpy(p + 8, "\0\0\0\6\0\0\0\10\0\0\0\6\0\0\0\0", 16); /* flags: double */
    memcpy(p + 24, "\0\0\0\5\0\0\0\10\0\0\0\1\0\0\0\1", 16);
    memcpy(p + 40, "\0\1\0\1k\0\0\0", 8); /* small element: its name */
    memcpy(p + 48, "\0\0\0\11\0\0\0\10", 8);
    memcpy(p + 56, k, 8);
    cr_assert_eq(vb_mat_read("be", file, sizeof file, arena, &n, &v, NULL), VB_OK);
    cr_expect_eq(n, 1);
    cr_expect_str_eq(v[0]->name, "k");
    cr_expect_eq(v[0]->numbers[0], 2.385);
    vb_arena_free(arena);
}

static const char *const samples[] = {"reference_v6.mat", "reference_v7.mat",
                                      "scipy_v5_compressed.mat", "names_odd.mat",
                                      "pmod_first_empty.mat"};

Test(matfile, a_file_cut_anywhere_within_a_variable_is_refused)
{
    for (size_t s = 0; s < 5; s++) {
        vb_buffer b = slurp(samples[s]);
        size_t accepted = 0;

        for (size_t n = 0; n < b.n; n++) {
            char *copy = malloc(n + 1); /* exact size: overreads show under ASan */
            vb_error err = {0};

            cr_assert(copy);
            memcpy(copy, b.bytes, n);
            accepted += read_bytes(copy, n, &err) == VB_OK;
            free(copy);
        }
        /* the ends of whole variables (and the bare header) are no cuts; padding of the
           last element may be missing */
        cr_expect_leq(accepted, 6u + 7u * 6u, "%s: %zu", samples[s], accepted);
        vb_buffer_free(&b);
    }
}

Test(matfile, damaged_bytes_never_crash_the_reader)
{
    unsigned long long state = 20240229;
    size_t refused = 0;

    for (size_t s = 0; s < 5; s++) {
        const vb_buffer b = slurp(samples[s]);

        for (int trial = 0; trial < 4000; trial++) {
            char *copy = malloc(b.n);

            cr_assert(copy);
            memcpy(copy, b.bytes, b.n);
            for (int k = 0; k <= trial % 4; k++) {
                state = state * 6364136223846793005ULL + 1442695040888963407ULL;
                copy[128 + (state >> 33) % (b.n - 128)] = (char)(state >> 25);
            }
            refused += read_bytes(copy, b.n, NULL) != VB_OK;
            free(copy);
        }
        vb_buffer_free((vb_buffer *)&b);
    }
    cr_expect_gt(refused, 1000);
}

Test(matfile, nesting_without_end_is_refused)
{
    vb_arena *arena = vb_arena_alloc();
    vb_mat *inner = vb_mat_cell(arena, "", 1, 1), *outer = inner;
    vb_buffer out = {0};
    vb_error err = {0};

    vb_mat_put(inner, 0, vb_mat_logical(arena, "", true));
    for (int i = 0; i < 40; i++) {
        outer = vb_mat_cell(arena, i == 39 ? "deep" : "", 1, 1);
        vb_mat_put(outer, 0, inner);
        inner = outer;
    }
    cr_expect_eq(vb_mat_write(1, &outer, &out, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "nested"), "%s", err.text);
    vb_buffer_free(&out);
    vb_arena_free(arena);
}
