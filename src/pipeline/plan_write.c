/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_write.c - the files of a simulated study, after BIDS 1.8. */
#include "plan_internal.h"

#include <math.h>
#include <string.h>

#define BIDS_VERSION "1.8.0"

vb_status plan_write_run(const plan_job *job, const plan_run *run, vb_outputs *outputs,
                         vb_error *err)
{
    vb_buffer *out;
    vb_status status =
        vb_outputs_add(outputs, &out, err, "sub-%s/func/sub-%s_task-%s%s%s_events.tsv",
                       run->participant, run->participant, job->plan->task,
                       run->label ? "_run-" : "", run->label ? run->label : "");

    if (status)
        return status;
    for (size_t c = 0; c < job->n_columns; c++)
        vb_putf(out, "%s%s", c ? "\t" : "", job->columns[c]);
    vb_put_char(out, '\n');
    for (size_t i = 0; i < run->n; i++) {
        for (size_t c = 0; c < job->n_columns; c++)
            vb_putf(out, "%s%s", c ? "\t" : "", run->cells[i * job->n_columns + c]);
        vb_put_char(out, '\n');
    }
    return vb_buffer_ok(out, err);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static vb_status write_description(const plan_job *job, const char *folder,
                                   const char *type, vb_outputs *outputs, vb_error *err)
{
    const vb_plan *plan = job->plan;
    vb_buffer *out, text = {0};
    vb_status status =
        vb_outputs_add(outputs, &out, err, "%sdataset_description.json", folder);
    vb_json j;

    if (status)
        return status;
    vb_putf(&text, "valuebold simulate %s --seed %llu", last_part(plan->file),
            (unsigned long long)plan->seed);
    j = (vb_json){.out = out};
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", plan->name);
    vb_json_text(&j, "BIDSVersion", BIDS_VERSION);
    vb_json_text(&j, "DatasetType", type);
    vb_json_open(&j, "GeneratedBy", '[');
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", job->version);
    vb_json_text(&j, "Description", text.bytes);
    vb_json_close(&j);
    vb_json_close(&j);
    vb_json_close(&j);
    status = vb_buffer_ok(&text, err);
    vb_buffer_free(&text);
    return status ? status : vb_buffer_ok(out, err);
}

static vb_status write_readme(const plan_job *job, vb_outputs *outputs, vb_error *err)
{
    const vb_plan *plan = job->plan;
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "README");

    if (status)
        return status;
    vb_putf(out,
            "%s\n\nSIMULATED data: no participant and no scanner stands behind them.\n",
            plan->name);
    if (plan->description)
        vb_putf(out, "%s\n", plan->description);
    vb_putf(
        out,
        "\nMade by valuebold from the plan %s with seed %llu: %zu participants, %zu "
        "runs each.\n"
        "The same plan and seed give the same files.\n",
        last_part(plan->file), (unsigned long long)plan->seed, plan->n_participants,
        plan->n_runs);
    if (job->spec)
        vb_putf(
            out,
            "Choices were made by the model of %s; each participant's true parameters "
            "are in\nderivatives/simulation/parameters.tsv.\n",
            last_part(job->spec->file));
    return vb_buffer_ok(out, err);
}

static vb_status write_participants(const plan_job *job, vb_outputs *outputs,
                                    vb_error *err)
{
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "participants.tsv");
    vb_json j;

    if (status)
        return status;
    vb_put_text(out, "participant_id\n");
    for (size_t s = 0; s < job->plan->n_participants; s++)
        vb_putf(out, "sub-%s\n", job->plan->participants[s]);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "participants.json");
    if (status)
        return status;
    j = (vb_json){.out = out};
    vb_json_open(&j, NULL, '{');
    vb_json_open(&j, "participant_id", '{');
    vb_json_text(&j, "Description", "simulated participant");
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status write_parameters_tsv(const plan_job *job, const char *folder,
                                      vb_outputs *outputs, vb_error *err)
{
    const vb_model *model = &job->model;
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "%sparameters.tsv", folder);

    if (status)
        return status;
    vb_put_text(out, "participant_id");
    for (size_t p = 0; p < model->n_params; p++)
        vb_putf(out, "\t%s", model->params[p].name);
    vb_put_char(out, '\n');
    for (size_t s = 0; s < job->plan->n_participants; s++) {
        vb_putf(out, "sub-%s", job->plan->participants[s]);
        for (size_t p = 0; p < model->n_params; p++) {
            vb_put_char(out, '\t');
            vb_put_number(out, job->theta[s * model->n_params + p]);
        }
        vb_put_char(out, '\n');
    }
    return vb_buffer_ok(out, err);
}

static vb_status write_parameters_json(const plan_job *job, const char *folder,
                                       vb_outputs *outputs, vb_error *err)
{
    const vb_model *model = &job->model;
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "%sparameters.json", folder);
    vb_json j;

    if (status)
        return status;
    j = (vb_json){.out = out};
    vb_json_open(&j, NULL, '{');
    vb_json_open(&j, "participant_id", '{');
    vb_json_text(&j, "Description", "simulated participant");
    vb_json_close(&j);
    for (size_t p = 0; p < model->n_params; p++) {
        vb_json_open(&j, model->params[p].name, '{');
        vb_json_text(&j, "Description", model->params[p].param->meaning);
        vb_json_text(&j, "Units", model->params[p].unit);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status write_bold_sidecar(const plan_job *job, vb_outputs *outputs,
                                    vb_error *err)
{
    vb_buffer *out;
    vb_status status =
        vb_outputs_add(outputs, &out, err, "task-%s_bold.json", job->plan->task);
    vb_json j;

    if (status)
        return status;
    j = (vb_json){.out = out};
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "TaskName", job->plan->task);
    vb_json_number(&j, "RepetitionTime", job->plan->tr_s);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

vb_status plan_write_study(const plan_job *job, vb_outputs *outputs, vb_error *err)
{
    static const char folder[] = "derivatives/simulation/";
    vb_status status = write_description(job, "", "raw", outputs, err);

    if (status == VB_OK)
        status = write_readme(job, outputs, err);
    if (status == VB_OK)
        status = write_participants(job, outputs, err);
    if (status == VB_OK)
        status = plan_write_columns(job, outputs, err);
    if (status == VB_OK && !isnan(job->plan->tr_s))
        status = write_bold_sidecar(job, outputs, err);
    if (status == VB_OK && job->spec)
        status = write_description(job, folder, "derivative", outputs, err);
    if (status == VB_OK && job->spec)
        status = write_parameters_tsv(job, folder, outputs, err);
    if (status == VB_OK && job->spec)
        status = write_parameters_json(job, folder, outputs, err);
    return status;
}
