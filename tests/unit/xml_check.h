/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xml_check.h - whether text is well-formed enough for any XML reader: balanced tags, quoted
 * attributes, no bare < or &, no control characters. */
#ifndef VB_TEST_XML_CHECK_H
#define VB_TEST_XML_CHECK_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* The length of "&name;" at s, or 0. */
static inline size_t xml_entity(const char *s)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;"};

    for (size_t i = 0; i < 4; i++)
        if (strncmp(s, known[i], strlen(known[i])) == 0)
            return strlen(known[i]);
    return 0;
}

/* NULL when fine, else where it is not. */
static inline const char *xml_fault(const char *s)
{
    char open[64][32];
    size_t depth = 0;

    while (*s) {
        if (*s == '<' && s[1] == '/') {
            const size_t n = strcspn(s + 2, ">");

            if (!depth || strlen(open[depth - 1]) != n ||
                strncmp(open[depth - 1], s + 2, n) != 0)
                return s;
            depth--;
            s += n + 3;
        } else if (*s == '<') {
            const char *tag = s;
            const size_t n = strcspn(s + 1, " />");
            bool quoted = false, closed = false;

            if (!isalpha((unsigned char)s[1]) || n >= sizeof open[0] || depth == 64)
                return s;
            memcpy(open[depth], s + 1, n);
            open[depth][n] = '\0';
            for (s++; *s && (quoted || *s != '>'); s++) {
                if (*s == '<' || (*s == '&' && !xml_entity(s)))
                    return tag;
                quoted ^= *s == '"';
            }
            closed = s[-1] == '/';
            if (!*s || quoted)
                return tag;
            depth += !closed;
            s++;
        } else if (*s == '&' && !xml_entity(s)) {
            return s;
        } else if ((unsigned char)*s < 0x20 && *s != '\n') {
            return s;
        } else {
            s++;
        }
    }
    return depth ? s : NULL;
}

#endif
