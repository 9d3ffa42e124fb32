/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_specs.c - the list of regions, their names and places. */
#include "region_spec_internal.h"

#include <stdio.h>
#include <string.h>

static vb_status check_name(const vb_region_specs *specs, const char *name,
                            vb_error *err)
{
    char quoted[VB_QUOTE_MAX];

    if (!name[strspn(name, " ")] || strlen(name) > 200)
        return vb_fail(err, VB_EUSAGE, "the name of a region is %s",
                       *name ? "blank or longer than 200 characters" : "empty");
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return vb_fail(err, VB_EUSAGE,
                           "the name of region '%s' holds a control character",
                           vb_quote(name, quoted));
    for (size_t i = 0; i < specs->n; i++)
        if (strcmp(specs->items[i].name, name) == 0)
            return vb_fail(err, VB_EUSAGE,
                           "there are two regions '%s'; give one another name: "
                           "NAME=REGION",
                           vb_quote(name, quoted));
    return VB_OK;
}

vb_status region_set_place(vb_status status, vb_region_place place, vb_error *err)
{
    if (status != VB_OK && place.file && err) {
        err->code = status = status == VB_EUSAGE ? VB_EINPUT : status;
        snprintf(err->file, sizeof err->file, "%s", place.file);
        err->line = place.line;
        err->column = place.column;
    }
    return status;
}

vb_status region_spec_add(vb_region_specs *specs, const char *name, const char *text,
                          const vb_region_node *node, vb_region_place place,
                          vb_error *err)
{
    vb_status status = check_name(specs, name, err);

    if (status != VB_OK)
        return status;
    if (specs->n == specs->capacity) {
        const size_t capacity = specs->capacity ? 2 * specs->capacity : 16;
        vb_region_spec *items = vb_arena_take(specs->arena, capacity, sizeof *items);

        if (!items)
            return vb_fail_memory(err, capacity * sizeof *items);
        if (specs->n)
            memcpy(items, specs->items, specs->n * sizeof *items);
        specs->items = items;
        specs->capacity = capacity;
    }
    specs->items[specs->n] =
        (vb_region_spec){.name = vb_arena_string(specs->arena, name),
                         .text = vb_arena_string(specs->arena, text),
                         .node = node,
                         .file = place.file,
                         .line = place.line,
                         .column = place.column};
    if (!specs->items[specs->n].name || !specs->items[specs->n].text)
        return vb_fail_memory(err, strlen(text));
    specs->n++;
    return VB_OK;
}

vb_status vb_region_specs_add_node(vb_region_specs *specs, const char *name,
                                   const char *text, const vb_region_node *node,
                                   vb_region_place place, vb_error *err)
{
    return region_set_place(region_spec_add(specs, name, text, node, place, err), place,
                            err);
}
