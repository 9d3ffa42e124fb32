/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gz_ahead.c - read() in a thread that has little else to do.
 *
 * Copying a compressed image out of the page cache takes 3 % of the time of inflating it; the
 * inflating thread, which sets the pace, is spared that.
 */
#include "gz_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { N_CHUNKS = 8, CHUNK_BYTES = 1 << 18 };

typedef struct chunk {
    size_t n;
    uint8_t bytes[VB_AHEAD_ROOM + CHUNK_BYTES];
} chunk;

struct vb_ahead {
    int fd;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t moved;
    size_t n_read, n_taken, n_freed; /* chunks */
    int failed;                      /* errno of the chunk after the last one read */
    bool ended, stop;
    chunk chunks[N_CHUNKS];
};

/* Fills a chunk; less than all of it only at the end or on an error. */
static int fill(int fd, chunk *c)
{
    c->n = 0;
    while (c->n < CHUNK_BYTES) {
        const ssize_t r = read(fd, c->bytes + VB_AHEAD_ROOM + c->n, CHUNK_BYTES - c->n);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return errno;
        if (r == 0)
            break;
        c->n += (size_t)r;
    }
    return 0;
}

static void *read_on(void *argument)
{
    vb_ahead *a = argument;
    bool more = true;

    while (more) {
        chunk *c;
        int failed;

        pthread_mutex_lock(&a->lock);
        while (!a->stop && a->n_read - a->n_freed >= N_CHUNKS)
            pthread_cond_wait(&a->moved, &a->lock);
        more = !a->stop;
        c = &a->chunks[a->n_read % N_CHUNKS];
        pthread_mutex_unlock(&a->lock);
        if (!more)
            break;
        failed = fill(a->fd, c);
        pthread_mutex_lock(&a->lock);
        a->n_read += c->n > 0;
        a->failed = failed;
        a->ended = failed || c->n < CHUNK_BYTES;
        more = !a->ended;
        pthread_cond_broadcast(&a->moved);
        pthread_mutex_unlock(&a->lock);
    }
    return NULL;
}

/* The thread takes no signals: handlers belong to the program's own threads. */
vb_ahead *vb_ahead_start(int fd)
{
    vb_ahead *a = malloc(sizeof *a);
    sigset_t all, old;
    int failed;

    if (!a)
        return NULL;
    a->fd = fd;
    a->n_read = a->n_taken = a->n_freed = 0;
    a->failed = 0;
    a->ended = a->stop = false;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->moved, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    failed = pthread_create(&a->thread, NULL, read_on, a);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (!failed)
        return a;
    pthread_cond_destroy(&a->moved);
    pthread_mutex_destroy(&a->lock);
    free(a);
    return NULL;
}

void vb_ahead_stop(vb_ahead *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_broadcast(&a->moved);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    pthread_cond_destroy(&a->moved);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

int vb_ahead_next(vb_ahead *a, uint8_t **bytes, size_t *n)
{
    chunk *c = NULL;
    int failed = 0;

    pthread_mutex_lock(&a->lock);
    if (a->n_freed < a->n_taken) { /* the caller is done with the chunk before */
        /* the reader is woken when half of the ring is free, not for every chunk */
        a->n_freed = a->n_taken;
        if (a->n_read - a->n_freed <= N_CHUNKS / 2)
            pthread_cond_broadcast(&a->moved);
    }
    while (a->n_read == a->n_taken && !a->ended)
        pthread_cond_wait(&a->moved, &a->lock);
    if (a->n_read > a->n_taken)
        c = &a->chunks[a->n_taken++ % N_CHUNKS];
    else
        failed = a->failed;
    pthread_mutex_unlock(&a->lock);
    *bytes = c ? c->bytes + VB_AHEAD_ROOM : NULL;
    *n = c ? c->n : 0;
    return failed;
}
