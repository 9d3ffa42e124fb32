/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clusters_table.c - clusters as TSV (one row a peak) and as JSON with what made them.
 * Numbers carry 6 significant digits in the table, all of them in the JSON.
 */
#include "clusters_internal.h"
#include "valuebold/json.h"

#include <math.h>

enum { DIGITS = 6 };

static void cell(vb_buffer *b, double x)
{
    vb_put_char(b, '\t');
    vb_put_digits(b, x, DIGITS);
}

/* "1", "1a" ... "1z", "1aa" ... */
static void put_id(vb_buffer *b, size_t cluster, size_t peak)
{
    vb_putf(b, "%zu", cluster + 1);
    if (peak > 26)
        vb_put_char(b, (char)('a' + (peak - 27) / 26 % 26));
    if (peak)
        vb_put_char(b, (char)('a' + (peak - 1) % 26));
}

vb_status vb_clusters_tsv(const vb_clusters *clusters, vb_buffer *b, vb_error *err)
{
    const bool is_z = clusters->statistic.kind == VB_STATISTIC_Z;

    vb_putf(b,
            "cluster_id\tx_mm\ty_mm\tz_mm\tpeak_%s%s\tpeak_p_uncorrected\t"
            "peak_p_fwe\tcluster_voxels\tcluster_mm3\tcluster_p_uncorrected\t"
            "cluster_p_fwe\n",
            vb_statistic_name(&clusters->statistic), is_z ? "" : "\tpeak_z");
    for (size_t c = 0; c < clusters->n; c++) {
        const vb_cluster *cluster = &clusters->items[c];

        for (size_t k = 0; k < cluster->n_peaks; k++) {
            const vb_peak *peak = &cluster->peaks[k];

            put_id(b, c, k);
            for (size_t i = 0; i < 3; i++)
                cell(b, peak->mm[i] + 0.0); /* no "-0" */
            cell(b, peak->value);
            if (!is_z) /* a z map has its z already */
                cell(b, peak->z);
            cell(b, peak->p_uncorrected);
            cell(b, peak->p_corrected);
            if (k) {
                vb_put_text(b, "\tn/a\tn/a\tn/a\tn/a\n");
                continue;
            }
            vb_putf(b, "\t%zu", cluster->n_voxels);
            cell(b, cluster->size_mm3);
            cell(b, cluster->p_uncorrected);
            cell(b, cluster->p_corrected);
            vb_put_char(b, '\n');
        }
    }
    return vb_buffer_ok(b, err);
}

static void put_threshold(const vb_clusters *clusters, vb_json *j)
{
    const vb_threshold *t = &clusters->threshold;
    const vb_statistic *s = &clusters->statistic;

    vb_json_open(j, "threshold", '{');
    vb_json_text(j, "rule", vb_threshold_rule_name(t->rule));
    vb_json_number(j, "level", t->level);
    vb_json_bool(j, "two_sided", t->two_sided);
    vb_json_text(j, "statistic", vb_statistic_name(s));
    if (s->kind == VB_STATISTIC_F)
        vb_json_number(j, "df1", s->df1);
    if (s->kind != VB_STATISTIC_Z)
        vb_json_number(j, s->kind == VB_STATISTIC_F ? "df2" : "df", s->df2);
    vb_json_number(j, "height", clusters->height); /* null: nothing can pass */
    vb_json_count(j, "connectivity", t->connectivity);
    vb_json_count(j, "min_voxels", t->min_voxels);
    vb_json_number(j, "cluster_p", t->cluster_p > 0 ? t->cluster_p : (double)NAN);
    vb_json_number(j, "peak_distance_mm", t->peak_distance_mm);
    vb_json_close(j);
}

static void put_search(const vb_clusters *clusters, vb_json *j)
{
    const vb_smoothness *s = &clusters->smoothness;

    vb_json_count(j, "voxels_searched", clusters->n_voxels_searched);
    vb_json_count(j, "voxels_above", clusters->n_voxels_above);
    vb_json_count(j, "clusters_left_out", clusters->n_left_out);
    if (!s->n_voxels)
        return;
    vb_json_open(j, "smoothness", '{');
    vb_json_numbers(j, "fwhm_mm", 3, s->fwhm_mm);
    vb_json_numbers(j, "fwhm_voxels", 3, s->fwhm_voxels);
    vb_json_numbers(j, "resels", 4, s->resels);
    vb_json_close(j);
}

static void put_cluster(const vb_cluster *cluster, vb_json *j)
{
    vb_json_open(j, NULL, '{');
    vb_json_count(j, "voxels", cluster->n_voxels);
    vb_json_number(j, "size_mm3", cluster->size_mm3);
    vb_json_number(j, "mass", cluster->mass);
    vb_json_numbers(j, "centre_mm", 3, cluster->centre_mm);
    vb_json_number(j, "p_uncorrected", cluster->p_uncorrected);
    vb_json_number(j, "p_fwe", cluster->p_corrected);
    vb_json_open(j, "peaks", '[');
    for (size_t k = 0; k < cluster->n_peaks; k++) {
        const vb_peak *peak = &cluster->peaks[k];
        const double voxel[3] = {(double)peak->voxel[0], (double)peak->voxel[1],
                                 (double)peak->voxel[2]};

        vb_json_open(j, NULL, '{');
        vb_json_numbers(j, "mm", 3, peak->mm);
        vb_json_numbers(j, "voxel", 3, voxel);
        vb_json_number(j, "value", peak->value);
        vb_json_number(j, "z", peak->z);
        vb_json_number(j, "p_uncorrected", peak->p_uncorrected);
        vb_json_number(j, "p_fwe", peak->p_corrected);
        vb_json_close(j);
    }
    vb_json_close(j);
    vb_json_close(j);
}

vb_status vb_clusters_json(const vb_clusters *clusters, const char *space,
                           vb_buffer *json, vb_error *err)
{
    vb_json j = {.out = json};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "space", space);
    put_threshold(clusters, &j);
    put_search(clusters, &j);
    vb_json_open(&j, "clusters", '[');
    for (size_t c = 0; c < clusters->n; c++)
        put_cluster(&clusters->items[c], &j);
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(json, err);
}
