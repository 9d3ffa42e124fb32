/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_list.c - the presets, for people and for programs. */
#include "roi_internal.h"

#include <stdio.h>
#include <string.h>

static void full_name(const vb_preset *p, char out[2 * VB_PRESET_NAME_MAX])
{
    char name[VB_PRESET_NAME_MAX];

    snprintf(out, 2 * VB_PRESET_NAME_MAX, "%s@%s", vb_preset_name(p, name), p->key);
}

void vb_roi_list_text(vb_buffer *out)
{
    vb_put_text(
        out, "Presets: spheres in MNI space, centre and radius in mm.  A name alone is "
             "the entry with *;\nNAME@KEY is one of a source, NAME:RADIUS another "
             "radius; a name without its side is both sides.\n\n");
    vb_putf(out, "  %-32s %6s %6s %6s  %s\n", "name", "x", "y", "z", "radius");
    for (size_t i = 0; vb_preset_at(i); i++) {
        const vb_preset *p = vb_preset_at(i);
        char name[2 * VB_PRESET_NAME_MAX];

        full_name(p, name);
        vb_putf(out, "%c %-32s %6g %6g %6g  %-6g  %s (%s)%s%s\n",
                vb_preset_is_default(p) ? '*' : ' ', name, p->centre_mm[0],
                p->centre_mm[1], p->centre_mm[2], p->radius_mm, p->source,
                vb_preset_certainty_text(p->certainty), *p->note ? ": " : "", p->note);
    }
}

void vb_roi_list_json(vb_json *j)
{
    static const char *const sides[] = {"", "left", "right"};

    vb_json_open(j, "presets", '[');
    for (size_t i = 0; vb_preset_at(i); i++) {
        const vb_preset *p = vb_preset_at(i);
        char name[2 * VB_PRESET_NAME_MAX];

        full_name(p, name);
        vb_json_open(j, NULL, '{');
        vb_json_text(j, "name", name);
        vb_json_text(j, "region", p->region);
        vb_json_text(j, "side", p->side ? sides[p->side] : NULL);
        vb_json_text(j, "key", p->key);
        vb_json_bool(j, "default", vb_preset_is_default(p));
        vb_json_numbers(j, "centre_mm", 3, p->centre_mm);
        vb_json_number(j, "radius_mm", p->radius_mm);
        vb_json_text(j, "space", "MNI152");
        vb_json_text(j, "source", p->source);
        vb_json_text(j, "certainty", vb_preset_certainty_text(p->certainty));
        vb_json_text(j, "note", p->note);
        vb_json_close(j);
    }
    vb_json_close(j);
}
