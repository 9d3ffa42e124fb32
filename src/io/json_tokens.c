/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_tokens.c - the words of a JSON text, by RFC 8259. */
#include "json_tokens.h"

#include <string.h>

static bool is_one_of(const char *set, char c)
{
    return c && strchr(set, c);
}

static void step(vb_json_scanner *s)
{
    const unsigned char c = (unsigned char)s->text[s->at++];

    if (c == '\n') {
        s->place.line++;
        s->place.column = 1;
    } else if ((c & 0xc0) != 0x80) { /* continuation bytes are no characters */
        s->place.column++;
    }
}

static void skip_string(vb_json_scanner *s)
{
    step(s);
    while (s->at < s->size && s->text[s->at] != '"') {
        if (s->text[s->at] == '\\' && s->at + 1 < s->size)
            step(s);
        step(s);
    }
    if (s->at < s->size)
        step(s);
}

vb_json_token vb_json_next(vb_json_scanner *s)
{
    vb_json_token t = {0};

    while (s->at < s->size && is_one_of(" \t\r\n", s->text[s->at]))
        step(s);
    t.text = s->text + s->at;
    t.place = s->place;
    if (s->at == s->size)
        return t;
    if (*t.text == '"') {
        t.kind = '"';
        skip_string(s);
    } else if (is_one_of("{}[]:,", *t.text)) {
        t.kind = *t.text;
        step(s);
    } else {
        t.kind = 'v';
        do
            step(s);
        while (s->at < s->size && !is_one_of("{}[]:,\" \t\r\n", s->text[s->at]));
    }
    t.n = (size_t)(s->text + s->at - t.text);
    return t;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at s, which ends at end; -1 when they are not there. */
static long code_unit(const char *s, const char *end)
{
    long code = 0;

    if (end - s < 4)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        const int digit = hex_digit(s[i]);

        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

static size_t put_utf8(long code, char *out)
{
    const size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[n] | code);
    return n;
}

/* \uXXXX at *s (behind the u); a high surrogate takes its low one along. */
static const char *unicode(const char **s, const char *end, char *out, size_t *n)
{
    long code = code_unit(*s, end);

    if (code < 0)
        return "\\u needs four hexadecimal digits";
    if (code == 0)
        return "\\u0000 (NUL) in a text";
    *s += 4;
    if (code >= 0xd800 && code < 0xe000) {
        const long low = end - *s >= 6 && (*s)[0] == '\\' && (*s)[1] == 'u'
                             ? code_unit(*s + 2, end)
                             : -1;

        if (code >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
            return "half of a surrogate pair (\\ud800 to \\udfff)";
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        *s += 6;
    }
    *n += put_utf8(code, out + *n);
    return NULL;
}

static const char *escape(const char **s, const char *end, char *out, size_t *n)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char c = *(*s)++, *name;

    if (c == 'u')
        return unicode(s, end, out, n);
    name = c ? strchr(names, c) : NULL;
    if (!name)
        return "an unknown escape behind \\ in a text";
    out[(*n)++] = meant[name - names];
    return NULL;
}

/* Bytes of the well-formed UTF-8 character at s, or 0 (RFC 3629). */
static size_t utf8_length(const char *text, const char *end)
{
    const unsigned char *s = (const unsigned char *)text;
    const size_t n = s[0] < 0x80                    ? 1
                     : s[0] >= 0xc2 && s[0] < 0xe0  ? 2
                     : (s[0] & 0xf0) == 0xe0        ? 3
                     : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                    : 0;

    if (!n || (size_t)(end - text) < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0; /* overlong, surrogates, beyond U+10FFFF */
    return n;
}

const char *vb_json_unescape(const vb_json_token *t, char *out, size_t *n, vb_place *at)
{
    const char *s = t->text + 1, *end = t->text + t->n - 1;
    const char *why = NULL;

    if (t->n < 2 || *end != '"')
        return "a text without its closing quote";
    at->column++;
    while (s < end && !why) {
        const char *const start = s;
        const size_t bytes = utf8_length(s, end);

        if (!bytes)
            return "a byte that is no UTF-8";
        if ((unsigned char)*s < 0x20)
            return "a control character or line end in a text";
        if (*s == '\\') {
            s++;
            why =
                s < end ? escape(&s, end, out, n) : "a text without its closing quote";
        } else {
            memcpy(out + *n, s, bytes);
            *n += bytes;
            s += bytes;
        }
        if (!why)
            at->column += *start == '\\' ? (size_t)(s - start) : 1;
    }
    return why;
}

bool vb_json_is_number(const char *s)
{
    static const char digits[] = "0123456789";
    size_t n;

    s += *s == '-';
    n = strspn(s, digits);
    if (!n || (n > 1 && *s == '0'))
        return false;
    s += n;
    if (*s == '.') {
        n = strspn(++s, digits);
        if (!n)
            return false;
        s += n;
    }
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '+' || *s == '-';
        n = strspn(s, digits);
        if (!n)
            return false;
        s += n;
    }
    return !*s;
}
