#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pages made from tables are up to date, links lead somewhere, the version is said once.
. tests/lib/test.sh

sh tools/generate_docs.sh "$VALUEBOLD" "$TMP/docs"
for page in "$TMP"/docs/*.*; do # not the picture: its last digits may depend on the processor
  name=$(basename "$page")
  check "docs/$name is what the program says (else: make docs)" diff -u "docs/$name" "$page"
done
for page in README.md CHANGELOG.md docs/*.md examples/*/README.md; do
  [ -f "$page" ] || continue
  folder=$(dirname "$page")
  grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^https\?:' |
    while read -r link; do
      [ -z "$link" ] || [ -e "$folder/$link" ] || echo "$page: $link"
    done
done > "$TMP/broken"
same "every link of the pages leads to a file" "" "$(cat "$TMP/broken")"
version=$(make -s version)
has "CITATION.cff has the version" "$(cat CITATION.cff)" "^version: $version\$"
has "CHANGELOG.md has the version" "$(cat CHANGELOG.md)" "^## \[$version\]"
for target in demo test; do
  has "the README names make $target" "$(cat README.md)" "^make $target"
done
commands=$(awk '/^```/ {code = !code} code && $1 == "valuebold" {print $2}' README.md | sort -u)
for command in $commands; do
  "$VALUEBOLD" help "$command" > /dev/null 2>&1 || echo "$command"
done > "$TMP/unknown"
same "every command of the README exists" "" "$(cat "$TMP/unknown")"
finish
