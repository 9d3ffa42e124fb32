/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Specs: the one of the architecture as it stands, every key, every refusal. */
#include "support.h"
#include "valuebold/file.h"
#include "valuebold/spec.h"

static vb_spec *spec;
static vb_notes notes;
static vb_error err;

static void end(void)
{
    vb_spec_free(spec);
    vb_notes_free(&notes);
}

TestSuite(spec, .fini = end);

static void parse(const char *text)
{
    vb_spec_free(spec);
    spec = NULL;
    cr_assert_eq(vb_spec_parse("s.yaml", text, strlen(text), &spec, &notes, &err),
                 VB_OK, "%zu:%zu: %s", err.line, err.column, err.text);
    cr_assert_eq(notes.n, 0);
}

static const char full[] =
    "valuebold: 1\n"
    "task: effort\n"
    "acquisition: {tr_s: 2.0, n_scans: auto}   # only where no image or sidecar says "
    "so; "
    "auto = to 32 s after the last event, said aloud\n"
    "trials:                                   # which rows are decisions and what "
    "they "
    "offer; names are columns or numbers\n"
    "  rows: trial_type == \"task\"\n"
    "  options:\n"
    "    left:  {reward: 30, effort: effort_left,  probability: probability_left}\n"
    "    right: {reward: 30, effort: effort_right, probability: probability_right}\n"
    "  choice: response                        # left, right; n/a is a missed trial\n"
    "  units: {reward: EUR, effort: min, probability: fraction}\n"
    "model:\n"
    "  value: {effort: double_exponential, probability: exponential}               # "
    "probability: exp(-c * 100 * (1 - p))\n"
    "  choice_rule: none                       # softmax needs an inverse_temperature\n"
    "  parameters: {effort_b: 0.1192, effort_d: 0.0395, probability_c: 0.0279}     # "
    "or a "
    "TSV keyed by participant_id [session run]\n"
    "regressors:\n"
    "  task:\n"
    "    duration: 2                           # missed trials stay in the unmodulated "
    "event\n"
    "    modulators:                           # *_difference = chosen - unchosen; "
    "*_left_minus_right exists too\n"
    "      sv_difference:                 {missed: {value: 0, stage: raw}, centre: "
    "none, "
    "scale: {minmax: [-1, 1], over: run}}\n"
    "      effort_factor_difference:      {missed: {value: 0, stage: raw}, centre: "
    "none, "
    "scale: {minmax: [-1, 1], over: run}}\n"
    "      probability_factor_difference: {missed: {value: 0, stage: raw}, centre: "
    "none, "
    "scale: {minmax: [-1, 1], over: run}}\n"
    "  control: {rows: trial_type == \"control\", duration: 2}\n"
    "  NRME:    {rows: trial_type == \"norisk_maxeffort\", duration: 2}\n"
    "  NRNE:    {rows: trial_type == \"norisk_noeffort\", duration: 2}\n"
    "design: {like: fsl, high_pass_s: 100}     # with BOLD also confounds: "
    "[motion6, "
    "acompcor6, scrub]\n"
    "glm: {noise: ar1, fwhm_mm: 6}\n"
    "contrasts:                                # NUMBER*NAME is a weight, EVENT*SIGNAL "
    "the "
    "modulator's column, `odd names` in back quotes\n"
    "  sv: task*sv_difference\n"
    "  task_over_control: task - control\n"
    "rois: [vmpfc, vs, dacc]\n";

Test(spec, the_one_of_the_architecture_is_read_as_it_stands)
{
    char hex[65];

    parse(full);
    cr_expect_str_eq(spec->file, "s.yaml");
    cr_expect_str_eq(spec->task, "effort");
    cr_expect_eq(spec->acquisition.tr_s, 2.0);
    cr_expect(spec->acquisition.n_scans_auto && spec->acquisition.n_scans == 0);
    cr_expect(isnan(spec->acquisition.slice_time_ref));
    cr_assert(spec->glm);
    cr_expect_str_eq(vb_node_get(spec->glm, "noise")->text, "ar1");
    cr_assert_eq(spec->rois.n, 3);
    cr_expect_str_eq(spec->rois.items[2].name, "dacc");
    vb_sha256(full, sizeof full - 1, hex);
    cr_expect_str_eq(spec->sha256, hex);
}

Test(spec, trials_and_model_of_the_architecture_are_read)
{
    parse(full);
    cr_expect(spec->has_trials);
    cr_expect_str_eq(vb_expr_text(spec->trials.rows), "trial_type == \"task\"");
    cr_assert_eq(spec->trials.n_options, 2);
    cr_expect_str_eq(spec->trials.options[1].name, "right");
    cr_expect_str_eq(vb_expr_text(spec->trials.options[0].attribute[VB_REWARD]), "30");
    cr_expect_str_eq(vb_expr_text(spec->trials.options[1].attribute[VB_EFFORT]),
                     "effort_right");
    cr_expect_null(spec->trials.options[0].attribute[VB_DELAY]);
    cr_expect_str_eq(spec->trials.choice_column, "response");
    cr_expect_null(spec->trials.choice_label[0]);
    cr_expect_str_eq(spec->trials.units[VB_EFFORT], "min");
    cr_expect_null(spec->trials.units[VB_LOSS]);
    cr_expect_str_eq(spec->model.term[VB_EFFORT], "double_exponential");
    cr_expect_null(spec->model.term[VB_REWARD]);
    cr_expect_null(spec->model.choice_rule);
    cr_assert_eq(spec->n_parameters, 3);
    cr_expect_str_eq(spec->parameter_name[2], "probability_c");
    cr_expect_eq(spec->parameter_value[2], 0.0279);
    cr_expect_eq(spec->parameter_line[2], 14);
    cr_expect_null(spec->parameter_unit[0]);
    cr_expect_null(spec->parameters_file);
}

