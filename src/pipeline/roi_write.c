/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_write.c - series and coverage of a run as tables, with their sidecars. */
#include "roi_internal.h"
#include "study_internal.h"

#include <math.h>
#include <string.h>

/* A cell may hold neither tab nor line end; names were checked, paths are not. */
static void put_cell(vb_buffer *out, const char *text)
{
    for (; *text; text++)
        vb_put_char(out, (unsigned char)*text < 0x20 ? ' ' : *text);
}

void roi_put_who_names(const vb_roi_who *who, vb_buffer *out)
{
    if (who->participant)
        vb_put_text(out, "participant_id\tsession\ttask\t"
                         "run\t");
}

void roi_put_who(const vb_roi_who *who, vb_buffer *out)
{
    if (who->participant)
        vb_putf(out, "sub-%s\t%s\t%s\t%s\t", who->participant,
                who->session ? who->session : "n/a", who->task ? who->task : "n/a",
                who->run ? who->run : "n/a");
}

/* ---- what a region is ---- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void put_shape(vb_json *j, const vb_region_node *node)
{
    char name[VB_PRESET_NAME_MAX];

    vb_json_numbers(j, "CentreMm", 3, node->centre_mm);
    if (node->kind == VB_REGION_SPHERE)
        vb_json_number(j, "RadiusMm", node->size_mm[0]);
    if (node->kind == VB_REGION_BOX)
        vb_json_numbers(j, "EdgesMm", 3, node->size_mm);
    if (!node->preset)
        return;
    vb_json_text(j, "Preset", vb_preset_name(node->preset, name));
    vb_json_text(j, "Key", node->preset->key);
    vb_json_text(j, "Source", node->preset->source);
    vb_json_text(j, "Certainty", vb_preset_certainty_text(node->preset->certainty));
    vb_json_text(j, "Space", "MNI152");
}

/* The parts of a region: shapes, and images by their names. */
static void put_parts(vb_json *j, const vb_region_node *node)
{
    static const char *const kinds[] = {"sphere", "box",  "point",
                                        "mask",   "prob", "atlas"};

    if (node->left) {
        put_parts(j, node->left);
        put_parts(j, node->right);
        return;
    }
    vb_json_open(j, NULL, '{');
    vb_json_text(j, "Kind", kinds[node->kind]);
    if (node->image) {
        vb_json_text(j, "Image", last_part(node->image));
        if (node->label)
            vb_json_text(j, "Label", node->label);
        if (node->kind == VB_REGION_PROBABILITY)
            vb_json_number(j, "Threshold",
                           isnan(node->threshold) ? 0.5 : node->threshold);
    } else {
        put_shape(j, node);
    }
    vb_json_close(j);
}

void roi_put_definition(vb_json *j, const vb_roi_set *set, size_t r)
{
    const vb_roi *roi = &set->rois[r];

    vb_json_text(j, "Region", roi->name);
    vb_json_text(j, "Definition", roi->text);
    if (roi->label)
        vb_json_text(j, "Label", roi->label);
    vb_json_open(j, "Parts", '[');
    put_parts(j, roi->node);
    vb_json_close(j);
    vb_json_number(j, "PercentInFieldOfView", 100 * vb_region_inside(&set->regions[r]));
}

/* ---- series ---- */

static size_t count_bits(unsigned bits)
{
    size_t n = 0;

    for (; bits; bits &= bits - 1)
        n++;
    return n;
}

/* "vmpfc", and with more than one statistic "vmpfc_median". */
static void put_column(vb_buffer *out, const vb_roi_series *s,
                       const vb_roi_options *options, size_t statistic, size_t r)
{
    put_cell(out, s->set->rois[r].name);
    if (count_bits(options->statistics) > 1)
        vb_putf(out, "_%s", vb_roi_statistic_name(statistic));
}

static void put_series(const vb_roi_series *s, const vb_roi_options *options,
                       vb_buffer *out)
{
    const size_t n = s->set->n;
    bool first = true;

    for (size_t i = 0; i < VB_ROI_N_STATISTICS; i++)
        for (size_t r = 0; s->series[i] && r < n; r++, first = false) {
            if (!first)
                vb_put_char(out, '\t');
            put_column(out, s, options, i, r);
        }
    vb_put_char(out, '\n');
    for (size_t t = 0; t < s->n_scans; t++) {
        first = true;
        for (size_t i = 0; i < VB_ROI_N_STATISTICS; i++)
            for (size_t r = 0; s->series[i] && r < n; r++, first = false) {
                if (!first)
                    vb_put_char(out, '\t');
                vb_put_number(out, s->series[i][t * n + r]);
            }
        vb_put_char(out, '\n');
    }
}

