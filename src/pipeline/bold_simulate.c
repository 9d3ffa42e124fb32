/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bold_simulate.c - images of a study's runs, voxel by voxel.
 *
 * The grid spans the MNI box (x -90..90, y -126..90, z -72..108 mm) with a voxel centre at
 * the origin; the brain is an ellipsoid in it, 0 outside.  Images are int16.
 */
#include "bold_simulate_internal.h"
#include "study_internal.h"
#include "valuebold/file.h"
#include "valuebold/nifti_write.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double LOWER_MM[3] = {-90, -126, -72}, UPPER_MM[3] = {90, 90, 108};
static const double BRAIN_MM[3] = {0, -18, 10}, RADII_MM[3] = {70, 88, 66};
static const double TEXTURE = 0.1,
                    WAVE_MM = 23; /* of the mean, so that it is no plain */
static const double TAIL_S = 32;

typedef struct making {
    const vb_bold_plan *plan;
    const char *participant, *run;
    vb_nifti_header grid;
    size_t n_scans;
    double **course; /* [n_effects][n_scans] */
    int16_t *values; /* [n_scans x n_vox] */
    float *noise;    /* [n_scans x n_vox] when it is smooth in space, else NULL */
    double *series;  /* [n_threads x n_scans] */
} making;

static void make_grid(const vb_bold_plan *plan, vb_nifti_header *grid)
{
    *grid = (vb_nifti_header){.n_dims = 4,
                              .n_vox = 1,
                              .n_volumes = 1,
                              .tr_s = plan->tr_s,
                              .slope = 1,
                              .space = VB_NIFTI_SFORM,
                              .qform_code = 4,
                              .sform_code = 4};
    for (size_t a = 0; a < 7; a++)
        grid->dim[a] = 1;
    for (size_t a = 0; a < 3; a++) {
        const double mm = plan->voxel_mm, first = ceil(LOWER_MM[a] / mm);

        grid->dim[a] = (size_t)(floor(UPPER_MM[a] / mm) - first) + 1;
        grid->n_vox *= grid->dim[a];
        grid->voxel_mm[a] = mm;
        grid->affine[a][a] = mm;
        grid->affine[a][3] = first * mm;
    }
}

static void position(const vb_nifti_header *grid, size_t v, double mm[3])
{
    const size_t at[3] = {v % grid->dim[0], v / grid->dim[0] % grid->dim[1],
                          v / grid->dim[0] / grid->dim[1]};

    for (size_t a = 0; a < 3; a++)
        mm[a] = grid->affine[a][a] * (double)at[a] + grid->affine[a][3];
}

static bool in_brain(const double mm[3])
{
    double d = 0;

    for (size_t a = 0; a < 3; a++)
        d += pow((mm[a] - BRAIN_MM[a]) / RADII_MM[a], 2);
    return d <= 1;
}

static bool in_sphere(const vb_bold_effect *effect, const double mm[3])
{
    double d = 0;

    for (size_t a = 0; a < 3; a++)
        d += pow(mm[a] - effect->centre_mm[a], 2);
    return d <= effect->radius_mm * effect->radius_mm;
}

static int16_t rounded(double y)
{
    return (int16_t)lrint(fmin(fmax(y, INT16_MIN), INT16_MAX));
}

static void make_voxel(void *context, size_t v, size_t worker)
{
    const making *m = context;
    const vb_bold_plan *p = m->plan;
    double *e = m->series + worker * m->n_scans;
    double mm[3], mean;

    position(&m->grid, v, mm);
    if (!in_brain(mm))
        return; /* 0 already */
    mean = p->mean * (1 + TEXTURE * sin(mm[0] / WAVE_MM) * cos(mm[1] / WAVE_MM) *
                              cos(mm[2] / WAVE_MM));
    if (!m->noise)
        bold_noise_series(p, m->participant, m->run, v, m->n_scans, e);
    for (size_t s = 0; s < m->n_scans; s++) {
        double y = mean + (m->noise ? (double)m->noise[s * m->grid.n_vox + v] : e[s]);

        for (size_t i = 0; i < p->n_effects; i++)
            if (in_sphere(&p->effects[i], mm))
                y += p->effects[i].size * m->course[i][s];
        m->values[s * m->grid.n_vox + v] = rounded(y);
    }
}

static vb_status check_spheres(const vb_bold_plan *plan, const vb_nifti_header *grid,
                               vb_error *err)
{
    for (size_t i = 0; i < plan->n_effects; i++) {
        const vb_bold_effect *effect = &plan->effects[i];
        size_t n = 0;

        for (size_t v = 0; v < grid->n_vox; v++) {
            double mm[3];

            position(grid, v, mm);
            n += in_brain(mm) && in_sphere(effect, mm);
        }
        if (!n)
            return vb_fail_at(
                err, VB_EINPUT, plan->file, effect->line, effect->at,
                "effect '%.60s': no voxel of the brain lies within %g mm of "
                "(%g, %g, %g)",
                effect->name, effect->radius_mm, effect->centre_mm[0],
                effect->centre_mm[1], effect->centre_mm[2]);
    }
    return VB_OK;
}

static size_t count_scans(const vb_study_run *run, double tr_s)
{
    double end_s = 0;

    for (size_t i = 0; i < run->events->n_rows; i++)
        end_s = fmax(end_s, run->onset_s[i] +
                                (isnan(run->duration_s[i]) ? 0 : run->duration_s[i]));
    return (size_t)ceil((end_s + TAIL_S) / tr_s);
}

