/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel_avx512.c - the same kernels for x86 processors with AVX-512 (F, DQ, VL). */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((                                           \
                                 target("avx2,fma,avx512f,avx512dq,avx512vl"))),       \
                             apply_to = function)
#else
#pragma GCC optimize("O3")
#pragma GCC target("avx2,fma,avx512f,avx512dq,avx512vl,prefer-vector-width=512")
#endif

#define VB_WIDTH 8
#define VB_SPLAT(x) ((vec)_mm512_set1_pd(x))
#define VB_FMA(c, a, b)                                                                \
    ((c) = (vec)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#define VB_MADD(a, b, c) __builtin_fma((a), (b), (c))
#define VB_KERNELS vb_glm_kernels_avx512
#define VB_KERNELS_NAME "avx512"
#include "kernel_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
