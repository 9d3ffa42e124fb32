/* Contrasts by expression: names, runs, estimability, refusals. */
#include "support.h"
#include "valuebold/contrast.h"

static const double onset[] = {4.2, 31.7, 58.05, 80.4, 101.3, 120.9};
static const double two[] = {2, 2, 2, 2, 2, 2};
static const double sv[] = {1.5, -2, 0.25, 3, -2.75, 0},
                    effort[] = {-1, 0.5, 0.5, 1, -1, 0};
static const double same[] = {1, 1, 1, 1, 1, 1};
static double sum[6];
static const vb_design_modulator modulators[] = {{"sv", sv, 1}, {"effort", effort, 1}};
static const vb_design_modulator alias[] = {{"sv", sv, 1},
                                            {"effort", effort, 1},
                                            {"both", sum, 1}};
static const vb_design_modulator constant[] = {{"sv", sv, 1}, {"effort", same, 1}};
static const double later[] = {10, 44, 66, 90, 110, 130};

static vb_arena *arena;
static vb_design_event events[2];
static vb_design *design;
static vb_notes notes;
static vb_error err;

static void build(size_t n_runs, const vb_design_modulator *second, size_t n_second,
                  const vb_design_options *options)
{
    vb_design_event others[2];
    vb_design_run runs[2];

    for (size_t i = 0; i < 6; i++)
        sum[i] = sv[i] + 2 * effort[i];
    events[0] = (vb_design_event){.name = "task",
                                  .n_events = 6,
                                  .onset_s = onset,
                                  .duration_s = two,
                                  .n_modulators = 2,
                                  .modulators = modulators};
    events[1] = (vb_design_event){.name = "control",
                                  .n_events = 6,
                                  .onset_s = later,
                                  .duration_s = two,
                                  .n_modulators = 1,
                                  .modulators = modulators};
    memcpy(others, events, sizeof others);
    others[0].modulators = second;
    others[0].n_modulators = n_second;
    for (size_t r = 0; r < 2; r++)
        runs[r] = (vb_design_run){.label = r ? "2" : "1",
                                  .tr_s = 2,
                                  .n_scans = 75,
                                  .n_events = 2,
                                  .events = r == n_runs - 1 ? others : events};
    vb_design_free(design);
    design = NULL;
    cr_assert_eq(vb_design_build(n_runs, runs, options, &design, NULL, &err), VB_OK,
                 "%s", err.text);
}

static void setup(void)
{
    arena = vb_arena_alloc();
    design = NULL;
    build(1, modulators, 2, NULL);
}

static void teardown(void)
{
    vb_design_free(design);
    vb_notes_free(&notes);
    vb_arena_free(arena);
}

TestSuite(contrast, .init = setup, .fini = teardown);

static vb_status resolve(const char *name, const char *row, vb_contrast **contrasts)
{
    const vb_contrast_spec spec = {.name = name,
                                   .n_rows = 1,
                                   .rows = &row,
                                   .file = "spec.yaml",
                                   .line = 12,
                                   .column = 3};

    memset(&err, 0, sizeof err);
    return vb_contrasts_resolve(design, 1, &spec, arena, contrasts, &notes, &err);
}

static double weight(const vb_contrast *contrast, const char *name)
{
    for (size_t j = 0; j < design->n_cols; j++)
        if (strcmp(design->columns[j].name, name) == 0)
            return contrast->weights[j];
    cr_assert(false, "no column '%s'", name);
    return NAN;
}

static double total(const vb_contrast *contrast)
{
    double all = 0;

    for (size_t j = 0; j < design->n_cols; j++)
        all += fabs(contrast->weights[j]);
    return all;
}

static void refused(const char *name, const char *row, vb_status status,
                    const char *says)
{
    vb_contrast *contrasts = NULL;

    cr_expect_eq(resolve(name, row, &contrasts), status, "%s: %s", row, err.text);
    cr_expect(strstr(err.text, says), "%s: %s", row, err.text);
    cr_expect_null(contrasts);
    cr_expect_str_eq(err.file, "spec.yaml");
    cr_expect_eq(err.line, 12);
    cr_expect_eq(err.column, 3);
}

Test(contrast, weights_follow_the_expression)
{
    vb_contrast *c = NULL;

    cr_assert_eq(resolve("x", "2*task - (control + `task*sv`)/4", &c), VB_OK, "%s",
                 err.text);
    cr_expect_str_eq(c->name, "x");
    cr_expect_eq(c->n_rows, 1);
    cr_expect_eq(weight(c, "task"), 2);
    cr_expect_eq(weight(c, "control"), -0.25);
    cr_expect_eq(weight(c, "task*sv"), -0.25);
    cr_expect_float_eq(total(c), 2.5, 1e-15);
}

