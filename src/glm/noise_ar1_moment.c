/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_ar1_moment.c - AR(1) by the moment of the residuals, corrected for the design.
 *
 *     r1 / r0 = E[r'Dr / 2] / E[r'r] = tr(R D R V) / 2 tr(R V) = phi(rho)
 *
 * with R = I - QQ' and V_ij = rho^|i-j|: what the design takes from the autocorrelation is
 * put back exactly to first order.  phi is tabulated once a design (glm_plan.c) and inverted.
 * Reference: the idea is Worsley et al. (2002) NeuroImage 15:1, appendix A.4. */
#include "noise.h"

void vb_ar1_moment(const vb_glm_plan *plan, vb_glm_lanes *l)
{
    const double *phi = plan->phi;

    for (size_t v = 0; v < VB_LANES; v++) {
        const double moment = l->r1[v] / l->r0[v];
        size_t low = 0, high = VB_PHI_NODES - 1;

        if (!(moment > phi[low])) {
            l->rho[v] = -VB_PHI_MOST;
            continue;
        }
        if (moment >= phi[high]) {
            l->rho[v] = VB_PHI_MOST;
            continue;
        }
        while (high - low > 1) {
            const size_t middle = (low + high) / 2;

            if (phi[middle] <= moment)
                low = middle;
            else
                high = middle;
        }
        l->rho[v] =
            -VB_PHI_MOST +
            VB_PHI_STEP * ((double)low + (moment - phi[low]) / (phi[high] - phi[low]));
    }
}

const vb_noise vb_noise_ar1_moment = {
    .name = "ar1-moment",
    .meaning =
        "AR(1) from the OLS residuals, corrected for what the design takes away; "
        "each voxel its own",
    .source = "Worsley et al. (2002) NeuroImage 15:1",
    .small_sample = VB_SMALL_SAMPLE_KENWARD_ROGER,
    .has_lag = true,
    .exact_start = true,
    .has_bias = true,
    .estimate = vb_ar1_moment,
};
