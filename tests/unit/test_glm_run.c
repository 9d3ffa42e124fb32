/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The GLM on image files, up to the maps as they are written, against other programs:
 * tests/data/golden/glm (README.md there).  Maps are float32, so to the tolerance of the
 * reference (1e-9 of a column's maximum, z 1e-8) half a unit in the last place of float is
 * added: 6e-8 of the value.
 */
#include "golden_outputs.h"
#include "valuebold/file.h"
#include "valuebold/glm_run.h"

#include <unistd.h>

#define GOLDEN "tests/data/golden/glm/"

enum { N_COLS = 7, N_SCANS = 120 };

static const double choice[N_COLS] = {1, 0, 0}, sv[N_COLS] = {0, 1, 0};
static const double difference[N_COLS] = {1, 0, -1};
static const double eoi[3 * N_COLS] = {[0] = 1, [N_COLS + 1] = 1, [2 * N_COLS + 2] = 1};
static const vb_contrast contrasts[] = {{"choice", 1, (double *)choice},
                                        {"SV", 1, (double *)sv},
                                        {"choice-fb", 1, (double *)difference},
                                        {"EOI", 3, (double *)eoi}};
enum { N_CONTRASTS = 4, N_T = 3 };

static const vb_provenance provenance = {"0", "valuebold glm"};
static const vb_glm_place place = {.folder = "",
                                   .stem = "m",
                                   .provenance = &provenance};

static vb_design *golden_design(int run)
{
    char path[128];
    vb_table *table;
    vb_design *design = NULL;
    vb_error err = {0};

    snprintf(path, sizeof path, GOLDEN "nilearn_design_run-%d.tsv", run);
    table = support_table(path);
    cr_assert_eq(vb_design_from_table(table, 2, &design, NULL, &err), VB_OK, "%s",
                 err.text);
    vb_table_free(table);
    return design;
}

static vb_glm_options golden_options(const char *noise)
{
    vb_glm_options options;

    vb_glm_options_default(&options);
    options.noise = noise;
    options.masking = VB_GLM_MASK_FILE;
    options.mask_file = GOLDEN "mask.nii";
    return options;
}

/* effects: what fixed effects need of the run too; NULL: nothing */
static vb_glm_fit *fit_with(int run, const vb_glm_options *options,
                            vb_glm_effects **effects)
{
    char path[128];
    vb_design *design = golden_design(run);
    const vb_glm_job job = {.name = "run",
                            .bold = path,
                            .design = design,
                            .n_contrasts = N_CONTRASTS,
                            .contrasts = contrasts,
                            .keeps_rows = effects != NULL};
    vb_glm_fit *made = NULL;
    vb_error err = {0};

    snprintf(path, sizeof path, GOLDEN "run-%d_bold.nii", run);
    cr_assert_eq(vb_glm_fit_run(&job, options, &made, NULL, &err), VB_OK, "%s",
                 err.text);
    if (effects)
        cr_assert_eq(vb_glm_effects_take(made, &job, effects, &err), VB_OK, "%s",
                     err.text);
    vb_design_free(design);
    return made;
}

static vb_glm_fit *fit(int run, const vb_glm_options *options)
{
    return fit_with(run, options, NULL);
}

static void expect_nilearn(const vb_outputs *outputs, const char *file)
{
    vb_table *table = support_table(file);

    expect_map(outputs, "contrast-choice_stat-effect", table, "effect_size_choice",
               1e-9);
    expect_map(outputs, "contrast-choice_stat-variance", table,
               "effect_variance_choice", 1e-9);
    expect_map(outputs, "contrast-SV_stat-t", table, "stat_SV", 1e-9);
    expect_map(outputs, "contrast-SV_stat-z", table, "z_score_SV", 1e-8);
    expect_map(outputs, "contrast-SV_stat-p", table, "p_value_SV", 1e-9);
    expect_map(outputs, "contrast-choiceFb_stat-t", table, "stat_choice-fb", 1e-9);
    expect_map(outputs, "contrast-choiceFb_stat-z", table, "z_score_choice-fb", 1e-8);
    vb_table_free(table);
}

static void write_run(const vb_glm_fit *made, const vb_glm_options *options,
                      vb_outputs *outputs)
{
    vb_error err = {0};

    cr_assert_eq(vb_glm_write_run(made, options, &place, outputs, NULL, &err), VB_OK,
                 "%s", err.text);
}

Test(glm_run, written_maps_are_those_of_numpy_and_nilearn_ols)
{
    const vb_glm_options options = golden_options("ols");
    vb_glm_fit *made = fit(1, &options);
    vb_outputs outputs = {0};
    vb_table *table = support_table(GOLDEN "numpy_ols_run-1.tsv");

    write_run(made, &options, &outputs);
    expect_nilearn(&outputs, GOLDEN "nilearn_ols_run-1.tsv");
    expect_map(&outputs, "contrast-choice_stat-effect", table, "con_choice", 1e-9);
    expect_map(&outputs, "contrast-EOI_stat-F", table, "F_EOI", 1e-9);
    expect_map(&outputs, "contrast-EOI_stat-p", table, "pF_EOI", 1e-9);
    expect_map(&outputs, "stat-sigma2", table, "sigma2", 1e-9);
    vb_table_free(table);
    vb_outputs_free(&outputs);
    vb_glm_fit_free(made);
}

Test(glm_run, written_maps_are_those_of_nilearn_ar1)
{
    const vb_glm_options options = golden_options("ar1-plugin");
    vb_glm_fit *made = fit(2, &options);
    vb_outputs outputs = {0};

    write_run(made, &options, &outputs);
    expect_nilearn(&outputs, GOLDEN "nilearn_ar1_run-2.tsv");
    vb_outputs_free(&outputs);
    vb_glm_fit_free(made);
}

/* nilearn scales the float32 image in single precision: its values 100 (y / mean - 1) are off
 * by up to 6e-6 each, so the agreement is 2e-5 of a column's maximum.  The first voxel by
 * numpy in double precision: pinv(X) @ (100 (y / mean(y) - 1)). */
Test(glm_run, percent_of_the_voxel_mean_is_nilearns_scaling)
{
    vb_glm_options options = golden_options("ols");
    vb_table *table = support_table(GOLDEN "nilearn_ols_scaled_run-1.tsv");
    vb_glm_fit *made;
    vb_outputs outputs = {0};
    vb_nifti_header h;
    double *map;

    options.scaling = VB_GLM_SCALING_PERCENT;
    made = fit(1, &options);
    write_run(made, &options, &outputs);
    expect_map(&outputs, "contrast-choice_stat-effect", table, "effect_size_choice",
               2e-5);
    expect_map(&outputs, "contrast-SV_stat-variance", table, "effect_variance_SV",
               2e-5);
    expect_map(&outputs, "contrast-SV_stat-t", table, "stat_SV", 2e-5);
    map = read_map(&outputs, "contrast-choice_stat-effect", &h);
    cr_expect_float_eq(map[4 + 12 * (3 + 12)], -0.7808670344798194, 6e-8);
    free(map);
    vb_table_free(table);
    vb_outputs_free(&outputs);
    vb_glm_fit_free(made);
}

/* By its definition: the factor is 100 over the mean of all voxels and scans. */
Test(glm_run, grand_mean_scaling_makes_the_mean_100)
{
    vb_glm_options options = golden_options("ols");
    vb_glm_fit *made;
    double sum = 0;
    size_t n = 0;

    options.scaling = VB_GLM_SCALING_GRAND_MEAN;
    made = fit(1, &options);
    for (size_t v = 0; v < made->n_in; v++)
        if (isfinite(made->mean[v])) {
            sum += made->mean[v] * made->factor[v];
            n++;
        }
    cr_expect(n > 300);
    cr_expect_float_eq(sum / (double)n, 100, 1e-10);
    vb_glm_fit_free(made);
}

static void together(vb_glm_runs runs, const char *prefix)
{
    vb_glm_options options = golden_options("ols");
    vb_glm_effects *effects[2] = {NULL, NULL};
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    vb_error err = {0};
    vb_table *table = support_table(GOLDEN "nilearn_ols_fixed_effects.tsv");
    char column[64];

    options.runs = runs;
    for (int r = 0; r < 2; r++) {
        vb_glm_fit *made = fit_with(r + 1, &options, &effects[r]);

        vb_glm_fit_free(made);
    }
    cr_assert_eq(vb_glm_write_runs(2, effects, &options, &place, &outputs, &notes,
                                   &err),
                 VB_OK, "%s", err.text);
    snprintf(column, sizeof column, "%s_effect_SV", prefix);
    expect_map(&outputs, "contrast-SV_stat-effect", table, column, 1e-9);
    snprintf(column, sizeof column, "%s_variance_SV", prefix);
    expect_map(&outputs, "contrast-SV_stat-variance", table, column, 1e-9);
    snprintf(column, sizeof column, "%s_stat_SV", prefix);
    expect_map(&outputs, "contrast-SV_stat-t", table, column, 1e-9);
    snprintf(column, sizeof column, "%s_z_SV", prefix);
    expect_map(&outputs, "contrast-SV_stat-z", table, column, 1e-8);
    cr_expect(vb_outputs_find(&outputs, "m_contrast-EOI_stat-F_statmap.nii.gz"));
    cr_assert_eq(notes.n, 0);
    for (int r = 0; r < 2; r++)
        vb_glm_effects_free(effects[r]);
    vb_table_free(table);
    vb_notes_free(&notes);
    vb_outputs_free(&outputs);
}

Test(glm_run, runs_together_are_nilearns_fixed_effects)
{
    together(VB_GLM_RUNS_MEAN, "ffx");
}

Test(glm_run, runs_together_by_precision_are_nilearns_too)
{
    together(VB_GLM_RUNS_PRECISION, "ffx_pw");
}

Test(glm_run, bytes_are_the_same_for_any_number_of_threads)
{
    vb_outputs outputs[3] = {{0}};

    for (size_t i = 0; i < 3; i++) {
        vb_glm_options options = golden_options("ar1");
        vb_glm_fit *made;

        options.n_threads = i + 1;
        options.fwhm_mm = 5;
        made = fit(1, &options);
        write_run(made, &options, &outputs[i]);
        vb_glm_fit_free(made);
        cr_assert(outputs[i].n > 20 && outputs[i].n == outputs[0].n);
        for (size_t f = 0; f < outputs[i].n; f++) {
            const vb_output *a = &outputs[0].items[f], *b = &outputs[i].items[f];

            cr_expect_str_eq(a->path, b->path);
            cr_expect(a->bytes.n == b->bytes.n &&
                          memcmp(a->bytes.bytes, b->bytes.bytes, a->bytes.n) == 0,
                      "%s with %zu threads", a->path, i + 1);
        }
    }
    for (size_t i = 0; i < 3; i++)
        vb_outputs_free(&outputs[i]);
}

/* The README of the golden numbers: SPM's own mask of run 1 equals mask.nii. */
Test(glm_run, the_implicit_mask_is_spms)
{
    vb_glm_options options = golden_options("ols");
    vb_nifti_header h;
    uint8_t *want = golden_mask(GOLDEN "mask.nii", &h);
    vb_glm_fit *made;

    options.masking = VB_GLM_MASK_SPM;
    made = fit(1, &options);
    cr_expect_eq(memcmp(made->mask, want, h.n_vox), 0);
    free(want);
    vb_glm_fit_free(made);
}

/* Counts a slice, and sums of indices and of their squares, of the mask that the steps of
 * compute_epi_mask (nilearn 0.14) give with scipy 1.10 (gaussian_filter1d, binary_erosion,
 * label, binary_dilation). */
Test(glm_run, the_epi_mask_is_that_of_nilearns_rule)
{
    static const size_t want[8] = {0, 0, 52, 60, 60, 52, 0, 0};
    vb_design *design = golden_design(1);
    vb_glm_options options = golden_options("ols");
    vb_glm_fit *made = NULL;
    vb_error err = {0};
    size_t n[8] = {0}, sum = 0, squares = 0;

    options.masking = VB_GLM_MASK_EPI;
    cr_assert_eq(vb_glm_fit_run(&(vb_glm_job){.name = "run",
                                              .bold = GOLDEN "run-1_bold_int16.nii",
                                              .design = design,
                                              .n_contrasts = N_CONTRASTS,
                                              .contrasts = contrasts},
                                &options, &made, NULL, &err),
                 VB_OK, "%s", err.text);
    for (size_t v = 0; v < made->grid.n_vox; v++)
        if (made->mask[v]) {
            n[v / 144]++;
            sum += v;
            squares += v * v;
        }
    for (size_t z = 0; z < 8; z++)
        cr_expect_eq(n[z], want[z], "slice %zu: %zu voxels", z, n[z]);
    cr_expect_eq(sum, 128912);
    cr_expect_eq(squares, 79808160);
    vb_glm_fit_free(made);
    vb_design_free(design);
}

/* SPM's design of run 1 with its cosines as columns. */
static vb_design *spm_design(void)
{
    vb_table *x = support_table(GOLDEN "spm_X_m1.tsv");
    vb_table *k = support_table(GOLDEN "spm_K_m1_run-1.tsv");
    vb_buffer text = {0};
    vb_design *design = NULL;
    vb_table *table;
    vb_error err = {0};

    cr_assert(x->n_cols == 4 && k->n_cols == 3 && k->n_rows == N_SCANS);
    vb_put_text(&text, "choice\tsv\tfb\tconstant\tdrift_1\tdrift_2\tdrift_3\n");
    for (size_t s = 0; s < N_SCANS; s++) {
        for (size_t c = 0; c < 4; c++)
            vb_putf(&text, "%s\t", vb_table_cell(x, s, c));
        for (size_t c = 0; c < 3; c++)
            vb_putf(&text, "%s%s", vb_table_cell(k, s, c), c < 2 ? "\t" : "\n");
    }
    table = support_table_text("spm", text.bytes);
    cr_assert_eq(vb_design_from_table(table, 2, &design, NULL, &err), VB_OK, "%s",
                 err.text);
    vb_table_free(table);
    vb_table_free(x);
    vb_table_free(k);
    vb_buffer_free(&text);
    return design;
}

/* SPM12 with session scaling and its implicit mask, in double precision (README.md). */
static void expect_spm(const char *noise, const char *file)
{
    vb_design *design = spm_design();
    vb_glm_options options = golden_options(noise);
    vb_table *table;
    vb_glm_fit *made = NULL;
    vb_outputs outputs = {0};
    vb_error err = {0};
    char path[128];

    snprintf(path, sizeof path, GOLDEN "%s", file);
    table = support_table(path);
    options.masking = VB_GLM_MASK_SPM;
    options.scaling = VB_GLM_SCALING_SPM;
    cr_assert_eq(vb_glm_fit_run(&(vb_glm_job){.name = "run",
                                              .bold = GOLDEN "run-1_bold.nii",
                                              .design = design,
                                              .n_contrasts = N_CONTRASTS,
                                              .contrasts = contrasts},
                                &options, &made, NULL, &err),
                 VB_OK, "%s", err.text);
    write_run(made, &options, &outputs);
    expect_map(&outputs, "contrast-choice_stat-effect", table, "con_choice", 1e-8);
    expect_map(&outputs, "contrast-SV_stat-effect", table, "con_SV", 1e-8);
    expect_map(&outputs, "contrast-SV_stat-t", table, "spmT_SV", 1e-8);
    expect_map(&outputs, "contrast-choiceFb_stat-t", table, "spmT_choice-fb", 1e-8);
    expect_map(&outputs, "contrast-EOI_stat-F", table, "spmF_EOI", 1e-8);
    expect_map(&outputs, "stat-sigma2", table, "ResMS", 1e-8);
    vb_table_free(table);
    vb_outputs_free(&outputs);
    vb_glm_fit_free(made);
    vb_design_free(design);
}

Test(glm_run, without_autocorrelation_maps_are_those_of_spm12)
{
    expect_spm("ols", "spm_m1_none_double.tsv");
}

Test(glm_run, with_pooled_reml_maps_are_those_of_spm12)
{
    expect_spm("spm-ar1", "spm_m1_ar1_double.tsv");
}

/* Voxel (4, 3, 1) by numpy 1.24: y minus the value at each scan of a straight line fitted by
 * lstsq with weights exp(-d^2 / (2 x 25^2)) to the scans within 75, plus that at the first
 * scan, mean off; then pinv.  Filtered series are kept as float32: 1e-6. */
static void expect_filtered(size_t n_cols)
{
    vb_design *design = golden_design(1);
    vb_glm_options options = golden_options("ols");
    vb_glm_fit *made = NULL;
    vb_error err = {0};
    double *effect, *t;
    size_t at = 0;

    for (size_t s = 0; s < N_SCANS; s++) /* the constant is the last column */
        memmove(design->x + s * n_cols, design->x + s * N_COLS,
                n_cols * sizeof(double));
    design->n_cols = n_cols;
    design->drift = "fsl";
    design->high_pass_s = 100;
    cr_assert_eq(vb_glm_fit_run(&(vb_glm_job){.name = "run",
                                              .bold = GOLDEN "run-1_bold.nii",
                                              .design = design,
                                              .n_contrasts = 1,
                                              .contrasts = contrasts},
                                &options, &made, NULL, &err),
                 VB_OK, "%s", err.text);
    cr_expect_eq(made->n_cols, (size_t)N_COLS);
    cr_expect_float_eq(made->df, N_SCANS - N_COLS, 0);
    cr_expect(made->filter);
    effect = calloc(made->n_in, sizeof *effect);
    t = calloc(made->n_in, sizeof *t);
    cr_assert_eq(vb_glm_fit_map(made, VB_STAT_EFFECT, 0, effect, &err), VB_OK);
    cr_assert_eq(vb_glm_fit_map(made, VB_STAT_T, 0, t, &err), VB_OK);
    for (size_t v = 0; v < 4 + 12 * (3 + 12); v++)
        at += made->mask[v];
    cr_expect_float_eq(effect[at], -5.686359482598138, 6e-6, "%.12g", effect[at]);
    cr_expect_float_eq(t[at], -0.8334651921066806, 1e-6, "%.12g", t[at]);
    free(effect);
    free(t);
    vb_glm_fit_free(made);
    vb_design_free(design);
}

Test(glm_run, under_fsls_high_pass_the_data_are_filtered_too)
{
    expect_filtered(N_COLS);
}

Test(glm_run, a_filtered_design_without_a_constant_gets_one)
{
    expect_filtered(N_COLS - 1);
}

static vb_status refused(const char *bold, size_t n_scans, size_t n_cols,
                         const vb_glm_options *options, vb_error *err)
{
    vb_design *design = golden_design(1);
    vb_glm_fit *made = NULL;
    double *x = design->x, *short_x = calloc(n_scans * n_cols, sizeof *short_x);
    vb_status status;

    for (size_t s = 0; s < n_scans; s++)
        for (size_t c = 0; c < n_cols; c++)
            short_x[s * n_cols + c] =
                c < N_COLS ? x[s % N_SCANS * N_COLS + c] : (double)(c * s % 11);
    design->x = short_x;
    design->n_scans = n_scans;
    design->first_scan[1] = n_scans;
    status = vb_glm_fit_run(&(vb_glm_job){.name = "run",
                                          .bold = bold,
                                          .design = design,
                                          .n_contrasts = 1,
                                          .contrasts = contrasts},
                            options, &made, NULL, err);
    vb_glm_fit_free(made);
    free(short_x);
    vb_design_free(design);
    return status;
}

Test(glm_run, an_image_with_another_number_of_volumes_is_refused_with_both)
{
    const vb_glm_options options = golden_options("ols");
    vb_error err = {0};

    cr_expect_eq(refused(GOLDEN "run-1_bold.nii", 119, N_COLS, &options, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "120 volumes") && strstr(err.text, "119 scans"), "%s",
              err.text);
    cr_expect_str_eq(err.file, GOLDEN "run-1_bold.nii");
}

Test(glm_run, a_mask_image_is_no_bold)
{
    const vb_glm_options options = golden_options("ols");
    vb_error err = {0};

    cr_expect_eq(refused(GOLDEN "mask.nii", 1, N_COLS, &options, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "4D"), "%s", err.text);
}

/* the text of a spec with this glm section */
static vb_status read_section(const char *section, vb_glm_options *options,
                              vb_notes *notes, vb_error *err)
{
    char text[512];
    vb_spec *spec = NULL;
    vb_status status;

    snprintf(text, sizeof text,
             "valuebold: 1\nregressors:\n  a: {rows: trial_type == \"a\"}\n%s",
             section);
    vb_glm_options_default(options);
    status = vb_spec_parse("s.yaml", text, strlen(text), &spec, notes, err);
    if (status == VB_OK)
        status = vb_glm_options_read(spec, options, notes, err);
    vb_spec_free(spec);
    return status;
}

Test(glm_run, the_glm_section_sets_what_it_says)
{
    vb_glm_options o;
    vb_error err = {0};

    cr_assert_eq(
        read_section("glm: {noise: ols, fwhm_mm: 6.5, scaling: percent, mask: "
                     "epi, runs: mean, maps: [t, z], threshold: fdr, "
                     "threshold_level: 0.01, cluster_min_voxels: 3, two_sided: "
                     "no, small_sample: kenward_roger}\n",
                     &o, NULL, &err),
        VB_OK, "%s", err.text);
    cr_expect_str_eq(o.noise, "ols");
    cr_expect_float_eq(o.fwhm_mm, 6.5, 0);
    cr_expect(o.scaling == VB_GLM_SCALING_PERCENT && o.masking == VB_GLM_MASK_EPI &&
              o.runs == VB_GLM_RUNS_MEAN);
    cr_expect_eq(o.maps, VB_GLM_MAP(VB_STAT_T) | VB_GLM_MAP(VB_STAT_Z));
    cr_expect(o.thresholded && o.threshold.rule == VB_THRESHOLD_FDR);
    cr_expect_float_eq(o.threshold.level, 0.01, 0);
    cr_expect(o.threshold.min_voxels == 3 && !o.threshold.two_sided);
    cr_expect_eq(o.small_sample, VB_SMALL_SAMPLE_KENWARD_ROGER);
}

Test(glm_run, faults_of_the_glm_section_have_their_place_and_the_nearest_name)
{
    static const struct {
        const char *section, *word;
        size_t column;
    } cases[] = {
        {"glm: {nois: ols}\n", "unknown key 'nois' in glm; did you mean 'noise'?", 7},
        {"glm: {noise: arl}\n", "did you mean 'ar1'?", 14},
        {"glm: {fwhm_mm: -2}\n", "glm.fwhm_mm is -2 mm; it must be at least 0", 16},
        {"glm: {fwhm_mm: wide}\n", "'wide'", 16},
        {"glm: {scaling: percnt}\n", "did you mean 'percent'?", 16},
        {"glm: {maps: [t, zz]}\n", "glm.maps is 'zz'", 17},
        {"glm: {mask: epii}\n", "did you mean 'epi'?", 13},
        {"glm: {maps: []}\n", "name at least one", 13},
        {"glm: {noise: [ols]}\n", "expected one of ar1, ", 14},
        {"glm: {threshold_level: 0}\n", "above 0", 24},
        {"glm: {cluster_min_voxels: 2.5}\n", "whole number", 27},
        {"glm: fast\n", "expected a map", 6},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_glm_options o;
        vb_error err = {0};

        cr_expect_eq(read_section(cases[i].section, &o, NULL, &err), VB_EINPUT);
        cr_expect(strstr(err.text, cases[i].word), "%s -> %s", cases[i].section,
                  err.text);
        cr_expect(err.line == 4 && err.column == cases[i].column, "%s: column %zu",
                  cases[i].section, err.column);
        cr_expect_str_eq(err.file, "s.yaml");
    }
}

Test(glm_run, a_mask_file_is_looked_for_beside_the_spec)
{
    vb_spec *spec = NULL;
    vb_glm_options o;
    vb_error err = {0};
    const char *text = "valuebold: 1\nregressors:\n  a: {rows: trial_type == \"a\"}\n"
                       "glm: {mask: m.nii.gz}\n";

    cr_assert_eq(vb_spec_parse("study/s.yaml", text, strlen(text), &spec, NULL, &err),
                 VB_OK);
    vb_glm_options_default(&o);
    cr_assert_eq(vb_glm_options_read(spec, &o, NULL, &err), VB_OK, "%s", err.text);
    cr_expect_eq(o.masking, VB_GLM_MASK_FILE);
    cr_expect_str_eq(o.mask_file, "study/m.nii.gz");
    vb_spec_free(spec);
}

Test(glm_run, every_key_of_the_glm_section_sets_something)
{
    char *docs = support_read("docs/spec.md", NULL);
    size_t n = 0;

    cr_assert(docs);
    for (const char *at = docs; (at = strstr(at, "| `glm.")); n++) {
        vb_glm_options o;
        vb_error err = {0};
        char key[64];

        at += strlen("| `glm.");
        snprintf(key, sizeof key, "%.*s", (int)strcspn(at, "`"), at);
        vb_glm_options_default(&o);
        vb_glm_options_set(&o, key, "1", &err);
        cr_expect_neq(err.code, VB_EINTERNAL, "%s: %s", key, err.text);
    }
    cr_expect_geq(n, 11);
    free(docs);
}

Test(glm_run, every_noise_model_and_map_is_in_the_page_on_glm)
{
    char *docs = support_read("docs/glm.md", NULL), word[64], row[80];

    cr_assert(docs);
    for (size_t i = 0; vb_spec_word("glm.noise", i, word, sizeof word); i++) {
        snprintf(row, sizeof row, "`%s`", word);
        cr_expect(strstr(docs, row), "%s", row);
    }
    for (size_t i = 0; vb_spec_word("glm.maps", i, word, sizeof word); i++) {
        snprintf(row, sizeof row, "`%s`", word);
        cr_expect(strstr(docs, row), "%s", row);
    }
    free(docs);
}
