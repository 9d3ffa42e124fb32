/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hrf_sets.c - sets through knots and sets whose size is asked for.
 *
 *     fir    order boxes of height 1, length/order seconds each, side by side from 0
 *     gamma  g(t; m, 1 s), m = 4, 8, 16 ... (SPM's set), each with area 1
 *     TENT   n triangles of height 1 at b, b + (c-b)/(n-1) ... c (AFNI's)
 *     file   straight lines between the points of a table
 *
 * Boxes and tents have height 1, not area 1: an effect is the response at that delay.
 */
#include "hrf.h"
#include "valuebold/design.h"

#include <math.h>

static const double LENGTH_S = 32;

enum { GAMMAS = 3, MOST_GAMMAS = 16, MOST_FUNCTIONS = 500 };

vb_status vb_hrf_through(size_t n, const double at_s[], const double h[],
                         vb_arena *arena, vb_hrf_basis *basis, vb_error *err)
{
    double *area = vb_arena_take(arena, n, sizeof *area);

    if (!area)
        return vb_fail_memory(err, n * sizeof *area);
    for (size_t i = 1; i < n; i++)
        area[i] = area[i - 1] + (at_s[i] - at_s[i - 1]) * (h[i] + h[i - 1]) / 2;
    basis->n_knots = n;
    basis->knot_s = at_s;
    basis->knot_h = h;
    basis->knot_area = area;
    return VB_OK;
}

/* Function b of a set through n given knots, with its suffix. */
static vb_status add_through(size_t n, const double at_s[], const double h[],
                             const char *suffix, vb_arena *arena, vb_hrf_basis *basis,
                             vb_error *err)
{
    double *t = vb_arena_take(arena, n, sizeof *t);
    double *y = vb_arena_take(arena, n, sizeof *y);

    basis->suffix = suffix;
    if (!t || !y || !suffix)
        return vb_fail_memory(err, 2 * n * sizeof *t);
    for (size_t i = 0; i < n; i++) {
        t[i] = at_s[i];
        y[i] = h[i];
    }
    return vb_hrf_through(n, t, y, arena, basis, err);
}

static vb_status make_fir(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                          vb_error *err)
{
    const double length_s = request->length_s > 0 ? request->length_s : LENGTH_S;
    const double wanted = fmax(round(length_s / request->tr_s), 1);
    const double asked = request->order ? (double)request->order : wanted;
    const size_t n = asked <= MOST_FUNCTIONS ? (size_t)asked : 0;
    const double width_s = length_s / asked;
    const double h[4] = {0, 1, 1, 0};
    vb_hrf_basis *basis = vb_arena_take(arena, n, sizeof *basis);
    vb_status status = VB_OK;

    if (!n)
        return vb_fail(err, VB_EUSAGE, "hrf fir: %g functions over %g s are too many",
                       asked, length_s);
    if (!basis)
        return vb_fail_memory(err, n * sizeof *basis);
    for (size_t b = 0; b < n && status == VB_OK; b++) {
        const double from_s = (double)b * width_s, to_s = (double)(b + 1) * width_s;
        const double at_s[4] = {from_s, from_s, to_s, to_s};

        status = add_through(4, at_s, h, vb_arena_printf(arena, "_delay_%zu", b), arena,
                             &basis[b], err);
    }
    own->basis = basis;
    own->n_basis = n;
    own->length_s = length_s;
    return status;
}

static vb_status make_gammas(vb_hrf *own, const vb_hrf_request *request,
                             vb_arena *arena, vb_error *err)
{
    const size_t n = request->order ? request->order : GAMMAS;
    vb_hrf_basis *basis = vb_arena_take(arena, n, sizeof *basis);

    if (n > MOST_GAMMAS)
        return vb_fail(err, VB_EUSAGE,
                       "hrf gamma: %zu functions are too many; at most %d", n,
                       MOST_GAMMAS);
    if (!basis)
        return vb_fail_memory(err, n * sizeof *basis);
    for (size_t b = 0; b < n; b++) {
        basis[b].suffix = vb_arena_printf(arena, "_bf%zu", b + 1);
        basis[b].n_parts = 1;
        basis[b].part[0].coefficient = 1;
        basis[b].part[0].gamma = (vb_double_gamma){.shape = ldexp(1, (int)b + 2),
                                                   .scale_s = 1,
                                                   .under_shape = 1,
                                                   .under_scale_s = 1};
        if (!basis[b].suffix)
            return vb_fail_memory(err, n);
    }
    own->basis = basis;
    own->n_basis = n;
    own->length_s = request->length_s > 0 ? request->length_s : LENGTH_S;
    return VB_OK;
}

static vb_status make_tents(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                            vb_error *err)
{
    const double from_s = own->p[0], to_s = own->p[1];
    const size_t n = (size_t)own->p[2];
    const double step_s = (to_s - from_s) / (double)(n - 1);
    vb_hrf_basis *basis = vb_arena_take(arena, n, sizeof *basis);
    vb_status status = VB_OK;

    (void)request;
    if (!(from_s < to_s) || own->p[2] != floor(own->p[2]))
        return vb_fail(err, VB_EUSAGE,
                       "hrf TENT(%g, %g, %g): b must lie before c, and n be a whole "
                       "number",
                       from_s, to_s, own->p[2]);
    if (!basis)
        return vb_fail_memory(err, n * sizeof *basis);
    for (size_t b = 0; b < n && status == VB_OK; b++) {
        const double peak_s = from_s + (double)b * step_s;
        const double at_s[5] = {peak_s - step_s, peak_s, peak_s, peak_s,
                                peak_s + step_s};
        const double h[5] = {0, 1, 1, 1, 0};
        const size_t first = b ? 0 : 2, end = b + 1 < n ? 5 : 3;

        status =
            add_through(end - first, at_s + first, h + first,
                        vb_arena_printf(arena, "_tent%zu", b), arena, &basis[b], err);
    }
    own->basis = basis;
    own->n_basis = n;
    own->length_s = to_s;
    return status;
}

static vb_status make_file(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                           vb_error *err)
{
    const vb_response_file *file = request->file;
    vb_hrf_basis *basis;
    vb_status status = VB_OK;

    if (!file)
        return vb_fail(err, VB_EUSAGE,
                       "hrf: file needs a table: design: {hrf: file, hrf_file: FILE}");
    basis = vb_arena_take(arena, file->n_functions, sizeof *basis);
    if (!basis)
        return vb_fail_memory(err, file->n_functions * sizeof *basis);
    for (size_t i = 0; i < file->n; i++)
        if (!(file->time_s[i] >= 0) || (i && !(file->time_s[i] > file->time_s[i - 1])))
            return vb_fail(
                err, VB_EINPUT,
                "%s: time %g s in row %zu; times must ascend from 0 or later",
                file->name, file->time_s[i], i + 1);
    if (file->n < 2)
        return vb_fail(err, VB_EINPUT, "%s: a response needs at least two times",
                       file->name);
    for (size_t b = 0; b < file->n_functions && status == VB_OK; b++) {
        double *h = vb_arena_take(arena, file->n, sizeof *h);
        double *t = vb_arena_take(arena, file->n, sizeof *t);

        basis[b].suffix = b ? vb_arena_printf(arena, "_bf%zu", b + 1) : "";
        if (!h || !t || !basis[b].suffix)
            return vb_fail_memory(err, file->n * sizeof *h);
        for (size_t i = 0; i < file->n; i++) {
            t[i] = file->time_s[i];
            h[i] = file->value[i * file->n_functions + b];
            if (!isfinite(h[i]))
                return vb_fail(err, VB_EINPUT, "%s: the value at %g s is %g",
                               file->name, t[i], h[i]);
        }
        status = vb_hrf_through(file->n, t, h, arena, &basis[b], err);
    }
    own->basis = basis;
    own->n_basis = file->n_functions;
    own->length_s = file->time_s[file->n - 1];
    return status;
}

const vb_hrf vb_hrf_spm_fir = {.name = "fir",
                               .aliases = {"Finite Impulse Response"},
                               .meaning =
                                   "finite impulse response: boxes side by side, "
                                   "one a scan over 32 s unless said otherwise",
                               .length_s = 32,
                               .spm_set = VB_SPM_FIR,
                               .nilearn = VB_NILEARN_FIR,
                               .overlapping = true,
                               .make = make_fir};

const vb_hrf vb_hrf_spm_gamma = {.name = "gamma",
                                 .aliases = {"Gamma functions"},
                                 .meaning =
                                     "SPM's set of gamma functions of 4, 8, 16 s",
                                 .length_s = 32,
                                 .spm_set = VB_SPM_GAMMA,
                                 .make = make_gammas};

static const vb_hrf_parameter tent[] = {{"b", "s", 0, -100, 100},
                                        {"c", "s", 14, -100, 100},
                                        {"n", "", 8, 2, MOST_FUNCTIONS}};

const vb_hrf vb_hrf_tent = {.name = "TENT",
                            .meaning =
                                "AFNI's piecewise linear set: n tents from b to c "
                                "seconds, each the response at that delay",
                            .length_s = 14,
                            .afni = VB_AFNI_TENT,
                            .overlapping = true,
                            .n_parameters = 3,
                            .parameters = tent,
                            .make = make_tents};

const vb_hrf vb_hrf_file = {.name = "file",
                            .meaning = "a table (design.hrf_file): time in s, then one "
                                       "column a function, per second",
                            .length_s = 32,
                            .overlapping = true,
                            .make = make_file};

const vb_hrf vb_hrf_none = {.name = "none",
                            .meaning = "the events themselves, not convolved (like: "
                                       "nilearn only)",
                            .length_s = 0,
                            .n_basis = 1,
                            .nilearn = VB_NILEARN_NONE};
