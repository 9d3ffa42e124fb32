/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_options.c - the spec's glm section: every key, its values and what it sets, in one
 * table, which the command line's options and the docs are read from too.
 */
#include "glm_internal.h"
#include "valuebold/file.h"
#include "valuebold/names.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 32 };

static const char *const scalings[] = {"none", "percent", "grand_mean", "spm"};
static const char *const smalls[] = {"none", "kenward_roger"};
static const char *const runs[] = {"precision", "mean", "none"};
static const char *const maskings[] = {"auto", "epi", "spm", "none"};
static const char *const rules[] = {"height", "uncorrected", "bonferroni",
                                    "fdr",    "fwe",         "none"};
static const char *const truths[] = {"no", "yes", "false", "true"};
static const struct {
    const char *name;
    vb_stat stat;
} stats[] = {{"effect", VB_STAT_EFFECT}, {"variance", VB_STAT_VARIANCE},
             {"t", VB_STAT_T},           {"F", VB_STAT_F},
             {"z", VB_STAT_Z},           {"p", VB_STAT_P},
             {"df", VB_STAT_DF},         {"rsquared", VB_STAT_R2},
             {"sigma2", VB_STAT_SIGMA2}, {"rho", VB_STAT_RHO}};

enum { N_STATS = sizeof stats / sizeof stats[0], NO_RULE = 5 };
#define N(array) (sizeof(array) / sizeof(array)[0])

const char *glm_stat_name(vb_stat stat)
{
    for (size_t i = 0; i < N_STATS; i++)
        if (stats[i].stat == stat)
            return stats[i].name;
    return "";
}

const char *vb_glm_noise(size_t i)
{
    if (i < vb_n_noises())
        return vb_noise_name(i);
    i -= vb_n_noises();
    return i < vb_n_series_noises() ? vb_series_noise_name(i) : NULL;
}

bool glm_is_series_noise(const char *noise)
{
    for (size_t i = 0; i < vb_n_series_noises(); i++)
        if (strcmp(noise, vb_series_noise_name(i)) == 0)
            return true;
    return false;
}

void vb_glm_options_default(vb_glm_options *options)
{
    *options = (vb_glm_options){.noise = "ar1",
                                .thresholded = true,
                                .n_threads = 1,
                                .threshold = {.rule = VB_THRESHOLD_UNCORRECTED,
                                              .two_sided = true,
                                              .min_voxels = 10}};
    for (size_t i = 0; i < N_STATS; i++)
        options->maps |= VB_GLM_MAP(stats[i].stat);
}

/* Index of value among words, or VB_EINPUT with the nearest. */
static vb_status find_word(const char *key, const char *value, size_t n,
                           const char *const words[], size_t *index, vb_error *err)
{
    char quoted[VB_QUOTE_MAX], hint[512];

    for (size_t i = 0; i < n; i++)
        if (strcmp(value, words[i]) == 0) {
            *index = i;
            return VB_OK;
        }
    return vb_fail(err, VB_EINPUT, "%s is '%s', which it cannot be%s", key,
                   vb_quote(value, quoted),
                   vb_suggest(value, words, n, hint, sizeof hint));
}

static vb_status find_number(const char *key, const char *value, double low,
                             double high, double *x, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];
    const vb_number_kind kind = vb_number_read(value, x);

    if (kind != VB_NUMBER_OK)
        return vb_fail(err, VB_EINPUT, "%s: '%s' %s", key, vb_quote(value, quoted),
                       vb_number_why(kind));
    if (*x < low || *x > high)
        return vb_fail(err, VB_EINPUT, "%s is %g; it must be from %g to %g", key, *x,
                       low, high);
    return VB_OK;
}

static vb_status set_noise(vb_glm_options *o, const char *key, const char *value,
                           vb_error *err)
{
    const char *names[MOST_WORDS];
    size_t n = 0, i = 0;
    vb_status status;

    for (; vb_glm_noise(n) && n < MOST_WORDS; n++)
        names[n] = vb_glm_noise(n);
    status = find_word(key, value, n, names, &i, err);
    if (status == VB_OK)
        o->noise = names[i];
    return status;
}

static vb_status set_small_sample(vb_glm_options *o, const char *key, const char *value,
                                  vb_error *err)
{
    size_t i = 0;
    const vb_status status = find_word(key, value, N(smalls), smalls, &i, err);

    if (status == VB_OK)
        o->small_sample = (vb_small_sample)i;
    return status;
}

static vb_status set_fwhm(vb_glm_options *o, const char *key, const char *value,
                          vb_error *err)
{
    return find_number(key, value, 0, 50, &o->fwhm_mm, err);
}

