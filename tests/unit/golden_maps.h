/* SPDX-License-Identifier: GPL-3.0-or-later */
/* golden_maps.h - small reference images as arrays. */
#ifndef VB_TEST_GOLDEN_MAPS_H
#define VB_TEST_GOLDEN_MAPS_H

#include "support.h"
#include "valuebold/nifti.h"

/* All volumes of an image; the caller frees them. */
static inline double *golden_image(const char *path, vb_nifti_header *header)
{
    vb_error err = {0};
    double *values;

    cr_assert_eq(vb_nifti_header_read(path, header, NULL, &err), VB_OK, "%s", err.text);
    values = malloc(header->n_volumes * header->n_vox * sizeof *values);
    cr_assert(values);
    cr_assert_eq(vb_nifti_read(header, values, NULL, &err), VB_OK, "%s", err.text);
    return values;
}

/* A mask: 1 where the image is not 0; the caller frees it. */
static inline uint8_t *golden_mask(const char *path, vb_nifti_header *header)
{
    double *values = golden_image(path, header);
    uint8_t *mask = malloc(header->n_vox);

    cr_assert(mask);
    for (size_t v = 0; v < header->n_vox; v++)
        mask[v] = fabs(values[v]) > 0;
    free(values);
    return mask;
}

#endif
