/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_export.c - hands each subject's runs to an exporter. */
#include "study_internal.h"
#include "valuebold/export.h"
#include "valuebold/names.h"

#include <string.h>

static const vb_exporter *find_exporter(const char *name, vb_error *err)
{
    const vb_exporter *exporter = vb_exporter_find(name);
    const char *names[32];
    char advice[512], quoted[VB_QUOTE_MAX];
    size_t n = vb_n_exporters();

    if (exporter)
        return exporter;
    if (n > sizeof names / sizeof names[0])
        n = sizeof names / sizeof names[0];
    for (size_t i = 0; i < n; i++)
        names[i] = vb_exporter_at(i)->name;
    vb_fail(err, VB_EUSAGE, "no exporter '%s'%s", vb_quote(name, quoted),
            vb_suggest(name, names, n, advice, sizeof advice));
    return NULL;
}

static vb_status export_subject(const vb_study *study, const vb_study_subject *subject,
                                const vb_exporter *exporter,
                                const vb_provenance *provenance, vb_outputs *outputs,
                                size_t *n_verified, vb_notes *notes, vb_error *err)
{
    const size_t n = subject->n_runs;
    size_t n_selected = 0;
    const vb_study_run *runs = study->runs + subject->first_run;
    const char **labels = vb_arena_take(study->arena, n, sizeof *labels);
    const char **bold = vb_arena_take(study->arena, n, sizeof *bold);
    vb_design_run *inputs = vb_arena_take(study->arena, n, sizeof *inputs);
    vb_design **designs = vb_arena_take(study->arena, n, sizeof *designs);
    const vb_contrast **contrasts = vb_arena_take(study->arena, n, sizeof *contrasts);
    vb_export_job job = {.participant = subject->participant,
                         .session = subject->session,
                         .task = runs[0].files->task,
                         .run_labels = labels,
                         .runs = inputs,
                         .designs = designs,
                         .contrasts = contrasts,
                         .n_contrasts = study->n_contrasts,
                         .bold = bold,
                         .options = &study->spec->design,
                         .version = vb_arena_printf(study->arena, "valuebold %s",
                                                    provenance->version)};
    vb_status status;

    if (!labels || !bold || !inputs || !designs || !contrasts || !job.version)
        return vb_fail_memory(err, n * sizeof *inputs);
    for (size_t r = 0; r < n; r++) {
        const size_t at = n_selected;

        if (!runs[r].selected)
            continue;
        labels[at] = runs[r].files->run;
        bold[at] = runs[r].files->bold;
        inputs[at] = runs[r].input;
        designs[at] = runs[r].design;
        contrasts[at] = runs[r].contrasts;
        n_selected++;
    }
    job.n_runs = n_selected;
    status = exporter->write(&job, outputs, notes, err);
    if (status == VB_OK && n_verified) {
        size_t n_values = 0;

        status = exporter->verify(&job, outputs, &n_values, err);
        *n_verified += n_values;
    }
    return status;
}

vb_status vb_study_export(const vb_study *study, const char *name,
                          const vb_provenance *provenance, vb_outputs *outputs,
                          size_t *n_verified, vb_notes *notes, vb_error *err)
{
    const vb_exporter *exporter = find_exporter(name, err);
    vb_status status = exporter ? VB_OK : VB_EUSAGE;

    for (size_t i = 0; i < study->n_subjects && status == VB_OK; i++)
        if (study->subjects[i].selected)
            status = export_subject(study, &study->subjects[i], exporter, provenance,
                                    outputs, n_verified, notes, err);
    return status;
}
