/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confound_scrub.c - a column for each censored volume.
 *
 * A censored volume keeps its place in the series: its column takes all of it up, and the
 * noise model still knows how far apart the others were.
 */
#include "confounds.h"
#include "valuebold/confounds.h"
#include "valuebold/names.h"
#include "valuebold/number.h"

#include <math.h>
#include <string.h>

/* nilearn's defaults since its version 0.13 */
static const vb_censor_rule DEFAULT = {.fd_mm = .5, .std_dvars = 1.5, .segment = 5};

static vb_status read_rule(vb_picker *p, const vb_confound_call *call,
                           vb_censor_rule *rule, bool *dvars_asked)
{
    *rule = DEFAULT;
    *dvars_asked = false;
    for (size_t k = 0; k < call->n; k++) {
        const char *key = call->argument[k].key, *value = call->argument[k].value;
        const bool none = strcmp(value, "none") == 0;
        double x = (double)NAN;

        if (!none && (vb_number_read(value, &x) != VB_NUMBER_OK || !(x >= 0)))
            return vb_fail_at(p->err, VB_EINPUT, p->study->spec->file, 0, 0,
                              "confounds: scrub: '%s' is no number of 0 or more",
                              value);
        if (strcmp(key, "fd") == 0) {
            rule->fd_mm = x;
        } else if (strcmp(key, "std_dvars") == 0) {
            rule->std_dvars = x;
            *dvars_asked = !none;
        } else if (strcmp(key, "segment") == 0 && (none || x == floor(x))) {
            rule->segment = none ? 0 : (size_t)x;
        } else {
            return vb_fail_at(
                p->err, VB_EINPUT, p->study->spec->file, 0, 0,
                "confounds: scrub takes fd (mm), std_dvars and segment "
                "(volumes), as in scrub(fd=0.5 std_dvars=1.5 segment=5), not "
                "'%s%s%s'",
                key, *key ? "=" : "", value);
        }
    }
    return VB_OK;
}

static vb_status add_columns(vb_picker *p, const bool censored[], size_t count)
{
    const size_t n = p->table->n_rows;
    vb_status status = VB_OK;

    p->run->censored = vb_arena_take(p->study->arena, count, sizeof *p->run->censored);
    if (!p->run->censored)
        return vb_fail_memory(p->err, count * sizeof *p->run->censored);
    for (size_t s = 0; s < n && status == VB_OK; s++) {
        const char *name;
        double *x;

        if (!censored[s])
            continue;
        p->run->censored[p->run->n_censored++] = s;
        name = vb_arena_printf(p->study->arena, "censored_%04zu", s);
        x = vb_arena_take(p->study->arena, n, sizeof *x);
        if (!name || !x)
            return vb_fail_memory(p->err, n * sizeof *x);
        x[s] = 1;
        status = confound_add_values(p, name, x, "scrub");
    }
    return status;
}

vb_status confound_scrub(vb_picker *p, const vb_confound_call *call)
{
    const size_t n = p->table->n_rows;
    bool *censored = vb_arena_take(p->study->arena, n, sizeof *censored);
    double *fd = NULL, *dvars = NULL;
    bool computed = false, dvars_computed, dvars_asked;
    vb_censor_rule rule;
    size_t count;
    vb_status status = read_rule(p, call, &rule, &dvars_asked);

    if (!censored)
        return vb_fail_memory(p->err, n * sizeof *censored);
    if (status == VB_OK && !isnan(rule.fd_mm))
        status = confound_series(p, "framewise_displacement", &fd, &computed);
    if (status == VB_OK && !isnan(rule.std_dvars))
        status = confound_series(p, "std_dvars", &dvars, &dvars_computed);
    if (status != VB_OK)
        return status;
    if (!isnan(rule.fd_mm) && !fd)
        return vb_fail_at(
            p->err, VB_EINPUT, p->table->name, 1, 0,
            "scrub needs framewise_displacement, or the six motion columns to "
            "compute it from");
    if (dvars_asked && !dvars)
        return vb_fail_at(p->err, VB_EINPUT, p->table->name, 1, 0,
                          "scrub needs std_dvars for its threshold of %g; say "
                          "std_dvars=none to do without",
                          rule.std_dvars);
    if (!isnan(rule.std_dvars) && !dvars)
        vb_note_add(p->notes, VB_WARNING, "scrub-no-dvars", p->table->name, 0, 0,
                    "the table has no std_dvars: volumes are censored by framewise "
                    "displacement alone");
    count = vb_censor(&rule, n, fd, dvars, censored);
    vb_note_add(
        p->notes, count > n / 2 ? VB_WARNING : VB_INFO, "scrub", p->table->name, 0, 0,
        "%zu of %zu volumes are censored (FD above %g mm%s, std_dvars above %g, "
        "segments shorter than %zu)",
        count, n, rule.fd_mm, computed ? ", computed from motion" : "", rule.std_dvars,
        rule.segment);
    if (count == n)
        return vb_fail_at(p->err, VB_EINPUT, p->table->name, 0, 0,
                          "scrub would censor all %zu volumes", n);
    return add_columns(p, censored, count);
}
