/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_args.c - from options to choices that can be fitted. */
#include "fit_args.h"

#include "valuebold/file.h"

#include <math.h>

static vb_status check_usage(const fit_inputs *inputs, const cli_common *common,
                             vb_error *err)
{
    const int n =
        (inputs->events.n > 0) + (common->bids_dir != NULL) + (inputs->choices != NULL);

    if (n == 0)
        return vb_fail(err, VB_EUSAGE,
                       "no data: give --bids-dir DIR, --events FILE or --choices FILE");
    if (n > 1)
        return vb_fail(err, VB_EUSAGE,
                       "--bids-dir, --events and --choices exclude each other");
    return VB_OK;
}

static vb_fit_source source_of(const fit_inputs *inputs, const cli_common *common)
{
    return (
        vb_fit_source){.study = {.bids = {.dir = common->bids_dir,
                                          .task = inputs->task,
                                          .n_participants = common->participants.n,
                                          .participants = common->participants.items,
                                          .n_sessions = common->sessions.n,
                                          .sessions = common->sessions.items,
                                          .n_run_labels = common->runs.n,
                                          .run_labels = common->runs.items},
                                 .n_events_files = inputs->events.n,
                                 .events_files = inputs->events.items,
                                 .participant = common->participants.n
                                                    ? common->participants.items[0]
                                                    : NULL,
                                 .tr_s = NAN,
                                 .without_acquisition = true},
                       .choices = inputs->choices,
                       .participants = inputs->participants};
}

static vb_status read_spec(const fit_inputs *inputs, cli_context *context,
                           vb_spec **spec, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status = vb_file_read(inputs->spec, 0, &bytes, err);

    if (status == VB_OK)
        status = vb_spec_parse(inputs->spec, bytes.n ? bytes.bytes : "", bytes.n, spec,
                               &context->notes, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK && inputs->task)
        (*spec)->task = inputs->task;
    return status;
}

vb_status fit_open(const fit_inputs *inputs, cli_context *context, vb_spec **spec,
                   vb_fit_study **fits, vb_error *err)
{
    const vb_fit_source source = source_of(inputs, context->common);
    vb_status status = check_usage(inputs, context->common, err);

    if (status == VB_OK)
        status = read_spec(inputs, context, spec, err);
    if (status == VB_OK)
        status = vb_fit_study_load(*spec, &source, fits, &context->notes, err);
    return status;
}
