/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - unit templates filled with the units the task states. */
#include "model_internal.h"

#include <stdio.h>
#include <string.h>

/* Appends to out as far as there is room. */
static void append(char out[], size_t size, const char *s, size_t n)
{
    const size_t used = strlen(out);

    if (used + 1 < size)
        snprintf(out + used, size - used, "%.*s", (int)n, s);
}

static const char *unit_of(const char *name, size_t n,
                           const char *const units[VB_N_ATTRIBUTES],
                           const char *value_unit, bool *known)
{
    if (n == strlen("value") && strncmp(name, "value", n) == 0)
        return value_unit;
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        const char *attribute = vb_attribute_name(a);

        if (strlen(attribute) != n || strncmp(attribute, name, n) != 0)
            continue;
        if (units && units[a] && *units[a])
            return units[a];
        *known = false;
        return attribute;
    }
    return "";
}

void vb_unit_fill(const char *template, const char *const units[VB_N_ATTRIBUTES],
                  const char *value_unit, char out[], size_t size, bool *known)
{
    bool all_known = true;

    out[0] = '\0';
    for (const char *s = template; *s;) {
        const char *close = *s == '{' ? strchr(s, '}') : NULL;
        const char *unit;

        if (!close) {
            append(out, size, s++, 1);
            continue;
        }
        unit = unit_of(s + 1, (size_t)(close - s) - 1, units, value_unit, &all_known);
        append(out, size, unit, strlen(unit));
        s = close + 1;
    }
    if (known)
        *known = all_known;
}
