/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * import_fsl.c - a folder of FSL's three-column files, one run.
 *
 * FEAT knows EVs only.  A file whose weights all are 1 is an event; another whose rows are
 * among an event's is a modulator of that event.
 */
#include "import_internal.h"
#include "valuebold/file.h"
#include "valuebold/number.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ev {
    const char *file, *name;
    size_t n;
    const double *rows; /* [n x 3] */
    bool constant;      /* all weights are the same */
    size_t of;          /* the event it modulates, or VB_NONE */
} ev;

typedef struct folder {
    import_study *study;
    const char *path, *label;
    size_t n;
    ev evs[IMPORT_EVENTS];
    const char *names[2 * IMPORT_EVENTS]; /* all files, by name */
    size_t n_names;
    vb_error *err;
} folder;

/* The label behind "_run-" of a file's name, n characters; NULL: none. */
static const char *run_of(const char *name, size_t *n)
{
    const char *at = strstr(name, "_run-");

    if (!at)
        return NULL;
    at += strlen("_run-");
    *n = strcspn(at, "_.");
    return *n ? at : NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static vb_status list(folder *f)
{
    DIR *dir = opendir(f->path);
    const struct dirent *entry;

    if (!dir)
        return vb_fail_at(f->err, VB_EINPUT, f->path, 0, 0,
                          "the folder cannot be read: %s", strerror(errno));
    while ((entry = readdir(dir)) && f->n_names < 2 * IMPORT_EVENTS) {
        if (entry->d_name[0] == '.')
            continue;
        f->names[f->n_names] = vb_arena_string(f->study->arena, entry->d_name);
        if (f->names[f->n_names])
            f->n_names++;
    }
    closedir(dir);
    qsort(f->names, f->n_names, sizeof *f->names, by_name);
    return VB_OK;
}

static bool has_tail(const char *s, const char *tail)
{
    const size_t n = strlen(s), k = strlen(tail);

    return n > k && strcmp(s + n - k, tail) == 0;
}

/* Of "set fmri(tr) 2.0" the number, or NaN. */
static double setting(const char *text, const char *key)
{
    char line[80], cell[40];
    const char *at;
    double x = (double)NAN;

    snprintf(line, sizeof line, "set fmri(%s) ", key);
    at = strstr(text, line);
    if (at) {
        at += strlen(line);
        snprintf(cell, sizeof cell, "%.*s", (int)strcspn(at, "\r\n"), at);
        if (vb_number_read(cell, &x) != VB_NUMBER_OK)
            x = (double)NAN;
    }
    return x;
}

static void read_fsf(folder *f, const char *path)
{
    vb_buffer text = {0};

    if (vb_file_read(path, 0, &text, NULL) == VB_OK && text.n) {
        const double tr = setting(text.bytes, "tr"),
                     cutoff = setting(text.bytes, "paradigm_hp");

        if (isnan(f->study->tr_s) && tr > 0 && tr < 100)
            f->study->tr_s = tr;
        if (cutoff > 0)
            f->study->high_pass_s = cutoff;
        import_unmapped(f->study, path,
                        "of this FEAT set-up the TR and the high-pass are taken; its "
                        "contrasts, orthogonalisation and other settings are not");
    }
    vb_buffer_free(&text);
}

/* One file; one that does not hold three columns is left aside. */
static vb_status read_file(folder *f, const char *name)
{
    char path[VB_PATH_MAX];
    vb_buffer text = {0};
    ev *e = &f->evs[f->n];
    double *rows;
    char why[VB_TEXT_MAX] = "";
    vb_status status;

    snprintf(path, sizeof path, "%s/%s", f->path, name);
    if (f->label) {
        size_t n;
        const char *run = run_of(name, &n);

        if (!run || strlen(f->label) != n || strncmp(run, f->label, n) != 0)
            return VB_OK;
    }
    if (has_tail(name, ".fsf")) {
        read_fsf(f, path);
        return VB_OK;
    }
    if (!has_tail(name, ".txt") || strstr(name, "confound")) {
        import_unmapped(f->study, path,
                        "the file is no EV by its name and was not read");
        return VB_OK;
    }
    status = vb_file_read(path, 0, &text, f->err);
    if (status != VB_OK)
        return status;
    *e = (ev){.file = vb_arena_string(f->study->arena, path), .of = VB_NONE};
    status = e->file ? import_three_columns(text.n ? text.bytes : "", f->study->arena,
                                            &e->n, &rows, why, f->err)
                     : vb_fail_memory(f->err, sizeof path);
    vb_buffer_free(&text);
    if (status != VB_OK)
        return status;
    if (!e->n) {
        import_unmapped(f->study, e->file, "not three columns of numbers: %s", why);
        return VB_OK;
    }
    e->rows = rows;
    if (f->n + 1 == IMPORT_EVENTS)
        return vb_fail_at(f->err, VB_EINPUT, f->path, 0, 0,
                          "there are 200 EVs or more");
    f->n++;
    return VB_OK;
}

/* FEAT's stand-in for an EV without events. */
static bool is_empty(const ev *e)
{
    return e->n == 1 && e->rows[0] == 0 && e->rows[1] == 0 && e->rows[2] == 0;
}

static vb_status judge(folder *f, ev *e)
{
    e->constant = true;
    for (size_t i = 0; i < 3 * e->n; i++)
        if (!isfinite(e->rows[i]))
            return vb_fail_at(f->err, VB_EINPUT, e->file, i / 3 + 1, i % 3 + 1,
                              "not a finite number");
    for (size_t i = 0; i < e->n; i++) {
        e->constant &= e->rows[3 * i + 2] == e->rows[2];
        if (e->rows[3 * i + 1] < 0)
            return vb_fail_at(f->err, VB_EINPUT, e->file, i + 1, 2,
                              "the duration %g is negative", e->rows[3 * i + 1]);
    }
    return VB_OK;
}

/* Row of e at that time, or VB_NONE. */
static size_t find_row(const ev *e, double onset, double duration)
{
    for (size_t i = 0; i < e->n; i++)
        if (e->rows[3 * i] == onset && e->rows[3 * i + 1] == duration)
            return i;
    return VB_NONE;
}

static bool is_within(const ev *inner, const ev *outer)
{
    for (size_t i = 0; i < inner->n; i++)
        if (find_row(outer, inner->rows[3 * i], inner->rows[3 * i + 1]) == VB_NONE)
            return false;
    return true;
}

/* The smallest event that has all its rows. */
static void find_event(folder *f, ev *e)
{
    for (size_t k = 0; k < f->n; k++) {
        const ev *other = &f->evs[k];

        if (other == e || !other->constant || is_empty(other) || !is_within(e, other))
            continue;
        if (e->of == VB_NONE || other->n < f->evs[e->of].n)
            e->of = k;
    }
}

/* "sub-01_task-t_run-1_ev-task.txt" is "task"; else what all files begin with goes, up to
 * the last _ or -. */
static vb_status name_evs(folder *f)
{
    size_t common = 0;

    for (size_t i = 0; i < f->n; i++) {
        const char *base = strrchr(f->evs[i].file, '/') + 1,
                   *first = strrchr(f->evs[0].file, '/') + 1;
        size_t same = 0;

        while (base[same] && base[same] == first[same] && base[same] != '.')
            same++;
        common = i == 0 || same < common ? same : common;
    }
    for (size_t i = 0; i < f->n; i++) {
        const char *base = strrchr(f->evs[i].file, '/') + 1,
                   *from = strstr(base, "_ev-");
        size_t start = common;

        while (start && base[start - 1] != '_' && base[start - 1] != '-')
            start--;
        from = from ? from + 4 : f->n > 1 ? base + start : base;
        f->evs[i].name =
            vb_arena_substring(f->study->arena, from, strlen(from) - strlen(".txt"));
        if (!f->evs[i].name)
            return vb_fail_memory(f->err, strlen(from));
    }
    return VB_OK;
}

/* "taskXsvDifference" of "task" is "svDifference". */
static const char *modulator_name(const char *name, const char *event)
{
    const size_t n = strlen(event);

    if (strncmp(name, event, n) == 0 && name[n]) {
        const char *rest = name + n + strspn(name + n, "_-. ");

        if (*rest == 'X' && rest[1])
            rest++;
        return rest;
    }
    return name;
}

static vb_status put_modulator(folder *f, const ev *e, import_event *event,
                               const char *name)
{
    import_modulator *m;
    vb_status status = import_add_modulator(f->study, event, e->file, &m, f->err);

    if (status != VB_OK)
        return status;
    m->name = name;
    m->power = 1;
    m->weight = vb_arena_take(f->study->arena, event->n, sizeof *m->weight);
    if (!m->weight)
        return vb_fail_memory(f->err, event->n * sizeof *m->weight);
    for (size_t i = 0; i < event->n; i++) {
        const size_t row = find_row(e, event->onset_s[i], event->duration_s[i]);

        m->weight[i] = row == VB_NONE ? (double)NAN : e->rows[3 * row + 2];
    }
    return VB_OK;
}

static vb_status put_event(folder *f, const ev *e, import_event *event)
{
    *event = (import_event){.name = e->name, .n = e->n};
    event->onset_s = vb_arena_take(f->study->arena, e->n, sizeof(double));
    event->duration_s = vb_arena_take(f->study->arena, e->n, sizeof(double));
    if (!event->onset_s || !event->duration_s)
        return vb_fail_memory(f->err, 2 * e->n * sizeof(double));
    for (size_t i = 0; i < e->n; i++) {
        event->onset_s[i] = e->rows[3 * i];
        event->duration_s[i] = e->rows[3 * i + 1];
    }
    if (e->constant && e->rows[2] != 1)
        import_unmapped(
            f->study, e->file,
            "all weights are %g: FEAT's column is that much higher than the "
            "one of '%s' here, whose weights are 1",
            e->rows[2], e->name);
    if (e->constant)
        return VB_OK;
    import_unmapped(f->study, e->file,
                    "no other file has these events with weights of 1: '%s' becomes an "
                    "event with a modulator, so that there is one column more than in "
                    "FEAT",
                    e->name);
    return put_modulator(f, e, event, "weight");
}

static vb_status build(folder *f, import_run *run)
{
    vb_status status = VB_OK;

    for (size_t i = 0; i < f->n && status == VB_OK; i++)
        if (f->evs[i].of == VB_NONE && !is_empty(&f->evs[i])) {
            import_event *event;

            status = import_add_event(f->study, run, f->evs[i].file, &event, f->err);
            if (status == VB_OK)
                status = put_event(f, &f->evs[i], event);
            for (size_t k = 0; k < f->n && status == VB_OK; k++)
                if (f->evs[k].of == i)
                    status =
                        put_modulator(f, &f->evs[k], event,
                                      modulator_name(f->evs[k].name, f->evs[i].name));
        } else if (is_empty(&f->evs[i])) {
            import_unmapped(f->study, f->evs[i].file, "the EV is empty in this run");
        }
    return status;
}

vb_status import_fsl_labels(import_study *study, const char *path, size_t *n,
                            const char ***labels, vb_error *err)
{
    folder *f = vb_arena_take(study->arena, 1, sizeof *f);
    const char **all = vb_arena_take(study->arena, 2 * IMPORT_EVENTS, sizeof *all);
    vb_status status;

    *n = 0;
    *labels = all;
    if (!f || !all)
        return vb_fail_memory(err, sizeof *f);
    *f = (folder){.study = study, .path = path, .err = err};
    status = list(f);
    for (size_t i = 0; i < f->n_names && status == VB_OK; i++) {
        size_t length, k = 0;
        const char *run = run_of(f->names[i], &length);

        if (!run || !has_tail(f->names[i], ".txt"))
            continue;
        while (k < *n &&
               (strlen(all[k]) != length || strncmp(all[k], run, length) != 0))
            k++;
        if (k < *n)
            continue;
        all[*n] = vb_arena_substring(study->arena, run, length);
        if (!all[(*n)++])
            return vb_fail_memory(err, length);
    }
    return status;
}

vb_status import_fsl(import_study *study, const char *path, const char *label,
                     import_run *run, vb_error *err)
{
    folder *f = vb_arena_take(study->arena, 1, sizeof *f);
    vb_status status;

    if (!f)
        return vb_fail_memory(err, sizeof *f);
    *f = (folder){.study = study, .path = path, .label = label, .err = err};
    status = list(f);
    for (size_t i = 0; i < f->n_names && status == VB_OK; i++)
        status = read_file(f, f->names[i]);
    for (size_t i = 0; i < f->n && status == VB_OK; i++)
        status = judge(f, &f->evs[i]);
    if (status == VB_OK && !f->n)
        status = vb_fail_at(err, VB_EINPUT, path, 0, 0,
                            "there is no three-column file (.txt) in this folder");
    for (size_t i = 0; i < f->n && status == VB_OK; i++)
        if (!f->evs[i].constant)
            find_event(f, &f->evs[i]);
    if (status == VB_OK)
        status = name_evs(f);
    return status == VB_OK ? build(f, run) : status;
}
