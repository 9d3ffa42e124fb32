/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Heights of thresholds: FDR and Bonferroni against numpy and statsmodels
 * (tests/data/golden/group), smoothness and random fields against SPM12 r7771
 * (tests/data/golden/glm/spm_m1_ar1_rft.json).
 */
#include "golden_maps.h"
#include "valuebold/file.h"
#include "valuebold/threshold.h"

#include <stdint.h>

#define GROUP "tests/data/golden/group/"
#define GLM "tests/data/golden/glm/"

Test(threshold, adjusted_p_values_are_those_of_statsmodels)
{
    vb_table *table = support_table(GROUP "fdr_one_sample.tsv");
    const double *p = support_column(table, "p_right"),
                 *bh = support_column(table, "q_bh");
    const double *by = support_column(table, "q_by");
    double *q = malloc(table->n_rows * sizeof *q),
           *q_by = malloc(table->n_rows * sizeof *q);

    cr_assert(q && q_by && table->n_rows == 520);
    cr_assert_eq(vb_fdr_adjust(VB_FDR_BH, table->n_rows, p, q, NULL), VB_OK);
    cr_assert_eq(vb_fdr_adjust(VB_FDR_BY, table->n_rows, p, q_by, NULL), VB_OK);
    for (size_t i = 0; i < table->n_rows; i++) {
        cr_expect(support_near(q[i], bh[i], 1e-14));
        /* the file caps at 1, as p values are */
        cr_expect(support_near(fmin(1, q_by[i]), by[i], 1e-13));
    }
    free(q);
    free(q_by);
    vb_table_free(table);
}

/* By hand: 4 tests, sorted .01 .02 .03 .5: 4 p / rank = .04 .04 .04 .5. */
Test(threshold, missing_p_values_are_no_tests)
{
    double q[6] = {.5, NAN, .02, .01, NAN, .03};

    cr_assert_eq(vb_fdr_adjust(VB_FDR_BH, 6, q, q, NULL), VB_OK);
    cr_expect(isnan(q[1]) && isnan(q[4]));
    cr_expect(support_near(q[0], .5, 1e-15) && support_near(q[2], .04, 1e-15) &&
              support_near(q[3], .04, 1e-15) && support_near(q[5], .04, 1e-15));
}

static vb_stat_map one_sample(vb_nifti_header *grid, uint8_t **mask, double **t)
{
    vb_stat_map map = {.statistic = {.kind = VB_STATISTIC_T, .df2 = 11}};

    *mask = golden_mask(GROUP "mask.nii", grid);
    *t = golden_image(GROUP "one_sample_t.nii", grid);
    map.mask = *mask;
    map.values = *t;
    memcpy(map.dim, grid->dim, sizeof map.dim);
    memcpy(map.affine, grid->affine, sizeof map.affine);
    return map;
}

/* Expected: tests/data/golden/group/group_meta.json (fdr_bh) and dist_inverse.tsv; Bonferroni
 * from the closed form of t with 11 df in 50-digit decimals (scipy's 5.478721106131883 in
 * group_meta.json is off in the 12th digit). */
