/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets made in a scratch folder: which files make which runs, and every refusal. */
#include "support.h"
#include "valuebold/bids.h"

#include <dirent.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static vb_bids *bids;
static vb_notes notes;
static vb_error err;

static void remove_tree(const char *path)
{
    DIR *d = opendir(path);

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char below[600];

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        if (unlink(below) != 0)
            remove_tree(below);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

static void begin(void)
{
    snprintf(dir, sizeof dir, "/tmp/vb-bids-XXXXXX");
    cr_assert(mkdtemp(dir));
}

static void end(void)
{
    vb_bids_free(bids);
    vb_notes_free(&notes);
    remove_tree(dir);
}

TestSuite(bids, .init = begin, .fini = end);

static const char *at(const char *name)
{
    static char paths[4][400];
    static int next;

    next = (next + 1) % 4;
    snprintf(paths[next], sizeof paths[0], "%s/%s", dir, name);
    return paths[next];
}

/* A file with all folders above it. */
static void put_bytes(const char *name, const void *bytes, size_t n)
{
    char path[400];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    for (char *s = strchr(path + strlen(dir) + 1, '/'); s; s = strchr(s + 1, '/')) {
        *s = '\0';
        mkdir(path, 0777);
        *s = '/';
    }
    f = fopen(path, "wb");
    cr_assert(f, "%s", path);
    cr_assert_eq(fwrite(bytes, 1, n, f), n);
    cr_assert_eq(fclose(f), 0);
}

static void put(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

/* A NIfTI-1 image of 2 x 2 x 2 voxels, written by the layout of nifti1.h. */
static void put_image(const char *name, int16_t n_volumes, float tr_s)
{
    unsigned char bytes[352 + 16 * 400] = {0};
    const int32_t header_size = 348;
    const int16_t dim[5] = {4, 2, 2, 2, n_volumes}, type = 4, bits = 16, sform = 1;
    const float pixdim[5] = {1, 2, 2, 2, tr_s}, offset = 352;
    const float rows[12] = {2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0};

    memcpy(bytes, &header_size, 4);
    memcpy(bytes + 40, dim, sizeof dim);
    memcpy(bytes + 70, &type, 2);
    memcpy(bytes + 72, &bits, 2);
    memcpy(bytes + 76, pixdim, sizeof pixdim);
    memcpy(bytes + 108, &offset, 4);
    bytes[123] = 2 + 8; /* mm, s */
    memcpy(bytes + 254, &sform, 2);
    memcpy(bytes + 280, rows, sizeof rows);
    memcpy(bytes + 344, "n+1", 4);
    put_bytes(name, bytes, 352 + 16 * (size_t)n_volumes);
}

static const char events[] = "onset\tduration\n1\t2\n";

static vb_status find(vb_bids_query query)
{
    vb_bids_free(bids);
    bids = NULL;
    vb_notes_free(&notes);
    err = (vb_error){0};
    if (!query.dir)
        query.dir = dir;
    return vb_bids_find(&query, &bids, &notes, &err);
}

static void expect_found(vb_bids_query query, size_t n_runs)
{
    cr_assert_eq(find(query), VB_OK, "%s: %s", err.file, err.text);
    cr_assert_eq(bids->n_runs, n_runs, "%zu runs", bids->n_runs);
}

static void expect_refused(vb_bids_query query, const char *words)
{
    cr_expect_eq(find(query), VB_EINPUT, "%s", words);
    cr_expect(strstr(err.text, words), "%s: %s", err.file, err.text);
    cr_expect_null(bids);
}

static void expect_path(const char *path, const char *name)
{
    cr_assert(path, "%s", name);
    cr_expect_str_eq(path, at(name));
}

Test(bids, runs_come_sorted_with_numbers_as_numbers)
{
    put("sub-10/func/sub-10_task-effort_run-1_events.tsv", events);
    put("sub-2/func/sub-2_task-effort_run-10_events.tsv", events);
    put("sub-2/func/sub-2_task-effort_run-9_events.tsv", events);
    put("sub-2/func/sub-2_task-effort_run-01_events.tsv", events);
    put("sub-2/anat/sub-2_T1w.json", "{}");
    put("sub-x/func/notes.txt", "x");
    put("participants.tsv", "participant_id\nsub-2\n");
    expect_found((vb_bids_query){0}, 4);
    cr_expect_str_eq(bids->runs[0].participant, "2");
    cr_expect_str_eq(bids->runs[0].run, "01");
    cr_expect_str_eq(bids->runs[1].run, "9");
    cr_expect_str_eq(bids->runs[2].run, "10");
    cr_expect_str_eq(bids->runs[3].participant, "10");
    cr_expect_str_eq(bids->runs[3].task, "effort");
    cr_expect_null(bids->runs[3].session);
    cr_assert_eq(bids->n_participants, 2);
    cr_expect_str_eq(bids->participants[1], "10");
    cr_expect(isnan(bids->runs[0].tr_s) && isnan(bids->runs[0].start_time_s) &&
              isnan(bids->runs[0].slice_time_mid_s) && bids->runs[0].n_scans == 0);
    cr_expect_null(bids->runs[0].bold);
    expect_path(bids->runs[1].events, "sub-2/func/sub-2_task-effort_run-9_events.tsv");
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "bids-no-runs");
}

Test(bids, labels_choose_participants_sessions_and_runs)
{
    static const char *const names[] = {"sub-02"}, *const session[] = {"ses-a"};
    static const char *const run[] = {"1"}, *const no_run[] = {"3"};
    static const char *const nobody[] = {"03"}, *const no_session[] = {"c"};
    static const char *const bad[] = {"../x"};

    for (const char *const *s = (const char *const[]){"01", "02", NULL}; *s; s++)
        for (const char *const *t = (const char *const[]){"a", "b", NULL}; *t; t++)
            for (const char *const *r = (const char *const[]){"01", "02", NULL}; *r;
                 r++) {
                char name[200];

                snprintf(name, sizeof name,
                         "sub-%s/ses-%s/func/sub-%s_ses-%s_task-e_run-%s_events.tsv",
                         *s, *t, *s, *t, *r);
                put(name, events);
            }
    expect_found((vb_bids_query){0}, 8);
    cr_expect_str_eq(bids->runs[2].session, "b");
    expect_found((vb_bids_query){.n_participants = 1, .participants = names}, 4);
    expect_found((vb_bids_query){.n_sessions = 1, .sessions = session}, 4);
    expect_found((vb_bids_query){.n_run_labels = 1, .run_labels = run}, 4);
    expect_found((vb_bids_query){.n_participants = 1,
                                 .participants = names,
                                 .n_sessions = 1,
                                 .sessions = session,
                                 .n_run_labels = 1,
                                 .run_labels = run,
                                 .task = "task-e"},
                 1);
    cr_expect_str_eq(bids->runs[0].run, "01");
    expect_refused((vb_bids_query){.n_participants = 1, .participants = nobody},
                   "no participant sub-03");
    expect_refused((vb_bids_query){.n_sessions = 1, .sessions = no_session},
                   "no session ses-c of these participants; there is: a, b");
    expect_refused((vb_bids_query){.n_run_labels = 1, .run_labels = no_run},
                   "no run-3 of task-e");
    expect_refused((vb_bids_query){.n_participants = 1, .participants = bad},
                   "participant label '../x' is invalid");
    expect_refused((vb_bids_query){.n_sessions = 1, .sessions = bad}, "session label");
    expect_refused((vb_bids_query){.n_run_labels = 1, .run_labels = bad}, "run label");
    expect_refused((vb_bids_query){.task = "a/b"}, "task label");
}

Test(bids, the_task_is_the_only_one_with_events_or_must_be_named)
{
    put("sub-01/func/sub-01_task-rest_bold.json", "{}");
    put_image("sub-01/func/sub-01_task-rest_bold.nii", 5, 2);
    expect_found((vb_bids_query){0}, 1);
    cr_expect_str_eq(bids->runs[0].task, "rest");
    cr_expect_null(bids->runs[0].events);
    put("sub-01/func/sub-01_task-effort_events.tsv", events);
    expect_found((vb_bids_query){0}, 1);
    cr_expect_str_eq(bids->runs[0].task, "effort");
    cr_expect_null(bids->runs[0].run);
    put("sub-01/func/sub-01_task-gamble_events.tsv", events);
    expect_refused((vb_bids_query){0}, "several tasks; say which one: effort, gamble");
    expect_refused((vb_bids_query){.task = "efort"}, "did you mean 'effort'?");
    expect_found((vb_bids_query){.task = "gamble"}, 1);
}

Test(bids, what_is_no_data_set_is_refused)
{
    static const char *const one[] = {"01"};

    expect_refused((vb_bids_query){.dir = at("none")}, "is no folder that can be read");
    expect_refused((vb_bids_query){0}, "no sub-* folders here");
    put("sub-01/func/readme.txt", "x");
    expect_refused((vb_bids_query){0}, "no *_task-*_events.tsv");
    put("sub-02/func/sub-02_task-e_events.tsv", events);
    expect_refused((vb_bids_query){.n_participants = 1, .participants = one},
                   "no *_task-*_events.tsv");
    expect_refused((vb_bids_query){.derivatives = at("none")},
                   "fMRIPrep's derivatives");
    expect_refused((vb_bids_query){.derivatives = at("sub-01")}, "no sub-* folders");
}

Test(bids, a_folder_that_may_not_be_read_is_said)
{
    put("sub-01/func/sub-01_task-e_events.tsv", events);
    put("sub-02/func/sub-02_task-e_events.tsv", events);
    chmod(at("sub-02/func"), 0);
    if (geteuid() == 0) { /* root may read anything */
        chmod(dir, 0755);
        cr_assert_eq(seteuid(65534), 0);
    }
    expect_refused((vb_bids_query){0}, "cannot be read: Permission denied");
    cr_expect_str_eq(err.file, at("sub-02/func"));
    if (getuid() == 0)
        cr_assert_eq(seteuid(0), 0);
    chmod(at("sub-02/func"), 0755);
}

Test(bids, sidecars_are_inherited_and_the_nearest_wins)
{
    const vb_bids_run *run;

    put("task-e_bold.json", "{\"RepetitionTime\": 3, \"StartTime\": 0.25}");
    put("bold.json", "{\"RepetitionTime\": 4}");
    put("task-other_bold.json", "{\"RepetitionTime\": 5}");
    put("sub-01/func/sub-01_task-e_run-1_events.tsv", events);
    put("sub-01/func/sub-01_task-e_run-2_events.tsv", events);
    put("sub-01/func/sub-01_task-e_run-02_bold.json",
        "{\"RepetitionTime\": 2, \"SliceTiming\": [0.1, 1.8, 0.9]}");
    put("sub-02/func/sub-02_task-e_run-1_events.tsv", events);
    put("sub-02/sub-02_task-e_bold.json", "{\"RepetitionTime\": 2.5}");
    expect_found((vb_bids_query){0}, 3);
    run = &bids->runs[0];
    cr_expect_eq(run->tr_s, 3);
    cr_expect_eq(run->start_time_s, 0.25);
    expect_path(run->tr_source, "task-e_bold.json");
    run = &bids->runs[1];
    cr_expect_eq(run->tr_s, 2);
    cr_expect_float_eq(run->slice_time_mid_s, 0.95, 1e-15);
    expect_path(run->timing_source, "sub-01/func/sub-01_task-e_run-02_bold.json");
    cr_expect_eq(run->start_time_s, 0.25);
    cr_expect_eq(bids->runs[2].tr_s, 2.5);
}

Test(bids, images_and_fmriprep_files_are_found)
{
    static const char raw[] = "sub-01/func/sub-01_task-e_run-1_bold.nii";
    static const char deriv[] =
        "derivatives/fmriprep/sub-01/func/sub-01_task-e_run-01_";
    const vb_bids_run *run;
    char name[200];

    put("sub-01/func/sub-01_task-e_run-1_events.tsv", events);
    put("sub-01/func/sub-01_task-e_run-1_bold.json",
        "{\"RepetitionTime\": 2, \"StartTime\": 9, \"SliceTiming\": [0, 1.9]}");
    put_image(raw, 7, 2);
    put_image("sub-01/func/sub-01_task-e_run-1_sbref.nii", 1, 0);
    expect_found((vb_bids_query){0}, 1);
    expect_path(bids->runs[0].bold, raw);
    cr_expect_eq(bids->runs[0].n_scans, 7);
    expect_path(bids->runs[0].n_scans_source, raw);
    cr_expect_eq(bids->runs[0].start_time_s, 9);

    for (const char *const *space =
             (const char *const[]){"space-T1w_", "space-MNI152NLin2009cAsym_res-2_",
                                   "space-MNI152NLin6Asym_", "", NULL};
         *space; space++) {
        snprintf(name, sizeof name, "%s%sdesc-preproc_bold.nii", deriv, *space);
        put_image(name, 6, 2);
        snprintf(name, sizeof name, "%s%sdesc-preproc_bold.json", deriv, *space);
        put(name,
            "{\"RepetitionTime\": 2, \"SliceTimingCorrected\": true, \"StartTime\": "
            "0.975}");
    }
    snprintf(name, sizeof name, "%sdesc-confounds_timeseries.tsv", deriv);
    put(name, "csf\n1\n2\n");
    snprintf(name, sizeof name, "%sspace-T1w_desc-brain_mask.nii", deriv);
    put_image(name, 1, 0);
    expect_found((vb_bids_query){0}, 1);
    run = &bids->runs[0];
    expect_path(run->bold,
                "derivatives/fmriprep/sub-01/func/sub-01_task-e_run-01_space-"
                "MNI152NLin2009cAsym_res-2_desc-preproc_bold.nii");
    expect_path(run->confounds, "derivatives/fmriprep/sub-01/func/"
                                "sub-01_task-e_run-01_desc-confounds_timeseries.tsv");
    cr_expect_eq(run->n_scans, 6);
    cr_expect(run->slice_time_corrected);
    cr_expect_eq(run->start_time_s, 0.975);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "bids-space");

    expect_found((vb_bids_query){.space = "space-T1w"}, 1);
    cr_expect(strstr(bids->runs[0].bold, "space-T1w_desc-preproc"));
    expect_refused((vb_bids_query){.space = "MNI"},
                   "no preprocessed image in space MNI");
    expect_refused((vb_bids_query){.space = "T1W"}, "did you mean 'T1w'?");
    expect_found((vb_bids_query){.derivatives = at("derivatives/fmriprep//")}, 1);
    cr_expect_eq(bids->runs[0].n_scans, 6);
}

