/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_text.c - paths, names and numbers as other programs read them. */
#include "export_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

vb_status export_check_text(const char *s, const char *what, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];

    for (const char *c = s; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return vb_fail(
                err, VB_EINPUT,
                "%s '%s' holds a control character, which no file of SPM or FSL "
                "can hold; rename it",
                what, vb_quote(s, quoted));
    return VB_OK;
}

void export_put_matlab(vb_buffer *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'')
            vb_put_char(out, '\'');
        vb_put_char(out, *s);
    }
}

void export_put_tcl(vb_buffer *out, const char *s)
{
    for (; *s; s++) {
        if (strchr("\\\"$[]{}", *s))
            vb_put_char(out, '\\');
        vb_put_char(out, *s);
    }
}

void export_put_python(vb_buffer *out, const char *s)
{
    vb_put_char(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            vb_put_char(out, '\\');
        vb_put_char(out, *s);
    }
    vb_put_char(out, '\'');
}

char *export_folder(const vb_export_job *job, const char *name, char out[], size_t size)
{
    snprintf(out, size, "export/%s/sub-%s%s%s", name, job->participant,
             job->session ? "/ses-" : "", job->session ? job->session : "");
    return out;
}

void export_put_rows(vb_buffer *out, size_t n, size_t n_cols, const double x[])
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n_cols; j++) {
            vb_put_number(out, x[i * n_cols + j]);
            vb_put_char(out, j + 1 == n_cols ? '\n' : '\t');
        }
}

vb_status export_need(const vb_outputs *outputs, const vb_output **found, vb_error *err,
                      const char *path_format, ...)
{
    char path[VB_PATH_MAX];
    va_list args;

    va_start(args, path_format);
    vsnprintf(path, sizeof path, path_format, args);
    va_end(args);
    *found = vb_outputs_find(outputs, path);
    return *found ? VB_OK
                  : vb_fail_at(err, VB_EINPUT, path, 0, 0,
                               "this file of the export is "
                               "missing; export again");
}

static vb_status check_event(const vb_design_run *run, const vb_design_event *event,
                             vb_error *err)
{
    vb_status status = export_check_text(event->name, "the event name", err);

    for (size_t i = 0; i < event->n_events && status == VB_OK; i++)
        if (!isfinite(event->onset_s[i]) || !isfinite(event->duration_s[i]) ||
            event->duration_s[i] < 0)
            status =
                vb_fail(err, VB_EINPUT,
                        "run %s, event %s, row %zu: onset %g, duration %g; both must "
                        "be numbers, and the duration not negative, to be exported",
                        run->label ? run->label : "1", event->name, i + 1,
                        event->onset_s[i], event->duration_s[i]);
    for (size_t m = 0; m < event->n_modulators && status == VB_OK; m++) {
        const vb_design_modulator *modulator = &event->modulators[m];

        status = export_check_text(modulator->name, "the modulator name", err);
        for (size_t i = 0; i < event->n_events && status == VB_OK; i++)
            if (isinf(modulator->weight[i]))
                status = vb_fail(err, VB_EINPUT,
                                 "run %s, %s*%s, row %zu: the weight is infinite and "
                                 "cannot be exported",
                                 run->label ? run->label : "1", event->name,
                                 modulator->name, i + 1);
    }
    return status;
}

vb_status export_check_job(const vb_export_job *job, vb_error *err)
{
    vb_status status = VB_OK;

    if (!job->n_runs)
        return vb_fail(err, VB_EINPUT, "there is no run to export");
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++) {
        const vb_design_run *run = &job->runs[r];

        for (size_t e = 0; e < run->n_events && status == VB_OK; e++)
            status = check_event(run, &run->events[e], err);
        for (size_t c = 0; c < run->n_confounds && status == VB_OK; c++)
            status =
                export_check_text(run->confound_names[c], "the confound name", err);
        for (size_t i = 0; i < run->n_scans * run->n_confounds && status == VB_OK; i++)
            if (!isfinite(run->confounds[i]))
                status =
                    vb_fail(err, VB_EINPUT,
                            "run %s: confound '%s' has no number in scan %zu, and "
                            "neither SPM nor FSL takes a gap; leave the column out",
                            run->label ? run->label : "1",
                            run->confound_names[i % run->n_confounds],
                            i / run->n_confounds + 1);
        if (status == VB_OK && job->bold && job->bold[r])
            status = export_check_text(job->bold[r], "the image path", err);
    }
    for (size_t c = 0; c < job->n_contrasts && status == VB_OK; c++)
        status = export_check_text(job->contrasts[0][c].name, "the contrast name", err);
    return status;
}
