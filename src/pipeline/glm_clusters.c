/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_clusters.c - the thresholded map of a contrast: its clusters as a table, its slices as
 * a picture.
 *
 * Smoothness is estimated from the z map itself (the residuals are never kept), which
 * effects make look smoother than its noise: corrected p values err towards the larger
 * resel, and the JSON says where the smoothness is from.
 */
#include "glm_internal.h"
#include "valuebold/mosaic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double LEVEL = 0.05, UNCORRECTED_LEVEL = 0.001, HEIGHT = 3.1;
enum { LEAST_DF = 3 }; /* random fields of t and F need as many */

typedef struct volumes {
    double *flat, *value, *z; /* [n_in], [n_vox], [n_vox] */
} volumes;

static void free_volumes(volumes *v)
{
    free(v->flat);
    free(v->value);
    free(v->z);
}

static vb_status fill(const glm_writer *w, vb_stat stat, size_t contrast, double flat[],
                      double out[], vb_error *err)
{
    const glm_map map = {stat, contrast, 0};
    const vb_status status = w->values(w->source, &map, flat, err);
    size_t n = 0;

    for (size_t v = 0; v < w->grid->n_vox; v++)
        out[v] = w->mask[v] ? flat[n++] : (double)NAN;
    return status;
}

static vb_threshold threshold_of(const glm_writer *w, bool is_t)
{
    vb_threshold t = w->options->threshold;

    if (!(t.level > 0))
        t.level = t.rule == VB_THRESHOLD_UNCORRECTED ? UNCORRECTED_LEVEL
                  : t.rule == VB_THRESHOLD_HEIGHT    ? HEIGHT
                                                     : LEVEL;
    t.two_sided = t.two_sided && is_t;
    return t;
}

static vb_status write_tables(const glm_writer *w, size_t contrast,
                              const vb_clusters *clusters, vb_outputs *outputs,
                              vb_error *err)
{
    char name[VB_PATH_MAX];
    vb_buffer *bytes;
    vb_status status;

    glm_contrast_name(w->place, &w->contrasts[contrast], "clusters", name);
    status = vb_outputs_add(outputs, &bytes, err, "%s.tsv", name);
    if (status == VB_OK)
        status = vb_clusters_tsv(clusters, bytes, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &bytes, err, "%s.json", name);
    if (status == VB_OK)
        status = vb_clusters_json(clusters, NULL, bytes, err);
    return status;
}

/* The statistic on the mean image; what is below the threshold is faded.  A threshold that
 * nothing can reach (FDR that finds nothing) fades nothing away: then all is shown. */
static vb_status draw(const glm_writer *w, size_t contrast, const vb_clusters *clusters,
                      volumes *v, vb_outputs *outputs, vb_error *err)
{
    const vb_statistic *s = &clusters->statistic;
    const bool is_f = s->kind == VB_STATISTIC_F;
    char name[VB_PATH_MAX], unit[64], caption[200];
    vb_mosaic mosaic = {.background = v->z,
                        .values = v->value,
                        .mask = w->mask,
                        .positive_only = !clusters->threshold.two_sided,
                        .title = w->contrasts[contrast].name,
                        .caption = caption,
                        .unit = unit};
    vb_buffer *bytes;
    vb_status status;
    size_t n = 0;

    for (size_t x = 0; x < w->grid->n_vox; x++) /* z has done its work */
        v->z[x] = w->mask[x] ? w->background[n++] : (double)NAN;
    for (size_t i = 0; i < 3; i++) {
        mosaic.dim[i] = w->grid->dim[i];
        for (size_t k = 0; k < 4; k++)
            mosaic.affine[i][k] = w->grid->affine[i][k];
    }
    if (isfinite(clusters->height))
        mosaic.threshold = clusters->height;
    snprintf(unit, sizeof unit, "z");
    if (is_f)
        snprintf(unit, sizeof unit, "F(%.4g, %.4g)", s->df1, s->df2);
    else if (s->kind == VB_STATISTIC_T)
        snprintf(unit, sizeof unit, "t(%.4g)", s->df2);
    snprintf(caption, sizeof caption,
             "%s; threshold: %s %.3g, height %.3g; %zu cluster%s", w->place->stem,
             vb_threshold_rule_name(clusters->threshold.rule),
             clusters->threshold.level, clusters->height, clusters->n,
             clusters->n == 1 ? "" : "s");
    glm_contrast_name(w->place, &w->contrasts[contrast], "mosaic.png", name);
    status = vb_outputs_add(outputs, &bytes, err, "%s", name);
    return status == VB_OK ? vb_mosaic_png(&mosaic, bytes, err) : status;
}

/* A mask too thin to be a volume has no smoothness: then there are no corrected p. */
static bool find_smoothness(const glm_writer *w, size_t contrast, volumes *v,
                            vb_smoothness *out, vb_notes *notes, vb_error *err)
{
    const char *name = w->contrasts[contrast].name;
    vb_error why = {0};

    if (glm_df_of(w, contrast) < LEAST_DF ||
        fill(w, VB_STAT_Z, contrast, v->flat, v->z, err) != VB_OK)
        return false;
    if (vb_smoothness_from_z(w->grid->dim, w->mask, v->z, w->grid->voxel_mm, out,
                             &why) == VB_OK)
        return true;
    vb_note_add(notes, VB_INFO, "glm-smoothness", w->grid->path, 0, 0,
                "contrast '%.100s': no corrected p values of clusters: %.600s", name,
                why.text);
    return false;
}

vb_status glm_write_clusters(const glm_writer *w, size_t contrast, vb_outputs *outputs,
                             vb_notes *notes, vb_error *err)
{
    const size_t n_vox = w->grid->n_vox;
    const bool is_t = w->contrasts[contrast].n_rows == 1;
    /* degrees of freedom that differ between voxels leave z as the one statistic */
    const bool on_z = glm_small_sample(w->options) != VB_SMALL_SAMPLE_NONE;
    const vb_stat stat = on_z ? VB_STAT_Z : is_t ? VB_STAT_T : VB_STAT_F;
    const vb_threshold threshold = threshold_of(w, is_t);
    vb_smoothness smoothness;
    vb_clusters clusters = {0};
    volumes v = {malloc(w->n_in * sizeof(double)), malloc(n_vox * sizeof(double)),
                 malloc(n_vox * sizeof(double))};
    vb_stat_map map = {.dim = {w->grid->dim[0], w->grid->dim[1], w->grid->dim[2]},
                       .mask = w->mask,
                       .values = v.value,
                       .statistic = {on_z   ? VB_STATISTIC_Z
                                     : is_t ? VB_STATISTIC_T
                                            : VB_STATISTIC_F,
                                     is_t || on_z ? 0 : w->contrast_df[contrast],
                                     on_z ? 0 : glm_df_of(w, contrast)}};
    vb_status status = VB_OK;

    if (!v.flat || !v.value || !v.z)
        status = vb_fail_memory(err, n_vox * sizeof(double));
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++)
            map.affine[i][k] = w->grid->affine[i][k];
    if (status == VB_OK && find_smoothness(w, contrast, &v, &smoothness, notes, err))
        map.smoothness = &smoothness;
    if (status == VB_OK)
        status = fill(w, stat, contrast, v.flat, v.value, err);
    if (status == VB_OK)
        status = vb_clusters_find(&threshold, &map, &clusters, err);
    if (status == VB_OK)
        status = write_tables(w, contrast, &clusters, outputs, err);
    if (status == VB_OK)
        status = draw(w, contrast, &clusters, &v, outputs, err);
    vb_clusters_free(&clusters);
    free_volumes(&v);
    return status;
}
