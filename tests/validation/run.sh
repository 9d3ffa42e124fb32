#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh VALIDATE PAGE - runs the checks and puts their tables between the marks of PAGE.
set -eu
program=$1
page=$2
public=${VALUEBOLD_DATA:-../shared/data}/mehrhof2025
work=$(mktemp -d)
trap 'rm -rf "$work" "$page.part"' EXIT

folder=
if [ -d "$public" ]; then
  folder=$work
  for file in "$public"/*.tsv.gz; do
    gzip -dc "$file" > "$work/$(basename "$file" .gz)"
  done
else
  echo "run.sh: $public is not there: without the public choices" >&2
fi
"$program" all "$folder" > "$work/tables" || true
awk -v tables="$work/tables" '
  /^<!-- validation ends -->/ {inside = 0}
  !inside {print}
  /^<!-- validation begins/ {
    inside = 1
    while ((getline line < tables) > 0) print line
    print ""
  }' "$page" > "$page.part"
mv "$page.part" "$page"
grep -c '\*\*outside' "$page" | sed 's/$/ values outside their limits/'
