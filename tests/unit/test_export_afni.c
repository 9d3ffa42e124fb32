/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files for AFNI.  Timing files: golden/formats, made from 3dDeconvolve's documentation.
 * Matrix files: attributes as 3dDeconvolve.c (ONED_matrix_save) writes them.
 */
#include "export/xmat.h"
#include "export_job.h"
#include "support.h"

#define FORMATS "tests/data/golden/formats/"

static vb_status export_afni(const job_fixture *f, vb_outputs *outputs, vb_notes *notes,
                             vb_error *err)
{
    return vb_exporter_find("afni")->write(&f->job, outputs, notes, err);
}

static const char *file(const vb_outputs *outputs, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "export/afni/sub-01/sub-01_task-effort%s", name);
    return job_text(outputs, path);
}

enum { GOLDEN_MAX = 16 };

typedef struct golden_run {
    double onset_s[GOLDEN_MAX], duration_s[GOLDEN_MAX], sv[GOLDEN_MAX], rt[GOLDEN_MAX];
    vb_design_modulator modulators[2];
    size_t n;
} golden_run;

/* The choices of golden/formats in place of the fixture's first event. */
static void use_golden(job_fixture *f, golden_run runs[2], bool durations,
                       size_t n_modulators)
{
    for (size_t r = 0; r < 2; r++) {
        golden_run *g = &runs[r];
        vb_design_event *event = &f->events[r][0];
        char path[128];
        vb_table *t;
        size_t type;

        snprintf(path, sizeof path, FORMATS "sub-01_task-x_run-%zu_events.tsv", r + 1);
        t = support_table(path);
        type = vb_table_find(t, "trial_type");
        for (size_t i = 0; i < t->n_rows; i++) {
            if (strcmp(vb_table_cell(t, i, type), "choice") != 0)
                continue;
            vb_number_read(vb_table_cell(t, i, vb_table_find(t, "onset")),
                           &g->onset_s[g->n]);
            vb_number_read(vb_table_cell(t, i, vb_table_find(t, "duration")),
                           &g->duration_s[g->n]);
            vb_number_read(vb_table_cell(t, i, vb_table_find(t, "SV")), &g->sv[g->n]);
            vb_number_read(vb_table_cell(t, i, vb_table_find(t, "response_time")),
                           &g->rt[g->n]);
            if (!durations)
                g->duration_s[g->n] = 2;
            g->n++;
        }
        vb_table_free(t);
        g->modulators[0] = (vb_design_modulator){"sv_difference", g->sv, 1};
        g->modulators[1] = (vb_design_modulator){"effort", g->rt, 1};
        event->n_events = g->n;
        event->onset_s = g->onset_s;
        event->duration_s = g->duration_s;
        event->n_modulators = n_modulators;
        event->modulators = g->modulators;
    }
}

Test(export_afni, timing_files_are_those_of_the_documentation)
{
    static const struct {
        const char *golden;
        bool durations;
        size_t n_modulators;
    } cases[] = {{"afni_choice_times.1D", false, 0},
                 {"afni_choice_SV_AM.1D", false, 1},
                 {"afni_choice_SV_RT_AM.1D", false, 2},
                 {"afni_choice_dm.1D", true, 0},
                 {"afni_choice_SV_RT_AM_dm.1D", true, 2}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        job_fixture *f = job_make();
        golden_run *runs = calloc(2, sizeof *runs);
        vb_outputs outputs = {0};
        vb_error err = {0};
        char path[128], *golden;

        use_golden(f, runs, cases[i].durations, cases[i].n_modulators);
        cr_assert_eq(export_afni(f, &outputs, NULL, &err), VB_OK, "%s", err.text);
        snprintf(path, sizeof path, FORMATS "%s", cases[i].golden);
        golden = support_read(path, NULL);
        cr_expect_str_eq(file(&outputs, "_event-task_times.1D"), golden);
        free(golden);
        vb_outputs_free(&outputs);
        free(runs);
        job_free(f);
    }
}

Test(export_afni, runs_without_events_and_lone_events_keep_their_row)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};

    f->events[0][1].n_events = 1;
    cr_assert_eq(export_afni(f, &outputs, NULL, NULL), VB_OK);
    cr_expect_str_eq(file(&outputs, "_event-control_times.1D"), "1.25 *\n* *\n");
    /* a missed trial stays, with weight 0 */
    cr_expect(strstr(file(&outputs, "_event-task_times.1D"), " 19.5*0,0.1 "));
    vb_outputs_free(&outputs);
    job_free(f);
}

static void expect_text(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "no %s in\n%s", part, text);
}

