/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interactions: the deconvolution against dense matrices, the columns, planted effects. */
#include "glm_support.h"
#include "region_fits.h"

enum { N = 60, T = 4, BINS = N * T, BEFORE = 64, Q = N + BEFORE / T };
static const double tr_s = 2;
static const double onset_s[2][3] = {{10, 50.25, 90}, {31, 71.5, 105}};
static const double duration_s[2][3] = {{6, 6, 0}, {6, 4.25, 6}};
static const vb_ppi_condition conditions[2] = {{"a", 3, onset_s[0], duration_s[0],
                                                NULL},
                                               {"b", 3, onset_s[1], duration_s[1],
                                                NULL}};
static double confounds[N];

static vb_ppi_model model_of(void)
{
    for (size_t s = 0; s < N; s++)
        confounds[s] = cos(3.141592653589793 * ((double)s + 0.5) / N);
    return (vb_ppi_model){.n_scans = N,
                          .tr_s = tr_s,
                          .sample_s = 1,
                          .microtime = T,
                          .n_confounds = 1,
                          .confounds = confounds,
                          .n_conditions = 2,
                          .conditions = conditions};
}

/* A seed that is a response to slow activity, with some noise. */
static void draw_seed(double noise, double seed[N])
{
    uint64_t state = 8;
    double x = 0, bins[BINS];

    for (size_t k = 0; k < BINS; k++)
        bins[k] = x = 0.9 * x + dense_normal(&state);
    for (size_t s = 0; s < N; s++) {
        seed[s] = 700 + 2 * confounds[s] + noise * dense_normal(&state);
        for (size_t k = 0; k < BINS; k++)
            seed[s] +=
                0.5 * bins[k] * sim_box((double)s * tr_s + 1 - (double)k * 0.5, 0.5);
    }
}

TestSuite(ppi);

/* HD without a look at the library: cosines over the bins, boxes of one bin through the
 * response by the midpoint rule. */
static void dense_response(double *hd)
{
    const double n = BINS + BEFORE;

    for (size_t s = 0; s < N; s++)
        for (size_t j = 0; j < Q; j++) {
            double sum = 0;

            for (size_t k = 0; k < BINS + BEFORE; k++) {
                const double t = (double)s * tr_s + 1 - ((double)k - BEFORE) * 0.5;

                if (t > 0 && t < 33)
                    sum += sim_box(t, 0.5) * (j ? sqrt(2 / n) : sqrt(1 / n)) *
                           cos(3.141592653589793 * (2 * (double)k + 1) * (double)j /
                               (2 * n));
            }
            hd[s * Q + j] = sum;
        }
}

/* Posterior mean at the ratio reported, (HD)'(A A' + I / ratio)^-1 M y by Cholesky, and the
 * restricted likelihood at that ratio and beside it, by determinants: the ratio is the best. */
