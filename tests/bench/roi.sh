#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench: regions out of a whole image, beside igzip and nilearn
#
#   BENCH=full       97 x 115 x 97 voxels, 300 volumes, int16, gzip -6 (shared with the bench of glm);
#                    otherwise only when that image is there already
#   BENCH_BOLD=FILE  another image in MNI space
#   RUNS=5           pairs of runs      BENCH_DIR=DIR  where the images are kept, build/bench
#
# All presets, in turn with `igzip -dc` of the same file: wall and processor seconds, the median
# of the ratios of pairs, memory; nilearn's NiftiSpheresMasker once, where python3 can import
# it.  Prints; judges nothing.
set -u
VALUEBOLD=${VALUEBOLD:-${BUILD:-build}/valuebold}
BENCH_DIR=${BENCH_DIR:-${BUILD:-build}/bench}
RUNS=${RUNS:-5}
CC=${CC:-cc}
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
bold=${BENCH_BOLD:-$BENCH_DIR/b.nii.gz}
if [ ! -f "$bold" ] && [ "${BENCH:-small}" = full ]; then
  mkdir -p "$BENCH_DIR" || exit 1
  [ -x "$BENCH_DIR/make_bold" ] ||
    $CC -std=c11 -O2 -D_POSIX_C_SOURCE=200809L tests/bench/make_bold.c -o "$BENCH_DIR/make_bold" -lm ||
    exit 1
  "$BENCH_DIR/make_bold" "$BENCH_DIR/b" 97 115 97 300 2 noise && gzip -6 -n -f "$BENCH_DIR/b.nii" || exit 1
fi
if [ ! -f "$bold" ]; then
  echo "  no image of full size: BENCH=full makes it"
  exit 0
fi
python3 - "$VALUEBOLD" "$bold" "$RUNS" "$TMP" << 'PY'
import os, shutil, statistics, subprocess, sys, time
program, bold, runs, tmp = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
names = "vmpfc vs dacc anterior_insula pre_sma sma dlpfc putamen nacc amygdala pcc".split()
roi = [program, "roi", "--bold", bold, "--space-is-mni", "--quiet", "--force", "--output-dir", tmp + "/out"]
for name in names:
    roi += ["--roi", name]
def timed(command, out=subprocess.DEVNULL):
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=out)
    _, code, use = os.wait4(child.pid, 0)
    if code:
        sys.exit("exit code %d: %s" % (code, " ".join(command)))
    return time.perf_counter() - start, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024
unzip = shutil.which("igzip")
rows, wall, cpu = [], [], []
timed(roi)
for i in range(runs):
    if unzip:
        one = timed([unzip, "-dc", bold])
    two = timed(roi)
    rows.append(two)
    if unzip:
        wall.append(two[0] / one[0])
        cpu.append(two[1] / one[1])
print("  valuebold roi, %d presets: %.2f s, processor %.2f s, %.0f MB" % (
    len(names), statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows), max(r[2] for r in rows)))
if unzip:
    print("  / igzip -dc, medians of %d pairs: wall %.2f, processor %.2f" % (
        runs, statistics.median(wall), statistics.median(cpu)))
eig = timed(roi + ["--statistics", "mean,median,weighted_mean,eigenvariate"])
print("  with medians and eigenvariates: %.2f s, processor %.2f s, %.0f MB" % eig)
PY
if python3 -c 'import nilearn.maskers' 2> /dev/null; then
  python3 - "$bold" << 'PY'
import sys, time
from nilearn.maskers import NiftiSpheresMasker
start = time.perf_counter()
seeds = [(2, 46, -8), (-12, 12, -6), (12, 10, -6), (6, 24, 28), (-30, 22, 10), (30, 26, 8), (0, 14, 50),
         (0, -4, 60), (-42, 34, 30), (42, 34, 30), (-25, 1, 0), (26, 2, 0), (-2, -34, 42)]
NiftiSpheresMasker(seeds, radius=8, standardize=None, allow_overlap=True).fit_transform(sys.argv[1])
print("  nilearn NiftiSpheresMasker, %d spheres: %.1f s" % (len(seeds), time.perf_counter() - start))
PY
else
  echo "  nilearn: not importable here"
fi
