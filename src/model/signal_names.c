/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signal_names.c - every signal a model and task can give, in the registries' order. */
#include "signals_internal.h"

#include <stdio.h>
#include <string.h>

typedef struct lister {
    const vb_model *model;
    const vb_trials *trials;
    vb_arena *arena;
    const char **names;
    size_t n, capacity;
    bool lost;
} lister;

/* Adds the name if it can be had. */
static void add(lister *l, const char *of, const char *a, const char *between,
                const char *b)
{
    const char *name = vb_arena_printf(l->arena, "%s%s%s%s", of, a, between, b);

    if (!name || l->n == l->capacity)
        l->lost = true;
    else if (vb_signal_exists(name, l->model, l->trials))
        l->names[l->n++] = name;
}

static bool is_own(const char *name)
{
    for (size_t i = 0; i < vb_n_own_signals(); i++)
        if (strcmp(vb_own_signal_at(i)->name, name) == 0)
            return true;
    return false;
}

static void add_forms(lister *l, const quantity *q)
{
    const vb_trials *trials = l->trials;
    const size_t n = trials->n_options;

    if (!is_own(q->name))
        add(l, q->name, "", "", "");
    for (size_t o = 0; o < n; o++)
        add(l, q->name, "_", "", trials->options[o].name);
    for (form_kind f = FORM_CHOSEN; f < FORM_BARE; f++) {
        if (f != FORM_MINUS) {
            add(l, q->name, "_", "", vb_form_texts[f].name);
            continue;
        }
        for (size_t a = 0; a + 1 < n; a++) {
            const char *left =
                vb_arena_printf(l->arena, "_%s", trials->options[a].name);

            for (size_t b = a + 1; left && b < n; b++)
                add(l, q->name, left, "_minus_", trials->options[b].name);
        }
    }
}

vb_status vb_signal_names(const vb_model *model, const vb_trials *trials,
                          vb_arena *arena, size_t *n, const char ***names,
                          vb_error *err)
{
    const size_t options = trials->n_options;
    lister l = {.model = model, .trials = trials, .arena = arena};

    l.capacity = vb_n_own_signals() +
                 vb_n_quantities() * (N_FORMS + options + options * options);
    l.names = vb_arena_take(arena, l.capacity, sizeof *l.names);
    if (!l.names)
        return vb_fail_memory(err, l.capacity * sizeof *l.names);
    for (size_t i = 0; i < vb_n_quantities(); i++)
        add_forms(&l, vb_quantity_at(i));
    for (size_t i = 0; i < vb_n_own_signals(); i++)
        add(&l, vb_own_signal_at(i)->name, "", "", "");
    if (l.lost)
        return vb_fail_memory(err, l.capacity);
    *n = l.n;
    *names = l.names;
    return VB_OK;
}

bool vb_signal_is_usual(const char *name)
{
    for (size_t i = 0; i < vb_n_own_signals(); i++)
        if (strcmp(vb_own_signal_at(i)->name, name) == 0)
            return !vb_own_signal_at(i)->on_request;
    return true;
}
