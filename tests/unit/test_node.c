/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of YAML and JSON: places, what stays text, and every refusal. */
#include "support.h"
#include "valuebold/node.h"

#include <jansson.h>

static vb_arena *arena;
static vb_error err;

static void begin(void)
{
    arena = vb_arena_alloc();
    cr_assert(arena);
}

static void end(void)
{
    vb_arena_free(arena);
}

TestSuite(node, .init = begin, .fini = end);

static const vb_node *parse(const char *text)
{
    vb_node *root = NULL;

    cr_assert_eq(vb_node_parse("f", text, strlen(text), arena, &root, &err), VB_OK,
                 "%s: %s", text, err.text);
    return root;
}

static void expect_place(const vb_node *node, size_t line, size_t column)
{
    cr_assert(node);
    cr_expect_eq(node->line, line, "line %zu, not %zu", node->line, line);
    cr_expect_eq(node->column, column, "column %zu, not %zu", node->column, column);
}

Test(node, yaml_keeps_lines_columns_and_text)
{
    const vb_node *root = parse("# a comment\n"
                                "valuebold: 1\n"
                                "trials:\n"
                                "  rows: trial_type == \"task\"  # why\n"
                                "  list: [1e3, 012, 'no']\n"
                                "  empty:\n");
    const vb_node *trials = vb_node_get(root, "trials");
    const vb_node *list = vb_node_get(trials, "list");

    cr_expect_eq(root->kind, VB_MAP);
    cr_expect_eq(root->n, 2);
    cr_expect_eq(root->key_line[1], 3);
    cr_expect_eq(root->key_column[1], 1);
    cr_expect_eq(trials->key_line[0], 4);
    cr_expect_eq(trials->key_column[0], 3);
    expect_place(vb_node_get(trials, "rows"), 4, 9);
    cr_expect_str_eq(vb_node_get(trials, "rows")->text, "trial_type == \"task\"");
    cr_expect_eq(list->kind, VB_LIST);
    cr_expect_eq(list->n, 3);
    expect_place(list->items[1], 5, 15);
    cr_expect_str_eq(list->items[0]->text, "1e3");
    cr_expect_str_eq(list->items[1]->text, "012");
    cr_expect(!list->items[1]->quoted);
    cr_expect(list->items[2]->quoted);
    cr_expect(vb_node_get(trials, "empty")->null);
    cr_expect_null(vb_node_get(trials, "nothing"));
    cr_expect_null(vb_node_get(list, "rows"));
}

Test(node, json_keeps_lines_columns_and_text)
{
    const vb_node *root = parse("\n{\"a\": [1.50, -2e-3, true, null],\n"
                                "  \"\\u00e9 \\\"q\\\"\": {\"\": \"\\ud83d\\ude00\"},\n"
                                "\t\"\xc3\xa9\": \"n\", \"z\": 3}");
    const vb_node *a = vb_node_get(root, "a");
    const vb_node *second = vb_node_get(root, "\xc3\xa9 \"q\"");

    cr_expect_str_eq(a->items[0]->text, "1.50");
    cr_expect_str_eq(a->items[1]->text, "-2e-3");
    expect_place(a->items[1], 2, 14);
    cr_expect_str_eq(a->items[2]->text, "true");
    cr_expect(a->items[3]->null);
    cr_assert(second);
    cr_expect_str_eq(vb_node_get(second, "")->text, "\xf0\x9f\x98\x80");
    cr_expect(vb_node_get(second, "")->quoted);
    cr_expect_eq(root->key_line[1], 3);
    expect_place(vb_node_get(root, "z"), 4, 17); /* characters, not bytes */
}

Test(node, both_formats_give_the_same_tree)
{
    const vb_node *yaml = parse("a: {b: [x, 'y z', 3]}\nc: null\n");
    const vb_node *json = parse("{\"a\": {\"b\": [\"x\", \"y z\", 3]}, \"c\": null}");
    const vb_node *roots[] = {yaml, json};

    for (size_t i = 0; i < 2; i++) {
        const vb_node *b = vb_node_get(vb_node_get(roots[i], "a"), "b");

        cr_expect_eq(b->n, 3);
        cr_expect_str_eq(b->items[0]->text, "x");
        cr_expect_str_eq(b->items[1]->text, "y z");
        cr_expect_str_eq(b->items[2]->text, "3");
        cr_expect(vb_node_get(roots[i], "c")->null);
    }
}

