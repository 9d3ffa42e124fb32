/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel_slopes.h - part of kernel_body.h: derivatives of the REML criterion by rho.
 *
 * F = n log SS + log|A| - log(1 - rho^2) with A of kernel_solve.h.  Let q = 1/d, S the 2 x 2
 * matrix of u'diag(q)u, u'diag(q)f, f'diag(q)f, W = I - rho^2 S and (U, V) = [u f]'diag(q) z.
 * With the ends e = (r_T, r_1) of the residual
 *   b = -rho [(U, V) + rho S e],   a = rho^2 [z'diag(q)z + 2 rho (U, V)'e + rho^2 e'S e],
 *   SS = r'Kr - a - rho^2 b'W^-1 b,   log|A| = sum log d + log|W|.
 * S and sum log d depend on the design and rho alone: they come from a table, by cubics
 * through values and slopes.  The rest is differentiated term by term.
 */

/* A value and its first and second derivative by rho. */
typedef struct jet {
    vec at, slope, bend;
} jet;

static inline jet jet_times(jet x, jet y)
{
    return (jet){x.at * y.at, x.slope * y.at + x.at * y.slope,
                 x.bend * y.at + 2 * x.slope * y.slope + x.at * y.bend};
}

static inline jet jet_plus(jet x, jet y)
{
    return (jet){x.at + y.at, x.slope + y.slope, x.bend + y.bend};
}

static inline jet jet_scaled(vec c, jet x)
{
    return (jet){c * x.at, c * x.slope, c * x.bend};
}

/* q and its derivatives for d = 1 + rho^2 - rho lambda; *s is d'/d. */
static inline jet reciprocal(vec square, vec r, vec lambda, vec *s)
{
    vec d = square;
    jet q;

    VB_FMA(d, -r, lambda);
    q.at = 1.0 / d;
    *s = (r + r - lambda) * q.at;
    q.slope = -*s * q.at;
    q.bend = q.at * q.at;
    VB_FMA(q.bend, *s, q.slope);
    q.bend *= -2.0;
    return q;
}

#define JET_ADD(sum, c, x)                                                             \
    do {                                                                               \
        const vec c_ = (c);                                                            \
        VB_FMA((sum).at, c_, (x).at);                                                  \
        VB_FMA((sum).slope, c_, (x).slope);                                            \
        VB_FMA((sum).bend, c_, (x).bend);                                              \
    } while (0)

/* Nodes of the table, VB_WIDTH at a time. */
static void curves(const vb_glm_shape *shape, double (*table)[VB_N_CURVES])
{
    for (size_t node = 0; node < VB_CURVE_NODES; node += VB_WIDTH) {
        jet uu = {0}, uf = {0}, ff = {0};
        vec r, square = VB_SPLAT(1.0), slope = {0}, bend = {0};

        for (size_t k = 0; k < VB_WIDTH; k++)
            r[k] = -VB_CURVE_MOST + (double)(node + k) * VB_CURVE_STEP;
        VB_FMA(square, r, r);
        for (size_t i = 0; i < shape->rank; i++) {
            const double u = shape->last[i],
                         f = shape->exact_start ? shape->first[i] : 0;
            const double ends[3] = {u * u, u * f, f * f};
            vec s;
            const jet q = reciprocal(square, r, VB_SPLAT(shape->lambda[i]), &s);

            slope += s;
            bend += q.at + q.at - s * s;
            JET_ADD(uu, VB_SPLAT(ends[0]), q);
            JET_ADD(uf, VB_SPLAT(ends[1]), q);
            JET_ADD(ff, VB_SPLAT(ends[2]), q);
        }
        for (size_t k = 0; k < VB_WIDTH && node + k < VB_CURVE_NODES; k++) {
            const double row[VB_N_CURVES] = {uu.at[k],    uu.slope[k], uf.at[k],
                                             uf.slope[k], ff.at[k],    ff.slope[k],
                                             slope[k],    bend[k]};

            memcpy(table[node + k], row, sizeof row);
        }
    }
}

/* Curve i (its value; its slope is the column behind it) of VB_WIDTH lanes at x, 0 to 1,
 * between the nodes low and the ones behind them. */
static inline jet curve_at(const double (*table)[VB_N_CURVES],
                           const size_t low[VB_WIDTH], vec x, size_t i)
{
    const double h = VB_CURVE_STEP;
    vec y0, y1, m0, m1, c2, c3;

    for (size_t k = 0; k < VB_WIDTH; k++) {
        const double *row = table[low[k]] + i;

        y0[k] = row[0];
        m0[k] = row[1];
        y1[k] = row[VB_N_CURVES];
        m1[k] = row[VB_N_CURVES + 1];
    }
    m0 *= h;
    m1 *= h;
    c2 = 3 * (y1 - y0) - 2 * m0 - m1;
    c3 = 2 * (y0 - y1) + m0 + m1;
    return (jet){y0 + x * (m0 + x * (c2 + x * c3)),
                 (m0 + x * (2 * c2 + 3 * x * c3)) / h, (2 * c2 + 6 * x * c3) / (h * h)};
}

/* z'diag(q)z and (U, V) of VB_WIDTH lanes. */
typedef struct data_jets {
    jet zz, u, f;
} data_jets;

static inline __attribute__((always_inline)) data_jets data_part(
    const vb_glm_shape *shape, const vb_glm_lanes *l, size_t at, vec r)
{
    data_jets out = {{{0}, {0}, {0}}, {{0}, {0}, {0}}, {{0}, {0}, {0}}};
    vec square = VB_SPLAT(1.0);

    VB_FMA(square, r, r);
    for (size_t i = 0; i < shape->rank; i++) {
        const vec z = *(const vec *)(l->z + i * VB_LANES + at);
        vec s;
        const jet q = reciprocal(square, r, VB_SPLAT(shape->lambda[i]), &s);

        JET_ADD(out.zz, z * z, q);
        JET_ADD(out.u, z * VB_SPLAT(shape->last[i]), q);
        JET_ADD(out.f, z * VB_SPLAT(shape->first[i]), q);
    }
    if (!shape->exact_start)
        out.f = (jet){{0}, {0}, {0}};
    return out;
}

/* b'W^-1 b with W = [1 - uu, -uf; -uf, 1 - ff], *det its determinant. */
static inline __attribute__((always_inline)) jet woodbury_form(jet bu, jet bf, jet uu,
                                                               jet uf, jet ff, jet *det)
{
    const jet w = {1 - uu.at, -uu.slope, -uu.bend};
    const jet x = {1 - ff.at, -ff.slope, -ff.bend};
    const jet wx = jet_times(w, x), vv = jet_times(uf, uf);
    vec inverse, yu, yf, hu, hf;

    *det = (jet){wx.at - vv.at, wx.slope - vv.slope, wx.bend - vv.bend};
    inverse = 1.0 / det->at;
    yu = (x.at * bu.at + uf.at * bf.at) * inverse;
    yf = (uf.at * bu.at + w.at * bf.at) * inverse;
    /* h = b' - W'y, and W^-1 h is the slope of y */
    hu = bu.slope + uu.slope * yu + uf.slope * yf;
    hf = bf.slope + uf.slope * yu + ff.slope * yf;
    return (jet){bu.at * yu + bf.at * yf, (bu.slope + hu) * yu + (bf.slope + hf) * yf,
                 2 * (bu.bend * yu + bf.bend * yf) + uu.bend * yu * yu +
                     2 * uf.bend * yu * yf + ff.bend * yf * yf +
                     2 * inverse *
                         (x.at * hu * hu + 2 * uf.at * hu * hf + w.at * hf * hf)};
}

/* SS of VB_WIDTH lanes, *det as above. */
static inline __attribute__((always_inline)) jet squares_jet(const vb_glm_shape *shape,
                                                             const vb_glm_lanes *l,
                                                             size_t at, vec r, jet uu,
                                                             jet uf, jet ff, jet *det)
{
    const vec r_last = LANES_AT(l->r_last), zero = {0};
    const vec first_counts = VB_SPLAT(shape->exact_start ? 1.0 : 0.0);
    const vec r_first = first_counts * LANES_AT(l->r_first);
    const vec r0 = LANES_AT(l->r0), r1 = LANES_AT(l->r1);
    const vec ends = r0 - r_last * r_last - r_first * r_first;
    const jet rho = {r, VB_SPLAT(1.0), zero}, r2 = {r * r, r + r, VB_SPLAT(2.0)};
    const jet minus = {-r, VB_SPLAT(-1.0), zero};
    const data_jets z = data_part(shape, l, at, r);
    const jet se_u = jet_plus(jet_scaled(r_last, uu), jet_scaled(r_first, uf));
    const jet se_f = jet_plus(jet_scaled(r_last, uf), jet_scaled(r_first, ff));
    const jet bu = jet_times(minus, jet_plus(z.u, jet_times(rho, se_u)));
    const jet bf = jet_times(minus, jet_plus(z.f, jet_times(rho, se_f)));
    const jet ze = jet_plus(jet_scaled(r_last, z.u), jet_scaled(r_first, z.f));
    const jet ese = jet_plus(jet_scaled(r_last, se_u), jet_scaled(r_first, se_f));
    jet form = jet_plus(ze, ze), rest;

    form = jet_times(rho, jet_plus(form, jet_times(rho, ese)));
    form = jet_times(r2, jet_plus(z.zz, form)); /* a */
    rest = jet_times(r2, woodbury_form(bu, bf, jet_times(r2, uu), jet_times(r2, uf),
                                       jet_times(r2, ff), det));
    return (jet){r0 + r * (r * ends - 2 * r1) - form.at - rest.at,
                 2 * (r * ends - r1) - form.slope - rest.slope,
                 2 * ends - form.bend - rest.bend};
}

static void slopes(const vb_glm_shape *shape, const vb_glm_lanes *l,
                   const double rho[VB_LANES], double slope[VB_LANES],
                   double bend[VB_LANES])
{
    const vec n = VB_SPLAT((double)(shape->n_scans - shape->rank));

    for (size_t at = 0; at < VB_LANES; at += VB_WIDTH) {
        const vec r = LANES_AT(rho), rest = 1.0 / (1.0 - r * r);
        size_t low[VB_WIDTH];
        vec x, ds, dd, f1, f2;
        jet det, ss, logs;

        for (size_t k = 0; k < VB_WIDTH; k++) {
            const double place = (r[k] + VB_CURVE_MOST) * (1 / VB_CURVE_STEP);

            low[k] = place < VB_CURVE_NODES - 2 ? (size_t)place : VB_CURVE_NODES - 2;
            x[k] = place - (double)low[k];
        }
        logs = curve_at(shape->curves, low, x, 6);
        ss = squares_jet(shape, l, at, r, curve_at(shape->curves, low, x, 0),
                         curve_at(shape->curves, low, x, 2),
                         curve_at(shape->curves, low, x, 4), &det);
        ds = ss.slope / ss.at;
        dd = det.slope / det.at;
        f1 = n * ds + logs.at + dd + 2 * r * rest;
        f2 = n * (ss.bend / ss.at - ds * ds) + logs.slope + det.bend / det.at -
             dd * dd + 2 * (1.0 + r * r) * rest * rest;
        memcpy(slope + at, &f1, sizeof f1);
        memcpy(bend + at, &f2, sizeof f2);
    }
}
