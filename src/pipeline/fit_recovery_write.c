/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_recovery_write.c - tables and pictures of recovery. */
#include "fit_recovery_internal.h"
#include "valuebold/figure_fit.h"

#include <math.h>
#include <stdio.h>

static const vb_fit_number *numbers_of(const vb_fit_study *fits,
                                       const fit_recovery_report *report)
{
    return vb_likelihood_facts_of(
               vb_fit_study_result(fits, 0, report->members[0])->likelihood)
        ->numbers;
}

static void put(vb_buffer *out, double x)
{
    vb_put_char(out, '\t');
    vb_put_number(out, x);
}

static void put_cases(const vb_fit_study *fits, const fit_recovery_report *report,
                      vb_buffer *out)
{
    const vb_fit_number *numbers = numbers_of(fits, report);
    const vb_recovery *r = report->recovery;

    vb_put_text(out, "participant_id\trepeat\tfitted\tflagged\tnegative_log_likelihood"
                     "\tnegative_log_likelihood_of_truth");
    for (size_t i = 0; i < r->n_numbers; i++)
        vb_putf(out, "\t%s_true\t%s\t%s_lower95\t%s_upper95", numbers[i].name,
                numbers[i].name, numbers[i].name, numbers[i].name);
    vb_put_char(out, '\n');
    for (size_t c = 0; c < r->n_cases; c++) {
        const vb_recovery_case *one = &r->cases[c];

        vb_putf(out, "sub-%s\t%zu\t%s\t%s",
                fits->units[report->members[one->unit]].participant, one->repeat + 1,
                one->fitted ? "yes" : "no", one->flagged ? "yes" : "no");
        put(out, one->fitted ? one->nll : (double)NAN);
        put(out, one->fitted ? one->nll_truth : (double)NAN);
        for (size_t i = 0; i < r->n_numbers; i++) {
            put(out, report->units[one->unit].theta[i]);
            put(out, one->estimate[i]);
            put(out, one->lower95[i]);
            put(out, one->upper95[i]);
        }
        vb_put_char(out, '\n');
    }
}

static void put_summary(const vb_fit_study *fits, const fit_recovery_report *report,
                        vb_buffer *out)
{
    const vb_fit_number *numbers = numbers_of(fits, report);

    vb_put_text(out,
                "parameter\tscale\tn\tcorrelation\tcorrelation_on_scale\tbias\trmse"
                "\tbias_on_scale\trmse_on_scale\tcoverage95\n");
    for (size_t i = 0; i < report->recovery->n_numbers; i++) {
        const vb_recovery_summary *s = &report->recovery->numbers[i];

        vb_putf(out, "%s\t%s\t%zu", numbers[i].name,
                vb_fit_scale_name(numbers[i].scale), s->n);
        put(out, s->correlation);
        put(out, s->correlation_u);
        put(out, s->bias);
        put(out, s->rmse);
        put(out, s->bias_u);
        put(out, s->rmse_u);
        put(out, s->coverage);
        vb_put_char(out, '\n');
    }
}

static void put_json(const vb_fit_study *fits, const fit_recovery_report *report,
                     const vb_provenance *provenance, vb_buffer *out)
{
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description",
                 "choices simulated on the trials as they are, and fitted again");
    vb_json_number(&j, "Seed", (double)report->simulation->seed);
    vb_json_count(&j, "Repeats", report->simulation->n_repeats);
    vb_json_text(&j, "TrueParameters",
                 report->simulation->parameters ? "given" : "fitted to the choices");
    vb_json_count(&j, "DataSets", report->recovery->n_cases);
    vb_json_count(&j, "Fitted", report->recovery->n_fitted);
    vb_json_count(&j, "Flagged", report->recovery->n_flagged);
    if (report->confusion)
        vb_json_count(&j, "DataSetsThatSomeModelCannotFit", report->n_failed);
    vb_json_text(&j, "Spec", study_shown_path(NULL, fits->spec->file));
    vb_json_text(&j, "SpecSHA256", fits->spec->sha256);
    vb_json_open(&j, "GeneratedBy", '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", provenance->version);
    vb_json_text(&j, "CommandLine", provenance->command_line);
    vb_json_close(&j);
    vb_json_close(&j);
}

/* There is no r of true values that are all the same. */
static const char *in_a_line(const vb_recovery_summary *s, vb_arena *a)
{
    const double cover = 100 * s->coverage;

    if (isnan(s->correlation_u))
        return vb_arena_printf(a, "no r; 95 %% intervals cover %.1f %%", cover);
    return vb_arena_printf(a, "r = %.3f, 95 %% intervals cover %.1f %%",
                           s->correlation_u, cover);
}

