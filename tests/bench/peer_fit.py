# SPDX-License-Identifier: GPL-3.0-or-later
"""peer_fit.py CHOICES - scipy's L-BFGS-B on the likelihood of the hyperbolic model with its
gradient, in log k and log beta, 20 starts a participant; vectorised over trials."""
import csv
import sys
import time

import numpy as np
from scipy.optimize import minimize

people = {}
for row in csv.DictReader(open(sys.argv[1]), delimiter="\t"):
    if row["response_alternative"] != "n/a":
        people.setdefault(row["participant_id"], []).append(
            [float(row[c]) for c in ("reward", "effort", "reference_reward", "response_alternative")])


def nll(u, reward, effort, reference, sign):
    k, beta = np.exp(u)
    f = 1 / (1 + k * effort)
    z = sign * beta * (reward * f - reference)
    p = 1 / (1 + np.exp(np.clip(z, -700, 700)))  # of the other choice
    dz = sign * beta * reward * -k * effort * f * f
    return np.logaddexp(0, -z).sum(), -np.array([(p * dz).sum(), (p * z).sum()])


rng = np.random.default_rng(1)
before, start = time.process_time(), time.perf_counter()
total = n = 0
for rows in people.values():
    reward, effort, reference, choice = np.array(rows).T
    best = np.inf
    for _ in range(20):
        found = minimize(nll, rng.uniform([-6, -5], [1, 3]), jac=True, method="L-BFGS-B",
                         args=(reward, effort, reference, 2 * choice - 1))
        best = min(best, found.fun)
        n += 1
    total += best
print("%.2f s wall, %.2f s processor (%d fits, summed NLL %.4f)"
      % (time.perf_counter() - start, time.process_time() - before, n, total))
