/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparing tables of numbers with a reference, cell by cell: our files with published
 * ones, or one version's with another's.
 */
#ifndef VALUEBOLD_COMPARE_H
#define VALUEBOLD_COMPARE_H

#include "valuebold/arena.h"
#include "valuebold/notes.h"
#include "valuebold/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Outcome of one comparison, or the sum of several. */
typedef struct vb_comparison {
    const char *label;
    size_t n_files, n_missing_files; /* reference files, and those we have none for */
    size_t n_rows, n_values, n_differ;
    double largest;       /* |ours - theirs| */
    double largest_units; /* the same in units of the reference's last printed digit */
    vb_error first; /* the first difference: place in the reference and sentence */
} vb_comparison;

/*
 * tolerance > 0: |ours - theirs| <= tolerance.  tolerance 0: half a unit of the last digit
 * that the reference prints, taken from the column's cell with most significant digits (so
 * that "2" beside "0.39943" counts as 2.0000); a tie may fall either way.
 *
 * Headerless tables (first cell a number) are compared column by column and must have the
 * same rows in the same order.  With headers, columns are matched by name through pairs
 * (ours, theirs), or by equal names when n_pairs is 0; with key, rows are matched by that
 * column (of both), and rows only we have are ignored.
 */
typedef struct vb_compare_rule {
    double tolerance;
    const char *key; /* NULL: row by row */
    size_t n_pairs;
    const char *const *ours, *const *theirs;
} vb_compare_rule;

/* Adds the comparison of two tables given as text to total. */
VB_API vb_status vb_compare_tables(const char *ours_name, const char *ours,
                                   size_t ours_size, const char *theirs_name,
                                   const char *theirs, size_t theirs_size,
                                   const vb_compare_rule *rule, vb_comparison *total,
                                   vb_error *err);

/* Two files. */
VB_API vb_status vb_compare_files(const char *ours, const char *theirs,
                                  const vb_compare_rule *rule, vb_comparison *total,
                                  vb_error *err);

/*
 * A list of file pairs below two folders, from a YAML map:
 *
 *     - label: SV
 *       ours:   export/fsl/sub-{sub}/sub-{sub}_task-effort_run-{run}_ev-task.txt
 *       theirs: derivatives/published_ev/sub-{sub}/sub-{sub}_run-{run}_task_boxcar.txt
 *       key: onset                     # these three are optional
 *       columns: {sv_chosen: sv_chosen, probability_factor_chosen: risk_factor_chosen}
 *       tolerance: 1e-8
 *
 * Every file of theirs that fits the pattern ({name} is a run of letters and digits, the
 * same wherever it stands) must have its counterpart in ours.  results are in arena.
 */
VB_API vb_status vb_compare_map(const char *map_file, const char *ours_folder,
                                const char *theirs_folder, vb_arena *arena, size_t *n,
                                vb_comparison **results, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
