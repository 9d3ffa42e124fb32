#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh PROGRAM PAGE - runs the calibration of regions, its tables between the marks of PAGE.
set -eu
program=$1
page=$2
tables=$(mktemp)
trap 'rm -f "$tables" "$page.part"' EXIT

"$program" "$(nproc)" > "$tables"
awk -v tables="$tables" '
  /^<!-- calibration ends -->/ {inside = 0}
  !inside {print}
  /^<!-- calibration begins/ {
    inside = 1
    print ""
    while ((getline line < tables) > 0) print line
  }' "$page" > "$page.part"
mv "$page.part" "$page"
echo "$(grep -c '\*\*outside' "$page" || true) results outside their limits"
