/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_acquisition.c - TR, number of scans and sample time of each run.
 *
 * The command line wins over the image and sidecar, they win over the spec.  The sample
 * time is the moment of each volume at which regressors are read:
 *
 *   spec's slice_time_ref f         f * TR
 *   slice timing corrected          StartTime (fMRIPrep writes the reference slice there)
 *   StartTime, not corrected        StartTime + TR / 2
 *   SliceTiming, not corrected      the middle of the first and the last slice
 *   nobody says                     TR / 2
 *
 * Without slice-time correction the slices spread over the whole TR, so its middle is the
 * time nearest to all of them; the start of the volume would be half a TR early.
 */
#include "study_internal.h"

#include <math.h>

/* An event's response is over 32 s after it ends (the SPM kernel's length). */
static const double TAIL_S = 32;

static vb_status find_tr(vb_study *study, const vb_study_source *source,
                         vb_study_run *run, vb_notes *notes, vb_error *err)
{
    const double in_spec = study->spec->acquisition.tr_s;
    const vb_bids_run *files = run->files;

    if (!isnan(source->tr_s)) {
        run->tr_s = source->tr_s;
        run->tr_from = "command line";
    } else if (!isnan(files->tr_s)) {
        run->tr_s = files->tr_s;
        run->tr_from = study_shown_path(study, files->tr_source);
        if (!isnan(in_spec) && fabs(in_spec - files->tr_s) > .001)
            vb_note_add(notes, VB_WARNING, "acquisition-ignored", study->spec->file, 0,
                        0, "acquisition says TR %g s, %s says %g s: the latter is used",
                        in_spec, run->tr_from, files->tr_s);
    } else if (!isnan(in_spec)) {
        run->tr_s = in_spec;
        run->tr_from = "spec";
    } else {
        return vb_fail_at(
            err, VB_EINPUT, files->events, 0, 0,
            "no TR known for this run: neither an image nor a sidecar says it; "
            "give --tr or acquisition: {tr_s: ...} in the spec");
    }
    return VB_OK;
}

/* Runs of one participant are made alike; one that is not is more often a wrong file. */
static void compare_tr(const vb_study *study, const vb_study_run *run, vb_notes *notes)
{
    for (const vb_study_run *other = study->runs; other < run; other++) {
        if (!other->selected || other->subject != run->subject)
            continue;
        if (fabs(other->tr_s - run->tr_s) > .001)
            vb_note_add(notes, VB_WARNING, "tr-differs", run->files->events, 0, 0,
                        "TR %g s (%s), but %g s (%s) in the participant's first run",
                        run->tr_s, run->tr_from, other->tr_s, other->tr_from);
        return;
    }
}

/* End of the last event: of every row as the file has it, and of every event of the design
 * as the spec times it. */
static double last_end_s(const vb_study_run *run)
{
    double end_s = 0;

    for (size_t i = 0; i < run->events->n_rows; i++) {
        const double d = run->duration_s[i];

        end_s = fmax(end_s, run->onset_s[i] + (isnan(d) ? 0 : d));
    }
    for (size_t e = 0; e < run->n_event_types; e++)
        for (size_t i = 0; i < run->event_types[e].n; i++)
            end_s = fmax(end_s, run->event_types[e].onset_s[i] +
                                    run->event_types[e].duration_s[i]);
    return end_s;
}

static vb_status find_scans(vb_study *study, const vb_study_source *source,
                            vb_study_run *run, vb_notes *notes, vb_error *err)
{
    if (source->n_scans) {
        run->n_scans = source->n_scans;
        run->n_scans_from = "command line";
    } else if (run->files->n_scans) {
        run->n_scans = run->files->n_scans;
        run->n_scans_from = study_shown_path(study, run->files->n_scans_source);
    } else if (study->spec->acquisition.n_scans) {
        run->n_scans = study->spec->acquisition.n_scans;
        run->n_scans_from = "spec";
    } else if (study->spec->acquisition.n_scans_auto) {
        const double end_s = last_end_s(run);

        if (!((end_s + TAIL_S) / run->tr_s < 1e6))
            return vb_fail_at(err, VB_EINPUT, run->files->events, 0, 0,
                              "the last event ends at %g s: milliseconds?", end_s);
        run->n_scans = (size_t)ceil((end_s + TAIL_S) / run->tr_s);
        run->n_scans_from = "spec: auto, to 32 s after the last event";
        vb_note_add(
            notes, VB_INFO, "scans-auto", run->files->events, 0, 0,
            "%zu scans assumed (acquisition n_scans: auto, to 32 s after the last "
            "event at %g s); TR %g s",
            run->n_scans, end_s, run->tr_s);
    } else {
        return vb_fail_at(
            err, VB_EINPUT, run->files->events, 0, 0,
            "number of scans unknown: there is no image; give --n-scans or "
            "acquisition: {n_scans: N} (or auto) in the spec");
    }
    return VB_OK;
}

static vb_status find_sample_time(vb_study *study, vb_study_run *run, vb_error *err)
{
    const double ref = study->spec->acquisition.slice_time_ref;
    const vb_bids_run *files = run->files;
    const char *source =
        files->timing_source ? study_shown_path(study, files->timing_source) : "";

    if (!isnan(ref)) {
        run->sample_s = ref * run->tr_s;
        run->sample_from =
            vb_arena_printf(study->arena, "%g of TR: slice_time_ref in the spec", ref);
    } else if (!isnan(files->start_time_s) && files->slice_time_corrected) {
        run->sample_s = files->start_time_s;
        run->sample_from =
            vb_arena_printf(study->arena,
                            "StartTime in %s, slice times corrected to it", source);
    } else if (!isnan(files->start_time_s)) {
        run->sample_s = files->start_time_s + run->tr_s / 2;
        run->sample_from =
            vb_arena_printf(study->arena, "StartTime in %s plus half of TR", source);
    } else if (!isnan(files->slice_time_mid_s) && !files->slice_time_corrected) {
        run->sample_s = files->slice_time_mid_s;
        run->sample_from =
            vb_arena_printf(study->arena, "middle of SliceTiming in %s", source);
    } else {
        run->sample_s = run->tr_s / 2;
        run->sample_from = "half of TR: neither spec nor sidecar says";
    }
    run->sample_stated = !isnan(ref) || files->timing_source;
    return run->sample_from ? VB_OK : vb_fail_memory(err, 64);
}

vb_status study_acquisition(vb_study *study, const vb_study_source *source,
                            vb_notes *notes, vb_error *err)
{
    for (size_t r = 0; r < study->n_runs; r++) {
        vb_study_run *run = &study->runs[r];
        vb_status status;

        if (source->without_acquisition || !run->selected) {
            run->tr_s = run->sample_s = NAN;
            continue;
        }
        status = find_tr(study, source, run, notes, err);
        if (status == VB_OK)
            compare_tr(study, run, notes);
        if (status == VB_OK)
            status = find_scans(study, source, run, notes, err);
        if (status == VB_OK)
            status = find_sample_time(study, run, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}
