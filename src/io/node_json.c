/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_json.c - JSON by jansson, with places.
 *
 * jansson judges the text (RFC 8259: NaN, 1e400, trailing text are refused) but keeps no
 * line of a value, so a scan of the tokens, simple because the text is right by then,
 * builds the tree.  Depth is checked before jansson recurses.  Duplicate keys are left to
 * the tree: it names both lines.
 */
#include "node_build.h"

#include <jansson.h>
#include <string.h>

typedef struct scanner {
    const char *text;
    size_t size, at;
    vb_place place; /* of text[at] */
} scanner;

typedef struct token {
    char kind; /* { } [ ] : , " or v for a number or literal; 0 at the end */
    const char *text;
    size_t n;
    vb_place place;
} token;

static void step(scanner *s)
{
    const unsigned char c = (unsigned char)s->text[s->at++];

    if (c == '\n') {
        s->place.line++;
        s->place.column = 1;
    } else if ((c & 0xc0) != 0x80) { /* continuation bytes are no characters */
        s->place.column++;
    }
}

static void skip_string(scanner *s)
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

static token next(scanner *s)
{
    token t = {0};
    char c;

    while (s->at < s->size && strchr(" \t\r\n", s->text[s->at]) && s->text[s->at])
        step(s);
    t.text = s->text + s->at;
    t.place = s->place;
    if (s->at == s->size)
        return t;
    c = s->text[s->at];
    if (c == '"') {
        t.kind = '"';
        skip_string(s);
    } else if (c && strchr("{}[]:,", c)) {
        t.kind = c;
        step(s);
    } else {
        t.kind = 'v';
        do
            step(s);
        while (s->at < s->size && !strchr("{}[]:,\" \t\r\n", s->text[s->at]));
    }
    t.n = (size_t)(s->text + s->at - t.text);
    return t;
}

static vb_status check_depth(vb_node_builder *b, const char *text, size_t size)
{
    scanner s = {text, size, 0, {1, 1}};
    size_t depth = 0;

    for (token t = next(&s); t.kind; t = next(&s)) {
        if (t.kind == '{' || t.kind == '[')
            depth++;
        else if ((t.kind == '}' || t.kind == ']') && depth)
            depth--;
        if (depth > VB_NODE_DEPTH)
            return VB_NODE_FAIL(b, t.place, "JSON nested deeper than %d levels",
                                VB_NODE_DEPTH);
    }
    return VB_OK;
}

static vb_status judge(vb_node_builder *b, const char *text, size_t size)
{
    json_error_t why;
    json_t *all = json_loadb(text, size, 0, &why);
    vb_place at;
    char quoted[VB_QUOTE_MAX];

    if (all) {
        json_decref(all);
        return VB_OK;
    }
    if (json_error_code(&why) == json_error_out_of_memory)
        return vb_fail_memory(b->err, size);
    at = (vb_place){why.line > 0 ? (size_t)why.line : 1,
                    why.column > 0 ? (size_t)why.column : 1};
    return VB_NODE_FAIL(b, at, "not valid JSON: %s", vb_quote(why.text, quoted));
}

/* The text between the quotes; jansson undoes the escapes where there are any. */
static vb_status string(vb_node_builder *b, const token *t)
{
    json_t *decoded;
    vb_status status;

    if (!memchr(t->text, '\\', t->n))
        return vb_node_scalar(b, t->text + 1, t->n - 2, true, t->place);
    decoded = json_loadb(t->text, t->n, JSON_DECODE_ANY, NULL);
    if (!decoded)
        return vb_fail_memory(b->err, t->n);
    status = vb_node_scalar(b, json_string_value(decoded), json_string_length(decoded),
                            true, t->place);
    json_decref(decoded);
    return status;
}

vb_status vb_node_parse_json(vb_node_builder *b, const char *text, size_t size)
{
    scanner s = {text, size, 0, {1, 1}};
    vb_status status = check_depth(b, text, size);

    if (status == VB_OK)
        status = judge(b, text, size);
    while (status == VB_OK) {
        const token t = next(&s);

        if (!t.kind)
            break;
        if (t.kind == '{' || t.kind == '[')
            status = vb_node_open(b, t.kind == '{' ? VB_MAP : VB_LIST, t.place);
        else if (t.kind == '}' || t.kind == ']')
            status = vb_node_close(b);
        else if (t.kind == '"')
            status = string(b, &t);
        else if (t.kind == 'v')
            status = vb_node_scalar(b, t.text, t.n, false, t.place);
    }
    return status;
}
