/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_report.c - what is gathered over the runs of a study, and its long tables. */
#include "roi_report.h"
#include "valuebold/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADVICE_MAX = 600 };

static const struct {
    const char *entity, *description;
} tables[ROI_N_TABLES] =
    {{"", "Voxels and quality of each region in each run"},
     {"_desc-glm",
      "The study's contrasts on the mean series of each region; run 'all' is "
      "the runs of a session together (fixed effects)"},
     {"_desc-peri", "Time courses about events"},
     {"_desc-slopes", "Slopes of single-trial estimates on the trials' signals"},
     {"_desc-ppi",
      "Interactions of a seed region with events, generalised form; run 'all' is the "
      "runs of a session together (fixed effects)"},
     {"_desc-correlation", "Correlations of the residual series of pairs of regions"},
     {"_desc-group", "Tests over participants, corrected for the regions listed"},
     {"_desc-maps", "Statistical maps in the regions, over voxels that are finite"}};

void vb_roi_analysis_default(vb_roi_analysis *analysis)
{
    *analysis = (vb_roi_analysis){.peak = VB_PEAK_EVENT,
                                  .level = 0.95,
                                  .from_s = -4,
                                  .to_s = 20,
                                  .n_split = 3,
                                  .trial_method = VB_TRIAL_LSS,
                                  .slope = VB_SLOPE_HUBER,
                                  .group_test = VB_GROUP_ONE_SAMPLE};
}

size_t roi_event_find(const vb_study_run *run, const char *name)
{
    for (size_t e = 0; e < run->n_event_types; e++)
        if (strcmp(run->event_types[e].name, name) == 0)
            return e;
    return VB_NONE;
}

size_t roi_modulator_find(const vb_study_event *event, const char *name)
{
    for (size_t m = 0; m < event->n_modulators; m++)
        if (strcmp(event->modulator_names[m], name) == 0)
            return m;
    return VB_NONE;
}

size_t roi_region_index(vb_roi_report *report, const char *name)
{
    for (size_t i = 0; i < report->n_regions; i++)
        if (strcmp(report->regions[i], name) == 0)
            return i;
    if (report->n_regions == report->regions_capacity) {
        const size_t n = report->regions_capacity ? 2 * report->regions_capacity : 32;
        const char **regions = vb_arena_take(report->arena, n, sizeof *regions);

        if (!regions)
            return VB_NONE;
        if (report->n_regions)
            memcpy(regions, report->regions, report->n_regions * sizeof *regions);
        report->regions = regions;
        report->regions_capacity = n;
    }
    report->regions[report->n_regions] = vb_arena_string(report->arena, name);
    return report->regions[report->n_regions] ? report->n_regions++ : VB_NONE;
}

/* ---- what was asked for is there ---- */

