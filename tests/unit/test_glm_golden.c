/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The GLM against other programs on the same design and image: tests/data/golden/glm
 * (numpy 1.24, nilearn 0.14; README.md there has how the numbers were made and the
 * tolerances: 1e-9 of a column's maximum, z 1e-8, p 1e-7 of itself).
 */
#include "support.h"
#include "valuebold/glm.h"
#include "valuebold/nifti.h"
#include "valuebold/tails.h"

#define GOLDEN "tests/data/golden/glm/"

enum { N_COLS = 7, N_SCANS = 120 };

static const double choice[N_COLS] = {1, 0, 0}, sv[N_COLS] = {0, 1, 0},
                    fb[N_COLS] = {0, 0, 1};
static const double difference[N_COLS] = {1, 0, -1};
static const double eoi[3 * N_COLS] = {[0] = 1, [N_COLS + 1] = 1, [2 * N_COLS + 2] = 1};
static const double either[2 * N_COLS] = {[0] = 1, [N_COLS + 2] = 1};

/* python_meta.json */
static const vb_contrast contrasts[] = {
    {"choice", 1, (double *)choice}, {"SV", 1, (double *)sv},
    {"fb", 1, (double *)fb},         {"choice-fb", 1, (double *)difference},
    {"EOI", 3, (double *)eoi},       {"choice_or_fb", 2, (double *)either},
};
enum { N_CONTRASTS = 6, N_T = 4 };

typedef struct fitted {
    vb_table *table; /* reference, a row a voxel */
    size_t n_voxels;
    vb_glm_plan *plan;
    vb_glm *glm;
} fitted;

/* Fits the voxels of a reference table. */
static fitted fit(int run, const char *noise, const char *reference)
{
    char path[128];
    vb_nifti_header h;
    vb_error err = {0};
    vb_table *design;
    fitted f = {0};
    double *x, *all, *y;
    double *i, *j, *k;
    vb_glm_counts counts;

    snprintf(path, sizeof path, GOLDEN "nilearn_design_run-%d.tsv", run);
    design = support_table(path);
    cr_assert(design->n_rows == N_SCANS && design->n_cols == N_COLS);
    x = calloc(N_SCANS * N_COLS, sizeof *x);
    for (size_t c = 0; c < N_COLS; c++) {
        const double *column = support_column(design, design->columns[c]);

        for (size_t s = 0; s < N_SCANS; s++)
            x[s * N_COLS + c] = column[s];
    }
    snprintf(path, sizeof path, GOLDEN "run-%d_bold.nii", run);
    cr_assert_eq(vb_nifti_header_read(path, &h, NULL, &err), VB_OK, "%s", err.text);
    all = calloc(h.n_vox * h.n_volumes, sizeof *all);
    cr_assert_eq(vb_nifti_read(&h, all, NULL, &err), VB_OK, "%s", err.text);
    snprintf(path, sizeof path, GOLDEN "%s_run-%d.tsv", reference, run);
    f.table = support_table(path);
    f.n_voxels = f.table->n_rows;
    i = support_column(f.table, "i");
    j = support_column(f.table, "j");
    k = support_column(f.table, "k");
    y = calloc(N_SCANS * f.n_voxels, sizeof *y);
    for (size_t s = 0; s < N_SCANS; s++)
        for (size_t v = 0; v < f.n_voxels; v++)
            y[s * f.n_voxels + v] =
                all[s * h.n_vox + (size_t)i[v] +
                    h.dim[0] * ((size_t)j[v] + h.dim[1] * (size_t)k[v])];
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N_SCANS,
                                                   .n_cols = N_COLS,
                                                   .x = x,
                                                   .noise = noise,
                                                   .n_contrasts = N_CONTRASTS,
                                                   .contrasts = contrasts},
                                   &f.plan, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(vb_glm_alloc(f.plan, f.n_voxels, &f.glm, &err), VB_OK);
    for (size_t s = 0; s < N_SCANS; s += 32) {
        const size_t n = N_SCANS - s < 32 ? N_SCANS - s : 32;

        cr_assert_eq(vb_glm_add(f.glm, n, VB_SAMPLE_FLOAT64, y + s * f.n_voxels,
                                f.n_voxels, 2, &err),
                     VB_OK, "%s", err.text);
    }
    cr_assert_eq(vb_glm_finish(f.glm, 1, 0, 2, &counts, &err), VB_OK, "%s", err.text);
    cr_expect(counts.n_fitted + counts.n_nonfinite == f.n_voxels &&
              counts.n_constant == 0);
    free(x);
    free(all);
    free(y);
    vb_table_free(design);
    return f;
}

