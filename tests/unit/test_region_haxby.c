/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real runs (Haxby 2001, subject 1): the ventral temporal region's model against the voxelwise
 * one of its mean series, responses to blocks, single blocks. */
#include "support.h"
#include "valuebold/drift.h"
#include "valuebold/figure_peri.h"
#include "valuebold/glm_run.h"
#include "valuebold/nifti_write.h"
#include "valuebold/roi_run.h"
#include "valuebold/single_trial.h"

#include <unistd.h>

enum { SCANS = 121, BLOCKS = 8, RUNS = 4 };
static const double tr_s = 2.5;

typedef struct real_run {
    double onset_s[BLOCKS], duration_s[BLOCKS];
    const char *name[BLOCKS];
    vb_table *table;
    double y[SCANS]; /* mean of vt */
    char bold[512];
} real_run;

/* The mean series of vt by way of the region code, and the events. */
static bool take(int number, real_run *r)
{
    char path[512], mask[512], text[600];
    vb_region_specs specs = {.arena = vb_arena_alloc()};
    vb_nifti_header header;
    vb_roi_set *set = NULL;
    vb_roi_series *series = NULL;
    vb_roi_options options;
    vb_error err = {0};

    support_data_path(r->bold, sizeof r->bold,
                      "haxby2001/task001_run00%d/bold_25mm.nii.gz", number);
    support_data_path(path, sizeof path, "haxby2001/task001_run00%d/bold_events.tsv",
                      number);
    support_data_path(mask, sizeof mask, "haxby2001/masks/25mm/vt.nii.gz");
    if (!support_exists(r->bold)) {
        support_skip("no %s", r->bold);
        vb_arena_free(specs.arena);
        return false;
    }
    snprintf(text, sizeof text, "mask(\"%s\")", mask);
    cr_assert_eq(vb_region_specs_add(&specs, "vt", text, (vb_region_place){0}, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(vb_nifti_header_read(r->bold, &header, NULL, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(vb_roi_set_make(&specs, &header, false, &set, NULL, &err), VB_OK, "%s",
                 err.text);
    vb_roi_options_default(&options);
    options.mask = "none";
    cr_assert_eq(vb_roi_extract_run(&(vb_roi_job){.name = "run",
                                                  .bold = r->bold,
                                                  .tr_s = tr_s},
                                    set, &options, &series, NULL, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(series->n_scans, SCANS);
    memcpy(r->y, series->raw, sizeof r->y);
    vb_roi_series_free(series);
    vb_roi_set_free(set);
    vb_arena_free(specs.arena);
    r->table = support_table(path);
    cr_assert_eq(r->table->n_rows, BLOCKS);
    memcpy(r->onset_s, support_column(r->table, "onset"), sizeof r->onset_s);
    memcpy(r->duration_s, support_column(r->table, "duration"), sizeof r->duration_s);
    for (size_t i = 0; i < BLOCKS; i++)
        r->name[i] = vb_table_cell(r->table, i, vb_table_find(r->table, "trial_type"));
    return true;
}

/* Every block an event of its own (each category comes once). */
static vb_design *design_of(const real_run *r, vb_design_event events[BLOCKS],
                            vb_design_run *run)
{
    vb_design *design = NULL;
    vb_error err = {0};

    for (size_t i = 0; i < BLOCKS; i++)
        events[i] = (vb_design_event){.name = r->name[i],
                                      .n_events = 1,
                                      .onset_s = &r->onset_s[i],
                                      .duration_s = &r->duration_s[i]};
    *run = (vb_design_run){.label = "1",
                           .tr_s = tr_s,
                           .n_scans = SCANS,
                           .sample_s = tr_s / 2,
                           .n_events = BLOCKS,
                           .events = events};
    cr_assert_eq(vb_design_build(1, run, NULL, &design, NULL, &err), VB_OK, "%s",
                 err.text);
    return design;
}

/* An image of one voxel that holds the series. */
static void write_voxel(const real_run *r, char path[64])
{
    vb_nifti_header grid;
    vb_buffer bytes = {0};
    vb_error err = {0};
    FILE *file;

    cr_assert_eq(vb_nifti_header_read(r->bold, &grid, NULL, &err), VB_OK);
    grid.dim[0] = grid.dim[1] = grid.dim[2] = grid.n_vox = 1;
    cr_assert_eq(vb_nifti_write(&(vb_map){.grid = &grid,
                                          .n_volumes = SCANS,
                                          .tr_s = tr_s,
                                          .type = VB_NIFTI_FLOAT64,
                                          .values = r->y,
                                          .plain = true},
                                &bytes, &err),
                 VB_OK, "%s", err.text);
    snprintf(path, 64, "/tmp/valuebold-haxby-%ld.nii", (long)getpid());
    file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes.bytes, 1, bytes.n, file), bytes.n);
    fclose(file);
    vb_buffer_free(&bytes);
}

Test(region_haxby, model_of_the_region_is_the_voxelwise_one_of_its_mean_series)
{
    static real_run r;
    vb_design_event events[BLOCKS];
    vb_design_run run;
    char path[64];
    double weights[64] = {0}, map;
    vb_contrast contrast = {"difference", 1, weights};

    for (int number = 1; number <= RUNS; number++) {
        vb_design *design;
        vb_glm_options options;
        vb_glm_fit *fit = NULL;
        vb_region_estimate e;
        vb_error err = {0};

        if (!take(number, &r))
            return;
        design = design_of(&r, events, &run);
        for (size_t i = 0; i < BLOCKS; i++)
            weights[i] = strcmp(r.name[i], "face") == 0    ? 1
                         : strcmp(r.name[i], "house") == 0 ? -1
                                                           : 0;
        vb_glm_options_default(&options);
        options.noise = "ar1";
        options.masking = VB_GLM_MASK_NONE;
        options.scaling = VB_GLM_SCALING_NONE;
        options.n_threads = 1;
        write_voxel(&r, path);
        cr_assert_eq(vb_glm_fit_run(&(vb_glm_job){.name = "vt",
                                                  .bold = path,
                                                  .design = design,
                                                  .n_contrasts = 1,
                                                  .contrasts = &contrast},
                                    &options, &fit, NULL, &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_region_glm(&(vb_region_model){.n_scans = SCANS,
                                                      .n_cols = design->n_cols,
                                                      .x = design->x,
                                                      .noise = "ar1",
                                                      .small_sample =
                                                          options.small_sample,
                                                      .n_contrasts = 1,
                                                      .contrasts = &contrast},
                                   1, r.y, 0.95, &e, NULL, &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_glm_fit_map(fit, VB_STAT_EFFECT, 0, &map, &err), VB_OK);
        cr_expect_eq(e.effect, map, "run %d: %.17g %.17g", number, e.effect, map);
        cr_assert_eq(vb_glm_fit_map(fit, VB_STAT_VARIANCE, 0, &map, &err), VB_OK);
        cr_expect_eq(e.se, sqrt(map));
        cr_assert_eq(vb_glm_fit_map(fit, VB_STAT_T, 0, &map, &err), VB_OK);
        cr_expect_eq(e.statistic, map);
        vb_glm_fit_free(fit);
        vb_design_free(design);
        vb_table_free(r.table);
        remove(path);
    }
}

static double mean_between(const vb_peri *p, double from_s, double to_s)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < p->n_times; i++)
        if (p->time_s[i] > from_s && p->time_s[i] < to_s) {
            sum += p->at[i].effect;
            n++;
        }
    return sum / n;
}

/* The picture itself, to be looked at, where VALUEBOLD_PICTURES names a folder. */
static void keep(const vb_peri *p, const char *name)
{
    static const char *const regions[] = {"vt"};
    const char *folder = getenv("VALUEBOLD_PICTURES");
    vb_buffer svg = {0};
    char path[512];
    FILE *file;

    cr_assert_eq(vb_figure_peri(p, regions, "Haxby 2001, subject 1: blocks",
                                "percent signal change", &svg, NULL),
                 VB_OK);
    if (folder) {
        snprintf(path, sizeof path, "%s/%s.svg", folder, name);
        file = fopen(path, "w");
        cr_assert(file);
        fwrite(svg.bytes, 1, svg.n, file);
        fclose(file);
    }
    vb_buffer_free(&svg);
}

/* Blocks of 22.5 s: a plateau between 7.5 and 22.5 s, nothing before the onset. */
Test(region_haxby, blocks_raise_the_signal_of_ventral_temporal_cortex)
{
    static real_run r;
    vb_peri *runs[RUNS], *averages[RUNS], *both = NULL;
    double others[SCANS * 8], column[SCANS];
    const size_t n_drift = vb_cosine_count(SCANS, tr_s, 128);
    vb_error err = {0};

    for (size_t j = 0; j <= n_drift; j++) {
        if (j)
            vb_cosine_fill(SCANS, j, column);
        for (size_t s = 0; s < SCANS; s++)
            others[s * (n_drift + 1) + j] = j ? column[s] : 1;
    }
    for (int k = 0; k < RUNS; k++) {
        vb_peri_job job = {.event = "block",
                           .n_events = BLOCKS,
                           .onset_s = r.onset_s,
                           .from_s = -5,
                           .to_s = 27.5,
                           .n_scans = SCANS,
                           .tr_s = tr_s,
                           .sample_s = tr_s / 2,
                           .n_others = n_drift + 1,
                           .others = others,
                           .baseline_from_s = -4,
                           .baseline_to_s = 0};

        if (!take(k + 1, &r))
            return;
        cr_assert_eq(vb_peri_fit(&job, 1, r.y, &runs[k], NULL, &err), VB_OK, "%s",
                     err.text);
        cr_assert_eq(vb_peri_average(&job, 1, r.y, &averages[k], &err), VB_OK, "%s",
                     err.text);
        vb_peri_percent(runs[k]);
        vb_peri_percent(averages[k]);
        vb_table_free(r.table);
    }
    cr_assert_eq(vb_peri_combine(RUNS, (const vb_peri *const *)runs, &both, &err),
                 VB_OK);
    cr_expect_eq(both->n_events[0], RUNS * BLOCKS);
    cr_expect(mean_between(both, 7.5, 22.5) - mean_between(both, -5, 1) > 0.5,
              "%g above %g %%", mean_between(both, 7.5, 22.5),
              mean_between(both, -5, 1));
    cr_expect(both->at[5].statistic > 5, "t %g at %g s", both->at[5].statistic,
              both->time_s[5]);
    keep(both, "haxby_fir");
    vb_peri_free(both);
    cr_assert_eq(vb_peri_combine(RUNS, (const vb_peri *const *)averages, &both, &err),
                 VB_OK);
    cr_expect(mean_between(both, 7.5, 22.5) > 0.5);
    keep(both, "haxby_average");
    vb_peri_free(both);
    for (size_t k = 0; k < RUNS; k++) {
        vb_peri_free(runs[k]);
        vb_peri_free(averages[k]);
    }
}

/* With one block of each category, all blocks estimated at once are the model's columns. */
Test(region_haxby, single_blocks_by_lsa_are_the_effects_of_the_categories)
{
    static real_run r;
    vb_design_event events[BLOCKS];
    vb_design_run run;
    vb_design *design;
    vb_trial_plan *plan = NULL;
    double z[SCANS * BLOCKS], others[SCANS * 16], estimate[BLOCKS], se[BLOCKS];
    double weights[64];
    vb_contrast contrast = {"block", 1, weights};
    vb_error err = {0};
    size_t n_others;

    if (!take(1, &r))
        return;
    design = design_of(&r, events, &run);
    n_others = design->n_cols - BLOCKS;
    for (size_t s = 0; s < SCANS; s++)
        memcpy(others + s * n_others, design->x + s * design->n_cols + BLOCKS,
               n_others * sizeof *others);
    cr_assert_eq(vb_trial_columns(&run, NULL, BLOCKS, r.onset_s, r.duration_s, z, &err),
                 VB_OK);
    cr_assert_eq(vb_trial_plan_alloc(&(vb_trial_model){.method = VB_TRIAL_LSA,
                                                       .n_scans = SCANS,
                                                       .n_trials = BLOCKS,
                                                       .z = z,
                                                       .n_others = n_others,
                                                       .others = others},
                                     &plan, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(vb_trial_fit(plan, 1, r.y, 1, NULL, 1, estimate, se, NULL, &err),
                 VB_OK);
    for (size_t i = 0; i < BLOCKS; i++) {
        vb_region_estimate e;

        memset(weights, 0, sizeof weights);
        weights[i] = 1;
        cr_assert_eq(vb_region_glm(&(vb_region_model){.n_scans = SCANS,
                                                      .n_cols = design->n_cols,
                                                      .x = design->x,
                                                      .n_contrasts = 1,
                                                      .contrasts = &contrast},
                                   1, r.y, 0.95, &e, NULL, NULL),
                     VB_OK);
        cr_expect(support_near(estimate[i], e.effect, 1e-8), "%s: %g %g", r.name[i],
                  estimate[i], e.effect);
        cr_expect(support_near(se[i], e.se, 1e-8));
    }
    vb_trial_plan_free(plan);
    vb_design_free(design);
    vb_table_free(r.table);
}
