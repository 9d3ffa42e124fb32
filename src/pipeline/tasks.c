/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tasks.c - task presets. */
#include "valuebold/tasks.h"
#include "task_files.h"
#include "valuebold/names.h"

#include <stdio.h>
#include <string.h>

#define VB_TASK(name, title) {name, title, NULL, NULL, NULL},
static const vb_task entries[] = {
#include "tasks.def"
};
#undef VB_TASK

enum { N_TASKS = sizeof entries / sizeof entries[0] };

/* The file of a task, by its folder. */
static const char *text_of(const char *task, const char *file)
{
    const size_t n = strlen(task);

    for (const vb_task_file *f = vb_task_files; f->name; f++)
        if (strncmp(f->name, task, n) == 0 && f->name[n] == '/' &&
            strcmp(f->name + n + 1, file) == 0)
            return (const char *)f->bytes;
    return "";
}

size_t vb_n_tasks(void)
{
    return N_TASKS;
}

vb_task vb_task_at(size_t i)
{
    vb_task task = entries[i];

    task.spec = text_of(task.name, "spec.yaml");
    task.plan = text_of(task.name, "plan.yaml");
    task.events = text_of(task.name, "events.tsv");
    return task;
}

vb_status vb_task_need(const char *name, vb_task *task, vb_error *err)
{
    const char *names[N_TASKS];
    char advice[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];

    for (size_t i = 0; i < N_TASKS; i++) {
        names[i] = entries[i].name;
        if (strcmp(entries[i].name, name) == 0) {
            *task = vb_task_at(i);
            return VB_OK;
        }
    }
    return vb_fail(err, VB_EUSAGE, "no task '%s'%s", vb_quote(name, quoted),
                   vb_suggest(name, names, N_TASKS, advice, sizeof advice));
}

static vb_status add(vb_outputs *outputs, const char *path, const char *text,
                     vb_error *err)
{
    vb_buffer *out;
    const vb_status status = vb_outputs_add(outputs, &out, err, "%s", path);

    if (status != VB_OK)
        return status;
    vb_put_text(out, text);
    return vb_buffer_ok(out, err);
}

vb_status vb_task_write(const vb_task *task, vb_outputs *outputs, vb_error *err)
{
    char label[100], path[300];
    size_t n = 0;
    vb_status status = add(outputs, "spec.yaml", task->spec, err);

    for (const char *s = task->name; *s && n + 1 < sizeof label; s++)
        if (*s != '-')
            label[n++] = *s;
    label[n] = '\0';
    snprintf(path, sizeof path, "data/sub-01/func/sub-01_task-%s_run-1_events.tsv",
             label);
    if (status == VB_OK)
        status = add(outputs, "plan.yaml", task->plan, err);
    if (status == VB_OK)
        status = add(outputs, path, task->events, err);
    if (status == VB_OK)
        status = add(outputs, "data/dataset_description.json",
                     "{\n  \"Name\": \"example of a task\",\n  \"BIDSVersion\": "
                     "\"1.9.0\"\n}\n",
                     err);
    return status;
}