Test(threshold, heights_of_the_rules)
{
    static const struct {
        vb_threshold threshold;
        double height;
    } cases[] = {
        {{.rule = VB_THRESHOLD_FDR, .level = 0.001}, 6.473097947505289},
        {{.rule = VB_THRESHOLD_FDR, .level = 0.01}, 4.359381239603329},
        {{.rule = VB_THRESHOLD_FDR, .level = 0.05}, 3.1335192972440615},
        {{.rule = VB_THRESHOLD_FDR, .level = 0.1}, 2.712260868427436},
        {{.rule = VB_THRESHOLD_BONFERRONI, .level = 0.05}, 5.4787211061184635},
        {{.rule = VB_THRESHOLD_UNCORRECTED, .level = 0.001}, 4.0247010376307383},
        {{.rule = VB_THRESHOLD_UNCORRECTED, .level = 0.05, .two_sided = true},
         2.2009851600916399},
        {{.rule = VB_THRESHOLD_HEIGHT, .level = 2.385}, 2.385},
        {{.rule = VB_THRESHOLD_FDR, .level = 1e-9}, INFINITY},
    };
    vb_nifti_header grid;
    uint8_t *mask;
    double *t;
    const vb_stat_map map = one_sample(&grid, &mask, &t);
    vb_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double height = 0;

        cr_assert_eq(vb_threshold_height(&cases[i].threshold, &map, &height, &err),
                     VB_OK, "%s", err.text);
        cr_expect(isinf(cases[i].height) ? isinf(height)
                                         : support_near(height, cases[i].height, 1e-12),
                  "case %zu: %.17g", i, height);
    }
    free(mask);
    free(t);
}

Test(threshold, senseless_rules_are_refused)
{
    static const struct {
        vb_threshold threshold;
        vb_statistic_kind kind;
        vb_status status;
        const char *text;
    } cases[] = {
        {{.rule = VB_THRESHOLD_FDR, .level = 0.05, .connectivity = 8},
         VB_STATISTIC_T,
         VB_EUSAGE,
         "threshold: connectivity 8, expected 6, 18 or 26"},
        {{.rule = VB_THRESHOLD_FDR, .level = 0.05, .two_sided = true},
         VB_STATISTIC_F,
         VB_EUSAGE,
         "threshold: F has one side only; leave out the second"},
        {{.rule = VB_THRESHOLD_FWE, .level = 0.05},
         VB_STATISTIC_T,
         VB_EUSAGE,
         "threshold: correction by random fields needs the smoothness of the map"},
        {{.rule = VB_THRESHOLD_HEIGHT, .level = 3, .cluster_p = 0.05},
         VB_STATISTIC_T,
         VB_EUSAGE,
         "threshold: correction by random fields needs the smoothness of the map"},
        {{.rule = VB_THRESHOLD_FDR, .level = 5},
         VB_STATISTIC_T,
         VB_EDOM,
         "threshold: fdr level 5, expected a number between 0 and 1"},
        {{.rule = VB_THRESHOLD_HEIGHT, .level = -3},
         VB_STATISTIC_T,
         VB_EDOM,
         "threshold: height level -3, expected a height above 0"},
    };
    vb_nifti_header grid;
    uint8_t *mask;
    double *t, height;
    vb_stat_map map = one_sample(&grid, &mask, &t);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_error err = {0};

        map.statistic.kind = cases[i].kind;
        cr_expect_eq(vb_threshold_height(&cases[i].threshold, &map, &height, &err),
                     cases[i].status);
        cr_expect_str_eq(err.text, cases[i].text);
    }
    free(mask);
    free(t);
}

/* ---- smoothness and random fields ---- */

/* The number that follows "key": in a flat JSON file, or the i-th of its list. */
static double spm(const char *key, size_t i)
{
    static char *text;
    char quoted[64];
    char *at;

    text = text ? text : support_read(GLM "spm_m1_ar1_rft.json", NULL);
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    at = text ? strstr(text, quoted) : NULL;
    cr_assert(at, "%s", key);
    at += strlen(quoted) + (at[strlen(quoted)] == '[');
    for (; i; i--)
        at = strchr(at, ',') + 1;
    return strtod(at, NULL);
}

static vb_smoothness of_spm(void)
{
    vb_smoothness s = {.n_voxels = (size_t)spm("S_voxels", 0)};

    for (size_t i = 0; i < 4; i++)
        s.resels[i] = spm("R", i);
    for (size_t i = 0; i < 3; i++)
        s.fwhm_voxels[i] = spm("FWHM_voxels", i);
    return s;
}

