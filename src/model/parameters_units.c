/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parameters_units.c - the unit a parameter was fitted in against that of the task.
 *
 * A k for minutes is not a k for levels, so a unit that differs is refused; where the spec
 * states that one unit is so much of another (trials: units: conversions:), the number is
 * converted, and a note says so.  Units are products of powers: "1/min", "EUR/min^2".
 */
#include "parameters_internal.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_POWERS = 8, UNIT_NAME = 48 };

/* base^exponent; one whose exponent is a parameter ("min^p") is kept as a whole. */
typedef struct unit_power {
    char base[UNIT_NAME];
    double exponent;
} unit_power;

typedef struct unit {
    size_t n;
    unit_power power[MAX_POWERS];
} unit;

static void multiply(unit *u, const char *base, double exponent)
{
    size_t i = 0;

    while (i < u->n && strcmp(u->power[i].base, base) != 0)
        i++;
    if (i == u->n) {
        if (u->n == MAX_POWERS)
            return;
        snprintf(u->power[u->n].base, UNIT_NAME, "%s", base);
        u->power[u->n++].exponent = 0;
    }
    u->power[i].exponent += exponent;
    if (u->power[i].exponent == 0)
        u->power[i] = u->power[--u->n];
}

/* The characters of one factor, without blanks at its ends and before an exponent, and no two
 * beside each other; false when too long. */
static bool copy_factor(const char *s, size_t n, char out[UNIT_NAME])
{
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        const bool blank = s[i] == ' ' || s[i] == '\t';
        const bool kept = !blank || (used && out[used - 1] != ' ');

        if (s[i] == '^' && used && out[used - 1] == ' ')
            used--;
        if (kept && used + 1 >= UNIT_NAME)
            return false;
        if (kept)
            out[used++] = blank ? ' ' : s[i];
    }
    if (used && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
    return true;
}

static bool parse(const char *text, unit *u)
{
    double sign = 1;

    *u = (unit){0};
    while (*text) {
        const size_t n = strcspn(text, "*/");
        char factor[UNIT_NAME], *hat, *end = NULL;
        double exponent = 1;

        if (!copy_factor(text, n, factor))
            return false;
        hat = strchr(factor, '^');
        if (hat)
            exponent = strtod(hat + 1, &end);
        if (hat && *hat && end != hat + 1 && !*end)
            *hat = '\0';
        else
            exponent = 1; /* a symbol: part of the name */
        if (*factor && strcmp(factor, "1") != 0)
            multiply(u, factor, sign * exponent);
        text += n;
        if (*text)
            sign = *text++ == '/' ? -1 : 1;
    }
    return true;
}

static bool same(const unit *a, const unit *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        bool found = false;

        for (size_t k = 0; k < b->n; k++)
            found = found || (strcmp(a->power[i].base, b->power[k].base) == 0 &&
                              a->power[i].exponent == b->power[k].exponent);
        if (!found)
            return false;
    }
    return true;
}

static bool has(const unit *u, const char *base)
{
    for (size_t i = 0; i < u->n; i++)
        if (strcmp(u->power[i].base, base) == 0)
            return true;
    return false;
}

/* Puts stated conversions in place of bases the expected unit does not have. */
static double convert(const vb_parameters_spec *spec, unit *given, const unit *expected)
{
    double factor = 1;

    for (size_t c = 0; c < spec->n_conversions; c++) {
        const vb_unit_conversion *v = &spec->conversions[c];

        for (size_t i = 0; i < given->n; i++) {
            const unit_power p = given->power[i];
            const bool forth = strcmp(p.base, v->from) == 0 && has(expected, v->to);
            const bool back = strcmp(p.base, v->to) == 0 && has(expected, v->from);

            if (!forth && !back)
                continue;
            factor *= pow(v->number, forth ? p.exponent : -p.exponent);
            multiply(given, p.base, -p.exponent);
            multiply(given, forth ? v->to : v->from, p.exponent);
            break;
        }
    }
    return factor;
}

static void note_converted(const parameters *p, size_t i, const char *given,
                           double factor, const char *file, size_t line)
{
    char number[VB_NUMBER_MAX], quoted[VB_QUOTE_MAX];

    vb_note_add(p->notes, VB_INFO, "parameter-converted", file, line, 0,
                "parameter %s is in %s and was multiplied by %s to be in %s",
                p->model->params[i].name, vb_quote(given, quoted),
                vb_number_shortest(factor, number), p->model->params[i].unit);
}

vb_status vb_parameters_unit(const parameters *p, size_t i, const char *given,
                             const char *file, size_t line, double *factor,
                             vb_error *err)
{
    const char *wanted = p->model->params[i].unit;
    char quoted[VB_QUOTE_MAX];
    unit from, to;
    bool clear;

    *factor = 1;
    if (!given)
        return VB_OK;
    clear = parse(given, &from) && parse(wanted, &to);
    if (clear && same(&from, &to))
        return VB_OK;
    if (!p->model->params[i].unit_known) {
        vb_note_add(p->notes, VB_INFO, "parameter-unit-unchecked", file, 0, 0,
                    "parameter %s is in %s; the task states no unit to compare it with "
                    "(trials: units:)",
                    p->model->params[i].name, vb_quote(given, quoted));
        return VB_OK;
    }
    if (clear) {
        *factor = convert(p->spec, &from, &to);
        if (same(&from, &to)) {
            note_converted(p, i, given, *factor, file, line);
            return VB_OK;
        }
    }
    return vb_fail_at(
        err, VB_EINPUT, file, line, 0,
        "parameter %s is in '%s', but the task's units make it '%s'; convert "
        "it, state how (trials: units: conversions:), or correct the units",
        p->model->params[i].name, vb_quote(given, quoted), *wanted ? wanted : "1");
}
