/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_keys.h - the table of the spec's keys, and what may stand at each. */
#ifndef VB_IO_SPEC_KEYS_H
#define VB_IO_SPEC_KEYS_H

#include "valuebold/status.h"
#include <stdbool.h>

enum {
    VB_SPEC_MAP = 1 << 0,     /* keys below are entries of their own */
    VB_SPEC_LIST = 1 << 1,    /* of texts */
    VB_SPEC_LINEARS = 1 << 2, /* list of linear expressions */
    VB_SPEC_PAIR = 1 << 3,    /* list of two numbers */
    VB_SPEC_TEXT = 1 << 4,
    VB_SPEC_WORD = 1 << 5, /* one of the words */
    VB_SPEC_NUMBER = 1 << 6,
    VB_SPEC_COUNT = 1 << 7,   /* whole number */
    VB_SPEC_TRUTH = 1 << 8,   /* true, false, yes, no */
    VB_SPEC_EXPR = 1 << 9,    /* expression on columns; a number is one too */
    VB_SPEC_LINEAR = 1 << 10, /* weighted sum of names */
    VB_SPEC_ANY = 1 << 11,    /* kept as written */
    VB_SPEC_EMPTY = 1 << 12,  /* may be left empty: all defaults */
    VB_SPEC_ABOVE = 1 << 13,  /* low is not included */
    VB_SPEC_BELOW = 1 << 14,  /* high is not included */
    VB_SPEC_TRIPLE = 1 << 15, /* list of three numbers */
    VB_SPEC_MAPS = 1 << 16,   /* an entry of the LIST may be a map of the keys below */
    VB_SPEC_CALL = 1 << 17,   /* a response with parameters: GAM(8.6,0.547) */
};

typedef struct vb_spec_key {
    const char *path;
    unsigned kinds;
    const char *words;
    double low, high;
    const char *unit, *fallback, *help;
} vb_spec_key;

enum { VB_SPEC_PATH_MAX = 512, VB_SPEC_WORDS_MAX = 64 };

size_t vb_n_spec_keys(void);
const vb_spec_key *vb_spec_key_at(size_t i);
/* The entry for key below the pattern parent ("" is the top), or NULL. */
const vb_spec_key *vb_spec_key_find(const char *parent, const char *key);
/* What another program's word for a key below the pattern parent is called here, or NULL. */
const char *vb_spec_synonym(const char *parent, const char *word);
/* True when path is directly below parent; *last is its last part. */
bool vb_spec_key_is_child(const char *path, const char *parent, const char **last);

/* The words of a key, at most VB_SPEC_WORDS_MAX; store is theirs.  Returns how many. */
typedef struct vb_spec_words {
    const char *word[VB_SPEC_WORDS_MAX];
    char store[256];
} vb_spec_words;
size_t vb_spec_words_of(const vb_spec_key *key, vb_spec_words *words);

/* "a number, or one of a, b": what may stand at key, for messages. Returns out. */
char *vb_spec_expected(const vb_spec_key *key, char out[], size_t size);

#endif
