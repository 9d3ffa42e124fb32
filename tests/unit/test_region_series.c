/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Series of regions: means and medians against nilearn, eigenvariates against SPM
 * (tests/data/golden/roi), voxels that have to be left out, both ways of reading.
 */
#include "region_support.h"
#include "valuebold/region_adjust.h"
#include "valuebold/region_series.h"

enum { KEEP_ALL = 1 << 30 };

/* Everything in one call; the caller frees. */
static vb_region_extract *extract(size_t n_regions, const vb_region regions[],
                                  size_t n_vox, size_t n_scans, const double values[],
                                  const uint8_t brain[], size_t keep)
{
    uint8_t *mask = calloc(n_vox, 1);
    double *row = malloc(n_vox * sizeof *row);
    vb_region_extract *e = NULL;
    bool again = true;

    cr_assert_eq(vb_region_extract_alloc(n_regions, regions, n_vox, n_scans, brain,
                                         keep, &e, NULL),
                 VB_OK);
    vb_region_extract_mask(e, mask);
    for (int pass = 0; again; pass++) {
        cr_assert_lt(pass, 2);
        for (size_t t = 0; t < n_scans; t++) {
            size_t n = 0;

            for (size_t v = 0; v < n_vox; v++)
                if (mask[v])
                    row[n++] = values[t * n_vox + v];
            cr_assert_eq(vb_region_extract_add(e, 1, VB_SAMPLE_FLOAT64, row, n, 1, 0,
                                               NULL),
                         VB_OK);
        }
        cr_assert_eq(vb_region_extract_finish(e, &again, NULL), VB_OK);
    }
    free(mask);
    free(row);
    return e;
}

static double *image(vb_nifti_header *header)
{
    double *values = golden_image(GLM "run-1_bold.nii", header);

    /* as the reference was made */
    for (size_t i = 0; i < header->n_vox * header->n_volumes; i++)
        if (!isfinite(values[i]))
            values[i] = 0;
    return values;
}

Test(region_series, means_and_medians_are_nilearns)
{
    vb_table *table = support_table(ROI "nilearn_extraction.tsv");
    vb_nifti_header header, other;
    double *values = image(&header);
    uint8_t *mask = golden_mask(GLM "mask.nii", &other);
    const double centre[3] = {-7, -6, 1}, one = 1, two = 2;
    const vb_grid grid = grid_of(&header);
    vb_volume labels;
    double *label_values = volume_of(ROI "labels.nii", &labels);
    vb_region regions[5] = {{0}};
    const char *const columns[] = {"sphere_r6_mask", "sphere_r9_mask", "nearest_voxel",
                                   "label1_mean", "label2_mean"};

    cr_assert_eq(vb_region_sphere(&grid, centre, 6, &regions[0], NULL), VB_OK);
    cr_assert_eq(vb_region_sphere(&grid, centre, 9, &regions[1], NULL), VB_OK);
    cr_assert_eq(vb_region_point(&grid, centre, &regions[2], NULL), VB_OK);
    cr_assert_eq(vb_region_labels(&grid, &labels, 1, &one, &regions[3], NULL), VB_OK);
    cr_assert_eq(vb_region_labels(&grid, &labels, 1, &two, &regions[4], NULL), VB_OK);
    for (int streamed = 0; streamed < 2; streamed++) {
        vb_region_extract *e = extract(5, regions, header.n_vox, header.n_volumes,
                                       values, mask, streamed ? 0 : KEEP_ALL);

        for (size_t r = 0; r < 5; r++) {
            const double *want = support_column(table, columns[r]);
            const vb_region_series *s = vb_region_extract_result(e, r);

            for (size_t t = 0; t < header.n_volumes; t++) {
                cr_expect(support_near(s->mean[t], want[t], 1e-10), "%s, scan %zu",
                          columns[r], t);
                cr_expect(support_near(s->weighted[t], want[t], 1e-10));
            }
        }
        for (size_t r = 3; r < 5; r++) {
            const double *want =
                support_column(table, r == 3 ? "label1_median" : "label2_median");
            const vb_region_series *s = vb_region_extract_result(e, r);

            for (size_t t = 0; t < header.n_volumes; t++)
                cr_expect(support_near(s->median[t], want[t], 1e-10),
                          "median, scan %zu: %.17g, expected %.17g", t, s->median[t],
                          want[t]);
        }
        vb_region_extract_free(e);
    }
    for (size_t r = 0; r < 5; r++)
        vb_region_free(&regions[r]);
    free(values);
    free(label_values);
    free(mask);
    vb_table_free(table);
}

