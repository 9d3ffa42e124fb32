/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vest.c - FSL's matrix files. */
#include "vest.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FSL_DECIMALS = 6 }; /* of C's %e, which FEAT prints with */

/* %e with a decimal point whatever the locale: vb_number_write has no exponent form, so the
 * point is put right afterwards. */
static void put_e(vb_buffer *out, double x)
{
    const size_t before = out->n;

    vb_putf(out, "%.*e", FSL_DECIMALS, x);
    for (size_t i = before; i < out->n; i++)
        if (out->bytes[i] == ',')
            out->bytes[i] = '.';
}

static void put_key_row(vb_buffer *out, const char *key, size_t n, const double x[])
{
    vb_putf(out, "/%s\t", key);
    for (size_t i = 0; i < n; i++) {
        vb_put_char(out, '\t');
        put_e(out, x[i]);
    }
    vb_put_char(out, '\n');
}

static void put_matrix(vb_buffer *out, size_t n_rows, size_t n_cols, const double x[])
{
    vb_put_text(out, "\n/Matrix\n");
    for (size_t i = 0; i < n_rows; i++) {
        for (size_t j = 0; j < n_cols; j++) {
            put_e(out, x[i * n_cols + j]);
            vb_put_char(out, '\t');
        }
        vb_put_char(out, '\n');
    }
}

void vest_put_design(vb_buffer *out, size_t n_points, size_t n_waves,
                     const double heights[], const double x[])
{
    vb_putf(out, "/NumWaves\t%zu\n/NumPoints\t%zu\n", n_waves, n_points);
    put_key_row(out, "PPheights", n_waves, heights);
    put_matrix(out, n_points, n_waves, x);
}

void vest_put_contrasts(vb_buffer *out, size_t n, size_t n_waves,
                        const char *const names[], const double heights[],
                        const double effects[], const double x[])
{
    for (size_t i = 0; i < n; i++)
        vb_putf(out, "/ContrastName%zu\t%s\n", i + 1, names[i]);
    vb_putf(out, "/NumWaves\t%zu\n/NumContrasts\t%zu\n", n_waves, n);
    put_key_row(out, "PPheights", n, heights);
    put_key_row(out, "RequiredEffect", n, effects);
    put_matrix(out, n, n_waves, x);
}

void vest_put_f_tests(vb_buffer *out, size_t n_tests, size_t n_contrasts,
                      const double x[])
{
    vb_putf(out, "/NumWaves\t%zu\n/NumContrasts\t%zu\n\n/Matrix\n", n_contrasts,
            n_tests);
    for (size_t f = 0; f < n_tests; f++)
        for (size_t c = 0; c < n_contrasts; c++)
            vb_putf(out, "%d%c", x[f * n_contrasts + c] != 0,
                    c + 1 == n_contrasts ? '\n' : ' ');
}

void vest_put_group(vb_buffer *out, size_t n_points)
{
    vb_putf(out, "/NumWaves\t1\n/NumPoints\t%zu\n\n/Matrix\n", n_points);
    for (size_t i = 0; i < n_points; i++)
        vb_put_text(out, "1\n");
}

/* Numbers of one line, up to its end; each separated by blanks. */
static vb_status read_line(const char *file, size_t line, const char *s, size_t length,
                           vb_arena *arena, size_t *n, double **x, vb_error *err)
{
    char *copy = vb_arena_substring(arena, s, length), *rest = copy;
    double *values = vb_arena_take(arena, length / 2 + 1, sizeof *values);
    size_t count = 0;

    if (!copy || !values)
        return vb_fail_memory(err, length);
    for (char *word = strtok_r(copy, " \t\r", &rest); word;
         word = strtok_r(NULL, " \t\r", &rest)) {
        char quoted[VB_QUOTE_MAX];

        if (vb_number_read(word, &values[count++]) != VB_NUMBER_OK)
            return vb_fail_at(err, VB_EINPUT, file, line, 0, "'%s' is no number",
                              vb_quote(word, quoted));
    }
    *n = count;
    *x = values;
    return VB_OK;
}

