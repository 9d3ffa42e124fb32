/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise.c - the registry of noise models, of both kinds. */
#include "noise.h"

#include "noise_series.h"
#include "valuebold/names.h"

#include <string.h>

#define VB_SUMS_NOISE(id) extern const vb_noise vb_noise_##id;
#define VB_SERIES_NOISE(id) extern const vb_series_noise vb_series_noise_##id;
#include "noise.def"
#undef VB_SUMS_NOISE
#undef VB_SERIES_NOISE
#define VB_SUMS_NOISE(id) {.sums = &vb_noise_##id},
#define VB_SERIES_NOISE(id) {.series = &vb_series_noise_##id},
/* one of the two */
static const struct entry {
    const vb_noise *sums;
    const vb_series_noise *series;
} noises[] = {
#include "noise.def"
};
#undef VB_SUMS_NOISE
#undef VB_SERIES_NOISE
enum { N_NOISES = sizeof noises / sizeof noises[0] };

static const char *name_of(const struct entry *e)
{
    return e->sums ? e->sums->name : e->series->name;
}

/* name NULL: the default; NULL: none of that name */
static const struct entry *find(const char *name)
{
    for (size_t i = 0; i < N_NOISES; i++)
        if (!name || strcmp(name_of(&noises[i]), name) == 0)
            return &noises[i];
    return NULL;
}

size_t vb_n_noises(void)
{
    return N_NOISES;
}

const char *vb_noise_name(size_t i)
{
    return i < N_NOISES ? name_of(&noises[i]) : NULL;
}

const char *vb_noise_meaning(size_t i)
{
    return i >= N_NOISES      ? NULL
           : noises[i].series ? noises[i].series->meaning
                              : noises[i].sums->meaning;
}

const char *vb_noise_source(size_t i)
{
    return i >= N_NOISES      ? NULL
           : noises[i].series ? noises[i].series->source
                              : noises[i].sums->source;
}

bool vb_noise_needs_series(const char *noise)
{
    const struct entry *e = find(noise);

    return e && e->series;
}

bool vb_noise_estimates_rho(const char *noise)
{
    const struct entry *e = find(noise);

    return e && e->sums && e->sums->estimate;
}

size_t vb_noise_n_parameters(const char *noise)
{
    const struct entry *e = find(noise);

    return e && e->series ? e->series->n_parameters : 0;
}

const char *vb_noise_parameter_name(const char *noise, size_t i)
{
    return i < vb_noise_n_parameters(noise) ? find(noise)->series->parameter_names[i]
                                            : NULL;
}

static vb_status refuse(const char *name, bool series, vb_error *err)
{
    const char *names[N_NOISES];
    char advice[256];
    size_t n = 0;

    for (size_t i = 0; i < N_NOISES; i++)
        if ((noises[i].series != NULL) == series)
            names[n++] = name_of(&noises[i]);
    return vb_fail(err, VB_EUSAGE, "no noise model%s '%.60s'%s",
                   series ? " of whole series" : "", name,
                   vb_suggest(name, names, n, advice, sizeof advice));
}

vb_status vb_noise_find(const char *name, const vb_noise **noise, vb_error *err)
{
    const struct entry *e = find(name);

    if (!e || !e->sums)
        return refuse(name, false, err);
    *noise = e->sums;
    return VB_OK;
}

vb_status vb_series_noise_find(const char *name, const vb_series_noise **noise,
                               vb_error *err)
{
    const struct entry *e = name ? find(name) : NULL;

    if (!e || !e->series)
        return refuse(name ? name : "", true, err);
    *noise = e->series;
    return VB_OK;
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
    const struct entry *e = find(noise);

    return !e        ? VB_SMALL_SAMPLE_NONE
           : e->sums ? e->sums->small_sample
                     : e->series->small_sample;
}

vb_status vb_small_sample_resolve(const char *noise, vb_small_sample asked,
                                  vb_small_sample *used, vb_error *err)
{
    const vb_small_sample has = vb_noise_small_sample(noise);

    *used = asked == VB_SMALL_SAMPLE_AUTO ? has : asked;
    if (*used == VB_SMALL_SAMPLE_NONE || *used == has)
        return VB_OK;
    return vb_fail(
        err, VB_EUSAGE,
        "noise '%s' has no small_sample '%s'; use 'auto', which is '%s' there", noise,
        vb_small_sample_name(*used), vb_small_sample_name(has));
}
