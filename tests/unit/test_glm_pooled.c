/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two image files as one model under the noise that SPM pools, up to the maps as they are
 * written, against SPM12 r7771 with two sessions: tests/data/golden/glm (README.md there:
 * spm_m2_ar1_*, 1e-9 of a column's maximum; maps are float32, see golden_outputs.h).
 */
#include "golden_outputs.h"
#include "valuebold/glm_run.h"

#include <string.h>

#define GOLDEN "tests/data/golden/glm/"

enum { N_RUNS = 2, N_SCANS = 120, N_DRIFT = 3, N_COLS = 4 + N_DRIFT, N_CONTRASTS = 16 };

static const vb_provenance provenance = {"0", "valuebold glm"};

typedef struct study {
    vb_design *designs[N_RUNS];
    vb_contrast contrasts[N_RUNS][N_CONTRASTS];
    double weights[N_RUNS][N_CONTRASTS][6 * N_COLS];
    char names[N_RUNS][64], beta[8][16];
    vb_glm_job jobs[N_RUNS];
    vb_glm_place places[N_RUNS + 1];
    vb_glm_options options;
    vb_outputs outputs;
    vb_glm_summary summary;
} study;

/* The session's rows and columns of SPM's design, and its cosines; columns of one name in both
 * runs, or (own) of a name with the run's number. */
static vb_design *make_design(size_t run, bool own)
{
    static const char *const names[] = {"choice", "SV", "fb", "constant"};
    vb_table *x = support_table(GOLDEN "spm_X_m2.tsv"), *k, *table;
    const double *columns[N_COLS];
    char path[128], *text = malloc(N_SCANS * N_COLS * 32), *at = text;
    vb_design *design = NULL;
    vb_error err = {0};

    cr_assert(text);
    snprintf(path, sizeof path, GOLDEN "spm_K_m2_run-%zu.tsv", run + 1);
    k = support_table(path);
    for (size_t c = 0; c < 3; c++)
        columns[c] = support_column(x, x->columns[3 * run + c]);
    columns[3] = support_column(x, x->columns[6 + run]);
    for (size_t c = 0; c < N_DRIFT; c++)
        columns[4 + c] = support_column(k, k->columns[c]);
    for (size_t c = 0; c < N_COLS; c++)
        at += c < 4 ? sprintf(at, own ? "%s%zu\t" : "%s\t", names[c], run + 1)
                    : sprintf(at, "drift_%zu%c", c - 3, c + 1 < N_COLS ? '\t' : '\n');
    for (size_t t = 0; t < N_SCANS; t++)
        for (size_t c = 0; c < N_COLS; c++)
            at += sprintf(at, "%.17g%c", columns[c][(c < 4 ? N_SCANS * run : 0) + t],
                          c + 1 < N_COLS ? '\t' : '\n');
    table = support_table_text("design", text);
    cr_assert_eq(vb_design_from_table(table, 2, &design, NULL, &err), VB_OK, "%s",
                 err.text);
    vb_table_free(table);
    vb_table_free(k);
    vb_table_free(x);
    free(text);
    return design;
}

/* Contrast c of every run; weight is for 1 in the joint model of the golden files. */
static void add(study *s, size_t c, const char *name, size_t n_rows)
{
    for (size_t r = 0; r < N_RUNS; r++)
        s->contrasts[r][c] = (vb_contrast){name, n_rows, s->weights[r][c]};
}

static void set(study *s, size_t c, size_t row, size_t column, double first,
                double second)
{
    s->weights[0][c][row * N_COLS + column] = first;
    s->weights[1][c][row * N_COLS + column] = second;
}

/* Those of the meta files, and one a beta.  one: what a weight of 1 / 2 in the golden files is
 * here, for runs whose mean is taken 1, for columns of different names 1 / 2. */
static void make_contrasts(study *s, double one)
{
    static const size_t places[8] = {0, 1, 2, 0, 1, 2, 3, 3};

    for (size_t i = 0; i < 3; i++) {
        set(s, i, 0, i, one, one);
        set(s, 4, i, i, one, one);
        set(s, 6, i, i, 2 * one, 0);
        set(s, 6, 3 + i, i, 0, 2 * one);
    }
    set(s, 3, 0, 0, one, one);
    set(s, 3, 0, 2, -one, -one);
    set(s, 5, 0, 0, one, one);
    set(s, 5, 1, 2, one, one);
    set(s, 7, 0, 1, 2 * one, -2 * one);
    add(s, 0, "choice", 1);
    add(s, 1, "SV", 1);
    add(s, 2, "fb", 1);
    add(s, 3, "choice-fb", 1);
    add(s, 4, "EOI", 3);
    add(s, 5, "choice_or_fb", 2);
    add(s, 6, "EOI_all", 6);
    add(s, 7, "SV_run1-run2", 1);
    for (size_t i = 0; i < 8; i++) {
        const bool second = i == 7 || (i >= 3 && i < 6);

        snprintf(s->beta[i], sizeof s->beta[i], "beta%zu", i + 1);
        set(s, 8 + i, 0, places[i], second ? 0 : 2 * one, second ? 2 * one : 0);
        add(s, 8 + i, s->beta[i], 1);
    }
}

static void make(study *s, vb_glm_runs runs, const char *noise)
{
    const bool own = runs == VB_GLM_RUNS_CONCATENATE;

    memset(s, 0, sizeof *s);
    make_contrasts(s, own ? 0.5 : 1);
    for (size_t r = 0; r < N_RUNS; r++) {
        s->designs[r] = make_design(r, own);
        snprintf(s->names[r], sizeof s->names[r], GOLDEN "run-%zu_bold.nii", r + 1);
        s->jobs[r] = (vb_glm_job){.name = r ? "run-2" : "run-1",
                                  .bold = s->names[r],
                                  .design = s->designs[r],
                                  .n_contrasts = N_CONTRASTS,
                                  .contrasts = s->contrasts[r]};
        s->places[r] =
            (vb_glm_place){.folder = "", .stem = "run", .provenance = &provenance};
    }
    s->places[N_RUNS] =
        (vb_glm_place){.folder = "", .stem = "m", .provenance = &provenance};
    vb_glm_options_default(&s->options);
    s->options.noise = noise;
    s->options.runs = runs;
    s->options.scaling = VB_GLM_SCALING_SPM;
    s->options.masking = VB_GLM_MASK_SPM;
    s->options.thresholded = false;
    s->options.n_threads = 2;
}

static vb_status fit(study *s, vb_notes *notes, vb_error *err)
{
    return vb_glm_fit_runs(N_RUNS, s->jobs, s->places, &s->places[N_RUNS], &s->options,
                           &s->outputs, &s->summary, notes, err);
}

static void fit_well(study *s)
{
    vb_error err = {0};

    cr_assert_eq(fit(s, NULL, &err), VB_OK, "%s", err.text);
}

static void release(study *s)
{
    vb_outputs_free(&s->outputs);
    for (size_t r = 0; r < N_RUNS; r++)
        vb_design_free(s->designs[r]);
}

static void expect_spm(study *s)
{
    vb_table *table = support_table(GOLDEN "spm_m2_ar1_double.tsv");
    vb_nifti_header h;
    const vb_output *json;
    double *mask;
    size_t n_in = 0;

    cr_expect_eq(s->summary.n_volumes, N_RUNS * N_SCANS);
    expect_map(&s->outputs, "stat-sigma2", table, "ResMS", 1e-9);
    for (size_t i = 0; i < 8; i++) {
        char name[40], column[16];

        snprintf(name, sizeof name, "contrast-beta%zu_stat-effect", i + 1);
        snprintf(column, sizeof column, "beta_%04zu", i + 1);
        expect_map(&s->outputs, name, table, column, 1e-9);
    }
    expect_map(&s->outputs, "contrast-choice_stat-effect", table, "con_choice", 1e-9);
    expect_map(&s->outputs, "contrast-choice_stat-t", table, "spmT_choice", 1e-9);
    expect_map(&s->outputs, "contrast-SV_stat-t", table, "spmT_SV", 1e-9);
    expect_map(&s->outputs, "contrast-fb_stat-t", table, "spmT_fb", 1e-9);
    expect_map(&s->outputs, "contrast-choiceFb_stat-t", table, "spmT_choice-fb", 1e-9);
    expect_map(&s->outputs, "contrast-SVRun1Run2_stat-t", table, "spmT_SV_run1-run2",
               1e-9);
    expect_map(&s->outputs, "contrast-EOI_stat-F", table, "spmF_EOI", 1e-9);
    expect_map(&s->outputs, "contrast-EOIAll_stat-F", table, "spmF_EOI_all", 1e-9);
    expect_map(&s->outputs, "contrast-choiceOrFb_stat-F", table, "spmF_choice_or_fb",
               1e-9);
    json = vb_outputs_find(&s->outputs, "m_contrast-SV_stat-t_statmap.json");
    cr_assert(json);
    /* gSF, xVi_h and erdf of spm_m2_ar1_meta.json, to 8 digits */
    cr_expect(strstr(json->bytes.bytes, "\"ScalingFactors\": [0.10002581"));
    cr_expect(strstr(json->bytes.bytes, "[0.14606347"));
    cr_expect(strstr(json->bytes.bytes, "[0.17535748"));
    cr_expect(strstr(json->bytes.bytes, "\"DegreesOfFreedom\": 225.99999"));
    mask = golden_image(GOLDEN "mask.nii", &h);
    for (size_t v = 0; v < h.n_vox; v++)
        n_in += fabs(mask[v]) > 0;
    cr_expect_eq(table->n_rows, n_in);
    cr_expect_eq(s->summary.n_voxels, N_RUNS * n_in);
    free(mask);
    vb_table_free(table);
}

Test(glm_pooled, two_files_with_columns_of_their_own_equal_spm12)
{
    study s;

    make(&s, VB_GLM_RUNS_STACK, "spm-ar1");
    fit_well(&s);
    expect_spm(&s);
    release(&s);
}

/* Columns of different names are shared with nobody. */
Test(glm_pooled, two_files_concatenated_equal_spm12)
{
    study s;

    make(&s, VB_GLM_RUNS_CONCATENATE, "spm-ar1");
    fit_well(&s);
    expect_spm(&s);
    release(&s);
}

Test(glm_pooled, every_pooled_model_and_scaling_is_fitted)
{
    static const char *const noises[] = {"spm-ar1-converged", "spm-fast"};
    static const vb_glm_scaling scalings[] = {VB_GLM_SCALING_NONE,
                                              VB_GLM_SCALING_PERCENT,
                                              VB_GLM_SCALING_GRAND_MEAN};
    vb_table *table = support_table(GOLDEN "spm_m2_ar1_double.tsv");

    for (size_t i = 0; i < 2; i++) {
        study s;

        make(&s, VB_GLM_RUNS_STACK, noises[i]);
        fit_well(&s);
        /* another stop, other components: the same noise (README.md: 0.01; FAST 0.2 of t) */
        expect_map(&s.outputs, "contrast-SV_stat-t", table, "spmT_SV", i ? 0.1 : 0.01);
        release(&s);
    }
    for (size_t i = 0; i < 3; i++) {
        study s;

        make(&s, VB_GLM_RUNS_STACK, "spm-ar1");
        s.options.scaling =
            scalings[i]; /* run 2 is 1.07 as large: its part of the mean */
        s.options.masking = VB_GLM_MASK_FILE;
        s.options.mask_file = GOLDEN "mask.nii";
        fit_well(&s);
        expect_map(&s.outputs, "contrast-SV_stat-t", table, "spmT_SV", 0.05);
        release(&s);
    }
    vb_table_free(table);
}

/* Percent of each voxel's mean over its run: the effect of a run over that mean. */
Test(glm_pooled, percent_is_of_each_runs_mean)
{
    study none, percent;
    vb_nifti_header h;
    double *plain, *scaled, *image, *constant;
    size_t n = 0;

    make(&none, VB_GLM_RUNS_STACK, "spm-ar1");
    make(&percent, VB_GLM_RUNS_STACK, "spm-ar1");
    none.options.scaling = VB_GLM_SCALING_NONE;
    percent.options.scaling = VB_GLM_SCALING_PERCENT;
    fit_well(&none);
    fit_well(&percent);
    plain = read_map(&none.outputs, "contrast-beta5_stat-effect", &h);
    scaled = read_map(&percent.outputs, "contrast-beta5_stat-effect", &h);
    constant = read_map(&percent.outputs, "contrast-beta8_stat-effect", &h);
    image = golden_image(GOLDEN "run-2_bold.nii", &h);
    for (size_t v = 0; v < h.n_vox; v++) {
        double mean = 0;

        for (size_t t = 0; t < N_SCANS; t++)
            mean += image[t * h.n_vox + v] / N_SCANS;
        if (!isfinite(plain[v]))
            continue;
        n++;
        /* V is pooled over voxels scaled otherwise: it differs a little */
        cr_expect_float_eq(scaled[v], 100 * plain[v] / mean, 5e-3, "%g, %g", scaled[v],
                           100 * plain[v] / mean);
        cr_expect_float_eq(constant[v], 100, 2, "%g", constant[v]);
    }
    cr_expect(n > 300);
    free(plain);
    free(scaled);
    free(image);
    free(constant);
    release(&none);
    release(&percent);
}

/* SV equals choice in the first run: shared with the second it can be told, alone not. */
Test(glm_pooled, estimable_is_what_the_joint_design_can_estimate)
{
    static const vb_glm_runs runs[] = {VB_GLM_RUNS_CONCATENATE, VB_GLM_RUNS_STACK};

    for (size_t i = 0; i < 2; i++) {
        study s;
        vb_error err = {0};

        make(&s, VB_GLM_RUNS_STACK, "spm-ar1");
        s.options.runs = runs[i];
        for (size_t r = 0; r < N_RUNS; r++)
            s.jobs[r].n_contrasts = 6; /* the others' weights differ between the runs */
        for (size_t t = 0; t < N_SCANS; t++)
            s.designs[0]->x[t * N_COLS + 1] = s.designs[0]->x[t * N_COLS];
        cr_expect_eq(fit(&s, NULL, &err), i ? VB_EESTIMATE : VB_OK, "%s", err.text);
        cr_expect(i == 0 || strstr(err.text, "cannot be estimated"), "%s", err.text);
        release(&s);
    }
}

Test(glm_pooled, refusals_name_the_file)
{
    study s;
    vb_error err = {0};

    make(&s, VB_GLM_RUNS_STACK, "spm-ar1");
    s.jobs[1].bold = "tests/data/none.nii";
    cr_expect_eq(fit(&s, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.file, "none.nii"), "%s", err.file);
    release(&s);
    make(&s, VB_GLM_RUNS_STACK, "spm-fast");
    s.designs[1]->tr_s[0] = 1;
    cr_expect_eq(fit(&s, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "repetition time"), "%s", err.text);
    cr_expect(strstr(err.file, "run-2"), "%s", err.file);
    release(&s);
    make(&s, VB_GLM_RUNS_STACK, "spm-ar1");
    s.options.noise_fwhm_mm = 4;
    cr_expect_eq(fit(&s, NULL, &err), VB_EUSAGE);
    release(&s);
}

Test(glm_pooled, maps_it_has_not_are_told)
{
    study s;
    vb_notes notes = {0};
    vb_error err = {0};
    bool told = false;

    make(&s, VB_GLM_RUNS_STACK, "spm-ar1");
    s.options.maps |= VB_GLM_MAP(VB_STAT_PERCENT);
    cr_assert_eq(fit(&s, &notes, &err), VB_OK, "%s", err.text);
    for (size_t i = 0; i < notes.n; i++)
        told = told || strcmp(notes.items[i].code, "glm-pooled-maps") == 0;
    cr_expect(told);
    vb_notes_free(&notes);
    release(&s);
}
