/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region_series.c - series of regions, volume by volume.
 *
 * A voxel can be judged (constant, not finite) only when the run is over, so what it gave to
 * the means would have to be taken out again.  The usual regions are small: their voxels are
 * kept as they are stored and summed up at the end.  What is too large for that is summed
 * on the way, and summed again in a second pass when some voxel has to go.
 */
#include "region_extract.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void to_double(vb_sample type, const void *stored, size_t n, double slope,
                      double inter, double out[])
{
    switch (type) {
    case VB_SAMPLE_INT16:
        for (size_t i = 0; i < n; i++)
            out[i] = slope * ((const int16_t *)stored)[i] + inter;
        break;
    case VB_SAMPLE_FLOAT32:
        for (size_t i = 0; i < n; i++)
            out[i] = slope * (double)((const float *)stored)[i] + inter;
        break;
    case VB_SAMPLE_FLOAT64:
        for (size_t i = 0; i < n; i++)
            out[i] = slope * ((const double *)stored)[i] + inter;
        break;
    }
}

static void judge_row(vb_region_extract *e, size_t scan)
{
    for (size_t i = 0; i < e->n_union; i++) {
        voxel_state *s = &e->state[i];
        const double x = e->row[i];

        if (!isfinite(x)) {
            s->nonfinite = 1;
        } else if (!scan) {
            s->first = x;
        } else {
            const double d = x - s->first;

            s->varies = s->varies || d < 0 || d > 0;
            s->sum += d;
            s->square += d * d;
        }
    }
}

