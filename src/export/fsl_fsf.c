/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_fsf.c - FEAT's settings of one run. */
#include "fsl_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char fsf_template[] = "fsl_design.fsf.in";

enum {
    FEAT_SHAPE_THREE_COLUMNS = 3,
    FEAT_SHAPE_EMPTY = 10,
    FEAT_CONVOLVE_NONE = 0,
    FEAT_CONVOLVE_GAMMA = 2,
    FEAT_CONVOLVE_DOUBLE_GAMMA = 3,
    FEAT_CONVOLVE_GAMMA_SET = 4,
    FEAT_CONVOLVE_SINE_SET = 5,
    FEAT_CONVOLVE_FIR = 6,
};

typedef struct writer {
    const export_plan *plan;
    size_t r;
    int convolve;
    bool derivative;
    bool is_set;        /* a set of basis functions, n_basis real columns an EV */
    size_t *first_real; /* [n_evs + 1] 0-based real column of each EV */
    size_t n_rows, n_f;
    fsl_row *rows;
    double *f_matrix;
    double *real; /* [n_rows x n_real] */
    vb_buffer *out;
    vb_error *err;
} writer;

static vb_status fill(const writer *w, const char *section, size_t n,
                      const vb_template_value values[])
{
    return vb_template_fill(fsf_template, section, n, values, w->out, w->err);
}

static const char *count(char out[24], size_t n)
{
    snprintf(out, 24, "%zu", n);
    return out;
}

static void choose_convolution(writer *w)
{
    static const int convolve[] = {[EXPORT_CANONICAL] = FEAT_CONVOLVE_DOUBLE_GAMMA,
                                   [EXPORT_GAMMA] = FEAT_CONVOLVE_GAMMA,
                                   [EXPORT_GAMMA_SET] = FEAT_CONVOLVE_GAMMA_SET,
                                   [EXPORT_FIR] = FEAT_CONVOLVE_FIR,
                                   [EXPORT_FOURIER] = FEAT_CONVOLVE_SINE_SET,
                                   [EXPORT_FOURIER_HANNING] = FEAT_CONVOLVE_SINE_SET};

    w->convolve = convolve[export_basis_of(w->plan->job->designs[w->r])];
    w->is_set = w->convolve >= FEAT_CONVOLVE_GAMMA_SET;
    w->derivative = !w->is_set && w->plan->n_basis > 1;
}

/* An empty EV is one column of zeros, whatever the others are. */
static size_t n_real_of(const writer *w, size_t ev)
{
    if (export_is_empty(w->plan, ev, w->r))
        return 1;
    return w->is_set ? w->plan->n_basis : 1 + (w->derivative ? 1 : 0);
}

/* The run that says what contrasts give to EV ev: this one, or where it is empty here, the
 * first that has it, so that copes mean the same in all runs. */
static size_t run_of(const writer *w, size_t ev)
{
    if (w->plan->evs[ev].of[w->r] && w->plan->evs[ev].of[w->r]->in_design)
        return w->r;
    for (size_t r = 0; r < w->plan->job->n_runs; r++)
        if (w->plan->evs[ev].of[r] && w->plan->evs[ev].of[r]->in_design)
            return r;
    return VB_NONE;
}

static double weight_of(const writer *w, const fsl_row *row, size_t ev, size_t basis)
{
    const vb_export_job *job = w->plan->job;
    const size_t r = run_of(w, ev);
    size_t j;

    if (r == VB_NONE)
        return 0;
    j = export_column(job->designs[r], w->plan->evs[ev].of[r], basis);
    if (j == VB_NONE)
        return 0;
    return job->contrasts[r][row->contrast]
        .weights[row->row * job->designs[r]->n_cols + j];
}

