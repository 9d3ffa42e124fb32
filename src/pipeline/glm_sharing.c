/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_sharing.c - which columns the runs of one model share, and the contrasts on them. */
#include "glm_sharing.h"

#include <string.h>

static bool is_weighed(const vb_glm_job *job, size_t column)
{
    const size_t p = job->design->n_cols;

    for (size_t c = 0; c < job->n_contrasts; c++)
        for (size_t r = 0; r < job->contrasts[c].n_rows; r++)
            if (job->contrasts[c].weights[r * p + column] != 0)
                return true;
    return false;
}

static size_t find_title(const glm_sharing *s, const char *title)
{
    for (size_t i = 0; i < s->n_shared; i++)
        if (strcmp(s->titles[i], title) == 0)
            return i;
    return VB_NONE;
}

/* Every run's columns that a contrast names are its own. */
static void list_own(glm_sharing *s)
{
    for (size_t r = 0; r < s->n_runs; r++)
        for (size_t c = 0; c < s->jobs[r].design->n_cols; c++)
            if (is_weighed(&s->jobs[r], c)) {
                s->columns[r][s->n_shared] = c;
                s->titles[s->n_shared++] = s->jobs[r].design->columns[c].title;
            }
}

static void list_shared(glm_sharing *s)
{
    for (size_t r = 0; r < s->n_runs; r++)
        for (size_t c = 0; c < s->jobs[r].design->n_cols; c++) {
            const vb_column *column = &s->jobs[r].design->columns[c];
            const bool event =
                s->jobs[r].share_events && column->kind <= VB_COLUMN_MODULATOR;

            if ((event || is_weighed(&s->jobs[r], c)) &&
                find_title(s, column->title) == VB_NONE)
                s->titles[s->n_shared++] = column->title;
        }
    for (size_t r = 0; r < s->n_runs; r++)
        for (size_t c = 0; c < s->jobs[r].design->n_cols; c++) {
            const size_t i = find_title(s, s->jobs[r].design->columns[c].title);

            if (i != VB_NONE)
                s->columns[r][i] = c;
        }
}

static vb_status find_shared(glm_sharing *s, vb_error *err)
{
    size_t most = 0;

    for (size_t r = 0; r < s->n_runs; r++)
        most += s->jobs[r].design->n_cols;
    s->titles = vb_arena_take(s->arena, most, sizeof *s->titles);
    s->columns = vb_arena_take(s->arena, s->n_runs, sizeof *s->columns);
    if (!s->titles || !s->columns)
        return vb_fail_memory(err, most * sizeof *s->titles);
    for (size_t r = 0; r < s->n_runs; r++) {
        s->columns[r] = vb_arena_take(s->arena, most, sizeof(size_t));
        if (!s->columns[r])
            return vb_fail_memory(err, most * sizeof(size_t));
        for (size_t i = 0; i < most; i++)
            s->columns[r][i] = VB_NONE;
    }
    if (s->options->runs == VB_GLM_RUNS_STACK)
        list_own(s);
    else
        list_shared(s);
    return VB_OK;
}

/* What a run's weights of a contrast count. */
static double share_of(const glm_sharing *s, size_t r, size_t c)
{
    size_t n = 0;

    if (s->options->runs != VB_GLM_RUNS_STACK)
        return 1;
    for (size_t i = 0; i < s->n_runs; i++)
        n += !s->jobs[i].left_out || !s->jobs[i].left_out[c];
    return s->jobs[r].left_out && s->jobs[r].left_out[c] ? 0 : 1 / (double)n;
}

/* Weights of the shared columns: those of any run that has the column. */
static vb_status find_contrasts(glm_sharing *s, vb_error *err)
{
    const vb_glm_job *first = &s->jobs[0];

    s->contrasts = vb_arena_take(s->arena, first->n_contrasts, sizeof *s->contrasts);
    if (!s->contrasts)
        return vb_fail_memory(err, first->n_contrasts * sizeof *s->contrasts);
    for (size_t c = 0; c < first->n_contrasts; c++) {
        vb_contrast *to = &s->contrasts[c];

        *to = first->contrasts[c];
        to->weights = vb_arena_take(s->arena, to->n_rows * s->n_shared, sizeof(double));
        if (!to->weights)
            return vb_fail_memory(err, to->n_rows * s->n_shared * sizeof(double));
        for (size_t i = 0; i < to->n_rows * s->n_shared; i++)
            for (size_t r = 0; r < s->n_runs; r++) {
                const size_t column = s->columns[r][i % s->n_shared];
                const size_t row = i / s->n_shared * s->jobs[r].design->n_cols;

                if (column != VB_NONE)
                    to->weights[i] = share_of(s, r, c) *
                                     s->jobs[r].contrasts[c].weights[row + column];
            }
    }
    return VB_OK;
}

bool glm_is_shared(const glm_sharing *s, size_t r, size_t column)
{
    for (size_t i = 0; i < s->n_shared; i++)
        if (s->columns[r][i] == column)
            return true;
    return false;
}

vb_status glm_share(glm_sharing *s, vb_error *err)
{
    const vb_status status = find_shared(s, err);

    return status == VB_OK ? find_contrasts(s, err) : status;
}
