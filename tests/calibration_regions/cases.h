/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cases.h - the parts of the calibration of regions; each prints its tables. */
#ifndef VB_CALIBRATION_REGIONS_CASES_H
#define VB_CALIBRATION_REGIONS_CASES_H

#include "../unit/region_fits.h"

void calibrate_effects(size_t n_threads);
void calibrate_ppi(size_t n_threads);

/* Ends the program unless status is 0 (VB_OK). */
void demand(int status, const char *text);

#endif
