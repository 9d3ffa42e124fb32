/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single trials of voxels: the image on disk against the series of its voxels. */
#include "support.h"
#include "valuebold/roi_run.h"
#include "valuebold/trial_maps.h"

#define GOLDEN "tests/data/golden/glm/"
enum { TRIALS = 14 };

static double onset_s[TRIALS], duration_s[TRIALS];

typedef struct setting {
    vb_nifti_header image;
    vb_design_run run;
    vb_design *design; /* drift and constant */
    double *z;
    vb_trial_plan *plan;
} setting;

static setting make(const char *bold)
{
    setting s = {0};
    vb_error err = {0};

    cr_assert_eq(vb_nifti_header_read(bold, &s.image, NULL, &err), VB_OK, "%s",
                 err.text);
    for (size_t t = 0; t < TRIALS; t++) {
        onset_s[t] = 4.3 + 13.1 * (double)t;
        duration_s[t] = 2;
    }
    s.run = (vb_design_run){.label = "1",
                            .tr_s = 2,
                            .n_scans = s.image.n_volumes,
                            .sample_s = 1};
    cr_assert_eq(vb_design_build(1, &s.run, NULL, &s.design, NULL, &err), VB_OK, "%s",
                 err.text);
    s.z = calloc(s.image.n_volumes * TRIALS, sizeof *s.z);
    cr_assert_eq(vb_trial_columns(&s.run, NULL, TRIALS, onset_s, duration_s, s.z, &err),
                 VB_OK);
    cr_assert_eq(vb_trial_plan_alloc(&(vb_trial_model){.method = VB_TRIAL_LSS,
                                                       .n_scans = s.image.n_volumes,
                                                       .n_trials = TRIALS,
                                                       .z = s.z,
                                                       .n_others = s.design->n_cols,
                                                       .others = s.design->x},
                                     &s.plan, &err),
                 VB_OK, "%s", err.text);
    return s;
}

static void drop(setting *s)
{
    vb_trial_plan_free(s->plan);
    vb_design_free(s->design);
    free(s->z);
}

static vb_trial_maps *fit(const char *bold, const setting *s, vb_glm_scaling scaling,
                          size_t n_threads)
{
    vb_glm_options options;
    vb_trial_maps *maps = NULL;
    vb_error err = {0};

    vb_glm_options_default(&options);
    options.masking = VB_GLM_MASK_FILE;
    options.mask_file = GOLDEN "mask.nii";
    options.scaling = scaling;
    options.n_threads = n_threads;
    cr_assert_eq(vb_trial_maps_fit(&(vb_trial_maps_job){.name = "run",
                                                        .bold = bold,
                                                        .design = s->design,
                                                        .plan = s->plan,
                                                        .n_trials = TRIALS},
                                   &options, &maps, NULL, &err),
                 VB_OK, "%s", err.text);
    return maps;
}

/* Float32 of the image: 1e-6 of the estimates of the voxel's series, which the region of one
 * voxel holds. */
