/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clusters and peaks of the one-sample t map of tests/data/golden/group, against scipy's
 * labels, SPM12's spm_bwlabel and spm_max, and nilearn's get_clusters_table.
 */
#include "golden_maps.h"
#include "valuebold/threshold.h"

#include <time.h>

#define GOLDEN "tests/data/golden/group/"

static vb_nifti_header grid;
static uint8_t *mask;
static double *t;

static void load(void)
{
    mask = golden_mask(GOLDEN "mask.nii", &grid);
    t = golden_image(GOLDEN "one_sample_t.nii", &grid);
}

static void drop(void)
{
    free(mask);
    free(t);
}

static vb_stat_map map_of(const double values[])
{
    vb_stat_map map = {.mask = mask,
                       .values = values,
                       .statistic = {.kind = VB_STATISTIC_T, .df2 = 11}};

    memcpy(map.dim, grid.dim, sizeof map.dim);
    memcpy(map.affine, grid.affine, sizeof map.affine);
    return map;
}

static vb_clusters find(vb_threshold threshold, const vb_stat_map *map)
{
    vb_clusters clusters;
    vb_error err = {0};

    cr_assert_eq(vb_clusters_find(&threshold, map, &clusters, &err), VB_OK, "%s",
                 err.text);
    return clusters;
}

Test(clusters, labels_of_6_18_and_26_neighbours_are_scipys)
{
    static const size_t connectivities[] = {6, 18, 26};
    vb_nifti_header header;
    double *values = golden_image(GOLDEN "label_test.nii", &header);
    uint8_t *in = malloc(header.n_vox);
    int32_t *labels = malloc(header.n_vox * sizeof *labels);
    vb_table *table = support_table(GOLDEN "label_test.tsv");
    const double *i = support_column(table, "i"), *j = support_column(table, "j");
    const double *k = support_column(table, "k"),
                 *level = support_column(table, "threshold");
    size_t n_checked = 0;

    cr_assert(in && labels);
    for (size_t c = 0; c < 3; c++) {
        char label[16], size[16];
        const double *labelled, *sizes;

        snprintf(label, sizeof label, "label_%zu", connectivities[c]);
        snprintf(size, sizeof size, "size_%zu", connectivities[c]);
        labelled = support_column(table, label);
        sizes = support_column(table, size);
        for (size_t row = 0; row < table->n_rows; row++) {
            const size_t at =
                (size_t)i[row] +
                header.dim[0] * ((size_t)j[row] + header.dim[1] * (size_t)k[row]);
            size_t n, members = 0;

            if (row == 0 || level[row] < level[row - 1] ||
                level[row] > level[row - 1]) {
                for (size_t v = 0; v < header.n_vox; v++)
                    in[v] = values[v] > level[row];
                cr_assert_eq(vb_label_components(header.dim, in, connectivities[c],
                                                 labels, &n, NULL),
                             VB_OK);
            }
            for (size_t v = 0; v < header.n_vox; v++)
                members += labels[v] == labels[at];
            cr_expect_eq(labels[at], (int32_t)labelled[row]);
            cr_expect_eq(members, (size_t)sizes[row]);
            n_checked++;
        }
    }
    cr_expect_eq(n_checked, 3u * 227);
    vb_table_free(table);
    free(values);
    free(in);
    free(labels);
}

