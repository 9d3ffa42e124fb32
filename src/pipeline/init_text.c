/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init_text.c - the head of a first spec, its events and its design. */
#include "init_internal.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static bool is_plain_name(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    return true;
}

void init_put_name(vb_buffer *out, const char *name)
{
    vb_putf(out, is_plain_name(name) ? "%s" : "`%s`", name);
}

static void put_single_quoted(vb_buffer *out, const char *text)
{
    vb_put_char(out, '\'');
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            vb_put_char(out, '\'');
        vb_put_char(out, *c);
    }
    vb_put_char(out, '\'');
}

/* Words that YAML readers may take for a truth or nothing are quoted too. */
void init_put_scalar(vb_buffer *out, const char *text)
{
    static const char *const words[] = {"y",     "n",  "yes", "no",  "true",
                                        "false", "on", "off", "null"};
    bool plain = is_plain_name(text);

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        plain = plain && !init_same_word(text, words[i]);
    if (plain)
        vb_put_text(out, text);
    else
        put_single_quoted(out, text);
}

void init_put_expression(vb_buffer *out, vb_buffer *expression)
{
    const char *text = expression->bytes ? expression->bytes : "";
    const bool plain = (isalnum((unsigned char)text[0]) || text[0] == '_') &&
                       !strstr(text, ": ") && !strstr(text, " #") &&
                       !strpbrk(text, "`{}\\");

    if (plain)
        vb_put_text(out, text);
    else
        put_single_quoted(out, text);
    out->lost = out->lost || expression->lost;
    vb_buffer_free(expression);
}

/* In an expression texts have no escapes: the quote that is not in it is taken. */
static void put_quoted(vb_buffer *out, const char *text)
{
    const char quote = strchr(text, '"') ? '\'' : '"';

    vb_putf(out, "%c%s%c", quote, text, quote);
}

void init_put_levels(vb_buffer *out, const init_column *column, const bool chosen[])
{
    size_t n = 0;

    for (size_t v = 0; v < column->n_values; v++)
        n += chosen[v];
    init_put_name(out, column->name);
    vb_put_text(out, n == 1 ? " == " : " in [");
    for (size_t v = 0, k = 0; v < column->n_values; v++) {
        if (!chosen[v])
            continue;
        if (k++)
            vb_put_text(out, ", ");
        put_quoted(out, column->values[v]);
    }
    if (n != 1)
        vb_put_char(out, ']');
}

/* Text of files in a comment: one line, no control characters. */
static void put_comment_text(vb_buffer *out, const char *text)
{
    char quoted[VB_QUOTE_MAX];

    vb_put_text(out, vb_quote(text, quoted));
}

/* Numbers by size, texts as they come; at most INIT_MAX_VALUES of them. */
static void sort_values(const init_column *column, bool numeric, size_t order[])
{
    double x[INIT_MAX_VALUES] = {0};

    for (size_t v = 0; v < column->n_values; v++) {
        size_t at = v;

        if (numeric)
            vb_number_read(column->values[v], &x[v]);
        for (; at && x[order[at - 1]] > x[v]; at--)
            order[at] = order[at - 1];
        order[at] = v;
    }
}

static void put_column(vb_buffer *out, const init_column *column)
{
    enum { SHOWN = 8 };
    const bool numeric =
        column->n_numeric && column->n_numeric + column->n_missing == column->n_rows;

    vb_put_text(out, "#   ");
    put_comment_text(out, column->name);
    vb_put_text(out, ": ");
    if (column->n_missing == column->n_rows) {
        vb_put_text(out, "n/a throughout");
    } else if (numeric && (column->more_values || column->n_values > SHOWN)) {
        vb_put_digits(out, column->min, 6);
        vb_put_text(out, " to ");
        vb_put_digits(out, column->max, 6);
    } else {
        size_t order[INIT_MAX_VALUES];

        sort_values(column, numeric, order);
        for (size_t v = 0; v < column->n_values && v < SHOWN; v++) {
            vb_put_text(out, v ? ", " : "");
            put_comment_text(out, column->values[order[v]]);
            if (!numeric)
                vb_putf(out, " (%zu)", column->counts[order[v]]);
        }
        if (column->more_values || column->n_values > SHOWN)
            vb_put_text(out, ", ...");
    }
    if (column->n_missing && column->n_missing < column->n_rows)
        vb_putf(out, "; n/a in %zu of %zu", column->n_missing, column->n_rows);
    vb_put_char(out, '\n');
}

void init_put_head(vb_buffer *out, const init_profile *p)
{
    const vb_init_view *view = p->view;
    const char *slash = strrchr(view->source, '/');

    vb_put_text(out, "# A first spec, made by `valuebold init` from ");
    put_comment_text(out, slash && slash[1] ? slash + 1 : view->source);
    vb_putf(
        out,
        "\n# (%zu run%s, %zu participant%s, %zu events).  Lines that say \"guess\" are "
        "guesses:\n# judge each of them, fill in what is marked \"fill in\", then let "
        "`valuebold check` look at it.\n#\n# Columns of the events:\n",
        view->n_tables, view->n_tables == 1 ? "" : "s", view->n_participants,
        view->n_participants == 1 ? "" : "s", p->n_rows);
    for (size_t c = 0; c < p->n_columns; c++)
        put_column(out, &p->columns[c]);
    vb_put_text(out, "valuebold: 1\n");
    if (view->task) {
        vb_put_text(out, "task: ");
        init_put_scalar(out, view->task);
        vb_put_char(out, '\n');
    }
    if (isfinite(view->tr_s)) {
        vb_putf(out, "# TR %g s: ", view->tr_s);
        put_comment_text(out,
                         view->tr_source ? view->tr_source : "the data set says so");
        vb_put_text(out, "\n");
    } else {
        vb_put_text(
            out, "# No image or sidecar says the TR: fill in and uncomment for designs "
                 "(auto: to 32 s\n# after the last event).\n"
                 "# acquisition: {tr_s: 2.0, n_scans: auto}\n");
    }
}

