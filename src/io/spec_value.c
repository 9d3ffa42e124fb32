/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_value.c - one value against the table of keys, for options that stand for a key. */
#include "spec_keys.h"
#include "valuebold/names.h"
#include "valuebold/number.h"
#include "valuebold/spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EXPECTED_MAX = 512 };

static const vb_spec_key *find_key(const char *path)
{
    for (size_t i = 0; i < vb_n_spec_keys(); i++)
        if (strcmp(vb_spec_key_at(i)->path, path) == 0)
            return vb_spec_key_at(i);
    return NULL;
}

static bool is_truth(const vb_spec_key *key, const char *text)
{
    static const char *const truths[] = {"true", "false", "yes", "no"};

    for (size_t i = 0; key->kinds & VB_SPEC_TRUTH && i < 4; i++)
        if (strcmp(text, truths[i]) == 0)
            return true;
    return false;
}

static bool is_number(const vb_spec_key *key, const char *text, double *x)
{
    return key->kinds & (VB_SPEC_NUMBER | VB_SPEC_COUNT) &&
           vb_number_read(text, x) == VB_NUMBER_OK &&
           !(key->kinds & VB_SPEC_COUNT && floor(*x) < *x);
}

static vb_status check_range(const vb_spec_key *key, double x, vb_error *err)
{
    const bool above = key->kinds & VB_SPEC_ABOVE, below = key->kinds & VB_SPEC_BELOW;

    if ((above ? x > key->low : x >= key->low) &&
        (below ? x < key->high : x <= key->high))
        return VB_OK;
    return vb_fail(err, VB_EINPUT, "%g is out of range; it must be %s %g and %s %g%s%s",
                   x, above ? "above" : "at least", key->low,
                   below ? "below" : "at most", key->high, *key->unit ? " " : "",
                   key->unit);
}

vb_status vb_spec_value(const char *path, const char *text, vb_spec_scalar *value,
                        vb_error *err)
{
    const vb_spec_key *key = find_key(path);
    char expected[EXPECTED_MAX], quoted[VB_QUOTE_MAX];
    const char *near = NULL;
    vb_spec_words words;
    size_t n;

    if (!key)
        return vb_fail(err, VB_EINTERNAL, "the spec has no key '%s'", path);
    *value = (vb_spec_scalar){text, VB_NONE, (double)NAN};
    n = vb_spec_words_of(key, &words);
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, words.word[i]) == 0)
            value->word = i;
    if (value->word != VB_NONE || is_truth(key, text))
        return VB_OK;
    if (is_number(key, text, &value->number))
        return check_range(key, value->number, err);
    if (key->kinds & VB_SPEC_TEXT && text[0])
        return VB_OK;
    near = vb_nearest(text, words.word, n);
    return vb_fail(err, VB_EINPUT, "'%s'; expected %s%s%s%s", vb_quote(text, quoted),
                   vb_spec_expected(key, expected, sizeof expected),
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

const char *vb_spec_word(const char *path, size_t i, char out[], size_t size)
{
    const vb_spec_key *key = find_key(path);
    vb_spec_words words;

    if (!key || i >= vb_spec_words_of(key, &words))
        return NULL;
    snprintf(out, size, "%s", words.word[i]);
    return out;
}
