/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * import_spm.c - SPM's multiple-conditions files.
 *
 * The forms SPM takes are taken, what it refuses is refused (spm_run_fmri_spec.m): names,
 * onsets, durations are cells of one length; pmod is a struct array whose fields are cells;
 * orth and tmod are cells.
 */
#include "import_internal.h"
#include "valuebold/file.h"
#include "valuebold/matfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    import_study *study;
    const char *file;
    const vb_mat *names, *onsets, *durations, *pmod, *orth, *tmod;
    double scale; /* seconds per unit of the file */
    vb_error *err;
} reader;

static size_t count(const vb_mat *m)
{
    return m ? m->rows * m->cols : 0;
}

static bool is_numbers(const vb_mat *m)
{
    return m && (m->kind == VB_MAT_NUMBERS || m->kind == VB_MAT_LOGICAL);
}

static vb_status refuse(const reader *in, const char *condition, const char *why)
{
    return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                      "condition '%s': %s; SPM "
                      "refuses this file too",
                      condition, why);
}

static vb_status finite_all(const reader *in, const vb_mat *m, const char *condition,
                            const char *what)
{
    for (size_t i = 0; i < count(m); i++)
        if (!isfinite(m->numbers[i]))
            return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                              "condition '%s': %s %zu is not a finite number",
                              condition, what, i + 1);
    return VB_OK;
}

static vb_status read_times(const reader *in, size_t c, import_event *event)
{
    const vb_mat *onset = in->onsets->items[c], *duration = in->durations->items[c];
    const size_t n = count(onset);
    vb_status status;

    if (!is_numbers(onset) || !n)
        return refuse(in, event->name, "there is no onset");
    if (!is_numbers(duration) || (count(duration) != 1 && count(duration) != n))
        return refuse(in, event->name,
                      "the durations are neither one number nor one an onset");
    status = finite_all(in, onset, event->name, "onset");
    if (status == VB_OK)
        status = finite_all(in, duration, event->name, "duration");
    if (status != VB_OK)
        return status;
    event->n = n;
    event->onset_s = vb_arena_take(in->study->arena, n, sizeof(double));
    event->duration_s = vb_arena_take(in->study->arena, n, sizeof(double));
    if (!event->onset_s || !event->duration_s)
        return vb_fail_memory(in->err, 2 * n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        event->onset_s[i] = onset->numbers[i] * in->scale;
        event->duration_s[i] =
            duration->numbers[count(duration) == 1 ? 0 : i] * in->scale;
    }
    return VB_OK;
}

static vb_status read_modulator(const reader *in, import_event *event,
                                const vb_mat *name, const vb_mat *param,
                                const vb_mat *poly)
{
    import_modulator *m;
    vb_status status;

    if (!name || name->kind != VB_MAT_TEXT || !*name->text)
        return VB_OK; /* SPM skips modulators without a name */
    if (!is_numbers(param) || count(param) != event->n)
        return refuse(in, event->name, "a modulator does not have one value an onset");
    status = finite_all(in, param, event->name, "value of a modulator");
    if (status != VB_OK)
        return status;
    if (!is_numbers(poly) || count(poly) != 1 || poly->numbers[0] < 1 ||
        poly->numbers[0] > 6 || poly->numbers[0] != floor(poly->numbers[0]))
        return refuse(in, event->name,
                      "poly of a modulator is no whole number from 1 "
                      "to 6");
    status = import_add_modulator(in->study, event, in->file, &m, in->err);
    if (status != VB_OK)
        return status;
    m->name = vb_arena_string(in->study->arena, name->text);
    m->weight = vb_arena_take(in->study->arena, event->n, sizeof(double));
    m->power = (unsigned)poly->numbers[0];
    if (!m->name || !m->weight)
        return vb_fail_memory(in->err, event->n * sizeof(double));
    memcpy(m->weight, param->numbers, event->n * sizeof(double));
    return VB_OK;
}

static vb_status read_pmod(const reader *in, size_t c, import_event *event)
{
    const vb_mat *field[3];
    static const char *const names[] = {"name", "param", "poly"};
    vb_status status = VB_OK;

    if (!in->pmod || c >= count(in->pmod))
        return VB_OK;
    for (size_t f = 0; f < 3; f++) {
        field[f] = vb_mat_field(in->pmod, c, names[f]);
        if (f == 0 && !count(field[0]))
            return VB_OK; /* [] or {}: no modulation */
        if (!field[f] || field[f]->kind != VB_MAT_CELL ||
            count(field[f]) < count(field[0]))
            return refuse(in, event->name,
                          "pmod.name, .param and .poly are not cells of one length");
    }
    for (size_t m = 0; m < count(field[0]) && status == VB_OK; m++)
        status = read_modulator(in, event, field[0]->items[m], field[1]->items[m],
                                field[2]->items[m]);
    return status;
}

