/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files for FSL.  Formats: golden/formats (three columns, design.mat, .con, .fts, .grp).
 */
#include "export/effect.h"
#include "export/vest.h"
#include "export_job.h"
#include "support.h"

#define FORMATS "tests/data/golden/formats/"

static vb_status export_fsl(const job_fixture *f, vb_outputs *outputs, vb_notes *notes,
                            vb_error *err)
{
    return vb_exporter_find("fsl")->write(&f->job, outputs, notes, err);
}

static const char *file(const vb_outputs *outputs, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "export/fsl/sub-01/sub-01_task-effort_%s", name);
    return job_text(outputs, path);
}

static vest golden(const char *name, vb_arena *arena, char **text)
{
    char path[256];
    vest v;
    vb_error err = {0};

    snprintf(path, sizeof path, FORMATS "%s", name);
    *text = support_read(path, NULL);
    cr_assert(*text, "%s", path);
    cr_assert_eq(vest_read(path, *text, arena, &v, &err), VB_OK, "%s", err.text);
    return v;
}

Test(export_fsl, golden_matrix_files_are_read_and_written_byte_for_byte)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer out[4] = {{0}};
    char *text[4];
    const double ones[] = {1, 1, 1};
    const vest mat = golden("fsl_design.mat", arena, &text[0]);
    const vest con = golden("fsl_design.con", arena, &text[1]);
    const vest fts = golden("fsl_design.fts", arena, &text[2]);
    const vest grp = golden("fsl_design.grp", arena, &text[3]);

    cr_assert(mat.n_rows == 6 && mat.n_cols == 3);
    cr_expect_eq(mat.x[5], -0.4891);
    cr_expect_eq(mat.heights[2], 1.0017);
    cr_expect_str_eq(con.names[1], "g2>g1");
    cr_expect_eq(fts.x[2], 1);
    cr_expect_eq(grp.n_rows, 6);
    vest_put_design(&out[0], 6, 3, mat.heights, mat.x);
    vest_put_contrasts(&out[1], 3, 3, con.names, con.heights, ones, con.x);
    vest_put_f_tests(&out[2], 1, 3, fts.x);
    vest_put_group(&out[3], 6);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_str_eq(out[i].bytes, text[i]);
        vb_buffer_free(&out[i]);
        free(text[i]);
    }
    vb_arena_free(arena);
}

