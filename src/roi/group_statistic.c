/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * group_statistic.c - t of one region under an arrangement of subjects.
 *
 * Without nuisance the values stay where they are and signs, labels or covariate move; a
 * region where some are missing is tested on those that are there. With nuisance, the
 * residuals e of the model without the effect move (Freedman & Lane), and with Q its basis and
 * x the effect's column beside it
 *
 *     b = x'e* / x'x,   SS = e*'e* - |Q'e*|^2 - b^2 x'x,   t = b / sqrt(SS / df / x'x).
 */
#include "group_internal.h"

#include <math.h>

/* A column of which less than this is left beside others is a sum of them; values whose
 * spread is below this share of their size do not vary. */
static const double nothing_left = 1e-12;
enum { MOST_HALF_BITS = 16 };

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* What is left of x beside the n_q rows of q, in place; its share of the square. */
static double clear(size_t n, size_t n_q, const double *q, double *x)
{
    const double before = dot(n, x, x);

    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < n_q; k++) {
            const double d = dot(n, q + k * n, x);

            for (size_t i = 0; i < n; i++)
                x[i] -= d * q[k * n + i];
        }
    return before > 0 ? dot(n, x, x) / before : 0;
}

static void add_column(vb_group_region *r, const double *x)
{
    double *q = r->q + r->n_without * r->n, size;

    for (size_t i = 0; i < r->n; i++)
        q[i] = x[i];
    if (clear(r->n, r->n_without, r->q, q) <= nothing_left)
        return;
    size = sqrt(dot(r->n, q, q));
    for (size_t i = 0; i < r->n; i++)
        q[i] /= size;
    r->n_without++;
}

/* The model without the effect: the constant (but for one-sample), nuisance about its mean. */
static void make_without(const vb_region_group *data, vb_group_region *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->work[i] = 1;
    if (data->test != VB_GROUP_ONE_SAMPLE)
        add_column(r, r->work);
    for (size_t k = 0; k < data->n_nuisance; k++) {
        double mean = 0;

        for (size_t i = 0; i < r->n; i++)
            mean += data->nuisance[r->who[i] * data->n_nuisance + k] / (double)r->n;
        for (size_t i = 0; i < r->n; i++)
            r->work[i] = data->nuisance[r->who[i] * data->n_nuisance + k] - mean;
        add_column(r, r->work);
    }
}

static double effect_column(const vb_region_group *data, size_t subject)
{
    return data->test == VB_GROUP_ONE_SAMPLE  ? 1
           : data->test == VB_GROUP_TWO_GROUP ? (double)data->group[subject]
                                              : data->covariate[subject];
}

/* Sums of y under all signs of half of the subjects, from by way of bits. */
static double *half_sums(const double *y, size_t n, vb_arena *arena)
{
    double *sums = vb_arena_take(arena, (size_t)1 << n, sizeof *sums);

    for (size_t q = 0; sums && q < (size_t)1 << n; q++)
        for (size_t i = 0; i < n; i++)
            sums[q] += q >> i & 1 ? -y[i] : y[i];
    return sums;
}

static vb_status take(const vb_region_group *data, size_t region, vb_arena *arena,
                      vb_group_region *r, vb_error *err)
{
    const size_t n = data->n_subjects;

    r->who = vb_arena_take(arena, n, sizeof *r->who);
    r->y = vb_arena_take(arena, n, sizeof *r->y);
    r->x = vb_arena_take(arena, n, sizeof *r->x);
    r->work = vb_arena_take(arena, n, sizeof *r->work);
    r->q = vb_arena_take(arena, n * (data->n_nuisance + 2), sizeof *r->q);
    if (!r->who || !r->y || !r->x || !r->work || !r->q)
        return vb_fail_memory(err, n * (data->n_nuisance + 2) * sizeof *r->q);
    for (size_t i = 0; i < n; i++) {
        const double value = data->values[i * data->n_regions + region];

        if (!isfinite(value))
            continue;
        r->who[r->n] = i;
        r->x[r->n] = effect_column(data, i);
        r->y[r->n++] = value;
    }
    return VB_OK;
}

vb_status vb_group_region_make(const vb_region_group *data, size_t region,
                               vb_arena *arena, vb_group_region *r, vb_error *err)
{
    vb_status status;
    double spread;

    *r = (vb_group_region){0};
    status = take(data, region, arena, r, err);
    if (status != VB_OK || !r->n)
        return status;
    make_without(data, r);
    r->df = (double)r->n - (double)r->n_without - 1;
    r->square = dot(r->n, r->y, r->y);
    if (clear(r->n, r->n_without, r->q, r->x) <= nothing_left || r->df < 1)
        return VB_OK;
    r->xx = dot(r->n, r->x, r->x);
    for (size_t i = 0; i < r->n; i++)
        r->work[i] = r->y[i];
    spread = clear(r->n, r->n_without, r->q, r->work); /* without the effect */
    if (data->n_nuisance || data->test != VB_GROUP_ONE_SAMPLE)
        for (size_t i = 0; i < r->n; i++)
            r->y[i] = r->work[i];
    {
        const double b = dot(r->n, r->x, r->work) / r->xx;
        const double rest = dot(r->n, r->work, r->work) - b * b * r->xx;

        r->usable = spread > nothing_left && rest > nothing_left * r->square;
    }
    if (r->usable && data->test == VB_GROUP_ONE_SAMPLE && !data->n_nuisance &&
        r->n <= 2 * MOST_HALF_BITS) {
        const size_t half = r->n / 2;

        r->sums[0] = half_sums(r->y, half, arena);
        r->sums[1] = half_sums(r->y + half, r->n - half, arena);
        if (!r->sums[0] || !r->sums[1])
            return vb_fail_memory(err, ((size_t)1 << (r->n - half)) * sizeof(double));
    }
    return VB_OK;
}

