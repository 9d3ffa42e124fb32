/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clusters_label.c - connected components by flooding from the first unnumbered voxel. */
#include "clusters_internal.h"

#include <stdlib.h>
#include <string.h>

size_t vb_neighbours(const size_t dim[3], size_t connectivity, vb_step steps[26])
{
    /* neighbours share a face (6), an edge (18) or a corner (26) */
    const int most = connectivity == 6 ? 1 : connectivity == 18 ? 2 : 3;
    size_t n = 0;

    for (int k = -1; k <= 1; k++)
        for (int j = -1; j <= 1; j++)
            for (int i = -1; i <= 1; i++) {
                const int moved = abs(i) + abs(j) + abs(k);

                if (moved && moved <= most)
                    steps[n++] =
                        (vb_step){{i, j, k},
                                  i + (ptrdiff_t)dim[0] * (j + (ptrdiff_t)dim[1] * k)};
            }
    return n;
}

vb_status vb_label_components(const size_t dim[3], const uint8_t included[],
                              size_t connectivity, int32_t labels[], size_t *n,
                              vb_error *err)
{
    const size_t n_vox = dim[0] * dim[1] * dim[2];
    vb_step steps[26];
    const size_t n_steps = vb_neighbours(dim, connectivity, steps);
    size_t n_in = 0, *queue;
    int32_t label = 0;

    for (size_t v = 0; v < n_vox; v++)
        n_in += included[v] != 0;
    queue = malloc((n_in + 1) * sizeof *queue);
    if (!queue)
        return vb_fail_memory(err, n_in * sizeof *queue);
    memset(labels, 0, n_vox * sizeof *labels);
    for (size_t first = 0; first < n_vox; first++) {
        size_t head = 0, tail = 0;

        if (!included[first] || labels[first])
            continue;
        labels[first] = ++label;
        queue[tail++] = first;
        while (head < tail) {
            const size_t v = queue[head++];
            const size_t at[3] = {v % dim[0], v / dim[0] % dim[1], v / dim[0] / dim[1]};

            for (size_t s = 0; s < n_steps; s++) {
                const size_t w = v + (size_t)steps[s].offset;

                if (!vb_step_inside(&steps[s], at, dim) || !included[w] || labels[w])
                    continue;
                labels[w] = label;
                queue[tail++] = w;
            }
        }
    }
    free(queue);
    *n = (size_t)label;
    return VB_OK;
}
