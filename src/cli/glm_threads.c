/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_threads.c - how many threads a command may have: the least of what the user, the batch
 * system and the affinity mask allow. */
#include "glm_args.h"
#include "valuebold/number.h"
#include "valuebold/parallel.h"

#include <stdlib.h>

/* What SLURM granted; 0: it says nothing. */
static size_t granted(void)
{
    static const char *const names[] = {"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"};
    double n;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = getenv(names[i]);

        if (text && vb_number_read(text, &n) == VB_NUMBER_OK && n >= 1)
            return n < VB_MAX_THREADS ? (size_t)n : VB_MAX_THREADS;
    }
    return 0;
}

vb_status glm_threads(const cli_common *common, size_t *n, vb_error *err)
{
    const size_t slurm = granted(), here = vb_processors();

    if (common->n_procs > VB_MAX_THREADS)
        return vb_fail(err, VB_EUSAGE, "--n-procs %zu: from 1 to %d", common->n_procs,
                       VB_MAX_THREADS);
    *n = here;
    if (slurm && slurm < *n)
        *n = slurm;
    if (common->n_procs && common->n_procs < *n)
        *n = common->n_procs;
    return VB_OK;
}