Test(spec, regressors_and_contrasts_of_the_architecture_are_read)
{
    const vb_spec_modulator *m;

    parse(full);
    cr_assert_eq(spec->n_events, 4);
    cr_expect_str_eq(spec->events[0].name, "task");
    cr_expect_null(spec->events[0].rows);
    cr_expect_str_eq(vb_expr_text(spec->events[0].duration), "2");
    cr_expect_eq(spec->events[3].line, 24);
    cr_expect_eq(spec->events[3].at, 3);
    cr_assert_eq(spec->events[0].n_modulators, 3);
    m = &spec->events[0].modulators[1];
    cr_expect_str_eq(m->name, "effort_factor_difference");
    cr_expect_str_eq(m->signal, m->name);
    cr_expect_null(m->column);
    cr_expect_eq(m->rule.missed, VB_MISSED_VALUE);
    cr_expect_eq(m->rule.missed_value, 0);
    cr_expect_eq(m->rule.missed_stage, VB_STAGE_RAW);
    cr_expect_eq(m->rule.centre, VB_SCOPE_NONE);
    cr_expect_eq(m->rule.scale, VB_SCALE_MINMAX);
    cr_expect(m->rule.minmax[0] == -1 && m->rule.minmax[1] == 1);
    cr_expect_eq(m->rule.scale_over, VB_SCOPE_RUN);
    cr_expect_eq(m->polynomial, 1);
    cr_expect_eq(m->line, 20);
    cr_expect_eq(m->at, 7);
    cr_expect_str_eq(spec->design.like, "fsl");
    cr_expect_eq(spec->design.high_pass_s, 100);
    cr_assert_eq(spec->n_contrasts, 2);
    cr_expect_str_eq(spec->contrasts[1].name, "task_over_control");
    cr_expect_str_eq(spec->contrasts[1].rows[0], "task - control");
    cr_expect_eq(spec->contrasts[0].line, 28);
}

static const char other[] =
    "acquisition: {n_scans: 300, slice_time_ref: 0.5}\n"
    "trials:\n"
    "  options: {go: {reward: gain * 2, effort: '`effort level`'}, rest: , 3rd: {}}\n"
    "  choice: {column: resp, labels: {go: [1, yes], rest: 2}}\n"
    "  condition: session type\n"
    "model:\n"
    "  value: {reward: none}\n"
    "  choice_rule: softmax\n"
    "  learning: {rule: rescorla_wagner, outcome: won - lost, reset: never, initial: "
    "0.5, by_option: yes}\n"
    "  staged: {first: cue, history: rw, rate: 0.25, reset: never}\n"
    "  parameters: {file: params.tsv, effort_k: {value: -2.5e-1, unit: 1/min}}\n"
    "regressors:\n"
    "  odd name \xc3\xa9:\n"
    "  offer:\n"
    "    onset: onset + 1.5\n"
    "    time_modulation: 2\n"
    "    orthogonalise: [d, c, b, a, e, f]\n"
    "    modulators:\n"
    "      a: {signal: sv_chosen, missed: own-event, scale: z}\n"
    "      b: {column: gain - loss, missed: mean, center: sample, scale: {z: true, "
    "over: "
    "subject}}\n"
    "      c: {missed: 0.5, centre: subject, scale: {z: sample}}\n"
    "      d: {missed: {value: drop}, scale: {per_unit: 10}, polynomial: 3}\n"
    "      e:\n"
    "      f: {scale: {minmax: [0, 2.5]}}\n"
    "  list: {modulators: [sv_sum, pe], orthogonalise: true}\n"
    "  plain: {modulators: [sv_sum], orthogonalise: no}\n"
    "design: {hrf: spm, high_pass_s: none, drift: cosine, confounds: [trans_*, csf], "
    "microtime: 32, microtime_onset: 1, hrf_length_s: 24, hrf_order: 3}\n"
    "contrasts:\n"
    "  both: [a, b - c]\n"
    "  'A > B': 2*offer*sv - 0.5*`odd name`\n";

Test(spec, other_forms_of_trials_and_model_are_read)
{
    parse(other);
    cr_expect_eq(spec->acquisition.n_scans, 300);
    cr_expect_not(spec->acquisition.n_scans_auto);
    cr_expect_eq(spec->acquisition.slice_time_ref, 0.5);
    cr_expect_eq(spec->trials.n_options, 3);
    cr_expect_str_eq(spec->trials.choice_label[0], "1\tyes");
    cr_expect_str_eq(spec->trials.choice_label[1], "2");
    cr_expect_null(spec->trials.choice_label[2]);
    cr_expect_str_eq(spec->trials.condition_column, "session type");
    cr_expect_str_eq(vb_expr_text(spec->trials.outcome), "won - lost");
    cr_expect_str_eq(spec->model.choice_rule, "softmax");
    cr_expect_str_eq(spec->model.learning_rule, "rescorla_wagner");
    cr_expect(spec->model.learning_carries_over && spec->model.learning_by_option);
    cr_expect_eq(spec->model.learning_initial, 0.5);
    cr_expect(spec->model.staged);
    cr_expect_str_eq(spec->model.staged_first, "cue");
    cr_expect_str_eq(spec->trials.first_cue_column, "cue");
    cr_expect_eq(spec->model.staged_history, VB_HISTORY_RW);
    cr_expect_eq(spec->model.staged_rate, 0.25);
    cr_expect(spec->model.staged_carries_over);
    cr_expect_str_eq(spec->parameters_file, "params.tsv");
    cr_assert_eq(spec->n_parameters, 1);
    cr_expect_eq(spec->parameter_value[0], -0.25);
    cr_expect_str_eq(spec->parameter_unit[0], "1/min");
}