Test(node, many_children_survive_the_growth)
{
    char text[40 * 1000] = "";
    size_t n = 0;
    const vb_node *root;

    for (size_t i = 0; i < 1000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "key%zu: %zu\n", i, i * i);
    root = parse(text);
    cr_assert_eq(root->n, 1000);
    for (size_t i = 0; i < 1000; i++) {
        char key[20], value[20];

        snprintf(key, sizeof key, "key%zu", i);
        snprintf(value, sizeof value, "%zu", i * i);
        cr_expect_str_eq(root->keys[i], key);
        cr_expect_str_eq(vb_node_get(root, key)->text, value);
        cr_expect_eq(root->key_line[i], i + 1);
    }
}

Test(node, byte_order_mark_and_crlf_are_taken)
{
    cr_expect_str_eq(vb_node_get(parse("\xef\xbb\xbf"
                                       "a: 1\r\nb: 2\r\n"),
                                 "b")
                         ->text,
                     "2");
    cr_expect_str_eq(vb_node_get(parse("\xef\xbb\xbf{\"a\": 1}\r\n"), "a")->text, "1");
}

static const struct {
    const char *text;
    size_t line, column;
    const char *words;
} refusals[] = {
    {"a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key 'a': it stands in line 1"},
    {"{\"s\": 1,\n \"t\": {}, \"s\": 2}", 2, 11,
     "duplicate key 's': it stands in line 1"},
    {"a: &x 1\nb: *x\n", 1, 4, "anchors"},
    {"a: 1\nb: *x\n", 2, 4, "aliases"},
    {"a: {<<: 1}\n", 1, 5, "merge keys"},
    {"a: !!int 1\n", 1, 4, "tags"},
    {"a: !isna(x)\n", 1, 4, "needs quotes"},
    {"a: 1\n---\nb: 1\n", 2, 1, "second YAML document"},
    {"? [a, b]\n: 1\n", 1, 3, "cannot be a key"},
    {"a:\n\tb: 1\n", 2, 1, "not with tabs"},
    {"a: b: c\n", 1, 5, "needs quotes"},
    {"a: `odd name` == 1\n", 1, 4, "needs quotes around all of it"},
    {"a: \"task\" == b\n", 1, 11, "must also end with it"},
    {"a: [1, 2\n", 2, 1, "not valid YAML"},
    {"a: \"\\0\"\n", 1, 4, "NUL"},
    {"a: \xff\n", 1, 0, "not valid YAML"},
    {"", 0, 0, "empty"},
    {"# only a comment\n", 0, 0, "empty"},
    {"~\n", 0, 0, "empty"},
    {"{\"a\": NaN}", 1, 7, "JSON: 'NaN' is no number"},
    {"{\"a\": 1e999}", 1, 7, "JSON: the number 1e999 is too large"},
    {"{\"a\": 1} x", 1, 10, "JSON: the end of the file is expected here, not 'x'"},
    {"{\"a\": 1", 1, 8, "JSON: it ends early, a comma or the closing bracket"},
    {"{\"a\":", 1, 6, "JSON: it ends early, a value is missing"},
    {"{\"a\"", 1, 5, "JSON: it ends early, a colon is missing"},
    {"{\"a\": 01}", 1, 7, "JSON: '01' is no number"},
    {"[1.]", 1, 2, "JSON: '1.' is no number"},
    {"[.5]", 1, 2, "JSON: '.5' is no number"},
    {"[+1]", 1, 2, "JSON: '+1' is no number"},
    {"[1e]", 1, 2, "JSON: '1e' is no number"},
    {"[-]", 1, 2, "JSON: '-' is no number"},
    {"[True]", 1, 2, "JSON: 'True' is no number, text in double quotes, true"},
    {"{'a': 1}", 1, 2, "a key in double quotes or } is expected here, not ''a''"},
    {"{\"a\": 1,}", 1, 9, "a comma too many"},
    {"[1,]", 1, 4, "a comma too many"},
    {"[1 2]", 1, 4, "a comma or the closing bracket is expected"},
    {"[1}", 1, 3, "a comma or the closing bracket is expected"},
    {"{\"a\" 1}", 1, 6, "a colon is expected"},
    {"{1: 2}", 1, 2, "a key in double quotes"},
    {"{[]: 2}", 1, 2, "a key in double quotes"},
    {"[,1]", 1, 2, "a value or ]"},
    {"[\"a\\x\"]", 1, 4, "unknown escape"},
    {"[\"\\u12g4\"]", 1, 3, "four hexadecimal digits"},
    {"[\"\\ud800\"]", 1, 3, "half of a surrogate pair"},
    {"[\"\\udc00\\ud800\"]", 1, 3, "half of a surrogate pair"},
    {"[\"\\ud800\\u0041\"]", 1, 3, "half of a surrogate pair"},
    {"[\"a\nb\"]", 1, 4, "control character or line end"},
    {"[\"abc\\\"", 1, 6, "without its closing quote"},
    {"[\"", 1, 2, "without its closing quote"},
    {"{\"a\": \"\\u0000\"}", 1, 8, "NUL"},
    {"{\"a\": \"\xff\"}", 1, 8, "a byte that is no UTF-8"},
    {"[\"\xc0\x80\"]", 1, 3, "a byte that is no UTF-8"},
    {"[\"\xed\xa0\x80\"]", 1, 3, "a byte that is no UTF-8"},
    {"[\"\xf4\x90\x80\x80\"]", 1, 3, "a byte that is no UTF-8"},
    {"[\"\xe2\x82\"]", 1, 3, "a byte that is no UTF-8"},
};