static void release(fitted *f)
{
    vb_glm_free(f->glm);
    vb_glm_plan_free(f->plan);
    vb_table_free(f->table);
}

static double largest(size_t n, const double *x)
{
    double most = 0;

    for (size_t v = 0; v < n; v++)
        if (isfinite(x[v]))
            most = fmax(most, fabs(x[v]));
    return most;
}

/* tolerance: of the column's maximum, or of each value itself when own is true */
static void expect_column(const vb_table *table, const char *name, const double *ours,
                          double tolerance, bool own)
{
    const double *want = support_column(table, name);
    const double scale = largest(table->n_rows, want);
    size_t n_compared = 0;

    for (size_t v = 0; v < table->n_rows; v++) {
        const double allowed = tolerance * (own ? fabs(want[v]) : scale);

        if (!isfinite(want[v]) || !isfinite(ours[v])) /* the voxel with a NaN */
            continue;
        n_compared++;
        cr_expect(fabs(ours[v] - want[v]) <= allowed,
                  "%s, voxel %zu: %.17g, expected %.17g", name, v, ours[v], want[v]);
    }
    cr_expect(n_compared + 1 >= table->n_rows, "%s: %zu voxels compared", name,
              n_compared);
}

static void expect_map(const fitted *f, vb_stat stat, size_t contrast,
                       const char *column, double tolerance, bool own)
{
    double *map = calloc(f->n_voxels, sizeof *map);
    vb_error err = {0};

    cr_assert_eq(vb_glm_map(f->glm, stat, contrast, map, &err), VB_OK, "%s", err.text);
    expect_column(f->table, column, map, tolerance, own);
    free(map);
}

static const char *column(const char *prefix, size_t contrast)
{
    static char name[64];

    snprintf(name, sizeof name, "%s%s", prefix, contrasts[contrast].name);
    return name;
}

Test(glm_golden, ols_is_that_of_numpy)
{
    for (int run = 1; run <= 2; run++) {
        fitted f = fit(run, "ols", "numpy_ols");

        cr_expect_eq(vb_glm_df(f.plan), 113);
        expect_map(&f, VB_STAT_SIGMA2, 0, "sigma2", 1e-9, false);
        for (size_t c = 0; c < N_T; c++) {
            expect_map(&f, VB_STAT_EFFECT, c, column("con_", c), 1e-9, false);
            expect_map(&f, VB_STAT_VARIANCE, c, column("var_", c), 1e-9, false);
            expect_map(&f, VB_STAT_T, c, column("t_", c), 1e-9, false);
            expect_map(&f, VB_STAT_Z, c, column("z_", c), 1e-8, false);
            expect_map(&f, VB_STAT_P, c, column("p1_", c), 1e-7, true);
        }
        for (size_t c = N_T; c < N_CONTRASTS; c++) {
            expect_map(&f, VB_STAT_F, c, column("F_", c), 1e-9, false);
            expect_map(&f, VB_STAT_P, c, column("pF_", c), 1e-7, true);
        }
        release(&f);
    }
}

