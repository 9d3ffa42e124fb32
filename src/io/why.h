/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why.h - errno as words, safe with threads. */
#ifndef VB_IO_WHY_H
#define VB_IO_WHY_H

#include <stdio.h>
#include <string.h>

enum { VB_WHY_MAX = 128 };

static inline const char *vb_why(int number, char out[VB_WHY_MAX])
{
    if (strerror_r(number, out, VB_WHY_MAX) != 0)
        snprintf(out, VB_WHY_MAX, "error %d", number);
    return out;
}

#endif
