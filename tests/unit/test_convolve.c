/* Exact convolution: against a fine grid, and what has to hold whatever the
   response. */
#include "design/convolve.h"
#include "support.h"

enum { N = 60 };

static vb_arena *arena;
static vb_curves curves;

static void setup(void)
{
    arena = vb_arena_alloc();
    cr_assert_eq(vb_curves_build(vb_hrf_find("spm + derivative"), arena, &curves, NULL),
                 VB_OK);
}

static void teardown(void)
{
    vb_arena_free(arena);
}

TestSuite(convolve, .init = setup, .fini = teardown);

static void event(double onset_s, double duration_s, double weight, double sample_s,
                  double out[2][N])
{
    const vb_sampling at = {N, 2.0, sample_s};
    double *columns[] = {out[0], out[1]};
    double scratch[N];

    vb_convolve_event(&curves, &at, onset_s, duration_s, 1, &weight, columns, scratch);
}

/* Riemann sum (midpoints) over bins of TR/1024 of the same curve. */
static double on_fine_grid(double t, double duration_s)
{
    const double bin = 2.0 / 1024;
    const size_t n = (size_t)(duration_s / bin);
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum +=
            vb_hrf_response(vb_hrf_find("spm"), 0, t - ((double)k + 0.5) * bin) * bin;
    return sum;
}

/* Midpoint rule: error bin^2/24 * (h' at both ends), below 2e-8; where the cut at 32 s
   falls into a bin, up to half of it, 1e-3 s, times h(32 s) = -1e-4/s. */
Test(convolve, a_box_is_the_limit_of_microtime_bins)
{
    double x[2][N] = {{0}};
    const double duration = 1500 * 2.0 / 1024; /* a whole number of fine bins */

    event(7.3, duration, 1, 0.875, x);
    for (size_t s = 0; s < N; s++)
        cr_expect_float_eq(x[0][s], on_fine_grid((double)s * 2 + 0.875 - 7.3, duration),
                           2e-7, "scan %zu", s);
}

Test(convolve, an_impulse_is_the_response_itself)
{
    double x[2][N] = {{0}};

    event(10.1, 0, 2.385, 1, x);
    for (size_t s = 0; s < N; s++)
        cr_expect_float_eq(x[0][s],
                           2.385 * vb_hrf_response(vb_hrf_find("spm"), 0,
                                                   (double)s * 2 + 1 - 10.1),
                           1e-12, "scan %zu", s);
}

Test(convolve, a_long_box_reaches_plateau_1)
{
    double x[2][N] = {{0}};

    event(0, 80, 1, 0, x);
    cr_expect_float_eq(x[0][39], 1, 1e-12);
    cr_expect_float_eq(x[1][39], 0, 0.5, "a derivative has no plateau of 1");
    cr_expect_eq(x[0][0], 0);
    cr_expect_float_eq(x[0][57], 0, 1e-12, "32 s after the end nothing is left");
}

Test(convolve, two_halves_of_a_box_add_up_to_the_box)
{
    double whole[2][N] = {{0}}, halves[2][N] = {{0}};

    event(11.7, 4.6, 1.3, 0.9, whole);
    event(11.7, 2.3, 1.3, 0.9, halves);
    event(14.0, 2.3, 1.3, 0.9, halves);
    for (size_t b = 0; b < 2; b++)
        for (size_t s = 0; s < N; s++)
            cr_expect_float_eq(whole[b][s], halves[b][s], 1e-13);
}

Test(convolve, a_short_box_over_its_duration_tends_to_the_impulse)
{
    double box[2][N] = {{0}}, impulse[2][N] = {{0}};

    event(20, 1e-4, 1e4, 0, box);
    event(20, 0, 1, 0, impulse);
    for (size_t s = 0; s < N; s++)
        cr_expect_float_eq(box[0][s], impulse[0][s], 1e-5,
                           "first order in the duration");
}

Test(convolve, a_shift_by_whole_scans_shifts_the_column)
{
    double a[2][N] = {{0}}, b[2][N] = {{0}};

    event(3.21, 1.5, 1, 0.5, a);
    event(3.21 + 20, 1.5, 1, 0.5, b);
    for (size_t s = 0; s + 10 < N; s++)
        cr_expect_float_eq(a[0][s], b[0][s + 10], 1e-13);
}

Test(convolve, the_sample_time_is_a_shift_of_the_onset)
{
    double a[2][N] = {{0}}, b[2][N] = {{0}};

    event(13.21, 1.5, 1, 1.75, a);
    event(13.21 - 1.75, 1.5, 1, 0, b);
    for (size_t s = 0; s < N; s++)
        cr_expect_float_eq(a[0][s], b[0][s], 1e-13);
}

Test(convolve, events_before_and_after_the_run_leave_only_their_tails)
{
    double x[2][N] = {{0}};

    event(-10, 0, 1, 0, x);
    cr_expect_float_eq(x[0][0], vb_hrf_response(vb_hrf_find("spm"), 0, 10), 1e-12);
    event(1e6, 0, 1, 0, x);
    event(-1e6, 0, 1, 0, x);
    event(1e6, 1e6, 1, 0, x);
    cr_expect_float_eq(x[0][0], vb_hrf_response(vb_hrf_find("spm"), 0, 10), 1e-12);
    cr_expect_eq(x[0][N - 1], 0);
}
