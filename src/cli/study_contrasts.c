/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_contrasts.c - contrasts typed on the command line. */
#include "study_args.h"

#include <string.h>

enum { MOST_ROWS = 64 };

static const char *trimmed(vb_arena *arena, const char *s, size_t n)
{
    while (n && *s == ' ') {
        s++;
        n--;
    }
    while (n && s[n - 1] == ' ')
        n--;
    return vb_arena_substring(arena, s, n);
}

static vb_status read_one(const char *text, vb_arena *arena, vb_contrast_spec *contrast,
                          vb_error *err)
{
    const char *equals = strchr(text, '='), *s = equals ? equals + 1 : text;
    const char **rows = vb_arena_take(arena, MOST_ROWS, sizeof *rows);
    char quoted[VB_QUOTE_MAX];
    size_t n = 0;

    if (!rows)
        return vb_fail_memory(err, MOST_ROWS * sizeof *rows);
    for (;; s++) {
        const size_t length = strcspn(s, ";");

        if (n == MOST_ROWS || !length)
            return vb_fail(
                err, VB_EUSAGE,
                "--contrast '%s': [NAME=]EXPRESSION is expected, with 1 to %d "
                "rows and ';' between them",
                vb_quote(text, quoted), MOST_ROWS);
        rows[n] = trimmed(arena, s, length);
        if (!rows[n++])
            return vb_fail_memory(err, length);
        s += length;
        if (!*s)
            break;
    }
    *contrast = (vb_contrast_spec){.n_rows = n, .rows = rows};
    contrast->name = equals ? trimmed(arena, text, (size_t)(equals - text))
                            : trimmed(arena, text, strlen(text));
    return contrast->name ? VB_OK : vb_fail_memory(err, strlen(text));
}

vb_status study_contrasts(const cli_list *texts, vb_arena *arena,
                          vb_contrast_spec **contrasts, vb_error *err)
{
    vb_contrast_spec *made = vb_arena_take(arena, texts->n, sizeof *made);
    vb_status status = made ? VB_OK : vb_fail_memory(err, texts->n * sizeof *made);

    for (size_t i = 0; i < texts->n && status == VB_OK; i++)
        status = read_one(texts->items[i], arena, &made[i], err);
    if (status == VB_OK)
        *contrasts = made;
    return status;
}
