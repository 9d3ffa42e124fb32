/* Response functions: SPM's and FSL's reference numbers, areas, tables against
   formulas. */
#include "design/convolve.h"
#include "support.h"
#include "valuebold/design.h"

static const vb_hrf *hrf(const char *name)
{
    const vb_hrf *found = vb_hrf_find(name);

    cr_assert(found, "%s", name);
    return found;
}

/* golden/hrf: spm_hrf(TR/T, [], T) of SPM12, sum 1.  Ours per second, sampled and
   scaled to sum 1; tolerance of its README. */
Test(hrf, canonical_sampled_on_microtime_is_spm_hrf)
{
    static const char *const files[] = {"TR2_T16", "TR1.5_T16", "TR0.8_T16",
                                        "TR0.8_T36"};

    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        char path[200];
        vb_table *table;
        double *time, *want, sum = 0;

        snprintf(path, sizeof path, "tests/data/golden/hrf/spm_hrf_%s.tsv", files[f]);
        table = support_table(path);
        time = support_column(table, "time_s");
        want = support_column(table, "hrf");
        for (size_t i = 0; i < table->n_rows; i++)
            sum += vb_hrf_response(hrf("spm"), 0, time[i]);
        for (size_t i = 0; i < table->n_rows; i++)
            cr_expect_float_eq(vb_hrf_response(hrf("spm"), 0, time[i]) / sum, want[i],
                               1e-12, "%s, t = %g s", files[f], time[i]);
        vb_table_free(table);
    }
}

/* golden/hrf: spm_hrf(0.1, [5 14 1.1 0.9 5 1 30], 16) and spm_hrf(2), each scaled to
   sum 1. */
Test(hrf, double_gammas_take_spms_parameters)
{
    const vb_double_gamma custom = {.shape = 5 / 1.1,
                                    .scale_s = 1.1,
                                    .under_shape = 14 / 0.9,
                                    .under_scale_s = 0.9,
                                    .under_weight = 1 / 5.0,
                                    .onset_s = 1};
    static const struct {
        const char *path;
        double dt_s;
    } cases[] = {{"tests/data/golden/hrf/spm_hrf_custom_params.tsv", 0.1},
                 {"tests/data/golden/hrf/spm_hrf_1arg_RT2.tsv", 2}};

    for (size_t c = 0; c < 2; c++) {
        const vb_double_gamma *g = c ? &hrf("spm")->basis[0].part[0].gamma : &custom;
        vb_table *table = support_table(cases[c].path);
        const double *want = support_column(table, table->columns[0]);
        double sum = 0;

        for (size_t i = 0; i < table->n_rows; i++)
            sum += vb_double_gamma_value(g, (double)i * cases[c].dt_s);
        for (size_t i = 0; i < table->n_rows; i++)
            cr_expect_float_eq(vb_double_gamma_value(g, (double)i * cases[c].dt_s) /
                                   sum,
                               want[i], 1e-12, "%s row %zu", cases[c].path, i + 1);
        vb_table_free(table);
    }
}

/* Peak density 0.21050 per s at 5 s: B0 of the semantics (TR 2, T 16: 0.0263128206 a
   bin of 0.125 s, -0.0023394886 at 15.75 s); the sum there differs from the area by
   1e-7. */
Test(hrf, canonical_peaks_at_5_s_with_0_2105_per_s)
{
    cr_expect_float_eq(vb_hrf_response(hrf("spm"), 0, 5), 0.0263128206 / 0.125, 1e-6);
    cr_expect_float_eq(vb_hrf_response(hrf("spm"), 0, 15.75), -0.0023394886 / 0.125,
                       1e-7);
    cr_expect_float_eq(vb_hrf_response(hrf("spm"), 0, 5), 0.2105, 1e-5);
    cr_expect_eq(vb_hrf_response(hrf("spm"), 0, 0), 0);
    cr_expect_eq(vb_hrf_response(hrf("spm"), 0, -1), 0);
    cr_expect_eq(vb_hrf_response(hrf("spm"), 0, 32.01), 0, "truncated at 32 s");
}

