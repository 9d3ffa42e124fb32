/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.c - pixels and text.  Characters are enlarged eightfold by doubling three times
 * with rounded corners (Scale2x: a corner takes the colour of its two neighbours when they
 * agree and the opposite two do not), then averaged down to the size wanted.
 */
#include "canvas.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOTS = 5,
    ENLARGED = 8,
    BIG_WIDTH = DOTS * ENLARGED,
    BIG_HEIGHT = VB_FONT_ROWS * ENLARGED,
    BLANK_DOTS = 3,
    SAMPLES = 4, /* a pixel's coverage is taken at SAMPLES x SAMPLES places */
};

vb_status vb_canvas_make(size_t width, size_t height, vb_rgb colour, vb_canvas *canvas,
                         vb_error *err)
{
    if (height && width > SIZE_MAX / 4 / height)
        return vb_fail_memory(err, SIZE_MAX);
    canvas->pixels = calloc(3 * width * height + 1, 1); /* filling blends */
    if (!canvas->pixels)
        return vb_fail_memory(err, 3 * width * height);
    canvas->width = width;
    canvas->height = height;
    vb_canvas_fill(canvas, 0, 0, width, height, colour);
    return VB_OK;
}

void vb_canvas_free(vb_canvas *canvas)
{
    free(canvas->pixels);
    canvas->pixels = NULL;
}

static uint8_t mix(uint8_t under, uint8_t over, double share)
{
    return (uint8_t)(under + share * (over - under) + 0.5);
}

void vb_canvas_blend(vb_canvas *canvas, long x, long y, vb_rgb colour, double share)
{
    unsigned char *p;

    if (x < 0 || y < 0 || (size_t)x >= canvas->width || (size_t)y >= canvas->height)
        return;
    p = canvas->pixels + 3 * ((size_t)y * canvas->width + (size_t)x);
    p[0] = mix(p[0], colour.r, share);
    p[1] = mix(p[1], colour.g, share);
    p[2] = mix(p[2], colour.b, share);
}

void vb_canvas_fill(vb_canvas *canvas, long x, long y, size_t width, size_t height,
                    vb_rgb colour)
{
    for (size_t j = 0; j < height; j++)
        for (size_t i = 0; i < width; i++)
            vb_canvas_blend(canvas, x + (long)i, y + (long)j, colour, 1);
}

/* ---- text ---- */

/* The next character; broken bytes count as one character each. */
static uint32_t next_code(const unsigned char **s)
{
    const unsigned char first = *(*s)++;
    uint32_t code = first;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;

    if (more)
        code = first & (0x3fU >> more);
    for (; more && (**s & 0xc0) == 0x80; more--)
        code = code << 6 | (*(*s)++ & 0x3fU);
    return code;
}

/* Columns with ink: [first, last), and how far the next character is. */
static size_t ink(const uint8_t *glyph, size_t *first)
{
    unsigned all = 0;
    size_t last = DOTS;

    for (size_t r = 0; r < VB_FONT_ROWS; r++)
        all |= glyph[r];
    *first = 0;
    if (!all)
        return BLANK_DOTS;
    while (!(all >> (DOTS - 1 - *first) & 1))
        (*first)++;
    while (!(all >> (DOTS - last) & 1))
        last--;
    return last - *first + 1;
}

double vb_text_width(const char *utf8, double scale)
{
    size_t dots = 0, first;

    for (const unsigned char *s = (const unsigned char *)utf8; *s;)
        dots += ink(vb_font_glyph(next_code(&s)), &first);
    return dots ? scale * (double)(dots - 1) : 0;
}

static bool dot(const uint8_t from[], size_t width, size_t height, long x, long y)
{
    return x >= 0 && y >= 0 && (size_t)x < width && (size_t)y < height &&
           from[(size_t)y * width + (size_t)x];
}

