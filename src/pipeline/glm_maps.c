/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_maps.c - maps as files: each made, compressed and described by one thread, in an
 * order that does not depend on how many there are.
 */
#include "glm_internal.h"
#include "valuebold/nifti_write.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct made {
    vb_buffer image, sidecar;
    vb_status status;
    vb_error error;
} made;

typedef struct making {
    const glm_writer *writer;
    const glm_map *maps;
    made *made;
    double *values; /* [n_threads x n_in] */
    float *stored;  /* [n_threads x n_in] */
} making;

double glm_df_of(const glm_writer *w, size_t contrast)
{
    return w->t_df && contrast != VB_NONE ? w->t_df[contrast] : w->df;
}

static vb_map describe(const glm_writer *w, const glm_map *map, char text[80])
{
    vb_map out = {.grid = w->grid,
                  .type = VB_NIFTI_FLOAT32,
                  .mask = w->mask,
                  .outside = w->options->zero_outside ? 0 : (double)NAN,
                  .fast = true};
    const char *name = map->contrast == VB_NONE ? "" : w->contrasts[map->contrast].name;

    snprintf(text, 80, "%s%s%.60s", glm_stat_name(map->stat), name[0] ? " " : "", name);
    out.description = text;
    out.intent = VB_MAP_ESTIMATE;
    switch (map->stat) {
    case VB_STAT_T:
        out.intent = VB_MAP_T;
        out.df1 = glm_df_of(w, map->contrast);
        break;
    case VB_STAT_F:
        out.intent = VB_MAP_F;
        out.df1 = w->contrast_df[map->contrast];
        out.df2 = glm_df_of(w, map->contrast);
        break;
    case VB_STAT_Z:
        out.intent = VB_MAP_Z;
        break;
    case VB_STAT_P:
    case VB_STAT_LJUNG_BOX:
        out.intent = VB_MAP_P;
        break;
    default:
        break;
    }
    return out;
}

static void make_map(void *context, size_t i, size_t worker)
{
    const making *m = context;
    const glm_writer *w = m->writer;
    made *to = &m->made[i];
    double *values = m->values + worker * w->n_in;
    float *stored = m->stored + worker * w->n_in;
    char text[80];
    vb_map map = describe(w, &m->maps[i], text);

    to->status = w->values(w->source, &m->maps[i], values, &to->error);
    for (size_t v = 0; v < w->n_in; v++)
        stored[v] = isnan(values[v]) && w->options->zero_outside ? 0 : (float)values[v];
    map.values = stored;
    if (to->status == VB_OK)
        to->status = vb_nifti_write(&map, &to->image, &to->error);
    if (to->status == VB_OK)
        to->status = glm_put_sidecar(w, &m->maps[i], &to->sidecar, &to->error);
}

/* The bytes of *from become those of a new file. */
static vb_status publish(vb_outputs *outputs, const char *name, const char *end,
                         vb_buffer *from, vb_error *err)
{
    vb_buffer *bytes;
    const vb_status status = vb_outputs_add(outputs, &bytes, err, "%s%s", name, end);

    if (status == VB_OK) {
        *bytes = *from;
        *from = (vb_buffer){0};
    }
    return status;
}

static vb_status write_maps(const glm_writer *w, size_t n, const glm_map maps[],
                            vb_outputs *outputs, vb_error *err)
{
    const size_t asked = w->options->n_threads ? w->options->n_threads : 1;
    const size_t n_threads = asked < VB_MAX_THREADS ? asked : VB_MAX_THREADS;
    making m = {.writer = w, .maps = maps};
    char name[VB_PATH_MAX];
    vb_status status = VB_OK;

    m.made = calloc(n, sizeof *m.made);
    m.values = calloc(n_threads, w->n_in * sizeof *m.values);
    m.stored = calloc(n_threads, w->n_in * sizeof *m.stored);
    if (!m.made || !m.values || !m.stored)
        status = vb_fail_memory(err, n_threads * w->n_in * sizeof *m.values);
    else
        vb_parallel(n, n_threads, make_map, &m);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        if (m.made[i].status != VB_OK) {
            status = m.made[i].status;
            if (err)
                *err = m.made[i].error;
            break;
        }
        glm_map_name(w->place, w->contrasts, w->options->noise, &maps[i], name);
        status = publish(outputs, name, ".nii.gz", &m.made[i].image, err);
        if (status == VB_OK)
            status = publish(outputs, name, ".json", &m.made[i].sidecar, err);
    }
    for (size_t i = 0; m.made && i < n; i++) {
        vb_buffer_free(&m.made[i].image);
        vb_buffer_free(&m.made[i].sidecar);
    }
    free(m.made);
    free(m.values);
    free(m.stored);
    return status;
}