/*
 * The residuals are those of SPM's model m1 with AR(1) at 64 evenly spaced scans of 120,
 * divided by sqrt(ResMS), float32; made with numpy from golden/glm (its ResMS reproduced
 * to 1e-13).  1e-6: the tolerance of the reference files, above what float32 leaves.
 */
Test(threshold, smoothness_of_residuals_is_spms)
{
    vb_nifti_header header;
    double *e = golden_image(GLM "spm_m1_ar1_residuals.nii.gz", &header);
    uint8_t *mask = malloc(header.n_vox);
    size_t image[VB_SMOOTHNESS_IMAGES];
    vb_roughness *roughness = NULL;
    vb_smoothness s;
    vb_error err = {0};

    cr_assert(mask && header.n_volumes == 64);
    cr_assert_eq(vb_smoothness_images(120, image), 64u);
    /* numpy.round(numpy.linspace(1, 120, 64)) - 1 */
    cr_expect(image[0] == 0 && image[1] == 2 && image[2] == 4 && image[9] == 17 &&
              image[63] == 119);
    cr_expect_eq(vb_smoothness_images(5, image), 5u);
    cr_expect_eq(image[4], 4u);
    for (size_t v = 0; v < header.n_vox; v++)
        mask[v] = !isnan(e[v]);
    cr_assert_eq(vb_roughness_alloc(header.dim, mask, &roughness, &err), VB_OK, "%s",
                 err.text);
    for (size_t t = 0; t < 64; t++)
        vb_roughness_add(roughness, e + t * header.n_vox);
    cr_assert_eq(vb_roughness_smoothness(roughness, 120, spm("df", 1), header.voxel_mm,
                                         &s, &err),
                 VB_OK, "%s", err.text);
    cr_expect_eq(s.n_voxels, 359u);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(support_near(s.fwhm_voxels[i], spm("FWHM_voxels", i), 1e-6), "%.9g",
                  s.fwhm_voxels[i]);
        cr_expect(support_near(s.fwhm_mm[i], 3 * spm("FWHM_voxels", i), 1e-6));
    }
    for (size_t i = 0; i < 4; i++)
        cr_expect(support_near(s.resels[i], spm("R", i), 1e-6), "%.9g", s.resels[i]);
    /* a voxel that is missing in one image does not count in any */
    e[5 * header.n_vox + 6 + 12 * (6 + 12 * 4)] = NAN;
    vb_roughness_free(roughness);
    cr_assert_eq(vb_roughness_alloc(header.dim, mask, &roughness, NULL), VB_OK);
    for (size_t t = 0; t < 64; t++)
        vb_roughness_add(roughness, e + t * header.n_vox);
    cr_assert_eq(vb_roughness_smoothness(roughness, 120, 113, header.voxel_mm, &s,
                                         NULL),
                 VB_OK);
    cr_expect(isfinite(s.fwhm_mm[0]) &&
              fabs(s.fwhm_voxels[0] / spm("FWHM_voxels", 0) - 1) < .05);
    vb_roughness_free(roughness);
    free(mask);
    free(e);
}

