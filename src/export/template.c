/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.c - filling the skeletons of templates/. */
#include "template.h"

#include <stdbool.h>
#include <string.h>

static const char section_mark[] = "@section ";

/* Length of "@KEY@" at s, or 0. */
static size_t placeholder(const char *s)
{
    size_t n = 1;

    if (s[0] != '@')
        return 0;
    while ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= '0' && s[n] <= '9') || s[n] == '_')
        n++;
    return n > 1 && s[n] == '@' ? n + 1 : 0;
}

/* The text of a section: from the line after its mark to the next mark or the end. */
static const char *find_section(const char *text, const char *section, size_t *n)
{
    const size_t mark = sizeof section_mark - 1, length = strlen(section);

    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n');
        const char *next = end ? end + 1 : line + strlen(line);

        if (strncmp(line, section_mark, mark) == 0 &&
            strncmp(line + mark, section, length) == 0 && line[mark + length] == '\n') {
            const char *stop = next;

            while (*stop && strncmp(stop, section_mark, mark) != 0) {
                end = strchr(stop, '\n');
                stop = end ? end + 1 : stop + strlen(stop);
            }
            *n = (size_t)(stop - next);
            return next;
        }
        line = next;
    }
    return NULL;
}

static const char *find_value(size_t n, const vb_template_value values[],
                              const char *key, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(values[i].key) == length && strncmp(values[i].key, key, length) == 0)
            return values[i].value;
    return NULL;
}

vb_status vb_template_fill(const char *name, const char *section, size_t n,
                           const vb_template_value values[], vb_buffer *out,
                           vb_error *err)
{
    const vb_template *t = vb_templates;
    const char *s, *end;
    size_t length = 0;

    while (t->name && strcmp(t->name, name) != 0)
        t++;
    s = t->name ? find_section((const char *)t->bytes, section, &length) : NULL;
    if (!s)
        return vb_fail(err, VB_EINTERNAL, "template %s has no section %s", name,
                       section);
    for (end = s + length; s < end;) {
        const size_t k = placeholder(s);
        const char *value;

        if (!k) {
            vb_put_char(out, *s++);
            continue;
        }
        value = find_value(n, values, s + 1, k - 2);
        if (!value)
            return vb_fail(err, VB_EINTERNAL,
                           "template %s, section %s: no value for %.*s", name, section,
                           (int)k, s);
        vb_put_text(out, value);
        s += k;
    }
    return vb_buffer_ok(out, err);
}
