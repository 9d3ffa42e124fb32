/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.c - parameters on scales without natural bounds. */
#include "fit_internal.h"

const char *vb_fit_scale_name(vb_fit_scale scale)
{
    static const char *const names[] = {"linear", "log", "logit"};

    return names[scale];
}

const char *vb_fit_factor_name(vb_fit_factor factor)
{
    static const char *const names[] = {"shared", "condition", "session", "run"};

    return names[factor];
}

vb_fit_scale vb_fit_scale_of(const vb_param *param)
{
    if (param->lower >= 0 && param->upper <= 1)
        return VB_FIT_LOGIT;
    return param->lower >= 0 ? VB_FIT_LOG : VB_FIT_LINEAR;
}

double fit_theta_of(vb_fit_scale scale, const vb_param *param, double u)
{
    if (scale == VB_FIT_LOG)
        return exp(u);
    if (scale == VB_FIT_LINEAR)
        return u;
    /* from the nearer end, so that no digits are lost there */
    return u < 0 ? param->lower + (param->upper - param->lower) * exp(u) / (1 + exp(u))
                 : param->upper - (param->upper - param->lower) / (1 + exp(u));
}

double fit_u_of(vb_fit_scale scale, const vb_param *param, double theta)
{
    if (scale == VB_FIT_LOG)
        return log(theta);
    if (scale == VB_FIT_LINEAR)
        return theta;
    return log((theta - param->lower) / (param->upper - theta));
}

double fit_slope_of(vb_fit_scale scale, const vb_param *param, double theta)
{
    if (scale == VB_FIT_LOG)
        return theta;
    if (scale == VB_FIT_LINEAR)
        return 1;
    return (theta - param->lower) * (param->upper - theta) /
           (param->upper - param->lower);
}

double vb_fit_theta(const vb_param *param, double u)
{
    return fit_theta_of(vb_fit_scale_of(param), param, u);
}

double vb_fit_u(const vb_param *param, double theta)
{
    return fit_u_of(vb_fit_scale_of(param), param, theta);
}
