/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_report.c - what a study command says when it is done. */
#include "study_args.h"

#include <math.h>
#include <string.h>

typedef struct run_counts {
    size_t trials, missed;
} run_counts;

static run_counts count_trials(const vb_study *study, const vb_study_run *run)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t r = (size_t)(run - study->runs) - subject->first_run;
    run_counts counts = {0};

    for (size_t t = 0; subject->trials && t < subject->trials->n_trials; t++) {
        if (subject->trials->run[t] != r)
            continue;
        counts.trials++;
        counts.missed +=
            subject->trials->choice && subject->trials->choice[t] == VB_NONE;
    }
    return counts;
}

static void put_json_run(vb_json *j, const vb_study *study, const vb_study_run *run)
{
    const run_counts counts = count_trials(study, run);

    vb_json_open(j, NULL, '{');
    vb_json_text(j, "participant", run->files->participant);
    vb_json_text(j, "session", run->files->session);
    vb_json_text(j, "task", run->files->task);
    vb_json_text(j, "run", run->files->run);
    vb_json_count(j, "rows", run->events->n_rows);
    vb_json_count(j, "trials", counts.trials);
    vb_json_count(j, "missed", counts.missed);
    vb_json_open(j, "events", '{');
    for (size_t e = 0; e < run->n_event_types; e++)
        vb_json_count(j, run->event_types[e].name, run->event_types[e].n);
    vb_json_close(j);
    if (run->design) {
        vb_json_number(j, "tr_s", run->tr_s);
        vb_json_text(j, "tr_from", run->tr_from);
        vb_json_count(j, "n_scans", run->n_scans);
        vb_json_text(j, "n_scans_from", run->n_scans_from);
        vb_json_number(j, "sample_s", run->design->sample_s[0]);
        vb_json_count(j, "columns", run->design->n_cols);
        vb_json_count(j, "rank", run->diagnosis->rank);
        vb_json_number(j, "condition", run->diagnosis->condition);
    }
    vb_json_close(j);
}

/* n columns, the worst VIF among events and modulators. */
static double worst_vif(const vb_study_run *run, const char **name)
{
    double worst = 0;

    *name = "";
    for (size_t c = 0; c < run->design->n_cols; c++) {
        const vb_column *column = &run->design->columns[c];

        if ((column->kind == VB_COLUMN_EVENT || column->kind == VB_COLUMN_MODULATOR) &&
            run->diagnosis->vif[c] > worst) {
            worst = run->diagnosis->vif[c];
            *name = column->title;
        }
    }
    return worst;
}

static void put_text_run(vb_buffer *out, const vb_study *study, const vb_study_run *run)
{
    const run_counts counts = count_trials(study, run);
    const char *session = run->files->session, *name;

    vb_putf(out, "sub-%s%s%s%s%s: ", run->files->participant, session ? " ses-" : "",
            session ? session : "", run->files->run ? " run " : "",
            run->files->run ? run->files->run : "");
    if (counts.trials)
        vb_putf(out, "%zu trials (%zu missed), ", counts.trials, counts.missed);
    vb_putf(out, "%zu event rows", run->events->n_rows);
    if (run->design) {
        const double vif = worst_vif(run, &name);

        vb_putf(out, "; %zu scans, %zu columns, rank %zu, largest VIF %.3g (%s)",
                run->n_scans, run->design->n_cols, run->diagnosis->rank, vif, name);
    }
    vb_put_char(out, '\n');
}

/* What all runs share is said once. */
static void put_common(vb_buffer *out, const vb_study *study)
{
    const vb_study_run *first = NULL;

    for (size_t r = 0; r < study->n_runs && !first; r++)
        if (study->runs[r].design)
            first = &study->runs[r];
    if (!first)
        return;
    vb_putf(out, "TR %g s (%s); scans: %s; sampled %g s into each volume (%s)\n",
            first->tr_s, first->tr_from, first->n_scans_from,
            first->design->sample_s[0],
            fabs(first->design->sample_s[0] - first->sample_s) < 1e-12
                ? first->sample_from
                : "fixed by the convention");
    vb_putf(out, "convention: %s, response: %s, drift: %s\n", first->design->like,
            first->design->hrf, first->design->drift);
}

void study_report(const study_args *args, const study_session *session,
                  cli_context *context, size_t n_files)
{
    const vb_study *study = session->study;
    vb_buffer *out = &context->out;

    if (args->common.json) {
        vb_json j;

        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", n_files ? args->common.output_dir : NULL);
        vb_json_count(&j, "files", n_files);
        vb_json_open(&j, "runs", '[');
        for (size_t r = 0; r < study->n_runs; r++)
            if (study->runs[r].selected)
                put_json_run(&j, study, &study->runs[r]);
        vb_json_close(&j);
        cli_json_end(context, &j);
        return;
    }
    if (args->common.quiet)
        return;
    put_common(out, study);
    for (size_t r = 0; r < study->n_runs; r++)
        if (study->runs[r].selected)
            put_text_run(out, study, &study->runs[r]);
    if (n_files)
        vb_putf(out, "%zu files written below %s\n", n_files, args->common.output_dir);
}

vb_status study_deliver(const study_args *args, const study_session *session,
                        const vb_outputs *outputs, const char *suffix,
                        cli_context *context, vb_error *err)
{
    const size_t length = strlen(suffix);
    const vb_output *table = NULL;
    vb_status status;

    if (args->common.output_dir) {
        status = cli_publish(context, outputs, err);
        if (status == VB_OK)
            study_report(args, session, context, outputs->n);
        return status;
    }
    for (size_t i = 0; i < outputs->n; i++) {
        const char *path = outputs->items[i].path;
        const size_t n = strlen(path);

        if (n < length || strcmp(path + n - length, suffix) != 0)
            continue;
        if (table)
            return vb_fail(err, VB_EUSAGE,
                           "more than one run: say where to with --output-dir DIR");
        table = &outputs->items[i];
    }
    if (!table)
        return vb_fail(err, VB_EUSAGE, "say where to with --output-dir DIR");
    if (args->common.json)
        study_report(args, session, context, 0);
    else
        vb_put(&context->out, table->bytes.bytes, table->bytes.n);
    return VB_OK;
}