Test(export_afni, the_script_names_models_contrasts_and_images)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    const char *script;

    cr_assert_eq(export_afni(f, &outputs, &notes, NULL), VB_OK);
    script = file(&outputs, "_afni.sh");
    expect_text(script, "'/data/o'\\''neil/sub-01_run-2_bold.nii.gz'\n");
    expect_text(script, "-polort 0 -local_times \\\n"
                        "  -ortvec sub-01_task-effort_regressors.1D regressors");
    expect_text(script,
                "-stim_times_AM2 1 'sub-01_task-effort_event-task_times.1D' 'SPMG1(2)' "
                ":0:0 -stim_label 1 task");
    expect_text(script, "-gltsym 'SYM: +task[0] -control[0]' -glt_label 2 "
                        "'task_over_control'");
    expect_text(script,
                "-gltsym 'SYM: +task[1] \\ +task[2]' -glt_label 3 'modulators'");
    cr_expect(job_noted(&notes, "export-afni-kernel"));
    cr_expect(job_noted(&notes, "export-sample-time"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_afni, models_follow_durations_and_the_response_function)
{
    static const struct {
        const char *hrf;
        double last_duration_s; /* the others last 2 s */
        const char *model;
        bool same;
    } cases[] = {{"spm", 2, "'SPMG1(2)'", false},
                 {"spm", 3, "'dmUBLOCK'", false},
                 {"afni", 2, "'BLOCK(2,1)'", true},
                 {"afni", 3, "'dmUBLOCK'", true},
                 {"BLOCK5", 2, "'BLOCK5(2,1)'", true},
                 {"SPMG1", 2, "'SPMG1(2)'", true},
                 {"GAM(8.6,0.547)", 2, "'GAM(8.6,0.547)'", true}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        job_fixture *f = job_make();
        vb_outputs outputs = {0};
        vb_notes notes = {0};

        f->duration_s[3] = cases[i].last_duration_s;
        for (size_t r = 0; r < JOB_RUNS; r++)
            f->designs[r].hrf = cases[i].hrf;
        cr_assert_eq(export_afni(f, &outputs, &notes, NULL), VB_OK);
        expect_text(file(&outputs, "_afni.sh"), cases[i].model);
        cr_expect_eq(!job_noted(&notes, "export-afni-kernel"), cases[i].same, "%zu", i);
        vb_outputs_free(&outputs);
        vb_notes_free(&notes);
        job_free(f);
    }
}

/* The design's response decides, durations or not; only dm models read them from the file. */
Test(export_afni, under_like_afni_the_response_is_taken_at_its_word)
{
    static const struct {
        const char *hrf, *model;
        bool durations;
    } cases[] = {{"GAM", "'GAM'", false},
                 {"dmBLOCK(1)", "'dmBLOCK(1)'", true},
                 {"dmUBLOCK", "'dmUBLOCK'", true},
                 {"BLOCK(3,1)", "'BLOCK(3,1)'", false},
                 {"TENT(0,14,8)", "'TENT(0,14,8)'", false}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        job_fixture *f = job_make();
        vb_outputs outputs = {0};
        const char *times;

        for (size_t r = 0; r < JOB_RUNS; r++) {
            f->designs[r].hrf = cases[i].hrf;
            f->designs[r].like = "afni";
        }
        cr_assert_eq(export_afni(f, &outputs, NULL, NULL), VB_OK);
        expect_text(file(&outputs, "_afni.sh"), cases[i].model);
        times = file(&outputs, "_event-task_times.1D");
        cr_expect_eq(strstr(times, ":2") != NULL, cases[i].durations, "%s: %s",
                     cases[i].hrf, times);
        vb_outputs_free(&outputs);
        job_free(f);
    }
}

Test(export_afni, the_matrix_shares_events_and_keeps_each_run_s_baseline)
{
    job_fixture *f = job_make();
    vb_arena *arena = vb_arena_alloc();
    vb_outputs outputs = {0};
    vb_error err = {0};
    const char *text;
    xmat m;

    cr_assert_eq(export_afni(f, &outputs, NULL, NULL), VB_OK);
    text = file(&outputs, ".xmat.1D");
    cr_assert_eq(xmat_read("x", text, arena, &m, &err), VB_OK, "%s", err.text);
    /* 2 runs x (drift, constant, 2 confounds) + task, 2 modulators, control */
    cr_assert(m.n_rows == 2 * JOB_SCANS && m.n_cols == 12);
    cr_expect(m.n_runs == 2 && m.first_row[1] == JOB_SCANS && m.tr_s == 2);
    cr_expect_str_eq(m.labels[1], "Run#1_constant");
    cr_expect_str_eq(m.labels[4], "Run#1_trans_x");
    cr_expect_str_eq(m.labels[9], "taskxsv_difference#0");
    expect_text(text, "#  ColumnGroups = \"-1,-1,-1,-1,0,0,0,0,1,2,3,4\"\n");
    expect_text(text, "#  StimBots = \"8,9,10,11\"\n");
    expect_text(text, "#  StimLabels = \"task ; taskxsv_difference ; ");
    expect_text(text, "#  GltMatrix_000001 = \"1,12,0,0,0,0,0,0,0,0,1,0,0,-1\"\n");
    for (size_t i = 0; i < JOB_SCANS; i++) {
        /* column 1 of both runs is task*sv_difference; run 2 has no control */
        cr_expect_eq(m.x[i * 12 + 9], f->designs[0].x[i * 8 + 1]);
        cr_expect_eq(m.x[(JOB_SCANS + i) * 12 + 9], f->designs[1].x[i * 7 + 1]);
        cr_expect_eq(m.x[(JOB_SCANS + i) * 12 + 11], 0);
        cr_expect_eq(m.x[i * 12 + 1], 1);
        cr_expect_eq(m.x[i * 12 + 3], 0);
    }
    vb_arena_free(arena);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_afni, contrasts_of_confounds_are_in_the_matrix_only)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};

    for (size_t r = 0; r < JOB_RUNS; r++)
        job_weight(f, r, 0, 0, "csf", 1);
    cr_assert_eq(export_afni(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-contrast-skipped"));
    cr_expect(!strstr(file(&outputs, "_afni.sh"), "'sv'"));
    /* csf of each run counts half: the contrast is the mean of the runs */
    expect_text(file(&outputs, ".xmat.1D"),
                "#  GltMatrix_000000 = \"1,12,0,0,0,0,0,0.5,0,0.5,0,1,0,0\"\n");
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_afni, runs_of_different_tr_are_refused)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};

    f->runs[1].tr_s = 1.5;
    cr_expect_eq(export_afni(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "run 2 has TR 1.5 s, run 1 2 s"), "%s", err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_afni, verification_finds_edited_times_weights_and_columns)
{
    static const struct {
        const char *file, *from, *to, *says;
    } edits[] = {{"_event-task_times.1D", "7.003", "7.004", "7.004"},
                 {"_event-task_times.1D", "*0.25,", "*0.26,", "0.26"},
                 {"_event-control_times.1D", "* *", "9 *", "more than the study's 0"},
                 {"_event-control_times.1D", "7.003", "*    ", "has 1 events"},
                 {".xmat.1D", "\"0,20\"", "\"0;20\"", "RunStart"},
                 {".xmat.1D", "# >\n -", "# >\n 9", "column Run#1_drift_1"}};
    const vb_exporter *afni = vb_exporter_find("afni");
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};
    size_t n = 0;

    cr_assert_eq(export_afni(f, &outputs, NULL, NULL), VB_OK);
    cr_assert_eq(afni->verify(&f->job, &outputs, &n, &err), VB_OK, "%s", err.text);
    /* 8 trials of onset and 2 weights, 2 onsets, 40 rows of 12 */
    cr_expect_eq(n, 8 * 3 + 2 + 40 * 12, "%zu", n);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        char *text = (char *)file(&outputs, edits[i].file), *at, *whole;

        at = strstr(text, edits[i].from);
        cr_assert(at, "%s", edits[i].from);
        whole = strdup(text);
        memcpy(at, edits[i].to, strlen(edits[i].to));
        cr_expect_eq(afni->verify(&f->job, &outputs, &n, &err), VB_EINPUT, "%zu", i);
        cr_expect(strstr(err.text, edits[i].says), "%zu: %s", i, err.text);
        strcpy(text, whole);
        free(whole);
    }
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_afni, matrices_without_attributes_are_read_and_damaged_ones_refused)
{
    static const struct {
        const char *text, *says;
        size_t line;
    } bad[] = {{"# a comment\n", "no numbers", 0},
               {"1 2\n3\n", "has 1 numbers, the rows above have 2", 2},
               {"1 2\n3 4 5 6\n", "at least 3", 2},
               {"1 x\n", "'x' is no number", 1},
               {"# <matrix\n#  ColumnLabels = \"a ; b\"\n1 2 3\n", "names 2 columns",
                0},
               {"#  RunStart = \"0,0\"\n1\n", "RunStart", 1},
               {"#  RowTR = \"two\"\n1\n", "RowTR", 1},
               {"#  RowTR = \"2\n1\n", "quotes", 1}};
    vb_arena *arena = vb_arena_alloc();
    vb_error err = {0};
    xmat m;

    cr_assert_eq(xmat_read("x", "1 2\n\n 3\t4\r\n", arena, &m, &err), VB_OK);
    cr_expect(m.n_rows == 2 && m.n_cols == 2 && m.x[3] == 4 && isnan(m.tr_s));
    cr_expect_str_eq(m.labels[1], "column_2");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(xmat_read("x", bad[i].text, arena, &m, &err), VB_EINPUT, "%zu", i);
        cr_expect(strstr(err.text, bad[i].says) && err.line == bad[i].line,
                  "%zu: line %zu: %s", i, err.line, err.text);
    }
    vb_arena_free(arena);
}