Test(threshold, random_field_p_values_and_heights_are_spms)
{
    const vb_statistic t = {.kind = VB_STATISTIC_T, .df2 = spm("df", 1)};
    const vb_statistic f = {.kind = VB_STATISTIC_F, .df1 = 3, .df2 = spm("df", 1)};
    const vb_smoothness s = of_spm();
    vb_smoothness without = s;
    double height = 0;

    /* SPM takes the smaller of random field and Bonferroni: p 0.55 is the field's, the
       others Bonferroni's; 1e-7: SPM's p of t has an absolute error of 1e-16 */
    for (size_t i = 0; i < 5; i++)
        cr_expect(support_near(vb_rft_peak_p(&t, spm("peak_heights", i), &s),
                               spm("peak_p_FWE", i), 1e-6),
                  "%g: %.12g", spm("peak_heights", i),
                  vb_rft_peak_p(&t, spm("peak_heights", i), &s));
    cr_assert_eq(vb_rft_height(&t, 0.05, &s, &height, NULL), VB_OK);
    cr_expect(support_near(height, spm("uc_T_FWE05", 0), 1e-6), "%.12g", height);
    cr_assert_eq(vb_rft_height(&f, 0.05, &s, &height, NULL), VB_OK);
    cr_expect(support_near(height, spm("uc_F3_FWE05", 0), 1e-6), "%.12g", height);
    without.n_voxels = 1000000; /* Bonferroni out of the way: the field alone */
    cr_assert_eq(vb_rft_height(&t, 0.05, &without, &height, NULL), VB_OK);
    cr_expect(support_near(height, spm("uc_RF_T_FWE05", 0), 1e-9), "%.12g", height);
    cr_expect(support_near(vb_rft_peak_p(&t, height, &without), 0.05, 1e-9));
    for (size_t i = 0; i < 4; i++) {
        double alone, any;

        vb_rft_cluster_p(&t, spm("cluster_forming_T", 0),
                         (size_t)spm("cluster_size_voxels", i), &s, &alone, &any);
        cr_expect(support_near(alone, spm("cluster_p_unc", i), 1e-9), "%.12g", alone);
        /* SPM's 1 - P(0 clusters) ends at 1e-16 */
        cr_expect(fabs(any - spm("cluster_p_FWE", i)) <= 1e-9 * any + 4e-16, "%.12g",
                  any);
    }
}

/* A t or F field with very many df is nearly Gaussian, and t^2 is F with df1 = 1, twice the
 * density of one sign: identities between three formulas. */
Test(threshold, densities_of_z_t_and_F_agree_where_they_must)
{
    const vb_statistic z = {.kind = VB_STATISTIC_Z};
    const vb_statistic t = {.kind = VB_STATISTIC_T, .df2 = 1e7};
    const vb_statistic t30 = {.kind = VB_STATISTIC_T, .df2 = 30};
    const vb_statistic f = {.kind = VB_STATISTIC_F, .df1 = 1, .df2 = 30};
    double a[4], b[4];

    vb_rft_densities(&z, 3.385, a);
    vb_rft_densities(&t, 3.385, b);
    for (size_t d = 0; d < 4; d++)
        cr_expect(support_near(a[d], b[d], 1e-5));
    /* by hand at z = 3.385: (4 ln 2)^(1/2) / (2 pi) exp(-5.7291125) */
    cr_expect(support_near(a[1], 0.265010364 * exp(-0.5 * 3.385 * 3.385), 1e-8));
    vb_rft_densities(&t30, 3.385, a);
    vb_rft_densities(&f, 3.385 * 3.385, b);
    for (size_t d = 0; d < 4; d++)
        cr_expect(support_near(2 * a[d], b[d], 1e-11), "%zu: %g %g", d, 2 * a[d], b[d]);
}

/* By hand: a block of 4 x 3 x 2 voxels has edges 3, 2 and 1 long. */
Test(threshold, resels_of_a_block)
{
    uint8_t mask[6 * 5 * 4] = {0};
    const size_t dim[3] = {6, 5, 4};
    const double fwhm[3] = {2, 1.5, 4};
    double r[4];

    for (size_t z = 1; z < 3; z++)
        for (size_t y = 1; y < 4; y++)
            for (size_t x = 1; x < 5; x++)
                mask[x + 6 * (y + 5 * z)] = 1;
    vb_resels(dim, mask, fwhm, r);
    cr_expect(support_near(r[0], 1, 1e-15) &&
              support_near(r[1], 1.5 + 2 / 1.5 + .25, 1e-15));
    cr_expect(support_near(r[2], 1.5 * 2 / 1.5 + 1.5 * .25 + 2 / 1.5 * .25, 1e-15));
    cr_expect(support_near(r[3], 1.5 * 2 / 1.5 * .25, 1e-15));
}

