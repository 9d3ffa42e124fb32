/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth_kernel.c - separable convolution with zeros outside, float and double.  Float keeps
 * 2e-7 of a value, a hundredth of the thermal noise of any BOLD series, at half the memory
 * traffic.
 */
#include "smooth_internal.h"

#include <stdbool.h>
#include <string.h>

#define REAL float
#define NAME(name) name##_float
#include "smooth_passes.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(name) name##_double
#include "smooth_passes.h"
