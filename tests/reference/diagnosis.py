#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the expected values of tests/unit/test_diagnosis.c: VIF by regression on the other
columns, correlations and the condition number, with numpy."""
import numpy as np

n = 40
s = np.arange(n)
a = np.sin(0.31 * s) + 0.1 * (s % 3)
b = np.cos(0.17 * s) + 0.5 * a
c = ((7 * s * s + 3 * s) % 11) / 11.0
d = 0.9 * a + 0.02 * ((5 * s) % 7)
x = np.column_stack([a, b, c, d, np.ones(n)])
for j in range(4):
    others = np.delete(x, j, 1)
    rss = np.linalg.lstsq(others, x[:, j], rcond=None)[1][0]
    print("vif", j, "%.15g" % (((x[:, j] - x[:, j].mean()) ** 2).sum() / rss))
print("r(a,b) %.15g" % np.corrcoef(a, b)[0, 1])
print("r(a,d) %.15g" % np.corrcoef(a, d)[0, 1])
print("sd(c) %.15g" % c.std(ddof=1))
print("condition %.15g" % np.linalg.cond(x / np.linalg.norm(x, axis=0)))
