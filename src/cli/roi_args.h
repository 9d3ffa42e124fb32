/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of `valuebold roi`. */
#ifndef VB_CLI_ROI_ARGS_H
#define VB_CLI_ROI_ARGS_H

#include "study_args.h"
#include "valuebold/roi_study.h"

typedef struct roi_args {
    study_args study; /* first: the shared options are offsets into it */
    cli_list roi, map, design;
    const char *rois, *statistics, *mask, *adjust;
    bool list, space_is_mni, whiten, write_regions;
    /* of a study */
    cli_list peri, trials, ppi;
    const char *noise, *small_sample, *runs, *peak, *window, *split, *trial_method,
        *slope, *group, *covariate, *glm_maps;
    bool no_glm, average, correlation, whole_trials, trial_maps;
} roi_args;

/* Options of a study's analyses, for the table in cmd_roi.c. */
#define ROI_OPTION(option, word, kind, member, choices, text)                          \
    {.name = option,                                                                   \
     .argument = word,                                                                 \
     .type = kind,                                                                     \
     .offset = offsetof(roi_args, member),                                             \
     .choice = choices,                                                                \
     .help = text},
#define ROI_STUDY_OPTIONS                                                              \
    ROI_OPTION("no-glm", NULL, CLI_FLAG, no_glm, NULL,                                 \
               "do not fit the study's contrasts to the regions")                      \
    ROI_OPTION("noise", "MODEL", CLI_TEXT, noise, roi_noise_choice,                    \
               "model of the noise in time; ar1 when nobody says")                     \
    ROI_OPTION("small-sample", "RULE", CLI_TEXT, small_sample, NULL,                   \
               "whether the noise counts as an estimate: auto, none, kenward_roger, "  \
               "averaged")                                                             \
    ROI_OPTION("runs", "RULE", CLI_TEXT, runs, NULL,                                   \
               "runs of a session together: precision, mean, none")                    \
    ROI_OPTION("peak", "RULE", CLI_TEXT, peak, roi_peak_choice,                        \
               "height that percent signal change refers to: of the response to one "  \
               "event, of the column (FSL), or 1")                                     \
    ROI_OPTION("peri", "EVENT[*MODULATOR]", CLI_LIST, peri, NULL,                      \
               "time courses about an event, split by the modulator and with its "     \
               "effect over time; repeat it for more")                                 \
    ROI_OPTION("window", "FROM,TO", CLI_TEXT, window, NULL,                            \
               "of the time courses, s about the onset; -4,20")                        \
    ROI_OPTION("split", "N|levels|none", CLI_TEXT, split, NULL,                        \
               "groups of events by the modulator: N quantiles, its levels, none; 3")  \
    ROI_OPTION("average", NULL, CLI_FLAG, average, NULL,                               \
               "event-locked averages instead of the linear model")                    \
    ROI_OPTION("trials", "EVENT", CLI_LIST, trials, NULL,                              \
               "an estimate for every trial of an event; repeat it for more")          \
    ROI_OPTION("trial-method", "NAME", CLI_TEXT, trial_method, roi_method_choice,      \
               "of the trials: all in one model, or each beside the others' sum; lss") \
    ROI_OPTION("whole-trials", NULL, CLI_FLAG, whole_trials, NULL,                     \
               "one response from the first onset of a trial to the end of its last "  \
               "event, instead of one for the event alone")                            \
    ROI_OPTION("trial-maps", NULL, CLI_FLAG, trial_maps, NULL,                         \
               "write the trials' estimates of all voxels as well, an image with a "   \
               "volume a trial")                                                       \
    ROI_OPTION("slope", "METHOD", CLI_TEXT, slope, roi_slope_choice,                   \
               "of the trials' estimates on their signals; huber")                     \
    ROI_OPTION(                                                                        \
        "ppi", "REGION", CLI_LIST, ppi, NULL,                                          \
        "a seed whose interactions with the events are looked for in the other "       \
        "regions; repeat it for more")                                                 \
    ROI_OPTION("correlation", NULL, CLI_FLAG, correlation, NULL,                       \
               "correlations and partial correlations of the residual series")         \
    ROI_OPTION("glm-maps", "DIR", CLI_FOLDER, glm_maps, NULL,                          \
               "also read the maps that glm wrote of the study into this folder")      \
    ROI_OPTION("group", "COLUMN", CLI_TEXT, group, NULL,                               \
               "compare the two groups of this column of participants.tsv")            \
    ROI_OPTION("covariate", "COLUMN", CLI_TEXT, covariate, NULL,                       \
               "slope of the effects on this column of participants.tsv")

const char *roi_noise_choice(size_t i);
const char *roi_peak_choice(size_t i);
const char *roi_method_choice(size_t i);
const char *roi_slope_choice(size_t i);

/* What they say; texts in the context's arena.  Free participants. */
vb_status roi_take_analysis(const roi_args *args, cli_context *context,
                            const vb_spec *spec, vb_glm_options *glm,
                            vb_roi_analysis *analysis, vb_table **participants,
                            vb_error *err);

/* Regions of --roi and --rois behind those of specs. */
vb_status roi_take_regions(const roi_args *args, vb_region_specs *specs,
                           cli_context *context, vb_error *err);
/* Options of the command line. */
vb_status roi_take_options(const roi_args *args, cli_context *context,
                           vb_roi_options *options, vb_error *err);

/* The form with --bold or --map, without a spec. */
vb_status roi_plain(const roi_args *args, cli_context *context, vb_error *err);
/* The form with a spec or --events. */
vb_status roi_of_study(const roi_args *args, cli_context *context, vb_error *err);

#endif