/* `duration` as the data allow: the column, or 0 with a word about it. */
static void put_duration(vb_buffer *out, const init_profile *p)
{
    const size_t c = init_find(p, "duration");

    if (c == VB_NONE)
        vb_put_text(out,
                    "    duration: 0     # fill in, in s: there is no column of that "
                    "name\n");
    else if (p->columns[c].n_missing)
        vb_putf(out,
                "    # duration: 2   # fill in, in s: the column has n/a in %zu rows\n",
                p->columns[c].n_missing);
    else if (p->columns[c].min >= p->columns[c].max)
        vb_putf(out, "    # duration: %g s throughout, as the column says\n",
                p->columns[c].min);
}

/* What modulates the trials: the difference of values where choices are known. */
static void put_modulators(vb_buffer *out, const init_guess *guess)
{
    vb_put_text(out, "    modulators:\n");
    if (guess->choice_column != VB_NONE) {
        vb_put_text(
            out,
            "      sv_difference:        # guess: value of the chosen option minus "
            "the other's; or\n"
            "                            # sv_chosen, sv_abs_difference, "
            "effort_difference ...\n"
            "        missed: drop        # or own-event, mean, {value: 0}\n"
            "        centre: run         # or none, subject, sample\n"
            "        scale: raw          # or z, {minmax: [-1, 1]}, {per_unit: 10}\n");
        return;
    }
    vb_put_text(out, "      sv_");
    vb_putf(
        out,
        "%s: {centre: run}   # guess: without a choice column there is no sv_chosen\n",
        guess->option[0]);
}

static bool name_is_taken(const char *name, bool has_trials)
{
    return has_trials && strcmp(name, "trials") == 0;
}

static void put_event_of_level(vb_buffer *out, const init_profile *p,
                               const init_guess *guess, size_t v)
{
    const init_column *type = &p->columns[guess->type_column];
    bool only[INIT_MAX_VALUES] = {false};
    vb_buffer text = {0};

    only[v] = true;
    vb_put_text(out, "  ");
    if (name_is_taken(type->values[v], guess->n_options > 0))
        vb_put_text(out, "other_");
    init_put_scalar(out, type->values[v]);
    vb_put_text(out, ":\n    rows: ");
    init_put_levels(&text, type, only);
    init_put_expression(out, &text);
    vb_put_char(out, '\n');
    put_duration(out, p);
}

void init_put_regressors(vb_buffer *out, const init_profile *p, const init_guess *guess)
{
    const bool typed = guess->type_column != VB_NONE;
    const size_t n_types = typed ? p->columns[guess->type_column].n_values : 0;

    vb_put_text(out,
                "\nregressors:             # the events of the design, in its order\n");
    if (guess->n_options) {
        vb_put_text(out, "  trials:               # the rows of `trials` above\n");
        put_duration(out, p);
        put_modulators(out, guess);
    } else if (!typed) {
        vb_put_text(out,
                    "  events:               # guess: every row, as no column says "
                    "what kind of event it is\n");
        vb_put_text(out, "    rows: onset == onset\n");
        put_duration(out, p);
    }
    for (size_t v = 0; v < n_types; v++)
        if (!guess->n_options || !guess->trial_level[v])
            put_event_of_level(out, p, guess, v);
    if (guess->n_options)
        return;
    vb_put_text(
        out,
        "# No columns were found that say what options offer or cost.  A column can "
        "modulate an\n# event as it is:\n"
        "#   modulators: {rt: {column: response_time, centre: run}}\n");
}

static bool has_confound(const vb_init_view *view, const char *name)
{
    for (size_t i = 0; i < view->n_confounds; i++)
        if (strcmp(view->confounds[i], name) == 0)
            return true;
    return false;
}

void init_put_design(vb_buffer *out, const init_profile *p, const init_guess *guess)
{
    static const char *const motion[] = {"trans_x", "trans_y", "trans_z",
                                         "rot_x",   "rot_y",   "rot_z"};
    bool six = true;

    for (size_t i = 0; i < 6; i++)
        six = six && has_confound(p->view, motion[i]);
    vb_put_text(out,
                "\ndesign:\n  like: valuebold       # or spm, fsl: whose conventions "
                "are followed\n  high_pass_s: 128\n");
    if (six)
        vb_put_text(out,
                    "  # guess: the six motion parameters of the confounds table; it "
                    "may hold others, such as\n  # csf, white_matter, a_comp_cor_*, "
                    "motion_outlier*\n  confounds: [trans_x, trans_y, trans_z, rot_x, "
                    "rot_y, rot_z]\n");
    else
        vb_put_text(out,
                    "  # confounds: [trans_x, trans_y, trans_z, rot_x, rot_y, rot_z]   "
                    "# once there are some\n");
    if (!guess->n_options)
        return;
    vb_put_text(out, "\ncontrasts:\n  trials: trials\n  ");
    if (guess->choice_column != VB_NONE)
        vb_put_text(out, "sv: trials*sv_difference\n");
    else
        vb_putf(out, "sv: trials*sv_%s\n", guess->option[0]);
}
