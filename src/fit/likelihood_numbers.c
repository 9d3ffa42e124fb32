/* SPDX-License-Identifier: GPL-3.0-or-later */
/* likelihood_numbers.c - which numbers are fitted, and which trial uses which. */
#include "fit_internal.h"
#include "valuebold/number.h"

#include <stdio.h>
#include <string.h>

static const char *level_of(const vb_fit_block *block, size_t t, vb_fit_factor by)
{
    static const char *const numbered[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    const vb_trials *trials = block->trials;
    const size_t run = trials->run ? trials->run[t] : 0;

    switch (by) {
    case VB_FIT_BY_CONDITION:
        return trials->condition ? trials->conditions[trials->condition[t]] : NULL;
    case VB_FIT_BY_SESSION:
        return block->session;
    case VB_FIT_BY_RUN:
        return block->run_labels ? block->run_labels[run]
               : run < 9         ? numbered[run]
                                 : "10";
    default:
        return NULL;
    }
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static vb_status check_setting(const vb_model *model, size_t i,
                               const vb_fit_setting *setting, vb_error *err)
{
    const vb_param *param = model->params[i].param;
    const char *name = model->params[i].name;
    char value[VB_NUMBER_MAX], low[VB_NUMBER_MAX], high[VB_NUMBER_MAX];

    if (!isnan(setting->fixed) &&
        !(setting->fixed >= param->lower && setting->fixed <= param->upper))
        return vb_fail(err, VB_EINPUT,
                       "fit: %s is fixed at %s, outside the model's bounds %s..%s",
                       name, vb_number_shortest(setting->fixed, value),
                       vb_number_shortest(param->lower, low),
                       vb_number_shortest(param->upper, high));
    if ((!isnan(setting->lower) && !(setting->lower >= param->lower)) ||
        (!isnan(setting->upper) && !(setting->upper <= param->upper)) ||
        setting->lower >= setting->upper)
        return vb_fail(
            err, VB_EINPUT,
            "fit: bounds of %s are %s..%s; they must rise and lie within the "
            "model's %s..%s",
            name, vb_number_shortest(setting->lower, value),
            isnan(setting->upper) ? "(not stated)" : "stated",
            vb_number_shortest(param->lower, low),
            vb_number_shortest(param->upper, high));
    if (!isnan(setting->prior_sd) &&
        !(setting->prior_sd > 0 && !isinf(setting->prior_mean)))
        return vb_fail(
            err, VB_EINPUT,
            "fit: the prior of %s needs a finite mean and a standard deviation "
            "above 0",
            name);
    return VB_OK;
}

static void name_number(const vb_model *model, vb_fit_number *n)
{
    snprintf(n->name, sizeof n->name, n->level ? "%s[%s]" : "%s",
             model->params[n->param].name, n->level);
}

/* Bounds on the scale: an end where u is infinite is moved a billionth of the usual size. */
static void set_box(vb_fit_number *n, const vb_param *param)
{
    const double width = param->upper - param->lower;
    double lower = n->lower, upper = n->upper;

    if (n->scale == VB_FIT_LOG && !(lower > 0))
        lower = 1e-9 * (param->typical > 0 ? param->typical : 1);
    if (n->scale == VB_FIT_LOGIT) {
        lower = fmax(lower, param->lower + 1e-9 * width);
        upper = fmin(upper, param->upper - 1e-9 * width);
    }
    n->low = fit_u_of(n->scale, param, lower);
    n->high = fit_u_of(n->scale, param, upper);
    if (!isfinite(n->low))
        n->low = -1e9;
    if (!isfinite(n->high))
        n->high = 1e9;
}

/* The number of param i at a level; a new one when there is none. */
static vb_status number_of(vb_likelihood *l, const vb_fit_options *options,
                           const fit_sizes *sizes, size_t i, const char *level,
                           size_t *at, vb_error *err)
{
    const vb_fit_setting *setting = &options->setting[i];
    const vb_param *param = l->model->params[i].param;
    vb_fit_number *n;

    for (*at = 0; *at < l->facts.n_numbers; ++*at)
        if (l->numbers[*at].param == i && same(l->numbers[*at].level, level))
            return VB_OK;
    if (*at == VB_FIT_MAX)
        return vb_fail(err, VB_EINPUT, "fit: over %d numbers to fit at once",
                       VB_FIT_MAX);
    n = &l->numbers[l->facts.n_numbers++];
    *n = (vb_fit_number){.param = i,
                         .by = setting->by,
                         .level = level,
                         .scale = vb_fit_scale_of(param),
                         .lower = isnan(setting->lower) ? param->lower : setting->lower,
                         .upper = isnan(setting->upper) ? param->upper : setting->upper,
                         .prior_mean = setting->prior_mean,
                         .prior_sd = setting->prior_sd};
    name_number(l->model, n);
    set_box(n, param);
    fit_place_starts(sizes, n, param);
    if (!isnan(n->prior_sd) && isnan(n->prior_mean))
        n->prior_mean = n->centre;
    return VB_OK;
}

static vb_status set_of_trial(vb_likelihood *l, const vb_fit_options *options,
                              const fit_sizes *sizes, const vb_fit_block *block,
                              size_t t, size_t *set, vb_error *err)
{
    vb_fit_set this = {{NULL}, {0}};
    vb_status status = VB_OK;

    for (size_t i = 0; i < l->model->n_params; i++) {
        const vb_fit_factor by = options->setting[i].by;

        if (isnan(options->setting[i].fixed) && by != VB_FIT_SHARED)
            this.level[by] = level_of(block, t, by);
    }
    for (*set = 0; *set < l->facts.n_sets; ++*set) {
        bool equal = true;

        for (size_t f = 0; f < VB_FIT_N_FACTORS; f++)
            equal = equal && same(l->sets[*set].level[f], this.level[f]);
        if (equal)
            return VB_OK;
    }
    if (*set == VB_FIT_MAX)
        return vb_fail(err, VB_EINPUT,
                       "fit: over %d combinations of condition, session and run",
                       VB_FIT_MAX);
    for (size_t i = 0; i < l->model->n_params && status == VB_OK; i++) {
        const vb_fit_factor by = options->setting[i].by;

        this.number[i] = VB_NONE;
        if (isnan(options->setting[i].fixed))
            status = number_of(l, options, sizes, i,
                               by == VB_FIT_SHARED ? NULL : this.level[by],
                               &this.number[i], err);
    }
    l->sets[l->facts.n_sets++] = this;
    return status;
}

/* A factor that separates must be there. */
static vb_status check_factors(const vb_likelihood *l, const vb_fit_options *options,
                               vb_error *err)
{
    for (size_t i = 0; i < l->model->n_params; i++)
        for (size_t b = 0; b < l->n_blocks; b++) {
            const vb_fit_factor by = options->setting[i].by;
            const vb_fit_block *block = &l->blocks[b];

            if (by != VB_FIT_SHARED && block->trials->n_trials &&
                !level_of(block, 0, by))
                return vb_fail(
                    err, VB_EINPUT, "fit: %s is to differ by %s, but %s",
                    l->model->params[i].name, vb_fit_factor_name(by),
                    by == VB_FIT_BY_CONDITION
                        ? "the spec names no column for it (trials: condition:)"
                        : "the data have none");
        }
    return VB_OK;
}

vb_status fit_numbers_make(vb_likelihood *l, const vb_fit_options *options,
                           vb_error *err)
{
    fit_sizes sizes;
    vb_status status = check_factors(l, options, err);

    fit_sizes_of(l->model, l->n_blocks, l->blocks, &sizes);
    for (size_t i = 0; i < l->model->n_params && status == VB_OK; i++) {
        status = check_setting(l->model, i, &options->setting[i], err);
        l->fixed[i] = options->setting[i].fixed;
    }
    for (size_t b = 0; b < l->n_blocks && status == VB_OK; b++)
        for (size_t t = 0; t < l->blocks[b].trials->n_trials && status == VB_OK; t++)
            status = set_of_trial(l, options, &sizes, &l->blocks[b], t,
                                  &l->set_of[b][t], err);
    l->facts.numbers = l->numbers;
    l->facts.sets = l->sets;
    if (status == VB_OK && l->facts.n_numbers == 0)
        return vb_fail(err, VB_EINPUT,
                       "fit: the model has no parameter that is not fixed");
    return status;
}
