# SPDX-License-Identifier: GPL-3.0-or-later
"""more.py NOISE DESIGN BOLD MASK STEM: maps of residuals (errorts), percent signal change and the
Ljung-Box test by numpy.  Under ar1 the fit is generalised least squares with the rho of each
voxel's map.  Exit 1 with a sentence where they differ."""
import csv, sys
import nibabel
import numpy

noise, design, bold, mask, stem = sys.argv[1:]
rows = list(csv.reader(open(design), delimiter='\t'))
x = numpy.array(rows[1:], float)
inside = nibabel.load(mask).get_fdata() > 0
y = nibabel.load(bold).get_fdata()[inside].T
n = len(y)


def read(name):
    image = nibabel.load('%s_%s_statmap.nii.gz' % (stem, name)).get_fdata()
    if not numpy.isnan(image[~inside]).all():
        sys.exit(name + ' has values outside the mask')
    return image[inside]


errorts = read('stat-errorts').T
good = numpy.isfinite(errorts[0])
if noise != 'arma11':
    rho = read('stat-rho') if noise == 'ar1' else numpy.zeros(y.shape[1])
    for v in numpy.flatnonzero(good)[::7]:
        w = numpy.eye(n) - rho[v] * numpy.eye(n, k=-1)
        w[0, 0] = (1 - rho[v] ** 2) ** .5
        b = numpy.linalg.lstsq(w @ x, w @ y[:, v], rcond=None)[0]
        far = abs(errorts[:, v] - (y[:, v] - x @ b)).max() / y[:, v].std()
        if not far < 1e-4:
            sys.exit('residuals of voxel %d differ by %g standard deviations' % (v, far))
column = x[:, rows[0].index('choicexSV')]
want = 100 * read('contrast-SV_stat-effect') * (column.max() - column.min()) / y.mean(0)
ours = read('contrast-SV_stat-percent')
if not (abs(ours - want)[good] <= 1e-5 * abs(want[good]).max()).all():
    sys.exit('percent signal change differs')
p = read('stat-ljungbox')[good]
if not ((p >= 0) & (p <= 1)).all() or p.std() < 0.05:
    sys.exit('ljungbox holds no p values')
small = (p < .05).mean()
if not (small > .3 if noise == 'ols' else small < .2):
    sys.exit('%.2f of the Ljung-Box p are below .05' % small)
