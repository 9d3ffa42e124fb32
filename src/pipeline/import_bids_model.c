/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * import_bids_model.c - the run level of a BIDS Stats Model as a spec.
 *
 * A level of a factored column ("trial_type.cue") is an event; a numeric column that is
 * convolved has that amplitude in its rows and no column beside it, which a spec cannot
 * say: it becomes an event of its rows with itself as modulator.
 * Format: BIDS Stats Models 1.0.0; instructions of pybids.
 */
#include "import_internal.h"
#include "valuebold/file.h"
#include "valuebold/node.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { VARIABLES = 200 };

typedef struct variable {
    const char *name;           /* as the model says it */
    const char *column, *level; /* of a factor; level NULL: a numeric column */
    char event[VB_TEXT_MAX / 2];
} variable;

typedef struct model {
    import_study *study;
    const char *file;
    const vb_node *root, *node;
    const char *factors[VARIABLES], *demeaned[VARIABLES], *scaled[VARIABLES];
    size_t n_factors, n_demeaned, n_scaled, n;
    variable variables[VARIABLES];
    char hrf[64];
    vb_buffer out;
    vb_error *err;
} model;

/* The child whatever the case of the key. */
static const vb_node *get(const vb_node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == VB_MAP && i < map->n; i++)
        if (strcasecmp(map->keys[i], key) == 0)
            return map->items[i];
    return NULL;
}

static const char *text_of(const vb_node *node)
{
    return node && node->kind == VB_SCALAR ? node->text : "";
}

static size_t n_items(const vb_node *list)
{
    return !list ? 0 : list->kind == VB_LIST ? list->n : 1;
}

static const char *item(const vb_node *list, size_t i)
{
    return text_of(list->kind == VB_LIST ? list->items[i] : list);
}

static bool among(const char *s, const char *const list[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(s, list[i]) == 0)
            return true;
    return false;
}

static void remember(const vb_node *list, const char *into[], size_t *n)
{
    for (size_t i = 0; i < n_items(list) && *n < VARIABLES; i++)
        into[(*n)++] = item(list, i);
}

static const variable *find(const model *m, const char *name)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->variables[i].name, name) == 0)
            return &m->variables[i];
    return NULL;
}

static void add_variable(model *m, const char *name)
{
    variable *v = &m->variables[m->n];
    const char *dot = strchr(name, '.');

    if (find(m, name) || m->n == VARIABLES)
        return;
    *v = (variable){.name = name, .column = name};
    if (dot) {
        const char *column =
            vb_arena_substring(m->study->arena, name, (size_t)(dot - name));

        if (column && (among(column, m->factors, m->n_factors) ||
                       strcmp(column, "trial_type") == 0)) {
            v->column = column;
            v->level = dot + 1;
        }
    }
    if (v->level && strpbrk(v->level, "*?[")) {
        import_unmapped(m->study, m->file,
                        "'%s' stands for levels that only the events know; write an "
                        "event for each",
                        name);
        return;
    }
    import_identifier(v->level ? v->level : v->column, v->event, sizeof v->event);
    m->n++;
}

static void read_convolve(model *m, const vb_node *instruction)
{
    const vb_node *inputs = get(instruction, "Input");
    const char *name = text_of(get(instruction, "Model"));
    const bool derivative =
                   strcasecmp(text_of(get(instruction, "Derivative")), "true") == 0,
               dispersion =
                   strcasecmp(text_of(get(instruction, "Dispersion")), "true") == 0;
    char hrf[sizeof m->hrf];

    for (size_t i = 0; i < n_items(inputs); i++)
        add_variable(m, item(inputs, i));
    snprintf(hrf, sizeof hrf, "%.20s%s%s", *name ? name : "spm",
             derivative ? " + derivative" : "", dispersion ? " + dispersion" : "");
    if (m->hrf[0] && strcmp(m->hrf, hrf) != 0)
        import_unmapped(m->study, m->file,
                        "variables are convolved with %s and with %s; a spec has one "
                        "response function, the first",
                        m->hrf, hrf);
    if (!m->hrf[0])
        memcpy(m->hrf, hrf, sizeof hrf);
}

