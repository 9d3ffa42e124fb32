/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hrf_fsl.c - the responses of FSL's FEAT.  Its gammas are given by mean m and standard
 * deviation d, so shape = (m/d)^2 and scale = d^2/m:
 *
 *     double gamma  mean 6 s, sd 2.449 s, minus mean 16 s, sd 4 s, over 6; 36 s long
 *     gamma         mean 6 s, sd 3 s; mean + 5 sd = 21 s long
 *
 * FEAT's temporal derivative is a difference of sampled columns (like_fsl.c); in the
 * default convention it is the 1 s difference, as SPM takes it.
 */
#include "hrf_adjust.h"

#define SHAPE(mean_s, sd_s) ((mean_s) * (mean_s) / ((sd_s) * (sd_s)))
#define SCALE(mean_s, sd_s) ((sd_s) * (sd_s) / (mean_s))

#define DOUBLE_GAMMA(onset)                                                            \
    {                                                                                  \
        .shape = SHAPE(6.0, 2.449), .scale_s = SCALE(6.0, 2.449),                      \
        .under_shape = SHAPE(16.0, 4.0), .under_scale_s = SCALE(16.0, 4.0),            \
        .under_weight = 1 / 6.0, .onset_s = (onset)                                    \
    }
#define GAMMA(onset)                                                                   \
    {                                                                                  \
        .shape = SHAPE(6.0, 3.0), .scale_s = SCALE(6.0, 3.0), .under_shape = 1,        \
        .under_scale_s = 1, .under_weight = 0, .onset_s = (onset)                      \
    }

static const vb_hrf_basis double_gamma[] = {
    {.suffix = "", .n_parts = 1, .part = {{1, DOUBLE_GAMMA(0)}}},
    {.suffix = "_derivative",
     .n_parts = 2,
     .part = {{1, DOUBLE_GAMMA(0)}, {-1, DOUBLE_GAMMA(1)}}},
};

static const vb_hrf_basis gamma_basis[] = {
    {.suffix = "", .n_parts = 1, .part = {{1, GAMMA(0)}}},
    {.suffix = "_derivative", .n_parts = 2, .part = {{1, GAMMA(0)}, {-1, GAMMA(1)}}},
};

/* Means and standard deviations; the gamma has the first two. */
static const vb_hrf_parameter double_gamma_parameters[] = {
    {"mean", "s", 6, .5, 30},
    {"sd", "s", 2.449, .05, 15},
    {"undershoot_mean", "s", 16, .5, 60},
    {"undershoot_sd", "s", 4, .05, 30},
    {"ratio", "", 6, .1, 1e6},
};
static const vb_hrf_parameter gamma_parameters[] = {
    {"mean", "s", 6, .5, 30},
    {"sd", "s", 3, .05, 15},
};

static vb_status make(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                      vb_error *err)
{
    const double *p = own->p;
    const bool two = own->n_parameters > 2;
    vb_hrf_basis *basis;

    (void)request;
    if (!vb_hrf_adjusted(own))
        return VB_OK;
    basis = vb_arena_take(arena, own->n_basis, sizeof *basis);
    if (!basis)
        return vb_fail_memory(err, own->n_basis * sizeof *basis);
    for (size_t b = 0; b < own->n_basis; b++) {
        basis[b] = own->basis[b];
        for (size_t k = 0; k < basis[b].n_parts; k++) {
            vb_double_gamma *g = &basis[b].part[k].gamma;

            g->shape = SHAPE(p[0], p[1]);
            g->scale_s = SCALE(p[0], p[1]);
            if (!two)
                continue;
            g->under_shape = SHAPE(p[2], p[3]);
            g->under_scale_s = SCALE(p[2], p[3]);
            g->under_weight = 1 / p[4];
        }
    }
    own->basis = basis;
    if (!two)
        own->length_s = p[0] + 5 * p[1];
    return vb_hrf_check_shapes(own, err);
}

const vb_hrf vb_hrf_fsl =
    {.name = "fsl",
     .aliases = {"double gamma", "double-gamma", "doublegamma"},
     .meaning =
         "FSL's double gamma: means 6 and 16 s, sd 2.449 and 4 s, ratio 6 (FEAT)",
     .length_s = 36,
     .n_basis = 1,
     .basis = double_gamma,
     .feat = true,
     .n_parameters = 5,
     .parameters = double_gamma_parameters,
     .make = make};

const vb_hrf vb_hrf_fsl_derivative = {.name = "fsl + derivative",
                                      .aliases = {"fsl+derivative"},
                                      .meaning =
                                          "the same with its temporal derivative",
                                      .length_s = 36,
                                      .n_basis = 2,
                                      .basis = double_gamma,
                                      .feat = true,
                                      .n_parameters = 5,
                                      .parameters = double_gamma_parameters,
                                      .make = make};

const vb_hrf vb_hrf_fsl_gamma = {.name = "fsl gamma",
                                 .aliases = {"fsl_gamma"},
                                 .meaning = "FSL's gamma: mean 6 s, sd 3 s (FEAT)",
                                 .length_s = 21,
                                 .n_basis = 1,
                                 .basis = gamma_basis,
                                 .feat = true,
                                 .n_parameters = 2,
                                 .parameters = gamma_parameters,
                                 .make = make};

const vb_hrf vb_hrf_fsl_gamma_derivative = {.name = "fsl gamma + derivative",
                                            .aliases = {"fsl_gamma + derivative",
                                                        "fsl_gamma+derivative"},
                                            .meaning =
                                                "the same with its temporal derivative",
                                            .length_s = 21,
                                            .n_basis = 2,
                                            .basis = gamma_basis,
                                            .feat = true,
                                            .n_parameters = 2,
                                            .parameters = gamma_parameters,
                                            .make = make};