/* golden/hrf/fsl_formula_hrfs.tsv: gamma pdfs by formula; tolerance of its README. */
Test(hrf, fsl_kernels_are_the_published_formulas)
{
    vb_table *table = support_table("tests/data/golden/hrf/fsl_formula_hrfs.tsv");
    const double *time = support_column(table, "time_s");
    const double *gamma = support_column(table, "gamma_lag6_sd3");
    const double *two = support_column(table, "doublegamma");

    for (size_t i = 0; i < table->n_rows; i++) {
        cr_expect_float_eq(
            vb_double_gamma_value(&hrf("fsl gamma")->basis[0].part[0].gamma, time[i]),
            gamma[i], 1e-9, "gamma at %g s", time[i]);
        cr_expect_float_eq(vb_double_gamma_value(&hrf("fsl")->basis[0].part[0].gamma,
                                                 time[i]),
                           two[i], 1e-9, "double gamma at %g s", time[i]);
    }
    vb_table_free(table);
}

/* B0: unnormalised area 0.833344 over 720 bins of 0.05 s, peak per bin after scaling
   0.0105281 at 5.0 s; gamma peaks at 4.5 s. */
Test(hrf, fsl_double_gamma_has_the_area_and_peak_feat_gives_it)
{
    const vb_double_gamma *g = &hrf("fsl")->basis[0].part[0].gamma;
    const vb_double_gamma *one = &hrf("fsl gamma")->basis[0].part[0].gamma;
    double sum = 0, best = 0;
    size_t at = 0;

    for (size_t i = 0; i < 720; i++)
        sum += vb_double_gamma_value(g, 0.05 * (double)i);
    cr_expect_float_eq(sum * 0.05, 0.833344, 1e-6);
    cr_expect_float_eq(vb_double_gamma_value(g, 5) / sum, 0.0105281, 1e-7);
    for (size_t i = 0; i < 420; i++)
        if (vb_double_gamma_value(one, 0.05 * (double)i) > best) {
            best = vb_double_gamma_value(one, 0.05 * (double)i);
            at = i;
        }
    cr_expect_eq(at, 90);
}

/* nilearn's Glover kernel located 0.04 s later has its minimum -0.0036377866 at 12.2954
   s for TR 2, oversampling 50 (B0); per second that is /0.04005006. */
Test(hrf, glover_has_the_undershoot_of_nilearn)
{
    const double step = 32.0 / 799, at = 12.2953692115 - 0.04;

    cr_expect_float_eq(vb_hrf_response(hrf("glover"), 0, at), -0.0036377866 / step,
                       2e-5);
}

Test(hrf, every_canonical_has_area_1_and_every_derivative_area_0)
{
    for (size_t i = 0; i < vb_hrf_count(); i++) {
        const vb_hrf *h = vb_hrf_at(i);

        for (size_t b = 0; h->basis && b < h->n_basis; b++)
            cr_expect_float_eq(vb_hrf_integral(h, b, 1e9), b ? 0 : 1, 1e-11, "%s, %zu",
                               h->name, b);
    }
}

/* GSL's incomplete gamma function against our tables, between nodes and on them. */
Test(hrf, tables_reproduce_response_and_integral_to_1e_13)
{
    static const char *const names[] = {"spm", "fsl", "fsl gamma", "glover"};

    for (size_t f = 0; f < sizeof names / sizeof names[0]; f++) {
        vb_arena *arena = vb_arena_alloc();
        vb_curves curves;
        double h[4000], box[4000];

        cr_assert_eq(vb_curves_build(hrf(names[f]), arena, &curves, NULL), VB_OK);
        vb_curve_impulse(curves.n_nodes, curves.node, -0.5, 0.0097, 4000, h);
        vb_curve_box(curves.n_nodes, curves.node, -0.5, 2.385, 0.0097, 4000, box);
        for (size_t i = 0; i < 4000; i++) {
            const double t = -0.5 + 0.0097 * (double)i;

            cr_expect_float_eq(h[i], vb_hrf_response(hrf(names[f]), 0, t), 1e-12,
                               "%s: h(%g)", names[f], t);
            cr_expect_float_eq(box[i],
                               vb_hrf_integral(hrf(names[f]), 0, t) -
                                   vb_hrf_integral(hrf(names[f]), 0, t - 2.385),
                               1e-13, "%s: box at %g", names[f], t);
        }
        vb_arena_free(arena);
    }
}

