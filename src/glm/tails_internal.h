/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tails_internal.h - shared by the files about distributions. */
#ifndef VB_GLM_TAILS_INTERNAL_H
#define VB_GLM_TAILS_INTERNAL_H

/* ln Gamma(a) - [(a - 1/2) ln a - a + ln(2 pi) / 2], for a > 0. */
double vb_stirling_excess(double a);

/* ln Gamma(a), a > 0, reentrant. */
double vb_log_gamma(double a);

#endif
