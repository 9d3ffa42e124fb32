#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A FEAT design matrix by plain whole-grid convolution, for tests/unit/test_like_fsl.c.

Written from the description of FEAT's steps in docs/conventions.md, with scipy's gamma
density and numpy's convolution; no FSL program was run.  Writes the unfiltered and the
filtered design to standard output:  feat_design.py > tests/data/reference/feat_design.tsv
"""
import numpy as np
from scipy.stats import gamma

TR, N, CUTOFF = 2.2, 90, 60.0
EVS = [  # rows: onset, duration, weight
    [(-40, 2, 1), (-31, 3, 1), (-4.4, 2, 1), (12.35, 2, 1), (13.1, 4, 1), (50, 0, 1),
     (77.77, 0.02, 1), (120.05, 6.5, 1), (190, 30, 1), (500, 2, 1)],
    [(-40, 2, 0.5), (-31, 3, -1), (-4.4, 2, 0.25), (12.35, 2, -0.75), (13.1, 4, 2),
     (50, 0, -2), (77.77, 0.02, 1.5), (120.05, 6.5, 0.1), (190, 30, -0.6), (500, 2, 9)],
]


def double_gamma(t):
    def pdf(mean, sd):
        return gamma.pdf(t, (mean / sd) ** 2, scale=sd * sd / mean)

    return pdf(6, 2.449) - pdf(16, 4) / 6


def raw_column(rows):
    f = np.float32
    step = f(TR) * f(20)
    points = int(f(N + 10) * step + f(600))
    grid = np.zeros(points)
    for onset, duration, weight in rows:
        start = f(onset) * f(20) + f(600)
        stop = start + f(duration) * f(20)
        if stop > 0 and stop - start < 1:
            stop = start + f(1.1)
        start = max(start, f(0))
        if start > points:
            stop = f(0)
        stop = min(stop, f(points))
        for k in range(int(start), int(stop)):
            grid[k] = weight
    grid -= grid.mean()
    kernel = double_gamma(np.arange(720) / 20.0)
    used = np.cumsum(kernel)[np.minimum(np.arange(points), 719)]
    x = np.convolve(grid, kernel)[:points] / used
    return np.array([x[int((t + 0.5) * float(step)) + 600] for t in range(N)])


def high_pass(y):
    sigma = CUTOFF / (2 * TR)
    reach = int(np.floor(3 * sigma))
    fit = np.empty(N)
    for t in range(N):
        s = np.arange(max(0, t - reach), min(N, t + reach + 1))
        w = np.sqrt(np.exp(-0.5 * ((s - t) / sigma) ** 2))
        a = np.column_stack([np.ones(s.size), s - t])
        fit[t] = np.linalg.lstsq(a * w[:, None], y[s] * w, rcond=None)[0][0]
    y = y - fit + fit[0]
    return y - y.mean()


def design(filtered):
    confound = np.array([(7 * s * s + 3 * s) % 11 for s in range(N)], float)
    columns = [raw_column(rows) for rows in EVS] + [confound]
    out = []
    for k, x in enumerate(columns):
        x = high_pass(x) if filtered else x
        x = x - x.mean()
        out.append(x)
        if k < len(EVS):
            d = np.gradient(x)
            d = d - x * (d @ x) / (x @ x)
            out.append(d - d.mean())
    return np.column_stack(out)


names = ["task", "task_derivative", "task*sv", "task*sv_derivative", "csf"]
both = np.hstack([design(True), design(False)])
print("\t".join(names + ["unfiltered_" + name for name in names]))
for row in both:
    print("\t".join("%.17g" % v for v in row))
