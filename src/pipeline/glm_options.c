/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_options.c - what the keys of the spec's glm section set.  Names, values and ranges are
 * those of the table of the spec's keys (spec_keys.def), for the command line too; the
 * words of a key stand in the order of the enum it sets.
 */
#include "glm_internal.h"
#include "valuebold/file.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NO_RULE = 5, KEY_MAX = 64 };

static const struct {
    const char *name;
    vb_stat stat;
} stats[] = {{"effect", VB_STAT_EFFECT},
             {"variance", VB_STAT_VARIANCE},
             {"t", VB_STAT_T},
             {"F", VB_STAT_F},
             {"z", VB_STAT_Z},
             {"p", VB_STAT_P},
             {"df", VB_STAT_DF},
             {"rsquared", VB_STAT_R2},
             {"sigma2", VB_STAT_SIGMA2},
             {"rho", VB_STAT_RHO},
             {"percent", VB_STAT_PERCENT},
             {"noise", VB_STAT_NOISE},
             {"ljungbox", VB_STAT_LJUNG_BOX},
             {"errorts", VB_STAT_RESIDUALS}};

enum { N_STATS = sizeof stats / sizeof stats[0], N_USUAL = 10 };

const char *glm_stat_name(vb_stat stat)
{
    for (size_t i = 0; i < N_STATS; i++)
        if (stats[i].stat == stat)
            return stats[i].name;
    return "";
}

vb_small_sample glm_small_sample(const vb_glm_options *options)
{
    return options->small_sample == VB_SMALL_SAMPLE_AUTO
               ? vb_noise_small_sample(options->noise)
               : options->small_sample;
}

void vb_glm_options_default(vb_glm_options *options)
{
    *options = (vb_glm_options){.noise = "ar1",
                                .small_sample = VB_SMALL_SAMPLE_AUTO,
                                .thresholded = true,
                                .n_threads = 1,
                                .residual_voxels = 4000,
                                .threshold = {.rule = VB_THRESHOLD_UNCORRECTED,
                                              .two_sided = true,
                                              .min_voxels = 10}};
    for (size_t i = 0; i < N_USUAL; i++)
        options->maps |= VB_GLM_MAP(stats[i].stat);
}

static void set_noise(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->noise = vb_noise_name(value->word);
}

static void set_small_sample(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->small_sample = (vb_small_sample)value->word;
}

static void set_noise_fwhm(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->noise_fwhm_mm = value->number;
}

static void set_fwhm(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->fwhm_mm = value->number;
}

static void set_scaling(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->scaling = (vb_glm_scaling)value->word;
}

static void set_mask(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->masking =
        value->word == VB_NONE ? VB_GLM_MASK_FILE : (vb_glm_masking)value->word;
    o->mask_file = value->word == VB_NONE ? value->text : NULL;
}

static void set_runs(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->runs = (vb_glm_runs)value->word;
}

/* The parsed spec has it (vb_spec.missing), for contrasts are resolved before images are
 * looked at. */
static void set_missing(vb_glm_options *o, const vb_spec_scalar *value)
{
    (void)o;
    (void)value;
}

static void add_map(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->maps |= VB_GLM_MAP(stats[value->word].stat);
}

static void set_residual_voxels(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->residual_voxels = (size_t)value->number;
}

static void set_outside(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->zero_outside = value->word == 1;
}

static void set_rule(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->thresholded = value->word != NO_RULE;
    if (o->thresholded)
        o->threshold.rule = (vb_threshold_rule)value->word;
}

static void set_level(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->threshold.level = value->number;
}

static void set_min_voxels(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->threshold.min_voxels = (size_t)value->number;
}

static void set_two_sided(vb_glm_options *o, const vb_spec_scalar *value)
{
    o->threshold.two_sided = value->text[0] == 't' || value->text[0] == 'y';
}

static const struct glm_key {
    const char *name;
    void (*set)(vb_glm_options *o, const vb_spec_scalar *value);
} keys[] = {{"noise", set_noise},
            {"small_sample", set_small_sample},
            {"noise_fwhm_mm", set_noise_fwhm},
            {"fwhm_mm", set_fwhm},
            {"scaling", set_scaling},
            {"mask", set_mask},
            {"runs", set_runs},
            {"missing", set_missing},
            {"maps", add_map},
            {"residual_voxels", set_residual_voxels},
            {"outside", set_outside},
            {"threshold", set_rule},
            {"threshold_level", set_level},
            {"cluster_min_voxels", set_min_voxels},
            {"two_sided", set_two_sided}};

