/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generate_tasks.c - docs/tasks.md: every task preset with its spec and some rows of its
 * example. */
#include "cli.h"

#include "valuebold/tasks.h"
#include <string.h>

enum { EXAMPLE_LINES = 4 }; /* header and three rows */

static const char head[] =
    "# Task presets\n\n"
    "This page is written by the program from its presets (`make docs`); `valuebold "
    "init "
    "--list` lists them.\n[studies.md](studies.md) says which study needs which.\n\n"
    "```\n"
    "valuebold init --task staged --output spec.yaml   # the spec alone, to be "
    "adapted\n"
    "valuebold init --task staged --example DIR        # with a simulated run to try "
    "it on\n"
    "valuebold design DIR/spec.yaml --bids-dir DIR/data --output-dir DIR/out\n"
    "valuebold simulate DIR/plan.yaml --output-dir DIR/again\n"
    "```\n\n"
    "A preset is a start. Its numbers (parameters, times, amounts) are ours unless a "
    "comment "
    "says whose\nthey are; the examples are simulated by the `plan.yaml` beside the "
    "spec "
    "([plan.md](plan.md)) and hold\nno trial of anybody's task. What to change:\n\n"
    "1. **Columns**: the comment at the top says what is read. Rename yours, or write "
    "an "
    "expression\n   ([expressions.md](expressions.md)) in place of the name: "
    "`effort_percent "
    "/ 100`.\n"
    "2. **Phases**: the presets have one row a trial and make the later phases by "
    "`onset: onset + ...`.\n   Where your events have a row for each phase, say which: "
    "`rows: trial_type == \"feedback\"`;\n   choices and outcomes on rows of their own "
    "are "
    "`choice: {column:, rows:}`,\n   `outcome: {value:, rows:}`.\n"
    "3. **Model**: any term and rule of [models.md](models.md), or a formula of your "
    "own.\n"
    "4. **Parameters**: everybody's, a table (`parameters: parameters.tsv`), or "
    "`fit`.\n"
    "5. **Regressors**: any signal of [models.md](models.md). `design --diagnosis` "
    "says which "
    "can be told apart.\n\n";

static void put_lines(vb_buffer *out, const char *text, size_t n)
{
    for (const char *c = text; *c && n; c++) {
        vb_put_char(out, *c);
        n -= *c == '\n';
    }
}

vb_status cli_generate_tasks_md(vb_buffer *out, vb_error *err)
{
    vb_put_text(out, head);
    vb_put_text(out, "| preset | task |\n|---|---|\n");
    for (size_t i = 0; i < vb_n_tasks(); i++)
        vb_putf(out, "| [`%s`](#%s) | %s |\n", vb_task_at(i).name, vb_task_at(i).name,
                vb_task_at(i).title);
    for (size_t i = 0; i < vb_n_tasks(); i++) {
        const vb_task task = vb_task_at(i);

        vb_putf(out,
                "\n## %s\n\n%s.\n\n```yaml\n%s```\n\nIts example begins\n\n```tsv\n",
                task.name, task.title, task.spec);
        put_lines(out, task.events, EXAMPLE_LINES);
        vb_put_text(out, "```\n");
    }
    return vb_buffer_ok(out, err);
}
