#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh VALUEBOLD OUT - fits, comparison, hierarchical fit and recovery of the sample.
set -eu
valuebold=$1
out=$2
here=$(dirname "$0")
"$valuebold" fit "$here/spec.yaml" --choices "$here/choices.tsv" --output-dir "$out/fit"
"$valuebold" fit "$here/hierarchical.yaml" --choices "$here/choices.tsv" \
  --covariates "$here/participants.tsv" --output-dir "$out/hierarchical"
"$valuebold" simulate recovery "$here/spec.yaml" --choices "$here/choices.tsv" --repeats 5 \
  --output-dir "$out/recovery"
