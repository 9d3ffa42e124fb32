/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `valuebold simulate bold`. */
#ifndef VB_CLI_SIMULATE_BOLD_H
#define VB_CLI_SIMULATE_BOLD_H

#include "cli.h"

/* seed NaN: the plan's. */
vb_status simulate_bold(const char *file, double seed, cli_context *context,
                        vb_error *err);

#endif
