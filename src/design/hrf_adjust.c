/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hrf_adjust.c - double gammas with parameters other than their usual ones. */
#include "hrf_adjust.h"

#include <math.h>

/* Below this the third derivative of a gamma density is not bounded at 0 s, and tables of
 * curves lose their precision. */
static const double LEAST_SHAPE = 3;

bool vb_hrf_adjusted(const vb_hrf *hrf)
{
    for (size_t k = 0; k < hrf->n_parameters; k++)
        if (hrf->given[k])
            return true;
    return false;
}

vb_status vb_hrf_check_shapes(const vb_hrf *hrf, vb_error *err)
{
    for (size_t b = 0; b < hrf->n_basis; b++)
        for (size_t k = 0; k < hrf->basis[b].n_parts; k++) {
            const vb_double_gamma *g = &hrf->basis[b].part[k].gamma;
            const double shape =
                g->under_weight != 0 ? fmin(g->shape, g->under_shape) : g->shape;

            if (!(shape > LEAST_SHAPE))
                return vb_fail(
                    err, VB_EUSAGE,
                    "hrf %s: a gamma of shape %g starts too steeply; the shape "
                    "(time to peak over its spread) must be above %g",
                    hrf->name, shape, LEAST_SHAPE);
        }
    return VB_OK;
}

static vb_double_gamma gamma_of(const double p[], double weight, double later_s,
                                double wider)
{
    const double dispersion = p[VB_PEAK_DISPERSION] + wider;

    return (vb_double_gamma){.shape = p[VB_PEAK_DELAY] / dispersion,
                             .scale_s = dispersion,
                             .under_shape = p[VB_UNDER_DELAY] / p[VB_UNDER_DISPERSION],
                             .under_scale_s = p[VB_UNDER_DISPERSION],
                             .under_weight = weight,
                             .onset_s = p[VB_ONSET] + later_s};
}

vb_status vb_hrf_adjust(vb_hrf *own, double weight, double onset_step_s,
                        double dispersion_step, vb_arena *arena, vb_error *err)
{
    const double *p = own->p;
    vb_hrf_basis *basis;

    if (!vb_hrf_adjusted(own))
        return VB_OK;
    basis = vb_arena_take(arena, own->n_basis, sizeof *basis);
    if (!basis)
        return vb_fail_memory(err, own->n_basis * sizeof *basis);
    for (size_t b = 0; b < own->n_basis; b++) {
        const double step = b == 1 ? onset_step_s : dispersion_step;

        basis[b].suffix = own->basis[b].suffix;
        basis[b].n_parts = b ? 2 : 1;
        basis[b].part[0].coefficient = b ? 1 / step : 1;
        basis[b].part[0].gamma = gamma_of(p, weight, 0, 0);
        basis[b].part[1].coefficient = -1 / step;
        basis[b].part[1].gamma =
            gamma_of(p, weight, b == 1 ? step : 0, b == 2 ? step : 0);
    }
    own->basis = basis;
    own->length_s = p[VB_LENGTH];
    return vb_hrf_check_shapes(own, err);
}