/* ---- by hand ---- */

Test(region_series, voxels_without_signal_are_left_out_and_counted)
{
    /* four voxels of a row of five, three scans: varying, constant, NaN once, varying */
    const double values[] = {1, 7, 4, 10, 0, 2, 7, NAN, 20, 0, 6, 7, 5, 60, 0};
    size_t voxel[] = {0, 1, 2, 3};
    double weight[] = {1, 1, 1, 3};
    const vb_region region = {4, voxel, weight, 4, 4};

    for (int streamed = 0; streamed < 2; streamed++) {
        vb_region_extract *e =
            extract(1, &region, 5, 3, values, NULL, streamed ? 0 : KEEP_ALL);
        const vb_region_series *s = vb_region_extract_result(e, 0);
        double y[6];

        cr_expect_eq(s->n_voxels, 4);
        cr_expect_eq(s->n_constant, 1);
        cr_expect_eq(s->n_nonfinite, 1);
        cr_assert_eq(s->n_used, 2);
        cr_expect_eq(s->voxel[1], 3);
        cr_expect_float_eq(s->mean[0], 5.5, 1e-15);
        cr_expect_float_eq(s->median[2], 33, 1e-15);
        cr_expect_float_eq(s->weighted[1], (2 + 3 * 20) / 4.0, 1e-15);
        /* means 3 and 30, sums of squares 14 and 1400 over n - 1 = 2 */
        cr_expect_float_eq(s->tsnr, (3 / sqrt(7) + 30 / sqrt(700)) / 2, 1e-12);
        /* means 5.5, 11, 33: mean 16.5, squares 121 + 30.25 + 272.25 */
        cr_expect_float_eq(s->tsnr_mean, 16.5 / sqrt(423.5 / 2), 1e-12);
        if (streamed) {
            vb_error err = {0};

            cr_expect_eq(vb_region_extract_voxels(e, 0, y, &err), VB_ENOMEM);
            cr_expect(strstr(err.text, "96 bytes"), "%s", err.text);
        } else {
            cr_assert_eq(vb_region_extract_voxels(e, 0, y, NULL), VB_OK);
            cr_expect_float_eq(y[3], 20, 0);
        }
        vb_region_extract_free(e);
    }
}

Test(region_series, a_region_outside_the_brain_has_no_series)
{
    const double values[] = {1, 2, 3, 4};
    const uint8_t brain[] = {0, 1};
    size_t first[] = {0}, second[] = {1};
    double weight[] = {1};
    const vb_region regions[] = {{1, first, weight, 1, 1}, {1, second, weight, 1, 1}};
    vb_region_extract *e = extract(2, regions, 2, 2, values, brain, KEEP_ALL);

    cr_expect_eq(vb_region_extract_result(e, 0)->n_brain, 0);
    cr_expect(isnan(vb_region_extract_result(e, 0)->mean[0]));
    cr_expect(isnan(vb_region_extract_result(e, 0)->median[0]));
    cr_expect_float_eq(vb_region_extract_result(e, 1)->mean[1], 4, 0);
    vb_region_extract_free(e);
}

Test(region_series, the_median_of_many_is_that_of_sorting)
{
    enum { N = 999, SCANS = 6 };
    size_t voxel[N];
    double weight[N], *values = malloc(N * SCANS * sizeof *values), sorted[N];
    unsigned state = 12345;

    for (size_t i = 0; i < N; i++) {
        voxel[i] = i;
        weight[i] = 1;
    }
    for (size_t i = 0; i < N * SCANS; i++) {
        state = state * 1103515245u + 12345u;
        values[i] = (double)((state >> 16) % 50); /* many ties */
    }
    for (size_t n = N - 1; n <= N; n++) {
        const vb_region region = {n, voxel, weight, n, n};
        vb_region_extract *e = extract(1, &region, N, SCANS, values, NULL, KEEP_ALL);
        const vb_region_series *s = vb_region_extract_result(e, 0);

        cr_assert_eq(s->n_used, n);
        for (size_t t = 0; t < SCANS; t++) {
            memcpy(sorted, values + t * N, n * sizeof *sorted);
            for (size_t i = 1; i < n; i++)
                for (size_t j = i; j && sorted[j - 1] > sorted[j]; j--) {
                    const double swap = sorted[j];

                    sorted[j] = sorted[j - 1];
                    sorted[j - 1] = swap;
                }
            cr_expect_float_eq(s->median[t],
                               n % 2 ? sorted[n / 2]
                                     : (sorted[n / 2 - 1] + sorted[n / 2]) / 2,
                               0);
        }
        vb_region_extract_free(e);
    }
    free(values);
}

