#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh [PROGRAM [OUT]] - regions out of simulated runs with known effects: presets, an atlas
# and a mask; then four participants and a test over them.  OUT is regions-results when not
# given; what is there is replaced.
set -eu
here=$(dirname "$0")
program=${1:-valuebold}
out=${2:-regions-results}
mkdir -p "$out"

echo "== one run with effects of value and effort (that of examples/quick-map)"
"$program" simulate bold "$here/../quick-map/images.yaml" --output-dir "$out/bids" --force --quiet
bold=$out/bids/sub-01/func/sub-01_task-effort_run-1_bold.nii.gz

echo "== an atlas of two labels and a mask, made on the grid of the run"
"$program" roi --bold "$bold" --roi 'anterior=box(0,40,0,120,60,80)' \
  --roi 'posterior=box(0,-50,20,120,80,80)' --write-regions --output-dir "$out/made" --force --quiet
cp "$out"/made/*_dseg.nii.gz "$out/atlas_dseg.nii.gz"
cp "$out"/made/*_dseg.tsv "$out/atlas_dseg.tsv"
"$program" roi --bold "$bold" --roi 'reward=vmpfc:10 | vs:8' --write-regions \
  --output-dir "$out/made" --force --quiet
cp "$out"/made/*_dseg.nii.gz "$out/reward_mask.nii.gz"
cp "$here/spec.yaml" "$out/spec.yaml" # its files are looked for beside it

echo "== regions: models, time courses, an estimate a trial, connectivity"
"$program" roi "$out/spec.yaml" --bids-dir "$out/bids" --peri 'task*sv_difference' \
  --peri 'task*effort_factor_difference' --trials task --ppi vmpfc --correlation \
  --write-regions --output-dir "$out/roi" --force --quiet
echo "effect of value and of effort cost (planted: 40 in vmPFC and VS, 40 in dACC, else 0):"
awk -F '\t' '$7 == "signal" && ($6 == "sv" || $6 == "effort_cost") {
  printf "  %-20s %-12s %7.2f  95 %% interval %7.2f to %6.2f   p %.1e\n", $5, $6, $8, $10, $11, $15}' \
  "$out/roi/task-effort_desc-glm_roi.tsv"

echo "== four participants"
"$program" simulate bold "$here/images.yaml" --output-dir "$out/four" --force --quiet
"$program" roi "$here/../quick-map/spec.yaml" --bids-dir "$out/four" --roi vmpfc --roi vs:6 \
  --roi dacc --roi pcc --output-dir "$out/group" --force --quiet
echo "value over participants (planted: 12 in vmPFC and VS), corrected for four regions:"
awk -F '\t' '$3 == "signal" && $2 == "sv" {
  printf "  %-8s %6.2f  t(%g) %6.2f  p %.4f  corrected by %d sign flips %.4f\n",
    $1, $6, $11, $10, $12, $16, $14}' "$out/group/task-effort_desc-group_roi.tsv"
echo "pictures: $out/roi/sub-01/*.svg and *.png"
