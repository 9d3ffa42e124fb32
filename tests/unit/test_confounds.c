/* Confounds: motion by hand, strategies on a table of fMRIPrep's make, and on a real one. */
#include "support.h"
#include "valuebold/confounds.h"
#include "valuebold/file.h"
#include "valuebold/study.h"

#include <unistd.h>

#define NA ((double)NAN)

/* 1 + 2 + 3 mm and 50 mm times .01 + .02 + .03 rad. */
Test(confounds, framewise_displacement_is_that_of_power_2012)
{
    static const double x[] = {0, 1}, y[] = {0, -2}, z[] = {1, 4}, a[] = {0, .01},
                        b[] = {.02, 0}, c[] = {0, .03};
    double fd[2], difference[2];

    vb_framewise_displacement(2, (const double *const[]){x, y, z},
                              (const double *const[]){a, b, c}, fd);
    cr_expect(isnan(fd[0]));
    cr_expect_float_eq(fd[1], 6 + 50 * .06, 1e-12);
    vb_backward_difference(2, z, difference);
    cr_expect(isnan(difference[0]));
    cr_expect_eq(difference[1], 3);
}

/* Volume 3 moves: volumes 0-2 before it are a segment of 3, shorter than 4; 4 to 8 are 5;
   DVARS takes 9, after which 10 and 11 are 2. */
Test(confounds, short_segments_between_censored_volumes_go_too)
{
    static const double fd[12] = {NA, 0, .1, .6, 0, 0, 0, 0, 0, 0, 0, 0},
                        dvars[12] = {NA, 1, 1, 1, 1, 1, 1, 1, 1, 1.6, 1, 1};
    static const bool want[12] = {true,  true,  true,  true, false, false,
                                  false, false, false, true, true,  true};
    const vb_censor_rule rule = {.fd_mm = .5, .std_dvars = 1.5, .segment = 4},
                         none = {.fd_mm = NA, .std_dvars = NA, .segment = 4};
    bool censored[12];

    cr_expect_eq(vb_censor(&rule, 12, fd, dvars, censored), 7);
    for (size_t s = 0; s < 12; s++)
        cr_expect_eq(censored[s], want[s], "volume %zu", s);
    cr_expect_eq(vb_censor(&none, 12, fd, dvars, censored), 0,
                 "nothing is censored, so there is no segment either");
}

typedef struct fixture {
    char folder[64], events[96], table[120], sidecar[120];
    vb_spec *spec;
    vb_study *study;
    vb_notes notes;
    vb_error err;
    vb_status status;
} fixture;

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

/* Six volumes of 2 s; table NULL: confounds is a path. */
static fixture *load(const char *confounds, const char *table, const char *sidecar,
                     const char *path, size_t n_scans)
{
    fixture *f = calloc(1, sizeof *f);
    const char *events;
    char spec[1000];
    vb_study_source source = {.tr_s = 2, .n_scans = n_scans};

    cr_assert(f);
    strcpy(f->folder, "/tmp/test_confounds_XXXXXX");
    cr_assert(mkdtemp(f->folder));
    snprintf(f->events, sizeof f->events, "%s/e.tsv", f->folder);
    snprintf(f->table, sizeof f->table, "%s/c.tsv", f->folder);
    snprintf(f->sidecar, sizeof f->sidecar, "%s/c.json", f->folder);
    write_file(f->events, "onset\tduration\n0\t0\n6\t0\n");
    if (table)
        write_file(f->table, table);
    if (sidecar)
        write_file(f->sidecar, sidecar);
    snprintf(spec, sizeof spec,
             "valuebold: 1\nregressors: {a: {}}\ndesign:\n  drift: none\n"
             "  confounds: %s\n",
             confounds);
    events = f->events;
    f->status =
        vb_spec_parse("s.yaml", spec, strlen(spec), &f->spec, &f->notes, &f->err);
    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    source.n_events_files = 1;
    source.events_files = &events;
    source.confounds = path ? path : f->table;
    f->status = vb_study_load(f->spec, &source, &f->study, &f->notes, &f->err);
    return f;
}

