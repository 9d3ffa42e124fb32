#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the expected values of tests/unit/test_learning_more.c and test_fatigue.c: the rules
written out as plain loops over fractions (standard library only), so that nothing is rounded
before it is printed."""
from fractions import Fraction as F


def show(name, values):
    print(name, '{%s}' % ', '.join('NAN' if v is None else '%.17g' % float(v) for v in values))


# --- fatigue: effort chosen, None a missed trial; p1, p2, p3
effort = [F(5, 10), F(3, 10), 0, 0, F(8, 10), None, 0, F(3, 10)]
p1, p2, p3 = F(15, 100), F(4, 10), F(5, 100)


def fatigue(st, lt, floor, moving):
    levels = []
    for e in effort:
        levels.append(st + lt)
        if e:
            if 'short' in moving:
                st = st + p2 * e - F(57, 100) * p1
            if 'long' in moving:
                lt += p3 * e
        elif 'short' in moving:
            st -= p1
        if 'short' in moving:
            st = max(st, floor)
    return levels


show('short_and_long_term', fatigue(F(1, 2), F(1, 2), F(1, 2), ('short', 'long')))
show('short_term', fatigue(F(1), F(0), F(1), ('short',)))
show('long_term', fatigue(F(0), F(1), F(0), ('long',)))

# --- reward rate: outcome, time, alpha = 1/8 a second, whole seconds
rho, rates, pes = F(1, 2), [], []
for r, tau in ((3, 2), (2, 1), (0, 4), (F(5, 2), 3)):
    pe = F(r) / tau - rho
    rates.append(rho)
    pes.append(pe)
    rho += (1 - (1 - F(1, 8)) ** tau) * pe
show('rate rho', rates)
show('rate pe', pes)

# --- Kalman: noise 2, drift 1/2, initial sd 3
m, s2, ms, gains, pes = F(1), F(9), [], [], []
for r in (4, 2, 5, 1):
    k = s2 / (s2 + 4)
    ms.append(m)
    gains.append(k)
    pes.append(r - m)
    m += k * (r - m)
    s2 = (1 - k) * s2 + F(1, 4)
show('kalman V', ms)
show('kalman gain', gains)
show('kalman pe', pes)

# --- two cues a, b shown left and right; reward and effort learned, alpha 1/4 and 1/2
trials = [('a', 'b', 0, 3, 2), ('b', 'a', 0, 1, 4), ('a', 'b', 0, 5, 2), ('b', 'a', 1, 2, 1),
          ('a', 'b', None, 9, 9), ('a', 'b', 1, 4, 3)]
q, e = {'a': F(0), 'b': F(0)}, {'a': F(1), 'b': F(1)}
rows = []
for left, right, choice, reward, work in trials:
    row = [q[left], q[right], e[left], e[right]]
    if choice is None:
        rows.append(row + [None, None])
        continue
    c = (left, right)[choice]
    row += [reward - q[c], work - e[c]]
    q[c] += F(1, 4) * row[4]
    e[c] += F(1, 2) * row[5]
    rows.append(row)
for i, name in enumerate(('learned left', 'learned right', 'effort left', 'effort right', 'pe', 'effort pe')):
    show(name, [row[i] for row in rows])

# --- counterfactual, alpha 1/4: the other option would have brought minus the outcome, or x
for name, others in (('opposite', None), ('stated', (2, 0, 1, 3))):
    q, rows = [F(0), F(0)], []
    for t, (c, r) in enumerate(((0, 4), (1, -2), (0, 1), (1, 3))):
        other = -r if others is None else others[t]
        rows.append((q[0], q[1], r - q[c], other - q[1 - c]))
        q[c] += F(1, 4) * rows[-1][2]
        q[1 - c] += F(1, 4) * rows[-1][3]
    for i, what in enumerate(('V0', 'V1', 'pe', 'pe_unchosen')):
        show(name + ' ' + what, [row[i] for row in rows])

# --- adaptive effort: boost 1 or 0, alpha 1/4, price 1/2
q, rows = [F(0), F(0)], []
for c, r in ((0, 2), (0, 1), (1, 1), (0, 3)):
    pe = r - F(1, 2) * (1, 0)[c] - q[c]
    rows.append((q[0], q[1], pe))
    q[c] += F(1, 4) * pe
for i, what in enumerate(('V boost', 'V no', 'pe')):
    show('adaptive ' + what, [row[i] for row in rows])