enum { N_KEYS = sizeof keys / sizeof keys[0] };

/* A mask that is no rule is a file: what has a '/' or is named as images are. */
static vb_status check_mask(const char *text, vb_error *err)
{
    const char *const words[] = {"auto", "epi", "spm", "none"};
    char hint[256], quoted[VB_QUOTE_MAX];

    if (strchr(text, '/') || strstr(text, ".nii") || strstr(text, ".hdr") ||
        strstr(text, ".img"))
        return VB_OK;
    return vb_fail(err, VB_EINPUT, "'%s', neither a rule nor an image (.nii, .hdr)%s",
                   vb_quote(text, quoted),
                   vb_suggest(text, words, 4, hint, sizeof hint));
}

static vb_status set_one(const struct glm_key *key, const char *text,
                         vb_glm_options *options, vb_error *err)
{
    char path[KEY_MAX];
    vb_spec_scalar value;
    vb_status status;

    snprintf(path, sizeof path, "glm.%s", key->name);
    status = vb_spec_value(path, text, &value, err);
    if (status == VB_OK && key->set == set_mask && value.word == VB_NONE)
        status = check_mask(text, err);
    if (status == VB_OK)
        key->set(options, &value);
    return status;
}

/* Names with commas or blanks between them. */
static vb_status set_list(const struct glm_key *key, const char *text,
                          vb_glm_options *options, vb_error *err)
{
    const unsigned before = options->maps;
    vb_status status = VB_OK;

    options->maps = 0;
    while (*text && status == VB_OK) {
        const size_t n = strcspn(text, ", ");
        char name[KEY_MAX];

        snprintf(name, sizeof name, "%.*s", (int)(n < KEY_MAX ? n : KEY_MAX - 1), text);
        if (n)
            status = set_one(key, name, options, err);
        text += n + (text[n] != '\0');
    }
    if (status == VB_OK && !options->maps)
        status = vb_fail(err, VB_EINPUT, "'' names no map; name at least one");
    if (status != VB_OK)
        options->maps = before;
    return status;
}

vb_status vb_glm_options_set(vb_glm_options *options, const char *key, const char *text,
                             vb_error *err)
{
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].name, key) == 0)
            return keys[i].set == add_map ? set_list(&keys[i], text, options, err)
                                          : set_one(&keys[i], text, options, err);
    return vb_fail(err, VB_EINTERNAL, "nothing is set by glm.%s", key);
}

/* The text of a value; a list (of maps) with commas between its entries. */
static vb_status value_text(const vb_node *node, vb_arena *arena, const char **text,
                            vb_error *err)
{
    vb_buffer out = {0};

    if (node->kind == VB_SCALAR) {
        *text = node->text;
        return VB_OK;
    }
    for (size_t i = 0; i < node->n; i++)
        vb_putf(&out, "%s%s", i ? "," : "", node->items[i]->text);
    *text = vb_arena_string(arena, out.bytes ? out.bytes : "");
    vb_buffer_free(&out);
    return *text ? VB_OK : vb_fail_memory(err, node->n);
}

static vb_status read_key(const vb_spec *spec, size_t i, vb_glm_options *options,
                          vb_notes *notes, vb_error *err)
{
    const vb_node *node = spec->glm->items[i];
    const char *name = spec->glm->keys[i], *text = NULL;
    vb_error why = {0};
    vb_status status = value_text(node, spec->arena, &text, err);

    if (status != VB_OK)
        return status;
    if (vb_glm_options_set(options, name, text, &why) != VB_OK)
        return vb_refuse(notes, err, why.code, "spec-range", spec->file, node->line,
                         node->column, "glm.%s is %s", name, why.text);
    if (options->mask_file != text)
        return VB_OK;
    options->mask_file = vb_path_beside(spec->file, text, spec->arena);
    return options->mask_file ? VB_OK : vb_fail_memory(err, strlen(text));
}

vb_status vb_glm_options_read(const vb_spec *spec, vb_glm_options *options,
                              vb_notes *notes, vb_error *err)
{
    vb_error first = {0};

    if (!spec->glm || spec->glm->kind != VB_MAP) /* or it is empty */
        return VB_OK;
    for (size_t i = 0; i < spec->glm->n; i++) /* what a parsed spec has is known */
        read_key(spec, i, options, notes, &first);
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
