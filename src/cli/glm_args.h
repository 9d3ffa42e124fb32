/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of `valuebold glm`. */
#ifndef VB_CLI_GLM_ARGS_H
#define VB_CLI_GLM_ARGS_H

#include "study_args.h"
#include "valuebold/glm_run.h"

typedef struct glm_args {
    study_args study; /* first: the shared options are offsets into it */
    const char *design, *mask, *noise, *small_sample, *fwhm_mm, *scaling, *runs, *maps,
        *threshold, *threshold_level;
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
double glm_now_s(void);

#endif