Test(bids, older_confounds_names_are_known_and_give_the_scans)
{
    static const char *const names[] =
        {"derivatives/fmriprep/sub-01/func/sub-01_task-e_desc-confounds_regressors.tsv",
         "derivatives/fmriprep/sub-01/func/sub-01_task-e_bold_confounds.tsv"};

    put("sub-01/func/sub-01_task-e_events.tsv", events);
    for (size_t i = 0; i < 2; i++) {
        put(names[i], "a\n1\n2\n3\n");
        expect_found((vb_bids_query){0}, 1);
        expect_path(bids->runs[0].confounds, names[i]);
        cr_expect_eq(bids->runs[0].n_scans, 3);
        expect_path(bids->runs[0].n_scans_source, names[i]);
        unlink(at(names[i]));
    }
}

Test(bids, header_and_sidecar_must_agree_on_tr)
{
    put("sub-01/func/sub-01_task-e_events.tsv", events);
    put_image("sub-01/func/sub-01_task-e_bold.nii", 5, 2);
    expect_found((vb_bids_query){0}, 1);
    cr_expect_eq(bids->runs[0].tr_s, 2);
    expect_path(bids->runs[0].tr_source, "sub-01/func/sub-01_task-e_bold.nii");
    put("task-e_bold.json", "{\"RepetitionTime\": 2.0009}");
    expect_found((vb_bids_query){0}, 1);
    cr_expect_eq(bids->runs[0].tr_s, 2.0009);
    put("task-e_bold.json", "{\"RepetitionTime\": 1.5}");
    expect_refused((vb_bids_query){0}, "header says TR 2 s");
    cr_expect(strstr(err.text, "1.5 s"));
}

