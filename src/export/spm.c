/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spm.c - the files of the SPM exporter: conditions, regressors, batch and note. */
#include "export_summary.h"
#include "exporters.h"
#include "spm_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static vb_status fill_note(const spm_plan *plan, const vb_buffer text[6],
                           vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->job;
    const vb_design *design = job->designs[0];
    export_summary s;
    char stem[VB_TEXT_MAX], missing[24], sample[VB_NUMBER_MAX],
        spm_sample[VB_NUMBER_MAX];
    const bool same =
        (strncmp(design->hrf, "spm", 3) == 0 || strcmp(design->like, "spm") == 0) &&
        !strchr(design->hrf, '='); /* SPM's batch has no place for other parameters */

    export_summarise(job, true, &s);
    snprintf(missing, sizeof missing, "%zu", s.n_missing);
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"CONVENTION", design->convention ? design->convention : design->like},
             {"CENTRING", text[0].bytes},
             {"ORTHOGONAL", text[1].bytes},
             {"N_MISSING", missing},
             {"SPM_BASIS", text[2].bytes},
             {"HRF", design->hrf},
             {"HRF_SAME", same ? "(the same set)"
                               : "(**another function**: SPM's effects will differ)"},
             {"UNITS", job->runs[0].in_scans ? "scans" : "seconds"},
             {"SAMPLE", vb_number_write(design->sample_s[0], 6, sample)},
             {"SPM_SAMPLE", vb_number_write(spm_sample_s(plan), 6, spm_sample)},
             {"HIGHPASS", text[3].bytes},
             {"LAYOUT", text[4].bytes},
             {"CONFOUNDS", job->runs[0].n_confounds
                               ? "`_regressors.mat` holds `R` and `names`; SPM centres "
                                 "each column in its "
                                 "run. `_regressors.txt` is the same for other programs"
                               : "none"},
             {"CONFOUNDS_NEED",
              job->runs[0].n_confounds ? "row count must equal the scans" : ""},
             {"NOTES", text[5].bytes}};

        return vb_template_fill("spm_conventions.md.in", "all",
                                sizeof values / sizeof *values, values, out, err);
    }
}

static void put_left_out(const spm_plan *plan, vb_buffer *out)
{
    const vb_export_job *job = plan->job;
    size_t n = 0;

    for (size_t r = 0; r < job->n_runs; r++)
        for (size_t i = 0; i < plan->runs[r].n_evs; i++)
            if (!plan->runs[r].kept[i])
                vb_putf(out,
                        "%s- run %s: `%s`, which has no rows or is constant there\n",
                        n++ ? ""
                            : "Left out, since SPM refuses or cannot estimate it:\n\n",
                        job->run_labels[r] ? job->run_labels[r] : "1",
                        plan->runs[r].evs[i].title);
    if (!n)
        vb_put_text(out, "Nothing was left out.");
    for (size_t r = 0; r < job->n_runs; r++)
        for (size_t i = 0; i < plan->runs[r].n_evs; i++)
            if (plan->runs[r].evs[i].power > 1) {
                vb_put_text(out,
                            "\n\nPowers: SPM takes them of the weights as they are; a "
                            "design of ours centres each power again. The two span "
                            "the same columns, but the unmodulated event means "
                            "something else.");
                return;
            }
}

vb_status spm_note(const spm_plan *plan, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->job;
    static const char *const names[] =
        {[EXPORT_CANONICAL] = "canonical",
         [EXPORT_GAMMA] = "canonical",
         [EXPORT_GAMMA_SET] = "gamma set",
         [EXPORT_FIR] = "finite impulse response",
         [EXPORT_FOURIER] = "Fourier set",
         [EXPORT_FOURIER_HANNING] = "Hanning Fourier set"};
    vb_buffer text[6] = {{0}};
    vb_status status = VB_OK;
    export_summary s;

    export_summarise(job, true, &s);
    export_put_centring(&s, true, &text[0]);
    export_put_orthogonal(&s, "SPM (`orth` is 1)", &text[1]);
    vb_putf(&text[2], "%s, %zu function%s", names[export_basis_of(job->designs[0])],
            plan->n_basis, plan->n_basis > 1 ? "s" : "");
    vb_put_text(&text[3], "the design: ");
    export_put_high_pass(job, &text[3]);
    if (isfinite(export_high_pass_s(job->designs[0])))
        vb_put_text(&text[3],
                    "; SPM: its cosine set of the same cut-off, removed from data "
                    "and design");
    else
        vb_put_text(&text[3], "; SPM: `hpf = Inf`, none");
    for (size_t r = 0; r < job->n_runs; r++)
        vb_putf(&text[4], "%srun %zu %zu-%zu", r ? ", " : "", r + 1,
                plan->runs[r].first_column + 1,
                plan->runs[r].first_column + plan->runs[r].n_columns);
    vb_putf(&text[4], ", then %zu constant%s", job->n_runs, job->n_runs > 1 ? "s" : "");
    put_left_out(plan, &text[5]);
    for (size_t i = 0; i < 6 && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK)
        status = fill_note(plan, text, out, err);
    for (size_t i = 0; i < 6; i++)
        vb_buffer_free(&text[i]);
    return status;
}

static vb_status write_run(const spm_plan *plan, size_t r, vb_outputs *outputs,
                           vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    vb_buffer *out;
    vb_status status;

    export_folder(plan->job, "spm", folder, sizeof folder);
    vb_export_stem(plan->job, r, stem, sizeof stem);
    status = vb_outputs_add(outputs, &out, err, "%s/%s_conditions.mat", folder, stem);
    if (status == VB_OK)
        status = spm_conditions(plan, r, out, err);
    if (status != VB_OK || !run->n_confounds)
        return status;
    status = vb_outputs_add(outputs, &out, err, "%s/%s_regressors.mat", folder, stem);
    if (status == VB_OK)
        status = spm_regressors(plan, r, out, err);
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &out, err, "%s/%s_regressors.txt", folder, stem);
    if (status != VB_OK)
        return status;
    export_put_rows(out, run->n_scans, run->n_confounds, run->confounds);
    return vb_buffer_ok(out, err);
}

vb_status vb_spm_write(const vb_export_job *job, vb_outputs *outputs, vb_notes *notes,
                       vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    vb_buffer *out;
    spm_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = spm_plan_make(job, arena, &plan, notes, err);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = write_run(&plan, r, outputs, err);
    export_folder(job, "spm", folder, sizeof folder);
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_batch.m", folder, stem);
    if (status == VB_OK)
        status = spm_batch(&plan, out, notes, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/CONVENTIONS.md", folder);
    if (status == VB_OK)
        status = spm_note(&plan, out, err);
    vb_arena_free(arena);
    return status;
}