static vb_status write_mask(const glm_writer *w, vb_outputs *outputs, vb_error *err)
{
    const vb_glm_place *p = w->place;
    const vb_map map = {.grid = w->grid,
                        .type = VB_NIFTI_UINT8,
                        .values = w->mask,
                        .intent = VB_MAP_LABEL,
                        .description = "mask of the fit",
                        .fast = true};
    const char *slash = p->folder[0] ? "/" : "";
    vb_json j = {0};
    vb_buffer *bytes;
    vb_status status = vb_outputs_add(outputs, &bytes, err, "%s%s%s_mask.nii.gz",
                                      p->folder, slash, p->stem);

    if (status == VB_OK)
        status = vb_nifti_write(&map, bytes, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &bytes, err, "%s%s%s_mask.json", p->folder,
                                slash, p->stem);
    if (status != VB_OK)
        return status;
    j.out = bytes;
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description",
                 w->options->zero_outside
                     ? "1 in the voxels of the mask; those of them that could not be "
                       "fitted are 0 in the maps"
                     : "1 in the voxels of the mask; those of them that could not be "
                       "fitted are NaN in the maps");
    glm_put_common(&j, w, VB_NONE);
    vb_json_close(&j);
    return vb_buffer_ok(bytes, err);
}

/* Tables and picture of each contrast, made side by side. */
typedef struct tables {
    vb_outputs outputs;
    vb_notes notes;
    vb_status status;
    vb_error error;
} tables;

typedef struct tabling {
    const glm_writer *writer;
    tables *of; /* [n_contrasts] */
} tabling;

static void make_tables(void *context, size_t contrast, size_t worker)
{
    const tabling *t = context;
    tables *to = &t->of[contrast];

    (void)worker;
    to->status =
        glm_write_clusters(t->writer, contrast, &to->outputs, &to->notes, &to->error);
}

static vb_status write_tables(const glm_writer *w, vb_outputs *outputs, vb_notes *notes,
                              vb_error *err)
{
    tabling t = {w, calloc(w->n_contrasts + 1, sizeof *t.of)};
    vb_status status = VB_OK;

    if (!t.of)
        return vb_fail_memory(err, w->n_contrasts * sizeof *t.of);
    vb_parallel(w->n_contrasts, w->options->n_threads, make_tables, &t);
    for (size_t c = 0; c < w->n_contrasts; c++) {
        tables *from = &t.of[c];

        if (status == VB_OK && from->status != VB_OK) {
            status = from->status;
            if (err)
                *err = from->error;
        }
        for (size_t i = 0; i < from->outputs.n && status == VB_OK; i++)
            status = publish(outputs, from->outputs.items[i].path, "",
                             &from->outputs.items[i].bytes, err);
        if (notes)
            vb_notes_append(notes, &from->notes);
        vb_notes_free(&from->notes);
        vb_outputs_free(&from->outputs);
    }
    free(t.of);
    return status;
}

vb_status glm_write_all(const glm_writer *w, bool over_runs, vb_outputs *outputs,
                        vb_notes *notes, vb_error *err)
{
    const size_t n =
        glm_list_maps(w->n_contrasts, w->contrasts, w->options, over_runs, 0, NULL);
    glm_map *maps = calloc(n + 1, sizeof *maps);
    vb_status status;

    if (!maps)
        return vb_fail_memory(err, (n + 1) * sizeof *maps);
    glm_list_maps(w->n_contrasts, w->contrasts, w->options, over_runs, n, maps);
    status = write_mask(w, outputs, err);
    if (status == VB_OK && n)
        status = write_maps(w, n, maps, outputs, err);
    if (status == VB_OK && w->options->thresholded)
        status = write_tables(w, outputs, notes, err);
    free(maps);
    return status;
}

static vb_status values_of_fit(const void *source, const glm_map *map, double out[],
                               vb_error *err)
{
    const vb_glm_fit *fit = source;

    if (map->stat == VB_STAT_NOISE) {
        vb_series_parameter(fit->series, map->parameter, out);
        return VB_OK;
    }
    return vb_glm_fit_map(fit, map->stat, map->contrast, out, err);
}

vb_status vb_glm_write_run(const vb_glm_fit *fit, const vb_glm_options *options,
                           const vb_glm_place *place, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err)
{
    double *df = calloc(fit->n_contrasts + 1, sizeof *df);
    glm_writer w = {.grid = &fit->grid,
                    .mask = fit->mask,
                    .n_in = fit->n_in,
                    .n_contrasts = fit->n_contrasts,
                    .contrasts = fit->contrasts,
                    .df = fit->df,
                    .contrast_df = df,
                    .background = fit->mean,
                    .mask_from = fit->mask_from,
                    .counts = &fit->counts,
                    .n_runs = 1,
                    .filter = fit->filter,
                    .percent_rule = fit->percent_rule,
                    .residuals = fit->residuals.n_voxels ? &fit->residuals : NULL,
                    .pooled = fit->series,
                    .values = values_of_fit,
                    .source = fit,
                    .options = options,
                    .place = place};
    vb_status status;

    if (!df)
        return vb_fail_memory(err, sizeof *df);
    for (size_t c = 0; c < fit->n_contrasts; c++)
        df[c] = (double)vb_glm_contrast_df(fit->plan, c);
    status = glm_write_all(&w, false, outputs, notes, err);
    if (status == VB_OK)
        status = glm_write_residuals(fit, &w, outputs, err);
    if (status == VB_OK)
        status = glm_write_design(&w, outputs, err);
    if (status == VB_OK)
        status = glm_write_errorts(fit, &w, outputs, err);
    free(df);
    return status;
}
