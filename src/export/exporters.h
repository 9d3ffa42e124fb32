/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exporters.h - the functions behind exporters.def; contracts in valuebold/export.h. */
#ifndef VB_EXPORTERS_H
#define VB_EXPORTERS_H

#include "valuebold/export.h"

#define VB_EXPORTER(id, name, meaning)                                                 \
    vb_status vb_##id##_write(const vb_export_job *job, vb_outputs *outputs,           \
                              vb_notes *notes, vb_error *err);                         \
    vb_status vb_##id##_verify(const vb_export_job *job, const vb_outputs *outputs,    \
                               size_t *n_values, vb_error *err);
#include "exporters.def"
#undef VB_EXPORTER

#endif
