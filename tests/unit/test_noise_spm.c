/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spm-ar1 against SPM12 r7771 on one run and on two runs in one model: tests/data/golden/glm
 * (README.md there: spm_m1_ar1_*, spm_m2_ar1_*; how they were made, and the tolerances: 1e-9
 * of a column's maximum against the tables in double precision, 1e-8 for h).
 */
#include "golden_maps.h"
#include "valuebold/glm_series.h"

#include <string.h>

#define GOLDEN "tests/data/golden/glm/"

enum { N_SCANS = 120, MOST_COLS = 16, MOST_CONTRASTS = 16 };

typedef struct spm_case {
    const char *name, *kind,
        *table; /* spm_NAME_KIND_meta.json, spm_NAME_KIND_TABLE.tsv */
    size_t n_runs, n_effects, n_drift; /* drift columns a run */
    vb_table *x_table, *reference;
    size_t n, n_cols, n_voxels, n_contrasts;
    double *x, *y; /* y [n_voxels x n] */
    bool is_drift[MOST_COLS], is_baseline[MOST_COLS];
    vb_contrast contrasts[MOST_CONTRASTS];
    double weights[MOST_CONTRASTS][6 * MOST_COLS];
    char *meta;
    vb_series_plan *plan;
    vb_series *fit;
} spm_case;

/* The numbers behind "key":[ or "key":, in the file's text */
static size_t numbers(const char *text, const char *key, double *out, size_t most)
{
    char quoted[64];
    const char *at;
    bool is_list;
    size_t n = 0;

    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    at = strstr(text, quoted);
    cr_assert(at, "%s", key);
    at += strlen(quoted);
    is_list = at[strspn(at, " \n")] == '[';
    while (*at == '[' || *at == ' ' || *at == '\n')
        at++;
    while (n < most) {
        char *end;

        out[n++] = strtod(at, &end);
        cr_assert(end != at, "%s", key);
        for (at = end; *at == ' ' || *at == '\n'; at++)
            ;
        if (!is_list || *at++ != ',')
            break;
    }
    return n;
}

static void read_design(spm_case *c)
{
    char path[128];

    snprintf(path, sizeof path, GOLDEN "spm_X_%s.tsv", c->name);
    c->x_table = support_table(path);
    c->n_effects = c->x_table->n_cols;
    c->n_drift = 3;
    c->n_cols = c->n_effects + c->n_runs * c->n_drift;
    c->n = c->n_runs * N_SCANS;
    cr_assert_eq(c->x_table->n_rows, c->n);
    c->x = calloc(c->n * c->n_cols, sizeof *c->x);
    for (size_t j = 0; j < c->n_effects; j++) {
        const double *column = support_column(c->x_table, c->x_table->columns[j]);

        for (size_t t = 0; t < c->n; t++)
            c->x[t * c->n_cols + j] = column[t];
        c->is_baseline[j] = strstr(c->x_table->columns[j], "constant") != NULL;
    }
    for (size_t r = 0; r < c->n_runs; r++) {
        vb_table *k;

        snprintf(path, sizeof path, GOLDEN "spm_K_%s_run-%zu.tsv", c->name, r + 1);
        k = support_table(path);
        for (size_t j = 0; j < c->n_drift; j++) {
            const double *column = support_column(k, k->columns[j]);
            const size_t at = c->n_effects + r * c->n_drift + j;

            c->is_drift[at] = true;
            for (size_t t = 0; t < N_SCANS; t++)
                c->x[(r * N_SCANS + t) * c->n_cols + at] = column[t];
        }
        vb_table_free(k);
    }
}

static void read_data(spm_case *c)
{
    char path[128];
    double scale[2], *i, *j, *k;

    snprintf(path, sizeof path, GOLDEN "spm_%s_%s_meta.json", c->name, c->kind);
    c->meta = support_read(path, NULL);
    cr_assert(c->meta);
    cr_assert_eq(numbers(c->meta, "gSF", scale, 2), c->n_runs);
    snprintf(path, sizeof path, GOLDEN "spm_%s_%s_%s.tsv", c->name, c->kind, c->table);
    c->reference = support_table(path);
    c->n_voxels = c->reference->n_rows;
    i = support_column(c->reference, "i");
    j = support_column(c->reference, "j");
    k = support_column(c->reference, "k");
    c->y = calloc(c->n * c->n_voxels, sizeof *c->y);
    for (size_t r = 0; r < c->n_runs; r++) {
        vb_nifti_header h;
        double *all;

        snprintf(path, sizeof path, GOLDEN "run-%zu_bold.nii", r + 1);
        all = golden_image(path, &h);
        for (size_t v = 0; v < c->n_voxels; v++)
            for (size_t t = 0; t < N_SCANS; t++)
                c->y[v * c->n + r * N_SCANS + t] =
                    scale[r] * all[t * h.n_vox + (size_t)i[v] +
                                   h.dim[0] * ((size_t)j[v] + h.dim[1] * (size_t)k[v])];
        free(all);
    }
}

/* row r of contrast i: +a on effect e of every run (mean over runs), +b on effect f */
static void set_row(spm_case *c, size_t i, size_t r, size_t e, double a, size_t f,
                    double b)
{
    for (size_t run = 0; run < c->n_runs; run++) {
        double *w = c->weights[i] + r * c->n_cols + 3 * run;

        w[e] += a / (double)c->n_runs;
        w[f] += b / (double)c->n_runs;
    }
}

static void add_contrast(spm_case *c, const char *name, size_t n_rows)
{
    c->contrasts[c->n_contrasts] =
        (vb_contrast){name, n_rows, c->weights[c->n_contrasts]};
    c->n_contrasts++;
}

/* The contrasts of the meta files, and one a beta. */
static void make_contrasts(spm_case *c)
{
    set_row(c, 0, 0, 0, 1, 0, 0);
    set_row(c, 1, 0, 1, 1, 0, 0);
    set_row(c, 2, 0, 2, 1, 0, 0);
    set_row(c, 3, 0, 0, 1, 2, -1);
    for (size_t r = 0; r < 3; r++)
        set_row(c, 4, r, r, 1, 0, 0);
    set_row(c, 5, 0, 0, 1, 0, 0);
    set_row(c, 5, 1, 2, 1, 0, 0);
    add_contrast(c, "choice", 1);
    add_contrast(c, "SV", 1);
    add_contrast(c, "fb", 1);
    add_contrast(c, "choice-fb", 1);
    add_contrast(c, "EOI", 3);
    add_contrast(c, "choice_or_fb", 2);
    if (c->n_runs == 2) {
        for (size_t r = 0; r < 6; r++)
            c->weights[6][r * c->n_cols + r] = 1;
        add_contrast(c, "EOI_all", 6);
        c->weights[7][1] = 1;
        c->weights[7][4] = -1;
        add_contrast(c, "SV_run1-run2", 1);
    }
    for (size_t j = 0; j < c->n_effects; j++) {
        c->weights[c->n_contrasts][j] = 1;
        add_contrast(c, "beta", 1);
    }
}

static void run(spm_case *c, const char *noise, size_t n_threads)
{
    const size_t run_scans[] = {N_SCANS, N_SCANS};
    const vb_series_model m = {.n_scans = c->n,
                               .n_cols = c->n_cols,
                               .x = c->x,
                               .noise = noise,
                               .tr_s = 2,
                               .n_contrasts = c->n_contrasts,
                               .contrasts = c->contrasts,
                               .is_drift = c->is_drift,
                               .is_baseline = c->is_baseline,
                               .n_runs = c->n_runs,
                               .run_scans = run_scans};
    const vb_series_data data = {c->n_voxels, VB_SAMPLE_FLOAT64, c->y, 1, 0};
    vb_glm_counts counts;
    vb_error err = {0};

    cr_assert_eq(vb_series_plan_alloc(&m, &c->plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(c->plan, &data, n_threads, &c->fit, &counts, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(counts.n_fitted, c->n_voxels);
}

static spm_case make(const char *name, size_t n_runs)
{
    spm_case c = {.name = name, .kind = "ar1", .table = "double", .n_runs = n_runs};

    read_design(&c);
    read_data(&c);
    return c;
}

static void release(spm_case *c)
{
    vb_series_free(c->fit);
    vb_series_plan_free(c->plan);
    vb_table_free(c->x_table);
    vb_table_free(c->reference);
    free(c->meta);
    free(c->x);
    free(c->y);
}

static double *map_of(const spm_case *c, vb_stat stat, size_t contrast)
{
    double *map = calloc(c->n_voxels, sizeof *map);
    vb_error err = {0};

    cr_assert_eq(vb_series_map(c->fit, stat, contrast, map, &err), VB_OK, "%s",
                 err.text);
    return map;
}

/* A map against a column of the table, in parts of the column's maximum. */
static void compare(const spm_case *c, vb_stat stat, size_t contrast,
                    const char *prefix, const char *name, double tolerance)
{
    char column[64];
    double *map = map_of(c, stat, contrast), *expected, most = 0, worst = 0;

    snprintf(column, sizeof column, "%s%s", prefix, name);
    expected = support_column(c->reference, column);
    for (size_t v = 0; v < c->n_voxels; v++) {
        most = fmax(most, fabs(expected[v]));
        worst = fmax(worst, fabs(map[v] - expected[v]));
    }
    cr_assert(worst <= tolerance * most, "%s %s: %g of %g", c->name, column, worst,
              most);
    free(map);
}

static void compare_all(spm_case *c, const char *noise, size_t n_h, double tolerance)
{
    double h[18], erdf;
    const double *ours;
    size_t beta = 0;

    make_contrasts(c);
    run(c, noise, 2);
    cr_assert_eq(numbers(c->meta, "xVi_h", h, 18), n_h);
    cr_assert_eq(vb_series_pooled(c->fit, &ours), n_h);
    for (size_t k = 0; k < n_h; k++)
        cr_assert_float_eq(ours[k], h[k], 1e-8, "h %zu: %.12g, %.12g", k, ours[k],
                           h[k]);
    numbers(c->meta, "erdf", &erdf, 1);
    cr_assert_float_eq(vb_series_df(c->fit), erdf, 1e-6); /* fades below 1e-6 of W */
    compare(c, VB_STAT_SIGMA2, 0, "ResMS", "", tolerance);
    for (size_t i = 0; i < c->n_contrasts; i++) {
        const vb_contrast *k = &c->contrasts[i];

        if (strcmp(k->name, "beta") == 0) {
            char name[8];

            snprintf(name, sizeof name, "%04zu", ++beta);
            compare(c, VB_STAT_EFFECT, i, "beta_", name, tolerance);
        } else if (k->n_rows == 1) {
            compare(c, VB_STAT_EFFECT, i, "con_", k->name, tolerance);
            compare(c, VB_STAT_T, i, "spmT_", k->name, tolerance);
        } else {
            compare(c, VB_STAT_F, i, "spmF_", k->name, tolerance);
        }
    }
}

Test(noise_spm, one_run_equals_spm12)
{
    spm_case c = make("m1", 1);

    compare_all(&c, "spm-ar1", 2 * c.n_runs, 1e-9);
    cr_assert_eq(vb_series_n_pooled_voxels(c.fit), 20); /* README.md */
    release(&c);
}

Test(noise_spm, two_runs_in_one_model_equal_spm12)
{
    spm_case c = make("m2", 2);

    compare_all(&c, "spm-ar1", 2 * c.n_runs, 1e-9);
    release(&c);
}

/* FAST leaves out 8 of its 18 components here.  Its tables are of float32 files: 5e-7 (README.md,
 * where h of SPM's scheme is due to 1e-8). */
Test(noise_spm, many_components_equal_spm12s_fast)
{
    spm_case c = {.name = "m1", .kind = "fast", .table = "maps", .n_runs = 1};

    read_design(&c);
    read_data(&c);
    compare_all(&c, "spm-fast", 18, 5e-7);
    release(&c);
}

Test(noise_spm, many_components_are_those_of_each_run)
{
    spm_case c = make("m2", 2);
    double *both, *map;
    const double *h;

    make_contrasts(&c);
    run(&c, "spm-fast", 2);
    cr_expect_eq(vb_series_pooled(c.fit, &h), 36);
    both = map_of(&c, VB_STAT_T, 0);
    vb_series_free(c.fit);
    vb_series_plan_free(c.plan);
    run(&c, "spm-ar1", 1);
    map = map_of(&c, VB_STAT_T, 0); /* another model of the same noise */
    for (size_t v = 0; v < c.n_voxels; v++)
        cr_expect_float_eq(both[v], map[v], 0.5 + 0.2 * fabs(map[v]));
    free(both);
    free(map);
    release(&c);
}

Test(noise_spm, many_components_need_the_repetition_time)
{
    spm_case c = make("m1", 1);
    const vb_series_model m = {.n_scans = c.n,
                               .n_cols = c.n_cols,
                               .x = c.x,
                               .noise = "spm-fast"};
    vb_error err = {0};

    cr_expect_eq(vb_series_plan_alloc(&m, &c.plan, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "repetition time"), "%s", err.text);
    c.plan = NULL;
    release(&c);
}

Test(noise_spm, the_converged_model_ends_at_the_converged_weights)
{
    spm_case c = make("m1", 1);
    char *trace = support_read(GOLDEN "spm_m1_ar1_reml_trace.json", NULL);
    const double *ours;
    double h[2], *t, *expected;

    make_contrasts(&c);
    run(&c, "spm-ar1-converged", 1);
    numbers(trace, "fully_converged_h", h, 2);
    vb_series_pooled(c.fit, &ours);
    cr_assert_float_eq(ours[0], h[0], 1e-6, "%.10g, %.10g", ours[0], h[0]);
    cr_assert_float_eq(ours[1], h[1], 1e-6);
    t = map_of(&c, VB_STAT_T, 0);
    expected = support_column(c.reference, "spmT_choice");
    for (size_t v = 0; v < c.n_voxels; v++) /* README.md: within 0.01 */
        cr_assert_float_eq(t[v], expected[v], 0.01);
    free(t);
    free(trace);
    release(&c);
}

Test(noise_spm, threads_do_not_change_a_bit)
{
    spm_case one = make("m2", 2), three = make("m2", 2);

    make_contrasts(&one);
    make_contrasts(&three);
    run(&one, "spm-ar1", 1);
    run(&three, "spm-ar1", 3);
    for (size_t i = 0; i < one.n_contrasts; i++) {
        double *a = map_of(&one, VB_STAT_Z, i), *b = map_of(&three, VB_STAT_Z, i);

        cr_assert(memcmp(a, b, one.n_voxels * sizeof *a) == 0);
        free(a);
        free(b);
    }
    release(&one);
    release(&three);
}

Test(noise_spm, without_effects_or_voxels_that_show_one_it_says_so)
{
    spm_case c = make("m1", 1);
    vb_series_data data = {1, VB_SAMPLE_FLOAT64, c.y, 1, 0};
    vb_series_model m = {.n_scans = c.n,
                         .n_cols = c.n_cols,
                         .x = c.x,
                         .noise = "spm-ar1",
                         .is_drift = c.is_drift,
                         .is_baseline = c.is_baseline};
    vb_error err = {0};

    for (size_t t = 0; t < c.n; t++)
        c.y[t] = 100 + sin(3.0 * (double)t);
    cr_assert_eq(vb_series_plan_alloc(&m, &c.plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(c.plan, &data, 1, &c.fit, NULL, &err), VB_EESTIMATE);
    cr_assert(strstr(err.text, "no voxel"), "%s", err.text);
    c.fit = NULL;
    vb_series_plan_free(c.plan);
    c.plan = NULL;
    memset(c.is_baseline, 1, sizeof c.is_baseline);
    cr_assert_eq(vb_series_plan_alloc(&m, &c.plan, &err), VB_EESTIMATE);
    cr_assert(strstr(err.text, "no effect of interest"), "%s", err.text);
    release(&c);
}
