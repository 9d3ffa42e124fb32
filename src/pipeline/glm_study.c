/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_study.c - the runs of a study: each fitted on its image, the runs of a subject (in one
 * session) put together.
 */
#include "glm_internal.h"
#include "study_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEM_MAX = 512 };

/* The runs of a subject, and their names. */
typedef struct run_name {
    char folder[STEM_MAX], stem[STEM_MAX];
    char brain_mask[VB_PATH_MAX];
} run_name;

typedef struct subject_runs {
    size_t n;
    vb_glm_job *jobs;
    vb_glm_place *places;              /* [n] and of the runs together */
    run_name *names;                   /* the same */
    bool *left_out;                    /* [n x n_contrasts] */
    vb_design_options *design_options; /* [n] */
    vb_arena *arena;
} subject_runs;

/* What a weight of each column is in units of its signal: 1 / what it was divided by. */
static double *per_unit_of(const vb_study_run *run, vb_arena *arena)
{
    const vb_design *d = run->design;
    double *out = vb_arena_take(arena, d->n_cols, sizeof *out);

    for (size_t j = 0; out && j < d->n_cols; j++) {
        const vb_column *c = &d->columns[j];

        out[j] = 1;
        if (c->kind == VB_COLUMN_MODULATOR && c->event < run->n_event_types &&
            c->modulator < run->event_types[c->event].n_modulators) {
            const double by = run->event_types[c->event].record[c->modulator].divided;

            out[j] = by > 0 ? 1 / by : 1;
        }
    }
    return out;
}

/* fMRIPrep names both after the run: ..._desc-preproc_bold.nii.gz, ..._desc-brain_mask... */
const char *glm_brain_mask_of(const char *bold, char out[VB_PATH_MAX])
{
    static const char tail[] = "_desc-preproc_bold";
    const char *at = strstr(bold, tail);

    if (!at)
        return NULL;
    snprintf(out, VB_PATH_MAX, "%.*s_desc-brain_mask%s", (int)(at - bold), bold,
             at + sizeof tail - 1);
    return out;
}

static void name_place(const vb_study *study, const vb_study_run *run, bool together,
                       const vb_provenance *provenance, run_name *name,
                       vb_glm_place *place)
{
    vb_study_run alone = *run;
    vb_bids_run files = *run->files;
    char *func;

    if (together)
        files.run = NULL;
    alone.files = &files;
    study_stem(study, &alone, name->stem, sizeof name->stem);
    study_folder(study, &alone, name->folder, sizeof name->folder);
    func = strstr(name->folder, "/func");
    if (func)
        *func = '\0';
    *place = (vb_glm_place){.folder = name->folder,
                            .stem = name->stem,
                            .provenance = provenance,
                            .study = study,
                            .run = together ? NULL : run,
                            .design = together ? NULL : run->design};
}

static vb_status describe_run(const vb_study *study, const vb_study_run *run,
                              run_name *name, bool left_out[], vb_glm_job *job,
                              vb_error *err)
{
    if (!run->files->bold)
        return vb_fail_at(err, VB_EINPUT, run->files->events, 0, 0,
                          "no image was found for this run (%s): there must be a "
                          "..._bold.nii.gz beside the events or in the derivatives",
                          study_run_name(study, run));
    if (!study->n_contrasts)
        return vb_fail_at(
            err, VB_EINPUT, study->spec->file, 0, 0,
            "there are no contrasts, so there would be no maps; add a "
            "contrasts section, --contrasts FILE or --contrast EXPRESSION");
    for (size_t c = 0; c < study->n_contrasts; c++)
        left_out[c] = vb_contrast_is_left_out(&run->contrasts[c], run->design->n_cols,
                                              run->missing[c], study->spec->missing);
    *job = (vb_glm_job){.name = study_run_name(study, run),
                        .bold = run->files->bold,
                        .design = run->design,
                        .n_contrasts = study->n_contrasts,
                        .contrasts = run->contrasts,
                        .left_out = left_out,
                        .share_events = true,
                        .brain_mask =
                            glm_brain_mask_of(run->files->bold, name->brain_mask)};
    return VB_OK;
}

static void free_runs(subject_runs *s)
{
    vb_arena_free(s->arena);
    free(s->design_options);
    free(s->jobs);
    free(s->places);
    free(s->names);
    free(s->left_out);
}

