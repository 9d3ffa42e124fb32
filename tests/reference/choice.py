#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the expected values of tests/unit/test_choice.c: choice probabilities in 40-digit
decimals (standard library only)."""
from decimal import Decimal as D, getcontext

getcontext().prec = 40
SV = (D('4.3'), D('2.75'), D('-1.2'))


def softmax(n, beta, bias):
    terms = [(beta * (v + (bias if i == 0 else 0))).exp() for i, v in enumerate(SV[:n])]
    return [t / sum(terms) for t in terms]


CASES = [
    ('softmax', ('0.735',), lambda n, b: softmax(n, b, D(0))),
    ('softmax_temperature', ('1.735',), lambda n, t: softmax(n, 1 / t, D(0))),
    ('bias', ('-0.65',), lambda n, a: softmax(n, D(1), a)),
    ('softmax_bias', ('0.735', '-0.65'), softmax),
    ('softmax_lapse', ('0.735', '0.0215'),
     lambda n, b, e: [e / n + (1 - e) * p for p in softmax(n, b, D(0))]),
]

for name, theta, f in CASES:
    for n in (2, 3):
        values = ', '.join(format(p, '.19e') for p in f(n, *map(D, theta)))
        print('        {"%s", {%s}, %d, {%s}},' % (name, ', '.join(theta), n, values))