static void read_instructions(model *m)
{
    const vb_node *list = get(get(m->node, "Transformations"), "Instructions");
    const vb_node *hrf = get(get(m->node, "Model"), "HRF");

    for (size_t i = 0; list && list->kind == VB_LIST && i < list->n; i++) {
        const vb_node *instruction = list->items[i],
                      *inputs = get(instruction, "Input");
        const char *name = text_of(get(instruction, "Name"));

        if (strcasecmp(name, "Factor") == 0)
            remember(inputs, m->factors, &m->n_factors);
        else if (strcasecmp(name, "Demean") == 0)
            remember(inputs, m->demeaned, &m->n_demeaned);
        else if (strcasecmp(name, "Scale") == 0)
            remember(inputs, m->scaled, &m->n_scaled);
        else if (strcasecmp(name, "Convolve") == 0)
            read_convolve(m, instruction);
        else
            import_unmapped(m->study, m->file, "the instruction '%.40s'", name);
    }
    if (hrf) {
        const vb_node *variables = get(hrf, "Variables");

        for (size_t i = 0; i < n_items(variables); i++)
            add_variable(m, item(variables, i));
        if (!m->hrf[0])
            snprintf(m->hrf, sizeof m->hrf, "%.40s",
                     *text_of(get(hrf, "Model")) ? text_of(get(hrf, "Model")) : "spm");
    }
}

static vb_status find_node(model *m)
{
    const vb_node *nodes = get(m->root, "Nodes");

    if (!nodes || nodes->kind != VB_LIST)
        return vb_fail_at(m->err, VB_EINPUT, m->file, 0, 0,
                          "there is no list Nodes: this is no BIDS Stats Model");
    for (size_t i = 0; i < nodes->n; i++) {
        const char *level = text_of(get(nodes->items[i], "Level"));

        if (strcasecmp(level, "run") == 0 && !m->node)
            m->node = nodes->items[i];
        else
            import_unmapped(
                m->study, m->file,
                "the node '%.40s' of level %.20s: a spec ends with the runs",
                text_of(get(nodes->items[i], "Name")), level);
    }
    return m->node ? VB_OK
                   : vb_fail_at(m->err, VB_EINPUT, m->file, nodes->line, nodes->column,
                                "no node has the Level Run");
}

static void put_variable(model *m, const variable *v)
{
    vb_buffer *out = &m->out;

    vb_put_text(out, "  ");
    import_put_yaml(out, v->event);
    if (v->level) {
        vb_putf(out, ":\n    rows: %s == \"%s\"\n", v->column, v->level);
        return;
    }
    vb_putf(out, ":\n    rows: not isna(%s)\n    modulators:\n      ", v->column);
    import_put_yaml(out, v->event);
    vb_putf(out, ": {column: %s, centre: %s%s}\n", v->column,
            among(v->name, m->demeaned, m->n_demeaned) ||
                    among(v->name, m->scaled, m->n_scaled)
                ? "run"
                : "none",
            among(v->name, m->scaled, m->n_scaled) ? ", scale: z" : "");
    import_unmapped(m->study, m->file,
                    "'%s' has no column of its events beside it in the model; here it "
                    "gets one, '%s'",
                    v->name, v->event);
}

static void put_confounds(model *m)
{
    const vb_node *x = get(get(m->node, "Model"), "X");
    size_t n = 0;
    bool cosines = false;

    for (size_t i = 0; i < n_items(x); i++) {
        const char *name = item(x, i);

        if (strcmp(name, "1") == 0 || strcasecmp(name, "intercept") == 0 ||
            find(m, name))
            continue;
        cosines |= strncmp(name, "cosine", 6) == 0;
        vb_put_text(&m->out, n++ ? ", " : "  confounds: [");
        import_put_yaml(&m->out, name);
    }
    vb_put_text(&m->out, n ? "]\n" : "");
    if (cosines)
        vb_put_text(&m->out, "  drift: none   # the cosines are among the confounds\n");
}

static void put_design(model *m)
{
    const vb_node *options = get(get(m->node, "Model"), "Options");
    const char *hz = text_of(get(options, "HighPassFilterCutoffHz"));

    vb_putf(&m->out, "design:\n  like: nilearn\n  hrf: %s\n",
            m->hrf[0] ? m->hrf : "spm");
    if (*hz)
        vb_putf(&m->out, "  high_pass_hz: %s\n", hz);
    put_confounds(m);
}

/* "1", "-0.5" or "1/3" */
static bool weight_of(const char *text, double *w)
{
    char top[64];
    const char *slash = strchr(text, '/');
    double below = 1;

    snprintf(top, sizeof top, "%.*s", (int)(slash ? slash - text : 60), text);
    if (slash && (vb_number_read(slash + 1, &below) != VB_NUMBER_OK || below == 0))
        return false;
    if (vb_number_read(top, w) != VB_NUMBER_OK)
        return false;
    *w /= below;
    return true;
}