static void done(fixture *f)
{
    vb_study_free(f->study);
    vb_spec_free(f->spec);
    vb_notes_free(&f->notes);
    unlink(f->events);
    unlink(f->table);
    unlink(f->sidecar);
    rmdir(f->folder);
    free(f);
}

static bool noted(const fixture *f, const char *code)
{
    for (size_t i = 0; i < f->notes.n; i++)
        if (strcmp(f->notes.items[i].code, code) == 0)
            return true;
    return false;
}

/* "a,b,c": the names of the columns in order. */
static const char *names(const fixture *f)
{
    static char out[4000];
    size_t used = 0;

    out[0] = '\0';
    for (size_t k = 0; k < f->study->runs[0].n_confounds; k++)
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", k ? "," : "",
                                 f->study->runs[0].confound_names[k]);
    return out;
}

#define MOTION "trans_x\ttrans_y\ttrans_z\trot_x\trot_y\trot_z"
#define ROWS(last)                                                                     \
    "0\t0\t0\t0\t0\t0\t" last "1\t0\t0\t0\t0\t0\t" last "1\t0\t0\t0\t0\t0\t" last      \
    "1\t0\t0\t0\t0\t0\t" last "1\t0\t0\t0\t0\t.02\t" last "1\t0\t0\t0\t0\t.02\t" last

/* The derivative of 0 1 1 1 1 1 is n/a 1 0 0 0 0, of rot_z n/a 0 0 0 .02 0. */
Test(confounds, motion24_computes_what_the_table_lacks)
{
    fixture *f = load("[motion24]", MOTION "\tcsf\n" ROWS("5\n"), NULL, NULL, 6);
    const vb_study_run *run;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    run = &f->study->runs[0];
    cr_assert_eq(run->n_confounds, 24);
    cr_expect_str_eq(run->confound_names[6], "trans_x_derivative1");
    cr_expect_str_eq(run->confound_names[12], "trans_x_power2");
    cr_expect_str_eq(run->confound_names[23], "rot_z_derivative1_power2");
    cr_expect_str_eq(run->confound[23].unit, "rad^2");
    cr_expect_str_eq(run->confound[6].from, "computed");
    cr_expect_eq(run->confound[6].n_filled, 1);
    cr_expect_eq(run->confounds[0 * 24 + 6], 0, "imputed");
    cr_expect_eq(run->confounds[1 * 24 + 6], 1);
    cr_expect_float_eq(run->confounds[4 * 24 + 23], .0004, 1e-15);
    cr_expect(noted(f, "confound-computed"));
    cr_expect(noted(f, "confound-first-row"));
    done(f);
}

/* FD: n/a, 1, 0, 0, 50 x .02 = 1, 0. */
Test(confounds, scrubbing_computes_framewise_displacement_when_it_is_absent)
{
    fixture *f = load("[scrub(fd=0.5 std_dvars=none segment=2)]",
                      MOTION "\tcsf\n" ROWS("5\n"), NULL, NULL, 6);

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    cr_expect_str_eq(names(f),
                     "censored_0000,censored_0001,censored_0004,censored_0005");
    cr_expect_eq(f->study->runs[0].n_censored, 4);
    cr_expect_eq(f->study->runs[0].confounds[4 * 4 + 2], 1);
    cr_expect_eq(f->study->runs[0].confounds[3 * 4 + 2], 0);
    done(f);
}

#define OLD                                                                            \
    "WhiteMatter\tCSF\tFramewiseDisplacement\taCompCor00\taCompCor01\tCosine00\t"      \
    "NonSteadyStateOutlier00\tX\tY\tZ\tRotX\tRotY\tRotZ\n"                             \
    "1\t2\tn/a\t.1\t.2\t1\t1\t0\t0\t0\t0\t0\t0\n"                                      \
    "1\t3\t.1\t.2\t.1\t.8\t0\t0\t0\t0\t0\t0\t0\n"                                      \
    "2\t2\t.9\t.1\t.3\t.6\t0\t0\t0\t0\t0\t0\t0\n"                                      \
    "1\t4\t.1\t.4\t.2\t.4\t0\t0\t0\t0\t0\t0\t0\n"                                      \
    "3\t2\t.1\t.1\t.5\t.2\t0\t0\t0\t0\t0\t0\t0\n"                                      \
    "1\t5\t.1\t.5\t.2\t.0\t0\t0\t0\t0\t0\t0\t0\n"