Test(contrast, a_modulator_is_named_by_title_or_by_its_signal_alone)
{
    vb_contrast *a = NULL, *b = NULL;

    cr_assert_eq(resolve("a", "task*effort", &a), VB_OK, "%s", err.text);
    cr_assert_eq(resolve("b", "effort", &b), VB_OK, "%s", err.text);
    cr_expect_eq(weight(a, "task*effort"), 1);
    cr_expect_eq(weight(b, "task*effort"), 1);
    refused("c", "sv", VB_EINPUT, "'sv' can mean column 'task*sv' or 'control*sv'");
}

Test(contrast, a_derivative_is_named_with_its_suffix)
{
    const vb_design_options options = {.hrf = "spm + derivative"};
    vb_contrast *c = NULL;

    build(1, modulators, 2, &options);
    cr_assert_eq(resolve("c", "task_derivative - task*sv_derivative", &c), VB_OK, "%s",
                 err.text);
    cr_expect_eq(weight(c, "task_derivative"), 1);
    cr_expect_eq(weight(c, "task*sv_derivative"), -1);
    cr_assert_eq(resolve("d", "task", &c), VB_OK);
    cr_expect_eq(total(c), 1, "the derivative is not meant by the event's name");
}

Test(contrast, runs_share_the_weight)
{
    vb_contrast *c = NULL;

    build(2, modulators, 2, NULL);
    cr_assert_eq(resolve("c", "3*task*sv", &c), VB_OK, "%s", err.text);
    cr_expect_eq(weight(c, "run-1_task*sv"), 1.5);
    cr_expect_eq(weight(c, "run-2_task*sv"), 1.5);
    cr_assert_eq(resolve("one", "`run-2_task*sv`", &c), VB_OK, "%s", err.text);
    cr_expect_eq(weight(c, "run-2_task*sv"), 1);
    cr_expect_eq(total(c), 1);
    cr_expect_eq(notes.n, 0);
}

Test(contrast, a_run_without_the_column_is_left_out_and_said)
{
    vb_contrast *c = NULL;

    build(2, constant, 2, NULL);
    cr_assert_eq(resolve("c", "task*effort", &c), VB_OK, "%s", err.text);
    cr_expect_eq(weight(c, "run-1_task*effort"), 1);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "contrast-runs");
    cr_expect(strstr(notes.items[0].where.text, "only 1 of 2 runs have 'task*effort'"));
}

Test(contrast, spm_names_and_titles_both_work)
{
    const vb_design_options options = {.like = "spm"};
    vb_contrast *c = NULL;

    build(1, modulators, 2, &options);
    cr_assert_eq(resolve("c", "`Sn(1) taskxsv^1*bf(1)` + control", &c), VB_OK, "%s",
                 err.text);
    cr_expect_eq(weight(c, "Sn(1) taskxsv^1*bf(1)"), 1);
    cr_expect_eq(weight(c, "Sn(1) control*bf(1)"), 1);
}

Test(contrast, an_f_contrast_has_a_row_each)
{
    static const char *const rows[] = {"task*sv", "control*sv - task*sv"};
    const vb_contrast_spec spec = {.name = "any", .n_rows = 2, .rows = rows};
    vb_contrast *c = NULL;

    cr_assert_eq(vb_contrasts_resolve(design, 1, &spec, arena, &c, NULL, &err), VB_OK);
    cr_expect_eq(c->n_rows, 2);
    cr_expect_eq(c->weights[1], 1);
    cr_expect_eq(c->weights[design->n_cols + 1], -1);
}

Test(contrast, unknown_columns_are_refused_with_the_nearest)
{
    refused("x", "tasq", VB_EINPUT, "no column 'tasq'; did you mean 'task'?");
    refused("x", "nosuch", VB_EINPUT, "no column 'nosuch'; there is: task, task*sv");
    refused("x", "task*svv", VB_EINPUT, "did you mean 'task*sv'?");
    refused("x", "drift_9", VB_EINPUT, "no column");
}

Test(contrast, expressions_that_are_no_weighted_sum_are_refused)
{
    refused("x", "exp(task)", VB_EINPUT, "contrast 'x'");
    refused("x", "task +", VB_EINPUT, "contrast 'x'");
    refused("x", "task - 1", VB_EINPUT, "a number stands alone");
    refused("x", "1e308*10*task", VB_EINPUT, "not a finite number");
}

Test(contrast, zero_weights_are_refused)
{
    refused("x", "0*task", VB_EESTIMATE, "zero");
    refused("x", "task - task", VB_EESTIMATE, "all weights of row 1 are zero");
}

