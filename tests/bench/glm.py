#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `valuebold glm` and its peers on the images of glm.sh and prints a table: glm.py SET..."""
import os
import shutil
import statistics
import subprocess
import sys
import time

PROGRAM = os.environ["VALUEBOLD"]
DIR = os.environ["BENCH_DIR"]
RUNS = int(os.environ.get("RUNS", "5"))
PYTHON = os.environ.get("PYTHON", "python3")
CONTRASTS = {"value": "cue_value", "rpe": "outcome_rpe", "diff": "outcome - cue"}
# noise model: (kind of limit, limit, MiB, pairs of runs)
LIMITS = {
    "a": {"ols": ("s", 0.35, None), "ar1": ("s", 0.35, None),
          "spm-ar1": ("s", 0.6, None), "arma11": ("s", 1.5, None)},
    "b": {"ols": ("x", 1.12, 400), "ar1": ("x", 1.12, 400), "arma11": ("s", 15, None)},
    "c": {"ols": ("x", 1.15, 400), "ar1": ("x", 1.15, 400)},
}
# measured once on 2 processors of an AMD EPYC; whole processes, maps written
PUBLISHED = {
    "a": ["nilearn 0.10.4 ar1 8.0 s, 623 MiB", "AFNI 26.2 3dREMLfit 44.6 s, 107 MiB",
          "SPM12 in Octave 17.1 s, 568 MiB"],
    "b": ["nilearn 0.10.4 ar1 69.9 s, 4,900 MiB", "AFNI 26.2 3dREMLfit about 500 s"],
    "c": ["nilearn 0.10.4 ar1 222 s, 15,437 MiB"],
}


def run(command):
    """Seconds, processor seconds and MiB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    if status:
        sys.exit("failed: " + " ".join(command))
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def glm(name, noise):
    out = os.path.join(DIR, "maps_%s_%s" % (name, noise))
    shutil.rmtree(out, ignore_errors=True)
    command = [PROGRAM, "glm", "--quiet", "--bold", "%s/%s.nii.gz" % (DIR, name),
               "--design", "%s/%s_design.tsv" % (DIR, name),
               "--mask", "%s/%s_mask.nii" % (DIR, name), "--noise", noise,
               "--maps", "effect,t,z", "--threshold", "none", "--output-dir", out]
    for label, expression in CONTRASTS.items():
        command += ["--contrast", "%s=%s" % (label, expression)]
    return command


def row(label, runs, limit, ratios):
    kind, most, most_mib = limit
    median = statistics.median(r[0] for r in runs)
    mib = max(r[2] for r in runs)
    ratio = statistics.median(ratios)
    value = median if kind == "s" else ratio
    met = "met" if value <= most and mib <= (most_mib or mib) else "NOT met"
    wanted = ("%g s" % most if kind == "s" else "%g x" % most) + \
        (", %d MiB" % most_mib if most_mib else "")
    print("  %-12s %7.3f s  cpu %6.2f s  %5.2f x igzip (%.2f - %.2f)  %4.0f MiB   limit %s: %s" % (
        label, median, statistics.median(r[1] for r in runs), ratio, min(ratios), max(ratios),
        mib, wanted, met))


def bench(name):
    size = os.path.getsize("%s/%s.nii.gz" % (DIR, name)) / 1e6
    inflate = ["igzip", "-dc", "%s/%s.nii.gz" % (DIR, name)]
    if not shutil.which("igzip"):
        print("  igzip is not installed: gzip instead, ratios mean little")
        inflate[0] = "gzip"
    print("(%s) %.0f MB compressed, 3 t contrasts, 9 maps, %d pairs of runs" % (name, size, RUNS))
    run(inflate)  # into the page cache
    plain = []
    for noise, limit in LIMITS[name].items():
        ours, ratios = [], []
        for _ in range(RUNS if limit[1] < 5 else 1):
            plain.append(run(inflate))
            ours.append(run(glm(name, noise)))
            ratios.append(ours[-1][0] / plain[-1][0])
        row(noise, ours, limit, ratios)
    print("  %-12s %7.3f s  cpu %6.2f s" % (inflate[0] + " -dc",
                                          statistics.median(r[0] for r in plain),
                                          statistics.median(r[1] for r in plain)))
    peers(name)


def peers(name):
    has = subprocess.run([PYTHON, "-c", "import nilearn.glm"], capture_output=True).returncode == 0
    if has:
        run(glm(name, "ar1-plugin"))
        code = subprocess.run([PYTHON, "tests/bench/peer_glm.py", "%s/%s.nii.gz" % (DIR, name),
                               "%s/%s_design.tsv" % (DIR, name), "%s/%s_mask.nii" % (DIR, name),
                               "%s/maps_%s_ar1-plugin" % (DIR, name)]).returncode
        if code:
            sys.exit("peer_glm.py: exit code %d" % code)
    else:
        print("  nilearn: %s cannot import it (PYTHON=...); not run, not compared" % PYTHON)
    if shutil.which("3dREMLfit"):
        remlfit(name)
    else:
        print("  3dREMLfit: not installed; not run")
    for line in PUBLISHED[name]:
        print("  published, another machine: " + line)


def remlfit(name):
    matrix = "%s/%s_design.1D" % (DIR, name)
    with open("%s/%s_design.tsv" % (DIR, name)) as table, open(matrix, "w") as out:
        next(table)
        out.writelines(line.replace("\t", " ") for line in table)
    took = run(["3dREMLfit", "-matim", matrix, "-input", "%s/%s.nii.gz" % (DIR, name), "-mask",
                "%s/%s_mask.nii" % (DIR, name), "-Rbuck", "%s/reml_%s.nii.gz" % (DIR, name),
                "-tout", "-overwrite"])
    print("  %-12s %7.3f s  cpu %6.2f s  %4.0f MiB" % (("3dREMLfit",) + took))


print("%d processors, load %.1f" % (len(os.sched_getaffinity(0)), os.getloadavg()[0]))
for which in sys.argv[1:]:
    bench(which)
