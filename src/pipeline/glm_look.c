/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_look.c - residuals of a run: which are looked at, and what comes of them. */
#include "glm_internal.h"
#include "valuebold/figure_glm.h"
#include "valuebold/json.h"
#include "valuebold/nifti_write.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_SCANS = 20, SENTENCE_MAX = 600, PARAMETERS_MAX = 16 };

vb_status glm_choose_sample(const vb_glm_options *options, size_t n_in, vb_arena *arena,
                            glm_feed *feed, vb_error *err)
{
    const size_t n = options->residual_voxels < n_in ? options->residual_voxels : n_in;
    const bool all = (options->maps & VB_GLM_MAP(VB_STAT_LJUNG_BOX)) != 0;
    size_t *sample;

    if (!n || all || feed->header->n_volumes < LEAST_SCANS)
        return VB_OK;
    sample = vb_arena_take(arena, n, sizeof *sample);
    if (!sample)
        return vb_fail_memory(err, n * sizeof *sample);
    for (size_t i = 0; i < n; i++)
        sample[i] = (size_t)((double)n_in * ((double)i + 0.5) / (double)n);
    feed->n_sample = n;
    feed->sample = sample;
    return VB_OK;
}

/* Parameters of the noise of the voxels sample [n] (NULL: all of them). */
static vb_status take_noise(const vb_glm_fit *fit, const char *noise, size_t n,
                            const size_t sample[], vb_arena *arena,
                            vb_residual_noise *out, vb_error *err)
{
    const size_t n_own = vb_noise_n_parameters(noise);
    const bool is_ar1 = fit->glm && strcmp(noise, "ols") != 0;
    const double **parameters = vb_arena_take(arena, PARAMETERS_MAX, sizeof(double *));
    double *map = vb_arena_take(arena, fit->n_in, sizeof *map);

    if (!parameters || !map)
        return vb_fail_memory(err, fit->n_in * sizeof *map);
    *out = (vb_residual_noise){.is_known = fit->glm || n_own,
                               .is_arma = n_own == 2 &&
                                          strcmp(vb_noise_parameter_name(noise, 0),
                                                 "arma_a") == 0,
                               .n_parameters = is_ar1 ? 1 : n_own,
                               .parameters = parameters};
    if (out->n_parameters > PARAMETERS_MAX)
        out->is_known = false;
    for (size_t i = 0; out->is_known && i < out->n_parameters; i++) {
        double *own = vb_arena_take(arena, n, sizeof *own);
        vb_status status = VB_OK;

        if (!own)
            return vb_fail_memory(err, n * sizeof *own);
        if (fit->glm)
            status = vb_glm_map(fit->glm, VB_STAT_RHO, 0, map, err);
        else
            vb_series_parameter(fit->series, i, map);
        if (status != VB_OK)
            return status;
        for (size_t v = 0; v < n; v++)
            own[v] = map[sample ? sample[v] : v];
        parameters[i] = own;
    }
    return VB_OK;
}

static void note_verdict(const vb_glm_job *job, const vb_glm_options *options,
                         const vb_glm_fit *fit, vb_notes *notes)
{
    const vb_residual_verdict verdict = vb_residuals_judge(&fit->residuals);
    char text[SENTENCE_MAX];

    vb_note_add(notes, verdict == VB_NOISE_NOT_ENOUGH ? VB_WARNING : VB_INFO,
                "glm-noise-left", job->bold, 0, 0, "%s",
                vb_residuals_sentence(&fit->residuals, options->noise, text,
                                      sizeof text));
}

