#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench: fits of models to choices, whole processes
#
# Prints; judges nothing.
#   19 x 144 choices, 4 models, 20 starts each (effort and risk where the public data are, else
#   the example's 20 x 144): aim under 1 s on 2 cores
#   scipy's L-BFGS-B on the same likelihood with its gradient, where scipy can be imported
#   hierarchical fit of 500 x 64 accept/reject choices, 3 parameters: aim under 2 s
set -u
VALUEBOLD=${VALUEBOLD:-build/valuebold}
DATA=${VALUEBOLD_DATA:-../shared/data}
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT

# wall and processor seconds of a command, best of 3
timed() {
  python3 - "$@" << 'PY'
import os, subprocess, sys, time
best = None
for _ in range(3):
    before, start = os.times(), time.perf_counter()
    code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    took, after = time.perf_counter() - start, os.times()
    cpu = after[2] + after[3] - before[2] - before[3]
    if code not in (0, 3, 4):
        sys.exit("exit code %d" % code)
    best = (took, cpu) if best is None or cpu < best[1] else best
print("%.2f s wall, %.2f s processor" % best)
PY
}

cat > "$TMP/effort.yaml" << 'YAML'
valuebold: 1
trials:
  options:
    alternative: {reward: reward, effort: effort}
    reference: {reward: reference_reward, effort: 0}
  choice: {column: response_alternative, labels: {alternative: 1, reference: 0}}
model: {value: {effort: hyperbolic}, choice_rule: softmax, parameters: fit}
fit:
  models:
    hyperbolic: {effort: hyperbolic}
    exponential: {effort: exponential}
    double_exponential: {effort: double_exponential}
    parabolic: {effort: parabolic_factor}
YAML
# risk: the same models of 100 (1 - p)
sed 's/effort: effort}/effort: 100 * (1 - probability)}/' "$TMP/effort.yaml" > "$TMP/risk.yaml"
choices=examples/behaviour/choices.tsv
[ ! -f "$DATA/bernacer/behaviour/effort_choices.tsv" ] || choices=$DATA/bernacer/behaviour/effort_choices.tsv
printf '  %-52s' "4 models x 20 starts, $(cut -f 1 "$choices" | sort -u | grep -c sub-) participants x 144, effort"
timed "$VALUEBOLD" fit "$TMP/effort.yaml" --choices "$choices"
if [ -f "$DATA/bernacer/behaviour/risk_choices.tsv" ]; then
  printf '  %-52s' "the same, risk"
  timed "$VALUEBOLD" fit "$TMP/risk.yaml" --choices "$DATA/bernacer/behaviour/risk_choices.tsv"
fi
sed '/^fit:/,$d' "$TMP/effort.yaml" > "$TMP/one.yaml"
printf '  %-52s' "hyperbolic alone, 20 starts, 1 thread"
timed "$VALUEBOLD" fit "$TMP/one.yaml" --choices "$choices" --n-procs 1
if python3 -c 'import scipy.optimize' 2> /dev/null; then
  printf '  %-52s' "scipy L-BFGS-B, hyperbolic, 20 starts, fits alone"
  python3 tests/bench/peer_fit.py "$choices"
else
  echo "  scipy: not importable here"
fi
if [ -d "$DATA/mehrhof2025" ]; then
  gzip -dc "$DATA/mehrhof2025/main_study_choices_001-500.tsv.gz" | awk -F'\t' -v OFS='\t' '
    NR == 1 {print "participant_id", "trial", "effort", "reward", "choice"; next}
    {print "sub-" $1, $2, $3 / sqrt(1.25), $4 / sqrt(1.25), $5 ? "accept" : "reject"}' > "$TMP/accept.tsv"
  cat > "$TMP/accept.yaml" << 'YAML'
valuebold: 1
trials:
  options: {accept: {reward: reward, effort: effort}, reject: {reward: 0, effort: 0}}
  choice: choice
model: {value: {reward: linear, effort: parabolic}, choice_rule: bias, parameters: fit}
fit: {method: hierarchical}
YAML
  printf '  %-52s' "hierarchical, 500 x 64, 3 parameters"
  timed "$VALUEBOLD" fit "$TMP/accept.yaml" --choices "$TMP/accept.tsv"
else
  echo "  hierarchical: no public data in $DATA"
fi
