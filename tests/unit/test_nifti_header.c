/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NIfTI headers.  base/bold.nii is a good NIfTI-1 of 6 x 5 x 4 x 40 int16 voxels of 3 mm,
 * TR 2 s, written by nibabel 5; what its header holds was read with nibabel, and the byte
 * offsets of fields are those of nifti1.h.
 */
#include "support.h"
#include "valuebold/nifti.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define BASE "tests/data/badinput/base/bold.nii"

static char folder[64], made[128];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/vb-nifti-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128]; /* the folder holds flat files only */

    snprintf(command, sizeof command, "rm -r '%s'", folder);
    cr_assert_eq(system(command), 0);
}

/* Writes bytes to a file of that name in the folder; returns its path. */
static const char *put(const char *name, const char *bytes, size_t n)
{
    FILE *file;

    snprintf(made, sizeof made, "%s/%s", folder, name);
    file = fopen(made, "wb");
    cr_assert(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
    return made;
}

typedef enum field_kind { I16, F32, BYTES, I32 } field_kind;

static void set_field(char *bytes, size_t at, field_kind kind, double value,
                      const char *text)
{
    const short i16 = (short)value;
    const int i32 = (int)value;
    const float f32 = (float)value;

    if (kind == I16)
        memcpy(bytes + at, &i16, 2);
    else if (kind == I32)
        memcpy(bytes + at, &i32, 4);
    else if (kind == F32)
        memcpy(bytes + at, &f32, 4);
    else
        memcpy(bytes + at, text, 4);
}

TestSuite(nifti_header, .init = make_folder, .fini = remove_folder);

Test(nifti_header, a_good_header_is_read_as_nibabel_reads_it)
{
    vb_nifti_header h;
    vb_notes notes = {0};
    vb_error err = {0};

    cr_assert_eq(vb_nifti_header_read(BASE, &h, &notes, &err), VB_OK, "%s", err.text);
    cr_expect_eq(h.version, 1);
    cr_expect_eq(h.n_dims, 4u);
    cr_expect(h.dim[0] == 6 && h.dim[1] == 5 && h.dim[2] == 4 && h.dim[3] == 40 &&
              h.dim[4] == 1);
    cr_expect_eq(h.n_vox, 120u);
    cr_expect_eq(h.n_volumes, 40u);
    cr_expect_eq(h.datatype, VB_NIFTI_INT16);
    cr_expect_eq(h.voxel_bytes, 2u);
    cr_expect_eq(h.data_offset, 352u);
    cr_expect(!h.gzipped && !h.swapped);
    cr_expect_float_eq(h.tr_s, 2.0, 0);
    cr_expect_float_eq(h.voxel_mm[1], 3.0, 0);
    cr_expect_eq(h.space, VB_NIFTI_SFORM);
    cr_expect_eq(notes.n, 0u, "%s", notes.n ? notes.items[0].where.text : "");
    vb_notes_free(&notes);
}

/* offset of the field, what is written there, what must be said */
static const struct {
    const char *what;
    size_t at;
    field_kind kind;
    double value;
    const char *text;
    vb_status status;
    const char *say; /* in the error, or in the only warning; NULL: nothing is said */
} cases[] = {
    {"sizeof_hdr", 0, I32, 0, NULL, VB_EINPUT, "sizeof_hdr is 0, expected 348 or 540"},
    {"magic n+3", 344, BYTES, 0, "n+3", VB_EINPUT,
     "magic 'n+3' is not a NIfTI-1 magic"},
    {"magic with escape", 344, BYTES, 0, "\x1b[2", VB_EINPUT, "magic '\\x1b[2'"},
    {"no magic", 344, BYTES, 0, "\0\0\0", VB_EINPUT, "ANALYZE 7.5"},
    {"pair magic in .nii", 344, BYTES, 0, "ni1", VB_EINPUT, "not named .hdr"},
    {"CIFTI", 68, I16, 3002, NULL, VB_EINPUT, "CIFTI-2 not supported"},
    {"dim[0]", 40, I16, 0, NULL, VB_EINPUT, "dim[0] is 0, must be 1..7"},
    {"dim[0]", 40, I16, 8, NULL, VB_EINPUT, "dim[0] is 8, must be 1..7"},
    {"dim[0]", 40, I16, -1, NULL, VB_EINPUT, "dim[0] is -1, must be 1..7"},
    {"dim[2]", 44, I16, -5, NULL, VB_EINPUT, "dim[2] is -5"},
    {"dim[4]", 48, I16, 41, NULL, VB_EINPUT, "needs 9840 bytes of data, has 9600"},
    {"dim[4]", 48, I16, 39, NULL, VB_OK, "240 bytes after the data ignored"},
    {"datatype", 70, I16, 0, NULL, VB_EINPUT, "datatype 0 (unknown)"},
    {"datatype", 70, I16, 128, NULL, VB_EINPUT, "datatype 128 (RGB24)"},
    {"datatype", 70, I16, 77, NULL, VB_EINPUT, "datatype 77"},
    {"bitpix", 72, I16, 8, NULL, VB_OK, "bitpix 8, datatype int16 says 16: using 16"},
    {"vox_offset", 108, F32, NAN, NULL, VB_EINPUT, "vox_offset nan"},
    {"vox_offset", 108, F32, 0, NULL, VB_EINPUT, "vox_offset 0, must be"},
    {"vox_offset", 108, F32, 348, NULL, VB_EINPUT, "vox_offset 348"},
    {"vox_offset", 108, F32, -352, NULL, VB_EINPUT, "vox_offset -352"},
    {"vox_offset", 108, F32, 1e30, NULL, VB_EINPUT, "vox_offset"},
    {"vox_offset", 108, F32, 352.5, NULL, VB_EINPUT, "vox_offset 352.5"},
    {"vox_offset", 108, F32, 384, NULL, VB_EINPUT,
     "needs 9600 bytes of data, has 9568"},
    {"scl_slope", 112, F32, NAN, NULL, VB_OK, "scl_slope is nan"},
    {"scl_slope", 112, F32, INFINITY, NULL, VB_OK, "scl_slope is inf"},
    {"scl_slope", 112, F32, 0, NULL, VB_OK, NULL},
    {"scl_slope", 112, F32, 1e38, NULL, VB_EINPUT, "scaled value overflows float32"},
    {"scl_inter", 116, F32, INFINITY, NULL, VB_EINPUT, "scl_inter is inf"},
    {"pixdim[4]", 92, F32, 0, NULL, VB_OK, "pixdim[4] is 0: no usable repetition time"},
    {"pixdim[4]", 92, F32, -2, NULL, VB_OK, "pixdim[4] is -2: no usable"},
    {"pixdim[4]", 92, F32, NAN, NULL, VB_OK, "pixdim[4] is nan: no usable"},
    {"pixdim[4]", 92, F32, 2000, NULL, VB_EINPUT, "TR 2000 s: milliseconds?"},
    {"units msec", 123, BYTES, 0, "\x12\0\0", VB_OK,
     "TR 0.002 s: seconds called milli"},
    {"units Hz", 123, BYTES, 0, "\x22\0\0", VB_OK, "is not time"},
    {"units metre", 123, BYTES, 0, "\x09\0\0", VB_OK, "metre: taken as mm"},
    {"pixdim[1]", 80, F32, 0, NULL, VB_EINPUT, "pixdim[1] is 0"},
    {"pixdim[3]", 88, F32, NAN, NULL, VB_EINPUT, "pixdim[3] is nan"},
    {"pixdim[2]", 84, F32, -3, NULL, VB_OK, "pixdim[2] is -3: its absolute value"},
    {"quatern_b", 256, F32, 1.2, NULL, VB_OK, "is longer than 1: renormalised"},
    {"qoffset_x", 268, F32, 7.25, NULL, VB_OK, "sform and qform disagree by up to"},
    {"qoffset_x", 268, F32, NAN, NULL, VB_OK, "qform is singular: the sform is used"},
    {"srow_x[0]", 280, F32, 0, NULL, VB_OK, "sform is singular: the qform is used"},
    {"srow_z[3]", 324, F32, NAN, NULL, VB_OK, "sform is singular: the qform is used"},
    {"extender", 348, BYTES, 0, "\1\0\0", VB_OK, "no extension follows"},
};

Test(nifti_header, one_wrong_field_is_refused_or_said)
{
    size_t n;
    char *good = support_read(BASE, &n);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *bytes = malloc(n);
        vb_nifti_header h;
        vb_notes notes = {0};
        vb_error err = {0};
        const char *said, *path;
        vb_status status;
        bool found = false;

        memcpy(bytes, good, n);
        if (strcmp(cases[i].what, "scl_inter") == 0)
            set_field(bytes, 112, F32, 1, NULL);
        set_field(bytes, cases[i].at, cases[i].kind, cases[i].value, cases[i].text);
        path = put("case.nii", bytes, n);
        status = vb_nifti_header_read(path, &h, &notes, &err);
        cr_expect_eq(status, cases[i].status, "%s = %g: %s", cases[i].what,
                     cases[i].value, err.text);
        said = status == VB_OK ? (notes.n ? notes.items[0].where.text : "") : err.text;
        for (size_t k = 0; cases[i].say && k < notes.n; k++)
            found = found || strstr(notes.items[k].where.text, cases[i].say);
        found = found || (cases[i].say && strstr(said, cases[i].say));
        cr_expect(cases[i].say ? found : !*said, "%s = %g said: %s", cases[i].what,
                  cases[i].value, said);
        if (status != VB_OK)
            cr_expect_str_eq(err.file, path, "%s: the file is not named",
                             cases[i].what);
        vb_notes_free(&notes);
        free(bytes);
    }
    free(good);
}

