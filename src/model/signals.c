/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signals.c - trial-wise signals by name: a quantity in a form, or one of the
 * trial's own. */
#include "model_internal.h"
#include "signals_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const form_text vb_form_texts[N_FORMS] = {
    [FORM_OPTION] = {"OPTION", "of the option of that name"},
    [FORM_CHOSEN] = {"chosen", "of the chosen option"},
    [FORM_UNCHOSEN] =
        {"unchosen",
         "of the option not chosen; with more than two, the best other one"},
    [FORM_DIFFERENCE] = {"difference", "chosen minus unchosen"},
    [FORM_MINUS] = {"A_minus_B", "option A minus option B, whatever was chosen"},
    [FORM_SUM] = {"sum", "sum over all options"},
    [FORM_ABS_DIFFERENCE] = {"abs_difference",
                             "absolute difference of the first two options: small for "
                             "difficult choices"},
    [FORM_BARE] =
        {"",
         "of the only option that varies: that has an attribute made from a column"},
};

/* A name that has been understood. */
typedef struct resolved {
    const own_signal *own; /* else: */
    const quantity *quantity;
    form_kind form;
    size_t a, b; /* options of FORM_OPTION, FORM_BARE and FORM_MINUS */
} resolved;

static size_t option_find(const vb_trials *trials, const char *name)
{
    size_t o = 0;

    while (o < trials->n_options && strcmp(trials->options[o].name, name) != 0)
        o++;
    return o;
}

/* A_minus_B; option names may themselves hold "_minus_". */
static bool parse_minus(const vb_trials *trials, const char *rest, resolved *r)
{
    static const char minus[] = "_minus_";

    for (size_t a = 0; a < trials->n_options; a++) {
        const char *name = trials->options[a].name;
        const size_t n = strlen(name);

        if (strncmp(rest, name, n) != 0 ||
            strncmp(rest + n, minus, sizeof minus - 1) != 0)
            continue;
        r->b = option_find(trials, rest + n + sizeof minus - 1);
        r->a = a;
        if (r->b < trials->n_options && r->b != a)
            return true;
    }
    return false;
}

/* What follows the quantity in a signal's name: "" or "_FORM". */
static bool parse_form(const vb_trials *trials, const char *rest, resolved *r)
{
    if (!*rest) {
        r->form = FORM_BARE;
        r->a = vb_trials_varying_option(trials, NULL);
        return r->a != VB_NONE;
    }
    if (*rest++ != '_')
        return false;
    for (form_kind f = FORM_CHOSEN; f < FORM_BARE; f++)
        if (f != FORM_MINUS && strcmp(rest, vb_form_texts[f].name) == 0) {
            r->form = f;
            return true;
        }
    r->form = FORM_OPTION;
    r->a = option_find(trials, rest);
    if (r->a < trials->n_options)
        return true;
    r->form = FORM_MINUS;
    return parse_minus(trials, rest, r);
}

/* The longest quantity that begins the name and leaves a form. */
static bool parse(const vb_trials *trials, const char *name, resolved *r)
{
    size_t longest = 0;

    *r = (resolved){0};
    for (size_t i = 0; i < vb_n_own_signals(); i++)
        if (strcmp(vb_own_signal_at(i)->name, name) == 0) {
            r->own = vb_own_signal_at(i);
            return true;
        }
    for (size_t i = 0; i < vb_n_quantities(); i++) {
        const quantity *q = vb_quantity_at(i);
        const size_t n = strlen(q->name);
        resolved tried = {.quantity = q};

        if (n > longest && strncmp(q->name, name, n) == 0 &&
            parse_form(trials, name + n, &tried)) {
            *r = tried;
            longest = n;
        }
    }
    return r->quantity != NULL;
}

