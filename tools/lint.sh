#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lint.sh C-FILES... -- SHELL-FILES... - every static check that is installed; says which
# are not.  $CPPFLAGS are the flags the code is compiled with.
# shellcheck disable=SC2016 # variables of an inner shell
set -u
failed=0 missing=
c_files='' shell_files='' list=c
for file in "$@"; do
  if [ "$file" = -- ]; then list=shell
  elif [ "$list" = c ]; then c_files="$c_files $file"
  else [ -f "$file" ] && shell_files="$shell_files $file"
  fi
done

step() { # name command...: one line, and what the command said when it failed
  name=$1
  shift
  if ! command -v "$1" > /dev/null 2>&1; then
    missing="$missing $1"
    return
  fi
  if output=$("$@" 2>&1); then
    echo "ok      $name"
  else
    echo "FAILED  $name"
    printf '%s\n' "$output" | sed 's/^/    /'
    failed=1
  fi
}

# shellcheck disable=SC2086
sources=$(printf '%s\n' $c_files | grep '^src/.*\.c$')
# shellcheck disable=SC2086 # lists of words
{
  step "clang-format (make format mends it)" sh -c '
    command -v clang-format > /dev/null || exit 0
    clang-format --dry-run "$@" 2>&1 | sed -n "s/:[0-9]*:[0-9]*: warning.*//p" | sort -u |
      { if grep .; then exit 1; fi; }' sh $c_files
  # two at a time; -quiet leaves out the count of suppressed warnings of system headers
  step "clang-tidy" xargs -P 2 -n 8 sh -c \
    'clang-tidy -quiet "$@" -- -std=c11 -DVB_VERSION=\"$VERSION\" $CPPFLAGS 2>&1 | grep -v "warnings generated\|^Suppressed\|^Use -header" |
       { if grep .; then exit 1; fi; }' sh << END
$(printf '%s\n' $sources)
END
  step "cppcheck" cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr \
    --error-exitcode=1 --suppress=missingIncludeSystem -Iinclude -DVB_VERSION='"0"' src
  step "shellcheck" shellcheck -x $shell_files
  step "codespell" codespell --quiet-level 2 --skip '*.svg,*.tsv,*.mat,tests/data' \
    --ignore-words tools/codespell.txt src include tests/*.sh tests/lib tools docs examples README.md CHANGELOG.md
}
step "rooms and layers" sh tests/check_layers.sh
[ -z "$missing" ] || echo "not installed, so not run:$missing"
exit $failed