Test(confounds, names_of_older_fmriprep_are_known)
{
    fixture *f = load("[wm_csf, motion6, acompcor2, cosines, non_steady_state, "
                      "scrub(fd=0.5;segment=0), framewise_displacement]",
                      OLD, NULL, NULL, 6);

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    cr_expect_str_eq(
        names(f), "CSF,WhiteMatter,X,Y,Z,RotX,RotY,RotZ,aCompCor00,aCompCor01,Cosine00,"
                  "NonSteadyStateOutlier00,censored_0002,FramewiseDisplacement");
    cr_expect(noted(f, "confounds-mask"), "there is no sidecar");
    cr_expect(noted(f, "scrub-no-dvars"));
    done(f);
}

#define COMPCOR                                                                        \
    "a_comp_cor_00\ta_comp_cor_01\ta_comp_cor_02\ta_comp_cor_03\n"                     \
    "1\t2\t3\t4\n1\t3\t4\t5\n2\t3\t1\t2\n1\t4\t1\t3\n3\t2\t1\t1\n1\t5\t2\t2\n"
#define SIDECAR                                                                        \
    "{\"a_comp_cor_00\": {\"Mask\": \"combined\", \"CumulativeVarianceExplained\": "   \
    "0.3},"                                                                            \
    " \"a_comp_cor_01\": {\"Mask\": \"combined\", \"CumulativeVarianceExplained\": "   \
    "0.55},"                                                                           \
    " \"a_comp_cor_02\": {\"Mask\": \"CSF\", \"CumulativeVarianceExplained\": 0.6},"   \
    " \"a_comp_cor_03\": {\"Mask\": \"WM\", \"CumulativeVarianceExplained\": 0.4}}"

