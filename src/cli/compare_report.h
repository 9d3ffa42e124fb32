/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_report.h - what `compare` says of two designs. */
#ifndef VB_COMPARE_REPORT_H
#define VB_COMPARE_REPORT_H

#include "cli.h"
#include "valuebold/compare_designs.h"

void compare_put_text(cli_context *context, const vb_named_matrix *a,
                      const vb_named_matrix *b, size_t n, const vb_column_match m[]);
void compare_put_json(cli_context *context, const vb_named_matrix *a,
                      const vb_named_matrix *b, size_t n, const vb_column_match m[]);
/* VB_EINPUT when a column differs by more than tolerance or has no counterpart; NaN: never
 * judged. */
vb_status compare_judge(const vb_named_matrix *a, const vb_named_matrix *b, size_t n,
                        const vb_column_match m[], double tolerance, vb_error *err);

#endif