/* A weight, in any run, on a column that FEAT's EVs do not have: its title, or NULL. */
static const char *missing_in_feat(const writer *w, size_t c)
{
    const vb_export_job *job = w->plan->job;

    for (size_t r = 0; r < job->n_runs; r++) {
        const vb_design *d = job->designs[r];
        const vb_contrast *contrast = &job->contrasts[r][c];

        for (size_t k = 0; k < contrast->n_rows * d->n_cols; k++) {
            const vb_column *column = &d->columns[k % d->n_cols];

            if (contrast->weights[k] != 0 && (column->kind > VB_COLUMN_MODULATOR ||
                                              (!w->is_set && column->basis > 1)))
                return column->title;
        }
    }
    return NULL;
}

static vb_status choose_contrasts(writer *w, vb_notes *notes)
{
    const vb_export_job *job = w->plan->job;
    bool *keep = vb_arena_take(w->plan->arena, job->n_contrasts, sizeof *keep);
    const size_t n_evs = w->plan->n_evs;
    vb_status status;

    if (!keep)
        return vb_fail_memory(w->err, job->n_contrasts);
    for (size_t c = 0; c < job->n_contrasts; c++) {
        const char *missing = missing_in_feat(w, c);

        keep[c] = !missing;
        if (missing)
            vb_note_add(
                notes, VB_WARNING, "export-contrast-dropped", NULL, 0, 0,
                "contrast '%s' weights column '%s', which is no EV of FEAT's, and "
                "is left out of the .fsf; design.con has it",
                job->contrasts[0][c].name, missing);
    }
    status = fsl_contrast_rows(w->plan, keep, &w->n_rows, &w->rows, &w->n_f,
                               &w->f_matrix, w->err);
    if (status != VB_OK)
        return status;
    w->real = vb_arena_take(w->plan->arena, w->n_rows * w->first_real[n_evs],
                            sizeof *w->real);
    if (!w->real)
        return vb_fail_memory(w->err, w->n_rows * sizeof *w->real);
    for (size_t i = 0; i < w->n_rows; i++)
        for (size_t ev = 0; ev < n_evs; ev++)
            for (size_t b = 0; b < w->first_real[ev + 1] - w->first_real[ev]; b++)
                w->real[i * w->first_real[n_evs] + w->first_real[ev] + b] =
                    weight_of(w, &w->rows[i], ev, b);
    return VB_OK;
}

static vb_status put_head(const writer *w)
{
    const vb_export_job *job = w->plan->job;
    const vb_design_run *run = &job->runs[w->r];
    const double cutoff_s = export_high_pass_s(job->designs[w->r]);
    const char *image = job->bold ? job->bold[w->r] : NULL;
    char stem[VB_TEXT_MAX], confounds[VB_TEXT_MAX + 32] = "", tr[VB_NUMBER_MAX],
                                                    cutoff[VB_NUMBER_MAX], n[5][24];
    vb_buffer path = {0};
    vb_status status;

    vb_export_stem(job, w->r, stem, sizeof stem);
    if (run->n_confounds)
        snprintf(confounds, sizeof confounds, "../%s_confounds.txt", stem);
    export_put_tcl(&path, image ? image : "IMAGE_OF_THIS_RUN");
    /* FEAT's own default stands where the filter is off. */
    vb_number_shortest(isfinite(cutoff_s) ? cutoff_s : 100, cutoff);
    status = vb_buffer_ok(&path, w->err);
    if (status == VB_OK) {
        const vb_template_value values[] = {
            {"STEM", stem},
            {"VERSION", job->version},
            {"BOLD_COMMENT",
             !image ? "# No image is known: put its path in place of IMAGE_OF_THIS_RUN."
             : image[0] == '/'
                 ? "# The image is given by its absolute path."
                 : "# The image's path is as it was given: make it absolute."},
            {"TR", vb_number_shortest(run->tr_s, tr)},
            {"NPTS", count(n[0], run->n_scans)},
            {"HIGHPASS_YN", isfinite(cutoff_s) ? "1" : "0"},
            {"EVS_ORIG", count(n[1], w->plan->n_evs)},
            {"EVS_REAL", count(n[2], w->first_real[w->plan->n_evs])},
            {"NCON", count(n[3], w->n_rows)},
            {"NFTESTS", count(n[4], w->n_f)},
            {"POSTSTATS_YN", w->n_rows ? "1" : "0"},
            {"HIGHPASS", cutoff},
            {"BOLD", path.bytes},
            {"CONFOUNDS_YN", run->n_confounds ? "1" : "0"},
            {"CONFOUNDS", confounds}};

        status = fill(w, "head", sizeof values / sizeof *values, values);
    }
    vb_buffer_free(&path);
    return status;
}

