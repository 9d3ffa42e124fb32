/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spec_formula.c - model.value as a formula: which of its names are attributes, declared
 * parameters and columns.
 *
 * A parameter is declared by a value in model.parameters or by its bounds in model.bounds;
 * what is neither that nor an attribute must be a column of the events, which only the data
 * can tell.
 */
#include "spec_reader.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>

/* Without bounds a parameter may be anything that is not a slip of the keyboard. */
static const double unbounded = 1e6;

static bool is_attribute(const vb_spec *spec, const char *name)
{
    for (size_t o = 0; o < spec->trials.n_options; o++)
        for (size_t i = 0; i < spec->trials.options[o].n_own; i++)
            if (strcmp(spec->trials.options[o].own_names[i], name) == 0)
                return true;
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if (strcmp(name, vb_attribute_name(a)) == 0 ||
            (name[0] == vb_attribute_letter(a) && !name[1]))
            return true;
    return false;
}

static size_t find_value(const vb_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->n_parameters; i++)
        if (strcmp(spec->parameter_name[i], name) == 0)
            return i;
    return VB_NONE;
}

/* Bounds, unit and usual value of a declared parameter. */
static vb_param declared(const vb_spec *spec, const char *name, const vb_node *bounds)
{
    const size_t at = find_value(spec, name);
    const double value = at == VB_NONE ? (double)NAN : spec->parameter_value[at];
    vb_param p = {.name = name,
                  .unit = at == VB_NONE || !spec->parameter_unit[at]
                              ? ""
                              : spec->parameter_unit[at],
                  .lower = -unbounded,
                  .upper = unbounded,
                  .meaning = "parameter of the formula"};

    if (bounds) {
        vb_number_read(bounds->items[0]->text, &p.lower);
        vb_number_read(bounds->items[1]->text, &p.upper);
    }
    p.typical = value > p.lower && value < p.upper ? value : (p.lower + p.upper) / 2;
    return p;
}

static void check_declared(vb_spec_reader *r, const vb_expr *expr, const vb_node *map,
                           const char *what)
{
    const char *names[VB_MAX_PARAMS];
    size_t n = 0;

    for (size_t i = 0; i < vb_expr_n_names(expr) && n < VB_MAX_PARAMS; i++)
        if (!is_attribute(r->spec, vb_expr_name(expr, i)))
            names[n++] = vb_expr_name(expr, i);
    for (size_t i = 0; map && i < map->n; i++) {
        const char *name = map->keys[i];
        char quoted[VB_QUOTE_MAX], advice[512];
        bool found = false;

        for (size_t k = 0; k < n; k++)
            found = found || strcmp(names[k], name) == 0;
        if (is_attribute(r->spec, name))
            VB_SPEC_REFUSE(
                r, "spec-value", map->key_line[i], map->key_column[i],
                "%s declares '%s', which is an attribute of the options; give "
                "the parameter another name",
                what, vb_quote(name, quoted));
        else if (!found)
            VB_SPEC_REFUSE(r, "spec-value", map->key_line[i], map->key_column[i],
                           "%s declares '%s', which the formula does not use%s", what,
                           vb_quote(name, quoted),
                           vb_suggest(name, names, n, advice, sizeof advice));
    }
}

/* The names that are no attribute: parameters if declared, else columns. */
static void sort_names(vb_spec_reader *r, const vb_expr *expr, const vb_node *bounds,
                       vb_formula *formula)
{
    const size_t n = vb_expr_n_names(expr);
    vb_column_use *use = &r->spec->trials.columns;
    vb_param *params = vb_spec_take(r, n + 1, sizeof *params);
    const char **columns = vb_spec_take(r, n + 1, sizeof *columns);
    const char **known = vb_spec_take(r, n + VB_N_ATTRIBUTES + 1, sizeof *known);
    size_t *at = vb_spec_take(r, n + 1, sizeof *at);

    if (!params || !columns || !known || !at)
        return;
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        known[use->n_known++] = vb_attribute_name(a);
    for (size_t i = 0; i < n; i++) {
        const char *name = vb_expr_name(expr, i);
        const vb_node *pair = bounds ? vb_node_get(bounds, name) : NULL;

        if (is_attribute(r->spec, name))
            continue;
        if (pair || find_value(r->spec, name) != VB_NONE) {
            params[formula->n_params++] = declared(r->spec, name, pair);
            known[use->n_known++] = name;
        } else {
            columns[use->n] = name;
            at[use->n++] = vb_expr_name_column(expr, i);
        }
    }
    formula->params = params;
    use->names = columns;
    use->at = at;
    use->known = known;
}

/* `value: linear` is a slip for `value: {effort: linear}`. */
static void check_term_name(vb_spec_reader *r, const vb_node *value)
{
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);
        vb_attribute a = VB_REWARD;

        if (strcmp(term->name, value->text) != 0)
            continue;
        while (a + 1 < VB_N_ATTRIBUTES && !(term->attributes & 1u << a))
            a++;
        if (a != VB_EFFORT && vb_term_find(VB_EFFORT, term->name))
            a = VB_EFFORT;
        VB_SPEC_REFUSE_NODE(r, "spec-value", value,
                            "model.value is '%s', which is a term; say of which "
                            "attribute: {%s: %s}",
                            term->name, vb_attribute_name(a), term->name);
        return;
    }
}

void vb_spec_read_formula(vb_spec_reader *r, const vb_node *section,
                          const vb_node *value)
{
    const vb_node *bounds = vb_node_get(section, "bounds");
    const vb_expr *expr = vb_spec_expr(r, section, "value");
    vb_formula *formula = vb_spec_take(r, 1, sizeof *formula);
    vb_column_use *use = &r->spec->trials.columns;

    if (!expr || !formula)
        return;
    formula->expr = expr;
    formula->file = use->file = r->file;
    formula->line = use->line = value->line;
    formula->column = use->column = value->column + (value->quoted ? 1 : 0);
    use->text = vb_expr_text(expr);
    if (vb_expr_text_column(expr))
        VB_SPEC_REFUSE(
            r, "spec-expression", value->line,
            formula->column + vb_expr_text_column(expr) - 1,
            "model.value: a formula is about numbers and cannot compare with "
            "text; make a column of numbers, or give parameters by condition");
    check_term_name(r, value);
    check_declared(r, expr, bounds, "model.bounds");
    sort_names(r, expr, bounds, formula);
    r->spec->model.formula = formula;
}

void vb_spec_refuse_bounds(vb_spec_reader *r, const vb_node *section)
{
    const vb_node *bounds = vb_node_get(section, "bounds");

    if (bounds)
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", bounds,
            "model.bounds declares parameters of a formula, and value is "
            "none; the terms have bounds of their own");
}
