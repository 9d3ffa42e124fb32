/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hrf_afni.c - the responses of AFNI's 3dDeconvolve, and as curves of area 1 for the
 * default convention:
 *
 *     GAM(p, q)      (t/(pq))^p exp(p - t/q)           a gamma of shape p + 1, scale q
 *     TWOGAM         GAM(p1, q1) - r GAM(p2, q2)
 *     SPMG1          gammas of shape 6 and 16, ratio 6, cut off at 25 s
 *     SPMG2, SPMG3   with d/dt, and 100 times the difference to shape 5.94057, scale 1.01
 *     BLOCK4, 5      (t/q)^q exp(q - t), q = 4 or 5: the response to an impulse
 *
 * Under like: afni they are evaluated as AFNI does (afni_kernel.c).
 */
#include "hrf_adjust.h"

#include <math.h>

#define SPM(shape1, scale1)                                                            \
    {                                                                                  \
        .shape = (shape1), .scale_s = (scale1), .under_shape = 16, .under_scale_s = 1, \
        .under_weight = 1 / 6.0                                                        \
    }
#define ONE(shape1, scale1)                                                            \
    {                                                                                  \
        .shape = (shape1), .scale_s = (scale1), .under_shape = 1, .under_scale_s = 1   \
    }

/* GAM alone ends at 11.1 s; with parameters at its peak plus 9.9 times sqrt(p) q. */
#define GAM_TOP_S 11.1
#define GAM_REACH 9.9

/* d/dt (t^5 e^-t/120 - t^15 e^-t/(6 15!)): gammas one shape lower minus the same */
#define SPM_LOWER                                                                      \
    {                                                                                  \
        .shape = 5, .scale_s = 1, .under_shape = 15, .under_scale_s = 1,               \
        .under_weight = 1 / 6.0                                                        \
    }

static const vb_hrf_basis spmg[] = {
    {.suffix = "", .n_parts = 1, .part = {{1, SPM(6, 1)}}},
    {.suffix = "_derivative", .n_parts = 2, .part = {{1, SPM_LOWER}, {-1, SPM(6, 1)}}},
    {.suffix = "_dispersion",
     .n_parts = 2,
     .part = {{100, SPM(6, 1)}, {-100, SPM(5.94057, 1.01)}}},
};
static const vb_hrf_basis gam_basis[] = {
    {.suffix = "", .n_parts = 1, .part = {{1, ONE(9.6, .547)}}}};
static const vb_hrf_basis block4_basis[] = {
    {.suffix = "", .n_parts = 1, .part = {{1, ONE(5, 1)}}}};
static const vb_hrf_basis block5_basis[] = {
    {.suffix = "", .n_parts = 1, .part = {{1, ONE(6, 1)}}}};

static const vb_hrf_parameter gam_parameters[] = {{"p", "", 8.6, .1, 100},
                                                  {"q", "s", .547, .01, 30},
                                                  {"d", "s", NAN, 0, 1000}};
static const vb_hrf_parameter twogam_parameters[] = {{"p1", "", 8.6, .1, 100},
                                                     {"q1", "s", .547, .01, 30},
                                                     {"r", "", .2, -1, 1},
                                                     {"p2", "", 8.6, .1, 100},
                                                     {"q2", "s", 1.2, .01, 30},
                                                     {"d", "s", NAN, 0, 1000}};
static const vb_hrf_parameter spmg_parameters[] = {{"d", "s", NAN, 0, 1000}};
static const vb_hrf_parameter block_parameters[] = {{"d", "s", NAN, 1e-6, 1000},
                                                    {"p", "", 0, 0, 1e6}};
static const vb_hrf_parameter dm_parameters[] = {{"p", "", 0, 0, 1e6}};
static const vb_hrf_parameter dmu_parameters[] = {{"p", "", 0, -1000, 1e6}};

static vb_status make_gam(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                          vb_error *err)
{
    const double p = own->p[0], q = own->p[1];
    vb_hrf_basis *basis;

    (void)request;
    if (!own->given[0] && !own->given[1])
        return VB_OK;
    basis = vb_arena_take(arena, 1, sizeof *basis);
    if (!basis)
        return vb_fail_memory(err, sizeof *basis);
    *basis = gam_basis[0];
    basis->part[0].gamma.shape = p + 1;
    basis->part[0].gamma.scale_s = q;
    own->basis = basis;
    own->length_s = p * q + GAM_REACH * sqrt(p) * q;
    return VB_OK;
}

/* Density of the gamma of shape p + 1 at its mode p q, where GAM is 1. */
static double density_at_peak(double p, double q)
{
    const vb_double_gamma g = {.shape = p + 1,
                               .scale_s = q,
                               .under_shape = 1,
                               .under_scale_s = 1};

    return vb_double_gamma_value(&g, p * q);
}

