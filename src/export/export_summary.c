/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_summary.c - what was done to the modulators, read off the weights themselves. */
#include "export_summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A mean below this share of the standard deviation is rounding, not an offset: sums of
 * 1e4 doubles of order 1 are off by at most about 1e-12. */
static const double centred_tolerance = 1e-9;

static void judge_modulator(export_summary *s, const char *run, const char *event,
                            const vb_design_modulator *modulator, size_t n_events)
{
    double sum = 0, squares = 0, n = 0, mean, sd;

    s->n_modulators++;
    for (size_t i = 0; i < n_events; i++) {
        if (isnan(modulator->weight[i])) {
            s->n_missing++;
            continue;
        }
        sum += modulator->weight[i];
        n++;
    }
    mean = n > 0 ? sum / n : 0;
    for (size_t i = 0; i < n_events; i++)
        if (!isnan(modulator->weight[i]))
            squares += (modulator->weight[i] - mean) * (modulator->weight[i] - mean);
    sd = n > 1 ? sqrt(squares / (n - 1)) : 0;
    if (fabs(mean) <= centred_tolerance * (sd > 0 ? sd : 1))
        return;
    s->n_not_centred++;
    if (sd > 0 && fabs(mean / sd) > fabs(s->largest_mean)) {
        s->largest_mean = mean / sd;
        snprintf(s->largest, sizeof s->largest, "`%s*%s` in run %s", event,
                 modulator->name, run);
    }
}

/* Appends `event` to a list, once. */
static void add_name(char *list, size_t size, const char *event)
{
    const size_t used = strlen(list);
    char quoted[160];

    snprintf(quoted, sizeof quoted, "`%s`", event);
    if (!strstr(list, quoted))
        snprintf(list + used, size - used, "%s%s", used ? ", " : "", quoted);
}

/* Weights with missing ones as 0, as they enter a design. */
static double correlation(size_t n, const double a[], const double b[])
{
    double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < n; i++) {
        mean_a += isnan(a[i]) ? 0 : a[i] / (double)n;
        mean_b += isnan(b[i]) ? 0 : b[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = (isnan(a[i]) ? 0 : a[i]) - mean_a;
        const double y = (isnan(b[i]) ? 0 : b[i]) - mean_b;

        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 1;
}

static bool uncorrelated(const vb_design_event *event)
{
    for (size_t a = 0; a < event->n_modulators; a++)
        for (size_t b = 0; b < a; b++)
            if (fabs(correlation(event->n_events, event->modulators[a].weight,
                                 event->modulators[b].weight)) > centred_tolerance)
                return false;
    return event->n_modulators > 1 && event->n_events > 2;
}

void export_summarise(const vb_export_job *job, bool orth_centres,
                      export_summary *summary)
{
    export_summary *s = summary;

    *s = (export_summary){0};
    for (size_t r = 0; r < job->n_runs; r++)
        for (size_t e = 0; e < job->runs[r].n_events; e++) {
            const vb_design_event *event = &job->runs[r].events[e];
            const bool orthogonal = event->orthogonalise && event->n_modulators;

            if (orthogonal) {
                s->n_orthogonal++;
                add_name(s->orthogonal, sizeof s->orthogonal, event->name);
            } else if (uncorrelated(event)) {
                add_name(s->uncorrelated, sizeof s->uncorrelated, event->name);
            }
            for (size_t m = 0; m < event->n_modulators; m++)
                if (!orthogonal || !orth_centres)
                    judge_modulator(s, job->run_labels[r] ? job->run_labels[r] : "1",
                                    event->name, &event->modulators[m],
                                    event->n_events);
        }
}

void export_put_centring(const export_summary *s, bool orth_centres, vb_buffer *out)
{
    const bool by_orth = orth_centres && s->n_orthogonal;

    if (by_orth)
        vb_putf(out,
                "SPM, for the modulators of %s, over the trials of each run (`orth` "
                "is 1)%s",
                s->orthogonal, s->n_modulators ? "; for the others: " : "");
    if (!s->n_modulators && !by_orth)
        vb_put_text(out, "there are no modulators");
    else if (!s->n_modulators)
        return;
    else if (!s->n_not_centred)
        vb_put_text(out,
                    "valuebold: every modulator in these files has mean 0 over the "
                    "trials of its run");
    else
        vb_putf(
            out,
            "nobody, in %zu of %zu modulators: their weights do not have mean 0 over "
            "the trials of their run (the spec centres over another scope, scales or "
            "fills in missed trials); furthest off is %s, by %.3g of its standard "
            "deviation. The unmodulated event then is not the mean response",
            s->n_not_centred, s->n_modulators,
            s->largest[0] ? s->largest : "a constant one", s->largest_mean);
}

void export_put_orthogonal(const export_summary *s, const char *how, vb_buffer *out)
{
    if (s->n_orthogonal)
        vb_putf(out, "%s, for the modulators of %s, in the order of the files", how,
                s->orthogonal);
    else if (s->uncorrelated[0])
        vb_putf(out,
                "valuebold, before: the weights of the modulators of %s are "
                "uncorrelated over the trials as they stand in the files",
                s->uncorrelated);
    else
        vb_put_text(out, "nobody: modulators keep the variance they share, which then "
                         "belongs to none of them");
}

void export_put_high_pass(const vb_export_job *job, vb_buffer *out)
{
    const vb_design *design = job->designs[0];
    const double cutoff_s = export_high_pass_s(design);

    if (!isfinite(cutoff_s)) {
        vb_put_text(out, "none");
        return;
    }
    vb_putf(out, "`%s`, cut-off ", design->drift ? design->drift : "default");
    vb_put_number(out, cutoff_s);
    vb_put_text(out, " s");
}
