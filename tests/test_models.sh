#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Models as a user states them: formulas, conditions, units, titration, foraging, fatigue.
. tests/lib/test.sh

cat > "$TMP/events.tsv" << 'TSV'
onset	duration	agent	reward	effort	load	response	bonus
0	2	self	4	30	2	work	4
6	2	other	6	60	3	rest	0
12	2	self	8	90	2	work	8
18	2	other	2	30	4	n/a	0
24	2	self	6	60	3	work	0
TSV
head='valuebold: 1
trials:
  options: {work: {reward: reward, effort: effort}, rest: {value: 1}}
  choice: response
  outcome: bonus
  condition: agent
  units: {reward: points, effort: s, conversions: {min: 60 s}}
model:'
spec() { # NAME, lines of the model section
  { printf '%s\n' "$head"; cat; } > "$TMP/$1.yaml"
}
column() { # FILE NAME
  awk -F'\t' -v name="$2" 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == name) c = i; next}
    {printf "%s%s", (NR > 2 ? " " : ""), $c}' "$1"
}
trials() { # NAME [OPTIONS]: into $TMP/NAME/
  name=$1
  shift
  run "$VALUEBOLD" trials "$TMP/$name.yaml" --events "$TMP/events.tsv" \
    --output-dir "$TMP/$name" "$@"
}
table() { find "$TMP/$1" -name '*desc-trials_events.tsv'; }

# --- a formula is the model it writes out
spec built << 'YAML'
  value: {effort: parabolic}
  parameters: {k: 0.001}
YAML
spec formula << 'YAML'
  value: "R - k*E^2"
  parameters: {k: 0.001}
YAML
trials built
same "a built-in model runs" 0 "$code"
trials formula
same "its formula runs" 0 "$code"
same "both give the same values" "$(column "$(table built)" sv_work)" \
  "$(column "$(table formula)" sv_work)"
same "a stated value is the option's" "1 1 1 1 1" "$(column "$(table formula)" sv_rest)"
spec typo << 'YAML'
  value: "R - k*E^2 - load2"
  parameters: {k: 0.001}
YAML
trials typo
same "an unknown name in a formula" 3 "$code"
has "is pointed at" "$err" "typo.yaml:9:23: character 13 of the formula .*did you mean 'load'"

# --- parameters by condition, and their units
spec conditions << 'YAML'
  value: {effort: linear}
  parameters: {k: {by_condition: {self: 0.6, other: 1.2}, unit: points/min}}
YAML
trials conditions
same "parameters by condition in another unit" 0 "$code"
has "are converted aloud" "$err" 'effort_k is in points/min and was multiplied by 0.01666'
same "each condition has its own" "3.7 4.8 7.1 1.4 5.4" \
  "$(column "$(table conditions)" sv_work)"
sed 's/points\/min/points\/level/' "$TMP/conditions.yaml" > "$TMP/unit.yaml"
trials unit
same "a unit that cannot be converted" 3 "$code"
has "is refused" "$err" "parameter effort_k is in 'points/level'.*conversions"

# --- fatigue and net outcomes: k = .01, 1 s of effort adds .001
spec fatigue << 'YAML'
  value: {effort: linear}
  fatigue: {rule: long_term}
  parameters: {k: 0.01, fatigue_long_term: 0.001}
YAML
trials fatigue
same "fatigue" "1 1.03 1.03 1.12 1.12" "$(column "$(table fatigue)" fatigue)"
same "net outcomes" "3.7 0 7.073 n/a -0.672" "$(column "$(table fatigue)" net_outcome)"
has "stands in the sidecar" "$(cat "$(table fatigue | sed 's/tsv$/json/')")" '"Fatigue"'

# --- foraging: rho from 0 with rate 1 is the last trial's rate
spec patch << 'YAML'
  value: {delay: opportunity}
  learning: {rule: rate, time: duration, initial: 1}
  choice_rule: softmax_log_odds_bias
  parameters: {learning_rate: 0.5, bias: 0, inverse_temperature: 1}
YAML
sed -i 's/effort: effort/delay: load/; s/, effort: s, conversions: {min: 60 s}/, delay: s/' \
  "$TMP/patch.yaml"
trials patch
same "an exit threshold is the learned rate times the time" "2 5.25 0.875 12.4375" \
  "$(column "$(table patch)" exit_threshold | cut -d' ' -f1-3,4)"

# --- staircases: 1 taken, 1.5 taken, 1.75 not -> 1.625 of 2; 1 not, .5 not, .25 taken
cat > "$TMP/staircase.tsv" << 'TSV'
onset	duration	load	offer	response
0	1	2	1	hard
2	1	3	1	easy
4	1	2	1.5	hard
6	1	3	0.5	n/a
8	1	3	0.5	easy
10	1	2	1.75	easy
12	1	3	0.25	hard
TSV
cat > "$TMP/staircase.yaml" << 'YAML'
valuebold: 1
trials:
  options: {hard: {reward: 2, effort: load}, easy: {reward: offer}}
  choice: response
model: {value: {effort: indifference}, levels: [2, 3], choice_rule: softmax, parameters: fit}
fit: {titration: true, fixed: {}, bounds: {inverse_temperature: [0, 5]}}
YAML
run "$VALUEBOLD" fit "$TMP/staircase.yaml" --events "$TMP/staircase.tsv" \
  --output-dir "$TMP/staircase"
same "titrated choices" 0 "$code"
same "end at their indifference points" "0.8125 0.1875" \
  "$(column "$TMP/staircase/parameters.tsv" effort_ip_2) $(column \
    "$TMP/staircase/parameters.tsv" effort_ip_3)"
sed 's/	1.5	hard/	0.5	hard/' "$TMP/staircase.tsv" > "$TMP/wrong.tsv"
run "$VALUEBOLD" fit "$TMP/staircase.yaml" --events "$TMP/wrong.tsv" --output-dir "$TMP/wrong"
has "what is no staircase is said" "$err" 'level 2, amount 2: titration: offer 2 is 0.5 after 1'

# --- the list names every part
run "$VALUEBOLD" models
for part in prospect indifference gamble opportunity quasi_hyperbolic ddm softmax_switch \
  adaptive_effort kalman short_and_long_term; do
  has "models lists $part" "$out" "^  $part\$"
done
run "$VALUEBOLD" models eefrt
has "a published model is found by name" "$out" '^      choice_rule: softmax_temperature$'
run "$VALUEBOLD" models eefrtt
has "a mistyped one is told" "$err" "did you mean 'eefrt'"
finish
