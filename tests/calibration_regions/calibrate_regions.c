/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calibrate_regions.c - do estimates of regions hold what they promise?  Planted effects by
 * the thousand; Markdown tables to standard output.
 *
 *   calibrate_regions THREADS
 *
 * The cases, their seeds and the limits beside the numbers were written down before the first
 * run.  Nothing is fitted to the results.
 */
#include "cases.h"

#include <stdio.h>

void demand(int status, const char *text)
{
    if (!status)
        return;
    fprintf(stderr, "calibrate_regions: %s\n", text);
    exit(1);
}

int main(int argc, char **argv)
{
    const size_t n_threads = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1;

    calibrate_effects(n_threads);
    calibrate_ppi(n_threads);
    return 0;
}
