/* Cosine set and line filter. */
#include "support.h"
#include "valuebold/drift.h"

static void line_filter(size_t n, double sigma_scans, double y[], double scratch[])
{
    vb_arena *arena = vb_arena_alloc();
    vb_line line;

    cr_assert_eq(vb_line_make(n, sigma_scans, arena, &line, NULL), VB_OK);
    vb_line_filter(&line, y, scratch);
    vb_arena_free(arena);
}

static const double PI = 3.14159265358979323846;

/* SPM's count fix(2 k TR/cutoff + 1), hand computed: 150 scans of 2 s, 128 s: 4.6875+1
   = 5; just below and above a multiple of the cut-off. */
Test(drift, the_number_of_cosines_is_spms)
{
    cr_expect_eq(vb_cosine_count(150, 2, 128), 4);
    cr_expect_eq(vb_cosine_count(64, 2, 128), 2);
    cr_expect_eq(vb_cosine_count(63, 2, 128), 1);
    cr_expect_eq(vb_cosine_count(110, 2, 100), 4);
    cr_expect_eq(vb_cosine_count(31, 2, 128), 0);
    cr_expect_eq(vb_cosine_count(150, 1.1, 1e9), 0);
    cr_expect_eq(vb_cosine_count(150, 2, (double)INFINITY), 0);
    cr_expect_eq(vb_cosine_count(10, 2, 1e-3), 9, "never more than scans - 1");
}

/* golden/design: spm_K files of SPM12, tolerance of its README. */
Test(drift, cosines_are_the_set_of_spm_filter)
{
    static const struct {
        const char *file;
        double tr_s, cutoff_s;
    } cases[] = {{"d01_basic_hrf/spm_K_run-1.tsv", 2, 128},
                 {"d09_two_sess_T36/spm_K_run-2.tsv", .8, 128},
                 {"d20_regress_tmod/spm_K_run-1.tsv", 2, 100}};

    for (size_t f = 0; f < sizeof cases / sizeof cases[0]; f++) {
        char path[200];
        vb_table *table;
        double *ours;

        snprintf(path, sizeof path, "tests/data/golden/design/%s", cases[f].file);
        table = support_table(path);
        ours = vb_arena_take(table->arena, table->n_rows, sizeof *ours);
        cr_assert_eq(vb_cosine_count(table->n_rows, cases[f].tr_s, cases[f].cutoff_s),
                     table->n_cols);
        for (size_t j = 0; j < table->n_cols; j++) {
            const double *want = support_column(table, table->columns[j]);

            vb_cosine_fill(table->n_rows, j + 1, ours);
            for (size_t i = 0; i < table->n_rows; i++)
                cr_expect_float_eq(ours[i], want[i], 1e-13, "%s %zu %zu", path, j, i);
        }
        vb_table_free(table);
    }
}

Test(drift, a_straight_line_leaves_nothing_behind_the_line_filter)
{
    double y[80], scratch[80];

    for (size_t t = 0; t < 80; t++)
        y[t] = 3.7 - 0.21 * (double)t;
    line_filter(80, 12.5, y, scratch);
    for (size_t t = 0; t < 80; t++)
        cr_expect_float_eq(y[t], 0, 1e-12);
}

/* Hand computation, three scans, sigma 0.5: the window reaches 1 scan, w = exp(-2).  A
   line through two points goes through both, so the ends give their own value; in the
   middle the fit is the weighted mean (y0 w + y1 + y2 w) / (1 + 2 w). */
Test(drift, the_line_filter_by_hand)
{
    const double w = exp(-2.0), y0 = 1, y1 = 5, y2 = 2;
    const double middle = y1 + y0 - (y0 * w + y1 + y2 * w) / (1 + 2 * w);
    const double mean = (y0 + middle + y0) / 3;
    double y[] = {y0, y1, y2}, scratch[3];

    line_filter(3, 0.5, y, scratch);
    cr_expect_float_eq(y[0], y0 - mean, 1e-14);
    cr_expect_float_eq(y[1], middle - mean, 1e-14);
    cr_expect_float_eq(y[2], y0 - mean, 1e-14);
}

/* Away from the ends the window is symmetric and the line's value is the
   Gaussian-weighted mean, so a wave of w rad a scan keeps 1 - exp(-(w sigma)^2 / 2);
   the cut at 3 sigma is worth 0.3 %. */
Test(drift, waves_are_weakened_by_the_gaussian_s_transfer_function)
{
    enum { n = 300 };
    const double sigma = 25, slow_w = 2 * PI / 300, fast_w = 2 * PI / 10;
    double slow[n], fast[n], scratch[n];

    for (size_t t = 0; t < n; t++) {
        slow[t] = sin(slow_w * (double)t);
        fast[t] = cos(fast_w * (double)t);
    }
    line_filter(n, sigma, slow, scratch);
    line_filter(n, sigma, fast, scratch);
    cr_expect_float_eq((slow[75] - slow[225]) / 2,
                       1 - exp(-slow_w * slow_w * sigma * sigma / 2), 0.004);
    cr_expect_float_eq((fast[150] - fast[155]) / 2, 1, 0.004);
}