static vb_status check_event(const vb_study *study, const char *event,
                             const char *modulator, vb_error *err)
{
    const char *names[64];
    char advice[ADVICE_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;
    const vb_spec *spec = study->spec;
    const vb_spec_event *found = NULL;

    for (size_t e = 0; e < spec->n_events && n < 64; e++) {
        if (strcmp(spec->events[e].name, event) == 0)
            found = &spec->events[e];
        names[n++] = spec->events[e].name;
    }
    if (!found)
        return vb_fail(err, VB_EUSAGE, "there is no event '%s'%s",
                       vb_quote(event, quoted),
                       vb_suggest(event, names, n, advice, sizeof advice));
    if (!modulator)
        return VB_OK;
    n = 0;
    for (size_t m = 0; m < found->n_modulators && n < 64; m++) {
        if (strcmp(found->modulators[m].name, modulator) == 0)
            return VB_OK;
        names[n++] = found->modulators[m].name;
    }
    return vb_fail(err, VB_EUSAGE, "event '%s' has no modulator '%s'%s", event,
                   vb_quote(modulator, quoted),
                   n ? vb_suggest(modulator, names, n, advice, sizeof advice) : "");
}

vb_status vb_roi_report_alloc(const vb_study *study, const vb_roi_options *options,
                              const vb_roi_analysis *analysis,
                              const vb_provenance *provenance, vb_roi_report **report,
                              vb_error *err)
{
    vb_roi_report *r = calloc(1, sizeof *r);
    vb_status status = VB_OK;

    if (!r)
        return vb_fail_memory(err, sizeof *r);
    *r = (vb_roi_report){.study = study,
                         .options = options,
                         .analysis = analysis,
                         .provenance = provenance,
                         .level = analysis->level > 0 ? analysis->level : 0.95,
                         .arena = vb_arena_alloc(),
                         .peri = calloc(analysis->n_peri * study->n_runs + 1,
                                        sizeof *r->peri)};
    if (!r->arena || !r->peri)
        status = vb_fail_memory(err, study->n_runs * sizeof *r->peri);
    for (size_t i = 0; i < analysis->n_peri && status == VB_OK; i++)
        status = check_event(study, analysis->peri[i].event,
                             analysis->peri[i].modulator, err);
    for (size_t i = 0; i < analysis->n_trial_events && status == VB_OK; i++)
        status = check_event(study, analysis->trial_events[i], NULL, err);
    if (status == VB_OK && analysis->glm_maps)
        status = roi_study_maps_check(r, err);
    if (status == VB_OK)
        status = roi_group_check(r, err);
    if (status != VB_OK) {
        vb_roi_report_free(r);
        return status;
    }
    *report = r;
    return VB_OK;
}

void vb_roi_report_free(vb_roi_report *r)
{
    if (!r)
        return;
    for (size_t i = 0; r->peri && i < r->analysis->n_peri * r->study->n_runs; i++)
        vb_peri_free(r->peri[i]);
    vb_outputs_free(&r->signals);
    for (size_t t = 0; t < ROI_N_TABLES; t++)
        vb_buffer_free(&r->table[t]);
    free(r->peri);
    free(r->effects);
    vb_arena_free(r->arena);
    free(r);
}

/* ---- runs, subjects, all ---- */

const char *roi_effect_name(const vb_roi_report *r, size_t contrast)
{
    const size_t n = r->study->n_contrasts;

    return contrast < n ? r->study->contrasts[contrast].name
                        : r->ppi[contrast - n].name;
}

size_t roi_effect_rows(const vb_roi_report *r, size_t contrast)
{
    return contrast < r->study->n_contrasts ? r->study->contrasts[contrast].n_rows : 1;
}

static bool fits_contrasts(const vb_roi_report *r)
{
    return !r->analysis->without_glm && r->study->n_contrasts > 0;
}

/* There is something to put together over runs and to test over participants. */
static bool has_effects(const vb_roi_report *r)
{
    return fits_contrasts(r) || r->analysis->n_seeds > 0 || r->analysis->correlation;
}

vb_status vb_roi_report_run(vb_roi_report *report, size_t r,
                            const vb_roi_series *series, vb_outputs *outputs,
                            vb_notes *notes, vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    vb_roi_place place;
    vb_status status =
        vb_study_roi_place(report->study, r, false, report->provenance, &place, err);

    if (status == VB_OK)
        status = vb_roi_write_series(series, report->options, &place.who, outputs, err);
    if (status == VB_OK && report->options->write_regions)
        status = vb_roi_write_regions(series->set, &series->image, &place.who, outputs,
                                      notes, err);
    if (status == VB_OK)
        status =
            vb_roi_put_coverage(series, &place.who, &report->table[ROI_COVERAGE], err);
    report->set = series->set;
    if (status == VB_OK && a->glm_maps)
        status = roi_study_maps(report, series->set, &place, notes, err);
    if (status == VB_OK && fits_contrasts(report))
        status = roi_run_glm(report, r, series, notes, err);
    if (status == VB_OK && a->n_peri)
        status = roi_run_peri(report, r, series, notes, err);
    if (status == VB_OK && a->n_trial_events)
        status = roi_run_trials(report, r, series, outputs, notes, err);
    if (status == VB_OK && (a->n_seeds || a->correlation))
        status = roi_run_connect(report, r, series, outputs, notes, err);
    if (status != VB_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", place.job.bold);
    return status;
}

vb_status vb_roi_report_subject(vb_roi_report *report, size_t s, vb_outputs *outputs,
                                vb_notes *notes, vb_error *err)
{
    const vb_study_subject *subject = &report->study->subjects[s];
    vb_roi_place place;
    vb_status status = vb_study_roi_place(report->study, subject->first_run, true,
                                          report->provenance, &place, err);

    place.who.run = "all";
    if (status == VB_OK && report->analysis->glm_maps && subject->n_runs > 1)
        status = roi_study_maps(report, report->set, &place, notes, err);
    if (status == VB_OK && has_effects(report))
        status = roi_subject_glm(report, s, err);
    if (status == VB_OK && report->analysis->n_peri)
        status = roi_subject_peri(report, s, outputs, notes, err);
    return status;
}

static const char *task_of(const vb_roi_report *r)
{
    return r->study->n_runs ? r->study->runs[0].files->task : "none";
}

static vb_status put_sidecar(const vb_roi_report *r, roi_table t, vb_buffer *out,
                             vb_error *err)
{
    static const char *const slopes[] = {"ols", "huber", "bisquare"};
    const vb_roi_analysis *a = r->analysis;
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description", tables[t].description);
    if (t != ROI_COVERAGE && t != ROI_GROUP && t != ROI_MAPS)
        vb_json_text(&j, "NoiseModel", a->glm->noise);
    vb_json_number(&j, "ConfidenceLevel", r->level);
    if (t == ROI_GLM || t == ROI_GROUP) {
        vb_json_text(&j, "RunsTogether",
                     a->glm->runs == VB_GLM_RUNS_NONE   ? "not"
                     : a->glm->runs == VB_GLM_RUNS_MEAN ? "mean of the effects"
                                                        : "weights 1 / variance");
        vb_json_text(&j, "PeakRule", vb_peak_rule_name(a->peak));
        vb_json_text(&j, "PeakRuleMeaning", vb_peak_rule_meaning(a->peak));
        vb_json_open(&j, "Units", '{');
        vb_json_text(&j, "signal", "of the image, per unit of the columns");
        vb_json_text(&j, "percent",
                     "percent of the series' mean, at the peak of the response");
        vb_json_text(&j, "percent_per_unit",
                     "the same, per unit of the modulator's signal");
        vb_json_text(&j, "percent_per_sd",
                     "the same, per standard deviation of the modulator in the run");
        vb_json_close(&j);
    }
    if (t == ROI_SLOPES)
        vb_json_text(&j, "Slope", slopes[a->slope]);
    if (t == ROI_GROUP)
        vb_json_text(
            &j, "p_corrected",
            "by the largest |t| over the regions of the table, of sign flips or "
            "permutations");
    vb_json_open(&j, "GeneratedBy", '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", r->provenance->version);
    vb_json_text(&j, "CommandLine", r->provenance->command_line);
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status add_table(const vb_roi_report *r, roi_table t, bool names_only,
                           vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "task-%s%s_roi.tsv",
                                      task_of(r), tables[t].entity);

    if (status == VB_OK && !names_only) {
        vb_put(out, r->table[t].bytes, r->table[t].n);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "task-%s%s_roi.json", task_of(r),
                                tables[t].entity);
    return status == VB_OK && !names_only ? put_sidecar(r, t, out, err) : status;
}

vb_status vb_roi_report_finish(vb_roi_report *report, vb_outputs *outputs,
                               vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;

    if (has_effects(report))
        status = roi_group(report, notes, err);
    for (size_t t = 0; t < ROI_N_TABLES && status == VB_OK; t++)
        if (report->table[t].n)
            status = add_table(report, (roi_table)t, false, outputs, err);
    return status;
}

vb_status vb_roi_report_names(const vb_roi_report *report, vb_outputs *outputs,
                              vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    const bool made[ROI_N_TABLES] = {[ROI_COVERAGE] = true,
                                     [ROI_GLM] = fits_contrasts(report),
                                     [ROI_PERI] = a->n_peri > 0,
                                     [ROI_SLOPES] = a->n_trial_events > 0,
                                     [ROI_PPI] = a->n_seeds > 0,
                                     [ROI_CORRELATION] = a->correlation,
                                     [ROI_GROUP] = has_effects(report),
                                     [ROI_MAPS] = a->glm_maps != NULL};
    vb_status status = VB_OK;

    for (size_t t = 0; t < ROI_N_TABLES && status == VB_OK; t++)
        if (made[t])
            status = add_table(report, (roi_table)t, true, outputs, err);
    return status;
}
