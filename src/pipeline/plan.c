/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - the plan of a simulated task, from its file. */
#include "plan_internal.h"

#include "valuebold/names.h"
#include <math.h>
#include <string.h>

enum { MAX_PARTICIPANTS = 10000, MAX_RUNS = 1000 };
static const double day_s = 86400;

static void number_labels(plan_reader *r, size_t n, int width, const char **labels)
{
    for (size_t i = 0; i < n; i++) {
        labels[i] = vb_arena_printf(r->arena, "%0*zu", width, i + 1);
        if (!labels[i])
            r->status = vb_fail_memory(r->err, 1);
    }
}

/* sub-01, or sub-001 when there are that many. */
static int label_width(size_t n)
{
    int width = 2;

    for (size_t rest = n / 100; rest; rest /= 10)
        width++;
    return width;
}

static void read_participants(plan_reader *r, const vb_node *node, vb_plan *plan)
{
    if (node && node->kind == VB_LIST && node->n) {
        plan->n_participants = node->n;
        plan->participants = plan_take(r, node->n, sizeof *plan->participants);
        for (size_t i = 0; plan->participants && i < node->n; i++) {
            const char *label = plan_text(r, node->items[i], "participants", "01");

            if (strncmp(label, "sub-", 4) == 0)
                label += 4;
            if (!vb_is_label(label))
                PLAN_REFUSE(r, node->items[i],
                            "a participant's label is made of letters and digits");
            for (size_t k = 0; k < i; k++)
                if (strcmp(plan->participants[k], label) == 0)
                    PLAN_REFUSE(r, node->items[i], "participant %s stands there twice",
                                label);
            plan->participants[i] = label;
        }
        return;
    }
    plan->n_participants = plan_count(r, node, "participants", 1, MAX_PARTICIPANTS, 1);
    plan->participants = plan_take(r, plan->n_participants, sizeof *plan->participants);
    if (plan->participants)
        number_labels(r, plan->n_participants, label_width(plan->n_participants),
                      plan->participants);
}

static void read_runs(plan_reader *r, const vb_node *node, vb_plan *plan)
{
    plan->n_runs = plan_count(r, node, "runs", 1, MAX_RUNS, 1);
    plan->runs = plan_take(r, plan->n_runs, sizeof *plan->runs);
    if (plan->runs && node)
        number_labels(r, plan->n_runs, 1, plan->runs);
}

static void read_parameters(plan_reader *r, const vb_node *node, vb_plan *plan)
{
    if (!node)
        return;
    if (node->kind != VB_MAP) {
        PLAN_REFUSE(r, node,
                    "parameters: a map of parameters and their distributions is "
                    "expected");
        return;
    }
    plan->parameter_name = plan_take(r, node->n, sizeof *plan->parameter_name);
    plan->parameter = plan_take(r, node->n, sizeof *plan->parameter);
    plan->parameter_line = plan_take(r, node->n, sizeof *plan->parameter_line);
    if (!plan->parameter_name || !plan->parameter || !plan->parameter_line)
        return;
    plan->n_parameters = node->n;
    for (size_t i = 0; i < node->n; i++) {
        plan->parameter_name[i] = node->keys[i];
        plan->parameter_line[i] = node->key_line[i];
        plan->parameter[i] = plan_distribution(r, node->items[i], node->keys[i], 0);
    }
}