static void compare(const char *bold)
{
    setting s = make(bold);
    vb_trial_maps *maps = fit(bold, &s, VB_GLM_SCALING_PERCENT, 1);
    const size_t n = s.image.n_volumes;
    size_t at = 0, compared = 0;
    vb_error err = {0};

    for (size_t v = 0; v < maps->grid.n_vox; v++) {
        double estimate[TRIALS], mean = 0, mm[3];
        const size_t ijk[3] = {v % maps->grid.dim[0],
                               v / maps->grid.dim[0] % maps->grid.dim[1],
                               v / maps->grid.dim[0] / maps->grid.dim[1]};
        vb_region_specs specs = {0};
        vb_roi_set *set = NULL;
        vb_roi_series *series = NULL;
        vb_roi_options options;
        char point[128];

        if (!maps->mask[v])
            continue;
        if (at++ % 31) /* some of them: each is a pass over the image */
            continue;
        for (size_t i = 0; i < 3; i++)
            mm[i] = maps->grid.affine[i][0] * (double)ijk[0] +
                    maps->grid.affine[i][1] * (double)ijk[1] +
                    maps->grid.affine[i][2] * (double)ijk[2] + maps->grid.affine[i][3];
        snprintf(point, sizeof point, "point(%.6f, %.6f, %.6f)", mm[0], mm[1], mm[2]);
        specs.arena = vb_arena_alloc();
        cr_assert_eq(vb_region_specs_add(&specs, "voxel", point, (vb_region_place){0},
                                         &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_roi_set_make(&specs, &s.image, false, &set, NULL, &err), VB_OK,
                     "%s", err.text);
        cr_assert_eq(set->regions[0].voxel[0], v);
        vb_roi_options_default(&options);
        options.mask = "none";
        cr_assert_eq(vb_roi_extract_run(&(vb_roi_job){.name = "run",
                                                      .bold = bold,
                                                      .tr_s = 2},
                                        set, &options, &series, NULL, &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_trial_fit(s.plan, 1, series->raw, 1, NULL, 1, estimate, NULL,
                                  NULL, &err),
                     VB_OK);
        for (size_t t = 0; t < n; t++)
            mean += series->raw[t] / (double)n;
        for (size_t t = 0; t < TRIALS; t++)
            cr_expect_float_eq((double)maps->estimate[t * maps->n_in + at - 1],
                               100 * estimate[t] / mean,
                               1e-5 + 1e-5 * fabs(100 * estimate[t] / mean),
                               "voxel %zu, trial %zu", v, t);
        vb_roi_series_free(series);
        vb_roi_set_free(set);
        vb_arena_free(specs.arena);
        compared++;
    }
    cr_expect(compared > 5);
    vb_trial_maps_free(maps);
    drop(&s);
}

Test(trial_maps, voxels_of_a_float_image_are_those_of_their_series)
{
    compare(GOLDEN "run-1_bold.nii");
}

Test(trial_maps, voxels_of_a_scaled_integer_image_are_those_of_their_series)
{
    compare(GOLDEN "run-1_bold_int16.nii");
}

Test(trial_maps, threads_change_nothing_and_the_image_has_a_volume_a_trial)
{
    setting s = make(GOLDEN "run-1_bold.nii");
    vb_trial_maps *a = fit(GOLDEN "run-1_bold.nii", &s, VB_GLM_SCALING_NONE, 1);
    vb_trial_maps *b = fit(GOLDEN "run-1_bold.nii", &s, VB_GLM_SCALING_NONE, 4);
    vb_buffer bytes = {0};
    vb_error err = {0};

    cr_assert_eq(a->n_in, b->n_in);
    cr_expect_arr_eq(a->estimate, b->estimate, a->n_in * TRIALS * sizeof *a->estimate);
    cr_assert_eq(vb_trial_maps_put(a, "single trials", &bytes, &err), VB_OK, "%s",
                 err.text);
    cr_expect(bytes.n > 1000);
    vb_buffer_free(&bytes);
    vb_trial_maps_free(a);
    vb_trial_maps_free(b);
    drop(&s);
}

Test(trial_maps, other_scalings_and_other_lengths_are_refused)
{
    setting s = make(GOLDEN "run-1_bold.nii");
    vb_glm_options options;
    vb_trial_maps *maps = NULL;
    vb_trial_maps_job job = {.name = "run",
                             .bold = GOLDEN "run-1_bold.nii",
                             .design = s.design,
                             .plan = s.plan,
                             .n_trials = TRIALS};
    vb_error err = {0};

    vb_glm_options_default(&options);
    options.scaling = VB_GLM_SCALING_GRAND_MEAN;
    cr_expect_eq(vb_trial_maps_fit(&job, &options, &maps, NULL, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "percent"), "%s", err.text);
    options.scaling = VB_GLM_SCALING_NONE;
    job.bold = GOLDEN "mask.nii";
    cr_expect_eq(vb_trial_maps_fit(&job, &options, &maps, NULL, &err), VB_EINPUT);
    cr_expect_null(maps);
    drop(&s);
}