/* EV i gives to EV j when its event asks for serial orthogonalisation: j is the event or an
 * earlier modulator of it. */
static bool orthogonal_to(const writer *w, size_t i, size_t j)
{
    const export_ev *a = w->plan->evs[i].of[w->r];
    const export_ev *b = w->plan->evs[j].of[w->r];

    return j < i && a && b && a->event == b->event && a->power && !a->empty &&
           !b->empty && w->plan->job->runs[w->r].events[a->event].orthogonalise;
}

static vb_status put_ortho(const writer *w, size_t i)
{
    char index[24], partner[24];
    bool any = false;
    vb_status status = VB_OK;

    for (size_t j = 0; j < w->plan->n_evs; j++)
        any = any || orthogonal_to(w, i, j);
    for (size_t j = 0; j <= w->plan->n_evs && status == VB_OK; j++) {
        const bool on = j ? orthogonal_to(w, i, j - 1) : any; /* 0 is the switch */
        const vb_template_value values[] = {{"I", count(index, i + 1)},
                                            {"J", count(partner, j)},
                                            {"VALUE", on ? "1" : "0"}};

        status = fill(w, "ortho", 3, values);
    }
    return status;
}

static vb_status put_ev(const writer *w, size_t i)
{
    const export_plan *plan = w->plan;
    const bool empty = export_is_empty(plan, i, w->r);
    const bool filtered = isfinite(export_high_pass_s(plan->job->designs[w->r]));
    char index[24], n[24], shape[24], convolve[24], file[VB_TEXT_MAX],
        width[VB_NUMBER_MAX];
    vb_status status;

    snprintf(shape, sizeof shape, "%d",
             empty ? FEAT_SHAPE_EMPTY : FEAT_SHAPE_THREE_COLUMNS);
    snprintf(convolve, sizeof convolve, "%d", empty ? FEAT_CONVOLVE_NONE : w->convolve);
    {
        const vb_template_value values[] =
            {{"I", count(index, i + 1)},
             {"TITLE", plan->evs[i].title},
             {"WHY_EMPTY", empty ? " (empty: no rows in this run, or constant)" : ""},
             {"NAME", plan->evs[i].name},
             {"SHAPE", shape},
             {"CONVOLVE", convolve},
             {"HIGHPASS_YN", filtered ? "1" : "0"},
             {"DERIV_YN", !empty && w->derivative ? "1" : "0"},
             {"FILE", fsl_file_name(plan, i, w->r, file, sizeof file)}};

        status = fill(w, "ev", sizeof values / sizeof *values, values);
    }
    if (status == VB_OK && !empty && w->convolve == FEAT_CONVOLVE_GAMMA)
        status = fill(w, "gamma", 1, &(vb_template_value){"I", index});
    if (status == VB_OK && !empty && w->is_set) {
        const vb_template_value values[] =
            {{"I", index},
             {"N", count(n, plan->n_basis)},
             {"WIDTH", vb_number_shortest(export_basis_length_s(plan->job), width)}};

        status = fill(w, "set", 3, values);
    }
    return status == VB_OK ? put_ortho(w, i) : status;
}

