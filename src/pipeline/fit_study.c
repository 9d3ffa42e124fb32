/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_study.c - every model fitted to every participant. */
#include "fit_internal.h"
#include "valuebold/parallel.h"
#include "valuebold/titration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static vb_status load(vb_fit_study *fits, const vb_fit_source *source, vb_notes *notes,
                      vb_error *err)
{
    vb_status status;

    if (!fits->spec->has_trials)
        return vb_fail_at(err, VB_EINPUT, fits->spec->file, 0, 0,
                          "fit needs sections trials and model");
    if (!fits->spec->trials.choice_column)
        return vb_fail_at(err, VB_EINPUT, fits->spec->file, 0, 0,
                          "fit needs choices; say which column holds them (trials: "
                          "choice:)");
    status = fit_study_models(fits, err);
    if (status == VB_OK)
        status = source->choices ? fit_study_table(fits, source->choices,
                                                   &source->study, notes, err)
                                 : fit_study_units(fits, &source->study, notes, err);
    if (status == VB_OK && fits->spec->fit.n_covariates)
        status = fit_study_covariates(fits, source, notes, err);
    if (status != VB_OK)
        return status;
    fits->results = vb_arena_take(fits->arena, fits->n_models * fits->n_units,
                                  sizeof *fits->results);
    return fits->results ? VB_OK : vb_fail_memory(err, sizeof *fits->results);
}

vb_status vb_fit_study_load(const vb_spec *spec, const vb_fit_source *source,
                            vb_fit_study **fits, vb_notes *notes, vb_error *err)
{
    vb_fit_study *f = calloc(1, sizeof *f);
    vb_status status;

    if (!f)
        return vb_fail_memory(err, sizeof *f);
    f->spec = spec;
    f->arena = vb_arena_alloc();
    status = f->arena ? load(f, source, notes, err) : vb_fail_memory(err, sizeof *f);
    if (status == VB_OK)
        *fits = f;
    else
        vb_fit_study_free(f);
    return status;
}

void vb_fit_study_free(vb_fit_study *fits)
{
    if (!fits)
        return;
    for (size_t i = 0; fits->results && i < fits->n_models * fits->n_units; i++) {
        vb_likelihood_free(fits->results[i].likelihood);
        vb_fit_free(fits->results[i].fit);
    }
    for (size_t i = 0; i < fits->n_trials; i++)
        vb_trials_free(fits->trials[i]);
    for (size_t i = 0; i < fits->n_trials_tables; i++)
        vb_table_free(fits->tables[i]);
    vb_table_free(fits->choices);
    for (size_t m = 0; fits->groups && m < fits->n_models; m++)
        vb_group_free(fits->groups[m]);
    vb_hbi_free(fits->hbi);
    if (!fits->borrowed)
        vb_study_free(fits->study);
    vb_arena_free(fits->arena);
    free(fits);
}

static vb_status load_of(vb_fit_study *fits, vb_study *study,
                         const vb_study_source *source, vb_notes *notes, vb_error *err)
{
    vb_notes again = {
        0}; /* the study builds its trials too and says what there is to say */
    vb_status status;

    fits->study = study;
    fits->borrowed = true;
    status = fit_study_models(fits, err);
    fits->n_models = 1; /* comparison is for the command fit */
    if (status == VB_OK)
        status = fit_study_runs(fits, &again, err);
    vb_notes_free(&again);
    if (status == VB_OK && fits->spec->fit.n_covariates)
        status =
            fit_study_covariates(fits, &(vb_fit_source){.study = *source}, notes, err);
    if (status != VB_OK)
        return status;
    fits->results = vb_arena_take(fits->arena, fits->n_units, sizeof *fits->results);
    return fits->results ? VB_OK : vb_fail_memory(err, sizeof *fits->results);
}

vb_status fit_study_of(vb_study *study, const vb_study_source *source, vb_table **table,
                       vb_notes *notes, vb_error *err)
{
    vb_fit_study *f = calloc(1, sizeof *f);
    vb_buffer text = {0};
    vb_status status;

    if (!f)
        return vb_fail_memory(err, sizeof *f);
    study->fits = f;
    f->spec = study->spec;
    f->arena = vb_arena_alloc();
    status = f->arena ? load_of(f, study, source, notes, err)
                      : vb_fail_memory(err, sizeof *f);
    if (status == VB_OK)
        status = vb_fit_study_run(f, vb_processors(), notes, err);
    if (status != VB_OK)
        return status;
    fit_study_put_table(f, 0, &text);
    status = vb_buffer_ok(&text, err);
    if (status == VB_OK)
        status =
            vb_table_parse("fitted parameters", text.bytes, text.n, table, NULL, err);
    vb_buffer_free(&text);
    return status;
}

const vb_fit_result *vb_fit_study_result(const vb_fit_study *fits, size_t model,
                                         size_t unit)
{
    return &fits->results[model * fits->n_units + unit];
}

