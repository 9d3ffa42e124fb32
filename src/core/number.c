/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * number.c - decimals in and out.
 *
 * Reading: a decimal of at most 15 digits and |exponent| <= 22 is one exact integer
 * times or over one exact power of ten, hence one rounding: correct without strtod
 * (Clinger 1990).  The rest goes to strtod with the point replaced by the locale's, as
 * the library may live in a process that has called setlocale.
 */
#include "valuebold/number.h"
#include "valuebold/buffer.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

typedef struct decimal {
    bool negative;
    uint64_t digits; /* the first 19 significant digits */
    int n_digits;    /* significant digits met, leading zeros not counted */
    int exponent;    /* value = digits * 10^exponent while n_digits <= 19 */
} decimal;

/* [sign] digits [. digits] [e [sign] digits]; returns the end, or NULL when
 * malformed. */
static const char *scan(const char *s, decimal *d)
{
    bool point = false, any = false;

    *d = (decimal){0};
    if (*s == '+' || *s == '-')
        d->negative = *s++ == '-';
    for (;; s++) {
        if (*s == '.' && !point) {
            point = true;
            continue;
        }
        if (*s < '0' || *s > '9')
            break;
        any = true;
        if (d->n_digits || *s != '0')
            d->n_digits++;
        if (d->n_digits <= 19)
            d->digits = d->digits * 10 + (uint64_t)(*s - '0');
        else
            d->exponent++;
        if (point)
            d->exponent--;
    }
    if (!any)
        return NULL;
    if (*s == 'e' || *s == 'E') {
        bool negative = false;
        int e = 0;

        s++;
        if (*s == '+' || *s == '-')
            negative = *s++ == '-';
        if (*s < '0' || *s > '9')
            return NULL;
        for (; *s >= '0' && *s <= '9'; s++)
            if (e < 100000)
                e = e * 10 + (*s - '0');
        d->exponent += negative ? -e : e;
    }
    return s;
}

/* strtod under any locale; s is known to be a well-formed decimal of n bytes. */
static double slow(const char *s, size_t n)
{
    char local[64], *copy = n < sizeof local - 8 ? local : malloc(n + 8), *dot;
    const char *point = localeconv()->decimal_point;
    double x = NAN;

    if (!copy)
        return NAN;
    memcpy(copy, s, n);
    copy[n] = '\0';
    dot = strchr(copy, '.');
    if (dot && strlen(point) == 1)
        *dot = point[0];
    x = strtod(copy, NULL);
    if (copy != local)
        free(copy);
    return x;
}

static bool is_word(const char *s, size_t n, const char *word)
{
    if (strlen(word) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)s[i]) != word[i])
            return false;
    return true;
}

static bool is_missing(const char *s, size_t n)
{
    return n == 0 || is_word(s, n, "n/a") || is_word(s, n, "na") ||
           is_word(s, n, "nan");
}

static bool has_comma_number(const char *s, size_t n)
{
    bool digit = false, comma = false;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == ',')
            comma = true;
        else if (isdigit((unsigned char)s[i]))
            digit = true;
        else if (!strchr("+-.eE", s[i]))
            return false;
    }
    return digit && comma;
}

vb_number_kind vb_number_read(const char *s, double *x)
{
    decimal d;
    const char *end;
    size_t n;

    *x = NAN;
    while (*s == ' ')
        s++;
    n = strlen(s);
    while (n && s[n - 1] == ' ')
        n--;
    end = scan(s, &d);
    if (!end || (size_t)(end - s) != n) {
        const char *body = s + (n && (*s == '+' || *s == '-'));
        const size_t m = n - (size_t)(body - s);

        if (is_missing(s, n))
            return VB_NUMBER_MISSING;
        if (is_word(body, m, "inf") || is_word(body, m, "infinity"))
            return VB_NUMBER_INFINITE;
        return has_comma_number(s, n) ? VB_NUMBER_COMMA : VB_NUMBER_BAD;
    }
    if (d.n_digits <= 15 && d.exponent >= -22 && d.exponent <= 22) {
        const double m = (double)d.digits;
        const double v = d.exponent < 0 ? m / power_of_ten[-d.exponent]
                                        : m * power_of_ten[d.exponent];

        *x = d.negative ? -v : v;
        return VB_NUMBER_OK;
    }
    *x = slow(s, n);
    if (isfinite(*x))
        return VB_NUMBER_OK;
    *x = NAN;
    return VB_NUMBER_INFINITE;
}

const char *vb_number_why(vb_number_kind kind)
{
    switch (kind) {
    case VB_NUMBER_MISSING:
        return "is missing";
    case VB_NUMBER_INFINITE:
        return "is not finite";
    case VB_NUMBER_COMMA:
        return "has a comma; a decimal point is expected";
    case VB_NUMBER_BAD:
        return "is not a decimal number";
    case VB_NUMBER_OK:
        break;
    }
    return "is a number";
}

char *vb_number_write(double x, int digits, char out[VB_NUMBER_MAX])
{
    char *comma;

    if (!isfinite(x)) {
        memcpy(out, "n/a", sizeof "n/a");
        return out;
    }
    snprintf(out, VB_NUMBER_MAX, "%.*g", digits, x);
    comma = strchr(out, ',');
    if (comma)
        *comma = '.';
    return out;
}

/* Small whole numbers and short decimals are the rule in these files, and three
 * printf calls a number are what a table costs: the common case is done by hand. */
static bool write_short_decimal(double x, char out[VB_NUMBER_MAX])
{
    const double scaled = x * 1000.0;
    long long k;
    char digits[24];
    int n, point;
    size_t used = 0;

    if (!(fabs(scaled) < 1e12) || scaled != nearbyint(scaled) || (x == 0 && signbit(x)))
        return false;
    k = (long long)scaled;
    if ((double)k / 1000.0 != x)
        return false;
    if (k < 0) {
        out[used++] = '-';
        k = -k;
    }
    for (n = 0; k || n < 4; k /= 10)
        digits[n++] = (char)('0' + k % 10);
    for (point = 0; point < 3 && digits[point] == '0';)
        point++;
    for (int i = n - 1; i >= 3; i--)
        out[used++] = digits[i];
    if (point < 3) {
        out[used++] = '.';
        for (int i = 2; i >= point; i--)
            out[used++] = digits[i];
    }
    out[used] = '\0';
    return true;
}

char *vb_number_shortest(double x, char out[VB_NUMBER_MAX])
{
    if (isfinite(x) && write_short_decimal(x, out))
        return out;
    for (int digits = 15; digits <= 17; digits++) {
        double back;

        vb_number_write(x, digits, out);
        if (digits == 17 || vb_number_read(out, &back) != VB_NUMBER_OK || back == x)
            break;
    }
    return out;
}
