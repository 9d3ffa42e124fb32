/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parse.c - a command line against the tables of a command.
 *
 * getopt_long does the splitting (it knows --name=value, abbreviations, -vv and "--");
 * the complaints are ours, because they name the nearest option.
 */
#include "cli.h"

#include "valuebold/names.h"
#include "valuebold/number.h"
#include <ctype.h>
#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CODE = 256 }; /* getopt codes: FIRST_CODE + index, apart from letters */

typedef struct parser {
    const cli_command *command;
    vb_arena *arena;
    char *args; /* the args struct */
    int argc;
    char **argv;
    size_t n;
    const cli_option *options[CLI_MAX_OPTIONS];
    size_t n_positionals; /* seen so far */
    const char
        *greedy_option; /* took more than one value at once, and the last of them */
    const char *greedy_value;
} parser;

static void *member(const parser *p, size_t offset)
{
    return p->args + offset;
}

static vb_status collect_options(parser *p, vb_error *err)
{
    const char *titles[CLI_MAX_TABLES];
    const cli_option *tables[CLI_MAX_TABLES];
    const size_t n = cli_tables(p->command, titles, tables);

    for (size_t i = 0; i < n; i++)
        for (const cli_option *o = tables[i]; o->name; o++) {
            if (p->n == CLI_MAX_OPTIONS)
                return vb_fail(err, VB_EINTERNAL, "too many options in %s",
                               p->command->name);
            p->options[p->n++] = o;
        }
    return VB_OK;
}

/* Allowed values, as the commands' tables give them. */
static vb_status check_choice(const char *what, const char *value,
                              const char *(*choice)(size_t), vb_error *err)
{
    enum { MAX = 64 };
    const char *names[MAX];
    char quoted[VB_QUOTE_MAX], hint[VB_TEXT_MAX];
    size_t n = 0;

    const char *bracket = strchr(value, '('); /* parameters are judged elsewhere */
    const size_t length = bracket ? (size_t)(bracket - value) : strlen(value);

    for (; n < MAX && (names[n] = choice(n)); n++)
        if (strcmp(names[n], value) == 0 ||
            (strlen(names[n]) == length && strncmp(names[n], value, length) == 0))
            return VB_OK;
    return vb_fail(err, VB_EUSAGE, "%s cannot be '%s'%s", what, vb_quote(value, quoted),
                   vb_suggest(value, names, n, hint, sizeof hint));
}

static vb_status append(parser *p, cli_list *list, const char *value, vb_error *err)
{
    if (!list->items) /* no list can hold more values than there are arguments */
        list->items = vb_arena_take(p->arena, (size_t)p->argc + 1, sizeof *list->items);
    if (!list->items)
        return vb_fail_memory(err, (size_t)p->argc * sizeof *list->items);
    list->items[list->n++] = value;
    return VB_OK;
}

static vb_status append_label(parser *p, const cli_option *option, const char *value,
                              vb_error *err)
{
    static const struct {
        const char *option, *prefix;
    } entities[] = {{"participant-label", "sub-"},
                    {"session-label", "ses-"},
                    {"run", "run-"}};
    char quoted[VB_QUOTE_MAX];
    const char *label = value;

    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (strcmp(option->name, entities[i].option) == 0 &&
            strncmp(value, entities[i].prefix, strlen(entities[i].prefix)) == 0)
            label = value + strlen(entities[i].prefix);
    if (!vb_is_label(label))
        return vb_fail(
            err, VB_EUSAGE,
            "--%s: '%s' is not a BIDS label; letters and digits only are allowed",
            option->name, vb_quote(value, quoted));
    return append(p, member(p, option->offset), label, err);
}

static vb_status set_number(const cli_option *option, const char *value, double *x,
                            vb_error *err)
{
    char quoted[VB_QUOTE_MAX];
    const vb_number_kind kind = vb_number_read(value, x);

    if (kind == VB_NUMBER_OK)
        return VB_OK;
    return vb_fail(err, VB_EUSAGE, "--%s: '%s' %s", option->name,
                   vb_quote(value, quoted), vb_number_why(kind));
}

static vb_status set_count(const cli_option *option, const char *value, size_t *n,
                           vb_error *err)
{
    char quoted[VB_QUOTE_MAX];
    size_t sum = 0;
    const char *s = value;

    for (; isdigit((unsigned char)*s) && sum <= (SIZE_MAX - 9) / 10; s++)
        sum = 10 * sum + (size_t)(*s - '0');
    if (*s || !sum)
        return vb_fail(err, VB_EUSAGE, "--%s: '%s' is not a whole number from 1 up",
                       option->name, vb_quote(value, quoted));
    *n = sum;
    return VB_OK;
}