Test(export_fsl, damaged_matrix_files_are_refused_with_the_line)
{
    static const struct {
        const char *text;
        const char *says;
        size_t line;
    } cases[] = {{"/NumWaves\t2\n/NumPoints\t1\n", "no line /Matrix", 0},
                 {"/NumWaves\t2\n/NumPoints\t1\n\n/Matrix\n1\t2\n3\t4\n", "is 2 x 2",
                  0},
                 {"/NumWaves\t2\n/NumPoints\t2\n\n/Matrix\n1\t2\n3\n",
                  "rows above have 2", 6},
                 {"/NumWaves\t1\n/NumPoints\t1\n/Matrix\nx\n", "'x' is no number", 4},
                 {"/NumWaves\ttwo\n/Matrix\n", "'two' is no number", 1},
                 {"/NumWaves\t-1\n/Matrix\n", "one count", 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_arena *arena = vb_arena_alloc();
        vb_error err = {0};
        vest v;

        cr_expect_eq(vest_read("x.mat", cases[i].text, arena, &v, &err), VB_EINPUT);
        cr_expect(strstr(err.text, cases[i].says), "%s", err.text);
        cr_expect_eq(err.line, cases[i].line, "%zu: line %zu", i, err.line);
        vb_arena_free(arena);
    }
}

/* By hand: X = [1 1; 1 0; 1 0; 1 1], c = [0 1]: the second column without its mean is
 * (.5 -.5 -.5 .5), c'Qc = 1, so x_c is that: height 1, |x_c| 1, effect 5.3 * .66. */
Test(export_fsl, a_contrast_s_regressor_is_what_the_other_columns_leave)
{
    static const double x[] = {1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1};
    /* third column = first: rank 2 of 3 */
    static const double c[] = {0, 1, 0}, zero[] = {0, 0, 0};
    vb_arena *arena = vb_arena_alloc();
    effect_solver s;
    double height, effect;

    cr_assert_eq(effect_prepare(x, 4, 3, arena, &s, NULL), VB_OK);
    cr_expect_eq(s.rank, 2);
    effect_of(&s, c, &height, &effect);
    cr_expect_float_eq(height, 1, 1e-12);
    cr_expect_float_eq(effect, 5.3 * .66, 1e-12);
    effect_of(&s, zero, &height, &effect);
    cr_expect(height == 0 && effect == 0);
    vb_arena_free(arena);
}

Test(export_fsl, three_columns_leave_missed_trials_out_and_keep_every_digit)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    vb_error err = {0};

    f->sv[0][1] = 1.0 / 3;
    cr_assert_eq(export_fsl(f, &outputs, &notes, &err), VB_OK, "%s", err.text);
    cr_expect_str_eq(file(&outputs, "run-1_ev-task.txt"),
                     "1.25\t2\t1\n7.003\t2\t1\n19.5\t2\t1\n30.1\t2\t1\n");
    cr_expect_str_eq(file(&outputs, "run-1_ev-taskXsvDifference.txt"),
                     "1.25\t2\t-1.5\n7.003\t2\t0.3333333333333333\n30.1\t2\t1.25\n");
    cr_expect_str_eq(file(&outputs, "run-2_ev-control.txt"), "0 0 0\n");
    cr_expect(job_noted(&notes, "export-empty-ev"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_fsl, powers_are_centred_as_in_the_design)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_design *d = &f->designs[0];

    f->modulators[0][0].polynomial = 2;
    d->columns[2].modulator = 0;
    d->columns[2].power = 2;
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    /* squares 2.25 .0625 1.5625, mean 1.29166... */
    cr_expect_str_eq(file(&outputs, "run-1_ev-taskXsvDifferencePower2.txt"),
                     "1.25\t2\t0.9583333333333333\n7.003\t2\t-1.2291666666666667\n"
                     "30.1\t2\t0.27083333333333326\n");
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_fsl, names_that_fall_together_are_refused_naming_both)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};

    f->modulators[0][1].name = "sv difference";
    cr_expect_eq(export_fsl(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "'task*sv_difference'") &&
                  strstr(err.text, "'task*sv difference'") &&
                  strstr(err.text, "ev-taskXsvDifference.txt"),
              "%s", err.text);
    f->modulators[0][1].name = "effort";
    f->events[0][1].name = "\xc3\xa9";
    cr_expect_eq(export_fsl(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "no name for a file"), "%s", err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}

static void expect_line(const char *text, const char *line)
{
    char whole[256];

    snprintf(whole, sizeof whole, "\n%s\n", line);
    cr_expect(strstr(text, whole), "no line %s", line);
}

