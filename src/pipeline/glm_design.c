/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_design.c - a design as the fit takes it.
 *
 * SPM keeps its cosines apart and takes them off data and design; estimating them beside the
 * other columns is the same (Frisch-Waugh), also under autocorrelated noise, and their
 * degrees of freedom are counted.  FSL's filter changes the data: mean 0 is then an
 * estimated mean, so a design without a constant gets one, orthogonal to all its columns.
 */
#include "glm_internal.h"

#include <math.h>
#include <string.h>

bool glm_needs_line_filter(const vb_design *design)
{
    return design->drift && strcmp(design->drift, "fsl") == 0 &&
           isfinite(design->high_pass_s) && design->high_pass_s > 0;
}

static bool has_constant(const vb_design *design)
{
    for (size_t c = 0; c < design->n_cols; c++)
        if (design->columns[c].kind == VB_COLUMN_CONSTANT)
            return true;
    return false;
}

static void fill(const vb_design *design, size_t n_filter, size_t n_cols, double x[])
{
    for (size_t s = 0; s < design->n_scans; s++) {
        double *row = x + s * n_cols;

        memcpy(row, design->x + s * design->n_cols, design->n_cols * sizeof *row);
        if (n_filter)
            memcpy(row + design->n_cols, design->filter[0] + s * n_filter,
                   n_filter * sizeof *row);
        if (n_cols > design->n_cols + n_filter)
            row[n_cols - 1] = 1;
    }
}

/* rows [n x p] with zeros for the columns behind the design's */
static double *widen(vb_arena *arena, size_t n, size_t p, size_t n_cols,
                     const double rows[])
{
    double *wide = vb_arena_take(arena, n * n_cols, sizeof *wide);

    for (size_t r = 0; wide && r < n; r++)
        memcpy(wide + r * n_cols, rows + r * p, p * sizeof *wide);
    return wide;
}

vb_status glm_model_make(const vb_design *design, size_t n_contrasts,
                         const vb_contrast contrasts[], size_t n_kept,
                         const double kept[], vb_arena *arena, vb_glm_model *model,
                         vb_error *err)
{
    const size_t p = design->n_cols;
    const size_t n_filter = design->filter ? design->n_filter[0] : 0;
    const bool add_one = glm_needs_line_filter(design) && !has_constant(design);
    const size_t n_cols = p + n_filter + (add_one ? 1 : 0);
    double *x = vb_arena_take(arena, design->n_scans * n_cols, sizeof *x);
    vb_contrast *wide = vb_arena_take(arena, n_contrasts, sizeof *wide);
    const double *wide_kept;

    if (!x || !wide)
        return vb_fail_memory(err, design->n_scans * n_cols * sizeof *x);
    fill(design, n_filter, n_cols, x);
    for (size_t i = 0; i < n_contrasts; i++) {
        wide[i] = contrasts[i];
        wide[i].weights =
            widen(arena, contrasts[i].n_rows, p, n_cols, contrasts[i].weights);
        if (!wide[i].weights)
            return vb_fail_memory(err, contrasts[i].n_rows * n_cols * sizeof(double));
    }
    wide_kept = widen(arena, n_kept, p, n_cols, kept);
    if (!wide_kept)
        return vb_fail_memory(err, n_kept * n_cols * sizeof(double));
    *model = (vb_glm_model){.n_scans = design->n_scans,
                            .n_cols = n_cols,
                            .x = x,
                            .n_contrasts = n_contrasts,
                            .contrasts = wide,
                            .n_kept = n_kept,
                            .kept = wide_kept};
    return VB_OK;
}

vb_status glm_roles_of(const vb_design *design, size_t n_cols, vb_arena *arena,
                       glm_roles *roles, vb_error *err)
{
    roles->is_drift = vb_arena_take(arena, n_cols, sizeof *roles->is_drift);
    roles->is_baseline = vb_arena_take(arena, n_cols, sizeof *roles->is_baseline);
    if (!roles->is_drift || !roles->is_baseline)
        return vb_fail_memory(err, n_cols);
    for (size_t c = 0; c < n_cols; c++) {
        const bool added = c >= design->n_cols;
        const vb_column_kind kind =
            added ? VB_COLUMN_CONSTANT : design->columns[c].kind;

        roles->is_drift[c] = kind == VB_COLUMN_DRIFT ||
                             (added && c < design->n_cols + design->n_filter[0]);
        roles->is_baseline[c] =
            kind == VB_COLUMN_CONSTANT || kind == VB_COLUMN_CONFOUND;
    }
    return VB_OK;
}