Test(spec, other_forms_of_regressors_are_read)
{
    const vb_modulator_rule *rule;

    parse(other);
    cr_assert_eq(spec->n_events, 4);
    cr_expect_str_eq(spec->events[0].name, "odd name \xc3\xa9");
    cr_expect_eq(spec->events[0].n_modulators, 0);
    cr_expect_eq(spec->events[1].time_modulation, 2);
    cr_expect(spec->events[1].orthogonalise);
    cr_assert_eq(spec->events[1].n_modulators, 6);
    cr_expect_str_eq(spec->events[1].modulators[0].name, "d");
    cr_expect_str_eq(spec->events[1].modulators[3].name, "a");
    cr_expect_str_eq(spec->events[1].modulators[3].signal, "sv_chosen");
    rule = &spec->events[1].modulators[3].rule;
    cr_expect(rule->missed == VB_MISSED_OWN_EVENT && rule->centre == VB_SCOPE_RUN &&
              rule->scale == VB_SCALE_Z && rule->scale_over == VB_SCOPE_RUN);
    cr_expect_null(spec->events[1].modulators[2].signal);
    cr_expect_str_eq(vb_expr_text(spec->events[1].modulators[2].column), "gain - loss");
    rule = &spec->events[1].modulators[2].rule;
    cr_expect(rule->missed == VB_MISSED_MEAN && rule->centre == VB_SCOPE_SAMPLE &&
              rule->scale == VB_SCALE_Z && rule->scale_over == VB_SCOPE_SUBJECT);
    rule = &spec->events[1].modulators[1].rule;
    cr_expect(rule->missed == VB_MISSED_VALUE && rule->missed_value == 0.5 &&
              rule->missed_stage == VB_STAGE_SCALED &&
              rule->centre == VB_SCOPE_SUBJECT && rule->scale_over == VB_SCOPE_SAMPLE);
    rule = &spec->events[1].modulators[0].rule;
    cr_expect(rule->missed == VB_MISSED_DROP && rule->scale == VB_SCALE_PER_UNIT &&
              rule->per_unit == 10);
    cr_expect_eq(spec->events[1].modulators[0].polynomial, 3);
    rule = &spec->events[1].modulators[4].rule; /* all defaults */
    cr_expect(rule->missed == VB_MISSED_DROP && rule->centre == VB_SCOPE_RUN &&
              rule->scale == VB_SCALE_RAW);
    cr_expect_eq(spec->events[1].modulators[5].rule.minmax[1], 2.5);
    cr_expect(spec->events[2].orthogonalise);
    cr_expect_str_eq(spec->events[2].modulators[1].name, "pe");
    cr_expect_not(spec->events[3].orthogonalise);
}

Test(spec, other_forms_of_design_and_contrasts_are_read)
{
    parse(other);
    cr_expect(isinf(spec->design.high_pass_s));
    cr_expect_str_eq(spec->design.hrf, "spm");
    cr_expect_eq(spec->design.microtime, 32);
    cr_expect_eq(spec->design.microtime_onset, 1);
    cr_expect_eq(spec->design.hrf_length_s, 24);
    cr_expect_eq(spec->design.hrf_order, 3);
    cr_assert_eq(spec->n_confounds, 2);
    cr_expect_str_eq(spec->confounds[0], "trans_*");
    cr_expect_eq(spec->contrasts[0].n_rows, 2);
    cr_expect_str_eq(spec->contrasts[1].name, "A > B");
}

Test(spec, json_is_the_same_spec)
{
    parse("{\"valuebold\": 1, \"trials\": {\"options\": {\"a\": {\"reward\": 30.5, "
          "\"effort\":"
          " \"level\"}}}, \"regressors\": {\"offer\": {\"modulators\": {\"sv\": "
          "{\"missed\":"
          " 0}}}, \"cue\": null}, \"contrasts\": {\"sv\": [\"sv\"]}}");
    cr_expect_str_eq(vb_expr_text(spec->trials.options[0].attribute[VB_REWARD]),
                     "30.5");
    cr_expect_eq(spec->events[0].modulators[0].rule.missed, VB_MISSED_VALUE);
    cr_expect_eq(spec->n_events, 2);
    cr_expect_eq(spec->contrasts[0].n_rows, 1);
}

Test(spec, a_parameters_file_may_stand_alone_and_events_need_no_trials)
{
    parse("regressors: {a: {rows: x > 1, modulators: {m: {column: y}}}}\n");
    cr_expect_not(spec->has_trials);
    parse(
        "trials: {options: {a: }}\nmodel: {parameters: ../fits.tsv, learning: none}\n");
    cr_expect_str_eq(spec->parameters_file, "../fits.tsv");
    cr_expect_null(spec->model.learning_rule);
    parse("trials: {options: {a: }, units: {probability: }}\n");
    cr_expect_null(spec->trials.units[VB_PROBABILITY]);
}

#define T "trials: {options: {a: , b: }}\n"

