#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench: voxelwise models, whole processes beside `igzip -dc` of the same file
#
#   BENCH=small  (a) 64x64x36x200, the default
#   BENCH=full   also (b) 97x115x97x300 and (c) 91x109x91x1200: 3 GB of disk, some minutes
#   RUNS=5       pairs of runs      BENCH_DIR=DIR  where the images are kept, build/bench
#   PYTHON=python3  nilearn is timed and compared with where this can import it
#
# Images are made by make_bold.c and compressed by gzip -6.  glm and igzip take turns; ratios are
# those of the pairs.  Limits are on 2 processors, files in the page cache.  Judges nothing: a
# busy machine is not a slow program.
set -u
VALUEBOLD=${VALUEBOLD:-${BUILD:-build}/valuebold}
BENCH=${BENCH:-small}
BENCH_DIR=${BENCH_DIR:-${BUILD:-build}/bench}
CC=${CC:-cc}
export VALUEBOLD BENCH_DIR

case $BENCH in
small) sets=a ;;
full) sets='a b c' ;;
*)
  echo "BENCH=$BENCH: small or full" >&2
  exit 2
  ;;
esac

# make NAME NX NY NZ N_SCANS TR BACKGROUND
make_set() {
  [ -f "$BENCH_DIR/$1.nii.gz" ] && return
  echo "making $1: $2 x $3 x $4 x $5"
  "$BENCH_DIR/make_bold" "$BENCH_DIR/$1" "$2" "$3" "$4" "$5" "$6" "$7" || exit 1
  if command -v pigz > /dev/null; then
    pigz -6 -n -f "$BENCH_DIR/$1.nii" || exit 1
  else
    gzip -6 -n -f "$BENCH_DIR/$1.nii" || exit 1
  fi
}

mkdir -p "$BENCH_DIR" || exit 1
if [ ! -x "$BENCH_DIR/make_bold" ]; then
  $CC -std=c11 -O2 -D_POSIX_C_SOURCE=200809L tests/bench/make_bold.c -o "$BENCH_DIR/make_bold" \
    -lm || exit 1
fi
for set in $sets; do
  case $set in
  a) make_set a 64 64 36 200 2 noise ;;
  b) make_set b 97 115 97 300 2 noise ;;
  c) make_set c 91 109 91 1200 0.72 zero ;;
  esac
done
# shellcheck disable=SC2086
python3 tests/bench/glm.py $sets
