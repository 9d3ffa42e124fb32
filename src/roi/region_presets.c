/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_presets.c - the registry of presets.def and its names. */
#include "valuebold/region_presets.h"
#include "valuebold/names.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define VB_PRESET(region, side, key, x, y, z, radius, certainty, source, note)         \
    {region, VB_PRESET_##side,      key,    {x, y, z},                                 \
     radius, VB_PRESET_##certainty, source, note},
static const vb_preset presets[] = {
#include "presets.def"
};
#undef VB_PRESET

enum { N_PRESETS = sizeof presets / sizeof presets[0], ADVICE_MAX = 600 };

const vb_preset *vb_preset_at(size_t i)
{
    return i < N_PRESETS ? &presets[i] : NULL;
}

static const char *side_name(vb_preset_side side)
{
    return side == VB_PRESET_LEFT ? "_left" : side == VB_PRESET_RIGHT ? "_right" : "";
}

char *vb_preset_name(const vb_preset *preset, char out[VB_PRESET_NAME_MAX])
{
    snprintf(out, VB_PRESET_NAME_MAX, "%s%s", preset->region, side_name(preset->side));
    return out;
}

const char *vb_preset_certainty_text(vb_preset_certainty certainty)
{
    switch (certainty) {
    case VB_PRESET_TABLE:
        return "read in the source's table";
    case VB_PRESET_ROLE:
        return "numbers read in the source, the role known from its abstract";
    case VB_PRESET_CUSTOM:
        return "in wide use, not checked against the source";
    case VB_PRESET_ANATOMY:
        return "centre of an anatomical label, computed";
    }
    return "";
}

int vb_preset_is_default(const vb_preset *preset)
{
    for (const vb_preset *p = presets; p < preset; p++)
        if (p->side == preset->side && strcmp(p->region, preset->region) == 0)
            return 0;
    return 1;
}

/* Lower case, without '-', '_' and blanks. */
static void fold(const char *s, char out[VB_PRESET_NAME_MAX])
{
    size_t n = 0;

    for (; *s && n + 1 < VB_PRESET_NAME_MAX; s++)
        if (*s != '-' && *s != '_' && *s != ' ')
            out[n++] = (char)(*s >= 'A' && *s <= 'Z' ? *s - 'A' + 'a' : *s);
    out[n] = '\0';
}

/* The region of a folded name, and which sides are meant (bit LEFT, bit RIGHT). */
static const char *region_of(const char *folded, unsigned *sides)
{
    static const struct {
        const char *end;
        unsigned sides;
    } ends[] = {{"", 6u},      {"both", 6u}, {"left", 2u},
                {"right", 4u}, {"l", 2u},    {"r", 4u}};
    const size_t length = strlen(folded);

    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
        const size_t n = strlen(ends[e].end);

        if (length < n || strcmp(folded + length - n, ends[e].end) != 0)
            continue;
        for (size_t i = 0; i < N_PRESETS; i++) {
            char own[VB_PRESET_NAME_MAX];

            fold(presets[i].region, own);
            if (strlen(own) != length - n || strncmp(own, folded, length - n) != 0)
                continue;
            if (e > 0 && presets[i].side == VB_PRESET_MID)
                continue;
            *sides = ends[e].sides;
            return presets[i].region;
        }
    }
    return NULL;
}

static vb_status fail_unknown(const char *name, vb_error *err)
{
    const char *list[2 * N_PRESETS];
    char text[N_PRESETS][VB_PRESET_NAME_MAX], advice[ADVICE_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < N_PRESETS; i++) {
        if (!vb_preset_is_default(&presets[i]))
            continue;
        if (presets[i].side == VB_PRESET_LEFT)
            list[n++] = presets[i].region;
        list[n++] = vb_preset_name(&presets[i], text[i]);
    }
    return vb_fail(err, VB_EUSAGE, "'%s' is no region%s", vb_quote(name, quoted),
                   vb_suggest(name, list, n, advice, sizeof advice));
}

static vb_status fail_key(const char *region, const char *key, vb_error *err)
{
    const char *list[N_PRESETS] = {NULL};
    char advice[ADVICE_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < N_PRESETS; i++)
        if (strcmp(presets[i].region, region) == 0 &&
            (!n || strcmp(list[n - 1], presets[i].key) != 0))
            list[n++] = presets[i].key;
    return vb_fail(err, VB_EUSAGE, "%s has no source '%s'%s", region,
                   vb_quote(key, quoted),
                   vb_suggest(key, list, n, advice, sizeof advice));
}

vb_status vb_preset_find(const char *name, const vb_preset *out[2], size_t *n,
                         vb_error *err)
{
    char folded[VB_PRESET_NAME_MAX], front[VB_PRESET_NAME_MAX];
    const char *at = strchr(name, '@'), *region;
    const size_t length = at ? (size_t)(at - name) : strlen(name);
    unsigned sides, wanted;

    if (length >= sizeof front)
        return fail_unknown(name, err);
    memcpy(front, name, length);
    front[length] = '\0';
    fold(front, folded);
    region = region_of(folded, &sides);
    if (!region)
        return fail_unknown(front, err);
    *n = 0;
    wanted = sides | 1u;
    for (size_t i = 0; i < N_PRESETS && *n < 2; i++) {
        const vb_preset *p = &presets[i];

        if (strcmp(p->region, region) != 0 || !(wanted >> p->side & 1u) ||
            (at ? strcmp(p->key, at + 1) != 0 : !vb_preset_is_default(p)))
            continue;
        out[(*n)++] = p;
    }
    if (at && *n == 1 && out[0]->side != VB_PRESET_MID && sides == 6u)
        return vb_fail(err, VB_EUSAGE, "%s has one side only at '%s'; write %s%s@%s",
                       region, at + 1, region, side_name(out[0]->side), at + 1);
    return *n ? VB_OK : fail_key(region, at ? at + 1 : "", err);
}
