/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel_solve.h - part of kernel_body.h: from sums to estimates.
 *
 * Algebra.  With D = L + L' the precision of an AR(1) process is
 *   K(rho) = (1 + rho^2) I - rho D - rho^2 (e_T e_T' + e_1 e_1')
 * (without e_1 e_1' when the first scan keeps weight 1), so that
 *   A = Q'KQ = diag(d) - rho^2 (u u' + f f'),   d = 1 + rho^2 - rho lambda,
 * u and f the last and first rows of Q: Woodbury's identity solves it in O(rank).  Forms are
 * taken on the OLS residual r, where little cancels: the GLS solution is the OLS one plus
 * A^-1 g, g = Q'Kr = -rho Q'Dr - rho^2 (u r_T + f r_1).
 */

static void residual(const vb_glm_shape *shape, size_t panel_rows, size_t n_rows,
                     const double *panels, vb_glm_lanes *l)
{
    const size_t rank = shape->rank, lag_rows = shape->has_lag ? rank : 0;

    for (size_t at = 0; at < VB_LANES; at += VB_WIDTH) {
        const size_t v = at % VB_PANEL; /* place within the panel */
        const double *panel = panels + at / VB_PANEL * panel_rows * VB_PANEL;
        const double *moments = panel + n_rows * VB_PANEL;
        vec r0 = *(const vec *)(moments + VB_MOMENT_SQUARES * VB_PANEL + v);
        vec r1 = *(const vec *)(moments + VB_MOMENT_LAG * VB_PANEL + v);
        vec r_first = *(const vec *)(moments + VB_MOMENT_FIRST * VB_PANEL + v);
        vec r_last = *(const vec *)(moments + VB_MOMENT_LAST * VB_PANEL + v);

        memcpy(l->squares + at, &r0, sizeof r0);
        for (size_t i = 0; i < rank; i++) {
            const vec lambda = VB_SPLAT(shape->lambda[i]);
            const vec u = VB_SPLAT(-shape->last[i]), f = VB_SPLAT(-shape->first[i]);
            const vec a = *(const vec *)(panel + i * VB_PANEL + v);
            vec b = *(const vec *)(panel + (lag_rows + i) * VB_PANEL + v);
            vec half;

            if (!lag_rows)
                b = (vec){0};
            VB_FMA(b, -lambda, a); /* Q'Dr */
            half = -0.5 * lambda * a - b;
            memcpy(l->s + i * VB_LANES + at, &a, sizeof a);
            memcpy(l->z + i * VB_LANES + at, &b, sizeof b);
            VB_FMA(r0, -a, a);
            VB_FMA(r1, a, half);
            VB_FMA(r_last, u, a);
            VB_FMA(r_first, f, a);
        }
        memcpy(l->r0 + at, &r0, sizeof r0);
        memcpy(l->r1 + at, &r1, sizeof r1);
        memcpy(l->r_first + at, &r_first, sizeof r_first);
        memcpy(l->r_last + at, &r_last, sizeof r_last);
    }
}

/* Inner products of g, u and f in the metric of 1/d, and the product of all d. */
typedef struct products {
    double gg[VB_LANES], gu[VB_LANES], gf[VB_LANES];
    double uu[VB_LANES], uf[VB_LANES], ff[VB_LANES];
    double det[VB_LANES], log_det[VB_LANES];
} products;

/* keep: also store g and 1/d, for solve().  Sums of a few lanes stay in registers while the
 * loop runs over the columns. */
static inline __attribute__((always_inline)) void inner_products(
    const vb_glm_shape *shape, const vb_glm_lanes *l, const double *rho, bool keep,
    products *p)
{
    /* |rho| <= .98: d lies in 4e-4 .. 4, 48 factors in 1e-163 .. 1e29 */
    enum { FACTORS = 48 };

    for (size_t at = 0; at < VB_LANES; at += VB_WIDTH) {
        const vec r = LANES_AT(rho), one = VB_SPLAT(1.0);
        const vec r_last = LANES_AT(l->r_last), r_first = LANES_AT(l->r_first);
        vec gg = {0}, gu = {0}, gf = {0}, uu = {0}, uf = {0}, ff = {0};
        vec square = one, det = one;

        VB_FMA(square, r, r); /* 1 + rho^2 */
        memset(p->log_det + at, 0, sizeof square);
        for (size_t i = 0; i < shape->rank; i++) {
            const double first = shape->exact_start ? shape->first[i] : 0;
            const vec u = VB_SPLAT(shape->last[i]), f = VB_SPLAT(first);
            const vec lambda = VB_SPLAT(-shape->lambda[i]);
            vec d = square, g = *(const vec *)(l->z + i * VB_LANES + at),
                ends = f * r_first;
            vec di, gd, ud, fd;

            VB_FMA(d, r, lambda);
            VB_FMA(ends, u, r_last);
            VB_FMA(g, r, ends);
            g *= -r;
            di = one / d;
            gd = g * di;
            ud = u * di;
            fd = f * di;
            VB_FMA(gg, g, gd);
            VB_FMA(gu, u, gd);
            VB_FMA(gf, f, gd);
            VB_FMA(uu, u, ud);
            VB_FMA(uf, f, ud);
            VB_FMA(ff, f, fd);
            det *= d;
            if (keep) {
                *(vec *)(l->g + i * VB_LANES + at) = g;
                *(vec *)(l->di + i * VB_LANES + at) = di;
            }
            if (i % FACTORS == FACTORS - 1) {
                for (size_t k = 0; k < VB_WIDTH; k++)
                    p->log_det[at + k] += log(det[k]);
                det = one;
            }
        }
        memcpy(p->gg + at, &gg, sizeof gg);
        memcpy(p->gu + at, &gu, sizeof gu);
        memcpy(p->gf + at, &gf, sizeof gf);
        memcpy(p->uu + at, &uu, sizeof uu);
        memcpy(p->uf + at, &uf, sizeof uf);
        memcpy(p->ff + at, &ff, sizeof ff);
        memcpy(p->det + at, &det, sizeof det);
    }
}

/* The 2 x 2 matrix of Woodbury's identity, I - rho^2 [u f]' diag(1/d) [u f], inverted and
 * times rho^2: k_uu, k_uf, k_ff. */
typedef struct woodbury {
    double uu[VB_LANES], uf[VB_LANES], ff[VB_LANES], det[VB_LANES];
} woodbury;

static inline __attribute__((always_inline)) void invert_two(const products *restrict p,
                                                             const double *restrict rho,
                                                             woodbury *restrict k)
{
    EACH_LANE
    {
        const double r2 = rho[v] * rho[v];
        const double a = VB_MADD(-r2, p->uu[v], 1.0), b = -r2 * p->uf[v];
        const double c = VB_MADD(-r2, p->ff[v], 1.0), det = VB_MADD(a, c, -b * b);
        const double scale = r2 / det;

        k->uu[v] = scale * c;
        k->uf[v] = -scale * b;
        k->ff[v] = scale * a;
        k->det[v] = det;
    }
}

/* r'Kr - g'A^-1 g */
static inline __attribute__((always_inline)) void squares(
    const vb_glm_shape *shape, const vb_glm_lanes *l, const double *restrict rho,
    const products *restrict p, const woodbury *restrict k, double *restrict ss)
{
    EACH_LANE
    {
        const double r = rho[v], first = shape->exact_start ? l->r_first[v] : 0;
        const double ends = l->r_last[v] * l->r_last[v] + first * first;
        const double form = (1 + r * r) * l->r0[v] - 2 * r * l->r1[v] - r * r * ends;

        ss[v] = form - p->gg[v] - k->uu[v] * p->gu[v] * p->gu[v] -
                2 * k->uf[v] * p->gu[v] * p->gf[v] - k->ff[v] * p->gf[v] * p->gf[v];
    }
}

static void likelihood(const vb_glm_shape *shape, const vb_glm_lanes *l,
                       const double rho[VB_LANES], double out[VB_LANES])
{
    const double df = (double)(shape->n_scans - shape->rank);
    double ss[VB_LANES];
    products p;
    woodbury k;

    inner_products(shape, l, rho, false, &p);
    invert_two(&p, rho, &k);
    squares(shape, l, rho, &p, &k, ss);
    EACH_LANE out[v] = df * log(ss[v]) + p.log_det[v] +
                       log(p.det[v] * k.det[v] / (1 - rho[v] * rho[v]));
}

/* Vectors summed side by side, so that additions need not wait for each other. */
enum { VB_GROUP = 4 };

/* out [VB_LANES] = w'x, x [rank x VB_LANES] */
static void weigh(size_t rank, const double *w, const double *x, double *out)
{
    for (size_t at = 0; at < VB_LANES; at += VB_GROUP * VB_WIDTH) {
        vec sum[VB_GROUP] = {{0}};

        for (size_t i = 0; i < rank; i++) {
            const vec wi = VB_SPLAT(w[i]);
            const vec *xi = (const vec *)(x + i * VB_LANES + at);

            for (size_t k = 0; k < VB_GROUP; k++)
                VB_FMA(sum[k], wi, xi[k]);
        }
        memcpy(out + at, sum, sizeof sum);
    }
}

/* aa, au, af [VB_LANES]: products of a with itself and the end rows in the metric of 1/d */
static void weigh_one(const vb_glm_shape *shape, const double *a, const double *di,
                      double *aa, double *au, double *af)
{
    enum { GROUP = 2 };

    for (size_t at = 0; at < VB_LANES; at += GROUP * VB_WIDTH) {
        vec sum[3][GROUP] = {{{0}}};

        for (size_t i = 0; i < shape->rank; i++) {
            const double first = shape->exact_start ? shape->first[i] : 0;
            const double by[3] = {a[i] * a[i], a[i] * shape->last[i], a[i] * first};
            const vec *x = (const vec *)(di + i * VB_LANES + at);

            for (size_t j = 0; j < 3; j++) {
                const vec w = VB_SPLAT(by[j]);

                for (size_t k = 0; k < GROUP; k++)
                    VB_FMA(sum[j][k], w, x[k]);
            }
        }
        memcpy(aa + at, sum[0], sizeof sum[0]);
        memcpy(au + at, sum[1], sizeof sum[1]);
        memcpy(af + at, sum[2], sizeof sum[2]);
    }
}

/* out [VB_LANES] = sum of a_i b_i / d_i */
static void weigh_two(size_t rank, const double *a, const double *b, const double *di,
                      double *out)
{
    for (size_t at = 0; at < VB_LANES; at += VB_GROUP * VB_WIDTH) {
        vec sum[VB_GROUP] = {{0}};

        for (size_t i = 0; i < rank; i++) {
            const double product = a[i] * b[i];
            const vec w = VB_SPLAT(product);
            const vec *x = (const vec *)(di + i * VB_LANES + at);

            for (size_t k = 0; k < VB_GROUP; k++)
                VB_FMA(sum[k], w, x[k]);
        }
        memcpy(out + at, sum, sizeof sum);
    }
}

/* a'A^-1 b of two weights, out [VB_LANES] */
static void covariance_of(const vb_glm_shape *shape, const vb_glm_lanes *l,
                          const woodbury *k, const double *a, const double *b,
                          double *out)
{
    double ab[VB_LANES], au[VB_LANES], af[VB_LANES];
    double bb[VB_LANES], bu[VB_LANES], bf[VB_LANES];

    weigh_one(shape, a, l->di, ab, au, af);
    if (a == b) {
        memcpy(bu, au, sizeof bu);
        memcpy(bf, af, sizeof bf);
    } else {
        weigh_one(shape, b, l->di, bb, bu, bf);
        weigh_two(shape->rank, a, b, l->di, ab);
    }
    EACH_LANE out[v] = ab[v] + k->uu[v] * au[v] * bu[v] +
                       k->uf[v] * (au[v] * bf[v] + af[v] * bu[v]) +
                       k->ff[v] * af[v] * bf[v];
}

/* The GLS solution in the place of g: s + A^-1 g. */
static void solution(const vb_glm_shape *shape, vb_glm_lanes *l, const products *p,
                     const woodbury *k)
{
    double xu[VB_LANES], xf[VB_LANES];

    EACH_LANE
    {
        xu[v] = k->uu[v] * p->gu[v] + k->uf[v] * p->gf[v];
        xf[v] = k->uf[v] * p->gu[v] + k->ff[v] * p->gf[v];
    }
    for (size_t i = 0; i < shape->rank; i++) {
        const double u = shape->last[i], f = shape->exact_start ? shape->first[i] : 0;
        const double *restrict s = l->s + i * VB_LANES;
        const double *restrict di = l->di + i * VB_LANES;
        double *restrict g = l->g + i * VB_LANES;

        EACH_LANE
        {
            const double x = VB_MADD(u, xu[v], VB_MADD(f, xf[v], g[v]));

            g[v] = VB_MADD(x, di[v], s[v]);
        }
    }
}

static void solve(const vb_glm_shape *shape, vb_glm_lanes *l, size_t n_w,
                  const double *w, size_t n_pairs, const size_t (*pairs)[2],
                  double *effects, double *covariance)
{
    const size_t rank = shape->rank;
    products p;
    woodbury k;

    inner_products(shape, l, l->rho, true, &p);
    invert_two(&p, l->rho, &k);
    squares(shape, l, l->rho, &p, &k, l->ss);
    solution(shape, l, &p, &k);
    for (size_t c = 0; c < n_w; c++)
        weigh(rank, w + c * rank, l->g, effects + c * VB_LANES);
    for (size_t c = 0; c < n_pairs; c++)
        covariance_of(shape, l, &k, w + pairs[c][0] * rank, w + pairs[c][1] * rank,
                      covariance + c * VB_LANES);
}
