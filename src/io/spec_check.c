/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_check.c - every key and value of a spec against spec_keys.def. */
#include "spec_reader.h"
#include "valuebold/contrast.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EXPECTED_MAX = 512, ADVICE_MAX = 600 };

static void check_map(vb_spec_reader *r, const vb_node *map, const char *pattern,
                      const char *path);

static bool has_control(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    return false;
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " ")] == '\0';
}

/* "EXPECTED" and, for a word, the nearest. */
static void refuse_value(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                         const char *path)
{
    char expected[EXPECTED_MAX], quoted[VB_QUOTE_MAX];
    const char *what = node->kind == VB_LIST ? "a list" : "a map", *near = NULL;
    vb_spec_words words;

    vb_spec_expected(key, expected, sizeof expected);
    if (node->kind != VB_SCALAR) {
        VB_SPEC_REFUSE_NODE(r, "spec-type", node, "%s is %s; expected %s", path, what,
                            expected);
        return;
    }
    if (node->quoted && key->kinds & (VB_SPEC_NUMBER | VB_SPEC_COUNT)) {
        VB_SPEC_REFUSE_NODE(
            r, "spec-type", node,
            "%s is the text '%s' in quotes; expected %s, without quotes", path,
            vb_quote(node->text, quoted), expected);
        return;
    }
    if (key->kinds & VB_SPEC_WORD)
        near = vb_nearest(node->text, words.word, vb_spec_words_of(key, &words));
    VB_SPEC_REFUSE_NODE(r, near ? "spec-word" : "spec-type", node,
                        "%s is '%s'; expected %s%s%s%s", path,
                        vb_quote(node->text, quoted), expected,
                        near ? "; did you mean '" : "", near ? near : "",
                        near ? "'?" : "");
}

/* "above 0 and below 100 s" */
static char *range_text(const vb_spec_key *key, char out[], size_t size)
{
    char low[VB_NUMBER_MAX + 16] = "", high[VB_NUMBER_MAX + 16] = "";
    char number[VB_NUMBER_MAX];

    if (isfinite(key->low))
        snprintf(low, sizeof low, "%s %s",
                 key->kinds & VB_SPEC_ABOVE ? "above" : "at least",
                 vb_number_shortest(key->low, number));
    if (isfinite(key->high))
        snprintf(high, sizeof high, "%s %s",
                 key->kinds & VB_SPEC_BELOW ? "below" : "at most",
                 vb_number_shortest(key->high, number));
    snprintf(out, size, "%s%s%s%s%s", low, *low && *high ? " and " : "", high,
             *key->unit ? " " : "", key->unit);
    return out;
}

static bool in_range(const vb_spec_key *key, double x)
{
    return (key->kinds & VB_SPEC_ABOVE ? x > key->low : x >= key->low) &&
           (key->kinds & VB_SPEC_BELOW ? x < key->high : x <= key->high);
}

/* True when node is a number; refuses one that is out of range. */
static bool check_number(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                         const char *path)
{
    double x;
    char range[EXPECTED_MAX], quoted[VB_QUOTE_MAX];

    if (node->quoted || vb_number_read(node->text, &x) != VB_NUMBER_OK)
        return false;
    if (key->kinds & VB_SPEC_COUNT && x != floor(x))
        return false;
    if (!in_range(key, x))
        VB_SPEC_REFUSE_NODE(r, "spec-range", node, "%s is %s%s%s; it must be %s%s",
                            path, vb_quote(node->text, quoted), *key->unit ? " " : "",
                            key->unit, range_text(key, range, sizeof range),
                            strcmp(key->unit, "s") == 0 && in_range(key, x / 1000)
                                ? "; are these milliseconds?"
                                : "");
    return true;
}

static bool is_word(const vb_node *node, const vb_spec_key *key)
{
    vb_spec_words words;
    const size_t n = vb_spec_words_of(key, &words);

    for (size_t i = 0; i < n; i++)
        if (strcmp(words.word[i], node->text) == 0)
            return true;
    return false;
}

static bool is_truth(const vb_node *node)
{
    return vb_spec_is(node, "true") || vb_spec_is(node, "false") ||
           vb_spec_is(node, "yes") || vb_spec_is(node, "no");
}

/* A vector of weights passes: the design, which knows its columns' names, refuses it. */
static bool is_vector(const vb_node *node, const vb_spec_key *key)
{
    return key->kinds & VB_SPEC_LINEAR && vb_contrast_is_vector(node->text);
}

