/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bids_complete.c - a run's sidecars, fMRIPrep's files for it, and its image's header.
 *
 * fMRIPrep's names: *_space-S[_res-R]_desc-preproc_bold.nii.gz and
 * *_desc-confounds_timeseries.tsv (before 20.2 *_desc-confounds_regressors.tsv, before 1.2
 * *_bold_confounds.tsv).
 */
#include "bids_find.h"
#include "valuebold/file.h"
#include "valuebold/names.h"
#include "valuebold/nifti.h"

#include <math.h>
#include <string.h>

/* Headers and sidecars are rounded differently. */
static const double TR_TOLERANCE_S = 0.001;

/* Sidecars of a level that hold for name, the most general first. */
static vb_status read_level(vb_bids_search *s, const vb_bids_listing *level,
                            const vb_bids_name *name, vb_bids_run *run)
{
    vb_status status = VB_OK;

    for (size_t n = 0; n <= name->n && status == VB_OK; n++)
        for (size_t i = 0; i < level->n && status == VB_OK; i++) {
            const vb_bids_name *json = &level->names[i];

            if (json->n == n && vb_bids_is(json, "bold", ".json") &&
                vb_bids_applies(json, name))
                status =
                    vb_bids_read_sidecar(json->path, s->arena, run, s->notes, s->err);
        }
    return status;
}

static vb_status read_sidecars(vb_bids_search *s, const vb_bids_found *found,
                               vb_bids_run *run)
{
    const vb_bids_name *name = found->bold ? found->bold : found->events;
    vb_status status = read_level(s, &s->top, name, run);

    for (size_t l = 0; l < 3 && status == VB_OK; l++)
        status = read_level(s, &found->place->level[l], name, run);
    return status;
}

/* True for a derivative of this run. */
static bool is_of_run(const vb_bids_search *s, const vb_bids_found *found,
                      const vb_bids_name *name)
{
    static const char *const others[] = {"acq", "ce", "rec", "dir"};
    const vb_bids_name *raw = found->bold ? found->bold : found->events;
    const char *task = vb_bids_entity(name, "task");

    if (!task || strcmp(task, s->task) != 0 ||
        !vb_same_label(vb_bids_entity(name, "run"), found->run))
        return false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const char *label = vb_bids_entity(name, others[i]);

        if (label && !vb_same_label(label, vb_bids_entity(raw, others[i])))
            return false;
    }
    return true;
}

/* Which of several spaces to take when none is asked for: fMRIPrep's default template,
 * another MNI space, any other, the scanner's own. */
static int rank(const char *space)
{
    if (!space)
        return 3;
    if (strcmp(space, "MNI152NLin2009cAsym") == 0)
        return 0;
    return strncmp(space, "MNI", 3) == 0 ? 1 : 2;
}

static vb_status choose_image(vb_bids_search *s, const vb_bids_found *found,
                              const vb_bids_name **best)
{
    const vb_bids_listing *list = &found->place->derivatives;
    const char *spaces[VB_BIDS_LISTED];
    char advice[VB_BIDS_ADVICE];
    size_t n = 0;

    *best = NULL;
    for (size_t i = 0; i < list->n; i++) {
        const vb_bids_name *name = &list->names[i];
        const char *desc = vb_bids_entity(name, "desc");
        const char *space = vb_bids_entity(name, "space");

        if (strcmp(name->suffix, "bold") != 0 || !vb_bids_is_image(name) || !desc ||
            strcmp(desc, "preproc") != 0 || !is_of_run(s, found, name))
            continue;
        if (space)
            vb_bids_collect(space, &n, spaces);
        if (s->query.space && !(space && strcmp(space, s->query.space) == 0))
            continue;
        if (!*best || rank(space) < rank(vb_bids_entity(*best, "space")))
            *best = name;
    }
    if (s->query.space && !*best)
        return vb_fail(s->err, VB_EINPUT,
                       "sub-%s%s%s run %s: no preprocessed image in space %s%s",
                       found->place->participant, found->place->session ? " ses-" : "",
                       found->place->session ? found->place->session : "",
                       found->run ? found->run : "1", s->query.space,
                       vb_suggest(s->query.space, spaces, n, advice, sizeof advice));
    if (*best && n > 1 && !s->query.space)
        vb_note_add(s->notes, VB_INFO, "bids-space", s->derivatives, 0, 0,
                    "images in several spaces (%s); taken: %s",
                    vb_bids_join(n, spaces, advice),
                    vb_bids_entity(*best, "space") ? vb_bids_entity(*best, "space")
                                                   : "the scanner's own");
    return VB_OK;
}

