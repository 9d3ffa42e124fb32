/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maps as NIfTI: header bytes at the offsets of nifti1.h and nifti2.h, read back by our own
 * reader and, where it is installed, by nibabel.
 */
#include "support.h"
#include "valuebold/nifti_write.h"

#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { NX = 4, NY = 3, NZ = 2, N_VOX = NX * NY * NZ };

static char folder[64], made[128];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/vb-write-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r '%s'", folder);
    cr_assert_eq(system(command), 0);
}

static const char *put(const char *name, const vb_buffer *bytes)
{
    FILE *file;

    snprintf(made, sizeof made, "%s/%s", folder, name);
    file = fopen(made, "wb");
    cr_assert(file && fwrite(bytes->bytes, 1, bytes->n, file) == bytes->n &&
              fclose(file) == 0);
    return made;
}

/* Voxels of 2.5 x 3 x 3.5 mm turned by 30 degrees about z, x mirrored as in radiological
 * files. */
static vb_nifti_header oblique(void)
{
    const double c = 0.8660254037844386, s = 0.5;
    vb_nifti_header grid = {.n_dims = 3,
                            .dim = {NX, NY, NZ, 1, 1, 1, 1},
                            .n_vox = N_VOX,
                            .n_volumes = 1,
                            .voxel_mm = {2.5, 3, 3.5},
                            .qform_code = 1,
                            .sform_code = 4};
    const double affine[3][4] = {{-2.5 * c, -3 * s, 0, 12.25},
                                 {-2.5 * s, 3 * c, 0, -33.5},
                                 {0, 0, 3.5, -7.75}};

    memcpy(grid.affine, affine, sizeof affine);
    return grid;
}

static float ramp[4 * N_VOX];

static vb_map ramp_map(const vb_nifti_header *grid)
{
    for (size_t v = 0; v < 4 * N_VOX; v++)
        ramp[v] = (float)v * 0.37F - 2;
    return (vb_map){.grid = grid, .type = VB_NIFTI_FLOAT32, .values = ramp};
}

static double float_at(const vb_buffer *b, size_t at)
{
    float x;

    memcpy(&x, b->bytes + at, 4);
    return (double)x;
}

static int short_at(const vb_buffer *b, size_t at)
{
    int16_t x;

    memcpy(&x, b->bytes + at, 2);
    return x;
}

Test(nifti_write, the_bytes_of_a_t_map)
{
    const vb_nifti_header grid = oblique();
    vb_map map = ramp_map(&grid);
    vb_buffer b = {0};
    vb_error err = {0};
    char zeros[60] = {0};

    map.plain = true;
    map.intent = VB_MAP_T;
    map.df1 = 112.75;
    map.df2 = 7;
    map.description = "t of sv_difference";
    cr_assert_eq(vb_nifti_write(&map, &b, &err), VB_OK, "%s", err.text);
    cr_assert_eq(b.n, 352 + 4 * N_VOX);
    cr_expect_eq(memcmp(b.bytes, "\x5c\x01\0\0", 4), 0);
    cr_expect(memcmp(b.bytes + 4, zeros, 36) == 0, "unused fields hold nothing");
    cr_expect(short_at(&b, 40) == 3 && short_at(&b, 42) == NX &&
              short_at(&b, 44) == NY && short_at(&b, 46) == NZ &&
              short_at(&b, 48) == 1 && short_at(&b, 54) == 1);
    cr_expect(float_at(&b, 56) == 112.75 && !(float_at(&b, 60) > 0));
    cr_expect(short_at(&b, 68) == 3 && short_at(&b, 70) == 16 &&
              short_at(&b, 72) == 32);
    /* det > 0 here: (-x, y, z) turned is a mirror, so qfac is -1 */
    cr_expect(float_at(&b, 76) == -1 && float_at(&b, 80) == 2.5 &&
              float_at(&b, 84) == 3);
    cr_expect(float_at(&b, 88) == 3.5 && !(float_at(&b, 92) > 0));
    cr_expect(float_at(&b, 108) == 352 && float_at(&b, 112) == 1 && b.bytes[123] == 2);
    cr_expect_str_eq(b.bytes + 148, "t of sv_difference");
    cr_expect(memcmp(b.bytes + 228, zeros, 24) == 0);
    cr_expect(short_at(&b, 252) == 1 && short_at(&b, 254) == 4);
    cr_expect(support_near(float_at(&b, 292), 12.25, 1e-7));
    cr_expect_eq(memcmp(b.bytes + 328, zeros, 16), 0);
    cr_expect_eq(memcmp(b.bytes + 344, "n+1\0\0\0\0\0", 8), 0);
    cr_expect_eq(memcmp(b.bytes + 352, ramp, 4 * N_VOX), 0);
    vb_buffer_free(&b);
}