Test(nifti_header, units_of_the_repetition_time_are_converted)
{
    static const struct {
        char units;
        double stored, tr_s;
    } units[] = {{8, 2.385, 2.385},
                 {16, 2385, 2.385},
                 {24, 2385000, 2.385},
                 {0, 2.385, 2.385}};
    size_t n;
    char *bytes = support_read(BASE, &n);

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        vb_nifti_header h;
        vb_error err = {0};

        set_field(bytes, 92, F32, units[i].stored, NULL);
        bytes[123] = (char)(2 | units[i].units);
        cr_assert_eq(vb_nifti_header_read(put("tr.nii", bytes, n), &h, NULL, &err),
                     VB_OK, "%s", err.text);
        cr_expect_float_eq(h.tr_s, units[i].tr_s, 1e-6, "float32 in the file: %.9g",
                           h.tr_s);
    }
    free(bytes);
}

Test(nifti_header, both_orientations_unusable_is_refused_and_none_is_said)
{
    size_t n;
    char *bytes = support_read(BASE, &n);
    vb_nifti_header h;
    vb_notes notes = {0};
    vb_error err = {0};

    for (size_t at = 280; at < 328; at += 4)
        set_field(bytes, at, F32, 0, NULL);
    set_field(bytes, 252, I16, 0, NULL); /* qform_code */
    cr_expect_eq(vb_nifti_header_read(put("zero.nii", bytes, n), &h, NULL, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "affine is singular: the sform"), "%s", err.text);
    set_field(bytes, 254, I16, 0, NULL); /* sform_code */
    cr_expect_eq(vb_nifti_header_read(put("none.nii", bytes, n), &h, &notes, &err),
                 VB_OK);
    cr_expect_eq(h.space, VB_NIFTI_VOXEL_SIZES);
    cr_expect_float_eq(h.affine[2][2], 3, 0);
    cr_assert_eq(notes.n, 1u);
    cr_expect(strstr(notes.items[0].where.text, "orientation unknown"));
    vb_notes_free(&notes);
    free(bytes);
}

