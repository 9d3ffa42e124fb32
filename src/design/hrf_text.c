/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hrf_text.c - responses by name and parameters: "GAM(8.6,0.547)", "spm(delay=5)". */
#include "hrf.h"
#include "valuebold/design.h"
#include "valuebold/names.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_NAMES = 64, TEXT_MAX = 200 };

static vb_status unknown(const char *text, const char *name, vb_error *err)
{
    const char *names[MAX_NAMES];
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < vb_hrf_count() && n < MAX_NAMES; i++)
        names[n++] = vb_hrf_at(i)->name;
    return vb_fail(err, VB_EUSAGE, "hrf: '%s' is no response function known here%s",
                   vb_quote(text, quoted),
                   vb_suggest(name, names, n, hint, sizeof hint));
}

/* Blanks at both ends of s off, in place. */
static char *trim(char *s)
{
    size_t n;

    s += strspn(s, " ");
    n = strlen(s);
    while (n && s[n - 1] == ' ')
        s[--n] = '\0';
    return s;
}

static vb_status unknown_parameter(const vb_hrf *hrf, const char *name, vb_error *err)
{
    const char *names[VB_HRF_PARAMETERS];
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];

    for (size_t k = 0; k < hrf->n_parameters; k++)
        names[k] = hrf->parameters[k].name;
    return vb_fail(err, VB_EUSAGE, "hrf %s: '%s' is none of its parameters%s",
                   hrf->name, vb_quote(name, quoted),
                   vb_suggest(name, names, hrf->n_parameters, hint, sizeof hint));
}

/* One of "value" and "name=value"; place: where it stands, from 0. */
static vb_status read_parameter(char *text, size_t place, vb_hrf *own, vb_error *err)
{
    char *equals = strchr(text, '='), quoted[VB_QUOTE_MAX];
    const vb_hrf_parameter *parameter;
    size_t k = place;
    double x;

    if (equals) {
        *equals = '\0';
        for (k = 0; k < own->n_parameters; k++)
            if (strcasecmp(own->parameters[k].name, trim(text)) == 0)
                break;
        if (k == own->n_parameters)
            return unknown_parameter(own, trim(text), err);
        text = equals + 1;
    }
    if (k >= own->n_parameters)
        return vb_fail(err, VB_EUSAGE, "hrf %s takes %zu parameters; '%s' is one more",
                       own->name, own->n_parameters, vb_quote(trim(text), quoted));
    parameter = &own->parameters[k];
    if (vb_number_read(trim(text), &x) != VB_NUMBER_OK || !isfinite(x))
        return vb_fail(err, VB_EUSAGE, "hrf %s: %s is '%s', not a number", own->name,
                       parameter->name, vb_quote(trim(text), quoted));
    if (own->given[k])
        return vb_fail(err, VB_EUSAGE, "hrf %s: %s is given twice", own->name,
                       parameter->name);
    if (!(x >= parameter->low && x <= parameter->high))
        return vb_fail(err, VB_EUSAGE,
                       "hrf %s: %s is %g%s%s; it must lie between %g and %g", own->name,
                       parameter->name, x, *parameter->unit ? " " : "", parameter->unit,
                       parameter->low, parameter->high);
    own->p[k] = x;
    own->given[k] = true;
    return VB_OK;
}

static vb_status read_parameters(char *list, vb_hrf *own, vb_error *err)
{
    if (!*trim(list))
        return VB_OK;
    for (size_t place = 0; list; place++) {
        char *comma = strchr(list, ',');
        vb_status status;

        if (comma)
            *comma++ = '\0';
        status = read_parameter(list, place, own, err);
        if (status != VB_OK)
            return status;
        list = comma;
    }
    return VB_OK;
}

/* NAME and the text between the brackets, or NULL where there are none. */
static const vb_hrf *split(char *text, char **list)
{
    const vb_hrf *found = vb_hrf_find(trim(text));
    const size_t n = strlen(text);
    char *bracket = strchr(text, '(');

    *list = NULL;
    if (found || !bracket || text[n - 1] != ')')
        return found;
    text[n - 1] = '\0';
    *bracket = '\0';
    *list = bracket + 1;
    return vb_hrf_find(trim(text));
}

