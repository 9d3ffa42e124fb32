#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench: design stage, whole processes
#
# Times the design stage, and nilearn on the same events where it can be imported.
# Prints; judges nothing.
#   300 scans, 100 trials, 4 modulators, 30 confounds: `valuebold design`
#   the 30 real runs: trials, design, both exports
set -u
VALUEBOLD=${VALUEBOLD:-build/valuebold}
DATA=${VALUEBOLD_DATA:-../shared/data}
RUNS=${RUNS:-7}
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT

# Seconds of each of $RUNS runs of a command, after one not counted: "median (min - max)".
timed() {
  python3 - "$RUNS" "$@" << 'PY'
import statistics, subprocess, sys, time
n, command = int(sys.argv[1]), sys.argv[2:]
took = []
for i in range(n + 1):
    start = time.perf_counter()
    code = subprocess.run(["sh", "-c", " ".join(command)], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode
    if code:
        sys.exit("exit code %d: %s" % (code, " ".join(command)))
    took.append(time.perf_counter() - start)
took = took[1:]
print("%.1f ms (%.1f - %.1f, %d runs)" % (1e3 * statistics.median(took), 1e3 * min(took),
                                         1e3 * max(took), n))
PY
}

awk 'BEGIN { OFS = "\t"; srand(20261123)
  print "onset", "duration", "trial_type", "sv", "effort", "reward", "rpe"
  for (t = 0; t < 100; t++)
    print sprintf("%.3f", 6 + 5.7 * t + rand()), 2, "choice", rand(), int(4 * rand()) + 1,
          int(10 * rand()), rand() - .5 }' > "$TMP/events.tsv"
awk 'BEGIN { srand(7); for (c = 0; c < 30; c++) printf "%sconfound_%02d", c ? "\t" : "", c
  print ""
  for (s = 0; s < 300; s++) {
    for (c = 0; c < 30; c++) printf "%s%.6f", c ? "\t" : "", rand() - .5
    print "" } }' > "$TMP/confounds.tsv"
cat > "$TMP/spec.yaml" << 'YAML'
valuebold: 1
acquisition: {tr_s: 2, n_scans: 300}
regressors:
  choice: {rows: trial_type == "choice", modulators: [sv, effort, reward, rpe]}
design: {confounds: ["confound_*"]}
YAML
echo "design, 300 scans, 100 trials, 4 modulators, 30 confounds:"
printf '  %-44s' "valuebold design"
timed "rm -rf $TMP/out; $VALUEBOLD design $TMP/spec.yaml --events $TMP/events.tsv" \
  "--confounds $TMP/confounds.tsv --output-dir $TMP/out"
if python3 -c 'import nilearn.glm' 2> /dev/null; then
  printf '  %-44s' "nilearn, whole process"
  timed "python3 tests/bench/peer_design.py $TMP/events.tsv $TMP/confounds.tsv $TMP/peer.tsv"
  printf '  %-44s' "nilearn, the call alone"
  python3 tests/bench/peer_design.py "$TMP/events.tsv" "$TMP/confounds.tsv" "$TMP/peer.tsv" | tail -n 1
else
  echo "  nilearn: not importable here"
fi

if [ -d "$DATA/bernacer" ]; then
  n=$(find "$DATA/bernacer" -path '*/func/*_events.tsv' | wc -l)
  arguments="examples/effort-risk/spec.yaml --bids-dir $DATA/bernacer --output-dir $TMP/study --quiet"
  echo "the $n real runs of effort and risk:"
  printf '  %-44s' "trials + design + export to FSL and SPM"
  timed "rm -rf $TMP/study; $VALUEBOLD trials $arguments && $VALUEBOLD design $arguments" \
    "&& $VALUEBOLD export $arguments"
else
  echo "real runs: no public data in $DATA"
fi
