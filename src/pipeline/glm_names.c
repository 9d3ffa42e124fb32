/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_names.c - which maps there are, and their names. */
#include "glm_internal.h"
#include "valuebold/names.h"

#include <stdio.h>

enum { LABEL_MAX = 256 };

static void add(const vb_glm_options *options, vb_stat stat, size_t contrast, size_t *n,
                size_t capacity, glm_map maps[])
{
    if (!(options->maps & VB_GLM_MAP(stat)))
        return;
    if (*n < capacity)
        maps[*n] = (glm_map){stat, contrast, 0};
    ++*n;
}

size_t glm_list_maps(size_t n_contrasts, const vb_contrast contrasts[],
                     const vb_glm_options *options, bool over_runs, size_t capacity,
                     glm_map maps[])
{
    const bool joint = over_runs && glm_is_joint(options);
    size_t n = 0;

    for (size_t c = 0; c < n_contrasts; c++) {
        const bool is_t = contrasts[c].n_rows == 1;

        if (is_t) {
            add(options, VB_STAT_EFFECT, c, &n, capacity, maps);
            add(options, VB_STAT_VARIANCE, c, &n, capacity, maps);
        }
        add(options, is_t ? VB_STAT_T : VB_STAT_F, c, &n, capacity, maps);
        add(options, VB_STAT_Z, c, &n, capacity, maps);
        add(options, VB_STAT_P, c, &n, capacity, maps);
        if ((is_t || !over_runs) && glm_small_sample(options) != VB_SMALL_SAMPLE_NONE &&
            !joint)
            add(options, VB_STAT_DF, c, &n, capacity, maps);
        if (is_t && !over_runs)
            add(options, VB_STAT_PERCENT, c, &n, capacity, maps);
    }
    if (!over_runs || joint)
        add(options, VB_STAT_SIGMA2, VB_NONE, &n, capacity, maps);
    if (!over_runs || (joint && glm_is_pooled(options)))
        add(options, VB_STAT_R2, VB_NONE, &n, capacity, maps);
    if (!over_runs) {
        add(options, VB_STAT_RHO, VB_NONE, &n, capacity, maps);
        add(options, VB_STAT_LJUNG_BOX, VB_NONE, &n, capacity, maps);
        for (size_t i = 0; i < vb_noise_n_parameters(options->noise); i++) {
            const size_t before = n;

            add(options, VB_STAT_NOISE, VB_NONE, &n, capacity, maps);
            if (n > before && before < capacity)
                maps[before].parameter = i;
        }
    }
    return n;
}

static void start(const vb_glm_place *place, char out[VB_PATH_MAX])
{
    snprintf(out, VB_PATH_MAX, "%s%s%s", place->folder, place->folder[0] ? "/" : "",
             place->stem);
}

void glm_contrast_name(const vb_glm_place *place, const vb_contrast *contrast,
                       const char *last, char out[VB_PATH_MAX])
{
    char label[LABEL_MAX], front[VB_PATH_MAX];

    start(place, front);
    snprintf(out, VB_PATH_MAX, "%.700s_contrast-%.250s_%s", front,
             vb_camel(contrast->name, label, sizeof label), last);
}

void glm_map_name(const vb_glm_place *place, const vb_contrast contrasts[],
                  const char *noise, const glm_map *map, char out[VB_PATH_MAX])
{
    char last[96], front[VB_PATH_MAX], label[40];
    const char *stat = glm_stat_name(map->stat);

    if (map->stat == VB_STAT_NOISE)
        stat = vb_camel(vb_noise_parameter_name(noise, map->parameter), label,
                        sizeof label);
    snprintf(last, sizeof last, "stat-%s_statmap", stat);
    if (map->contrast != VB_NONE) {
        glm_contrast_name(place, &contrasts[map->contrast], last, out);
        return;
    }
    start(place, front);
    snprintf(out, VB_PATH_MAX, "%.900s_%s", front, last);
}

static vb_status add_name(vb_outputs *outputs, const char *name, const char *end,
                          vb_error *err)
{
    vb_buffer *bytes;

    return vb_outputs_add(outputs, &bytes, err, "%s%s", name, end);
}

/* Maps of one contrast, or (NULL) of none. */
static vb_status plan_maps(const vb_contrast *contrast, const vb_glm_options *options,
                           const vb_glm_place *place, bool over_runs,
                           vb_outputs *outputs, vb_error *err)
{
    glm_map maps[32];
    const size_t n =
        glm_list_maps(contrast ? 1 : 0, contrast, options, over_runs, 32, maps);
    char name[VB_PATH_MAX];
    vb_status status = VB_OK;

    for (size_t i = 0; i < n && status == VB_OK; i++) {
        if (contrast && maps[i].contrast == VB_NONE)
            continue;
        glm_map_name(place, contrast, options->noise, &maps[i], name);
        status = add_name(outputs, name, ".nii.gz", err);
    }
    return status;
}

vb_status vb_glm_plan_names(size_t n_contrasts, const vb_contrast contrasts[],
                            const bool left_out[], const vb_glm_options *options,
                            const vb_glm_place *place, bool over_runs,
                            vb_outputs *outputs, vb_error *err)
{
    char name[VB_PATH_MAX];
    vb_status status = plan_maps(NULL, options, place, over_runs, outputs, err);

    for (size_t c = 0; c < n_contrasts && status == VB_OK; c++)
        if (!left_out || !left_out[c])
            status = plan_maps(&contrasts[c], options, place, over_runs, outputs, err);
    start(place, name);
    return status == VB_OK ? add_name(outputs, name, "_mask.nii.gz", err) : status;
}