/* Element k of x [n] in ascending order (Hoare's selection); x is reordered. */
static double select_at(double x[], size_t n, size_t k)
{
    size_t low = 0, high = n - 1;

    while (low < high) {
        const double pivot = x[low + (high - low) / 2];
        size_t i = low, j = high;

        for (;;) {
            while (x[i] < pivot)
                i++;
            while (x[j] > pivot)
                j--;
            if (i >= j)
                break;
            const double swap = x[i];
            x[i++] = x[j];
            x[j--] = swap;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return x[k];
}

static double median_of(double x[], size_t n)
{
    double upper, lower = -INFINITY;

    upper = select_at(x, n, n / 2);
    if (n % 2)
        return upper;
    for (size_t i = 0; i < n / 2; i++) /* all not above it stand before it */
        lower = fmax(lower, x[i]);
    return (lower + upper) / 2;
}

static void sum_row(vb_region_extract *e, size_t scan)
{
    for (size_t r = 0; r < e->n_regions; r++) {
        const region_members *m = &e->members[r];
        vb_region_series *s = &e->series[r];
        double sum = 0, weighted = 0, weights = 0;
        bool finite = true;

        for (size_t i = 0; i < m->n_used; i++) {
            const double x = e->row[m->row[i]];

            e->scratch[i] = x;
            finite = finite && isfinite(x);
            sum += x;
            weighted += m->weight[i] * x;
            weights += m->weight[i];
        }
        s->mean[scan] = sum / (double)m->n_used; /* 0 / 0: no voxel, no mean */
        s->weighted[scan] = weighted / weights;
        s->median[scan] =
            finite && m->n_used ? median_of(e->scratch, m->n_used) : (double)NAN;
    }
}

/* ---- the run ---- */

static vb_status start(vb_region_extract *e, vb_sample type, vb_error *err)
{
    const size_t bytes = vb_sample_bytes(type);

    e->type = type;
    if (e->n_union && e->n_scans > e->keep_bytes / bytes / e->n_union)
        return VB_OK;
    e->kept = malloc(e->n_scans * e->n_union * bytes + 1);
    e->keeps = e->kept != NULL;
    return e->keeps ? VB_OK : vb_fail_memory(err, e->n_scans * e->n_union * bytes);
}

vb_status vb_region_extract_add(vb_region_extract *e, size_t n_volumes, vb_sample type,
                                const void *values, size_t stride, double slope,
                                double inter, vb_error *err)
{
    const size_t bytes = vb_sample_bytes(type);
    vb_status status = VB_OK;

    if (e->n_added + n_volumes > e->n_scans)
        return vb_fail(err, VB_EINTERNAL, "more than %zu volumes", e->n_scans);
    if (!e->n_added && !e->second)
        status = start(e, type, err);
    if (status != VB_OK)
        return status;
    e->slope = slope;
    e->inter = inter;
    for (size_t b = 0; b < n_volumes; b++, e->n_added++) {
        const char *from = (const char *)values + b * stride * bytes;

        if (e->keeps) {
            memcpy((char *)e->kept + e->n_added * e->n_union * bytes, from,
                   e->n_union * bytes);
            continue;
        }
        to_double(type, from, e->n_union, slope, inter, e->row);
        if (!e->second)
            judge_row(e, e->n_added);
        sum_row(e, e->n_added);
    }
    return VB_OK;
}

static void take_kept(vb_region_extract *e, size_t scan)
{
    to_double(e->type,
              (const char *)e->kept + scan * e->n_union * vb_sample_bytes(e->type),
              e->n_union, e->slope, e->inter, e->row);
}

/* Leaves out voxels without signal; returns how many. */
static size_t drop(vb_region_extract *e)
{
    size_t n_dropped = 0;

    for (size_t r = 0; r < e->n_regions; r++) {
        region_members *m = &e->members[r];
        vb_region_series *s = &e->series[r];
        size_t n = 0;

        for (size_t i = 0; i < m->n; i++) {
            const voxel_state *state = &e->state[m->row[i]];

            s->n_nonfinite += state->nonfinite;
            s->n_constant += !state->nonfinite && !state->varies;
            if (state->nonfinite || !state->varies)
                continue;
            m->row[n] = m->row[i];
            m->weight[n] = m->weight[i];
            m->voxel[n++] = m->voxel[i];
        }
        n_dropped += m->n - n;
        m->n_used = s->n_used = n;
    }
    return n_dropped;
}

static double tsnr_of(double mean, double square, size_t n)
{
    return mean / sqrt(square / ((double)n - 1));
}

static void find_tsnr(vb_region_extract *e, size_t r)
{
    const region_members *m = &e->members[r];
    vb_region_series *s = &e->series[r];
    const double n = (double)e->n_scans;
    double sum = 0, square = 0, mean = 0;

    for (size_t i = 0; i < m->n_used; i++) {
        const voxel_state *v = &e->state[m->row[i]];
        const double shift = v->sum / n;

        sum += tsnr_of(v->first + shift, v->square - n * shift * shift, e->n_scans);
    }
    s->tsnr = sum / (double)m->n_used;
    for (size_t t = 0; t < e->n_scans; t++)
        mean += s->mean[t] / n;
    for (size_t t = 0; t < e->n_scans; t++)
        square += (s->mean[t] - mean) * (s->mean[t] - mean);
    s->tsnr_mean = tsnr_of(mean, square, e->n_scans);
}

vb_status vb_region_extract_finish(vb_region_extract *e, bool *again, vb_error *err)
{
    if (e->n_added != e->n_scans)
        return vb_fail(err, VB_EINTERNAL, "%zu of %zu volumes", e->n_added, e->n_scans);
    for (size_t t = 0; e->keeps && t < e->n_scans; t++) {
        take_kept(e, t);
        judge_row(e, t);
    }
    *again = false;
    if (!e->second)
        *again = drop(e) > 0 && !e->keeps;
    if (*again) {
        e->second = true;
        e->n_added = 0;
        return VB_OK;
    }
    for (size_t t = 0; e->keeps && t < e->n_scans; t++) {
        take_kept(e, t);
        sum_row(e, t);
    }
    for (size_t r = 0; r < e->n_regions; r++)
        find_tsnr(e, r);
    return VB_OK;
}

const vb_region_series *vb_region_extract_result(const vb_region_extract *e, size_t r)
{
    return &e->series[r];
}

vb_status vb_region_extract_voxels(const vb_region_extract *e, size_t r, double y[],
                                   vb_error *err)
{
    const region_members *m = &e->members[r];
    const size_t bytes = vb_sample_bytes(e->type);

    if (!e->keeps)
        return vb_fail(
            err, VB_ENOMEM,
            "the series of the %zu voxels of all regions were not kept: they "
            "need %zu bytes, %zu are allowed",
            e->n_union, e->n_union * e->n_scans * bytes, e->keep_bytes);
    for (size_t t = 0; t < e->n_scans; t++)
        for (size_t i = 0; i < m->n_used; i++)
            to_double(e->type,
                      (const char *)e->kept + (t * e->n_union + m->row[i]) * bytes, 1,
                      e->slope, e->inter, y + t * m->n_used + i);
    return VB_OK;
}
