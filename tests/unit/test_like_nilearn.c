/* like: nilearn, against nilearn 0.14.0's own designs and kernels (golden/design,
   golden/hrf): every column, every name. */
#include "design/nilearn.h"
#include "support.h"
#include "valuebold/design.h"

#include <jansson.h>

/* Tolerance of golden/design/README.md, of each column's largest value. */
static const double RELATIVE = 1e-9, FLOOR = 1e-12;

enum { MOST_CONDITIONS = 12, MOST_ROWS = 64 };

typedef struct rows {
    char name[60];
    size_t n;
    double onset_s[MOST_ROWS], duration_s[MOST_ROWS], weight[MOST_ROWS];
} rows;

typedef struct input {
    size_t n_rows, n_events;
    rows row[MOST_CONDITIONS];
    vb_design_event events[MOST_CONDITIONS];
    vb_design_modulator modulators[MOST_CONDITIONS][4];
} input;

static rows *rows_of(input *in, const char *name)
{
    for (size_t i = 0; i < in->n_rows; i++)
        if (strcmp(in->row[i].name, name) == 0)
            return &in->row[i];
    cr_assert_lt(in->n_rows, MOST_CONDITIONS);
    snprintf(in->row[in->n_rows].name, sizeof in->row[0].name, "%s", name);
    return &in->row[in->n_rows++];
}

/* nilearn_events.tsv: trial types CONDITION, and CONDITIONxMODULATOR. */
static void read_events(const char *folder, input *in)
{
    char path[300];
    vb_table *table;
    double *onset, *duration, *modulation;
    size_t type;

    snprintf(path, sizeof path, "%s/nilearn_events.tsv", folder);
    table = support_table(path);
    onset = support_column(table, "onset");
    duration = support_column(table, "duration");
    modulation = support_column(table, "modulation");
    type = vb_table_find(table, "trial_type");
    for (size_t i = 0; i < table->n_rows; i++) {
        rows *to = rows_of(in, vb_table_cell(table, i, type));

        cr_assert_lt(to->n, MOST_ROWS);
        to->onset_s[to->n] = onset[i];
        to->duration_s[to->n] = duration[i];
        to->weight[to->n++] = modulation[i];
    }
    for (size_t i = 0; i < in->n_rows; i++) {
        rows *own = &in->row[i];

        if (strchr(own->name, 'x'))
            continue;
        in->events[in->n_events] =
            (vb_design_event){.name = own->name,
                              .n_events = own->n,
                              .onset_s = own->onset_s,
                              .duration_s = own->duration_s,
                              .modulators = in->modulators[in->n_events]};
        for (size_t k = 0; k < in->n_rows; k++) {
            const size_t n = strlen(own->name);
            vb_design_event *event = &in->events[in->n_events];

            if (strncmp(in->row[k].name, own->name, n) || in->row[k].name[n] != 'x')
                continue;
            cr_assert_eq(in->row[k].n, own->n);
            in->modulators[in->n_events][event->n_modulators++] =
                (vb_design_modulator){in->row[k].name + n + 1, in->row[k].weight, 1};
        }
        in->n_events++;
    }
    vb_table_free(table);
}

static void same_design(const char *where, const vb_design *design, const char *path)
{
    vb_table *want = support_table(path);

    cr_assert_eq(design->n_cols, want->n_cols, "%s", where);
    cr_assert_eq(design->n_scans, want->n_rows, "%s", where);
    for (size_t j = 0; j < want->n_cols; j++) {
        const double *x = support_column(want, want->columns[j]);
        double most = 0, off = 0;

        cr_expect_str_eq(design->columns[j].name, want->columns[j], "%s: %s", where,
                         design->columns[j].name);
        for (size_t s = 0; s < want->n_rows; s++) {
            most = fmax(most, fabs(x[s]));
            off = fmax(off, fabs(x[s] - design->x[s * design->n_cols + j]));
        }
        cr_expect(off <= fmax(RELATIVE * most, FLOOR), "%s, %s: off by %g of %g", where,
                  want->columns[j], off, most);
    }
    vb_table_free(want);
}

typedef struct variant {
    const char *file, *hrf, *drift;
    double high_pass_s, ref;
    unsigned order, oversampling, drift_order;
} variant;