static vb_status put_scatter(const vb_fit_study *fits,
                             const fit_recovery_report *report, vb_buffer *svg,
                             vb_error *err)
{
    const vb_recovery *r = report->recovery;
    const vb_fit_number *numbers = numbers_of(fits, report);
    vb_arena *a = r->arena;
    vb_recovery_panel *panels = vb_arena_take(a, r->n_numbers, sizeof *panels);
    bool *flagged = vb_arena_take(a, r->n_cases, sizeof *flagged);

    if (!panels || !flagged)
        return vb_fail_memory(err, r->n_cases);
    for (size_t c = 0; c < r->n_cases; c++)
        flagged[c] = r->cases[c].flagged;
    for (size_t i = 0; i < r->n_numbers; i++) {
        const char *unit = fits->models[0].params[numbers[i].param].unit;
        double *truth = vb_arena_take(a, r->n_cases, sizeof *truth);
        double *estimate = vb_arena_take(a, r->n_cases, sizeof *estimate);

        if (!truth || !estimate)
            return vb_fail_memory(err, r->n_cases * sizeof *truth);
        for (size_t c = 0; c < r->n_cases; c++) {
            truth[c] = report->units[r->cases[c].unit].theta[i];
            estimate[c] = r->cases[c].estimate[i];
        }
        panels[i] =
            (vb_recovery_panel){.title = vb_arena_printf(a, "%s%s%s", numbers[i].name,
                                                         *unit ? ", " : "", unit),
                                .fact = in_a_line(&r->numbers[i], a),
                                .n = r->n_cases,
                                .truth = truth,
                                .estimate = estimate,
                                .flagged = flagged,
                                .log_axes = numbers[i].scale == VB_FIT_LOG};
        if (!panels[i].title || !panels[i].fact)
            return vb_fail_memory(err, 256);
    }
    return vb_figure_recovery("Recovery of parameters", r->n_numbers, panels, svg, err);
}

static void put_confusion(const vb_fit_study *fits, const double count[],
                          vb_buffer *out)
{
    const size_t k = fits->n_models;

    vb_put_text(out, "generating_model");
    for (size_t m = 0; m < k; m++)
        vb_putf(out, "\t%s", fits->names[m]);
    vb_put_char(out, '\n');
    for (size_t g = 0; g < k; g++) {
        vb_put_text(out, fits->names[g]);
        for (size_t m = 0; m < k; m++)
            put(out, count[g * k + m]);
        vb_put_char(out, '\n');
    }
}

static vb_status write_confusion(const vb_fit_study *fits,
                                 const fit_recovery_report *report, vb_outputs *outputs,
                                 vb_error *err)
{
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "confusion.tsv");

    if (status != VB_OK)
        return status;
    put_confusion(fits, report->confusion, out);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "confusion.svg");
    if (status != VB_OK)
        return status;
    return vb_figure_confusion("Recovery of models", fits->n_models, fits->names,
                               report->confusion, out, err);
}

vb_status fit_recovery_write(const vb_fit_study *fits,
                             const fit_recovery_report *report,
                             const vb_provenance *provenance, vb_outputs *outputs,
                             vb_error *err)
{
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "recovery.tsv");

    if (status != VB_OK)
        return status;
    put_cases(fits, report, out);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "recovery_summary.tsv");
    if (status != VB_OK)
        return status;
    put_summary(fits, report, out);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "recovery.json");
    if (status != VB_OK)
        return status;
    put_json(fits, report, provenance, out);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "recovery.svg");
    if (status == VB_OK)
        status = put_scatter(fits, report, out, err);
    if (status == VB_OK && report->confusion)
        status = write_confusion(fits, report, outputs, err);
    return status;
}

void fit_recovery_put(const vb_fit_study *fits, const fit_recovery_report *report,
                      vb_buffer *text)
{
    const vb_recovery *r = report->recovery;
    const vb_fit_number *numbers = numbers_of(fits, report);
    const size_t k = fits->n_models;

    vb_putf(
        text,
        "%zu data sets of %zu participants, seed %.0f; %zu could not be fitted, %zu "
        "flagged (at a bound, flat or separated)\n",
        r->n_cases, report->n_units, (double)report->simulation->seed,
        r->n_cases - r->n_fitted, r->n_flagged);
    vb_putf(text, "%-28s %11s %11s %11s %11s %9s\n", "", "correlation", "on scale",
            "bias", "RMSE", "coverage");
    for (size_t i = 0; i < r->n_numbers; i++)
        vb_putf(text, "%-28s %11.3f %11.3f %11.3g %11.3g %9.3f\n", numbers[i].name,
                r->numbers[i].correlation, r->numbers[i].correlation_u,
                r->numbers[i].bias, r->numbers[i].rmse, r->numbers[i].coverage);
    if (!report->confusion)
        return;
    vb_put_text(text, "\nrows made the choices, columns explain them best\n");
    for (size_t g = 0; g < k; g++) {
        vb_putf(text, "%-28s", fits->names[g]);
        for (size_t m = 0; m < k; m++)
            vb_putf(text, " %7.0f", report->confusion[g * k + m]);
        vb_put_char(text, '\n');
    }
}
