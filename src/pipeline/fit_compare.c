/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_compare.c - models side by side. */
#include "fit_internal.h"
#include "valuebold/selection.h"

#include <math.h>
#include <string.h>

static bool all_fit(const vb_fit_study *fits, size_t u)
{
    for (size_t m = 0; m < fits->n_models; m++)
        if (!vb_fit_study_result(fits, m, u)->fit)
            return false;
    return true;
}

static bool take(const vb_fit_study *fits, fit_comparison *c)
{
    double **const arrays[] = {&c->nll,
                               &c->aic,
                               &c->bic,
                               &c->log_evidence,
                               &c->cross_validated,
                               &c->frequency,
                               &c->exceedance,
                               &c->protected_exceedance};

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i] = vb_arena_take(fits->arena, fits->n_models, sizeof(double))))
            return false;
    c->n_best = vb_arena_take(fits->arena, fits->n_models, sizeof *c->n_best);
    return c->n_best != NULL;
}

static void add(const vb_fit_study *fits, size_t u, fit_comparison *c)
{
    size_t best = 0;

    c->n++;
    for (size_t m = 0; m < fits->n_models; m++) {
        const vb_fit *fit = vb_fit_study_result(fits, m, u)->fit;

        c->nll[m] += fit->nll;
        c->aic[m] += fit->aic;
        c->bic[m] += fit->bic;
        c->log_evidence[m] += fit->log_evidence;
        c->cross_validated[m] += fits->cross_validated
                                     ? fits->cross_validated[m * fits->n_units + u]
                                     : (double)NAN;
        if (fit->bic < vb_fit_study_result(fits, best, u)->fit->bic)
            best = m;
    }
    c->n_best[best]++;
}

vb_status fit_study_compare(const vb_fit_study *fits, fit_comparison *c, vb_error *err)
{
    const size_t k = fits->n_models;
    double *evidence = vb_arena_take(fits->arena, fits->n_units * k, sizeof *evidence);
    double *alpha = vb_arena_take(fits->arena, k, sizeof *alpha);
    size_t n = 0;

    *c = (fit_comparison){0};
    if (!evidence || !alpha || !take(fits, c))
        return vb_fail_memory(err, fits->n_units * k * sizeof *evidence);
    for (size_t u = 0; u < fits->n_units; u++)
        if (all_fit(fits, u))
            add(fits, u, c);
    c->by_evidence = true;
    for (size_t m = 0; m < k; m++)
        c->by_evidence = c->by_evidence && isfinite(c->log_evidence[m]);
    for (size_t u = 0; u < fits->n_units; u++) {
        if (!all_fit(fits, u))
            continue;
        for (size_t m = 0; m < k; m++) {
            const vb_fit *fit = vb_fit_study_result(fits, m, u)->fit;

            evidence[n * k + m] = c->by_evidence ? fit->log_evidence : -fit->bic / 2;
        }
        n++;
    }
    if (n < 1 || k < 2)
        return VB_OK;
    return vb_select_models(n, k, evidence, alpha, c->frequency, c->exceedance,
                            c->protected_exceedance, &c->bor, err);
}

static void put(vb_buffer *out, double x)
{
    vb_put_char(out, '\t');
    vb_put_number(out, x);
}

static void put_participants(const vb_fit_study *fits, vb_buffer *out)
{
    vb_put_text(out, "participant_id\tsession\trun\tmodel\tn_parameters\tn_choices"
                     "\tnegative_log_likelihood\taic\tbic\tlog_evidence"
                     "\tcross_validated_nll\n");
    for (size_t u = 0; u < fits->n_units; u++)
        for (size_t m = 0; m < fits->n_models; m++) {
            const vb_fit_unit *unit = &fits->units[u];
            const vb_fit_result *result = vb_fit_study_result(fits, m, u);

            if (!result->fit)
                continue;
            vb_putf(out, "sub-%s\t%s\t%s\t%s\t%zu\t%zu", unit->participant,
                    unit->session ? unit->session : "n/a",
                    unit->run ? unit->run : "n/a", fits->names[m], result->fit->n,
                    vb_likelihood_facts_of(result->likelihood)->n_used);
            put(out, result->fit->nll);
            put(out, result->fit->aic);
            put(out, result->fit->bic);
            put(out, result->fit->log_evidence);
            put(out, fits->cross_validated
                         ? fits->cross_validated[m * fits->n_units + u]
                         : (double)NAN);
            vb_put_char(out, '\n');
        }
}

