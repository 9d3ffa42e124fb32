/* Odd cases under every convention: what happens is what docs/conventions.md says, and a
   sentence says so. */
#include "support.h"
#include "valuebold/design.h"

#define NA ((double)NAN)
enum { SCANS = 100, LIKES = 5, MOST = 8 };

static const char *const likes[LIKES] = {"valuebold", "spm", "fsl", "nilearn", "afni"};

static const double onset[] = {10, 40, 70, 100, 130, 160}, two[] = {2, 2, 2, 2, 2, 2},
                    sv[] = {-2, 1, 3, -1, 0, -1}, flat[] = {3, 3, 3, 3, 3, 3},
                    missing[] = {-2, 1, NA, -1, 3, -1},
                    absent[] = {-2, 1, 0, -1, 3, -1};

typedef struct outcome {
    vb_design *design;
    vb_notes notes;
    vb_error err;
    vb_status status;
} outcome;

static outcome build(const char *like, size_t n, const double onset_s[],
                     const double duration_s[], size_t n_modulators,
                     const vb_design_modulator modulators[], bool orthogonalise)
{
    const vb_design_event events[] =
        {{.name = "task",
          .n_events = n,
          .onset_s = onset_s,
          .duration_s = duration_s,
          .n_modulators = n_modulators,
          .modulators = modulators,
          .orthogonalise = orthogonalise},
         {.name = "other", .n_events = 1, .onset_s = onset, .duration_s = two}};
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = SCANS,
                               .sample_s = 1,
                               .n_events = 2,
                               .events = events};
    const vb_design_options options = {.like = like, .drift = "none"};
    outcome o = {0};

    o.status = vb_design_build(1, &run, &options, &o.design, &o.notes, &o.err);
    return o;
}

static void done(outcome *o)
{
    if (o->status == VB_OK)
        vb_design_free(o->design);
    vb_notes_free(&o->notes);
}

static const char *sentence(const outcome *o, const char *code)
{
    for (size_t i = 0; i < o->notes.n; i++)
        if (strcmp(o->notes.items[i].code, code) == 0)
            return o->notes.items[i].where.text;
    return NULL;
}

/* Index of the column of this title, VB_NONE. */
static size_t column(const vb_design *d, const char *title)
{
    for (size_t j = 0; j < d->n_cols; j++)
        if (strcmp(d->columns[j].title, title) == 0)
            return j;
    return VB_NONE;
}

static double at(const vb_design *d, const char *title, size_t s)
{
    const size_t j = column(d, title);

    cr_assert_neq(j, VB_NONE, "%s: no %s", d->like, title);
    return d->x[s * d->n_cols + j];
}

/* max - min of a column */
static double height(const vb_design *d, const char *title)
{
    double low = HUGE_VAL, high = -HUGE_VAL;

    for (size_t s = 0; s < d->n_scans; s++) {
        low = fmin(low, at(d, title, s));
        high = fmax(high, at(d, title, s));
    }
    return high - low;
}

/* SPM keeps a column of zeros where it orthogonalises, and else 3 times the event's; nilearn
   and AFNI keep what they are given; the others leave it out. */
Test(edges, a_constant_modulator)
{
    const vb_design_modulator constant[] = {{"sv", flat, 1}};

    for (size_t i = 0; i < LIKES; i++) {
        const bool keeps = i == 1 || i == 3 || i == 4;
        outcome o = build(likes[i], 6, onset, two, 1, constant, i == 1);

        cr_assert_eq(o.status, VB_OK, "%s: %s", likes[i], o.err.text);
        cr_expect_eq(column(o.design, "task*sv") != VB_NONE, keeps, "%s", likes[i]);
        cr_assert(sentence(&o, "modulator-constant"), "%s", likes[i]);
        cr_expect(strstr(sentence(&o, "modulator-constant"), "'task*sv' is constant"));
        if (i == 1)
            cr_expect_eq(height(o.design, "task*sv"), 0);
        else if (keeps)
            cr_expect_float_eq(height(o.design, "task*sv"),
                               3 * height(o.design, "task"), 1e-12);
        done(&o);
    }
}

Test(edges, an_event_without_rows)
{
    for (size_t i = 0; i < LIKES; i++) {
        outcome o = build(likes[i], 0, onset, two, 0, NULL, false);

        cr_assert_eq(o.status, VB_OK, "%s: %s", likes[i], o.err.text);
        cr_expect_eq(column(o.design, "task"), VB_NONE, "%s", likes[i]);
        cr_assert(sentence(&o, "event-empty"));
        cr_expect(strstr(sentence(&o, "event-empty"), "no column in this run"));
        done(&o);
    }
}

/* 200 s of run: an event at 250 s changes nothing but FSL's mean. */
Test(edges, an_event_after_the_end)
{
    static const double late[] = {10, 40, 70, 100, 130, 250};

    for (size_t i = 0; i < LIKES; i++) {
        outcome o = build(likes[i], 6, late, two, 0, NULL, false);
        outcome without = build(likes[i], 5, late, two, 0, NULL, false);

        cr_assert_eq(o.status, VB_OK, "%s: %s", likes[i], o.err.text);
        cr_assert(sentence(&o, "events-after-run"), "%s", likes[i]);
        cr_expect(strstr(sentence(&o, "events-after-run"),
                         i == 4 ? "as in AFNI they are dropped"
                                : "they have no effect"),
                  "%s", sentence(&o, "events-after-run"));
        for (size_t s = 0; s < SCANS; s++)
            cr_expect_float_eq(at(o.design, "task", s), at(without.design, "task", s),
                               1e-12, "%s scan %zu", likes[i], s);
        done(&o);
        done(&without);
    }
}