Test(nifti_write, our_reader_gets_back_grid_and_values, .init = make_folder,
     .fini = remove_folder)
{
    const vb_nifti_header grid = oblique();
    vb_map map = ramp_map(&grid);
    vb_nifti_header back;
    vb_notes notes = {0};
    vb_error err = {0};
    vb_buffer b = {0};
    double values[4 * N_VOX];

    map.n_volumes = 4;
    map.tr_s = 0.8;
    map.level = 6;
    cr_assert_eq(vb_nifti_write(&map, &b, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_nifti_header_read(put("a.nii.gz", &b), &back, &notes, &err), VB_OK,
                 "%s", err.text);
    cr_expect_eq(notes.n, 0u, "%s", notes.n ? notes.items[0].where.text : "");
    cr_expect(back.space == VB_NIFTI_SFORM && back.qform_code == 1 &&
              back.sform_code == 4);
    cr_expect(back.n_dims == 4 && back.n_volumes == 4 && back.n_vox == N_VOX);
    cr_expect(support_near(back.tr_s, 0.8, 1e-7));
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 4; j++)
            cr_expect(fabs(back.affine[i][j] - grid.affine[i][j]) < 1e-6);
    cr_assert_eq(vb_nifti_read(&back, values, &notes, &err), VB_OK, "%s", err.text);
    for (size_t v = 0; v < 4 * N_VOX; v++)
        cr_expect_eq(values[v], (double)ramp[v]);
    vb_buffer_free(&b);
    vb_notes_free(&notes);
}

Test(nifti_write, both_forms_are_set_from_the_usable_one, .init = make_folder,
     .fini = remove_folder)
{
    static const struct {
        int q, s, q_written, s_written;
    } cases[] = {{0, 4, 4, 4}, {1, 0, 1, 1}, {0, 0, 2, 2}, {3, 2, 3, 2}};

    for (size_t i = 0; i < 4; i++) {
        vb_nifti_header grid = oblique(), back;
        vb_map map = ramp_map(&grid);
        vb_notes notes = {0};
        vb_buffer b = {0};

        grid.qform_code = cases[i].q;
        grid.sform_code = cases[i].s;
        cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
        cr_assert_eq(vb_nifti_header_read(put("a.nii.gz", &b), &back, &notes, NULL),
                     VB_OK);
        cr_expect(back.qform_code == cases[i].q_written &&
                      back.sform_code == cases[i].s_written,
                  "q %d s %d gave q %d s %d", cases[i].q, cases[i].s, back.qform_code,
                  back.sform_code);
        cr_expect_eq(notes.n, 0u); /* the reader would say if they disagreed */
        vb_buffer_free(&b);
        vb_notes_free(&notes);
    }
}

/* Every rotation by quarter turns, with and without a mirror: all four branches of the
 * quaternion, and half turns, where its first component is 0. */
Test(nifti_write, every_orientation_survives_as_qform, .init = make_folder,
     .fini = remove_folder)
{
    static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    size_t n = 0;

    for (size_t order = 0; order < 6; order++)
        for (unsigned signs = 0; signs < 8; signs++) {
            vb_nifti_header grid = oblique(), back;
            vb_map map = ramp_map(&grid);
            vb_notes notes = {0};
            vb_buffer b = {0};

            for (size_t i = 0; i < 3; i++)
                for (size_t j = 0; j < 3; j++)
                    grid.affine[i][j] =
                        orders[order][i] == j
                            ? grid.voxel_mm[j] * (signs >> i & 1 ? -1 : 1)
                            : 0;
            map.plain = true;
            cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
            memset(b.bytes + 254, 0, 2); /* sform_code: only the qform is left */
            cr_assert_eq(vb_nifti_header_read(put("a.nii", &b), &back, &notes, NULL),
                         VB_OK);
            cr_expect_eq(back.space, VB_NIFTI_QFORM);
            cr_expect_eq(notes.n, 0u);
            for (size_t i = 0; i < 3; i++)
                for (size_t j = 0; j < 4; j++)
                    n += fabs(back.affine[i][j] - grid.affine[i][j]) < 1e-5;
            vb_buffer_free(&b);
            vb_notes_free(&notes);
        }
    cr_expect_eq(n, 6u * 8 * 12);
}