static vb_status read_flags(const reader *in, size_t c, import_event *event)
{
    const vb_mat *orth = in->orth && c < count(in->orth) ? in->orth->items[c] : NULL;
    const vb_mat *tmod = in->tmod ? in->tmod->items[c] : NULL;

    /* a missing or empty one is true */
    event->orthogonalise = !is_numbers(orth) || !count(orth) || orth->numbers[0] != 0;
    if (!is_numbers(tmod) || !count(tmod))
        return VB_OK;
    if (!(tmod->numbers[0] >= 0 && tmod->numbers[0] <= 6))
        return refuse(in, event->name, "tmod is not between 0 and 6");
    event->time_modulation = (unsigned)tmod->numbers[0];
    return VB_OK;
}

static vb_status read_condition(const reader *in, size_t c, import_run *run)
{
    const vb_mat *name = in->names->items[c];
    import_event *event;
    vb_status status = import_add_event(in->study, run, in->file, &event, in->err);

    if (status != VB_OK)
        return status;
    if (!name || name->kind != VB_MAT_TEXT || !*name->text)
        return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                          "condition %zu has no name; SPM refuses this file too",
                          c + 1);
    event->name = vb_arena_string(in->study->arena, name->text);
    if (!event->name)
        return vb_fail_memory(in->err, strlen(name->text));
    status = read_times(in, c, event);
    if (status == VB_OK)
        status = read_pmod(in, c, event);
    return status == VB_OK ? read_flags(in, c, event) : status;
}

static vb_status check_containers(const reader *in)
{
    const size_t n = count(in->names);
    const char *why = NULL;

    if (!in->names || !in->onsets || !in->durations)
        why = "names, onsets and durations are not all there";
    else if (in->names->kind != VB_MAT_CELL || in->onsets->kind != VB_MAT_CELL ||
             in->durations->kind != VB_MAT_CELL)
        why = "names, onsets and durations are not all cells";
    else if (!n || count(in->onsets) != n || count(in->durations) != n)
        why = "names, onsets and durations are not of one length";
    else if (in->pmod && count(in->pmod) && in->pmod->kind != VB_MAT_STRUCT)
        why = "pmod is no struct array";
    else if (in->orth && count(in->orth) && in->orth->kind != VB_MAT_CELL)
        why = "orth is no cell";
    else if (in->tmod && (in->tmod->kind != VB_MAT_CELL || count(in->tmod) < n))
        why = "tmod is no cell with an entry for each condition";
    return why ? vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                            "this is no multiple-conditions file: %s", why)
               : VB_OK;
}

static void note_unmapped(import_study *study, const char *path, size_t n,
                          vb_mat *const variables[])
{
    static const char *const known[] = {"names", "onsets", "durations",
                                        "pmod",  "orth",   "tmod"};

    for (size_t i = 0; i < n; i++) {
        bool found = false;

        for (size_t k = 0; k < sizeof known / sizeof *known && !found; k++)
            found = strcmp(variables[i]->name, known[k]) == 0;
        if (!found)
            import_unmapped(study, path, "variable '%.60s' is none of SPM's conditions",
                            variables[i]->name);
    }
    import_unmapped(study, path,
                    "response function, high-pass, regressors and contrasts stand in "
                    "the batch, not in this file: spm's canonical response and 128 s "
                    "are assumed");
}

vb_status import_spm(import_study *study, const char *path, import_run *run,
                     vb_error *err)
{
    vb_buffer bytes = {0};
    vb_mat **variables;
    size_t n;
    reader in = {.study = study,
                 .file = path,
                 .scale = study->options->in_scans ? study->tr_s : 1,
                 .err = err};
    vb_status status = vb_file_read(path, 0, &bytes, err);

    if (status == VB_OK)
        status =
            vb_mat_read(path, bytes.bytes, bytes.n, study->arena, &n, &variables, err);
    vb_buffer_free(&bytes);
    if (status != VB_OK)
        return status;
    in.names = vb_mat_find(n, variables, "names");
    in.onsets = vb_mat_find(n, variables, "onsets");
    in.durations = vb_mat_find(n, variables, "durations");
    in.pmod = vb_mat_find(n, variables, "pmod");
    in.orth = vb_mat_find(n, variables, "orth");
    in.tmod = vb_mat_find(n, variables, "tmod");
    status = check_containers(&in);
    for (size_t c = 0; status == VB_OK && c < count(in.names); c++)
        status = read_condition(&in, c, run);
    if (status == VB_OK)
        note_unmapped(study, path, n, variables);
    return status;
}
