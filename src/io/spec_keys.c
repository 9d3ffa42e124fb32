/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_keys.c - look-ups in the table of keys. */
#include "spec_keys.h"
#include "valuebold/design.h"
#include "valuebold/glm.h"
#include "valuebold/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MAP = VB_SPEC_MAP,
    LIST = VB_SPEC_LIST,
    LINEARS = VB_SPEC_LINEARS,
    PAIR = VB_SPEC_PAIR,
    TEXT = VB_SPEC_TEXT,
    WORD = VB_SPEC_WORD,
    NUMBER = VB_SPEC_NUMBER,
    COUNT = VB_SPEC_COUNT,
    TRUTH = VB_SPEC_TRUTH,
    EXPR = VB_SPEC_EXPR,
    LINEAR = VB_SPEC_LINEAR,
    ANY = VB_SPEC_ANY,
    EMPTY = VB_SPEC_EMPTY,
    ABOVE = VB_SPEC_ABOVE,
    BELOW = VB_SPEC_BELOW,
    TRIPLE = VB_SPEC_TRIPLE,
    MAPS = VB_SPEC_MAPS,
    CALL = VB_SPEC_CALL,
};

#define VB_KEY(path, kinds, words, low, high, unit, fallback, help)                    \
    {path, kinds, words, low, high, unit, fallback, help},
static const vb_spec_key keys[] = {
#include "spec_keys.def"
};
#undef VB_KEY

size_t vb_n_spec_keys(void)
{
    return sizeof keys / sizeof keys[0];
}

const vb_spec_key *vb_spec_key_at(size_t i)
{
    return &keys[i];
}

bool vb_spec_key_is_child(const char *path, const char *parent, const char **last)
{
    const size_t n = strlen(parent);

    if (strncmp(path, parent, n) != 0)
        return false;
    path += n;
    if (n) {
        if (*path != '.')
            return false;
        path++;
    }
    *last = path;
    return *path && !strchr(path, '.');
}

const vb_spec_key *vb_spec_key_find(const char *parent, const char *key)
{
    const vb_spec_key *any = NULL;

    for (size_t i = 0; i < vb_n_spec_keys(); i++) {
        const char *last;

        if (!vb_spec_key_is_child(keys[i].path, parent, &last))
            continue;
        if (strcmp(last, "*") == 0)
            any = &keys[i];
        else if (strcmp(last, key) == 0)
            return &keys[i];
    }
    return any;
}

/* Words from the registries of the rooms below, so that a new entry there is known here. */
static size_t registry_words(const vb_spec_key *key, const char *words[])
{
    const vb_attribute attribute = vb_attribute_find(strrchr(key->path, '.') + 1);
    size_t n = 0;

    if (strcmp(key->words, "@hrf") == 0) {
        for (size_t i = 0; i < vb_n_hrfs() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_hrf_name(i);
        return n;
    }
    if (strcmp(key->words, "@like") == 0) {
        for (size_t i = 0; i < vb_n_dialects() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_dialect_name(i);
        return n;
    }
    if (strcmp(key->words, "@noise") == 0) {
        for (size_t i = 0; i < vb_n_noises() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_noise_name(i);
        return n;
    }
    if (strcmp(key->words, "@effort_learning") == 0) {
        words[n++] = "shared";
        for (size_t i = 0; i < vb_n_learning_rules() && n < VB_SPEC_WORDS_MAX; i++)
            if (vb_learning_rule_at(i)->update) /* needs nothing but the effort met */
                words[n++] = vb_learning_rule_at(i)->name;
        return n;
    }
    words[n++] = "none";
    if (strcmp(key->words, "@term") == 0) {
        for (size_t i = 0; i < vb_n_terms() && n < VB_SPEC_WORDS_MAX; i++)
            if (vb_term_at(i)->attributes & 1u << attribute)
                words[n++] = vb_term_at(i)->name;
    } else if (strcmp(key->words, "@choice") == 0) {
        for (size_t i = 0; i < vb_n_choice_rules() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_choice_rule_at(i)->name;
    } else if (strcmp(key->words, "@published") == 0) {
        for (size_t i = 0; i < vb_n_published_models() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_published_model_at(i)->name;
    } else if (strcmp(key->words, "@fatigue") == 0) {
        for (size_t i = 0; i < vb_n_fatigue_rules() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_fatigue_rule_at(i)->name;
    } else {
        for (size_t i = 0; i < vb_n_learning_rules() && n < VB_SPEC_WORDS_MAX; i++)
            words[n++] = vb_learning_rule_at(i)->name;
    }
    return n;
}

size_t vb_spec_words_of(const vb_spec_key *key, vb_spec_words *words)
{
    size_t n = 0;

    if (!*key->words)
        return 0;
    if (key->words[0] == '@')
        return registry_words(key, words->word);
    snprintf(words->store, sizeof words->store, "%s", key->words);
    for (char *word = words->store; word && n < VB_SPEC_WORDS_MAX;) {
        char *bar = strchr(word, '|');

        words->word[n++] = word;
        if (bar)
            *bar++ = '\0';
        word = bar;
    }
    return n;
}

static void join(char out[], size_t size, const char *text)
{
    const size_t used = strlen(out);

    snprintf(out + used, size - used, "%s%s", used ? ", or " : "", text);
}

char *vb_spec_expected(const vb_spec_key *key, char out[], size_t size)
{
    static const struct {
        unsigned kind;
        const char *text;
    } kinds[] = {{VB_SPEC_NUMBER, "a number"},
                 {VB_SPEC_COUNT, "a whole number"},
                 {VB_SPEC_TRUTH, "true or false"},
                 {VB_SPEC_EXPR, "a number, column or expression"},
                 {VB_SPEC_LINEAR, "a sum of columns"},
                 {VB_SPEC_TEXT, "a text"},
                 {VB_SPEC_CALL, "such a name with parameters, as in GAM(8.6,0.547)"},
                 {VB_SPEC_PAIR, "a list of two numbers, the smaller first"},
                 {VB_SPEC_TRIPLE, "a list of three numbers"},
                 {VB_SPEC_LIST, "a list of names"},
                 {VB_SPEC_LINEARS, "a list of sums"},
                 {VB_SPEC_MAP, "a map (key: value)"}};
    vb_spec_words words;
    const size_t n = vb_spec_words_of(key, &words);

    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t used = strlen(out);

        snprintf(out + used, size - used, "%s%s", !i ? n > 1 ? "one of " : "" : ", ",
                 words.word[i]);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (key->kinds & kinds[i].kind)
            join(out, size,
                 kinds[i].kind == VB_SPEC_LIST && key->kinds & VB_SPEC_MAPS
                     ? "a list of names and maps"
                     : kinds[i].text);
    return out;
}
