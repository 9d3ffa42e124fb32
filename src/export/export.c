/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export.c - the registry of exporters, and the names of what they write. */
#include "exporters.h"

#include <stdio.h>
#include <string.h>

#define VB_EXPORTER(id, name, meaning)                                                 \
    {name, meaning, vb_##id##_write, vb_##id##_verify},
static const vb_exporter exporters[] = {
#include "exporters.def"
};
#undef VB_EXPORTER

size_t vb_n_exporters(void)
{
    return sizeof exporters / sizeof exporters[0];
}

const vb_exporter *vb_exporter_at(size_t i)
{
    return &exporters[i];
}

const vb_exporter *vb_exporter_find(const char *name)
{
    for (size_t i = 0; i < vb_n_exporters(); i++)
        if (strcmp(exporters[i].name, name) == 0)
            return &exporters[i];
    return NULL;
}

char *vb_export_stem(const vb_export_job *job, size_t run, char out[], size_t size)
{
    const char *label = run == VB_NONE ? NULL : job->run_labels[run];

    snprintf(out, size, "sub-%s%s%s_task-%s%s%s", job->participant,
             job->session ? "_ses-" : "", job->session ? job->session : "", job->task,
             label ? "_run-" : "", label ? label : "");
    return out;
}
