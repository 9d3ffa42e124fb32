/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrast_match.c - names of contrasts and of the columns they weigh. */
#include "contrast_match.h"

#include "valuebold/names.h"

#include <string.h>

enum { CAMEL_SIZE = 2 * VB_CONTRAST_NAME_MAX + 2, HINT_SIZE = 700, MOST_LISTED = 1000 };

static bool is_safe(const char *name)
{
    char camel[CAMEL_SIZE];
    size_t n = 0;

    for (; name[n]; n++) {
        const unsigned char c = (unsigned char)name[n];

        if (c < 0x20 || c == 0x7f || c == '/' || c == '\\')
            return false;
    }
    return n > 0 && n <= VB_CONTRAST_NAME_MAX && name[0] != '.' &&
           vb_camel(name, camel, sizeof camel)[0];
}

static vb_status check_name(const vb_contrast_spec *spec, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];

    if (is_safe(spec->name))
        return VB_OK;
    return vb_fail_at(
        err, VB_EINPUT, spec->file, spec->line, spec->column,
        "invalid contrast name '%s' (%zu characters): it becomes part of file "
        "names, so it needs a letter or digit, has at most %d characters, no "
        "'/', '\\' or control character, and does not begin with '.'",
        vb_quote(spec->name, quoted), strlen(spec->name), VB_CONTRAST_NAME_MAX);
}

vb_status vb_contrast_names_check(size_t n, const vb_contrast_spec specs[],
                                  vb_error *err)
{
    for (size_t i = 0; i < n; i++) {
        char own[CAMEL_SIZE], other[CAMEL_SIZE], quoted[VB_QUOTE_MAX],
            before[VB_QUOTE_MAX];
        const vb_status status = check_name(&specs[i], err);

        if (status != VB_OK)
            return status;
        vb_camel(specs[i].name, own, sizeof own);
        for (size_t k = 0; k < i; k++)
            if (strcmp(own, vb_camel(specs[k].name, other, sizeof other)) == 0)
                return vb_fail_at(
                    err, VB_EINPUT, specs[i].file, specs[i].line, specs[i].column,
                    "duplicate contrast: '%s' and '%s' would be written to the "
                    "same files (contrast-%s)",
                    vb_quote(specs[k].name, before), vb_quote(specs[i].name, quoted),
                    own);
    }
    return VB_OK;
}

/* The modulator's part of a title, "sv" of "task*sv"; NULL when there is none. */
static const char *signal_of(const char *title)
{
    const char *star = strrchr(title, '*');

    return star ? star + 1 : NULL;
}

static bool first_of_title(const vb_design *design, size_t j)
{
    for (size_t k = 0; k < j; k++)
        if (strcmp(design->columns[k].title, design->columns[j].title) == 0)
            return false;
    return true;
}

static vb_status unknown(const vb_design *design, const vb_contrast_spec *spec,
                         const char *name, vb_error *err)
{
    const char *titles[MOST_LISTED];
    char hint[HINT_SIZE], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    for (size_t j = 0; j < design->n_cols && n < MOST_LISTED; j++)
        if (design->columns[j].kind != VB_COLUMN_DRIFT && first_of_title(design, j))
            titles[n++] = design->columns[j].title;
    return vb_fail_at(err, VB_EINPUT, spec->file, spec->line, spec->column,
                      "contrast '%.100s': the design has no column '%s'%s", spec->name,
                      vb_quote(name, quoted),
                      vb_suggest(name, titles, n, hint, sizeof hint));
}

static vb_status ambiguous(const vb_design *design, const vb_contrast_spec *spec,
                           const char *name, size_t a, size_t b, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];

    return vb_fail_at(
        err, VB_EINPUT, spec->file, spec->line, spec->column,
        "contrast '%.100s': '%s' can mean column '%.200s' or '%.200s'; write "
        "the full name",
        spec->name, vb_quote(name, quoted), design->columns[a].name,
        design->columns[b].name);
}

/* Columns with this title, one in each run that has it. */
static vb_status with_title(const vb_design *design, const vb_contrast_spec *spec,
                            const char *title, size_t columns[], size_t *n_found,
                            vb_error *err)
{
    size_t n = 0;

    for (size_t j = 0; j < design->n_cols; j++) {
        if (strcmp(design->columns[j].title, title) != 0)
            continue;
        if (n && design->columns[columns[n - 1]].run == design->columns[j].run)
            return ambiguous(design, spec, title, columns[n - 1], j, err);
        columns[n++] = j;
    }
    *n_found = n;
    return VB_OK;
}

vb_status vb_contrast_match(const vb_design *design, const vb_contrast_spec *spec,
                            const char *name, size_t columns[], size_t *n_found,
                            vb_error *err)
{
    size_t only = VB_NONE;
    vb_status status;

    *n_found = VB_NONE; /* with_title leaves it so when a title can mean two columns */
    status = with_title(design, spec, name, columns, n_found, err);

    if (status != VB_OK || *n_found)
        return status;
    for (size_t j = 0; j < design->n_cols; j++)
        if (strcmp(design->columns[j].name, name) == 0) { /* one column of one run */
            columns[0] = j;
            *n_found = 1;
            return VB_OK;
        }
    for (size_t j = 0; j < design->n_cols; j++) {
        const char *title = design->columns[j].title, *signal = signal_of(title);

        if (!signal || strcmp(signal, name) != 0)
            continue;
        if (only != VB_NONE && strcmp(design->columns[only].title, title) != 0) {
            *n_found = VB_NONE;
            return ambiguous(design, spec, name, only, j, err);
        }
        if (only == VB_NONE)
            only = j;
    }
    if (only == VB_NONE)
        return unknown(design, spec, name, err);
    *n_found = VB_NONE;
    return with_title(design, spec, design->columns[only].title, columns, n_found, err);
}
