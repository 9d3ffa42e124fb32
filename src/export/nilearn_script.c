/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nilearn_script.c - the script beside an export to nilearn. */
#include "nilearn_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * nilearn's own names (nilearn/glm/first_level/hemodynamic_models.py).  Its kernels are
 * sampled 50 times a scan and scaled to sum 1 there, so that heights differ by that factor;
 * the shape is what counts as the same.
 */
static const struct {
    const char *ours, *theirs;
    bool same;
} kernels[] = {
    {"spm", "spm", true},
    {"spm + derivative", "spm + derivative", true},
    {"spm + derivative + dispersion", "spm + derivative + dispersion", true},
    {"glover", "glover", true},
    {"glover + derivative", "glover + derivative", true},
    {"glover + derivative + dispersion", "glover + derivative + dispersion", true},
    {"fir", "fir", true},
    {"none", NULL, true},
};

const char *nilearn_hrf(const vb_design *design, bool *same)
{
    const char *hrf = design->hrf ? design->hrf : "spm";
    const size_t n = export_n_basis(design);

    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (strcmp(hrf, kernels[i].ours) == 0) {
            *same = kernels[i].same;
            return kernels[i].theirs;
        }
    *same = false;
    return n == 1   ? "spm"
           : n == 2 ? "spm + derivative"
                    : "spm + derivative + dispersion";
}

static void put_quoted(vb_buffer *out, const char *s)
{
    if (s)
        export_put_python(out, s);
    else
        vb_put_text(out, "None");
}

static void put_file(vb_buffer *out, const nilearn_plan *plan, size_t r,
                     const char *suffix)
{
    char stem[VB_TEXT_MAX], name[VB_TEXT_MAX + 32];

    vb_export_stem(plan->evs.job, r, stem, sizeof stem);
    snprintf(name, sizeof name, "%s_%s", stem, suffix);
    export_put_python(out, name);
}

/* How nilearn names the columns of basis function b. */
static void put_suffix(vb_buffer *out, const vb_design *design, size_t b)
{
    static const char *const canonical[] = {"", "_derivative", "_dispersion"};

    if (export_basis_of(design) == EXPORT_FIR)
        vb_putf(out, "_delay_%zu", b);
    else
        vb_put_text(out, b < 3 ? canonical[b] : "");
}

static void put_columns(const nilearn_plan *plan, vb_buffer *out)
{
    const vb_export_job *job = plan->evs.job;

    for (size_t i = 0; i < plan->evs.n_evs; i++)
        for (size_t b = 0; b < export_n_basis(job->designs[0]); b++)
            for (size_t r = 0; r < job->n_runs; r++) {
                const export_ev *ev = plan->evs.evs[i].of[r];
                const vb_design *design = job->designs[r];
                const size_t j = ev ? export_column(design, ev, b) : VB_NONE;

                if (j == VB_NONE)
                    continue;
                vb_putf(out, "    '%s", plan->names[i]);
                put_suffix(out, design, b);
                vb_put_text(out, "': ");
                export_put_python(out, design->columns[j].name);
                vb_put_text(out, ",\n");
                break;
            }
}

static void put_row(vb_buffer *out, const vb_design *design, const double weights[])
{
    size_t n = 0;

    vb_put_char(out, '{');
    for (size_t j = 0; j < design->n_cols; j++)
        if (weights[j] != 0) {
            vb_put_text(out, n++ ? ", " : "");
            export_put_python(out, design->columns[j].name);
            vb_put_text(out, ": ");
            vb_put_number(out, weights[j]);
        }
    vb_put_char(out, '}');
}

static void put_contrasts(const vb_export_job *job, vb_buffer *out)
{
    for (size_t c = 0; c < job->n_contrasts; c++) {
        vb_put_text(out, "    ");
        export_put_python(out, job->contrasts[0][c].name);
        vb_put_text(out, ": [\n");
        for (size_t r = 0; r < job->n_runs; r++) {
            const vb_contrast *contrast = &job->contrasts[r][c];
            const vb_design *design = job->designs[r];

            vb_put_text(out, "        [");
            for (size_t i = 0; i < contrast->n_rows; i++) {
                vb_put_text(out, i ? ",\n         " : "");
                put_row(out, design, contrast->weights + i * design->n_cols);
            }
            vb_put_text(out, "],\n");
        }
        vb_put_text(out, "    ],\n");
    }
}

