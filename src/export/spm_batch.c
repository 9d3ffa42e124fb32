/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spm_batch.c - the batch of all runs, and the note beside it. */
#include "spm_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char batch_template[] = "spm_batch.m.in";

/* The longest folder all known images share, with its '/', as a length of bold[first]. */
static size_t common_folder(const vb_export_job *job, size_t *first)
{
    size_t n = VB_NONE;

    *first = VB_NONE;
    for (size_t r = 0; r < job->n_runs; r++) {
        const char *path = job->bold ? job->bold[r] : NULL;
        const char *slash = path ? strrchr(path, '/') : NULL;

        if (!path)
            continue;
        if (*first == VB_NONE) {
            *first = r;
            n = slash ? (size_t)(slash - path) + 1 : 0;
            continue;
        }
        for (size_t i = 0; i < n; i++)
            if (path[i] != job->bold[*first][i])
                n = i;
        while (n && job->bold[*first][n - 1] != '/')
            n--;
    }
    return *first == VB_NONE ? 0 : n;
}

static void put_matlab_n(vb_buffer *out, const char *s, size_t n)
{
    char one[2] = {0};

    for (size_t i = 0; i < n; i++) {
        one[0] = s[i];
        export_put_matlab(out, one);
    }
}

static void put_root(const vb_export_job *job, vb_buffer *root, vb_buffer *comment)
{
    size_t first;
    const size_t n = common_folder(job, &first);

    if (first == VB_NONE) {
        vb_put_text(root, "export_dir");
        vb_put_text(comment,
                    "% No image is known: put the images' folder and names here.");
        return;
    }
    vb_put_text(comment, "% Folder of the images.");
    if (!n) {
        vb_put_text(root, "pwd");
        return;
    }
    vb_put_char(root, '\'');
    put_matlab_n(root, job->bold[first], n > 1 ? n - 1 : n);
    vb_put_char(root, '\'');
}

static void put_bold_rows(const vb_export_job *job, vb_buffer *out)
{
    size_t first;
    const size_t n = common_folder(job, &first);

    for (size_t r = 0; r < job->n_runs; r++) {
        const char *path = job->bold ? job->bold[r] : NULL;
        char stem[VB_TEXT_MAX];

        vb_put_text(out, "    fullfile(bold_root, '");
        if (path) {
            export_put_matlab(out, path + n);
        } else {
            vb_export_stem(job, r, stem, sizeof stem);
            vb_putf(out, "%s_bold.nii", stem);
        }
        vb_putf(out, "'), %zu\n", job->runs[r].n_scans);
    }
}

static void put_bases(const spm_plan *plan, vb_buffer *out)
{
    static const char where[] = "matlabbatch{1}.spm.stats.fmri_spec.bases.";
    const vb_design *design = plan->job->designs[0];
    const export_basis basis = export_basis_of(design);
    static const char *const sets[] = {[EXPORT_GAMMA_SET] = "gamma",
                                       [EXPORT_FIR] = "fir",
                                       [EXPORT_FOURIER] = "fourier",
                                       [EXPORT_FOURIER_HANNING] = "fourier_han"};
    const size_t n = plan->n_basis;

    if (basis == EXPORT_CANONICAL || basis == EXPORT_GAMMA) {
        vb_putf(out, "%shrf.derivs = [%d %d];", where, n > 1, n > 2);
        return;
    }
    vb_putf(out, "%s%s.length = ", where, sets[basis]);
    vb_put_number(out, export_basis_length_s(plan->job));
    /* A Fourier set of order n has a constant, n sines and n cosines. */
    vb_putf(out, ";\n%s%s.order = %zu;", where, sets[basis],
            basis == EXPORT_FOURIER || basis == EXPORT_FOURIER_HANNING ? (n - 1) / 2
                                                                       : n);
}

static void put_layout(const spm_plan *plan, vb_buffer *out)
{
    for (size_t r = 0; r < plan->job->n_runs; r++)
        vb_putf(out, "%srun %zu has columns %zu-%zu", r ? ", " : "", r + 1,
                plan->runs[r].first_column + 1,
                plan->runs[r].first_column + plan->runs[r].n_columns);
    vb_putf(out, ", constants %zu-%zu", plan->n_columns + 1,
            plan->n_columns + plan->job->n_runs);
}

static vb_status put_head(const spm_plan *plan, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->job;
    vb_buffer root = {0}, comment = {0}, rows = {0};
    char stem[VB_TEXT_MAX], first[VB_TEXT_MAX + 32], tr[VB_NUMBER_MAX],
        sample[VB_NUMBER_MAX], t[24], t0[24];
    vb_status status;

    vb_export_stem(job, 0, stem, sizeof stem);
    snprintf(first, sizeof first, "%s_conditions.mat", stem);
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    snprintf(t, sizeof t, "%u", plan->fmri_t);
    snprintf(t0, sizeof t0, "%u", plan->fmri_t0);
    put_root(job, &root, &comment);
    put_bold_rows(job, &rows);
    status = vb_buffer_ok(&root, err);
    if (status == VB_OK)
        status = vb_buffer_ok(&rows, err);
    if (status == VB_OK) {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"FIRST", first},
             {"BOLD_COMMENT", comment.bytes},
             {"BOLD_ROOT", root.bytes},
             {"BOLD_ROWS", rows.bytes},
             {"UNITS", job->runs[0].in_scans ? "scans" : "secs"},
             {"TR", vb_number_shortest(job->runs[0].tr_s, tr)},
             {"T", t},
             {"T0", t0},
             {"SAMPLE", vb_number_write(spm_sample_s(plan), 6, sample)}};

        status = vb_template_fill(batch_template, "head",
                                  sizeof values / sizeof *values, values, out, err);
    }
    vb_buffer_free(&root);
    vb_buffer_free(&comment);
    vb_buffer_free(&rows);
    return status;
}

