/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The BIDS Stats Model and its events.  Format: BIDS Stats Models 1.0.0; that pybids and
 * bsmschema read it is tests/oracles/bids_model.py's.
 */
#include "export_job.h"

#define FOLDER "export/bids-model/"

static vb_status export_model(const job_fixture *f, vb_outputs *outputs,
                              vb_notes *notes, vb_error *err)
{
    return vb_exporter_find("bids-model")->write(&f->job, outputs, notes, err);
}

static void expect_text(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "no %s in\n%s", part, text);
}

Test(export_bids_model, events_hold_a_column_for_each_regressor)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};

    cr_assert_eq(export_model(f, &outputs, NULL, &err), VB_OK, "%s", err.text);
    /* "task" is an entity of BIDS, so the variable has another name */
    cr_expect_str_eq(
        job_text(&outputs, FOLDER "sub-01/func/sub-01_task-effort_run-1_events.tsv"),
        "onset\tduration\ttrial_type\ttask_event\ttaskxsv_difference\ttaskxeffort\t"
        "control\n"
        "1.25\t2\ttask\t1\t-1.5\t0.2\t0\n"
        "1.25\t2\tcontrol\t0\t0\t0\t1\n"
        "7.003\t2\ttask\t1\t0.25\t-0.6\t0\n"
        "7.003\t2\tcontrol\t0\t0\t0\t1\n"
        "19.5\t2\ttask\t1\t0\t0.1\t0\n"
        "30.1\t2\ttask\t1\t1.25\t0.3\t0\n");
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_bids_model, the_model_convolves_every_variable_and_keeps_contrasts)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    const char *model;

    f->designs[0].hrf = "glover + derivative";
    cr_assert_eq(export_model(f, &outputs, NULL, NULL), VB_OK);
    model = job_text(&outputs, FOLDER "model-effort_smdl.json");
    expect_text(model, "\"GroupBy\": [\"run\", \"subject\"]");
    expect_text(model, "\"Input\": [\"task_event\", \"taskxsv_difference\", "
                       "\"taskxeffort\", \"control\"]");
    expect_text(model, "\"Model\": \"glover\"");
    expect_text(model, "\"trans_x\", \"csf\", 1]");
    expect_text(model, "\"HighPassFilterCutoffHz\": 0.0078125");
    expect_text(model, "\"ConditionList\": [\"task_event\", \"control\"]");
    expect_text(model, "\"Weights\": [1, -1]");
    expect_text(model, "\"Test\": \"F\"");
    job_text(&outputs, FOLDER "dataset_description.json");
    job_text(&outputs, FOLDER "CONVENTIONS.md");
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_bids_model, contrasts_of_drift_are_left_out_aloud)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};

    job_weight(f, 0, 0, 0, "drift_1", 1);
    cr_assert_eq(export_model(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-contrast-skipped"));
    cr_expect(!strstr(job_text(&outputs, FOLDER "model-effort_smdl.json"),
                      "\"Name\": \"sv\""));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_bids_model, participants_share_one_model_and_another_is_noted)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    vb_error err = {0};

    cr_assert_eq(export_model(f, &outputs, &notes, NULL), VB_OK);
    f->job.participant = "02";
    cr_assert_eq(export_model(f, &outputs, &notes, &err), VB_OK, "%s", err.text);
    cr_expect(!job_noted(&notes, "export-model-differs"));
    f->job.participant = "03";
    f->job.n_contrasts = 1;
    cr_assert_eq(export_model(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-model-differs"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_bids_model, verification_counts_values_and_finds_an_edited_one)
{
    const vb_exporter *exporter = vb_exporter_find("bids-model");
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};
    size_t n = 0;
    char *at;

    cr_assert_eq(export_model(f, &outputs, NULL, NULL), VB_OK);
    cr_assert_eq(exporter->verify(&f->job, &outputs, &n, &err), VB_OK, "%s", err.text);
    cr_expect_eq(n, (6 + 4) * 6, "%zu", n); /* trials of two runs x 2 + 4 columns */
    at = strstr((char *)job_text(&outputs, FOLDER
                                 "sub-01/func/sub-01_task-effort_run-2_events.tsv"),
                "-0.6");
    cr_assert(at);
    memcpy(at, "-0.7", 4);
    cr_expect_eq(exporter->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "taskxeffort: the file has -0.7"), "%s", err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}
