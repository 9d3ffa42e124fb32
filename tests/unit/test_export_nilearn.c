/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files for nilearn: the events table of its documentation (onset, duration, trial_type,
 * modulation).  That nilearn itself reads them is tests/test_oracles.sh's.
 */
#include "export_job.h"

static vb_status export_nilearn(const job_fixture *f, vb_outputs *outputs,
                                vb_notes *notes, vb_error *err)
{
    return vb_exporter_find("nilearn")->write(&f->job, outputs, notes, err);
}

static const char *file(const vb_outputs *outputs, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "export/nilearn/sub-01/sub-01_task-effort_%s", name);
    return job_text(outputs, path);
}

Test(export_nilearn, events_hold_a_row_a_trial_and_regressor_in_the_order_of_time)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    vb_error err = {0};

    cr_assert_eq(export_nilearn(f, &outputs, &notes, &err), VB_OK, "%s", err.text);
    /* the third trial has no value of sv_difference, and no row of it */
    cr_expect_str_eq(file(&outputs, "run-1_events.tsv"),
                     "onset\tduration\ttrial_type\tmodulation\n"
                     "1.25\t2\ttask\t1\n"
                     "1.25\t2\ttaskxsv_difference\t-1.5\n"
                     "1.25\t2\ttaskxeffort\t0.2\n"
                     "1.25\t2\tcontrol\t1\n"
                     "7.003\t2\ttask\t1\n"
                     "7.003\t2\ttaskxsv_difference\t0.25\n"
                     "7.003\t2\ttaskxeffort\t-0.6\n"
                     "7.003\t2\tcontrol\t1\n"
                     "19.5\t2\ttask\t1\n"
                     "19.5\t2\ttaskxeffort\t0.1\n"
                     "30.1\t2\ttask\t1\n"
                     "30.1\t2\ttaskxsv_difference\t1.25\n"
                     "30.1\t2\ttaskxeffort\t0.3\n");
    cr_expect(!strstr(file(&outputs, "run-2_events.tsv"), "control"));
    cr_expect(!job_noted(&notes, "export-nilearn-kernel"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_nilearn, the_script_states_files_timing_and_weights_by_column)
{
    static const char *const lines[] = {
        "TR = 2  # s",
        "SLICE_TIME_REF = 0.5  # of a scan; samples at 1 s",
        "HRF_MODEL = 'spm'",
        "DRIFT_MODEL, HIGH_PASS_HZ = 'cosine', 0.0078125",
        "    {'bold': '/data/o\\'neil/sub-01_run-1_bold.nii.gz', 'scans': 20,",
        "     'events': 'sub-01_task-effort_run-2_events.tsv',",
        "    'taskxsv_difference': 'task*sv_difference',",
        "        [{'task': 1, 'control': -1}],",
        "        [{'task*sv_difference': 1},",
        "         {'task*effort': 1}],",
    };
    job_fixture *f = job_make();
    vb_outputs outputs = {0};

    cr_assert_eq(export_nilearn(f, &outputs, NULL, NULL), VB_OK);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char whole[256];

        snprintf(whole, sizeof whole, "\n%s\n", lines[i]);
        cr_expect(strstr(file(&outputs, "glm.py"), whole), "no line %s", lines[i]);
    }
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_nilearn, the_cosine_set_that_spm_keeps_apart_is_part_of_the_matrix)
{
    static double set[JOB_SCANS], *sets[] = {set};
    static size_t n_sets[] = {1};
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    size_t n = 0;
    vb_error err = {0};

    for (size_t i = 0; i < JOB_SCANS; i++)
        set[i] = (double)i / 8;
    for (size_t r = 0; r < JOB_RUNS; r++) {
        f->designs[r].filter = sets;
        f->designs[r].n_filter = n_sets;
    }
    cr_assert_eq(export_nilearn(f, &outputs, NULL, &err), VB_OK, "%s", err.text);
    cr_expect(strstr(file(&outputs, "run-1_design.tsv"), "constant\tcosine_1\n"));
    cr_expect(strstr(file(&outputs, "run-1_design.tsv"), "\t1\t0.125\n"));
    cr_expect_eq(vb_exporter_find("nilearn")->verify(&f->job, &outputs, &n, &err),
                 VB_OK, "%s", err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_nilearn, warnings_name_another_kernel_and_a_filter_the_images_need)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};

    for (size_t r = 0; r < JOB_RUNS; r++) {
        f->designs[r].hrf = "fsl";
        f->designs[r].drift = "fsl";
    }
    cr_assert_eq(export_nilearn(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-nilearn-kernel"));
    cr_expect(job_noted(&notes, "export-filtered"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_nilearn, names_that_become_one_in_python_are_refused)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};

    f->modulators[0][0].name = "a-b";
    f->modulators[0][1].name = "a b2";
    f->events[0][1].name = "taskxa_b2";
    cr_expect_eq(export_nilearn(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "'task*a b2'") && strstr(err.text, "'taskxa_b2'"), "%s",
              err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_nilearn, verification_counts_values_and_finds_an_edited_one)
{
    static const struct {
        const char *file, *from, *to, *says;
    } edits[] = {{"run-1_events.tsv", "0.25", "0.26", "modulation"},
                 {"run-1_events.tsv", "\ttask\t", "\ttusk\t", "'tusk'"},
                 {"run-2_design.tsv", "csf", "csg", "csf"}};
    const vb_exporter *nilearn = vb_exporter_find("nilearn");
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};
    size_t n = 0;

    cr_assert_eq(export_nilearn(f, &outputs, NULL, NULL), VB_OK);
    cr_assert_eq(nilearn->verify(&f->job, &outputs, &n, &err), VB_OK, "%s", err.text);
    /* events: 13 and 11 rows of 3; designs: 20 scans of 8 and 7; confounds: 20 of 2 */
    cr_expect_eq(n, (13 + 11) * 3 + 20 * (8 + 7) + 2 * 20 * 2, "%zu", n);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        char *text = (char *)file(&outputs, edits[i].file);
        char *at = strstr(text, edits[i].from);

        cr_assert(at);
        memcpy(at, edits[i].to, strlen(edits[i].to));
        cr_expect_eq(nilearn->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
        cr_expect(strstr(err.text, edits[i].says), "%s", err.text);
        memcpy(at, edits[i].from, strlen(edits[i].from));
    }
    vb_outputs_free(&outputs);
    job_free(f);
}
