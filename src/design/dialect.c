/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialect.c - registry of conventions. */
#include "draft.h"

#include <strings.h>

#define VB_DIALECT(id) extern const vb_dialect vb_dialect_##id;
#include "dialects.def"
#undef VB_DIALECT

#define VB_DIALECT(id) &vb_dialect_##id,
static const vb_dialect *const dialects[] = {
#include "dialects.def"
};
#undef VB_DIALECT

enum { N_DIALECTS = sizeof dialects / sizeof dialects[0] };

size_t vb_dialect_count(void)
{
    return N_DIALECTS;
}

const vb_dialect *vb_dialect_at(size_t i)
{
    return dialects[i];
}

size_t vb_n_dialects(void)
{
    return N_DIALECTS;
}

const char *vb_dialect_name(size_t i)
{
    return i < N_DIALECTS ? dialects[i]->name : NULL;
}

const char *vb_dialect_meaning(size_t i)
{
    return i < N_DIALECTS ? dialects[i]->meaning : NULL;
}

static const vb_dialect *find(const char *like)
{
    for (size_t i = 0; like && i < N_DIALECTS; i++)
        if (strcasecmp(dialects[i]->name, like) == 0)
            return dialects[i];
    return dialects[0];
}

bool vb_dialect_orthogonalises(const char *like)
{
    return find(like)->own_orthogonalisation;
}

double vb_dialect_sample_ref(const char *like)
{
    return find(like)->sample_ref;
}

bool vb_dialect_centres_over_runs(const char *like)
{
    return find(like)->centres_over_runs;
}