static void put_sample(const vb_fit_study *fits, const fit_comparison *c,
                       vb_buffer *out)
{
    vb_put_text(out, "model\tn_participants\tnegative_log_likelihood\taic\tbic"
                     "\tlog_evidence\tibic\tcross_validated_nll\tn_best_bic\tfrequency"
                     "\texceedance\tprotected_exceedance\thierarchical_frequency"
                     "\thierarchical_exceedance\thierarchical_protected_exceedance\n");
    for (size_t m = 0; m < fits->n_models; m++) {
        vb_putf(out, "%s\t%zu", fits->names[m], c->n);
        put(out, c->nll[m]);
        put(out, c->aic[m]);
        put(out, c->bic[m]);
        put(out, c->log_evidence[m]);
        put(out, fits->groups ? fits->groups[m]->ibic : (double)NAN);
        put(out, c->cross_validated[m]);
        vb_putf(out, "\t%zu", c->n_best[m]);
        put(out, c->frequency[m]);
        put(out, c->exceedance[m]);
        put(out, c->protected_exceedance[m]);
        put(out, fits->hbi ? fits->hbi->frequency[m] : (double)NAN);
        put(out, fits->hbi ? fits->hbi->exceedance[m] : (double)NAN);
        put(out, fits->hbi ? fits->hbi->protected_exceedance[m] : (double)NAN);
        vb_put_char(out, '\n');
    }
}

vb_status fit_study_write_comparison(const vb_fit_study *fits, vb_outputs *outputs,
                                     vb_error *err)
{
    fit_comparison c;
    vb_buffer *out;
    vb_status status = fit_study_compare(fits, &c, err);

    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "comparison.tsv");
    if (status != VB_OK)
        return status;
    put_sample(fits, &c, out);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "comparison_participants.tsv");
    if (status != VB_OK)
        return status;
    put_participants(fits, out);
    return vb_buffer_ok(out, err);
}

void fit_study_put_comparison(const vb_fit_study *fits, vb_buffer *text)
{
    fit_comparison c;
    vb_error err = {0};

    if (fit_study_compare(fits, &c, &err) != VB_OK || !c.n)
        return;
    vb_putf(text, "\nComparison over the %zu participant%s that every model fits\n",
            c.n, c.n == 1 ? "" : "s");
    vb_putf(text, "%-24s %11s %11s %11s %11s %8s %9s %6s %9s\n", "", "NLL", "AIC",
            "BIC",
            fits->cross_validated ? "left-out NLL"
            : c.by_evidence       ? "log evidence"
                                  : "",
            "best BIC", "frequency", "exc.", "prot. exc.");
    for (size_t m = 0; m < fits->n_models; m++) {
        vb_putf(text, "%-24s %11.2f %11.2f %11.2f ", fits->names[m], c.nll[m], c.aic[m],
                c.bic[m]);
        if (fits->cross_validated || c.by_evidence)
            vb_putf(text, "%11.2f ",
                    fits->cross_validated ? c.cross_validated[m] : c.log_evidence[m]);
        else
            vb_putf(text, "%11s ", "");
        vb_putf(text, "%8zu %9.3f %6.3f %9.3f\n", c.n_best[m], c.frequency[m],
                c.exceedance[m], c.protected_exceedance[m]);
    }
    for (size_t m = 0; fits->hbi && m < fits->n_models; m++)
        vb_putf(
            text,
            "%-24s iBIC %.2f; inference over models and parameters at once: frequency "
            "%.3f, exceedance %.3f, protected %.3f\n",
            fits->names[m], fits->groups[m]->ibic, fits->hbi->frequency[m],
            fits->hbi->exceedance[m], fits->hbi->protected_exceedance[m]);
    vb_putf(
        text,
        "frequency: random effects over participants, from %s; chance that all models "
        "are equally frequent %.3g\n",
        c.by_evidence ? "log evidences" : "-BIC/2", c.bor);
}
