/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ar1_bias.c - phi(rho) = tr(R D R V) / 2 tr(R V): the autocorrelation that the residuals
 * of a design show when the noise has rho.
 *
 * With F = DQ - Q Lambda / 2:  R = I - QQ',  RDR = D - QF' - FQ'.  V is Toeplitz, so all
 * that is needed are the sums along the diagonals of R and RDR, which are sums of
 * correlations of columns.
 */
#include "glm_plan.h"

void vb_glm_phi(const vb_glm_kernels *kernels, const vb_basis *b, double *shifted,
                double *sums, double phi[VB_PHI_NODES])
{
    const size_t n = b->n_scans, n_lags = n < VB_PHI_LAGS ? n : VB_PHI_LAGS;
    double *qq = sums, *qf = sums + VB_PHI_LAGS;

    for (size_t k = 0; k < 2 * (size_t)VB_PHI_LAGS; k++)
        sums[k] = 0;
    for (size_t i = 0; i < b->rank; i++) {
        const double *q = b->q + i * n;

        for (size_t t = 0; t < n; t++)
            shifted[t] = (t ? q[t - 1] : 0) + (t + 1 < n ? q[t + 1] : 0) -
                         0.5 * b->lambda[i] * q[t];
        kernels->correlate(n, n_lags, q, q, qq);
        kernels->correlate(n, n_lags, q, shifted, qf);
        kernels->correlate(n, n_lags, shifted, q, qf);
    }
    for (size_t i = 0; i < VB_PHI_NODES; i++) {
        const double rho = -VB_PHI_MOST + (double)i * VB_PHI_STEP;
        double power = 1, upper = -qf[0], lower = (double)n - qq[0];

        for (size_t k = 1; k < n_lags; k++) {
            power *= rho;
            upper += 2 * power * ((k == 1 ? (double)(n - 1) : 0) - qf[k]);
            lower -= 2 * power * qq[k];
        }
        phi[i] = 0.5 * upper / lower;
    }
}
