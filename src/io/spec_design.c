/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_design.c - the sections design and contrasts. */
#include "spec_reader.h"

#include <math.h>

/* The cut-off in Hz instead of s. */
static void read_frequency(vb_spec_reader *r, const vb_node *section,
                           vb_design_options *design)
{
    const vb_node *hz = vb_node_get(section, "high_pass_hz");

    if (!hz)
        return;
    if (vb_node_get(section, "high_pass_s"))
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", hz,
            "design states the cut-off twice, in s and in Hz; leave one "
            "out");
    design->high_pass_s = 1 / vb_spec_number(section, "high_pass_hz", 1);
}

void vb_spec_read_design(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "design"), *confounds;
    vb_design_options *design = &r->spec->design;

    if (!section)
        return;
    design->like = vb_spec_text(section, "like");
    design->hrf = vb_spec_text(section, "hrf");
    design->drift = vb_spec_text(section, "drift");
    design->high_pass_s = vb_spec_is(vb_node_get(section, "high_pass_s"), "none")
                              ? HUGE_VAL
                              : vb_spec_number(section, "high_pass_s", 0);
    read_frequency(r, section, design);
    design->drift_order = (unsigned)vb_spec_count(section, "drift_order", 0);
    r->spec->hrf_file = vb_spec_text(section, "hrf_file");
    design->microtime = (unsigned)vb_spec_count(section, "microtime", 0);
    design->microtime_onset = (unsigned)vb_spec_count(section, "microtime_onset", 0);
    design->hrf_length_s = vb_spec_number(section, "hrf_length_s", 0);
    design->hrf_order = (unsigned)vb_spec_count(section, "hrf_order", 0);
    if (design->microtime_onset > (design->microtime ? design->microtime : 16))
        VB_SPEC_REFUSE_NODE(
            r, "spec-range", vb_node_get(section, "microtime_onset"),
            "design.microtime_onset is %u; it must be at most microtime, %u",
            design->microtime_onset, design->microtime ? design->microtime : 16);
    confounds = vb_node_get(section, "confounds");
    if (confounds && !vb_spec_is(confounds, "none"))
        r->spec->confounds = vb_spec_texts(r, confounds, &r->spec->n_confounds);
}

void vb_spec_read_contrasts(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "contrasts");
    vb_spec *spec = r->spec;

    if (!section)
        return;
    spec->contrasts = vb_spec_take(r, section->n, sizeof *spec->contrasts);
    for (size_t i = 0; spec->contrasts && i < section->n; i++) {
        vb_contrast_spec *contrast = &spec->contrasts[i];

        contrast->name = section->keys[i];
        contrast->file = r->file;
        contrast->line = section->key_line[i];
        contrast->column = section->key_column[i];
        contrast->rows = vb_spec_texts(r, section->items[i], &contrast->n_rows);
        spec->n_contrasts++;
    }
    if (spec->n_contrasts && r->status != VB_ENOMEM &&
        vb_contrast_name_check(spec->contrasts, spec->n_contrasts, r->notes,
                               r->first) != VB_OK)
        r->status = VB_EINPUT;
}
