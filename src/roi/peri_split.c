/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peri_split.c - events into groups by a signal: equal shares, or its values. */
#include "valuebold/peristimulus.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The values that are there, sorted; to be freed.  NULL without memory. */
static double *sorted(size_t n, const double signal[], size_t *n_there)
{
    double *x = calloc(n + 1, sizeof *x);

    *n_there = 0;
    for (size_t i = 0; x && i < n; i++)
        if (!isnan(signal[i]))
            x[(*n_there)++] = signal[i];
    if (x)
        qsort(x, *n_there, sizeof *x, ascending);
    return x;
}

/* How many of x are below v. */
static size_t count_below(size_t n, const double x[], double v)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (x[middle] < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

vb_status vb_peri_split_quantiles(size_t n, const double signal[], size_t n_groups,
                                  size_t group[], double limits[], vb_error *err)
{
    size_t n_there;
    double *x = sorted(n, signal, &n_there);
    bool *full = calloc(n_groups + 1, sizeof *full);
    vb_status status = VB_OK;

    if (!x || !full)
        status = vb_fail_memory(err, n * sizeof *x);
    for (size_t i = 0; i < n_there && status == VB_OK; i++) {
        const size_t g = count_below(n_there, x, x[i]) * n_groups / n_there;

        full[g] = true;
        if (limits && g + 1 < n_groups)
            limits[g] = x[i];
    }
    for (size_t g = 0; g < n_groups && status == VB_OK; g++)
        if (!full[g])
            status = vb_fail(err, VB_EESTIMATE,
                             "group %zu of %zu by the size of the signal is empty: %zu "
                             "events have a value, too many of them the same; split by "
                             "its levels",
                             g + 1, n_groups, n_there);
    for (size_t i = 0; i < n && status == VB_OK; i++)
        group[i] = isnan(signal[i])
                       ? VB_NONE
                       : count_below(n_there, x, signal[i]) * n_groups / n_there;
    free(x);
    free(full);
    return status;
}

vb_status vb_peri_split_levels(size_t n, const double signal[], size_t most,
                               size_t group[], double levels[], size_t *n_levels,
                               vb_error *err)
{
    size_t n_there, n_found = 0;
    double *x = sorted(n, signal, &n_there);

    if (!x)
        return vb_fail_memory(err, n * sizeof *x);
    for (size_t i = 0; i < n_there; i++)
        if (!i || x[i] > x[i - 1])
            x[n_found++] = x[i];
    if (n_found > most) {
        free(x);
        return vb_fail(err, VB_EINPUT,
                       "the signal has %zu values, a curve for each of at most %zu; "
                       "split by quantiles",
                       n_found, most);
    }
    for (size_t k = 0; k < n_found; k++)
        levels[k] = x[k];
    for (size_t i = 0; i < n; i++)
        group[i] = isnan(signal[i]) ? VB_NONE : count_below(n_found, x, signal[i]);
    *n_levels = n_found;
    free(x);
    return VB_OK;
}
