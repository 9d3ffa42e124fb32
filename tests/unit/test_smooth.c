/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gaussian smoothing: impulses by the formula, an image with mask and missing values against
 * scipy, and what must not change.
 */
#include "support.h"
#include "valuebold/smooth.h"

#include <time.h>

enum { NX = 7, NY = 6, NZ = 5, N_VOX = NX * NY * NZ };
static const size_t dim[3] = {NX, NY, NZ};
static const double voxel_mm[3] = {2.5, 3, 3.5}, fwhm_mm[3] = {6, 5, 8};

static void waves(double v[N_VOX])
{
    for (size_t i = 0; i < N_VOX; i++)
        v[i] = 1000 + 50 * sin(1.7 * (double)i + 0.3);
}

static void sieve(uint8_t mask[N_VOX])
{
    for (size_t i = 0; i < N_VOX; i++)
        mask[i] = i * 7 % 11 > 2;
}

static size_t run(const size_t size[3], const double mm[3], const double fwhm[3],
                  const uint8_t mask[], double volume[])
{
    vb_smooth *plan = NULL;
    vb_smooth_work *work = NULL;
    vb_error err = {0};
    size_t n_missing;

    cr_assert_eq(vb_smooth_alloc(size, mm, fwhm, mask, &plan, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(vb_smooth_work_alloc(plan, &work, &err), VB_OK, "%s", err.text);
    n_missing = vb_smooth_double(plan, work, volume);
    vb_smooth_work_free(work);
    vb_smooth_free(plan);
    return n_missing;
}

/*
 * Expected: scipy 1.10.1, g = ndimage.gaussian_filter1d along all axes with
 * sigma = FWHM / sqrt(8 ln 2) / voxel, mode "constant", truncate 4; g(v m) / g(m), m the
 * mask without missing voxels.  1e-13: sums of up to 200 products.
 */
static const size_t places[7] = {0, 1, 24, 57, 100, 130, 209};
static const double whole[7] = {1009.7838899484667, 1004.4013196279308,
                                997.2440953645237,  1000.9535630617622,
                                1000.4756072677174, 1001.122185138837,
                                1003.4101473194079};
static const double masked[7] = {1001.851985823888,  998.1440370492138,
                                 993.549109122971,   998.3017286609519,
                                 1002.9376832397977, 1008.3396024510549,
                                 1015.577621630645};
static const double missing57[7] = {1001.8324719893021, 998.1134791765169,
                                    993.4644872553142,  996.5536726902382,
                                    1002.6312297223338, 1008.3395969532988,
                                    1015.577621630645};

Test(smooth, a_whole_image_is_scipys_normalised_filter)
{
    double v[N_VOX];

    waves(v);
    cr_expect_eq(run(dim, voxel_mm, fwhm_mm, NULL, v), 0u);
    for (size_t i = 0; i < 7; i++)
        cr_expect(support_near(v[places[i]], whole[i], 1e-13), "%zu: %.17g", places[i],
                  v[places[i]]);
}

Test(smooth, a_mask_is_scipys_and_the_rest_stays)
{
    double v[N_VOX], before[N_VOX];
    uint8_t mask[N_VOX];

    waves(v);
    waves(before);
    sieve(mask);
    cr_expect_eq(run(dim, voxel_mm, fwhm_mm, mask, v), 0u);
    for (size_t i = 0; i < 7; i++)
        cr_expect(!mask[places[i]] || support_near(v[places[i]], masked[i], 1e-13));
    for (size_t i = 0; i < N_VOX; i++)
        cr_expect(mask[i] || (v[i] >= before[i] && v[i] <= before[i]));
}

Test(smooth, missing_values_stay_and_do_not_spread)
{
    double v[N_VOX];
    uint8_t mask[N_VOX];

    waves(v);
    sieve(mask);
    v[57] = NAN;
    cr_assert(mask[57] == 1 && mask[0] == 0);
    v[0] = INFINITY; /* outside the mask: nobody's business */
    cr_expect_eq(run(dim, voxel_mm, fwhm_mm, mask, v), 1u);
    cr_expect(isnan(v[57]) && isinf(v[0]));
    for (size_t i = 1; i < 7; i++)
        cr_expect(!mask[places[i]] || places[i] == 57 ||
                      support_near(v[places[i]], missing57[i], 1e-13),
                  "%zu: %.17g", places[i], v[places[i]]);
}

Test(smooth, floats_agree_with_doubles)
{
    double v[N_VOX];
    float f[N_VOX];
    uint8_t mask[N_VOX];
    vb_smooth *plan = NULL;
    vb_smooth_work *work = NULL;

    waves(v);
    sieve(mask);
    v[57] = NAN;
    for (size_t i = 0; i < N_VOX; i++)
        f[i] = (float)v[i];
    cr_assert_eq(vb_smooth_alloc(dim, voxel_mm, fwhm_mm, mask, &plan, NULL), VB_OK);
    cr_assert_eq(vb_smooth_work_alloc(plan, &work, NULL), VB_OK);
    cr_expect_eq(vb_smooth_float(plan, work, f), 1u);
    cr_expect_eq(vb_smooth_double(plan, work, v), 1u);
    for (size_t i = 0; i < N_VOX; i++) /* a few roundings of 6e-8 each */
        cr_expect(support_near((double)f[i], v[i], 6e-7));
    /* a later volume is not touched by what was missing in the one before */
    waves(v);
    cr_expect_eq(vb_smooth_double(plan, work, v), 0u);
    cr_expect(support_near(v[57], masked[3], 1e-13));
    vb_smooth_work_free(work);
    vb_smooth_free(plan);
}

/* FWHM 2 voxels: g(1) / g(0) = 2^-1 along an axis, g(1)^2 g(0) / g(0)^3 = 2^-2 on a diagonal;
 * far from the edges the sum is that of the impulse. */
Test(smooth, an_impulse_becomes_the_gaussian_of_that_width)
{
    enum { N = 17 };
    const size_t cube[3] = {N, N, N};
    const double mm[3] = {2, 2, 2}, fwhm[3] = {4, 4, 4};
    static double v[N * N * N];
    const size_t centre = 8 + N * (8 + N * 8);
    double sum = 0;

    v[centre] = 2.385;
    cr_expect_eq(run(cube, mm, fwhm, NULL, v), 0u);
    cr_expect(support_near(v[centre + 1] / v[centre], 0.5, 1e-14));
    cr_expect(support_near(v[centre - N] / v[centre], 0.5, 1e-14));
    cr_expect(support_near(v[centre + N * N - 1] / v[centre], 0.25, 1e-14));
    cr_expect(support_near(v[centre + 3 * N * N] / v[centre], 1 / 512.0, 1e-14));
    cr_expect(!(fabs(v[centre + 4]) > 0), "4 sd are 3.4 voxels");
    for (size_t i = 0; i < N * N * N; i++)
        sum += v[i];
    cr_expect(support_near(sum, 2.385, 1e-14));
}

Test(smooth, constants_stay_constant_up_to_the_edge)
{
    double v[N_VOX];
    uint8_t mask[N_VOX];

    sieve(mask);
    for (size_t i = 0; i < N_VOX; i++)
        v[i] = mask[i] ? 7.25 : -1e6;
    run(dim, voxel_mm, fwhm_mm, mask, v);
    for (size_t i = 0; i < N_VOX; i++)
        cr_expect(support_near(v[i], mask[i] ? 7.25 : -1e6, 1e-14));
}

Test(smooth, no_width_and_no_mask_change_nothing)
{
    const double none[3] = {0, 0, 0}, along_z[3] = {0, 0, 8};
    const size_t flat[3] = {NX, NY, 1};
    const uint8_t empty[N_VOX] = {0};
    double v[N_VOX], before[N_VOX];

    waves(v);
    waves(before);
    run(dim, voxel_mm, none, NULL, v);
    cr_expect_eq(memcmp(v, before, sizeof v), 0);
    run(dim, voxel_mm, fwhm_mm, empty, v);
    cr_expect_eq(memcmp(v, before, sizeof v), 0);
    run(flat, voxel_mm, (double[3]){0, 0, 4}, NULL, v); /* one slice: nothing to mix */
    cr_expect(support_near(v[3], before[3], 1e-15));
    run(dim, voxel_mm, along_z, NULL, v);
    cr_expect(fabs(v[3] - before[3]) > 1);
}

Test(smooth, impossible_widths_are_refused)
{
    vb_smooth *plan = NULL;
    vb_error err = {0};

    cr_expect_eq(vb_smooth_alloc(dim, voxel_mm, (double[3]){6, -1, 6}, NULL, &plan,
                                 &err),
                 VB_EDOM);
    cr_expect_str_eq(err.text,
                     "smoothing: FWHM -1 mm along axis 2, expected 0 or more, and "
                     "less than the image of 6 x 3 mm");
    cr_expect_eq(vb_smooth_alloc(dim, voxel_mm, (double[3]){6, 6, NAN}, NULL, &plan,
                                 &err),
                 VB_EDOM);
    cr_expect_eq(vb_smooth_alloc(dim, voxel_mm, (double[3]){6000, 6, 6}, NULL, &plan,
                                 &err),
                 VB_EDOM);
}

/* A time is printed, not judged: 6 mm on 97 x 115 x 97 voxels of 2 mm, a third in the mask. */
Test(smooth, whole_brain_volumes)
{
    const size_t big[3] = {97, 115, 97}, n = 97 * 115 * 97;
    const double mm[3] = {2, 2, 2}, six[3] = {6, 6, 6};
    float *f = malloc(n * sizeof *f);
    double *d = malloc(n * sizeof *d);
    uint8_t *mask = calloc(n, 1);
    vb_smooth *plan = NULL;
    vb_smooth_work *work = NULL;
    clock_t start;

    cr_assert(f && d && mask);
    for (size_t v = 0; v < n; v++) {
        const double x = (double)(v % 97) / 48 - 1, y = (double)(v / 97 % 115) / 57 - 1;
        const double z = (double)(v / 97 / 115) / 48 - 1;

        mask[v] = x * x + y * y + z * z < 0.76;
        f[v] = (float)(d[v] = 1000 + sin((double)v));
    }
    for (int whole_image = 0; whole_image < 2; whole_image++) {
        cr_assert_eq(vb_smooth_alloc(big, mm, six, whole_image ? NULL : mask, &plan,
                                     NULL),
                     VB_OK);
        cr_assert_eq(vb_smooth_work_alloc(plan, &work, NULL), VB_OK);
        start = clock();
        for (int i = 0; i < 5; i++)
            vb_smooth_float(plan, work, f);
        printf("%s: float %.1f ms a volume, ", whole_image ? "whole image" : "mask",
               2e2 * (double)(clock() - start) / CLOCKS_PER_SEC);
        start = clock();
        for (int i = 0; i < 5; i++)
            vb_smooth_double(plan, work, d);
        printf("double %.1f ms\n", 2e2 * (double)(clock() - start) / CLOCKS_PER_SEC);
        vb_smooth_work_free(work);
        vb_smooth_free(plan);
    }
    cr_expect(fabs(d[n / 2] - 1000) < 0.1);
    free(f);
    free(d);
    free(mask);
}
