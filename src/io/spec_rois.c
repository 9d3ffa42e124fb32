/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_rois.c - the regions of a spec: names, expressions, or maps of keys. */
#include "spec_reader.h"
#include "valuebold/number.h"

#include <math.h>
#include <string.h>

enum { N_KINDS = 6 };
static const char *const kinds[N_KINDS] = {"region", "sphere",      "box",
                                           "mask",   "probability", "atlas"};

/* Keys that only make sense beside another. */
static const struct {
    const char *key, *with;
} partners[] = {{"radius_mm", "sphere"},
                {"size_mm", "box"},
                {"threshold", "probability"},
                {"label", "atlas"},
                {"labels", "atlas"}};

static double number_of(const vb_node *node)
{
    double x = (double)NAN;

    vb_number_read(node->text, &x);
    return x;
}

/* The one key that says which region; NULL: refused. */
static const char *kind_of(vb_spec_reader *r, const vb_node *map)
{
    const char *kind = NULL;

    for (size_t i = 0; i < N_KINDS; i++) {
        if (!vb_node_get(map, kinds[i]))
            continue;
        if (kind) {
            VB_SPEC_REFUSE_NODE(r, "spec-roi", map,
                                "a region says both %s and %s; it can be one of them",
                                kind, kinds[i]);
            return NULL;
        }
        kind = kinds[i];
    }
    if (!kind)
        VB_SPEC_REFUSE_NODE(r, "spec-roi", map,
                            "an entry says no region; it needs one of region, sphere, "
                            "box, mask, probability and atlas");
    for (size_t i = 0; kind && i < sizeof partners / sizeof partners[0]; i++)
        if (vb_node_get(map, partners[i].key) && strcmp(partners[i].with, kind) != 0) {
            VB_SPEC_REFUSE_NODE(r, "spec-roi", map, "%s goes with %s, not with %s",
                                partners[i].key, partners[i].with, kind);
            return NULL;
        }
    return kind;
}

static const char *shape_text(vb_spec_reader *r, const char *word,
                              const vb_region_node *node)
{
    char n[6][VB_NUMBER_MAX];

    for (size_t a = 0; a < 3; a++) {
        vb_number_shortest(node->centre_mm[a], n[a]);
        vb_number_shortest(node->size_mm[a], n[3 + a]);
    }
    if (node->kind == VB_REGION_SPHERE)
        return vb_arena_printf(r->arena, "%s(%s, %s, %s, %s)", word, n[0], n[1], n[2],
                               n[3]);
    return vb_arena_printf(r->arena, "%s(%s, %s, %s, %s, %s, %s)", word, n[0], n[1],
                           n[2], n[3], n[4], n[5]);
}

/* False: refused. */
static bool read_shape(vb_spec_reader *r, const vb_node *map, const char *kind,
                       vb_region_node *node)
{
    const bool sphere = kind[0] == 's';
    const vb_node *centre = vb_node_get(map, kind);
    const vb_node *size = vb_node_get(map, sphere ? "radius_mm" : "size_mm");

    if (!size) {
        VB_SPEC_REFUSE_NODE(r, "spec-roi", map, "a %s needs %s", kind,
                            sphere ? "radius_mm" : "size_mm");
        return false;
    }
    node->kind = sphere ? VB_REGION_SPHERE : VB_REGION_BOX;
    for (size_t a = 0; a < 3; a++) {
        node->centre_mm[a] = number_of(centre->items[a]);
        node->size_mm[a] = number_of(size->kind == VB_LIST ? size->items[a] : size);
    }
    return true;
}

static void read_image(const vb_node *map, const char *kind, vb_region_node *node)
{
    node->kind = kind[0] == 'm'   ? VB_REGION_MASK
                 : kind[0] == 'p' ? VB_REGION_PROBABILITY
                                  : VB_REGION_ATLAS;
    node->image = vb_spec_text(map, kind);
    node->threshold = vb_spec_number(map, "threshold", (double)NAN);
    node->label = vb_spec_text(map, "label");
    node->table = vb_spec_text(map, "labels");
}

static vb_status add_node(vb_spec_reader *r, const vb_node *map, const char *kind,
                          const char *name, vb_region_place place, vb_error *why)
{
    vb_region_node *node = vb_spec_take(r, 1, sizeof *node);
    const bool shape = strcmp(kind, "sphere") == 0 || strcmp(kind, "box") == 0;
    const char *text;

    if (!node)
        return VB_ENOMEM;
    *node = (vb_region_node){.base = r->file, .threshold = (double)NAN};
    if (shape && !read_shape(r, map, kind, node))
        return VB_OK; /* refused already */
    if (!shape)
        read_image(map, kind, node);
    text = shape
               ? shape_text(r, kind, node)
               : vb_arena_printf(r->arena, "%s(%s%s%s)", kind[0] == 'p' ? "prob" : kind,
                                 node->image, node->label ? ", " : "",
                                 node->label ? node->label : "");
    if (!text)
        return vb_fail_memory(why, sizeof *node);
    return vb_region_specs_add_node(&r->spec->rois, name ? name : text, text, node,
                                    place, why);
}

static void read_roi(vb_spec_reader *r, const vb_node *item)
{
    const vb_region_place place = {r->file, item->line, item->column};
    const char *name = NULL, *kind = NULL;
    vb_error why = {0};
    vb_status status = VB_OK;

    if (item->kind == VB_MAP) {
        kind = kind_of(r, item);
        if (!kind)
            return;
        name = vb_spec_text(item, "name");
    }
    if (!kind || strcmp(kind, "region") == 0)
        status = vb_region_specs_add(&r->spec->rois, name,
                                     kind ? vb_spec_text(item, "region") : item->text,
                                     place, &why);
    else
        status = add_node(r, item, kind, name, place, &why);
    if (status == VB_ENOMEM)
        r->status = vb_fail_memory(r->first, sizeof place);
    else if (status != VB_OK)
        VB_SPEC_REFUSE_NODE(r, "spec-roi", item, "%s", why.text);
}

void vb_spec_read_rois(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *rois = vb_node_get(root, "rois");

    r->spec->rois.arena = r->arena;
    for (size_t i = 0; rois && i < rois->n; i++)
        read_roi(r, rois->items[i]);
}
