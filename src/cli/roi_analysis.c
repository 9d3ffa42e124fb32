/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_analysis.c - what `valuebold roi` is to do with the regions of a study. */
#include "roi_args.h"
#include "valuebold/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SEED = 20261123, MOST_NOISES = 32 };

static size_t index_of(const char *text, const char *(*name)(size_t i))
{
    for (size_t i = 0; name(i); i++)
        if (strcmp(name(i), text) == 0)
            return i;
    return 0; /* the parser has checked it */
}

const char *roi_peak_choice(size_t i)
{
    return vb_peak_rule_name(i);
}

const char *roi_slope_choice(size_t i)
{
    return vb_slope_method_name(i);
}

const char *roi_method_choice(size_t i)
{
    static const char *const names[] = {"lsa", "lss"};

    return i < 2 ? names[i] : NULL;
}

const char *roi_noise_choice(size_t i)
{
    static char words[MOST_NOISES][40]; /* kept: help and completion hold on to them */

    return i < MOST_NOISES ? vb_spec_word("glm.noise", i, words[i], sizeof words[i])
                           : NULL;
}

/* "FROM,TO" in seconds. */
static vb_status read_window(const char *text, vb_roi_analysis *a, vb_error *err)
{
    char from[64];
    const char *comma = strchr(text, ',');
    const size_t n = comma ? (size_t)(comma - text) : 0;

    if (comma && n < sizeof from) {
        memcpy(from, text, n);
        from[n] = '\0';
        if (vb_number_read(from, &a->from_s) == VB_NUMBER_OK &&
            vb_number_read(comma + 1, &a->to_s) == VB_NUMBER_OK && a->from_s < a->to_s)
            return VB_OK;
    }
    return vb_fail(err, VB_EUSAGE,
                   "--window '%.60s': two times in seconds, the earlier first: -4,20",
                   text);
}

static vb_status read_split(const char *text, vb_roi_analysis *a, vb_error *err)
{
    double n;

    if (strcmp(text, "levels") == 0) {
        a->n_split = 0;
        return VB_OK;
    }
    if (strcmp(text, "none") == 0) {
        a->n_split = 1;
        return VB_OK;
    }
    if (vb_number_read(text, &n) == VB_NUMBER_OK && n >= 2 && n <= 12 &&
        n <= (double)(size_t)n) {
        a->n_split = (size_t)n;
        return VB_OK;
    }
    return vb_fail(err, VB_EUSAGE,
                   "--split '%.60s': a number of groups from 2 to 12, levels, or none",
                   text);
}

/* EVENT or EVENT*MODULATOR. */
static vb_status read_peri(const cli_list *list, vb_arena *arena, vb_roi_analysis *a,
                           vb_error *err)
{
    vb_roi_peri *peri = vb_arena_take(arena, list->n, sizeof *peri);

    if (!peri)
        return vb_fail_memory(err, list->n * sizeof *peri);
    for (size_t i = 0; i < list->n; i++) {
        char *event = vb_arena_string(arena, list->items[i]);
        char *star = event ? strchr(event, '*') : NULL;

        if (!event)
            return vb_fail_memory(err, strlen(list->items[i]));
        if (star)
            *star++ = '\0';
        peri[i] = (vb_roi_peri){event, star};
    }
    a->n_peri = list->n;
    a->peri = peri;
    return VB_OK;
}

static vb_status read_participants(cli_context *context, vb_roi_analysis *a,
                                   vb_table **table, vb_error *err)
{
    const char *folder = context->common->bids_dir;
    const char *path =
        folder ? vb_arena_printf(context->arena, "%s/participants.tsv", folder) : NULL;
    vb_status status;

    if (!path || access(path, F_OK) != 0)
        return vb_fail(err, VB_EINPUT,
                       "--%s needs the table participants.tsv in --bids-dir",
                       a->group_test == VB_GROUP_TWO_GROUP ? "group" : "covariate");
    status = vb_file_read_table(path, table, &context->notes, err);
    a->participants = *table;
    return status;
}

static vb_status set_glm(const roi_args *args, vb_glm_options *glm, vb_error *err)
{
    const struct {
        const char *option, *key, *value;
    } given[] = {{"--noise", "noise", args->noise},
                 {"--small-sample", "small_sample", args->small_sample},
                 {"--runs", "runs", args->runs}};

    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        vb_error why = {0};

        if (given[i].value &&
            vb_glm_options_set(glm, given[i].key, given[i].value, &why) != VB_OK)
            return vb_fail(err, VB_EUSAGE, "%s is %s", given[i].option, why.text);
    }
    return VB_OK;
}

vb_status roi_take_analysis(const roi_args *args, cli_context *context,
                            const vb_spec *spec, vb_glm_options *glm,
                            vb_roi_analysis *a, vb_table **participants, vb_error *err)
{
    vb_status status = vb_glm_options_read(spec, glm, &context->notes, err);

    vb_roi_analysis_default(a);
    a->glm = glm;
    a->without_glm = args->no_glm;
    a->average = args->average;
    a->correlation = args->correlation;
    a->glm_maps = args->glm_maps;
    a->seed = SEED;
    a->n_trial_events = args->trials.n;
    a->trial_events = args->trials.items;
    a->whole_trials = args->whole_trials;
    a->trial_maps = args->trial_maps;
    a->n_seeds = args->ppi.n;
    a->seeds = args->ppi.items;
    if (args->peak)
        a->peak = (vb_peak_rule)index_of(args->peak, roi_peak_choice);
    if (args->slope)
        a->slope = (vb_slope_method)index_of(args->slope, roi_slope_choice);
    if (args->trial_method)
        a->trial_method =
            (vb_trial_method)index_of(args->trial_method, roi_method_choice);
    if (status == VB_OK)
        status = set_glm(args, glm, err);
    if (status == VB_OK && args->window)
        status = read_window(args->window, a, err);
    if (status == VB_OK && args->split)
        status = read_split(args->split, a, err);
    if (status == VB_OK)
        status = read_peri(&args->peri, context->arena, a, err);
    if (status == VB_OK && (args->whole_trials || args->trial_maps) && !args->trials.n)
        status = vb_fail(
            err, VB_EUSAGE,
            "--%s says how trials are estimated; name their event with --trials",
            args->whole_trials ? "whole-trials" : "trial-maps");
    if (status == VB_OK && args->group && args->covariate)
        status = vb_fail(err, VB_EUSAGE, "--group and --covariate exclude each other");
    if (status != VB_OK || (!args->group && !args->covariate))
        return status;
    a->group_test = args->group ? VB_GROUP_TWO_GROUP : VB_GROUP_COVARIATE;
    a->group_column = args->group ? args->group : args->covariate;
    return read_participants(context, a, participants, err);
}