Test(clusters, sizes_peaks_mass_and_centre, .init = load, .fini = drop)
{
    vb_table *table = support_table(GOLDEN "clusters_one_sample.tsv");
    const double *level = support_column(table, "threshold");
    const double *connectivity = support_column(table, "connectivity");
    const double *rank = support_column(table, "rank");
    const vb_stat_map map = map_of(t);

    cr_assert_eq(table->n_rows, 9);
    for (size_t row = 0; row < table->n_rows; row++) {
        vb_clusters clusters =
            find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT,
                                .level = level[row],
                                .connectivity = (size_t)connectivity[row]},
                 &map);
        const vb_cluster *c;
        static const char *const places[] = {"peak_x", "peak_y", "peak_z"};
        static const char *const centres[] = {"com_x", "com_y", "com_z"};
        static const char *const voxels[] = {"peak_i", "peak_j", "peak_k"};

        cr_assert((size_t)rank[row] <= clusters.n);
        c = &clusters.items[(size_t)rank[row] - 1];
        cr_expect_eq(c->n_voxels, (size_t)support_column(table, "size_voxels")[row]);
        cr_expect(
            support_near(c->size_mm3, support_column(table, "size_mm3")[row], 1e-6));
        cr_expect(
            support_near(c->mass, support_column(table, "mass_sum_t")[row], 1e-12));
        cr_expect_eq(c->peaks[0].value, support_column(table, "peak_t")[row]);
        for (size_t d = 0; d < 3; d++) {
            cr_expect_eq((double)c->peaks[0].voxel[d],
                         support_column(table, voxels[d])[row]);
            cr_expect_eq(c->peaks[0].mm[d], support_column(table, places[d])[row]);
            cr_expect(fabs(c->centre_mm[d] - support_column(table, centres[d])[row]) <
                      1e-10);
        }
        vb_clusters_free(&clusters);
    }
    vb_table_free(table);
}

Test(clusters, numbers_and_largest_sizes_are_spm_bwlabels, .init = load, .fini = drop)
{
    vb_table *table = support_table(GOLDEN "spm_bwlabel_counts.tsv");
    const vb_stat_map map = map_of(t);

    cr_assert_eq(table->n_rows, 6);
    for (size_t row = 0; row < table->n_rows; row++) {
        vb_clusters clusters =
            find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT,
                                .level = support_column(table, "threshold")[row],
                                .connectivity =
                                    (size_t)support_column(table, "connectivity")[row]},
                 &map);

        cr_expect_eq(clusters.n, (size_t)support_column(table, "n_clusters")[row]);
        cr_expect_eq(clusters.items[0].n_voxels,
                     (size_t)support_column(table, "largest")[row]);
        cr_expect_eq(clusters.n_voxels_above,
                     (size_t)support_column(table, "total_voxels")[row]);
        cr_expect_eq(clusters.n_voxels_searched, 520u);
        vb_clusters_free(&clusters);
    }
    vb_table_free(table);
}

/* All local maxima, whatever their distance, of a threshold with that connectivity. */
static size_t count_peaks(const vb_clusters *clusters, const double ijk[3],
                          double value)
{
    size_t n = 0;

    for (size_t c = 0; c < clusters->n; c++)
        for (size_t k = 0; k < clusters->items[c].n_peaks; k++) {
            const vb_peak *peak = &clusters->items[c].peaks[k];

            n += (double)peak->voxel[0] >= ijk[0] && (double)peak->voxel[0] <= ijk[0] &&
                 (double)peak->voxel[1] >= ijk[1] && (double)peak->voxel[1] <= ijk[1] &&
                 (double)peak->voxel[2] >= ijk[2] && (double)peak->voxel[2] <= ijk[2] &&
                 peak->value >= value && peak->value <= value;
        }
    return n;
}

static size_t all_peaks(const vb_clusters *clusters)
{
    size_t n = 0;

    for (size_t c = 0; c < clusters->n; c++)
        n += clusters->items[c].n_peaks;
    return n;
}

static void check_peaks(const char *file, const char *connectivity_column, double level,
                        size_t connectivity, size_t expected)
{
    vb_table *table = support_table(file);
    const vb_stat_map map = map_of(t);
    vb_clusters clusters = find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT,
                                               .level = level,
                                               .connectivity = connectivity,
                                               .peak_distance_mm = 1e-9,
                                               .max_peaks = 1000},
                                &map);
    const double *group = support_column(table, connectivity_column);
    const double wanted = *connectivity_column == 'n' ? (double)connectivity : level;
    size_t n = 0;

    for (size_t row = 0; row < table->n_rows; row++) {
        const double ijk[3] = {support_column(table, "i")[row],
                               support_column(table, "j")[row],
                               support_column(table, "k")[row]};

        if (group[row] < wanted || group[row] > wanted)
            continue;
        n++;
        cr_expect_eq(count_peaks(&clusters, ijk, support_column(table, "t")[row]), 1u);
    }
    cr_expect_eq(n, expected);
    cr_expect_eq(all_peaks(&clusters), expected);
    vb_clusters_free(&clusters);
    vb_table_free(table);
}

