/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mosaics: the PNG is unpacked with zlib and its pixels are looked at where the geometry
 * puts a voxel (PNG specification: signature, IHDR, IDAT, filter "up").
 */
#include "report/canvas.h"
#include "support.h"
#include "valuebold/mosaic.h"

#include <zlib.h>

enum { N = 21, N_VOX = N * N * N, MARGIN = 14, BAND = 19 };

static double values[N_VOX], greys[N_VOX];
static uint8_t mask[N_VOX];

static size_t at(size_t i, size_t j, size_t k)
{
    return i + N * (j + N * k);
}

/* 21 voxels of 2 mm along each axis, the middle one at 0 mm. */
static vb_mosaic cube(void)
{
    vb_mosaic m = {.dim = {N, N, N},
                   .affine = {{2, 0, 0, -20}, {0, 2, 0, -20}, {0, 0, 2, -20}},
                   .background = greys,
                   .values = values,
                   .mask = mask,
                   .threshold = 3,
                   .maximum = 6,
                   .n_slices = 1,
                   .width_px = 400};

    for (size_t v = 0; v < N_VOX; v++) {
        values[v] = 0;
        greys[v] = 100;
        mask[v] = 1;
    }
    return m;
}

typedef struct picture {
    size_t width, height;
    unsigned char *pixels;
} picture;

