/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roi_adjust.c - what is taken out of series: columns of the design, drift, the noise's
 * memory.
 *
 * The columns are centred first, so that a series keeps its mean; it goes with a constant
 * column, which "all" has and a list of names may have.
 */
#include "glm_internal.h"
#include "roi_internal.h"
#include "valuebold/drift.h"
#include "valuebold/names.h"
#include "valuebold/region_adjust.h"
#include "valuebold/region_glm.h"

#include <math.h>
#include <string.h>

typedef enum choice {
    TAKE_NONE,
    TAKE_DRIFT,
    TAKE_CONFOUNDS,
    TAKE_ALL,
    TAKE_NAMED
} choice;

static choice choice_of(const char *adjust)
{
    static const char *const words[] = {"none", "drift", "confounds", "all"};

    for (size_t i = 0; i < 4; i++)
        if (!adjust || strcmp(adjust, words[i]) == 0)
            return (choice)i;
    return TAKE_NAMED;
}

/* '*' any text, '?' any character; pattern [n]. */
static bool matches(const char *pattern, size_t n, const char *name)
{
    if (!n)
        return !*name;
    if (*pattern == '*')
        return matches(pattern + 1, n - 1, name) ||
               (*name && matches(pattern, n, name + 1));
    return *name && (*pattern == '?' || *pattern == *name) &&
           matches(pattern + 1, n - 1, name + 1);
}

static bool is_named(const char *list, const vb_column *column)
{
    while (*list) {
        const size_t n = strcspn(list, ",");

        if (matches(list, n, column->name) || matches(list, n, column->title))
            return true;
        list += n + (list[n] == ',');
    }
    return false;
}

static bool is_taken(const vb_column *column, choice what, const char *list)
{
    switch (what) {
    case TAKE_NONE:
        return false;
    case TAKE_ALL:
        return true;
    case TAKE_NAMED:
        return is_named(list, column);
    case TAKE_CONFOUNDS:
        if (column->kind == VB_COLUMN_CONFOUND)
            return true;
        break;
    case TAKE_DRIFT:
        break;
    }
    return column->kind == VB_COLUMN_DRIFT;
}

/* Columns to be taken out, [n_scans x n] in arena. */
typedef struct taken {
    size_t n;
    double *x;
    bool line_filter;
} taken;

static vb_status check_choice(const vb_roi_job *job, const vb_roi_options *o,
                              choice what, vb_error *err)
{
    if (what != TAKE_NONE && !job->design)
        return vb_fail(err, VB_EUSAGE,
                       "--adjust %s takes columns of a design out, and there is none; "
                       "give --design FILE or a spec, or --high-pass SECONDS",
                       o->adjust);
    return VB_OK;
}

/* Leaves a constant column as it is. */
static void centre(size_t n, size_t n_cols, size_t c, double x[])
{
    double mean = 0;
    bool varies = false;

    for (size_t t = 0; t < n; t++) {
        mean += x[t * n_cols + c] / (double)n;
        varies = varies || fabs(x[t * n_cols + c] - x[c]) > 0;
    }
    for (size_t t = 0; varies && t < n; t++)
        x[t * n_cols + c] -= mean;
}

static vb_status collect(const vb_roi_job *job, const vb_roi_options *o, double tr_s,
                         size_t n_scans, vb_arena *arena, taken *out, vb_error *err)
{
    const vb_design *d = job->design;
    const choice what = choice_of(o->adjust);
    const size_t n_filter = d && d->filter && what != TAKE_NONE ? d->n_filter[0] : 0;
    const size_t n_cosines =
        isnan(o->high_pass_s) ? 0 : vb_cosine_count(n_scans, tr_s, o->high_pass_s);
    const size_t most = (d ? d->n_cols : 0) + n_filter + n_cosines + 1;
    double *cosine = vb_arena_take(arena, n_scans, sizeof *cosine);
    vb_status status = check_choice(job, o, what, err);
    size_t n = 0;

    out->x = vb_arena_take(arena, n_scans * most, sizeof *out->x);
    if (!out->x || !cosine)
        return vb_fail_memory(err, n_scans * most * sizeof *out->x);
    for (size_t c = 0; status == VB_OK && d && c < d->n_cols; c++) {
        if (!is_taken(&d->columns[c], what, o->adjust))
            continue;
        for (size_t t = 0; t < n_scans; t++)
            out->x[t * most + n] = d->x[t * d->n_cols + c];
        n++;
    }
    if (status == VB_OK && what == TAKE_NAMED && !n)
        return vb_fail(err, VB_EINPUT,
                       "no column of the design matches '%s'; there are also the words "
                       "none, drift, confounds and all",
                       o->adjust);
    for (size_t f = 0; f < n_filter; f++, n++)
        for (size_t t = 0; t < n_scans; t++)
            out->x[t * most + n] = d->filter[0][t * n_filter + f];
    for (size_t j = 1; j <= n_cosines; j++, n++) {
        vb_cosine_fill(n_scans, j, cosine);
        for (size_t t = 0; t < n_scans; t++)
            out->x[t * most + n] = cosine[t];
    }
    for (size_t t = 0; t < n_scans; t++) /* rows of n, not of most */
        memmove(out->x + t * n, out->x + t * most, n * sizeof *out->x);
    for (size_t c = 0; c < n && what != TAKE_ALL; c++)
        centre(n_scans, n, c, out->x);
    out->n = n;
    out->line_filter = d && what != TAKE_NONE && glm_needs_line_filter(d);
    return status;
}

