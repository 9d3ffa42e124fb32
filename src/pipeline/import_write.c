/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_write.c - what was imported, as events tables and a spec. */
#include "import_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The study's events and modulators, over all runs. */
typedef struct column {
    const char *event, *modulator; /* NULL: the event itself */
    char name[VB_TEXT_MAX];        /* of the table's column; trial_type of an event */
    const import_event *first;     /* where it was met first */
} column;

typedef struct writer {
    const import_study *study;
    size_t n;
    column *columns;
    vb_error *err;
} writer;

typedef struct row {
    double onset_s;
    size_t event, trial;
} row;

char *import_identifier(const char *s, char out[], size_t size)
{
    size_t k = 0;

    for (; *s && k + 2 < size; s++) {
        if (k == 0 && isdigit((unsigned char)*s))
            out[k++] = '_';
        if (isalnum((unsigned char)*s))
            out[k++] = *s;
        else if (k && out[k - 1] != '_')
            out[k++] = '_';
    }
    while (k > 1 && out[k - 1] == '_')
        k--;
    if (!k)
        out[k++] = 'x';
    out[k] = '\0';
    return out;
}

void import_put_yaml(vb_buffer *out, const char *s)
{
    bool plain = isalpha((unsigned char)*s);

    for (const char *c = s; *c; c++)
        plain &= isalnum((unsigned char)*c) || *c == '_';
    if (plain && strcmp(s, "true") != 0 && strcmp(s, "false") != 0 &&
        strcmp(s, "null") != 0) {
        vb_put_text(out, s);
        return;
    }
    vb_put_char(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            vb_put_char(out, '\\');
        if ((unsigned char)*s >= 0x20)
            vb_put_char(out, *s);
    }
    vb_put_char(out, '"');
}

static bool is_column(const column *c, const char *event, const char *modulator)
{
    return strcmp(c->event, event) == 0 && !c->modulator == !modulator &&
           (!modulator || strcmp(c->modulator, modulator) == 0);
}

static bool name_taken(const writer *w, const char *name, bool modulator)
{
    static const char *const reserved[] = {"onset", "duration", "trial_type"};

    for (size_t i = 0; modulator && i < 3; i++)
        if (strcmp(name, reserved[i]) == 0)
            return true;
    for (size_t i = 0; i < w->n; i++)
        if (!w->columns[i].modulator == !modulator &&
            strcmp(w->columns[i].name, name) == 0)
            return true;
    return false;
}

/* A name of its own; modulators of one name under several events get the event's. */
static void add_column(writer *w, const import_event *event, const char *modulator)
{
    column *c = &w->columns[w->n];
    char base[VB_TEXT_MAX / 2], event_name[VB_TEXT_MAX / 4];

    for (size_t i = 0; i < w->n; i++)
        if (is_column(&w->columns[i], event->name, modulator))
            return;
    *c = (column){.event = event->name, .modulator = modulator, .first = event};
    import_identifier(modulator ? modulator : event->name, base, sizeof base);
    snprintf(c->name, sizeof c->name, "%s", base);
    if (modulator && name_taken(w, c->name, true))
        snprintf(c->name, sizeof c->name, "%s_%s",
                 import_identifier(event->name, event_name, sizeof event_name), base);
    for (unsigned k = 2; name_taken(w, c->name, modulator != NULL); k++)
        snprintf(c->name, sizeof c->name, "%s_%u", base, k);
    w->n++;
}

static vb_status find_columns(writer *w)
{
    const import_study *s = w->study;
    size_t most = 0;

    for (size_t r = 0; r < s->n_runs; r++)
        for (size_t e = 0; e < s->runs[r].n_events; e++)
            most += 1 + s->runs[r].events[e].n_modulators;
    w->columns = vb_arena_take(s->arena, most, sizeof *w->columns);
    if (!w->columns)
        return vb_fail_memory(w->err, most * sizeof *w->columns);
    for (size_t r = 0; r < s->n_runs; r++)
        for (size_t e = 0; e < s->runs[r].n_events; e++) {
            const import_event *event = &s->runs[r].events[e];

            add_column(w, event, NULL);
            for (size_t m = 0; m < event->n_modulators; m++)
                add_column(w, event, event->modulators[m].name);
        }
    return VB_OK;
}

static const column *find(const writer *w, const char *event, const char *modulator)
{
    for (size_t i = 0; i < w->n; i++)
        if (is_column(&w->columns[i], event, modulator))
            return &w->columns[i];
    return NULL;
}

static int by_time(const void *a, const void *b)
{
    const row *x = a, *y = b;

    if (x->onset_s != y->onset_s)
        return x->onset_s < y->onset_s ? -1 : 1;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    return x->trial < y->trial ? -1 : x->trial > y->trial;
}

static double value_of(const import_event *event, const column *c, size_t trial)
{
    if (strcmp(event->name, c->event) == 0)
        for (size_t m = 0; m < event->n_modulators; m++)
            if (strcmp(event->modulators[m].name, c->modulator) == 0)
                return event->modulators[m].weight[trial];
    return (double)NAN;
}

static void put_row(const writer *w, const import_run *run, const row *at,
                    vb_buffer *out)
{
    const import_event *event = &run->events[at->event];

    vb_put_number(out, at->onset_s);
    vb_put_char(out, '\t');
    vb_put_number(out, event->duration_s[at->trial]);
    vb_putf(out, "\t%s", find(w, event->name, NULL)->name);
    for (size_t i = 0; i < w->n; i++)
        if (w->columns[i].modulator) {
            vb_put_char(out, '\t');
            vb_put_number(out, value_of(event, &w->columns[i], at->trial));
        }
    vb_put_char(out, '\n');
}

