/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_joint.c - the plan of several runs as one model; see glm_joint.h.
 *
 * Effects are taken along an orthonormal basis B of what the runs together can estimate,
 * b = B'c: M is then never singular.  A voxel keeps the lower triangle of M, sum W'C^-1 w,
 * sum w'C^-1 w and the sum of squares, and after the solution its contrasts.
 */
#include "glm_joint_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double OUTSIDE = 1e-6; /* as contrast.c */

/* w [n] without its part along the rows of basis, twice; its norm. */
static double reduce(size_t n, size_t rank, const double *basis, double *w)
{
    double s = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < rank; k++) {
            double d = 0;

            for (size_t i = 0; i < n; i++)
                d += basis[k * n + i] * w[i];
            for (size_t i = 0; i < n; i++)
                w[i] -= d * basis[k * n + i];
        }
    for (size_t i = 0; i < n; i++)
        s += w[i] * w[i];
    return sqrt(s);
}

/* Adds w to the orthonormal rows of basis unless it is along them; w is used up. */
static bool extend(size_t n, size_t *rank, double *basis, double *w)
{
    double before = 0, left;

    for (size_t i = 0; i < n; i++)
        before += w[i] * w[i];
    left = reduce(n, *rank, basis, w);
    if (!(left > OUTSIDE * sqrt(before)))
        return false;
    for (size_t i = 0; i < n; i++)
        basis[*rank * n + i] = w[i] / left;
    ++*rank;
    return true;
}

/* rows [n_rows x n_shared] along the basis: [n_rows x rank] */
static double *along_basis(const vb_joint *j, size_t n_rows, const double *rows)
{
    double *out = vb_arena_take(j->arena, n_rows * j->rank, sizeof *out);

    for (size_t r = 0; out && r < n_rows; r++)
        for (size_t k = 0; k < j->rank; k++)
            for (size_t i = 0; i < j->n_shared; i++)
                out[r * j->rank + k] +=
                    rows[r * j->n_shared + i] * j->basis[k * j->n_shared + i];
    return out;
}

static vb_status make_runs(vb_joint *j, const vb_joint_model *m, double *w,
                           vb_error *err)
{
    j->runs = vb_arena_take(j->arena, m->n_runs, sizeof *j->runs);
    j->basis = vb_arena_take(j->arena, m->n_shared * m->n_shared, sizeof *j->basis);
    if (!j->runs || !j->basis)
        return vb_fail_memory(err, m->n_shared * m->n_shared * sizeof(double));
    for (size_t r = 0; r < m->n_runs; r++)
        for (size_t i = 0; i < m->n_rows[r]; i++) {
            memcpy(w, m->rows[r] + i * m->n_shared, m->n_shared * sizeof *w);
            extend(m->n_shared, &j->rank, j->basis, w);
        }
    for (size_t r = 0; r < m->n_runs; r++) {
        j->runs[r] = (joint_run){m->n_rows[r], along_basis(j, m->n_rows[r], m->rows[r]),
                                 m->df[r]};
        if (!j->runs[r].u)
            return vb_fail_memory(err, m->n_rows[r] * j->rank * sizeof(double));
        j->df += m->df[r] + (double)m->n_rows[r];
        if (m->n_rows[r] > j->most_rows)
            j->most_rows = m->n_rows[r];
    }
    j->df -= (double)j->rank;
    return VB_OK;
}

static vb_status make_contrast(vb_joint *j, const vb_contrast *from, double *w,
                               joint_contrast *to, vb_error *err)
{
    const size_t n = j->n_shared;
    double *kept = vb_arena_take(j->arena, from->n_rows * n, sizeof *kept);
    double *tried = vb_arena_take(j->arena, from->n_rows * n, sizeof *tried);
    size_t n_tried = 0;

    if (!kept || !tried)
        return vb_fail_memory(err, from->n_rows * n * sizeof *kept);
    to->is_t = from->n_rows == 1;
    for (size_t r = 0; r < from->n_rows; r++) {
        const double *row = from->weights + r * n;
        double before = 0;

        memcpy(w, row, n * sizeof *w);
        for (size_t i = 0; i < n; i++)
            before += row[i] * row[i];
        if (reduce(n, j->rank, j->basis, w) > OUTSIDE * sqrt(before))
            return vb_fail(err, VB_EESTIMATE,
                           "contrast '%.60s' cannot be estimated from these runs "
                           "together",
                           from->name);
        memcpy(w, row, n * sizeof *w);
        if (extend(n, &n_tried, tried, w)) /* a sum of other rows adds nothing to F */
            memcpy(kept + to->n_w++ * n, row, n * sizeof *kept);
    }
    to->w = along_basis(j, to->n_w, kept);
    to->result = j->n_results;
    j->n_results += to->is_t ? 2 : 1;
    if (to->n_w > j->most_w)
        j->most_w = to->n_w;
    if (!to->w)
        return vb_fail_memory(err, to->n_w * j->rank * sizeof(double));
    return to->is_t ? vb_z_table_t(j->df, &to->z, err)
                    : vb_z_table_F((double)to->n_w, j->df, &to->z, err);
}

static vb_status fill(vb_joint *j, const vb_joint_model *m, vb_error *err)
{
    double *w = vb_arena_take(j->arena, m->n_shared, sizeof *w);
    vb_status status = w ? VB_OK : vb_fail_memory(err, m->n_shared * sizeof *w);

    j->n_shared = m->n_shared;
    j->n_runs = m->n_runs;
    if (status == VB_OK)
        status = make_runs(j, m, w, err);
    if (status != VB_OK)
        return status;
    if (!(j->df > 0))
        return vb_fail(err, VB_EESTIMATE, "no degrees of freedom are left");
    j->contrasts = vb_arena_take(j->arena, m->n_contrasts, sizeof *j->contrasts);
    if (!j->contrasts)
        return vb_fail_memory(err, m->n_contrasts * sizeof *j->contrasts);
    j->n_results = 1; /* sigma2 */
    for (; j->n_contrasts < m->n_contrasts && status == VB_OK; j->n_contrasts++)
        status = make_contrast(j, &m->contrasts[j->n_contrasts], w,
                               &j->contrasts[j->n_contrasts], err);
    j->n_sums = j->rank * (j->rank + 1) / 2 + j->rank + 2;
    j->stride = j->n_sums > j->n_results ? j->n_sums : j->n_results;
    return status;
}

vb_status vb_joint_alloc(const vb_joint_model *model, size_t n_voxels, vb_joint **joint,
                         vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_joint *j = arena ? vb_arena_take(arena, 1, sizeof *j) : NULL;
    vb_status status;

    if (!j) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *j);
    }
    j->arena = arena;
    j->n_voxels = n_voxels;
    status = fill(j, model, err);
    if (status == VB_OK) {
        j->values = calloc(n_voxels ? n_voxels : 1, j->stride * sizeof *j->values);
        if (!j->values)
            status = vb_fail_memory(err, n_voxels * j->stride * sizeof *j->values);
    }
    if (status != VB_OK) {
        vb_joint_free(j);
        return status;
    }
    *joint = j;
    return VB_OK;
}

void vb_joint_free(vb_joint *j)
{
    if (!j)
        return;
    for (size_t i = 0; j->contrasts && i < j->n_contrasts; i++)
        vb_z_table_free(j->contrasts[i].z);
    free(j->values);
    vb_arena_free(j->arena);
}
