/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_report.c - what `compare` says of two designs. */
#include "compare_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_LEAST = 8, NAME_MOST = 44, MOST_REASONS = 64, MOST_NAMES = 6 };

static const char *name_of(const vb_named_matrix *m, size_t j)
{
    return j == VB_NONE ? "-" : m->names[j];
}

static bool differs(const vb_column_match *m)
{
    return m->relation != VB_COLUMNS_SAME;
}

static int width_of(const vb_named_matrix *m)
{
    size_t most = NAME_LEAST;

    for (size_t j = 0; j < m->n_cols; j++)
        if (strlen(m->names[j]) > most)
            most = strlen(m->names[j]);
    return most > NAME_MOST ? NAME_MOST : (int)most;
}

static void put_row(vb_buffer *out, const vb_named_matrix *a, const vb_named_matrix *b,
                    const vb_column_match *m)
{
    char largest[32] = "-", r[32] = "-", factor[32] = "-";

    if (m->a != VB_NONE && m->b != VB_NONE) {
        snprintf(largest, sizeof largest, "%.3g", m->largest);
        if (!isnan(m->correlation))
            snprintf(r, sizeof r, "%.6f", m->correlation);
        if (!isnan(m->factor))
            snprintf(factor, sizeof factor, "%.5g", m->factor);
    }
    vb_putf(out, "%-*s %-*s %9s %10s %9s  %s%s\n", width_of(a), name_of(a, m->a),
            width_of(b), name_of(b, m->b), largest, r, factor,
            vb_column_relation_name(m->relation),
            m->b != VB_NONE && m->a != VB_NONE && !m->by_name ? " (by correlation)"
                                                              : "");
}

/* Each reason once, with the columns it is of. */
static void put_reasons(vb_buffer *out, const vb_named_matrix *a,
                        const vb_named_matrix *b, size_t n, const vb_column_match m[])
{
    size_t said = 0;

    for (size_t i = 0; i < n && said < MOST_REASONS; i++) {
        bool seen = false;

        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(m[k].reason, m[i].reason) == 0;
        if (seen || !differs(&m[i]))
            continue;
        vb_put_text(out, said++ ? "" : "\n");
        for (size_t k = i, named = 0; k < n; k++)
            if (strcmp(m[k].reason, m[i].reason) == 0 && named++ <= MOST_NAMES)
                vb_putf(out, "%s%s", named > 1 ? ", " : "",
                        named > MOST_NAMES  ? "..."
                        : m[k].a != VB_NONE ? name_of(a, m[k].a)
                                            : name_of(b, m[k].b));
        vb_putf(out, ":\n  %s\n", m[i].reason);
    }
}

void compare_put_text(cli_context *context, const vb_named_matrix *a,
                      const vb_named_matrix *b, size_t n, const vb_column_match m[])
{
    vb_buffer *out = &context->out;

    vb_putf(
        out,
        "A: %s, %zu rows, %zu columns\nB: %s, %zu rows, %zu columns\n\n%-*s %-*s %9s "
        "%10s %9s  %s\n",
        a->program, a->n_rows, a->n_cols, b->program, b->n_rows, b->n_cols, width_of(a),
        "A", width_of(b), "B", "largest", "r", "B / A", "B is");
    for (size_t i = 0; i < n; i++)
        put_row(out, a, b, &m[i]);
    put_reasons(out, a, b, n, m);
}

void compare_put_json(cli_context *context, const vb_named_matrix *a,
                      const vb_named_matrix *b, size_t n, const vb_column_match m[])
{
    vb_json j;

    cli_json_begin(context, &j);
    vb_json_text(&j, "format_a", a->program);
    vb_json_text(&j, "format_b", b->program);
    vb_json_count(&j, "rows", a->n_rows);
    vb_json_open(&j, "columns", '[');
    for (size_t i = 0; i < n; i++) {
        vb_json_open(&j, NULL, '{');
        vb_json_text(&j, "a", m[i].a == VB_NONE ? NULL : a->names[m[i].a]);
        vb_json_text(&j, "b", m[i].b == VB_NONE ? NULL : b->names[m[i].b]);
        vb_json_bool(&j, "matched_by_name", m[i].by_name);
        vb_json_number(&j, "largest_difference", m[i].largest);
        vb_json_number(&j, "correlation", m[i].correlation);
        vb_json_number(&j, "factor", m[i].factor);
        vb_json_number(&j, "shift_s", m[i].shift_s);
        vb_json_number(&j, "explained", m[i].explained);
        vb_json_text(&j, "relation", vb_column_relation_name(m[i].relation));
        vb_json_text(&j, "reason", m[i].reason);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    cli_json_end(context, &j);
}

vb_status compare_judge(const vb_named_matrix *a, const vb_named_matrix *b, size_t n,
                        const vb_column_match m[], double tolerance, vb_error *err)
{
    size_t bad = 0, first = 0;

    if (isnan(tolerance))
        return VB_OK;
    for (size_t i = 0; i < n; i++) {
        if (m[i].a != VB_NONE && m[i].b != VB_NONE && m[i].largest <= tolerance)
            continue;
        if (!bad++)
            first = i;
    }
    return bad ? vb_fail(err, VB_EINPUT,
                         "%zu of %zu columns differ by more than %g; the first is '%s'",
                         bad, n, tolerance,
                         m[first].a != VB_NONE ? name_of(a, m[first].a)
                                               : name_of(b, m[first].b))
               : VB_OK;
}
