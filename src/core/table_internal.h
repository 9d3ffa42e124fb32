/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that parse a table share. */
#ifndef VB_TABLE_INTERNAL_H
#define VB_TABLE_INTERNAL_H

#include "valuebold/table.h"

/* Refuses commas for tabs and columns of one name; rows need not be read yet. */
vb_status vb_table_check_header(const vb_table *t, vb_notes *notes, vb_error *err);

/* Leaves out columns without a name when nothing is in them, else refuses. */
vb_status vb_table_drop_unnamed(vb_table *t, vb_notes *notes, vb_error *err);

#endif
