/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models of other programs as a spec and events tables: SPM's multiple-conditions files,
 * folders of FSL's three-column files, BIDS Stats Models.  What does not map is noted
 * ("import-unmapped") and stands as a comment in the spec.
 */
#ifndef VALUEBOLD_IMPORT_H
#define VALUEBOLD_IMPORT_H

#include "valuebold/notes.h"
#include "valuebold/outputs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_import_options {
    const char *participant; /* BIDS label; NULL: 01 */
    const char *task;        /* BIDS label; NULL: imported (of a model: its own) */
    double tr_s;             /* NaN: not known */
    bool in_scans;           /* onsets and durations of .mat files are in scans */
} vb_import_options;

/*
 * paths: one a run, in order: .mat files, or folders of .txt files; or one model .json.
 * outputs: spec.yaml, and for the first two dataset_description.json and
 * sub-L/func/sub-L_task-T_run-R_events.tsv with a column for each modulator.
 *
 * SPM: conditions, time modulation, pmods with powers, orth; the spec follows `like: spm`.
 *   Forms SPM refuses are refused (NaN, wrong lengths, containers that are no cells).
 * FSL: a file whose rows are among another's, whose weights all are 1, becomes a modulator
 *   of that; TR and high-pass of a .fsf in the folder; `like: fsl`.
 * BIDS Stats Model: run node's Factor and Convolve, Demean and Scale of modulators, confounds
 *   in X, high-pass, contrasts; `like: nilearn`.
 * VB_EINPUT with the place for what cannot be read; VB_EUSAGE: kinds mixed.
 */
VB_API vb_status vb_import(size_t n, const char *const paths[],
                           const vb_import_options *options, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
