#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pages made from tables are up to date, links lead somewhere, the version is said once.
. tests/lib/test.sh

sh tools/generate_docs.sh "$VALUEBOLD" "$TMP/docs"
for page in "$TMP"/docs/*.*; do # not the picture: its last digits may depend on the processor
  name=$(basename "$page")
  check "docs/$name is what the program says (else: make docs)" diff -u "docs/$name" "$page"
done
for page in README.md CHANGELOG.md docs/*.md docs/*/*.md examples/*/README.md; do
  [ -f "$page" ] || continue
  folder=$(dirname "$page")
  grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^https\?:' |
    while read -r link; do
      [ -z "$link" ] || [ -e "$folder/$link" ] || echo "$page: $link"
    done
done > "$TMP/broken"
same "every link of the pages leads to a file" "" "$(cat "$TMP/broken")"

# the spec of each model page runs on the events beside it, and uses the signals it names
block() { # LANGUAGE FILE: the first block of that language
  awk -v lang="\`\`\`$1" '$0 == lang {on = 1; next} /^```/ {if (on) exit} on' "$2"
}
for page in docs/models/*.md; do
  family=$(basename "$page" .md)
  [ "$family" = README ] && continue
  mkdir -p "$TMP/$family"
  block yaml "$page" > "$TMP/$family/spec.yaml"
  block tsv "$page" > "$TMP/$family/events.tsv"
  check "the spec of docs/models/$family.md runs" "$VALUEBOLD" trials "$TMP/$family/spec.yaml" --all \
    --events "$TMP/$family/events.tsv" --output-dir "$TMP/$family/out" --quiet
  columns=$(head -n 1 "$TMP/$family"/out/sub-01/func/*_events.tsv | tr '\t' '\n')
  # shellcheck disable=SC2016
  for signal in $(sed -n '/^## Signals/,$p' "$page" | grep -o '`[a-z_]*`' | tr -d '\`'); do
    printf '%s\n' "$columns" | grep -q -x -e "$signal" -e "model_$signal" || echo "$page: $signal"
  done
done > "$TMP/signals"
grep '^PASS\|^FAIL' "$TMP/signals"
n_failed=$((n_failed + $(grep -c '^FAIL' "$TMP/signals")))
same "the signals the model pages name are there" "" "$(grep -v '^PASS\|^FAIL\|^  ' "$TMP/signals")"

# each line the diff of contributing.md adds stands in the file it names
awk '/^```diff/ {on = 1; next} /^```/ {on = 0} on && /^\+\+\+ b\// {file = substr($2, 3)}
  on && /^\+[^+]/ {print file "\t" substr($0, 2)}' docs/contributing.md > "$TMP/added"
while IFS='	' read -r file line; do
  grep -q -x -F -e "$line" "$file" || echo "$file: $line"
done < "$TMP/added" > "$TMP/stale"
same "the diff of contributing.md is in the code" "" "$(cat "$TMP/stale")"
has "and it has a line of each kind" "$(cut -f1 "$TMP/added" | sort | uniq -c)" 'terms.def'
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