Test(export_fsl, fsf_states_every_ev_and_contrast)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    static const char *const lines[] =
        {"set fmri(tr) 2",
         "set fmri(npts) 20",
         "set fmri(evs_orig) 4",
         "set fmri(evs_real) 4",
         "set fmri(ncon_orig) 4",
         "set fmri(nftests_real) 1",
         "set fmri(paradigm_hp) 128",
         "set fmri(temphp_yn) 1",
         "set fmri(filtering_yn) 1",
         "set feat_files(1) \"/data/o'neil/sub-01_run-1_bold.nii.gz\"",
         "set confoundev_files(1) \"../sub-01_task-effort_run-1_confounds.txt\"",
         "set fmri(evtitle2) \"taskXsvDifference\"",
         "set fmri(shape2) 3",
         "set fmri(convolve2) 3",
         "set fmri(custom2) \"../sub-01_task-effort_run-1_ev-taskXsvDifference.txt\"",
         "set fmri(ortho3.0) 1",
         "set fmri(ortho3.1) 1",
         "set fmri(ortho3.2) 1",
         "set fmri(ortho3.3) 0",
         "set fmri(ortho1.0) 0",
         "set fmri(ortho4.0) 0",
         "set fmri(conname_orig.2) \"task_over_control\"",
         "set fmri(con_orig2.1) 1",
         "set fmri(con_orig2.4) -1",
         "set fmri(con_real3.2) 1",
         "set fmri(ftest_orig1.2) 0",
         "set fmri(ftest_orig1.3) 1",
         "set fmri(ftest_real1.4) 1",
         "set fmri(conmask5_4) 0",
         "set fmri(con_mode) orig",
         "set fmri(overwrite_yn) 0"};
    const char *text;

    f->events[0][0].orthogonalise = true;
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    text = file(&outputs, "run-1_design.fsf");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        expect_line(text, lines[i]);
    /* run 2 lacks control: the EV is empty, the contrast the same */
    text = file(&outputs, "run-2_design.fsf");
    expect_line(text, "set fmri(shape4) 10");
    expect_line(text, "set fmri(con_orig2.4) -1");
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_fsl, derivatives_get_their_own_real_columns)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_design *d = &f->designs[0];
    const char *text;

    d->columns[4] = d->columns[0];
    d->columns[4].title = "task_derivative";
    d->columns[4].basis = 1;
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    text = file(&outputs, "run-1_design.fsf");
    expect_line(text, "set fmri(evs_real) 8");
    expect_line(text, "set fmri(deriv_yn4) 1");
    expect_line(text,
                "set fmri(con_real1.3) 1"); /* sv: after task and its derivative */
    expect_line(text, "set fmri(con_mode) orig");
    expect_line(file(&outputs, "run-2_design.fsf"), "set fmri(evs_real) 7");
    vb_outputs_free(&outputs);
    job_weight(f, 0, 0, 0, "task_derivative", 2);
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    text = file(&outputs, "run-1_design.fsf");
    expect_line(text, "set fmri(con_real1.2) 2");
    expect_line(text, "set fmri(con_orig1.1) 0");
    expect_line(text, "set fmri(con_mode) real");
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_fsl, without_an_image_or_filter_the_fsf_says_so)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    const char *text;

    f->job.bold = NULL;
    f->designs[0].drift = "none";
    f->runs[0].n_confounds = 0;
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    text = file(&outputs, "run-1_design.fsf");
    expect_line(text, "set feat_files(1) \"IMAGE_OF_THIS_RUN\"");
    expect_line(text,
                "# No image is known: put its path in place of IMAGE_OF_THIS_RUN.");
    expect_line(text, "set fmri(temphp_yn) 0");
    expect_line(text, "set fmri(tempfilt_yn1) 0");
    expect_line(text, "set fmri(confoundevs) 0");
    cr_expect_null(
        vb_outputs_find(&outputs,
                        "export/fsl/sub-01/sub-01_task-effort_run-1_confounds.txt"));
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_fsl, contrasts_on_drift_are_in_design_con_only)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    vb_arena *arena = vb_arena_alloc();
    vest con;

    job_weight(f, 1, 0, 0, "drift_1", 1);
    cr_assert_eq(export_fsl(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-contrast-dropped"));
    expect_line(file(&outputs, "run-1_design.fsf"), "set fmri(ncon_orig) 3");
    cr_assert_eq(vest_read("con", file(&outputs, "run-1_design.con"), arena, &con,
                           NULL),
                 VB_OK);
    cr_expect(con.n_rows == 4 && con.n_cols == f->designs[0].n_cols);
    cr_expect_str_eq(con.names[3], "modulators_2");
    cr_expect_str_eq(file(&outputs, "run-1_design.fts"),
                     "/NumWaves\t4\n/NumContrasts\t1\n\n/Matrix\n0 0 1 1\n");
    vb_arena_free(arena);
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_fsl, verification_accepts_its_own_files_and_finds_a_changed_one)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};
    size_t n = 0;
    const vb_exporter *fsl = vb_exporter_find("fsl");

    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    cr_expect_eq(fsl->verify(&f->job, &outputs, &n, &err), VB_OK, "%s", err.text);
    /* rows of EVs: run 1 4 + 3 + 4 + 2, run 2 4 + 3 + 4 + 1 (empty); confounds; designs of
       8 and 7 columns with 20 scans and 4 contrast rows */
    cr_expect_eq(n, 3 * (13 + 12) + 2 * 40 + 24 * (8 + 7));
    f->sv[0][3] *= 1 + 1e-7;
    cr_expect_eq(fsl->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.file, "run-1_ev-taskXsvDifference.txt"), "%s", err.file);
    f->sv[0][3] = NAN;
    cr_expect_eq(fsl->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "3 rows"), "%s", err.text);
    f->sv[0][3] = 1.25;
    f->designs[1].x[11] += 1e-4;
    cr_expect_eq(fsl->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.file, "run-2_design.mat"), "%s", err.file);
    f->designs[1].x[11] -= 1e-4;
    f->contrasts[0][1].weights[0] = 2;
    cr_expect_eq(fsl->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.file, "run-1_design.con"), "%s", err.file);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_fsl, the_note_tells_centring_from_the_weights_themselves)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};

    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    cr_expect(strstr(job_text(&outputs, "export/fsl/sub-01/CONVENTIONS.md"),
                     "every modulator in these files has mean 0"));
    vb_outputs_free(&outputs);
    f->effort[0] = 2;
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    cr_expect(strstr(job_text(&outputs, "export/fsl/sub-01/CONVENTIONS.md"),
                     "nobody, in 2 of 4 modulators"));
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_fsl, sessions_have_their_own_folder)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};

    f->job.session = "A";
    cr_assert_eq(export_fsl(f, &outputs, NULL, NULL), VB_OK);
    cr_expect(vb_outputs_find(
        &outputs,
        "export/fsl/sub-01/ses-A/sub-01_ses-A_task-effort_run-1_ev-task.txt"));
    vb_outputs_free(&outputs);
    job_free(f);
}

