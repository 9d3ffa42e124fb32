/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_schema.c - the table of keys as JSON Schema (2020-12), for editors. */
#include "spec_keys.h"
#include "valuebold/json.h"
#include "valuebold/spec.h"

#include <math.h>
#include <string.h>

static void put_value(vb_json *j, const char *name, const vb_spec_key *key);

/* Keys below parent as the members of an object that is open. */
static void put_members(vb_json *j, const char *parent)
{
    const vb_spec_key *any = NULL;
    const char *last;

    vb_json_text(j, "type", "object");
    vb_json_open(j, "properties", '{');
    for (size_t i = 0; i < vb_n_spec_keys(); i++) {
        const vb_spec_key *key = vb_spec_key_at(i);

        if (!vb_spec_key_is_child(key->path, parent, &last))
            continue;
        if (strcmp(last, "*") == 0)
            any = key;
        else
            put_value(j, last, key);
    }
    vb_json_close(j);
    if (any)
        put_value(j, "additionalProperties", any);
    else
        vb_json_bool(j, "additionalProperties", false);
}

static void put_range(vb_json *j, const vb_spec_key *key)
{
    if (isfinite(key->low))
        vb_json_number(j, key->kinds & VB_SPEC_ABOVE ? "exclusiveMinimum" : "minimum",
                       key->low);
    if (isfinite(key->high))
        vb_json_number(j, key->kinds & VB_SPEC_BELOW ? "exclusiveMaximum" : "maximum",
                       key->high);
}

static void put_words(vb_json *j, const vb_spec_key *key)
{
    vb_spec_words words;
    const size_t n = vb_spec_words_of(key, &words);

    vb_json_open(j, "enum", '[');
    for (size_t i = 0; i < n; i++)
        if (strcmp(words.word[i], "true") == 0)
            vb_json_bool(j, NULL, true); /* what an unquoted true is for a schema */
        else
            vb_json_text(j, NULL, words.word[i]);
    vb_json_close(j);
}

static void put_array(vb_json *j, const vb_spec_key *key, unsigned kind)
{
    vb_json_text(j, "type", "array");
    vb_json_open(j, "items", '{');
    if (kind == VB_SPEC_PAIR || kind == VB_SPEC_TRIPLE) {
        vb_json_text(j, "type", "number");
    } else if (key->kinds & VB_SPEC_MAPS) {
        vb_json_open(j, "anyOf", '[');
        vb_json_open(j, NULL, '{');
        vb_json_text(j, "type", "string");
        vb_json_close(j);
        vb_json_open(j, NULL, '{');
        put_members(j, key->path);
        vb_json_close(j);
        vb_json_close(j);
    } else if (kind == VB_SPEC_LIST && key->kinds & VB_SPEC_WORD) {
        put_words(j, key);
    } else if (key->kinds & VB_SPEC_TEXT) { /* labels, which may be numbers */
        vb_json_open(j, "type", '[');
        vb_json_text(j, NULL, "string");
        vb_json_text(j, NULL, "number");
        vb_json_close(j);
    } else {
        vb_json_text(j, "type", "string");
    }
    vb_json_close(j);
    if (kind == VB_SPEC_PAIR || kind == VB_SPEC_TRIPLE) {
        vb_json_count(j, "minItems", kind == VB_SPEC_PAIR ? 2 : 3);
        vb_json_count(j, "maxItems", kind == VB_SPEC_PAIR ? 2 : 3);
    }
    if (kind == VB_SPEC_LINEARS)
        vb_json_count(j, "minItems", 1);
}

/* What one kind allows, as members of an object that is open. */
static void put_kind(vb_json *j, const vb_spec_key *key, unsigned kind)
{
    switch (kind) {
    case VB_SPEC_MAP:
        put_members(j, key->path);
        break;
    case VB_SPEC_LIST:
    case VB_SPEC_LINEARS:
    case VB_SPEC_PAIR:
    case VB_SPEC_TRIPLE:
        put_array(j, key, kind);
        break;
    case VB_SPEC_WORD:
        put_words(j, key);
        break;
    case VB_SPEC_NUMBER:
    case VB_SPEC_COUNT:
        vb_json_text(j, "type", kind == VB_SPEC_NUMBER ? "number" : "integer");
        put_range(j, key);
        break;
    case VB_SPEC_CALL:
        vb_json_text(j, "type", "string");
        vb_json_text(j, "pattern", "\\(.*\\)$");
        break;
    case VB_SPEC_TRUTH:
        vb_json_text(j, "type", "boolean");
        break;
    case VB_SPEC_EMPTY:
        vb_json_text(j, "type", "null");
        break;
    default: /* texts and expressions; a number is one too */
        vb_json_open(j, "type", '[');
        vb_json_text(j, NULL, "string");
        vb_json_text(j, NULL, "number");
        vb_json_close(j);
    }
}

static void put_value(vb_json *j, const char *name, const vb_spec_key *key)
{
    const unsigned kinds = key->kinds & ~(unsigned)(VB_SPEC_ABOVE | VB_SPEC_BELOW |
                                                    VB_SPEC_ANY | VB_SPEC_MAPS);
    const bool several = (kinds & (kinds - 1)) != 0;

    vb_json_open(j, name, '{');
    vb_json_text(j, "description", key->help);
    if (*key->fallback)
        vb_json_text(j, "$comment", key->fallback);
    if (several)
        vb_json_open(j, "anyOf", '[');
    for (unsigned kind = 1; kind <= kinds; kind <<= 1) {
        if (!(kinds & kind))
            continue;
        if (several)
            vb_json_open(j, NULL, '{');
        put_kind(j, key, kind);
        if (several)
            vb_json_close(j);
    }
    if (several)
        vb_json_close(j);
    vb_json_close(j);
}

vb_status vb_spec_schema(vb_buffer *json, vb_error *err)
{
    vb_json j = {.out = json};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    vb_json_text(&j, "title", "valuebold spec");
    vb_json_text(&j, "description",
                 "What the trials are, which model, which regressors, which design.");
    put_members(&j, "");
    vb_json_close(&j);
    return vb_buffer_ok(json, err);
}