static const variant variants[] = {
    {"spm_cosine0.01", "spm", "cosine", 100, 0, 0, 0, 0},
    {"spm-td_cosine0.01", "spm + derivative", "cosine", 100, 0, 0, 0, 0},
    {"spm-tdd_cosine0.01", "spm + derivative + dispersion", "cosine", 100, 0, 0, 0, 0},
    {"glover_cosine0.01", NULL, NULL, 0, 0, 0, 0, 0}, /* the defaults */
    {"glover-td_cosine0.01", "glover + derivative", NULL, 0, 0, 0, 0, 0},
    {"glover-tdd_cosine0.01", "glover + derivative + dispersion", NULL, 0, 0, 0, 0, 0},
    {"fir_cosine0.01", "fir", "cosine", 100, 0, 8, 0, 0},
    {"none_cosine0.01", "none", "cosine", 100, 0, 0, 0, 0},
    {"spm_nodrift", "spm", "none", 0, 0, 0, 0, 0},
    {"spm-td_nodrift", "spm + derivative", "none", 0, 0, 0, 0, 0},
    {"spm-tdd_nodrift", "spm + derivative + dispersion", "none", 0, 0, 0, 0, 0},
    {"spm_poly3", "spm", "polynomial", 0, 0, 0, 0, 3},
    {"spm-td_poly3", "spm + derivative", "polynomial", 0, 0, 0, 0, 3},
    {"spm-tdd_poly3", "spm + derivative + dispersion", "polynomial", 0, 0, 0, 0, 3},
    {"spm_cosine0.01_os16", "spm", "cosine", 100, 0, 0, 16, 0},
    {"spm_cosine0.01_ref0.5", "spm", "cosine", 100, .5, 0, 0, 0},
};

static size_t compare_case(const char *folder)
{
    char path[300];
    json_t *spec;
    input *in = calloc(1, sizeof *in);
    size_t n = 0;

    snprintf(path, sizeof path, "%s/spec.json", folder);
    spec = json_load_file(path, 0, NULL);
    cr_assert(spec && in, "%s", path);
    read_events(folder, in);
    for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
        const double tr_s = json_number_value(json_object_get(spec, "TR"));
        const json_t *session = json_array_get(json_object_get(spec, "sessions"), 0);
        const vb_design_run run = {.label = "1",
                                   .tr_s = tr_s,
                                   .n_scans = (size_t)json_integer_value(
                                       json_object_get(session, "nscan")),
                                   .sample_s = variants[v].ref * tr_s,
                                   .n_events = in->n_events,
                                   .events = in->events};
        const vb_design_options options = {.like = "nilearn",
                                           .hrf = variants[v].hrf,
                                           .drift = variants[v].drift,
                                           .high_pass_s = variants[v].high_pass_s,
                                           .drift_order = variants[v].drift_order,
                                           .microtime = variants[v].oversampling,
                                           .hrf_order = variants[v].order};
        vb_design *design = NULL;
        vb_error err = {0};

        snprintf(path, sizeof path, "%s/nilearn_%s.tsv", folder, variants[v].file);
        if (!support_exists(path))
            continue;
        cr_assert_eq(vb_design_build(1, &run, &options, &design, NULL, &err), VB_OK,
                     "%s: %s", path, err.text);
        same_design(path, design, path);
        vb_design_free(design);
        n++;
    }
    json_decref(spec);
    free(in);
    return n;
}

Test(like_nilearn, every_design_of_nilearn_is_reproduced)
{
    static const char *const cases[] =
        {"d01_basic_hrf",  "d02_vardur_td",        "d03_pmod1_dur0",
         "d04_pmod2_dur3", "d06_two_pmods_noorth", "d08_three_pmods_noorth_tdd",
         "d12_outside",    "d15_overlap"};
    size_t n = 0;

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char folder[200];

        snprintf(folder, sizeof folder, "tests/data/golden/design/%s", cases[c]);
        n += compare_case(folder);
    }
    cr_expect_eq(n, 37, "%zu designs compared", n);
}

