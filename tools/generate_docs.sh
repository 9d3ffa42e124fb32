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