Test(confounds, acompcor_goes_by_number_mask_or_variance)
{
    static const struct {
        const char *text, *want;
    } cases[] = {{"[acompcor1]", "a_comp_cor_00"},
                 {"[acompcor50%]", "a_comp_cor_00,a_comp_cor_01"},
                 {"[acompcor(20%)]", "a_comp_cor_00"},
                 {"[acompcor(3 mask=wm)]", "a_comp_cor_03"},
                 {"[acompcor(1 mask=csf), acompcor6]",
                  "a_comp_cor_02,a_comp_cor_00,a_comp_cor_01"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = load(cases[i].text, COMPCOR, SIDECAR, NULL, 6);

        cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
        cr_expect_str_eq(names(f), cases[i].want);
        cr_expect(noted(f, "confounds-no-cosines"), "the design has no drift");
        done(f);
    }
}

Test(confounds, wildcards_and_columns_come_in_the_order_asked)
{
    fixture *f = load("['a_comp_cor_0?', 'trans_*', csf]",
                      MOTION "\tcsf\ta_comp_cor_00\n" ROWS("5\t1\n"), NULL, NULL, 6);

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    cr_expect_str_eq(names(f), "a_comp_cor_00,trans_x,trans_y,trans_z,csf");
    done(f);
}

Test(confounds, what_cannot_be_had_is_refused_by_name)
{
    static const struct {
        const char *text, *word;
    } cases[] = {{"[motion7]", "6, 12 or 24 columns"},
                 {"[scrub(fdd=1)]", "scrub takes fd"},
                 {"[scrub(fd=x)]", "no number"},
                 {"[scrub(std_dvars=2)]", "std_dvars=none"},
                 {"[acompcor]", "acompcor6"},
                 {"[acompcor6]", "no columns 'a_comp_cor_*'"},
                 {"[aroma]", "ICA-AROMA"},
                 {"[cosines]", "no cosines"},
                 {"[white_mater]", "no confound column 'white_mater'"},
                 {"[wm_csf]", "no confound column 'white_matter'"},
                 {"[motion66]", "motion"},
                 {"[moton6]", "did you mean 'motion6'"},
                 {"[bad]", "confound 'bad' is n/a; only the first row may be"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = load(cases[i].text,
                          MOTION "\tcsf\tbad\n"
                                 "0\t0\t0\t0\t0\t0\t5\t1\n0\t0\t0\t0\t0\t0\t5\tn/a\n"
                                 "0\t0\t0\t0\t0\t0\t5\t1\n0\t0\t0\t0\t0\t0\t5\t1\n"
                                 "0\t0\t0\t0\t0\t0\t5\t1\n0\t0\t0\t0\t0\t0\t5\t1\n",
                          NULL, NULL, 6);

        cr_expect_eq(f->status, VB_EINPUT, "%s", cases[i].text);
        cr_expect(strstr(f->err.text, cases[i].word), "%s: %s", cases[i].text,
                  f->err.text);
        done(f);
    }
}

/* ds005 sub-01 run 1 by a real fMRIPrep: 240 volumes, units, and its own derivatives and
   framewise displacement from its motion (printed with 8 digits). */
Test(confounds, a_real_table_of_fmriprep_goes_through)
{
    char path[600];
    fixture *f;
    const vb_study_run *run;
    vb_table *table;
    const double *fd, *trans[3], *rot[3], *derivative;
    double *own;

    support_data_path(path, sizeof path,
                      "fmriprep_confounds/sub-01_task-mixedgamblestask_run-1_"
                      "desc-confounds_regressors.tsv.gz");
    if (!support_exists(path)) {
        support_skip("confounds of a real fMRIPrep: %s is not there", path);
        return;
    }
    f = load(
        "[motion24, wm_csf8, global4, acompcor6, tcompcor3, cosines, "
        "non_steady_state, scrub(fd=0.1 segment=2), framewise_displacement, std_dvars]",
        NULL, NULL, path, 240);
    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    run = &f->study->runs[0];
    cr_expect_eq(run->n_confounds, 24 + 8 + 4 + 6 + 3 + 6 + 1 + run->n_censored + 2,
                 "%zu", run->n_confounds);
    cr_expect_str_eq(run->confound_names[0], "trans_x");
    cr_expect_str_eq(run->confound[0].unit, "mm");
    cr_expect_str_eq(run->confound[5].unit, "rad");
    for (size_t k = 0; k < run->n_confounds; k++)
        cr_expect_str_eq(run->confound[k].from,
                         strncmp(run->confound_names[k], "censored", 8) ? "table"
                                                                        : "scrub",
                         "%s", run->confound_names[k]);
    cr_expect_gt(run->n_censored, 0);
    cr_expect_lt(run->n_censored, 120);
    table = NULL;
    {
        vb_buffer bytes = {0};
        vb_error err = {0};

        cr_assert_eq(vb_file_read(path, 0, &bytes, &err), VB_OK);
        cr_assert_eq(vb_table_parse(path, bytes.bytes, bytes.n, &table, NULL, &err),
                     VB_OK);
        vb_buffer_free(&bytes);
    }
    fd = support_column(table, "framewise_displacement");
    derivative = support_column(table, "trans_y_derivative1");
    for (size_t k = 0; k < 3; k++) {
        static const char *const t[] = {"trans_x", "trans_y", "trans_z"},
                                 *const r[] = {"rot_x", "rot_y", "rot_z"};

        trans[k] = support_column(table, t[k]);
        rot[k] = support_column(table, r[k]);
    }
    own = calloc(table->n_rows, sizeof *own);
    vb_framewise_displacement(table->n_rows, trans, rot, own);
    for (size_t s = 1; s < table->n_rows; s++)
        cr_assert_float_eq(own[s], fd[s], 1e-4, "volume %zu: %g, fMRIPrep %g", s,
                           own[s], fd[s]);
    vb_backward_difference(table->n_rows, trans[1], own);
    for (size_t s = 1; s < table->n_rows; s++)
        cr_assert_float_eq(own[s], derivative[s], 1e-7);
    free(own);
    vb_table_free(table);
    done(f);
}