static double noise(uint64_t *state)
{
    double sum = -6; /* twelve uniforms: variance 1 */

    for (int i = 0; i < 12; i++) {
        *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
        sum += (double)(*state >> 11) * 0x1p-53;
    }
    return sum;
}

/* White noise averaged over neighbours [1 2 1]/4 along an axis: the correlation of
 * neighbours is (2 + 2) / (1 + 4 + 1) = 2/3, so FWHM = sqrt(-2 ln 2 / ln(2/3)) = 1.849 voxels;
 * along the others 0, which counts as 1.  2 %: 27,000 voxels, three standard errors. */
Test(threshold, smoothness_of_a_z_map)
{
    enum { N = 30 };
    const size_t dim[3] = {N, N, N};
    const double mm[3] = {2, 2, 2};
    double *white = malloc((N + 2) * N * N * sizeof *white);
    double *z = malloc(N * N * N * sizeof *z);
    uint8_t *mask = malloc(N * N * N);
    uint64_t state = 2385;
    vb_smoothness s;
    vb_error err = {0};

    cr_assert(white && z && mask);
    memset(mask, 1, N * N * N);
    for (size_t v = 0; v < (N + 2) * N * N; v++)
        white[v] = noise(&state);
    for (size_t row = 0; row < N * N; row++)
        for (size_t x = 0; x < N; x++) {
            const double *w = white + row * (N + 2) + x;

            z[row * N + x] = w[0] + 2 * w[1] + w[2];
        }
    cr_assert_eq(vb_smoothness_from_z(dim, mask, z, mm, &s, &err), VB_OK, "%s",
                 err.text);
    cr_expect(fabs(s.fwhm_voxels[0] / 1.84905 - 1) < 0.02, "%g", s.fwhm_voxels[0]);
    cr_expect(s.fwhm_voxels[1] < 1.1 && s.fwhm_voxels[2] < 1.1 &&
              s.fwhm_voxels[1] >= 1);
    cr_expect_eq(s.fwhm_mm[0], 2 * s.fwhm_voxels[0]);
    for (size_t v = 0; v < N * N * N; v++)
        z[v] = 1;
    cr_expect_eq(vb_smoothness_from_z(dim, mask, z, mm, &s, &err), VB_EESTIMATE);
    cr_expect_str_eq(err.text, "smoothness: the z map does not vary along axis 1");
    free(white);
    free(z);
    free(mask);
}

Test(threshold, what_has_no_smoothness_is_refused)
{
    const size_t dim[3] = {4, 4, 1};
    const uint8_t flat[16] = {1, 1, 1, 1, 1, 1};
    const size_t cube[3] = {2, 2, 2};
    const uint8_t all[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const double mm[3] = {2, 2, 2}, same[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const vb_statistic t = {.kind = VB_STATISTIC_T, .df2 = 2};
    vb_roughness *roughness = NULL;
    vb_smoothness s = of_spm();
    vb_error err = {0};
    double height;

    cr_expect_eq(vb_roughness_alloc(dim, flat, &roughness, &err), VB_EESTIMATE);
    cr_expect_str_eq(err.text,
                     "smoothness: the mask has no 2 x 2 x 2 voxels next to each other");
    cr_assert_eq(vb_roughness_alloc(cube, all, &roughness, &err), VB_OK);
    vb_roughness_add(roughness, same);
    cr_expect_eq(vb_roughness_smoothness(roughness, 10, 8, mm, &s, &err), VB_EESTIMATE);
    cr_expect_str_eq(err.text, "smoothness: the residuals do not vary in space (1 of 1 "
                               "voxels have numbers)");
    vb_roughness_free(roughness);
    cr_expect_eq(vb_rft_height(&t, 0.05, &s, &height, &err), VB_EESTIMATE);
    cr_expect_str_eq(
        err.text, "random fields need at least 3 residual degrees of freedom, found 2");
    cr_expect_eq(vb_rft_height(&t, 0, &s, &height, &err), VB_EDOM);
}
