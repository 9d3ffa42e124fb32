/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design_file.c - design matrices in files of several programs. */
#include "valuebold/design_file.h"
#include "valuebold/matfile.h"
#include "valuebold/table.h"
#include "vest.h"
#include "xmat.h"

#include <math.h>
#include <string.h>

typedef struct source {
    const char *file;
    const char *bytes;
    size_t size;
    vb_arena *arena;
    vb_error *err;
    /* rows of each run, where the file says; [n_runs + 1] */
    size_t n_runs, *first_row;
} source;

static bool begins(const char *bytes, size_t size, const char *mark)
{
    const size_t n = strlen(mark);

    return size >= n && memcmp(bytes, mark, n) == 0;
}

vb_design_format vb_design_format_of(const void *bytes, size_t size)
{
    const char *s = bytes;
    size_t blank = 0;

    if (begins(s, size, "MATLAB 5.0") || begins(s, size, "MATLAB 7.3") ||
        begins(s, size, "\x89HDF"))
        return VB_DESIGN_SPM;
    while (blank < size && strchr(" \t\r\n", s[blank]) && s[blank])
        blank++;
    if (begins(s + blank, size - blank, "/"))
        return VB_DESIGN_FSL;
    if (begins(s + blank, size - blank, "#"))
        return VB_DESIGN_AFNI;
    return VB_DESIGN_TABLE;
}

static vb_status read_table(source *in, vb_named_matrix *out)
{
    vb_table *t = NULL;
    double *x = NULL;
    const char **names = NULL;
    vb_status status = vb_table_parse(in->file, in->bytes, in->size, &t, NULL, in->err);

    if (status != VB_OK)
        return status;
    x = vb_arena_take(in->arena, t->n_rows * t->n_cols, sizeof *x);
    names = vb_arena_take(in->arena, t->n_cols, sizeof *names);
    if (!x || !names)
        status = vb_fail_memory(in->err, t->n_rows * t->n_cols * sizeof *x);
    for (size_t j = 0; status == VB_OK && j < t->n_cols; j++) {
        names[j] = vb_arena_string(in->arena, t->columns[j]);
        if (!names[j])
            status = vb_fail_memory(in->err, VB_TEXT_MAX);
        for (size_t i = 0; status == VB_OK && i < t->n_rows; i++) {
            const char *cell = vb_table_cell(t, i, j);
            const vb_number_kind kind = vb_number_read(cell, &x[i * t->n_cols + j]);

            if (kind != VB_NUMBER_OK)
                status = vb_fail_at(in->err, VB_EINPUT, in->file, t->line[i], j + 1,
                                    "%s: '%s' %s; a design has a number in every cell",
                                    t->columns[j], cell, vb_number_why(kind));
        }
    }
    *out = (vb_named_matrix){"table", t->n_rows, t->n_cols, names, x, (double)NAN};
    vb_table_free(t);
    return status;
}

static vb_status read_fsl(source *in, const char *text, vb_named_matrix *out)
{
    vest v;
    const char **names;
    vb_status status = vest_read(in->file, text, in->arena, &v, in->err);

    if (status != VB_OK)
        return status;
    names = vb_arena_take(in->arena, v.n_cols, sizeof *names);
    for (size_t j = 0; names && j < v.n_cols; j++) {
        names[j] = vb_arena_printf(in->arena, "EV %zu", j + 1);
        if (!names[j])
            return vb_fail_memory(in->err, VB_TEXT_MAX);
    }
    if (!names)
        return vb_fail_memory(in->err, v.n_cols * sizeof *names);
    *out = (vb_named_matrix){"FSL", v.n_rows, v.n_cols, names, v.x, (double)NAN};
    return VB_OK;
}

static vb_status read_afni(source *in, const char *text, vb_named_matrix *out)
{
    xmat m;
    vb_status status = xmat_read(in->file, text, in->arena, &m, in->err);

    if (status != VB_OK)
        return status;
    if (m.n_runs) {
        in->first_row = vb_arena_take(in->arena, m.n_runs + 1, sizeof *in->first_row);
        if (!in->first_row)
            return vb_fail_memory(in->err, (m.n_runs + 1) * sizeof *in->first_row);
        memcpy(in->first_row, m.first_row, m.n_runs * sizeof *in->first_row);
        in->first_row[m.n_runs] = m.n_rows;
        in->n_runs = m.n_runs;
        if (m.first_row[m.n_runs - 1] >= m.n_rows)
            return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                              "RunStart has a run that begins behind the last row");
    }
    *out = (vb_named_matrix){"AFNI", m.n_rows, m.n_cols, m.labels, m.x, m.tr_s};
    return VB_OK;
}

/* SPM.Sess(s).row: the rows of each session, one after the other. */
static vb_status read_sessions(source *in, const vb_mat *spm, size_t n_rows)
{
    const vb_mat *sessions = vb_mat_field(spm, 0, "Sess");
    const size_t n = sessions && sessions->kind == VB_MAT_STRUCT
                         ? sessions->rows * sessions->cols
                         : 0;

    in->first_row = vb_arena_take(in->arena, n + 1, sizeof *in->first_row);
    if (!in->first_row)
        return vb_fail_memory(in->err, (n + 1) * sizeof *in->first_row);
    for (size_t s = 0; s < n; s++) {
        const vb_mat *row = vb_mat_field(sessions, s, "row");
        const size_t count = row && row->numbers ? row->rows * row->cols : 0;

        if (!count || row->numbers[0] != (double)in->first_row[s] + 1 ||
            row->numbers[count - 1] != (double)(in->first_row[s] + count))
            return VB_OK; /* rows in another order: the file is used as a whole */
        in->first_row[s + 1] = in->first_row[s] + count;
    }
    if (n && in->first_row[n] == n_rows)
        in->n_runs = n;
    return VB_OK;
}

