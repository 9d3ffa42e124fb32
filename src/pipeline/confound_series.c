/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confound_series.c - the numbers behind a confound's name: a column of the table, or one made
 * of others by fMRIPrep's definitions when the table lacks it.
 *
 * fMRIPrep writes n/a in the first row of everything that needs the volume before:
 * derivatives and framewise displacement become 0 there (nothing is known to have moved),
 * DVARS the value of the second row (a 0 would be an outlier).  Any other n/a is refused.
 */
#include "confounds.h"
#include "valuebold/confounds.h"

#include <math.h>
#include <string.h>

static const char DERIVATIVE[] = "_derivative1", POWER[] = "_power2";

static bool ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s), m = strlen(end);

    return n > m && strcmp(s + n - m, end) == 0;
}

/* mm and rad of the realignment parameters (BIDS), else nothing. */
static const char *unit_of(const char *name)
{
    const bool squared = ends_with(name, POWER);

    if (strncmp(name, "trans_", 6) == 0)
        return squared ? "mm^2" : "mm";
    if (strncmp(name, "rot_", 4) == 0)
        return squared ? "rad^2" : "rad";
    if (strcmp(name, "framewise_displacement") == 0 ||
        strcmp(name, "FramewiseDisplacement") == 0 || strcmp(name, "rmsd") == 0)
        return "mm";
    return NULL;
}

/* Units of the sidecar, {"trans_x": {"Units": "mm"}}. */
static const char *unit_in_sidecar(const vb_picker *p, const char *name)
{
    const vb_node *entry = p->meta ? vb_node_get(p->meta, name) : NULL;
    const vb_node *unit =
        entry && entry->kind == VB_MAP ? vb_node_get(entry, "Units") : NULL;

    return unit && unit->kind == VB_SCALAR ? unit->text : NULL;
}

static vb_status displacement(vb_picker *p, double out[], bool *there)
{
    static const char *const parts[] = {"trans_x", "trans_y", "trans_z",
                                        "rot_x",   "rot_y",   "rot_z"};
    double *series[6];

    *there = true;
    for (size_t k = 0; k < 6; k++) {
        bool computed;
        const vb_status status = confound_series(p, parts[k], &series[k], &computed);

        if (status != VB_OK)
            return status;
        *there = *there && series[k];
    }
    if (*there)
        vb_framewise_displacement(p->table->n_rows,
                                  (const double *const[]){series[0], series[1],
                                                          series[2]},
                                  (const double *const[]){series[3], series[4],
                                                          series[5]},
                                  out);
    return VB_OK;
}

/* out from the series whose name is name without this end. */
static vb_status from_base(vb_picker *p, const char *name, bool square, double out[],
                           bool *there)
{
    const size_t end = square ? sizeof POWER - 1 : sizeof DERIVATIVE - 1;
    const char *base =
        vb_arena_printf(p->study->arena, "%.*s", (int)(strlen(name) - end), name);
    double *x;
    bool computed;
    vb_status status;

    if (!base)
        return vb_fail_memory(p->err, strlen(name));
    status = confound_series(p, base, &x, &computed);
    *there = status == VB_OK && x;
    if (!*there)
        return status;
    for (size_t s = 0; s < p->table->n_rows && square; s++)
        out[s] = x[s] * x[s];
    if (!square)
        vb_backward_difference(p->table->n_rows, x, out);
    return VB_OK;
}

vb_status confound_series(vb_picker *p, const char *name, double **values,
                          bool *computed)
{
    const size_t c = confound_column(p->table, name);
    double *out = vb_arena_take(p->study->arena, p->table->n_rows, sizeof *out);
    bool there = true;
    vb_status status = VB_OK;

    *computed = c == VB_NONE;
    *values = NULL;
    if (!out)
        return vb_fail_memory(p->err, p->table->n_rows * sizeof *out);
    if (c != VB_NONE)
        status = vb_table_numbers(p->table, c, out, NULL, p->notes, p->err);
    else if (ends_with(name, POWER))
        status = from_base(p, name, true, out, &there);
    else if (ends_with(name, DERIVATIVE))
        status = from_base(p, name, false, out, &there);
    else if (strcmp(name, "framewise_displacement") == 0)
        status = displacement(p, out, &there);
    else
        there = false;
    if (status == VB_OK && there)
        *values = out;
    return status;
}

