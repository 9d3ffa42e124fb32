/* SPDX-License-Identifier: GPL-3.0-or-later */
/* golden_outputs.h - written maps against columns of reference tables. */
#ifndef VB_TEST_GOLDEN_OUTPUTS_H
#define VB_TEST_GOLDEN_OUTPUTS_H

#include "golden_maps.h"
#include "valuebold/outputs.h"

#include <unistd.h>

/* A map as another program would read it; the caller frees it. */
static inline double *read_map(const vb_outputs *outputs, const char *name,
                               vb_nifti_header *header)
{
    char folder[] = "/tmp/vb-glm-XXXXXX", path[200];
    const vb_output *file;
    double *values;
    FILE *out;

    snprintf(path, sizeof path, "m_%s_statmap.nii.gz", name);
    file = vb_outputs_find(outputs, path);
    cr_assert(file, "%s was not written", path);
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/map.nii.gz", folder);
    out = fopen(path, "wb");
    cr_assert(out && fwrite(file->bytes.bytes, 1, file->bytes.n, out) == file->bytes.n);
    fclose(out);
    values = golden_image(path, header);
    unlink(path);
    rmdir(folder);
    return values;
}

/* Holds a map of outputs against a column of a reference table. */
static inline void expect_map(const vb_outputs *outputs, const char *name,
                              const vb_table *table, const char *column,
                              double tolerance)
{
    vb_nifti_header h;
    double *map = read_map(outputs, name, &h), most = 0;
    const double *want = support_column(table, column);
    const double *i = support_column(table, "i"), *j = support_column(table, "j");
    const double *k = support_column(table, "k");
    size_t n_compared = 0;

    for (size_t r = 0; r < table->n_rows; r++)
        if (isfinite(want[r]))
            most = fmax(most, fabs(want[r]));
    for (size_t r = 0; r < table->n_rows; r++) {
        const double ours =
            map[(size_t)i[r] + h.dim[0] * ((size_t)j[r] + h.dim[1] * (size_t)k[r])];

        if (!isfinite(want[r]) || !isfinite(ours)) /* the voxel with a NaN */
            continue;
        n_compared++;
        cr_expect(fabs(ours - want[r]) <= tolerance * most + 6e-8 * fabs(want[r]),
                  "%s, row %zu: %.9g, expected %.9g", column, r, ours, want[r]);
    }
    cr_expect(n_compared + 1 >= table->n_rows, "%s: %zu compared", column, n_compared);
    free(map);
}

#endif