static vb_status make_twogam(vb_hrf *own, const vb_hrf_request *request,
                             vb_arena *arena, vb_error *err)
{
    const double p1 = own->p[0], q1 = own->p[1], p2 = own->p[3], q2 = own->p[4];
    vb_hrf_basis *basis = vb_arena_take(arena, 1, sizeof *basis);

    (void)request;
    if (!basis)
        return vb_fail_memory(err, sizeof *basis);
    *basis = gam_basis[0];
    basis->part[0].gamma =
        (vb_double_gamma){.shape = p1 + 1,
                          .scale_s = q1,
                          .under_shape = p2 + 1,
                          .under_scale_s = q2,
                          .under_weight = own->p[2] * density_at_peak(p1, q1) /
                                          density_at_peak(p2, q2)};
    own->basis = basis;
    own->length_s =
        fmax(p1 * q1 + GAM_REACH * sqrt(p1) * q1, p2 * q2 + GAM_REACH * sqrt(p2) * q2);
    return VB_OK;
}

const vb_hrf vb_hrf_gam = {.name = "GAM",
                           .meaning = "AFNI's gamma variate, peak at p q = 4.7 s",
                           .length_s = GAM_TOP_S,
                           .n_basis = 1,
                           .basis = gam_basis,
                           .afni = VB_AFNI_GAM,
                           .n_parameters = 3,
                           .parameters = gam_parameters,
                           .make = make_gam};

const vb_hrf vb_hrf_twogam = {.name = "TWOGAM",
                              .meaning = "AFNI's difference of two gamma variates, "
                                         "GAM(p1,q1) - r GAM(p2,q2)",
                              .length_s = 30,
                              .n_basis = 1,
                              .afni = VB_AFNI_TWOGAM,
                              .basis = gam_basis,
                              .n_parameters = 6,
                              .parameters = twogam_parameters,
                              .make = make_twogam};

#define SPMG(id, n, text)                                                              \
    const vb_hrf vb_hrf_spmg##id = {.name = "SPMG" #id,                                \
                                    .meaning = text,                                   \
                                    .length_s = 25,                                    \
                                    .n_basis = (n),                                    \
                                    .basis = spmg,                                     \
                                    .afni = VB_AFNI_SPMG,                              \
                                    .n_parameters = 1,                                 \
                                    .parameters = spmg_parameters}

SPMG(1, 1, "AFNI's form of SPM's response, 25 s long");
SPMG(2, 2, "the same with its time derivative");
SPMG(3, 3, "the same with time and dispersion derivatives");

#define BLOCK(id, known, other, kind, n, names, number, text)                          \
    const vb_hrf vb_hrf_##id = {.name = known,                                         \
                                .aliases = {other},                                    \
                                .meaning = text,                                       \
                                .length_s = 15,                                        \
                                .n_basis = 1,                                          \
                                .basis = block##n##_basis,                             \
                                .afni = kind,                                          \
                                .afni_power = (n),                                     \
                                .n_parameters = (number),                              \
                                .parameters = names}

BLOCK(block4, "BLOCK", "BLOCK4", VB_AFNI_BLOCK, 4, block_parameters, 2,
      "AFNI's block of d seconds: t^4 exp(-t) under a box, peak p if given");
BLOCK(block5, "BLOCK5", NULL, VB_AFNI_BLOCK, 5, block_parameters, 2,
      "the same with t^5 exp(-t), 1 s later");
BLOCK(ublock4, "UBLOCK", "UBLOCK4", VB_AFNI_UBLOCK, 4, block_parameters, 2,
      "BLOCK whose peak tends to 1 for long blocks");
BLOCK(ublock5, "UBLOCK5", NULL, VB_AFNI_UBLOCK, 5, block_parameters, 2,
      "the same with t^5 exp(-t)");
BLOCK(dmblock4, "dmBLOCK", "dmBLOCK4", VB_AFNI_DMBLOCK, 4, dm_parameters, 1,
      "BLOCK with the duration of each event");
BLOCK(dmblock5, "dmBLOCK5", NULL, VB_AFNI_DMBLOCK, 5, dm_parameters, 1,
      "the same with t^5 exp(-t)");
BLOCK(dmublock4, "dmUBLOCK", "dmUBLOCK4", VB_AFNI_DMUBLOCK, 4, dmu_parameters, 1,
      "UBLOCK with the duration of each event; p = -X: peak 1 at X seconds");
BLOCK(dmublock5, "dmUBLOCK5", NULL, VB_AFNI_DMUBLOCK, 5, dmu_parameters, 1,
      "the same with t^5 exp(-t)");

const vb_hrf vb_hrf_afni = {.name = "afni",
                            .meaning =
                                "GAM for events without duration, BLOCK(d,1) for "
                                "events of one duration, else dmUBLOCK (like: afni "
                                "only)",
                            .length_s = 15,
                            .n_basis = 1,
                            .afni = VB_AFNI_BY_DURATION};
