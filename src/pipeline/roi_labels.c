/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_labels.c - names and numbers of an atlas's labels, from a table with the columns index and
 * name (BIDS), or from the image alone. */
#include "roi_internal.h"
#include "valuebold/file.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LABELS = 100000, ADVICE_MAX = 600 };

/* The table named, or the one beside the image: atlas_dseg.nii.gz has atlas_dseg.tsv.  NULL:
 * none; an empty text: no memory. */
static const char *table_path(const vb_region_node *node, vb_arena *arena)
{
    static const char *const ends[] = {".nii.gz", ".nii", ".hdr", ".img"};
    const char *image = node->table ? node->table : node->image;
    const char *path = node->base ? vb_path_beside(node->base, image, arena) : image;

    if (!path)
        return "";
    for (size_t e = 0; !node->table && e < sizeof ends / sizeof ends[0]; e++) {
        const size_t n = strlen(path), end = strlen(ends[e]);
        const char *beside;

        if (n <= end || strcmp(path + n - end, ends[e]) != 0)
            continue;
        beside = vb_arena_printf(arena, "%.*s.tsv", (int)(n - end), path);
        if (!beside)
            return "";
        return access(beside, F_OK) == 0 ? beside : NULL;
    }
    return node->table ? path : NULL;
}

/* index [n] and name [n] of a table, in the arena; *n 0: there is no table. */
static vb_status read_table(const vb_region_node *node, vb_arena *arena,
                            vb_notes *notes, size_t *n, double **index,
                            const char ***name, vb_error *err)
{
    const char *path = table_path(node, arena);
    vb_table *table = NULL;
    size_t at = 0, named = 0, n_missing = 0;
    vb_status status;

    *n = 0;
    if (!path)
        return VB_OK;
    if (!*path)
        return vb_fail_memory(err, VB_PATH_MAX);
    status = vb_file_read_table(path, &table, notes, err);
    if (status == VB_OK)
        status = vb_table_need(table, "index", &at, err);
    if (status == VB_OK)
        status = vb_table_need(table, "name", &named, err);
    if (status == VB_OK) {
        *index = vb_arena_take(arena, table->n_rows, sizeof **index);
        *name = vb_arena_take(arena, table->n_rows, sizeof **name);
        status = *index && *name
                     ? vb_table_numbers(table, at, *index, &n_missing, notes, err)
                     : vb_fail_memory(err, table->n_rows * sizeof **index);
    }
    if (status == VB_OK && n_missing)
        status = vb_fail_at(err, VB_EINPUT, path, 0, 0, "%zu labels have no index",
                            n_missing);
    for (size_t r = 0; status == VB_OK && r < table->n_rows; r++) {
        (*name)[r] = vb_arena_string(arena, vb_table_cell(table, r, named));
        if (!(*name)[r])
            status = vb_fail_memory(err, 64);
        ++*n;
    }
    vb_table_free(table);
    return status;
}

vb_status roi_label_find(const vb_region_node *node, vb_arena *arena, vb_notes *notes,
                         double *label, vb_error *err)
{
    size_t n = 0, n_found = 0;
    double *index = NULL;
    const char **name = NULL;
    char advice[ADVICE_MAX], quoted[VB_QUOTE_MAX];
    const vb_status status = read_table(node, arena, notes, &n, &index, &name, err);

    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        if (strcmp(name[i], node->label) == 0) {
            *label = index[i];
            n_found++;
        }
    if (n_found > 1)
        return vb_fail(err, VB_EINPUT,
                       "%zu labels are called '%s'; name one by its number", n_found,
                       vb_quote(node->label, quoted));
    if (n_found || vb_number_read(node->label, label) == VB_NUMBER_OK)
        return VB_OK;
    if (!n)
        return vb_fail(
            err, VB_EINPUT,
            "label '%s' is not a number, and there is no table of names beside "
            "%s; say which: atlas(FILE, LABEL, TABLE)",
            vb_quote(node->label, quoted), node->image);
    return vb_fail(err, VB_EINPUT, "the atlas has no label '%s'%s",
                   vb_quote(node->label, quoted),
                   vb_suggest(node->label, name, n, advice, sizeof advice));
}