/* ---- eigenvariates ---- */

/* A file of numbers without a header; the caller frees. */
static double *numbers(const char *path, size_t n_rows, size_t *n_cols)
{
    char *text = support_read(path, NULL), *at = text;
    double *x = NULL;
    size_t n = 0, room = 0;

    cr_assert(text, "%s", path);
    for (;;) {
        char *end;
        const double value = strtod(at, &end);

        if (end == at)
            break;
        if (n == room) {
            room = room ? 2 * room : 1024;
            x = realloc(x, room * sizeof *x);
        }
        x[n++] = value;
        at = end;
    }
    free(text);
    cr_assert_eq(n % n_rows, 0, "%s", path);
    *n_cols = n / n_rows;
    return x;
}

/* The filtered, whitened data of the sphere of 6 mm (no adjustment, Ic 0), the columns of SPM's
 * filtered and whitened design taken out: the constant (adjusted for the effects of interest,
 * Ic 5) or all of them (NaN). */
Test(region_series, eigenvariates_adjusted_or_not_are_spms)
{
    static const struct {
        const char *adjusted;
        size_t first_column; /* of the design that is taken out */
        double share;
    } cases[] = {{"Ic0", 4, 0.9998942994922615},
                 {"Ic5", 3, 0.23555271875926594},
                 {"IcNaN", 0, 0.22497099248522564}};
    vb_table *design = support_table(ROI "spm_m1_ar1_xKXs.tsv");

    for (size_t c = 0; c < 3; c++) {
        char path[256];
        double out[120], mean = 0, largest = 0, share = 0, x[120 * 4], loading[64];
        const size_t n_out = 4 - cases[c].first_column;
        size_t n_voxels = 0, rank = 0;
        double *y = numbers(ROI "spm_voi_r6_Ic0_y.tsv", 120, &n_voxels);
        vb_table *want_table, *voxel_table;
        const double *want, *want_mean, *want_loading;

        cr_assert_eq(n_voxels, 30);
        for (size_t k = 0; k < n_out; k++) {
            const double *column =
                support_column(design, design->columns[cases[c].first_column + k]);

            for (size_t t = 0; t < 120; t++)
                x[t * n_out + k] = column[t];
        }
        cr_assert_eq(vb_regress_out(120, n_out, x, n_voxels, y, &rank, NULL), VB_OK);
        cr_expect_eq(rank, n_out);
        snprintf(path, sizeof path, ROI "spm_voi_r6_%s_u_double.tsv",
                 cases[c].adjusted);
        want_table = support_table(path);
        want = support_column(want_table, "eigenvariate");
        want_mean = support_column(want_table, "mean_of_filtered_adjusted");
        snprintf(path, sizeof path, ROI "spm_voi_r6_%s_voxels.tsv", cases[c].adjusted);
        voxel_table = support_table(path);
        want_loading = support_column(voxel_table, "eigenimage_v");
        cr_assert_eq(vb_eigenvariate(120, n_voxels, y, out, loading, &share, NULL),
                     VB_OK);
        for (size_t t = 0; t < 120; t++)
            largest = fmax(largest, fabs(want[t]));
        for (size_t t = 0; t < 120; t++) {
            cr_expect_float_eq(out[t], want[t], 1e-9 * largest, "%s scan %zu: %g, %g",
                               cases[c].adjusted, t, out[t], want[t]);
            mean = 0;
            for (size_t v = 0; v < n_voxels; v++)
                mean += y[t * n_voxels + v] / 30;
            cr_expect_float_eq(mean, want_mean[t], 1e-9 * largest);
        }
        for (size_t v = 0; v < n_voxels; v++) /* the file's are from single precision */
            cr_expect_float_eq(loading[v], want_loading[v], 1e-5);
        cr_expect_float_eq(share, cases[c].share, 1e-6);
        vb_table_free(want_table);
        vb_table_free(voxel_table);
        free(y);
    }
    vb_table_free(design);
}

