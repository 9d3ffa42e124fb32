/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confound_compcor.c - CompCor components by number or by the variance they explain.
 *
 * fMRIPrep's JSON sidecar says of each component which mask it is from and how much of the
 * mask's variance it and those before explain.  Without it only numbers can be asked for:
 * the first a_comp_cor columns are those of the combined mask.
 */
#include "confounds.h"
#include "valuebold/names.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct request {
    const char *prefix; /* a_comp_cor_, t_comp_cor_ */
    const char *mask;   /* combined, WM, CSF; NULL for tCompCor */
    double amount;      /* components, or per cent when share */
    bool share;
} request;

/* "6" or "50%" */
static bool read_amount(const char *text, request *r)
{
    char copy[CONFOUND_NAME_MAX];
    size_t n = strlen(text);

    if (!n || n >= sizeof copy)
        return false;
    memcpy(copy, text, n + 1);
    r->share = copy[n - 1] == '%';
    if (r->share)
        copy[n - 1] = '\0';
    if (vb_number_read(copy, &r->amount) != VB_NUMBER_OK || !(r->amount > 0))
        return false;
    return r->share ? r->amount <= 100 : r->amount == floor(r->amount);
}

static const char *text_in(const vb_node *entry, const char *key)
{
    const vb_node *value =
        entry && entry->kind == VB_MAP ? vb_node_get(entry, key) : NULL;

    return value && value->kind == VB_SCALAR ? value->text : NULL;
}

/* Components of the mask in order of their numbers; returns how many.  Without a sidecar
 * all of the prefix. */
static size_t components(const vb_picker *p, const request *r, size_t index[])
{
    static const char *const others[] = {"c_comp_cor_", "w_comp_cor_"};
    size_t n = confound_numbered(p->table, r->prefix, index), kept = 0;

    if (r->mask && strcasecmp(r->mask, "combined") != 0) { /* fMRIPrep 21 on */
        const char *own = others[strcasecmp(r->mask, "WM") == 0];
        const size_t m = confound_numbered(p->table, own, index + n);

        if (m && !p->meta) {
            memmove(index, index + n, m * sizeof *index);
            return m;
        }
        n += m;
    }
    if (!p->meta || !r->mask)
        return n;
    for (size_t k = 0; k < n; k++) {
        const char *mask =
            text_in(vb_node_get(p->meta, p->table->columns[index[k]]), "Mask");

        if (mask && strcasecmp(mask, r->mask) == 0)
            index[kept++] = index[k];
    }
    return kept;
}

static vb_status count_by_variance(vb_picker *p, const request *r, size_t n,
                                   const size_t index[], size_t *take)
{
    double reached = 0;

    if (!p->meta)
        return vb_fail_at(p->err, VB_EINPUT, p->table->name, 0, 0,
                          "components by variance need the table's sidecar, %s, with "
                          "CumulativeVarianceExplained; ask for a number instead",
                          p->meta_path);
    for (*take = 0; *take < n && reached < r->amount / 100;) {
        const char *name = p->table->columns[index[*take]];
        const char *text =
            text_in(vb_node_get(p->meta, name), "CumulativeVarianceExplained");

        if (!text || vb_number_read(text, &reached) != VB_NUMBER_OK)
            return vb_fail_at(p->err, VB_EINPUT, p->meta_path, 0, 0,
                              "'%s' has no CumulativeVarianceExplained", name);
        ++*take;
    }
    if (reached < r->amount / 100)
        vb_note_add(
            p->notes, VB_WARNING, "confounds-variance", p->table->name, 0, 0,
            "the %zu components kept in the table explain %.1f %% of the variance, "
            "not the %g %% asked for",
            n, 100 * reached, r->amount);
    return VB_OK;
}

static vb_status add_components(vb_picker *p, const request *r)
{
    size_t *index = vb_arena_take(p->study->arena, 2 * p->table->n_cols, sizeof *index);
    size_t n, take = 0;
    vb_status status = VB_OK;

    if (!index)
        return vb_fail_memory(p->err, p->table->n_cols * sizeof *index);
    n = components(p, r, index);
    if (!n)
        return vb_fail_at(p->err, VB_EINPUT, p->table->name, 1, 0,
                          "no columns '%s*'%s%s", r->prefix,
                          r->mask ? " of the mask " : "", r->mask ? r->mask : "");
    if (r->mask && !p->meta)
        vb_note_add(
            p->notes, VB_INFO, "confounds-mask", p->table->name, 0, 0,
            "without %s the masks of the components are unknown: the first columns "
            "are taken, which fMRIPrep writes for the combined mask",
            p->meta_path);
    if (r->share)
        status = count_by_variance(p, r, n, index, &take);
    else
        take = (size_t)r->amount;
    if (status != VB_OK)
        return status;
    if (take > n) {
        vb_note_add(p->notes, VB_WARNING, "confounds-fewer", p->table->name, 0, 0,
                    "%zu components of CompCor asked for, %zu are there: all are taken",
                    take, n);
        take = n;
    }
    for (size_t k = 0; k < take && status == VB_OK; k++)
        status = confound_add_column(p, index[k]);
    return status;
}

/* CompCor is made of data without slow drift: fitted without cosines it brings drift
 * back in. */
static void note_drift(const vb_picker *p)
{
    const char *drift = p->study->spec->design.drift;
    const bool none = (drift && strcmp(drift, "none") == 0) ||
                      isinf(p->study->spec->design.high_pass_s);

    for (size_t i = 0; i < p->study->spec->n_confounds && none; i++)
        if (strcmp(p->study->spec->confounds[i], "cosines") == 0)
            return;
    if (none)
        vb_note_add(
            p->notes, VB_WARNING, "confounds-no-cosines", p->table->name, 0, 0,
            "CompCor components were made from high-pass filtered data, but the "
            "design has no drift: add cosines to the confounds");
}

vb_status confound_compcor(vb_picker *p, const vb_confound_call *call, bool *known)
{
    const bool anatomical = strcmp(call->name, "acompcor") == 0;
    request r = {.prefix = anatomical ? "a_comp_cor_" : "t_comp_cor_",
                 .mask = anatomical ? "combined" : NULL};
    bool amount = false;

    *known = anatomical || strcmp(call->name, "tcompcor") == 0;
    if (!*known)
        return VB_OK;
    for (size_t k = 0; k < call->n; k++) {
        const char *key = call->argument[k].key, *value = call->argument[k].value;
        const bool mask = anatomical && strcmp(key, "mask") == 0;

        if (mask && (strcasecmp(value, "combined") == 0 ||
                     strcasecmp(value, "wm") == 0 || strcasecmp(value, "csf") == 0))
            r.mask = value;
        else if (!*key && !amount && read_amount(value, &r))
            amount = true;
        else
            return vb_fail_at(
                p->err, VB_EINPUT, p->study->spec->file, 0, 0,
                "confounds: %s takes a number of components (6) or a share of "
                "variance (50%%)%s, not '%s%s%s'",
                call->name, anatomical ? " and mask=combined, wm or csf" : "", key,
                *key ? "=" : "", value);
    }
    if (!amount)
        return vb_fail_at(
            p->err, VB_EINPUT, p->study->spec->file, 0, 0,
            "confounds: %s needs a number of components (%s6) or a share of "
            "variance (%s50%%)",
            call->name, call->name, call->name);
    note_drift(p);
    return add_components(p, &r);
}