/* t of an effect b whose column has square xx, with residual square ss. */
static double finish(double b, double xx, double ss, double df, double *effect,
                     double *se)
{
    const double error = sqrt(fmax(ss, 0) / df / xx);

    if (effect)
        *effect = b;
    if (se)
        *se = error;
    if (error > 0)
        return b / error;
    return b > 0 ? HUGE_VAL : b < 0 ? -HUGE_VAL : 0;
}

static double one_sample(const vb_group_region *r, const vb_arrangements *a,
                         double *effect, double *se)
{
    const size_t half = r->n / 2;
    const double n = (double)r->n;
    double sum = 0;

    if (a->exact && r->sums[0] && r->n == a->n)
        sum = r->sums[0][a->index & (((size_t)1 << half) - 1)] +
              r->sums[1][a->index >> half];
    else
        for (size_t i = 0; i < r->n; i++)
            sum += a->sign[r->who[i]] * r->y[i];
    return finish(sum / n, n, r->square - sum * sum / n, r->df, effect, se);
}

/* Labels or covariate moved, values in place; those of y are about their mean. */
static double slope(const vb_region_group *data, const vb_group_region *r,
                    const vb_arrangements *a, double *effect, double *se)
{
    double mean = 0, xx = 0, xy = 0;

    for (size_t i = 0; i < r->n; i++) {
        const size_t who = r->who[i];

        r->work[i] = a->kind == VB_ARRANGE_LABELS ? (double)a->label[who]
                                                  : data->covariate[a->order[who]];
        mean += r->work[i] / (double)r->n;
    }
    for (size_t i = 0; i < r->n; i++) {
        xx += (r->work[i] - mean) * (r->work[i] - mean);
        xy += (r->work[i] - mean) * r->y[i];
    }
    if (!(xx > 0))
        return 0; /* nobody with a value is in one of the groups */
    return finish(xy / xx, xx, dot(r->n, r->y, r->y) - xy * xy / xx, r->df, effect, se);
}

/* Welch (1947) Biometrika 34:28 */
static double welch(const vb_group_region *r, const vb_arrangements *a, double *effect,
                    double *se, double *df)
{
    double n[2] = {0}, mean[2] = {0}, share[2] = {0}, error, b;

    for (size_t i = 0; i < r->n; i++) {
        const size_t g = a->label[r->who[i]];

        n[g]++;
        mean[g] += r->y[i];
    }
    if (n[0] < 2 || n[1] < 2)
        return 0;
    mean[0] /= n[0];
    mean[1] /= n[1];
    for (size_t i = 0; i < r->n; i++) {
        const size_t g = a->label[r->who[i]];

        share[g] += (r->y[i] - mean[g]) * (r->y[i] - mean[g]) / (n[g] - 1) / n[g];
    }
    b = mean[1] - mean[0];
    error = sqrt(share[0] + share[1]);
    if (effect)
        *effect = b;
    if (se)
        *se = error;
    if (df)
        *df = (share[0] + share[1]) * (share[0] + share[1]) /
              (share[0] * share[0] / (n[0] - 1) + share[1] * share[1] / (n[1] - 1));
    return error > 0 ? b / error : b > 0 ? HUGE_VAL : b < 0 ? -HUGE_VAL : 0;
}

/* Residuals moved: of those that have a value, in the order they come in the arrangement. */
static double moved(const vb_group_region *r, const vb_arrangements *a, double *effect,
                    double *se)
{
    double *e = r->work, b, ss;

    if (a->kind == VB_ARRANGE_SIGNS) {
        for (size_t i = 0; i < r->n; i++)
            e[i] = a->sign[r->who[i]] * r->y[i];
    } else {
        size_t at = 0;

        for (size_t i = 0; i < a->n; i++) {
            size_t low = 0,
                   high = r->n; /* where subject order[i] is in who, if at all */

            while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (r->who[middle] < a->order[i])
                    low = middle + 1;
                else
                    high = middle;
            }
            if (low < r->n && r->who[low] == a->order[i])
                e[at++] = r->y[low];
        }
    }
    b = dot(r->n, r->x, e) / r->xx;
    ss = dot(r->n, e, e) - b * b * r->xx;
    for (size_t k = 0; k < r->n_without; k++) {
        const double d = dot(r->n, r->q + k * r->n, e);

        ss -= d * d;
    }
    return finish(b, r->xx, ss, r->df, effect, se);
}

double vb_group_t(const vb_region_group *data, const vb_group_region *r,
                  const vb_arrangements *a, double *effect, double *se, double *df)
{
    if (df)
        *df = r->df;
    if (data->n_nuisance)
        return moved(r, a, effect, se);
    if (data->test == VB_GROUP_ONE_SAMPLE)
        return one_sample(r, a, effect, se);
    if (data->test == VB_GROUP_TWO_GROUP && data->unequal_variances)
        return welch(r, a, effect, se, df);
    return slope(data, r, a, effect, se);
}