static const char *find_confounds(const vb_bids_search *s, const vb_bids_found *found)
{
    const vb_bids_listing *list = &found->place->derivatives;

    for (size_t i = 0; i < list->n; i++) {
        const vb_bids_name *name = &list->names[i];
        const char *desc = vb_bids_entity(name, "desc");
        const bool named = desc && strcmp(desc, "confounds") == 0;

        if (((named && vb_bids_is(name, "timeseries", ".tsv")) ||
             (named && vb_bids_is(name, "regressors", ".tsv")) ||
             vb_bids_is(name, "confounds", ".tsv")) &&
            is_of_run(s, found, name))
            return name->path;
    }
    return NULL;
}

static vb_status read_derivatives(vb_bids_search *s, const vb_bids_found *found,
                                  vb_bids_run *run)
{
    const vb_bids_name *image = NULL;
    vb_status status = choose_image(s, found, &image);

    if (status != VB_OK)
        return status;
    run->confounds = find_confounds(s, found);
    if (!image)
        return VB_OK;
    run->bold = image->path;
    return read_level(s, &found->place->derivatives, image, run);
}

/* Trials and designs need no image: what cannot be read here is refused by the command
 * that needs its voxels. */
static vb_status read_header(vb_bids_search *s, vb_bids_run *run)
{
    vb_nifti_header header;
    vb_error why = {0};
    const vb_status status = vb_nifti_header_read(run->bold, &header, s->notes, &why);

    if (status == VB_ENOMEM) {
        if (s->err)
            *s->err = why;
        return status;
    }
    if (status != VB_OK) {
        vb_note_add(s->notes, VB_WARNING, "bids-image", run->bold, 0, 0,
                    "the image says nothing about TR and scans: %s", why.text);
        return VB_OK;
    }
    run->n_scans = header.n_volumes;
    run->n_scans_source = run->bold;
    if (isnan(header.tr_s))
        return VB_OK;
    if (isnan(run->tr_s)) {
        run->tr_s = header.tr_s;
        run->tr_source = run->bold;
    } else if (fabs(run->tr_s - header.tr_s) > TR_TOLERANCE_S) {
        return vb_fail_at(
            s->err, VB_EINPUT, run->bold, 0, 0,
            "the header says TR %g s, %s says RepetitionTime %g s; they must "
            "not differ",
            header.tr_s, run->tr_source, run->tr_s);
    }
    return VB_OK;
}

static vb_status count_confounds(vb_bids_search *s, vb_bids_run *run)
{
    vb_table *table = NULL;
    const vb_status status = vb_file_read_table(run->confounds, &table, NULL, s->err);

    if (status != VB_OK)
        return status;
    run->n_scans = table->n_rows;
    run->n_scans_source = run->confounds;
    vb_table_free(table);
    return VB_OK;
}

vb_status vb_bids_complete(vb_bids_search *s, const vb_bids_found *found,
                           vb_bids_run *run)
{
    vb_status status = read_sidecars(s, found, run);

    if (status == VB_OK)
        status = read_derivatives(s, found, run);
    if (status == VB_OK && run->bold)
        status = read_header(s, run);
    if (status == VB_OK && !run->n_scans && run->confounds)
        status = count_confounds(s, run);
    return status;
}
