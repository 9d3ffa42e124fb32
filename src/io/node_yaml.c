/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_yaml.c - YAML by libyaml's events.
 *
 * One document of plain lists, maps and scalars.  Anchors, aliases, merge keys and tags
 * are refused: a spec should say in one place what it means, and an alias can stand for
 * exponentially much text.
 */
#include "node_build.h"

#include <string.h>
#include <yaml.h>

static vb_place place(yaml_mark_t mark)
{
    return (vb_place){mark.line + 1, mark.column + 1};
}

/* The character of the text at a mark, which counts characters and not bytes. */
static char char_at(const char *text, size_t size, vb_place at)
{
    size_t i = 0;

    for (size_t line = 1; line < at.line && i < size; i++)
        line += text[i] == '\n';
    for (size_t column = 1; column < at.column && i < size; column++)
        for (i++; i < size && ((unsigned char)text[i] & 0xc0) == 0x80;)
            i++;
    return i < size ? text[i] : '\0';
}

/* What a user who does not know YAML's rules should do. */
static const char *advice(const yaml_parser_t *parser, char c)
{
    const char *problem = parser->problem ? parser->problem : "";

    if (c == '\t')
        return "; YAML is indented with blanks, not with tabs";
    if (strstr(problem, "mapping values are not allowed"))
        return "; a text that holds ': ' needs quotes around it";
    if (strstr(problem, "cannot start any token"))
        return "; a text that starts so needs quotes around all of it";
    if (strstr(problem, "did not find expected"))
        return "; check the indentation, the brackets and the quotes: a text that "
               "starts "
               "with a quote must also end with it";
    return "";
}

static vb_status refuse(vb_node_builder *b, const yaml_parser_t *parser,
                        const char *text, size_t size)
{
    vb_place at = place(parser->problem_mark);

    if (parser->error == YAML_MEMORY_ERROR)
        return vb_fail_memory(b->err, size);
    if (parser->error == YAML_READER_ERROR) {
        at = (vb_place){1, 0};
        for (size_t i = 0; i < parser->problem_offset && i < size; i++)
            at.line += text[i] == '\n';
        return VB_NODE_FAIL(b, at, "not valid YAML: %s (byte 0x%02x)", parser->problem,
                            (unsigned)parser->problem_value & 0xffu);
    }
    return VB_NODE_FAIL(b, at, "not valid YAML: %s%s%s%s",
                        parser->context ? parser->context : "",
                        parser->context ? ", " : "", parser->problem,
                        advice(parser, char_at(text, size, at)));
}

static vb_status no_extras(vb_node_builder *b, const yaml_char_t *anchor,
                           const yaml_char_t *tag, vb_place at)
{
    if (anchor)
        return VB_NODE_FAIL(b, at,
                            "anchors (&%s) are not used here; write the text out, or "
                            "put it in quotes",
                            (const char *)anchor);
    if (tag)
        return VB_NODE_FAIL(b, at,
                            "tags (%s) are not used here; a text that starts with ! "
                            "needs quotes around it",
                            (const char *)tag);
    return VB_OK;
}

static vb_status scalar(vb_node_builder *b, const yaml_event_t *event, vb_place at)
{
    const char *text = (const char *)event->data.scalar.value;
    const bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    vb_status status =
        no_extras(b, event->data.scalar.anchor, event->data.scalar.tag, at);

    if (status != VB_OK)
        return status;
    if (!quoted && strcmp(text, "<<") == 0 && vb_node_wants_key(b))
        return VB_NODE_FAIL(b, at,
                            "merge keys (<<) are not used here; write the keys out");
    return vb_node_scalar(b, text, event->data.scalar.length, quoted, at);
}

static vb_status take(vb_node_builder *b, const yaml_event_t *event)
{
    const vb_place at = place(event->start_mark);
    vb_status status;

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return b->root ? VB_NODE_FAIL(b, at, "a second YAML document; one is expected")
                       : VB_OK;
    case YAML_ALIAS_EVENT:
        return VB_NODE_FAIL(b, at,
                            "aliases (*%s) are not used here; write the text out, or "
                            "put it in quotes",
                            (const char *)event->data.alias.anchor);
    case YAML_SCALAR_EVENT:
        return scalar(b, event, at);
    case YAML_SEQUENCE_START_EVENT:
        status = no_extras(b, event->data.sequence_start.anchor,
                           event->data.sequence_start.tag, at);
        return status == VB_OK ? vb_node_open(b, VB_LIST, at) : status;
    case YAML_MAPPING_START_EVENT:
        status = no_extras(b, event->data.mapping_start.anchor,
                           event->data.mapping_start.tag, at);
        return status == VB_OK ? vb_node_open(b, VB_MAP, at) : status;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return vb_node_close(b);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return VB_OK;
}

vb_status vb_node_parse_yaml(vb_node_builder *b, const char *text, size_t size)
{
    yaml_parser_t parser;
    vb_status status = VB_OK;
    bool more = true;

    if (!yaml_parser_initialize(&parser))
        return vb_fail_memory(b->err, sizeof parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    while (status == VB_OK && more) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event)) {
            status = refuse(b, &parser, text, size);
            break;
        }
        status = take(b, &event);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return status;
}
