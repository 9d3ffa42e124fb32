/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_set.c - the regions of a list on the grid of an image. */
#include "roi_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct maker {
    vb_roi_set *set;
    const vb_nifti_header *image;
    bool space_is_mni;
    roi_images images;
    size_t capacity;
    vb_notes *notes;
} maker;

void vb_roi_set_free(vb_roi_set *set)
{
    if (!set)
        return;
    for (size_t r = 0; r < set->n; r++)
        vb_region_free(&set->regions[r]);
    free(set->regions);
    vb_arena_free(set->arena);
}

bool vb_roi_set_fits(const vb_roi_set *set, const vb_nifti_header *image)
{
    char space[VB_PATH_MAX];

    for (size_t a = 0; a < 3; a++) {
        if (set->grid.dim[a] != image->dim[a])
            return false;
        for (size_t b = 0; b < 4; b++)
            if (fabs(set->grid.affine[a][b] - image->affine[a][b]) > 0)
                return false;
    }
    vb_roi_space_of(image, space, sizeof space);
    return strcmp(space, set->space) == 0;
}

static vb_status grow(maker *m, vb_error *err)
{
    const size_t capacity = m->capacity ? 2 * m->capacity : 32;
    vb_region *regions = realloc(m->set->regions, capacity * sizeof *regions);
    vb_roi *rois;

    if (regions)
        m->set->regions = regions;
    rois = regions ? vb_arena_take(m->set->arena, capacity, sizeof *rois) : NULL;
    if (!rois)
        return vb_fail_memory(err, capacity * sizeof *regions);
    if (m->set->n)
        memcpy(rois, m->set->rois, m->set->n * sizeof *rois);
    m->set->rois = rois;
    m->capacity = capacity;
    return VB_OK;
}

/* Takes region over, also when it fails. */
static vb_status add(maker *m, const vb_roi *roi, vb_region *region, vb_error *err)
{
    vb_roi_set *set = m->set;
    vb_status status = set->n == m->capacity ? grow(m, err) : VB_OK;

    for (size_t r = 0; status == VB_OK && r < set->n; r++)
        if (strcmp(set->rois[r].name, roi->name) == 0)
            status = vb_fail(err, VB_EINPUT,
                             "there are two regions of this name; give one another: "
                             "NAME=REGION");
    if (status != VB_OK) {
        vb_region_free(region);
        return status;
    }
    if (region->n_inside < region->n_whole)
        vb_note_add(
            m->notes, VB_WARNING, "roi-coverage", m->image->path, 0, 0,
            "region '%s' is cut by the field of view: %.1f %% of it (%zu of %zu "
            "voxels) are in the image",
            roi->name, 100 * vb_region_inside(region), region->n_inside,
            region->n_whole);
    set->rois[set->n] = *roi;
    set->regions[set->n++] = *region;
    return VB_OK;
}

static vb_status check_space(const maker *m, const vb_region_spec *spec, vb_error *err)
{
    if (m->space_is_mni || m->images.target_space == VB_ROI_SPACE_MNI ||
        !vb_region_needs_mni(spec->node))
        return VB_OK;
    return vb_fail_at(
        err, VB_EINPUT, m->image->path, 0, 0,
        "region '%s' is a preset in MNI space, and this image is in %s; if "
        "it is MNI nevertheless, say --space-is-mni",
        spec->name, m->set->space);
}

/* ---- all labels of an atlas ---- */

static vb_status add_labels(maker *m, const vb_region_spec *spec, size_t n,
                            const double labels[], const char *const names[],
                            vb_region regions[], vb_error *err)
{
    size_t n_absent = 0, n_outside = 0, n_added = 0;
    vb_status status = VB_OK;

    for (size_t i = 0; i < n; i++) {
        const vb_roi roi = {.name = names[i],
                            .text = spec->text,
                            .node = spec->node,
                            .label = names[i]};

        (void)labels;
        if (!regions[i].n || status != VB_OK) {
            n_absent += !regions[i].n_whole;
            n_outside += regions[i].n_whole && !regions[i].n;
            vb_region_free(&regions[i]);
            continue;
        }
        n_added++;
        status = add(m, &roi, &regions[i], err);
        if (status != VB_OK && err && !strstr(err->text, names[i]))
            status = vb_fail_at(err, status, m->images.path, 0, 0, "label '%s': %s",
                                names[i], "there are two regions of this name");
    }
    if (status == VB_OK && !n_added)
        return vb_fail_at(err, VB_EINPUT, m->images.path, 0, 0,
                          "none of its %zu labels is in the field of view of the image "
                          "it is wanted on",
                          n);
    if (n_absent)
        vb_note_add(m->notes, VB_INFO, "roi-label", m->images.path, 0, 0,
                    "%zu labels of the table are not in the atlas and are left out",
                    n_absent);
    if (n_outside)
        vb_note_add(m->notes, VB_WARNING, "roi-label", m->images.path, 0, 0,
                    "%zu labels have no voxel in the image (outside its field of view, "
                    "or smaller than its voxels) and are left out",
                    n_outside);
    return status;
}

