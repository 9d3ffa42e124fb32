/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_model_text.c - the model itself, and the note beside it. */
#include "bids_model_internal.h"
#include "export_summary.h"
#include "nilearn_internal.h"
#include "valuebold/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The variable of column j of the first run, or NULL: drift, constants and derivatives have
 * no name of their own there. */
static const char *variable_of(const export_plan *plan, const char *const names[],
                               size_t j)
{
    const vb_column *column = &plan->job->designs[0]->columns[j];

    if (column->kind == VB_COLUMN_CONFOUND)
        return column->title;
    for (size_t i = 0; column->basis == 0 && i < plan->n_evs; i++)
        if (plan->evs[i].of[0] && export_ev_of(column, 1, plan->evs[i].of[0]) == 0)
            return names[i];
    return NULL;
}

static bool can_hold(const export_plan *plan, const char *const names[],
                     const vb_contrast *contrast)
{
    const size_t p = plan->job->designs[0]->n_cols;

    for (size_t i = 0; i < contrast->n_rows * p; i++)
        if (contrast->weights[i] != 0 && !variable_of(plan, names, i % p))
            return false;
    return true;
}

static bool is_used(const vb_contrast *contrast, size_t p, size_t j)
{
    for (size_t i = 0; i < contrast->n_rows; i++)
        if (contrast->weights[i * p + j] != 0)
            return true;
    return false;
}

static void put_weights(const export_plan *plan, const vb_contrast *contrast,
                        size_t row, const char *key, vb_json *j)
{
    const size_t p = plan->job->designs[0]->n_cols;

    j->flat = true;
    vb_json_open(j, key, '[');
    for (size_t c = 0; c < p; c++)
        if (is_used(contrast, p, c))
            vb_json_number(j, NULL, contrast->weights[row * p + c]);
    vb_json_close(j);
    j->flat = false;
}

static void put_contrast(const export_plan *plan, const char *const names[],
                         const vb_contrast *contrast, vb_json *j)
{
    const size_t p = plan->job->designs[0]->n_cols;

    vb_json_open(j, NULL, '{');
    vb_json_text(j, "Name", contrast->name);
    j->flat = true;
    vb_json_open(j, "ConditionList", '[');
    for (size_t c = 0; c < p; c++)
        if (is_used(contrast, p, c))
            vb_json_text(j, NULL, variable_of(plan, names, c));
    vb_json_close(j);
    j->flat = false;
    if (contrast->n_rows == 1) {
        put_weights(plan, contrast, 0, "Weights", j);
    } else {
        vb_json_open(j, "Weights", '[');
        for (size_t i = 0; i < contrast->n_rows; i++)
            put_weights(plan, contrast, i, NULL, j);
        vb_json_close(j);
    }
    vb_json_text(j, "Test", contrast->n_rows == 1 ? "t" : "F");
    vb_json_close(j);
}

static void put_names(const export_plan *plan, const char *const names[],
                      const char *key, bool all, vb_json *j)
{
    const vb_design_run *run = &plan->job->runs[0];
    const size_t n_basis = export_n_basis(plan->job->designs[0]);
    char name[VB_TEXT_MAX];

    j->flat = true;
    vb_json_open(j, key, '[');
    for (size_t i = 0; i < plan->n_evs; i++) {
        vb_json_text(j, NULL, names[i]);
        for (size_t b = 1; all && b < n_basis && b < 3; b++) {
            snprintf(name, sizeof name, "%s_%s", names[i],
                     b == 1 ? "derivative" : "dispersion");
            vb_json_text(j, NULL, name);
        }
    }
    if (all) {
        for (size_t i = 0; i < run->n_confounds; i++)
            vb_json_text(j, NULL, run->confound_names[i]);
        vb_json_number(j, NULL, 1);
    }
    vb_json_close(j);
    j->flat = false;
}

static void put_list(vb_json *j, const char *key, const char *const items[])
{
    j->flat = true;
    vb_json_open(j, key, '[');
    for (; *items; items++)
        vb_json_text(j, NULL, *items);
    vb_json_close(j);
    j->flat = false;
}