static void expect_nilearn(const char *noise, const char *reference)
{
    for (int run = 1; run <= 2; run++) {
        fitted f = fit(run, noise, reference);

        expect_map(&f, VB_STAT_SIGMA2, 0, "dispersion", 1e-9, false);
        for (size_t c = 0; c < N_T; c++) {
            expect_map(&f, VB_STAT_EFFECT, c, column("effect_size_", c), 1e-9, false);
            expect_map(&f, VB_STAT_VARIANCE, c, column("effect_variance_", c), 1e-9,
                       false);
            expect_map(&f, VB_STAT_T, c, column("stat_", c), 1e-9, false);
            expect_map(&f, VB_STAT_Z, c, column("z_score_", c), 1e-8, false);
            expect_map(&f, VB_STAT_P, c, column("p_value_", c), 1e-7, true);
        }
        for (size_t c = N_T; c < N_CONTRASTS; c++) {
            expect_map(&f, VB_STAT_F, c, column("stat_F_", c), 1e-9, false);
            expect_map(&f, VB_STAT_Z, c, column("z_score_F_", c), 1e-8, false);
            expect_map(&f, VB_STAT_P, c, column("p_value_F_", c), 1e-7, true);
        }
        release(&f);
    }
}

Test(glm_golden, ols_is_that_of_nilearn)
{
    expect_nilearn("ols", "nilearn_ols");
}

Test(glm_golden, ar1_plugin_is_nilearns_ar1)
{
    fitted f;

    expect_nilearn("ar1-plugin", "nilearn_ar1");
    f = fit(1, "ar1-plugin", "nilearn_ar1");
    expect_map(&f, VB_STAT_RHO, 0, "rho_label", 1e-12, false);
    release(&f);
}

/* nilearn's compute_fixed_effects on its own runs: ffx_ (mean), ffx_pw_ (precision) */
static void expect_fixed(const char *noise, const char *reference)
{
    char path[128];
    fitted runs[2];
    vb_table *want;
    vb_error err = {0};
    size_t n;

    for (int r = 0; r < 2; r++) {
        snprintf(path, sizeof path, "nilearn_%s", reference);
        runs[r] = fit(r + 1, noise, path);
    }
    snprintf(path, sizeof path, GOLDEN "nilearn_%s_fixed_effects.tsv", reference);
    want = support_table(path);
    n = runs[0].n_voxels;
    cr_assert(want->n_rows == n && runs[1].n_voxels == n);
    for (size_t c = 0; c < N_T; c++)
        for (int weight = 0; weight < 2; weight++) {
            double *maps = calloc(7 * n, sizeof *maps);
            const double *effects[2] = {maps, maps + n};
            const double *variances[2] = {maps + 2 * n, maps + 3 * n};
            double *effect = maps + 4 * n, *variance = maps + 5 * n, *z = maps + 6 * n;

            for (size_t r = 0; r < 2; r++) {
                vb_glm_map(runs[r].glm, VB_STAT_EFFECT, c, maps + r * n, &err);
                vb_glm_map(runs[r].glm, VB_STAT_VARIANCE, c, maps + (2 + r) * n, &err);
            }
            vb_glm_fixed_effects(2, n, effects, variances,
                                 weight ? VB_FFX_PRECISION : VB_FFX_MEAN, effect,
                                 variance);
            expect_column(want, column(weight ? "ffx_pw_effect_" : "ffx_effect_", c),
                          effect, 1e-9, false);
            expect_column(want,
                          column(weight ? "ffx_pw_variance_" : "ffx_variance_", c),
                          variance, 1e-9, false);
            for (size_t v = 0; v < n; v++)
                z[v] = vb_z_from_t(effect[v] / sqrt(variance[v]), 2 * 113);
            expect_column(want, column(weight ? "ffx_pw_z_" : "ffx_z_", c), z, 1e-8,
                          false);
            free(maps);
        }
    vb_table_free(want);
    release(&runs[0]);
    release(&runs[1]);
}

Test(glm_golden, fixed_effects_are_those_of_nilearn)
{
    expect_fixed("ols", "ols");
    expect_fixed("ar1-plugin", "ar1");
}