static vb_status set_scaling(vb_glm_options *o, const char *key, const char *value,
                             vb_error *err)
{
    size_t i = 0;
    const vb_status status = find_word(key, value, N(scalings), scalings, &i, err);

    if (status == VB_OK)
        o->scaling = (vb_glm_scaling)i;
    return status;
}

/* A word, or a file: what has a '/' or ends as images do. */
static vb_status set_mask(vb_glm_options *o, const char *key, const char *value,
                          vb_error *err)
{
    size_t i = 0;
    vb_status status;

    if (strchr(value, '/') || strstr(value, ".nii") || strstr(value, ".hdr") ||
        strstr(value, ".img")) {
        o->masking = VB_GLM_MASK_FILE;
        o->mask_file = value;
        return VB_OK;
    }
    status = find_word(key, value, N(maskings), maskings, &i, err);
    if (status == VB_OK)
        o->masking = (vb_glm_masking)i;
    return status;
}

static vb_status set_runs(vb_glm_options *o, const char *key, const char *value,
                          vb_error *err)
{
    size_t i = 0;
    const vb_status status = find_word(key, value, N(runs), runs, &i, err);

    if (status == VB_OK)
        o->runs = (vb_glm_runs)i;
    return status;
}

/* Maps by name, with commas or blanks between them. */
static vb_status set_maps(vb_glm_options *o, const char *key, const char *value,
                          vb_error *err)
{
    const char *names[N_STATS];
    unsigned maps = 0;

    for (size_t i = 0; i < N_STATS; i++)
        names[i] = stats[i].name;
    for (const char *s = value; *s;) {
        const size_t n = strcspn(s, ", ");
        char name[32];
        size_t i = 0;
        vb_status status;

        if (n) {
            snprintf(name, sizeof name, "%.*s", (int)(n < 31 ? n : 31), s);
            status = find_word(key, name, N_STATS, names, &i, err);
            if (status != VB_OK)
                return status;
            maps |= VB_GLM_MAP(stats[i].stat);
        }
        s += n + (s[n] != '\0');
    }
    if (!maps)
        return vb_fail(err, VB_EINPUT, "%s is empty; name at least one map", key);
    o->maps = maps;
    return VB_OK;
}

static vb_status set_rule(vb_glm_options *o, const char *key, const char *value,
                          vb_error *err)
{
    size_t i = 0;
    const vb_status status = find_word(key, value, N(rules), rules, &i, err);

    if (status != VB_OK)
        return status;
    o->thresholded = i != NO_RULE;
    if (o->thresholded)
        o->threshold.rule = (vb_threshold_rule)i;
    return VB_OK;
}

static vb_status set_level(vb_glm_options *o, const char *key, const char *value,
                           vb_error *err)
{
    const vb_status status = find_number(key, value, 0, 1000, &o->threshold.level, err);

    if (status == VB_OK && !(o->threshold.level > 0))
        return vb_fail(err, VB_EINPUT, "%s is 0; it must be above 0", key);
    return status;
}

static vb_status set_min_voxels(vb_glm_options *o, const char *key, const char *value,
                                vb_error *err)
{
    double x = 0;
    const vb_status status = find_number(key, value, 0, 1e9, &x, err);

    if (status != VB_OK)
        return status;
    if (floor(x) < x)
        return vb_fail(err, VB_EINPUT, "%s is %g; it must be a whole number", key, x);
    o->threshold.min_voxels = (size_t)x;
    return VB_OK;
}

static vb_status set_two_sided(vb_glm_options *o, const char *key, const char *value,
                               vb_error *err)
{
    size_t i = 0;
    const vb_status status = find_word(key, value, N(truths), truths, &i, err);

    if (status == VB_OK)
        o->threshold.two_sided = i % 2 == 1;
    return status;
}