/* Reads text into own, a copy of the entry it names. */
static vb_status read(const char *text, vb_hrf *own, vb_error *err)
{
    char copy[TEXT_MAX], whole[TEXT_MAX], *list, *start;
    const vb_hrf *entry;

    if (snprintf(whole, sizeof whole, "%s", text) >= (int)sizeof whole)
        return vb_fail(err, VB_EUSAGE, "hrf: the name is longer than %d characters",
                       TEXT_MAX);
    start = trim(whole);
    snprintf(copy, sizeof copy, "%s", start);
    entry = split(copy, &list);
    if (!entry)
        return unknown(text, copy, err);
    *own = *entry;
    for (size_t k = 0; k < own->n_parameters; k++) {
        own->p[k] = own->parameters[k].value;
        own->given[k] = false;
    }
    return list ? read_parameters(list, own, err) : VB_OK;
}

static bool adjusted(const vb_hrf *hrf)
{
    for (size_t k = 0; k < hrf->n_parameters; k++)
        if (hrf->given[k])
            return true;
    return false;
}

/* Functions AFNI does not know without parameters. */
static bool needs_parameters(const vb_hrf *hrf)
{
    return hrf->afni == VB_AFNI_TWOGAM || hrf->afni == VB_AFNI_TENT;
}

/* "GAM(8.6,0.547)", as AFNI writes it: all parameters up to the last one given. */
static const char *afni_name(const vb_hrf *hrf, vb_arena *arena)
{
    char out[TEXT_MAX];
    size_t used = (size_t)snprintf(out, sizeof out, "%s(", hrf->name), end = 0;

    for (size_t k = 0; k < hrf->n_parameters; k++)
        if (hrf->given[k] || (needs_parameters(hrf) && !isnan(hrf->p[k])))
            end = k + 1;
    for (size_t k = 0; k < end && used < sizeof out; k++) {
        char number[VB_NUMBER_MAX];

        used +=
            (size_t)snprintf(out + used, sizeof out - used, "%s%s", k ? "," : "",
                             isnan(hrf->p[k]) ? "0"
                                              : vb_number_shortest(hrf->p[k], number));
    }
    return vb_arena_printf(arena, "%s)", out);
}

/* "spm(delay=5, ratio=4)": the parameters given. */
static const char *full_name(const vb_hrf *hrf, vb_arena *arena)
{
    char out[TEXT_MAX];
    size_t used = (size_t)snprintf(out, sizeof out, "%s(", hrf->name);
    bool first = true;

    if (hrf->afni != VB_AFNI_NO_MODEL)
        return afni_name(hrf, arena);
    for (size_t k = 0; k < hrf->n_parameters && used < sizeof out; k++) {
        char number[VB_NUMBER_MAX];

        if (!hrf->given[k])
            continue;
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s=%s",
                                 first ? "" : ", ", hrf->parameters[k].name,
                                 vb_number_shortest(hrf->p[k], number));
        first = false;
    }
    return vb_arena_printf(arena, "%s)", out);
}

vb_status vb_hrf_choose(const char *text, const vb_hrf_request *request,
                        vb_arena *arena, const vb_hrf **hrf, vb_error *err)
{
    vb_hrf *own = vb_arena_take(arena, 1, sizeof *own);
    vb_status status = own ? read(text, own, err) : vb_fail_memory(err, sizeof *own);

    if (status == VB_OK && own->make)
        status = own->make(own, request, arena, err);
    if (status == VB_OK && (adjusted(own) || needs_parameters(own)) &&
        !(own->name = full_name(own, arena)))
        status = vb_fail_memory(err, TEXT_MAX);
    *hrf = own;
    return status;
}

vb_status vb_hrf_check(const char *text, vb_error *err)
{
    vb_hrf own;

    return read(text, &own, err);
}

char *vb_hrf_parameters(size_t i, char out[], size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t k = 0; i < vb_hrf_count() && k < vb_hrf_at(i)->n_parameters; k++) {
        const vb_hrf_parameter *p = &vb_hrf_at(i)->parameters[k];
        char number[VB_NUMBER_MAX];

        if (used >= size)
            break;
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s", k ? ", " : "", p->name);
        if (!isnan(p->value) && used < size)
            used += (size_t)snprintf(out + used, size - used, "=%s%s%s",
                                     vb_number_shortest(p->value, number),
                                     *p->unit ? " " : "", p->unit);
    }
    return out;
}
