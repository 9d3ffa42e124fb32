/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_percent.c - t contrasts at the peak of the response, for maps of percent signal change:
 * 100 * effect * height / mean, per unit of a modulator's signal (percent_signal.h).
 */
#include "glm_internal.h"

#include <math.h>
#include <stdlib.h>

/* Of a table that came without its events: the range of each column. */
static void ranges(const vb_design *design, double height[])
{
    for (size_t j = 0; j < design->n_cols; j++) {
        double low = design->x[j], high = low;

        for (size_t s = 1; s < design->n_scans; s++) {
            low = fmin(low, design->x[s * design->n_cols + j]);
            high = fmax(high, design->x[s * design->n_cols + j]);
        }
        height[j] =
            design->columns[j].kind <= VB_COLUMN_MODULATOR ? high - low : (double)NAN;
    }
}

static vb_status find_heights(const vb_glm_job *job, vb_glm_fit *fit, double height[],
                              vb_error *err)
{
    const vb_peak_rule rule = job->input ? VB_PEAK_EVENT : VB_PEAK_COLUMN;

    fit->percent_rule = vb_peak_rule_meaning(rule);
    if (job->input)
        return vb_peak_heights(rule, job->design, job->input, job->design_options, NULL,
                               height, err);
    ranges(job->design, height);
    return VB_OK;
}

vb_status glm_percent_contrasts(const vb_glm_job *job, const vb_glm_options *options,
                                vb_glm_fit *fit, vb_arena *arena, size_t *n,
                                const vb_contrast **all, vb_notes *notes, vb_error *err)
{
    const size_t p = job->design->n_cols, n_contrasts = fit->n_contrasts;
    vb_contrast *made;
    double *height;
    vb_status status;

    *n = n_contrasts;
    *all = fit->contrasts;
    if (!(options->maps & VB_GLM_MAP(VB_STAT_PERCENT)) || !n_contrasts)
        return VB_OK;
    fit->percent = calloc(n_contrasts, sizeof *fit->percent);
    made = vb_arena_take(arena, 2 * n_contrasts, sizeof *made);
    height = vb_arena_take(arena, p, sizeof *height);
    if (!fit->percent || !made || !height)
        return vb_fail_memory(err, n_contrasts * sizeof *made);
    status = find_heights(job, fit, height, err);
    for (size_t c = 0; c < n_contrasts && status == VB_OK; c++) {
        vb_contrast *peak = &made[*n];

        made[c] = fit->contrasts[c];
        fit->percent[c] = VB_NONE;
        if (made[c].n_rows != 1)
            continue;
        *peak = made[c];
        peak->weights = vb_arena_take(arena, p, sizeof(double));
        if (!peak->weights)
            status = vb_fail_memory(err, p * sizeof(double));
        else if (vb_peak_weights(p, height, job->per_unit, &made[c], peak->weights))
            fit->percent[c] = (*n)++;
        else
            vb_note_add(notes, VB_WARNING, "glm-percent-height", job->bold, 0, 0,
                        "contrast '%.100s' weighs a column without a peak (a confound, "
                        "drift, a constant or a further basis function): its map of "
                        "percent signal change is empty",
                        made[c].name);
    }
    *all = made;
    return status;
}
