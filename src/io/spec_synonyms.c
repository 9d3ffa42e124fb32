/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_synonyms.c - keys by the words other programs have for them. */
#include "spec_keys.h"

#include <ctype.h>
#include <string.h>

/* Words without signs and in small letters: hpf, t_r and tR are "hpf", "tr". */
static const struct {
    const char *word, *key;
} synonyms[] = {
    {"hpf", "high_pass_s"},
    {"highpass", "high_pass_s"},
    {"highpassseconds", "high_pass_s"},
    {"paradigmhp", "high_pass_s"},
    {"cutoff", "high_pass_s"},
    {"highpasshz", "high_pass_hz"},
    {"orth", "orthogonalise"},
    {"ortho", "orthogonalise"},
    {"orthogonal", "orthogonalise"},
    {"polort", "drift_order"},
    {"driftmodel", "drift"},
    {"hrfmodel", "hrf"},
    {"basis", "hrf"},
    {"bases", "hrf"},
    {"convention", "like"},
    {"package", "like"},
    {"software", "like"},
    {"tr", "tr_s"},
    {"repetitiontime", "tr_s"},
    {"nscan", "n_scans"},
    {"nscans", "n_scans"},
    {"npts", "n_scans"},
    {"volumes", "n_scans"},
    {"fmrit", "microtime"},
    {"fmrit0", "microtime_onset"},
    {"oversampling", "microtime"},
    {"slicetimereference", "slice_time_ref"},
    {"pmod", "modulators"},
    {"pmods", "modulators"},
    {"parametric", "modulators"},
    {"modulation", "modulators"},
    {"tmod", "time_modulation"},
    {"poly", "polynomial"},
    {"demean", "centre"},
    {"centering", "centre"},
    {"centring", "centre"},
    {"meancentre", "centre"},
    {"nuisance", "confounds"},
    {"multireg", "confounds"},
    {"events", "regressors"},
    {"conditions", "regressors"},
    {"onsets", "onset"},
    {"durations", "duration"},
    {"rt", "response_time"},
    {"reactiontime", "response_time"},
};

const char *vb_spec_synonym(const char *parent, const char *word)
{
    char plain[64];
    size_t n = 0;

    for (; *word && n + 1 < sizeof plain; word++)
        if (isalnum((unsigned char)*word))
            plain[n++] = (char)tolower((unsigned char)*word);
    plain[n] = '\0';
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++) {
        const vb_spec_key *key;

        if (strcmp(synonyms[i].word, plain) != 0)
            continue;
        key = vb_spec_key_find(parent, synonyms[i].key);
        if (key && key->path[strlen(key->path) - 1] != '*')
            return synonyms[i].key;
    }
    return NULL;
}
