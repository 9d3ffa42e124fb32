/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel_scan.h - part of kernel_body.h: many voxels at the same few values of rho.
 *
 * Where rho is common, 1/d and all that it gives without the data is made ready once
 * (vb_glm_node_fill), and a column costs a voxel three products of z = Q'Dr instead of a
 * dozen and a division.  With e_i = u_i r_T + f_i r_1, g = -rho (z + rho e) of
 * kernel_solve.h expands into sums of z^2, z u and z f.
 */

/* PARTS vectors of voxels from lane `at` on. */
static inline __attribute__((always_inline)) void scan_part(const vb_glm_shape *shape,
                                                            const vb_glm_lanes *l,
                                                            const vb_glm_node *node,
                                                            size_t at, double *out)
{
    enum { PARTS = VB_PANEL / VB_WIDTH };
    const vec r = VB_SPLAT(node->rho), uu = VB_SPLAT(node->uu), uf = VB_SPLAT(node->uf);
    const vec ff = VB_SPLAT(node->ff), k_uu = VB_SPLAT(node->k_uu);
    const vec k_uf = VB_SPLAT(node->k_uf), k_ff = VB_SPLAT(node->k_ff);
    vec zz[PARTS], zu[PARTS], zf[PARTS];

    memset(zz, 0, sizeof zz);
    memset(zu, 0, sizeof zu);
    memset(zf, 0, sizeof zf);
    for (size_t i = 0; i < shape->rank; i++) {
        const vec di = VB_SPLAT(node->columns[3 * i]);
        const vec ud = VB_SPLAT(node->columns[3 * i + 1]);
        const vec fd = VB_SPLAT(node->columns[3 * i + 2]);

        for (size_t k = 0; k < PARTS; k++) {
            const vec z = *(const vec *)(l->z + i * VB_LANES + at + k * VB_WIDTH);
            const vec zd = z * di;

            VB_FMA(zz[k], z, zd);
            VB_FMA(zu[k], z, ud);
            VB_FMA(zf[k], z, fd);
        }
    }
    for (size_t k = 0; k < PARTS; k++) {
        const size_t v = at + k * VB_WIDTH;
        const vec last = *(const vec_anywhere *)(l->r_last + v);
        const vec start = *(const vec_anywhere *)(l->r_first + v);
        const vec first = start * VB_SPLAT(shape->exact_start ? 1.0 : 0.0);
        const vec r0 = *(const vec_anywhere *)(l->r0 + v);
        const vec r1 = *(const vec_anywhere *)(l->r1 + v);
        const vec eu = uu * last + uf * first, ef = uf * last + ff * first;
        const vec ee = eu * last + ef * first;
        const vec cross = zu[k] * last + zf[k] * first;
        const vec gg = r * r * (zz[k] + r * (2.0 * cross + r * ee));
        const vec gu = -r * (zu[k] + r * eu), gf = -r * (zf[k] + r * ef);
        const vec form =
            (1.0 + r * r) * r0 - 2.0 * r * r1 - r * r * (last * last + first * first);

        *(vec_anywhere *)(out + v) =
            form - gg - k_uu * gu * gu - 2.0 * k_uf * gu * gf - k_ff * gf * gf;
    }
}

static void scan(const vb_glm_shape *shape, const vb_glm_lanes *l, size_t n,
                 const vb_glm_node nodes[], double *ss)
{
    for (size_t at = 0; at < VB_LANES; at += VB_PANEL)
        for (size_t k = 0; k < n; k++)
            scan_part(shape, l, &nodes[k], at, ss + k * VB_LANES);
}

static void weighted(size_t n, const double *x, const double *w, double out[VB_LANES])
{
    double sum[VB_LANES] = {0};

    for (size_t k = 0; k < n; k++)
        EACH_LANE sum[v] = VB_MADD(x[k], w[k * VB_LANES + v], sum[v]);
    memcpy(out, sum, sizeof sum);
}
