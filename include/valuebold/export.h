/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exporters: a participant's runs as files of another program.  Registry: exporters.def.
 */
#ifndef VALUEBOLD_EXPORT_H
#define VALUEBOLD_EXPORT_H

#include "valuebold/contrast.h"
#include "valuebold/outputs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is exported of one participant (and session).  Borrowed. */
typedef struct vb_export_job {
    const char *participant, *session, *task; /* session may be NULL */
    size_t n_runs;
    const char *const *run_labels;       /* NULL entries: no run entity */
    const vb_design_run *runs;           /* events with final weights, confounds */
    vb_design *const *designs;           /* [n_runs] design of each run alone */
    const vb_contrast *const *contrasts; /* [n_runs] resolved against designs[r] */
    size_t n_contrasts;
    const char *const *bold; /* [n_runs] image path; NULL: unknown */
    const vb_design_options *options;
    const char *version; /* "valuebold 0.1.0" */
} vb_export_job;

typedef struct vb_exporter {
    const char *name;    /* "fsl" */
    const char *meaning; /* one line for help */
    /* Fills outputs with paths below export/NAME/. */
    vb_status (*write)(const vb_export_job *job, vb_outputs *outputs, vb_notes *notes,
                       vb_error *err);
    /* Reads the files of the same job back from memory with an independent reader and
     * compares: onsets to 1e-6 s, weights to 1e-8 relative, designs to 1e-6. */
    vb_status (*verify)(const vb_export_job *job, const vb_outputs *outputs,
                        size_t *n_values, vb_error *err);
} vb_exporter;

VB_API size_t vb_n_exporters(void);
VB_API const vb_exporter *vb_exporter_at(size_t i);
VB_API const vb_exporter *vb_exporter_find(const char *name);

/* "sub-01[_ses-A]_task-T[_run-R]"; run VB_NONE for the whole participant. Returns out. */
VB_API char *vb_export_stem(const vb_export_job *job, size_t run, char out[],
                            size_t size);

#ifdef __cplusplus
}
#endif
#endif
