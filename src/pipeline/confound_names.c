/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confound_names.c - columns of a confounds table under their present names and those of
 * fMRIPrep before 1.2 (FramewiseDisplacement, aCompCor00).
 */
#include "confounds.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *old;
} names[] = {{"csf", "CSF"},
             {"white_matter", "WhiteMatter"},
             {"global_signal", "GlobalSignal"},
             {"std_dvars", "stdDVARS"},
             {"dvars", "non-stdDVARS"},
             {"framewise_displacement", "FramewiseDisplacement"},
             {"trans_x", "X"},
             {"trans_y", "Y"},
             {"trans_z", "Z"},
             {"rot_x", "RotX"},
             {"rot_y", "RotY"},
             {"rot_z", "RotZ"}},
  numbered[] = {{"a_comp_cor_", "aCompCor"},
                {"t_comp_cor_", "tCompCor"},
                {"cosine", "Cosine"},
                {"non_steady_state_outlier", "NonSteadyStateOutlier"},
                {"aroma_motion_", "AROMAAggrComp"}};

size_t confound_column(const vb_table *table, const char *name)
{
    size_t found = vb_table_find(table, name);

    for (size_t i = 0; found == VB_NONE && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].name, name) == 0)
            found = vb_table_find(table, names[i].old);
    return found;
}

/* The number behind prefix and an optional '_', or -1. */
static long number_behind(const char *name, const char *prefix)
{
    const size_t n = strlen(prefix);
    char *end;
    long number;

    if (strncmp(name, prefix, n) != 0)
        return -1;
    name += n + (name[n] == '_');
    if (!isdigit((unsigned char)*name))
        return -1;
    number = strtol(name, &end, 10);
    return *end ? -1 : number;
}

size_t confound_numbered(const vb_table *table, const char *prefix, size_t index[])
{
    const char *old = prefix;
    size_t n = 0;

    for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; i++)
        if (strcmp(numbered[i].name, prefix) == 0)
            old = numbered[i].old;
    for (size_t c = 0; c < table->n_cols; c++) {
        const char *name = table->columns[c];
        long own = number_behind(name, prefix);
        size_t k;

        if (own < 0)
            own = number_behind(name, old);
        if (own < 0)
            continue;
        for (k = n++; k; k--) { /* insertion by number */
            const char *before = table->columns[index[k - 1]];
            long other = number_behind(before, prefix);

            if (other < 0)
                other = number_behind(before, old);
            if (other <= own)
                break;
            index[k] = index[k - 1];
        }
        index[k] = c;
    }
    return n;
}
