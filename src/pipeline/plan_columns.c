/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_columns.c - task-T_events.json: what every column of the simulated events means, from
 * the plan, else from the spec that reads the column.
 */
#include "plan_internal.h"

#include <stdio.h>
#include <string.h>

/* What the plan says about a column; VB_NONE: nothing. */
static size_t described(const vb_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n_columns; i++)
        if (strcmp(plan->column_name[i], name) == 0)
            return i;
    return VB_NONE;
}

/* The option and attribute that are read from this very column. */
static bool find_use(const vb_trials_spec *spec, const char *name, size_t *option,
                     size_t *attribute)
{
    for (size_t o = 0; o < spec->n_options; o++)
        for (size_t a = 0; a < VB_N_ATTRIBUTES; a++) {
            const vb_expr *expr = spec->options[o].attribute[a];

            if (expr && vb_expr_n_names(expr) == 1 &&
                strcmp(vb_expr_text(expr), name) == 0) {
                *option = o;
                *attribute = a;
                return true;
            }
        }
    return false;
}

static void put_trial_types(vb_json *j, const vb_plan *plan)
{
    vb_json_text(j, "Description", "event type");
    vb_json_open(j, "Levels", '{');
    for (size_t e = 0; e < plan->n_events; e++)
        vb_json_text(j, plan->events[e].name,
                     plan->events[e].description ? plan->events[e].description
                                                 : plan->events[e].name);
    vb_json_close(j);
}

static void put_response_levels(vb_json *j, const vb_trials_spec *spec, vb_arena *arena)
{
    vb_json_open(j, "Levels", '{');
    for (size_t o = 0; o < spec->n_options; o++) {
        const char *label = plan_choice_label(spec, o, arena);
        char text[VB_TEXT_MAX];

        snprintf(text, sizeof text, "option %s was chosen", spec->options[o].name);
        if (label)
            vb_json_text(j, label, text);
    }
    vb_json_text(j, "n/a", "no response in time");
    vb_json_close(j);
}

/* Columns every task has. */
static bool put_known(vb_json *j, const plan_job *job, size_t c)
{
    if (c == PLAN_TYPE) {
        put_trial_types(j, job->plan);
        return true;
    }
    if (c == PLAN_ONSET || c == PLAN_DURATION || c == job->response_time_column) {
        vb_json_text(j, "Description",
                     c == PLAN_ONSET      ? "onset of the event, from the run's start"
                     : c == PLAN_DURATION ? "duration of the event"
                                          : "time from onset to response; n/a: none");
        vb_json_text(j, "Units", "s");
        return true;
    }
    return false;
}

static void put_column(vb_json *j, const plan_job *job, size_t c)
{
    const char *name = job->columns[c], *text = NULL, *unit = NULL;
    const size_t i = described(job->plan, name);
    char made[VB_TEXT_MAX];
    size_t o, a;

    if (i != VB_NONE) {
        text = job->plan->column_text[i];
        unit = job->plan->column_unit[i];
    }
    if (job->spec && find_use(&job->spec->trials, name, &o, &a)) {
        snprintf(made, sizeof made, "%s of option %s",
                 vb_attribute_name((vb_attribute)a), job->spec->trials.options[o].name);
        text = text ? text : made;
        unit = unit ? unit : job->spec->trials.units[a];
    }
    if (!text && c == job->response_column)
        text = "response";
    if (!text && c == job->outcome_column)
        text = "what the chosen option paid";
    if (!unit && job->spec && c == job->outcome_column)
        unit = job->spec->trials.units[VB_REWARD];
    vb_json_text(j, "Description", text ? text : name);
    if (unit)
        vb_json_text(j, "Units", unit);
    if (job->spec && c == job->response_column)
        put_response_levels(j, &job->spec->trials, job->arena);
}

vb_status plan_write_columns(const plan_job *job, vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_status status =
        vb_outputs_add(outputs, &out, err, "task-%s_events.json", job->plan->task);
    vb_json j;

    if (status)
        return status;
    j = (vb_json){.out = out};
    vb_json_open(&j, NULL, '{');
    for (size_t c = 0; c < job->n_columns; c++) {
        vb_json_open(&j, job->columns[c], '{');
        if (!put_known(&j, job, c))
            put_column(&j, job, c);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}