static const struct {
    const char *text;
    size_t line, column;
    const char *words;
} refusals[] = {
    {"valuebold: 2\n", 1, 12, "valuebold is 2; it must be at least 1 and at most 1"},
    {"taks: a\n", 1, 1, "unknown key 'taks'; did you mean 'task'?"},
    {"regressors:\n  a:\n    modulaters: [x]\n", 3, 5,
     "unknown key 'modulaters' in regressors.a; did you mean 'modulators'?"},
    {"task: task-effort\n", 1, 7, "no BIDS label"},
    {"task: a\ntask: b\n", 2, 1, "duplicate key 'task'"},
    {"- a\n", 1, 1, "must be a map"},
    {"acquisition: {tr_s: 2000}\n", 1, 21, "below 100 s; are these milliseconds?"},
    {"acquisition: {tr_s: 100}\n", 1, 21, "below 100 s"},
    {"acquisition: {tr_s: 0}\n", 1, 21, "above 0"},
    {"acquisition: {tr_s: '2.0'}\n", 1, 21, "text '2.0' in quotes; expected a number"},
    {"acquisition: {tr_s: 2,0}\n", 1, 23, "unknown key '0' in acquisition"},
    {"acquisition: {tr_s: 2.0s}\n", 1, 21, "'2.0s'; expected a number"},
    {"acquisition: {tr_s: nan}\n", 1, 21, "expected a number"},
    {"acquisition: {tr_s: }\n", 1, 21, "has no value; expected a number"},
    {"acquisition: {n_scans: 2.5}\n", 1, 24, "expected auto, or a whole number"},
    {"acquisition: {n_scans: autom}\n", 1, 24, "did you mean 'auto'?"},
    {"acquisition: {slice_time_ref: 1.5}\n", 1, 31, "at least 0 and at most 1"},
    {"acquisition: [2]\n", 1, 14, "acquisition is a list; expected a map"},
    {"trials: {rows: 'a == '}\n", 1, 22, "trials.rows: something is missing"},
    {"trials: {rows: a = 1}\n", 1, 18, "a single '='"},
    {"trials: {rows: x}\n", 1, 9, "trials needs its options"},
    {"trials: {options: {a: {efort: 1}}}\n", 1, 24, "did you mean 'effort'?"},
    {"trials: {options: {a: {reward: parametric gain}}}\n", 1, 43, "unexpected text"},
    {"trials: {options: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: "
     "{}}}\n",
     1, 76, "at most 8"},
    {"trials: {options: {a: }, choice: {labels: {a: 1}}}\n", 1, 34, "needs its column"},
    {"trials: {options: {a: }, choice: {column: c, labels: {b: 1}}}\n", 1, 55,
     "none of trials.options"},
    {"trials: {options: {a: }, choice: {column: c, labels: {a: []}}}\n", 1, 58,
     "is empty"},
    {"trials: {options: {a: }, choice: [c]}\n", 1, 34, "expected a text, or a map"},
    {"trials: {options: {a: {reward: [1]}}}\n", 1, 32, "expected a number, column or"},
    {"trials: {options: {\"a\\tb\": }}\n", 1, 20, "cannot be a name"},
    {"trials: {options: {' ': }}\n", 1, 20, "cannot be a name"},
    {"trials: {options: {a: }, condition: ''}\n", 1, 37, "trials.condition is blank"},
    {"trials: {options: {a: }, units: {probability: percent}}\n", 1, 47,
     "probabilities are fractions, 0 to 1; write fraction, and of a column in per cent "
     "probability: COLUMN/100"},
    {"model: {choice_rule: none}\n", 1, 8, "needs a section trials"},
    {T "model: {choice_rule: softmaxx}\n", 2, 22, "did you mean 'softmax'?"},
    {T "model: {value: {effort: parabolicc}}\n", 2, 25, "did you mean 'parabolic'?"},
    {T "model: {value: [a]}\n", 2, 16,
     "expected a number, column or expression, or a map"},
    {T "model: {value: {effort: linear}, levels: [1, 2]}\n", 2, 42,
     "model.levels is for a term indifference"},
    {T "model: {levels: [2, 1]}\n", 2, 21, "numbers above 0 that rise"},
    {T "model: {fatigue: {reset: run}}\n", 2, 18, "needs its rule"},
    {T "model: {fatigue: shortterm}\n", 2, 18, "did you mean 'short_term'?"},
    {"trials: {options: {a: {attributes: {E: x}}}}\n", 1, 37,
     "'E' is an attribute of every option"},
    {"trials: {options: {a: {value: 1, effort: e}}}\n", 1, 23,
     "an option whose value is stated has no attributes"},
    {"trials: {options: {a: }, units: {conversions: {min: s}}}\n", 1, 53,
     "'s' is not a number above 0 and a unit"},
    {T "model: {parameters: {k: {by_condition: {a: 1}}}}\n", 2, 40,
     "no column says which condition"},
    {"trials: {options: {a: }, outcome: r}\n"
     "model: {learning: {rule: rescorla_wagner, effort: {initial: 1}}}\n",
     2, 51, "needs outcome"},
    {T "model: {learning: {initial: 0}}\n", 2, 19, "needs its rule"},
    {T "model: {learning: rescorla_wagner}\n", 2, 19, "needs outcomes"},
    {"trials: {options: {a: }, outcome: w}\nmodel: {learning: {rule: rescorla_wagner, "
     "outcome: v}}\n",
     2, 52, "both stated"},
    {T "model: {staged: {history: mean}}\n", 2, 17, "needs first"},
    {T "model: {staged: {first: effort, history: rw}}\n", 2, 42, "needs rate"},
    {T "model: {staged: {first: effort, rate: .1}}\n", 2, 39, "history: rw only"},
    {T "model: {staged: {first: effort, history: rw, rate: 1.1}}\n", 2, 52,
     "at most 1"},
    {T "fit: {method: mapp}\n", 2, 15, "did you mean 'map'?"},
    {T "fit: {bounds: {k: [1]}}\n", 2, 19, "a list of two numbers"},
    {T "fit: {separate: {k: agent}}\n", 2, 21,
     "expected one of condition, session, run"},
    {T "fit: {covariates: age}\n", 2, 19, "method: hierarchical"},
    {T "fit: {models: {a b: {effort: linear}}}\n", 2, 16, "part of a file name"},
    {"fit: {starts: 3}\n", 1, 6, "needs sections trials and model"},
    {T "model: {parameters: {k: {unit: m}}}\n", 2, 25, "needs its value"},
    {T "model: {parameters: {k: high}}\n", 2, 25,
     "model.parameters.k is 'high'; expected"},
    {T "model: {parameters: {k: .inf}}\n", 2, 25, "expected a number"},
    {T "model: {parameters: {k: 1e999}}\n", 2, 25, "expected a number"},
    {"regressors: {a: {modulators: [x, x]}}\n", 1, 34, "'x' is named twice"},
    {"regressors: {a: {modulators: [x, [y]]}}\n", 1, 34, "entry 2 is a list"},
    {"regressors: {a: {modulators: {x: 1}}}\n", 1, 34, "expected a map"},
    {"regressors: {a: {modulators: {x: {missed: skip}}}}\n", 1, 43,
     "expected one of drop, own-event, mean, or a number"},
    {"regressors: {a: {modulators: {x: {missed: {stage: raw}}}}}\n", 1, 43,
     "needs its value"},
    {"regressors: {a: {modulators: {x: {centre: samples}}}}\n", 1, 43,
     "did you mean 'sample'?"},
    {"regressors: {a: {modulators: {x: {centre: run, center: run}}}}\n", 1, 56, "both"},
    {"regressors: {a: {modulators: {x: {scale: {over: run}}}}}\n", 1, 42,
     "needs one of"},
    {"regressors: {a: {modulators: {x: {scale: {z: run, over: run}}}}}\n", 1, 57,
     "twice"},
    {"regressors: {a: {modulators: {x: {scale: {per_unit: 0}}}}}\n", 1, 53, "above 0"},
    {"regressors: {a: {modulators: {x: {scale: {per_unit: 2, over: run}}}}}\n", 1, 62,
     "leave over out"},
    {"regressors: {a: {modulators: {x: {scale: {minmax: [1, 1]}}}}}\n", 1, 51,
     "a list of two numbers, the smaller first"},
    {"regressors: {a: {modulators: {x: {scale: {minmax: [0, 1, 2]}}}}}\n", 1, 51,
     "two numbers"},
    {"regressors: {a: {modulators: {x: {signal: s, column: c}}}}\n", 1, 43,
     "both stated"},
    {"regressors: {a: {modulators: {x: {polynomial: 0}}}}\n", 1, 47, "at least 1"},
    {"regressors: {a: {modulators: [x, y], orthogonalise: [x]}}\n", 1, 53,
     "'y' is missing"},
    {"regressors: {a: {modulators: [x, y], orthogonalise: [x, z]}}\n", 1, 57,
     "'z', which"},
    {"regressors: {a: {modulators: [x, y], orthogonalise: [x, x]}}\n", 1, 57, "twice"},
    {"regressors: {a: {orthogonalise: maybe}}\n", 1, 33, "true or false"},
    {"regressors: {a: {orthogonalise: true, orthogonalize: true}}\n", 1, 54, "both"},
    {"regressors: {a: {duration: 2 s}}\n", 1, 30, "unexpected text"},
    {"regressors: {a: 3}\n", 1, 17, "expected a map"},
    {"design: {like: smp}\n", 1, 16, "did you mean 'spm'?"},
    {"design: {hrf: canonical}\n", 1, 15, "expected one of"},
    {"design: {high_pass_s: 128000}\n", 1, 23, "are these milliseconds?"},
    {"design: {high_pass_s: -1}\n", 1, 23, "above 0"},
    {"design: {hpf: 128}\n", 1, 10, "here it is called 'high_pass_s'"},
    {"regressors: {a: {orth: true}}\n", 1, 18, "here it is called 'orthogonalise'"},
    {"acquisition: {TR: 2}\n", 1, 15, "here it is called 'tr_s'"},
    {"design: {hrf: 'GAM(8.6,0.547,1,2)'}\n", 1, 15, "one more"},
    {"design: {hrf: 'spm(dealy=5)'}\n", 1, 15, "did you mean 'delay'"},
    {"design: {high_pass_s: 100, high_pass_hz: .01}\n", 1, 42, "in s and in Hz"},
    {"regressors: {a: {response_time: {column: rt}}}\n", 1, 33, "needs `as`"},
    {"design: {drift: dct}\n", 1, 17,
     "expected one of cosine, polynomial, legendre, fsl, none"},
    {"design: {microtime_onset: 17}\n", 1, 27, "at most microtime, 16"},
    {"contrasts: {a: exp(x)}\n", 1, 16, "contrasts.a"},
    {"contrasts: {a: 'x -'}\n", 1, 20, "something is missing"},
    {"contrasts: {a: []}\n", 1, 16, "empty list"},
    {"contrasts: {../../x: y}\n", 1, 13, "contrast name '../../x' starts with"},
    {"contrasts: {a/b: y}\n", 1, 13, "cannot be in a file name"},
    {"contrasts: {<b>: y}\n", 1, 13, "cannot be in a file name"},
    {"contrasts: {'+': y}\n", 1, 13, "no letter or digit"},
    {"contrasts: {a b: y, aB: y}\n", 1, 21, "would give one file (contrast-aB)"},
    {"rois: [[1]]\n", 1, 8, "entry 1 is a list"},
    {"rois: [~]\n", 1, 8, "entry 1 is empty"},
    {"rois: [vmpcf]\n", 1, 8, "did you mean 'vmpfc'?"},
    {"rois: [vs, vs]\n", 1, 12, "two regions 'vs'"},
    {"rois: ['sphere(1, 2)']\n", 1, 8, "sphere has 2 arguments"},
    {"rois: [{sphere: [1, 2], radius_mm: 3}]\n", 1, 17, "a list of three numbers"},
    {"rois: [{sphere: [1, 2, 3]}]\n", 1, 8, "sphere needs radius_mm"},
    {"rois: [{sphere: [1, 2, 3], radius_mm: -4}]\n", 1, 39, "above 0"},
    {"rois: [{box: [1, 2, 3]}]\n", 1, 8, "box needs size_mm"},
    {"rois: [{box: [1, 2, 3], size_mm: [1, 2, 0]}]\n", 1, 41, "above 0"},
    {"rois: [{name: a}]\n", 1, 8, "says no region"},
    {"rois: [{mask: a, atlas: b}]\n", 1, 8, "says both mask and atlas"},
    {"rois: [{mask: a, radius_mm: 4}]\n", 1, 8, "radius_mm goes with sphere"},
    {"rois: [{msak: a}]\n", 1, 9, "did you mean 'mask'?"},
};

