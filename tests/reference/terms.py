#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the expected values of tests/unit/test_terms.c: the equations of the terms in
40-digit decimals (standard library only), from decimal inputs as they stand here."""
from decimal import Decimal as D, getcontext

getcontext().prec = 40


def power(x, p):
    """x^p for x >= 0; Decimal's own power is correctly rounded."""
    return D(0) if x == 0 and p > 0 else x ** p


def sigmoid(x, k, p):
    return 1 - (1 / (1 + (-k * (x - p)).exp()) - 1 / (1 + (k * p).exp())) * (1 + (-k * p).exp())


E = (D('0.385'), D('2.75'), D('17.3'))
P = (D('0.115'), D('0.5'), D('0.885'))
R = (D('0.85'), D('4.3'), D('30'))

CASES = [
    ('reward', 'power', R, ('0.735',), lambda x, rho: power(x, rho)),
    ('reward', 'linear', R, ('0.735',), lambda x, w: w * x),
    ('effort', 'linear', E, ('0.385',), lambda x, k: k * x),
    ('effort', 'parabolic', E, ('0.0715',), lambda x, k: k * x * x),
    ('effort', 'power', E, ('0.0715', '1.62'), lambda x, k, p: k * power(x, p)),
    ('effort', 'quadratic', E, ('0.315', '-0.0215'), lambda x, a, b: a * x + b * x * x),
    ('effort', 'hyperbolic', E, ('0.131',), lambda x, k: 1 / (1 + k * x)),
    ('effort', 'exponential', E, ('0.057',), lambda x, k: (-k * x).exp()),
    ('effort', 'double_exponential', E, ('0.1192', '0.0395'),
     lambda x, b, d: ((-b * x).exp() + (-d * x).exp()) / 2),
    ('effort', 'parabolic_factor', E, ('0.0023',), lambda x, k: 1 - k * x * x),
    ('effort', 'sigmoid', E, ('1.35', '4.2'), sigmoid),
    ('effort', 'weighted_double_exponential', E, ('0.1192', '0.0395', '0.285'),
     lambda x, b, d, w: w * (-b * x).exp() + (1 - w) * (-d * x).exp()),
    ('effort', 'power_factor', E, ('0.0115', '1.37'), lambda x, k, p: 1 - k * power(x, p)),
    ('effort', 'myerson', E, ('0.131', '0.735'), lambda x, k, s: 1 / (1 + k * x) ** s),
    ('effort', 'constant_sensitivity', E, ('0.057', '0.735'),
     lambda x, k, s: (-power(k * x, s)).exp()),
    ('effort', 'dual_power', E, ('0.215', '0.85', '0.0315', '1.45', '0.385'),
     lambda x, k1, p1, k2, p2, w: 1 + w * k1 * power(x, p1) - (1 - w) * k2 * power(x, p2)),
    ('effort', 'ratio', E, ('0.735',), lambda x, k: 1 / power(x, k)),
    ('effort', 'prospect', E, ('0.735', '1.85', '1.42', '1.15'),
     lambda x, k, l, g, ref: k * l * power(x - ref, g) if x >= ref else -k * power(ref - x, g)),
    ('probability', 'expected', P, (), lambda x: x),
    ('probability', 'exponential', P, ('0.0279',), lambda x, c: (-c * 100 * (1 - x)).exp()),
    ('probability', 'hyperbolic', P, ('1.735',), lambda x, h: 1 / (1 + h * (1 - x) / x)),
    ('probability', 'power', P, ('0.735',), lambda x, h: power(x, h)),
    ('probability', 'weighting', P, ('0.77', '0.44'),
     lambda x, d, g: d * power(x, g) / (d * power(x, g) + power(1 - x, g))),
    ('probability', 'prelec', P, ('0.915', '0.655'),
     lambda x, d, g: (-d * power(-x.ln(), g)).exp()),
    ('delay', 'hyperbolic', E, ('0.0131',), lambda x, k: 1 / (1 + k * x)),
    ('delay', 'exponential', E, ('0.0131',), lambda x, k: (-k * x).exp()),
    ('delay', 'myerson', E, ('0.0131', '1.735'), lambda x, k, s: 1 / (1 + k * x) ** s),
    ('delay', 'constant_sensitivity', E, ('0.0131', '0.735'),
     lambda x, k, s: (-power(k * x, s)).exp()),
    ('delay', 'quasi_hyperbolic', E, ('0.815', '0.0131'), lambda x, b, k: b * (-k * x).exp()),
    ('delay', 'linear', E, ('0.0131',), lambda x, k: k * x),
    ('delay', 'opportunity', E, (), lambda x: x),
    ('effort', 'indifference', E, (), lambda x: D(1)),
    ('delay', 'indifference', E, (), lambda x: D(1)),
    ('loss', 'utility', E, ('2.25',), lambda x, k: k * x),
    ('loss', 'gamble', E, ('2.25',), lambda x, k: k * x),
    ('loss', 'linear', E, ('2.25',), lambda x, k: k * x),
    ('loss', 'power', E, ('2.25', '0.885'), lambda x, k, p: k * power(x, p)),
]

for attribute, name, xs, theta, f in CASES:
    values = [format(f(x, *map(D, theta)), '.19e') for x in xs]
    print('    {VB_%s, "%s", {%s}, {%s},' % (
        attribute.upper(), name, ', '.join(theta) or '0', ', '.join(map(str, xs))))
    print('     {%s, %s,\n      %s}},' % tuple(values))
