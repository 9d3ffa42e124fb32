/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export_job.h - a small study made by hand, for tests of the exporters: two runs, an event
 * with two modulators (one trial missed), one without rows in run 2, confounds, contrasts.
 * The designs are numbers out of a formula: exporters only carry them.
 */
#ifndef VB_TEST_EXPORT_JOB_H
#define VB_TEST_EXPORT_JOB_H

#include "valuebold/export.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOB_RUNS = 2, JOB_SCANS = 20, JOB_TRIALS = 4, JOB_CONTRASTS = 3 };

typedef struct job_fixture {
    vb_arena *arena;
    double onset_s[JOB_RUNS][JOB_TRIALS], duration_s[JOB_TRIALS];
    double sv[JOB_RUNS][JOB_TRIALS], effort[JOB_TRIALS];
    double confounds[JOB_SCANS * 2];
    vb_design_modulator modulators[JOB_RUNS][2];
    vb_design_event events[JOB_RUNS][2];
    vb_design_run runs[JOB_RUNS];
    vb_design designs[JOB_RUNS], *design_list[JOB_RUNS];
    vb_contrast contrasts[JOB_RUNS][JOB_CONTRASTS];
    const vb_contrast *contrast_list[JOB_RUNS];
    const char *labels[JOB_RUNS], *bold[JOB_RUNS];
    vb_design_options options;
    vb_export_job job;
} job_fixture;

static const char *const job_confound_names[] = {"trans_x", "csf"};

static inline void job_column(job_fixture *f, size_t r, const char *title,
                              vb_column_kind kind, size_t event, size_t modulator)
{
    vb_design *d = &f->designs[r];

    d->columns[d->n_cols++] = (vb_column){.name = title,
                                          .title = title,
                                          .kind = kind,
                                          .run = 0,
                                          .event = event,
                                          .modulator = modulator,
                                          .power = 1,
                                          .height = 1.5};
}

static inline void job_design(job_fixture *f, size_t r)
{
    vb_design *d = &f->designs[r];

    *d = (vb_design){.arena = f->arena,
                     .n_scans = JOB_SCANS,
                     .n_runs = 1,
                     .like = "valuebold",
                     .hrf = "spm",
                     .drift = "cosine",
                     .high_pass_s = 128,
                     .convention = "Made by hand."};
    d->columns = vb_arena_take(f->arena, 8, sizeof *d->columns);
    d->tr_s = vb_arena_take(f->arena, 1, sizeof *d->tr_s);
    d->sample_s = vb_arena_take(f->arena, 1, sizeof *d->sample_s);
    d->tr_s[0] = 2;
    d->sample_s[0] = 1;
    job_column(f, r, "task", VB_COLUMN_EVENT, 0, VB_NONE);
    job_column(f, r, "task*sv_difference", VB_COLUMN_MODULATOR, 0, 0);
    job_column(f, r, "task*effort", VB_COLUMN_MODULATOR, 0, 1);
    if (r == 0)
        job_column(f, r, "control", VB_COLUMN_EVENT, 1, VB_NONE);
    job_column(f, r, "trans_x", VB_COLUMN_CONFOUND, VB_NONE, VB_NONE);
    job_column(f, r, "csf", VB_COLUMN_CONFOUND, VB_NONE, VB_NONE);
    job_column(f, r, "drift_1", VB_COLUMN_DRIFT, VB_NONE, VB_NONE);
    job_column(f, r, "constant", VB_COLUMN_CONSTANT, VB_NONE, VB_NONE);
    d->x = vb_arena_take(f->arena, d->n_scans * d->n_cols, sizeof *d->x);
    for (size_t i = 0; i < d->n_scans * d->n_cols; i++)
        d->x[i] = i % d->n_cols == d->n_cols - 1
                      ? 1
                      : sin(1.7 * (double)i + (double)(r * 3 + i % 5));
}

static inline void job_contrast(job_fixture *f, size_t r, size_t c, const char *name,
                                size_t n_rows)
{
    f->contrasts[r][c] =
        (vb_contrast){.name = name,
                      .n_rows = n_rows,
                      .weights = vb_arena_take(f->arena, n_rows * f->designs[r].n_cols,
                                               sizeof(double))};
}

