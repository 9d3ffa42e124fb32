/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel_node.c - what one value of rho gives for all voxels (algebra: kernel_solve.h). */
#include "kernel.h"

#include <math.h>

void vb_glm_node_fill(const vb_glm_shape *shape, double rho, double *columns,
                      vb_glm_node *node)
{
    const double r2 = rho * rho;
    double a, b, c, det, log_det = 0;

    *node = (vb_glm_node){.rho = rho, .columns = columns};
    for (size_t i = 0; i < shape->rank; i++) {
        const double d = 1 + r2 - rho * shape->lambda[i], u = shape->last[i];
        const double f = shape->exact_start ? shape->first[i] : 0;

        columns[3 * i] = 1 / d;
        columns[3 * i + 1] = u / d;
        columns[3 * i + 2] = f / d;
        node->uu += u * u / d;
        node->uf += u * f / d;
        node->ff += f * f / d;
        log_det += log(d);
    }
    a = 1 - r2 * node->uu;
    b = -r2 * node->uf;
    c = 1 - r2 * node->ff;
    det = a * c - b * b;
    node->k_uu = r2 / det * c;
    node->k_uf = -r2 / det * b;
    node->k_ff = r2 / det * a;
    node->log_det = log_det + log(det / (1 - r2));
}
