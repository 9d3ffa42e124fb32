/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel.c - plain pthreads: OpenMP's runtime hangs after a fork and hides races from
 * ThreadSanitizer. */
#include "valuebold/parallel.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct crew {
    size_t n_items;
    atomic_size_t next;
    vb_work work;
    void *context;
} crew;

typedef struct member {
    crew *crew;
    size_t worker;
    pthread_t thread;
} member;

static void *labour(void *argument)
{
    const member *m = argument;
    crew *c = m->crew;
    size_t i;

    while ((i = atomic_fetch_add(&c->next, 1)) < c->n_items)
        c->work(c->context, i, m->worker);
    return NULL;
}

void vb_parallel(size_t n_items, size_t n_threads, vb_work work, void *context)
{
    crew c = {.n_items = n_items, .work = work, .context = context};
    member members[VB_MAX_THREADS];
    size_t n = 1;

    atomic_init(&c.next, 0);
    if (n_threads > VB_MAX_THREADS)
        n_threads = VB_MAX_THREADS;
    if (n_threads > n_items)
        n_threads = n_items;
    members[0] = (member){.crew = &c, .worker = 0};
    for (; n < n_threads; n++) {
        members[n] = (member){.crew = &c, .worker = n};
        if (pthread_create(&members[n].thread, NULL, labour, &members[n]) != 0)
            break;
    }
    labour(&members[0]);
    for (size_t i = 1; i < n; i++)
        pthread_join(members[i].thread, NULL);
}
