/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spec_split.c - one event of the spec made into several, by the rank of a signal.
 *
 * The parts are events like any others from here on: EVENT_low and EVENT_high, side by
 * side, each with the modulators of the whole.
 */
#include "spec_reader.h"

#include <stdio.h>
#include <string.h>

/* Name of part k of n: as the spec says, low and high, or q1, q2 ... */
static const char *part_name(vb_spec_reader *r, const vb_node *into, size_t k, size_t n)
{
    static const char *const halves[] = {"low", "high"};

    if (into && into->kind == VB_LIST)
        return into->items[k]->text;
    return n == 2 ? halves[k] : vb_arena_printf(r->arena, "q%zu", k + 1);
}

static void check_names(vb_spec_reader *r, const vb_node *into)
{
    if (into->n < 2)
        VB_SPEC_REFUSE_NODE(r, "spec-value", into,
                            "split.into needs two parts or more: [low, high]");
    for (size_t i = 0; i < into->n; i++)
        for (size_t k = 0; k <= i; k++)
            if ((k < i && strcmp(into->items[i]->text, into->items[k]->text) == 0) ||
                (k == i && strcmp(into->items[i]->text, "missed") == 0)) {
                VB_SPEC_REFUSE_NODE(r, "spec-value", into->items[i],
                                    "split.into: '%s' is %s", into->items[i]->text,
                                    k < i ? "named twice"
                                          : "the name of the rows without a signal");
                return;
            }
}

size_t vb_spec_read_split(vb_spec_reader *r, const vb_node *node, vb_spec_event *event)
{
    const vb_node *into = vb_node_get(node, "into"), *over = vb_node_get(node, "over");
    const vb_spec_event whole = *event;
    const size_t n = !into                   ? 2
                     : into->kind == VB_LIST ? into->n
                                             : vb_spec_count(node, "into", 2);
    vb_spec_modulator by = {.name = "split", .line = node->line, .at = node->column};

    by.column = vb_spec_expr(r, node, "column");
    by.signal = vb_spec_text(node, "signal");
    if (!by.column == !by.signal)
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "split needs %s: {signal: sv_chosen}",
                            by.signal ? "a signal or a column, not both"
                                      : "its signal or column");
    if (into && into->kind == VB_LIST)
        check_names(r, into);
    for (size_t k = 0; k < n; k++) {
        event[k] = whole;
        event[k].name =
            vb_arena_printf(r->arena, "%s_%s", whole.name, part_name(r, into, k, n));
        event[k].split_name = whole.name;
        event[k].n_parts = n;
        event[k].split_part = k;
        event[k].split = by;
        event[k].split_over = vb_spec_is(over, "run")      ? VB_SCOPE_RUN
                              : vb_spec_is(over, "sample") ? VB_SCOPE_SAMPLE
                                                           : VB_SCOPE_SUBJECT;
    }
    return n;
}
