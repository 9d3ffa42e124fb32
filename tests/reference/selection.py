# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference numbers of tests/unit/test_model_selection.c: random-effects model selection as
the papers have it (Stephan 2009, Rigoux 2014), the free energy term by term, exceedance by
integration over the simplex.  numpy and scipy."""
import numpy as np
from scipy.special import psi, gammaln
from scipy.integrate import dblquad

lme = np.array([[-10.0, -12.0, -11.5], [-20.0, -19.0, -25.0], [-15.0, -15.5, -14.0],
                [-30.0, -33.0, -31.0], [-8.0, -8.2, -9.0], [-12.0, -16.0, -15.0]])
n, k = lme.shape
a0 = np.ones(k)
a = a0 + n / k
for _ in range(5000):
    elog = psi(a) - psi(a.sum())
    u = lme + elog
    g = np.exp(u - u.max(1, keepdims=True))
    g /= g.sum(1, keepdims=True)
    a = a0 + g.sum(0)
elog = psi(a) - psi(a.sum())
u = lme + elog
g = np.exp(u - u.max(1, keepdims=True))
g /= g.sum(1, keepdims=True)
f1 = ((g * lme).sum() + (g * elog).sum() + gammaln(a0.sum()) - gammaln(a0).sum()
      + ((a0 - 1) * elog).sum() - (g * np.log(g)).sum()
      + gammaln(a).sum() - gammaln(a.sum()) - ((a - 1) * elog).sum())
g0 = np.exp(lme - lme.max(1, keepdims=True))
g0 /= g0.sum(1, keepdims=True)
f0 = (g0 * (lme - np.log(g0))).sum() - n * np.log(k)
bor = 1 / (1 + np.exp(f1 - f0))
logc = gammaln(a.sum()) - gammaln(a).sum()


def density(y, x):
    z = 1 - x - y
    return np.exp(logc + (a[0] - 1) * np.log(x) + (a[1] - 1) * np.log(y)
                  + (a[2] - 1) * np.log(z)) if z > 0 else 0.0


xp = [dblquad(density, 1 / 3, 1, lambda x: max(0, 1 - 2 * x), lambda x: min(x, 1 - x),
              epsabs=1e-10)[0]]
print("alpha", repr(a), "\nbor", repr(bor), "\nxp0", xp)