Test(clusters, local_maxima_of_every_neighbourhood, .init = load, .fini = drop)
{
    check_peaks(GOLDEN "local_maxima_one_sample.tsv", "neighbourhood", 2.5, 6, 5);
    check_peaks(GOLDEN "local_maxima_one_sample.tsv", "neighbourhood", 2.5, 18, 3);
    check_peaks(GOLDEN "local_maxima_one_sample.tsv", "neighbourhood", 2.5, 26, 3);
}

Test(clusters, local_maxima_are_spm_max_s, .init = load, .fini = drop)
{
    check_peaks(GOLDEN "spm_max_peaks.tsv", "threshold", 2.5, 18, 3);
    check_peaks(GOLDEN "spm_max_peaks.tsv", "threshold", 3.5, 18, 2);
}

/* nilearn 0.14 on z of the same map: z > 2.3, two-sided, clusters of voxels that share a
 * face.  It takes for a peak what is above a cube around it, we what is above the neighbours
 * that connect: its rows are among ours, and first peaks and sizes are all equal. */
Test(clusters, both_signs_as_in_nilearns_table, .init = load, .fini = drop)
{
    vb_table *table = support_table(GOLDEN "nilearn_clusters_table_z2.3.tsv");
    double *z = malloc(grid.n_vox * sizeof *z);
    vb_stat_map map = map_of(z);
    vb_clusters clusters;
    size_t n_first = 0;

    cr_assert(z);
    for (size_t v = 0; v < grid.n_vox; v++)
        z[v] = mask[v] ? vb_z_from_t(t[v], 11) : 0;
    map.statistic = (vb_statistic){.kind = VB_STATISTIC_Z};
    clusters = find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT,
                                   .level = 2.3,
                                   .two_sided = true,
                                   .connectivity = 6,
                                   .peak_distance_mm = 6},
                    &map);
    for (size_t row = 0; row < table->n_rows; row++) {
        const double size = support_column(table, "Cluster Size (mm3)")[row];
        const double value = support_column(table, "Peak Stat")[row];
        size_t matches = 0;

        n_first += !isnan(size);
        for (size_t c = 0; c < clusters.n; c++)
            for (size_t k = 0; k < clusters.items[c].n_peaks; k++) {
                const vb_peak *peak = &clusters.items[c].peaks[k];

                matches +=
                    support_near(peak->value, value, 1e-9) &&
                    fabs(peak->mm[0] - support_column(table, "X")[row]) < 1e-4 &&
                    fabs(peak->mm[1] - support_column(table, "Y")[row]) < 1e-4 &&
                    fabs(peak->mm[2] - support_column(table, "Z")[row]) < 1e-4 &&
                    (k ? isnan(size) : fabs(size - clusters.items[c].size_mm3) < 1);
            }
        cr_expect_eq(matches, 1u, "z %g, %g mm3", value, size);
    }
    cr_expect_eq(n_first, clusters.n);
    cr_expect(clusters.items[0].sign == 1 && clusters.items[clusters.n - 1].sign == -1);
    vb_clusters_free(&clusters);
    vb_table_free(table);
    free(z);
}

Test(clusters, small_clusters_are_left_out_and_counted, .init = load, .fini = drop)
{
    const vb_stat_map map = map_of(t);
    vb_clusters clusters =
        find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT, .level = 2.5, .min_voxels = 2},
             &map);
    size_t labelled = 0;

    cr_expect_eq(clusters.n, 1u);
    cr_expect_eq(clusters.n_left_out, 1u);
    for (size_t v = 0; v < clusters.n_vox; v++)
        labelled += clusters.labels[v] == 1;
    cr_expect_eq(labelled, 62u);
    cr_expect_eq(clusters.threshold.connectivity, 18u, "the default");
    vb_clusters_free(&clusters);
}