static vb_status put_contrast(const writer *w, const char *mode, size_t c,
                              size_t n_columns)
{
    const size_t n_real = w->first_real[w->plan->n_evs];
    char index[24], number[24], value[VB_NUMBER_MAX];
    vb_buffer name = {0};
    vb_status status;

    export_put_tcl(&name, w->rows[c].name);
    status = vb_buffer_ok(&name, w->err);
    if (status == VB_OK) {
        const vb_template_value values[] = {{"MODE", mode},
                                            {"C", count(index, c + 1)},
                                            {"NAME", name.bytes}};

        status = fill(w, "con", 3, values);
    }
    vb_buffer_free(&name);
    for (size_t i = 0; i < n_columns && status == VB_OK; i++) {
        const size_t j = n_columns == n_real ? i : w->first_real[i];
        const vb_template_value values[] = {{"MODE", mode},
                                            {"C", index},
                                            {"I", count(number, i + 1)},
                                            {"VALUE",
                                             vb_number_shortest(w->real[c * n_real + j],
                                                                value)}};

        status = fill(w, "weight", 4, values);
    }
    for (size_t f = 0; f < w->n_f && status == VB_OK; f++) {
        const vb_template_value values[] =
            {{"MODE", mode},
             {"C", index},
             {"F", count(number, f + 1)},
             {"VALUE", w->f_matrix[f * w->n_rows + c] != 0 ? "1" : "0"}};

        status = fill(w, "ftest", 4, values);
    }
    return status;
}

/* Contrasts over EVs suffice unless one weights a derivative or basis function. */
static const char *mode_of(const writer *w)
{
    const size_t n_real = w->first_real[w->plan->n_evs];

    for (size_t c = 0; c < w->n_rows; c++)
        for (size_t ev = 0; ev < w->plan->n_evs; ev++)
            for (size_t j = w->first_real[ev] + 1; j < w->first_real[ev + 1]; j++)
                if (w->real[c * n_real + j] != 0)
                    return "real";
    return w->is_set ? "real" : "orig";
}

static vb_status put_masks(const writer *w)
{
    const size_t n = w->n_rows + w->n_f;
    vb_status status = fill(w, "masks", 0, NULL);

    for (size_t a = 1; a <= n; a++)
        for (size_t b = 1; b <= n && status == VB_OK; b++) {
            char text[2][24];

            if (a != b)
                status = fill(w, "mask", 2,
                              (vb_template_value[]){{"A", count(text[0], a)},
                                                    {"B", count(text[1], b)}});
        }
    return status;
}

vb_status fsl_put_fsf(const export_plan *plan, size_t r, vb_buffer *out,
                      vb_notes *notes, vb_error *err)
{
    writer w = {.plan = plan, .r = r, .out = out, .err = err};
    vb_status status;

    w.first_real = vb_arena_take(plan->arena, plan->n_evs + 1, sizeof *w.first_real);
    if (!w.first_real)
        return vb_fail_memory(err, plan->n_evs * sizeof *w.first_real);
    choose_convolution(&w);
    for (size_t i = 0; i < plan->n_evs; i++)
        w.first_real[i + 1] = w.first_real[i] + n_real_of(&w, i);
    status = choose_contrasts(&w, notes);
    if (status == VB_OK)
        status = put_head(&w);
    for (size_t i = 0; i < plan->n_evs && status == VB_OK; i++)
        status = put_ev(&w, i);
    if (status == VB_OK)
        status = fill(&w, "mode", 1, &(vb_template_value){"MODE", mode_of(&w)});
    for (size_t c = 0; c < w.n_rows && status == VB_OK; c++)
        status = put_contrast(&w, "real", c, w.first_real[plan->n_evs]);
    for (size_t c = 0; c < w.n_rows && status == VB_OK; c++)
        status = put_contrast(&w, "orig", c, plan->n_evs);
    if (status == VB_OK)
        status = put_masks(&w);
    return status == VB_OK ? fill(&w, "tail", 0, NULL) : status;
}
