/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_summary.h - facts about a job's modulators, for the notes beside exports. */
#ifndef VB_EXPORT_SUMMARY_H
#define VB_EXPORT_SUMMARY_H

#include "export_internal.h"

typedef struct export_summary {
    size_t n_modulators;  /* over all runs */
    size_t n_missing;     /* weights without a value */
    size_t n_not_centred; /* modulators whose mean over their run is not 0 */
    double largest_mean;  /* of those, in units of their standard deviation */
    char largest[128];    /* its title, and run */
    size_t n_orthogonal;  /* events with serial orthogonalisation, over all runs */
    char orthogonal[256]; /* their names, each once */
    char uncorrelated
        [256]; /* events whose modulators are uncorrelated over their trials */
} export_summary;

/* orth_centres: the program centres the modulators of orthogonalised events itself, so that
 * their means do not count. */
void export_summarise(const vb_export_job *job, bool orth_centres,
                      export_summary *summary);
/* Sentences about centring and orthogonalisation; how says who does it, and when. */
void export_put_centring(const export_summary *s, bool orth_centres, vb_buffer *out);
void export_put_orthogonal(const export_summary *s, const char *how, vb_buffer *out);
/* "cosine set of 128 s", "no high-pass" ... of the design. */
void export_put_high_pass(const vb_export_job *job, vb_buffer *out);

#endif
