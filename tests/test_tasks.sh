#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Presets of tasks: each is checked, gives trials, a design and exports on its own example, and
# the example is what its plan simulates.
. tests/lib/test.sh

"$VALUEBOLD" init --list > "$TMP/list"
tasks=$(awk '{ print $1 }' "$TMP/list")
has "the presets are listed" "$tasks" "^eefrt$"
for task in $tasks; do
  dir=$TMP/$task
  check "$task: init writes it" "$VALUEBOLD" init --task "$task" --example "$dir"
  check "$task: check passes, nothing to warn of" "$VALUEBOLD" check "$dir/spec.yaml" \
    --bids-dir "$dir/data" --strict
  check "$task: trials" "$VALUEBOLD" trials "$dir/spec.yaml" --bids-dir "$dir/data" \
    --output-dir "$dir/out"
  check "$task: design" "$VALUEBOLD" design "$dir/spec.yaml" --bids-dir "$dir/data" \
    --output-dir "$dir/out" --force
  run "$VALUEBOLD" export "$dir/spec.yaml" --bids-dir "$dir/data" --output-dir "$dir/out" \
    --verify
  same "$task: export, read back" 0 "$code"
  [ "$code" = 0 ] || info "$err"
  check "$task: the plan makes the example" "$VALUEBOLD" simulate "$dir/plan.yaml" \
    --output-dir "$dir/again"
  for events in "$dir"/again/sub-01/func/*_events.tsv; do
    check "$task: and the same one" cmp "$events" "templates/tasks/$task/events.tsv"
    break
  done
done
for folder in templates/tasks/*/; do
  name=$(basename "$folder")
  printf '%s\n' "$tasks" | grep -q -x "$name" || echo "$name"
done > "$TMP/unlisted"
same "every folder of presets is listed" "" "$(cat "$TMP/unlisted")"

# docs/studies.md: presets that are there, and all of them (test_docs.sh follows the links)
named=$(grep -o '\[[a-z-]*\](\.\./templates/tasks/[a-z-]*/spec\.yaml)' docs/studies.md |
  sed 's|^\[\(.*\)\](.*/\(.*\)/spec.yaml)|\1 \2|' | sort -u)
same "presets that docs/studies.md names are those it links to" "" \
  "$(printf '%s\n' "$named" | awk '$1 != $2')"
same "and they are the presets there are" "$(printf '%s\n' "$tasks" | sort)" \
  "$(printf '%s\n' "$named" | awk '{ print $2 }')"
studies=$(grep -c '^| [A-Z]' docs/studies.md)
same "every study has its preset" "$studies" "$(grep '^| [A-Z]' docs/studies.md | grep -c 'spec\.yaml')"
run "$VALUEBOLD" init --task eefrtt
same "an unknown preset is a usage error" 2 "$code"
has "and names the nearest" "$err" "did you mean 'eefrt'"
run "$VALUEBOLD" init
same "neither data nor a preset is a usage error" 2 "$code"
run "$VALUEBOLD" init --task eefrt --example "$TMP/eefrt"
same "an example that is there is not replaced" 5 "$code"
finish
