/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Task presets: for tasks of the field a spec with comments that teach, and an example to run
 * it on.  Registry: tasks.def; texts: templates/tasks/.
 */
#ifndef VALUEBOLD_TASKS_H
#define VALUEBOLD_TASKS_H

#include "valuebold/outputs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_task {
    const char *name;   /* "eefrt": letters, digits and '-' */
    const char *title;  /* one line */
    const char *spec;   /* YAML */
    const char *plan;   /* YAML, for `simulate` */
    const char *events; /* TSV of one run */
} vb_task;

VB_API size_t vb_n_tasks(void);
VB_API vb_task vb_task_at(size_t i);
/* An unknown name is VB_EUSAGE and lists what there is. */
VB_API vb_status vb_task_need(const char *name, vb_task *task, vb_error *err);

/*
 * spec.yaml, plan.yaml and a BIDS data set of one run, so that
 * `valuebold design spec.yaml --bids-dir data` works in the folder.  The BIDS label of the
 * task is its name without '-'.
 */
VB_API vb_status vb_task_write(const vb_task *task, vb_outputs *outputs, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
