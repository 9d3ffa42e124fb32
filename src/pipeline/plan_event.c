/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_event.c - the `events` section of a plan. */
#include "plan_internal.h"

#include "valuebold/names.h"
#include <math.h>
#include <string.h>

enum { MAX_A_RUN = 100000 };

/* A cell as it goes into the table. */
static const char *read_cell(plan_reader *r, const vb_node *node)
{
    const char *text = plan_text(r, node, "value of a column", "n/a");

    if (strpbrk(text, "\t\r\n\"")) {
        PLAN_REFUSE(r, node, "a table cell may not hold tabs, line ends or quotes");
        return "n/a";
    }
    return text;
}

static vb_expr *read_expression(plan_reader *r, const vb_node *node, const char *what)
{
    const char *text = plan_text(r, node, what, NULL);
    vb_error fault = {0};
    vb_expr *expr = NULL;

    if (text && vb_expr_compile(text, &expr, &fault))
        PLAN_REFUSE(r, node, "%s: %s", what, fault.text);
    return expr;
}

/* {start: VALUE or list, next: EXPRESSION}: the node of the start; NULL when refused. */
static const vb_node *read_next(plan_reader *r, const vb_node *node,
                                vb_plan_column *column)
{
    static const char *const keys[] = {"start", "next"};

    if (!plan_keys(r, node, column->name, keys, sizeof keys / sizeof keys[0]))
        return NULL;
    if (!vb_node_get(node, "start") || !vb_node_get(node, "next")) {
        PLAN_REFUSE(r, node, "%s: start and next are expected", column->name);
        return NULL;
    }
    column->next = read_expression(r, vb_node_get(node, "next"), "next");
    return vb_node_get(node, "start");
}

static void read_column(plan_reader *r, const vb_node *map, size_t i, bool several,
                        vb_plan_column *column)
{
    static const char *const ours[] = {"onset", "duration", "trial_type",
                                       "response_time"};
    const vb_node *node = map->items[i];
    vb_expr *next = NULL;

    if (several && node->kind == VB_MAP) {
        *column = (vb_plan_column){.name = map->keys[i]};
        node = read_next(r, node, column);
        next = column->next; /* freed by vb_plan_free */
        if (!node)
            return;
    }
    const bool list = several && node->kind == VB_LIST;

    *column = (vb_plan_column){.name = map->keys[i],
                               .n_values = list ? node->n : 1,
                               .next = next};
    for (size_t k = 0; k < sizeof ours / sizeof ours[0]; k++)
        if (strcmp(column->name, ours[k]) == 0)
            PLAN_REFUSE(r, node, "column '%s' is made by the simulation", ours[k]);
    if (!column->name[0] || strpbrk(column->name, "\t\r\n\""))
        PLAN_REFUSE(r, node, "this is no name for a column");
    column->values = plan_take(r, column->n_values, sizeof *column->values);
    if (!column->values)
        return;
    if (!column->n_values)
        PLAN_REFUSE(r, node, "column '%s' has no values", column->name);
    if (!list)
        column->values[0] = read_cell(r, node);
    for (size_t v = 0; list && v < node->n; v++)
        column->values[v] = read_cell(r, node->items[v]);
}

static size_t read_columns(plan_reader *r, const vb_node *map, const char *what,
                           bool several, vb_plan_column **columns)
{
    *columns = NULL;
    if (!map)
        return 0;
    if (map->kind != VB_MAP) {
        PLAN_REFUSE(r, map, "%s: a map of columns and values is expected", what);
        return 0;
    }
    *columns = plan_take(r, map->n, sizeof **columns);
    for (size_t i = 0; *columns && i < map->n; i++)
        read_column(r, map, i, several, &(*columns)[i]);
    return *columns ? map->n : 0;
}