static vb_status set_value(parser *p, const cli_option *option, const char *value,
                           vb_error *err)
{
    void *at = member(p, option->offset);
    char what[128];

    if (option->type != CLI_FLAG && option->type != CLI_LEVEL) {
        snprintf(what, sizeof what, "--%s", option->name);
        if (!value[0])
            return vb_fail(err, VB_EUSAGE, "%s: the value is empty", what);
        if (option->choice) {
            const vb_status status = check_choice(what, value, option->choice, err);

            if (status)
                return status;
        }
    }
    switch (option->type) {
    case CLI_FLAG:
        *(bool *)at = true;
        return VB_OK;
    case CLI_LEVEL:
        ++*(unsigned *)at;
        return VB_OK;
    case CLI_TEXT:
    case CLI_FILE:
    case CLI_FOLDER:
        *(const char **)at = value;
        return VB_OK;
    case CLI_NUMBER:
        return set_number(option, value, at, err);
    case CLI_COUNT:
        return set_count(option, value, at, err);
    case CLI_LIST:
        return append(p, at, value, err);
    case CLI_LABELS:
        return append_label(p, option, value, err);
    }
    return vb_fail(err, VB_EINTERNAL, "--%s has no type", option->name);
}

static vb_status set_initial(parser *p, vb_error *err)
{
    for (size_t i = 0; i < p->n; i++) {
        const cli_option *option = p->options[i];
        vb_status status = VB_OK;

        if (option->initial)
            status = set_value(p, option, option->initial, err);
        else if (option->type == CLI_NUMBER)
            *(double *)member(p, option->offset) = (double)NAN;
        if (status)
            return status;
    }
    return VB_OK;
}

static vb_status add_positional(parser *p, const char *value, vb_error *err)
{
    const cli_positional *slot = p->command->positionals;
    char quoted[VB_QUOTE_MAX];

    for (size_t i = 0; slot && slot->name && i < p->n_positionals; i++)
        if (slot->need != CLI_SEVERAL)
            slot++;
    if (!slot || !slot->name)
        return vb_fail(err, VB_EUSAGE,
                       "%s: unexpected argument '%s'; see 'valuebold %s --help'",
                       p->command->name, vb_quote(value, quoted), p->command->name);
    if (slot->choice) {
        const vb_status status = check_choice(slot->name, value, slot->choice, err);

        if (status)
            return status;
    }
    p->n_positionals++;
    if (slot->need == CLI_SEVERAL)
        return append(p, member(p, slot->offset), value, err);
    *(const char **)member(p, slot->offset) = value;
    return VB_OK;
}

static vb_status check_positionals(const parser *p, vb_error *err)
{
    const cli_positional *slot = p->command->positionals;

    for (size_t i = 0; slot && slot[i].name; i++) {
        char quoted[VB_QUOTE_MAX], hint[512] = "";

        if (slot[i].need != CLI_REQUIRED || i < p->n_positionals)
            continue;
        if (p->greedy_value)
            snprintf(hint, sizeof hint,
                     "; '%s' was taken as a value of --%s, so put %s before it",
                     vb_quote(p->greedy_value, quoted), p->greedy_option, slot[i].name);
        return vb_fail(err, VB_EUSAGE,
                       "%s needs %s, the %s%s; see 'valuebold %s --help'",
                       p->command->name, slot[i].name, slot[i].help, hint,
                       p->command->name);
    }
    return VB_OK;
}

/* --participant-label 01 02 03: what follows is more labels unless it looks like a path */
static vb_status take_more_labels(parser *p, const cli_option *option, vb_error *err)
{
    while (optind < p->argc) {
        const char *next = p->argv[optind];
        vb_status status;

        if (next[0] == '-' || strpbrk(next, "./"))
            return VB_OK;
        status = append_label(p, option, next, err);
        if (status)
            return status;
        p->greedy_option = option->name;
        p->greedy_value = next;
        optind++;
    }
    return VB_OK;
}

static vb_status unknown_option(const parser *p, const char *typed, vb_error *err)
{
    const char *names[CLI_MAX_OPTIONS];
    char name[128], quoted[VB_QUOTE_MAX], hint[VB_TEXT_MAX];
    size_t n_prefixed = 0;

    snprintf(name, sizeof name, "%s", typed);
    name[strcspn(name, "=")] = '\0';
    for (size_t i = 0; i < p->n; i++) {
        names[i] = vb_arena_printf(p->arena, "--%s", p->options[i]->name);
        if (!names[i])
            return vb_fail_memory(err, strlen(p->options[i]->name));
        n_prefixed += strncmp(names[i], name, strlen(name)) == 0;
    }
    if (typed[1] == '-' && n_prefixed > 1)
        return vb_fail(err, VB_EUSAGE, "%s: option '%s' is short for several options",
                       p->command->name, vb_quote(typed, quoted));
    return vb_fail(err, VB_EUSAGE, "%s: there is no option '%s'%s", p->command->name,
                   vb_quote(typed, quoted),
                   vb_suggest(name, names, p->n, hint, sizeof hint));
}

