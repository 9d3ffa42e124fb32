/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg.c - drawing as SVG text. */
#include "svg.h"
#include "png.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char ink[] = "#333333";
static const double letter_width = 0.56; /* of the size; Helvetica's mean over names */
enum { TICK = 4, AXIS_FONT = 11 };

/* Hundredths of a pixel suffice, and keep files small. */
static void put(vb_buffer *out, double x)
{
    char text[48];
    size_t n = (size_t)snprintf(text, sizeof text, "%.2f", isfinite(x) ? x : 0);

    while (n && text[n - 1] == '0')
        n--;
    if (n && text[n - 1] == '.')
        n--;
    text[n] = '\0';
    vb_put_text(out, strcmp(text, "-0") == 0 ? "0" : text);
}

static void put_attribute(vb_buffer *out, const char *name, double x)
{
    vb_putf(out, " %s=\"", name);
    put(out, x);
    vb_put_char(out, '"');
}

/* Bytes of the UTF-8 character at s, 0 when it is none or not allowed in XML. */
static size_t character(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    const size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;

    if (p[0] < 0x20 || p[0] == 0x7f || (p[0] >= 0x80 && p[0] < 0xC2) || p[0] > 0xF4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) ||
        (p[0] == 0xED && p[1] > 0x9F) || /* surrogates */
        (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F) ||
        (p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE))
        return 0;
    return n;
}

void vb_svg_escape(vb_buffer *out, const char *text)
{
    while (*text) {
        const size_t n = character(text);

        if (!n)
            vb_put_text(out, "\xef\xbf\xbd"); /* the replacement character */
        else if (*text == '&')
            vb_put_text(out, "&amp;");
        else if (*text == '<')
            vb_put_text(out, "&lt;");
        else if (*text == '>')
            vb_put_text(out, "&gt;");
        else if (*text == '"')
            vb_put_text(out, "&quot;");
        else
            vb_put(out, text, n);
        text += n ? n : 1;
    }
}

static size_t count_characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

double vb_svg_text_width(const char *utf8, double size)
{
    return letter_width * size * (double)count_characters(utf8);
}

/* The byte where character n of s begins, or its end. */
static size_t character_start(const char *s, size_t n)
{
    size_t i = 0;

    for (; s[i]; i++)
        if (((unsigned char)s[i] & 0xC0) != 0x80 && n-- == 0)
            break;
    return i;
}

char *vb_svg_shorten(const char *utf8, size_t max, char out[], size_t size)
{
    static const char dots[] = "\xe2\x80\xa6";
    const size_t n = count_characters(utf8), tail = max / 3;
    const size_t head_end = character_start(utf8, max - tail - 1);
    const size_t tail_start = character_start(utf8, n > tail ? n - tail : 0);

    if (n <= max || head_end + sizeof dots + strlen(utf8 + tail_start) > size)
        snprintf(out, size, "%s", utf8);
    else
        snprintf(out, size, "%.*s%s%s", (int)head_end, utf8, dots, utf8 + tail_start);
    return out;
}

void vb_svg_open(vb_buffer *out, double width, double height, const char *title,
                 const char *description)
{
    vb_put_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    put_attribute(out, "width", width);
    put_attribute(out, "height", height);
    vb_put_text(out, " viewBox=\"0 0 ");
    put(out, width);
    vb_put_char(out, ' ');
    put(out, height);
    vb_put_text(out,
                "\" font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', "
                "sans-serif\">\n<title>");
    vb_svg_escape(out, title);
    vb_put_text(out, "</title>\n<desc>");
    vb_svg_escape(out, description);
    vb_put_text(out, "</desc>\n");
    vb_svg_rect(out, 0, 0, width, height, &(vb_svg_style){.fill = "#ffffff"});
}

void vb_svg_close(vb_buffer *out)
{
    vb_put_text(out, "</svg>\n");
}

void vb_svg_group(vb_buffer *out, double x, double y)
{
    vb_put_text(out, "<g transform=\"translate(");
    put(out, x);
    vb_put_char(out, ' ');
    put(out, y);
    vb_put_text(out, ")\">\n");
}

void vb_svg_ungroup(vb_buffer *out)
{
    vb_put_text(out, "</g>\n");
}

static void put_style(vb_buffer *out, const vb_svg_style *style)
{
    vb_putf(out, " fill=\"%s\"", style->fill ? style->fill : "none");
    if (style->stroke) {
        vb_putf(out, " stroke=\"%s\"", style->stroke);
        if (style->width > 0)
            put_attribute(out, "stroke-width", style->width);
    }
    if (style->opacity > 0)
        put_attribute(out, "opacity", style->opacity);
}

void vb_svg_text_hint(vb_buffer *out, double x, double y, const vb_svg_font *font,
                      const char *text, const char *hint)
{
    static const char *const anchors[] = {"start", "middle", "end"};

    vb_put_text(out, "<text");
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    put_attribute(out, "font-size", font->size);
    vb_putf(out, " fill=\"%s\"", font->fill ? font->fill : ink);
    if (font->anchor != VB_SVG_START)
        vb_putf(out, " text-anchor=\"%s\"", anchors[font->anchor]);
    if (font->bold)
        vb_put_text(out, " font-weight=\"bold\"");
    if (font->rotate_deg != 0) {
        vb_put_text(out, " transform=\"rotate(");
        put(out, font->rotate_deg);
        vb_put_char(out, ' ');
        put(out, x);
        vb_put_char(out, ' ');
        put(out, y);
        vb_put_text(out, ")\"");
    }
    vb_put_char(out, '>');
    vb_svg_escape(out, text);
    if (hint && strcmp(hint, text) != 0) {
        vb_put_text(out, "<title>");
        vb_svg_escape(out, hint);
        vb_put_text(out, "</title>");
    }
    vb_put_text(out, "</text>\n");
}