/* ---- a design.tsv ---- */

/* Columns by the names that nilearn, fMRIPrep and valuebold give to drift. */
static vb_column_kind kind_of(const char *name, bool constant)
{
    if (constant)
        return VB_COLUMN_CONSTANT;
    return strncmp(name, "drift", 5) == 0 || strncmp(name, "cosine", 6) == 0
               ? VB_COLUMN_DRIFT
               : VB_COLUMN_EVENT;
}

static vb_status allocate(vb_design *d, const vb_table *table, vb_error *err)
{
    const size_t n = table->n_rows, p = table->n_cols;

    d->n_scans = n;
    d->n_cols = p;
    d->n_runs = 1;
    d->x = vb_arena_take(d->arena, n * p, sizeof *d->x);
    d->columns = vb_arena_take(d->arena, p, sizeof *d->columns);
    d->first_scan = vb_arena_take(d->arena, 2, sizeof *d->first_scan);
    d->tr_s = vb_arena_take(d->arena, 1, sizeof *d->tr_s);
    d->sample_s = vb_arena_take(d->arena, 1, sizeof *d->sample_s);
    d->filter = vb_arena_take(d->arena, 1, sizeof *d->filter);
    d->n_filter = vb_arena_take(d->arena, 1, sizeof *d->n_filter);
    if (!d->x || !d->columns || !d->first_scan || !d->tr_s || !d->sample_s ||
        !d->filter || !d->n_filter)
        return vb_fail_memory(err, n * p * sizeof *d->x);
    d->first_scan[1] = n;
    return VB_OK;
}

static bool is_constant(size_t n, size_t p, const double x[])
{
    for (size_t s = 1; s < n; s++)
        if (fabs(x[s * p] - x[0]) > 0)
            return false;
    return fabs(x[0]) > 0;
}

static vb_status take_column(vb_design *d, const vb_table *table, size_t c,
                             double scratch[], vb_notes *notes, vb_error *err)
{
    const char *name = vb_arena_string(d->arena, table->columns[c]);
    size_t n_missing = 0;
    vb_status status = vb_table_numbers(table, c, scratch, &n_missing, notes, err);

    if (status != VB_OK)
        return status;
    if (!name)
        return vb_fail_memory(err, 64);
    for (size_t s = 0; s < d->n_scans; s++) {
        if (isnan(scratch[s]))
            return vb_fail_at(err, VB_EINPUT, table->name, table->line[s], c + 1,
                              "column '%s' is n/a; a design has a number in every scan",
                              name);
        d->x[s * d->n_cols + c] = scratch[s];
    }
    d->columns[c] =
        (vb_column){.name = name,
                    .title = name,
                    .kind = kind_of(name, is_constant(d->n_scans, d->n_cols, d->x + c)),
                    .event = VB_NONE,
                    .modulator = VB_NONE};
    return VB_OK;
}

vb_status vb_design_from_table(const vb_table *table, double tr_s, vb_design **design,
                               vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_design *d = arena ? vb_arena_take(arena, 1, sizeof *d) : NULL;
    double *scratch =
        arena ? vb_arena_take(arena, table->n_rows, sizeof *scratch) : NULL;
    vb_status status = VB_OK;

    if (!d || !scratch) {
        vb_arena_free(arena);
        return vb_fail_memory(err, table->n_rows * sizeof *scratch);
    }
    d->arena = arena;
    d->high_pass_s = INFINITY;
    d->drift = "none";
    d->like = d->hrf = "as in the table";
    if (!table->n_rows || !table->n_cols)
        status = vb_fail_at(err, VB_EINPUT, table->name, 1, 0,
                            "the design is empty: %zu rows, %zu columns", table->n_rows,
                            table->n_cols);
    if (status == VB_OK)
        status = allocate(d, table, err);
    for (size_t c = 0; c < table->n_cols && status == VB_OK; c++)
        status = take_column(d, table, c, scratch, notes, err);
    if (status != VB_OK) {
        vb_design_free(d);
        return status;
    }
    d->tr_s[0] = tr_s;
    *design = d;
    return VB_OK;
}