static void expression_fault(vb_spec_reader *r, const vb_node *node, const char *path,
                             const vb_error *why)
{
    const size_t inside = why->column ? why->column - 1 + node->quoted : 0;

    r->status = vb_refuse(r->notes, r->first, why->code, "spec-expression", r->file,
                          node->line, node->column + inside, "%s: %s", path, why->text);
}

vb_expr *vb_spec_compile(vb_spec_reader *r, const vb_node *node, const char *path)
{
    vb_expr *expr = NULL;
    vb_error why = {0};

    if (vb_expr_compile(node->text, &expr, &why) == VB_OK)
        return expr;
    expression_fault(r, node, path, &why);
    return NULL;
}

static void check_expr(vb_spec_reader *r, const vb_node *node, bool linear,
                       const char *path)
{
    vb_expr *expr = vb_spec_compile(r, node, path);
    vb_arena *arena = expr && linear ? vb_arena_alloc() : NULL;

    if (arena) {
        vb_expr_term *terms;
        vb_error why = {0};
        size_t n;

        if (vb_expr_linear(expr, arena, &n, &terms, &why) != VB_OK)
            expression_fault(r, node, path, &why);
    } else if (expr && linear) {
        r->status = vb_fail_memory(r->first, 1);
    }
    vb_arena_free(arena);
    vb_expr_free(expr);
}

static void check_text(vb_spec_reader *r, const vb_node *node, const char *path)
{
    char quoted[VB_QUOTE_MAX];

    if (is_blank(node->text))
        VB_SPEC_REFUSE_NODE(r, "spec-type", node, "%s is blank", path);
    else if (has_control(node->text))
        VB_SPEC_REFUSE_NODE(r, "spec-type", node,
                            "%s holds a control character or line end: '%s'", path,
                            vb_quote(node->text, quoted));
}

static void check_call(vb_spec_reader *r, const vb_node *node, const char *path)
{
    vb_error why = {0};

    if (vb_hrf_check(node->text, &why) != VB_OK)
        VB_SPEC_REFUSE_NODE(r, "spec-word", node, "%s: %s", path, why.text);
}

static void check_scalar(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                         const char *path)
{
    if (key->kinds & VB_SPEC_WORD && is_word(node, key))
        return;
    if (key->kinds & VB_SPEC_CALL && strchr(node->text, '(')) {
        check_call(r, node, path);
        return;
    }
    if (key->kinds & (VB_SPEC_NUMBER | VB_SPEC_COUNT) &&
        check_number(r, node, key, path))
        return;
    if (key->kinds & VB_SPEC_TRUTH && is_truth(node))
        return;
    if (is_vector(node, key))
        return;
    if (key->kinds & (VB_SPEC_EXPR | VB_SPEC_LINEAR))
        check_expr(r, node, key->kinds & VB_SPEC_LINEAR, path);
    else if (key->kinds & VB_SPEC_TEXT)
        check_text(r, node, path);
    else
        refuse_value(r, node, key, path);
}

/* A list of n numbers, each within the range. */
static bool check_numbers(vb_spec_reader *r, const vb_node *node,
                          const vb_spec_key *key, const char *path, size_t n,
                          double x[])
{
    bool fine = node->n == n;

    for (size_t i = 0; fine && i < n; i++)
        fine = node->items[i]->kind == VB_SCALAR && !node->items[i]->quoted &&
               vb_number_read(node->items[i]->text, &x[i]) == VB_NUMBER_OK;
    if (!fine)
        refuse_value(r, node, key, path);
    return fine;
}

static void check_pair(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                       const char *path)
{
    double x[2] = {0, 0};

    if (check_numbers(r, node, key, path, 2, x) && x[0] >= x[1])
        refuse_value(r, node, key, path);
}

static void check_triple(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                         const char *path)
{
    double x[3] = {0, 0, 0};

    if (check_numbers(r, node, key, path, 3, x) && key->kinds & VB_SPEC_NUMBER)
        for (size_t i = 0; i < 3; i++)
            check_number(r, node->items[i], key, path);
}

