/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_provenance.c - inputs with their hashes, the model and the parameters used. */
#include "study_internal.h"

#include <string.h>

static void put_input(vb_json *j, const vb_study *study, const char *path,
                      const char *sha256)
{
    if (!path)
        return;
    vb_json_open(j, NULL, '{');
    vb_json_text(j, "file", study_shown_path(study, path));
    vb_json_text(j, "sha256", sha256);
    vb_json_close(j);
}

void study_put_inputs(vb_json *j, const vb_study *study, const vb_study_run *run)
{
    vb_json_open(j, "Inputs", '[');
    put_input(j, study, study->spec->file, study->spec->sha256);
    put_input(j, study, run->files->events, run->sha256);
    put_input(j, study, study->parameters_file, study->parameters_sha256);
    put_input(j, study, study->hrf_file, study->hrf_sha256);
    put_input(j, study, study->units_file, study->units_sha256);
    put_input(j, study, study->contrasts_file, study->contrasts_sha256);
    put_input(j, study, run->confounds_file, run->confounds_sha256);
    vb_json_close(j);
}

static void put_learning(vb_json *j, const vb_model_spec *spec, const vb_model *model)
{
    static const char *const counterfactual[] = {"none", "opposite", "stated"};

    vb_json_open(j, "Learning", '{');
    vb_json_text(j, "Rule", model->learning_rule->equation);
    vb_json_text(j, "Reset", spec->learning_carries_over ? "never" : "run");
    vb_json_number(j, "Initial", spec->learning_initial);
    vb_json_bool(j, "ByOption", spec->learning_by_option);
    if (spec->learning_net)
        vb_json_bool(j, "NetOfEffort", true);
    if (spec->counterfactual != VB_COUNTERFACTUAL_NONE)
        vb_json_text(j, "Counterfactual", counterfactual[spec->counterfactual]);
    if (model->effort_learning_rule) {
        vb_json_open(j, "Effort", '{');
        vb_json_text(j, "Rule", model->effort_learning_rule->equation);
        vb_json_bool(j, "SharesParameters", spec->effort_learning_shared);
        vb_json_number(j, "Initial", spec->effort_learning_initial);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_fatigue(vb_json *j, const vb_model *model)
{
    vb_json_open(j, "Fatigue", '{');
    vb_json_text(j, "Rule", model->fatigue_rule->equation);
    vb_json_text(j, "Reset", model->spec.fatigue_carries_over ? "never" : "run");
    vb_json_close(j);
}

static void put_staged(vb_json *j, const vb_model_spec *spec)
{
    static const char *const history[] = {"mean", "rw", "design"};

    vb_json_open(j, "Staged", '{');
    vb_json_text(j, "First", spec->staged_first);
    vb_json_text(j, "History", history[spec->staged_history]);
    vb_json_text(j, "Reset", spec->staged_carries_over ? "never" : "run");
    if (spec->staged_history == VB_HISTORY_RW)
        vb_json_number(j, "Rate", spec->staged_rate);
    vb_json_close(j);
}

void study_put_model(vb_json *j, const vb_study *study)
{
    static const char *const combine[] = {"multiply", "add", "net"};
    const vb_model *model = &study->model;

    vb_json_open(j, "Model", '{');
    if (model->spec.published)
        vb_json_text(j, "Published", model->spec.published);
    if (model->spec.formula)
        vb_json_text(j, "Value", vb_expr_text(model->spec.formula->expr));
    else if (model->spec.combine != VB_COMBINE_MULTIPLY)
        vb_json_text(j, "Combine", combine[model->spec.combine]);
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (model->term[a]) {
            vb_json_open(j, vb_attribute_name((vb_attribute)a), '{');
            vb_json_text(j, "Name", model->term[a]->name);
            vb_json_text(j, "Equation", model->term[a]->equation);
            vb_json_close(j);
        }
    if (model->choice_rule)
        vb_json_text(j, "ChoiceRule", model->choice_rule->equation);
    if (model->spec.lapse)
        vb_json_text(j, "Lapse", "P' = lapse/n + (1 - lapse)*P");
    if (model->learning_rule)
        put_learning(j, &study->spec->model, model);
    if (model->fatigue_rule)
        put_fatigue(j, model);
    if (study->spec->model.staged)
        put_staged(j, &study->spec->model);
    vb_json_close(j);
}

static void put_set(vb_json *j, const vb_study *study, const double theta[])
{
    for (size_t p = 0; p < study->model.n_params; p++) {
        vb_json_open(j, study->model.params[p].name, '{');
        vb_json_number(j, "Value", theta[p]);
        vb_json_text(j, "Units", study->model.params[p].unit);
        vb_json_close(j);
    }
}

/* Trial t is the first of its run to use its set. */
static bool is_first_use(const vb_study_subject *subject, size_t t)
{
    for (size_t earlier = t; earlier-- > 0;)
        if (subject->trials->run[earlier] == subject->trials->run[t] &&
            subject->set[earlier] == subject->set[t])
            return false;
    return true;
}

/* Every set the run uses: one, or one a condition. */
void study_put_parameters(vb_json *j, const vb_study *study, const vb_study_run *run)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t r = (size_t)(run - study->runs) - subject->first_run;
    const vb_trials *trials = subject->trials;
    const size_t n_params = study->model.n_params;

    if (!trials)
        return;
    vb_json_open(j, "Parameters", '{');
    vb_json_text(j, "From",
                 study->fits ? "fitted to the choices (parameters.tsv)"
                             : study_shown_path(study, study->parameters_file
                                                           ? study->parameters_file
                                                           : study->spec->file));
    if (!subject->set || subject->n_sets == 1) {
        put_set(j, study, subject->theta);
    } else {
        vb_json_open(j, "Sets", '[');
        for (size_t t = 0; t < trials->n_trials; t++) {
            if (trials->run[t] != r || !is_first_use(subject, t))
                continue;
            vb_json_open(j, NULL, '{');
            if (trials->condition)
                vb_json_text(j, "Condition", trials->conditions[trials->condition[t]]);
            put_set(j, study, subject->theta + subject->set[t] * n_params);
            vb_json_close(j);
        }
        vb_json_close(j);
    }
    vb_json_close(j);
}
