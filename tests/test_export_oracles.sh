#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What other programs make of the exports: Octave loads every .mat and evaluates the batch,
# tclsh sources every .fsf, and both compare the two exports with each other.
. tests/lib/test.sh

writer=${BUILD:-build}/tests/test_export_files
have() { command -v "$1" > /dev/null 2>&1; }

check_folder() { # name, folder that holds export/
  for fsf in "$2"/export/fsl/sub-*/*_design.fsf "$2"/export/fsl/sub-*/ses-*/*_design.fsf; do
    [ -f "$fsf" ] || continue
    name="$1: tclsh sources $(basename "$fsf") and finds every key"
    if have tclsh; then
      if tclsh tests/tcl/check_fsf.tcl "$fsf" > "$fsf.contrasts" 2> "$TMP/faults"; then
        pass "$name"
      else
        fail "$name" "$(cat "$TMP/faults")"
      fi
    else
      skip "$name" "tclsh is not installed"
    fi
  done
  for batch in "$2"/export/spm/sub-*/*_batch.m "$2"/export/spm/sub-*/ses-*/*_batch.m; do
    [ -f "$batch" ] || continue
    spm=$(dirname "$batch")
    fsl=$(printf '%s\n' "$spm" | sed 's|/export/spm/|/export/fsl/|')
    name="$1: Octave loads the .mat files of $(basename "$batch") and evaluates it"
    contrasts=$(find "$fsl" -name '*.contrasts' | sort | head -n 1)
    if have octave-cli && [ -n "$contrasts" ]; then
      check "$name" octave-cli --no-gui --norc --eval "addpath('$PWD/tests/octave');
        check_export('$spm', '$fsl', '$contrasts')"
    else
      skip "$name" "octave-cli or tclsh is not installed"
    fi
  done
}

mkdir "$TMP/plain" "$TMP/orth"
check "the study of the unit tests is exported" env VB_EXPORT_DIR="$TMP/plain" "$writer"
check_folder "plain" "$TMP/plain"
check "the study is exported with orthogonalised modulators" \
  env VB_EXPORT_DIR="$TMP/orth" VB_EXPORT_ORTH=1 "$writer"
check_folder "orthogonalised" "$TMP/orth"
finish
