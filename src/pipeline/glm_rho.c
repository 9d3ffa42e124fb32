/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_rho.c - the autocorrelation, smoothed over neighbours within the mask before the fit.
 *
 * Neighbours have nearly the same noise, and a mean over them varies less than one voxel's
 * estimate.  It is the estimate itself that is smoothed, after REML or the moments have taken
 * its bias away.  Reference: Worsley et al. (2002) NeuroImage 15:1, section 2.2.
 */
#include "glm_internal.h"
#include "valuebold/smooth.h"

#include <math.h>
#include <stdlib.h>

vb_status glm_check_noise_fwhm(const vb_glm_options *options, vb_error *err)
{
    if (!(options->noise_fwhm_mm > 0) || vb_noise_estimates_rho(options->noise))
        return VB_OK;
    return vb_fail(err, VB_EUSAGE,
                   "noise_fwhm_mm smooths the autocorrelation of ar1, ar1-moment or "
                   "ar1-plugin; noise is '%s'",
                   options->noise);
}

static vb_status smooth(const glm_feed *feed, double volume[], vb_error *err)
{
    const double fwhm = feed->options->noise_fwhm_mm, fwhm_mm[3] = {fwhm, fwhm, fwhm};
    vb_smooth *plan = NULL;
    vb_smooth_work *work = NULL;
    vb_status status = vb_smooth_alloc(feed->header->dim, feed->header->voxel_mm,
                                       fwhm_mm, feed->mask, &plan, err);

    if (status == VB_OK)
        status = vb_smooth_work_alloc(plan, &work, err);
    if (status == VB_OK)
        vb_smooth_double(plan, work, volume); /* voxels without an estimate are NaN */
    vb_smooth_work_free(work);
    vb_smooth_free(plan);
    return status;
}

vb_status glm_smooth_rho(const glm_feed *feed, size_t n_threads, double rho[],
                         vb_error *err)
{
    const size_t n_vox = feed->header->n_vox;
    double *volume = malloc(n_vox * sizeof *volume);
    vb_status status =
        volume ? vb_glm_rho(feed->glm, feed->slope, feed->inter, n_threads, rho, err)
               : vb_fail_memory(err, n_vox * sizeof *volume);

    for (size_t i = 0, v = 0; i < n_vox && status == VB_OK; i++)
        volume[i] = feed->mask[i] ? rho[v++] : (double)NAN;
    if (status == VB_OK)
        status = smooth(feed, volume, err);
    for (size_t i = 0, v = 0; i < n_vox && status == VB_OK; i++)
        if (feed->mask[i])
            rho[v++] = volume[i];
    free(volume);
    return status;
}
