/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * messages.c - what the program says on standard error, one line each:
 *
 *     valuebold: warning: events.tsv:14:3: what is wrong [stable-code]
 *
 * Colour only on a terminal, and not under NO_COLOR or TERM=dumb (no-color.org).
 */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINES_A_CODE = 5, LINE_MAX_BYTES = VB_PATH_MAX + VB_TEXT_MAX + 64 };

static bool plain_terminal(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return (no_color && no_color[0]) || (term && strcmp(term, "dumb") == 0);
}

/* severity word, in colour where that is wanted */
static void say(const char *word, const char *colour, const char *line,
                const char *code)
{
    const bool coloured = isatty(STDERR_FILENO) && !plain_terminal();

    fprintf(stderr, "valuebold: %s%s:%s %s", coloured ? colour : "", word,
            coloured ? "\033[0m" : "", line);
    if (code)
        fprintf(stderr, " [%s]", code);
    fputc('\n', stderr);
}

static void say_note(const vb_note *note)
{
    static const struct {
        const char *word, *colour;
    } words[] = {[VB_INFO] = {"note", "\033[36m"},
                 [VB_WARNING] = {"warning", "\033[33m"},
                 [VB_REFUSAL] = {"error", "\033[31m"}};
    char line[LINE_MAX_BYTES];
    size_t used;

    vb_error_line(&note->where, line, sizeof line);
    used = strlen(line);
    if (note->count > 1)
        snprintf(line + used, sizeof line - used, " (%zu times)", note->count);
    say(words[note->severity].word, words[note->severity].colour, line, note->code);
}

static bool same_kind(const vb_note *a, const vb_note *b)
{
    return a->severity == b->severity && strcmp(a->code, b->code) == 0;
}

/* How many notes of this kind stand before note i, counting from first. */
static size_t earlier(const vb_notes *notes, size_t first, size_t i)
{
    size_t n = 0;

    for (size_t k = first; k < i; k++)
        n += same_kind(&notes->items[k], &notes->items[i]);
    return n;
}

void cli_print_notes(cli_context *context)
{
    const vb_notes *notes = &context->notes;
    const size_t first = context->n_notes_shown;
    const size_t most = context->common->verbose ? notes->n : LINES_A_CODE;

    for (size_t i = first; i < notes->n; i++) {
        const vb_note *note = &notes->items[i];
        size_t n = 0;

        if (note->severity != VB_REFUSAL && context->common->quiet)
            continue;
        n = earlier(notes, first, i);
        if (note->severity == VB_REFUSAL || n < most)
            say_note(note);
        if (note->severity == VB_REFUSAL || n != most)
            continue;
        for (size_t k = i; k < notes->n; k++) /* n becomes all of this kind */
            n += same_kind(&notes->items[k], note);
        fprintf(stderr, "valuebold: ... %zu more [%s]; --verbose prints them all\n",
                n - most, note->code);
    }
    if (notes->n_lost && first < notes->n)
        fprintf(stderr, "valuebold: ... and %zu more that were not kept\n",
                notes->n_lost);
    context->n_notes_shown = notes->n;
}

void cli_print_error(const cli_context *context, const vb_error *err)
{
    char line[LINE_MAX_BYTES];

    for (size_t i = 0; context && i < context->n_notes_shown; i++) {
        const vb_note *note = &context->notes.items[i];

        if (note->severity == VB_REFUSAL && note->where.line == err->line &&
            note->where.column == err->column &&
            strcmp(note->where.file, err->file) == 0 &&
            strcmp(note->where.text, err->text) == 0)
            return;
    }
    say("error", "\033[31m", vb_error_line(err, line, sizeof line), NULL);
}

void cli_progress(const cli_context *context, const char *what, const char *unit,
                  size_t done, size_t total)
{
    enum { WIDTH = 30 };
    static double start_s, shown_s; /* of the line on the terminal */
    static size_t before;
    const double now_s = cli_now_s();
    char bar[WIDTH + 1];

    if (context->common->quiet || context->common->json || !isatty(STDERR_FILENO) ||
        plain_terminal() || !total)
        return;
    if (!before || done <= before) {
        start_s = now_s;
        shown_s = 0;
    }
    before = done == total ? 0 : done;
    if (done < total && now_s - shown_s < 0.1)
        return;
    shown_s = now_s;
    for (size_t i = 0; i < WIDTH; i++)
        bar[i] = i * total < done * WIDTH ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %3.0f %%", what, bar,
            100.0 * (double)done / (double)total);
    if (now_s - start_s > 0.05)
        fprintf(stderr, ", %.0f %s/s", (double)done / (now_s - start_s), unit);
    if (done == total)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

double cli_now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

vb_status cli_write_stdout(const vb_buffer *bytes, vb_error *err)
{
    vb_status status = vb_buffer_ok(bytes, err);

    if (status)
        return status;
    errno = 0;
    if ((bytes->n && fwrite(bytes->bytes, 1, bytes->n, stdout) != bytes->n) ||
        fflush(stdout) != 0)
        return vb_fail(err, VB_EIO, "standard output: %s",
                       errno ? strerror(errno) : "cannot be written to");
    return VB_OK;
}
