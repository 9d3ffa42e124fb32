/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thresholds of statistical maps and the clusters above them.
 */
#ifndef VALUEBOLD_THRESHOLD_H
#define VALUEBOLD_THRESHOLD_H

#include "valuebold/buffer.h"
#include "valuebold/smoothness.h"
#include "valuebold/statistic.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- false discovery rate ---- */

typedef enum vb_fdr {
    VB_FDR_BH, /* Benjamini and Hochberg (1995): independent or positively dependent */
    VB_FDR_BY, /* Benjamini and Yekutieli (2001): any dependence */
} vb_fdr;

/* Adjusted p values q [n] of p [n]: the smallest rate at which each is a discovery.  NaN
 * is no test and stays NaN.  The arrays may be the same. */
VB_API vb_status vb_fdr_adjust(vb_fdr method, size_t n, const double p[], double q[],
                               vb_error *err);

/* ---- the height of a threshold ---- */

typedef enum vb_threshold_rule {
    VB_THRESHOLD_HEIGHT,      /* level is the statistic itself */
    VB_THRESHOLD_UNCORRECTED, /* level is p of a voxel */
    VB_THRESHOLD_BONFERRONI,  /* level is p of any voxel */
    VB_THRESHOLD_FDR,         /* level is q, by Benjamini and Hochberg */
    VB_THRESHOLD_FWE,         /* level is p of any peak, by random fields */
} vb_threshold_rule;

/* Zero-initialise for the defaults. */
typedef struct vb_threshold {
    vb_threshold_rule rule;
    double level;
    bool two_sided;      /* both signs, level shared between them; not for F */
    size_t connectivity; /* 6, 18 or 26 neighbours; 0: 18, as SPM */
    size_t min_voxels;   /* smaller clusters are left out; 0: none */
    double cluster_p;    /* clusters with a larger corrected p are left out; 0: none */
    double peak_distance_mm; /* between the peaks of a cluster; 0: 8 mm */
    size_t max_peaks;        /* of a cluster; 0: 4 */
} vb_threshold;

/* "height", "uncorrected", "bonferroni", "fdr", "fwe". */
VB_API const char *vb_threshold_rule_name(vb_threshold_rule rule);

/* A statistical map, whole volume; voxels outside the mask or not finite do not count. */
typedef struct vb_stat_map {
    size_t dim[3];
    double affine[3][4];  /* mm = affine * (i, j, k, 1), as of vb_nifti_header */
    const uint8_t *mask;  /* [n_vox] */
    const double *values; /* [n_vox] */
    vb_statistic statistic;
    const vb_smoothness *smoothness; /* NULL: no corrected p of peaks and clusters */
} vb_stat_map;

/*
 * The height that a rule means on a map: values at least as large pass, with two_sided
 * also those at most -height.  *height is INFINITY when FDR finds nothing.
 * VB_EUSAGE: FWE or cluster_p without smoothness, two_sided F, a connectivity that is none
 * of the three; VB_EDOM: a level out of range.
 */
VB_API vb_status vb_threshold_height(const vb_threshold *threshold,
                                     const vb_stat_map *map, double *height,
                                     vb_error *err);

/* ---- clusters ---- */

/* Numbers the connected parts of the voxels with included [n_vox] not 0: labels [n_vox]
 * become 1 ... *n in the order of their first voxels (i fastest), 0 elsewhere. */
VB_API vb_status vb_label_components(const size_t dim[3], const uint8_t included[],
                                     size_t connectivity, int32_t labels[], size_t *n,
                                     vb_error *err);

/* p values are NaN where the map has no smoothness; two-sided where the threshold is. */
typedef struct vb_peak {
    size_t voxel[3];
    double mm[3];
    double value, z;
    double p_uncorrected, p_corrected;
} vb_peak;

typedef struct vb_cluster {
    int sign; /* 1, or -1: then value, z and mass are negative */
    size_t n_voxels;
    double size_mm3;
    double mass;                       /* sum of the values */
    double centre_mm[3];               /* weighted by the values */
    double p_uncorrected, p_corrected; /* of its size */
    size_t n_peaks;
    vb_peak *peaks; /* [n_peaks] by height; the first is the cluster's maximum */
} vb_cluster;

typedef struct vb_clusters {
    vb_threshold threshold; /* with the defaults filled in */
    vb_statistic statistic;
    vb_smoothness smoothness; /* n_voxels 0: none */
    double height;
    size_t n_voxels_searched, n_voxels_above;
    size_t n_left_out; /* clusters smaller than min_voxels or above cluster_p */
    size_t n;
    vb_cluster *items; /* [n] positive first, then by size, then by peak */
    int32_t *labels;   /* [n_vox] 1 ... n as in items, 0 elsewhere */
    size_t n_vox;
} vb_clusters;

/* Thresholds a map and describes its clusters; free with vb_clusters_free. */
VB_API vb_status vb_clusters_find(const vb_threshold *threshold, const vb_stat_map *map,
                                  vb_clusters *clusters, vb_error *err);
VB_API void vb_clusters_free(vb_clusters *clusters);

/* One row a peak, "1" the first of a cluster, "1a", "1b" ... the others. */
VB_API vb_status vb_clusters_tsv(const vb_clusters *clusters, vb_buffer *tsv,
                                 vb_error *err);
/* How they came about (rule, height, search volume, smoothness) and the same numbers. */
VB_API vb_status vb_clusters_json(const vb_clusters *clusters, const char *space,
                                  vb_buffer *json, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