Test(nifti_write, a_sheared_grid_keeps_its_sform_and_has_no_qform, .init = make_folder,
     .fini = remove_folder)
{
    vb_nifti_header grid = oblique(), back;
    vb_map map = ramp_map(&grid);
    vb_buffer b = {0};

    grid.affine[0][1] += 0.3;
    cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
    cr_assert_eq(vb_nifti_header_read(put("a.nii.gz", &b), &back, NULL, NULL), VB_OK);
    cr_expect(back.qform_code == 0 && back.sform_code == 4);
    cr_expect(fabs(back.affine[0][1] - grid.affine[0][1]) < 1e-6);
    vb_buffer_free(&b);
}

Test(nifti_write, masked_values_go_to_their_voxels)
{
    static const uint8_t mask[N_VOX] = {0, 1, 0, 0, 7, [N_VOX - 1] = 1};
    static const uint8_t bytes[3] = {9, 8, 6};
    const vb_nifti_header grid = oblique();
    vb_map map = ramp_map(&grid);
    vb_buffer b = {0};
    vb_error err = {0};

    map.plain = true;
    map.mask = mask;
    map.outside = NAN;
    map.n_volumes = 2;
    cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
    cr_assert_eq(b.n, 352 + 4 * 2 * N_VOX);
    for (size_t t = 0; t < 2; t++)
        for (size_t v = 0, in = 3 * t; v < N_VOX; v++) {
            const double x = float_at(&b, 352 + 4 * (t * N_VOX + v));

            cr_expect(mask[v] ? x == (double)ramp[in] : isnan(x));
            in += mask[v] != 0;
        }
    vb_buffer_free(&b);
    map.n_volumes = 1;
    map.type = VB_NIFTI_UINT8;
    map.values = bytes;
    cr_expect_eq(vb_nifti_write(&map, &b, &err), VB_EDOM);
    cr_expect_str_eq(err.text,
                     "map: outside value nan, expected a whole number from 0 to "
                     "255 for uint8 voxels");
    map.outside = 3;
    cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
    cr_expect(short_at(&b, 70) == 2 && short_at(&b, 72) == 8);
    cr_expect_eq(memcmp(b.bytes + 352, "\3\x9\3\3\x8", 5), 0);
    vb_buffer_free(&b);
}

Test(nifti_write, a_dimension_above_32767_makes_a_nifti2, .init = make_folder,
     .fini = remove_folder)
{
    vb_nifti_header grid = oblique(), back;
    vb_map map = {.grid = &grid, .type = VB_NIFTI_UINT8, .intent = VB_MAP_F, .df1 = 3};
    vb_notes notes = {0};
    vb_buffer b = {0};
    vb_error err = {0};
    double df2;

    grid.dim[0] = grid.n_vox = 40000;
    grid.dim[1] = grid.dim[2] = 1;
    map.values = calloc(40000, 1);
    map.df2 = 56.5;
    map.plain = true;
    cr_assert(map.values);
    cr_assert_eq(vb_nifti_write(&map, &b, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_nifti_header_read(put("a.nii", &b), &back, &notes, &err), VB_OK,
                 "%s", err.text);
    cr_expect(back.version == 2 && back.dim[0] == 40000 && back.data_offset == 544);
    cr_expect_eq(notes.n, 0u, "%s", notes.n ? notes.items[0].where.text : "");
    cr_expect(fabs(back.affine[0][0] - grid.affine[0][0]) < 1e-15, "doubles are kept");
    memcpy(&df2, b.bytes + 88, 8);
    cr_expect_eq(df2, 56.5);
    vb_buffer_free(&b);
    vb_notes_free(&notes);
    free((void *)map.values);
}

/* Near half turns NIfTI-1 loses digits (see nifti_write_qform.c): 20 rotations by 180 - x
 * degrees about a slanted axis must come back from the qform to within the millimetre's
 * thousandth that the reader calls agreement, over a head of 200 mm. */
Test(nifti_write, near_half_turns_keep_their_place, .init = make_folder,
     .fini = remove_folder)
{
    for (int k = 0; k < 20; k++) {
        const double angle = 3.14159265358979323846 - 0.003 * k, c = cos(angle),
                     s = sin(angle);
        const double u[3] = {0.36, 0.48, 0.8};
        vb_nifti_header grid = oblique(), back;
        vb_map map = {.grid = &grid, .type = VB_NIFTI_UINT8, .plain = true};
        vb_buffer b = {0};
        double most = 0;

        grid.dim[0] = grid.dim[1] = grid.dim[2] = 80;
        grid.n_vox = 512000;
        map.values = calloc(grid.n_vox, 1);
        cr_assert(map.values);
        for (size_t i = 0; i < 3; i++) /* Rodrigues' formula */
            for (size_t j = 0; j < 3; j++) {
                const size_t l = 3 - i - j;
                const double cross = i == j ? 0 : (j == (i + 1) % 3 ? -u[l] : u[l]);

                grid.affine[i][j] =
                    2.5 * ((i == j ? c : 0) + (1 - c) * u[i] * u[j] + s * cross);
            }
        cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
        memset(b.bytes + 254, 0, 2); /* sform_code */
        cr_assert_eq(vb_nifti_header_read(put("a.nii", &b), &back, NULL, NULL), VB_OK);
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++)
                most = fmax(most, 79 * fabs(back.affine[i][j] - grid.affine[i][j]));
        cr_expect(most < 1e-3, "%g degrees short: %g mm", 0.003 * k * 57.3, most);
        vb_buffer_free(&b);
        free((void *)map.values);
    }
}