vb_status glm_look(const vb_glm_job *job, const vb_glm_options *options,
                   const glm_feed *feed, vb_glm_fit *fit, vb_notes *notes,
                   vb_error *err)
{
    const bool all = (options->maps & VB_GLM_MAP(VB_STAT_LJUNG_BOX)) != 0;
    const vb_series_data data = {.n_voxels = all ? fit->n_in : feed->n_sample,
                                 .type = feed->series_type,
                                 .values = all ? feed->series : feed->sampled,
                                 .slope = feed->slope,
                                 .inter = feed->inter};
    vb_residual_noise noise;
    vb_arena *arena;
    vb_status status = VB_OK;

    if (!data.values || !data.n_voxels || fit->n_scans < LEAST_SCANS)
        return VB_OK;
    if (all)
        fit->ljung_box = malloc(fit->n_in * sizeof *fit->ljung_box);
    arena = vb_arena_alloc();
    if (!arena || (all && !fit->ljung_box))
        status = vb_fail_memory(err, fit->n_in * sizeof *fit->ljung_box);
    for (size_t v = 0; status == VB_OK && all && v < fit->n_in; v++)
        fit->ljung_box[v] = (double)NAN;
    if (status == VB_OK)
        status = take_noise(fit, options->noise, data.n_voxels,
                            all ? NULL : feed->sample, arena, &noise, err);
    if (status == VB_OK)
        status = vb_residuals_look(fit->plan, &data, &noise, options->n_threads,
                                   &fit->residuals, fit->ljung_box, err);
    fit->tr_s = job->design->tr_s[0] > 0 ? job->design->tr_s[0] : (double)NAN;
    if (status == VB_OK)
        note_verdict(job, options, fit, notes);
    vb_arena_free(arena);
    return status;
}

/* ---- files ---- */

static void put_json(const vb_glm_fit *fit, const glm_writer *w, const char *sentence,
                     vb_buffer *out)
{
    static const char *const verdicts[] = {"enough", "nearly enough", "not enough",
                                           "not judged"};
    const vb_residual_summary *s = &fit->residuals;
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description", "Whether the model of the noise was enough");
    vb_json_text(&j, "Sentence", sentence);
    vb_json_text(&j, "Verdict", verdicts[vb_residuals_judge(s)]);
    vb_json_count(&j, "Voxels", s->n_voxels);
    vb_json_numbers(&j, "LagCorrelations", VB_RESIDUAL_LAGS, s->lag);
    if (s->is_white_known) {
        vb_json_numbers(&j, "WhitenedLagCorrelations", VB_RESIDUAL_LAGS, s->white_lag);
        vb_json_numbers(&j, "ExpectedLagCorrelations", VB_RESIDUAL_LAGS,
                        s->expected_lag);
        vb_json_count(&j, "LjungBoxLags", s->n_box);
        vb_json_number(&j, "LjungBoxShareBelow005", s->box_share);
    }
    vb_json_open(&j, "Frequencies", '[');
    for (size_t i = 0; i < VB_RESIDUAL_FREQUENCIES; i++)
        vb_json_number(&j, NULL,
                       0.5 * (double)i / (VB_RESIDUAL_FREQUENCIES - 1) /
                           (fit->tr_s > 0 ? fit->tr_s : 1));
    vb_json_close(&j);
    vb_json_text(&j, "FrequencyUnits", fit->tr_s > 0 ? "Hz" : "cycles a scan");
    vb_json_numbers(&j, "Spectrum", VB_RESIDUAL_FREQUENCIES, s->spectrum);
    if (s->is_white_known)
        vb_json_numbers(&j, "WhitenedSpectrum", VB_RESIDUAL_FREQUENCIES,
                        s->white_spectrum);
    glm_put_common(&j, w, VB_NONE);
    vb_json_close(&j);
}

vb_status glm_write_residuals(const vb_glm_fit *fit, const glm_writer *w,
                              vb_outputs *outputs, vb_error *err)
{
    const vb_glm_place *p = w->place;
    const char *slash = p->folder[0] ? "/" : "";
    char sentence[SENTENCE_MAX], title[VB_PATH_MAX];
    vb_buffer *out;
    vb_status status;

    if (!fit->residuals.n_voxels)
        return VB_OK;
    vb_residuals_sentence(&fit->residuals, w->options->noise, sentence,
                          sizeof sentence);
    status = vb_outputs_add(outputs, &out, err, "%s%s%s_residuals.json", p->folder,
                            slash, p->stem);
    if (status != VB_OK)
        return status;
    put_json(fit, w, sentence, out);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s%s%s_residuals.svg", p->folder,
                                slash, p->stem);
    snprintf(title, sizeof title, "Residuals of %.500s", p->stem);
    return status == VB_OK ? vb_figure_residuals(&fit->residuals, fit->tr_s, title,
                                                 sentence, out, err)
                           : status;
}

