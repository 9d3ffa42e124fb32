# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# test.sh - for shell tests: `. tests/lib/test.sh` at their top, `finish` as their last line.
# They run from the root of the repository and may use
#   $VALUEBOLD       the program         $DATA   public data (may be absent: have_data)
#   $TMP             an empty folder, removed at the end
#
#   pass NAME | fail NAME [WHY] | skip NAME WHY | info TEXT (printed by the runner)
#   check NAME COMMAND...         passes when the command succeeds
#   same NAME EXPECTED FOUND      passes when the two texts are equal
#   has NAME TEXT PATTERN         passes when a line of TEXT matches the extended regex
#   run COMMAND...                keeps exit code in $code, output in $out and $err (texts)
# Variables it sets: code out err.
set -u
VALUEBOLD=${VALUEBOLD:-build/valuebold}
DATA=${VALUEBOLD_DATA:-../shared/data}
TMP=$(mktemp -d) || exit 1
n_failed=0
trap 'rm -rf "$TMP"' EXIT
trap 'exit 130' INT TERM

pass() { echo "PASS $1"; }
fail() {
  echo "FAIL $1"
  [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/  /'
  n_failed=$((n_failed + 1))
}
skip() { echo "SKIP $1: $2"; }
info() { echo "INFO $1"; }

check() {
  name=$1
  shift
  if output=$("$@" 2>&1); then pass "$name"; else fail "$name" "$output"; fi
}

same() {
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected: $2
found:    $3"; fi
}

has() {
  if printf '%s\n' "$2" | grep -E -q -e "$3"; then pass "$1"; else fail "$1" "no line matches: $3
in: $2"; fi
}

run() {
  "$@" > "$TMP/.out" 2> "$TMP/.err" < /dev/null
  # shellcheck disable=SC2034
  code=$?
  # shellcheck disable=SC2034
  out=$(cat "$TMP/.out") err=$(cat "$TMP/.err")
}

have_data() { # folder below the public data
  [ -d "$DATA/$1" ]
}

finish() {
  [ "$n_failed" -eq 0 ]
}