Test(node, every_refusal_names_its_place)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        vb_node *root = NULL;

        err = (vb_error){0};
        cr_expect_eq(vb_node_parse("f.yaml", refusals[i].text, strlen(refusals[i].text),
                                   arena, &root, &err),
                     VB_EINPUT, "%s", refusals[i].text);
        cr_expect_null(root);
        cr_expect_str_eq(err.file, "f.yaml");
        cr_expect(strstr(err.text, refusals[i].words), "%s: %s", refusals[i].text,
                  err.text);
        cr_expect_eq(err.line, refusals[i].line, "%s: line %zu: %s", refusals[i].text,
                     err.line, err.text);
        cr_expect_eq(err.column, refusals[i].column, "%s: column %zu: %s",
                     refusals[i].text, err.column, err.text);
    }
}

Test(node, depth_has_a_limit_in_both_formats)
{
    static const struct {
        const char *open, *close;
        size_t n;
        vb_status status;
    } cases[] = {{"[", "]", 64, VB_OK},
                 {"[", "]", 65, VB_EINPUT},
                 {"{\"a\":", "}", 65, VB_EINPUT},
                 {"- ", "", 65, VB_EINPUT},
                 {"[", "", 100000, VB_EINPUT},
                 {"- ", "", 100000, VB_EINPUT},
                 {"{\"a\":", "", 100000, VB_EINPUT}};
    char *text = malloc(600000);

    cr_assert(text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_node *root = NULL;
        size_t n = 0;

        for (size_t k = 0; k < cases[i].n; k++)
            n += (size_t)snprintf(text + n, 600000 - n, "%s", cases[i].open);
        for (size_t k = 0; k < cases[i].n; k++)
            n += (size_t)snprintf(text + n, 600000 - n, "%s", cases[i].close);
        err = (vb_error){0};
        cr_expect_eq(vb_node_parse("f", text, n, arena, &root, &err), cases[i].status,
                     "%zu times %s: %s", cases[i].n, cases[i].open, err.text);
        if (cases[i].status != VB_OK)
            cr_expect(strstr(err.text, "nested deeper than 64"), "%s", err.text);
    }
    free(text);
}