Test(spec, every_refusal_names_its_place_and_what_to_do)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const char *text = refusals[i].text;

        err = (vb_error){0};
        cr_expect_eq(vb_spec_parse("s.yaml", text, strlen(text), &spec, &notes, &err),
                     VB_EINPUT, "%s", text);
        cr_assert_null(spec, "%s", text);
        cr_expect_str_eq(err.file, "s.yaml");
        cr_expect(strstr(err.text, refusals[i].words), "%s: %s", text, err.text);
        cr_expect(err.line == refusals[i].line && err.column == refusals[i].column,
                  "%s: %zu:%zu: %s", text, err.line, err.column, err.text);
        cr_expect_eq(notes.n_refusals, 1, "%s: %zu faults", text, notes.n_refusals);
        vb_notes_free(&notes);
    }
}

Test(spec, all_faults_are_listed_and_the_first_is_the_error)
{
    static const char text[] = "taks: a\n"
                               "acquisition: {tr_s: 2000}\n"
                               "trials: {rows: 'a =', options: {a: {rewrd: 1}}}\n"
                               "design: {like: smp}\n";

    cr_expect_eq(vb_spec_parse("s.yaml", text, sizeof text - 1, &spec, &notes, &err),
                 VB_EINPUT);
    cr_expect_eq(notes.n_refusals, 5);
    cr_expect_eq(err.line, 1);
    cr_expect_eq(notes.items[4].where.line, 4);
    cr_expect_str_eq(notes.items[1].code, "spec-range");
}