Test(ppi, neural_activity_is_the_posterior_mean_at_the_most_likely_ratio)
{
    const vb_ppi_model m = model_of();
    double seed[N], clean[N], interaction[N * 2], neural[BINS];
    double *hd = calloc(N * Q, sizeof *hd), *a = calloc(N * Q, sizeof *a);
    double *g = calloc(2 * N * N, sizeof *g), reml[3], most = 0, mean = 0;
    double trace = 0, expected[BINS], largest = 0;
    vb_ppi *ppi = NULL;
    vb_ppi_info info;
    vb_error err = {0};

    draw_seed(0.3, seed);
    cr_assert_eq(vb_ppi_alloc(&m, &ppi, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_ppi_columns(ppi, seed, clean, interaction, neural, &info, &err),
                 VB_OK, "%s", err.text);
    dense_response(hd);
    memcpy(a, hd, N * Q * sizeof *a);
    for (size_t j = 0; j < Q; j++) { /* M: off with the mean and the cosine (N/2) */
        double sum = 0, slow = 0;

        for (size_t s = 0; s < N; s++) {
            sum += a[s * Q + j] / N;
            slow += a[s * Q + j] * confounds[s] / (N / 2.0);
        }
        for (size_t s = 0; s < N; s++) {
            a[s * Q + j] -= sum + slow * confounds[s];
            trace += a[s * Q + j] * a[s * Q + j];
        }
    }
    for (int k = -1; k <= 1;
         k++) { /* likelihood of K'y, K'M = K': + 1 and cosine's part */
        const double ratio = info.ratio * exp(0.1 * k) / (trace / (N - 2));
        double log_det, w[N], rest = 0;

        for (size_t s = 0; s < N; s++)
            for (size_t t = 0; t < N; t++) {
                double sum = s == t ? 1 : 0;

                for (size_t j = 0; j < Q; j++)
                    sum += ratio * a[s * Q + j] * a[t * Q + j];
                g[s * N + t] = sum; /* 1 along the two confounds: adds nothing */
            }
        log_det = dense_cholesky(N, g, g + N * N);
        memcpy(w, clean, sizeof w);
        dense_solve(N, 1, g + N * N, w);
        for (size_t s = 0; s < N; s++)
            rest += w[s] * w[s];
        reml[k + 1] = log_det + (N - 2) * log(rest);
        if (k)
            continue;
        for (size_t s = N; s-- > 0;) { /* (G^-1 y) by the factor's transpose */
            for (size_t t = s + 1; t < N; t++)
                w[s] -= g[N * N + t * N + s] * w[t];
            w[s] /= g[N * N + s * N + s];
        }
        for (size_t b = 0; b < BINS; b++) {
            expected[b] = 0;
            for (size_t j = 0; j < Q; j++) {
                const double n = BINS + BEFORE;
                double coefficient = 0;

                for (size_t s = 0; s < N; s++)
                    coefficient += ratio * hd[s * Q + j] * w[s];
                expected[b] += coefficient * (j ? sqrt(2 / n) : sqrt(1 / n)) *
                               cos(3.141592653589793 * (2 * (double)(b + BEFORE) + 1) *
                                   (double)j / (2 * n));
            }
            mean += expected[b] / BINS;
        }
    }
    for (size_t b = 0; b < BINS; b++) {
        most = fmax(most, fabs(expected[b] - mean - neural[b]));
        largest = fmax(largest, fabs(neural[b]));
    }
    /* the midpoint rule of 0.05 s in the dense response is good to some 1e-4 */
    cr_expect(most < 1e-3 * largest, "%g of %g", most, largest);
    cr_expect(reml[1] < reml[0] && reml[1] < reml[2], "%.9g %.9g %.9g", reml[0],
              reml[1], reml[2]);
    cr_expect(info.ratio > 1 && info.explained > 0.9);
    free(hd);
    free(a);
    free(g);
    vb_ppi_free(ppi);
}

/* Behind the first 32 s a column is its product convolved, both means off before. */
Test(ppi, columns_are_the_product_convolved)
{
    const vb_ppi_model m = model_of();
    double seed[N], clean[N], column[N * 2], neural[BINS], box[2][BINS] = {{0}};
    double expected[N], mean[2] = {0}, offset = 0, most = 0;
    vb_ppi *ppi = NULL;

    draw_seed(0.3, seed);
    cr_assert_eq(vb_ppi_alloc(&m, &ppi, NULL), VB_OK);
    cr_assert_eq(vb_ppi_columns(ppi, seed, clean, column, neural, NULL, NULL), VB_OK);
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < 3; i++)
            for (size_t k = 0; k < BINS; k++) {
                const double from = onset_s[c][i], to = from + duration_s[c][i];
                const double low = (double)k * 0.5, high = low + 0.5;

                if (duration_s[c][i] <= 0)
                    box[c][k] += from >= low && from < high ? 2 : 0; /* area 1 */
                else
                    box[c][k] += fmax(0, fmin(to, high) - fmax(from, low)) / 0.5;
            }
    for (size_t c = 0; c < 2; c++)
        for (size_t k = 0; k < BINS; k++)
            mean[c] += box[c][k] / BINS;
    for (size_t c = 0; c < 2; c++) {
        for (size_t s = 17; s < N; s++) {
            expected[s] = 0;
            for (size_t k = 0; k < BINS; k++) {
                const double t = (double)s * tr_s + 1 - (double)k * 0.5;

                if (t > 0 && t < 33)
                    expected[s] += sim_box(t, 0.5) * (box[c][k] - mean[c]) * neural[k];
            }
        }
        offset = expected[30] - column[30 * 2 + c]; /* the column's own mean */
        for (size_t s = 17; s < N; s++)
            most = fmax(most, fabs(expected[s] - offset - column[s * 2 + c]));
    }
    cr_expect(most < 2e-3, "%g", most);
    vb_ppi_free(ppi);
}

