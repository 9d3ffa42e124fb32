/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group_arrange.c - all arrangements of subjects under the null hypothesis, or random ones. */
#include "group_internal.h"

#include <math.h>

static const size_t usual_draws = 10000, usual_most_exact = (size_t)1 << 20;
enum { MOST_BITS = 60 };

/* How many there are, as a double: it may be astronomical. */
static double how_many(vb_arrangement kind, size_t n, size_t n_second)
{
    double count = 1;

    for (size_t i = 1; i <= n; i++)
        if (kind == VB_ARRANGE_SIGNS)
            count *= 2;
        else if (kind == VB_ARRANGE_ORDER)
            count *= (double)i;
        else if (i <= n_second)
            count = count * (double)(n - n_second + i) / (double)i;
    return rint(count);
}

vb_status vb_arrangements_start(vb_arrangement kind, const vb_region_group *data,
                                vb_arena *arena, vb_arrangements *a, vb_error *err)
{
    const size_t n = data->n_subjects;
    const double most =
        (double)(data->most_exact ? data->most_exact : usual_most_exact);
    size_t n_second = 0;
    double count;

    *a = (vb_arrangements){.kind = kind, .n = n, .observed = data->group};
    a->sign = vb_arena_take(arena, n, sizeof *a->sign);
    a->label = vb_arena_take(arena, n, sizeof *a->label);
    a->order = vb_arena_take(arena, n, sizeof *a->order);
    if (!a->sign || !a->label || !a->order)
        return vb_fail_memory(err, n * sizeof *a->sign);
    for (size_t i = 0; i < n && kind == VB_ARRANGE_LABELS; i++)
        n_second += data->group[i];
    count = how_many(kind, n, n_second);
    a->exact = count <= most && n <= MOST_BITS;
    a->n_total = a->exact
                     ? (size_t)count
                     : 1 + (data->n_permutations ? data->n_permutations : usual_draws);
    a->index = VB_NONE;
    a->bits = ((uint64_t)1 << (n_second < MOST_BITS ? n_second : MOST_BITS)) - 1;
    vb_random_start(&a->random, data->seed, NULL, NULL, "group");
    return VB_OK;
}

static void reset(vb_arrangements *a)
{
    for (size_t i = 0; i < a->n; i++) {
        a->sign[i] = 1;
        a->order[i] = i;
        if (a->kind == VB_ARRANGE_LABELS)
            a->label[i] = a->exact ? a->bits >> i & 1 : a->observed[i];
    }
}

/* The next number with as many bits (Gosper's hack; Beeler et al. 1972, HAKMEM 175). */
static uint64_t next_bits(uint64_t x)
{
    const uint64_t low = x & (~x + 1), carry = x + low;

    return low ? (((carry ^ x) >> 2) / low) | carry : x;
}

static void exchange(size_t *a, size_t *b)
{
    const size_t old = *a;

    *a = *b;
    *b = old;
}

/* The next order in the sense of a dictionary. */
static void next_order(size_t n, size_t order[])
{
    size_t i = n - 1, j = n - 1;

    while (i > 0 && order[i - 1] >= order[i])
        i--;
    if (i == 0)
        return;
    while (order[j] <= order[i - 1])
        j--;
    exchange(&order[i - 1], &order[j]);
    for (size_t low = i, high = n - 1; low < high; low++, high--)
        exchange(&order[low], &order[high]);
}

static void go_on(vb_arrangements *a)
{
    if (a->kind == VB_ARRANGE_SIGNS)
        for (size_t i = 0; i < a->n; i++)
            a->sign[i] = a->index >> i & 1 ? -1 : 1;
    if (a->kind == VB_ARRANGE_ORDER)
        next_order(a->n, a->order);
    if (a->kind != VB_ARRANGE_LABELS)
        return;
    a->bits = next_bits(a->bits);
    for (size_t i = 0; i < a->n; i++)
        a->label[i] = a->bits >> i & 1;
}

/* Signs by a coin each; labels and orders by Fisher and Yates's shuffle. */
static void draw(vb_arrangements *a)
{
    for (size_t i = 0; i < a->n && a->kind == VB_ARRANGE_SIGNS; i++)
        a->sign[i] = vb_random_bits(&a->random) >> 63 ? -1 : 1;
    for (size_t i = a->n; i-- > 1 && a->kind != VB_ARRANGE_SIGNS;) {
        const size_t k = vb_random_index(&a->random, i + 1);

        exchange(&a->order[i], &a->order[k]);
        exchange(&a->label[i], &a->label[k]);
    }
}

bool vb_arrangements_next(vb_arrangements *a)
{
    a->index++;
    if (a->index >= a->n_total)
        return false;
    if (a->index == 0)
        reset(a);
    else if (a->exact)
        go_on(a);
    else
        draw(a);
    return true;
}
