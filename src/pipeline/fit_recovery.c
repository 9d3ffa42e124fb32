/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_recovery.c - can this design identify these parameters and models? */
#include "fit_recovery_internal.h"

#include <math.h>
#include <string.h>

static size_t count_numbers(const vb_fit_result *result)
{
    return vb_likelihood_facts_of(result->likelihood)->n_numbers;
}

/* True numbers from parameters given by condition, session and run: those of the first
 * trial that uses each. */
static vb_status give(vb_fit_study *fits, const vb_fit_unit *unit,
                      const vb_fit_result *result, const vb_parameters_spec *parameters,
                      vb_notes *notes, double theta[], vb_error *err)
{
    const vb_likelihood_facts *facts = vb_likelihood_facts_of(result->likelihood);
    const size_t n_params = fits->models[0].n_params;

    for (size_t i = 0; i < facts->n_numbers; i++)
        theta[i] = NAN;
    for (size_t b = 0; b < unit->n_blocks; b++) {
        const vb_trials *trials = unit->blocks[b].trials;
        const size_t *set = vb_likelihood_set_of(result->likelihood, b);
        size_t n_sets, *given;
        double *sets;
        const vb_status status =
            vb_parameters_resolve(parameters, &fits->models[0], unit->participant,
                                  unit->blocks[b].session, unit->blocks[b].run_labels,
                                  trials, fits->arena, &n_sets, &sets, &given, notes,
                                  err);

        if (status != VB_OK)
            return status;
        for (size_t t = 0; t < trials->n_trials; t++)
            for (size_t p = 0; p < n_params; p++) {
                const size_t k = facts->sets[set[t]].number[p];

                if (k != VB_NONE && isnan(theta[k]))
                    theta[k] = sets[given[t] * n_params + p];
            }
    }
    return VB_OK;
}

vb_status fit_recovery_units(vb_fit_study *fits, size_t m,
                             const vb_simulation *simulation, vb_recovery_unit **units,
                             size_t **members, size_t *n, vb_notes *notes,
                             vb_error *err)
{
    *units = vb_arena_take(fits->arena, fits->n_units, sizeof **units);
    *members = vb_arena_take(fits->arena, fits->n_units, sizeof **members);
    *n = 0;
    if (!*units || !*members)
        return vb_fail_memory(err, fits->n_units * sizeof **units);
    for (size_t u = 0; u < fits->n_units; u++) {
        const vb_fit_unit *unit = &fits->units[u];
        const vb_fit_result *result = vb_fit_study_result(fits, m, u);
        double *theta;
        char name[256];
        vb_status status = VB_OK;

        if (unit->failure.code != VB_OK || !result->likelihood)
            continue;
        theta = vb_arena_take(fits->arena, count_numbers(result), sizeof *theta);
        if (!theta)
            return vb_fail_memory(err, count_numbers(result) * sizeof *theta);
        if (simulation->parameters)
            status =
                give(fits, unit, result, simulation->parameters, notes, theta, err);
        else if (result->fit)
            memcpy(theta, result->fit->theta, result->fit->n * sizeof *theta);
        else
            continue;
        if (status != VB_OK)
            return status;
        (*members)[*n] = u;
        (*units)[(*n)++] =
            (vb_recovery_unit){.label = vb_arena_string(fits->arena,
                                                        fit_unit_name(unit, name,
                                                                      sizeof name)),
                               .n_blocks = unit->n_blocks,
                               .blocks = unit->blocks,
                               .theta = theta};
    }
    if (!*n)
        return vb_fail(err, VB_EESTIMATE,
                       "no participant has parameters to simulate choices with");
    return VB_OK;
}

static vb_status recover_parameters(vb_fit_study *fits, const vb_simulation *simulation,
                                    fit_recovery_report *report, vb_notes *notes,
                                    vb_error *err)
{
    vb_status status =
        fit_recovery_units(fits, 0, simulation, &report->units, &report->members,
                           &report->n_units, notes, err);

    for (size_t i = 1; i < report->n_units && status == VB_OK; i++)
        if (count_numbers(vb_fit_study_result(fits, 0, report->members[i])) !=
            count_numbers(vb_fit_study_result(fits, 0, report->members[0])))
            status =
                vb_fail(err, VB_EINPUT,
                        "recovery: participants differ in the conditions, sessions or "
                        "runs that parameters differ by");
    if (status == VB_OK)
        status = vb_recover(&fits->models[0], &fits->options[0], report->n_units,
                            report->units, simulation->n_repeats, simulation->seed,
                            simulation->n_threads, &report->recovery, err);
    return status;
}

static vb_status recover_models(vb_fit_study *fits, const vb_simulation *simulation,
                                fit_recovery_report *report, vb_notes *notes,
                                vb_error *err)
{
    const size_t k = fits->n_models;
    const vb_recovery_unit **units = vb_arena_take(fits->arena, k, sizeof *units);
    vb_status status = VB_OK;
    size_t least = report->n_units;

    report->confusion = vb_arena_take(fits->arena, k * k, sizeof *report->confusion);
    if (!units || !report->confusion)
        return vb_fail_memory(err, k * k * sizeof *report->confusion);
    for (size_t m = 0; m < k && status == VB_OK; m++) {
        vb_recovery_unit *these;
        size_t *members, n;

        status =
            fit_recovery_units(fits, m, simulation, &these, &members, &n, notes, err);
        units[m] = these;
        if (status == VB_OK && n < least)
            least = n;
    }
    if (status != VB_OK)
        return status;
    return vb_recover_models(k, fits->models, fits->options, least, units,
                             simulation->n_repeats, simulation->seed,
                             simulation->n_threads, report->confusion,
                             &report->n_failed, err);
}

vb_status vb_fit_study_recover(vb_fit_study *fits, const vb_simulation *simulation,
                               const vb_provenance *provenance, vb_buffer *text,
                               vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    fit_recovery_report report = {.simulation = simulation};
    vb_status status = recover_parameters(fits, simulation, &report, notes, err);

    if (status == VB_OK && fits->n_models > 1 && !simulation->parameters)
        status = recover_models(fits, simulation, &report, notes, err);
    if (status == VB_OK)
        status = fit_recovery_write(fits, &report, provenance, outputs, err);
    if (status == VB_OK && text)
        fit_recovery_put(fits, &report, text);
    vb_recovery_free(report.recovery);
    return status;
}