/* SPM's own adjusted data, whose betas are single precision */
Test(region_series, eigenvariates_of_spms_adjusted_data_are_spms)
{
    static const char *const adjusted[] = {"Ic5", "IcNaN"};

    for (size_t c = 0; c < 2; c++) {
        char path[256];
        double out[120], largest = 0;
        size_t n_voxels = 0;
        vb_table *table;
        const double *want;
        double *y;

        snprintf(path, sizeof path, ROI "spm_voi_r6_%s_y.tsv", adjusted[c]);
        y = numbers(path, 120, &n_voxels);
        snprintf(path, sizeof path, ROI "spm_voi_r6_%s_u.tsv", adjusted[c]);
        table = support_table(path);
        want = support_column(table, "eigenvariate");
        cr_assert_eq(vb_eigenvariate(120, n_voxels, y, out, NULL, NULL, NULL), VB_OK);
        for (size_t t = 0; t < 120; t++)
            largest = fmax(largest, fabs(want[t]));
        for (size_t t = 0; t < 120; t++)
            cr_expect_float_eq(out[t], want[t], 1e-9 * largest);
        vb_table_free(table);
        free(y);
    }
}

Test(region_series, an_eigenvariate_of_more_voxels_than_scans_is_the_same_definition)
{
    /* y = u s v' with u = (3, -1) / sqrt 10 and v = (1, 2, 2) / 3: rank one */
    const double y[] = {3, 6, 6, -1, -2, -2};
    double out[2], loading[3], share;

    cr_assert_eq(vb_eigenvariate(2, 3, y, out, loading, &share, NULL), VB_OK);
    /* s1 = 90, u sqrt(s1 / 3) = (3, -1) sqrt 3 */
    cr_expect_float_eq(out[0], 3 * sqrt(3), 1e-12);
    cr_expect_float_eq(out[1], -sqrt(3), 1e-12);
    cr_expect_float_eq(loading[1], 2.0 / 3, 1e-12);
    cr_expect_float_eq(share, 1, 1e-12);
}

Test(region_series, the_eigenvariate_of_one_voxel_is_its_series)
{
    const double y[] = {1, -2, 5};
    double out[3];

    cr_assert_eq(vb_eigenvariate(3, 1, y, out, NULL, NULL, NULL), VB_OK);
    for (size_t t = 0; t < 3; t++)
        cr_expect_float_eq(out[t], y[t], 1e-12);
}

Test(region_series, there_is_no_eigenvariate_of_nothing)
{
    const double zero[] = {0, 0, 0, 0}, bad[] = {1, NAN, 2, 3};
    double out[2];
    vb_error err = {0};

    cr_expect_eq(vb_eigenvariate(2, 2, zero, out, NULL, NULL, &err), VB_EESTIMATE);
    cr_expect_eq(vb_eigenvariate(2, 2, bad, out, NULL, NULL, &err), VB_EESTIMATE);
    cr_expect_eq(vb_eigenvariate(2, 0, zero, out, NULL, NULL, &err), VB_EESTIMATE);
}

/* ---- adjusting ---- */

Test(region_series, what_is_regressed_out_leaves_nothing_of_itself)
{
    /* a constant, the same again, and a slope of 3 scans: nothing of a line is left */
    const double x[] = {1, 2, -1, 1, 2, 0, 1, 2, 1}, bad[] = {1, NAN, 1};
    double y[] = {5, 1, 7, 1, 9, 4};
    size_t rank = 0;
    vb_error err = {0};

    cr_assert_eq(vb_regress_out(3, 3, x, 2, y, &rank, NULL), VB_OK);
    cr_expect_eq(rank, 2);
    for (size_t t = 0; t < 3; t++)
        cr_expect_float_eq(y[t * 2], 0, 1e-14);
    /* 1, 1, 4 less its line 0.5, 2, 3.5 */
    cr_expect_float_eq(y[1], 0.5, 1e-14);
    cr_expect_float_eq(y[3], -1, 1e-14);
    cr_expect_eq(vb_regress_out(3, 1, bad, 2, y, &rank, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "column 1 is not finite in scan 2"), "%s", err.text);
}

Test(region_series, ar1_noise_is_whitened)
{
    double y[] = {2, 1, 3};
    vb_error err = {0};

    cr_assert_eq(vb_whiten_ar1(3, 1, 0.6, y, NULL), VB_OK);
    cr_expect_float_eq(y[0], 1.6, 1e-15);
    cr_expect_float_eq(y[1], -0.2, 1e-15);
    cr_expect_float_eq(y[2], 2.4, 1e-15);
    cr_expect_eq(vb_whiten_ar1(3, 1, 1, y, &err), VB_EDOM);
}