/* Expected: nibabel 5.0.0, nibabel.quaternions and qfac -1 by hand from nifti1.h method 2:
   b = 0.5, c = d = 0, a = sqrt(.75): rotation by 60 degrees about x; qfac flips k. */
Test(nifti_header, a_quaternion_with_qfac_gives_the_affine_of_the_standard)
{
    static const double want[3][4] = {{3, 0, 0, -10.5},
                                      {0, 1.5, 2.598076211353316, 20.25},
                                      {0, 2.598076211353316, -1.5, 30}};
    size_t n;
    char *bytes = support_read(BASE, &n);
    vb_nifti_header h;
    vb_error err = {0};

    set_field(bytes, 254, I16, 0, NULL);
    set_field(bytes, 76, F32, -1, NULL);
    set_field(bytes, 256, F32, 0.5, NULL);
    set_field(bytes, 260, F32, 0, NULL);
    set_field(bytes, 264, F32, 0, NULL);
    set_field(bytes, 268, F32, -10.5, NULL);
    set_field(bytes, 272, F32, 20.25, NULL);
    set_field(bytes, 276, F32, 30, NULL);
    cr_assert_eq(vb_nifti_header_read(put("q.nii", bytes, n), &h, NULL, &err), VB_OK,
                 "%s", err.text);
    cr_expect_eq(h.space, VB_NIFTI_QFORM);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 4; j++)
            cr_expect_float_eq(h.affine[i][j], want[i][j], 1e-12, "[%zu][%zu] = %.15g",
                               i, j, h.affine[i][j]);
    free(bytes);
}

