/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions as voxels: spheres and resampled masks against voxel sets of SPM, nilearn and own
 * code (tests/data/golden/roi), counts that can be worked out by hand, refusals.
 */
#include "region_support.h"
#include "valuebold/region_presets.h"

/* the grid of resample_target.json: 3 mm, oblique */
static const vb_grid oblique = {.dim = {44, 50, 30},
                                .affine = {{-2.977638454923966, -0.3531502386837699,
                                            0.09462632126217436, 66.4363259703161},
                                           {-0.3656080302154424, 2.8761778849625363,
                                            -0.770669541563966, -71.72207717927262},
                                           {0.0, 0.7764571353075622, 2.897777478867205,
                                            -50.629973258609745}}};

Test(region, spheres_have_the_voxels_of_the_reference)
{
    static const struct {
        double radius;
        const char *voxels;
    } cases[] = {{6, ROI "own_sphere_voxels_r6.tsv"},
                 {9, ROI "own_sphere_voxels_r9.tsv"}};
    const double centre[3] = {-7, -6, 1};
    vb_nifti_header header;
    uint8_t *mask = golden_mask(GLM "mask.nii", &header);
    const vb_grid grid = grid_of(&header);

    for (size_t c = 0; c < 2; c++) {
        vb_region region = {0};
        vb_error err = {0};

        cr_assert_eq(vb_region_sphere(&grid, centre, cases[c].radius, &region, &err),
                     VB_OK, "%s", err.text);
        keep_in(&region, mask);
        expect_voxels(&region, &grid, cases[c].voxels);
        vb_region_free(&region);
    }
    free(mask);
}

Test(region, masks_are_resampled_to_the_nearest_voxel_as_by_spm_and_nilearn)
{
    static const char *const lists[] = {ROI "own_nearest_voxels.tsv",
                                        ROI "spm_nearest_voxels.tsv"};
    vb_volume image, nilearn;
    double *values = volume_of(ROI "roi_2mm.nii.gz", &image);
    double *resampled = volume_of(ROI "nilearn_nearest_3mm.nii.gz", &nilearn);
    vb_region region = {0};
    vb_error err = {0};
    size_t n = 0;

    cr_assert_eq(vb_region_labels(&oblique, &image, 0, NULL, &region, &err), VB_OK,
                 "%s", err.text);
    for (size_t i = 0; i < 2; i++)
        expect_voxels(&region, &oblique, lists[i]);
    for (size_t v = 0; v < 44 * 50 * 30; v++) {
        if (!(fabs(resampled[v]) > 0))
            continue;
        cr_assert_lt(n, region.n);
        cr_expect_eq(region.voxel[n++], v);
    }
    cr_expect_eq(n, region.n);
    /* some of its voxels are beyond the 30 slices */
    cr_expect(vb_region_inside(&region) > 0.5 && vb_region_inside(&region) <= 1, "%g",
              vb_region_inside(&region));
    vb_region_free(&region);
    free(values);
    free(resampled);
}

Test(region, probabilities_are_interpolated_as_by_nilearn)
{
    vb_table *table = support_table(ROI "nilearn_linear_prob_voxels.tsv");
    const double *i = support_column(table, "i"), *j = support_column(table, "j"),
                 *k = support_column(table, "k"), *p = support_column(table, "prob");
    vb_volume image;
    double *values = volume_of(ROI "prob_2mm.nii.gz", &image);
    double *found = calloc(44 * 50 * 30, sizeof *found);
    vb_region region = {0}, half = {0};
    vb_error err = {0};
    size_t n_half = 0;

    cr_assert(found);
    cr_assert_eq(vb_region_probability(&oblique, &image, 1e-12, &region, &err), VB_OK,
                 "%s", err.text);
    for (size_t v = 0; v < region.n; v++)
        found[region.voxel[v]] = region.weight[v];
    for (size_t r = 0; r < table->n_rows; r++) {
        const size_t v = (size_t)i[r] + 44 * ((size_t)j[r] + 50 * (size_t)k[r]);

        /* nilearn's map is float32 */
        cr_expect_float_eq(found[v], p[r], 1e-6, "(%g, %g, %g)", i[r], j[r], k[r]);
        n_half += p[r] >= 0.5;
        found[v] = 0;
    }
    for (size_t v = 0; v < 44 * 50 * 30; v++)
        cr_expect_lt(found[v], 1e-6, "voxel %zu is ours alone", v);
    cr_assert_eq(vb_region_probability(&oblique, &image, 0.5, &half, &err), VB_OK);
    cr_expect_eq(half.n, n_half);
    vb_region_free(&region);
    vb_region_free(&half);
    vb_table_free(table);
    free(values);
    free(found);
}