/* One doubling: to is [2 height x 2 width]. */
static void scale2x(const uint8_t from[], size_t width, size_t height, uint8_t to[])
{
    for (size_t j = 0; j < height; j++)
        for (size_t i = 0; i < width; i++) {
            const long x = (long)i, y = (long)j;
            const bool here = dot(from, width, height, x, y);
            const bool up = dot(from, width, height, x, y - 1);
            const bool down = dot(from, width, height, x, y + 1);
            const bool left = dot(from, width, height, x - 1, y);
            const bool right = dot(from, width, height, x + 1, y);
            uint8_t *corner = to + 4 * j * width + 2 * i;

            corner[0] = left == up && left != down && up != right ? up : here;
            corner[1] = up == right && up != left && right != down ? right : here;
            corner[2 * width] =
                left == down && left != up && down != right ? left : here;
            corner[2 * width + 1] =
                down == right && down != left && right != up ? right : here;
        }
}

static void enlarge(const uint8_t *glyph, uint8_t big[BIG_WIDTH * BIG_HEIGHT])
{
    uint8_t a[BIG_WIDTH * BIG_HEIGHT], b[BIG_WIDTH * BIG_HEIGHT];

    for (size_t r = 0; r < VB_FONT_ROWS; r++)
        for (size_t c = 0; c < DOTS; c++)
            a[r * DOTS + c] = glyph[r] >> (DOTS - 1 - c) & 1;
    scale2x(a, DOTS, VB_FONT_ROWS, b);
    scale2x(b, 2 * DOTS, 2 * VB_FONT_ROWS, a);
    scale2x(a, 4 * DOTS, 4 * VB_FONT_ROWS, big);
}

/* Share of the pixel whose corner is (x, y) dots from the glyph's that is covered. */
static double coverage(const uint8_t big[], double x, double y, double dots_a_pixel)
{
    unsigned n = 0;

    for (int j = 0; j < SAMPLES; j++)
        for (int i = 0; i < SAMPLES; i++)
            n +=
                dot(big, BIG_WIDTH, BIG_HEIGHT,
                    lround(floor((x + (i + 0.5) / SAMPLES * dots_a_pixel) * ENLARGED)),
                    lround(floor((y + (j + 0.5) / SAMPLES * dots_a_pixel) * ENLARGED)));
    return (double)n / (SAMPLES * SAMPLES);
}

static void draw_glyph(vb_canvas *canvas, double x, double y, double scale,
                       vb_rgb colour, const uint8_t *glyph)
{
    uint8_t big[BIG_WIDTH * BIG_HEIGHT];
    const long left = lround(floor(x)), top = lround(floor(y));
    const long right = lround(ceil(x + DOTS * scale));
    const long bottom = lround(ceil(y + VB_FONT_ROWS * scale));

    enlarge(glyph, big);
    for (long j = top; j < bottom; j++)
        for (long i = left; i < right; i++) {
            const double share = coverage(big, ((double)i - x) / scale,
                                          ((double)j - y) / scale, 1 / scale);

            if (share > 0)
                vb_canvas_blend(canvas, i, j, colour, share);
        }
}

void vb_text_draw(vb_canvas *canvas, double x, double y, double scale, vb_rgb colour,
                  const char *utf8)
{
    for (const unsigned char *s = (const unsigned char *)utf8; *s;) {
        const uint8_t *glyph = vb_font_glyph(next_code(&s));
        size_t first;
        const size_t advance = ink(glyph, &first);

        draw_glyph(canvas, x - scale * (double)first, y, scale, colour, glyph);
        x += scale * (double)advance;
    }
}

char *vb_text_fit(const char *utf8, double scale, double width, char out[], size_t size)
{
    size_t n = strlen(utf8);

    snprintf(out, size, "%s", utf8);
    if (n < size && vb_text_width(out, scale) <= width)
        return out;
    for (n = n < size - 4 ? n : size - 4; n; n--) {
        if (((unsigned char)utf8[n] & 0xc0) == 0x80)
            continue; /* not inside a character */
        snprintf(out, size, "%.*s...", (int)n, utf8);
        if (vb_text_width(out, scale) <= width)
            break;
    }
    return out;
}
