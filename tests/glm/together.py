# SPDX-License-Identifier: GPL-3.0-or-later
"""together.py RULE MASK T F DESIGN BOLD [DESIGN BOLD ...]: runs put together by numpy under white
noise, held against a map of t (choice - fb) and one of F (choice, choicexSV, fb).  RULE:
concatenate (least squares of the stacked runs, these three columns shared), stack (the same,
columns of each run's own, means of both), precision or mean.  Exit 1 with a sentence where they differ by more than float32 does."""
import csv, sys
import nibabel
import numpy

rule, mask, t_map, f_map = sys.argv[1:5]
names = ['choice', 'choicexSV', 'fb']
inside = nibabel.load(mask).get_fdata() > 0
designs, images = [], []
for design, bold in zip(sys.argv[5::2], sys.argv[6::2]):
    rows = list(csv.reader(open(design), delimiter='\t'))
    x = numpy.array(rows[1:], float)
    shared = [rows[0].index(n) for n in names]
    own = [c for c in range(x.shape[1]) if c not in shared]
    designs.append((x[:, shared], x[:, own]))
    images.append(nibabel.load(bold).get_fdata()[inside].T)
good = numpy.isfinite(sum(y.sum(0) for y in images)) & (sum(y.std(0) > 0 for y in images) == len(images))


def least_squares(x, y, k=3):
    inverse = numpy.linalg.pinv(x)
    b = inverse @ y
    residual = y - x @ b
    df = len(y) - numpy.linalg.matrix_rank(x)
    return b[:k], (inverse @ inverse.T)[:k, :k], (residual ** 2).sum(0) / df


if rule == 'concatenate':
    n, k = sum(len(y) for y in images), 3 + sum(d[1].shape[1] for d in designs)
    x, at, col = numpy.zeros((n, k)), 0, 3
    for s, o in designs:
        x[at:at + len(s), :3] = s
        x[at:at + len(s), col:col + o.shape[1]] = o
        at, col = at + len(s), col + o.shape[1]
    b, c, s2 = least_squares(x, numpy.vstack(images)[:, good])
    each = [(b, c, s2)]
elif rule == 'stack':
    k, n = [d[0].shape[1] + d[1].shape[1] for d in designs], len(images[0])
    x = numpy.zeros((n + len(images[1]), sum(k)))
    x[:n, :k[0]], x[n:, k[0]:] = [numpy.hstack(d) for d in designs]
    b, c, s2 = least_squares(x, numpy.vstack(images)[:, good], sum(k))
    means = numpy.zeros((3, sum(k)))
    for i in range(3):
        means[i, i] = means[i, k[0] + i] = 0.5
    each = [(means @ b, means @ c @ means.T, s2)]
else:
    each = [least_squares(numpy.hstack(d), y[:, good]) for d, y in zip(designs, images)]
t, f = [], []
w = numpy.array([1, 0, -1.])
for v in range(good.sum()):
    e = [b[:, v] for b, c, s in each]
    c = [c * s[v] for b, c, s in each]
    if rule == 'mean':
        b, cov = sum(e) / len(e), sum(c) / len(e) ** 2
        effect, variance = w @ b, w @ cov @ w
    else:
        cov = numpy.linalg.inv(sum(numpy.linalg.inv(m) for m in c))
        b = cov @ sum(numpy.linalg.inv(m) @ x for m, x in zip(c, e))
        # a t contrast has weights of its own, the rows of an F contrast their covariance
        weight = numpy.array([1 / (w @ m @ w) for m in c])
        variance = 1 / weight.sum()
        effect = variance * sum(q * (w @ x) for q, x in zip(weight, e))
    t.append(effect / variance ** 0.5)
    f.append(b @ numpy.linalg.inv(cov) @ b / 3)
for name, want, path in (('t', t, t_map), ('F', f, f_map)):
    ours = nibabel.load(path).get_fdata()[inside]
    if (numpy.isfinite(ours) != good).any():
        sys.exit('%s: %d voxels fitted, %d vary' % (name, numpy.isfinite(ours).sum(), good.sum()))
    far = abs(ours[good] - want).max() / abs(numpy.array(want)).max()
    if not far < 1e-6:
        sys.exit('%s differs by %g of its maximum' % (name, far))
