#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nilearn's ar1 on the same image, beside maps of `valuebold glm --noise ar1-plugin`:
peer_glm.py BOLD DESIGN MASK MAPS.

Prints nilearn's time (imports, fit, contrasts, writing) and memory, and the largest difference of
t over all voxels of each contrast.  Exit code 1 when one is above 1e-6 of 1 + |t|: the maps are
float32, whose rounding is 6e-8 of t.
"""
import glob
import os
import resource
import sys
import tempfile
import time
import warnings

START = time.perf_counter()
warnings.filterwarnings("ignore")
import nibabel
import numpy as np
import pandas as pd
from nilearn.glm.first_level import FirstLevelModel

CONTRASTS = {"value": {"cue_value": 1}, "rpe": {"outcome_rpe": 1},
             "diff": {"outcome": 1, "cue": -1}}
TOLERANCE = 1e-6


def main(bold, design, mask, maps):
    x = pd.read_csv(design, sep="\t")
    names = {}
    for column in x:  # of another generator
        names[column.replace("cue_x_value", "cue_value").replace("outcome_x_", "outcome_")] = column
    model = FirstLevelModel(mask_img=mask, noise_model="ar1", n_jobs=1, signal_scaling=False,
                            hrf_model=None, drift_model=None, minimize_memory=True)
    model.fit(bold, design_matrices=x)
    t = {}
    with tempfile.TemporaryDirectory() as out:
        for label, weights in CONTRASTS.items():
            c = np.zeros(x.shape[1])
            for column, weight in weights.items():
                c[list(x).index(names[column])] = weight
            results = model.compute_contrast(c, stat_type="t", output_type="all")
            t[label] = np.asarray(results["stat"].dataobj)
            for kind in ("effect_size", "stat", "z_score"):
                results[kind].to_filename(os.path.join(out, kind + ".nii.gz"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("  %-12s %7.3f s  whole process, %.0f MiB" % ("nilearn ar1",
                                                       time.perf_counter() - START, peak))
    inside = np.asarray(nibabel.load(mask).dataobj) != 0
    good = True
    for label, theirs in t.items():
        path = glob.glob("%s/*_contrast-%s_stat-t_statmap.nii.gz" % (maps, label))[0]
        ours, want = np.asarray(nibabel.load(path).dataobj, float)[inside], theirs[inside]
        apart = np.abs(ours - want)
        good &= bool((apart <= TOLERANCE * (1 + np.abs(want))).all())
        print("  ar1-plugin beside nilearn's ar1, %s: largest difference of t %.2g (of 1 + |t| "
              "%.2g), %d voxels, |t| up to %.1f" % (label, apart.max(),
                                                  (apart / (1 + np.abs(want))).max(), apart.size,
                                                  np.abs(want).max()))
    if not good:
        print("  NOT within %g" % TOLERANCE)
    return 0 if good else 1


sys.exit(main(*sys.argv[1:5]))