Test(nifti_write, fast_gzip_holds_the_same_image, .init = make_folder,
     .fini = remove_folder)
{
    const vb_nifti_header grid = oblique();
    vb_nifti_header back;
    vb_map map = ramp_map(&grid);
    double values[4 * N_VOX];
    vb_notes notes = {0};
    vb_buffer b = {0};

    map.fast = true;
    map.n_volumes = 4;
    cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
    cr_expect_eq(memcmp(b.bytes + 3, "\0\0\0\0\0", 5), 0);
    cr_assert_eq(vb_nifti_header_read(put("a.nii.gz", &b), &back, &notes, NULL), VB_OK);
    cr_assert_eq(vb_nifti_read(&back, values, &notes, NULL), VB_OK);
    for (size_t v = 0; v < 4 * N_VOX; v++)
        cr_expect_eq(values[v], (double)ramp[v]);
    vb_notes_free(&notes);
    vb_buffer_free(&b);
}

Test(nifti_write, texts_are_cut_between_characters)
{
    const vb_nifti_header grid = oblique();
    vb_map map = ramp_map(&grid);
    char text[128];
    vb_buffer b = {0};

    memset(text, 'x', sizeof text);
    text[3] = '\n';
    memcpy(text + 78, "\xc3\xa9", 3); /* an e with an accent would need byte 80 */
    map.description = text;
    map.plain = true;
    cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
    cr_expect_eq(strlen(b.bytes + 148), 78u);
    cr_expect_eq(b.bytes[151], ' ');
    vb_buffer_free(&b);
}

Test(nifti_write, what_cannot_be_written_is_refused)
{
    const vb_nifti_header grid = oblique();
    vb_map map = ramp_map(&grid);
    vb_buffer b = {0};
    vb_error err = {0};

    map.level = 13;
    cr_expect_eq(vb_nifti_write(&map, &b, &err), VB_EDOM);
    cr_expect_str_eq(err.text, "map: gzip level 13, expected 1 to 12");
    map.level = 1;
    map.type = VB_NIFTI_UINT64;
    cr_expect_eq(vb_nifti_write(&map, &b, &err), VB_EINTERNAL);
    map.type = VB_NIFTI_FLOAT32;
    vb_put_text(&b, "in use");
    cr_expect_eq(vb_nifti_write(&map, &b, &err), VB_EINTERNAL);
    vb_buffer_free(&b);
}

/* The gzip member holds no time and no name: RFC 1952, bytes 3 to 7. */
Test(nifti_write, several_threads_make_the_same_bytes)
{
    enum { N = 7, SIDE = 40, N_BIG = SIDE * SIDE * SIDE };
    vb_nifti_header grid = oblique();
    vb_map maps[N];
    float *values = malloc(N * N_BIG * sizeof *values);
    vb_buffer made_by[3][N] = {{{0}}}, *into[N];
    static const size_t threads[3] = {1, 3, 50};
    vb_error err = {0};

    cr_assert(values);
    for (size_t i = 0; i < N * N_BIG; i++)
        values[i] = (float)sin(0.1 * (double)i) * (i % 3 ? 1 : 0);
    grid.dim[0] = grid.dim[1] = grid.dim[2] = SIDE;
    grid.n_vox = N_BIG;
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < N; i++) {
            maps[i] = (vb_map){.grid = &grid,
                               .type = VB_NIFTI_FLOAT32,
                               .values = values + i * N_BIG};
            into[i] = &made_by[k][i];
        }
        cr_assert_eq(vb_nifti_write_many(N, maps, into, threads[k], &err), VB_OK, "%s",
                     err.text);
        for (size_t i = 0; i < N; i++) {
            cr_expect(into[i]->n == made_by[0][i].n &&
                      memcmp(into[i]->bytes, made_by[0][i].bytes, into[i]->n) == 0);
            cr_expect_eq(memcmp(into[i]->bytes + 3, "\0\0\0\0\0", 5), 0);
        }
    }
    for (size_t i = 0; i < 3 * N; i++)
        vb_buffer_free(&made_by[i / N][i % N]);
    maps[2].level = 99;
    maps[5].level = 98;
    cr_expect_eq(vb_nifti_write_many(N, maps, into, 3, &err), VB_EDOM);
    cr_expect_str_eq(err.text, "map: gzip level 99, expected 1 to 12");
    for (size_t i = 0; i < N; i++)
        vb_buffer_free(into[i]);
    free(values);
}

