/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_ar1_moment.c - AR(1) by the moment of the residuals, corrected for the design.
 *
 *     r1 / r0 = E[r'Dr / 2] / E[r'r] = tr(R D R V) / 2 tr(R V) = phi(rho)
 *
 * with R = I - QQ' and V_ij = rho^|i-j|: what the design takes from the autocorrelation is
 * put back exactly to first order.  phi is tabulated once a design (glm_plan.c) and inverted.
 * Reference: the idea is Worsley et al. (2002) NeuroImage 15:1, appendix A.4. */
#include "noise.h"

#include <string.h>

/* The last node that is not above the moment of each lane, but not the last of all: halving steps
 * for all lanes side by side, without branches. */
static void find_nodes(const double *phi, const double moment[VB_LANES],
                       size_t low[VB_LANES])
{
    memset(low, 0, VB_LANES * sizeof *low);
    for (size_t step = VB_PHI_HALF; step; step /= 2)
        for (size_t v = 0; v < VB_LANES; v++) {
            const size_t at =
                low[v] + step < VB_PHI_NODES - 2 ? low[v] + step : VB_PHI_NODES - 2;

            low[v] = phi[at] <= moment[v] ? at : low[v];
        }
}

void vb_ar1_moment(const vb_glm_plan *plan, vb_glm_lanes *l)
{
    const double *phi = plan->phi;
    double moment[VB_LANES];
    size_t low[VB_LANES];

    for (size_t v = 0; v < VB_LANES; v++)
        moment[v] = l->r1[v] / l->r0[v];
    find_nodes(phi, moment, low);
    for (size_t v = 0; v < VB_LANES; v++) {
        const double *p = phi + low[v];
        const double rho =
            -VB_PHI_MOST +
            VB_PHI_STEP * ((double)low[v] + (moment[v] - p[0]) / (p[1] - p[0]));

        if (!(moment[v] > phi[0]))
            l->rho[v] = -VB_PHI_MOST;
        else
            l->rho[v] = moment[v] < phi[VB_PHI_NODES - 1] ? rho : VB_PHI_MOST;
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
