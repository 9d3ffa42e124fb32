/* Decimal text: exact reading, refusals, shortest printing. */
#include "valuebold/number.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(number, decimals_read_exactly)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"2.385", 2.385},
                 {"-0.1192", -0.1192},
                 {"1e-7", 1e-7},
                 {" 7 ", 7},
                 {"+.5", .5},
                 {"1.7976931348623157e308", 1.7976931348623157e308},
                 {"9007199254740993", 9007199254740992.0},
                 {"0.30000000000000004", 0.30000000000000004},
                 {"123456789012345678901234567890", 123456789012345678901234567890.0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double x;

        cr_expect_eq(vb_number_read(cases[i].text, &x), VB_NUMBER_OK, "%s",
                     cases[i].text);
        cr_expect(x == cases[i].value, "%s gave %.17g", cases[i].text, x);
    }
}

Test(number, what_is_no_decimal_is_told_apart)
{
    static const struct {
        const char *text;
        vb_number_kind kind;
    } cases[] = {{"n/a", VB_NUMBER_MISSING},
                 {"", VB_NUMBER_MISSING},
                 {"NaN", VB_NUMBER_MISSING},
                 {"inf", VB_NUMBER_INFINITE},
                 {"-Infinity", VB_NUMBER_INFINITE},
                 {"1e400", VB_NUMBER_INFINITE},
                 {"1,5", VB_NUMBER_COMMA},
                 {"0x1p4", VB_NUMBER_BAD},
                 {"12.5s", VB_NUMBER_BAD},
                 {"1.2.3", VB_NUMBER_BAD},
                 {"-", VB_NUMBER_BAD},
                 {"1e", VB_NUMBER_BAD},
                 {"\x1b[2J", VB_NUMBER_BAD}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double x = 0;

        cr_expect_eq(vb_number_read(cases[i].text, &x), cases[i].kind, "%s",
                     cases[i].text);
        cr_expect(isnan(x));
    }
}

Test(number, shortest_text_reads_back_as_the_same_double)
{
    static const double cases[] = {0,     -0.0,        1,          -1,        .1,
                                   2.385, 1e-300,      123456.789, 1.0 / 3,   549.077,
                                   1e22,  4.678025455, -0.39943,   0.1 + 0.2, 100};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[VB_NUMBER_MAX];
        double back;

        vb_number_shortest(cases[i], text);
        cr_expect_eq(vb_number_read(text, &back), VB_NUMBER_OK, "%s", text);
        cr_expect(back == cases[i], "%.17g became %s", cases[i], text);
    }
    {
        char text[VB_NUMBER_MAX];

        cr_expect_str_eq(vb_number_shortest(549.077, text), "549.077");
        cr_expect_str_eq(vb_number_shortest(100, text), "100");
        cr_expect_str_eq(vb_number_shortest(-0.5, text), "-0.5");
        cr_expect_str_eq(vb_number_shortest(NAN, text), "n/a");
    }
}