static vb_status make_image(making *m, const vb_study *study, const vb_study_run *run,
                            size_t n_threads, vb_buffer *bytes, vb_error *err)
{
    const vb_bold_plan *p = m->plan;
    vb_map map = {.grid = &m->grid,
                  .description = "simulated by valuebold",
                  .n_volumes = m->n_scans,
                  .tr_s = p->tr_s,
                  .type = VB_NIFTI_INT16};
    double *courses = calloc(p->n_effects + 1, m->n_scans * sizeof *courses);
    vb_status status = VB_OK;

    m->course = calloc(p->n_effects + 1, sizeof *m->course);
    m->values = calloc(m->grid.n_vox, m->n_scans * sizeof *m->values);
    m->series = calloc(VB_MAX_THREADS, m->n_scans * sizeof *m->series);
    if (!courses || !m->course || !m->values || !m->series)
        status = vb_fail_memory(err, m->grid.n_vox * m->n_scans * sizeof *m->values);
    for (size_t i = 0; i < p->n_effects && status == VB_OK; i++) {
        m->course[i] = courses + i * m->n_scans;
        status = vb_bold_course(study, run, p->effects[i].column, m->n_scans, p->tr_s,
                                p->tr_s / 2, m->course[i], err);
        if (status == VB_EINPUT && err)
            vb_fail_at(err, status, p->file, p->effects[i].line, p->effects[i].at,
                       "%.900s", err->text);
    }
    if (status == VB_OK && p->noise_fwhm_mm > 0)
        status = bold_noise_field(p, m->participant, m->run, &m->grid, m->n_scans,
                                  n_threads, &m->noise, err);
    if (status == VB_OK) {
        vb_parallel(m->grid.n_vox, n_threads, make_voxel, m);
        map.values = m->values;
        status = vb_nifti_write(&map, bytes, err);
    }
    free(courses);
    free(m->course);
    free(m->values);
    free(m->noise);
    free(m->series);
    return status;
}

static vb_status put_sidecar(const vb_bold_plan *plan, const vb_study_run *run,
                             vb_buffer *out, vb_error *err)
{
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "TaskName", run->files->task);
    vb_json_number(&j, "RepetitionTime", plan->tr_s);
    vb_json_bool(&j, "SliceTimingCorrected", true);
    vb_json_number(&j, "StartTime", plan->tr_s / 2);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status make_run(const vb_bold_plan *plan, const vb_study *study,
                          const vb_study_run *run, size_t n_threads,
                          vb_outputs *outputs, vb_error *err)
{
    making m = {.plan = plan,
                .participant = run->files->participant,
                .run = run->files->run};
    char stem[512], folder[512];
    vb_buffer *bytes;
    vb_status status;

    make_grid(plan, &m.grid);
    m.n_scans = count_scans(run, plan->tr_s);
    study_stem(study, run, stem, sizeof stem);
    study_folder(study, run, folder, sizeof folder);
    status = vb_outputs_add(outputs, &bytes, err, "%s/%s_events.tsv", folder, stem);
    if (status == VB_OK)
        status = vb_file_read(run->files->events, 0, bytes, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &bytes, err, "%s/%s_bold.json", folder, stem);
    if (status == VB_OK)
        status = put_sidecar(plan, run, bytes, err);
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &bytes, err, "%s/%s_bold.nii.gz", folder, stem);
    return status == VB_OK ? make_image(&m, study, run, n_threads, bytes, err) : status;
}

static vb_status put_truth(const vb_bold_plan *plan, const char *version,
                           vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_json j = {0};
    vb_status status =
        vb_outputs_add(outputs, &out, err, "derivatives/simulation/bold.json");

    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_number(&j, "Seed", (double)plan->seed);
    vb_json_text(&j, "GeneratedBy", version);
    vb_json_number(&j, "RepetitionTime", plan->tr_s);
    vb_json_number(&j, "VoxelSize", plan->voxel_mm);
    vb_json_number(&j, "Mean", plan->mean);
    vb_json_number(&j, "NoiseSD", plan->noise_sd);
    vb_json_number(&j, "NoiseRho", plan->rho);
    vb_json_number(&j, "NoiseMA", plan->ma);
    vb_json_number(&j, "NoiseFWHM", plan->noise_fwhm_mm);
    vb_json_open(&j, "Effects", '{');
    for (size_t i = 0; i < plan->n_effects; i++) {
        const vb_bold_effect *effect = &plan->effects[i];

        vb_json_open(&j, effect->name, '{');
        vb_json_numbers(&j, "CentreMM", 3, effect->centre_mm);
        vb_json_number(&j, "RadiusMM", effect->radius_mm);
        vb_json_text(&j, "Column", effect->column);
        vb_json_number(&j, "Size", effect->size);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status put_description(const char *version, vb_outputs *outputs,
                                 vb_error *err)
{
    vb_buffer *out;
    vb_json j = {0};
    vb_status status = vb_outputs_add(outputs, &out, err, "dataset_description.json");

    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "Simulated images");
    vb_json_text(&j, "BIDSVersion", "1.8.0");
    vb_json_text(&j, "DatasetType", "raw");
    vb_json_open(&j, "GeneratedBy", '[');
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", version);
    vb_json_close(&j);
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

vb_status vb_bold_simulate(const vb_bold_plan *plan, const vb_study *study,
                           const char *version, size_t n_threads, vb_outputs *outputs,
                           vb_error *err)
{
    vb_nifti_header grid;
    vb_status status;

    make_grid(plan, &grid);
    status = check_spheres(plan, &grid, err);
    if (status == VB_OK)
        status = put_description(version, outputs, err);
    if (status == VB_OK)
        status = put_truth(plan, version, outputs, err);
    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        if (study->subjects[study->runs[r].subject].selected)
            status = make_run(plan, study, &study->runs[r], n_threads, outputs, err);
    return status;
}
