/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_events.c - the section regressors: events and the order of their modulators. */
#include "spec_reader.h"

#include <string.h>

static size_t find_modulator(const vb_spec_event *event, const char *name)
{
    for (size_t m = 0; m < event->n_modulators; m++)
        if (strcmp(event->modulators[m].name, name) == 0)
            return m;
    return VB_NONE;
}

static void read_modulators(vb_spec_reader *r, const vb_node *node,
                            vb_spec_event *event)
{
    char quoted[VB_QUOTE_MAX];

    event->modulators = vb_spec_take(r, node->n, sizeof *event->modulators);
    for (size_t i = 0; event->modulators && i < node->n; i++) {
        vb_spec_modulator *m = &event->modulators[event->n_modulators];
        const bool list = node->kind == VB_LIST;

        m->name = list ? node->items[i]->text : node->keys[i];
        m->line = list ? node->items[i]->line : node->key_line[i];
        m->at = list ? node->items[i]->column : node->key_column[i];
        if (find_modulator(event, m->name) != VB_NONE) {
            VB_SPEC_REFUSE(r, "spec-value", m->line, m->at,
                           "modulator '%s' is named twice", vb_quote(m->name, quoted));
            continue;
        }
        vb_spec_read_modulator(r, node->items[i], m);
        event->n_modulators++;
    }
}

/* Puts the modulators into the order named, which must name each of them once. */
static void order_modulators(vb_spec_reader *r, const vb_node *order,
                             vb_spec_event *event)
{
    vb_spec_modulator *sorted = vb_spec_take(r, event->n_modulators, sizeof *sorted);
    bool *taken = vb_spec_take(r, event->n_modulators, sizeof *taken);
    char quoted[VB_QUOTE_MAX];
    size_t n = 0;

    if (!sorted || !taken)
        return;
    for (size_t i = 0; i < order->n; i++) {
        const size_t m = find_modulator(event, order->items[i]->text);

        if (m == VB_NONE || taken[m]) {
            VB_SPEC_REFUSE_NODE(r, "spec-value", order->items[i],
                                m == VB_NONE ? "orthogonalise names '%s', which is no "
                                               "modulator of this event"
                                             : "orthogonalise names '%s' twice",
                                vb_quote(order->items[i]->text, quoted));
            return;
        }
        taken[m] = true;
        sorted[n++] = event->modulators[m];
    }
    for (size_t m = 0; m < event->n_modulators; m++)
        if (!taken[m]) {
            VB_SPEC_REFUSE_NODE(
                r, "spec-value", order,
                "orthogonalise must name every modulator of the event; '%s' "
                "is missing",
                vb_quote(event->modulators[m].name, quoted));
            return;
        }
    event->modulators = sorted;
}

static void read_orthogonalise(vb_spec_reader *r, const vb_node *node,
                               vb_spec_event *event)
{
    const vb_node *british = vb_node_get(node, "orthogonalise");
    const vb_node *american = vb_node_get(node, "orthogonalize");
    const vb_node *order = british ? british : american;

    if (british && american)
        VB_SPEC_REFUSE_NODE(r, "spec-value", american,
                            "orthogonalise is stated in both spellings; leave one out");
    if (!order)
        return;
    event->orthogonalise = order->kind == VB_LIST || vb_spec_truth(order);
    if (order->kind == VB_LIST)
        order_modulators(r, order, event);
}

/* Each part must be another modulator of the event that is no product itself. */
static void check_interactions(vb_spec_reader *r, const vb_spec_event *event)
{
    char quoted[VB_QUOTE_MAX];

    for (size_t m = 0; m < event->n_modulators; m++) {
        const vb_spec_modulator *own = &event->modulators[m];

        for (size_t i = 0; i < own->n_interaction; i++) {
            const size_t part = find_modulator(event, own->interaction[i]);

            if (part == VB_NONE || part == m || event->modulators[part].n_interaction)
                VB_SPEC_REFUSE(
                    r, "spec-value", own->line, own->at,
                    "interaction '%s' names '%s', which is no other modulator of "
                    "this event that is made of a signal or column",
                    own->name, vb_quote(own->interaction[i], quoted));
        }
    }
}