static void read_timing(plan_reader *r, const vb_node *root, vb_plan *plan)
{
    static const char *const keys[] = {"first_onset_s", "after", "gap_s"};
    static const char *const names[] = {"response", "event", "onset"};
    const vb_node *node = vb_node_get(root, "timing"), *gap;
    char hint[VB_TEXT_MAX];
    const char *after;
    size_t k = 0;

    if (!node) {
        PLAN_REFUSE(r, root,
                    "timing is missing: say timing: {gap_s: {uniform: [2, 6]}}");
        return;
    }
    if (!plan_keys(r, node, "timing", keys, 3))
        return;
    plan->first_onset_s = plan_number(r, vb_node_get(node, "first_onset_s"),
                                      "first_onset_s", -day_s, day_s, 0);
    gap = vb_node_get(node, "gap_s");
    if (!gap)
        PLAN_REFUSE(r, node, "timing: gap_s is missing");
    plan->gap_s = plan_distribution(r, gap, "gap_s", 1);
    after = plan_text(r, vb_node_get(node, "after"), "after", "event");
    while (k < 3 && strcmp(after, names[k]) != 0)
        k++;
    if (k == 3)
        PLAN_REFUSE(r, vb_node_get(node, "after"), "after: '%s' is not known%s", after,
                    vb_suggest(after, names, 3, hint, sizeof hint));
    plan->after = k < 3 ? (vb_plan_after)k : VB_AFTER_EVENT;
}

static void read_order(plan_reader *r, const vb_node *node, vb_plan *plan)
{
    static const char *const keys[] = {"max_repeats", "first"};
    const char *names[64];
    char hint[VB_TEXT_MAX];
    size_t n = 0;

    if (!node || !plan_keys(r, node, "order", keys, 2))
        return;
    plan->max_repeats =
        plan_count(r, vb_node_get(node, "max_repeats"), "max_repeats", 1, 1e6, 0);
    plan->first_event = plan_text(r, vb_node_get(node, "first"), "first", NULL);
    if (!plan->first_event)
        return;
    for (size_t e = 0; e < plan->n_events; e++)
        if (strcmp(plan->events[e].name, plan->first_event) == 0)
            return;
    for (; n < plan->n_events && n < 64; n++)
        names[n] = plan->events[n].name;
    PLAN_REFUSE(r, vb_node_get(node, "first"), "first: there is no event '%s'%s",
                plan->first_event,
                vb_suggest(plan->first_event, names, n, hint, sizeof hint));
}

static void read_columns(plan_reader *r, const vb_node *node, vb_plan *plan)
{
    static const char *const keys[] = {"description", "unit"};

    if (!node)
        return;
    if (node->kind != VB_MAP) {
        PLAN_REFUSE(r, node, "columns: a map of columns is expected");
        return;
    }
    plan->column_name = plan_take(r, node->n, sizeof *plan->column_name);
    plan->column_text = plan_take(r, node->n, sizeof *plan->column_text);
    plan->column_unit = plan_take(r, node->n, sizeof *plan->column_unit);
    if (!plan->column_name || !plan->column_text || !plan->column_unit)
        return;
    plan->n_columns = node->n;
    for (size_t i = 0; i < node->n; i++) {
        const vb_node *item = node->items[i];

        plan->column_name[i] = node->keys[i];
        if (item->kind == VB_SCALAR) {
            plan->column_text[i] = plan_text(r, item, "columns", NULL);
        } else if (plan_keys(r, item, node->keys[i], keys, 2)) {
            plan->column_text[i] =
                plan_text(r, vb_node_get(item, "description"), "description", NULL);
            plan->column_unit[i] =
                plan_text(r, vb_node_get(item, "unit"), "unit", NULL);
        }
    }
}

