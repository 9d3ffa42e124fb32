/* Rank, aliased columns, VIF, correlations and their notes. */
#include "support.h"
#include "valuebold/design.h"
#include "valuebold/rank.h"

enum { N = 40, MOST = 60 };

/* A design made by hand: one run, x [n x p]. */
typedef struct made {
    vb_design design;
    vb_column columns[MOST];
    size_t first_scan[3], n_filter[2];
    double *filter[2];
} made;

static void make(made *m, size_t n, size_t p, double x[], const char *const names[])
{
    *m = (made){.first_scan = {0, n, n}};
    for (size_t j = 0; j < p; j++) {
        const bool constant = strcmp(names[j], "constant") == 0;

        m->columns[j] = (vb_column){.name = names[j],
                                    .title = names[j],
                                    .kind = constant             ? VB_COLUMN_CONSTANT
                                            : names[j][0] == '#' ? VB_COLUMN_CONFOUND
                                                                 : VB_COLUMN_EVENT};
    }
    m->design = (vb_design){.n_scans = n,
                            .n_cols = p,
                            .n_runs = 1,
                            .x = x,
                            .columns = m->columns,
                            .first_scan = m->first_scan,
                            .filter = m->filter,
                            .n_filter = m->n_filter};
}

static vb_diagnosis *diagnose(const made *m, vb_notes *notes)
{
    vb_diagnosis *diagnosis = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_design_diagnose(&m->design, &diagnosis, notes, &err), VB_OK, "%s",
                 err.text);
    return diagnosis;
}

static const vb_note *note(const vb_notes *notes, const char *code, const char *word)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0 &&
            strstr(notes->items[i].where.text, word))
            return &notes->items[i];
    return NULL;
}

/* The columns of tests/reference/diagnosis.py. */
static void reference_columns(double x[N * 5])
{
    for (size_t i = 0; i < N; i++) {
        const double s = (double)i;
        double *row = x + 5 * i;

        row[0] = sin(0.31 * s) + 0.1 * (double)(i % 3);
        row[1] = cos(0.17 * s) + 0.5 * row[0];
        row[2] = (double)((7 * i * i + 3 * i) % 11) / 11;
        row[3] = 0.9 * row[0] + 0.02 * (double)((5 * i) % 7);
        row[4] = 1;
    }
}

/* Numbers of tests/reference/diagnosis.py (numpy); VIF near 256 costs three digits. */
Test(diagnosis, vif_correlation_and_condition_agree_with_numpy)
{
    static const char *const names[] = {"a", "b", "c", "d", "constant"};
    static double x[N * 5];
    made m;
    vb_notes notes = {0};
    vb_diagnosis *d;

    reference_columns(x);
    make(&m, N, 5, x, names);
    d = diagnose(&m, &notes);
    cr_expect_eq(d->rank, 5);
    cr_expect_eq(d->n_aliased, 0);
    cr_expect(support_near(d->vif[0], 255.890926278035, 1e-11));
    cr_expect(support_near(d->vif[1], 1.28451691788411, 1e-13));
    cr_expect(support_near(d->vif[2], 1.01347420469126, 1e-13));
    cr_expect(support_near(d->vif[3], 255.546783029421, 1e-11));
    cr_expect(isnan(d->vif[4]));
    cr_expect(support_near(d->correlation[1], 0.470552538325072, 1e-13));
    cr_expect(support_near(d->correlation[3 * 5], 0.998015211851283, 1e-13));
    cr_expect_eq(d->correlation[6], 1);
    cr_expect(isnan(d->correlation[4]) && isnan(d->correlation[24]));
    cr_expect(support_near(d->sd[2], 0.314573277128906, 1e-13));
    cr_expect(support_near(d->condition, 36.6647736888854, 1e-12));
    cr_expect(note(&notes, "design-vif", "'a'") && note(&notes, "design-vif", "256"));
    cr_expect(note(&notes, "design-correlation", "'a' and 'd' correlate by 0.998"));
    cr_expect_null(note(&notes, "design-rank", ""));
    cr_expect_eq(notes.n, 3);
    vb_diagnosis_free(d);
    vb_notes_free(&notes);
}