static bool form_lacks(const signal_source *source, form_kind form,
                       char why[SIGNAL_WHY])
{
    const bool of_choice =
        form == FORM_CHOSEN || form == FORM_UNCHOSEN || form == FORM_DIFFERENCE;
    const bool of_best_other = form == FORM_UNCHOSEN || form == FORM_DIFFERENCE;
    const size_t n = source->trials->n_options;
    const char *needs = NULL;

    if (of_choice && !source->trials->choice)
        needs = "it needs choices (trials: choice:)";
    else if (form != FORM_CHOSEN && form != FORM_OPTION && form != FORM_BARE && n < 2)
        needs = "it needs two options";
    else if (of_best_other && n > 2 && !source->model)
        needs =
            "with over two options it needs a model, to tell the best one not chosen";
    if (needs)
        snprintf(why, SIGNAL_WHY, "%s", needs);
    return needs != NULL;
}

static bool is_lacking(const signal_source *source, const resolved *r,
                       char why[SIGNAL_WHY])
{
    if (r->own)
        return r->own->lacks(source, why);
    return r->quantity->lacks(source, r->quantity->attribute, why) ||
           form_lacks(source, r->form, why);
}

/* The option not chosen, or the one of highest SV among them; VB_NONE when nobody
 * knows. */
static size_t other_option(const signal_source *source, size_t t)
{
    const size_t chosen = source->trials->choice[t], n = source->trials->n_options;
    size_t best = VB_NONE;

    if (n == 2)
        return 1 - chosen;
    for (size_t o = 0; o < n; o++) {
        const double sv = source->evaluation->sv[o][t];

        if (o != chosen && !isnan(sv) &&
            (best == VB_NONE || sv > source->evaluation->sv[best][t]))
            best = o;
    }
    return best;
}

static double quantity_at(const signal_source *source, const quantity *q, size_t o,
                          size_t t)
{
    return o == VB_NONE ? (double)NAN : q->at(source, q->attribute, o, t);
}

static double value_of_choice(const signal_source *source, const resolved *r, size_t t)
{
    const size_t chosen = source->trials->choice[t];
    const quantity *q = r->quantity;

    if (chosen == VB_NONE)
        return (double)NAN;
    if (r->form == FORM_CHOSEN)
        return quantity_at(source, q, chosen, t);
    if (r->form == FORM_UNCHOSEN)
        return quantity_at(source, q, other_option(source, t), t);
    return quantity_at(source, q, chosen, t) -
           quantity_at(source, q, other_option(source, t), t);
}

static double value(const signal_source *source, const resolved *r, size_t t)
{
    const quantity *q = r->quantity;
    double sum = 0;

    switch (r->form) {
    case FORM_OPTION:
    case FORM_BARE:
        return quantity_at(source, q, r->a, t);
    case FORM_MINUS:
        return quantity_at(source, q, r->a, t) - quantity_at(source, q, r->b, t);
    case FORM_ABS_DIFFERENCE:
        return fabs(quantity_at(source, q, 0, t) - quantity_at(source, q, 1, t));
    case FORM_SUM:
        for (size_t o = 0; o < source->trials->n_options; o++)
            sum += quantity_at(source, q, o, t);
        return sum;
    case FORM_CHOSEN:
    case FORM_UNCHOSEN:
    case FORM_DIFFERENCE:
    case N_FORMS:
        break;
    }
    return value_of_choice(source, r, t);
}

/* "; did you mean ..." over all that can be had here. */
static vb_status refuse_unknown(const char *name, const signal_source *source,
                                vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    const char **names = NULL;
    size_t n = 0;
    char quoted[VB_QUOTE_MAX], advice[640] = "";
    size_t n_varying;

    vb_trials_varying_option(source->trials, &n_varying);
    if (arena && vb_signal_names(source->model, source->trials, arena, &n, &names,
                                 NULL) == VB_OK)
        vb_suggest(name, names, n, advice, sizeof advice);
    vb_fail(err, VB_EINPUT, "no signal '%s'%s", vb_quote(name, quoted), advice);
    for (size_t i = 0; i < vb_n_quantities(); i++)
        if (strcmp(vb_quantity_at(i)->name, name) == 0)
            vb_fail(err, VB_EINPUT,
                    "signal '%s' does not say of which option: %s; write %s_chosen, "
                    "%s_difference, %s_%s ...",
                    name,
                    n_varying ? "more than one varies"
                              : "the attributes of all options are constant",
                    name, name, name, source->trials->options[0].name);
    vb_arena_free(arena);
    return VB_EINPUT;
}