static vb_status write_events(const writer *w, size_t r, const char *participant,
                              const char *task, vb_outputs *outputs)
{
    const import_run *run = &w->study->runs[r];
    size_t n = 0, k = 0;
    row *rows;
    vb_buffer *out;
    vb_status status;

    for (size_t e = 0; e < run->n_events; e++)
        n += run->events[e].n;
    rows = vb_arena_take(w->study->arena, n, sizeof *rows);
    if (!rows)
        return vb_fail_memory(w->err, n * sizeof *rows);
    for (size_t e = 0; e < run->n_events; e++)
        for (size_t i = 0; i < run->events[e].n; i++)
            rows[k++] = (row){run->events[e].onset_s[i], e, i};
    if (n)
        qsort(rows, n, sizeof *rows, by_time);
    status = vb_outputs_add(outputs, &out, w->err,
                            "sub-%s/func/sub-%s_task-%s_run-%zu_events.tsv",
                            participant, participant, task, r + 1);
    if (status != VB_OK)
        return status;
    vb_put_text(out, "onset\tduration\ttrial_type");
    for (size_t i = 0; i < w->n; i++)
        if (w->columns[i].modulator)
            vb_putf(out, "\t%s", w->columns[i].name);
    vb_put_char(out, '\n');
    for (size_t i = 0; i < n; i++)
        put_row(w, run, &rows[i], out);
    return vb_buffer_ok(out, w->err);
}

void import_put_head(const import_study *study, const char *task, vb_buffer *out)
{
    vb_putf(out, "# Imported from %s%s.\n", study->source,
            study->n_runs > 1 ? " and the runs after it" : "");
    for (size_t i = 0; study->notes && i < study->notes->n; i++)
        if (strcmp(study->notes->items[i].code, "import-unmapped") == 0)
            vb_putf(out, "# Not mapped: %s\n", study->notes->items[i].where.text);
    vb_put_text(out, "valuebold: 1\ntask: ");
    import_put_yaml(out, task);
    vb_put_text(out, "\nacquisition:\n");
    if (isnan(study->tr_s)) {
        vb_put_text(
            out,
            "  # tr_s: 2   # to be filled in, unless an image or sidecar says it\n");
    } else {
        vb_put_text(out, "  tr_s: ");
        vb_put_number(out, study->tr_s);
        vb_put_char(out, '\n');
    }
    vb_put_text(out, "  n_scans: auto\n");
}

static unsigned power_of(const writer *w, const column *c)
{
    for (size_t m = 0; m < c->first->n_modulators; m++)
        if (strcmp(c->first->modulators[m].name, c->modulator) == 0)
            return c->first->modulators[m].power;
    return w->n ? 1 : 0;
}

static void put_event(const writer *w, const column *event, vb_buffer *out)
{
    size_t n = 0;

    vb_put_text(out, "  ");
    import_put_yaml(out, event->event);
    vb_putf(out, ":\n    rows: trial_type == \"%s\"\n", event->name);
    for (size_t i = 0; i < w->n; i++) {
        const column *c = &w->columns[i];

        if (!c->modulator || strcmp(c->event, event->event) != 0)
            continue;
        vb_put_text(out, n++ ? "      " : "    modulators:\n      ");
        import_put_yaml(out, c->modulator);
        vb_putf(out, ": {column: %s, centre: none", c->name);
        if (power_of(w, c) > 1)
            vb_putf(out, ", polynomial: %u", power_of(w, c));
        vb_put_text(out, "}\n");
    }
    if (event->first->orthogonalise && (n || event->first->time_modulation))
        vb_put_text(out, "    orthogonalise: true\n");
    if (event->first->time_modulation)
        vb_putf(out, "    time_modulation: %u\n", event->first->time_modulation);
}

static vb_status write_spec(const writer *w, const char *task, vb_outputs *outputs)
{
    const import_study *s = w->study;
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, w->err, "spec.yaml");

    if (status != VB_OK)
        return status;
    import_put_head(s, task, out);
    vb_put_text(out, "regressors:\n");
    for (size_t i = 0; i < w->n; i++)
        if (!w->columns[i].modulator)
            put_event(w, &w->columns[i], out);
    vb_putf(out, "design:\n  like: %s\n", s->like);
    if (!isnan(s->high_pass_s)) {
        vb_put_text(out, "  high_pass_s: ");
        vb_put_number(out, s->high_pass_s);
        vb_put_char(out, '\n');
    }
    return vb_buffer_ok(out, w->err);
}

vb_status import_write(const import_study *study, vb_outputs *outputs, vb_error *err)
{
    const char *participant =
        study->options->participant ? study->options->participant : "01";
    const char *task = study->options->task ? study->options->task : "imported";
    writer w = {.study = study, .err = err};
    vb_buffer *out;
    vb_status status = find_columns(&w);

    if (status == VB_OK && !w.n)
        status = vb_fail_at(err, VB_EINPUT, study->source, 0, 0,
                            "there is no event to import");
    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        status = write_events(&w, r, participant, task, outputs);
    if (status == VB_OK)
        status = write_spec(&w, task, outputs);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "dataset_description.json");
    if (status != VB_OK)
        return status;
    vb_put_text(
        out, "{\n  \"Name\": \"imported events\",\n  \"BIDSVersion\": \"1.9.0\"\n}\n");
    return vb_buffer_ok(out, err);
}