vb_status glm_write_design(const glm_writer *w, vb_outputs *outputs, vb_error *err)
{
    const vb_glm_place *p = w->place;
    const char *slash = p->folder[0] ? "/" : "";
    char title[VB_PATH_MAX];
    vb_buffer *out;
    vb_status status;

    if (!p->design || !w->n_contrasts || !w->options->thresholded)
        return VB_OK;
    status = vb_outputs_add(outputs, &out, err, "%s%s%s_contrasts.svg", p->folder,
                            slash, p->stem);
    snprintf(title, sizeof title, "Design and contrasts of %.500s", p->stem);
    return status == VB_OK ? vb_figure_contrasts(p->design, w->n_contrasts,
                                                 w->contrasts, title, out, err)
                           : status;
}

/* ---- residuals as an image ---- */

typedef struct errorts {
    const vb_glm_fit *fit;
    float *out;   /* [n_scans x n_in] */
    double *work; /* [n_threads x n_scans] */
} errorts;

static double stored(const vb_glm_fit *fit, size_t i)
{
    switch (fit->type) {
    case VB_SAMPLE_INT16:
        return ((const int16_t *)fit->values)[i];
    case VB_SAMPLE_FLOAT32:
        return (double)((const float *)fit->values)[i];
    case VB_SAMPLE_FLOAT64:
        break;
    }
    return ((const double *)fit->values)[i];
}

static void take_residuals(void *context, size_t chunk, size_t worker)
{
    const errorts *e = context;
    const vb_glm_fit *fit = e->fit;
    const size_t n = fit->n_scans, n_in = fit->n_in;
    const size_t end = (chunk + 1) * GLM_CHUNK < n_in ? (chunk + 1) * GLM_CHUNK : n_in;
    double *y = e->work + worker * n;

    for (size_t v = chunk * GLM_CHUNK; v < end; v++) {
        for (size_t t = 0; t < n; t++)
            y[t] = fit->slope * stored(fit, v * n + t) + fit->inter;
        if (fit->series)
            vb_series_residual(fit->series, v, y);
        else
            vb_glm_residual(fit->glm, v, y);
        for (size_t t = 0; t < n; t++)
            e->out[t * n_in + v] = (float)(y[t] * (fit->factor ? fit->factor[v] : 1));
    }
}

static vb_status put_errorts(const vb_glm_fit *fit, const glm_writer *w,
                             const float values[], vb_outputs *outputs, vb_error *err)
{
    const vb_glm_place *p = w->place;
    const char *slash = p->folder[0] ? "/" : "";
    const vb_map map = {.grid = w->grid,
                        .type = VB_NIFTI_FLOAT32,
                        .mask = w->mask,
                        .outside = w->options->zero_outside ? 0 : (double)NAN,
                        .description = "residuals",
                        .n_volumes = fit->n_scans,
                        .tr_s = fit->grid.tr_s,
                        .values = values};
    vb_json j = {0};
    vb_buffer *bytes;
    vb_status status =
        vb_outputs_add(outputs, &bytes, err, "%s%s%s_stat-errorts_statmap.nii.gz",
                       p->folder, slash, p->stem);

    if (status == VB_OK)
        status = vb_nifti_write(&map, bytes, err);
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &bytes, err, "%s%s%s_stat-errorts_statmap.json",
                           p->folder, slash, p->stem);
    if (status != VB_OK)
        return status;
    j.out = bytes;
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description",
                 "Residuals of the fit, y - Xb, in the units of the effects; they are "
                 "not whitened");
    glm_put_common(&j, w, VB_NONE);
    vb_json_close(&j);
    return vb_buffer_ok(bytes, err);
}

vb_status glm_write_errorts(const vb_glm_fit *fit, const glm_writer *w,
                            vb_outputs *outputs, vb_error *err)
{
    const size_t asked = w->options->n_threads ? w->options->n_threads : 1;
    const size_t n_threads = asked < VB_MAX_THREADS ? asked : VB_MAX_THREADS;
    errorts e = {.fit = fit};
    vb_status status = VB_OK;

    if (!fit->values)
        return VB_OK;
    e.out = calloc(fit->n_in, fit->n_scans * sizeof *e.out);
    e.work = calloc(n_threads, fit->n_scans * sizeof *e.work);
    if (!e.out || !e.work)
        status = vb_fail_memory(err, fit->n_in * fit->n_scans * sizeof *e.out);
    if (status == VB_OK) {
        vb_parallel((fit->n_in + GLM_CHUNK - 1) / GLM_CHUNK, n_threads, take_residuals,
                    &e);
        status = put_errorts(fit, w, e.out, outputs, err);
    }
    free(e.out);
    free(e.work);
    return status;
}