Test(region, a_sphere_of_one_step_on_a_lattice_point_has_seven_voxels)
{
    const vb_grid grid = cube_grid(9, 3, -12);
    const double centre[3] = {0, 0, 0};
    vb_region region = {0};

    cr_assert_eq(vb_region_sphere(&grid, centre, 3, &region, NULL), VB_OK);
    cr_expect_eq(region.n, 7, "the border belongs to it");
    cr_expect_eq(region.voxel[3], 4 + 9 * (4 + 9 * 4));
    vb_region_free(&region);
}

Test(region, the_part_outside_the_field_of_view_is_counted)
{
    const vb_grid grid = cube_grid(9, 3, -12);
    const double corner[3] = {-12, -12, -12}, edges[3] = {6, 6, 6};
    vb_region region = {0};

    /* an octant of the 7-voxel sphere keeps the centre and 3 of 6 neighbours */
    cr_assert_eq(vb_region_sphere(&grid, corner, 3, &region, NULL), VB_OK);
    cr_expect_eq(region.n_whole, 7);
    cr_expect_eq(region.n_inside, 4);
    cr_expect_float_eq(vb_region_inside(&region), 4.0 / 7, 1e-15);
    vb_region_free(&region);
    /* a box of 3 x 3 x 3 lattice points keeps 2 x 2 x 2 */
    cr_assert_eq(vb_region_box(&grid, corner, edges, &region, NULL), VB_OK);
    cr_expect_eq(region.n_whole, 27);
    cr_expect_eq(region.n, 8);
    vb_region_free(&region);
}

Test(region, what_cannot_be_a_region_is_refused_with_the_reason)
{
    const vb_grid grid = cube_grid(9, 3, -12);
    static const struct {
        double x, radius;
        const char *text;
    } cases[] = {{200, 4, "outside the image, which spans x -13.5 to 13.5"},
                 {NAN, 4, "x of the sphere is not a finite number"},
                 {1.5, 0.5, "holds no voxel centre; the nearest is 1.5 mm away"},
                 {0, 0, "radius of the sphere is 0 mm"},
                 {0, 1e6, "at most 300"}};
    vb_region region = {0};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const double centre[3] = {cases[c].x, 0, 0};
        vb_error err = {0};

        cr_expect_eq(vb_region_sphere(&grid, centre, cases[c].radius, &region, &err),
                     VB_EINPUT);
        cr_expect(strstr(err.text, cases[c].text), "%s", err.text);
        cr_expect_eq(region.n, 0);
    }
}

Test(region, a_point_is_the_voxel_that_holds_it)
{
    const vb_grid grid = cube_grid(9, 3, -12);
    const double inside[3] = {1.4, -1.4, 12.4}, outside[3] = {0, 0, 13.6};
    vb_region region = {0};
    vb_error err = {0};

    cr_assert_eq(vb_region_point(&grid, inside, &region, NULL), VB_OK);
    cr_assert_eq(region.n, 1);
    cr_expect_eq(region.voxel[0], 4 + 9 * (4 + 9 * 8));
    vb_region_free(&region);
    cr_expect_eq(vb_region_point(&grid, outside, &region, &err), VB_EINPUT);
}

/* ---- images ---- */