static vb_rt_preset preset(const vb_node *word)
{
    return vb_spec_is(word, "modulator")                ? VB_RT_MODULATOR
           : vb_spec_is(word, "duration")               ? VB_RT_DURATION
           : vb_spec_is(word, "constant_plus_duration") ? VB_RT_CONSTANT_PLUS_DURATION
                                                        : VB_RT_NONE;
}

/* The preset; as a modulator it is one more, the last. */
static void read_response_time(vb_spec_reader *r, const vb_node *node,
                               vb_spec_event *event)
{
    const bool map = node->kind == VB_MAP;
    vb_spec_modulator *more;

    event->rt = preset(map ? vb_node_get(node, "as") : node);
    event->rt_column = map ? vb_spec_expr(r, node, "column") : NULL;
    if (map && !vb_node_get(node, "as"))
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "response_time needs `as`: {column: rt, as: modulator}");
    if (event->rt != VB_RT_MODULATOR)
        return;
    if (find_modulator(event, "response_time") != VB_NONE) {
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", node,
            "response_time: modulator makes a modulator response_time, which "
            "the event has already");
        return;
    }
    more = vb_spec_take(r, event->n_modulators + 1, sizeof *more);
    if (!more)
        return;
    for (size_t m = 0; m < event->n_modulators; m++)
        more[m] = event->modulators[m];
    more[event->n_modulators] = (vb_spec_modulator){.name = "response_time",
                                                    .signal = "response_time",
                                                    .response_time = true,
                                                    .rule = {.centre = VB_SCOPE_RUN},
                                                    .polynomial = 1,
                                                    .line = node->line,
                                                    .at = node->column};
    event->modulators = more;
    event->n_modulators++;
}

static void read_event(vb_spec_reader *r, const vb_node *node, vb_spec_event *event)
{
    const vb_node *modulators = vb_node_get(node, "modulators");

    event->rows = vb_spec_expr(r, node, "rows");
    event->onset = vb_spec_expr(r, node, "onset");
    event->duration = vb_spec_expr(r, node, "duration");
    event->signals_of_next = vb_spec_is(vb_node_get(node, "signals_of"), "next");
    event->time_modulation = (unsigned)vb_spec_count(node, "time_modulation", 0);
    if (modulators)
        read_modulators(r, modulators, event);
    if (vb_node_get(node, "response_time"))
        read_response_time(r, vb_node_get(node, "response_time"), event);
    check_interactions(r, event);
    read_orthogonalise(r, node, event);
}

static size_t count_parts(const vb_node *split)
{
    const vb_node *into = split ? vb_node_get(split, "into") : NULL;

    if (!split)
        return 1;
    return !into                   ? 2
           : into->kind == VB_LIST ? into->n
                                   : vb_spec_count(split, "into", 2);
}

void vb_spec_read_events(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "regressors");
    vb_spec *spec = r->spec;
    size_t n = 0;

    if (!section)
        return;
    for (size_t i = 0; i < section->n; i++)
        n += count_parts(vb_node_get(section->items[i], "split")) + 1;
    spec->events = vb_spec_take(r, n, sizeof *spec->events);
    for (size_t i = 0; spec->events && i < section->n; i++) {
        const vb_node *split = vb_node_get(section->items[i], "split");
        vb_spec_event *event = &spec->events[spec->n_events];

        event->name = section->keys[i];
        event->line = section->key_line[i];
        event->at = section->key_column[i];
        read_event(r, section->items[i], event);
        if (split)
            spec->n_events += vb_spec_read_split(r, split, event);
        else
            spec->n_events++;
    }
}
