/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a fallible call returns, and the sentence that goes with it.
 *
 * Every call that can fail returns a vb_status and takes a vb_error as its last argument.
 * Results come back through pointers and are written only on VB_OK.  The library never
 * prints, never exits and never changes global state.
 */
#ifndef VALUEBOLD_STATUS_H
#define VALUEBOLD_STATUS_H

#include <stddef.h>

#if defined(__GNUC__)
#define VB_PRINTF(fmt, args) __attribute__((format(printf, fmt, args), nonnull(fmt)))
#define VB_API __attribute__((visibility("default")))
#else
#define VB_PRINTF(fmt, args)
#define VB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_status {
    VB_OK = 0,
    VB_EINTERNAL, /* a fault of ours: please report it */
    VB_EUSAGE,    /* the command line or a call's arguments make no sense */
    VB_EINPUT,    /* a file or value was read and refused */
    VB_EDOM,      /* a number outside the range a function is defined on */
    VB_EESTIMATE, /* the model or a contrast cannot be estimated */
    VB_EIO,       /* output, disk or permission */
    VB_ENOMEM,    /* memory */
} vb_status;

enum { VB_PATH_MAX = 1024, VB_TEXT_MAX = 1024 };

/* "no such index": returned by look-ups */
#define VB_NONE ((size_t)-1)

/*
 * One error.  line and column are 1-based, 0 when they do not apply; file is "" when no
 * file is involved.  text never holds control characters: they are escaped as \xNN.
 */
typedef struct vb_error {
    vb_status code;
    size_t line, column;
    char file[VB_PATH_MAX];
    char text[VB_TEXT_MAX];
} vb_error;

/* Fills err (which may be NULL) and returns code, so that one may write
 * `return vb_fail(err, VB_EDOM, "hrf: dt_s = %g s", dt_s)`. */
VB_API vb_status vb_fail(vb_error *err, vb_status code, const char *format, ...)
    VB_PRINTF(3, 4);

/* The same with the place: file (NULL for none), line and column (0 for none). */
VB_API vb_status vb_fail_at(vb_error *err, vb_status code, const char *file,
                            size_t line, size_t column, const char *format, ...)
    VB_PRINTF(6, 7);

/* VB_ENOMEM with the number of bytes that could not be had. */
VB_API vb_status vb_fail_memory(vb_error *err, size_t bytes);

/* Exit code of the program for a status: 0 done, 1 internal fault, 2 usage, 3 input
 * refused, 4 not estimable, 5 output, disk, memory or permission. */
VB_API int vb_exit_code(vb_status status);

/* Writes "FILE:LINE:COLUMN: text" into out (always terminated), leaving out what is not
 * known.  Returns out. */
VB_API char *vb_error_line(const vb_error *err, char out[], size_t size);

/* A copy of s fit for a message: control characters as \xNN, at most 60 characters and
 * then "...".  The buffer is the caller's.  Returns out. */
enum { VB_QUOTE_MAX = 60 * 4 + 8 };
VB_API char *vb_quote(const char *s, char out[VB_QUOTE_MAX]);

#ifdef __cplusplus
}
#endif
#endif
