/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of `valuebold glm`. */
#ifndef VB_CLI_GLM_ARGS_H
#define VB_CLI_GLM_ARGS_H

#include "study_args.h"
#include "valuebold/glm_run.h"

/*
 * Options that stand for a key of the spec's glm section: key, option, what it takes, help.
 * W: its words are shown; F: a file, or a rule; T: any other text.
 */
#define GLM_OPTIONS(W, F, T)                                                           \
    F(mask, "mask", "FILE|RULE",                                                       \
      "mask image, or auto (fMRIPrep's, else epi), epi (nilearn's rule), spm "         \
      "(above 0.8 of the global mean), none")                                          \
    W(noise, "noise", "MODEL", "model of the noise in time; ar1 when nobody says")     \
    W(small_sample, "small-sample", "RULE",                                            \
      "whether variance and degrees of freedom account for the autocorrelation being " \
      "an estimate")                                                                   \
    T(noise_fwhm_mm, "noise-fwhm", "MM",                                               \
      "smoothing of the autocorrelation of ar1, FWHM in mm, within the mask")          \
    T(fwhm_mm, "fwhm", "MM", "smoothing before the fit, FWHM in mm, within the mask")  \
    W(scaling, "scaling", "RULE", "unit of the effects")                               \
    W(runs, "runs", "RULE",                                                            \
      "fixed effects over runs with weights 1 / variance or equal ones; each run "     \
      "alone; or one model over all")                                                  \
    T(maps, "maps", "LIST",                                                            \
      "maps to write, with commas: effect,variance,t,F,z,p,df,rsquared,sigma2,rho "    \
      "(these by default), percent,noise,ljungbox,errorts")                            \
    T(residual_voxels, "residual-voxels", "N",                                         \
      "evenly spaced voxels whose residuals judge the model of the noise; 4000")       \
    W(outside, "outside", "VALUE", "value outside the mask; nan when nobody says")     \
    W(threshold, "threshold", "RULE", "rule of the cluster tables")                    \
    T(threshold_level, "threshold-level", "NUMBER",                                    \
      "its p, q or height; 0.001 uncorrected, else 0.05 (height 3.1)")                 \
    T(cluster_min_voxels, "cluster-min-voxels", "N",                                   \
      "clusters with fewer voxels are left out of the tables; 10")                     \
    T(two_sided, "two-sided", "yes|no", "whether both signs of t are thresholded; yes")

#define GLM_MEMBER(key, option, argument, text) const char *key;

typedef struct glm_args {
    study_args study; /* first: the shared options are offsets into it */
    cli_list design;
    GLM_OPTIONS(GLM_MEMBER, GLM_MEMBER, GLM_MEMBER)
} glm_args;

/* Threads: --n-procs, else what SLURM granted and the processors allow. */
vb_status glm_threads(const cli_common *common, size_t *n, vb_error *err);

/* The form with --bold and --design, without a spec. */
vb_status glm_plain(const glm_args *args, const vb_glm_options *options,
                    cli_context *context, vb_error *err);
/* The form with a spec or --events. */
vb_status glm_of_study(const glm_args *args, vb_glm_options *options,
                       cli_context *context, vb_error *err);

/* Options of the command line over what options holds. */
vb_status glm_take_options(const glm_args *args, vb_glm_options *options,
                           vb_error *err);

/* What a fit came to, for people or under --json. */
void glm_report(const glm_args *args, const vb_glm_summary *summary, size_t n_files,
                double seconds, cli_context *context);
/* Volumes read, as vb_glm_options.progress; context is the cli_context. */
void glm_show_progress(void *context, const char *what, size_t done, size_t total);

#endif