static void check_list(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                       const char *path)
{
    if (key->kinds & VB_SPEC_PAIR) {
        check_pair(r, node, key, path);
        return;
    }
    if (key->kinds & VB_SPEC_TRIPLE) {
        check_triple(r, node, key, path);
        return;
    }
    if (!(key->kinds & (VB_SPEC_LIST | VB_SPEC_LINEARS))) {
        refuse_value(r, node, key, path);
        return;
    }
    if (!node->n && key->kinds & VB_SPEC_LINEARS)
        VB_SPEC_REFUSE_NODE(r, "spec-type", node, "%s is an empty list", path);
    for (size_t i = 0; i < node->n; i++) {
        const vb_node *item = node->items[i];
        char below[VB_SPEC_PATH_MAX];

        snprintf(below, sizeof below, "%.480s[%zu]", path, i + 1);
        if (item->kind == VB_MAP && key->kinds & VB_SPEC_MAPS)
            check_map(r, item, key->path, below);
        else if (item->kind != VB_SCALAR || item->null)
            VB_SPEC_REFUSE_NODE(r, "spec-type", item,
                                "%s: entry %zu is %s; expected %s", path, i + 1,
                                item->kind == VB_SCALAR ? "empty"
                                : item->kind == VB_LIST ? "a list"
                                                        : "a map",
                                key->kinds & VB_SPEC_MAPS      ? "a name or a map"
                                : key->kinds & VB_SPEC_LINEARS ? "a sum of columns"
                                                               : "a name");
        else if (key->kinds & VB_SPEC_LINEARS)
            check_expr(r, item, true, path);
        else if (key->kinds & VB_SPEC_WORD && !is_word(item, key))
            refuse_value(r, item, key, path);
        else
            check_text(r, item, path);
    }
}

static void check_value(vb_spec_reader *r, const vb_node *node, const vb_spec_key *key,
                        const char *path)
{
    char expected[EXPECTED_MAX];

    if (key->kinds & VB_SPEC_ANY)
        return;
    if (node->kind == VB_SCALAR && node->null) {
        if (!(key->kinds & VB_SPEC_EMPTY))
            VB_SPEC_REFUSE_NODE(r, "spec-type", node, "%s has no value; expected %s",
                                path, vb_spec_expected(key, expected, sizeof expected));
    } else if (node->kind == VB_SCALAR) {
        check_scalar(r, node, key, path);
    } else if (node->kind == VB_LIST) {
        check_list(r, node, key, path);
    } else if (key->kinds & VB_SPEC_MAP) {
        check_map(r, node, key->path, path);
    } else {
        refuse_value(r, node, key, path);
    }
}

static void unknown_key(vb_spec_reader *r, const vb_node *map, size_t i,
                        const char *pattern, const char *path)
{
    const char *names[VB_SPEC_WORDS_MAX], *last;
    const char *meant = vb_spec_synonym(pattern, map->keys[i]);
    char advice[ADVICE_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    if (meant) {
        VB_SPEC_REFUSE(r, "spec-unknown-key", map->key_line[i], map->key_column[i],
                       "unknown key '%s'%s%s; here it is called '%s'",
                       vb_quote(map->keys[i], quoted), *path ? " in " : "", path,
                       meant);
        return;
    }
    for (size_t k = 0; k < vb_n_spec_keys() && n < VB_SPEC_WORDS_MAX; k++)
        if (vb_spec_key_is_child(vb_spec_key_at(k)->path, pattern, &last))
            names[n++] = last;
    VB_SPEC_REFUSE(r, "spec-unknown-key", map->key_line[i], map->key_column[i],
                   "unknown key '%s'%s%s%s", vb_quote(map->keys[i], quoted),
                   *path ? " in " : "", path,
                   vb_suggest(map->keys[i], names, n, advice, sizeof advice));
}

static void check_map(vb_spec_reader *r, const vb_node *map, const char *pattern,
                      const char *path)
{
    for (size_t i = 0; i < map->n; i++) {
        const char *name = map->keys[i];
        const vb_spec_key *key = vb_spec_key_find(pattern, name);
        char below[VB_SPEC_PATH_MAX], quoted[VB_QUOTE_MAX];

        if (!key) {
            unknown_key(r, map, i, pattern, path);
            continue;
        }
        if (is_blank(name) || has_control(name)) {
            VB_SPEC_REFUSE(
                r, "spec-name", map->key_line[i], map->key_column[i],
                "'%s' cannot be a name%s%s: a name has a letter or digit and no "
                "control characters",
                vb_quote(name, quoted), *path ? " in " : "", path);
            continue;
        }
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "",
                 vb_quote(name, quoted));
        check_value(r, map->items[i], key, below);
    }
}

void vb_spec_check(vb_spec_reader *r, const vb_node *root)
{
    if (root->kind == VB_MAP)
        check_map(r, root, "", "");
    else
        VB_SPEC_REFUSE_NODE(
            r, "spec-type", root,
            "the spec must be a map (key: value) with keys such as trials, "
            "model, regressors, design");
}