/* Whatever fails is told, the first in err. */
static vb_status describe_runs(const vb_study *study, const vb_study_subject *subject,
                               const vb_provenance *provenance, subject_runs *s,
                               vb_error *err)
{
    const vb_study_run *runs = study->runs + subject->first_run;
    const size_t n = subject->n_runs;
    vb_error first = {0};

    *s = (subject_runs){.jobs = calloc(n, sizeof *s->jobs),
                        .places = calloc(n + 1, sizeof *s->places),
                        .names = calloc(n + 1, sizeof *s->names),
                        .left_out = calloc(n * study->n_contrasts + 1, 1),
                        .design_options = calloc(n, sizeof *s->design_options),
                        .arena = vb_arena_alloc()};
    if (!s->design_options || !s->arena || !s->jobs || !s->places || !s->names ||
        !s->left_out) {
        free_runs(s);
        return vb_fail_memory(err, n * sizeof *s->names);
    }
    for (size_t r = 0; r < n; r++) {
        vb_error this = {0};

        if (!runs[r].selected)
            continue;
        name_place(study, &runs[r], false, provenance, &s->names[s->n],
                   &s->places[s->n]);
        if (describe_run(study, &runs[r], &s->names[s->n],
                         s->left_out + s->n * study->n_contrasts, &s->jobs[s->n],
                         &this) != VB_OK &&
            first.code == VB_OK)
            first = this;
        s->design_options[s->n] = study_design_options(study, &runs[r]);
        s->jobs[s->n].input = &runs[r].input;
        s->jobs[s->n].design_options = &s->design_options[s->n];
        s->jobs[s->n].per_unit = per_unit_of(&runs[r], s->arena);
        if (!s->jobs[s->n].per_unit)
            vb_fail_memory(&first, runs[r].design->n_cols * sizeof(double));
        s->n++;
    }
    name_place(study, runs, true, provenance, &s->names[s->n], &s->places[s->n]);
    if (first.code == VB_OK)
        return VB_OK;
    free_runs(s);
    if (err)
        *err = first;
    return first.code;
}

static vb_status check_image(const vb_study_run *run, vb_notes *notes, vb_error *err)
{
    vb_nifti_header header = {.n_volumes = 0};
    vb_status status = run->files->bold
                           ? vb_nifti_header_read(run->files->bold, &header, notes, err)
                           : VB_OK; /* refused by describe_run */

    if (!run->files->bold)
        return VB_OK;
    if (status == VB_OK)
        status = vb_nifti_check_bold(&header, err);
    if (status == VB_OK && header.n_volumes != run->design->n_scans)
        status = vb_fail_at(err, VB_EINPUT, run->files->bold, 0, 0,
                            "the image has %zu volumes, the design has %zu scans (%s); "
                            "they must be as many",
                            header.n_volumes, run->design->n_scans, run->n_scans_from);
    return status;
}

vb_status vb_study_glm_check(const vb_study *study, const vb_glm_options *options,
                             const vb_provenance *provenance, vb_outputs *outputs,
                             vb_notes *notes, vb_error *err)
{
    vb_error first = {0};

    for (size_t s = 0; s < study->n_subjects; s++) {
        const vb_study_subject *subject = &study->subjects[s];
        const vb_study_run *runs = study->runs + subject->first_run;
        subject_runs of;

        if (!subject->selected)
            continue;
        for (size_t r = 0; r < subject->n_runs; r++) {
            vb_error this = {0};

            if (runs[r].selected && check_image(&runs[r], notes, &this) != VB_OK &&
                first.code == VB_OK)
                first = this;
        }
        if (first.code != VB_OK ||
            describe_runs(study, subject, provenance, &of, &first) != VB_OK)
            continue;
        vb_glm_plan_runs(of.n, of.jobs, of.places, &of.places[of.n], options, outputs,
                         &first);
        free_runs(&of);
    }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

vb_status vb_study_glm_subject(const vb_study *study, size_t s,
                               const vb_glm_options *options,
                               const vb_provenance *provenance, vb_outputs *outputs,
                               vb_glm_summary *summary, vb_notes *notes, vb_error *err)
{
    subject_runs of;
    vb_status status = describe_runs(study, &study->subjects[s], provenance, &of, err);

    *summary = (vb_glm_summary){0};
    if (status != VB_OK)
        return status;
    status = vb_glm_fit_runs(of.n, of.jobs, of.places, &of.places[of.n], options,
                             outputs, summary, notes, err);
    free_runs(&of);
    return status;
}
