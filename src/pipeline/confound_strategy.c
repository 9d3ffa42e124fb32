/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confound_strategy.c - names for sets of columns:
 *
 *     motion6, motion12, motion24     realignment; with derivatives; with squares of both
 *     wm_csf, wm_csf4, wm_csf8        white matter and CSF; with derivatives; squares
 *     global, global2, global4        the same of the global signal
 *     acompcorN, acompcorP%, tcompcorN
 *     aroma                           ICA-AROMA's motion components
 *     scrub(fd=0.5 std_dvars=1.5 segment=5)
 *     non_steady_state, cosines
 */
#include "confounds.h"
#include "valuebold/names.h"
#include "valuebold/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const confound_strategies[] = {"motion6",  "motion12", "motion24",
                                           "wm_csf",   "wm_csf4",  "wm_csf8",
                                           "global",   "global2",  "global4",
                                           "acompcor", "tcompcor", "aroma",
                                           "scrub",    "cosines",  "non_steady_state",
                                           NULL};

/* One argument "value" or "key=value". */
static bool read_argument(const char *text, size_t n, vb_confound_call *call)
{
    const char *equals = memchr(text, '=', n);
    const size_t key = equals ? (size_t)(equals - text) : 0;
    const char *value = equals ? equals + 1 : text;
    const size_t length = n - (size_t)(value - text);

    if (call->n == CONFOUND_ARGUMENTS || key >= CONFOUND_NAME_MAX ||
        length >= CONFOUND_NAME_MAX || !length)
        return false;
    snprintf(call->argument[call->n].key, CONFOUND_NAME_MAX, "%.*s", (int)key, text);
    snprintf(call->argument[call->n].value, CONFOUND_NAME_MAX, "%.*s", (int)length,
             value);
    call->n++;
    return true;
}

/* NAME, NAME6, NAME50%, NAME(6 mask=wm); false when it reads like none of these. */
static bool read_call(const char *text, vb_confound_call *call)
{
    const char *bracket = strchr(text, '(');
    size_t n = bracket ? (size_t)(bracket - text) : strlen(text);

    *call = (vb_confound_call){0};
    if (!bracket) {
        size_t digits = n;

        if (digits && text[digits - 1] == '%')
            digits--;
        while (digits && isdigit((unsigned char)text[digits - 1]))
            digits--;
        if (digits < n && !read_argument(text + digits, n - digits, call))
            return false;
        n = digits;
    } else if (text[strlen(text) - 1] != ')') {
        return false;
    }
    if (n >= CONFOUND_NAME_MAX)
        return false;
    snprintf(call->name, sizeof call->name, "%.*s", (int)n, text);
    for (const char *at = bracket ? bracket + 1 : ""; *at && *at != ')';) {
        const size_t skip = strspn(at, " ,;"), length = strcspn(at + skip, " ,;)");

        if (length && !read_argument(at + skip, length, call))
            return false;
        at += skip + length;
    }
    return true;
}

/* BASE, and its derivatives and squares, as many sets as level says: 1, 2 or 4. */
static vb_status add_expanded(vb_picker *p, size_t n, const char *const bases[],
                              size_t level)
{
    static const char *const suffix[] = {"", "_derivative1", "_power2",
                                         "_derivative1_power2"};

    for (size_t k = 0; k < level; k++)
        for (size_t i = 0; i < n; i++) {
            char name[CONFOUND_NAME_MAX];
            bool found;
            vb_status status;

            snprintf(name, sizeof name, "%s%s", bases[i], suffix[k]);
            status = confound_add(p, name, &found);
            if (status != VB_OK)
                return status;
            if (!found)
                return vb_fail_at(p->err, VB_EINPUT, p->table->name, 1, 0,
                                  "no confound column '%s'", name);
        }
    return VB_OK;
}

/* motion6, wm_csf8 ...: *level is how many sets of n columns; 0 is no such strategy. */
static size_t level_of(const vb_confound_call *call, size_t n)
{
    double x = (double)n;

    if (call->n > 1 ||
        (call->n && vb_number_read(call->argument[0].value, &x) != VB_NUMBER_OK))
        return 0;
    for (size_t level = 1; level <= 4; level *= 2)
        if (x == (double)(n * level))
            return level;
    return 0;
}

static vb_status bad_level(vb_picker *p, const vb_confound_call *call, size_t n)
{
    char quoted[VB_QUOTE_MAX];

    return vb_fail_at(p->err, VB_EINPUT, p->study->spec->file, 0, 0,
                      "confounds: %s comes with %zu, %zu or %zu columns, not '%s'",
                      call->name, n, 2 * n, 4 * n,
                      vb_quote(call->n ? call->argument[0].value : "", quoted));
}

static vb_status add_numbered(vb_picker *p, const char *prefix, const char *what,
                              bool needed)
{
    size_t *index = vb_arena_take(p->study->arena, p->table->n_cols, sizeof *index);
    const size_t n = index ? confound_numbered(p->table, prefix, index) : 0;
    vb_status status = VB_OK;

    if (!index)
        return vb_fail_memory(p->err, p->table->n_cols * sizeof *index);
    if (!n && needed)
        return vb_fail_at(p->err, VB_EINPUT, p->table->name, 1, 0,
                          "no columns '%s*': the table has no %s", prefix, what);
    if (!n)
        vb_note_add(p->notes, VB_INFO, "confounds-none", p->table->name, 0, 0,
                    "the table has no %s ('%s*'): no column is added", what, prefix);
    for (size_t k = 0; k < n && status == VB_OK; k++)
        status = confound_add_column(p, index[k]);
    return status;
}

/* fMRIPrep's cosines beside the design's own would model the drift twice. */
static void note_cosines(const vb_picker *p)
{
    const char *drift = p->study->spec->design.drift;

    if (!drift || strcmp(drift, "none") != 0)
        vb_note_add(
            p->notes, VB_WARNING, "confounds-cosines", p->table->name, 0, 0,
            "fMRIPrep's cosines are confounds and the design has a drift of its "
            "own: columns may repeat each other; say design: {drift: none}");
}

vb_status confound_strategy(vb_picker *p, const char *text, bool *known)
{
    static const char *const
        motion[] = {"trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"},
        *const tissue[] = {"csf", "white_matter"}, *const global[] = {"global_signal"};
    static const struct {
        const char *name;
        size_t n;
        const char *const *bases;
    } sets[] = {{"motion", 6, motion}, {"wm_csf", 2, tissue}, {"global", 1, global}};
    vb_confound_call call;

    *known = read_call(text, &call);
    if (!*known)
        return VB_OK;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        size_t level;

        if (strcmp(call.name, sets[i].name) != 0)
            continue;
        level = level_of(&call, sets[i].n);
        return level ? add_expanded(p, sets[i].n, sets[i].bases, level)
                     : bad_level(p, &call, sets[i].n);
    }
    if (strcmp(call.name, "scrub") == 0)
        return confound_scrub(p, &call);
    if (!call.n && strcmp(call.name, "aroma") == 0)
        return add_numbered(p, "aroma_motion_", "ICA-AROMA components", true);
    if (!call.n && strcmp(call.name, "non_steady_state") == 0)
        return add_numbered(p, "non_steady_state_outlier", "non-steady-state volumes",
                            false);
    if (!call.n && strcmp(call.name, "cosines") == 0) {
        note_cosines(p);
        return add_numbered(p, "cosine", "cosines", true);
    }
    return confound_compcor(p, &call, known);
}