/* FSL's high-pass takes the mean off as well; it is put back. */
vb_status roi_filter_lines(const vb_design *d, double tr_s, size_t n_scans,
                           size_t n_series, double y[], vb_arena *arena, vb_error *err)
{
    double *one = vb_arena_take(arena, n_scans, 2 * sizeof *one);
    vb_line line;
    vb_status status;

    if (!one)
        return vb_fail_memory(err, n_scans * 2 * sizeof *one);
    status = vb_line_make(n_scans, d->high_pass_s / (2 * tr_s), arena, &line, err);
    for (size_t i = 0; status == VB_OK && i < n_series; i++) {
        double mean = 0;

        for (size_t t = 0; t < n_scans; t++) {
            one[t] = y[t * n_series + i];
            mean += one[t] / (double)n_scans;
        }
        vb_line_filter(&line, one, one + n_scans);
        for (size_t t = 0; t < n_scans; t++)
            y[t * n_series + i] = one[t] + mean;
    }
    return status;
}

vb_status roi_process(const vb_roi_job *job, const vb_roi_options *options, double tr_s,
                      size_t n_scans, size_t n_series, double y[], size_t *n_out,
                      vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    taken out = {0};
    vb_status status = arena ? collect(job, options, tr_s, n_scans, arena, &out, err)
                             : vb_fail_memory(err, 1);

    if (status == VB_OK && out.line_filter)
        status = roi_filter_lines(job->design, tr_s, n_scans, n_series, y, arena, err);
    if (status == VB_OK)
        status = vb_regress_out(n_scans, out.n, out.x, n_series, y, n_out, err);
    vb_arena_free(arena);
    return status;
}

/* The whole design, or without one a constant and the cosines that were asked for. */
vb_status roi_find_rho(const vb_roi_job *job, const vb_roi_options *options,
                       double tr_s, size_t n_scans, size_t n_series, const double y[],
                       double rho[], vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    const vb_roi_options all = {.adjust = job->design ? "all" : "none",
                                .high_pass_s = options->high_pass_s};
    vb_region_noise *noise =
        arena ? vb_arena_take(arena, n_series, sizeof *noise) : NULL;
    taken out = {0};
    vb_status status = noise ? collect(job, &all, tr_s, n_scans, arena, &out, err)
                             : vb_fail_memory(err, n_series * sizeof *noise);
    double *x = NULL;

    if (status == VB_OK) {
        x = vb_arena_take(arena, n_scans * (out.n + 1), sizeof *x);
        if (!x)
            status = vb_fail_memory(err, n_scans * (out.n + 1) * sizeof *x);
    }
    for (size_t t = 0; status == VB_OK && t < n_scans; t++) {
        memcpy(x + t * (out.n + 1), out.x + t * out.n, out.n * sizeof *x);
        x[t * (out.n + 1) + out.n] = 1; /* once more does no harm */
    }
    if (status == VB_OK) {
        const vb_region_model model = {.n_scans = n_scans,
                                       .n_cols = out.n + 1,
                                       .x = x,
                                       .noise = "ar1"};

        status = vb_region_glm(&model, n_series, y, 0.95, NULL, noise, err);
    }
    for (size_t i = 0; status == VB_OK && i < n_series; i++)
        rho[i] = noise[i].rho;
    vb_arena_free(arena);
    return status;
}
