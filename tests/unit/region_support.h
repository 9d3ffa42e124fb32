/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_support.h - images and voxel lists of the reference data as regions. */
#ifndef VB_TEST_REGION_SUPPORT_H
#define VB_TEST_REGION_SUPPORT_H

#include "golden_maps.h"
#include "valuebold/region.h"

#define ROI "tests/data/golden/roi/"
#define GLM "tests/data/golden/glm/"

static inline vb_grid grid_of(const vb_nifti_header *header)
{
    vb_grid grid;

    memcpy(grid.dim, header->dim, sizeof grid.dim);
    memcpy(grid.affine, header->affine, sizeof grid.affine);
    return grid;
}

/* A grid of cubes of step mm whose first voxel's centre is at origin. */
static inline vb_grid cube_grid(size_t n, double step_mm, double origin_mm)
{
    vb_grid grid = {.dim = {n, n, n}};

    for (size_t a = 0; a < 3; a++) {
        grid.affine[a][a] = step_mm;
        grid.affine[a][3] = origin_mm;
    }
    return grid;
}

/* The first 3D volume of an image; the caller frees values. */
static inline double *volume_of(const char *path, vb_volume *volume)
{
    vb_nifti_header header;
    double *values = golden_image(path, &header);

    *volume = (vb_volume){.grid = grid_of(&header),
                          .type = VB_SAMPLE_FLOAT64,
                          .values = values,
                          .slope = 1};
    return values;
}

static inline int by_size(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

/* Fails unless the region has exactly the voxels of the columns i, j, k of a table. */
static inline void expect_voxels(const vb_region *region, const vb_grid *grid,
                                 const char *path)
{
    vb_table *table = support_table(path);
    const double *i = support_column(table, "i"), *j = support_column(table, "j"),
                 *k = support_column(table, "k");
    size_t *want = malloc(table->n_rows * sizeof *want);

    cr_assert(want);
    for (size_t r = 0; r < table->n_rows; r++)
        want[r] =
            (size_t)i[r] + grid->dim[0] * ((size_t)j[r] + grid->dim[1] * (size_t)k[r]);
    qsort(want, table->n_rows, sizeof *want, by_size);
    cr_assert_eq(region->n, table->n_rows, "%s: %zu voxels, expected %zu", path,
                 region->n, table->n_rows);
    for (size_t r = 0; r < region->n; r++)
        cr_assert_eq(region->voxel[r], want[r], "%s: voxel %zu", path, r);
    free(want);
    vb_table_free(table);
}

/* The voxels of a region that are in a mask [n_vox]. */
static inline void keep_in(vb_region *region, const uint8_t mask[])
{
    size_t n = 0;

    for (size_t r = 0; r < region->n; r++)
        if (mask[region->voxel[r]]) {
            region->weight[n] = region->weight[r];
            region->voxel[n++] = region->voxel[r];
        }
    region->n = n;
}

#endif