Test(bids, an_unreadable_image_is_noted_and_the_run_kept)
{
    put("sub-01/func/sub-01_task-e_events.tsv", events);
    put("sub-01/func/sub-01_task-e_bold.nii.gz", "");
    expect_found((vb_bids_query){0}, 1);
    cr_expect_eq(bids->runs[0].n_scans, 0);
    cr_expect_str_eq(notes.items[notes.n - 1].code, "bids-image");
    unlink(at("sub-01/func/sub-01_task-e_bold.nii.gz"));
    cr_assert_eq(symlink("../../annex/x", at("sub-01/func/sub-01_task-e_bold.nii.gz")),
                 0);
    expect_found((vb_bids_query){0}, 1);
    cr_expect(strstr(notes.items[notes.n - 1].where.text, "No such file"));
}

Test(bids, links_to_files_and_folders_are_followed)
{
    put("elsewhere/e.tsv", events);
    put("elsewhere/sub-02/func/sub-02_task-e_events.tsv", events);
    put("sub-01/func/x.txt", "");
    cr_assert_eq(symlink("../../elsewhere/e.tsv",
                         at("sub-01/func/sub-01_task-e_events.tsv")),
                 0);
    cr_assert_eq(symlink("elsewhere/sub-02", at("sub-02")), 0);
    expect_found((vb_bids_query){0}, 2);
}