static uint32_t word(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static picture unpack(const vb_buffer *png)
{
    const unsigned char *p = (const unsigned char *)png->bytes;
    picture out = {0};
    unsigned char *raw;
    uLongf n;

    cr_assert_eq(memcmp(p, "\x89PNG\r\n\x1a\n", 8), 0);
    cr_assert_eq(memcmp(p + 12, "IHDR", 4), 0);
    out.width = word(p + 16);
    out.height = word(p + 20);
    cr_assert_eq(memcmp(p + 24, "\x08\x02\0\0\0", 5), 0, "8-bit RGB");
    cr_assert_eq(word(p + 29), crc32(0, p + 12, 17));
    cr_assert_eq(memcmp(p + 37, "IDAT", 4), 0);
    n = out.height * (3 * out.width + 1);
    raw = malloc(n);
    out.pixels = malloc(n);
    cr_assert(raw && out.pixels);
    cr_assert_eq(uncompress(raw, &n, p + 41, word(p + 33)), Z_OK);
    cr_assert_eq(n, out.height * (3 * out.width + 1));
    for (size_t y = 0; y < out.height; y++) {
        const unsigned char *line = raw + y * (3 * out.width + 1);
        unsigned char *to = out.pixels + y * 3 * out.width;

        cr_assert_eq(line[0], 2);
        for (size_t i = 0; i < 3 * out.width; i++)
            to[i] = (unsigned char)(line[i + 1] + (y ? to[i - 3 * out.width] : 0));
    }
    free(raw);
    return out;
}

static picture draw(const vb_mosaic *m)
{
    vb_buffer png = {0};
    vb_error err = {0};
    picture out;

    cr_assert_eq(vb_mosaic_png(m, &png, &err), VB_OK, "%s", err.text);
    out = unpack(&png);
    vb_buffer_free(&png);
    return out;
}

/* Pixel of a place in mm on the only slice: 48 mm (42 and a border of 3 on each side) over
 * 400 - 3 * 14 - 96 = 262 pixels, 0 mm in the middle. */
static const unsigned char *pixel(const picture *p, double right_mm, double up_mm)
{
    const double scale = 262 / 48.0;
    const size_t x = (size_t)(MARGIN + 131 + right_mm * scale);
    const size_t y = (size_t)(MARGIN + BAND + 131 - up_mm * scale);

    cr_assert(x < p->width && y < p->height);
    return p->pixels + 3 * (y * p->width + x);
}

static bool is_grey(const unsigned char *p)
{
    return p[0] == p[1] && p[1] == p[2];
}

Test(mosaic, values_are_where_their_mm_are)
{
    vb_mosaic m = cube();
    picture p;

    values[at(15, 10, 10)] = 6;  /* x 10, y 0, z 0: right */
    values[at(10, 17, 10)] = -6; /* y 14: front, above */
    values[at(10, 10, 11)] = 6;  /* z 2: another slice */
    p = draw(&m);
    cr_expect(pixel(&p, 10, 0)[0] > 240 && pixel(&p, 10, 0)[1] > 230 &&
                  pixel(&p, 10, 0)[2] < 180,
              "pale yellow");
    cr_expect(pixel(&p, 0, 14)[2] > 240 && pixel(&p, 0, 14)[0] < 180, "pale blue");
    cr_expect(is_grey(pixel(&p, -10, 0)) && is_grey(pixel(&p, 0, -14)) &&
              is_grey(pixel(&p, 0, 0)));
    free(p.pixels);
    m.plane = VB_SAGITTAL; /* x 0: y to the right, z up */
    p = draw(&m);
    cr_expect(pixel(&p, 14, 0)[2] > 240 && pixel(&p, 14, 0)[0] < 180);
    cr_expect(pixel(&p, 0, 2)[0] > 240 && is_grey(pixel(&p, 10, 0)));
    free(p.pixels);
    m.plane = VB_CORONAL; /* y 0: x to the right, z up */
    p = draw(&m);
    cr_expect(pixel(&p, 10, 0)[0] > 240 && pixel(&p, 0, 2)[0] > 240);
    cr_expect(is_grey(pixel(&p, -10, 0)));
    free(p.pixels);
}

Test(mosaic, the_order_of_storage_does_not_show)
{
    vb_mosaic m = cube();
    vb_buffer a = {0}, b = {0};

    for (size_t v = 0; v < N_VOX; v++) {
        values[v] = 5 * sin(0.01 * (double)v);
        greys[v] = 100 + 50 * cos(0.02 * (double)v);
    }
    m.n_slices = 6;
    m.title = "a map";
    cr_assert_eq(vb_mosaic_png(&m, &a, NULL), VB_OK);
    for (size_t v = 0; v < N_VOX; v += N) /* x from right to left, as SPM stores it */
        for (size_t i = 0; i < N / 2; i++) {
            const double value = values[v + i], grey = greys[v + i];

            values[v + i] = values[v + N - 1 - i];
            values[v + N - 1 - i] = value;
            greys[v + i] = greys[v + N - 1 - i];
            greys[v + N - 1 - i] = grey;
        }
    m.affine[0][0] = -2;
    m.affine[0][3] = 20;
    cr_assert_eq(vb_mosaic_png(&m, &b, NULL), VB_OK);
    cr_expect(a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0);
    vb_buffer_free(&b);
    cr_assert_eq(vb_mosaic_png(&m, &b, NULL), VB_OK);
    cr_expect(a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0, "and it is repeatable");
    vb_buffer_free(&a);
    vb_buffer_free(&b);
}

/* Opacity 0.85 (value / threshold)^2 below, 1 above; colour at the threshold (178, 10, 28). */
Test(mosaic, values_below_the_threshold_are_faded_not_hidden)
{
    vb_mosaic m = cube();
    picture p;
    double half, most;

    values[at(15, 10, 10)] = 1.5;
    values[at(5, 10, 10)] = 2.999;
    values[at(10, 15, 10)] = 3;
    values[at(10, 5, 10)] = 0.1;
    values[at(5, 5, 10)] = NAN;
    p = draw(&m);
    half = pixel(&p, 10, 0)[0] - pixel(&p, 10, 0)[1];
    most = pixel(&p, -10, 0)[0] - pixel(&p, -10, 0)[1];
    cr_expect(fabs(half - 0.85 / 4 * 168) <= 4, "%g: steps of 4", half);
    cr_expect(fabs(most - 0.85 * 168) <= 4, "%g", most);
    cr_expect_eq(pixel(&p, 0, 10)[0], 176);
    cr_expect_eq(pixel(&p, 0, 10)[1], 8);
    cr_expect(is_grey(pixel(&p, 0, -10)) && is_grey(pixel(&p, -10, -10)));
    /* the outline: black just outside the voxel at the threshold, 2 mm wide */
    cr_expect_eq(pixel(&p, 1.05, 10)[0], 0);
    cr_expect(pixel(&p, -11.05, 0)[0] > 50, "none around what is below");
    free(p.pixels);
}

Test(mosaic, one_sided_maps_colour_one_side)
{
    vb_mosaic m = cube();
    picture p;

    values[at(15, 10, 10)] = -6;
    values[at(5, 10, 10)] = 6;
    m.positive_only = true;
    p = draw(&m);
    cr_expect(is_grey(pixel(&p, 10, 0)) && pixel(&p, -10, 0)[0] > 240);
    free(p.pixels);
}

Test(mosaic, masks_and_missing_backgrounds)
{
    vb_mosaic m = cube();
    picture p;

    for (size_t v = 0; v < N_VOX; v++)
        values[v] = 6;
    mask[at(15, 10, 10)] = 0;
    greys[at(15, 10, 10)] = NAN;
    p = draw(&m);
    cr_expect(is_grey(pixel(&p, 10, 0)) && pixel(&p, 6, 0)[0] > 240);
    free(p.pixels);
    m.background = NULL;
    m.mask = NULL;
    m.maximum = 0;
    m.threshold = 0;
    p = draw(&m);
    cr_expect(pixel(&p, 10, 0)[0] > 240);
    cr_expect(is_grey(pixel(&p, 23, 0)) && pixel(&p, 23, 0)[0] < 100, "the border");
    free(p.pixels);
}

Test(mosaic, titles_labels_and_rows_take_their_room)
{
    vb_mosaic m = cube();
    picture bare, full;
    size_t dark = 0;

    m.n_slices = 5;
    m.n_columns = 3;
    bare = draw(&m);
    m.title = "sv_difference \xe2\x88\x92 effort with a name that is much too long to "
              "be shown";
    m.caption = "t(113)";
    m.unit = "t(113)";
    full = draw(&m);
    cr_expect_eq(bare.width, 400u);
    /* title: 2.4 * 9 + 8, caption: 1.6 * 9 + 8 */
    cr_expect_eq(full.height - bare.height, 30u + 22u);
    for (size_t x = 0; x < 400; x++)
        for (size_t y = 0; y < 30; y++)
            dark += full.pixels[3 * (y * 400 + x)] < 100;
    cr_expect(dark > 300 && dark < 4000, "%zu dark pixels of the title", dark);
    for (size_t y = 0; y < 30; y++) /* cut to fit: the margin stays white */
        for (size_t x = 400 - MARGIN; x < 400; x++)
            cr_expect_eq(full.pixels[3 * (y * 400 + x)], 255);
    free(bare.pixels);
    free(full.pixels);
}

Test(mosaic, oblique_and_empty_maps_are_drawn)
{
    vb_mosaic m = cube();
    const double c = cos(0.4), s = sin(0.4);
    vb_buffer png = {0};

    m.affine[0][0] = m.affine[1][1] = 2 * c;
    m.affine[0][1] = -2 * s;
    m.affine[1][0] = 2 * s;
    m.threshold = m.maximum = 0;
    m.n_slices = 0;
    m.width_px = 0;
    for (size_t v = 0; v < N_VOX; v++)
        greys[v] = NAN;
    cr_expect_eq(vb_mosaic_png(&m, &png, NULL), VB_OK);
    vb_buffer_free(&png);
}

Test(mosaic, what_cannot_be_drawn_is_refused)
{
    vb_mosaic m = cube();
    vb_buffer png = {0};
    vb_error err = {0};

    m.maximum = 2;
    cr_expect_eq(vb_mosaic_png(&m, &png, &err), VB_EDOM);
    cr_expect_str_eq(err.text,
                     "mosaic: threshold 3 and maximum 2, expected finite numbers "
                     "from 0 on, the maximum larger (0: made from the values)");
    m = cube();
    m.width_px = 20;
    cr_expect_eq(vb_mosaic_png(&m, &png, &err), VB_EDOM);
    cr_expect_str_eq(err.text, "mosaic: 20 pixels wide, expected 300 to 8000");
    m = cube();
    m.n_slices = m.n_columns = 12;
    cr_expect_eq(vb_mosaic_png(&m, &png, &err), VB_EDOM);
    cr_expect_str_eq(err.text,
                     "mosaic: 12 columns of slices do not fit into 400 pixels, at "
                     "most 6 do");
    m.n_slices = 1000;
    cr_expect_eq(vb_mosaic_png(&m, &png, &err), VB_EDOM);
    m = cube();
    m.affine[1][1] = 0;
    cr_expect_eq(vb_mosaic_png(&m, &png, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "mosaic: the affine of the map is singular");
    m = cube();
    memset(mask, 0, sizeof mask);
    cr_expect_eq(vb_mosaic_png(&m, &png, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "mosaic: no voxel is in the mask");
    cr_expect_eq(png.n, 0u);
}

Test(mosaic, text_knows_its_width_and_how_to_be_shorter)
{
    char out[64];

    cr_expect_eq(vb_text_width("", 2), 0);
    /* an I has 3 columns of ink, a blank 3 of none, one column between characters */
    cr_expect_eq(vb_text_width("I", 2), 6);
    cr_expect_eq(vb_text_width("I I", 2), 2 * (3 + 1 + 3 + 3));
    cr_expect_eq(vb_text_width("\xe2\x88\x92", 1), vb_text_width("-", 1));
    cr_expect_str_eq(vb_text_fit("abc", 1, 100, out, sizeof out), "abc");
    cr_expect_str_eq(vb_text_fit("aaaaaaaaaaaaaaaaaaaa", 1, 40, out, sizeof out),
                     "aaaaa...");
    vb_text_fit("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 1, 24, out,
                sizeof out);
    cr_expect_str_eq(out, "\xc3\xa9\xc3\xa9...");
}
