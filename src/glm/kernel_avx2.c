/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel_avx2.c - the same kernels for x86 processors with AVX2 and FMA. */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC optimize("O3")
#pragma GCC target("avx2,fma")
#endif

#define VB_WIDTH 4
#define VB_SPLAT(x) ((vec){(x), (x), (x), (x)})
#define VB_FMA(c, a, b)                                                                \
    ((c) = (vec)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#define VB_MADD(a, b, c) __builtin_fma((a), (b), (c))
#define VB_KERNELS vb_glm_kernels_avx2
#define VB_KERNELS_NAME "avx2"
#include "kernel_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
