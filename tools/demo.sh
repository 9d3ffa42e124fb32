#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh PROGRAM [DATA] - carries the example study from trial logs to designs and the files
# of FSL and SPM, and says what it did and where the results are.
#   DATA   BIDS folder of the public study that the example imitates (its README says where
#          to get it); when it holds published results ours are compared with them
#   $OUT   folder of the results, valuebold-demo when not set
set -eu
program=$1
data=${2:-}
out=${OUT:-valuebold-demo}
example=examples/effort-risk
bids=${data:-$example/data}
parameters=$example/parameters.tsv
mark=$out/made-by-make-demo

now_ms() {
  t=$(date +%s%3N)
  case $t in *[!0-9]*) t=$(date +%s)000 ;; esac # date without %N
  echo "$t"
}
say() { printf '\n%s\n' "$*"; }
# what a command says about the whole is shown; about single runs it is in its files, and
# its warnings and notes are kept in $messages
run() {
  printf '  $ valuebold %s\n' "$*"
  if "$program" "$@" > "$answer" 2> "$errors"; then
    code=0
  else
    code=$?
  fi
  {
    echo "\$ valuebold $*"
    cat "$errors"
  } >> "$messages"
  if [ "$code" -ne 0 ]; then
    cat "$answer"
    cat "$errors" >&2
    exit "$code"
  fi
  grep -v '^sub-' "$answer" | sed 's/^/    /'
}

[ -d "$bids" ] || {
  echo "demo: there is no folder $bids" >&2
  exit 3
}
# only what an earlier demo left is taken away
[ ! -f "$mark" ] || rm -rf "$out"
mkdir -p "$out"
messages=$out/messages.txt
answer=$out/answer.part
errors=$out/errors.part
trap 'rm -f "$answer" "$errors"' EXIT
: > "$messages"
echo "This folder was made by make demo, which removes it when it runs again." > "$mark"
start=$(now_ms)

say "1. Spec and data are judged; nothing is written yet."
run check "$example/spec.yaml" --bids-dir "$bids" --verbose
sed -n 's/^valuebold: warning: .*\[\([a-z-]*\)\]$/\1/p' "$errors" | sort | uniq -c |
  awk '{printf "    %d times the warning %s\n", $1, $2}'
say "2. Every decision gets its subjective value, effort and risk factor (spec.yaml: the
   whole sample's published parameters)."
run trials "$example/spec.yaml" --bids-dir "$bids" --output-dir "$out" --force
say "3. They become regressors: a design matrix and a picture for each run."
run design "$example/spec.yaml" --bids-dir "$bids" --output-dir "$out" --force
say "4. The files that FSL and SPM read are written, and read back to be sure."
run export "$example/spec.yaml" --bids-dir "$bids" --output-dir "$out" --to fsl --to spm \
  --verify --force
say "5. The same trials with each participant's own parameters (individual.yaml)."
if [ -n "$data" ] && [ -f "$data/behaviour/effort_published_fits.tsv" ]; then
  parameters=$out/parameters.tsv
  sh "$example/make_parameters.sh" "$data" "$parameters" 2>> "$messages"
fi
run trials "$example/individual.yaml" --bids-dir "$bids" --parameters "$parameters" \
  --output-dir "$out/individual" --force
milliseconds=$(($(now_ms) - start))

if [ -n "$data" ] && [ -d "$data/derivatives/published_ev" ]; then
  say "6. Our numbers beside the published ones."
  run compare "$out" "$data" --map "$example/published.yaml"
  run compare "$out/individual" "$data" --map "$example/published_individual.yaml"
fi

quick=examples/quick-map
say "A BOLD run with effects in vmPFC, VS and dACC is made on these trials, and fitted."
run simulate bold "$quick/images.yaml" --output-dir "$out/quick-map/bids" --force
run glm "$quick/spec.yaml" --bids-dir "$out/quick-map/bids" --output-dir "$out/quick-map/maps" \
  --force

first() { find "$out" \( -path "$out/individual" -o -path "$out/quick-map" \) -prune -o -path "$1" -print | sort | head -n 1; }
say "Done: $(find "$bids" -path '*/derivatives' -prune -o -name '*_events.tsv' -print | wc -l |
  tr -d ' ') runs in $milliseconds ms. Look at"
echo "  a design as a picture   $(first '*_design.svg')"
echo "  trials with values      $(first '*_desc-trials_events.tsv')"
echo "  files for FSL           $(first '*/export/fsl')/"
echo "  files for SPM           $(first '*/export/spm')/"
echo "  value in the brain      $(find "$out/quick-map" -name '*contrast-sv_mosaic.png')"
echo "  individual parameters   $out/individual/"
echo "  warnings and notes      $messages"
[ -n "$data" ] || echo "The study is simulated; $example/README.md says how, and where real data are."
