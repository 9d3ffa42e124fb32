/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tab-separated tables: what is accepted, what is refused, and the place that is
 * named. */
#include "support.h"

Test(table, a_plain_table_has_cells_lines_and_numbers)
{
    vb_table *t = support_table_text("a.tsv", "onset\tx\n1.5\t2\n3\tn/a\n");
    const double *x = support_column(t, "x");

    cr_expect_eq(t->n_rows, 2);
    cr_expect_str_eq(vb_table_cell(t, 1, 0), "3");
    cr_expect_eq(t->line[1], 3);
    cr_expect(x[0] == 2 && isnan(x[1]));
    vb_table_free(t);
}
