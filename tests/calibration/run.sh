#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh CALIBRATE PAGE - runs the calibration and puts its tables between the marks of PAGE.
set -eu
program=$1
page=$2
series=${VALUEBOLD_DATA:-../shared/data}/nitime_rest/fmri_timeseries.csv
tables=$(mktemp)
trap 'rm -f "$tables" "$page.part"' EXIT

if [ -f "$series" ]; then
  "$program" "$(nproc)" "$series" > "$tables"
else
  echo "run.sh: $series is not there: simulated series only" >&2
  "$program" "$(nproc)" > "$tables"
fi
awk -v tables="$tables" '
  /^<!-- calibration ends -->/ {inside = 0}
  !inside {print}
  /^<!-- calibration begins/ {
    inside = 1
    print ""
    while ((getline line < tables) > 0) print line
    print ""
  }' "$page" > "$page.part"
mv "$page.part" "$page"
grep -c '\*\*outside' "$page" | sed 's/$/ rates outside their limits/'
