/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistic.c - one face for the distributions of z, t and F. */
#include "valuebold/statistic.h"

#include <string.h>

const char *vb_statistic_name(const vb_statistic *s)
{
    static const char *const names[] =
        {[VB_STATISTIC_Z] = "z", [VB_STATISTIC_T] = "t", [VB_STATISTIC_F] = "F"};

    return names[s->kind];
}

vb_tails vb_statistic_tails(const vb_statistic *s, double x)
{
    switch (s->kind) {
    case VB_STATISTIC_T:
        return vb_tails_t(x, s->df2);
    case VB_STATISTIC_F:
        return vb_tails_F(x, s->df1, s->df2);
    default:
        return vb_tails_z(x);
    }
}

double vb_statistic_z(const vb_statistic *s, double x)
{
    switch (s->kind) {
    case VB_STATISTIC_T:
        return vb_z_from_t(x, s->df2);
    case VB_STATISTIC_F:
        return vb_z_from_F(x, s->df1, s->df2);
    default:
        return x;
    }
}

double vb_statistic_from_log_p(const vb_statistic *s, double log_p)
{
    switch (s->kind) {
    case VB_STATISTIC_T:
        return vb_t_from_log_p(log_p, s->df2);
    case VB_STATISTIC_F:
        return vb_F_from_log_p(log_p, s->df1, s->df2);
    default:
        return vb_z_from_log_p(log_p);
    }
}

vb_status vb_statistic_p(const vb_statistic *s, size_t n, const double x[],
                         bool two_sided, double p[], vb_error *err)
{
    vb_z_table *table = NULL;
    vb_status status = VB_OK;

    if (s->kind == VB_STATISTIC_Z) {
        if (p != x)
            memcpy(p, x, n * sizeof *p);
    } else {
        status = s->kind == VB_STATISTIC_T ? vb_z_table_t(s->df2, &table, err)
                                           : vb_z_table_F(s->df1, s->df2, &table, err);
        if (status != VB_OK)
            return status;
        vb_z_table_apply(table, n, x, p);
        vb_z_table_free(table);
    }
    vb_p_from_z(n, p, two_sided && s->kind != VB_STATISTIC_F, p);
    return VB_OK;
}
