#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is asked for by label selects what is written and never changes a number in it.
. tests/lib/test.sh

data=examples/effort-risk/data
for scope in run subject sample; do
  sed "s/centre: none, scale: {minmax: \[-1, 1\], over: run}/centre: $scope/" \
    examples/effort-risk/spec.yaml > "$TMP/$scope.yaml"
  run "$VALUEBOLD" export "$TMP/$scope.yaml" --bids-dir $data --to fsl --output-dir "$TMP/all-$scope"
  same "centre over the $scope, everybody" 0 "$code"
  run "$VALUEBOLD" export "$TMP/$scope.yaml" --bids-dir $data --to fsl --output-dir "$TMP/one-$scope" \
    --participant-label 02 --run 3
  same "centre over the $scope, one run" 0 "$code"
  same "only that run is written" "" "$(find "$TMP/one-$scope" -name '*_run-[12]_*')"
  for file in "$TMP/one-$scope"/export/fsl/sub-02/*_run-3_*; do
    check "centre over the $scope: $(basename "$file") is the same" \
      cmp "$file" "$TMP/all-$scope/export/fsl/sub-02/$(basename "$file")"
  done
done
cat > "$TMP/aliased.yaml" << 'END'
task: effort
acquisition: {tr_s: 2, n_scans: auto}
regressors:
  task:
    rows: trial_type == "task"
    modulators: {one: {column: effort_left}, two: {column: effort_left}}
contrasts: {first: task*one}
END
run "$VALUEBOLD" design "$TMP/aliased.yaml" --bids-dir examples/effort-risk/data --quiet \
  --participant-label 02 --run 3 --output-dir "$TMP/aliased"
same "a contrast of aliased columns cannot be estimated" 4 "$code"
has "and the run it is in is named" "$err" "run-3_events.tsv"
finish