/* Expected: what nibabel says of the file, compared in Python. */
Test(nifti_write, nibabel_reads_the_same_map, .init = make_folder,
     .fini = remove_folder)
{
    static const char script[] =
        "import sys, numpy as np, nibabel as nib\n"
        "i = nib.load(sys.argv[1]); h = i.header\n"
        "c, s = 0.8660254037844386, 0.5\n"
        "a = np.array([[-2.5*c, -3*s, 0, 12.25], [-2.5*s, 3*c, 0, -33.5],\n"
        "              [0, 0, 3.5, -7.75], [0, 0, 0, 1]])\n"
        "assert np.allclose(i.affine, a, atol=1e-6)\n"
        "assert np.allclose(h.get_qform(), a, atol=1e-5)\n"
        "assert (int(h['qform_code']), int(h['sform_code'])) == (1, 4)\n"
        "assert h.get_intent() == ('t test', (112.75,), ''), h.get_intent()\n"
        "assert h.get_xyzt_units()[0] == 'mm' and i.shape == (4, 3, 2)\n"
        "v = (np.arange(24, dtype=np.float32) * np.float32(.37) - 2).astype('f4')\n"
        "assert np.array_equal(i.get_fdata(), v.reshape((2, 3, 4)).T.astype('f8'))\n";
    const vb_nifti_header grid = oblique();
    vb_map map = ramp_map(&grid);
    char command[512], path[128];
    vb_buffer b = {0};
    FILE *file;

    if (system("/usr/bin/python3 -c 'import nibabel' >/dev/null 2>&1") != 0) {
        support_skip("python3 with nibabel is not installed");
        return;
    }
    map.intent = VB_MAP_T;
    map.df1 = 112.75;
    cr_assert_eq(vb_nifti_write(&map, &b, NULL), VB_OK);
    snprintf(path, sizeof path, "%s/check.py", folder);
    file = fopen(path, "w");
    cr_assert(file && fputs(script, file) >= 0 && fclose(file) == 0);
    snprintf(command, sizeof command, "/usr/bin/python3 %s %s", path,
             put("a.nii.gz", &b));
    cr_expect_eq(system(command), 0);
    vb_buffer_free(&b);
}

/* A time is printed, not judged: nine maps of 97 x 115 x 97 with a third in the mask. */
Test(nifti_write, nine_whole_brain_maps)
{
    enum { N = 9 };
    vb_nifti_header grid = oblique();
    vb_map maps[N];
    vb_buffer buffers[N] = {{0}}, *into[N];
    struct timespec start, end;
    float *values;
    size_t total = 0;

    grid.dim[0] = grid.dim[2] = 97;
    grid.dim[1] = 115;
    grid.n_vox = 97 * 115 * 97;
    values = calloc(grid.n_vox, sizeof *values);
    cr_assert(values);
    for (size_t v = 0; v < grid.n_vox * 35 / 100; v++)
        values[v + grid.n_vox / 3] = (float)sin(12.9898 * (double)v) * 4;
    for (size_t i = 0; i < N; i++) {
        maps[i] = (vb_map){.grid = &grid, .type = VB_NIFTI_FLOAT32, .values = values};
        into[i] = &buffers[i];
    }
    for (int fast = 0; fast < 2; fast++) {
        for (size_t i = 0; i < N; i++)
            maps[i].fast = fast;
        total = 0;
        clock_gettime(CLOCK_MONOTONIC, &start);
        cr_assert_eq(vb_nifti_write_many(N, maps, into, 2, NULL), VB_OK);
        clock_gettime(CLOCK_MONOTONIC, &end);
        for (size_t i = 0; i < N; i++) {
            total += buffers[i].n;
            vb_buffer_free(&buffers[i]);
        }
        printf("9 maps, %.1f MB, in %.0f ms%s\n", (double)total / 1e6,
               1e3 * (double)(end.tv_sec - start.tv_sec) +
                   1e-6 * (double)(end.tv_nsec - start.tv_nsec),
               fast ? " (fast)" : "");
    }
    cr_expect(total > 9 * 352);
    free(values);
}
