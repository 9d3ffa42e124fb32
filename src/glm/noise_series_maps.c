/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_series_maps.c - what a fit of whole series gives out. */
#include "noise_series.h"

#include <math.h>
#include <string.h>

double vb_series_df(const vb_series *f)
{
    return f->df;
}

double vb_series_contrast_df(const vb_series *f, size_t contrast)
{
    return f->plan->base->contrasts[contrast].is_t ? 1 : f->f_df[contrast];
}

static const vb_glm_contrast *contrast_of(const vb_series *f, size_t i)
{
    return i < f->plan->base->n_contrasts ? &f->plan->base->contrasts[i] : NULL;
}

bool vb_series_has(const vb_series *f, vb_stat stat, size_t contrast)
{
    const vb_glm_contrast *c = contrast_of(f, contrast);

    switch (stat) {
    case VB_STAT_RHO:
    case VB_STAT_SIGMA2:
    case VB_STAT_R2:
        return true;
    case VB_STAT_EFFECT:
    case VB_STAT_VARIANCE:
    case VB_STAT_T:
        return c && c->is_t;
    case VB_STAT_F:
        return c && !c->is_t;
    case VB_STAT_Z:
    case VB_STAT_P:
    case VB_STAT_DF:
        return c != NULL;
    default:
        return false;
    }
}

static const double *row_of(const vb_series *f, size_t row)
{
    return f->results + row * f->n_voxels;
}

static size_t contrast_row(const vb_series *f, size_t contrast)
{
    size_t row = VB_SERIES_CONTRASTS;

    for (size_t i = 0; i < contrast; i++)
        row += f->plan->base->contrasts[i].is_t ? 3 : 2;
    return row;
}

/* Row of the degrees of freedom, behind the contrast's first. */
static size_t df_row(const vb_series *f, size_t contrast)
{
    return contrast_of(f, contrast)->is_t ? 2 : 1;
}

static vb_status to_z(const vb_series *f, size_t contrast, double out[], vb_error *err)
{
    const bool is_t = contrast_of(f, contrast)->is_t;
    const double *df = row_of(f, contrast_row(f, contrast) + df_row(f, contrast));
    vb_z_table *table = NULL;
    vb_status status;

    if (f->plan->small_sample) {
        for (size_t v = 0; v < f->n_voxels; v++)
            out[v] = is_t ? vb_z_from_t_fast(out[v], df[v])
                          : vb_z_from_F(out[v], f->f_df[contrast], df[v]);
        return VB_OK;
    }
    status = is_t ? vb_z_table_t(f->df, &table, err)
                  : vb_z_table_F(f->f_df[contrast], f->df, &table, err);

    if (status != VB_OK)
        return status;
    vb_z_table_apply(table, f->n_voxels, out, out);
    vb_z_table_free(table);
    return VB_OK;
}

static vb_status map_contrast(const vb_series *f, vb_stat stat, size_t contrast,
                              double out[], vb_error *err)
{
    const size_t row = contrast_row(f, contrast);
    const size_t bytes = f->n_voxels * sizeof *out;
    const double *variance = row_of(f, row + 1);
    const size_t from = stat == VB_STAT_VARIANCE ? 1
                        : stat == VB_STAT_DF     ? df_row(f, contrast)
                                                 : 0;
    vb_status status = VB_OK;

    memcpy(out, row_of(f, row + from), bytes);
    if (from || stat == VB_STAT_EFFECT)
        return VB_OK;
    for (size_t v = 0; contrast_of(f, contrast)->is_t && v < f->n_voxels; v++)
        out[v] /= sqrt(variance[v]);
    if (stat == VB_STAT_Z || stat == VB_STAT_P)
        status = to_z(f, contrast, out, err);
    if (status == VB_OK && stat == VB_STAT_P)
        vb_p_from_z(f->n_voxels, out, false, out);
    return status;
}

vb_status vb_series_map(const vb_series *f, vb_stat stat, size_t contrast, double out[],
                        vb_error *err)
{
    const size_t bytes = f->n_voxels * sizeof *out;

    if (!vb_series_has(f, stat, contrast))
        return vb_fail(err, VB_EUSAGE, "contrast %zu has no such map", contrast);
    if (stat == VB_STAT_RHO)
        memcpy(out, row_of(f, VB_SERIES_RHO), bytes);
    else if (stat == VB_STAT_SIGMA2)
        memcpy(out, row_of(f, VB_SERIES_SIGMA2), bytes);
    else if (stat == VB_STAT_R2)
        memcpy(out, row_of(f, VB_SERIES_R2), bytes);
    else
        return map_contrast(f, stat, contrast, out, err);
    return VB_OK;
}

/* Rows behind those of the contrasts: effects that are kept, those of the fit, covariances. */
static const double *kept_row(const vb_series *f, size_t row, size_t voxel)
{
    return row_of(f, contrast_row(f, f->plan->base->n_contrasts) + row) + voxel;
}

void vb_series_kept(const vb_series *f, size_t voxel, double effects[],
                    double covariance[])
{
    const vb_glm_contrast *c = &f->plan->base->kept;
    const double *e = kept_row(f, 0, voxel);
    const double *v = kept_row(f, c->n_w + f->plan->base->fitted.n_w, voxel);

    for (size_t i = 0; i < c->n_w; i++)
        effects[i] = e[i * f->n_voxels];
    for (size_t i = 0; i < c->n_pairs; i++)
        covariance[i] = v[i * f->n_voxels];
}

void vb_series_residual(const vb_series *f, size_t voxel, double y[])
{
    const vb_glm_plan *p = f->plan->base;
    const double *c = kept_row(f, p->kept.n_w, voxel);

    for (size_t t = 0; t < p->n_scans; t++) {
        const double *q = p->rows + t * p->n_rows;
        double fit = 0;

        for (size_t i = 0; i < p->fitted.n_w; i++)
            fit += q[i] * c[i * f->n_voxels];
        y[t] -= fit;
    }
}

size_t vb_series_n_parameters(const vb_series *f)
{
    return f->plan->noise->n_parameters;
}

const char *vb_series_parameter_name(const vb_series *f, size_t i)
{
    return i < f->plan->noise->n_parameters ? f->plan->noise->parameter_names[i] : NULL;
}

void vb_series_parameter(const vb_series *f, size_t i, double out[])
{
    const size_t first = f->n_rows - f->plan->noise->n_parameters;

    memcpy(out, row_of(f, first + i), f->n_voxels * sizeof *out);
}

size_t vb_series_pooled(const vb_series *f, const double **values)
{
    *values = f->h;
    return f->n_h;
}

size_t vb_series_n_pooled_voxels(const vb_series *f)
{
    return f->n_pooled_voxels;
}

size_t vb_series_n_voxels(const vb_series *f)
{
    return f->n_voxels;
}