static vb_status put_run(const spm_plan *plan, size_t r, vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->job;
    const double cutoff_s = export_high_pass_s(job->designs[r]);
    char stem[VB_TEXT_MAX], index[24], conditions[VB_TEXT_MAX + 32],
        regressors[VB_TEXT_MAX + 64] = "''", cutoff[VB_NUMBER_MAX] = "Inf";

    vb_export_stem(job, r, stem, sizeof stem);
    snprintf(index, sizeof index, "%zu", r + 1);
    snprintf(conditions, sizeof conditions, "%s_conditions.mat", stem);
    if (job->runs[r].n_confounds)
        snprintf(regressors, sizeof regressors,
                 "fullfile(export_dir, '%s_regressors.mat')", stem);
    if (isfinite(cutoff_s))
        vb_number_shortest(cutoff_s, cutoff);
    {
        const vb_template_value values[] = {{"R", index},
                                            {"CONDITIONS", conditions},
                                            {"REGRESSORS", regressors},
                                            {"HPF", cutoff}};

        return vb_template_fill(batch_template, "run", sizeof values / sizeof *values,
                                values, out, err);
    }
}

/* [a b c; d e f], trailing zeros of the constants left out when there are only zeros. */
static void put_weights(const spm_plan *plan, size_t n_rows, const double *w,
                        vb_buffer *out)
{
    const size_t n = plan->n_columns + plan->job->n_runs;
    size_t last = plan->n_columns;

    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = last; j < n; j++)
            if (w[i * n + j] != 0)
                last = n;
    vb_put_char(out, '[');
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < last; j++) {
            if (i || j)
                vb_put_text(out, j ? " " : "; ");
            vb_put_number(out, w[i * n + j]);
        }
    vb_put_char(out, ']');
}

static vb_status put_contrast(const spm_plan *plan, size_t c, size_t number,
                              const double *w, vb_buffer *out, vb_error *err)
{
    const vb_contrast *contrast = &plan->job->contrasts[0][c];
    vb_buffer weights = {0}, name = {0};
    char index[24];
    vb_status status;

    snprintf(index, sizeof index, "%zu", number);
    export_put_matlab(&name, contrast->name);
    put_weights(plan, contrast->n_rows, w, &weights);
    status = vb_buffer_ok(&weights, err);
    if (status == VB_OK)
        status = vb_buffer_ok(&name, err);
    if (status == VB_OK) {
        const vb_template_value values[] = {{"C", index},
                                            {"NAME", name.bytes},
                                            {"WEIGHTS", weights.bytes}};

        status = vb_template_fill(batch_template, contrast->n_rows > 1 ? "f" : "t", 3,
                                  values, out, err);
    }
    vb_buffer_free(&weights);
    vb_buffer_free(&name);
    return status;
}

static bool all_zero(size_t n, const double w[])
{
    for (size_t i = 0; i < n; i++)
        if (w[i] != 0)
            return false;
    return true;
}

static vb_status put_contrasts(const spm_plan *plan, vb_buffer *out, vb_notes *notes,
                               vb_error *err)
{
    const vb_export_job *job = plan->job;
    const size_t n = plan->n_columns + job->n_runs;
    vb_status status = VB_OK;
    size_t number = 0;

    for (size_t c = 0; c < job->n_contrasts && status == VB_OK; c++) {
        const vb_contrast *contrast = &job->contrasts[0][c];
        const char *missing;
        double *w;

        status = spm_contrast(plan, c, &w, &missing, err);
        if (status != VB_OK)
            return status;
        if (!w || all_zero(contrast->n_rows * n, w)) {
            vb_note_add(notes, VB_WARNING, "export-contrast-dropped", NULL, 0, 0,
                        "contrast '%s' weights %s%s%s, and is left out of the batch",
                        contrast->name,
                        missing ? "column '" : "no column of SPM's design",
                        missing ? missing : "",
                        missing ? "', which SPM's design does not have" : "");
            continue;
        }
        if (!number++) {
            vb_buffer layout = {0};

            put_layout(plan, &layout);
            status = vb_buffer_ok(&layout, err);
            if (status == VB_OK)
                status = vb_template_fill(batch_template, "contrasts", 1,
                                          &(vb_template_value){"LAYOUT", layout.bytes},
                                          out, err);
            vb_buffer_free(&layout);
        }
        if (status == VB_OK)
            status = put_contrast(plan, c, number, w, out, err);
    }
    if (status == VB_OK && number)
        status = vb_template_fill(batch_template, "tail", 0, NULL, out, err);
    return status;
}

vb_status spm_batch(const spm_plan *plan, vb_buffer *out, vb_notes *notes,
                    vb_error *err)
{
    vb_buffer bases = {0};
    vb_status status = put_head(plan, out, err);

    for (size_t r = 0; r < plan->job->n_runs && status == VB_OK; r++)
        status = put_run(plan, r, out, err);
    put_bases(plan, &bases);
    if (status == VB_OK)
        status = vb_buffer_ok(&bases, err);
    if (status == VB_OK)
        status = vb_template_fill(batch_template, "estimate", 1,
                                  &(vb_template_value){"BASES", bases.bytes}, out, err);
    if (status == VB_OK)
        status = put_contrasts(plan, out, notes, err);
    vb_buffer_free(&bases);
    return status;
}