Test(clusters, missing_values_and_empty_results, .init = load, .fini = drop)
{
    const vb_stat_map map = map_of(t);
    const size_t peak = 3 + grid.dim[0] * (3 + grid.dim[1] * 3);
    vb_clusters clusters;
    vb_buffer b = {0};

    t[peak] = NAN; /* the maximum: 10.29 */
    clusters = find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT, .level = 3.5}, &map);
    cr_expect(clusters.n == 1 && clusters.items[0].n_voxels == 42);
    cr_expect(clusters.items[0].peaks[0].value < 10 &&
              clusters.n_voxels_searched == 519);
    vb_clusters_free(&clusters);
    clusters = find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT, .level = 1000}, &map);
    cr_expect(clusters.n == 0 && clusters.n_voxels_above == 0);
    cr_assert_eq(vb_clusters_tsv(&clusters, &b, NULL), VB_OK);
    cr_expect(strchr(b.bytes, '\n') == b.bytes + b.n - 1, "the heading only");
    vb_buffer_free(&b);
    vb_clusters_free(&clusters);
}

Test(clusters, the_table_and_its_json, .init = load, .fini = drop)
{
    vb_stat_map map = map_of(t);
    const vb_smoothness smoothness = {.fwhm_voxels = {2, 2, 2},
                                      .fwhm_mm = {6, 6, 6},
                                      .resels = {1, 12, 43, 34},
                                      .n_voxels = 520};
    vb_clusters clusters;
    vb_buffer tsv = {0}, json = {0};
    vb_table *table;

    map.smoothness = &smoothness;
    clusters = find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT, .level = 2.5}, &map);
    cr_assert_eq(vb_clusters_tsv(&clusters, &tsv, NULL), VB_OK);
    table = support_table_text("clusters.tsv", tsv.bytes);
    cr_assert_eq(table->n_rows, 3);
    cr_expect(strstr(tsv.bytes, "\n1\t4.5\t-6\t-1\t10.2923\t5.00662\t"), "%s",
              tsv.bytes);
    cr_expect(strstr(tsv.bytes, "\n1a\t-1.5\t-6\t-10\t5.57918\t3.76677\t"), "%s",
              tsv.bytes);
    cr_expect(strstr(tsv.bytes, "\n2\t-10.5\t0\t8\t3.14173\t"), "%s", tsv.bytes);
    cr_expect_eq(support_column(table, "cluster_voxels")[0], 62);
    cr_expect(isnan(support_column(table, "cluster_voxels")[1]));
    cr_expect(
        support_near(support_column(table, "peak_p_fwe")[0],
                     vb_rft_peak_p(&map.statistic, 10.292281581456287, &smoothness),
                     1e-5));
    cr_assert_eq(vb_clusters_json(&clusters, "MNI152NLin2009cAsym", &json, NULL),
                 VB_OK);
    cr_expect(strstr(json.bytes, "\"rule\": \"height\""));
    cr_expect(strstr(json.bytes, "\"space\": \"MNI152NLin2009cAsym\""));
    cr_expect(strstr(json.bytes, "\"fwhm_mm\": "));
    vb_table_free(table);
    vb_buffer_free(&tsv);
    vb_buffer_free(&json);
    vb_clusters_free(&clusters);
}

/* A time is printed, not judged: a smooth map of 97 x 115 x 97. */
Test(clusters, a_whole_brain_in_well_under_a_second)
{
    const size_t dim[3] = {97, 115, 97}, n = 97 * 115 * 97;
    double *values = malloc(n * sizeof *values);
    uint8_t *inside = malloc(n);
    vb_stat_map map = {.mask = inside,
                       .values = values,
                       .affine = {{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}}};
    vb_clusters clusters;
    clock_t start;

    cr_assert(values && inside);
    memset(inside, 1, n);
    memcpy(map.dim, dim, sizeof dim);
    for (size_t v = 0; v < n; v++)
        values[v] = 5 * sin(0.2 * (double)(v % 97)) *
                    sin(0.15 * (double)(v / 97 % 115)) *
                    sin(0.1 * (double)(v / 97 / 115));
    start = clock();
    clusters = find((vb_threshold){.rule = VB_THRESHOLD_HEIGHT,
                                   .level = 3.1,
                                   .two_sided = true},
                    &map);
    printf("%zu clusters of %zu voxels in %.0f ms\n", clusters.n,
           clusters.n_voxels_above, 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC);
    cr_expect(clusters.n > 10);
    vb_clusters_free(&clusters);
    free(values);
    free(inside);
}
