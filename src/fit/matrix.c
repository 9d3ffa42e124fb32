/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.c - small symmetric matrices; a fit has few numbers. */
#include "fit_internal.h"

#include <gsl/gsl_eigen.h>
#include <string.h>

bool fit_cholesky(size_t n, double a[])
{
    for (size_t j = 0; j < n; j++) {
        double d = a[j * n + j];

        for (size_t k = 0; k < j; k++)
            d -= a[j * n + k] * a[j * n + k];
        if (!(d > 0) || !isfinite(d))
            return false;
        d = sqrt(d);
        a[j * n + j] = d;
        for (size_t i = j + 1; i < n; i++) {
            double s = a[i * n + j];

            for (size_t k = 0; k < j; k++)
                s -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = s / d;
        }
    }
    return true;
}

void fit_cholesky_solve(size_t n, const double factor[], double b[])
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= factor[i * n + k] * b[k];
        b[i] /= factor[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= factor[k * n + i] * b[k];
        b[i] /= factor[i * n + i];
    }
}

void fit_cholesky_inverse(size_t n, const double factor[], double inverse[])
{
    double column[VB_FIT_MAX];

    for (size_t j = 0; j < n; j++) {
        memset(column, 0, sizeof column);
        column[j] = 1;
        fit_cholesky_solve(n, factor, column);
        for (size_t i = 0; i < n; i++)
            inverse[i * n + j] = column[i];
    }
}

double fit_cholesky_log_det(size_t n, const double factor[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += 2 * log(factor[i * n + i]);
    return sum;
}

vb_status fit_smallest_eigen(size_t n, const double a[], double *value, double vector[],
                             vb_error *err)
{
    gsl_matrix *m = gsl_matrix_alloc(n, n), *vectors = gsl_matrix_alloc(n, n);
    gsl_vector *values = gsl_vector_alloc(n);
    gsl_eigen_symmv_workspace *w = gsl_eigen_symmv_alloc(n);
    vb_status status = VB_OK;

    if (m && vectors && values && w) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                gsl_matrix_set(m, i, j, a[i * n + j]);
        gsl_eigen_symmv(m, values, vectors, w);
        gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_ASC);
        *value = gsl_vector_get(values, 0);
        for (size_t i = 0; vector && i < n; i++)
            vector[i] = gsl_matrix_get(vectors, i, 0);
    } else {
        status = vb_fail_memory(err, 3 * n * n * sizeof(double));
    }
    gsl_eigen_symmv_free(w);
    gsl_vector_free(values);
    gsl_matrix_free(vectors);
    gsl_matrix_free(m);
    return status;
}