Test(ppi, a_seed_without_noise_is_reproduced_and_one_of_noise_is_not)
{
    const vb_ppi_model m = model_of();
    double seed[N], clean[N], column[N * 2];
    uint64_t state = 31;
    vb_ppi *ppi = NULL;
    vb_ppi_info info;

    draw_seed(0, seed);
    cr_assert_eq(vb_ppi_alloc(&m, &ppi, NULL), VB_OK);
    cr_assert_eq(vb_ppi_columns(ppi, seed, clean, column, NULL, &info, NULL), VB_OK);
    cr_expect(info.explained > 0.99, "%g", info.explained);
    for (size_t s = 0; s < N; s++)
        seed[s] = dense_normal(&state);
    cr_assert_eq(vb_ppi_columns(ppi, seed, clean, column, NULL, &info, NULL), VB_OK);
    cr_expect(info.explained < 0.5, "%g", info.explained);
    vb_ppi_free(ppi);
}

Test(ppi, refuses_what_has_no_sense)
{
    vb_ppi_model m = model_of();
    const double nothing[1] = {NAN}, minus[1] = {-1}, one[1] = {1};
    const vb_ppi_condition bad = {"offer", 1, nothing, one, NULL},
                           negative = {"offer", 1, one, minus, NULL};
    double seed[N], clean[N], column[N * 2];
    vb_ppi *ppi = NULL;
    vb_error err = {0};

    m.n_conditions = 0;
    cr_expect_eq(vb_ppi_alloc(&m, &ppi, &err), VB_EUSAGE);
    m.n_conditions = 1;
    m.conditions = &bad;
    cr_expect_eq(vb_ppi_alloc(&m, &ppi, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "offer"), "%s", err.text);
    m.conditions = &negative;
    cr_expect_eq(vb_ppi_alloc(&m, &ppi, &err), VB_EINPUT);
    m = model_of();
    m.hrf = "glovr";
    cr_expect_eq(vb_ppi_alloc(&m, &ppi, &err), VB_EUSAGE);
    cr_expect_null(ppi);
    m.hrf = NULL;
    cr_assert_eq(vb_ppi_alloc(&m, &ppi, &err), VB_OK);
    for (size_t s = 0; s < N; s++)
        seed[s] = 4 + confounds[s];
    cr_expect_eq(vb_ppi_columns(ppi, seed, clean, column, NULL, NULL, &err),
                 VB_EESTIMATE);
    seed[3] = NAN;
    cr_expect_eq(vb_ppi_columns(ppi, seed, clean, column, NULL, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "scan 4"), "%s", err.text);
    vb_ppi_free(ppi);
}

/* A few runs of what `make region-calibration` does thousands of: 2 designs x 100 pairs; the
 * rate of 5 % lies within 3 standard errors (1.5 %) of it. */
Test(ppi, a_planted_interaction_is_found_and_none_is_not_found)
{
    uint64_t state = 4711;
    size_t n_false = 0, n_found = 0;
    vb_error err = {0};

    for (size_t k = 0; k < 2; k++) {
        sim_ppi *p = calloc(1, sizeof *p);
        fit_ppi_design *f = calloc(1, sizeof *f);

        sim_draw_conditions(&state, p);
        cr_assert_eq(fit_ppi_prepare(p, f, &err), VB_OK, "%s", err.text);
        for (size_t i = 0; i < 100; i++) {
            vb_region_estimate e[3];

            sim_draw_series(0, &state, p);
            cr_assert_eq(fit_ppi(f, p, e, &err), VB_OK, "%s", err.text);
            n_false += e[0].p < 0.05;
            if (i % 4)
                continue;
            sim_draw_series(1, &state, p);
            cr_assert_eq(fit_ppi(f, p, e, &err), VB_OK, "%s", err.text);
            n_found += e[0].p < 0.05 && e[0].effect > 0;
        }
        vb_ppi_free(f->ppi);
        free(f);
        free(p);
    }
    cr_expect(n_false <= 19, "%zu of 200", n_false);
    cr_expect(n_found >= 38, "%zu of 50", n_found);
}
