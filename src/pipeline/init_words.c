/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init_words.c - the words by which labs name columns and answers. */
#include "init_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    vb_attribute attribute;
} attribute_words[] = {{"reward", VB_REWARD},    {"amount", VB_REWARD},
                       {"rew", VB_REWARD},       {"rwd", VB_REWARD},
                       {"amt", VB_REWARD},       {"mag", VB_REWARD},
                       {"eff", VB_EFFORT},       {"dly", VB_DELAY},
                       {"gain", VB_REWARD},      {"magnitude", VB_REWARD},
                       {"money", VB_REWARD},     {"points", VB_REWARD},
                       {"credits", VB_REWARD},   {"payoff", VB_REWARD},
                       {"payout", VB_REWARD},    {"stake", VB_REWARD},
                       {"incentive", VB_REWARD}, {"effort", VB_EFFORT},
                       {"force", VB_EFFORT},     {"cost", VB_EFFORT},
                       {"demand", VB_EFFORT},    {"presses", VB_EFFORT},
                       {"mvc", VB_EFFORT},       {"probability", VB_PROBABILITY},
                       {"prob", VB_PROBABILITY}, {"chance", VB_PROBABILITY},
                       {"delay", VB_DELAY},      {"wait", VB_DELAY},
                       {"loss", VB_LOSS},        {"penalty", VB_LOSS}};

/* In falling order of trust. */
static const char *const choice_words[] = {"choice",   "chosen",   "decision",
                                           "respcat",  "response", "accept",
                                           "accepted", "selected", "resp"};
static const char *const yes_words[] = {"1",        "yes",  "y",    "accept",
                                        "accepted", "work", "take", "true"};
static const char *const no_words[] = {"0",        "no",   "n",       "reject",
                                       "rejected", "rest", "decline", "false"};
static const char *const missed_words[] = {"-1",         "miss",    "missed", "none",
                                           "noresponse", "timeout", "999",    "nan"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

bool init_same_word(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool is_break(char c)
{
    return !isalnum((unsigned char)c);
}

/* The next word of *s into word: names break at signs and before capitals (effortLeft). */
static bool next_word(const char **s, char word[], size_t size)
{
    size_t n = 0;

    while (**s && is_break(**s))
        (*s)++;
    for (const char *from = *s; **s && !is_break(**s); (*s)++) {
        if (*s > from && isupper((unsigned char)**s) &&
            islower((unsigned char)(*s)[-1]))
            break;
        if (n + 1 < size)
            word[n++] = (char)tolower((unsigned char)**s);
    }
    word[n] = '\0';
    return n > 0;
}

vb_attribute init_attribute_of(const char *name, char side[], size_t size)
{
    vb_attribute found = VB_N_ATTRIBUTES;
    char word[64];
    size_t n = 0;

    side[0] = '\0';
    while (next_word(&name, word, sizeof word)) {
        vb_attribute a = VB_N_ATTRIBUTES;

        for (size_t i = 0; i < COUNT(attribute_words); i++)
            if (strcmp(word, attribute_words[i].word) == 0)
                a = attribute_words[i].attribute;
        if (a != VB_N_ATTRIBUTES && found != VB_N_ATTRIBUTES)
            return VB_N_ATTRIBUTES; /* "reward_probability": two readings */
        if (a != VB_N_ATTRIBUTES)
            found = a;
        else if (n < size)
            n += (size_t)snprintf(side + n, size - n, "%s%s", n ? "_" : "", word);
    }
    return found;
}

unsigned init_choice_rank(const char *name)
{
    for (size_t i = 0; i < COUNT(choice_words); i++)
        if (init_same_word(name, choice_words[i]))
            return (unsigned)(COUNT(choice_words) - i);
    return 0;
}

static bool is_among(const char *label, const char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (init_same_word(label, words[i]))
            return true;
    return false;
}

init_meaning init_label_meaning(const char *label)
{
    if (is_among(label, missed_words, COUNT(missed_words)))
        return INIT_MISSED;
    if (is_among(label, yes_words, COUNT(yes_words)))
        return INIT_YES;
    if (is_among(label, no_words, COUNT(no_words)))
        return INIT_NO;
    return INIT_UNKNOWN;
}