/* golden/hrf/spm_bf_hrf_tdd: SPM's set after Gram-Schmidt on bins.  Our continuous set
   is its limit: per second, and differing by the error of sums for integrals (kernels
   vanish with their derivatives at both ends, so that is 1e-6 of the peak or less; the
   dispersion is 100 times a small difference). */
Test(hrf, derivatives_are_the_basis_functions_of_spm)
{
    static const double tolerance[] = {1e-6, 2e-5, 1e-4};
    vb_table *table =
        support_table("tests/data/golden/hrf/spm_bf_hrf_tdd_TR0.8_T36.tsv");
    const double dt = 0.8 / 36;
    vb_arena *arena = vb_arena_alloc();
    vb_curves curves;
    double *ours;

    cr_assert_eq(vb_curves_build(hrf("spm + derivative + dispersion"), arena, &curves,
                                 NULL),
                 VB_OK);
    ours = vb_arena_take(arena, table->n_rows, sizeof *ours);
    for (size_t b = 0; b < 3; b++) {
        char name[8];
        const double *want;
        double peak = 0;

        snprintf(name, sizeof name, "bf%zu", b + 1);
        want = support_column(table, name);
        for (size_t i = 0; i < table->n_rows; i++)
            peak = fmax(peak, fabs(want[i]));
        vb_curve_impulse(curves.n_nodes,
                         curves.node + b * curves.n_nodes * VB_CURVE_ROW, 0, dt,
                         table->n_rows, ours);
        for (size_t i = 0; i < table->n_rows; i++)
            cr_expect_float_eq(ours[i] * dt, want[i], tolerance[b] * peak, "%s at %g s",
                               name, dt * (double)i);
    }
    vb_table_free(table);
    vb_arena_free(arena);
}

Test(hrf, sets_are_orthogonal_as_curves)
{
    vb_arena *arena = vb_arena_alloc();
    vb_curves curves;
    static double y[3][32001];

    cr_assert_eq(vb_curves_build(hrf("spm + derivative + dispersion"), arena, &curves,
                                 NULL),
                 VB_OK);
    for (size_t b = 0; b < 3; b++)
        vb_curve_impulse(curves.n_nodes,
                         curves.node + b * curves.n_nodes * VB_CURVE_ROW, 0, 1e-3,
                         32001, y[b]);
    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < a; b++) {
            double ab = 0, aa = 0, bb = 0;

            for (size_t i = 0; i < 32001; i++) {
                ab += y[a][i] * y[b][i];
                aa += y[a][i] * y[a][i];
                bb += y[b][i] * y[b][i];
            }
            /* trapezoid error of the sum at t = 1 s, where the shifted gamma begins */
            cr_expect_float_eq(ab / sqrt(aa * bb), 0, 1e-9, "%zu, %zu", a, b);
        }
    vb_arena_free(arena);
}

Test(hrf, names_and_aliases_are_found_whatever_their_case)
{
    cr_expect_eq(vb_hrf_find("hrf (with time derivative)"),
                 vb_hrf_find("spm + derivative"));
    cr_expect_eq(vb_hrf_find("SPM"), vb_hrf_find("hrf"));
    cr_expect_eq(vb_hrf_find("Finite Impulse Response"), vb_hrf_find("fir"));
    cr_expect_null(vb_hrf_find("spn"));
    cr_expect_eq(vb_n_hrfs(), vb_hrf_count());
    for (size_t i = 0; i < vb_n_hrfs(); i++) {
        cr_expect_eq(vb_hrf_find(vb_hrf_name(i)), vb_hrf_at(i), "%s", vb_hrf_name(i));
        cr_expect_gt(strlen(vb_hrf_meaning(i)), 20);
    }
    cr_expect_null(vb_hrf_name(vb_n_hrfs()));
}
