#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the expected values of tests/unit/test_choice_more.c: the choice rules in 40-digit
decimals (standard library only), and the Wiener first-passage density by the series for
large times in 60 digits, which the C code does not use at short times."""
from decimal import Decimal as D, getcontext

getcontext().prec = 60
PI = D('3.14159265358979323846264338327950288419716939937510582097494459')


def logistic(x):
    return 1 / (1 + (-x).exp())


def sine(x):
    x %= 2 * PI
    term = total = x
    k = 1
    while abs(term) > D('1e-58'):
        term *= -x * x / ((2 * k) * (2 * k + 1))
        total += term
        k += 1
    return total


def wiener(t, v, a, w):
    """Density of the lower boundary."""
    s = t / a ** 2
    total, k = D(0), 1
    while True:
        size = k * (-(k * PI) ** 2 * s / 2).exp()
        total += size * sine(k * PI * w)
        if size < D('1e-50'):
            break
        k += 1
    return PI / a ** 2 * (-v * a * w - v * v * t / 2).exp() * total


sv = D('4.3'), D('2.75')
difference = sv[0] - sv[1]
print('softmax_log_odds_bias .735, -.65  ', '%.20e' % logistic(D('-0.65') + D('0.735') * difference))
print('softmax_bias_5 -1.2               ', '%.20e' % logistic(5 * (D('-1.2') + difference)))
p = logistic(D('0.735') * difference)
print('softmax_switch .735, .215 (high 1)', '%.20e' % (p * (1 - D('0.215'))))
print('softmax_switch .735, .215 (high 2)', '%.20e' % (p + (1 - p) * D('0.215')))
v, a, w, t0 = D('0.62') * difference, D('1.85'), D('0.43'), D('0.285')
up = (1 - (-2 * v * a * w).exp()) / (1 - (-2 * v * a).exp())
print('ddm P(1)                          ', '%.20e' % up)
for rt in ('0.365', '0.5', '1.1', '2.9'):
    t = D(rt) - t0
    print('ddm log density', rt, '%.20e' % wiener(t, -v, a, 1 - w).ln(), '%.20e' % wiener(t, v, a, w).ln())
