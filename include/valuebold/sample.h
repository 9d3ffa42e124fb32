/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a block of image values is stored in memory.  Scaling stays outside: what counts is
 * slope * stored + inter, so that int16 images need no wider copy.
 */
#ifndef VALUEBOLD_SAMPLE_H
#define VALUEBOLD_SAMPLE_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_sample {
    VB_SAMPLE_INT16,   /* int16_t */
    VB_SAMPLE_FLOAT32, /* float */
    VB_SAMPLE_FLOAT64, /* double */
} vb_sample;

/* Bytes of one value: 2, 4 or 8. */
VB_API size_t vb_sample_bytes(vb_sample sample);

#ifdef __cplusplus
}
#endif
#endif
