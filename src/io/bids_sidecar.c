/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_sidecar.c - timing of a run from a JSON sidecar. */
#include "valuebold/bids.h"
#include "valuebold/file.h"
#include "valuebold/node.h"

#include <math.h>
#include <string.h>

/* Slice times and their units take a few kB; vendors' extras some more. */
enum { MAX_SIDECAR = 16 << 20 };

static const double MAX_TR_S = 100;

typedef struct reader {
    const char *path;
    vb_arena *arena;
    vb_notes *notes;
    vb_error *err;
} reader;

/* A number written as one; absent or null is NaN. */
static vb_status number(const reader *r, const vb_node *root, const char *key,
                        double *x)
{
    const vb_node *node = vb_node_get(root, key);
    char quoted[VB_QUOTE_MAX];

    *x = (double)NAN;
    if (!node || node->null)
        return VB_OK;
    if (node->kind == VB_SCALAR && !node->quoted &&
        vb_number_read(node->text, x) == VB_NUMBER_OK)
        return VB_OK;
    return vb_fail_at(r->err, VB_EINPUT, r->path, node->line, node->column,
                      "%s is %s%s%s; a number of seconds is expected", key,
                      node->kind == VB_SCALAR ? "the text '" : "no number",
                      node->kind == VB_SCALAR ? vb_quote(node->text, quoted) : "",
                      node->kind == VB_SCALAR ? "'" : "");
}

static vb_status read_tr(const reader *r, const vb_node *root, vb_bids_run *run)
{
    const vb_node *node = vb_node_get(root, "RepetitionTime");
    double tr_s;
    vb_status status = number(r, root, "RepetitionTime", &tr_s);

    if (status != VB_OK || isnan(tr_s))
        return status;
    if (tr_s <= 0 || tr_s >= MAX_TR_S)
        return vb_fail_at(r->err, VB_EINPUT, r->path, node->line, node->column,
                          "RepetitionTime is %g s; it must be above 0 and below %g s%s",
                          tr_s, MAX_TR_S, tr_s > 0 ? "; are these milliseconds?" : "");
    run->tr_s = tr_s;
    run->tr_source = r->path;
    return VB_OK;
}

static vb_status read_slices(const reader *r, const vb_node *root, vb_bids_run *run)
{
    const vb_node *list = vb_node_get(root, "SliceTiming");
    double first = HUGE_VAL, last = -HUGE_VAL;

    if (!list || list->kind != VB_LIST || !list->n)
        return VB_OK; /* fMRIPrep writes null or leaves it out when it is not known */
    for (size_t i = 0; i < list->n; i++) {
        const vb_node *node = list->items[i];
        double t;

        if (node->kind != VB_SCALAR || node->quoted ||
            vb_number_read(node->text, &t) != VB_NUMBER_OK || t < 0)
            return vb_fail_at(
                r->err, VB_EINPUT, r->path, node->line, node->column,
                "SliceTiming: entry %zu is no number of seconds from 0 on", i + 1);
        first = fmin(first, t);
        last = fmax(last, t);
    }
    if (!isnan(run->tr_s) && last > run->tr_s) {
        vb_note_add(
            r->notes, VB_WARNING, "slice-timing", r->path, list->line, list->column,
            "SliceTiming goes up to %g, the repetition time is %g s%s; slice times "
            "are not used",
            last, run->tr_s, last / 1000 <= run->tr_s ? ": milliseconds?" : "");
        return VB_OK;
    }
    run->slice_time_mid_s = (first + last) / 2;
    run->timing_source = r->path;
    return VB_OK;
}

/* A sidecar that says whether slice times were corrected speaks of another image than the
 * raw one before it: that one's StartTime does not hold for it. */
static vb_status read_start(const reader *r, const vb_node *root, vb_bids_run *run)
{
    const vb_node *corrected = vb_node_get(root, "SliceTimingCorrected");
    double start_s;
    vb_status status = number(r, root, "StartTime", &start_s);

    if (status != VB_OK)
        return status;
    if (corrected) {
        run->slice_time_corrected = strcmp(corrected->text, "true") == 0;
        run->start_time_s = (double)NAN;
    }
    if (!isnan(start_s)) {
        run->start_time_s = start_s;
        run->timing_source = r->path;
    }
    return VB_OK;
}

static bool is_object(const vb_buffer *bytes)
{
    const char *s = bytes->bytes;

    s += strncmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return s[strspn(s, " \t\r\n")] == '{';
}

vb_status vb_bids_read_sidecar(const char *path, vb_arena *arena, vb_bids_run *run,
                               vb_notes *notes, vb_error *err)
{
    const reader r = {vb_arena_string(arena, path), arena, notes, err};
    vb_buffer bytes = {0};
    vb_node *root = NULL;
    vb_bids_run read = *run;
    vb_status status;

    if (!r.path)
        return vb_fail_memory(err, strlen(path));
    status = vb_file_read(path, MAX_SIDECAR, &bytes, err);
    if (status == VB_OK && !is_object(&bytes))
        status =
            vb_fail_at(err, VB_EINPUT, path, 1, 1,
                       "not valid JSON: a sidecar is an object, {\"RepetitionTime\": "
                       "2, ...}");
    if (status == VB_OK)
        status = vb_node_parse(r.path, bytes.bytes, bytes.n, arena, &root, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK)
        status = read_tr(&r, root, &read);
    if (status == VB_OK)
        status = read_start(&r, root, &read);
    if (status == VB_OK)
        status = read_slices(&r, root, &read);
    if (status == VB_OK)
        *run = read;
    return status;
}