/* getopt said ':' or '?' */
static vb_status complain(const parser *p, int code, vb_error *err)
{
    const char *typed = p->argv[optind > 1 ? optind - 1 : 1];
    char letter[3] = {'-', (char)optopt, '\0'};

    if (optopt >= FIRST_CODE && (size_t)(optopt - FIRST_CODE) < p->n) {
        const cli_option *option = p->options[optopt - FIRST_CODE];

        if (code == ':')
            return vb_fail(err, VB_EUSAGE, "%s: --%s needs a value (%s)",
                           p->command->name, option->name, option->argument);
        return vb_fail(err, VB_EUSAGE, "%s: --%s takes no value", p->command->name,
                       option->name);
    }
    if (code == ':')
        return vb_fail(err, VB_EUSAGE, "%s: %s needs a value", p->command->name,
                       letter);
    return unknown_option(p, optopt && isprint(optopt) ? letter : typed, err);
}

static const cli_option *option_of(const parser *p, int code)
{
    if (code >= FIRST_CODE)
        return p->options[code - FIRST_CODE];
    for (size_t i = 0; i < p->n; i++)
        if (p->options[i]->letter == code)
            return p->options[i];
    return NULL;
}

static vb_status walk(parser *p, const char *shorts, const struct option longs[],
                      vb_error *err)
{
    vb_status status = VB_OK;
    int code;

    optind = 0; /* GNU: start anew */
    opterr = 0;
    while (!status &&
           (code = getopt_long(p->argc, p->argv, shorts, longs, NULL)) != -1) {
        const cli_option *option;

        if (code == 1) {
            status = add_positional(p, optarg, err);
            continue;
        }
        option = code == ':' || code == '?' ? NULL : option_of(p, code);
        if (!option)
            return complain(p, code, err);
        status = set_value(p, option, optarg ? optarg : "", err);
        if (!status && option->type == CLI_LABELS)
            status = take_more_labels(p, option, err);
    }
    for (; !status && optind < p->argc; optind++) /* behind "--" */
        status = add_positional(p, p->argv[optind], err);
    return status;
}

/* A copy of argv that getopt may use, with '_' in option names turned into '-'. */
static vb_status copy_argv(parser *p, int argc, char *const argv[], vb_error *err)
{
    bool names = true;

    p->argc = argc;
    p->argv = vb_arena_take(p->arena, (size_t)argc + 1, sizeof *p->argv);
    for (int i = 0; p->argv && i < argc; i++) {
        char *copy = vb_arena_string(p->arena, argv[i]);

        if (!copy)
            return vb_fail_memory(err, strlen(argv[i]));
        if (strcmp(copy, "--") == 0)
            names = false;
        if (names && i && strncmp(copy, "--", 2) == 0)
            for (char *c = copy; *c && *c != '='; c++)
                if (*c == '_')
                    *c = '-';
        p->argv[i] = copy;
    }
    return p->argv ? VB_OK : vb_fail_memory(err, (size_t)argc);
}

vb_status cli_parse(const cli_command *command, int argc, char *const argv[],
                    vb_arena *arena, void *args, vb_error *err)
{
    parser p = {.command = command, .arena = arena, .args = args};
    struct option longs[CLI_MAX_OPTIONS + 1] = {0};
    char shorts[2 + 2 * CLI_MAX_OPTIONS + 1] = "-:";
    size_t n_shorts = 2;
    vb_status status;

    memset(args, 0, command->args_size);
    status = collect_options(&p, err);
    if (!status)
        status = copy_argv(&p, argc, argv, err);
    if (!status)
        status = set_initial(&p, err);
    if (status)
        return status;
    for (size_t i = 0; i < p.n; i++) {
        const cli_option *option = p.options[i];
        const bool bare = option->type == CLI_FLAG || option->type == CLI_LEVEL;

        longs[i] = (struct option){option->name, bare ? no_argument : required_argument,
                                   NULL, FIRST_CODE + (int)i};
        if (!option->letter)
            continue;
        shorts[n_shorts++] = option->letter;
        if (!bare)
            shorts[n_shorts++] = ':';
    }
    status = walk(&p, shorts, longs, err);
    if (status || ((const cli_common *)args)->help)
        return status;
    return check_positionals(&p, err);
}
