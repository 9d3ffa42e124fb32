/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions of files: spaces by name and header, sets on a grid, tables of spheres, maps, and what
 * is taken out of series.  Images are written here; values are worked out by hand.
 */
#include "region_support.h"
#include "valuebold/nifti_write.h"
#include "valuebold/roi_run.h"

#include <unistd.h>

static char folder[64];
static vb_arena *arena;
static vb_notes notes;
static vb_error err;

static void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/test_roi_run.XXXXXX");
    cr_assert(mkdtemp(folder));
    arena = vb_arena_alloc();
    notes = (vb_notes){0};
    err = (vb_error){0};
}

static void teardown(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
    vb_arena_free(arena);
    vb_notes_free(&notes);
}

TestSuite(roi_run, .init = setup, .fini = teardown);

/* Writes an image of 4 x 4 x 4 voxels of 2 mm, the first at the origin; returns its header. */
static vb_nifti_header write_image(const char *name, size_t n_volumes,
                                   const double values[], int code)
{
    vb_nifti_header grid = {.n_dims = 3,
                            .dim = {4, 4, 4, 1, 1, 1, 1},
                            .n_vox = 64,
                            .n_volumes = 1,
                            .voxel_mm = {2, 2, 2},
                            .affine = {{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}},
                            .sform_code = code,
                            .qform_code = code};
    const vb_map map = {.grid = &grid,
                        .n_volumes = n_volumes,
                        .tr_s = 2,
                        .type = VB_NIFTI_FLOAT64,
                        .values = values,
                        .plain = true};
    vb_buffer bytes = {0};
    vb_nifti_header header;
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(vb_nifti_write(&map, &bytes, &err), VB_OK, "%s", err.text);
    file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes.bytes, 1, bytes.n, file), bytes.n);
    cr_assert_eq(fclose(file), 0);
    vb_buffer_free(&bytes);
    cr_assert_eq(vb_nifti_header_read(path, &header, NULL, &err), VB_OK, "%s",
                 err.text);
    return header;
}