/* "n/a" where FSL expects numbers, and rows of the published format, read as they are. */
Test(export_fsl, golden_three_column_files_read_exactly)
{
    vb_arena *arena = vb_arena_alloc();
    char *text = support_read(FORMATS "fsl_run-1_choice_SV_demeaned.txt", NULL);
    size_t n_rows, n_cols;
    double *x;

    cr_assert(text);
    cr_assert_eq(vest_read_rows("sv", text, arena, &n_rows, &n_cols, &x, NULL), VB_OK);
    cr_expect(n_cols == 3 && x[0] == 20.469 && x[5] == -2.4198599999999995);
    cr_expect_eq(vest_read_rows("x", "1 2 n/a\n", arena, &n_rows, &n_cols, &x, NULL),
                 VB_EINPUT);
    free(text);
    vb_arena_free(arena);
}

Test(export_fsl, forty_contrasts_keep_their_names)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer out = {0};
    const char *names[40];
    double x[40], ones[40];
    vest v;

    for (size_t i = 0; i < 40; i++) {
        names[i] = vb_arena_printf(arena, "c%zu", i);
        x[i] = (double)i;
        ones[i] = 1;
    }
    vest_put_contrasts(&out, 40, 1, names, ones, ones, x);
    cr_assert_eq(vest_read("c", out.bytes, arena, &v, NULL), VB_OK);
    for (size_t i = 0; i < 40; i++)
        cr_expect_str_eq(v.names[i], names[i]);
    vb_buffer_free(&out);
    vb_arena_free(arena);
}