Test(nifti_header, every_shorter_file_is_refused)
{
    size_t n;
    char *bytes = support_read(BASE, &n);

    for (size_t length = 0; length < n; length += length < 400 ? 1 : 997) {
        vb_nifti_header h;
        vb_error err = {0};

        cr_expect_eq(vb_nifti_header_read(put("cut.nii", bytes, length), &h, NULL,
                                          &err),
                     VB_EINPUT, "%zu bytes were accepted", length);
        if (length < 348)
            cr_expect(strstr(err.text, "short header"), "%s", err.text);
    }
    free(bytes);
}

Test(nifti_header, any_changed_byte_is_refused_or_read_without_a_fault)
{
    static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff};
    size_t n, accepted = 0, refused = 0;
    char *bytes = support_read(BASE, &n);

    for (size_t at = 0; at < 352; at++)
        for (size_t k = 0; k < sizeof values; k++) {
            const char old = bytes[at];
            vb_nifti_header h;
            vb_status status;

            bytes[at] = (char)values[k];
            status = vb_nifti_header_read(put("byte.nii", bytes, n), &h, NULL, NULL);
            cr_expect(status == VB_OK || status == VB_EINPUT);
            if (status == VB_OK) /* what is accepted fits into the file */
                cr_expect(h.data_offset + h.n_vox * h.n_volumes * h.voxel_bytes <= n,
                          "byte %zu", at);
            accepted += status == VB_OK;
            refused += status != VB_OK;
            bytes[at] = old;
        }
    cr_expect(accepted > 800 && refused > 100, "%zu accepted, %zu refused", accepted,
              refused);
    free(bytes);
}

Test(nifti_header, a_pair_is_found_from_either_name_and_must_be_unambiguous)
{
    size_t n;
    char *header = support_read("tests/data/badinput/pair_ok.hdr", &n);
    vb_nifti_header h;
    vb_error err = {0};
    char image[160];

    put("a.hdr", header, n);
    cr_expect_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "its voxels are missing"), "%s", err.text);
    free(header);
    header = support_read("tests/data/badinput/pair_ok.img", &n);
    put("a.img", header, n);
    cr_expect_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_OK, "%s", err.text);
    cr_expect_str_eq(h.data_path, made);
    cr_expect_eq(h.data_offset, 0u);
    snprintf(image, sizeof image, "%s/a.hdr", folder);
    cr_expect_eq(vb_nifti_header_read(image, &h, NULL, NULL), VB_OK);
    cr_expect_str_eq(h.data_path, made);
    put("a.img", header, n - 1);
    cr_expect_eq(vb_nifti_header_read(image, &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "needs 9600 bytes of data, has 9599"), "%s", err.text);
    put("a.img.gz", header, n);
    cr_expect_eq(vb_nifti_header_read(image, &h, NULL, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "ambiguous"), "%s", err.text);
    free(header);
}

Test(nifti_header, folders_pipes_and_absent_files_are_refused_at_once)
{
    char pipe_path[160];
    vb_nifti_header h;
    vb_error err = {0};

    cr_expect_eq(vb_nifti_header_read(folder, &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "is a folder"), "%s", err.text);
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe.nii", folder);
    cr_assert_eq(mkfifo(pipe_path, 0600), 0);
    cr_expect_eq(vb_nifti_header_read(pipe_path, &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "is a pipe"), "%s", err.text);
    cr_expect_eq(vb_nifti_header_read("/nonexistent/x.nii", &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "No such file"), "%s", err.text);
}