Test(node, json_escapes_and_long_numbers_are_kept)
{
    const vb_node *root =
        parse("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u20ac\\uD834\\udd1e\","
              " 123456789012345678901234567890, -0, 1E+2, []]");

    cr_expect_str_eq(root->items[0]->text,
                     "\"\\/\b\f\n\r\tA\xe2\x82\xac\xf0\x9d\x84\x9e");
    cr_expect_str_eq(root->items[1]->text, "123456789012345678901234567890");
    cr_expect_str_eq(root->items[2]->text, "-0");
    cr_expect_str_eq(root->items[3]->text, "1E+2");
    cr_expect_eq(root->items[4]->n, 0);
}

/* jansson 2.14 is the judge: strict, and written by others. */
static void expect_same_verdict(const char *text, size_t n)
{
    vb_arena *own = vb_arena_alloc();
    vb_node *root = NULL;
    vb_error why = {0};
    json_t *theirs = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    const vb_status ours = vb_node_parse("f", text, n, own, &root, &why);

    cr_assert_eq(ours == VB_OK, theirs != NULL, "%.*s: %zu:%zu %s", (int)n, text,
                 why.line, why.column, why.text);
    json_decref(theirs);
    vb_arena_free(own);
}

Test(node, damaged_json_gets_the_verdict_of_jansson, .timeout = 120)
{
    static const char text[] = "{\"a\": [1, -2.5e3, 0, \"x\\n\\u00e9\", true, false, "
                               "{\"k\": null}, []], \"\xc3\xa9\":"
                               " \"\\\"\\ud83d\\ude00\", \"b\": {}}";
    const size_t n = sizeof text - 1;
    char copy[sizeof text];

    for (size_t cut = 1; cut <= n; cut++)
        expect_same_verdict(text, cut);
    for (size_t at = 1; at < n; at++)
        for (unsigned c = 0; c < 256; c++) {
            memcpy(copy, text, n);
            copy[at] = (char)c;
            expect_same_verdict(copy, n);
        }
    for (size_t at = 1; at < n; at++) { /* one byte less, one twice, two exchanged */
        memcpy(copy, text, at);
        memcpy(copy + at, text + at + 1, n - at - 1);
        expect_same_verdict(copy, n - 1);
        memcpy(copy, text, n);
        copy[at] = text[at - 1];
        copy[at - 1] = text[at];
        if (at > 1)
            expect_same_verdict(copy, n);
    }
}

/* Whatever is cut off or changed: a tree or a sentence, never a crash (run under ASan). */
static void survive(const char *text, size_t n)
{
    vb_arena *own = vb_arena_alloc();
    vb_node *root = NULL;
    vb_error why = {0};

    if (vb_node_parse("f", text, n, own, &root, &why) == VB_OK)
        cr_assert(root);
    else
        cr_assert(why.text[0]);
    vb_arena_free(own);
}

Test(node, any_cut_and_any_changed_byte_is_survived, .timeout = 120)
{
    static const char *const texts[] = {"{\"a\": [1, -2.5e3, \"x\\n\\u00e9\", true, "
                                        "{\"k\": null}], \"\xc3\xa9\": \"\\\"\"}",
                                        "a: 1\nb:\n  - x == \"t\"\n  - {c: 'd', e: [1, "
                                        "2]}\nf: |\n  text\n  more\n# c\n"};
    static const unsigned char bytes[] = {0,   1,    '\t', '\n', ' ', '"', '\'', '[',
                                          ']', '{',  '}',  ':',  ',', '#', '&',  '*',
                                          '!', '|',  '-',  '\\', '%', '@', '?',  '>',
                                          '<', 0x7f, 0x80, 0xc3, 0xff};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const size_t n = strlen(texts[i]);

        for (size_t cut = 0; cut <= n; cut++) {
            char *copy = malloc(cut + 1); /* so that ASan sees a byte too far */

            cr_assert(copy);
            memcpy(copy, texts[i], cut);
            copy = realloc(copy, cut ? cut : 1);
            survive(copy, cut);
            free(copy);
        }
        for (size_t at = 0; at < n; at++)
            for (size_t k = 0; k < sizeof bytes; k++) {
                char *copy = malloc(n);

                cr_assert(copy);
                memcpy(copy, texts[i], n);
                copy[at] = (char)bytes[k];
                survive(copy, n);
                free(copy);
            }
    }
}
