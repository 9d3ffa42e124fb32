#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One run in 240 forms of NIfTI through the whole command glm: the maps are the same.
. tests/lib/test.sh

if ! command -v python3 > /dev/null; then
  skip "240 forms of an image give the same maps" "python3 is not installed"
  finish
  exit
fi
case $VALUEBOLD in /*) program=$VALUEBOLD ;; *) program=$(pwd)/$VALUEBOLD ;; esac
python3 tests/glm/formats.py "$program" "$TMP" > "$TMP/judged" 2> "$TMP/why"
same "the forms are tried" "" "$(cat "$TMP/why")"
while read -r verdict name rest; do
  [ "$verdict" = ok ] || fail "format $name" "$rest"
done < "$TMP/judged"
same "240 forms of an image give the same maps" 240 "$(grep -c '^ok ' "$TMP/judged")"
finish