Test(bids, events_higher_up_hold_for_the_runs_below)
{
    put("task-e_events.tsv", events);
    put_image("sub-01/func/sub-01_task-e_run-1_bold.nii", 5, 2);
    put_image("sub-01/func/sub-01_task-e_run-2_bold.nii", 5, 2);
    put("sub-01/func/sub-01_task-e_run-2_events.tsv", events);
    expect_found((vb_bids_query){0}, 2);
    expect_path(bids->runs[0].events, "task-e_events.tsv");
    expect_path(bids->runs[1].events, "sub-01/func/sub-01_task-e_run-2_events.tsv");
}

Test(bids, echoes_are_one_run_and_what_cannot_be_told_apart_is_refused)
{
    put("sub-01/func/sub-01_task-e_events.tsv", events);
    put_image("sub-01/func/sub-01_task-e_echo-2_bold.nii", 5, 2);
    put_image("sub-01/func/sub-01_task-e_echo-1_bold.nii", 5, 2);
    put_image("sub-01/func/sub-01_task-e_echo-1_part-phase_bold.nii", 5, 2);
    expect_found((vb_bids_query){0}, 1);
    expect_path(bids->runs[0].bold, "sub-01/func/sub-01_task-e_echo-1_bold.nii");
    put("sub-01/func/sub-01_task-e_acq-b_events.tsv", events);
    expect_refused((vb_bids_query){0}, "cannot be told from");
    unlink(at("sub-01/func/sub-01_task-e_acq-b_events.tsv"));
    put_image("sub-01/func/sub-01_task-e_acq-b_bold.nii", 5, 2);
    expect_refused((vb_bids_query){0}, "cannot be told from");
}