static void read_names(plan_reader *r, const vb_node *root, vb_plan *plan)
{
    static const char *const acquisition_keys[] = {"tr_s"};
    const vb_node *version = vb_node_get(root, "valuebold_plan"), *node;

    if (!version)
        PLAN_REFUSE(r, root, "valuebold_plan: 1 is missing; is this a plan?");
    plan_number(r, version, "valuebold_plan", 1, 1, 1);
    plan->name = plan_text(r, vb_node_get(root, "name"), "name", "Simulated study");
    plan->description =
        plan_text(r, vb_node_get(root, "description"), "description", NULL);
    node = vb_node_get(root, "task");
    if (!node)
        PLAN_REFUSE(r, root, "task, the name of the task, is missing");
    plan->task = plan_text(r, node, "task", "task");
    if (node && !vb_is_label(plan->task))
        PLAN_REFUSE(r, node, "task: a task's name is made of letters and digits");
    node = vb_node_get(root, "seed");
    if (!node)
        PLAN_REFUSE(r, root,
                    "seed is missing: any whole number, so that the data can be "
                    "made again");
    plan->seed = plan_count(r, node, "seed", 0, VB_SEED_MAX, 0);
    plan->tr_s = NAN;
    node = vb_node_get(root, "acquisition");
    if (node && plan_keys(r, node, "acquisition", acquisition_keys, 1))
        plan->tr_s =
            plan_number(r, vb_node_get(node, "tr_s"), "tr_s", 0.01, 100, (double)NAN);
    plan->spec_file = plan_text(r, vb_node_get(root, "spec"), "spec", NULL);
    plan->choice_rule =
        plan_text(r, vb_node_get(root, "choice_rule"), "choice_rule", NULL);
    plan->outcome_column =
        plan_text(r, vb_node_get(root, "outcome_column"), "outcome_column", NULL);
}

static void read_plan(plan_reader *r, const vb_node *root, vb_plan *plan)
{
    static const char *const keys[] = {"valuebold_plan", "name",
                                       "description",    "seed",
                                       "participants",   "runs",
                                       "task",           "acquisition",
                                       "spec",           "choice_rule",
                                       "parameters",     "timing",
                                       "order",          "events",
                                       "outcome_column", "columns"};
    const vb_node *events;

    if (!plan_keys(r, root, "plan", keys, sizeof keys / sizeof keys[0]))
        return;
    read_names(r, root, plan);
    read_participants(r, vb_node_get(root, "participants"), plan);
    read_runs(r, vb_node_get(root, "runs"), plan);
    read_parameters(r, vb_node_get(root, "parameters"), plan);
    read_timing(r, root, plan);
    events = vb_node_get(root, "events");
    if (events)
        plan_read_events(r, events, plan);
    else
        PLAN_REFUSE(r, root, "events is missing");
    read_order(r, vb_node_get(root, "order"), plan);
    read_columns(r, vb_node_get(root, "columns"), plan);
}

vb_status vb_plan_parse(const char *file, const char *text, size_t size, vb_plan **plan,
                        vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_plan *made = arena ? vb_arena_take(arena, 1, sizeof *made) : NULL;
    vb_error first = {0};
    plan_reader r = {.file = file, .arena = arena, .notes = notes, .err = &first};
    vb_node *root = NULL;

    if (!made) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *made);
    }
    made->arena = arena;
    made->file = vb_arena_string(arena, file);
    r.status = vb_node_parse(file, text, size, arena, &root, &first);
    if (!r.status)
        read_plan(&r, root, made);
    if (!r.status && !made->file)
        r.status = vb_fail_memory(&first, 1);
    if (r.status) {
        if (err)
            *err = first;
        vb_plan_free(made);
        return r.status;
    }
    *plan = made;
    return VB_OK;
}

void vb_plan_free(vb_plan *plan)
{
    if (!plan)
        return;
    for (size_t e = 0; e < plan->n_events; e++) {
        vb_expr_free(plan->events[e].where);
        for (size_t c = 0; c < plan->events[e].n_columns; c++)
            vb_expr_free(plan->events[e].columns[c].next);
    }
    vb_arena_free(plan->arena);
}

vb_status vb_plan_set_participants(vb_plan *plan, size_t n, vb_error *err)
{
    plan_reader r = {.file = plan->file, .arena = plan->arena, .err = err};
    const char **labels;

    if (n < 1 || n > MAX_PARTICIPANTS)
        return vb_fail(err, VB_EUSAGE, "%zu participants; 1 to %d can be simulated", n,
                       MAX_PARTICIPANTS);
    labels = plan_take(&r, n, sizeof *labels);
    if (!labels)
        return r.status;
    number_labels(&r, n, label_width(n), labels);
    if (r.status)
        return r.status;
    plan->n_participants = n;
    plan->participants = labels;
    return VB_OK;
}
