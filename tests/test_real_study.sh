#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example's specs on the real scanner data they were written for: every published
# value and every published three-column file, for every subject of the data set.
. tests/lib/test.sh

study=$DATA/bernacer
example=examples/effort-risk
if ! have_data bernacer; then
  skip "published values and files" "no public data in $DATA"
  finish
  exit
fi

run "$VALUEBOLD" trials $example/spec.yaml --bids-dir "$study" --output-dir "$TMP/out"
same "trials of the whole study" 0 "$code"
run "$VALUEBOLD" design $example/spec.yaml --bids-dir "$study" --output-dir "$TMP/out"
same "designs of the whole study" 0 "$code"
run "$VALUEBOLD" export $example/spec.yaml --bids-dir "$study" --output-dir "$TMP/out" --verify
same "export of the whole study" 0 "$code"
has "what was exported reads back" "$out" 'values read back from the exported files agree'

run "$VALUEBOLD" compare "$TMP/out" "$study" --map $example/published.yaml
same "whole sample: published values to 1e-8, published files to half a digit" 0 "$code"
printf '%s\n' "$out" "$err" | sed 's/^/INFO /'

n_published=$(find "$study/derivatives/published_ev" -name '*.txt' | wc -l)
n_compared=$(printf '%s\n' "$out" | awk '/^EV/ {n += $(NF - 5)} END {print n + 0}')
same "every published three-column file was compared" "$n_published" "$n_compared"

check "parameters made of the published fits" sh $example/make_parameters.sh "$study" "$TMP/parameters.tsv"
run "$VALUEBOLD" trials $example/individual.yaml --bids-dir "$study" \
  --parameters "$TMP/parameters.tsv" --output-dir "$TMP/individual"
same "trials with each subject's own parameters" 0 "$code"
run "$VALUEBOLD" compare "$TMP/individual" "$study" --map $example/published_individual.yaml
same "individual parameters: published values to 1e-8" 0 "$code"
printf '%s\n' "$out" "$err" | sed 's/^/INFO /'

# One participant alone gives the same files as the whole study does.
run "$VALUEBOLD" design $example/spec.yaml --bids-dir "$study" --output-dir "$TMP/one" \
  --participant-label 03
same "one participant alone" 0 "$code"
for run in 1 2 3; do
  table=sub-03/func/sub-03_task-effort_run-${run}_design.tsv
  check "its design of run $run is the same" cmp "$TMP/one/$table" "$TMP/out/$table"
done
finish
