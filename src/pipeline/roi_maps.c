/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_maps.c - what regions hold of a statistical map. */
#include "roi_internal.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void roi_voxel_mm(const vb_grid *grid, size_t voxel, double mm[3])
{
    const size_t row = grid->dim[0], plane = row * grid->dim[1];
    const double ijk[3] = {(double)(voxel % row), (double)(voxel % plane / row),
                           (double)(voxel / plane)};

    vb_grid_mm(grid, ijk, mm);
}

void roi_centre_mm(const vb_grid *grid, size_t n, const size_t voxel[], double mm[3])
{
    mm[0] = mm[1] = mm[2] = n ? 0 : (double)NAN;
    for (size_t i = 0; i < n; i++) {
        double at[3];

        roi_voxel_mm(grid, voxel[i], at);
        for (size_t a = 0; a < 3; a++)
            mm[a] += at[a];
    }
    for (size_t a = 0; a < 3 && n; a++) /* to a nanometre, so that 0 is 0 */
        mm[a] = round(mm[a] / (double)n * 1e6) / 1e6;
}

static void sum_up(const vb_roi_set *set, size_t r, const double map[],
                   double scratch[], vb_roi_value *out)
{
    const vb_region *region = &set->regions[r];
    double sum = 0, weighted = 0, weights = 0;
    size_t n = 0;

    *out = (vb_roi_value){.n_voxels = region->n,
                          .peak = -INFINITY,
                          .lowest = INFINITY,
                          .peak_mm = {NAN, NAN, NAN},
                          .lowest_mm = {NAN, NAN, NAN}};
    for (size_t i = 0; i < region->n; i++) {
        const double x = map[region->voxel[i]];

        if (!isfinite(x))
            continue;
        scratch[n++] = x;
        sum += x;
        weighted += region->weight[i] * x;
        weights += region->weight[i];
        if (x > out->peak) {
            out->peak = x;
            roi_voxel_mm(&set->grid, region->voxel[i], out->peak_mm);
        }
        if (x < out->lowest) {
            out->lowest = x;
            roi_voxel_mm(&set->grid, region->voxel[i], out->lowest_mm);
        }
    }
    out->n_used = n;
    out->mean = sum / (double)n; /* 0 / 0: n/a */
    out->weighted = weighted / weights;
    qsort(scratch, n, sizeof *scratch, ascending);
    out->median = !n      ? (double)NAN
                  : n % 2 ? scratch[n / 2]
                          : (scratch[n / 2 - 1] + scratch[n / 2]) / 2;
    if (!n)
        out->peak = out->lowest = (double)NAN;
}

static bool same_grid(const vb_grid *grid, const vb_nifti_header *map)
{
    for (size_t a = 0; a < 3; a++) {
        if (grid->dim[a] != map->dim[a])
            return false;
        for (size_t b = 0; b < 4; b++)
            if (!(fabs(grid->affine[a][b] - map->affine[a][b]) < 1e-3))
                return false;
    }
    return true;
}

vb_status vb_roi_map_read(const vb_nifti_header *map, const vb_roi_set *set,
                          vb_roi_value values[], vb_notes *notes, vb_error *err)
{
    double *voxels = NULL, *scratch = NULL;
    vb_status status = VB_OK;

    if (map->n_volumes != 1)
        return vb_fail_at(err, VB_EINPUT, map->path, 0, 0,
                          "a map has one volume, this image has %zu", map->n_volumes);
    if (!same_grid(&set->grid, map))
        return vb_fail_at(err, VB_EINPUT, map->path, 0, 0,
                          "the map is on another grid than the regions were made for "
                          "(%zu x %zu x %zu, or another affine)",
                          set->grid.dim[0], set->grid.dim[1], set->grid.dim[2]);
    voxels = malloc((map->n_vox + 1) * sizeof *voxels);
    scratch = malloc((map->n_vox + 1) * sizeof *scratch);
    if (!voxels || !scratch)
        status = vb_fail_memory(err, map->n_vox * sizeof *voxels);
    if (status == VB_OK)
        status = vb_nifti_read(map, voxels, notes, err);
    for (size_t r = 0; status == VB_OK && r < set->n; r++) {
        sum_up(set, r, voxels, scratch, &values[r]);
        if (!values[r].n_used)
            vb_note_add(
                notes, VB_WARNING, "roi-no-signal", map->path, 0, 0,
                "region '%s': none of its %zu voxels has a finite value in this "
                "map",
                set->rois[r].name, set->regions[r].n);
    }
    free(voxels);
    free(scratch);
    return status;
}
