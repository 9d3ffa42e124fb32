/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_fits.h - the library's estimates of what region_simulation.h plants. */
#ifndef VB_TEST_REGION_FITS_H
#define VB_TEST_REGION_FITS_H

#include "region_simulation.h"
#include "valuebold/drift.h"
#include "valuebold/percent_signal.h"
#include "valuebold/ppi.h"

/* Per cent signal change of the event, and of sv per unit and per standard deviation, of both
 * regions: e [SIM_REGIONS x 3]. */
static inline vb_status fit_effects(const sim_run *r,
                                    vb_region_estimate e[SIM_REGIONS * 3],
                                    vb_error *err)
{
    const vb_design_modulator modulator = {.name = "sv", .weight = r->sv};
    const vb_design_event event = {.name = "offer",
                                   .n_events = r->n_events,
                                   .onset_s = r->onset_s,
                                   .duration_s = r->duration_s,
                                   .n_modulators = 1,
                                   .modulators = &modulator};
    const vb_design_run run = {.label = "1",
                               .tr_s = sim_tr_s,
                               .n_scans = SIM_SCANS,
                               .sample_s = sim_tr_s / 2,
                               .n_events = 1,
                               .events = &event};
    double height[64], one[64], sd[64], plain[2][64] = {{1}, {0, 1}}, w[3][64];
    const vb_contrast raw[2] = {{"event", 1, plain[0]}, {"sv", 1, plain[1]}};
    vb_contrast peaks[3] = {{"event", 1, w[0]}, {"sv", 1, w[1]}, {"sv_sd", 1, w[2]}};
    vb_region_noise noise[SIM_REGIONS];
    vb_design *d = NULL;
    vb_status status = vb_design_build(1, &run, NULL, &d, NULL, err);

    if (status == VB_OK)
        status = vb_peak_heights(VB_PEAK_EVENT, d, &run, NULL, NULL, height, err);
    for (size_t j = 0; j < 64; j++) {
        one[j] = 1;
        sd[j] = r->sd;
    }
    if (status == VB_OK && (!vb_peak_weights(d->n_cols, height, one, &raw[0], w[0]) ||
                            !vb_peak_weights(d->n_cols, height, one, &raw[1], w[1]) ||
                            !vb_peak_weights(d->n_cols, height, sd, &raw[1], w[2])))
        status = vb_fail(err, VB_EINTERNAL, "a column without height");
    if (status == VB_OK)
        status = vb_region_glm(&(vb_region_model){.n_scans = SIM_SCANS,
                                                  .n_cols = d->n_cols,
                                                  .x = d->x,
                                                  .noise = "ar1",
                                                  .small_sample =
                                                      VB_SMALL_SAMPLE_KENWARD_ROGER,
                                                  .n_contrasts = 3,
                                                  .contrasts = peaks},
                               SIM_REGIONS, r->y, 0.95, e, noise, err);
    for (size_t i = 0; i < SIM_REGIONS * 3 && status == VB_OK; i++)
        vb_region_percent(noise[i / 3].mean, &e[i]);
    vb_design_free(d);
    return status;
}

/* ---- interactions ---- */

/* Columns: interactions and conditions (2 each), the seed, cosines, 1. */
enum { FIT_INTERACTION, FIT_CONDITION = 2, FIT_SEED = 4, FIT_DRIFT = 5, FIT_MOST = 64 };

typedef struct fit_ppi_design {
    vb_ppi *ppi;
    size_t n_cols;
    double x[SIM_PPI_SCANS * FIT_MOST];
} fit_ppi_design;

/* What all pairs of series with p's conditions share; free ppi. */
static inline vb_status fit_ppi_prepare(const sim_ppi *p, fit_ppi_design *f,
                                        vb_error *err)
{
    const vb_ppi_condition conditions[2] = {{"A", p->n_events[0], p->onset_s[0],
                                             p->duration_s[0], NULL},
                                            {"B", p->n_events[1], p->onset_s[1],
                                             p->duration_s[1], NULL}};
    const size_t n_drift = vb_cosine_count(SIM_PPI_SCANS, sim_tr_s, 128);
    double drift[SIM_PPI_SCANS * 16], column[SIM_PPI_SCANS];

    memset(f, 0, sizeof *f);
    f->n_cols = FIT_DRIFT + n_drift + 1;
    if (n_drift > 16)
        return vb_fail(err, VB_EINTERNAL, "%zu cosines", n_drift);
    for (size_t j = 0; j < n_drift; j++) {
        vb_cosine_fill(SIM_PPI_SCANS, j + 1, column);
        for (size_t s = 0; s < SIM_PPI_SCANS; s++)
            f->x[s * f->n_cols + FIT_DRIFT + j] = drift[s * n_drift + j] = column[s];
    }
    for (size_t s = 0; s < SIM_PPI_SCANS; s++) {
        f->x[s * f->n_cols + f->n_cols - 1] = 1;
        for (size_t c = 0; c < 2; c++)
            for (size_t i = 0; i < p->n_events[c]; i++) {
                const double t = ((double)s + 0.5) * sim_tr_s - p->onset_s[c][i];

                if (t > 0 && t < 40)
                    f->x[s * f->n_cols + FIT_CONDITION + c] +=
                        sim_box(t, sim_ppi_duration_s);
            }
    }
    return vb_ppi_alloc(&(vb_ppi_model){.n_scans = SIM_PPI_SCANS,
                                        .tr_s = sim_tr_s,
                                        .sample_s = sim_tr_s / 2,
                                        .n_confounds = n_drift,
                                        .confounds = drift,
                                        .n_conditions = 2,
                                        .conditions = conditions},
                        &f->ppi, err);
}

/* Interactions of p's target with its seed: A - B, A, B. */
static inline vb_status fit_ppi(fit_ppi_design *f, const sim_ppi *p,
                                vb_region_estimate e[3], vb_error *err)
{
    double seed[SIM_PPI_SCANS], interaction[SIM_PPI_SCANS * 2];
    double weights[3][FIT_MOST] = {{1, -1}, {1}, {0, 1}};
    const vb_contrast contrasts[3] = {{"A - B", 1, weights[0]},
                                      {"A", 1, weights[1]},
                                      {"B", 1, weights[2]}};
    const vb_status status =
        vb_ppi_columns(f->ppi, p->seed, seed, interaction, NULL, NULL, err);

    if (status != VB_OK)
        return status;
    for (size_t s = 0; s < SIM_PPI_SCANS; s++) {
        f->x[s * f->n_cols + FIT_INTERACTION] = interaction[2 * s];
        f->x[s * f->n_cols + FIT_INTERACTION + 1] = interaction[2 * s + 1];
        f->x[s * f->n_cols + FIT_SEED] = seed[s];
    }
    return vb_region_glm(&(vb_region_model){.n_scans = SIM_PPI_SCANS,
                                            .n_cols = f->n_cols,
                                            .x = f->x,
                                            .noise = "ar1",
                                            .small_sample =
                                                VB_SMALL_SAMPLE_KENWARD_ROGER,
                                            .n_contrasts = 3,
                                            .contrasts = contrasts},
                         1, p->target, 0.95, e, NULL, err);
}

#endif