static double repetition_time(const vb_mat *spm)
{
    const vb_mat *xy = vb_mat_field(spm, 0, "xY");
    const vb_mat *rt =
        xy && xy->kind == VB_MAT_STRUCT ? vb_mat_field(xy, 0, "RT") : NULL;

    return rt && rt->numbers && rt->rows && rt->cols ? rt->numbers[0] : (double)NAN;
}

static vb_status take_mat(source *in, const vb_mat *x, const vb_mat *names,
                          vb_named_matrix *out)
{
    const size_t n = x->rows, p = x->cols;
    double *copy = vb_arena_take(in->arena, n * p, sizeof *copy);
    const char **labels = vb_arena_take(in->arena, p, sizeof *labels);

    if (!copy || !labels)
        return vb_fail_memory(in->err, n * p * sizeof *copy);
    for (size_t j = 0; j < p; j++) {
        const bool named = names && names->kind == VB_MAT_CELL &&
                           j < names->rows * names->cols && names->items[j] &&
                           names->items[j]->kind == VB_MAT_TEXT;

        labels[j] = named ? names->items[j]->text
                          : vb_arena_printf(in->arena, "column_%zu", j + 1);
        if (!labels[j])
            return vb_fail_memory(in->err, VB_TEXT_MAX);
        for (size_t i = 0; i < n; i++) {
            copy[i * p + j] = x->numbers[j * n + i];
            if (!isfinite(copy[i * p + j]))
                return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                                  "row %zu of '%s' is not a finite number", i + 1,
                                  labels[j]);
        }
    }
    *out = (vb_named_matrix){"SPM", n, p, labels, copy, (double)NAN};
    return VB_OK;
}

static vb_status read_spm(source *in, vb_named_matrix *out)
{
    const vb_mat *spm, *xx = NULL, *x = NULL, *names = NULL;
    vb_mat **variables;
    size_t n;
    vb_status status =
        vb_mat_read(in->file, in->bytes, in->size, in->arena, &n, &variables, in->err);

    if (status != VB_OK)
        return status;
    spm = vb_mat_find(n, variables, "SPM");
    if (spm && spm->kind == VB_MAT_STRUCT)
        xx = vb_mat_field(spm, 0, "xX");
    if (xx && xx->kind == VB_MAT_STRUCT) {
        x = vb_mat_field(xx, 0, "X");
        names = vb_mat_field(xx, 0, "name");
    } else {
        x = vb_mat_find(n, variables, "R");
        names = vb_mat_find(n, variables, "names");
    }
    if (!x || x->kind != VB_MAT_NUMBERS || !x->rows || !x->cols)
        return vb_fail_at(
            in->err, VB_EINPUT, in->file, 0, 0,
            "there is neither SPM.xX.X nor a matrix R in this file: it is "
            "no specified SPM.mat and no regressor file");
    status = take_mat(in, x, names, out);
    if (status != VB_OK || !xx)
        return status;
    out->tr_s = repetition_time(spm);
    return read_sessions(in, spm, out->n_rows);
}

/* Rows of one run, without the columns that are zero there. */
static vb_status cut(const source *in, size_t run, vb_named_matrix *m)
{
    const size_t p = m->n_cols;
    size_t first, n, k = 0;
    double *x;
    const char **names;

    if (!in->n_runs)
        return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                          "this file does not say which rows belong to run %zu", run);
    if (run > in->n_runs)
        return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                          "there is no run %zu; it has %zu", run, in->n_runs);
    first = in->first_row[run - 1];
    n = in->first_row[run] - first;
    x = vb_arena_take(in->arena, n * p, sizeof *x);
    names = vb_arena_take(in->arena, p, sizeof *names);
    if (!x || !names)
        return vb_fail_memory(in->err, n * p * sizeof *x);
    for (size_t pass = 0, kept = 0; pass < 2; pass++) {
        k = 0;
        for (size_t j = 0; j < p; j++) {
            bool zero = true;

            for (size_t i = 0; i < n && zero; i++)
                zero = m->x[(first + i) * p + j] == 0;
            if (zero)
                continue;
            for (size_t i = 0; pass && i < n; i++)
                x[i * kept + k] = m->x[(first + i) * p + j];
            names[k++] = m->names[j];
        }
        kept = k;
    }
    *m = (vb_named_matrix){m->program, n, k, names, x, m->tr_s};
    return VB_OK;
}

vb_status vb_design_file_read(const char *file, const void *bytes, size_t size,
                              size_t run, vb_arena *arena, vb_named_matrix *out,
                              vb_error *err)
{
    source in = {file, bytes, size, arena, err, 0, NULL};
    const vb_design_format format = vb_design_format_of(bytes, size);
    const bool binary = format == VB_DESIGN_SPM;
    const char *text = binary ? "" : vb_arena_substring(arena, bytes, size);
    vb_status status = VB_OK;

    if (!text)
        return vb_fail_memory(err, size);
    switch (format) {
    case VB_DESIGN_SPM:
        status = read_spm(&in, out);
        break;
    case VB_DESIGN_FSL:
        status = read_fsl(&in, text, out);
        break;
    case VB_DESIGN_AFNI:
        status = read_afni(&in, text, out);
        break;
    case VB_DESIGN_TABLE:
        status = read_table(&in, out);
        break;
    }
    return status == VB_OK && run ? cut(&in, run, out) : status;
}
