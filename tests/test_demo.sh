#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example study: its data made again byte by byte, simulate's options, the script that
# makes parameters, first specs, and the demo itself, twice.
. tests/lib/test.sh
example=examples/effort-risk
demo=$TMP/demo

# --- simulate
run "$VALUEBOLD" simulate "$example/plan.yaml" --output-dir "$TMP/data"
same "simulate exits 0" 0 "$code"
has "simulate says what it made" "$out" '4 participants, 12 runs, 1260 events, 720 choices'
difference=$(diff -r "$example/data" "$TMP/data" 2>&1 | head -n 20)
same "the example's data are what its plan makes (else: README.md, how the data were made)" \
  "" "$difference"
for file in parameters.tsv parameters.json; do
  check "$file is that of the simulated participants" \
    cmp "$example/$file" "$example/data/derivatives/simulation/$file"
done
run "$VALUEBOLD" simulate "$example/plan.yaml" --output-dir "$TMP/data"
same "simulate does not overwrite" 5 "$code"
run "$VALUEBOLD" simulate "$example/plan.yaml" --output-dir "$TMP/data" --force --quiet
same "simulate --force does" 0 "$code"
run "$VALUEBOLD" simulate "$example/plan.yaml" --output-dir "$TMP/two" --participants 2 --json
has "--json counts" "$out" '"runs": 6'
difference=$(diff -r "$example/data/sub-02" "$TMP/two/sub-02" 2>&1 | head -n 5)
same "fewer participants are the same participants" "" "$difference"
run "$VALUEBOLD" simulate "$example/plan.yaml" --output-dir "$TMP/seed" --seed 1 --participants 1
check "another seed makes other data" \
  sh -c "! cmp -s '$TMP/seed/sub-01/func/sub-01_task-effort_run-1_events.tsv' '$example/data/sub-01/func/sub-01_task-effort_run-1_events.tsv'"
for bad in '--seed -1' '--seed 1.5' '--participants 0' '--participants 2.5'; do
  # shellcheck disable=SC2086
  run "$VALUEBOLD" simulate "$example/plan.yaml" --output-dir "$TMP/bad" $bad
  same "simulate $bad is a usage error" 2 "$code"
done
run "$VALUEBOLD" simulate "$example/plan.yaml"
same "simulate without --output-dir is a usage error" 2 "$code"
sed 's/^runs: 3/rnus: 3/' "$example/plan.yaml" > "$TMP/plan.yaml"
run "$VALUEBOLD" simulate "$TMP/plan.yaml" --output-dir "$TMP/bad"
same "a plan with an unknown key is refused" 3 "$code"
has "and the message names its place" "$err" "plan.yaml:[0-9]+:1: .*unknown key 'rnus'; did you mean 'runs'"
check "nothing is left behind after a refusal" test ! -e "$TMP/bad"

# --- first specs
run "$VALUEBOLD" init "$example/data"
same "init of a BIDS folder exits 0" 0 "$code"
printf '%s\n' "$out" > "$TMP/first.yaml"
has "init guesses the options" "$out" 'left: .*effort: effort_left, probability: probability_left'
has "init guesses the decisions" "$out" 'rows: trial_type == "task"'
has "init takes units from the events' JSON" "$out" 'units: \{effort: min\}'
run "$VALUEBOLD" check "$TMP/first.yaml" --bids-dir "$example/data"
same "check accepts a first spec" 0 "$code"
run "$VALUEBOLD" init "$example/data/sub-01/func/sub-01_task-effort_run-1_events.tsv" -o "$TMP/one.yaml"
same "init of one file exits 0" 0 "$code"
check "init -o writes the file" test -s "$TMP/one.yaml"
run "$VALUEBOLD" init "$example/data" -o "$TMP/one.yaml"
same "init does not overwrite" 5 "$code"
run "$VALUEBOLD" init "$TMP/nowhere"
same "init of nothing is refused" 3 "$code"

# --- parameters from published fits
mkdir -p "$TMP/study/behaviour"
printf 'participant_id\tmodel\tparameter_1\tinverse_temperature\nsub-1\texponential\t9\t1\nsub-1\thyperbolic\t0.25\t1\nsub-2\thyperbolic\t0.5\t1\n' \
  > "$TMP/study/behaviour/effort_published_fits.tsv"
printf 'model\tparticipant_id\tparameter_1\tinverse_temperature\nexponential\tsub-1\t0.03\t1\nexponential\tsub-2\t0\t0\n' \
  > "$TMP/study/behaviour/risk_published_fits.tsv"
run sh "$example/make_parameters.sh" "$TMP/study" "$TMP/parameters.tsv"
same "make_parameters.sh exits 0" 0 "$code"
same "make_parameters.sh finds columns by name" \
  "$(printf 'participant_id\teffort_k\tprobability_c\nsub-1\t0.25\t0.03')" "$(cat "$TMP/parameters.tsv")"
has "and names who is left out" "$err" '^sub-2: left out, no risk fit'
run sh "$example/make_parameters.sh" "$TMP" "$TMP/none.tsv"
same "make_parameters.sh without fits is refused" 3 "$code"

# --- the demo
for time in first second; do
  run env OUT="$demo" sh tools/demo.sh "$VALUEBOLD"
  same "the demo runs ($time time)" "0 " "$code $(printf '%s' "$err" | grep error)"
done
for file in sub-04/func/sub-04_task-effort_run-3_desc-trials_events.tsv \
  sub-01/func/sub-01_task-effort_run-1_design.svg \
  individual/sub-01/func/sub-01_task-effort_run-1_desc-trials_events.tsv \
  export/fsl/sub-01/sub-01_task-effort_run-1_ev-taskXsvDifference.txt export/spm/sub-01; do
  check "the demo makes $file" test -e "$demo/$file"
done
if have_data bernacer; then
  run env OUT="$demo" sh tools/demo.sh "$VALUEBOLD" "$DATA/bernacer"
  same "the demo runs on the published data" 0 "$code"
  printf '%s\n' "$out" > "$TMP/real"
  check "and takes the results of the other data away first" \
    test -e "$demo/sub-10" -a -f "$demo/parameters.tsv"
else
  skip "the demo on the published data" "$DATA/bernacer is not there"
fi
mkdir -p "$TMP/own" && echo mine > "$TMP/own/file"
run env OUT="$TMP/own" sh tools/demo.sh "$VALUEBOLD"
check "the demo takes nothing away that it did not make" test -f "$TMP/own/file"
finish
