/* Numbers that pin conventions to each other: kernels of SPM and nilearn on several grids,
   SPM's switch of units, counts of drift columns around whole multiples of the cut-off. */
#include "design/nilearn.h"
#include "design/spm.h"
#include "support.h"
#include "valuebold/design.h"
#include "valuebold/drift.h"

static vb_arena *arena;

static void begin(void)
{
    arena = vb_arena_alloc();
}

static void end(void)
{
    vb_arena_free(arena);
}

TestSuite(fixtures, .init = begin, .fini = end);

static double norm(size_t n, const double x[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/* spm_hrf and spm_get_bf of SPM12: TR 2, T 16: 257 bins, peak .0263128206 at bin 40, minimum
   -.0023394886 at 15.75 s, sum of squares .0220604011; norms .1485274, and after SPM's
   Gram-Schmidt .0490989 and .0523196.  TR .72: 712 bins, peak .0094725751 at bin 111. */
Test(fixtures, spms_kernels_on_two_grids)
{
    static const struct {
        double dt_s;
        size_t n, peak;
        double value;
    } grids[] = {{.125, 257, 40, .0263128206}, {.045, 712, 111, .0094725751}};

    for (size_t g = 0; g < 2; g++) {
        vb_spm_basis basis;
        vb_error err = {0};
        double sum = 0;

        cr_assert_eq(vb_spm_basis_build(vb_hrf_find("spm + derivative + dispersion"),
                                        grids[g].dt_s, 2, 0, 0, arena, &basis, &err),
                     VB_OK);
        cr_assert_eq(basis.n_bins, grids[g].n);
        for (size_t i = 0; i < basis.n_bins; i++) {
            sum += basis.value[i];
            cr_expect_leq(basis.value[i], basis.value[grids[g].peak]);
        }
        cr_expect_float_eq(sum, 1, 1e-12);
        cr_expect_float_eq(basis.value[grids[g].peak], grids[g].value, 1e-10);
        if (g)
            continue;
        cr_expect_float_eq(basis.value[126], -.0023394886, 1e-10);
        cr_expect_float_eq(pow(norm(257, basis.value), 2), .0220604011, 1e-10);
        cr_expect_float_eq(norm(257, basis.value), .1485274, 1e-7);
        cr_expect_float_eq(norm(257, basis.value + 257), .0490989, 1e-7);
        cr_expect_float_eq(norm(257, basis.value + 514), .0523196, 1e-7);
    }
}

/* nilearn, TR 2, oversampling 50: 800 points, peaks .0084339092 (spm) and .0138992973 (glover)
   at 5.0463 s, glover's minimum -.0036377866 at 12.2954 s. */
Test(fixtures, nilearns_kernels_peak_where_they_do)
{
    static const double peak[] = {.0084339092, .0138992973};

    for (size_t i = 0; i < 2; i++) {
        const vb_hrf_request request = {.tr_s = 2};
        const vb_hrf *hrf;
        vb_nilearn_kernels k;
        vb_error err = {0};
        size_t most = 0, least = 0;

        cr_assert_eq(vb_hrf_choose(i ? "glover" : "spm", &request, arena, &hrf, &err),
                     VB_OK);
        cr_assert_eq(vb_nilearn_kernels_make(hrf, 2, 50, 0, arena, &k, &err), VB_OK);
        cr_assert_eq(k.n, 800);
        for (size_t t = 0; t < k.n; t++) {
            most = k.value[t] > k.value[most] ? t : most;
            least = k.value[t] < k.value[least] ? t : least;
        }
        cr_expect_float_eq(k.value[most], peak[i], 1e-10);
        cr_expect_float_eq((double)most * 32 / 799, 5.0463, 1e-4);
        if (i) {
            cr_expect_float_eq(k.value[least], -.0036377866, 1e-10);
            cr_expect_float_eq((double)least * 32 / 799, 12.2954, 1e-4);
        }
    }
}

/* One duration that is not 0 takes SPM's division by the bin away from the whole condition:
   the column of the others shrinks by dt = TR/16. */
Test(fixtures, one_duration_switches_spms_unit)
{
    static const double onset[] = {9, 36, 63}, zero[] = {0, 0, 0}, one[] = {0, 0, .045};
    static const double trs[] = {2, .72};

    for (size_t i = 0; i < 2; i++) {
        double peak[2] = {0, 0};

        for (size_t k = 0; k < 2; k++) {
            const vb_design_event event = {.name = "a",
                                           .n_events = 3,
                                           .onset_s = onset,
                                           .duration_s = k ? one : zero};
            const vb_design_run run = {.label = "1",
                                       .tr_s = trs[i],
                                       .n_scans = 150,
                                       .n_events = 1,
                                       .events = &event};
            const vb_design_options options = {.like = "spm"};
            vb_design *d = NULL;
            vb_error err = {0};

            cr_assert_eq(vb_design_build(1, &run, &options, &d, NULL, &err), VB_OK);
            for (size_t s = 0; (double)s * trs[i] < 30; s++) /* the first event only */
                peak[k] = fmax(peak[k], d->x[s * d->n_cols]);
            vb_design_free(d);
        }
        cr_expect_float_eq(peak[1] / peak[0], trs[i] / 16, 1e-12, "TR %g", trs[i]);
    }
}

/* SPM: fix(2 n TR / cutoff + 1) - 1; nilearn: floor(2 n f TR).  150 scans of 2 s with 100 s are
   6, one scan less is 5 (5.96), one more is 6 (6.04), on both sides of the whole number. */
Test(fixtures, drift_columns_around_a_multiple_of_the_cut_off)
{
    static const struct {
        size_t n_scans, count;
    } cases[] = {{149, 5}, {150, 6}, {151, 6}, {174, 6}, {175, 7}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const double onset[] = {9}, zero[] = {0};
        const vb_design_event event = {.name = "a",
                                       .n_events = 1,
                                       .onset_s = onset,
                                       .duration_s = zero};
        const vb_design_run run = {.label = "1",
                                   .tr_s = 2,
                                   .n_scans = cases[i].n_scans,
                                   .n_events = 1,
                                   .events = &event};
        const vb_design_options options = {.like = "nilearn"};
        vb_design *d = NULL;
        vb_error err = {0};

        cr_expect_eq(vb_cosine_count(cases[i].n_scans, 2, 100), cases[i].count);
        cr_assert_eq(vb_design_build(1, &run, &options, &d, NULL, &err), VB_OK);
        cr_expect_eq(d->n_cols, cases[i].count + 2, "%zu scans", cases[i].n_scans);
        vb_design_free(d);
    }
}

/* spm_hrf(0.1, [5 14 1.1 0.9 5 1 30], 16) of SPM12. */
Test(fixtures, like_spm_takes_other_parameters_of_its_response)
{
    vb_table *table = support_table("tests/data/golden/hrf/spm_hrf_custom_params.tsv");
    const double *want = support_column(table, table->columns[0]);
    const vb_hrf_request request = {.tr_s = 2};
    const vb_hrf *hrf;
    vb_spm_basis basis;
    vb_error err = {0};

    cr_assert_eq(vb_hrf_choose("spm(5,14,1.1,0.9,5,1,30)", &request, arena, &hrf, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(vb_spm_basis_build(hrf, .1, 2, 0, 0, arena, &basis, &err), VB_OK);
    cr_assert_eq(basis.n_bins, table->n_rows);
    for (size_t i = 0; i < basis.n_bins; i++)
        cr_expect_float_eq(basis.value[i], want[i], 1e-12, "bin %zu", i);
    vb_table_free(table);
}
