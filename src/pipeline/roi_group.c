/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roi_group.c - tests over subjects: one value a participant and region for each contrast and
 * unit; corrected for the regions that were listed.
 */
#include "roi_report.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FEWEST = 3, ADVICE_MAX = 600 };

typedef struct people {
    size_t n;
    const char **name;
    size_t *group;
    double *covariate;
    const char *groups[2];
} people;

static size_t person_of(const people *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->name[i], name) == 0)
            return i;
    return VB_NONE;
}

static vb_status list_people(const vb_roi_report *report, vb_arena *arena, people *p,
                             vb_error *err)
{
    const vb_study *study = report->study;
    const size_t n = study->n_subjects;

    *p = (people){.name = vb_arena_take(arena, n, sizeof *p->name),
                  .group = vb_arena_take(arena, n, sizeof *p->group),
                  .covariate = vb_arena_take(arena, n, sizeof *p->covariate)};
    if (!p->name || !p->group || !p->covariate)
        return vb_fail_memory(err, n * sizeof *p->name);
    for (size_t s = 0; s < n; s++)
        if (study->subjects[s].selected &&
            person_of(p, study->subjects[s].participant) == VB_NONE)
            p->name[p->n++] = study->subjects[s].participant;
    return VB_OK;
}

/* ---- participants.tsv ---- */

static vb_status set_group(const vb_table *table, size_t row, size_t col, people *p,
                           size_t i, vb_error *err)
{
    const char *cell = vb_table_cell(table, row, col);
    char quoted[VB_QUOTE_MAX];

    for (size_t g = 0; g < 2; g++) {
        if (!p->groups[g])
            p->groups[g] = cell;
        if (strcmp(p->groups[g], cell) == 0) {
            p->group[i] = g;
            return VB_OK;
        }
    }
    return vb_fail_at(err, VB_EINPUT, table->name, table->line[row], col + 1,
                      "column '%s' has a third value '%s' beside '%s' and '%s'; two "
                      "groups are compared",
                      table->columns[col], vb_quote(cell, quoted), p->groups[0],
                      p->groups[1]);
}

static vb_status set_covariate(const vb_table *table, size_t row, size_t col, people *p,
                               size_t i, vb_error *err)
{
    const char *cell = vb_table_cell(table, row, col);
    const vb_number_kind kind = vb_number_read(cell, &p->covariate[i]);
    char quoted[VB_QUOTE_MAX];

    if (kind == VB_NUMBER_OK)
        return VB_OK;
    return vb_fail_at(err, VB_EINPUT, table->name, table->line[row], col + 1,
                      "column '%s' of sub-%s: '%s' %s", table->columns[col], p->name[i],
                      vb_quote(cell, quoted), vb_number_why(kind));
}

static vb_status read_people(const vb_roi_report *report, people *p, vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    const vb_table *table = a->participants;
    size_t id = 0, col = 0;
    vb_status status;

    if (a->group_test == VB_GROUP_ONE_SAMPLE)
        return VB_OK;
    if (!table)
        return vb_fail(err, VB_EINPUT,
                       "groups and covariates come from participants.tsv, and there is "
                       "none in the data set");
    status = vb_table_need(table, "participant_id", &id, err);
    if (status == VB_OK)
        status = vb_table_need(table, a->group_column, &col, err);
    for (size_t i = 0; i < p->n && status == VB_OK; i++) {
        size_t row = 0;

        while (row < table->n_rows) {
            const char *cell = vb_table_cell(table, row, id);

            if (strcmp(strncmp(cell, "sub-", 4) == 0 ? cell + 4 : cell, p->name[i]) ==
                0)
                break;
            row++;
        }
        if (row == table->n_rows)
            return vb_fail_at(err, VB_EINPUT, table->name, 0, 0,
                              "there is no row for sub-%s", p->name[i]);
        status = a->group_test == VB_GROUP_TWO_GROUP
                     ? set_group(table, row, col, p, i, err)
                     : set_covariate(table, row, col, p, i, err);
    }
    return status;
}

vb_status roi_group_check(const vb_roi_report *report, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    people p = {0};
    vb_status status =
        arena ? list_people(report, arena, &p, err) : vb_fail_memory(err, 1);

    if (status == VB_OK)
        status = read_people(report, &p, err);
    vb_arena_free(arena);
    return status;
}

/* ---- values ---- */

/* Whether an effect is the one of its subject: of all runs, or of the only one. */
static bool is_last_word(const vb_roi_report *report, const roi_effect *e)
{
    return e->run == VB_NONE || report->study->subjects[e->subject].n_runs < 2;
}