Test(region, labels_are_picked_alone_together_and_each)
{
    const vb_grid grid = cube_grid(4, 2, 0);
    double values[64] = {0}, labels[] = {7, 3}, ascending[] = {3, 5, 7};
    const vb_volume image = {grid, VB_SAMPLE_FLOAT64, values, 1, 0};
    vb_region region = {0}, each[3];

    values[0] = 3;
    values[10] = values[11] = 7;
    values[20] = 4;
    values[21] = NAN;
    cr_assert_eq(vb_region_labels(&grid, &image, 1, labels, &region, NULL), VB_OK);
    cr_expect_eq(region.n, 2);
    cr_expect_eq(region.voxel[1], 11);
    vb_region_free(&region);
    cr_assert_eq(vb_region_labels(&grid, &image, 2, labels, &region, NULL), VB_OK);
    cr_expect_eq(region.n, 3);
    vb_region_free(&region);
    cr_assert_eq(vb_region_labels(&grid, &image, 0, NULL, &region, NULL), VB_OK);
    cr_expect_eq(region.n, 4, "a mask is all but 0 and NaN");
    vb_region_free(&region);
    cr_assert_eq(vb_region_labels_each(&grid, &image, 3, ascending, each, NULL), VB_OK);
    cr_expect_eq(each[0].n, 1);
    cr_expect_eq(each[1].n, 0, "a label the image does not have");
    cr_expect_eq(each[2].n, 2);
    for (size_t i = 0; i < 3; i++)
        vb_region_free(&each[i]);
}

Test(region, images_without_the_region_are_refused)
{
    const vb_grid grid = cube_grid(4, 2, 0), far = cube_grid(4, 2, 100),
                  coarse = cube_grid(4, 20, -30);
    double values[64] = {0}, label = 9;
    const vb_volume image = {grid, VB_SAMPLE_FLOAT64, values, 1, 0};
    vb_region region = {0};
    vb_error err = {0};

    cr_expect_eq(vb_region_labels(&grid, &image, 0, NULL, &region, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "mask is empty"), "%s", err.text);
    values[0] = 1;
    cr_expect_eq(vb_region_labels(&grid, &image, 1, &label, &region, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "has the label 9"), "%s", err.text);
    cr_expect_eq(vb_region_labels(&far, &image, 0, NULL, &region, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "outside the field of view"), "%s", err.text);
    cr_expect_eq(vb_region_labels(&coarse, &image, 0, NULL, &region, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "too small for this grid"), "%s", err.text);
    cr_expect_eq(vb_region_probability(&grid, &image, 2, &region, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "threshold 2"), "%s", err.text);
    cr_expect_eq(vb_region_probability(&grid, &image, 0, &region, &err), VB_EINPUT);
}

Test(region, stored_values_are_scaled)
{
    const int16_t small[] = {0, 1, 2};
    const float wide[] = {0, 1.5f, 2};
    const vb_volume a = {{{3, 1, 1}, {{0}}}, VB_SAMPLE_INT16, small, 0.5, 1};
    const vb_volume b = {{{3, 1, 1}, {{0}}}, VB_SAMPLE_FLOAT32, wide, 2, 0};

    cr_expect_float_eq(vb_volume_at(&a, 2), 2, 0);
    cr_expect_float_eq(vb_volume_at(&b, 1), 3, 0);
}

/* ---- sets ---- */

Test(region, union_and_intersection_join_voxels_and_weights)
{
    size_t left[] = {1, 4, 6}, right[] = {4, 5};
    double p[] = {0.5, 0.9, 1}, q[] = {0.6, 0.7};
    const vb_region a = {3, left, p, 4, 3}, b = {2, right, q, 2, 2};
    const vb_region c = {1, left, p, 1, 1};
    vb_region out = {0};
    vb_error err = {0};

    cr_assert_eq(vb_region_union(&a, &b, &out, NULL), VB_OK);
    cr_assert_eq(out.n, 4);
    cr_expect_eq(out.voxel[2], 5);
    cr_expect_float_eq(out.weight[1], 0.9, 0);
    cr_expect_float_eq(vb_region_inside(&out), 5.0 / 6, 1e-15);
    vb_region_free(&out);
    cr_assert_eq(vb_region_intersection(&a, &b, &out, NULL), VB_OK);
    cr_assert_eq(out.n, 1);
    cr_expect_eq(out.voxel[0], 4);
    cr_expect_float_eq(out.weight[0], 0.6, 0);
    cr_expect_float_eq(vb_region_inside(&out), 0.75, 0);
    vb_region_free(&out);
    cr_expect_eq(vb_region_intersection(&b, &c, &out, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "2 and 1 voxels, none in common"), "%s", err.text);
}