Test(diagnosis, units_of_the_columns_do_not_matter)
{
    static const char *const names[] = {"a", "b", "c", "d", "constant"};
    static const double unit[] = {1e9, -3e-7, 1, 250, 1};
    static double x[N * 5], y[N * 5];
    made m, k;
    vb_diagnosis *d, *e;

    reference_columns(x);
    for (size_t i = 0; i < N * 5; i++)
        y[i] = x[i] * unit[i % 5];
    make(&m, N, 5, x, names);
    make(&k, N, 5, y, names);
    d = diagnose(&m, NULL);
    e = diagnose(&k, NULL);
    for (size_t j = 0; j < 4; j++)
        cr_expect(support_near(d->vif[j], e->vif[j], 1e-10));
    cr_expect(support_near(d->condition, e->condition, 1e-10));
    cr_expect(support_near(d->correlation[1], -e->correlation[1], 1e-12));
    vb_diagnosis_free(d);
    vb_diagnosis_free(e);
}

Test(diagnosis, an_aliased_set_is_named_and_the_others_keep_their_vif)
{
    static const char *const names[] = {"a", "b", "c", "#sum", "constant"};
    static double x[N * 5];
    made m;
    vb_notes notes = {0};
    vb_diagnosis *d;

    reference_columns(x);
    for (size_t i = 0; i < N; i++)
        x[5 * i + 3] = 2 * x[5 * i] - 0.01 * x[5 * i + 2] + 3;
    make(&m, N, 5, x, names);
    d = diagnose(&m, &notes);
    cr_expect_eq(d->rank, 4);
    cr_assert_eq(d->n_aliased, 4);
    cr_expect_eq(d->aliased[0], 0);
    cr_expect_eq(d->aliased[1], 2);
    cr_expect_eq(d->aliased[2], 3);
    cr_expect(isinf(d->vif[0]) && isinf(d->vif[2]) && isinf(d->vif[3]));
    cr_expect(d->vif[1] > 1 && d->vif[1] < 1.4);
    cr_expect(isinf(d->condition));
    cr_expect(
        note(&notes, "design-rank", "'a', 'c', '#sum' and 'constant' are aliased"));
    vb_diagnosis_free(d);
    vb_notes_free(&notes);
}

Test(diagnosis, duplicates_zero_columns_and_constant_confounds_are_told_apart)
{
    static const char *const names[] = {"a", "twin", "#csf", "zero", "constant"};
    static double x[N * 5];
    made m;
    vb_notes notes = {0};
    vb_diagnosis *d;

    reference_columns(x);
    for (size_t i = 0; i < N; i++) {
        x[5 * i + 1] = x[5 * i];
        x[5 * i + 2] = 3.5;
        x[5 * i + 3] = 0;
    }
    make(&m, N, 5, x, names);
    d = diagnose(&m, &notes);
    cr_expect_eq(d->rank, 2);
    cr_expect(note(&notes, "design-rank", "'a' and 'twin' are aliased"));
    cr_expect(note(&notes, "design-rank", "'#csf' and 'constant' are aliased"));
    cr_expect(note(&notes, "design-rank", "'zero' is 0 throughout"));
    cr_expect(note(&notes, "confound-constant", "'#csf'"));
    cr_expect(isnan(d->vif[2]) && isnan(d->vif[3]));
    vb_diagnosis_free(d);
    vb_notes_free(&notes);
}

Test(diagnosis, no_degrees_of_freedom_is_said)
{
    static const char *names[MOST];
    static double x[20 * 25];
    static char text[MOST][8];
    made m;
    vb_notes notes = {0};
    vb_diagnosis *d;

    for (size_t j = 0; j < 25; j++) {
        snprintf(text[j], sizeof text[j], "e%zu", j);
        names[j] = text[j];
    }
    for (size_t i = 0; i < 20 * 25; i++)
        x[i] = sin(1.7 * (double)(i * i % 977));
    make(&m, 20, 25, x, names);
    d = diagnose(&m, &notes);
    cr_expect_eq(d->rank, 20);
    cr_expect(note(&notes, "design-dof", "20 scans, rank 20"));
    vb_diagnosis_free(d);
    vb_notes_free(&notes);
}