Test(spec, a_name_of_300_characters_and_escapes_stay_harmless)
{
    char text[400] = "contrasts: {\"";
    size_t n = strlen(text);

    memset(text + n, 'a', 300);
    memcpy(text + n + 300, "\": x}\n", 7);
    cr_expect_eq(vb_spec_parse("s.yaml", text, strlen(text), &spec, NULL, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "longer than 100 characters"), "%s", err.text);
    cr_expect_eq(vb_spec_parse("s.yaml", "\"\\e[2J\": 1\n", 11, &spec, NULL, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "\\x1b[2J") && !strchr(err.text, 0x1b), "%s", err.text);
}

/* ---- cut and changed specs */

static void survive(const char *text, size_t n)
{
    vb_spec *own = NULL;
    vb_error why = {0};

    if (vb_spec_parse("f", text, n, &own, NULL, &why) == VB_OK)
        cr_assert(own);
    else
        cr_assert(why.text[0] && why.code != VB_OK);
    vb_spec_free(own);
}

Test(spec, every_cut_is_survived, .timeout = 300)
{
    for (size_t cut = 0; cut < sizeof full; cut++) {
        char *copy = malloc(cut ? cut : 1); /* so that ASan sees a byte too far */

        memcpy(copy, full, cut);
        survive(copy, cut);
        free(copy);
    }
}

Test(spec, every_changed_byte_is_survived, .timeout = 600)
{
    static const unsigned char bytes[] = {0,   '\n', ' ', '"', '[', '}', ':',
                                          ',', '#',  '*', '-', '0', 0xff};
    char *copy = malloc(sizeof full - 1);

    for (size_t at = 0; at < sizeof full - 1; at++) {
        memcpy(copy, full, sizeof full - 1);
        for (size_t k = 0; k < sizeof bytes; k++) {
            copy[at] = (char)bytes[k];
            survive(copy, sizeof full - 1);
        }
    }
    free(copy);
}

/* ---- contrasts and parameters of their own */

static const char base_contrasts[] =
    "{\n \"contrasts\": [\n  {\n   \"name\": \"SV\",\n   \"weights\": {\n    \"sv\": "
    "1\n   }\n"
    "  },\n  {\n   \"name\": \"both\",\n   \"weights\": {\n    \"effort\": -0.5, "
    "\"offer*sv\": "
    "2e-1, \"odd name\": 0\n   }\n  }, {\"name\": \"e\", \"expression\": [\"a - b\", "
    "\"c\"]}\n"
    " ]\n}\n";

