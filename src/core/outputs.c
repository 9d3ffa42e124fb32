/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outputs.c - the list of files to be published. */
#include "valuebold/outputs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool path_is_safe(const char *path)
{
    if (!path[0] || path[0] == '/')
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        if (*part == '/')
            part++;
        if (*part == '.' || *part == '/' || !*part) /* hidden, "..", "//" */
            return false;
    }
    return true;
}

static vb_output *append(vb_outputs *outputs)
{
    if (outputs->n == outputs->capacity) {
        const size_t capacity = outputs->capacity ? 2 * outputs->capacity : 16;
        vb_output *items = realloc(outputs->items, capacity * sizeof *items);

        if (!items)
            return NULL;
        outputs->items = items;
        outputs->capacity = capacity;
    }
    outputs->items[outputs->n] = (vb_output){0};
    return &outputs->items[outputs->n];
}

vb_status vb_outputs_add(vb_outputs *outputs, vb_buffer **bytes, vb_error *err,
                         const char *path_format, ...)
{
    char path[VB_PATH_MAX];
    va_list args;
    vb_output *item;
    int n;

    va_start(args, path_format);
    n = vsnprintf(path, sizeof path, path_format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof path || !path_is_safe(path))
        return vb_fail(err, VB_EINTERNAL, "output path '%s' is not allowed", path);
    if (vb_outputs_find(outputs, path))
        return vb_fail(err, VB_EINTERNAL, "output '%s' would be written twice", path);
    item = append(outputs);
    if (item)
        item->path = malloc((size_t)n + 1);
    if (!item || !item->path)
        return vb_fail_memory(err, (size_t)n + 1);
    memcpy(item->path, path, (size_t)n + 1);
    outputs->n++;
    *bytes = &item->bytes;
    return VB_OK;
}

const vb_output *vb_outputs_find(const vb_outputs *outputs, const char *path)
{
    for (size_t i = 0; i < outputs->n; i++)
        if (strcmp(outputs->items[i].path, path) == 0)
            return &outputs->items[i];
    return NULL;
}

void vb_outputs_free(vb_outputs *outputs)
{
    for (size_t i = 0; i < outputs->n; i++) {
        free(outputs->items[i].path);
        vb_buffer_free(&outputs->items[i].bytes);
    }
    free(outputs->items);
    *outputs = (vb_outputs){0};
}
