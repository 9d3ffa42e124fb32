/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmat.c - AFNI's matrix files, written. */
#include "xmat.h"

#include <stdio.h>
#include <string.h>

static void put_stimuli(vb_buffer *out, const xmat *m)
{
    size_t n = 0;

    for (size_t j = 0; j < m->n_cols; j++)
        n += m->groups[j] > 0 && (!j || m->groups[j] != m->groups[j - 1]);
    if (!n)
        return;
    vb_putf(out, "#  Nstim = \"%zu\"\n", n);
    for (int part = 0; part < 3; part++) {
        static const char *const keys[] = {"StimBots", "StimTops", "StimLabels"};
        size_t k = 0;

        vb_putf(out, "#  %s = \"", keys[part]);
        for (size_t j = 0; j < m->n_cols; j++) {
            const bool first = !j || m->groups[j] != m->groups[j - 1];
            const bool last = j + 1 == m->n_cols || m->groups[j] != m->groups[j + 1];

            if (m->groups[j] <= 0 || !(part == 1 ? last : first))
                continue;
            vb_put_text(out, !k++ ? "" : part == 2 ? " ; " : ",");
            if (part == 2)
                vb_putf(out, "%.*s", (int)strcspn(m->labels[j], "#"), m->labels[j]);
            else
                vb_putf(out, "%zu", j);
        }
        vb_put_text(out, "\"\n");
    }
}

static void put_contrasts(vb_buffer *out, const xmat *m)
{
    if (!m->n_contrasts)
        return;
    vb_putf(out, "#  Nglt = \"%zu\"\n#  GltLabels = \"", m->n_contrasts);
    for (size_t c = 0; c < m->n_contrasts; c++)
        vb_putf(out, "%s%s", c ? " ; " : "", m->contrasts[c].name);
    vb_put_text(out, "\"\n");
    for (size_t c = 0; c < m->n_contrasts; c++) {
        vb_putf(out, "#  GltMatrix_%06zu = \"%zu,%zu", c, m->contrasts[c].n_rows,
                m->n_cols);
        for (size_t i = 0; i < m->contrasts[c].n_rows * m->n_cols; i++) {
            vb_put_char(out, ',');
            vb_put_number(out, m->contrasts[c].weights[i]);
        }
        vb_put_text(out, "\"\n");
    }
}

static void put_rows(vb_buffer *out, const xmat *m)
{
    for (size_t i = 0; i < m->n_rows; i++) {
        for (size_t j = 0; j < m->n_cols; j++) {
            vb_put_char(out, ' ');
            vb_put_number(out, m->x[i * m->n_cols + j]);
        }
        vb_put_char(out, '\n');
    }
}

void xmat_put(vb_buffer *out, const xmat *m, const char *made_by)
{
    vb_putf(out, "# <matrix\n#  ni_type = \"%zu*double\"\n#  ni_dimen = \"%zu\"\n",
            m->n_cols, m->n_rows);
    vb_put_text(out, "#  ColumnLabels = \"");
    for (size_t j = 0; j < m->n_cols; j++)
        vb_putf(out, "%s%s", j ? " ; " : "", m->labels[j]);
    vb_put_text(out, "\"\n#  ColumnGroups = \"");
    for (size_t j = 0; j < m->n_cols; j++)
        vb_putf(out, "%s%d", j ? "," : "", m->groups[j]);
    vb_put_text(out, "\"\n#  RowTR = \"");
    vb_put_number(out, m->tr_s);
    vb_putf(out, "\"\n#  GoodList = \"0..%zu\"\n#  NRowFull = \"%zu\"\n", m->n_rows - 1,
            m->n_rows);
    vb_put_text(out, "#  RunStart = \"");
    for (size_t r = 0; r < m->n_runs; r++)
        vb_putf(out, "%s%zu", r ? "," : "", m->first_row[r]);
    vb_put_text(out, "\"\n");
    put_stimuli(out, m);
    put_contrasts(out, m);
    vb_putf(out, "#  CommandLine = \"%s\"\n# >\n", made_by);
    put_rows(out, m);
    vb_put_text(out, "# </matrix>\n");
}
