/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.c - sizes of stored image values. */
#include "valuebold/sample.h"

#include <stdint.h>

size_t vb_sample_bytes(vb_sample sample)
{
    switch (sample) {
    case VB_SAMPLE_INT16:
        return sizeof(int16_t);
    case VB_SAMPLE_FLOAT32:
        return sizeof(float);
    case VB_SAMPLE_FLOAT64:
        break;
    }
    return sizeof(double);
}
