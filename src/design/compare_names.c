/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_names.c - one column under the names of several programs. */
#include "compare_designs.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Behind "Sn(1) " and "Run#1_". */
static const char *without_run(const char *name)
{
    const char *s = name;

    if (strncmp(s, "Sn(", 3) == 0 && (s = strchr(s, ')')) != NULL)
        return s + 1 + strspn(s + 1, " ");
    if (strncmp(name, "Run#", 4) == 0) {
        s = name + 4 + strspn(name + 4, "0123456789");
        return s + (*s == '_');
    }
    return name;
}

/* The number behind `mark`, and where it begins; 0 when there is none. */
static unsigned long number_behind(const char *s, const char *mark, size_t *at)
{
    const char *found = strstr(s, mark);

    if (!found)
        return 0;
    *at = (size_t)(found - s);
    return strtoul(found + strlen(mark), NULL, 10);
}

void compare_canonical(const char *name, char out[COMPARE_NAME_MAX])
{
    static const char *const basis_names[] = {"", "derivative", "dispersion"};
    const char *s = without_run(name);
    size_t n = strlen(s), at = n, k = 0;
    unsigned long basis = number_behind(s, "*bf(", &at), power = 1;

    n = at < n ? at : n;
    if (!basis) {
        const char *hash = strrchr(s, '#');

        if (hash && isdigit((unsigned char)hash[1]) && strncmp(s, "Pol#", 4) != 0) {
            basis = strtoul(hash + 1, NULL, 10) + 1;
            n = (size_t)(hash - s);
        }
    }
    at = n;
    power = number_behind(s, "^", &at);
    n = at < n ? at : n;
    for (size_t i = 0; i < n && k + 1 < COMPARE_NAME_MAX; i++) {
        if (s[i] == '*')
            out[k++] = 'x';
        else if (isalnum((unsigned char)s[i]) || s[i] == '#')
            out[k++] = (char)tolower((unsigned char)s[i]);
    }
    out[k] = '\0';
    if (power > 1)
        k += (size_t)snprintf(out + k, COMPARE_NAME_MAX - k, "power%lu", power);
    if (basis > 1 && k < COMPARE_NAME_MAX)
        snprintf(out + k, COMPARE_NAME_MAX - k, "%s",
                 basis <= 3 ? basis_names[basis - 1] : "");
    if (basis > 3 && k < COMPARE_NAME_MAX)
        snprintf(out + k, COMPARE_NAME_MAX - k, "function%lu", basis);
}
