/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_sidecar.c - the JSON beside each map. */
#include "glm_internal.h"
#include "study_internal.h"

#include <string.h>

static const char *describe(vb_stat stat)
{
    switch (stat) {
    case VB_STAT_EFFECT:
        return "Effect of the contrast";
    case VB_STAT_VARIANCE:
        return "Variance of the effect";
    case VB_STAT_T:
        return "t of the contrast";
    case VB_STAT_F:
        return "F of the contrast's rows together";
    case VB_STAT_Z:
        return "z with the same upper tail as t or F";
    case VB_STAT_P:
        return "Upper tail of t or F: one-sided for t, not corrected for the number of "
               "voxels";
    case VB_STAT_DF:
        return "Degrees of freedom of the error in each voxel (Satterthwaite), for the "
               "noise "
               "is "
               "an estimate";
    case VB_STAT_RHO:
        return "Lag-1 autocorrelation of the noise, as estimated in each voxel";
    case VB_STAT_SIGMA2:
        return "Variance of the residuals (under autocorrelated noise: of its white "
               "innovations)";
    case VB_STAT_PERCENT:
        return "Percent signal change at the peak, per unit of the contrast's signals: "
               "100 "
               "times effect times height over the voxel's mean";
    case VB_STAT_NOISE:
        return "Parameter of the noise, as estimated in each voxel";
    case VB_STAT_LJUNG_BOX:
        return "p of the Ljung-Box test of the whitened residuals: small where the "
               "model "
               "of the noise was not enough";
    case VB_STAT_RESIDUALS:
        return "Residuals";
    case VB_STAT_R2:
        return "Share of the variance about the mean that ordinary least squares "
               "explains";
    }
    return "";
}

/* Of effects: what data and columns are in. */
static const char *units(const glm_writer *w, vb_stat stat)
{
    static const char *const effect[] =
        {"of the image, per unit of the columns",
         "percent of the voxel's mean, per unit of the columns",
         "grand mean = 100, per unit of the columns",
         "mean of SPM's global means = 100, per unit of the columns"};
    static const char *const square[] = {"of the image, squared",
                                         "percent of the voxel's mean, squared",
                                         "grand mean = 100, squared",
                                         "mean of SPM's global means = 100, squared"};

    if (stat == VB_STAT_EFFECT)
        return effect[w->options->scaling];
    if (stat == VB_STAT_VARIANCE || stat == VB_STAT_SIGMA2)
        return square[w->options->scaling];
    return stat == VB_STAT_PERCENT ? "percent" : "none";
}

static void put_contrast(vb_json *j, const glm_writer *w, const vb_contrast *contrast)
{
    const vb_study_run *run = w->place->run;
    const size_t n = run && w->n_runs == 1 ? run->design->n_cols : 0;

    vb_json_text(j, "Contrast", contrast->name);
    if (!n)
        return;
    vb_json_open(j, "Weights", '[');
    for (size_t r = 0; r < contrast->n_rows; r++) {
        vb_json_open(j, NULL, '{');
        for (size_t c = 0; c < n; c++)
            if (contrast->weights[r * n + c] < 0 || contrast->weights[r * n + c] > 0)
                vb_json_number(j, run->design->columns[c].name,
                               contrast->weights[r * n + c]);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void put_origin(vb_json *j, const glm_writer *w)
{
    const vb_glm_place *p = w->place;

    if (p->study && w->n_runs == 1) {
        vb_json_text(j, "BOLD", study_shown_path(p->study, w->grid->path));
        study_put_provenance(j, p->study, p->run, p->provenance);
        return;
    }
    vb_json_open(j, w->n_runs == 1 ? "Inputs" : "Runs", '[');
    if (w->n_runs == 1) {
        vb_json_text(j, NULL, last_part(w->grid->path));
        if (p->design_file)
            vb_json_text(j, NULL, last_part(p->design_file));
    }
    for (size_t r = 0; w->n_runs > 1 && r < w->n_runs; r++)
        vb_json_text(j, NULL, w->runs[r]);
    vb_json_close(j);
    vb_json_open(j, "GeneratedBy", '{');
    vb_json_text(j, "Name", "valuebold");
    vb_json_text(j, "Version", p->provenance->version);
    vb_json_text(j, "CommandLine", p->provenance->command_line);
    vb_json_close(j);
}

/* The weights of the covariance's components, a list for each run. */
static void put_pooled(vb_json *j, const glm_writer *w)
{
    const double *h;
    const size_t n = vb_series_pooled(w->pooled, &h) / w->n_runs;

    if (!n)
        return;
    vb_json_open(j, "NoiseHyperparameters", '[');
    for (size_t r = 0; r < w->n_runs; r++)
        vb_json_numbers(j, NULL, n, h + r * n);
    vb_json_close(j);
    vb_json_count(j, "NoiseVoxelsPooled", vb_series_n_pooled_voxels(w->pooled));
}

void glm_put_common(vb_json *j, const glm_writer *w, size_t contrast)
{
    static const char *const scaling[] = {"none", "percent", "grand_mean", "spm"};
    static const char *const runs[] = {"precision", "mean", "none", "concatenate",
                                       "stack"};
    char sentence[600];

    vb_json_text(j, "NoiseModel", w->options->noise);
    if (w->pooled)
        put_pooled(j, w);
    vb_json_text(j, "SmallSample", vb_small_sample_name(glm_small_sample(w->options)));
    if (w->options->noise_fwhm_mm > 0)
        vb_json_number(j, "NoiseSmoothingFWHM", w->options->noise_fwhm_mm);
    vb_json_number(j, "SmoothingFWHM", w->options->fwhm_mm);
    vb_json_text(j, "Scaling", scaling[w->options->scaling]);
    if (w->scale)
        vb_json_numbers(j, "ScalingFactors", w->n_runs, w->scale);
    if (w->filter)
        vb_json_text(j, "DataFilter", w->filter);
    if (w->n_runs > 1)
        vb_json_text(j, "RunsTogether", runs[w->options->runs]);
    vb_json_number(j, "DegreesOfFreedom", glm_df_of(w, contrast));
    if (w->residuals)
        vb_json_text(j, "NoiseModelJudged",
                     vb_residuals_sentence(w->residuals, w->options->noise, sentence,
                                           sizeof sentence));
    vb_json_text(j, "MaskFrom", w->mask_from);
    vb_json_count(j, "VoxelsInMask", w->n_in);
    if (w->counts) {
        vb_json_count(j, "VoxelsFitted", w->counts->n_fitted);
        vb_json_count(j, "VoxelsNotFinite", w->counts->n_nonfinite);
        vb_json_count(j, "VoxelsConstant", w->counts->n_constant);
    }
    put_origin(j, w);
}

vb_status glm_put_sidecar(const glm_writer *w, const glm_map *map, vb_buffer *out,
                          vb_error *err)
{
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description", describe(map->stat));
    vb_json_text(&j, "Units", units(w, map->stat));
    if (map->contrast != VB_NONE)
        put_contrast(&j, w, &w->contrasts[map->contrast]);
    if (map->stat == VB_STAT_PERCENT && w->percent_rule)
        vb_json_text(&j, "HeightRule", w->percent_rule);
    if (map->stat == VB_STAT_F)
        vb_json_number(&j, "NumeratorDegreesOfFreedom", w->contrast_df[map->contrast]);
    glm_put_common(&j, w, map->contrast);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}
