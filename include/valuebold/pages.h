/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of memory.
 */
#ifndef VALUEBOLD_PAGES_H
#define VALUEBOLD_PAGES_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Has the system hand out the pages of n bytes of memory of which nothing was written yet,
 * all at once instead of one by one at the first write.  What is in them stays.  Does nothing
 * where the system cannot (Linux can since 5.14).
 */
VB_API void vb_pages_touch(void *memory, size_t n);

#ifdef __cplusplus
}
#endif
#endif
