/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of vb_study_load, one file each, and what the writers share. */
#ifndef VB_STUDY_INTERNAL_H
#define VB_STUDY_INTERNAL_H

#include "valuebold/json.h"
#include "valuebold/study.h"

/* Finds the runs (BIDS or plain files), groups them by participant and session, reads the
 * events tables and checks their onsets and durations. */
vb_status study_read_runs(vb_study *study, const vb_study_source *source,
                          vb_notes *notes, vb_error *err);

/* A study of which only runs and events are read. */
vb_status study_read(const vb_spec *spec, const vb_study_source *source,
                     vb_study **study, vb_notes *notes, vb_error *err);

/* Trials of some runs of a subject, and the runs' labels (in the study's arena). */
vb_status study_build_trials(vb_study *study, size_t first_run, size_t n_runs,
                             vb_trials **trials, const char ***labels, vb_notes *notes,
                             vb_error *err);

/* Parameters fitted to the study's own choices (study->fits), as a table. */
vb_status fit_study_of(vb_study *study, const vb_study_source *source, vb_table **table,
                       vb_notes *notes, vb_error *err);

/* The model of a subject under draws of its parameters (study_draws.c). */
vb_status study_draw(vb_study *study, vb_study_subject *subject, const vb_table *table,
                     size_t n_draws, double seed, vb_notes *notes, vb_error *err);
/* Standard deviation of a signal over the draws, [n_trials]; varies: not 0 everywhere
 * (write_draws.c). */
vb_status study_signal_sd(const vb_study *study, const vb_study_subject *subject,
                          const char *signal, const double values[], double sd[],
                          bool *varies, vb_error *err);
/* ..._desc-draws_trials.tsv of a run. */
vb_status study_write_draws(const vb_study *study, const vb_study_run *run, size_t n,
                            const char *const signals[], const char *folder,
                            const char *stem, vb_outputs *outputs, vb_error *err);

/* TR, number of scans and sample time of every run, each with the sentence that says where
 * it comes from. */
vb_status study_acquisition(vb_study *study, const vb_study_source *source,
                            vb_notes *notes, vb_error *err);

/* Trials, parameters and the model's evaluation of every subject. */
vb_status study_run_models(vb_study *study, const vb_study_source *source,
                           vb_notes *notes, vb_error *err);

/* Rows of every event type, with the trial each row belongs to. */
vb_status study_events(vb_study *study, vb_notes *notes, vb_error *err);

/* The response of the spec's hrf_file, if it names one. */
vb_status study_response(vb_study *study, vb_notes *notes, vb_error *err);

/* A file the spec names, from the spec's folder; in the study's arena, NULL: no memory. */
const char *study_spec_path(vb_study *study, const char *file);

/* The modulator's rule under the spec's convention, which may have its own default of
 * centring. */
vb_modulator_rule study_rule(const vb_spec *spec, const vb_spec_modulator *m);

/* Weights of all modulators from their raw signals, over all runs. */
vb_status study_weights(vb_study *study, vb_notes *notes, vb_error *err);
/* Products of modulators (interaction) are missing where a part is. */
void study_missing_parts(const vb_spec_event *spec, vb_study_event *event);

/* Response times of the rows of an event, [rows], NaN where there is none; *rt_s NULL: the
 * table has no such column and none is asked for. */
vb_status study_rt_read(vb_study *study, const vb_study_run *run,
                        const vb_spec_event *spec, const bool in[], double **rt_s,
                        vb_notes *notes, vb_error *err);
/* Durations that are response times, where the spec says so. */
void study_rt_durations(const vb_study_run *run, const vb_spec_event *spec,
                        const bool in[], const double rt_s[], double duration_s[],
                        vb_notes *notes);
/* The event EVENT_response_time of constant_plus_duration. */
vb_status study_rt_events(vb_study *study, vb_study_run *run, vb_notes *notes,
                          vb_error *err);
/* Modulators that go with response time while no column holds it. */
void study_rt_warn(const vb_study *study, vb_notes *notes);

/* raw[event->n] of one modulator, before anything is done to it. */
vb_status study_raw_signal(vb_study *study, const vb_study_run *run,
                           const vb_spec_modulator *m, const vb_study_event *event,
                           double raw[], vb_notes *notes, vb_error *err);

/* Leaves each part of a split event its rows. */
vb_status study_split(vb_study *study, vb_notes *notes, vb_error *err);

/* Raw signals of the modulators, own events of missed trials, weights. */
vb_status study_modulators(vb_study *study, vb_notes *notes, vb_error *err);

/* Confounds of one run from its file, as the spec names them. */
vb_status study_confounds(vb_study *study, vb_study_run *run, const char *path,
                          vb_notes *notes, vb_error *err);

/* What a run's design is built with: the spec's settings, and what follows from its files. */
vb_design_options study_design_options(const vb_study *study, const vb_study_run *run);

/* Number of different values, missing ones not counted. */
size_t study_distinct(size_t n, const double x[]);
/* Modulators with few values or very different spread between runs. */
void study_note_modulators(const vb_study *study, vb_notes *notes);

/* Efficiency, VIF and detectable effect of the run's contrasts. */
void study_put_judged(vb_json *j, const vb_study *study, const vb_study_run *run);

/* Reads a file and its SHA-256. */
vb_status study_read_file(const char *path, vb_buffer *bytes, char sha256[65],
                          vb_error *err);

/* What a run's design is built with. */
vb_design_options study_design_options(const vb_study *study, const vb_study_run *run);

/* "run 2 of sub-01" for messages. */
const char *study_run_name(const vb_study *study, const vb_study_run *run);

/* "sub-01[_ses-A]_task-T[_run-R]" and its folder "sub-01[/ses-A]/func". */
void study_stem(const vb_study *study, const vb_study_run *run, char stem[],
                size_t size);
void study_folder(const vb_study *study, const vb_study_run *run, char folder[],
                  size_t size);

/* The provenance every sidecar carries: software, command, inputs with hashes, counts. */
void study_put_provenance(vb_json *j, const vb_study *study, const vb_study_run *run,
                          const vb_provenance *provenance);

/* Its parts: files read with their SHA-256, the model, every parameter set of the run. */
void study_put_inputs(vb_json *j, const vb_study *study, const vb_study_run *run);
void study_put_model(vb_json *j, const vb_study *study);
void study_put_parameters(vb_json *j, const vb_study *study, const vb_study_run *run);

/* After one run or subject has failed and the others are still judged: first gets the first
 * failure, and every one is among the refusals. */
void study_keep_failure(vb_notes *notes, const vb_error *failure, vb_error *first);

/* Notes of one file (and those of no file) as JSON. */
void study_put_notes(vb_json *j, const vb_study_run *run, const vb_notes *notes);

/* A path as outputs may show it: below the BIDS folder or only its last part. */
const char *study_shown_path(const vb_study *study, const char *path);

#endif
