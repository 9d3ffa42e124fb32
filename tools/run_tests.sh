#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run_tests.sh unit|all - runs the unit tests of $BUILD/tests and, for all, tests/*.sh; ends
# with one line: N passed, N failed, N skipped.
#
# A unit test binary fails when a test fails, when it has no tests at all (Criterion calls
# that a success), and when a sanitizer wrote a report, leaks included (Criterion looks at
# neither: a test runs in a process of its own whose exit code it does not see).
# A shell test prints lines PASS name, FAIL name or SKIP name: reason (see tests/lib/test.sh).
# A line "SKIP: reason" of a unit test is counted as skipped, not as passed.
set -u
what=${1:-all}
BUILD=${BUILD:-build}
passed=0 failed=0 skipped=0
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
trap 'exit 130' INT TERM

# Criterion leaks in its own assertions; only those two functions are excused, not the
# library, whose name is in the stack of every test (see also sanitizer_reports).
printf 'leak:cri_assert_\nleak:cri_fmt_\n' > "$log/lsan.supp"
LSAN_OPTIONS=suppressions=$log/lsan.supp:print_suppressions=0:exitcode=23
ASAN_OPTIONS=log_path=$log/san:detect_stack_use_after_return=1:allocator_may_return_null=1
UBSAN_OPTIONS=print_stacktrace=1:log_path=$log/san
unset MAKEFLAGS MFLAGS MAKELEVEL # for tests that call make
VALUEBOLD=$BUILD/valuebold
VALUEBOLD_DATA=${VALUEBOLD_DATA:-../shared/data}
export LSAN_OPTIONS ASAN_OPTIONS UBSAN_OPTIONS VALUEBOLD VALUEBOLD_DATA BUILD

count() { # how many lines of $log/out match
  grep -c "$1" "$log/out"
}

field() { # Criterion's closing line: the number behind "Name: "
  sed -n "s/.*Synthesis:.*$1: \([0-9]*\).*/\1/p" "$log/out" | tail -n 1
}

# What sanitizers wrote, without leaks of memory that libcriterion itself took (frame 1 of
# the stack): it is stripped, so that no suppression can name the function.
sanitizer_text() {
  cat "$log"/san.* 2>/dev/null | awk '
    function flush() {
      if (block ~ /leak of/ && block ~ /#1 [^\n]*libcriterion/) {}
      else if (block ~ /^SUMMARY: AddressSanitizer: [0-9]+ byte/ && !leaks) {}
      else if (block ~ /LeakSanitizer: detected/) head = block
      else {
        if (block ~ /leak of/ && !leaks++) printf "%s\n", head
        if (block != "") printf "%s\n", block
      }
      block = ""
    }
    /^$/ {flush(); next}
    {block = block $0 "\n"}
    END {flush()}'
}

sanitizer_reports() {
  sanitizer_text | grep -E -c 'ERROR:|runtime error'
}

report() { # name passed failed skipped seconds
  status=ok
  [ "$3" -eq 0 ] || status=FAILED
  printf '%-34s %-6s %5d passed' "$1" "$status" "$2"
  [ "$3" -eq 0 ] || printf ', %d failed' "$3"
  [ "$4" -eq 0 ] || printf ', %d skipped' "$4"
  printf '  (%d s)\n' "$5"
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

run_unit() {
  name=$(basename "$1")
  start=$(date +%s)
  timeout 900 "$1" > "$log/out" 2>&1 < /dev/null
  code=$?
  good=$(field Passing) bad=$(field Failing) crashed=$(field Crashing)
  bad=$((${bad:-0} + ${crashed:-0})) # no closing line at all: caught below
  skips=$(($(count '^SKIP: ') + $(count '^\[SKIP\]')))
  good=$((${good:-0} - $(count '^SKIP: ')))
  reports=$(sanitizer_reports)
  # 23: the leak checker of Criterion's own process, whose report has been looked at
  [ $code -eq 23 ] && [ "${reports:-0}" -eq 0 ] && code=0
  if [ "$bad" -eq 0 ] && { [ $code -ne 0 ] || [ "${reports:-0}" -gt 0 ] ||
    [ $((good + skips)) -eq 0 ]; }; then
    bad=1
  fi
  report "$name" "$good" "$bad" "$skips" $(($(date +%s) - start))
  grep '^SKIP: ' "$log/out" | sort -u | sed 's/^/    /'
  if [ "$bad" -gt 0 ]; then
    grep -v '^\[RUN \|^\[PASS' "$log/out" | sed 's/^/    /'
    sanitizer_text | head -n 60 | sed 's/^/    /'
    [ -n "$(field Tested)" ] || echo "    it did not get to its end (exit code $code)"
    [ "$(field Tested)" != 0 ] || echo "    it has no tests"
  fi
  rm -f "$log"/san.*
}

run_shell() {
  name=$(basename "$1" .sh)
  start=$(date +%s)
  timeout 1800 sh "$1" > "$log/out" 2>&1 < /dev/null
  code=$?
  good=$(count '^PASS ') bad=$(count '^FAIL ') skips=$(count '^SKIP ')
  reports=$(sanitizer_reports)
  if [ "$bad" -eq 0 ] && { [ $code -ne 0 ] || [ "${reports:-0}" -gt 0 ] ||
    [ $((good + skips)) -eq 0 ]; }; then
    bad=1
  fi
  report "$name" "$good" "$bad" "$skips" $(($(date +%s) - start))
  grep '^SKIP \|^INFO ' "$log/out" | sed 's/^INFO //; s/^/    /'
  if [ "$bad" -gt 0 ]; then
    grep -v '^PASS ' "$log/out" | tail -n 200 | sed 's/^/    /'
    sanitizer_text | head -n 60 | sed 's/^/    /'
    [ $code -eq 0 ] || echo "    exit code $code"
  fi
  rm -f "$log"/san.*
}

for source in tests/unit/test_*.c; do
  run_unit "$BUILD/tests/$(basename "$source" .c)"
done
if [ "$what" = all ]; then
  for script in tests/*.sh; do
    [ -f "$script" ] && run_shell "$script"
  done
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
