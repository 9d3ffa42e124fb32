/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c - nearest names and safe labels. */
#include "valuebold/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 64 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein distance, case ignored; names over LONGEST bytes are far from all. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST + 1];
    const size_t n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST)
        return VB_NONE;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const bool same =
                tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            const size_t up = row[j];

            row[j] = smaller(smaller(row[j] + 1, row[j - 1] + 1), diagonal + !same);
            diagonal = up;
        }
    }
    return row[m];
}

const char *vb_nearest(const char *name, const char *const names[], size_t n)
{
    const char *best = NULL;
    size_t least = strlen(name) / 3 + 1;

    for (size_t i = 0; i < n; i++) {
        const size_t d = distance(name, names[i]);

        if (d >= strlen(name) && d >= strlen(names[i])) /* nothing in common */
            continue;
        if (d < least || (d == least && !best)) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

char *vb_suggest(const char *name, const char *const names[], size_t n, char out[],
                 size_t size)
{
    const char *near = vb_nearest(name, names, n);
    size_t used;

    out[0] = '\0';
    if (near) {
        snprintf(out, size, "; did you mean '%s'?", near);
        return out;
    }
    if (!n)
        return out;
    used = (size_t)snprintf(out, size, "; there is: ");
    for (size_t i = 0; i < n && used < size; i++) {
        if (i == 20) {
            snprintf(out + used, size - used, ", ... (%zu in all)", n);
            break;
        }
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", names[i]);
    }
    return out;
}

bool vb_is_label(const char *s)
{
    const size_t n = strlen(s);

    if (!n || n > 100)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '+')
            return false;
    return true;
}

char *vb_camel(const char *s, char out[], size_t size)
{
    size_t used = 0;
    bool new_word = false;

    for (; *s && used + 2 < size; s++) {
        const unsigned char c = (unsigned char)*s;

        if (c == '*') {
            if (used)
                out[used++] = 'X';
            new_word = false;
        } else if (c >= 0x80 || !isalnum(c)) {
            new_word = used > 0;
        } else {
            out[used++] = (char)(new_word ? toupper(c) : c);
            new_word = false;
        }
    }
    out[used] = '\0';
    return out;
}