/* RepetitionTime 2000 and its neighbours: each is one of the malformed sidecars. */
Test(bids, a_bad_sidecar_is_refused_with_its_place)
{
    static const struct {
        const char *text, *words;
        size_t line, column;
    } cases[] = {
        {"{\n \"RepetitionTime\": 2000\n}\n", "are these milliseconds?", 2, 20},
        {"{\"RepetitionTime\": 100}", "below 100 s", 1, 20},
        {"{\"RepetitionTime\": 0}", "must be above 0", 1, 20},
        {"{\"RepetitionTime\": -2}", "must be above 0", 1, 20},
        {"{\"RepetitionTime\": \"2.0\"}", "is the text '2.0'; a number", 1, 20},
        {"{\"RepetitionTime\": [2]}", "is no number; a number", 1, 20},
        {"{\"RepetitionTime\": true}", "a number of seconds is expected", 1, 20},
        {"{\"RepetitionTime\": 2, \"RepetitionTime\": 3}", "duplicate key", 1, 23},
        {"{\"RepetitionTime\": 2", "not valid JSON", 1, 21},
        {"RepetitionTime: 2", "not valid JSON", 1, 1},
        {"[2]", "not valid JSON", 1, 1},
        {"", "not valid JSON", 1, 1},
        {"{\"StartTime\": \"0\"}", "StartTime is the text", 1, 15},
        {"{\"SliceTiming\": [0, \"1\"]}", "SliceTiming: entry 2", 1, 21},
        {"{\"SliceTiming\": [-1]}", "SliceTiming: entry 1", 1, 18},
    };
    vb_arena *arena = vb_arena_alloc();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_bids_run run = {.tr_s = NAN, .start_time_s = NAN, .slice_time_mid_s = NAN};

        put("s.json", cases[i].text);
        err = (vb_error){0};
        cr_expect_eq(vb_bids_read_sidecar(at("s.json"), arena, &run, &notes, &err),
                     VB_EINPUT, "%s", cases[i].text);
        cr_expect(strstr(err.text, cases[i].words), "%s: %s", cases[i].text, err.text);
        cr_expect(err.line == cases[i].line && err.column == cases[i].column,
                  "%s: %zu:%zu", cases[i].text, err.line, err.column);
        cr_expect_str_eq(err.file, at("s.json"));
        cr_expect(isnan(run.tr_s));
    }
    vb_arena_free(arena);
}