/* A row that stands twice counts twice, but in FSL the last one sets the weight. */
Test(edges, the_same_onset_twice)
{
    static const double twice[] = {70, 70}, once[] = {70};

    for (size_t i = 0; i < LIKES; i++) {
        outcome o = build(likes[i], 2, twice, two, 0, NULL, false);
        outcome single = build(likes[i], 1, once, two, 0, NULL, false);

        cr_assert_eq(o.status, VB_OK, "%s", o.err.text);
        cr_assert(sentence(&o, "events-duplicate"), "%s", likes[i]);
        cr_expect_float_eq(height(o.design, "task"),
                           (i == 2 ? 1 : 2) * height(single.design, "task"), 1e-12,
                           "%s", likes[i]);
        cr_expect(strstr(sentence(&o, "events-duplicate"), i == 2
                                                               ? "the last one's weight"
                                                           : i == 3 ? "are merged"
                                                                    : "are summed"),
                  "%s", sentence(&o, "events-duplicate"));
        done(&o);
        done(&single);
    }
}

/* r = .99: both columns stay, under every convention, and the diagnosis warns. */
Test(edges, two_modulators_that_correlate_by_99)
{
    static double near[6];
    double off[] = {1, -1, -1, 1, 1, -1};
    vb_design_modulator both[] = {{"sv", sv, 1}, {"near", near, 1}};

    for (size_t i = 0; i < 6; i++)
        near[i] = sv[i] + .23 * off[i];
    for (size_t i = 0; i < LIKES; i++) {
        outcome o = build(likes[i], 6, onset, two, 2, both, false);
        vb_diagnosis *g = NULL;

        cr_assert_eq(o.status, VB_OK, "%s", o.err.text);
        cr_assert_eq(vb_design_diagnose(o.design, &g, &o.notes, &o.err), VB_OK);
        cr_expect_gt(fabs(
                         g->correlation[column(o.design, "task*sv") * o.design->n_cols +
                                        column(o.design, "task*near")]),
                     .98, "%s", likes[i]);
        cr_assert(sentence(&o, "design-vif"), "%s", likes[i]);
        cr_expect(strstr(sentence(&o, "design-vif"), "variance inflation factor"));
        vb_diagnosis_free(g);
        done(&o);
    }
}

/* Orthogonalised, the second keeps only what is its own: no inflation is left. */
Test(edges, orthogonalisation_gives_the_shared_part_to_the_first)
{
    static double near[6];
    double off[] = {1, -1, -1, 1, 1, -1};
    vb_design_modulator both[] = {{"sv", sv, 1}, {"near", near, 1}};

    for (size_t i = 0; i < 6; i++)
        near[i] = sv[i] + .23 * off[i];
    for (size_t i = 0; i < 3; i++) { /* those that do it themselves, and the default */
        outcome o = build(likes[i], 6, onset, two, 2, both, true);
        vb_diagnosis *g = NULL;

        cr_assert_eq(o.status, VB_OK, "%s", o.err.text);
        cr_assert_eq(vb_design_diagnose(o.design, &g, NULL, &o.err), VB_OK);
        cr_expect_lt(g->vif[column(o.design, "task*near")], 1.2, "%s", likes[i]);
        vb_diagnosis_free(g);
        done(&o);
    }
}

/* A trial without a value has weight 0 in its column and stays in the event. */
Test(edges, a_modulator_with_a_missing_value)
{
    const vb_design_modulator with[] = {{"sv", missing, 1}},
                              zero[] = {{"sv", absent, 1}};

    for (size_t i = 0; i < LIKES; i++) {
        outcome o = build(likes[i], 6, onset, two, 1, with, false);
        outcome same = build(likes[i], 6, onset, two, 1, zero, false);

        cr_assert_eq(o.status, VB_OK, "%s: %s", likes[i], o.err.text);
        for (size_t s = 0; s < SCANS; s++) {
            cr_expect_float_eq(at(o.design, "task*sv", s),
                               at(same.design, "task*sv", s), 1e-12, "%s %zu", likes[i],
                               s);
            cr_expect_float_eq(at(o.design, "task", s), at(same.design, "task", s),
                               1e-12);
        }
        done(&o);
        done(&same);
    }
}

/* Before the run: SPM's pad reaches 4 s back here (32 bins of TR/16), nilearn puts all that is
   earlier than 24 s on its first point, AFNI drops everything below 0. */
Test(edges, events_before_the_run)
{
    static const double early[] = {-1, -40}, late[] = {100, 100};
    static const double want[LIKES][2] = {{1, 0}, {1, 0}, {1, 0}, {1, 1}, {0, 0}};

    for (size_t i = 0; i < LIKES; i++)
        for (size_t k = 0; k < 2; k++) {
            double both[2] = {early[k], late[0]};
            outcome o = build(likes[i], 2, both, two, 0, NULL, false);
            outcome alone = build(likes[i], 1, late, two, 0, NULL, false);
            double off = 0;

            cr_assert_eq(o.status, VB_OK, "%s: %s", likes[i], o.err.text);
            for (size_t s = 0; s < SCANS / 2 - 5; s++)
                off =
                    fmax(off, fabs(at(o.design, "task", s) - at(o.design, "task", 45) -
                                   at(alone.design, "task", s) +
                                   at(alone.design, "task", 45)));
            cr_expect_eq(off > 1e-6, want[i][k] > 0, "%s, onset %g s: %g", likes[i],
                         early[k], off);
            cr_expect(sentence(&o, k ? "events-before-run" : "events-negative-onset"));
            done(&o);
            done(&alone);
        }
}
