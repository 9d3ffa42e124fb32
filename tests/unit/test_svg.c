/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing as SVG, and PNG images inside it. */
#include "report/png.h"
#include "report/svg.h"
#include "xml_check.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <zlib.h>

Test(svg, text_is_escaped_and_made_valid)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {{"<script>alert('1')&\"</script>",
                  "&lt;script&gt;alert('1')&amp;&quot;&lt;/script&gt;"},
                 {"M\xc3\xbche \xe2\x82\xac", "M\xc3\xbche \xe2\x82\xac"},
                 {"a\x1b[2Jb\n", "a\xef\xbf\xbd[2Jb\xef\xbf\xbd"},
                 {"\xff|\xc3|\xed\xa0\x80|\xef\xbf\xbf|",
                  "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_buffer out = {0};

        vb_svg_escape(&out, cases[i].text);
        cr_expect_str_eq(out.bytes, cases[i].expected);
        vb_buffer_free(&out);
    }
}

Test(svg, long_names_lose_their_middle_and_no_half_characters)
{
    char out[128];

    cr_expect_str_eq(vb_svg_shorten("task*sv", 12, out, sizeof out), "task*sv");
    cr_expect_str_eq(vb_svg_shorten("abcdefghijklmnopq", 12, out, sizeof out),
                     "abcdefg\xe2\x80\xa6nopq");
    cr_expect_str_eq(vb_svg_shorten("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9", 4, out,
                                    sizeof out),
                     "\xc3\xa4\xc3\xb6\xe2\x80\xa6\xc3\xa9");
}

Test(svg, steps_are_round_and_few_enough)
{
    static const struct {
        double range;
        size_t n;
        double step;
    } cases[] = {{300, 10, 50},   {600, 12, 50}, {1, 4, 0.5},   {7, 10, 1},
                 {0.03, 3, 0.01}, {100, 10, 10}, {101, 10, 20}, {0, 10, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_float_eq(vb_svg_step(cases[i].range, cases[i].n), cases[i].step,
                           1e-12 * cases[i].step, "%g / %zu: %g", cases[i].range,
                           cases[i].n, vb_svg_step(cases[i].range, cases[i].n));
    cr_expect_eq(vb_svg_step((double)INFINITY, 5), 1);
}

Test(svg, an_axis_marks_both_ends_and_never_writes_minus_zero)
{
    vb_buffer out = {0};
    const vb_svg_scale scale = {0, 300, 10, 310};

    vb_svg_axis(&out, &scale, 50, VB_SVG_LEFT, 10, "scan");
    cr_expect(strstr(out.bytes, ">0</text>") && strstr(out.bytes, ">300</text>"));
    cr_expect_not(strstr(out.bytes, ">-0<") != NULL);
    cr_expect_null(xml_fault(out.bytes));
    vb_buffer_free(&out);
}

Test(svg, a_curve_breaks_where_values_are_missing)
{
    vb_buffer out = {0};
    const double x[] = {0, 1, 2, 3, 4}, y[] = {1, 2.126, NAN, 0.5, INFINITY};

    vb_svg_polyline(&out, 5, x, y, &(vb_svg_style){.stroke = "#000"});
    cr_expect(strstr(out.bytes, "d=\"M0 1L1 2.13M3 0.5\""), "%s", out.bytes);
    vb_buffer_free(&out);
}

Test(svg, base64_follows_rfc_4648)
{
    /* test vectors of RFC 4648, section 10 */
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"foobar", "Zm9vYmFy"}};

    for (size_t i = 0; i < 6; i++) {
        vb_buffer out = {0};

        vb_base64_put(&out, cases[i][0], strlen(cases[i][0]));
        cr_expect_str_eq(out.bytes ? out.bytes : "", cases[i][1]);
        vb_buffer_free(&out);
    }
}

static uint32_t word(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Decoded by hand: chunks with their check sums, then the pixels through zlib. */
Test(svg, png_holds_the_pixels_it_was_given)
{
    static const unsigned char pixels[2 * 3 * 3] = {0,  1,  2,  3,  4,  5,  6,  7,  8,
                                                    90, 91, 92, 93, 94, 95, 96, 97, 98};
    vb_buffer out = {0};
    unsigned char raw[2 * 10];
    uLongf n = sizeof raw;
    const unsigned char *p;
    static const char *const types[] = {"IHDR", "IDAT", "IEND"};

    cr_assert_eq(vb_png_put(&out, 3, 2, pixels, NULL), VB_OK);
    p = (const unsigned char *)out.bytes;
    cr_expect_eq(memcmp(p, "\x89PNG\r\n\x1a\n", 8), 0);
    p += 8;
    for (size_t i = 0; i < 3; i++) {
        const uint32_t size = word(p);

        cr_assert_eq(memcmp(p + 4, types[i], 4), 0);
        cr_expect_eq(word(p + 8 + size), crc32(crc32(0, NULL, 0), p + 4, size + 4));
        if (i == 0)
            cr_expect(word(p + 8) == 3 && word(p + 12) == 2 && p[16] == 8 &&
                      p[17] == 2);
        if (i == 1)
            cr_expect_eq(uncompress(raw, &n, p + 8, size), Z_OK);
        p += 12 + size;
    }
    cr_expect_eq(p, (const unsigned char *)out.bytes + out.n);
    cr_assert_eq(n, 20);
    /* filter 2 of the specification: the difference to the row above, 90 everywhere */
    cr_expect(raw[0] == 2 && memcmp(raw + 1, pixels, 9) == 0);
    cr_expect(raw[10] == 2 && memcmp(raw + 11, "ZZZZZZZZZ", 9) == 0);
    vb_buffer_free(&out);
}

Test(svg, pictures_without_pixels_are_refused)
{
    vb_buffer out = {0};
    vb_error err = {0};

    cr_expect_eq(vb_png_put(&out, 0, 5, NULL, &err), VB_EINPUT);
    cr_expect_eq(vb_png_put(&out, (size_t)1 << 31, 1, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "2147483648 x 1"), "%s", err.text);
    cr_expect_eq(out.n, 0);
}
