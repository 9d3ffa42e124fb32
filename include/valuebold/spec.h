/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The spec: one YAML or JSON file that says what the trials are, which model, which
 * regressors, which design.  docs/spec.md is its reference (made from the same table as
 * the checks, src/io/spec_keys.def).
 */
#ifndef VALUEBOLD_SPEC_H
#define VALUEBOLD_SPEC_H

#include "valuebold/buffer.h"
#include "valuebold/contrast.h"
#include "valuebold/design.h"
#include "valuebold/fit.h"
#include "valuebold/modulator.h"
#include "valuebold/node.h"
#include "valuebold/parameters.h"
#include "valuebold/region_spec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_spec_modulator {
    const char *name;      /* key in the spec; names the column EVENT*NAME */
    const char *signal;    /* signal it is made of: `signal:`, default the name */
    const vb_expr *column; /* `column:` an expression on columns instead of a signal */
    vb_modulator_rule rule;
    size_t
        n_interaction; /* `interaction: [a, b]`: product of these modulators' weights */
    const char **interaction;
    bool response_time;  /* made by response_time: modulator */
    bool centre_stated;  /* else the convention may have a default of its own */
    unsigned polynomial; /* `polynomial:` 1 */
    size_t line, at;     /* place in the spec: line and column */
} vb_spec_modulator;

/* How response times enter an event (Mumford et al. 2024, doi:10.1038/s41562-023-01760-0). */
typedef enum vb_rt_preset {
    VB_RT_NONE,
    VB_RT_MODULATOR,              /* a modulator response_time */
    VB_RT_DURATION,               /* the event lasts as long as the response took */
    VB_RT_CONSTANT_PLUS_DURATION, /* a further event EVENT_response_time that does */
} vb_rt_preset;

typedef struct vb_spec_event {
    const char *name;
    const vb_expr *rows;     /* NULL: the trials' rows */
    const vb_expr *onset;    /* NULL: column onset */
    const vb_expr *duration; /* NULL: column duration */
    size_t n_modulators;
    vb_spec_modulator *modulators;
    bool signals_of_next; /* `signals_of: next`: rows that are no trials take the
                             signals of the next trial, not of the one before */
    vb_rt_preset rt;
    const vb_expr *rt_column; /* NULL: column response_time */
    bool orthogonalise; /* `orthogonalise: [a, b]`: modulators are in that order */
    unsigned time_modulation;
    /* `split:` this event is part split_part of n_parts equally large ones of the rows, by
     * the rank of a signal; the parts stand side by side in events.  0: it is whole */
    size_t n_parts, split_part;
    const char *split_name; /* of the whole */
    vb_spec_modulator split;
    vb_scope split_over;
    size_t line, at;
} vb_spec_event;

/* What the fit section says of one parameter, by full or short name. */
typedef struct vb_spec_fit_parameter {
    const char *name;
    vb_fit_setting setting; /* NaN where nothing is said */
    size_t line, at;
} vb_spec_fit_parameter;

/* A model to compare: the spec's with other parts. */
typedef struct vb_spec_fit_model {
    const char *name;
    vb_model_spec model;
    size_t line, at;
} vb_spec_fit_model;

typedef enum vb_fit_method { VB_FIT_ML, VB_FIT_MAP, VB_FIT_HIERARCHICAL } vb_fit_method;

typedef struct vb_spec_fit {
    bool asked; /* model.parameters: fit */
    vb_fit_method method;
    vb_fit_factor
        over; /* what is fitted at once: VB_FIT_SHARED the participant, else its
                           sessions or runs one by one */
    bool
        titration; /* of the values of a term indifference, before the rest is fitted */
    size_t n_starts;
    double seed;
    vb_fit_factor cross_validate; /* VB_FIT_SHARED: no */
    size_t n_parameters;
    vb_spec_fit_parameter *parameters;
    size_t n_models;
    vb_spec_fit_model *models;
    size_t n_covariates;
    const char **covariates; /* columns of participants.tsv */
} vb_spec_fit;

typedef struct vb_spec {
    vb_arena *arena;
    const char *file; /* as given */
    const char *task;
    struct {
        double tr_s;           /* NaN: not stated */
        size_t n_scans;        /* 0: not stated or auto */
        bool n_scans_auto;     /* to 32 s after the last event */
        double slice_time_ref; /* fraction of TR; NaN: not stated */
    } acquisition;
    bool has_trials; /* false: no trials and model section, only events and columns */
    vb_trials_spec trials;
    vb_model_spec model;
    size_t n_conversions; /* of units of parameters */
    const vb_unit_conversion *conversions;
    size_t n_parameters; /* fixed ones */
    const char **parameter_name;
    double *parameter_value;
    const char **parameter_unit;
    size_t *parameter_line;
    const char **parameter_condition; /* NULL entries: in all conditions */
    const char *parameters_file;      /* NULL: none; relative to the spec's folder */
    vb_spec_fit fit;
    size_t n_events;
    vb_spec_event *events;
    vb_design_options design;
    const char *hrf_file; /* NULL: none; relative to the spec's folder */
    size_t n_confounds;
    const char **confounds; /* column names or wildcards */
    size_t n_contrasts;
    vb_contrast_spec *contrasts;
    vb_region_specs rois;
    vb_missing_column missing; /* glm.missing */
    const vb_node *glm;        /* the glm section as written; NULL when absent */
    char sha256[65];           /* of the file */
} vb_spec;

/* Parses and checks text; all faults found are noted, err has the first.  Unknown and
 * duplicate keys, wrong types, values out of range name line, column and the nearest
 * valid name. */
VB_API vb_status vb_spec_parse(const char *file, const char *text, size_t size,
                               vb_spec **spec, vb_notes *notes, vb_error *err);
VB_API void vb_spec_free(vb_spec *spec);

/* Contrasts from a JSON file {"contrasts": [{"name":, "weights": {column: number}}]}, or
 * [{"name":, "expression": "a - b"}]. */
VB_API vb_status vb_contrasts_parse(const char *file, const char *text, size_t size,
                                    vb_arena *arena, size_t *n,
                                    vb_contrast_spec **contrasts, vb_error *err);

/* Parameters from JSON {"sub-01": {"k": 1}, ...} or {"k": 1} as a table for
 * vb_parameters_spec. */
VB_API vb_status vb_parameters_parse_json(const char *file, const char *text,
                                          size_t size, vb_table **table, vb_error *err);

/*
 * One value, as text, of the spec's key `path` ("glm.scaling"), held against the table of keys
 * as a spec is: for options of the command line that stand for a key.
 * VB_EINPUT: says what was expected, with the nearest word; VB_EINTERNAL: no such key.
 */
typedef struct vb_spec_scalar {
    const char *text;
    size_t word;   /* index among the key's words; VB_NONE: none of them */
    double number; /* NaN: no number */
} vb_spec_scalar;

VB_API vb_status vb_spec_value(const char *path, const char *text,
                               vb_spec_scalar *value, vb_error *err);
/* Word i of that key into out; NULL past the last. */
VB_API const char *vb_spec_word(const char *path, size_t i, char out[], size_t size);

/* The keys of the spec, for docs/spec.md and the JSON Schema. */
VB_API vb_status vb_spec_reference(vb_buffer *markdown, vb_error *err);
VB_API vb_status vb_spec_schema(vb_buffer *json, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