/* ---- all labels ---- */

typedef struct label {
    double value;
    const char *name;
} label;

static int by_value(const void *a, const void *b)
{
    const double x = ((const label *)a)->value, y = ((const label *)b)->value;

    return (x > y) - (x < y);
}

/* The whole numbers an image holds, ascending. */
static vb_status values_of(const roi_images *images, label found[MOST_LABELS],
                           size_t *n, vb_error *err)
{
    const vb_volume *v = &images->volume;
    const size_t n_vox = v->grid.dim[0] * v->grid.dim[1] * v->grid.dim[2];
    double last = 0;

    *n = 0;
    for (size_t i = 0; i < n_vox; i++) {
        const double x = vb_volume_at(v, i), whole = floor(x + 0.5);
        label key = {.value = whole};

        if (!isfinite(x) || !(fabs(x) > 0) || !(fabs(x - last) > 0))
            continue;
        last = x;
        if (fabs(x - whole) > 1e-3)
            return vb_fail_at(
                err, VB_EINPUT, images->path, 0, 0,
                "value %g is no label: labels are whole numbers; of a map "
                "of probabilities use prob(FILE, threshold)",
                x);
        if (bsearch(&key, found, *n, sizeof key, by_value))
            continue;
        if (*n == MOST_LABELS)
            return vb_fail_at(err, VB_EINPUT, images->path, 0, 0,
                              "the atlas has more than %d labels", MOST_LABELS);
        found[(*n)++] = key;
        qsort(found, *n, sizeof key, by_value);
    }
    return VB_OK;
}

static vb_status name_values(const roi_images *images, label found[], size_t n,
                             vb_error *err)
{
    for (size_t i = 0; i < n; i++) {
        found[i].name = vb_arena_printf(images->arena, "%.0f", found[i].value);
        if (!found[i].name)
            return vb_fail_memory(err, 32);
    }
    return VB_OK;
}

static vb_status check_twice(const roi_images *images, const label found[], size_t n,
                             vb_error *err)
{
    for (size_t i = 1; i < n; i++)
        if (!(found[i].value > found[i - 1].value))
            return vb_fail(err, VB_EINPUT,
                           "the table of %s has index %g twice ('%s' and '%s')",
                           images->path, found[i].value, found[i - 1].name,
                           found[i].name);
    return VB_OK;
}

vb_status roi_labels_all(roi_images *images, const vb_region_node *node, size_t *n,
                         double **labels, const char ***names, vb_error *err)
{
    double *index = NULL;
    const char **name = NULL;
    label *found = malloc(MOST_LABELS * sizeof *found);
    vb_status status =
        found ? read_table(node, images->arena, images->notes, n, &index, &name, err)
              : vb_fail_memory(err, MOST_LABELS * sizeof *found);
    const bool tabled = status == VB_OK && *n > 0;

    if (tabled && *n > MOST_LABELS)
        status =
            vb_fail(err, VB_EINPUT, "the atlas has more than %d labels", MOST_LABELS);
    for (size_t i = 0; tabled && status == VB_OK && i < *n; i++)
        found[i] = (label){index[i], name[i]};
    if (tabled && status == VB_OK) {
        qsort(found, *n, sizeof *found, by_value);
        status = check_twice(images, found, *n, err);
    } else if (status == VB_OK) {
        status = values_of(images, found, n, err);
        if (status == VB_OK)
            status = name_values(images, found, *n, err);
    }
    *labels = vb_arena_take(images->arena, *n, sizeof **labels);
    *names = vb_arena_take(images->arena, *n, sizeof **names);
    if (status == VB_OK && (!*labels || !*names))
        status = vb_fail_memory(err, *n * sizeof **labels);
    for (size_t i = 0; status == VB_OK && i < *n; i++) {
        (*labels)[i] = found[i].value;
        (*names)[i] = found[i].name;
    }
    free(found);
    return status;
}