static vb_status put_head(const nilearn_plan *plan, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->evs.job;
    const vb_design *design = job->designs[0];
    const double tr_s = job->runs[0].tr_s, cutoff_s = export_high_pass_s(design);
    char stem[VB_TEXT_MAX], tr[VB_NUMBER_MAX], sample[VB_NUMBER_MAX],
        reference[VB_NUMBER_MAX], high_pass[VB_NUMBER_MAX];
    vb_buffer hrf = {0};
    vb_status status;
    bool same;

    put_quoted(&hrf, nilearn_hrf(design, &same));
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    status = vb_buffer_ok(&hrf, err);
    if (status == VB_OK) {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"TR", vb_number_write(tr_s, 17, tr)},
             {"SAMPLE", vb_number_write(design->sample_s[0], 6, sample)},
             {"SLICE_TIME_REF",
              vb_number_write(design->sample_s[0] / tr_s, 17, reference)},
             {"HRF_MODEL", hrf.bytes},
             {"HRF_COMMENT", same ? "" : "  # nearest to ours, another function"},
             {"DRIFT_MODEL", isfinite(cutoff_s) ? "'cosine'" : "None"},
             {"HIGH_PASS", isfinite(cutoff_s)
                               ? vb_number_write(1 / cutoff_s, 17, high_pass)
                               : "0.01"}};

        status = vb_template_fill("nilearn_glm.py.in", "head",
                                  sizeof values / sizeof *values, values, out, err);
    }
    vb_buffer_free(&hrf);
    return status;
}

static vb_status put_run(const nilearn_plan *plan, size_t r, vb_buffer *out,
                         vb_error *err)
{
    enum { BOLD, EVENTS, CONFOUNDS, DESIGN, N };

    const vb_design_run *run = &plan->evs.job->runs[r];
    char scans[24];
    vb_buffer text[N] = {{0}};
    vb_status status = VB_OK;

    put_quoted(&text[BOLD], plan->evs.job->bold ? plan->evs.job->bold[r] : NULL);
    put_file(&text[EVENTS], plan, r, "events.tsv");
    if (run->n_confounds)
        put_file(&text[CONFOUNDS], plan, r, "confounds.tsv");
    else
        put_quoted(&text[CONFOUNDS], NULL);
    put_file(&text[DESIGN], plan, r, "design.tsv");
    snprintf(scans, sizeof scans, "%zu", run->n_scans);
    for (size_t i = 0; i < N && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK) {
        const vb_template_value values[] = {{"BOLD", text[BOLD].bytes},
                                            {"SCANS", scans},
                                            {"EVENTS", text[EVENTS].bytes},
                                            {"CONFOUNDS", text[CONFOUNDS].bytes},
                                            {"DESIGN", text[DESIGN].bytes}};

        status = vb_template_fill("nilearn_glm.py.in", "run",
                                  sizeof values / sizeof *values, values, out, err);
    }
    for (size_t i = 0; i < N; i++)
        vb_buffer_free(&text[i]);
    return status;
}

vb_status nilearn_put_script(const nilearn_plan *plan, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->evs.job;
    vb_buffer columns = {0}, contrasts = {0};
    char stem[VB_TEXT_MAX];
    vb_status status = put_head(plan, out, err);

    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = put_run(plan, r, out, err);
    put_columns(plan, &columns);
    put_contrasts(job, &contrasts);
    if (status == VB_OK)
        status = vb_buffer_ok(&columns, err);
    if (status == VB_OK)
        status = vb_buffer_ok(&contrasts, err);
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    if (status == VB_OK) {
        const vb_template_value values[] = {{"STEM", stem},
                                            {"COLUMNS", columns.n ? columns.bytes : ""},
                                            {"CONTRASTS",
                                             contrasts.n ? contrasts.bytes : ""}};

        status =
            vb_template_fill("nilearn_glm.py.in", "contrasts", 3, values, out, err);
    }
    vb_buffer_free(&columns);
    vb_buffer_free(&contrasts);
    return status;
}
