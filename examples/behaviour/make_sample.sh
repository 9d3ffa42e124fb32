#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make_sample.sh VALUEBOLD - makes participants.tsv, parameters.tsv and choices.tsv anew:
# offers and true parameters by awk, choices by `valuebold simulate choices`.
set -eu
valuebold=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk -v OFS='\t' -v people="$here/participants.tsv" -v truth="$here/parameters.tsv" '
  function z() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
  BEGIN {
    srand(20261123)
    n_r = split("6 10 15 20 30 50", reward, " ")
    n_e = split("5 10 15 20 25 30", effort, " ")
    print "participant_id", "apathy" > people
    print "participant_id", "effort_k", "inverse_temperature" > truth
    print "participant_id", "session", "trial", "reward", "effort", "reference_reward", "response_alternative"
    for (s = 1; s <= 20; s++) {
      id = sprintf("sub-%02d", s)
      apathy = 10 + int(31 * rand())
      print id, apathy > people
      printf "%s\t%.4g\t%.4g\n", id, exp(log(.12) + .03 * (apathy - 25) + .4 * z()),
        exp(log(1.1) + .35 * z()) > truth
      for (session = 1; session <= 2; session++) {
        n = 0
        for (repeat = 0; repeat < 2; repeat++)
          for (i = 1; i <= n_r; i++) for (j = 1; j <= n_e; j++) {
            n++; r[n] = reward[i]; e[n] = effort[j]
          }
        for (t = n; t >= 1; t--) {
          k = 1 + int(t * rand())
          a = r[k]; r[k] = r[t]; b = e[k]; e[k] = e[t]
          print id, session, n - t + 1, a, b, 5, rand() < .01 ? "n/a" : t % 2
        }
      }
    }
  }' > "$work/design.tsv"
"$valuebold" simulate choices "$here/spec.yaml" --choices "$work/design.tsv" \
  --parameters "$here/parameters.tsv" --seed 1 --output-dir "$work/out" --quiet
cp "$work/out/choices.tsv" "$here/choices.tsv"
