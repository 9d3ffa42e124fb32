/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise.c - the registry of noise models. */
#include "noise.h"

#include "valuebold/glm.h"

#include <string.h>

#define VB_NOISE(id) extern const vb_noise vb_noise_##id;
#include "noise.def"
#undef VB_NOISE
#define VB_NOISE(id) &vb_noise_##id,
static const vb_noise *const noises[] = {
#include "noise.def"
};
#undef VB_NOISE
enum { N_NOISES = sizeof noises / sizeof noises[0] };

size_t vb_n_noises(void)
{
    return N_NOISES;
}

const char *vb_noise_name(size_t i)
{
    return i < N_NOISES ? noises[i]->name : NULL;
}

const char *vb_noise_meaning(size_t i)
{
    return i < N_NOISES ? noises[i]->meaning : NULL;
}

const char *vb_noise_source(size_t i)
{
    return i < N_NOISES ? noises[i]->source : NULL;
}

const vb_noise *vb_noise_find(const char *name)
{
    for (size_t i = 0; i < N_NOISES; i++)
        if (!name || strcmp(noises[i]->name, name) == 0)
            return noises[i];
    return NULL;
}
