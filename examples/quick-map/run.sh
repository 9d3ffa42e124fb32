#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh [PROGRAM [OUT]] - makes a BOLD run with known effects, fits it, and says where the
# peaks lie.  OUT is quick-map-results when not given; what is there is replaced.
set -eu
here=$(dirname "$0")
program=${1:-valuebold}
out=${2:-quick-map-results}

"$program" simulate bold "$here/images.yaml" --output-dir "$out/bids" --force
"$program" glm "$here/spec.yaml" --bids-dir "$out/bids" --output-dir "$out/maps" --force
for contrast in sv effortCost; do
  echo "clusters of $contrast (peak in mm, z):"
  awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i}
    $1 ~ /^[0-9]+$/ {printf "  %6.1f %6.1f %6.1f  z %5.2f  %d voxels\n",
    $2, $3, $4, $at["peak_z"], $at["cluster_voxels"]}' \
    "$out/maps/sub-01/sub-01_task-effort_run-1_contrast-${contrast}_clusters.tsv"
done
echo "pictures: $out/maps/sub-01/*_mosaic.png"
