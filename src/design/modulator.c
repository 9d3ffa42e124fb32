/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * modulator.c - trial-wise signals to weights:
 *
 *     weight = (raw - subtracted) / divided + offset
 *
 * A missing signal is filled first where the rule says RAW; then the scale is found
 * over its scope, then the mean over its scope is taken off (MINMAX without centring
 * puts the smallest value at the lower target instead); last, a missing signal is
 * filled where the rule says SCALED.  Each step is affine, so raw and scaled effects
 * convert exactly by the record.
 */
#include "valuebold/modulator.h"

#include <math.h>

/* Values of a run that differ by less than this, relative to the largest of them, are
 * rounding of one and the same number. */
static const double SAME = 1e-12;

typedef struct pool {
    size_t n;
    double mean, sum_squares, min, max;
} pool;

typedef struct job {
    const vb_modulator_rule *rule;
    const char *name;
    size_t n_runs;
    const size_t *n, *group;
    double *const *x; /* = out; NaN is missing */
    vb_modulator_record *record;
    vb_error *err;
} job;

static bool in_scope(const job *j, vb_scope scope, size_t r, size_t other)
{
    switch (scope) {
    case VB_SCOPE_SAMPLE:
        return true;
    case VB_SCOPE_SUBJECT:
        return j->group[r] == j->group[other];
    default:
        return r == other;
    }
}

/* Mean, extremes and sum of squares about the mean, of all runs in scope of run r. */
static pool pool_of(const job *j, vb_scope scope, size_t r)
{
    pool p = {.min = HUGE_VAL, .max = -HUGE_VAL};
    double sum = 0;

    for (size_t k = 0; k < j->n_runs; k++)
        for (size_t i = 0; in_scope(j, scope, r, k) && i < j->n[k]; i++) {
            const double x = j->x[k][i];

            if (isnan(x))
                continue;
            p.n++;
            sum += x;
            p.min = fmin(p.min, x);
            p.max = fmax(p.max, x);
        }
    p.mean = p.n ? sum / (double)p.n : (double)NAN;
    for (size_t k = 0; k < j->n_runs; k++)
        for (size_t i = 0; in_scope(j, scope, r, k) && i < j->n[k]; i++) {
            const double d = j->x[k][i] - p.mean;

            if (!isnan(d))
                p.sum_squares += d * d;
        }
    return p;
}

static bool is_constant(const pool *p)
{
    return !p->n || p->max - p->min <= SAME * fmax(fabs(p->max), fabs(p->min));
}

/* Standard deviation (n - 1) over the scaling scope of the values as they will be
 * centred: with run means off, these are the deviations from the run means. */
static double pooled_sd(const job *j, size_t r)
{
    const vb_scope over = j->rule->scale_over, centre = j->rule->centre;
    double sum = 0;
    size_t n = 0;

    if (centre == VB_SCOPE_NONE || centre >= over) {
        const pool p = pool_of(j, over, r);

        return sqrt(p.sum_squares / (double)(p.n - 1));
    }
    for (size_t k = 0; k < j->n_runs; k++) {
        pool p;

        if (!in_scope(j, over, r, k))
            continue;
        p = pool_of(j, centre, k);
        n += j->n[k];
        for (size_t i = 0; i < j->n[k]; i++) {
            const double d = j->x[k][i] - p.mean;

            if (isnan(d))
                n--;
            else
                sum += d * d;
        }
    }
    return sqrt(sum / (double)(n - 1));
}

static vb_status find_scale(const job *j, size_t r, vb_modulator_record *record)
{
    const vb_modulator_rule *rule = j->rule;
    pool p;

    record->divided = rule->scale == VB_SCALE_PER_UNIT ? rule->per_unit : 1;
    if (rule->scale != VB_SCALE_Z && rule->scale != VB_SCALE_MINMAX)
        return VB_OK;
    if (r && in_scope(j, rule->scale_over, r - 1, r)) { /* found already */
        record->divided = record[-1].divided;
        record->subtracted = record[-1].subtracted;
        record->offset = record[-1].offset;
        return VB_OK;
    }
    p = pool_of(j, rule->scale_over, r);
    if (!p.n)
        return VB_OK;
    if (rule->scale == VB_SCALE_Z && !is_constant(&p))
        record->divided = pooled_sd(j, r);
    if (is_constant(&p) || record->divided <= SAME * fmax(fabs(p.max), fabs(p.min)))
        return vb_fail(
            j->err, VB_EDOM,
            "modulator '%s', run %zu of %zu: the signal is constant (%g), so there "
            "is no variance to scale by; use scale: raw or a wider scope",
            j->name, r + 1, j->n_runs, p.mean);
    if (rule->scale == VB_SCALE_MINMAX) {
        record->divided = (p.max - p.min) / (rule->minmax[1] - rule->minmax[0]);
        if (rule->centre == VB_SCOPE_NONE) {
            record->subtracted = p.min;
            record->offset = rule->minmax[0];
        }
    }
    return VB_OK;
}

static vb_status check_rule(const job *j)
{
    const vb_modulator_rule *rule = j->rule;
    const bool needs_value = rule->missed == VB_MISSED_VALUE;

    if (needs_value && !isfinite(rule->missed_value))
        return vb_fail(j->err, VB_EUSAGE,
                       "modulator '%s': the value for missed trials is "
                       "%g, not a number",
                       j->name, rule->missed_value);
    if (rule->scale == VB_SCALE_PER_UNIT &&
        (!isfinite(rule->per_unit) || rule->per_unit == 0))
        return vb_fail(j->err, VB_EUSAGE,
                       "modulator '%s': per_unit is %g; it must be a "
                       "number other than 0",
                       j->name, rule->per_unit);
    if (rule->scale == VB_SCALE_MINMAX &&
        !(rule->minmax[0] < rule->minmax[1] &&
          isfinite(rule->minmax[1] - rule->minmax[0])))
        return vb_fail(j->err, VB_EUSAGE,
                       "modulator '%s': minmax is [%g, %g]; the first "
                       "must be below the second",
                       j->name, rule->minmax[0], rule->minmax[1]);
    return VB_OK;
}

