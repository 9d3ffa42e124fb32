#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Other programs' own code on what valuebold writes: nilearn, pybids and bsmschema, from PyPI
# in a virtual environment below the build folder ($ORACLES names another).  Called by
# `make test-oracles`.
set -u
build=${BUILD:-build}
valuebold=$PWD/$build/valuebold
python=${ORACLES:-$build/oracles}/bin/python

if [ ! -x "$python" ]; then
  python3 -m venv "$build/oracles" || exit 1
fi
"$python" -c 'import nilearn, bids, bsmschema' 2> /dev/null ||
  "$python" -m pip install --quiet nilearn pybids bsmschema || exit 1

TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
failed=0
example=examples/effort-risk
export_to() { # folder, options
  folder=$1
  shift
  "$valuebold" export $example/spec.yaml --bids-dir $example/data --output-dir "$folder" \
    --quiet "$@" || failed=1
}

echo "BIDS Stats Model"
for hrf in 'spm' 'spm + derivative + dispersion'; do
  export_to "$TMP/model $hrf" --to bids-model --like spm --hrf "$hrf"
  "$python" tests/oracles/bids_model.py "$TMP/model $hrf" || failed=1
done
echo "matio and Octave"
if pkg-config --exists matio 2> /dev/null && command -v octave-cli > /dev/null; then
  export_to "$TMP/spm" --to spm
  # shellcheck disable=SC2046
  cc -std=c11 -Wall $(pkg-config --cflags matio) tests/oracles/matio_copy.c -o "$TMP/copy" \
    $(pkg-config --libs matio) || failed=1
  for file in "$TMP"/spm/export/spm/sub-*/*_conditions.mat; do
    "$TMP/copy" "$file" "$TMP/copied.mat" > /dev/null &&
      octave-cli --no-gui --norc --eval "a = load('$file'); b = load('$TMP/copied.mat');
        assert(isequal(a, b)); assert(numfields(a) > 2)" 2> /dev/null || failed=1
  done
  [ "$failed" = 0 ] && echo "PASS Octave sees the same in our .mat files and in matio's copies"
else
  echo "SKIP libmatio-dev and octave are not both installed"
fi
echo "afni_xmat.py"
"$python" tests/oracles/afni_xmat.py "$valuebold" || failed=1
for script in tests/oracles/nilearn_*.py; do
  [ -f "$script" ] || continue
  echo "$(basename "$script")"
  "$python" "$script" "$valuebold" || failed=1
done
exit $failed
