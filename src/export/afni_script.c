/* SPDX-License-Identifier: GPL-3.0-or-later */
/* afni_script.c - the commands beside an export to AFNI. */
#include "afni_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* 'sub-01.nii.gz', whatever the name holds */
static void put_shell(vb_buffer *out, const char *s)
{
    vb_put_char(out, '\'');
    for (; *s; s++)
        if (*s == '\'')
            vb_put_text(out, "'\\''");
        else
            vb_put_char(out, *s);
    vb_put_char(out, '\'');
}

/* Regressors of one stimulus stand in AFNI's order: all basis functions of the event, then
 * those of each modulator. */
static void put_term(const afni_plan *plan, size_t ev, size_t basis, size_t n_basis,
                     double weight, vb_buffer *out)
{
    size_t stim = 0;
    char number[VB_NUMBER_MAX];

    while (stim + 1 < plan->n_stims && plan->stims[stim + 1].first_ev <= ev)
        stim++;
    vb_put_text(out, weight < 0 ? " -" : " +");
    if (fabs(weight) != 1)
        vb_putf(out, "%s*", vb_number_write(fabs(weight), 9, number));
    vb_putf(out, "%s[%zu]", plan->stims[stim].label,
            (ev - plan->stims[stim].first_ev) * n_basis + basis);
}

bool afni_put_contrast(const afni_plan *plan, size_t contrast, vb_buffer *out)
{
    const xmat *m = &plan->matrix;
    const xmat_contrast *c = &m->contrasts[contrast];
    const size_t n_basis = export_n_basis(plan->evs.job->designs[0]);
    const size_t n_own = m->n_cols - plan->evs.n_evs * n_basis;

    for (size_t i = 0; i < c->n_rows; i++)
        for (size_t j = 0; j < n_own; j++)
            if (c->weights[i * m->n_cols + j] != 0)
                return false;
    for (size_t i = 0; i < c->n_rows; i++) {
        vb_put_text(out, i ? " \\" : "SYM:");
        for (size_t j = n_own; j < m->n_cols; j++)
            if (c->weights[i * m->n_cols + j] != 0)
                put_term(plan, (j - n_own) / n_basis, (j - n_own) % n_basis, n_basis,
                         c->weights[i * m->n_cols + j], out);
    }
    return true;
}

static void put_bold(const vb_export_job *job, vb_buffer *out)
{
    for (size_t r = 0; r < job->n_runs; r++) {
        vb_put_text(out, r ? " \\\n  " : "\\\n  ");
        if (job->bold && job->bold[r]) {
            put_shell(out, job->bold[r]);
        } else {
            char name[VB_TEXT_MAX], file[VB_TEXT_MAX + 16];

            vb_export_stem(job, r, name, sizeof name);
            snprintf(file, sizeof file, "%s_bold.nii.gz", name);
            put_shell(out, file);
        }
    }
}

static void put_stims(const afni_plan *plan, vb_buffer *out)
{
    for (size_t i = 0; i < plan->n_stims; i++) {
        const afni_stim *s = &plan->stims[i];
        char file[VB_TEXT_MAX];
        const char *kind = s->n_evs > 1                   ? "_AM2"
                           : s->durations == AFNI_VARYING ? "_AM1"
                                                          : "";

        afni_file_name(plan, i, file, sizeof file);
        vb_putf(out, "  -stim_times%s %zu ", kind, i + 1);
        put_shell(out, file);
        vb_put_char(out, ' ');
        put_shell(out, s->model);
        /* weights are centred already: AFNI is to subtract nothing */
        for (size_t k = 1; k < s->n_evs; k++)
            vb_put_text(out, k == 1 ? " :0" : ":0");
        vb_putf(out, " -stim_label %zu %s \\\n", i + 1, s->label);
    }
}

static void put_contrasts(const afni_plan *plan, vb_buffer *out)
{
    size_t n = 0;
    vb_buffer all = {0};

    for (size_t c = 0; c < plan->matrix.n_contrasts; c++) {
        vb_buffer one = {0};

        if (afni_put_contrast(plan, c, &one)) {
            n++;
            vb_put_text(&all, "  -gltsym ");
            put_shell(&all, one.bytes ? one.bytes : "");
            vb_putf(&all, " -glt_label %zu ", n);
            put_shell(&all, plan->matrix.contrasts[c].name);
            vb_put_text(&all, " \\\n");
        }
        out->lost |= one.lost;
        vb_buffer_free(&one);
    }
    if (n)
        vb_putf(out, "  -num_glt %zu \\\n%s", n, all.bytes ? all.bytes : "");
    out->lost |= all.lost;
    vb_buffer_free(&all);
}

/* Legendre polynomials are AFNI's own drift; a cosine set goes in as regressors above a
 * constant of each run; FSL's filter has no place there, AFNI's default takes it. */
static void put_polort(const vb_design *design, vb_buffer *out)
{
    const char *drift = design->drift ? design->drift : "none";
    size_t n = 0;

    for (size_t j = 0; j < design->n_cols; j++)
        n += design->columns[j].kind == VB_COLUMN_DRIFT;
    if (strcmp(drift, "legendre") == 0)
        vb_putf(out, "%zu", n);
    else if (strcmp(drift, "fsl") == 0 && isfinite(export_high_pass_s(design)))
        vb_put_text(out, "A");
    else
        vb_put_text(out, "0");
}

vb_status afni_put_script(const afni_plan *plan, vb_buffer *out, vb_error *err)
{
    enum { BOLD, POLORT, STIMS, CONTRASTS, CONFOUNDS, N };

    const vb_export_job *job = plan->evs.job;
    vb_buffer text[N] = {{0}};
    char stem[VB_TEXT_MAX], n_stims[24];
    vb_status status = VB_OK;

    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    snprintf(n_stims, sizeof n_stims, "%zu", plan->n_stims);
    put_bold(job, &text[BOLD]);
    put_polort(job->designs[0], &text[POLORT]);
    put_stims(plan, &text[STIMS]);
    put_contrasts(plan, &text[CONTRASTS]);
    if (afni_n_regressors(plan))
        vb_putf(&text[CONFOUNDS], " \\\n  -ortvec %s_regressors.1D regressors", stem);
    for (size_t i = 0; i < N && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK) {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"BOLD", text[BOLD].bytes},
             {"POLORT", text[POLORT].bytes},
             {"N_STIMS", n_stims},
             {"CONFOUNDS", text[CONFOUNDS].n ? text[CONFOUNDS].bytes : ""},
             {"STIMS", text[STIMS].n ? text[STIMS].bytes : ""},
             {"CONTRASTS", text[CONTRASTS].n ? text[CONTRASTS].bytes : ""}};

        status = vb_template_fill("afni_script.sh.in", "all",
                                  sizeof values / sizeof *values, values, out, err);
    }
    for (size_t i = 0; i < N; i++)
        vb_buffer_free(&text[i]);
    return status;
}