static void fill_missing(const job *j, size_t r, double mean)
{
    const vb_missed missed = j->rule->missed;
    const double value = missed == VB_MISSED_MEAN ? mean : j->rule->missed_value;

    if (missed != VB_MISSED_MEAN && missed != VB_MISSED_VALUE)
        return;
    for (size_t i = 0; i < j->n[r]; i++)
        if (isnan(j->x[r][i]))
            j->x[r][i] = value;
}

/* Copies raw to out, describes the run, fills what is filled before scaling. */
static vb_status take_raw(const job *j, size_t r, const double raw[])
{
    const vb_modulator_rule *rule = j->rule;
    vb_modulator_record *record = &j->record[r];
    double *x = j->x[r];
    pool p;

    *record = (vb_modulator_record){.n = j->n[r]};
    for (size_t i = 0; i < j->n[r]; i++) {
        if (isinf(raw[i]))
            return vb_fail(j->err, VB_EDOM,
                           "modulator '%s', run %zu of %zu, event %zu: the "
                           "signal is infinite",
                           j->name, r + 1, j->n_runs, i + 1);
        x[i] = raw[i];
        record->n_missing += isnan(raw[i]) ? 1 : 0;
    }
    p = pool_of(j, VB_SCOPE_RUN, r);
    record->raw_mean = p.mean;
    record->raw_sd = p.n > 1 ? sqrt(p.sum_squares / (double)(p.n - 1)) : (double)NAN;
    record->raw_min = p.n ? p.min : (double)NAN;
    record->raw_max = p.n ? p.max : (double)NAN;
    if (rule->missed_stage == VB_STAGE_RAW)
        fill_missing(j, r, p.mean);
    return VB_OK;
}

static void weigh(const job *j, size_t r)
{
    vb_modulator_record *record = &j->record[r];
    double *x = j->x[r];
    pool p = pool_of(j, VB_SCOPE_RUN, r);

    record->constant = is_constant(&p);
    for (size_t i = 0; i < j->n[r]; i++) {
        /* one number for a constant, or rounding would pass for variance */
        const double value = record->constant && !isnan(x[i]) ? p.mean : x[i];

        x[i] = (value - record->subtracted) / record->divided + record->offset;
    }
    p = pool_of(j, VB_SCOPE_RUN, r);
    fill_missing(j, r, p.mean);
    p = pool_of(j, VB_SCOPE_RUN, r);
    record->constant = is_constant(&p);
    record->sd = p.n > 1 ? sqrt(p.sum_squares / (double)(p.n - 1)) : (double)NAN;
}

static void note_missing(const job *j, vb_notes *notes)
{
    static const char *const what[] = {[VB_MISSED_DROP] =
                                           "they have no row in the modulated column",
                                       [VB_MISSED_OWN_EVENT] =
                                           "they have no row in the modulated column",
                                       [VB_MISSED_VALUE] = "they get the stated value",
                                       [VB_MISSED_MEAN] =
                                           "they get the mean of their run"};
    size_t n = 0, missing = 0;

    for (size_t r = 0; r < j->n_runs; r++) {
        n += j->n[r];
        missing += j->record[r].n_missing;
    }
    if (missing)
        vb_note_add(
            notes, VB_WARNING, "modulator-missing", NULL, 0, 0,
            "modulator '%s': the signal is missing (n/a) in %zu of %zu events; %s",
            j->name, missing, n, what[j->rule->missed]);
    if (j->rule->scale == VB_SCALE_MINMAX && j->rule->centre != VB_SCOPE_NONE)
        vb_note_add(
            notes, VB_INFO, "modulator-minmax-centred", NULL, 0, 0,
            "modulator '%s': centred after scaling, so its weights span %g but do "
            "not lie in [%g, %g]; centre: none keeps them there",
            j->name, j->rule->minmax[1] - j->rule->minmax[0], j->rule->minmax[0],
            j->rule->minmax[1]);
}

vb_status vb_modulator_prepare(const vb_modulator_rule *rule, const char *name,
                               size_t n_runs, const size_t n[], const size_t group[],
                               const double *const raw[], double *const out[],
                               vb_modulator_record record[], vb_notes *notes,
                               vb_error *err)
{
    vb_modulator_rule own = *rule;
    const job j = {&own, name, n_runs, n, group, out, record, err};
    vb_status status;

    if (own.scale_over == VB_SCOPE_NONE)
        own.scale_over = VB_SCOPE_RUN;
    status = check_rule(&j);
    for (size_t r = 0; r < n_runs && status == VB_OK; r++)
        status = take_raw(&j, r, raw[r]);
    for (size_t r = 0; r < n_runs && status == VB_OK; r++)
        status = find_scale(&j, r, &record[r]);
    if (status != VB_OK)
        return status;
    for (size_t r = 0; r < n_runs && own.centre != VB_SCOPE_NONE; r++) {
        if (r && in_scope(&j, own.centre, r - 1, r)) {
            record[r].subtracted = record[r - 1].subtracted;
        } else {
            const pool p = pool_of(&j, own.centre, r);

            record[r].subtracted = p.n ? p.mean : 0;
        }
    }
    for (size_t r = 0; r < n_runs; r++)
        weigh(&j, r);
    note_missing(&j, notes);
    return VB_OK;
}
