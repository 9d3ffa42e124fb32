/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_report.c - what `valuebold glm` says while it works and at its end. */
#include "glm_args.h"

void glm_show_progress(void *context, const char *what, size_t done, size_t total)
{
    cli_progress(context, what, "volumes", done, total);
}

void glm_report(const glm_args *args, const vb_glm_summary *summary, size_t n_files,
                double seconds, cli_context *context)
{
    const cli_common *common = &args->study.common;
    const vb_glm_counts *c = &summary->counts;
    vb_json j;

    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", common->output_dir);
        vb_json_count(&j, "runs", summary->n_runs);
        vb_json_count(&j, "volumes", summary->n_volumes);
        vb_json_count(&j, "voxels_in_masks", summary->n_voxels);
        vb_json_count(&j, "voxels_fitted", c->n_fitted);
        vb_json_count(&j, "voxels_not_finite", c->n_nonfinite);
        vb_json_count(&j, "voxels_constant", c->n_constant);
        vb_json_number(&j, "seconds", seconds);
        vb_json_count(&j, "files", n_files);
        cli_json_end(context, &j);
    } else if (!common->quiet) {
        vb_putf(&context->out,
                "%zu run%s, %zu volumes: %zu voxels fitted, %zu not finite and %zu "
                "constant left out; %.2f s\n%zu files written below %s\n",
                summary->n_runs, summary->n_runs == 1 ? "" : "s", summary->n_volumes,
                c->n_fitted, c->n_nonfinite, c->n_constant, seconds, n_files,
                common->output_dir);
    }
}