void vb_svg_text(vb_buffer *out, double x, double y, const vb_svg_font *font,
                 const char *text)
{
    vb_svg_text_hint(out, x, y, font, text, NULL);
}

void vb_svg_rect(vb_buffer *out, double x, double y, double width, double height,
                 const vb_svg_style *style)
{
    vb_put_text(out, "<rect");
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    put_attribute(out, "width", width);
    put_attribute(out, "height", height);
    put_style(out, style);
    vb_put_text(out, "/>\n");
}

void vb_svg_line(vb_buffer *out, double x1, double y1, double x2, double y2,
                 const vb_svg_style *style)
{
    vb_put_text(out, "<line");
    put_attribute(out, "x1", x1);
    put_attribute(out, "y1", y1);
    put_attribute(out, "x2", x2);
    put_attribute(out, "y2", y2);
    put_style(out, style);
    vb_put_text(out, "/>\n");
}

void vb_svg_polyline(vb_buffer *out, size_t n, const double x[], const double y[],
                     const vb_svg_style *style)
{
    bool pen = false;

    vb_put_text(out, "<path d=\"");
    for (size_t i = 0; i < n; i++) {
        const bool there = isfinite(x[i]) && isfinite(y[i]);

        if (there) {
            vb_put_char(out, pen ? 'L' : 'M');
            put(out, x[i]);
            vb_put_char(out, ' ');
            put(out, y[i]);
        }
        pen = there;
    }
    vb_put_char(out, '"');
    put_style(out, style);
    vb_put_text(out, " stroke-linejoin=\"round\"/>\n");
}

vb_status vb_svg_image(vb_buffer *out, double x, double y, double width, double height,
                       size_t cols, size_t rows, const unsigned char pixels[],
                       vb_error *err)
{
    vb_buffer png = {0};
    const vb_status status = vb_png_put(&png, cols, rows, pixels, err);

    if (status == VB_OK) {
        vb_put_text(out, "<image");
        put_attribute(out, "x", x);
        put_attribute(out, "y", y);
        put_attribute(out, "width", width);
        put_attribute(out, "height", height);
        vb_put_text(out,
                    " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" "
                    "href=\"data:image/png;base64,");
        vb_base64_put(out, png.bytes, png.n);
        vb_put_text(out, "\"/>\n");
    }
    vb_buffer_free(&png);
    return status;
}

double vb_svg_at(const vb_svg_scale *s, double x)
{
    if (s->to == s->from)
        return s->pixel0;
    return s->pixel0 + (x - s->from) / (s->to - s->from) * (s->pixel1 - s->pixel0);
}

double vb_svg_step(double range, size_t n)
{
    double step;

    if (!(range > 0) || !isfinite(range) || !n)
        return 1;
    step = pow(10, floor(log10(range / (double)n)));
    while (range / step > (double)n) {
        if (range / (2 * step) <= (double)n)
            return 2 * step;
        if (range / (5 * step) <= (double)n)
            return 5 * step;
        step *= 10;
    }
    return step;
}

static void put_tick(vb_buffer *out, double p, double at, vb_svg_side side,
                     double value)
{
    const bool across = side == VB_SVG_BELOW || side == VB_SVG_ABOVE;
    const double outwards = side == VB_SVG_BELOW || side == VB_SVG_RIGHT ? 1 : -1;
    const vb_svg_style line = {.stroke = ink};
    vb_svg_font font = {.size = AXIS_FONT};
    char text[32];

    snprintf(text, sizeof text, "%.6g", value);
    if (across) {
        font.anchor = VB_SVG_MIDDLE;
        vb_svg_line(out, p, at, p, at + outwards * TICK, &line);
        vb_svg_text(out, p, at + outwards * (TICK + 4) + (outwards > 0 ? 8 : 0), &font,
                    text);
    } else {
        font.anchor = outwards > 0 ? VB_SVG_START : VB_SVG_END;
        vb_svg_line(out, at, p, at + outwards * TICK, p, &line);
        vb_svg_text(out, at + outwards * (TICK + 4), p + 4, &font, text);
    }
}

void vb_svg_axis(vb_buffer *out, const vb_svg_scale *scale, double at, vb_svg_side side,
                 size_t n_ticks, const char *name)
{
    const bool across = side == VB_SVG_BELOW || side == VB_SVG_ABOVE;
    const double outwards = side == VB_SVG_BELOW || side == VB_SVG_RIGHT ? 1 : -1;
    const double low = fmin(scale->from, scale->to),
                 high = fmax(scale->from, scale->to);
    const double step = vb_svg_step(high - low, n_ticks);
    const double middle = (scale->pixel0 + scale->pixel1) / 2;
    const vb_svg_style line = {.stroke = ink};
    const vb_svg_font font = {.size = AXIS_FONT + 1,
                              .anchor = VB_SVG_MIDDLE,
                              .rotate_deg = across ? 0 : -90};

    if (across)
        vb_svg_line(out, scale->pixel0, at, scale->pixel1, at, &line);
    else
        vb_svg_line(out, at, scale->pixel0, at, scale->pixel1, &line);
    for (double i = ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
        put_tick(out, vb_svg_at(scale, i * step), at, side, i * step + 0.0); /* no -0 */
    if (!name)
        return;
    if (across)
        vb_svg_text(out, middle, at + outwards * 30 + (outwards > 0 ? 4 : 0), &font,
                    name);
    else
        vb_svg_text(out, at + outwards * 38 + (outwards > 0 ? 8 : 0), middle, &font,
                    name);
}
