#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh PROGRAM [DATA] - carries the example study through trials, design and export.
# DATA is a BIDS folder of the same study with published files (examples/effort-risk/README.md
# says where to get it); then our numbers are compared with the published ones.
set -eu
program=$1
data=${2:-}
example=examples/effort-risk
out=${VALUEBOLD_DEMO:-valuebold-demo}
bids=${data:-$example/bids}

[ -d "$bids" ] || { echo "valuebold: there is no folder $bids" >&2; exit 3; }
rm -rf "$out"
start=$(date +%s%N)
"$program" check "$example/spec.yaml" --bids-dir "$bids"
"$program" trials "$example/spec.yaml" --bids-dir "$bids" --output-dir "$out"
"$program" design "$example/spec.yaml" --bids-dir "$bids" --output-dir "$out"
for format in fsl spm; do
  "$program" export "$example/spec.yaml" --bids-dir "$bids" --output-dir "$out" --to "$format" --verify
done
milliseconds=$((($(date +%s%N) - start) / 1000000))
if [ -n "$data" ] && [ -d "$data/derivatives/published_ev" ]; then
  echo
  "$program" compare "$out" "$data" --map "$example/published.yaml"
fi
picture=$(find "$out" -name '*_design.svg' | sort | head -n 1)
echo
echo "Done in $milliseconds ms. The results are in $out/:"
echo "  trials with their values   $out/sub-*/func/*_desc-trials_events.tsv"
echo "  designs, with a picture    ${picture:-$out/sub-*/func/*_design.svg}"
echo "  for FSL and SPM            $out/export/"
