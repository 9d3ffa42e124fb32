/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.c - which importer reads what. */
#include "import_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

typedef enum kind { KIND_SPM, KIND_FSL, KIND_MODEL } kind;

void import_unmapped(import_study *study, const char *file, const char *format, ...)
{
    char text[VB_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vb_note_add(study->notes, VB_WARNING, "import-unmapped", file, 0, 0, "%s", text);
}

vb_status import_add_event(import_study *study, import_run *run, const char *file,
                           import_event **event, vb_error *err)
{
    if (!run->events)
        run->events = vb_arena_take(study->arena, IMPORT_EVENTS, sizeof *run->events);
    if (!run->events)
        return vb_fail_memory(err, IMPORT_EVENTS * sizeof *run->events);
    if (run->n_events == IMPORT_EVENTS)
        return vb_fail_at(err, VB_EINPUT, file, 0, 0, "there are more than %d events",
                          IMPORT_EVENTS);
    *event = &run->events[run->n_events++];
    return VB_OK;
}

vb_status import_add_modulator(import_study *study, import_event *event,
                               const char *file, import_modulator **modulator,
                               vb_error *err)
{
    if (!event->modulators)
        event->modulators =
            vb_arena_take(study->arena, IMPORT_MODULATORS, sizeof *event->modulators);
    if (!event->modulators)
        return vb_fail_memory(err, IMPORT_MODULATORS * sizeof *event->modulators);
    if (event->n_modulators == IMPORT_MODULATORS)
        return vb_fail_at(err, VB_EINPUT, file, 0, 0,
                          "event '%s' has more than %d modulators", event->name,
                          IMPORT_MODULATORS);
    *modulator = &event->modulators[event->n_modulators++];
    return VB_OK;
}

static bool ends_with(const char *s, const char *tail)
{
    const size_t n = strlen(s), k = strlen(tail);

    return n >= k && strcasecmp(s + n - k, tail) == 0;
}

static vb_status kind_of(const char *path, kind *out, vb_error *err)
{
    struct stat about;

    if (stat(path, &about) != 0)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "there is no such file or folder");
    if (S_ISDIR(about.st_mode))
        *out = KIND_FSL;
    else if (ends_with(path, ".json"))
        *out = KIND_MODEL;
    else if (ends_with(path, ".mat"))
        *out = KIND_SPM;
    else
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "import reads a multiple-conditions .mat file, a folder of "
                          "three-column files or a BIDS Stats Model .json");
    return VB_OK;
}

/* A folder may hold several runs, told apart by their names. */
static vb_status read_folders(import_study *study, const char *const paths[],
                              vb_error *err)
{
    const size_t n_folders = study->n_runs;
    vb_status status = VB_OK;

    study->n_runs = 0;
    study->runs = vb_arena_take(study->arena, IMPORT_RUNS, sizeof *study->runs);
    if (!study->runs)
        return vb_fail_memory(err, IMPORT_RUNS * sizeof *study->runs);
    for (size_t i = 0; i < n_folders && status == VB_OK; i++) {
        const char **labels;
        size_t n;

        status = import_fsl_labels(study, paths[i], &n, &labels, err);
        for (size_t k = 0; k < (n ? n : 1) && status == VB_OK; k++) {
            if (study->n_runs == IMPORT_RUNS)
                return vb_fail_at(err, VB_EINPUT, paths[i], 0, 0,
                                  "there are more than %d runs", IMPORT_RUNS);
            status = import_fsl(study, paths[i], n ? labels[k] : NULL,
                                &study->runs[study->n_runs++], err);
        }
    }
    return status;
}

static vb_status read_all(import_study *study, kind k, const char *const paths[],
                          vb_outputs *outputs, vb_error *err)
{
    vb_status status = VB_OK;

    if (k == KIND_MODEL)
        return import_bids_model(study, paths[0], outputs, err);
    if (k == KIND_FSL) {
        status = read_folders(study, paths, err);
        return status == VB_OK ? import_write(study, outputs, err) : status;
    }
    study->runs = vb_arena_take(study->arena, study->n_runs, sizeof *study->runs);
    if (!study->runs)
        return vb_fail_memory(err, study->n_runs * sizeof *study->runs);
    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        status = import_spm(study, paths[r], &study->runs[r], err);
    return status == VB_OK ? import_write(study, outputs, err) : status;
}

static vb_status check_options(const vb_import_options *o, vb_error *err)
{
    const char *labels[] = {o->participant, o->task};

    for (size_t i = 0; i < 2; i++)
        if (labels[i] && !vb_is_label(labels[i]))
            return vb_fail(err, VB_EUSAGE,
                           "'%s' is no BIDS label: letters and digits only", labels[i]);
    if (!isnan(o->tr_s) && !(o->tr_s > 0 && o->tr_s < 100))
        return vb_fail(err, VB_EUSAGE, "the TR is %g s; it must lie between 0 and 100",
                       o->tr_s);
    if (o->in_scans && isnan(o->tr_s))
        return vb_fail(err, VB_EUSAGE,
                       "onsets in scans need the TR (--tr) to become seconds");
    return VB_OK;
}

vb_status vb_import(size_t n, const char *const paths[],
                    const vb_import_options *options, vb_outputs *outputs,
                    vb_notes *notes, vb_error *err)
{
    static const char *const likes[] = {"spm", "fsl", "nilearn"};
    import_study study = {.arena = vb_arena_alloc(),
                          .options = options,
                          .source = paths[0],
                          .n_runs = n,
                          .tr_s = options->tr_s,
                          .high_pass_s = (double)NAN,
                          .notes = notes};
    kind first = KIND_SPM, other;
    vb_status status =
        study.arena ? check_options(options, err) : vb_fail_memory(err, sizeof study);

    if (status == VB_OK)
        status = kind_of(paths[0], &first, err);
    for (size_t i = 1; i < n && status == VB_OK; i++) {
        status = kind_of(paths[i], &other, err);
        if (status == VB_OK && (other != first || first == KIND_MODEL))
            status =
                vb_fail(err, VB_EUSAGE,
                        "the runs of one import are all .mat files or all folders, "
                        "and a BIDS Stats Model stands alone; '%s' is another kind",
                        paths[i]);
    }
    study.like = likes[first];
    if (status == VB_OK)
        status = read_all(&study, first, paths, outputs, err);
    vb_arena_free(study.arena);
    return status;
}
