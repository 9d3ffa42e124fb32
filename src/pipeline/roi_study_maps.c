/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_study_maps.c - what regions hold of the maps that glm wrote of the same study. */
#include "glm_internal.h"
#include "roi_report.h"
#include "study_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const vb_stat wanted[] = {VB_STAT_EFFECT, VB_STAT_T, VB_STAT_F, VB_STAT_Z};
enum { N_WANTED = sizeof wanted / sizeof wanted[0] };

static vb_status read_one(vb_roi_report *report, const vb_roi_set *set,
                          const vb_roi_place *place, const char *path, vb_notes *notes,
                          vb_error *err)
{
    vb_roi_value *values = calloc(set->n + 1, sizeof *values);
    vb_nifti_header header;
    const char *name = strstr(path, "_contrast-");
    char map[VB_PATH_MAX];
    vb_status status = values ? vb_nifti_header_read(path, &header, notes, err)
                              : vb_fail_memory(err, set->n * sizeof *values);

    if (status == VB_OK)
        status = vb_roi_map_read(&header, set, values, notes, err);
    if (status == VB_OK) {
        snprintf(map, sizeof map, "%s", name ? name + 1 : path);
        *strstr(map, "_statmap") = '\0';
        status = vb_roi_put_values(set, values, map, &place->who,
                                   &report->table[ROI_MAPS], err);
    }
    free(values);
    return status;
}

/* Path of the map of a contrast and stat; false: there is none. */
static bool find_map(const vb_roi_report *report, const vb_roi_place *place, size_t c,
                     vb_stat stat, char path[VB_PATH_MAX])
{
    const vb_glm_place at = {.folder = place->folder, .stem = place->stem};
    const vb_contrast contrast = {.name = report->study->contrasts[c].name};
    const glm_map map = {.stat = stat, .contrast = 0};
    char name[VB_PATH_MAX];

    glm_map_name(&at, &contrast, report->analysis->glm->noise, &map, name);
    return snprintf(path, VB_PATH_MAX, "%s/%s.nii.gz", report->analysis->glm_maps,
                    name) < VB_PATH_MAX &&
           access(path, F_OK) == 0;
}

vb_status roi_study_maps_check(const vb_roi_report *report, vb_error *err)
{
    const vb_study *study = report->study;

    for (size_t r = 0; r < study->n_runs; r++)
        for (int together = 0; study->runs[r].selected && together < 2; together++) {
            vb_roi_place place;
            char path[VB_PATH_MAX];
            const vb_status status =
                vb_study_roi_place(study, r, together > 0, report->provenance, &place,
                                   err);

            if (status != VB_OK)
                return status;
            for (size_t c = 0; c < study->n_contrasts; c++)
                for (size_t i = 0; i < N_WANTED; i++)
                    if (find_map(report, &place, c, wanted[i], path))
                        return VB_OK;
        }
    return vb_fail_at(err, VB_EINPUT, report->analysis->glm_maps, 0, 0,
                      "there is no map of this study's contrasts in this folder; it is "
                      "the --output-dir of glm");
}

vb_status roi_study_maps(vb_roi_report *report, const vb_roi_set *set,
                         const vb_roi_place *place, vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;
    char path[VB_PATH_MAX];

    for (size_t c = 0; c < report->study->n_contrasts && status == VB_OK; c++)
        for (size_t i = 0; i < N_WANTED && status == VB_OK; i++)
            if (find_map(report, place, c, wanted[i], path))
                status = read_one(report, set, place, path, notes, err);
    return status;
}