Test(region, a_singular_grid_is_refused)
{
    const vb_grid flat = {.dim = {2, 2, 2}};
    const double centre[3] = {0, 0, 0};
    vb_region region = {0};
    vb_error err = {0};

    cr_expect_eq(vb_region_sphere(&flat, centre, 4, &region, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "singular"), "%s", err.text);
}

/* ---- presets ---- */

Test(region, presets_are_found_by_name_side_and_source)
{
    static const struct {
        const char *name;
        size_t n;
        double x, y, z;
    } cases[] = {{"vmpfc", 1, 2, 46, -8},
                 {"vmPFC@clithero2014", 1, -2, 40, -4},
                 {"VS", 2, -12, 12, -6},
                 {"vs_both", 2, -12, 12, -6},
                 {"vs-right", 1, 12, 10, -6},
                 {"vs_l@garrison2013", 1, -10, 6, -4},
                 {"dACC", 1, 6, 24, 28},
                 {"pre-SMA", 1, 0, 14, 50},
                 {"anterior_insula_r", 1, 30, 26, 8},
                 {"nacc", 2, -9.5, 11.4, -7.1},
                 {"PCC", 1, -2, -34, 42}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const vb_preset *found[2];
        vb_error err = {0};
        size_t n = 0;

        cr_assert_eq(vb_preset_find(cases[c].name, found, &n, &err), VB_OK, "%s",
                     err.text);
        cr_expect_eq(n, cases[c].n, "%s", cases[c].name);
        cr_expect_float_eq(found[0]->centre_mm[0], cases[c].x, 0, "%s", cases[c].name);
        cr_expect_float_eq(found[0]->centre_mm[1], cases[c].y, 0);
        cr_expect_float_eq(found[0]->centre_mm[2], cases[c].z, 0);
    }
}

Test(region, unknown_presets_sources_and_sides_are_refused_with_advice)
{
    static const struct {
        const char *name, *text;
    } cases[] =
        {{"vmpcf", "did you mean 'vmpfc'"},
         {"vmpfc@bartra", "there is: bartra2013, clithero2014"},
         {"vmpfc_left", "is no region"},
         {"vs@prevost2010", "write vs_right@prevost2010"},
         {"", "is no region"},
         {"a_very_long_name_that_is_longer_than_any_name_of_a_region_may_be_here",
          "is no region"}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const vb_preset *found[2];
        vb_error err = {0};
        size_t n;

        cr_expect_eq(vb_preset_find(cases[c].name, found, &n, &err), VB_EUSAGE, "%s",
                     cases[c].name);
        cr_expect(strstr(err.text, cases[c].text), "%s", err.text);
    }
}

Test(region, every_preset_has_a_source_a_certainty_and_a_name_that_finds_it)
{
    for (size_t i = 0; vb_preset_at(i); i++) {
        const vb_preset *p = vb_preset_at(i), *found[2];
        char name[VB_PRESET_NAME_MAX], full[128];
        size_t n = 0;

        snprintf(full, sizeof full, "%s@%s", vb_preset_name(p, name), p->key);
        cr_assert_eq(vb_preset_find(full, found, &n, NULL), VB_OK, "%s", full);
        cr_expect_eq(n, 1);
        cr_expect_eq(found[0], p, "%s", full);
        cr_expect(*p->source && *vb_preset_certainty_text(p->certainty));
        cr_expect(p->radius_mm >= 4 && p->radius_mm <= 8);
    }
}
