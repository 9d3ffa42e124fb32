/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_build.c - the voxels of a region as it was written. */
#include "valuebold/region_spec.h"

static vb_status build_image(const vb_region_node *node, const vb_grid *grid,
                             vb_region_get get, void *context, vb_region *region,
                             vb_error *err)
{
    vb_region_source source = {.threshold = node->threshold};
    const vb_status status = get(context, node, &source, err);

    if (status != VB_OK)
        return status;
    if (node->kind == VB_REGION_PROBABILITY)
        return vb_region_probability(grid, source.volume, source.threshold, region,
                                     err);
    return vb_region_labels(grid, source.volume,
                            node->kind == VB_REGION_ATLAS ? source.n_labels : 0,
                            source.labels, region, err);
}

static vb_status build_pair(const vb_region_node *node, const vb_grid *grid,
                            vb_region_get get, void *context, vb_region *region,
                            vb_error *err)
{
    const bool both = node->kind == VB_REGION_INTERSECTION;
    vb_region left = {0}, right = {0};
    vb_status status = vb_region_build(node->left, grid, get, context, &left, err);

    if (status == VB_OK)
        status = vb_region_build(node->right, grid, get, context, &right, err);
    if (status == VB_OK)
        status = both ? vb_region_intersection(&left, &right, region, err)
                      : vb_region_union(&left, &right, region, err);
    vb_region_free(&left);
    vb_region_free(&right);
    return status;
}

vb_status vb_region_build(const vb_region_node *node, const vb_grid *grid,
                          vb_region_get get, void *context, vb_region *region,
                          vb_error *err)
{
    switch (node->kind) {
    case VB_REGION_SPHERE:
        return vb_region_sphere(grid, node->centre_mm, node->size_mm[0], region, err);
    case VB_REGION_BOX:
        return vb_region_box(grid, node->centre_mm, node->size_mm, region, err);
    case VB_REGION_POINT:
        return vb_region_point(grid, node->centre_mm, region, err);
    case VB_REGION_MASK:
    case VB_REGION_PROBABILITY:
    case VB_REGION_ATLAS:
        return build_image(node, grid, get, context, region, err);
    case VB_REGION_UNION:
    case VB_REGION_INTERSECTION:
        break;
    }
    return build_pair(node, grid, get, context, region, err);
}

bool vb_region_needs_mni(const vb_region_node *node)
{
    if (node->kind == VB_REGION_UNION || node->kind == VB_REGION_INTERSECTION)
        return vb_region_needs_mni(node->left) || vb_region_needs_mni(node->right);
    return node->preset != NULL;
}