Test(diagnosis, runs_are_judged_by_themselves)
{
    static const char *const names[] = {"a", "constant", "b", "constant"};
    static double x[2 * N * 4], y[N * 5];
    made m;
    vb_diagnosis *d;

    reference_columns(y);
    for (size_t i = 0; i < N; i++) {
        x[4 * i] = y[5 * i];
        x[4 * i + 1] = 1;
        x[4 * (N + i) + 2] = y[5 * i + 2];
        x[4 * (N + i) + 3] = 1;
    }
    make(&m, 2 * N, 4, x, names);
    m.design.n_runs = 2;
    m.first_scan[1] = N;
    m.first_scan[2] = 2 * N;
    m.columns[2].run = m.columns[3].run = 1;
    d = diagnose(&m, NULL);
    cr_expect_eq(d->rank, 4);
    cr_expect_float_eq(d->vif[0], 1, 1e-13);
    cr_expect_float_eq(d->vif[2], 1, 1e-13);
    cr_expect_eq(d->correlation[2], 0);
    cr_expect(support_near(d->sd[2], 0.314573277128906, 1e-13));
    vb_diagnosis_free(d);
}

/* A column that is a drift cosine is gone after the filter. */
Test(diagnosis, columns_are_judged_after_spms_filter)
{
    static const char *const names[] = {"slow", "c", "constant"};
    static double x[N * 3], k[N];
    made m;
    vb_diagnosis *d;

    for (size_t i = 0; i < N; i++) {
        k[i] = sqrt(2.0 / N) *
               cos(3.14159265358979323846 * (2 * (double)i + 1) / (2.0 * N));
        x[3 * i] = 5 * k[i];
        x[3 * i + 1] = (double)((7 * i * i + 3 * i) % 11);
        x[3 * i + 2] = 1;
    }
    make(&m, N, 3, x, names);
    m.n_filter[0] = 1;
    m.filter[0] = k;
    d = diagnose(&m, NULL);
    cr_expect_gt(d->sd[0], 0.5, "of the column as sampled");
    cr_expect(isinf(d->vif[0]), "nothing of it is left");
    cr_expect_eq(d->rank, 2);
    vb_diagnosis_free(d);
}

/* norm(c - c X+ X) / norm(c) by hand: columns a, a, 1.  The null vector is (1, -1,
   0)/sqrt 2, so of c = (1, 0, 0) the share 1/sqrt 2 lies outside, of (1, 1, 0)
   nothing. */
Test(rank, what_lies_outside_the_row_space)
{
    static double x[N * 3];
    static const double one[] = {1, 0, 0}, sum[] = {1, 1, 0}, difference[] = {1, -1, 0};
    vb_arena *arena = vb_arena_alloc();
    vb_rank rank;

    for (size_t i = 0; i < N; i++) {
        x[3 * i] = x[3 * i + 1] = sin((double)i);
        x[3 * i + 2] = 1;
    }
    cr_assert_eq(vb_rank_find(N, 3, x, arena, &rank, NULL), VB_OK);
    cr_expect_eq(rank.rank, 2);
    cr_expect_float_eq(vb_rank_outside(&rank, one), 1 / sqrt(2), 1e-14);
    cr_expect_float_eq(vb_rank_outside(&rank, sum), 0, 1e-14);
    cr_expect_float_eq(vb_rank_outside(&rank, difference), 1, 1e-14);
    vb_arena_free(arena);
}

/* X v = 0 for all vectors of the null space, which are orthonormal. */
Test(rank, the_null_space_is_orthonormal_and_null)
{
    enum { p = 7 };
    static double x[N * p];
    vb_arena *arena = vb_arena_alloc();
    vb_rank rank;

    for (size_t i = 0; i < N; i++) {
        double *row = x + p * i;

        row[0] = sin(0.7 * (double)i);
        row[1] = 1000 * (double)(i % 5);
        row[2] = 1e-4 * (double)(i % 3);
        row[3] = row[0] + row[1];
        row[4] = 3 * row[2] - row[1];
        row[5] = 0;
        row[6] = 1;
    }
    cr_assert_eq(vb_rank_find(N, p, x, arena, &rank, NULL), VB_OK);
    cr_assert_eq(rank.rank, 4);
    cr_assert_eq(rank.n_null, 3);
    for (size_t m = 0; m < 3; m++) {
        const double *v = rank.null + m * p;

        for (size_t i = 0; i < N; i++) {
            double product = 0;

            for (size_t j = 0; j < p; j++)
                product += x[p * i + j] * v[j];
            cr_expect_float_eq(product, 0, 1e-9, "values reach 4000");
        }
        for (size_t k = 0; k < 3; k++) {
            double product = 0;

            for (size_t j = 0; j < p; j++)
                product += rank.null[k * p + j] * v[j];
            cr_expect_float_eq(product, k == m, 1e-13);
        }
    }
    vb_arena_free(arena);
}
