/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_residuals.c - correlations and spectra of residuals, before and after whitening. */
#include "svg.h"
#include "valuebold/figure_glm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 24,
    TITLE = 18,
    FONT = 12,
    LINE = 17,
    LINE_LENGTH = 116, /* characters of the sentence in a line */
    PANEL_WIDTH = 330,
    PANEL_HEIGHT = 220,
    LEFT = 62,
    GAP = 96,
    WIDTH = 2 * MARGIN + 2 * LEFT + 2 * PANEL_WIDTH + GAP - LEFT,
};

static const char *const raw_colour = "#b0764a";
static const char *const white_colour = "#1f5fa8";
static const char *const grey = "#8a8a8a";

/* The sentence in lines, broken at blanks; y of the next line. */
static double put_sentence(vb_buffer *svg, const char *text, double y)
{
    char line[LINE_LENGTH + 1];

    while (*text) {
        size_t n = strlen(text);

        if (n > LINE_LENGTH) {
            n = LINE_LENGTH;
            while (n && text[n] != ' ')
                n--;
            n = n ? n : LINE_LENGTH;
        }
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        vb_svg_text(svg, MARGIN, y, &(vb_svg_font){.size = FONT, .fill = "#555555"},
                    line);
        y += LINE;
        text += n;
        text += *text == ' ';
    }
    return y;
}

static void put_legend(vb_buffer *svg, double x, double y, const char *colour,
                       const char *text)
{
    vb_svg_rect(svg, x, y - 9, 12, 10, &(vb_svg_style){.fill = colour});
    vb_svg_text(svg, x + 17, y, &(vb_svg_font){.size = FONT}, text);
}

static void put_lags(vb_buffer *svg, const vb_residual_summary *s, double x, double y)
{
    enum { BAR = 30, STEP = PANEL_WIDTH / VB_RESIDUAL_LAGS };
    double low = -0.1, high = 0.3;
    vb_svg_scale scale;

    for (size_t i = 0; i < VB_RESIDUAL_LAGS; i++) {
        high = fmax(high, fmax(s->lag[i], s->white_lag[i]) + 0.05);
        low = fmin(low, fmin(s->lag[i], s->white_lag[i]) - 0.05);
    }
    scale = (vb_svg_scale){low, high, y + PANEL_HEIGHT, y};
    vb_svg_text(svg, x, y - 14, &(vb_svg_font){.size = FONT + 1, .bold = true},
                "Correlation with earlier scans");
    vb_svg_axis(svg, &scale, x, VB_SVG_LEFT, 6, "mean correlation");
    vb_svg_line(svg, x, vb_svg_at(&scale, 0), x + PANEL_WIDTH, vb_svg_at(&scale, 0),
                &(vb_svg_style){.stroke = grey});
    for (size_t i = 0; i < VB_RESIDUAL_LAGS; i++) {
        const double middle = x + STEP * ((double)i + 0.5), zero = vb_svg_at(&scale, 0);
        const double raw = vb_svg_at(&scale, s->lag[i]);
        const double white = vb_svg_at(&scale, s->white_lag[i]);
        const double expected = vb_svg_at(&scale, s->expected_lag[i]);
        char name[32];

        vb_svg_rect(svg, middle - BAR - 2, fmin(raw, zero), BAR, fabs(raw - zero),
                    &(vb_svg_style){.fill = raw_colour});
        snprintf(name, sizeof name, "lag %zu", i + 1);
        vb_svg_text(svg, middle, y + PANEL_HEIGHT + 20,
                    &(vb_svg_font){.size = FONT, .anchor = VB_SVG_MIDDLE}, name);
        if (!s->is_white_known)
            continue;
        vb_svg_rect(svg, middle + 2, fmin(white, zero), BAR, fabs(white - zero),
                    &(vb_svg_style){.fill = white_colour});
        vb_svg_line(svg, middle, expected, middle + BAR + 4, expected,
                    &(vb_svg_style){.stroke = "#111111", .width = 2});
    }
}

