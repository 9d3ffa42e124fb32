/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_note.c - the note beside an export to FSL. */
#include "export_summary.h"
#include "fsl_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    CENTRING,
    ORTHOGONAL,
    ORTHOGONAL_OURS,
    BASIS,
    FSL_HIGHPASS,
    HIGHPASS,
    NOTES,
    N_TEXTS
};

static void put_empty(const export_plan *plan, vb_buffer *out)
{
    size_t n = 0;

    for (size_t i = 0; i < plan->n_evs; i++)
        for (size_t r = 0; r < plan->job->n_runs; r++)
            if (export_is_empty(plan, i, r))
                vb_putf(out, "%s- run %s: `%s`\n", n++ ? "" : "Empty EVs here:\n\n",
                        plan->job->run_labels[r] ? plan->job->run_labels[r] : "1",
                        plan->evs[i].title);
    if (!n)
        vb_put_text(out, "No EV is empty here.");
    if (plan->n_basis > 2 && export_basis_of(plan->job->designs[0]) == EXPORT_CANONICAL)
        vb_put_text(out,
                    "\nFEAT has no dispersion derivative: its EVs have the temporal "
                    "one only.");
}

static void put_high_pass(const vb_export_job *job, vb_buffer *out)
{
    const double cutoff_s = export_high_pass_s(job->designs[0]);

    if (!isfinite(cutoff_s)) {
        vb_put_text(out, "none");
        return;
    }
    vb_put_text(out, "Gaussian-weighted line, cut-off ");
    vb_put_number(out, cutoff_s);
    vb_put_text(out, " s");
}

static bool has_constant(const vb_design *d)
{
    for (size_t j = 0; j < d->n_cols; j++)
        if (d->columns[j].kind == VB_COLUMN_CONSTANT)
            return true;
    return false;
}

static void put_texts(const export_plan *plan, const export_summary *s,
                      vb_buffer text[])
{
    static const char *const names[] =
        {[EXPORT_CANONICAL] = "double gamma (`convolve` 3)",
         [EXPORT_GAMMA] = "gamma, SD 3 s, mean 6 s (`convolve` 2)",
         [EXPORT_GAMMA_SET] = "gamma basis functions (`convolve` 4)",
         [EXPORT_FIR] = "finite impulse response (`convolve` 6)",
         [EXPORT_FOURIER] = "sine basis functions (`convolve` 5)",
         [EXPORT_FOURIER_HANNING] = "sine basis functions (`convolve` 5)"};
    const vb_export_job *job = plan->job;
    const export_basis basis = export_basis_of(job->designs[0]);
    const bool fsl = strcmp(job->designs[0]->like, "fsl") == 0;

    export_put_centring(s, false, &text[CENTRING]);
    export_put_orthogonal(
        s, "FEAT (`ortho` flags), which projects the *convolved* columns",
        &text[ORTHOGONAL]);
    export_put_orthogonal(s,
                          fsl ? "valuebold, as FEAT does it"
                              : "valuebold, which orthogonalises the *trial* weights "
                                "before convolution",
                          &text[ORTHOGONAL_OURS]);
    vb_putf(&text[BASIS], "%s%s", names[basis],
            basis <= EXPORT_GAMMA && plan->n_basis > 1
                ? " and its temporal derivative, a difference over scans"
                : "");
    put_high_pass(job, &text[FSL_HIGHPASS]);
    export_put_high_pass(job, &text[HIGHPASS]);
    put_empty(plan, &text[NOTES]);
}

static vb_status fill(const export_plan *plan, const export_summary *s,
                      const vb_buffer text[], vb_buffer *out, vb_error *err)
{
    const vb_export_job *job = plan->job;
    const vb_design *design = job->designs[0];
    const bool same = strncmp(design->hrf, "fsl", 3) == 0 && !strchr(design->hrf, '=');
    const bool confounds = job->runs[0].n_confounds > 0;
    const bool spm = strcmp(design->like, "spm") == 0;
    char stem[VB_TEXT_MAX], missing[24], columns[24], sample[VB_NUMBER_MAX],
        middle[VB_NUMBER_MAX];

    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    snprintf(missing, sizeof missing, "%zu", s->n_missing);
    snprintf(columns, sizeof columns, "%zu", design->n_cols);
    {
        const vb_template_value values[] =
            {{"VERSION", job->version},
             {"STEM", stem},
             {"CONVENTION", design->convention ? design->convention : design->like},
             {"N_COLUMNS", columns},
             {"CENTRING", text[CENTRING].bytes},
             {"ORTHOGONAL", text[ORTHOGONAL].bytes},
             {"ORTHOGONAL_OURS", text[ORTHOGONAL_OURS].bytes},
             {"N_MISSING", missing},
             {"FSL_BASIS", text[BASIS].bytes},
             {"HRF", design->hrf},
             {"HRF_SAME",
              same ? "(the same)" : "(**another function**: effects will differ)"},
             {"MIDDLE", vb_number_write(job->runs[0].tr_s / 2, 6, middle)},
             {"SAMPLE", vb_number_write(design->sample_s[0], 6, sample)},
             {"FSL_HIGHPASS", text[FSL_HIGHPASS].bytes},
             {"HIGHPASS", text[HIGHPASS].bytes},
             {"CONSTANT", has_constant(design) ? "a column of ones" : "none"},
             {"CONFOUNDS",
              confounds ? "`*_confounds.txt`, filtered with the data, given in `.fsf`"
                        : "none"},
             {"CONFOUNDS_OURS", !confounds ? "none"
                                : spm      ? "columns of the matrix, their means off"
                                           : "columns of the matrix"},
             {"NOTES", text[NOTES].bytes}};

        return vb_template_fill("fsl_conventions.md.in", "all",
                                sizeof values / sizeof *values, values, out, err);
    }
}

vb_status fsl_note(const export_plan *plan, vb_buffer *out, vb_error *err)
{
    vb_buffer text[N_TEXTS] = {{0}};
    vb_status status = VB_OK;
    export_summary s;

    export_summarise(plan->job, false, &s);
    put_texts(plan, &s, text);
    for (size_t i = 0; i < N_TEXTS && status == VB_OK; i++)
        status = vb_buffer_ok(&text[i], err);
    if (status == VB_OK)
        status = fill(plan, &s, text, out, err);
    for (size_t i = 0; i < N_TEXTS; i++)
        vb_buffer_free(&text[i]);
    return status;
}
