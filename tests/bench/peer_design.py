#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nilearn's design matrix of the same events: peer_design.py EVENTS CONFOUNDS OUT.

Prints the time of the call that builds the matrix (seven calls, median), imports and
files not counted.
"""
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from nilearn.glm.first_level import make_first_level_design_matrix

events = pd.read_csv(sys.argv[1], sep="\t")
confounds = pd.read_csv(sys.argv[2], sep="\t")
rows = [events[["onset", "duration", "trial_type"]].assign(modulation=1.0)]
for name in ("sv", "effort", "reward", "rpe"):
    rows.append(
        pd.DataFrame(
            {
                "onset": events.onset,
                "duration": events.duration,
                "trial_type": "choice_x_" + name,
                "modulation": events[name] - events[name].mean(),
            }
        )
    )
table = pd.concat(rows)
took = []
for _ in range(7):
    start = time.perf_counter()
    design = make_first_level_design_matrix(
        np.arange(300) * 2.0 + 1.0,
        table,
        hrf_model="spm",
        drift_model="cosine",
        high_pass=1 / 128,
        add_regs=confounds.to_numpy(),
        add_reg_names=list(confounds.columns),
    )
    took.append(time.perf_counter() - start)
design.to_csv(sys.argv[3], sep="\t", index=False)
print("%.1f ms" % (1e3 * statistics.median(took)))