static const char *describe(size_t statistic)
{
    static const char *const texts[] = {
        "Mean over the voxels used", "Median over the voxels used",
        "Mean over the voxels used, weighted by the probability of the region",
        ("First eigenvariate of the voxels used after their means were taken off, with "
         "the sign and scale of SPM's volumes of interest")};

    return texts[statistic];
}

static void put_column_sidecar(vb_json *j, const vb_roi_series *s,
                               const vb_roi_options *options, size_t i, size_t r)
{
    const vb_region_series *v = vb_region_extract_result(s->extract, r);
    vb_buffer name = {0};

    put_column(&name, s, options, i, r);
    vb_json_open(j, name.bytes ? name.bytes : "", '{');
    vb_json_text(j, "Description", describe(i));
    roi_put_definition(j, s->set, r);
    vb_json_count(j, "VoxelsUsed", v->n_used);
    if (i == VB_ROI_EIGENVARIATE)
        vb_json_number(j, "VarianceShare", s->share[r]);
    if (options->whiten)
        vb_json_number(j, "WhitenedWithAR1", s->rho[r]);
    vb_json_close(j);
    vb_buffer_free(&name);
}

static void put_common(vb_json *j, const vb_roi_series *s,
                       const vb_roi_options *options, const vb_roi_who *who)
{
    if (!isnan(s->tr_s)) {
        vb_json_number(j, "SamplingFrequency", 1 / s->tr_s);
        vb_json_number(j, "RepetitionTime", s->tr_s);
    }
    vb_json_text(j, "Units", "of the image");
    vb_json_text(j, "BOLD", last_part(s->image.path));
    vb_json_text(j, "Space", s->set->space);
    vb_json_text(j, "BrainMask", s->mask_from);
    vb_json_text(j, "Adjust", options->adjust);
    if (!isnan(options->high_pass_s))
        vb_json_number(j, "HighPassCosinesS", options->high_pass_s);
    vb_json_count(j, "ColumnsTakenOut", s->n_out);
    vb_json_bool(j, "Whitened", options->whiten);
    if (who->study) {
        study_put_provenance(j, who->study, who->of, who->provenance);
        return;
    }
    vb_json_open(j, "GeneratedBy", '{');
    vb_json_text(j, "Name", "valuebold");
    vb_json_text(j, "Version", who->provenance->version);
    vb_json_text(j, "CommandLine", who->provenance->command_line);
    vb_json_close(j);
}

/* ---- coverage ---- */

vb_status vb_roi_put_coverage(const vb_roi_series *s, const vb_roi_who *who,
                              vb_buffer *table, vb_error *err)
{
    if (!table->n) {
        roi_put_who_names(who, table);
        vb_put_text(table, "region\tpercent_in_view\tn_voxels\tn_brain\tn_constant\t"
                           "n_not_finite\tn_used\tx\ty\tz\tmean\ttsnr\ttsnr_of_mean\n");
    }
    for (size_t r = 0; r < s->set->n; r++) {
        const vb_region_series *v = vb_region_extract_result(s->extract, r);
        double centre[3], mean = 0;

        for (size_t t = 0; t < s->n_scans; t++)
            mean += v->mean[t] / (double)s->n_scans;
        roi_centre_mm(&s->set->grid, v->n_used, v->voxel, centre);
        roi_put_who(who, table);
        put_cell(table, s->set->rois[r].name);
        vb_put_char(table, '\t');
        vb_put_digits(table, 100 * vb_region_inside(&s->set->regions[r]), 6);
        vb_putf(table, "\t%zu\t%zu\t%zu\t%zu\t%zu", v->n_voxels, v->n_brain,
                v->n_constant, v->n_nonfinite, v->n_used);
        for (size_t a = 0; a < 3; a++) {
            vb_put_char(table, '\t');
            vb_put_digits(table, centre[a], 6);
        }
        vb_put_char(table, '\t');
        vb_put_number(table, mean);
        vb_put_char(table, '\t');
        vb_put_number(table, v->tsnr);
        vb_put_char(table, '\t');
        vb_put_number(table, v->tsnr_mean);
        vb_put_char(table, '\n');
    }
    return vb_buffer_ok(table, err);
}