static void put_curve(vb_buffer *svg, const double spectrum[], const char *colour,
                      const vb_svg_scale *f, const vb_svg_scale *power, double highest)
{
    double px[VB_RESIDUAL_FREQUENCIES], py[VB_RESIDUAL_FREQUENCIES];

    for (size_t i = 0; i < VB_RESIDUAL_FREQUENCIES; i++) {
        px[i] = vb_svg_at(f, highest * (double)i / (VB_RESIDUAL_FREQUENCIES - 1));
        py[i] = vb_svg_at(power, spectrum[i]);
    }
    vb_svg_polyline(svg, VB_RESIDUAL_FREQUENCIES, px, py,
                    &(vb_svg_style){.stroke = colour, .width = 2});
}

static void put_spectra(vb_buffer *svg, const vb_residual_summary *s, double tr_s,
                        double x, double y)
{
    const bool hertz = tr_s > 0;
    const double highest = hertz ? 0.5 / tr_s : 0.5;
    const vb_svg_scale f = {0, highest, x, x + PANEL_WIDTH};
    vb_svg_scale power = {0, 1.5, y + PANEL_HEIGHT, y};

    for (size_t i = 0; i < VB_RESIDUAL_FREQUENCIES; i++)
        power.to = fmax(power.to, fmax(s->spectrum[i], s->white_spectrum[i]) * 1.05);
    vb_svg_text(svg, x, y - 14, &(vb_svg_font){.size = FONT + 1, .bold = true},
                "Mean spectrum");
    vb_svg_axis(svg, &power, x, VB_SVG_LEFT, 6, "power (white noise: 1)");
    vb_svg_axis(svg, &f, y + PANEL_HEIGHT, VB_SVG_BELOW, 6,
                hertz ? "frequency (Hz)" : "frequency (cycles a scan)");
    vb_svg_line(svg, x, vb_svg_at(&power, 1), x + PANEL_WIDTH, vb_svg_at(&power, 1),
                &(vb_svg_style){.stroke = grey});
    put_curve(svg, s->spectrum, raw_colour, &f, &power, highest);
    if (s->is_white_known)
        put_curve(svg, s->white_spectrum, white_colour, &f, &power, highest);
}

vb_status vb_figure_residuals(const vb_residual_summary *s, double tr_s,
                              const char *title, const char *sentence, vb_buffer *svg,
                              vb_error *err)
{
    const size_t n_lines = strlen(sentence) / (LINE_LENGTH - 20) + 1;
    const double top = 58 + LINE * (double)n_lines + 26;
    const double bottom = top + PANEL_HEIGHT;

    vb_svg_open(svg, WIDTH, bottom + 84, title, sentence);
    vb_svg_text(svg, MARGIN, 32, &(vb_svg_font){.size = TITLE, .bold = true}, title);
    put_sentence(svg, sentence, 56);
    if (s->n_voxels) {
        put_lags(svg, s, MARGIN + LEFT, top);
        put_spectra(svg, s, tr_s, MARGIN + LEFT + PANEL_WIDTH + GAP, top);
    }
    put_legend(svg, MARGIN + LEFT, bottom + 66, raw_colour, "residuals");
    if (s->is_white_known) {
        put_legend(svg, MARGIN + LEFT + 110, bottom + 66, white_colour,
                   "made white with the model");
        vb_svg_line(svg, MARGIN + LEFT + 320, bottom + 62, MARGIN + LEFT + 340,
                    bottom + 62, &(vb_svg_style){.stroke = "#111111", .width = 2});
        vb_svg_text(svg, MARGIN + LEFT + 347, bottom + 66, &(vb_svg_font){.size = FONT},
                    "what they would have were the model right");
    }
    vb_svg_close(svg);
    return vb_buffer_ok(svg, err);
}
