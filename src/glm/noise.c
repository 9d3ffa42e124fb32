/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise.c - the registry of noise models. */
#include "noise.h"

#include "noise_series.h"

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

/* ---- small samples ---- */

static const char *const small_samples[] = {"none", "auto", "kenward_roger",
                                            "averaged"};

const char *vb_small_sample_name(size_t i)
{
    return i < sizeof small_samples / sizeof small_samples[0] ? small_samples[i] : NULL;
}

vb_small_sample vb_noise_small_sample(const char *noise)
{
    const vb_noise *sums = vb_noise_find(noise);
    const vb_series_noise *series = vb_series_noise_find(noise);

    return sums     ? sums->small_sample
           : series ? series->small_sample
                    : VB_SMALL_SAMPLE_NONE;
}

vb_status vb_small_sample_resolve(const char *noise, vb_small_sample has,
                                  vb_small_sample asked, vb_small_sample *used,
                                  vb_error *err)
{
    *used = asked == VB_SMALL_SAMPLE_AUTO ? has : asked;
    if (*used == VB_SMALL_SAMPLE_NONE || *used == has)
        return VB_OK;
    return vb_fail(
        err, VB_EUSAGE,
        "noise '%s' has no small_sample '%s'; use 'auto', which is '%s' there", noise,
        vb_small_sample_name(*used), vb_small_sample_name(has));
}