static void write_text(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static const char *in_folder(const char *name)
{
    const char *path = vb_arena_printf(arena, "%s/%s", folder, name);

    return path;
}

static vb_region_specs regions(const char *first, const char *second)
{
    const vb_region_place nowhere = {0};
    vb_region_specs specs = {.arena = arena};

    cr_assert_eq(vb_region_specs_add(&specs, NULL, first, nowhere, &err), VB_OK, "%s",
                 err.text);
    if (second)
        cr_assert_eq(vb_region_specs_add(&specs, NULL, second, nowhere, &err), VB_OK,
                     "%s", err.text);
    return specs;
}

static bool noted(const char *code, const char *text)
{
    for (size_t i = 0; i < notes.n; i++)
        if (strcmp(notes.items[i].code, code) == 0 &&
            strstr(notes.items[i].where.text, text))
            return true;
    return false;
}

/* ---- spaces ---- */

Test(roi_run, the_space_is_that_of_the_name_before_that_of_the_header)
{
    const double zero[64] = {0};
    static const struct {
        const char *name;
        int code;
        vb_roi_space space;
        const char *text;
    } cases[] = {{"a.nii", 4, VB_ROI_SPACE_MNI, "MNI152 (sform_code 4)"},
                 {"b.nii", 3, VB_ROI_SPACE_OTHER, "Talairach"},
                 {"c.nii", 1, VB_ROI_SPACE_UNKNOWN, "scanner"},
                 {"d.nii", 2, VB_ROI_SPACE_UNKNOWN, "aligned to something"},
                 {"s_space-T1w_x.nii", 4, VB_ROI_SPACE_OTHER, "space T1w"},
                 {"s_space-MNI152NLin6Asym_res-2_x.nii", 1, VB_ROI_SPACE_MNI,
                  "MNI152NLin6Asym"},
                 {"s_space-MNIInfant+1_x.nii", 4, VB_ROI_SPACE_OTHER, "MNIInfant+1"},
                 {"myspace-T1w.nii", 4, VB_ROI_SPACE_MNI, "sform_code"}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const vb_nifti_header h = write_image(cases[c].name, 1, zero, cases[c].code);
        char text[VB_PATH_MAX];

        cr_expect_eq(vb_roi_space_of(&h, text, sizeof text), cases[c].space, "%s",
                     cases[c].name);
        cr_expect(strstr(text, cases[c].text), "%s: %s", cases[c].name, text);
    }
}

/* ---- sets ---- */

static vb_status make(const vb_region_specs *specs, const vb_nifti_header *image,
                      vb_roi_set **set)
{
    *set = NULL;
    err = (vb_error){0};
    return vb_roi_set_make(specs, image, false, set, &notes, &err);
}

Test(roi_run, all_labels_of_an_atlas_are_regions_by_their_names)
{
    double values[64] = {0};
    const char *text;
    vb_nifti_header image;
    vb_region_specs specs;
    vb_roi_set *set;

    values[0] = values[1] = 5;
    values[9] = 2;
    image = write_image("atlas.nii", 1, values, 2);
    text = vb_arena_printf(arena, "atlas(%s)", in_folder("atlas.nii"));
    specs = regions(text, NULL);
    cr_assert_eq(make(&specs, &image, &set), VB_OK, "%s", err.text);
    cr_assert_eq(set->n, 2, "without a table they are numbers");
    cr_expect_str_eq(set->rois[0].name, "2");
    cr_expect_eq(set->regions[1].n, 2);
    cr_expect(vb_roi_set_fits(set, &image));
    vb_roi_set_free(set);
    write_text("atlas.tsv", "index\tname\n5\tleft\n2\tright\n7\tgone\n");
    cr_assert_eq(make(&specs, &image, &set), VB_OK, "%s", err.text);
    cr_assert_eq(set->n, 2);
    cr_expect_str_eq(set->rois[0].name, "right");
    cr_expect_str_eq(set->rois[1].label, "left");
    cr_expect(noted("roi-label", "1 labels of the table are not in the atlas"));
    vb_roi_set_free(set);
    write_text("atlas.tsv", "index\tname\n5\tleft\n5\tright\n");
    cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
    cr_expect(strstr(err.text, "index 5 twice"), "%s", err.text);
    write_text("atlas.tsv", "number\tname\n5\tleft\n");
    cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
    cr_expect(strstr(err.text, "index"), "%s", err.text);
}

Test(roi_run, images_that_cannot_be_regions_are_refused_by_name)
{
    double values[128] = {0};
    vb_nifti_header image;
    static const struct {
        const char *call, *text;
    } cases[] = {{"mask(%s)", "mask is empty"},
                 {"prob(%s)", "reaches the threshold 0.5"},
                 {"atlas(%s)", "none of its 0 labels"}};

    image = write_image("empty.nii", 1, values, 2);
    for (size_t c = 0; c < 3; c++) {
        char call[256];
        vb_region_specs specs;
        vb_roi_set *set;

        snprintf(call, sizeof call, "%.*s%s)",
                 (int)(strchr(cases[c].call, '%') - cases[c].call), cases[c].call,
                 in_folder("empty.nii"));
        specs = regions(call, NULL);
        cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
        cr_expect(strstr(err.text, cases[c].text), "%s", err.text);
        cr_expect(strstr(err.file, "empty.nii"), "%s", err.file);
    }
}

Test(roi_run, probabilities_need_a_threshold_in_their_own_units)
{
    double values[64] = {0};
    vb_nifti_header image;
    vb_region_specs specs;
    vb_roi_set *set;
    const char *path;

    values[21] = 80;
    values[22] = 40;
    image = write_image("percent.nii", 1, values, 2);
    path = in_folder("percent.nii");
    specs = regions(vb_arena_printf(arena, "prob(%s)", path), NULL);
    cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
    cr_expect(strstr(err.text, "values go up to 80"), "%s", err.text);
    specs = regions(vb_arena_printf(arena, "prob(%s, 40)", path), NULL);
    cr_assert_eq(make(&specs, &image, &set), VB_OK, "%s", err.text);
    cr_expect_eq(set->regions[0].n, 2);
    cr_expect_float_eq(set->regions[0].weight[0], 80, 1e-12);
    vb_roi_set_free(set);
    values[3] = -1;
    write_image("percent.nii", 1, values, 2);
    cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
    cr_expect(strstr(err.text, "a probability is -1"), "%s", err.text);
    values[3] = 0.5; /* of an atlas */
    write_image("percent.nii", 1, values, 2);
    specs = regions(vb_arena_printf(arena, "atlas(%s)", path), NULL);
    cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
    cr_expect(strstr(err.text, "value 0.5 is no label"), "%s", err.text);
}

Test(roi_run, masks_with_more_values_and_from_other_spaces_are_said)
{
    double values[64] = {0};
    vb_nifti_header image;
    vb_region_specs specs;
    vb_roi_set *set;

    values[3] = 1;
    values[4] = 2;
    values[5] = NAN;
    write_image("m_space-T1w_mask.nii", 1, values, 2);
    image = write_image("i_space-MNI152Lin_bold.nii", 1, values, 2);
    specs =
        regions(vb_arena_printf(arena, "mask(%s)", in_folder("m_space-T1w_mask.nii")),
                NULL);
    cr_assert_eq(make(&specs, &image, &set), VB_OK, "%s", err.text);
    cr_expect_eq(set->regions[0].n, 2);
    cr_expect(noted("mask-values", "more than two values"));
    cr_expect(noted("mask-nonfinite", "1 voxels"));
    cr_expect(noted("roi-space", "space T1w"));
    vb_roi_set_free(set);
}

Test(roi_run, two_regions_of_one_name_are_refused_also_when_an_atlas_brings_them)
{
    double values[64] = {0};
    vb_nifti_header image;
    vb_region_specs specs;
    vb_roi_set *set;

    values[0] = 1;
    image = write_image("one.nii", 1, values, 2);
    write_text("one.tsv", "index\tname\n1\tpoint(0,0,0)\n");
    specs = regions("point(0,0,0)",
                    vb_arena_printf(arena, "atlas(%s)", in_folder("one.nii")));
    cr_expect_eq(make(&specs, &image, &set), VB_EINPUT);
    cr_expect(strstr(err.text, "two regions of this name"), "%s", err.text);
}

Test(roi_run, a_table_of_spheres_names_the_line_of_every_fault)
{
    static const struct {
        const char *text;
        size_t line;
        const char *message;
    } cases[] = {{"name\tx\ty\tz\nv\t1\t2\t3\n", 1, "radius"},
                 {"name\tx\ty\tz\tradius\nv\t1\tb\t3\t4\n", 2,
                  "coordinate y of region 'v'"},
                 {"name\tx\ty\tz\tradius\nv\t1\t2\t3\t4\nv\t1\t2\t3\t4\n", 3,
                  "two regions"},
                 {"name\tx\ty\tz\tradius\n", 1, "no region"}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        vb_table *table = support_table_text("rois.tsv", cases[c].text);
        vb_region_specs specs = {.arena = arena};

        err = (vb_error){0};
        cr_expect_eq(vb_roi_specs_from_table(table, &specs, &err), VB_EINPUT);
        cr_expect(strstr(err.text, cases[c].message), "%s", err.text);
        cr_expect_eq(err.line, cases[c].line, "%s: line %zu", err.text, err.line);
        vb_table_free(table);
    }
}

/* ---- runs and maps ---- */

Test(roi_run, a_run_gives_means_less_voxels_without_signal_and_outside_the_brain)
{
    double values[3 * 64] = {0}, brain[64] = {0};
    vb_nifti_header image;
    vb_region_specs specs;
    vb_roi_set *set;
    vb_roi_series *series = NULL;
    vb_roi_options options;
    vb_roi_job job = {.name = "run", .tr_s = NAN};

    for (size_t t = 0; t < 3; t++) {
        values[t * 64] = (double)t + 1;                   /* 1 2 3 */
        values[t * 64 + 1] = 10 * (double)t;              /* 0 10 20 */
        values[t * 64 + 4] = 7;                           /* constant */
        values[t * 64 + 16] = 100 - 2. * (double)(t * t); /* outside the brain */
    }
    brain[0] = brain[1] = brain[4] = 1;
    image = write_image("bold.nii", 3, values, 2);
    write_image("brain.nii", 1, brain, 2);
    specs = regions("sphere(0,0,0,2)", "point(0,0,2)");
    cr_assert_eq(make(&specs, &image, &set), VB_OK, "%s", err.text);
    cr_expect(noted("roi-coverage", "57.1 % of it (4 of 7 voxels)"));
    vb_roi_options_default(&options);
    cr_assert_eq(vb_roi_statistics_read("mean,median", &options.statistics, NULL),
                 VB_OK);
    options.mask = in_folder("brain.nii");
    job.bold = in_folder("bold.nii");
    cr_assert_eq(vb_roi_extract_run(&job, set, &options, &series, &notes, &err), VB_OK,
                 "%s", err.text);
    cr_expect_float_eq(series->series[VB_ROI_MEAN][0], 0.5, 1e-15);
    cr_expect_float_eq(series->series[VB_ROI_MEAN][4], 11.5, 1e-15);
    cr_expect_float_eq(series->series[VB_ROI_MEDIAN][2], 6, 1e-15);
    cr_expect(isnan(series->series[VB_ROI_MEAN][1]));
    cr_expect_null(series->series[VB_ROI_WEIGHTED]);
    cr_expect_float_eq(series->tr_s, 2, 0);
    cr_expect(noted("roi-no-signal", "so it is n/a in this run"));
    vb_roi_series_free(series);
    options.high_pass_s =
        12; /* 2 * 3 * 2 / 12 + 1 - 1: one cosine, which is the slope */
    cr_assert_eq(vb_roi_extract_run(&job, set, &options, &series, &notes, &err), VB_OK,
                 "%s", err.text);
    cr_expect_eq(series->n_out, 1);
    for (size_t t = 0; t < 3; t++)
        cr_expect_float_eq(series->series[VB_ROI_MEAN][2 * t], 6, 1e-12);
    vb_roi_series_free(series);
    options.adjust = "drift";
    cr_expect_eq(vb_roi_extract_run(&job, set, &options, &series, &notes, &err),
                 VB_EUSAGE);
    options.adjust = "none";
    options.statistics = 1u << VB_ROI_EIGENVARIATE;
    options.keep_bytes = 8;
    cr_expect_eq(vb_roi_extract_run(&job, set, &options, &series, &notes, &err),
                 VB_ENOMEM);
    cr_expect(strstr(err.text, "were not kept"), "%s", err.text);
    cr_expect_eq(vb_roi_statistics_read("mean,mode", &options.statistics, &err),
                 VB_EUSAGE);
    vb_roi_set_free(set);
}

Test(roi_run, a_map_gives_peak_and_lowest_with_their_places)
{
    double values[64] = {0};
    vb_nifti_header image, other;
    vb_region_specs specs;
    vb_roi_set *set;
    vb_roi_value value[2];

    values[0] = 3;
    values[1] = -5;
    values[4] = NAN;
    values[16] = 1;
    image = write_image("t.nii", 1, values, 2);
    specs = regions("sphere(0,0,0,2)", "point(0,2,0)");
    cr_assert_eq(make(&specs, &image, &set), VB_OK, "%s", err.text);
    cr_assert_eq(vb_roi_map_read(&image, set, value, &notes, &err), VB_OK, "%s",
                 err.text);
    cr_expect_eq(value[0].n_used, 3);
    cr_expect_float_eq(value[0].mean, -1.0 / 3, 1e-15);
    cr_expect_float_eq(value[0].median, 1, 0);
    cr_expect_float_eq(value[0].peak, 3, 0);
    cr_expect_float_eq(value[0].lowest, -5, 0);
    cr_expect_float_eq(value[0].lowest_mm[0], 2, 0);
    cr_expect(isnan(value[1].mean) && isnan(value[1].peak));
    cr_expect(noted("roi-no-signal", "none of its 1 voxels"));
    other = image;
    other.affine[0][3] = 1;
    cr_expect_eq(vb_roi_map_read(&other, set, value, &notes, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "another grid"), "%s", err.text);
    other = image;
    other.n_volumes = 2;
    cr_expect_eq(vb_roi_map_read(&other, set, value, &notes, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "a map has one volume"), "%s", err.text);
    vb_roi_set_free(set);
}
