/* SPDX-License-Identifier: GPL-3.0-or-later */
/* afni_note.c - the note beside an export to AFNI. */
#include "afni_internal.h"
#include "export_summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CENTRING, ORTHOGONAL, MODELS, AFNI_DRIFT, HIGHPASS, SKIPPED, N_TEXTS };

static void put_models(const afni_plan *plan, vb_buffer *out)
{
    for (size_t i = 0; i < plan->n_stims; i++)
        vb_putf(out, "%s`%s` for `%s`%s", i ? ", " : "", plan->stims[i].model,
                plan->stims[i].label,
                plan->stims[i].same ? "" : " (**another function**)");
}

static void put_drift(const afni_plan *plan, vb_buffer *out)
{
    const vb_design *design = plan->evs.job->designs[0];

    const char *drift = design->drift ? design->drift : "none";

    if (strcmp(drift, "legendre") == 0)
        vb_put_text(out, "`-polort`, Legendre polynomials of each run");
    else if (strcmp(drift, "fsl") == 0 && isfinite(export_high_pass_s(design)))
        vb_put_text(out, "`-polort A`: Legendre polynomials of each run, of order 1 + "
                         "its length / 150 s (**another filter**)");
    else if (strcmp(drift, "none") != 0)
        vb_put_text(out, "our set, in `*_regressors.1D`, above a constant of each run "
                         "(`-polort 0`)");
    else
        vb_put_text(out, "a constant of each run (`-polort 0`)");
}

static void put_texts(const afni_plan *plan, const export_summary *s, vb_buffer text[])
{
    const vb_export_job *job = plan->evs.job;
    size_t n = 0;

    export_put_centring(s, false, &text[CENTRING]);
    export_put_orthogonal(s, "valuebold", &text[ORTHOGONAL]);
    put_models(plan, &text[MODELS]);
    put_drift(plan, &text[AFNI_DRIFT]);
    export_put_high_pass(job, &text[HIGHPASS]);
    for (size_t c = 0; c < plan->matrix.n_contrasts; c++) {
        vb_buffer unused = {0};

        if (!afni_put_contrast(plan, c, &unused))
            vb_putf(&text[SKIPPED], "%s `%s`",
                    n++ ? ","
                        : "\nOnly in the `.xmat.1D`, as they weigh confounds or "
                          "drift:",
                    plan->matrix.contrasts[c].name);
        vb_buffer_free(&unused);
    }
}

vb_status afni_note(const afni_plan *plan, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->evs.job;
    const vb_design *design = job->designs[0];
    char stem[VB_TEXT_MAX], missing[24], columns[24], sample[VB_NUMBER_MAX];
    vb_buffer text[N_TEXTS] = {{0}};
    bool varying = false;
    vb_status status = VB_OK;
    export_summary s;

    export_summarise(job, false, &s);
    put_texts(plan, &s, text);
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    snprintf(missing, sizeof missing, "%zu", s.n_missing);
    snprintf(columns, sizeof columns, "%zu", plan->matrix.n_cols);
    for (size_t i = 0; i < plan->n_stims; i++)
        varying |= plan->stims[i].durations == AFNI_VARYING;
    for (size_t i = 0; i < N_TEXTS && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK) {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"CONVENTION", design->convention ? design->convention : design->like},
             {"N_COLUMNS", columns},
             {"CENTRING", text[CENTRING].bytes},
             {"ORTHOGONAL", text[ORTHOGONAL].bytes},
             {"N_MISSING", missing},
             {"MODELS", text[MODELS].bytes},
             {"HRF", design->hrf ? design->hrf : "spm"},
             {"SAMPLE", vb_number_write(design->sample_s[0], 6, sample)},
             {"AFNI_DRIFT", text[AFNI_DRIFT].bytes},
             {"HIGHPASS", text[HIGHPASS].bytes},
             {"DURATION_RULE",
              varying ? "; a `:` behind them is the duration of that event" : ""},
             {"SKIPPED", text[SKIPPED].n ? text[SKIPPED].bytes : ""}};

        status = vb_template_fill("afni_conventions.md.in", "all",
                                  sizeof values / sizeof *values, values, out, err);
    }
    for (size_t i = 0; i < N_TEXTS; i++)
        vb_buffer_free(&text[i]);
    return status;
}
