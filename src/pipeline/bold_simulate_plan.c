/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bold_simulate_plan.c - the plan of simulated images, every fault with its place. */
#include "plan_internal.h"
#include "valuebold/bold_simulate.h"

#include <math.h>
#include <string.h>

static const double LARGEST = 1e6;

static double needed(plan_reader *r, const vb_node *map, const char *key, double low,
                     double high)
{
    const vb_node *node = vb_node_get(map, key);

    if (!node)
        PLAN_REFUSE(r, map, "%s is missing", key);
    return plan_number(r, node, key, low, high, low);
}

static const char *needed_text(plan_reader *r, const vb_node *map, const char *key)
{
    const vb_node *node = vb_node_get(map, key);

    if (!node)
        PLAN_REFUSE(r, map, "%s is missing", key);
    return plan_text(r, node, key, "");
}

static void read_labels(plan_reader *r, const vb_node *node, const char *what,
                        size_t *n, const char ***labels)
{
    if (!node)
        return;
    if (node->kind != VB_LIST) {
        PLAN_REFUSE(r, node, "%s: a list of labels is expected", what);
        return;
    }
    *labels = plan_take(r, node->n, sizeof **labels);
    for (size_t i = 0; *labels && i < node->n; i++)
        (*labels)[(*n)++] = plan_text(r, node->items[i], what, "");
}

static void read_image(plan_reader *r, const vb_node *root, vb_bold_plan *plan)
{
    static const char *const keys[] = {"tr_s", "voxel_mm", "mean"};
    const vb_node *node = vb_node_get(root, "image");

    if (!node) {
        PLAN_REFUSE(r, root, "the section image is missing");
        return;
    }
    if (!plan_keys(r, node, "image", keys, sizeof keys / sizeof keys[0]))
        return;
    plan->tr_s = needed(r, node, "tr_s", 0.1, 20);
    plan->voxel_mm = needed(r, node, "voxel_mm", 1, 20);
    plan->mean = plan_number(r, vb_node_get(node, "mean"), "mean", 1, 20000, 1000);
}

static void read_noise(plan_reader *r, const vb_node *root, vb_bold_plan *plan)
{
    static const char *const keys[] = {"sd", "rho", "ma", "fwhm_mm"};
    const vb_node *node = vb_node_get(root, "noise");

    if (!node) {
        PLAN_REFUSE(r, root, "the section noise is missing");
        return;
    }
    if (!plan_keys(r, node, "noise", keys, sizeof keys / sizeof keys[0]))
        return;
    plan->noise_sd = needed(r, node, "sd", 0, LARGEST);
    plan->rho = plan_number(r, vb_node_get(node, "rho"), "rho", -0.95, 0.95, 0);
    plan->ma = plan_number(r, vb_node_get(node, "ma"), "ma", -0.95, 0.95, 0);
    plan->noise_fwhm_mm =
        plan_number(r, vb_node_get(node, "fwhm_mm"), "fwhm_mm", 0, 30, 0);
}

static void read_effect(plan_reader *r, const vb_node *node, vb_bold_effect *effect)
{
    static const char *const keys[] = {"centre_mm", "radius_mm", "column", "size"};
    const vb_node *centre = vb_node_get(node, "centre_mm");

    if (!plan_keys(r, node, effect->name, keys, sizeof keys / sizeof keys[0]))
        return;
    if (!centre || centre->kind != VB_LIST || centre->n != 3) {
        PLAN_REFUSE(r, centre ? centre : node,
                    "%s: centre_mm is needed, a list of x, y, z in mm", effect->name);
        return;
    }
    for (size_t a = 0; a < 3; a++)
        effect->centre_mm[a] =
            plan_number(r, centre->items[a], "centre_mm", -200, 200, 0);
    effect->radius_mm = needed(r, node, "radius_mm", 0.5, 100);
    effect->column = needed_text(r, node, "column");
    effect->size = needed(r, node, "size", -LARGEST, LARGEST);
}

static void read_effects(plan_reader *r, const vb_node *root, vb_bold_plan *plan)
{
    const vb_node *node = vb_node_get(root, "effects");

    if (!node)
        return;
    if (node->kind != VB_MAP) {
        PLAN_REFUSE(r, node, "effects: a map of names is expected");
        return;
    }
    plan->effects = plan_take(r, node->n, sizeof *plan->effects);
    for (size_t i = 0; plan->effects && i < node->n; i++) {
        vb_bold_effect *effect = &plan->effects[plan->n_effects++];

        *effect = (vb_bold_effect){.name = node->keys[i],
                                   .line = node->key_line[i],
                                   .at = node->key_column[i]};
        if (node->items[i]->kind == VB_MAP)
            read_effect(r, node->items[i], effect);
        else
            PLAN_REFUSE(r, node->items[i], "%s: a map of keys and values is expected",
                        effect->name);
    }
}

static void read_plan(plan_reader *r, const vb_node *root, vb_bold_plan *plan)
{
    static const char *const keys[] = {"valuebold_bold_plan",
                                       "spec",
                                       "data",
                                       "seed",
                                       "participants",
                                       "runs",
                                       "image",
                                       "noise",
                                       "effects"};

    if (!plan_keys(r, root, "plan", keys, sizeof keys / sizeof keys[0]))
        return;
    needed(r, root, "valuebold_bold_plan", 1, 1);
    plan->spec_file = needed_text(r, root, "spec");
    plan->data = needed_text(r, root, "data");
    plan->seed = plan_count(r, vb_node_get(root, "seed"), "seed", 0, VB_SEED_MAX, 0);
    if (!vb_node_get(root, "seed"))
        PLAN_REFUSE(r, root, "seed is missing");
    read_labels(r, vb_node_get(root, "participants"), "participants",
                &plan->n_participants, &plan->participants);
    read_labels(r, vb_node_get(root, "runs"), "runs", &plan->n_runs, &plan->runs);
    read_image(r, root, plan);
    read_noise(r, root, plan);
    read_effects(r, root, plan);
}

vb_status vb_bold_plan_parse(const char *file, const char *text, size_t size,
                             vb_bold_plan **plan, vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_bold_plan *made = arena ? vb_arena_take(arena, 1, sizeof *made) : NULL;
    vb_error first = {0};
    plan_reader reader = {.file = file, .arena = arena, .notes = notes, .err = &first};
    vb_node *root = NULL;

    if (!made) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *made);
    }
    made->arena = arena;
    made->file = vb_arena_string(arena, file);
    reader.status = made->file ? vb_node_parse(file, text, size, arena, &root, &first)
                               : vb_fail_memory(&first, strlen(file));
    if (reader.status == VB_OK)
        read_plan(&reader, root, made);
    if (reader.status != VB_OK) {
        if (err)
            *err = first;
        vb_arena_free(arena);
        return reader.status;
    }
    *plan = made;
    return VB_OK;
}

void vb_bold_plan_free(vb_bold_plan *plan)
{
    if (plan)
        vb_arena_free(plan->arena);
}
