/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_confounds.c - confounds of a run from its table: by column, by wildcard, by the name
 * of a strategy (confound_strategy.c).
 */
#include "confounds.h"
#include "valuebold/names.h"

#include <stdio.h>
#include <string.h>

/* Shell-like match with '*' and '?'. */
static bool matches(const char *pattern, const char *name)
{
    for (; *pattern && *pattern != '*'; pattern++, name++)
        if (!*name || (*pattern != '?' && *pattern != *name))
            return false;
    if (!*pattern)
        return !*name;
    for (;; name++) {
        if (matches(pattern + 1, name))
            return true;
        if (!*name)
            return false;
    }
}

static vb_status unknown(vb_picker *p, const char *text)
{
    const char **all;
    char advice[512], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    while (confound_strategies[n])
        n++;
    all = vb_arena_take(p->study->arena, n + p->table->n_cols, sizeof *all);
    if (!all)
        return vb_fail_memory(p->err, n);
    for (size_t i = 0; i < p->table->n_cols; i++)
        all[i] = p->table->columns[i];
    for (size_t i = 0; i < n; i++)
        all[p->table->n_cols + i] = confound_strategies[i];
    return vb_fail_at(p->err, VB_EINPUT, p->table->name, 1, 0,
                      "no confound column '%s'%s", vb_quote(text, quoted),
                      vb_suggest(text, all, n + p->table->n_cols, advice,
                                 sizeof advice));
}

/* What one entry of the spec stands for. */
static vb_status pick(vb_picker *p, const char *text)
{
    const bool wild = strpbrk(text, "*?") != NULL;
    bool found = false;
    vb_status status = VB_OK;

    if (vb_table_find(p->table, text) != VB_NONE)
        return confound_add(p, text, &found);
    for (size_t c = 0; wild && c < p->table->n_cols && status == VB_OK; c++)
        if (matches(text, p->table->columns[c])) {
            status = confound_add_column(p, c);
            found = true;
        }
    if (!found && !wild)
        status = confound_strategy(p, text, &found);
    if (status == VB_OK && !found && !wild)
        status = confound_add(p, text, &found);
    return status == VB_OK && !found ? unknown(p, text) : status;
}

/* The picked columns as the design room takes them. */
static vb_status store(vb_picker *p)
{
    vb_study_run *run = p->run;
    const size_t n = p->n;

    run->confound = p->column;
    run->confound_names = vb_arena_take(p->study->arena, n, sizeof(char *));
    run->confounds = vb_arena_take(p->study->arena, n * run->n_scans, sizeof(double));
    if (!run->confound_names || !run->confounds)
        return vb_fail_memory(p->err, n * run->n_scans * sizeof(double));
    for (size_t k = 0; k < n; k++) {
        run->confound_names[k] = p->column[k].name;
        for (size_t s = 0; s < run->n_scans; s++)
            run->confounds[s * n + k] = p->column[k].values[s];
    }
    run->n_confounds = n;
    return VB_OK;
}

/* TABLE.json beside TABLE.tsv; its absence is no fault. */
static vb_status read_sidecar(vb_picker *p)
{
    const char *path = p->table->name;
    const char *end = strstr(path, ".tsv"); /* or .tsv.gz */
    vb_buffer bytes = {0};
    vb_node *root = NULL;
    vb_error absent = {0};
    vb_status status;

    if (!end) {
        p->meta_path = "a JSON sidecar";
        return VB_OK;
    }
    p->meta_path =
        vb_arena_printf(p->study->arena, "%.*s.json", (int)(end - path), path);
    if (!p->meta_path)
        return vb_fail_memory(p->err, strlen(path));
    if (study_read_file(p->meta_path, &bytes, NULL, &absent) != VB_OK)
        return VB_OK;
    status = vb_node_parse(p->meta_path, bytes.bytes, bytes.n, p->study->arena, &root,
                           p->err);
    vb_buffer_free(&bytes);
    if (status == VB_OK && root->kind == VB_MAP)
        p->meta = root;
    return status;
}

static vb_status take_columns(vb_picker *p)
{
    const vb_spec *spec = p->study->spec;
    vb_status status;

    if (p->table->n_rows != p->run->n_scans)
        return vb_fail_at(
            p->err, VB_EINPUT, p->table->name, 0, 0,
            "%zu rows of confounds for %zu scans; there must be one row a scan",
            p->table->n_rows, p->run->n_scans);
    status = read_sidecar(p);
    for (size_t i = 0; i < spec->n_confounds && status == VB_OK; i++)
        status = pick(p, spec->confounds[i]);
    return status == VB_OK ? store(p) : status;
}

vb_status study_confounds(vb_study *study, vb_study_run *run, const char *path,
                          vb_notes *notes, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_table *table = NULL;
    vb_picker p = {.study = study, .run = run, .notes = notes, .err = err};
    vb_status status;

    if (!path)
        return vb_fail(
            err, VB_EINPUT,
            "%s: no confounds table found, but the spec names confounds; give "
            "--confounds or the derivatives folder",
            study_run_name(study, run));
    run->confounds_file = path;
    status = study_read_file(path, &bytes, run->confounds_sha256, err);
    if (status == VB_OK)
        status = vb_table_parse(path, bytes.bytes, bytes.n, &table, notes, err);
    vb_buffer_free(&bytes);
    p.table = table;
    if (status == VB_OK)
        status = take_columns(&p);
    vb_table_free(table);
    return status;
}