static const struct glm_key {
    const char *name, *values, *meaning;
    vb_status (*set)(vb_glm_options *o, const char *key, const char *value,
                     vb_error *err);
} keys[] = {
    {"noise", "a noise model, default ar1", "model of the noise in time", set_noise},
    {"small_sample", "none, kenward_roger; default none",
     "whether variance and degrees of freedom account for rho being an estimate",
     set_small_sample},
    {"fwhm_mm", "0 to 50 mm, default 0",
     "Gaussian smoothing of every volume within the mask before the fit", set_fwhm},
    {"scaling", "none, percent, grand_mean, spm; default none",
     "unit of the effects: of the image, percent of each voxel's mean, or such that "
     "the "
     "mean over voxels and scans, or over SPM's global means, is 100",
     set_scaling},
    {"mask", "auto, epi, spm, none or a file; default auto",
     "voxels that are fitted: fMRIPrep's brain mask where there is one and else epi; "
     "nilearn's rule on the mean image; above 0.8 of SPM's global mean in each scan; "
     "all; the file's",
     set_mask},
    {"runs", "precision, mean, none; default precision",
     "fixed effects over the runs of a session: weights 1 / variance, equal weights, "
     "or "
     "no such maps",
     set_runs},
    {"maps",
     "list of effect, variance, t, F, z, p, df, rsquared, sigma2, rho; default all",
     "which maps are written", set_maps},
    {"threshold",
     "uncorrected, fdr, fwe, bonferroni, height, none; default uncorrected",
     "rule of the cluster tables", set_rule},
    {"threshold_level", "a number; default 0.001 (uncorrected), 0.05, or 3.1 (height)",
     "p, q or height of that rule", set_level},
    {"cluster_min_voxels", "whole number, default 10",
     "smaller clusters are left out of the tables", set_min_voxels},
    {"two_sided", "yes, no; default yes", "both signs of t are thresholded",
     set_two_sided},
};

enum { N_KEYS = sizeof keys / sizeof keys[0] };

const char *vb_glm_key(size_t i)
{
    return i < N_KEYS ? keys[i].name : NULL;
}

const char *vb_glm_key_values(size_t i)
{
    return i < N_KEYS ? keys[i].values : NULL;
}

const char *vb_glm_key_meaning(size_t i)
{
    return i < N_KEYS ? keys[i].meaning : NULL;
}

static const struct glm_key *find_key(const char *name)
{
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

vb_status vb_glm_options_set(vb_glm_options *options, const char *key,
                             const char *value, vb_error *err)
{
    const struct glm_key *found = find_key(key);

    if (!found)
        return vb_fail(err, VB_EINTERNAL, "glm has no key '%s'", key);
    return found->set(options, key, value, err);
}

/* The text of a value; a list (of maps) with commas between its entries. */
static const char *value_text(const vb_node *node, vb_arena *arena)
{
    vb_buffer out = {0};
    const char *text = NULL;

    if (node->kind == VB_SCALAR && !node->null)
        return node->text;
    if (node->kind != VB_LIST)
        return NULL;
    for (size_t i = 0; i < node->n; i++) {
        if (node->items[i]->kind != VB_SCALAR)
            goto done;
        vb_putf(&out, "%s%s", i ? "," : "", node->items[i]->text);
    }
    text = vb_arena_string(arena, out.bytes ? out.bytes : "");
done:
    vb_buffer_free(&out);
    return text;
}

static vb_status read_key(const vb_spec *spec, const vb_node *section, size_t i,
                          vb_glm_options *options, vb_notes *notes, vb_error *first)
{
    const struct glm_key *key = find_key(section->keys[i]);
    const vb_node *node = section->items[i];
    const char *names[N_KEYS], *text;
    char quoted[VB_QUOTE_MAX], hint[512];
    vb_error why = {0};

    for (size_t k = 0; k < N_KEYS; k++)
        names[k] = keys[k].name;
    if (!key)
        return vb_refuse(notes, first, VB_EINPUT, "spec-unknown-key", spec->file,
                         section->key_line[i], section->key_column[i],
                         "unknown key '%s' in glm%s",
                         vb_quote(section->keys[i], quoted),
                         vb_suggest(section->keys[i], names, N_KEYS, hint,
                                    sizeof hint));
    text = value_text(node, spec->arena);
    if (!text || (node->kind == VB_LIST && key->set != set_maps))
        return vb_refuse(notes, first, VB_EINPUT, "spec-type", spec->file, node->line,
                         node->column, "glm.%s: expected %s", key->name, key->values);
    if (key->set(options, key->name, text, &why) != VB_OK)
        return vb_refuse(notes, first, VB_EINPUT, "spec-range", spec->file, node->line,
                         node->column, "glm.%s", why.text);
    if (options->mask_file == text)
        options->mask_file = vb_path_beside(spec->file, text, spec->arena);
    return options->mask_file || options->masking != VB_GLM_MASK_FILE
               ? VB_OK
               : vb_fail_memory(first, strlen(text));
}

vb_status vb_glm_options_read(const vb_spec *spec, vb_glm_options *options,
                              vb_notes *notes, vb_error *err)
{
    const vb_node *section = spec->glm;
    vb_error first = {0};

    if (!section || (section->kind == VB_SCALAR && section->null))
        return VB_OK;
    if (section->kind != VB_MAP)
        return vb_fail_at(err, VB_EINPUT, spec->file, section->line, section->column,
                          "glm is not a map; expected keys such as noise and fwhm_mm");
    for (size_t i = 0; i < section->n; i++)
        read_key(spec, section, i, options, notes, &first);
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
