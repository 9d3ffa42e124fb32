/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_explain.c - the likely reason why two columns differ. */
#include "compare_designs.h"
#include "rank_kernel.h"
#include "valuebold/drift.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double same_tolerance = 1e-6; /* of the largest value */
static const double filter_share = .999, shift_share = .995;
/* A filter takes off what is slower than this: common cut-offs are 60 to 200 s. */
static const double slow_s = 60;
enum { SLOW_SCANS = 8, MOST_NAMED = 4 };

const char *vb_column_relation_name(vb_column_relation relation)
{
    static const char *const names[] = {[VB_COLUMNS_SAME] = "same",
                                        [VB_COLUMNS_SCALED] = "scaled",
                                        [VB_COLUMNS_OFFSET] = "offset",
                                        [VB_COLUMNS_MIXED] = "orthogonalised",
                                        [VB_COLUMNS_FILTERED] = "filtered",
                                        [VB_COLUMNS_SHIFTED] = "shifted",
                                        [VB_COLUMNS_SHIFTED_FILTERED] =
                                            "shifted, filtered",
                                        [VB_COLUMNS_OTHER] = "another shape",
                                        [VB_COLUMNS_CONSTANT] = "constant",
                                        [VB_COLUMNS_ONLY_A] = "only in A",
                                        [VB_COLUMNS_ONLY_B] = "only in B"};

    return names[relation];
}

static double mean_of(size_t n, const double x[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static double squares(size_t n, const double x[], double mean)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum;
}

static double product(size_t n, const double x[], double mean_x, const double y[],
                      double mean_y)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean_x) * (y[i] - mean_y);
    return sum;
}

static void column_of(const vb_named_matrix *m, size_t j, double out[])
{
    for (size_t i = 0; i < m->n_rows; i++)
        out[i] = m->x[i * m->n_cols + j];
}

static const char *say(compare_pair *p, vb_column_match *m, vb_column_relation relation,
                       double explained, const char *reason)
{
    m->relation = relation;
    m->explained = explained;
    m->reason = vb_arena_string(p->arena, reason);
    return m->reason;
}

/* Slope of a from scan to scan, in units per scan. */
static void slope_of(size_t n, const double x[], double out[])
{
    for (size_t i = 0; i < n; i++) {
        const size_t before = i ? i - 1 : 0, after = i + 1 < n ? i + 1 : i;

        out[i] = (x[after] - x[before]) / (double)(after - before ? after - before : 1);
    }
}

static void begin(compare_pair *p, double *ones)
{
    compare_fit_begin(&p->fit, p->y);
    for (size_t i = 0; i < p->a->n_rows; i++)
        ones[i] = 1;
    compare_fit_add(&p->fit, ones);
}

static void add_slow(compare_pair *p)
{
    const size_t n = p->a->n_rows;
    const double tr_s = isnan(p->a->tr_s) ? p->b->tr_s : p->a->tr_s;
    const size_t by_time = isnan(tr_s) ? n : vb_cosine_count(n, tr_s, slow_s);
    const size_t by_scans = 2 * n / SLOW_SCANS;
    const size_t count = by_time < by_scans ? by_time : by_scans;

    for (size_t k = 1; k <= count; k++) {
        vb_cosine_fill(n, k, p->other);
        compare_fit_add(&p->fit, p->other);
    }
}