static vb_status resolve(const char *name, const signal_source *source, resolved *r,
                         vb_error *err)
{
    char why[SIGNAL_WHY], quoted[VB_QUOTE_MAX];

    if (!parse(source->trials, name, r))
        return refuse_unknown(name, source, err);
    if (is_lacking(source, r, why))
        return vb_fail(err, VB_EINPUT, "signal '%s' cannot be had here: %s",
                       vb_quote(name, quoted), why);
    return VB_OK;
}

vb_status vb_signal(const char *name, const vb_model *model, const vb_trials *trials,
                    const vb_evaluation *evaluation,
                    const char *const units[VB_N_ATTRIBUTES], double out[], char unit[],
                    size_t size, vb_error *err)
{
    const signal_source source = {model, trials, evaluation};
    resolved r;
    const vb_status status = resolve(name, &source, &r, err);

    if (status != VB_OK)
        return status;
    if (model && !evaluation)
        return vb_fail(err, VB_EUSAGE, "signal '%s': the model has not been run", name);
    for (size_t t = 0; t < trials->n_trials; t++)
        out[t] = r.own ? r.own->at(&source, t) : value(&source, &r, t);
    vb_unit_fill(r.own ? r.own->unit : r.quantity->unit, units,
                 model ? model->value_unit : "", unit, size, NULL);
    return VB_OK;
}

bool vb_signal_exists(const char *name, const vb_model *model, const vb_trials *trials)
{
    const signal_source source = {model, trials, NULL};
    char why[SIGNAL_WHY];
    resolved r;

    return parse(trials, name, &r) && !is_lacking(&source, &r, why);
}

vb_status vb_signal_check(const char *name, const vb_model *model,
                          const vb_trials_spec *spec, vb_error *err)
{
    size_t no_choice = VB_NONE;
    double nothing = 0;
    vb_trials skeleton = {.n_options = spec->n_options, .varies_known = true};
    const signal_source source = {model, &skeleton, NULL};
    resolved r;

    for (size_t o = 0; o < spec->n_options; o++) {
        skeleton.options[o].name = spec->options[o].name;
        skeleton.options[o].varies = vb_option_spec_varies(&spec->options[o]);
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
            if (spec->options[o].attribute[a])
                skeleton.options[o].attribute[a] = &nothing;
    }
    skeleton.choice = spec->choice_column ? &no_choice : NULL;
    skeleton.outcome = spec->outcome ? &nothing : NULL;
    skeleton.response_time_s = &nothing;
    return resolve(name, &source, &r, err);
}

bool vb_signal_describe(const char *name, const vb_trials *trials, char out[],
                        size_t size)
{
    resolved r;

    if (!parse(trials, name, &r))
        return false;
    if (r.own)
        snprintf(out, size, "%s", r.own->meaning);
    else if (r.form == FORM_OPTION || r.form == FORM_BARE)
        snprintf(out, size, "%s; of option '%s'", r.quantity->meaning,
                 trials->options[r.a].name);
    else if (r.form == FORM_MINUS)
        snprintf(out, size, "%s; '%s' minus '%s', whatever was chosen",
                 r.quantity->meaning, trials->options[r.a].name,
                 trials->options[r.b].name);
    else
        snprintf(out, size, "%s; %s", r.quantity->meaning,
                 vb_form_texts[r.form].meaning);
    return true;
}