static void read_variants(plan_reader *r, const vb_node *list, vb_plan_event *event)
{
    if (!list)
        return;
    if (list->kind != VB_LIST || !list->n) {
        PLAN_REFUSE(r, list,
                    "one_of: a list of maps of columns and values is expected");
        return;
    }
    event->variant_n = plan_take(r, list->n, sizeof *event->variant_n);
    event->variants = plan_take(r, list->n, sizeof *event->variants);
    if (!event->variant_n || !event->variants)
        return;
    event->n_variants = list->n;
    for (size_t i = 0; i < list->n; i++)
        event->variant_n[i] =
            read_columns(r, list->items[i], "one_of", false, &event->variants[i]);
}

/* A name of `where` must be a column of this event. */
static void check_where(plan_reader *r, const vb_node *node, const vb_plan_event *event)
{
    const char **names = plan_take(r, event->n_columns + 1, sizeof *names);
    char hint[VB_TEXT_MAX];

    for (size_t c = 0; names && c < event->n_columns; c++)
        names[c] = event->columns[c].name;
    for (size_t i = 0; names && i < vb_expr_n_names(event->where); i++) {
        const char *name = vb_expr_name(event->where, i);
        size_t c = 0;

        while (c < event->n_columns && strcmp(names[c], name) != 0)
            c++;
        if (c == event->n_columns)
            PLAN_REFUSE(r, node, "where: '%s' is no column of this event%s", name,
                        vb_suggest(name, names, event->n_columns, hint, sizeof hint));
    }
}

static void read_where(plan_reader *r, const vb_node *node, vb_plan_event *event)
{
    event->where = read_expression(r, node, "where"); /* freed by vb_plan_free */
    if (event->where)
        check_where(r, node, event);
}

static void read_event(plan_reader *r, const vb_node *map, size_t i,
                       vb_plan_event *event)
{
    static const char *const keys[] = {"description", "per_run",         "duration_s",
                                       "columns",     "where",           "one_of",
                                       "missed",      "response_time_s", "difficulty"};
    const vb_node *node = map->items[i], *rt;

    *event = (vb_plan_event){.name = map->keys[i],
                             .line = map->key_line[i],
                             .at = map->key_column[i]};
    if (strpbrk(event->name, "\t\r\n\"") || !event->name[0])
        PLAN_REFUSE(r, node, "this is no name for an event");
    if (!plan_keys(r, node, event->name, keys, sizeof keys / sizeof keys[0]))
        return;
    event->description =
        plan_text(r, vb_node_get(node, "description"), "description", NULL);
    if (!vb_node_get(node, "per_run"))
        PLAN_REFUSE(r, node, "%s: per_run, the number of events in a run, is missing",
                    event->name);
    event->n_a_run =
        plan_count(r, vb_node_get(node, "per_run"), "per_run", 1, MAX_A_RUN, 1);
    event->duration_s =
        plan_number(r, vb_node_get(node, "duration_s"), "duration_s", 0, 86400, 0);
    event->n_columns =
        read_columns(r, vb_node_get(node, "columns"), "columns", true, &event->columns);
    read_where(r, vb_node_get(node, "where"), event);
    read_variants(r, vb_node_get(node, "one_of"), event);
    event->missed = plan_number(r, vb_node_get(node, "missed"), "missed", 0, 1, 0);
    rt = vb_node_get(node, "response_time_s");
    event->has_response_time = rt != NULL;
    event->response_time_s = plan_distribution(r, rt, "response_time_s", 0);
    event->difficulty =
        plan_number(r, vb_node_get(node, "difficulty"), "difficulty", -5, 5, 0);
}

void plan_read_events(plan_reader *r, const vb_node *node, vb_plan *plan)
{
    if (node->kind != VB_MAP || !node->n) {
        PLAN_REFUSE(r, node, "events: a map of event types is expected");
        return;
    }
    plan->events = plan_take(r, node->n, sizeof *plan->events);
    for (size_t i = 0; plan->events && i < node->n; i++) {
        read_event(r, node, i, &plan->events[i]);
        plan->n_events = i + 1;
    }
}