Test(contrast, what_cannot_be_estimated_is_refused_by_name)
{
    vb_contrast *c = NULL;

    build(1, alias, 3, NULL);
    refused("x", "task*both", VB_EESTIMATE, "'task*sv', 'task*effort', 'task*both'");
    refused("x", "task*sv - task*effort", VB_EESTIMATE, "are aliased");
    /* both = sv + 2 effort: b(sv) + b(both) and b(effort) + 2 b(both) are the estimable
       ones */
    cr_expect_eq(resolve("y", "task*sv + task*both", &c), VB_OK, "%s", err.text);
    cr_expect_eq(resolve("y", "task*effort + 2*task*both", &c), VB_OK, "%s", err.text);
    cr_expect_eq(resolve("z", "control - task", &c), VB_OK, "others are not touched");
}

Test(contrast, a_zero_column_of_spm_cannot_be_estimated)
{
    const vb_design_options options = {.like = "spm"};
    static const double zero[] = {0, 0, 0, 0, 0, 0};
    static const vb_design_modulator none[] = {{"sv", sv, 1}, {"effort", zero, 1}};

    build(1, none, 2, &options);
    refused("x", "task*effort", VB_EESTIMATE,
            "'Sn(1) taskxeffort^1*bf(1)' is 0 throughout");
}

Test(contrast, unsafe_names_are_refused)
{
    static const char *const bad[] = {"../../x", "a/b",       "a\\b",
                                      "..",      ".hidden",   "",
                                      "@!",      "new\nline", "\x1b[2J"};
    char longest[102];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused(bad[i], "task", VB_EINPUT, "invalid contrast name");
    memset(longest, 'a', 101);
    longest[101] = '\0';
    refused(longest, "task", VB_EINPUT, "101 characters");
    longest[100] = '\0';
    cr_expect_eq(resolve(longest, "task", &(vb_contrast *){NULL}), VB_OK, "%s",
                 err.text);
    cr_expect_eq(resolve("task > control (run 1)", "task", &(vb_contrast *){NULL}),
                 VB_OK);
}

Test(contrast, two_contrasts_of_one_file_name_are_refused)
{
    static const char *const row[] = {"task"};
    const vb_contrast_spec specs[] = {{.name = "sv effect", .n_rows = 1, .rows = row},
                                      {.name = "sv_effect", .n_rows = 1, .rows = row}};
    const vb_contrast_spec empty = {.name = "x"};
    vb_contrast *c = NULL;

    cr_expect_eq(vb_contrasts_resolve(design, 2, specs, arena, &c, NULL, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "duplicate contrast") &&
                  strstr(err.text, "contrast-svEffect"),
              "%s", err.text);
    cr_expect_eq(vb_contrasts_resolve(design, 1, &empty, arena, &c, NULL, &err),
                 VB_EINPUT);
    cr_expect_eq(vb_contrasts_resolve(design, 0, NULL, arena, &c, NULL, &err), VB_OK);
}

Test(contrast, a_vector_of_weights_is_refused_with_the_same_on_names)
{
    static const char *const list[] = {"2", "0", "-1"};
    const vb_contrast_spec numbers = {.name = "x", .n_rows = 3, .rows = list};
    vb_contrast *c = NULL;

    cr_expect(vb_contrast_is_vector("[1 -1, 0.5]") && vb_contrast_is_vector("1 0"));
    cr_expect(!vb_contrast_is_vector("1") && !vb_contrast_is_vector("a - 1") &&
              !vb_contrast_is_vector("1*a") && !vb_contrast_is_vector(""));
    refused("x", "[1 -1]", VB_EINPUT, "'task - task*sv'");
    refused("x", "-1, 0, +2.5", VB_EINPUT, "'-1*task + 2.5*task*effort'");
    refused("x",
            "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            VB_EINPUT, "vector of 36 weights");
    cr_expect_eq(vb_contrasts_resolve(design, 1, &numbers, arena, &c, NULL, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "'2*task - task*effort'"), "%s", err.text);
}

Test(contrast, a_run_without_a_column_skips_it_or_counts_it_0)
{
    static const char *const row[] = {"task - nothing"};
    const vb_contrast_spec spec = {.name = "x", .n_rows = 1, .rows = row};
    const char **missing = NULL;
    vb_contrast *c = NULL;

    cr_expect_eq(vb_contrasts_resolve_run(design, 1, &spec, VB_MISSING_ERROR, arena, &c,
                                          &missing, NULL, &err),
                 VB_EINPUT);
    cr_assert_eq(vb_contrasts_resolve_run(design, 1, &spec, VB_MISSING_SKIP, arena, &c,
                                          &missing, NULL, &err),
                 VB_OK);
    cr_expect_str_eq(missing[0], "nothing");
    cr_expect(vb_contrast_is_left_out(c, design->n_cols, missing[0], VB_MISSING_SKIP));
    cr_assert_eq(vb_contrasts_resolve_run(design, 1, &spec, VB_MISSING_ZERO, arena, &c,
                                          &missing, NULL, &err),
                 VB_OK);
    cr_expect(!vb_contrast_is_left_out(c, design->n_cols, missing[0], VB_MISSING_ZERO));
    cr_expect_float_eq(c->weights[0], 1, 0);
}
