#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh - runs every script of tests/bench/, each of which prints its own table.
set -u
found=no
for script in tests/bench/*.sh; do
  [ -f "$script" ] || continue
  found=yes
  echo "== $(sed -n 's/^# bench: //p' "$script" | head -n 1)"
  sh "$script" || exit 1
done
[ $found = yes ] || { echo "there is no tests/bench/*.sh" >&2; exit 1; }
