#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Designs under several conventions, and our exports of them, compared with each other.
. tests/lib/test.sh

example=examples/effort-risk
for like in valuebold spm fsl; do
  "$VALUEBOLD" design $example/spec.yaml --bids-dir $example/data --like $like --quiet \
    --participant-label 01 --run 1 --output-dir "$TMP/$like" 2> /dev/null
  cp "$TMP/$like"/sub-01/func/*_design.tsv "$TMP/${like}_design.tsv"
done
"$VALUEBOLD" export $example/spec.yaml --bids-dir $example/data --like spm --quiet \
  --participant-label 01 --output-dir "$TMP/out" 2> /dev/null

run "$VALUEBOLD" compare "$TMP/valuebold_design.tsv" "$TMP/spm_design.tsv" --tr 2
same "two conventions can be compared" 0 "$code"
has "columns are matched across names" "$out" '^task.sv_difference  *Sn.1. taskxsv_difference'
has "and the reason is another sample time" "$out" "another time within the scan: B shows .* s later"
run "$VALUEBOLD" compare "$TMP/valuebold_design.tsv" "$TMP/fsl_design.tsv"
has "a filter is told from a shift" "$out" "filtered: they differ by slow waves only"
run "$VALUEBOLD" compare "$TMP/spm_design.tsv" "$TMP"/out/export/fsl/sub-01/*run-1_design.mat \
  --tolerance 1e-6
same "our design and FSL's file of it are the same" 0 "$code"
run "$VALUEBOLD" compare "$TMP/spm_design.tsv" "$TMP"/out/export/afni/sub-01/*.xmat.1D \
  --run 1 --json
same "our design and AFNI's file of it can be compared by run" 0 "$code"
has "as JSON" "$out" '"relation": "same"'
run "$VALUEBOLD" compare "$TMP/spm_design.tsv" "$TMP/fsl_design.tsv" --tolerance 1e-6
same "a difference above the tolerance is exit code 3" 3 "$code"
has "and names the column" "$err" "columns differ by more than 1e-06; the first is 'Sn.1. task"
run "$VALUEBOLD" compare "$TMP/spm_design.tsv" "$TMP"/out/export/afni/sub-01/*.xmat.1D
same "all runs against one are refused" 3 "$code"
has "with the counts of rows" "$err" "the designs have 330 and 972 rows"
run "$VALUEBOLD" compare --map x.yaml --designs a b
same "a map of designs is a usage error" 2 "$code"
finish
