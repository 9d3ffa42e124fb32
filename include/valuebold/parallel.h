/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Independent pieces of work on several threads.
 */
#ifndef VALUEBOLD_PARALLEL_H
#define VALUEBOLD_PARALLEL_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VB_MAX_THREADS = 64 };

/* item: 0 ... n_items - 1; worker: 0 ... n_threads - 1, for workspaces. */
typedef void (*vb_work)(void *context, size_t item, size_t worker);

/*
 * Calls work once for every item, from up to n_threads threads, the caller's among them (0
 * counts as 1, at most VB_MAX_THREADS).  Who takes which item is left to chance: results are
 * the same for any number of threads when an item writes only what is its own.
 * Goes on with fewer threads when no more can be had.
 */
VB_API void vb_parallel(size_t n_items, size_t n_threads, vb_work work, void *context);

/* Processors this process may use, 1 to VB_MAX_THREADS. */
VB_API size_t vb_processors(void);

#ifdef __cplusplus
}
#endif
#endif