/* values [n x n_regions]: means over the sessions of a participant. */
static void fill_values(const vb_roi_report *report, const people *p, size_t contrast,
                        roi_unit unit, double values[], size_t count[])
{
    const size_t n_all = p->n * report->n_regions;

    memset(count, 0, n_all * sizeof *count);
    for (size_t i = 0; i < n_all; i++)
        values[i] = 0;
    for (size_t i = 0; i < report->n_effects; i++) {
        const roi_effect *e = &report->effects[i];
        size_t at;

        if (e->contrast != contrast || e->unit != unit || !is_last_word(report, e) ||
            !isfinite(e->estimate.effect))
            continue;
        at = person_of(p, report->study->subjects[e->subject].participant) *
                 report->n_regions +
             e->region;
        values[at] += e->estimate.effect;
        count[at]++;
    }
    for (size_t i = 0; i < n_all; i++)
        values[i] = count[i] ? values[i] / (double)count[i] : (double)NAN;
}

static void put_rows(vb_roi_report *report, size_t contrast, roi_unit unit,
                     const char *test, const vb_region_group_result results[],
                     const vb_region_group_info *info)
{
    vb_buffer *out = &report->table[ROI_GROUP];

    if (!out->n)
        vb_put_text(out,
                    "region\tcontrast\tunit\ttest\tn\teffect\tse\tlow\thigh\tt\tdf\tp\t"
                    "p_permutation\tp_corrected\tcohens_d\tpermutations\texact\n");
    for (size_t r = 0; r < report->n_regions; r++) {
        const vb_region_group_result *g = &results[r];
        const double cells[] = {g->effect,      g->se, g->low, g->high,
                                g->t,           g->df, g->p,   g->p_permutation,
                                g->p_corrected, g->d};

        vb_putf(out, "%s\t%s\t%s\t%s\t%zu", report->regions[r],
                roi_effect_name(report, contrast), roi_unit_name(unit), test, g->n);
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
            vb_put_char(out, '\t');
            vb_put_number(out, cells[i]);
        }
        vb_putf(out, "\t%zu\t%s\n", info->n_permutations, info->exact ? "yes" : "no");
    }
}

static vb_status test_one(vb_roi_report *report, const people *p, size_t contrast,
                          roi_unit unit, const char *test, vb_arena *arena,
                          vb_notes *notes, vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    const size_t n_all = p->n * report->n_regions;
    double *values = vb_arena_take(arena, n_all, sizeof *values);
    size_t *count = vb_arena_take(arena, n_all, sizeof *count), n_there = 0;
    vb_region_group_result *results =
        vb_arena_take(arena, report->n_regions, sizeof *results);
    vb_region_group_info info;
    vb_region_group data = {.test = a->group_test,
                            .n_subjects = p->n,
                            .n_regions = report->n_regions,
                            .values = values,
                            .group = p->group,
                            .covariate = p->covariate,
                            .seed = a->seed,
                            .level = report->level};
    vb_error why = {0};
    vb_status status;

    if (!values || !count || !results)
        return vb_fail_memory(err, n_all * sizeof *values);
    fill_values(report, p, contrast, unit, values, count);
    for (size_t i = 0; i < n_all; i++)
        n_there += count[i] > 0;
    if (!n_there)
        return VB_OK;
    status = vb_region_group_test(&data, results, &info, &why);
    if (status == VB_OK) {
        put_rows(report, contrast, unit, test, results, &info);
    } else if (status == VB_EINPUT || status == VB_EESTIMATE) {
        vb_note_add(notes, VB_WARNING, "roi-group", NULL, 0, 0,
                    "contrast '%s' is not tested over subjects: %s",
                    roi_effect_name(report, contrast), why.text);
        status = VB_OK;
    } else if (err) {
        *err = why;
    }
    return status;
}

vb_status roi_group(vb_roi_report *report, vb_notes *notes, vb_error *err)
{
    static const char *const tests[] = {"one-sample", "two-group", "covariate"};
    const vb_roi_analysis *a = report->analysis;
    vb_arena *arena = vb_arena_alloc();
    people p = {0};
    char test[256];
    vb_status status =
        arena ? list_people(report, arena, &p, err) : vb_fail_memory(err, 1);

    if (status == VB_OK)
        status = read_people(report, &p, err);
    snprintf(test, sizeof test, "%s%s%.100s%s%.50s%s%.50s", tests[a->group_test],
             a->group_column ? " " : "", a->group_column ? a->group_column : "",
             p.groups[1] ? ": " : "", p.groups[1] ? p.groups[1] : "",
             p.groups[1] ? " - " : "", p.groups[1] ? p.groups[0] : "");
    for (size_t c = 0;
         c < report->study->n_contrasts + report->n_ppi && status == VB_OK; c++)
        for (roi_unit unit = 0;
             unit <= ROI_FISHER_Z && status == VB_OK && p.n >= FEWEST; unit++)
            if (roi_effect_rows(report, c) == 1)
                status = test_one(report, &p, c, unit, test, arena, notes, err);
    vb_arena_free(arena);
    return status;
}