Test(spec, contrasts_of_a_file_become_expressions)
{
    vb_arena *arena = vb_arena_alloc();
    vb_contrast_spec *c = NULL;
    vb_expr_term *terms;
    vb_expr *expr;
    size_t n = 0, n_terms;

    cr_assert_eq(vb_contrasts_parse("c.json", base_contrasts, sizeof base_contrasts - 1,
                                    arena, &n, &c, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(n, 3);
    cr_expect_str_eq(c[0].name, "SV");
    cr_expect_str_eq(c[0].rows[0], "1*`sv`");
    cr_expect_eq(c[0].line, 4);
    cr_expect_str_eq(c[1].rows[0], " - 0.5*`effort` + 2e-1*`offer*sv` + 0*`odd name`");
    cr_expect_eq(c[2].n_rows, 2);
    cr_assert_eq(vb_expr_compile(c[1].rows[0], &expr, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_expr_linear(expr, arena, &n_terms, &terms, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(n_terms, 3);
    cr_expect(terms[0].weight == -0.5 && terms[1].weight == 0.2 &&
              terms[2].weight == 0);
    cr_expect_str_eq(terms[1].name, "offer*sv");
    cr_expect_str_eq(terms[2].name, "odd name");
    vb_expr_free(expr);
    cr_assert_eq(vb_contrasts_parse("c.json",
                                    "[{\"name\": \"a\", \"expression\": \"b\"}]", 34,
                                    arena, &n, &c, &err),
                 VB_OK);
    cr_expect_eq(n, 1);
    vb_arena_free(arena);
}

Test(spec, contrasts_that_make_no_sense_are_refused)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{}", "no list of contrasts"},
        {"{\"contrasts\": []}", "is empty"},
        {"{\"contrasts\": {\"a\": \"b\"}}", "no list of contrasts"},
        {"{\"contrasts\": [], \"x\": 1}", "no list of contrasts"},
        {"[1]", "is no map"},
        {"[{\"weights\": {\"a\": 1}}]", "without a name"},
        {"[{\"name\": \"a\"}]", "either weights or an expression"},
        {"[{\"name\": \"a\", \"weights\": {\"b\": 1}, \"expression\": \"b\"}]",
         "either"},
        {"[{\"name\": \"a\", \"wieghts\": {\"b\": 1}}]", "unknown key 'wieghts'"},
        {"[{\"name\": \"a\", \"weights\": {\"b\": \"1\"}}]", "a weight is no number"},
        {"[{\"name\": \"a\", \"weights\": {\"b\": null}}]", "a weight is no number"},
        {"[{\"name\": \"a\", \"weights\": {}}]", "must be a map of column to number"},
        {"[{\"name\": \"a\", \"weights\": [1, 2]}]",
         "must be a map of column to number"},
        {"[{\"name\": \"a\", \"weights\": {\"`\": 1}}]", "back quote"},
        {"[{\"name\": \"a\", \"expression\": \"b -\"}]", "something is missing"},
        {"[{\"name\": \"a\", \"expression\": \"b/c\"}]", "b/c"},
        {"[{\"name\": \"a\", \"expression\": []}]", "without rows"},
        {"[{\"name\": \"../../x\", \"weights\": {\"sv\": 1}}]",
         "contrast name '../../x'"},
        {"[{\"name\": \"a\", \"weights\": {\"b\": 1}}, {\"name\": \"a\", \"weights\": "
         "{\"c\": "
         "1}}]",
         "would give one file"},
        {"[{\"name\": \"a\", \"weights\": {\"b\": NaN}}]", "not valid JSON"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_arena *arena = vb_arena_alloc();
        vb_contrast_spec *c = NULL;
        size_t n = 0;

        err = (vb_error){0};
        cr_expect_eq(vb_contrasts_parse("c.json", cases[i].text, strlen(cases[i].text),
                                        arena, &n, &c, &err),
                     VB_EINPUT, "%s", cases[i].text);
        cr_expect(strstr(err.text, cases[i].words), "%s: %s", cases[i].text, err.text);
        cr_expect(err.line >= 1 && err.column >= 1, "%s", cases[i].text);
        cr_expect_null(c);
        vb_arena_free(arena);
    }
}

Test(spec, parameters_of_a_json_file_become_a_table)
{
    static const char by_participant[] =
        "{\"sub-01\": {\"k\": 4.20, \"beta\": 1.3},\n \"sub-02\": {\"alpha\": 0.4, "
        "\"k\": 2, "
        "\"run\": \"1\"},\n \"sub-03\": {\"k\": null}}";
    vb_table *t = NULL;

    cr_assert_eq(vb_parameters_parse_json("p.json", by_participant,
                                          sizeof by_participant - 1, &t, &err),
                 VB_OK, "%s", err.text);
    cr_assert(t->n_rows == 3 && t->n_cols == 5);
    cr_expect_str_eq(t->columns[0], "participant_id");
    cr_expect_str_eq(t->columns[3], "alpha");
    cr_expect_str_eq(vb_table_cell(t, 0, 0), "sub-01");
    cr_expect_str_eq(vb_table_cell(t, 0, 1), "4.20");
    cr_expect_str_eq(vb_table_cell(t, 0, 3), "n/a");
    cr_expect_str_eq(vb_table_cell(t, 1, 4), "1");
    cr_expect_str_eq(vb_table_cell(t, 2, 1), "n/a");
    cr_expect_eq(t->line[1], 2);
    cr_expect_str_eq(t->name, "p.json");
    vb_table_free(t);
    t = NULL;
    cr_assert_eq(vb_parameters_parse_json("p.json", "{\"k\": 1, \"b\": -2}", 17, &t,
                                          &err),
                 VB_OK);
    cr_assert(t->n_rows == 1 && t->n_cols == 3);
    cr_expect_str_eq(vb_table_cell(t, 0, 0), "n/a");
    cr_expect_str_eq(vb_table_cell(t, 0, 2), "-2");
    vb_table_free(t);
}

Test(spec, parameters_that_make_no_sense_are_refused)
{
    static const struct {
        const char *text, *words;
        size_t line;
    } cases[] = {
        {"{\"sub-01\": {\"k\": 4.2},\n\"sub-01\": {\"k\": 9}}",
         "duplicate key 'sub-01': it stands in line 1", 2},
        {"{\n \"sub-01\": {\n  \"k\": 4.2,\n  \"beta\": 1.3\n }\n", "not valid JSON",
         6},
        {"{\"sub-01\": {\"k\": NaN}}", "not valid JSON", 1},
        {"{\"sub-01\": {\"k\": 1e999}}", "not valid JSON", 1},
        {"{\"sub-01\": {\"k\": \"4.2\"}}", "parameter 'k' of sub-01 is '4.2'; a number",
         1},
        {"{\"sub-01\": {\"k\": [1]}}", "is a list", 1},
        {"{\"sub-01\": {\"k\": {\"value\": 1}}}", "is a map", 1},
        {"{\"sub-01\": {\"k\": 1}, \"k\": 2}", "are mixed", 1},
        {"{\"k\": 2, \"sub-01\": {\"k\": 1}}", "is a map", 1},
        {"{\"sub-01\": {\"participant_id\": 1}}", "cannot be a parameter's name", 1},
        {"[1, 2]", "no map of parameters", 1},
        {"{}", "no map of parameters", 1},
    };
    char *deep = malloc(100001);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_table *t = NULL;

        err = (vb_error){0};
        cr_expect_eq(vb_parameters_parse_json("p.json", cases[i].text,
                                              strlen(cases[i].text), &t, &err),
                     VB_EINPUT, "%s", cases[i].text);
        cr_expect(strstr(err.text, cases[i].words), "%s: %s", cases[i].text, err.text);
        cr_expect_eq(err.line, cases[i].line, "%s: line %zu", cases[i].text, err.line);
        cr_expect_null(t);
    }
    memset(deep, '[', 100000);
    deep[100000] = '\0';
    cr_expect_eq(vb_parameters_parse_json("p.json", deep, 100000, &(vb_table *){NULL},
                                          &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "nested deeper than 64"), "%s", err.text);
    free(deep);
}

/* ---- the table of keys */

Test(spec, regions_are_names_expressions_and_maps)
{
    const vb_region_spec *r;

    parse("rois:\n  - vs\n  - vmpfc@clithero2014:6 | vs\n"
          "  - {name: own, sphere: [-7, 6.5, 1], radius_mm: 9}\n"
          "  - {name: cube, box: [0, 1, 2], size_mm: 4}\n"
          "  - {name: gm, probability: gm.nii.gz, threshold: 0.3}\n"
          "  - {mask: m.nii}\n"
          "  - {name: put, atlas: a.nii.gz, label: Left Putamen, labels: l.tsv}\n"
          "  - {name: both, region: own & cube}\n");
    r = spec->rois.items;
    cr_assert_eq(spec->rois.n, 8);
    cr_expect_eq(r[1].node->kind, VB_REGION_UNION);
    cr_expect_str_eq(r[2].name, "own");
    cr_expect_str_eq(r[2].text, "sphere(-7, 6.5, 1, 9)");
    cr_expect_eq(r[2].line, 4);
    cr_expect_eq(r[3].node->size_mm[2], 4);
    cr_expect_eq(r[4].node->threshold, 0.3);
    cr_expect_str_eq(r[5].name, "mask(m.nii)");
    cr_expect_str_eq(r[5].node->base, "s.yaml");
    cr_expect_str_eq(r[6].node->label, "Left Putamen");
    cr_expect_str_eq(r[6].node->table, "l.tsv");
    cr_expect_eq(r[7].node->left, r[2].node);
}

Test(spec, the_reference_names_every_key_and_the_schema_is_json)
{
    static const char *const keys[] = {"`acquisition.tr_s`",
                                       "`trials.options.*.effort`",
                                       "`regressors.*.modulators.*.scale.minmax`",
                                       "`design.high_pass_s`",
                                       "`contrasts.*`",
                                       "`rois`"};
    vb_buffer markdown = {0}, schema = {0};
    vb_arena *arena = vb_arena_alloc();
    vb_node *root = NULL;
    const vb_node *node;

    cr_assert_eq(vb_spec_reference(&markdown, &err), VB_OK);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        cr_expect(strstr(markdown.bytes, keys[i]), "%s", keys[i]);
    cr_assert_eq(vb_spec_schema(&schema, &err), VB_OK);
    cr_assert_eq(vb_node_parse("schema", schema.bytes, schema.n, arena, &root, &err),
                 VB_OK, "%zu:%zu %s", err.line, err.column, err.text);
    node = vb_node_get(vb_node_get(root, "properties"), "acquisition");
    node = vb_node_get(vb_node_get(node, "properties"), "tr_s");
    cr_assert(node);
    cr_expect_str_eq(vb_node_get(node, "type")->text, "number");
    cr_expect_str_eq(vb_node_get(node, "exclusiveMaximum")->text, "100");
    vb_arena_free(arena);
    vb_buffer_free(&markdown);
    vb_buffer_free(&schema);
}
