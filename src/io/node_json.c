/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_json.c - JSON (RFC 8259) into the tree, strictly, without recursion.
 *
 * Our own, and not jansson's, for three reasons: a value there has no line, its lexer
 * aborts the program when memory runs out, and integers beyond 64 bits are refused.  The
 * tests hold it against jansson on thousands of damaged texts.
 */
#include "json_tokens.h"
#include "node_build.h"
#include "valuebold/number.h"

#include <string.h>

/* What the grammar allows next. */
typedef enum due {
    DUE_VALUE,
    DUE_VALUE_OR_END, /* after [ */
    DUE_KEY,          /* after a comma in a map */
    DUE_KEY_OR_END,   /* after { */
    DUE_COLON,
    DUE_COMMA_OR_END,
    DUE_NOTHING, /* the document is complete */
} due;

static vb_status unexpected(vb_node_builder *b, const vb_json_token *t, due expected)
{
    static const char *const names[] = {
        [DUE_VALUE] = "a value",
        [DUE_VALUE_OR_END] = "a value or ]",
        [DUE_KEY] = "a key in double quotes",
        [DUE_KEY_OR_END] = "a key in double quotes or }",
        [DUE_COLON] = "a colon",
        [DUE_COMMA_OR_END] = "a comma or the closing bracket",
        [DUE_NOTHING] = "the end of the file",
    };
    char start[24], quoted[VB_QUOTE_MAX];
    const size_t n = t->n < sizeof start - 1 ? t->n : sizeof start - 1;

    if (!t->kind)
        return VB_NODE_FAIL(b, t->place, "not valid JSON: it ends early, %s is missing",
                            names[expected]);
    memcpy(start, t->text, n);
    start[n] = '\0';
    return VB_NODE_FAIL(b, t->place, "not valid JSON: %s is expected here, not '%s'%s",
                        names[expected], vb_quote(start, quoted),
                        t->kind == '}' || t->kind == ']'
                            ? " (is there a comma too many before it?)"
                            : "");
}

/* What follows a complete value. */
static due after_value(const vb_node_builder *b)
{
    return b->depth ? DUE_COMMA_OR_END : DUE_NOTHING;
}

static bool in_map(const vb_node_builder *b)
{
    return b->open[b->depth - 1].node->kind == VB_MAP;
}

static vb_status string(vb_node_builder *b, const vb_json_token *t)
{
    char *text = vb_arena_take(b->arena, t->n, 1);
    size_t n = 0;
    const char *why;
    vb_place at = t->place;

    if (!text)
        return vb_fail_memory(b->err, t->n);
    why = vb_json_unescape(t, text, &n, &at);
    if (why)
        return VB_NODE_FAIL(b, at, "not valid JSON: %s", why);
    return vb_node_scalar(b, text, n, true, t->place);
}

static vb_status plain(vb_node_builder *b, const vb_json_token *t)
{
    char *text = vb_arena_substring(b->arena, t->text, t->n);
    char quoted[VB_QUOTE_MAX];
    double x;

    if (!text)
        return vb_fail_memory(b->err, t->n);
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0 &&
        strcmp(text, "null") != 0) {
        if (!vb_json_is_number(text))
            return VB_NODE_FAIL(
                b, t->place,
                "not valid JSON: '%s' is no number, text in double quotes, "
                "true, false or null",
                vb_quote(text, quoted));
        if (vb_number_read(text, &x) != VB_NUMBER_OK)
            return VB_NODE_FAIL(b, t->place,
                                "not valid JSON: the number %s is too large",
                                vb_quote(text, quoted));
    }
    return vb_node_scalar(b, text, t->n, false, t->place);
}

static vb_status take_value(vb_node_builder *b, const vb_json_token *t, due *next)
{
    const due expected = *next;
    vb_status status;

    if (t->kind == '{' || t->kind == '[') {
        *next = t->kind == '{' ? DUE_KEY_OR_END : DUE_VALUE_OR_END;
        return vb_node_open(b, t->kind == '{' ? VB_MAP : VB_LIST, t->place);
    }
    if (t->kind != '"' && t->kind != 'v')
        return unexpected(b, t, expected);
    status = t->kind == '"' ? string(b, t) : plain(b, t);
    *next = after_value(b);
    return status;
}

static vb_status close(vb_node_builder *b, due *next)
{
    const vb_status status = vb_node_close(b);

    *next = after_value(b);
    return status;
}

static vb_status take(vb_node_builder *b, const vb_json_token *t, due *next)
{
    switch (*next) {
    case DUE_VALUE_OR_END:
        if (t->kind == ']')
            return close(b, next);
        return take_value(b, t, next);
    case DUE_VALUE:
        return take_value(b, t, next);
    case DUE_KEY_OR_END:
    case DUE_KEY:
        if (t->kind == '}' && *next == DUE_KEY_OR_END)
            return close(b, next);
        if (t->kind != '"')
            return unexpected(b, t, *next);
        *next = DUE_COLON;
        return string(b, t);
    case DUE_COLON:
        if (t->kind != ':')
            return unexpected(b, t, *next);
        *next = DUE_VALUE;
        return VB_OK;
    case DUE_COMMA_OR_END:
        if (t->kind == (in_map(b) ? '}' : ']'))
            return close(b, next);
        if (t->kind != ',')
            return unexpected(b, t, *next);
        *next = in_map(b) ? DUE_KEY : DUE_VALUE;
        return VB_OK;
    case DUE_NOTHING:
        break;
    }
    return unexpected(b, t, *next);
}

vb_status vb_node_parse_json(vb_node_builder *b, const char *text, size_t size)
{
    vb_json_scanner s = {text, size, 0, {1, 1}};
    vb_status status = VB_OK;
    due next = DUE_VALUE;

    while (status == VB_OK) {
        const vb_json_token t = vb_json_next(&s);

        if (!t.kind && next == DUE_NOTHING)
            break;
        status = take(b, &t, &next);
    }
    return status;
}
