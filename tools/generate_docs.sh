#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# generate_docs.sh PROGRAM DIR - the pages of DIR that are made from registries and tables.
# tests/test_docs.sh runs it into an empty folder and compares with docs/.
set -eu
program=$1
docs=$2

mkdir -p "$docs"
for page in $("$program" --generate pages); do
  "$program" --generate "$page" > "$docs/$page"
done

# the README's picture: a run of the example, in the default convention
mkdir -p "$docs/img"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$program" design examples/effort-risk/spec.yaml --bids-dir examples/effort-risk/data \
  --like valuebold --participant-label 01 --run 1 --output-dir "$made" --diagnosis --quiet \
  2> /dev/null
run=$made/sub-01/func/sub-01_task-effort_run-1
cp "${run}_design.svg" "$docs/img/design.svg"

# docs/conventions.md: the same run under every convention, picture and numbers
cp "${run}_diagnosis.svg" "$docs/img/conventions.svg"
awk -F '\t' '
  NR == 1 {
    for (i = 1; i <= NF; i++) if ($i ~ /^beta_/) { name[++n] = substr($i, 6); at[n] = i }
    row = "| column |"; line = "|---|"
    for (k = 1; k <= n; k++) { row = row " " name[k] " |"; line = line "---|" }
    print row; print line
    next
  }
  $2 != "contrast" {
    row = "| `" $1 "` |"
    for (k = 1; k <= n; k++)
      row = row sprintf(" %.3f, %.3f, %.3f, %.0f %% |", $at[k], $(at[k] + 1), $(at[k] + 2),
                        100 * $(at[k] + 3))
    print row
  }' "${run}_diagnosis.tsv" > "$made/table"
awk -v table="$made/table" '
  /^<!-- conventions: end/ { skip = 0 }
  !skip { print }
  /^<!-- conventions: begin/ {
    skip = 1
    while ((getline line < table) > 0) print line
  }' docs/conventions.md > "$made/conventions.md"
cp "$made/conventions.md" "$docs/conventions.md"