static vb_status read_rows_from(const char *file, const char *s, size_t line,
                                vb_arena *arena, size_t *n_rows, size_t *n_cols,
                                double **x, vb_error *err)
{
    double *all = vb_arena_take(arena, strlen(s) / 2 + 1, sizeof *all);
    size_t rows = 0, cols = 0;

    if (!all)
        return vb_fail_memory(err, strlen(s));
    for (; *s; line++) {
        const size_t length = strcspn(s, "\n");
        double *values = NULL;
        size_t n = 0;
        const vb_status status =
            read_line(file, line, s, length, arena, &n, &values, err);

        if (status != VB_OK)
            return status;
        if (n && rows && n != cols)
            return vb_fail_at(err, VB_EINPUT, file, line, 0,
                              "%zu numbers, where the rows above have %zu", n, cols);
        if (n) {
            cols = n;
            memcpy(all + rows++ * cols, values, n * sizeof *values);
        }
        s += length + (s[length] == '\n');
    }
    *n_rows = rows;
    *n_cols = cols;
    *x = all;
    return VB_OK;
}

vb_status vest_read_rows(const char *file, const char *text, vb_arena *arena,
                         size_t *n_rows, size_t *n_cols, double **x, vb_error *err)
{
    return read_rows_from(file, text, 1, arena, n_rows, n_cols, x, err);
}

static bool has_key(const char *line, const char *key)
{
    const size_t n = strlen(key);

    return strncmp(line, key, n) == 0 && strchr(" \t\r\n", line[n]);
}

/* One header line into out; counts start at 0 for "not stated". */
static vb_status read_key(const char *file, size_t line, const char *s, size_t length,
                          vb_arena *arena, vest *out, size_t *n_names, vb_error *err)
{
    const size_t word = strcspn(s, " \t\r\n");
    double *x = NULL;
    size_t n = 0;
    vb_status status;

    if (strncmp(s, "/ContrastName", 13) == 0) {
        const size_t skip = word + strspn(s + word, " \t");

        out->names[*n_names] = vb_arena_substring(arena, s + skip, length - skip);
        return out->names[(*n_names)++] ? VB_OK : vb_fail_memory(err, length);
    }
    if (!has_key(s, "/NumWaves") && !has_key(s, "/NumPoints") &&
        !has_key(s, "/NumContrasts") && !has_key(s, "/PPheights"))
        return VB_OK;
    status = read_line(file, line, s + word, length - word, arena, &n, &x, err);
    if (status != VB_OK)
        return status;
    if (has_key(s, "/PPheights")) {
        out->heights = x;
        out->n_heights = n;
    } else if (n != 1 || !(x[0] >= 0 && x[0] < 1e9)) {
        return vb_fail_at(err, VB_EINPUT, file, line, 0, "one count was expected here");
    } else if (has_key(s, "/NumWaves")) {
        out->n_cols = (size_t)x[0];
    } else {
        out->n_rows = (size_t)x[0];
    }
    return VB_OK;
}

vb_status vest_read(const char *file, const char *text, vb_arena *arena, vest *out,
                    vb_error *err)
{
    size_t n_rows = 0, n_cols = 0, n_names = 0, lines = 1;
    vb_status status = VB_OK;
    size_t line = 1;
    const char *s = text;

    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    *out = (vest){.names = vb_arena_take(arena, lines, sizeof *out->names)};
    if (!out->names)
        return vb_fail_memory(err, lines * sizeof *out->names);
    for (; *s && !has_key(s, "/Matrix") && status == VB_OK; line++) {
        const size_t length = strcspn(s, "\n");

        status = read_key(file, line, s, length, arena, out, &n_names, err);
        s += length + (s[length] == '\n');
    }
    if (status != VB_OK)
        return status;
    if (!*s)
        return vb_fail_at(err, VB_EINPUT, file, 0, 0, "there is no line /Matrix");
    s += strcspn(s, "\n");
    s += *s == '\n';
    status = read_rows_from(file, s, line + 1, arena, &n_rows, &n_cols, &out->x, err);
    if (status == VB_OK && (n_rows != out->n_rows || n_cols != out->n_cols))
        status = vb_fail_at(err, VB_EINPUT, file, 0, 0,
                            "the matrix is %zu x %zu, its header says %zu x %zu",
                            n_rows, n_cols, out->n_rows, out->n_cols);
    return status;
}