Test(nifti_header, a_name_without_its_end_is_never_guessed)
{
    size_t n;
    char *bytes = support_read(BASE, &n), stem[160];
    vb_nifti_header h;
    vb_error err = {0};

    snprintf(stem, sizeof stem, "%s/run", folder);
    put("run.nii", bytes, n);
    cr_expect_eq(vb_nifti_header_read(stem, &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "did you mean") && strstr(err.text, "run.nii?"), "%s",
              err.text);
    put("run.nii.gz", bytes, n);
    cr_expect_eq(vb_nifti_header_read(stem, &h, NULL, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "ambiguous: both"), "%s", err.text);
    free(bytes);
}

/* 32767 x 32767 x 1000 x 40 voxels (86 TB) in a gzip file of 7 kB: refused by its size,
   before memory is taken. */
Test(nifti_header, a_compressed_file_cannot_promise_more_than_deflate_can_hold)
{
    size_t n;
    char *bytes = support_read(BASE, &n);
    vb_nifti_header h;
    vb_error err = {0};
    gzFile file;

    set_field(bytes, 42, I16, 32767, NULL);
    set_field(bytes, 44, I16, 32767, NULL);
    set_field(bytes, 46, I16, 1000, NULL);
    snprintf(made, sizeof made, "%s/huge.nii.gz", folder);
    file = gzopen(made, "wb6");
    cr_assert(file && gzwrite(file, bytes, (unsigned)n) == (int)n &&
              gzclose(file) == Z_OK);
    cr_expect_eq(vb_nifti_header_read(made, &h, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "needs 85894103120000 bytes of data"), "%s", err.text);
    free(bytes);
}

Test(nifti_header, a_series_is_told_from_other_images)
{
    vb_nifti_header h;
    vb_error err = {0};

    cr_assert_eq(vb_nifti_header_read(BASE, &h, NULL, &err), VB_OK);
    cr_expect_eq(vb_nifti_check_bold(&h, &err), VB_OK);
    h.n_dims = 5;
    cr_expect_eq(vb_nifti_check_bold(&h, &err), VB_OK,
                 "a fifth dimension of 1 is fine");
    h.dim[4] = 2;
    cr_expect_eq(vb_nifti_check_bold(&h, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "must be 4D, this image has dim[5] = 2"), "%s",
              err.text);
    h.n_dims = 3;
    cr_expect_eq(vb_nifti_check_bold(&h, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "must be 4D, this image has 3 dimensions"), "%s",
              err.text);
}

Test(nifti_header, a_mask_on_another_grid_is_refused_with_both_grids)
{
    vb_nifti_header bold, mask;
    vb_error err = {0};

    cr_assert_eq(vb_nifti_header_read(BASE, &bold, NULL, &err), VB_OK);
    cr_assert_eq(vb_nifti_header_read("tests/data/badinput/base/mask.nii", &mask, NULL,
                                      &err),
                 VB_OK);
    cr_expect(isnan(mask.tr_s));
    cr_expect_eq(vb_nifti_check_grid(&mask, &bold, &err), VB_OK, "%s", err.text);
    mask.affine[0][3] += 1e-6; /* mm; below any program's printing */
    cr_expect_eq(vb_nifti_check_grid(&mask, &bold, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_nifti_header_read("tests/data/badinput/m_affine.nii", &mask, NULL,
                                      &err),
                 VB_OK);
    cr_expect_eq(vb_nifti_check_grid(&mask, &bold, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "affine differs by up to 5 mm"), "%s", err.text);
    cr_assert_eq(vb_nifti_header_read("tests/data/badinput/m_dims.nii", &mask, NULL,
                                      &err),
                 VB_OK);
    cr_expect_eq(vb_nifti_check_grid(&mask, &bold, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "6 x 5 x 3 voxels differs from 6 x 5 x 4"), "%s",
              err.text);
}