/* The first row's n/a; any other is refused. */
static vb_status fill_first_row(vb_picker *p, const char *name, double x[],
                                size_t *filled)
{
    const vb_table *table = p->table;
    const size_t c = vb_table_find(table, name), column = c == VB_NONE ? 0 : c + 1;
    const bool dvars = strstr(name, "dvars") || strstr(name, "DVARS");

    for (size_t s = 1; s < table->n_rows; s++)
        if (isnan(x[s]))
            return vb_fail_at(p->err, VB_EINPUT, table->name, table->line[s], column,
                              "confound '%s' is n/a; only the first row may be", name);
    *filled = 0;
    if (!isnan(x[0]))
        return VB_OK;
    if (table->n_rows < 2)
        return vb_fail_at(p->err, VB_EINPUT, table->name, table->line[0], column,
                          "confound '%s' has no value", name);
    x[0] = dvars ? x[1] : 0;
    *filled = 1;
    vb_note_add(p->notes, VB_WARNING, "confound-first-row", table->name, table->line[0],
                column, "confound '%s' is n/a in the first row: %s used", name,
                dvars ? "the second row's value" : "0");
    return VB_OK;
}

vb_status confound_add_values(vb_picker *p, const char *name, double values[],
                              const char *from)
{
    vb_study_confound *own;
    vb_status status;

    for (size_t k = 0; k < p->n; k++)
        if (strcmp(p->column[k].name, name) == 0)
            return VB_OK;
    if (p->n == p->capacity) {
        const size_t capacity = p->capacity ? 2 * p->capacity : 64;
        vb_study_confound *more =
            vb_arena_take(p->study->arena, capacity, sizeof *more);

        if (!more)
            return vb_fail_memory(p->err, capacity * sizeof *more);
        if (p->n)
            memcpy(more, p->column, p->n * sizeof *more);
        p->column = more;
        p->capacity = capacity;
    }
    own = &p->column[p->n];
    *own = (vb_study_confound){.name = vb_arena_string(p->study->arena, name),
                               .from = from,
                               .unit = unit_in_sidecar(p, name),
                               .values = values};
    if (!own->unit)
        own->unit = unit_of(name);
    if (!own->name)
        return vb_fail_memory(p->err, strlen(name));
    status = fill_first_row(p, name, values, &own->n_filled);
    if (status == VB_OK)
        p->n++;
    return status;
}

vb_status confound_add_column(vb_picker *p, size_t c)
{
    double *x = vb_arena_take(p->study->arena, p->table->n_rows, sizeof *x);
    vb_status status;

    if (!x)
        return vb_fail_memory(p->err, p->table->n_rows * sizeof *x);
    status = vb_table_numbers(p->table, c, x, NULL, p->notes, p->err);
    return status == VB_OK ? confound_add_values(p, p->table->columns[c], x, "table")
                           : status;
}

vb_status confound_add(vb_picker *p, const char *name, bool *found)
{
    const size_t c = confound_column(p->table, name);
    double *x;
    bool computed;
    vb_status status;

    *found = true;
    if (c != VB_NONE)
        return confound_add_column(p, c);
    status = confound_series(p, name, &x, &computed);
    *found = status != VB_OK || x;
    if (status != VB_OK || !x)
        return status;
    vb_note_add(p->notes, VB_INFO, "confound-computed", p->table->name, 0, 0,
                "confound '%s' is not in the table: computed from the others", name);
    return confound_add_values(p, name, x, "computed");
}
