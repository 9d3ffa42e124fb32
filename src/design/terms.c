/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms.c - an event and its modulators as weights per trial. */
#include "draft.h"

#include "valuebold/modulator.h"

#include <math.h>

/* Values closer together than this, relative to the largest, are one number. */
static const double SAME = 1e-12;
static const double MINUTE_S = 60;

typedef struct maker {
    vb_draft *d;
    size_t run;
    const vb_design_event *event;
    vb_terms_mode mode;
    size_t n;
    vb_term *terms;
} maker;

static bool no_variance(size_t n, const double x[])
{
    double low = HUGE_VAL, high = -HUGE_VAL;

    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    return !(high - low > SAME * fmax(fabs(low), fabs(high)));
}

static void centre(size_t n, double x[])
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) {
            sum += x[i];
            count++;
        }
    for (size_t i = 0; i < n && count > 0; i++)
        x[i] -= sum / count;
}

static void note_left_out(const maker *m, const vb_term *term, const char *why)
{
    vb_note_add(m->d->notes, VB_WARNING, "modulator-constant", NULL, 0, 0,
                "run %s: modulator '%s' %s; its column %s", m->d->runs[m->run].label,
                term->title, why,
                m->mode == VB_TERMS_KEPT
                    ? "is kept, as the package does, and has no effect of its own"
                    : "is left out");
}

static vb_status no_memory(const maker *m)
{
    return vb_fail_memory(m->d->err, m->event->n_events * sizeof(double));
}

/* Adds value^power; value NULL is the event itself. */
static vb_status add(maker *m, const char *signal, size_t modulator,
                     const double *value, unsigned power, bool centred)
{
    const size_t n = m->event->n_events;
    vb_term term = {.kind = value ? VB_COLUMN_MODULATOR : VB_COLUMN_EVENT,
                    .modulator = modulator,
                    .power = power,
                    .signal = signal,
                    .weight = vb_arena_take(m->d->scratch, n, sizeof(double))};

    if (!value)
        term.title = vb_arena_string(m->d->arena, m->event->name);
    else if (power > 1)
        term.title = vb_arena_printf(m->d->arena, "%s*%s_power%u", m->event->name,
                                     signal, power);
    else
        term.title = vb_arena_printf(m->d->arena, "%s*%s", m->event->name, signal);
    if (!term.weight || !term.title)
        return no_memory(m);
    for (size_t i = 0; i < n; i++) {
        term.weight[i] = value ? value[i] : 1;
        for (unsigned k = 1; k < power; k++)
            term.weight[i] *= value[i];
    }
    if (m->mode != VB_TERMS_RAW && value) {
        if (no_variance(n, term.weight)) {
            note_left_out(m, &term,
                          "is constant (no variance over its events after "
                          "centring)");
            if (m->mode == VB_TERMS_OWN)
                return VB_OK;
        }
        if (centred)
            centre(n, term.weight);
    }
    m->terms[m->n++] = term;
    return VB_OK;
}

static vb_status add_time(maker *m)
{
    const vb_design_run *run = &m->d->runs[m->run];
    const double unit_s = run->in_scans ? run->tr_s : 1;
    double *minutes = vb_arena_take(m->d->scratch, m->event->n_events, sizeof *minutes);
    vb_status status = VB_OK;

    if (!minutes)
        return no_memory(m);
    for (size_t i = 0; i < m->event->n_events; i++)
        minutes[i] = m->event->onset_s[i] * unit_s / MINUTE_S;
    if (m->mode != VB_TERMS_RAW)
        centre(m->event->n_events,
               minutes); /* before the powers, against cancellation */
    for (unsigned p = 1; p <= m->event->time_modulation && status == VB_OK; p++)
        status = add(m, "time", VB_NONE, minutes, p, true);
    return status;
}

static vb_status orthogonalise(maker *m)
{
    double **weights = vb_arena_take(m->d->scratch, m->n, sizeof *weights);
    double *removed = vb_arena_take(m->d->scratch, m->n, sizeof *removed);
    size_t kept = 1;
    vb_status status;

    if (!weights || !removed)
        return no_memory(m);
    for (size_t k = 1; k < m->n; k++)
        weights[k - 1] = m->terms[k].weight;
    status = vb_modulators_orthogonalise(m->event->n_events, m->n - 1, weights, removed,
                                         m->d->err);
    if (status != VB_OK)
        return status;
    for (size_t k = 1; k < m->n; k++) {
        if (removed[k - 1] >= 1)
            note_left_out(m, &m->terms[k],
                          "is a sum of the earlier ones (nothing is left "
                          "after orthogonalisation)");
        if (removed[k - 1] < 1 || m->mode == VB_TERMS_KEPT)
            m->terms[kept++] = m->terms[k];
    }
    m->n = kept;
    return VB_OK;
}

vb_status vb_terms_of(vb_draft *d, size_t r, size_t e, vb_terms_mode mode,
                      size_t *n_terms, vb_term **terms)
{
    const vb_design_event *event = &d->runs[r].events[e];
    maker m = {.d = d, .run = r, .event = event, .mode = mode};
    size_t most = 1 + event->time_modulation;
    vb_status status;

    for (size_t k = 0; k < event->n_modulators; k++)
        most += event->modulators[k].polynomial ? event->modulators[k].polynomial : 1;
    m.terms = vb_arena_take(d->scratch, most, sizeof *m.terms);
    if (!m.terms)
        return no_memory(&m);
    status = add(&m, NULL, VB_NONE, NULL, 1, false);
    if (status == VB_OK && event->time_modulation)
        status = add_time(&m);
    for (size_t k = 0; k < event->n_modulators; k++) {
        const vb_design_modulator *modulator = &event->modulators[k];
        unsigned p = 1;

        do {
            if (status == VB_OK)
                status = add(&m, modulator->name, k, modulator->weight, p, p > 1);
        } while (++p <= modulator->polynomial);
    }
    if (status == VB_OK && event->orthogonalise && mode != VB_TERMS_RAW && m.n > 1 &&
        !d->dialect->orthogonalises_columns)
        status = orthogonalise(&m);
    *n_terms = m.n;
    *terms = m.terms;
    return status;
}
