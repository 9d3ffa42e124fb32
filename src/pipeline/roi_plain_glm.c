/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_plain_glm.c - contrasts of a plain design on the series of a run. */
#include "glm_internal.h"
#include "roi_report.h"

#include <math.h>

vb_status vb_roi_put_models(const vb_roi_series *series, const vb_design *design,
                            size_t n_contrasts, const vb_contrast contrasts[],
                            const char *noise, double level, vb_buffer *table,
                            vb_error *err)
{
    const size_t n = series->set->n;
    vb_arena *arena = vb_arena_alloc();
    vb_region_estimate *estimates =
        arena ? vb_arena_take(arena, n * n_contrasts, sizeof *estimates) : NULL;
    vb_region_noise *of = arena ? vb_arena_take(arena, n, sizeof *of) : NULL;
    glm_roles roles = {0};
    vb_status status = estimates && of
                           ? glm_roles_of(design, design->n_cols, arena, &roles, err)
                           : vb_fail_memory(err, n * n_contrasts * sizeof *estimates);

    if (status == VB_OK) {
        const vb_region_model model = {.n_scans = design->n_scans,
                                       .n_cols = design->n_cols,
                                       .x = design->x,
                                       .noise = noise,
                                       .small_sample = VB_SMALL_SAMPLE_AUTO,
                                       .is_drift = roles.is_drift,
                                       .is_baseline = roles.is_baseline,
                                       .n_contrasts = n_contrasts,
                                       .contrasts = contrasts};

        status = vb_region_glm(&model, n, series->raw, level, estimates, of, err);
    }
    if (status == VB_OK && !table->n)
        vb_putf(table, "region\tcontrast\tunit\t%s\tmean\trho\n", roi_estimate_columns);
    for (size_t v = 0; v < n && status == VB_OK; v++)
        for (size_t c = 0; c < n_contrasts; c++) {
            vb_putf(table, "%s\t%s\t%s", series->set->rois[v].name, contrasts[c].name,
                    roi_unit_name(ROI_SIGNAL));
            roi_put_estimate(table, &estimates[v * n_contrasts + c]);
            vb_put_char(table, '\t');
            vb_put_number(table, of[v].mean);
            vb_put_char(table, '\t');
            vb_put_number(table, of[v].rho);
            vb_put_char(table, '\n');
        }
    vb_arena_free(arena);
    return status == VB_OK ? vb_buffer_ok(table, err) : status;
}
