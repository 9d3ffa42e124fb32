#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# generate_docs.sh PROGRAM DIR - the pages of DIR that are made from registries and tables.
# tests/test_docs.sh runs it into an empty folder and compares with docs/.
set -eu
program=$1
docs=$2

mkdir -p "$docs"
for page in $("$program" --generate pages); do
  "$program" --generate "$page" > "$docs/$page"
done

# the README's picture: a run of the example, in the default convention
mkdir -p "$docs/img"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$program" design examples/effort-risk/spec.yaml --bids-dir examples/effort-risk/data \
  --like valuebold --participant-label 01 --run 1 --output-dir "$made" --quiet 2> /dev/null
cp "$made/sub-01/func/sub-01_task-effort_run-1_design.svg" "$docs/img/design.svg"
