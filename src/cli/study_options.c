/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_options.c - a spec from options alone: each trial_type becomes an event. */
#include "study_args.h"
#include "valuebold/file.h"
#include "valuebold/json.h"

#include <string.h>

typedef struct names {
    size_t n, capacity;
    const char **items;
} names;

static bool add_name(names *list, const char *name, vb_arena *arena)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 16;
        const char **items = vb_arena_take(arena, capacity, sizeof *items);

        if (!items)
            return false;
        for (size_t i = 0; i < list->n; i++)
            items[i] = list->items[i];
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n] = vb_arena_string(arena, name);
    return list->items[list->n++] != NULL;
}

static vb_status collect_types(const study_args *args, cli_context *context,
                               names *types, vb_error *err)
{
    for (size_t f = 0; f < args->events.n; f++) {
        vb_table *table = NULL;
        vb_notes again = {
            0}; /* the study reads the file too and says what there is to say */
        size_t column;
        vb_status status =
            vb_file_read_table(args->events.items[f], &table, &again, err);

        if (status == VB_OK)
            status = vb_table_need(table, "trial_type", &column, err);
        for (size_t r = 0; status == VB_OK && r < table->n_rows; r++) {
            const char *type = vb_table_cell(table, r, column);

            if (type[0] && strcmp(type, "n/a") != 0 &&
                !add_name(types, type, context->arena))
                status = vb_fail_memory(err, strlen(type));
        }
        vb_table_free(table);
        vb_notes_free(&again);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

/* The column behind EVENT* when modulator m belongs to event, else NULL. */
static const char *column_of(const char *m, const char *event)
{
    const size_t n = strlen(event);

    return strncmp(m, event, n) == 0 && m[n] == '*' && m[n + 1] ? m + n + 1 : NULL;
}

static vb_status check_modulators(const study_args *args, const names *types,
                                  vb_error *err)
{
    for (size_t i = 0; i < args->modulators.n; i++) {
        bool known = false;
        char quoted[VB_QUOTE_MAX];

        for (size_t e = 0; e < types->n; e++)
            known |= column_of(args->modulators.items[i], types->items[e]) != NULL;
        if (!known)
            return vb_fail(
                err, VB_EUSAGE,
                "--modulator '%s': EVENT*COLUMN is expected, EVENT a trial_type "
                "of the events file",
                vb_quote(args->modulators.items[i], quoted));
    }
    return VB_OK;
}

vb_status study_spec_from_options(const study_args *args, cli_context *context,
                                  const char **text, vb_error *err)
{
    names types = {0};
    vb_buffer out = {0};
    vb_json j = {.out = &out};
    vb_status status = collect_types(args, context, &types, err);

    if (status == VB_OK)
        status = check_modulators(args, &types, err);
    if (status != VB_OK)
        return status;
    vb_json_open(&j, NULL, '{');
    vb_json_count(&j, "valuebold", 1);
    vb_json_open(&j, "regressors", '{');
    for (size_t e = 0; e < types.n; e++) {
        const char *type = types.items[e];
        const char quote = strchr(type, '"') ? '\'' : '"';

        vb_json_open(&j, type, '{');
        vb_json_text(&j, "rows",
                     vb_arena_printf(context->arena, "trial_type == %c%s%c", quote,
                                     type, quote));
        vb_json_open(&j, "modulators", '{');
        for (size_t i = 0; i < args->modulators.n; i++)
            if (column_of(args->modulators.items[i], type)) {
                vb_json_open(&j, column_of(args->modulators.items[i], type), '{');
                vb_json_close(&j);
            }
        vb_json_close(&j);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    vb_json_close(&j);
    status = vb_buffer_ok(&out, err);
    if (status == VB_OK) {
        *text = vb_arena_string(context->arena, out.bytes);
        if (!*text)
            status = vb_fail_memory(err, out.n);
    }
    vb_buffer_free(&out);
    return status;
}