/* One row of weights as an expression; false when a variable or weight is not known. */
static bool put_row(model *m, const vb_node *conditions, const vb_node *weights,
                    vb_buffer *out)
{
    size_t n = 0;

    for (size_t i = 0; i < n_items(conditions); i++) {
        const variable *v = find(m, item(conditions, i));
        char number[VB_NUMBER_MAX];
        double w;

        if (!v || i >= n_items(weights) || !weight_of(item(weights, i), &w))
            return false;
        if (w == 0)
            continue;
        vb_put_text(out, w < 0 ? (n ? " - " : "-") : n ? " + " : "");
        n++;
        if (fabs(w) != 1)
            vb_putf(out, "%s*", vb_number_shortest(fabs(w), number));
        vb_put_text(out, v->event);
        if (!v->level)
            vb_putf(out, "*%s", v->event);
    }
    return n > 0;
}

static bool put_contrast(model *m, const vb_node *contrast, vb_buffer *out)
{
    const vb_node *conditions = get(contrast, "ConditionList"),
                  *weights = get(contrast, "Weights");
    const bool rows = weights && weights->kind == VB_LIST && weights->n &&
                      weights->items[0]->kind == VB_LIST;

    if (!conditions || !weights)
        return false;
    if (!rows)
        return put_row(m, conditions, weights, out);
    vb_put_char(out, '[');
    for (size_t i = 0; i < weights->n; i++) {
        vb_put_text(out, i ? ", " : "");
        if (!put_row(m, conditions, weights->items[i], out))
            return false;
    }
    vb_put_char(out, ']');
    return true;
}

static void put_contrasts(model *m)
{
    const vb_node *list = get(m->node, "Contrasts"),
                  *dummies = get(m->node, "DummyContrasts");
    size_t n = 0;

    for (size_t i = 0; list && list->kind == VB_LIST && i < list->n; i++) {
        const char *name = text_of(get(list->items[i], "Name"));
        vb_buffer row = {0};

        if (put_contrast(m, list->items[i], &row) &&
            vb_buffer_ok(&row, NULL) == VB_OK) {
            vb_put_text(&m->out, n++ ? "  " : "contrasts:\n  ");
            import_put_yaml(&m->out, name);
            vb_putf(&m->out, ": %s\n", row.bytes);
        } else {
            import_unmapped(m->study, m->file,
                            "the contrast '%.60s': a condition or weight of it is not "
                            "known here",
                            name);
        }
        vb_buffer_free(&row);
    }
    if (dummies)
        import_unmapped(m->study, m->file,
                        "DummyContrasts of the runs: write a contrast for each event");
}

static vb_status put_all(model *m, vb_outputs *outputs)
{
    const char *own =
        item(get(get(m->root, "Input"), "task") ? get(get(m->root, "Input"), "task")
                                                : m->root,
             0);
    const char *task = m->study->options->task ? m->study->options->task
                       : *own                  ? own
                                               : "imported";
    vb_buffer *out;
    vb_status status;

    for (size_t i = 0; i < m->n; i++)
        put_variable(m, &m->variables[i]);
    put_design(m);
    put_contrasts(m);
    status = vb_outputs_add(outputs, &out, m->err, "spec.yaml");
    if (status != VB_OK)
        return status;
    import_put_head(m->study, task, out);
    vb_put_text(out, "regressors:\n");
    vb_put(out, m->out.bytes ? m->out.bytes : "", m->out.n);
    out->lost |= m->out.lost;
    return vb_buffer_ok(out, m->err);
}

vb_status import_bids_model(import_study *study, const char *path, vb_outputs *outputs,
                            vb_error *err)
{
    model *m = vb_arena_take(study->arena, 1, sizeof *m);
    vb_buffer bytes = {0};
    vb_node *root;
    vb_status status =
        m ? vb_file_read(path, 0, &bytes, err) : vb_fail_memory(err, sizeof *m);

    if (status == VB_OK)
        status = vb_node_parse(path, bytes.n ? bytes.bytes : "", bytes.n, study->arena,
                               &root, err);
    vb_buffer_free(&bytes);
    if (status != VB_OK)
        return status;
    *m = (model){.study = study, .file = path, .root = root, .err = err};
    status = find_node(m);
    if (status == VB_OK) {
        read_instructions(m);
        if (!m->n)
            status = vb_fail_at(err, VB_EINPUT, path, m->node->line, m->node->column,
                                "the run node convolves no variable");
    }
    if (status == VB_OK)
        status = put_all(m, outputs);
    vb_buffer_free(&m->out);
    return status;
}