vb_status vb_roi_put_values(const vb_roi_set *set, const vb_roi_value values[],
                            const char *map, const vb_roi_who *who, vb_buffer *table,
                            vb_error *err)
{
    if (!table->n) {
        roi_put_who_names(who, table);
        vb_put_text(table,
                    "map\tregion\tn_voxels\tn_used\tmean\tmedian\tweighted_mean\t"
                    "peak\tpeak_x\tpeak_y\tpeak_z\tlowest\tlowest_x\tlowest_y\t"
                    "lowest_z\n");
    }
    for (size_t r = 0; r < set->n; r++) {
        const vb_roi_value *v = &values[r];
        const double cells[] = {v->mean,         v->median,      v->weighted,
                                v->peak,         v->peak_mm[0],  v->peak_mm[1],
                                v->peak_mm[2],   v->lowest,      v->lowest_mm[0],
                                v->lowest_mm[1], v->lowest_mm[2]};

        roi_put_who(who, table);
        put_cell(table, map);
        vb_put_char(table, '\t');
        put_cell(table, set->rois[r].name);
        vb_putf(table, "\t%zu\t%zu", v->n_voxels, v->n_used);
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
            vb_put_char(table, '\t');
            vb_put_number(table, cells[i]);
        }
        vb_put_char(table, '\n');
    }
    return vb_buffer_ok(table, err);
}

/* ---- files ---- */

static vb_status add_file(const vb_roi_who *who, const char *end, vb_buffer **bytes,
                          vb_outputs *outputs, vb_error *err)
{
    return vb_outputs_add(outputs, bytes, err, "%s%s%s%s", who->folder,
                          who->folder[0] ? "/" : "", who->stem, end);
}

static vb_status write_series_sidecar(const vb_roi_series *s,
                                      const vb_roi_options *options,
                                      const vb_roi_who *who, vb_outputs *outputs,
                                      vb_error *err)
{
    vb_buffer *out;
    vb_json j = {0};
    const vb_status status = add_file(who, "_roits.json", &out, outputs, err);

    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    put_common(&j, s, options, who);
    for (size_t i = 0; i < VB_ROI_N_STATISTICS; i++)
        for (size_t r = 0; s->series[i] && r < s->set->n; r++)
            put_column_sidecar(&j, s, options, i, r);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status write_coverage_sidecar(const vb_roi_series *s,
                                        const vb_roi_options *options,
                                        const vb_roi_who *who, vb_outputs *outputs,
                                        vb_error *err)
{
    vb_buffer *out;
    vb_json j = {0};
    const vb_status status = add_file(who, "_roi.json", &out, outputs, err);

    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    put_common(&j, s, options, who);
    vb_json_text(&j, "percent_in_view",
                 "Share of the region within the field of view, in voxels");
    vb_json_text(&j, "n_brain", "Voxels of the region in the brain mask");
    vb_json_text(&j, "n_constant", "Of these: the same value in all volumes; left out");
    vb_json_text(&j, "n_not_finite", "Of these: NaN or infinite somewhere; left out");
    vb_json_text(&j, "x", "Centre of mass of the voxels used, mm");
    vb_json_text(
        &j, "tsnr",
        "Mean over voxels of mean / standard deviation in time, not detrended");
    vb_json_text(&j, "tsnr_of_mean", "The same of the region's mean series");
    vb_json_open(&j, "Regions", '{');
    for (size_t r = 0; r < s->set->n; r++) {
        vb_json_open(&j, s->set->rois[r].name, '{');
        roi_put_definition(&j, s->set, r);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

vb_status vb_roi_write_series(const vb_roi_series *s, const vb_roi_options *options,
                              const vb_roi_who *who, vb_outputs *outputs, vb_error *err)
{
    const vb_roi_who plain = {.provenance = who->provenance};
    vb_buffer *out;
    vb_status status = add_file(who, "_roits.tsv", &out, outputs, err);

    if (status == VB_OK) {
        put_series(s, options, out);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = write_series_sidecar(s, options, who, outputs, err);
    if (status == VB_OK)
        status = add_file(who, "_roi.tsv", &out, outputs, err);
    if (status == VB_OK)
        status = vb_roi_put_coverage(s, &plain, out, err);
    if (status == VB_OK)
        status = write_coverage_sidecar(s, options, who, outputs, err);
    return status;
}