static void same_kernels(const char *path, double tr_s, unsigned oversampling)
{
    static const struct {
        const char *hrf, *column[3];
    } sets[] = {{"spm + derivative + dispersion",
                 {"spm_hrf", "spm_time_derivative", "spm_dispersion_derivative"}},
                {"glover + derivative + dispersion",
                 {"glover_hrf", "glover_time_derivative",
                  "glover_dispersion_derivative"}}};
    vb_table *table = support_table(path);
    vb_arena *arena = vb_arena_alloc();

    for (size_t i = 0; i < 2; i++) {
        const vb_hrf_request request = {.tr_s = tr_s};
        const vb_hrf *hrf;
        vb_nilearn_kernels kernels;
        vb_error err = {0};

        cr_assert_eq(vb_hrf_choose(sets[i].hrf, &request, arena, &hrf, &err), VB_OK);
        cr_assert_eq(vb_nilearn_kernels_make(hrf, tr_s, oversampling, 0, arena,
                                             &kernels, &err),
                     VB_OK);
        cr_assert_eq(kernels.n, table->n_rows, "%s", path);
        for (size_t b = 0; b < 3; b++) {
            const double *want = support_column(table, sets[i].column[b]);

            for (size_t k = 0; k < kernels.n; k++)
                cr_assert_float_eq(kernels.value[b * kernels.n + k], want[k], 1e-12,
                                   "%s, %s, row %zu", path, sets[i].column[b], k + 1);
        }
    }
    vb_arena_free(arena);
    vb_table_free(table);
}

Test(like_nilearn, kernels_are_those_of_nilearn)
{
    same_kernels("tests/data/golden/hrf/nilearn_hrfs_TR2_os50.tsv", 2, 50);
    same_kernels("tests/data/golden/hrf/nilearn_hrfs_TR1_os16.tsv", 1, 16);
}

/* nilearn's doctests: spm_hrf and glover_hrf(t_r=2, oversampling=1, time_length=20). */
Test(like_nilearn, kernels_without_oversampling_are_those_of_its_manual)
{
    static const double spm[] = {0,    0,    .161,  .443, .335,
                                 .139, .022, -.028, -.04, -.033},
                        glover[] = {0,    0,     .226,  .741,  .5,
                                    .037, -.181, -.176, -.103, -.045};
    static const char *const names[] = {"spm(length=20)", "glover(length=20)"};
    vb_arena *arena = vb_arena_alloc();

    for (size_t i = 0; i < 2; i++) {
        const vb_hrf_request request = {.tr_s = 2};
        const vb_hrf *hrf;
        vb_nilearn_kernels kernels;
        vb_error err = {0};

        cr_assert_eq(vb_hrf_choose(names[i], &request, arena, &hrf, &err), VB_OK, "%s",
                     err.text);
        cr_assert_eq(vb_nilearn_kernels_make(hrf, 2, 1, 0, arena, &kernels, &err),
                     VB_OK);
        cr_assert_eq(kernels.n, 10);
        for (size_t k = 0; k < 10; k++)
            cr_expect_float_eq(kernels.value[k], (i ? glover : spm)[k], 5.01e-4,
                               "%s %zu", names[i], k);
    }
    vb_arena_free(arena);
}

/* Up to nilearn 0.10.4 Glover's undershoot ratio was 0.35 (golden/design/README.md). */
Test(like_nilearn, the_older_undershoot_of_glover_can_be_asked_for)
{
    static const char *const names[] = {"glover(undershoot_ratio=0.35)", "glover"};
    vb_arena *arena = vb_arena_alloc();
    double least[2] = {0, 0}, most[2] = {0, 0};

    for (size_t i = 0; i < 2; i++) {
        const vb_hrf_request request = {.tr_s = 2};
        const vb_hrf *hrf;
        vb_nilearn_kernels kernels;
        vb_error err = {0};

        cr_assert_eq(vb_hrf_choose(names[i], &request, arena, &hrf, &err), VB_OK);
        cr_assert_eq(vb_nilearn_kernels_make(hrf, 2, 50, 0, arena, &kernels, &err),
                     VB_OK);
        for (size_t k = 0; k < kernels.n; k++) {
            least[i] = fmin(least[i], kernels.value[k]);
            most[i] = fmax(most[i], kernels.value[k]);
        }
    }
    cr_expect_float_eq(most[1], 0.0138992973, 1e-9, "B0 of the semantics");
    cr_expect_gt(least[0] / most[0], .8 * least[1] / most[1], "a smaller undershoot");
    vb_arena_free(arena);
}
