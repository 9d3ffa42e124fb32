#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every malformed file of tests/data/badinput through the program: the outcome its
# manifest states, the message, nothing left behind, no memory fault.  The judge is
# tests/data/badinput/check_badinput.py (Python's standard library only).
. tests/lib/test.sh

corpus=tests/data/badinput
if ! command -v python3 > /dev/null; then
  skip "malformed input" "python3 is not installed"
  finish
  exit
fi
here=$(pwd)
case $VALUEBOLD in /*) program=$VALUEBOLD ;; *) program=$here/$VALUEBOLD ;; esac
# A program built with sanitizers needs more address space than the judge's limit allows.
asan=
if grep -q __asan_init "$VALUEBOLD"; then asan=--asan; fi
judge() { # commands, what stands before the file in a name
  sed -e "s|@VALUEBOLD@|$program|; s|@HERE@|$here/tests/badinput|" "tests/badinput/$1" \
    > "$TMP/commands.json"
  python3 "$corpus/check_badinput.py" "$corpus" "$TMP/commands.json" --verbose $asan > "$TMP/judged"
  while read -r verdict file rest; do
    case $verdict in
    ok) pass "$2 $file" ;;
    FAIL) fail "$2 $file" "$rest" ;;
    esac
  done < "$TMP/judged"
  named=$(sed -n 's/^refusals that name the file: \([0-9]*\) of \([0-9]*\)$/\1 \2/p' "$TMP/judged")
  info "refusals that name the file: ${named% *} of ${named#* }"
  same "$2: every refusal names the file" "${named#* }" "${named% *}"
}
judge commands.json.in "bad input"
judge commands_roi.json.in "bad input of roi"

# The same images with little memory: what a header promises is held against the file before
# memory is taken for it, so that nothing else comes out (never 5, out of memory).
limit=256000 # KiB of address space
base=$corpus/base
glm() { # bold, mask
  rm -rf "$TMP/small"
  "$VALUEBOLD" glm tests/badinput/spec.yaml --events "$base/events.tsv" --bold "$1" \
    --sidecar "$base/bold.json" --mask "$2" --output-dir "$TMP/small" > /dev/null 2>&1
}
if [ -n "$asan" ]; then
  skip "images with little memory" "a program with sanitizers needs more address space"
elif # shellcheck disable=SC3045
  ! (ulimit -v $limit) 2> /dev/null
then
  skip "images with little memory" "this shell cannot limit memory"
else
  tab=$(printf '\t')
  while IFS=$tab read -r file kind wrong rest; do
    case $kind in
    bold) set -- "$corpus/$file" none ;;
    mask) set -- "$base/bold.nii" "$corpus/$file" ;;
    *) continue ;;
    esac
    glm "$@"
    want=$?
    # shellcheck disable=SC3045
    (ulimit -v $limit && glm "$@")
    same "little memory: $file ($wrong)" "$want" $?
  done < "$corpus/manifest.tsv"
fi
finish