static inline void job_weight(job_fixture *f, size_t r, size_t c, size_t row,
                              const char *title, double weight)
{
    const vb_design *d = &f->designs[r];

    for (size_t j = 0; j < d->n_cols; j++)
        if (strcmp(d->columns[j].title, title) == 0)
            f->contrasts[r][c].weights[row * d->n_cols + j] = weight;
}

static inline void job_run(job_fixture *f, size_t r)
{
    static const double onset[] = {1.25, 7.003, 19.5, 30.1},
                        sv[] = {-1.5, .25, NAN, 1.25}, effort[] = {.2, -.6, .1, .3};

    for (size_t i = 0; i < JOB_TRIALS; i++) {
        f->onset_s[r][i] = onset[i] + (double)r;
        f->duration_s[i] = 2;
        f->sv[r][i] = sv[i];
        f->effort[i] = effort[i];
    }
    f->modulators[r][0] = (vb_design_modulator){"sv_difference", f->sv[r], 1};
    f->modulators[r][1] = (vb_design_modulator){"effort", f->effort, 1};
    f->events[r][0] = (vb_design_event){.name = "task",
                                        .n_events = JOB_TRIALS,
                                        .onset_s = f->onset_s[r],
                                        .duration_s = f->duration_s,
                                        .n_modulators = 2,
                                        .modulators = f->modulators[r]};
    f->events[r][1] = (vb_design_event){.name = "control",
                                        .n_events = r == 0 ? 2 : 0,
                                        .onset_s = f->onset_s[0],
                                        .duration_s = f->duration_s};
    f->runs[r] = (vb_design_run){.label = r ? "2" : "1",
                                 .tr_s = 2,
                                 .n_scans = JOB_SCANS,
                                 .sample_s = 1,
                                 .n_events = 2,
                                 .events = f->events[r],
                                 .n_confounds = 2,
                                 .confound_names = job_confound_names,
                                 .confounds = f->confounds};
    f->labels[r] = f->runs[r].label;
    job_design(f, r);
    f->design_list[r] = &f->designs[r];
    job_contrast(f, r, 0, "sv", 1);
    job_weight(f, r, 0, 0, "task*sv_difference", 1);
    job_contrast(f, r, 1, "task_over_control", 1);
    job_weight(f, r, 1, 0, "task", 1);
    job_weight(f, r, 1, 0, "control", -1);
    job_contrast(f, r, 2, "modulators", 2);
    job_weight(f, r, 2, 0, "task*sv_difference", 1);
    job_weight(f, r, 2, 1, "task*effort", 1);
    f->contrast_list[r] = f->contrasts[r];
}

static inline job_fixture *job_make(void)
{
    job_fixture *f = calloc(1, sizeof *f);

    cr_assert(f);
    f->arena = vb_arena_alloc();
    for (size_t i = 0; i < 2 * JOB_SCANS; i++)
        f->confounds[i] = cos(0.37 * (double)i);
    for (size_t r = 0; r < JOB_RUNS; r++)
        job_run(f, r);
    f->bold[0] = "/data/o'neil/sub-01_run-1_bold.nii.gz";
    f->bold[1] = "/data/o'neil/sub-01_run-2_bold.nii.gz";
    f->job = (vb_export_job){.participant = "01",
                             .task = "effort",
                             .n_runs = JOB_RUNS,
                             .run_labels = f->labels,
                             .runs = f->runs,
                             .designs = f->design_list,
                             .contrasts = f->contrast_list,
                             .n_contrasts = JOB_CONTRASTS,
                             .bold = f->bold,
                             .options = &f->options,
                             .version = "valuebold 0.0.0"};
    return f;
}

static inline void job_free(job_fixture *f)
{
    vb_arena_free(f->arena);
    free(f);
}

static inline const char *job_text(const vb_outputs *outputs, const char *path)
{
    const vb_output *o = vb_outputs_find(outputs, path);

    cr_assert(o, "%s was not written", path);
    return o->bytes.bytes;
}

static inline bool job_noted(const vb_notes *notes, const char *code)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0)
            return true;
    return false;
}

#endif