/* Columns of a that stand for events: not constant, and no other is the pair's own. */
static bool try_mixed(compare_pair *p, vb_column_match *m, double total)
{
    char text[512] = "orthogonalised: B is this column of A less parts of";
    size_t named = 0;
    double largest_y = 0, before;

    for (size_t i = 0; i < p->a->n_rows; i++)
        largest_y = fmax(largest_y, fabs(p->y[i]));
    begin(p, p->other);
    compare_fit_add(&p->fit, p->x);
    for (size_t j = 0; j < p->a->n_cols; j++) {
        const size_t used = strlen(text);

        if (j == m->a)
            continue;
        column_of(p->a, j, p->other);
        before = compare_fit_rss(&p->fit);
        if (!compare_fit_add(&p->fit, p->other) ||
            before - compare_fit_rss(&p->fit) < 1e-4 * total || named > MOST_NAMED)
            continue;
        if (named++ == MOST_NAMED)
            snprintf(text + used, sizeof text - used, " and others");
        else
            snprintf(text + used, sizeof text - used, "%s '%.60s'",
                     named > 1 ? "," : "", p->a->names[j]);
    }
    if (!named || compare_fit_largest(&p->fit) > same_tolerance * largest_y)
        return false;
    return say(p, m, VB_COLUMNS_MIXED, 1, text) != NULL;
}

/* b = s a(t - shift): the slope's coefficient over a's is minus the shift. */
static double shift_from(const compare_pair *p, double tr_s)
{
    const size_t n = p->a->n_rows;
    const double mx = mean_of(n, p->x), my = mean_of(n, p->y),
                 ms = mean_of(n, p->slope);
    const double xx = squares(n, p->x, mx), ss = squares(n, p->slope, ms),
                 xs = product(n, p->x, mx, p->slope, ms),
                 xy = product(n, p->x, mx, p->y, my),
                 sy = product(n, p->slope, ms, p->y, my), det = xx * ss - xs * xs;
    const double of_x = (ss * xy - xs * sy) / det, of_slope = (xx * sy - xs * xy) / det;

    return -of_slope / of_x * (isnan(tr_s) ? 1 : tr_s);
}

typedef struct shares {
    double plain, slow, shifted, both; /* of b's variance */
} shares;

/* Worth naming: it explains enough, and halves what is left without it. */
static bool names_it(double share, double least, double without)
{
    return share >= least && 1 - share <= .5 * (1 - without);
}

static void choose(compare_pair *p, vb_column_match *m, shares s, const char *unit)
{
    const double shift = fabs(m->shift_s);
    const char *when = m->shift_s < 0 ? "earlier" : "later";
    char text[400];

    if (names_it(s.shifted, shift_share, s.plain) &&
        (s.shifted >= s.slow || s.shifted >= filter_share)) {
        snprintf(text, sizeof text,
                 "another time within the scan: B shows the same about %.2g %s %s, as "
                 "when it samples that much %s",
                 shift, unit, when, m->shift_s < 0 ? "later" : "earlier");
        say(p, m, VB_COLUMNS_SHIFTED, s.shifted, text);
    } else if (names_it(s.slow, filter_share, s.plain)) {
        m->shift_s = (double)NAN;
        say(p, m, VB_COLUMNS_FILTERED, s.slow,
            "filtered: they differ by slow waves only, as a high-pass or its absence "
            "leaves them");
    } else if (names_it(s.both, shift_share, fmax(s.slow, s.shifted))) {
        snprintf(
            text, sizeof text,
            "another time within the scan (about %.2g %s %s) and a high-pass in one "
            "of them",
            shift, unit, when);
        say(p, m, VB_COLUMNS_SHIFTED_FILTERED, s.both, text);
    } else {
        m->shift_s = (double)NAN;
        snprintf(text, sizeof text,
                 "another shape: scale, offset, time and slow waves explain %.2f %% of "
                 "it; look at response function, durations, centring and "
                 "orthogonalisation",
                 100 * s.both);
        say(p, m, VB_COLUMNS_OTHER, s.plain, text);
    }
}

