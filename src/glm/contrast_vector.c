/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contrast_vector.c - vectors of weights, as other programs take them: refused, with the same
 * contrast written on column names, which hold whatever the order of the columns.
 */
#include "contrast_match.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WEIGHTS = 4096 };

static const char *const between = " \t,;[]()";

/* Numbers between blanks, commas, semicolons and brackets; 0 when there is anything else. */
static size_t read_numbers(const char *text, size_t most, double out[])
{
    size_t n = 0;

    for (;;) {
        char word[64];
        size_t length;
        double x;

        text += strspn(text, between);
        if (!*text)
            return n;
        length = strcspn(text, between);
        if (length >= sizeof word)
            return 0;
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        if (vb_number_read(word[0] == '+' ? word + 1 : word, &x) != VB_NUMBER_OK)
            return 0;
        if (n < most)
            out[n] = x;
        n++;
        text += length;
    }
}

bool vb_contrast_is_vector(const char *text)
{
    return read_numbers(text, 0, NULL) > 1;
}

/* "2*a - b" of the weights of the first columns */
static void put_expression(const vb_design *design, size_t n, const double w[],
                           char out[], size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t j = 0; j < n && used < size; j++) {
        const char *title = design->columns[j].title;
        const bool odd = strpbrk(title, " -+/()[],;") != NULL;
        const char *sign = w[j] < 0 ? used ? " - " : "-" : used ? " + " : "";
        char number[40] = "";

        if (!(fabs(w[j]) > 0))
            continue;
        if (fabs(w[j]) < 1 || fabs(w[j]) > 1 || (w[j] < 0 && !used))
            snprintf(number, sizeof number, "%.6g*", fabs(w[j]));
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%.80s%s", sign, number,
                                 odd ? "`" : "", title, odd ? "`" : "");
    }
}

vb_status vb_contrast_vector_refuse(const vb_design *design,
                                    const vb_contrast_spec *spec, vb_error *err)
{
    double w[MOST_WEIGHTS];
    char text[VB_TEXT_MAX / 2];
    size_t n = 0;

    for (size_t r = 0; r < spec->n_rows && n < MOST_WEIGHTS; r++) {
        const size_t k = read_numbers(spec->rows[r], MOST_WEIGHTS - n, w + n);

        if (spec->n_rows > 1 && k != 1)
            return VB_OK;
        n += k;
    }
    if (n < 2)
        return VB_OK;
    if (n > design->n_cols || n > MOST_WEIGHTS)
        return vb_fail_at(
            err, VB_EINPUT, spec->file, spec->line, spec->column,
            "contrast '%.100s' is a vector of %zu weights; the design has "
            "%zu columns. Write it on their names, such as 'a - b'",
            spec->name, n, design->n_cols);
    put_expression(design, n, w, text, sizeof text);
    return vb_fail_at(err, VB_EINPUT, spec->file, spec->line, spec->column,
                      "contrast '%.100s' is a vector of weights; here contrasts are "
                      "written on column names, which hold whatever the order of the "
                      "columns%s%.400s%s",
                      spec->name, text[0] ? ": '" : "", text, text[0] ? "'" : "");
}
