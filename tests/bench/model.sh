#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench: values by a formula against the same model built in, a million trials
#
# Prints processor time; judges nothing.  A formula is meant to take at most 3 times as long.
set -u
BUILD=${BUILD:-build}
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
# shellcheck disable=SC2086 # CC may be "ccache gcc"
${CC:-cc} -std=c11 -O2 -Iinclude -o "$TMP/formula" tests/bench/formula.c \
  "$BUILD/libvaluebold.a" -lm || exit 1
"$TMP/formula"
