/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files for SPM.  What SPM accepts: golden/matfiles/README.md and variants.tsv.
 */
#include "export_job.h"
#include "valuebold/matfile.h"

static const char folder[] = "export/spm/sub-01/";

static vb_status export_spm(const job_fixture *f, vb_outputs *outputs, vb_notes *notes,
                            vb_error *err)
{
    return vb_exporter_find("spm")->write(&f->job, outputs, notes, err);
}

static vb_mat **load(const vb_outputs *outputs, const char *path, vb_arena *arena,
                     size_t *n)
{
    const vb_output *o = vb_outputs_find(outputs, path);
    vb_mat **v;
    vb_error err = {0};

    cr_assert(o, "%s", path);
    cr_assert_eq(vb_mat_read(path, o->bytes.bytes, o->bytes.n, arena, n, &v, &err),
                 VB_OK, "%s", err.text);
    return v;
}

Test(export_spm, registry_lists_and_finds_exporters)
{
    cr_assert_geq(vb_n_exporters(), 3);
    for (size_t i = 0; i < vb_n_exporters(); i++)
        cr_expect_eq(vb_exporter_find(vb_exporter_at(i)->name), vb_exporter_at(i));
    cr_expect_null(vb_exporter_find("afni7"));
}

Test(export_spm, conditions_hold_the_events_and_zero_for_missed_weights)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    vb_error err = {0};
    size_t n;
    vb_mat **v;
    const vb_mat *names, *pmod, *sv;

    cr_assert_eq(export_spm(f, &outputs, &notes, &err), VB_OK, "%s", err.text);
    v = load(&outputs, "export/spm/sub-01/sub-01_task-effort_run-1_conditions.mat",
             f->arena, &n);
    names = vb_mat_find(n, v, "names");
    cr_assert(names->rows == 1 && names->cols == 2);
    cr_expect_str_eq(names->items[0]->text, "task");
    cr_expect_str_eq(names->items[1]->text, "control");
    cr_expect_eq(vb_mat_find(n, v, "onsets")->items[0]->numbers[1], 7.003);
    cr_expect_eq(vb_mat_find(n, v, "durations")->items[1]->numbers[0], 2);
    pmod = vb_mat_find(n, v, "pmod");
    cr_expect_str_eq(vb_mat_field(pmod, 0, "name")->items[0]->text, "sv_difference");
    sv = vb_mat_field(pmod, 0, "param")->items[0];
    cr_expect_eq(sv->numbers[0], -1.5);
    cr_expect_eq(sv->numbers[2], 0);
    cr_expect_eq(sv->numbers[3], 1.25);
    cr_expect_eq(vb_mat_field(pmod, 1, "name")->cols, 0);
    cr_expect_null(vb_mat_find(n, v, "tmod"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_spm, a_condition_without_rows_is_dropped_and_said)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    size_t n;
    vb_mat **v;

    cr_assert_eq(export_spm(f, &outputs, &notes, NULL), VB_OK);
    v = load(&outputs, "export/spm/sub-01/sub-01_task-effort_run-2_conditions.mat",
             f->arena, &n);
    cr_expect_eq(vb_mat_find(n, v, "names")->cols, 1);
    cr_expect(job_noted(&notes, "export-empty-condition"));
    cr_expect(strstr(job_text(&outputs, "export/spm/sub-01/CONVENTIONS.md"),
                     "run 2: `control`"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

/* The rejected rows of variants.tsv, as rules about the variables of a file. */
static void expect_accepted_structure(size_t n, vb_mat *const v[])
{
    const vb_mat *names = vb_mat_find(n, v, "names"),
                 *onsets = vb_mat_find(n, v, "onsets"),
                 *durations = vb_mat_find(n, v, "durations"),
                 *orth = vb_mat_find(n, v, "orth"), *pmod = vb_mat_find(n, v, "pmod"),
                 *tmod = vb_mat_find(n, v, "tmod");
    const size_t n_cond = names->cols;

    cr_assert(names->kind == VB_MAT_CELL && onsets->kind == VB_MAT_CELL &&
              durations->kind == VB_MAT_CELL); /* names_char, onsets_matrix */
    cr_assert(onsets->cols == n_cond &&
              durations->cols == n_cond); /* missing_duration_cell */
    cr_assert(orth && orth->kind == VB_MAT_CELL &&
              orth->cols == n_cond); /* orth_array */
    cr_assert(!tmod ||
              (tmod->kind == VB_MAT_CELL && tmod->cols == n_cond)); /* tmod_shorter */
    cr_assert(!pmod || (pmod->kind == VB_MAT_STRUCT && pmod->n_fields == 3));
    for (size_t c = 0; c < n_cond; c++) {
        const size_t n_on = onsets->items[c]->rows * onsets->items[c]->cols;

        cr_expect(names->items[c]->kind == VB_MAT_TEXT &&
                  *names->items[c]->text); /* empty_name */
        cr_expect_gt(n_on, 0);             /* empty_onset */
        cr_expect_eq(durations->items[c]->rows * durations->items[c]->cols,
                     n_on); /* bad_duration_count */
        cr_expect_eq(orth->items[c]->kind, VB_MAT_LOGICAL);
        for (size_t f = 0; pmod && f < 3; f++)
            cr_expect_eq(pmod->items[3 * c + f]->kind,
                         VB_MAT_CELL); /* pmod_char_name, pmod_poly_number */
        for (size_t k = 0; pmod && k < vb_mat_field(pmod, c, "param")->cols; k++) {
            const vb_mat *param = vb_mat_field(pmod, c, "param")->items[k];

            cr_expect_eq(param->rows * param->cols, n_on); /* pmod_bad_length */
            for (size_t i = 0; i < n_on; i++)
                cr_expect(isfinite(param->numbers[i])); /* pmod_nan */
        }
    }
}

Test(export_spm, no_variant_that_spm_rejects_is_ever_written)
{
    job_fixture *f = job_make();

    for (int variant = 0; variant < 5; variant++) {
        vb_outputs outputs = {0};
        vb_error err = {0};

        f->events[0][0].orthogonalise = variant == 1;
        f->events[0][0].time_modulation = variant == 2;
        f->events[0][0].n_modulators = variant == 3 ? 0 : 2;
        f->modulators[0][0].polynomial = variant == 4 ? 2 : 1;
        f->events[0][0].n_events = variant == 4 ? 1 : JOB_TRIALS; /* single_event */
        cr_assert_eq(export_spm(f, &outputs, NULL, &err), VB_OK, "%s", err.text);
        for (size_t r = 0; r < JOB_RUNS; r++) {
            char path[256];
            size_t n;
            vb_mat **v;

            snprintf(path, sizeof path, "%ssub-01_task-effort_run-%zu_conditions.mat",
                     folder, r + 1);
            v = load(&outputs, path, f->arena, &n);
            expect_accepted_structure(n, v);
            if (r == 0) {
                cr_expect_eq(vb_mat_find(n, v, "orth")->items[0]->numbers[0],
                             variant == 1);
                cr_expect_eq(vb_mat_find(n, v, "tmod") != NULL, variant == 2);
            }
        }
        vb_outputs_free(&outputs);
    }
    job_free(f);
}

Test(export_spm, regressors_keep_values_and_names)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    size_t n;
    vb_mat **v;
    const vb_mat *x;

    cr_assert_eq(export_spm(f, &outputs, NULL, NULL), VB_OK);
    v = load(&outputs, "export/spm/sub-01/sub-01_task-effort_run-2_regressors.mat",
             f->arena, &n);
    x = vb_mat_find(n, v, "R");
    cr_assert(x->rows == JOB_SCANS && x->cols == 2);
    cr_expect_eq(x->numbers[JOB_SCANS + 3], f->confounds[3 * 2 + 1]);
    cr_expect_str_eq(vb_mat_find(n, v, "names")->items[1]->text, "csf");
    cr_expect_eq(strncmp(job_text(&outputs, "export/spm/sub-01/"
                                            "sub-01_task-effort_run-2_regressors.txt"),
                         "1\t0.9323273456060345\n", 20),
                 0); /* cos(.37) */
    vb_outputs_free(&outputs);
    job_free(f);
}

/* Columns by hand.  Run 1: task 1, sv 2, effort 3, control 4, confounds 5 6;
 * run 2: task 7, sv 8, effort 9, confounds 10 11; constants 12 13. */
Test(export_spm, contrast_weights_stand_in_spm_s_column_order)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};
    const char *batch;

    cr_assert_eq(export_spm(f, &outputs, &notes, NULL), VB_OK);
    batch = job_text(&outputs, "export/spm/sub-01/sub-01_task-effort_batch.m");
    cr_expect(strstr(batch, "consess{1}.tcon.weights = [0 0.5 0 0 0 0 0 0.5 0 0 0];"));
    /* control is in one run only and keeps its whole weight */
    cr_expect(strstr(batch, "consess{2}.tcon.weights = [0.5 0 0 -1 0 0 0.5 0 0 0 0];"));
    cr_expect(strstr(batch, "consess{3}.fcon.weights = [0 0.5 0 0 0 0 0 0.5 0 0 0; "
                            "0 0 0.5 0 0 0 0 0 0.5 0 0];"));
    cr_expect(strstr(batch, "timing.fmri_t  = 16;") &&
              strstr(batch, "timing.fmri_t0 = 9;"));
    cr_expect(strstr(batch, "sess(2).hpf       = 128;"));
    cr_expect(strstr(batch, "bold_root  = '/data/o''neil';"), "%s", batch);
    cr_expect_not(strchr(batch, '@') != NULL && strstr(batch, "@STEM@"));
    cr_expect_not(job_noted(&notes, "export-sample-time"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_spm, a_contrast_on_drift_is_left_out_and_said)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};

    job_weight(f, 0, 0, 0, "drift_1", 1);
    job_weight(f, 0, 1, 0, "constant", 1);
    cr_assert_eq(export_spm(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-contrast-dropped"));
    cr_expect(strstr(job_text(&outputs, "export/spm/sub-01/sub-01_task-effort_batch.m"),
                     "consess{1}.tcon.weights = [0.5 0 0 -1 0 0 0.5 0 0 0 0 1 0];"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_spm, derivatives_count_in_the_columns)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_design *d = &f->designs[0];

    /* make the confound a derivative of task */
    d->columns[4] = d->columns[0];
    d->columns[4].title = "task_derivative";
    d->columns[4].basis = 1;
    d->columns[4].kind = VB_COLUMN_EVENT;
    job_weight(f, 0, 0, 0, "task_derivative", 3);
    cr_assert_eq(export_spm(f, &outputs, NULL, NULL), VB_OK);
    cr_expect(strstr(job_text(&outputs, "export/spm/sub-01/sub-01_task-effort_batch.m"),
                     "weights = [0 3 0.5 0 0 0 0 0 0 0 0 0 0.5 0 0 0 0 0];"));
    cr_expect(strstr(job_text(&outputs, "export/spm/sub-01/sub-01_task-effort_batch.m"),
                     "derivs = [1 0];"));
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_spm, verification_accepts_its_own_files_and_finds_a_changed_one)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};
    size_t n = 0;
    const vb_exporter *spm = vb_exporter_find("spm");

    cr_assert_eq(export_spm(f, &outputs, NULL, NULL), VB_OK);
    cr_expect_eq(spm->verify(&f->job, &outputs, &n, &err), VB_OK, "%s", err.text);
    /* run 1: 2 names, 6 onsets, 6 durations, 2 orth, 2 x (name, 4 weights, poly);
       run 2: 1 + 4 + 4 + 1 + 12; each 2 confound names and 40 values */
    cr_expect_eq(n, 28 + 22 + 2 * 42);
    f->onset_s[1][2] += 0.001;
    cr_expect_eq(spm->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.file, "run-2_conditions.mat") && strstr(err.text, "onsets"),
              "%s", err.text);
    f->onset_s[1][2] -= 0.001;
    f->modulators[0][1].name = "force";
    cr_expect_eq(spm->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    f->modulators[0][1].name = "effort";
    f->confounds[7] += 1e-6;
    cr_expect_eq(spm->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    outputs.items[0].path[0] = 'x';
    cr_expect_eq(spm->verify(&f->job, &outputs, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "missing"), "%s", err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_spm, equal_jobs_give_equal_bytes)
{
    job_fixture *f = job_make();
    vb_outputs a = {0}, b = {0};

    cr_assert_eq(export_spm(f, &a, NULL, NULL), VB_OK);
    cr_assert_eq(export_spm(f, &b, NULL, NULL), VB_OK);
    cr_assert_eq(a.n, b.n);
    for (size_t i = 0; i < a.n; i++)
        cr_expect(a.items[i].bytes.n == b.items[i].bytes.n &&
                      memcmp(a.items[i].bytes.bytes, b.items[i].bytes.bytes,
                             a.items[i].bytes.n) == 0,
                  "%s", a.items[i].path);
    vb_outputs_free(&a);
    vb_outputs_free(&b);
    job_free(f);
}

Test(export_spm, what_spm_cannot_take_is_refused)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_error err = {0};

    f->runs[1].tr_s = 1.5;
    cr_expect_eq(export_spm(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "repetition time"), "%s", err.text);
    f->runs[1].tr_s = 2;
    f->events[0][0].name = "ta\nsk";
    cr_expect_eq(export_spm(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "control character"), "%s", err.text);
    f->events[0][0].name = "task";
    f->confounds[5] = NAN;
    cr_expect_eq(export_spm(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "'csf' has no number in scan 3"), "%s", err.text);
    f->confounds[5] = 0;
    f->duration_s[1] = NAN;
    cr_expect_eq(export_spm(f, &outputs, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "row 2"), "%s", err.text);
    vb_outputs_free(&outputs);
    job_free(f);
}

Test(export_spm, a_sample_time_between_bins_is_said)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    vb_notes notes = {0};

    f->designs[0].sample_s[0] = f->designs[1].sample_s[0] = 0.3; /* bin 2.4 of 16 */
    cr_assert_eq(export_spm(f, &outputs, &notes, NULL), VB_OK);
    cr_expect(job_noted(&notes, "export-sample-time"));
    cr_expect(strstr(job_text(&outputs, "export/spm/sub-01/sub-01_task-effort_batch.m"),
                     "fmri_t0 = 3; % samples at 0.25 s"));
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    job_free(f);
}

Test(export_spm, the_note_says_when_spm_centres_and_when_weights_are_orthogonal_already)
{
    static const double first[] = {-1, 1, -1, 1}, second[] = {-1, -1, 1, 1};
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    const char *path = "export/spm/sub-01/CONVENTIONS.md";

    f->events[0][0].orthogonalise = f->events[1][0].orthogonalise = true;
    cr_assert_eq(export_spm(f, &outputs, NULL, NULL), VB_OK);
    cr_expect(strstr(job_text(&outputs, path),
                     "centres modulators | SPM, for the modulators "
                     "of `task`, over the trials of each run"));
    cr_expect(
        strstr(job_text(&outputs, path), "| SPM (`orth` is 1), for the modulators of"));
    vb_outputs_free(&outputs);
    for (size_t r = 0; r < JOB_RUNS; r++) {
        f->events[r][0].orthogonalise = false;
        f->modulators[r][0].weight = first;
        f->modulators[r][1].weight = second;
    }
    cr_assert_eq(export_spm(f, &outputs, NULL, NULL), VB_OK);
    cr_expect(strstr(job_text(&outputs, path),
                     "valuebold, before: the weights of the "
                     "modulators of `task` are uncorrelated"));
    vb_outputs_free(&outputs);
    job_free(f);
}

/*
 * A design like SPM's stands in SPM's own column order (golden/design), so a contrast on its
 * column j must get its weight at place j.
 */
static void expect_same_order(const vb_design_run *run,
                              const vb_design_options *options)
{
    vb_design *d = NULL;
    vb_notes notes = {0};
    vb_error err = {0};
    vb_outputs outputs = {0};
    vb_contrast *contrasts;
    const vb_contrast *list[1];
    const char *label = "1", *batch;
    vb_export_job job = {.participant = "01",
                         .task = "t",
                         .n_runs = 1,
                         .run_labels = &label,
                         .runs = run,
                         .designs = &d,
                         .contrasts = list,
                         .options = options,
                         .version = "v"};

    cr_assert_eq(vb_design_build(1, run, options, &d, &notes, &err), VB_OK, "%s",
                 err.text);
    contrasts = vb_arena_take(d->arena, d->n_cols, sizeof *contrasts);
    for (size_t j = 0; j < d->n_cols; j++) {
        double *w = vb_arena_take(d->arena, d->n_cols, sizeof *w);

        w[j] = (double)(j + 1);
        contrasts[j] = (vb_contrast){.name = "c", .n_rows = 1, .weights = w};
    }
    list[0] = contrasts;
    job.n_contrasts = d->n_cols;
    cr_assert_eq(vb_exporter_find("spm")->write(&job, &outputs, &notes, &err), VB_OK,
                 "%s", err.text);
    batch = job_text(&outputs, "export/spm/sub-01/sub-01_task-t_batch.m");
    for (size_t j = 0; j < d->n_cols; j++) {
        char start[64];
        char *p;

        snprintf(start, sizeof start, "consess{%zu}.tcon.weights = [", j + 1);
        p = strstr(batch, start);
        cr_assert(p, "%s is not exported", d->columns[j].name);
        p += strlen(start);
        for (size_t k = 0; k <= j; k++) {
            const double w = strtod(p, &p);

            cr_assert_eq(w, k == j ? (double)(j + 1) : 0, "column %zu (%s) is at %zu",
                         j, d->columns[j].name, k);
        }
    }
    vb_outputs_free(&outputs);
    vb_notes_free(&notes);
    vb_design_free(d);
}

Test(export_spm, each_column_of_a_design_like_spm_keeps_its_place)
{
    static const char *const hrfs[] = {"spm", "spm + derivative + dispersion", "fir"};
    job_fixture *f = job_make();

    f->runs[0].n_scans = JOB_SCANS;
    for (size_t h = 0; h < 3; h++)
        for (int orth = 0; orth < 2; orth++) {
            vb_design_options options = {.like = "spm",
                                         .hrf = hrfs[h],
                                         .hrf_order = 2,
                                         .hrf_length_s = 20};

            f->events[0][0].orthogonalise = orth;
            f->events[0][0].time_modulation = 2;
            f->modulators[0][0].polynomial = 2;
            expect_same_order(&f->runs[0], &options);
        }
    job_free(f);
}
