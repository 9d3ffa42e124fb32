/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nilearn_note.c - the note beside an export to nilearn. */
#include "export_summary.h"
#include "nilearn_internal.h"

#include <math.h>
#include <stdio.h>

enum { CENTRING, ORTHOGONAL, HIGH_PASS, HIGHPASS, N_TEXTS };

static void put_texts(const nilearn_plan *plan, const export_summary *s,
                      vb_buffer text[])
{
    const vb_export_job *job = plan->evs.job;
    const double cutoff_s = export_high_pass_s(job->designs[0]);

    export_put_centring(s, false, &text[CENTRING]);
    export_put_orthogonal(s, "valuebold", &text[ORTHOGONAL]);
    if (isfinite(cutoff_s)) {
        vb_put_text(&text[HIGH_PASS], "1 / ");
        vb_put_number(&text[HIGH_PASS], cutoff_s);
        vb_put_text(&text[HIGH_PASS], " s");
    } else {
        vb_put_text(&text[HIGH_PASS], "no frequency: none in the script");
    }
    export_put_high_pass(job, &text[HIGHPASS]);
}

vb_status nilearn_note(const nilearn_plan *plan, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->evs.job;
    const vb_design *design = job->designs[0];
    char stem[VB_TEXT_MAX], missing[24], columns[24], sample[VB_NUMBER_MAX],
        reference[VB_NUMBER_MAX];
    vb_buffer text[N_TEXTS] = {{0}};
    vb_status status = VB_OK;
    export_summary s;
    bool same;

    export_summarise(job, false, &s);
    put_texts(plan, &s, text);
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    snprintf(missing, sizeof missing, "%zu", s.n_missing);
    snprintf(columns, sizeof columns, "%zu", plan->matrices[0].n_cols);
    for (size_t i = 0; i < N_TEXTS && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK) {
        const double sample_s = design->sample_s[0];
        const char *hrf = nilearn_hrf(design, &same);
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"CONVENTION", design->convention ? design->convention : design->like},
             {"N_COLUMNS", columns},
             {"CENTRING", text[CENTRING].bytes},
             {"ORTHOGONAL", text[ORTHOGONAL].bytes},
             {"N_MISSING", missing},
             {"NILEARN_HRF", hrf ? hrf : "None"},
             {"HRF", design->hrf ? design->hrf : "spm"},
             {"SAMPLE", vb_number_write(sample_s, 6, sample)},
             {"SLICE_TIME_REF",
              vb_number_write(sample_s / job->runs[0].tr_s, 6, reference)},
             {"HIGH_PASS", text[HIGH_PASS].bytes},
             {"HIGHPASS", text[HIGHPASS].bytes}};

        status = vb_template_fill("nilearn_conventions.md.in", "all",
                                  sizeof values / sizeof *values, values, out, err);
    }
    for (size_t i = 0; i < N_TEXTS; i++)
        vb_buffer_free(&text[i]);
    return status;
}
