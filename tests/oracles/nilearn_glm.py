#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""t of `glm --noise ar1-plugin` beside nilearn's own ar1, every voxel of two made-up images:
nilearn_glm.py VALUEBOLD.  The rule both follow is in src/glm/noise_ar1_plugin.c."""
import os
import subprocess
import sys
import tempfile

IMAGES = {"short": ["40", "48", "30", "120", "2.5", "noise"],
          "a": ["64", "64", "36", "200", "2", "noise"]}
CONTRASTS = ["value=cue_value", "rpe=outcome_rpe", "diff=outcome - cue"]


def main(valuebold):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        make = os.path.join(folder, "make_bold")
        subprocess.run([*os.environ.get("CC", "cc").split(), "-std=c11", "-O2",
                        "-D_POSIX_C_SOURCE=200809L", "tests/bench/make_bold.c", "-o", make, "-lm"],
                       check=True)
        for name, size in IMAGES.items():
            base = os.path.join(folder, name)
            bold, design, mask = base + ".nii", base + "_design.tsv", base + "_mask.nii"
            subprocess.run([make, base] + size, check=True)
            command = [valuebold, "glm", "--quiet", "--bold", bold, "--design", design, "--mask",
                       mask, "--noise", "ar1-plugin", "--threshold", "none", "--output-dir",
                       base + "_maps"]
            for contrast in CONTRASTS:
                command += ["--contrast", contrast]
            subprocess.run(command, check=True)
            print("image %s" % name)
            failed |= subprocess.run([sys.executable, "tests/bench/peer_glm.py", bold, design,
                                      mask, base + "_maps"]).returncode
    return failed


sys.exit(main(sys.argv[1]))
