/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials_empty.c - trials that are probably none: rows with neither offer nor choice. */
#include "trials_internal.h"

#include <math.h>

static bool is_empty(const vb_trials *trials, const bool varies[], size_t t)
{
    bool any = false;

    if (trials->choice && trials->choice[t] != VB_NONE)
        return false;
    for (size_t o = 0; o < trials->n_options; o++)
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
            const double *x = trials->options[o].attribute[a];

            if (!x || !varies[o])
                continue;
            any = true;
            if (!isnan(x[t]))
                return false;
        }
    return any;
}

void vb_note_empty_trials(const builder *b)
{
    const vb_trials *trials = b->trials;
    bool varies[VB_MAX_OPTIONS];

    for (size_t o = 0; o < trials->n_options; o++)
        varies[o] = vb_trials_option_varies(trials, o);
    for (size_t r = 0; r < trials->n_runs; r++) {
        size_t n = 0;

        for (size_t t = b->first[r]; t < b->first[r + 1]; t++)
            n += is_empty(trials, varies, t) ? 1 : 0;
        if (n)
            vb_note_add(
                b->notes, VB_WARNING, "trials-empty", trials->file[r], 0, 0,
                "%zu of %zu trials have neither an offer nor a choice; are they "
                "trials? trials.rows says which rows are",
                n, b->first[r + 1] - b->first[r]);
    }
}