Test(bids, slice_times_in_milliseconds_are_noted_and_not_used)
{
    vb_arena *arena = vb_arena_alloc();
    vb_bids_run run = {.tr_s = NAN, .start_time_s = NAN, .slice_time_mid_s = NAN};

    put("s.json", "{\"RepetitionTime\": 2, \"SliceTiming\": [0, 1000, 1900]}");
    cr_expect_eq(vb_bids_read_sidecar(at("s.json"), arena, &run, &notes, &err), VB_OK);
    cr_expect(isnan(run.slice_time_mid_s));
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "slice-timing");
    cr_expect(strstr(notes.items[0].where.text, "milliseconds?"));
    put("s.json",
        "{\"SliceTiming\": null, \"StartTime\": null, \"RepetitionTime\": null}");
    cr_expect_eq(vb_bids_read_sidecar(at("s.json"), arena, &run, &notes, &err), VB_OK);
    cr_expect_eq(run.tr_s, 2);
    vb_arena_free(arena);
}

Test(bids, the_public_effort_study_has_ten_participants_of_three_runs)
{
    char path[400];

    support_data_path(path, sizeof path, "bernacer");
    if (access(path, R_OK) != 0) {
        support_skip("bids: %s is not there", path);
        return;
    }
    expect_found((vb_bids_query){.dir = path}, 30);
    cr_expect_eq(bids->n_participants, 10);
    cr_expect_str_eq(bids->runs[0].task, "effort");
    cr_expect_str_eq(bids->runs[29].participant, "10");
    cr_expect_str_eq(bids->runs[29].run, "3");
}