static vb_status make_atlas(maker *m, const vb_region_spec *spec, vb_error *err)
{
    vb_region *regions = NULL;
    double *labels = NULL;
    const char **names = NULL;
    size_t n = 0;
    vb_status status = roi_images_load(&m->images, spec->node, err);

    if (status == VB_OK)
        status = roi_labels_all(&m->images, spec->node, &n, &labels, &names, err);
    if (status == VB_OK) {
        regions = calloc(n + 1, sizeof *regions);
        status = regions ? vb_region_labels_each(&m->set->grid, &m->images.volume, n,
                                                 labels, regions, err)
                         : vb_fail_memory(err, n * sizeof *regions);
    }
    if (status == VB_OK)
        status = add_labels(m, spec, n, labels, names, regions, err);
    free(regions);
    return status;
}

/* ---- one region ---- */

/* The file a fault is in: the list that defines the region, else its image, else the image it
 * is wanted on; a fault of an image has its place already. */
static void name_place(const maker *m, const vb_region_spec *spec, vb_error *err)
{
    const bool image =
        spec->node->kind >= VB_REGION_MASK && spec->node->kind <= VB_REGION_ATLAS;

    if (err->file[0])
        return;
    snprintf(err->file, sizeof err->file, "%s",
             spec->file                   ? spec->file
             : image && m->images.path[0] ? m->images.path
                                          : m->image->path);
    err->line = spec->file ? spec->line : 0;
    err->column = spec->file ? spec->column : 0;
}

static vb_status make_one(maker *m, const vb_region_spec *spec, vb_error *err)
{
    const vb_roi roi = {.name = spec->name, .text = spec->text, .node = spec->node};
    const bool all = spec->node->kind == VB_REGION_ATLAS && !spec->node->label;
    vb_region region = {0};
    vb_error why = {0};
    vb_status status = check_space(m, spec, &why);

    if (status == VB_OK && all)
        status = make_atlas(m, spec, &why);
    else if (status == VB_OK)
        status = vb_region_build(spec->node, &m->set->grid, roi_images_get, &m->images,
                                 &region, &why);
    if (status == VB_OK && !all)
        status = add(m, &roi, &region, &why);
    if (status == VB_OK)
        return VB_OK;
    name_place(m, spec, &why);
    return vb_fail_at(err, status, why.file, why.line, why.column, "%s%s%s%s",
                      strstr(why.text, "region '") ? "" : "region '",
                      strstr(why.text, "region '") ? "" : spec->name,
                      strstr(why.text, "region '") ? "" : "': ", why.text);
}

vb_status vb_roi_set_make(const vb_region_specs *specs, const vb_nifti_header *image,
                          bool space_is_mni, vb_roi_set **set, vb_notes *notes,
                          vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_roi_set *s = arena ? vb_arena_take(arena, 1, sizeof *s) : NULL;
    maker m = {.set = s, .image = image, .space_is_mni = space_is_mni, .notes = notes};
    char space[VB_PATH_MAX];
    vb_status status = VB_OK;

    if (!s) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *s);
    }
    s->arena = arena;
    m.images = (roi_images){.target = image,
                            .target_space = vb_roi_space_of(image, space, sizeof space),
                            .notes = notes,
                            .arena = arena};
    memcpy(s->grid.dim, image->dim, sizeof s->grid.dim);
    memcpy(s->grid.affine, image->affine, sizeof s->grid.affine);
    s->space = vb_arena_string(arena, space);
    if (!s->space)
        status = vb_fail_memory(err, sizeof space);
    for (size_t i = 0; i < specs->n && status == VB_OK; i++)
        status = make_one(&m, &specs->items[i], err);
    roi_images_free(&m.images);
    if (status != VB_OK) {
        vb_roi_set_free(s);
        return status;
    }
    *set = s;
    return VB_OK;
}

/* ---- a table of spheres ---- */

vb_status vb_roi_specs_from_table(const vb_table *table, vb_region_specs *specs,
                                  vb_error *err)
{
    static const char *const columns[] = {"x", "y", "z", "radius"};
    size_t name = 0, at[4] = {0};
    vb_status status = vb_table_need(table, "name", &name, err);

    for (size_t c = 0; c < 4 && status == VB_OK; c++)
        status = vb_table_need(table, columns[c], &at[c], err);
    for (size_t r = 0; r < table->n_rows && status == VB_OK; r++) {
        const vb_region_place place = {table->name, table->line[r], 0};
        char text[256];

        for (size_t c = 0; c < 4 && status == VB_OK; c++) {
            const char *cell = vb_table_cell(table, r, at[c]);
            char quoted[VB_QUOTE_MAX];
            double x;
            const vb_number_kind kind = vb_number_read(cell, &x);

            if (kind != VB_NUMBER_OK)
                status =
                    vb_fail_at(err, VB_EINPUT, table->name, table->line[r], at[c] + 1,
                               "coordinate %s of region '%.60s': '%s' %s", columns[c],
                               vb_table_cell(table, r, name), vb_quote(cell, quoted),
                               vb_number_why(kind));
        }
        if (status != VB_OK)
            break;
        snprintf(text, sizeof text, "sphere(%.40s, %.40s, %.40s, %.40s)",
                 vb_table_cell(table, r, at[0]), vb_table_cell(table, r, at[1]),
                 vb_table_cell(table, r, at[2]), vb_table_cell(table, r, at[3]));
        status =
            vb_region_specs_add(specs, vb_table_cell(table, r, name), text, place, err);
    }
    if (status == VB_OK && !table->n_rows)
        status = vb_fail_at(err, VB_EINPUT, table->name, 1, 0, "no region: no row");
    return status;
}
