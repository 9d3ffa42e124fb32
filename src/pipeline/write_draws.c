/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_draws.c - signals under draws of the parameters: spread of each trial, and all of
 * them for what propagates uncertainty itself. */
#include "study_internal.h"

#include <math.h>

vb_status study_signal_sd(const vb_study *study, const vb_study_subject *subject,
                          const char *signal, const double values[], double sd[],
                          bool *varies, vb_error *err)
{
    const size_t n = subject->trials->n_trials;
    double *x = vb_arena_take(study->arena, n, sizeof *x);
    double *sum = vb_arena_take(study->arena, n, sizeof *sum);
    char unit[64];
    vb_status status = x && sum ? VB_OK : vb_fail_memory(err, n * sizeof *x);

    *varies = false;
    for (size_t t = 0; t < n; t++)
        sd[t] = 0;
    for (size_t d = 0; d < subject->n_draws && status == VB_OK; d++) {
        status = vb_signal(signal, &study->model, subject->trials, subject->draws[d],
                           study->spec->trials.units, x, unit, sizeof unit, err);
        for (size_t t = 0; status == VB_OK && t < n;
             t++) { /* about the estimate's value */
            sum[t] += x[t] - values[t];
            sd[t] += (x[t] - values[t]) * (x[t] - values[t]);
        }
    }
    for (size_t t = 0; t < n; t++) {
        const double m = (double)subject->n_draws;
        const double variance = (sd[t] - sum[t] * sum[t] / m) / (m - 1);

        sd[t] = isnan(variance) ? variance : sqrt(fmax(variance, 0));
        *varies = *varies || sd[t] > 1e-12 * fabs(values[t]);
    }
    return status;
}

/* Draw, onset and signals of every trial of the run. */
static vb_status put_draws(const vb_study *study, const vb_study_run *run, size_t n,
                           const char *const signals[], vb_buffer *out, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t r = (size_t)(run - study->runs) - subject->first_run;
    const size_t n_trials = subject->trials->n_trials;
    double *x = vb_arena_take(study->arena, n * n_trials, sizeof *x);
    vb_status status = x ? VB_OK : vb_fail_memory(err, n * n_trials * sizeof *x);
    char unit[64];

    vb_put_text(out, "draw\tonset");
    for (size_t i = 0; i < n; i++)
        vb_putf(out, "\t%s", signals[i]);
    vb_put_char(out, '\n');
    for (size_t d = 0; d < subject->n_draws && status == VB_OK; d++) {
        for (size_t i = 0; i < n && status == VB_OK; i++)
            status = vb_signal(signals[i], &study->model, subject->trials,
                               subject->draws[d], study->spec->trials.units,
                               x + i * n_trials, unit, sizeof unit, err);
        for (size_t t = 0; t < n_trials && status == VB_OK; t++) {
            if (subject->trials->run[t] != r)
                continue;
            vb_putf(out, "%zu\t", d + 1);
            vb_put_number(out, subject->trials->onset_s[t]);
            for (size_t i = 0; i < n; i++) {
                vb_put_char(out, '\t');
                vb_put_number(out, x[i * n_trials + t]);
            }
            vb_put_char(out, '\n');
        }
    }
    return status;
}

vb_status study_write_draws(const vb_study *study, const vb_study_run *run, size_t n,
                            const char *const signals[], const char *folder,
                            const char *stem, vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_status status =
        vb_outputs_add(outputs, &out, err, "%s/%s_desc-draws_trials.tsv", folder, stem);

    if (status == VB_OK)
        status = put_draws(study, run, n, signals, out, err);
    return status == VB_OK ? vb_buffer_ok(out, err) : status;
}