static void try_time(compare_pair *p, vb_column_match *m, double total)
{
    const double tr_s = isnan(p->a->tr_s) ? p->b->tr_s : p->a->tr_s;
    const char *unit = isnan(tr_s) ? "scans" : "s";
    double plain, slow, shifted, both;

    slope_of(p->a->n_rows, p->x, p->slope);
    begin(p, p->other);
    compare_fit_add(&p->fit, p->x);
    plain = 1 - compare_fit_rss(&p->fit) / total;
    compare_fit_add(&p->fit, p->slope);
    shifted = 1 - compare_fit_rss(&p->fit) / total;
    add_slow(p);
    both = 1 - compare_fit_rss(&p->fit) / total;
    begin(p, p->other);
    compare_fit_add(&p->fit, p->x);
    add_slow(p);
    slow = 1 - compare_fit_rss(&p->fit) / total;
    m->shift_s = shift_from(p, tr_s);
    choose(p, m, (const shares){plain, slow, shifted, both}, unit);
}

static bool try_simple(compare_pair *p, vb_column_match *m, double largest_y)
{
    const size_t n = p->a->n_rows;
    const double mx = mean_of(n, p->x), my = mean_of(n, p->y);
    const double raw = vb_column_dot(n, p->x, p->y) / vb_column_dot(n, p->x, p->x);
    const double slope = product(n, p->x, mx, p->y, my) / squares(n, p->x, mx);
    double off_raw = 0, off_mean = 0, largest_x = 0;
    char text[300];

    for (size_t i = 0; i < n; i++) {
        largest_x = fmax(largest_x, fabs(p->x[i]));
        off_raw = fmax(off_raw, fabs(p->y[i] - raw * p->x[i]));
        off_mean = fmax(off_mean, fabs(p->y[i] - my - slope * (p->x[i] - mx)));
    }
    m->factor = raw;
    if (m->largest <= same_tolerance * fmax(largest_x, largest_y))
        return say(p, m, VB_COLUMNS_SAME, 1, "the same") != NULL;
    if (off_raw <= same_tolerance * largest_y) {
        snprintf(text, sizeof text,
                 "the same shape, %.6g times as high: effects of B are those of A "
                 "divided by that, t values are the same",
                 raw);
        return say(p, m, VB_COLUMNS_SCALED, 1, text) != NULL;
    }
    m->factor = slope;
    if (off_mean > same_tolerance * largest_y)
        return false;
    snprintf(text, sizeof text,
             "the same but for a constant of %.4g%s: a mean was taken off in one of "
             "them; with a constant in the model nothing else changes",
             my - slope * mx, fabs(slope - 1) > same_tolerance ? " and a factor" : "");
    return say(p, m, VB_COLUMNS_OFFSET, 1, text) != NULL;
}

vb_status compare_explain(compare_pair *p, vb_column_match *m, vb_error *err)
{
    const size_t n = p->a->n_rows;
    double mx, my, xx, yy, largest_y = 0;

    column_of(p->a, m->a, p->x);
    column_of(p->b, m->b, p->y);
    mx = mean_of(n, p->x);
    my = mean_of(n, p->y);
    xx = squares(n, p->x, mx);
    yy = squares(n, p->y, my);
    m->largest = 0;
    m->shift_s = (double)NAN;
    for (size_t i = 0; i < n; i++) {
        m->largest = fmax(m->largest, fabs(p->x[i] - p->y[i]));
        largest_y = fmax(largest_y, fabs(p->y[i]));
    }
    m->correlation = product(n, p->x, mx, p->y, my) / sqrt(xx * yy);
    /* rounding leaves a constant about 1e-16 of its square */
    if (!(xx > 1e-20 * mx * mx * (double)n) || !(yy > 1e-20 * my * my * (double)n)) {
        const bool same = m->largest <= same_tolerance * largest_y;

        m->correlation = m->factor = (double)NAN;
        if (mx != 0 && fabs(xx) <= 1e-20 * mx * mx * (double)n)
            m->factor = my / mx;
        say(p, m, same ? VB_COLUMNS_SAME : VB_COLUMNS_CONSTANT, same ? 1 : 0,
            same ? "the same" : "one of them does not vary");
    } else if (!try_simple(p, m, largest_y) && !try_mixed(p, m, yy)) {
        try_time(p, m, yy);
    }
    return m->reason ? VB_OK : vb_fail_memory(err, 64);
}
