/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_parts.c - colours, names of columns and colour bars of the design picture. */
#include "figure_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

const char *figure_kind_colour(vb_column_kind kind)
{
    static const char *const colours[] = {[VB_COLUMN_EVENT] = "#00796b",
                                          [VB_COLUMN_MODULATOR] = "#1f5fa8",
                                          [VB_COLUMN_CONFOUND] = "#b07d2b",
                                          [VB_COLUMN_DRIFT] = "#8d6e9b",
                                          [VB_COLUMN_CONSTANT] = "#9e9e9e"};

    return colours[kind];
}

const char *figure_kind_name(vb_column_kind kind)
{
    static const char *const names[] = {[VB_COLUMN_EVENT] = "event",
                                        [VB_COLUMN_MODULATOR] = "modulator",
                                        [VB_COLUMN_CONFOUND] = "confound",
                                        [VB_COLUMN_DRIFT] = "drift",
                                        [VB_COLUMN_CONSTANT] = "constant"};

    return names[kind];
}

/* White at 0 to the colour at 1. */
static void blend(double share, const unsigned char to[3], unsigned char rgb[3])
{
    for (int i = 0; i < 3; i++)
        rgb[i] = (unsigned char)lround(255 + share * (to[i] - 255));
}

void figure_matrix_colour(double v, unsigned char rgb[3])
{
    static const unsigned char black[3] = {26, 26, 26}, blue[3] = {33, 102, 172};

    blend(fmin(fabs(v), 1), v < 0 ? blue : black, rgb);
}

void figure_correlation_colour(double r, unsigned char rgb[3])
{
    static const unsigned char red[3] = {178, 24, 43}, blue[3] = {33, 102, 172};
    static const unsigned char none[3] = {224, 224, 224};

    if (isnan(r))
        memcpy(rgb, none, 3);
    else
        blend(fmin(fabs(r), 1), r < 0 ? blue : red, rgb);
}

char *figure_hex(const unsigned char rgb[3], char out[8])
{
    snprintf(out, 8, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
    return out;
}

static double longest(const figure *f, size_t n, const size_t columns[])
{
    double most = 0;

    for (size_t i = 0; i < n; i++) {
        char text[4 * FIGURE_LABEL_MAX + 8];

        vb_svg_shorten(f->design->columns[columns[i]].name, FIGURE_LABEL_MAX, text,
                       sizeof text);
        most = fmax(most, vb_svg_text_width(text, FIGURE_FONT));
    }
    return most;
}

double figure_label_height(const figure *f, size_t n, const size_t columns[])
{
    return longest(f, n, columns) * sin(FIGURE_SLANT * pi / 180) + FIGURE_FONT;
}

double figure_label_overhang(const figure *f, size_t n, const size_t columns[])
{
    return longest(f, n, columns) * cos(FIGURE_SLANT * pi / 180);
}

void figure_put_labels(const figure *f, size_t n, const size_t columns[], double x,
                       double y, double step)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = f->design->columns[columns[i]].name;
        const vb_svg_font font = {.size = step < 1.5 * FIGURE_FONT ? FIGURE_SMALL
                                                                   : FIGURE_FONT,
                                  .rotate_deg = -FIGURE_SLANT};
        char text[4 * FIGURE_LABEL_MAX + 8];

        vb_svg_shorten(name, FIGURE_LABEL_MAX, text, sizeof text);
        vb_svg_text_hint(f->svg, x + ((double)i + 0.5) * step + 4, y, &font, text,
                         name);
    }
}

vb_status figure_put_bar(const figure *f, double x, double y, double width,
                         void (*colour)(double, unsigned char[3]),
                         const char *const words[3])
{
    enum { STEPS = 101, HEIGHT = 10 };
    unsigned char pixels[STEPS * 3];
    vb_status status;

    for (int i = 0; i < STEPS; i++)
        colour(2.0 * i / (STEPS - 1) - 1, pixels + 3 * i);
    status = vb_svg_image(f->svg, x, y, width, HEIGHT, STEPS, 1, pixels, f->err);
    vb_svg_rect(f->svg, x, y, width, HEIGHT, &(vb_svg_style){.stroke = "#999999"});
    for (int i = 0; i < 3; i++)
        vb_svg_text(f->svg, x + i * width / 2, y + HEIGHT + 14,
                    &(vb_svg_font){.size = FIGURE_SMALL, .anchor = VB_SVG_MIDDLE},
                    words[i]);
    return status;
}
