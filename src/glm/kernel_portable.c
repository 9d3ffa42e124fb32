/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel_portable.c - the kernels in plain C for any processor. */
#include "kernel.h"

#include <math.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* gcc 12 hardly vectorises at -O2 */
#endif

#define VB_WIDTH 2
#define VB_SPLAT(x) ((vec){(x), (x)})
#define VB_FMA(c, a, b) ((c) += (a) * (b))
#define VB_MADD(a, b, c) ((a) * (b) + (c))
#define VB_KERNELS vb_glm_kernels_portable
#define VB_KERNELS_NAME "portable"
#include "kernel_body.h"

const vb_glm_kernels *vb_glm_kernels_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
        return &vb_glm_kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &vb_glm_kernels_avx2;
#endif
    return &vb_glm_kernels_portable;
}