static void put_model(const export_plan *plan, const char *const names[], vb_json *j)
{
    const double cutoff_s = export_high_pass_s(plan->job->designs[0]);
    bool same;
    const char *hrf = nilearn_hrf(plan->job->designs[0], &same);

    vb_json_open(j, "Transformations", '{');
    vb_json_text(j, "Transformer", "pybids-transforms-v1");
    vb_json_open(j, "Instructions", '[');
    vb_json_open(j, NULL, '{');
    vb_json_text(j, "Name", "Convolve");
    put_names(plan, names, "Input", false, j);
    vb_json_text(j, "Model",
                 strncmp(hrf ? hrf : "", "glover", 6) == 0 ? "glover" : "spm");
    if (export_n_basis(plan->job->designs[0]) > 1)
        vb_json_bool(j, "Derivative", true);
    if (export_n_basis(plan->job->designs[0]) > 2)
        vb_json_bool(j, "Dispersion", true);
    vb_json_close(j);
    vb_json_close(j);
    vb_json_close(j);
    vb_json_open(j, "Model", '{');
    vb_json_text(j, "Type", "glm");
    put_names(plan, names, "X", true, j);
    if (isfinite(cutoff_s)) {
        vb_json_open(j, "Options", '{');
        vb_json_number(j, "HighPassFilterCutoffHz", 1 / cutoff_s);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_run_node(const export_plan *plan, const char *const names[], vb_json *j,
                         vb_notes *notes)
{
    static const char *const by_run[] = {"run", "subject", NULL};
    static const char *const by_session[] = {"run", "session", "subject", NULL};
    const vb_export_job *job = plan->job;

    vb_json_open(j, NULL, '{');
    vb_json_text(j, "Level", "Run");
    vb_json_text(j, "Name", "run");
    put_list(j, "GroupBy", job->session ? by_session : by_run);
    put_model(plan, names, j);
    vb_json_open(j, "Contrasts", '[');
    for (size_t c = 0; c < job->n_contrasts; c++) {
        if (can_hold(plan, names, &job->contrasts[0][c]))
            put_contrast(plan, names, &job->contrasts[0][c], j);
        else
            vb_note_add(notes, VB_WARNING, "export-contrast-skipped", NULL, 0, 0,
                        "contrast '%s' weighs drift, a constant or a derivative, which "
                        "have no name in a BIDS Stats Model; it is left out",
                        job->contrasts[0][c].name);
    }
    vb_json_close(j);
    vb_json_close(j);
}

static void put_higher_node(vb_json *j, const char *level, const char *name,
                            const char *const by[], const char *type)
{
    vb_json_open(j, NULL, '{');
    vb_json_text(j, "Level", level);
    vb_json_text(j, "Name", name);
    put_list(j, "GroupBy", by);
    vb_json_open(j, "Model", '{');
    vb_json_text(j, "Type", type);
    j->flat = true;
    vb_json_open(j, "X", '[');
    vb_json_number(j, NULL, 1);
    vb_json_close(j);
    j->flat = false;
    vb_json_close(j);
    vb_json_open(j, "DummyContrasts", '{');
    vb_json_text(j, "Test", "t");
    vb_json_close(j);
    vb_json_close(j);
}

vb_status bids_put_model(const export_plan *plan, const char *const names[],
                         vb_buffer *out, vb_notes *notes, vb_error *err)
{
    static const char *const by_subject[] = {"subject", "contrast", NULL};
    static const char *const by_contrast[] = {"contrast", NULL};
    const vb_export_job *job = plan->job;
    const char *task[] = {job->task, NULL};
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", job->task);
    vb_json_text(&j, "BIDSModelVersion", "1.0.0");
    vb_json_text(&j, "Description", job->version);
    vb_json_open(&j, "Input", '{');
    put_list(&j, "task", task);
    vb_json_close(&j);
    vb_json_open(&j, "Nodes", '[');
    put_run_node(plan, names, &j, notes);
    put_higher_node(&j, "Subject", "subject", by_subject, "meta");
    put_higher_node(&j, "Dataset", "dataset", by_contrast, "glm");
    vb_json_close(&j);
    vb_json_close(&j);
    vb_put_char(out, '\n');
    return vb_buffer_ok(out, err);
}

vb_status bids_note(const export_plan *plan, vb_buffer *out, vb_error *err)
{
    enum { CENTRING, ORTHOGONAL, HIGHPASS, N };

    const vb_export_job *job = plan->job;
    const vb_design *design = job->designs[0];
    vb_buffer text[N] = {{0}};
    char sample[VB_NUMBER_MAX];
    vb_status status = VB_OK;
    export_summary s;
    bool same;
    const char *hrf = nilearn_hrf(design, &same);

    export_summarise(job, false, &s);
    export_put_centring(&s, false, &text[CENTRING]);
    export_put_orthogonal(&s, "valuebold", &text[ORTHOGONAL]);
    export_put_high_pass(job, &text[HIGHPASS]);
    for (size_t i = 0; i < N && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK) {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"TASK", job->task},
             {"CONVENTION", design->convention ? design->convention : design->like},
             {"CENTRING", text[CENTRING].bytes},
             {"ORTHOGONAL", text[ORTHOGONAL].bytes},
             {"HRF", design->hrf ? design->hrf : "spm"},
             {"FITLINS_HRF", hrf ? hrf : "spm"},
             {"HRF_SAME", same && hrf ? "" : " (**another function**)"},
             {"SAMPLE", vb_number_write(design->sample_s[0], 6, sample)},
             {"HIGHPASS", text[HIGHPASS].bytes}};

        status = vb_template_fill("bids_model_conventions.md.in", "all",
                                  sizeof values / sizeof *values, values, out, err);
    }
    for (size_t i = 0; i < N; i++)
        vb_buffer_free(&text[i]);
    return status;
}
