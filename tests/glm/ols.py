# SPDX-License-Identifier: GPL-3.0-or-later
"""ols.py DESIGN.tsv BOLD MASK EFFECT T WEIGHT...: ordinary least squares by numpy, held
against maps of effect and t; WEIGHT is COLUMN=NUMBER.  Exit 1 with a sentence where they
differ by more than float32 does."""
import csv, sys
import nibabel
import numpy

design, bold, mask, effect_map, t_map = sys.argv[1:6]
rows = list(csv.reader(open(design), delimiter='\t'))
x = numpy.array(rows[1:], float)
c = numpy.zeros(len(rows[0]))
for text in sys.argv[6:]:
    name, weight = text.rsplit('=', 1)
    c[rows[0].index(name)] = float(weight)
inside = nibabel.load(mask).get_fdata() > 0
y = nibabel.load(bold).get_fdata()[inside].T
inverse = numpy.linalg.pinv(x)
residual = y - x @ (inverse @ y)
variance = (residual ** 2).sum(0) / (len(y) - numpy.linalg.matrix_rank(x))
effect = c @ inverse @ y
t = effect / numpy.sqrt(variance * (c @ inverse @ inverse.T @ c))
fits = variance > 0
for name, want, path in (('effect', effect, effect_map), ('t', t, t_map)):
    ours = nibabel.load(path).get_fdata()[inside]
    good = numpy.isfinite(ours)
    if (good != fits).any():
        sys.exit('%s: %d voxels fitted, %d vary' % (name, good.sum(), fits.sum()))
    far = abs(ours - want)[good].max() / abs(want[good]).max()
    if not far < 1e-6:
        sys.exit('%s differs by %g of its maximum' % (name, far))