/* Without a prior, choices that are all alike have no finite answer. */
static vb_status check_choices(const vb_fit_study *fits,
                               const vb_likelihood *likelihood, vb_error *err)
{
    const vb_likelihood_facts *facts = vb_likelihood_facts_of(likelihood);

    if (!facts->one_choice || fits->spec->fit.method != VB_FIT_ML)
        return VB_OK;
    return vb_fail(err, VB_EESTIMATE,
                   "all %zu choices are the same, so that they determine no parameter; "
                   "leave the participant out, or use method: map or hierarchical",
                   facts->n_used);
}

typedef struct crew {
    vb_fit_study *fits;
} crew;

static void fit_one(void *context, size_t item, size_t worker)
{
    const crew *c = context;
    vb_fit_study *fits = c->fits;
    vb_fit_unit *unit = &fits->units[item % fits->n_units];
    const size_t m = item / fits->n_units;
    vb_fit_result *result = &fits->results[item];
    vb_status status = VB_OK;

    (void)worker;
    if (unit->failure.code != VB_OK) {
        result->failure = unit->failure;
        return;
    }
    result->options = fits->options[m];
    if (fits->spec->fit.titration)
        status = vb_titration_settings(&fits->models[m], unit->n_blocks, unit->blocks,
                                       result->options.setting, &result->failure);
    if (status == VB_OK)
        status =
            vb_likelihood_make(&fits->models[m], &result->options, unit->n_blocks,
                               unit->blocks, &result->likelihood, &result->failure);
    if (status == VB_OK)
        status = check_choices(fits, result->likelihood, &result->failure);
    if (status == VB_OK && fits->spec->fit.method != VB_FIT_HIERARCHICAL)
        vb_fit_run(result->likelihood, &result->options, &result->fit,
                   &result->failure);
}

static void warn(const vb_fit_study *fits, size_t m, size_t u, vb_notes *notes)
{
    const vb_fit_unit *unit = &fits->units[u];
    const vb_fit_result *result = vb_fit_study_result(fits, m, u);
    const vb_fit *fit = result->fit;
    const vb_likelihood_facts *facts = vb_likelihood_facts_of(result->likelihood);
    char name[256];

    fit_unit_name(unit, name, sizeof name);
    for (size_t i = 0; i < fit->n; i++)
        if (fit->at_bound[i])
            vb_note_add(notes, VB_WARNING, "fit-at-bound", unit->file, unit->line, 0,
                        "%s, %s: %s ends at its bound %g", name, fits->names[m],
                        facts->numbers[i].name, fit->theta[i]);
    if (fit->separated)
        vb_note_add(
            notes, VB_WARNING, "fit-separated", unit->file, unit->line, 0,
            "%s, %s: the model predicts every choice without doubt, so that its "
            "parameters have no finite best values",
            name, fits->names[m]);
    else if (fit->flat)
        vb_note_add(
            notes, VB_WARNING, "fit-flat", unit->file, unit->line, 0,
            "%s, %s: the likelihood is flat in some direction: the choices do not "
            "determine every parameter",
            name, fits->names[m]);
    else if (!fit->converged)
        vb_note_add(notes, VB_WARNING, "fit-not-converged", unit->file, unit->line, 0,
                    "%s, %s: no start ended at a minimum (gradient %.1e)", name,
                    fits->names[m], fit->gradient);
    if (facts->one_choice)
        vb_note_add(
            notes, VB_WARNING, "fit-one-choice", unit->file, unit->line, 0,
            "%s: all %zu choices are the same; the parameters are mostly those of "
            "the prior",
            name, facts->n_used);
}

vb_status vb_fit_study_run(vb_fit_study *fits, size_t n_threads, vb_notes *notes,
                           vb_error *err)
{
    crew c = {.fits = fits};

    vb_parallel(fits->n_models * fits->n_units, n_threads, fit_one, &c);
    for (size_t i = 0; i < fits->n_models * fits->n_units; i++) {
        const vb_fit_result *result = &fits->results[i];
        vb_fit_unit *unit = &fits->units[i % fits->n_units];

        if (result->failure.code == VB_ENOMEM) {
            if (err)
                *err = result->failure;
            return VB_ENOMEM;
        }
        if (result->failure.code != VB_OK && unit->failure.code == VB_OK)
            fit_study_fail(unit, &result->failure, notes);
    }
    if (fits->spec->fit.method == VB_FIT_HIERARCHICAL) {
        const vb_status status = fit_study_groups(fits, n_threads, notes, err);

        if (status != VB_OK)
            return status;
    }
    for (size_t i = 0; i < fits->n_models * fits->n_units; i++)
        if (fits->results[i].fit)
            warn(fits, i / fits->n_units, i % fits->n_units, notes);
    return fits->spec->fit.cross_validate == VB_FIT_SHARED || fits->borrowed
               ? VB_OK
               : fit_study_validate(fits, n_threads, notes, err);
}

vb_status vb_fit_study_failure(const vb_fit_study *fits, vb_error *err)
{
    for (size_t u = 0; u < fits->n_units; u++)
        if (fits->units[u].failure.code != VB_OK) {
            if (err)
                *err = fits->units[u].failure;
            return fits->units[u].failure.code;
        }
    return VB_OK;
}
