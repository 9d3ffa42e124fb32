# SPDX-License-Identifier: GPL-3.0-or-later
"""pooled.py SIDECAR T DESIGN BOLD DESIGN BOLD: t of choice - fb by numpy for two runs that share
choice, choicexSV and fb, under the covariance whose weights the sidecar gives, as SPM12's
spm_spm.m has it: V = sum of h Q per run, trace the number of scans; W = V^-1/2 with entries up
to 1e-6 set to 0; least squares of W y on W X, the drift of X left as it is; Satterthwaite's
trace.  Exit 1 with a sentence where the map differs by more than float32 does."""
import csv, json, sys
import nibabel
import numpy

sidecar = json.load(open(sys.argv[1]))
ours = nibabel.load(sys.argv[2]).get_fdata()
names, contrast = ['choice', 'choicexSV', 'fb'], numpy.array([1, 0, -1.])
inside = numpy.isfinite(ours)
blocks, y, v, drift = [], [], [], []


def toeplitz(lags, n):
    at = numpy.abs(numpy.subtract.outer(numpy.arange(n), numpy.arange(n)))
    return numpy.append(lags, numpy.zeros(n))[at]


def powers(a):
    k = a ** numpy.arange(20)
    return numpy.where(k > 1e-4, k, 0)


for r, h in enumerate(sidecar['NoiseHyperparameters']):
    rows = list(csv.reader(open(sys.argv[3 + 2 * r]), delimiter='\t'))
    blocks.append((rows[0], numpy.array(rows[1:], float)))
    y.append(nibabel.load(sys.argv[4 + 2 * r]).get_fdata()[inside].T)
    step = numpy.exp(-8)
    q = powers(0.2)
    dq = numpy.where(q > 0, (0.2 + step) ** numpy.arange(20) - 0.2 ** numpy.arange(20), 0) / step
    v.append(toeplitz(h[0] * (q - 0.2 * dq) + h[1] * (q + 0.2 * dq), len(y[-1])))
n = sum(len(m) for m in v)
scale = n / sum(numpy.trace(m) for m in v)
big, white = numpy.zeros((n, n)), numpy.zeros((n, n))
own = [[c for c in range(len(h)) if h[c] not in names] for h, x in blocks]
x, is_drift = numpy.zeros((n, 3 + sum(len(o) for o in own))), []
at, col = 0, 3
for (head, design), m, o in zip(blocks, v, own):
    rows = slice(at, at + len(m))
    values, vectors = numpy.linalg.eigh(scale * m)
    w = (vectors / numpy.sqrt(values)) @ vectors.T
    big[rows, rows], white[rows, rows] = scale * m, numpy.where(abs(w) > 1e-6, w, 0)
    x[rows, :3] = design[:, [head.index(k) for k in names]]
    x[rows, col:col + len(o)] = design[:, o]
    is_drift += [col + i for i, c in enumerate(o) if head[c].startswith('drift')]
    at, col = at + len(m), col + len(o)
wx = white @ x
wx[:, is_drift] = x[:, is_drift]
inverse = numpy.linalg.pinv(wx)
wy = white @ numpy.vstack(y)
b = inverse @ wy
coloured = white @ big @ white.T
trace = numpy.trace(coloured - wx @ (inverse @ coloured))
residual = wy - wx @ b
c = numpy.append(contrast, numpy.zeros(len(b) - 3))
t = c @ b / numpy.sqrt((residual ** 2).sum(0) / trace * (c @ inverse @ coloured @ inverse.T @ c))
far = abs(ours[inside] - t).max() / abs(t).max()
if not far < 1e-6 or inside.sum() < 300:
    sys.exit('t of %d voxels differs by %g of its maximum' % (inside.sum(), far))
