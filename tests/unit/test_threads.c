/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many threads glm may have. */
#define _GNU_SOURCE /* sched_setaffinity */
#include "cli/glm_args.h"
#include "support.h"
#include "valuebold/parallel.h"

#include <sched.h>
#include <stdlib.h>

static size_t threads(size_t n_procs)
{
    const cli_common common = {.n_procs = n_procs};
    vb_error err = {0};
    size_t n = 0;

    cr_assert_eq(glm_threads(&common, &n, &err), VB_OK, "%s", err.text);
    return n;
}

static void forget_slurm(void)
{
    unsetenv("SLURM_CPUS_PER_TASK");
    unsetenv("SLURM_CPUS_ON_NODE");
}

Test(threads, all_processors_of_the_affinity_mask_when_nobody_says,
     .init = forget_slurm)
{
    cpu_set_t all, one;

    cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
    cr_expect_eq(threads(0), (size_t)CPU_COUNT(&all));
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &all) && !CPU_COUNT(&one))
            CPU_SET(cpu, &one);
    cr_assert_eq(sched_setaffinity(0, sizeof one, &one), 0);
    cr_expect_eq(threads(0), 1u);
    cr_expect_eq(threads(5), 1u, "never more than the mask allows");
}

Test(threads, the_least_of_what_user_and_slurm_allow, .init = forget_slurm)
{
    const size_t here = vb_processors();

    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    cr_expect_eq(threads(0), 1u);
    cr_expect_eq(threads(2), 1u);
    setenv("SLURM_CPUS_PER_TASK", "1000", 1);
    cr_expect_eq(threads(0), here);
    cr_expect_eq(threads(1), 1u);
    setenv("SLURM_CPUS_PER_TASK", "many", 1); /* says nothing */
    setenv("SLURM_CPUS_ON_NODE", "1", 1);
    cr_expect_eq(threads(0), 1u);
}

Test(threads, more_than_there_can_be_is_refused, .init = forget_slurm)
{
    const cli_common common = {.n_procs = VB_MAX_THREADS + 1};
    vb_error err = {0};
    size_t n;

    cr_expect_eq(glm_threads(&common, &n, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "from 1 to 64"), "%s", err.text);
}
