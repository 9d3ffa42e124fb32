/* SPDX-License-Identifier: GPL-3.0-or-later */
/* processors.c - how many processors the process may use: those of its affinity mask (a
 * batch system or taskset may have taken some away), not those of the machine. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "valuebold/parallel.h"

#include <sched.h>

size_t vb_processors(void)
{
    cpu_set_t set;
    int n = 1;

    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > VB_MAX_THREADS ? VB_MAX_THREADS : (size_t)n;
}
