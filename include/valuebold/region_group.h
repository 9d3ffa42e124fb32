/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value a subject and region: tests over subjects, with p values from t and from
 * permutation, and corrected for the number of regions by the largest |t| of all of them
 * (Nichols & Holmes 2002 Hum Brain Mapp 15:1).
 *
 *   one-sample   mean against 0; the sign of each subject is exchangeable
 *   two-group    difference of group means (second minus first); labels are exchangeable
 *   covariate    slope on a covariate; its values are exchangeable
 *
 * Nuisance covariates: permuted are the residuals of the model without the effect, as Freedman
 * & Lane (1983) J Bus Econ Stat 1:292.
 */
#ifndef VALUEBOLD_REGION_GROUP_H
#define VALUEBOLD_REGION_GROUP_H

#include "valuebold/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_group_test {
    VB_GROUP_ONE_SAMPLE,
    VB_GROUP_TWO_GROUP,
    VB_GROUP_COVARIATE,
} vb_group_test;

/* Borrowed for the call. */
typedef struct vb_region_group {
    vb_group_test test;
    size_t n_subjects, n_regions;
    const double *values;    /* [n_subjects x n_regions], NaN: missing */
    const size_t *group;     /* [n_subjects] 0 or 1, of two-group */
    bool unequal_variances;  /* two-group: Welch's t; not with nuisance */
    const double *covariate; /* [n_subjects], of covariate */
    size_t n_nuisance;
    const double *nuisance; /* [n_subjects x n_nuisance]; centred here */
    size_t
        n_permutations; /* drawn when there are too many for all of them; 0: 10,000 */
    size_t most_exact;  /* all of them up to this many; 0: 2^20 */
    uint64_t seed;      /* of the draws */
    double level;       /* of intervals; 0: 0.95 */
} vb_region_group;

typedef struct vb_region_group_result {
    size_t n; /* subjects with a value */
    double effect, se, low, high;
    double t, df, p;      /* two-sided, from the t distribution */
    double p_permutation; /* two-sided, this region by itself */
    double p_corrected;   /* two-sided, for all regions */
    double d;             /* effect in standard deviations: Cohen's d; slope: NaN */
} vb_region_group_result;

typedef struct vb_region_group_info {
    bool exact;            /* all permutations; else drawn ones and the one observed */
    size_t n_permutations; /* that were looked at, the observed one among them */
} vb_region_group_info;

/*
 * results [n_regions].  p = share of permutations with |t| at least that observed (relative
 * slack 1e-12), the observed one among them: never 0.  A region with too few values or no
 * variance is NaN and takes no part in the correction.
 * Order of subjects and threads do not change exact results; drawn ones depend on seed and
 * order.
 * VB_EINPUT: fewer than 3 subjects, an empty group, a missing or constant covariate;
 * VB_EUSAGE: a test without what it needs.
 */
VB_API vb_status vb_region_group_test(const vb_region_group *data,
                                      vb_region_group_result results[],
                                      vb_region_group_info *info, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
