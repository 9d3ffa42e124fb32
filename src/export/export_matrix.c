/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_matrix.c - the whole matrix of a run. */
#include "export_matrix.h"

#include <math.h>
#include <string.h>

vb_status export_matrix_of(const vb_design *design, vb_arena *arena,
                           export_matrix *matrix, vb_error *err)
{
    const size_t n_filter = design->n_filter ? design->n_filter[0] : 0;
    const size_t n = design->n_scans, n_own = design->n_cols, p = n_own + n_filter;
    export_matrix m = {.n_scans = n, .n_cols = p, .n_own = n_own};

    m.names = vb_arena_take(arena, p, sizeof *m.names);
    m.x = vb_arena_take(arena, n * p, sizeof *m.x);
    if (!m.names || !m.x)
        return vb_fail_memory(err, n * p * sizeof *m.x);
    for (size_t j = 0; j < p; j++) {
        m.names[j] = j < n_own ? design->columns[j].name
                               : vb_arena_printf(arena, "cosine_%zu", j - n_own + 1);
        if (!m.names[j])
            return vb_fail_memory(err, VB_TEXT_MAX);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < p; j++)
            m.x[i * p + j] = j < n_own ? design->x[i * n_own + j]
                                       : design->filter[0][i * n_filter + j - n_own];
    *matrix = m;
    return VB_OK;
}

void export_note_filter(const vb_export_job *job, const char *program, vb_notes *notes)
{
    const vb_design *design = job->designs[0];

    if (design->drift && strcmp(design->drift, "fsl") == 0 &&
        isfinite(export_high_pass_s(design)))
        vb_note_add(
            notes, VB_WARNING, "export-filtered", NULL, 0, 0,
            "the columns for %s are high-pass filtered as FSL does it, at %g s; "
            "the images must go through the same filter (fslmaths -bptf) before "
            "they are fitted with them",
            program, export_high_pass_s(design));
}

void export_put_table(vb_buffer *out, size_t n, size_t n_cols,
                      const char *const names[], const double x[])
{
    for (size_t j = 0; j < n_cols; j++)
        vb_putf(out, "%s%s", j ? "\t" : "", names[j]);
    vb_put_char(out, '\n');
    export_put_rows(out, n, n_cols, x);
}
