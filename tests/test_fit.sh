#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command fit: tables and BIDS, parameters for trials, bad participants, threads.
# shellcheck disable=SC2016 # awk programs
. tests/lib/test.sh

cat > "$TMP/spec.yaml" << 'YAML'
valuebold: 1
trials:
  options:
    work: {reward: reward, effort: effort}
    rest: {reward: 1, effort: 0}
  choice: choice
  units: {reward: points, effort: level}
model:
  value: {effort: parabolic}
  choice_rule: softmax
  parameters: fit
YAML
# choices of n participants by k around .2 and beta = 1; the first row of each is on a known
# line
choices() {
  awk -v n="$1" 'BEGIN {
    OFS = "\t"; srand(3)
    print "participant_id", "session", "trial", "reward", "effort", "choice"
    for (s = 1; s <= n; s++)
      for (t = 0; t < 100; t++) {
        r = 2 * (1 + t % 5); e = 1 + int(t / 5) % 5
        print sprintf("sub-%02d", s), 1 + (t >= 50), t + 1, r, e,
              rand() < 1 / (1 + exp(-(r - .2 * exp(.3 * (s % 3 - 1)) * e * e - 1))) ? "work" : "rest"
      } }'
}
fit() { # choices file, then more options
  file=$1
  shift
  run "$VALUEBOLD" fit "$TMP/spec.yaml" --choices "$file" "$@"
}

choices 4 > "$TMP/choices.tsv"
fit "$TMP/choices.tsv" --output-dir "$TMP/out"
same "fit takes a table of all participants" 0 "$code"
has "it says what came out" "$out" '^sub-01 .* 20/20'
same "one row a participant" 5 "$(wc -l < "$TMP/out/parameters.tsv")"
has "the sidecar has the unit" "$(cat "$TMP/out/parameters.json")" '"Units": "points/level\^2"'
for n in 1 2 3; do
  fit "$TMP/choices.tsv" --output-dir "$TMP/threads" --n-procs $n --force
  cksum < "$TMP/threads/parameters.tsv" >> "$TMP/sums"
done
same "1, 2 and 3 threads give the same table" 1 "$(sort -u "$TMP/sums" | wc -l)"
fit "$TMP/choices.tsv" --participant-label 03 --output-dir "$TMP/third"
same "one participant's numbers do not depend on the others" \
  "$(grep sub-03 "$TMP/out/parameters.tsv")" "$(tail -n 1 "$TMP/third/parameters.tsv")"
fit "$TMP/choices.tsv" --json
has "JSON has the fits" "$out" '"effort_k": 0\.[0-9]+'

# --- a model that looks at no values has one parameter: BIC = 2 NLL + ln 100
sed 's/parameters: fit/&\nfit: {models: {full: {}, null: {choice_rule: constant}}}/' "$TMP/spec.yaml" > "$TMP/null.yaml"
run "$VALUEBOLD" fit "$TMP/null.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/null"
same "values that do not count are compared with" 0 "$code"
same "and their parameters do not count in the BIC" "yes yes yes yes" \
  "$(awk -F'\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
    {d = $at["bic"] - 2 * $at["negative_log_likelihood"] - log($at["n_choices"])
     print d * d < 1e-12 ? "yes" : d}' "$TMP/null/model-null_parameters.tsv" | paste -s -d " ")"

sed 's/value: {effort/value: {reward: linear, effort/; s/choice_rule: softmax/choice_rule: bias/' "$TMP/spec.yaml" > "$TMP/pure.yaml"
run "$VALUEBOLD" fit "$TMP/pure.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/pure"
check "a value that is a pure number has no unit in the picture" grep -q '>value difference<' "$TMP/pure/choices.svg"

# --- separate parameters, shared temperature
sed 's/parameters: fit/&\nfit: {separate: {effort_k: session}}/' "$TMP/spec.yaml" > "$TMP/separate.yaml"
run "$VALUEBOLD" fit "$TMP/separate.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/separate"
same "parameters may differ by session" 0 "$code"
same "a row for each session" "session sub-01 1 sub-01 2" \
  "$(awk -F'\t' 'NR == 1 {printf "%s", $2} NR > 1 && NR < 4 {printf " %s %s", $1, $2}' "$TMP/separate/parameters.tsv")"
same "and one temperature" 1 \
  "$(awk -F'\t' '$1 == "sub-01" {print $4}' "$TMP/separate/parameters.tsv" | sort -u | wc -l)"

# --- fixed, bounds, priors
sed 's/parameters: fit/&\nfit: {fixed: {beta: 1}, bounds: {k: [0.3, 1]}}/' "$TMP/spec.yaml" > "$TMP/fixed.yaml"
run "$VALUEBOLD" fit "$TMP/fixed.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/fixed"
same "fixed values and bounds hold" "0.3 1" \
  "$(awk -F'\t' 'NR == 2 {print $2, $3}' "$TMP/fixed/parameters.tsv")"
has "a number at its bound is a warning" "$err" 'sub-01.*effort_k ends at its bound 0.3.*fit-at-bound'
sed 's/parameters: fit/&\nfit: {method: map, priors: {k: {mean: -3, sd: 0.01}}}/' "$TMP/spec.yaml" > "$TMP/map.yaml"
run "$VALUEBOLD" fit "$TMP/map.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/map"
has "a narrow prior decides" "$(awk -F'\t' 'NR == 2 {print $2}' "$TMP/map/parameters.tsv")" '^0\.0(49|50)'
has "the prior stated is in the sidecar" "$(tr -d ' \n' < "$TMP/map/parameters.json")" '"PriorMean":-3,"PriorSD":0.01'
sed 's/parameters: fit/&\nfit: {method: map}/' "$TMP/spec.yaml" > "$TMP/map_unstated.yaml"
run "$VALUEBOLD" fit "$TMP/map_unstated.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/map_unstated"
has "the mean of a prior that the spec leaves open is told as a number" \
  "$(tr -d ' \n' < "$TMP/map_unstated/parameters.json")" \
  '"PriorMean":-?[0-9][-0-9.e]*,"PriorMeanFrom":"themiddleofthestarts","PriorSD":2.5'

# --- comparison and cross-validation
sed 's/parameters: fit/&\nfit: {cross_validate: session, models: {parabolic: {effort: parabolic}, hyperbolic: {effort: hyperbolic}}}/' \
  "$TMP/spec.yaml" > "$TMP/compare.yaml"
choices 12 > "$TMP/twelve.tsv"
run "$VALUEBOLD" fit "$TMP/compare.yaml" --choices "$TMP/twelve.tsv" --output-dir "$TMP/compare"
same "models are compared" 0 "$code"
same "with a row each" "parabolic hyperbolic" "$(awk -F'\t' 'NR > 1 {printf "%s%s", n++ ? " " : "", $1}' "$TMP/compare/comparison.tsv")"
check "the generating model has the better sums and the higher frequency" awk -F'\t' '
  NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i}
  NR > 1 {bic[$1] = $c["bic"]; cv[$1] = $c["cross_validated_nll"]; f[$1] = $c["frequency"]}
  END {exit !(bic["parabolic"] < bic["hyperbolic"] && cv["parabolic"] < cv["hyperbolic"] &&
              f["parabolic"] > f["hyperbolic"])}' "$TMP/compare/comparison.tsv"
# what is left out is judged by the fit to the rest: two fits of one session each say the same
sed 's/parameters: fit/&\nfit: {over: session}/' "$TMP/spec.yaml" > "$TMP/over.yaml"
run "$VALUEBOLD" fit "$TMP/over.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/over"
expected=$(awk -F'\t' 'NR == FNR {if (FNR > 1 && $1 == "sub-01") {k[$2] = $3; b[$2] = $4}; next}
  $1 == "sub-01" {z = b[3 - $2] * ($4 - k[3 - $2] * $5 * $5 - 1)
    s += log(1 + exp($6 == "work" ? -z : z))} END {printf "%.6f", s}' \
  "$TMP/over/parameters.tsv" "$TMP/choices.tsv")
found=$(awk -F'\t' '$1 == "sub-01" && $4 == "parabolic" {printf "%.6f", $11}' "$TMP/compare/comparison_participants.tsv")
same "cross-validation judges each session by the other" "$expected" "$found"
# session 1 without a choice against the model, session 2 with some: the fit to the first is
# sure of everything, so that what it says of the second is its bounds' doing
awk -F'\t' 'BEGIN {OFS = FS} NR > 1 && $1 == "sub-01" && $2 == 1 {
  $6 = $4 - .2 * $5 * $5 > 1 ? "work" : "rest"} {print}' "$TMP/twelve.tsv" > "$TMP/sure.tsv"
run "$VALUEBOLD" fit "$TMP/compare.yaml" --choices "$TMP/sure.tsv" --output-dir "$TMP/sure" --verbose
has "a left-out likelihood that hangs on bounds is told" "$err" \
  'sub-01, parabolic: without one session the other choices leave a parameter open .1 times.*fit-fold-open'
awk -F'\t' 'BEGIN {OFS = FS} $1 == "sub-01" && $2 == 1 {$6 = "n/a"} {print}' "$TMP/twelve.tsv" > "$TMP/unfitted.tsv"
run "$VALUEBOLD" fit "$TMP/compare.yaml" --choices "$TMP/unfitted.tsv" --output-dir "$TMP/unfitted" --verbose
has "and one that there is not" "$err" \
  'sub-01, parabolic: without one session the other choices cannot be fitted .1 times.*fit-fold-failed'

# --- hierarchical
sed 's/parameters: fit/&\nfit: {method: hierarchical, covariates: apathy, models: {parabolic: {effort: parabolic}, hyperbolic: {effort: hyperbolic}}}/' \
  "$TMP/spec.yaml" > "$TMP/hier.yaml"
awk 'BEGIN {OFS = "\t"; print "participant_id", "apathy"
  for (i = 1; i <= 12; i++) print sprintf("sub-%02d", i), 10 + i % 5}' > "$TMP/people.tsv"
run "$VALUEBOLD" fit "$TMP/hier.yaml" --choices "$TMP/twelve.tsv" --covariates "$TMP/people.tsv" \
  --output-dir "$TMP/hier"
same "a hierarchical fit with a covariate" 0 "$code"
check "the group's table has mean and covariate with standard errors" awk -F'\t' '
  $1 == "parabolic" && $2 == "effort_k" && $4 == "mean" {m = $5; s = $6; t = $10}
  $1 == "parabolic" && $2 == "effort_k" && $4 == "apathy" && $6 > 0 {n++}
  END {exit !(n == 1 && s > 0 && exp(m) / t < 1.000001 && exp(m) / t > .999999 && t > .1 && t < .4)}' \
  "$TMP/hier/group.tsv"
has "models have iBIC and hierarchical frequencies" "$out" 'parabolic +iBIC [0-9.]+; inference over models .* frequency 0\.[89]'
for n in 1 3; do
  run "$VALUEBOLD" fit "$TMP/hier.yaml" --choices "$TMP/twelve.tsv" --covariates "$TMP/people.tsv" \
    --output-dir "$TMP/hier$n" --n-procs $n
done
check "1 and 3 threads give the same group" cmp "$TMP/hier1/group.tsv" "$TMP/hier3/group.tsv"
grep -v sub-05 "$TMP/people.tsv" | sed 's/^\(sub-06\).*/\1\tn\/a/' > "$TMP/fewer.tsv"
run "$VALUEBOLD" fit "$TMP/hier.yaml" --choices "$TMP/twelve.tsv" --covariates "$TMP/fewer.tsv" \
  --output-dir "$TMP/fewer"
same "participants without a covariate" 3 "$code"
has "are named: no row" "$err" 'fewer.tsv: sub-05: no row'
has "are named: no number" "$err" "fewer.tsv:6:2: sub-06: covariate apathy is 'n/a'"
same "and the others are fitted" 11 "$(wc -l < "$TMP/fewer/parameters.tsv")"

# --- bad participants: named, the others finish
bad() { # name, awk program, exit code, pattern, rows that are left
  awk -F'\t' -v OFS='\t' "$2" "$TMP/choices.tsv" > "$TMP/bad.tsv"
  rm -rf "$TMP/bad"
  fit "$TMP/bad.tsv" --output-dir "$TMP/bad"
  same "$1: exit code" "$3" "$code"
  has "$1: is named with file, line and participant" "$err" "$4"
  same "$1: the others are fitted" "$5" "$(($(wc -l < "$TMP/bad/parameters.tsv") - 1))"
}
bad "an unknown choice label" 'NR == 150 {$6 = "perhaps"} 1' 3 \
  "bad.tsv:150:6: sub-02: .*perhaps" 3
bad "choices that are all alike" '$1 == "sub-03" {$6 = "work"} 1' 4 \
  "bad.tsv:202: sub-03: all 100 choices are the same" 3
bad "a negative effort" 'NR == 2 {$5 = -1} 1' 3 "bad.tsv:2: sub-01: .*negative" 3
bad "no choice at all" '$1 == "sub-04" {$6 = "n/a"} 1' 3 "sub-04: .*no trial has a choice" 3
awk -F'\t' -v OFS='\t' 'NR == 2 {$5 = "n/a"} NR == 3 {$6 = "n/a"} 1' "$TMP/choices.tsv" > "$TMP/missing.tsv"
fit "$TMP/missing.tsv" --output-dir "$TMP/missing"
same "missing values and choices are left out" 0 "$code"
same "and counted" "98 1 1" "$(awk -F'\t' 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i}
  NR == 2 {print $c["n_choices"], $c["n_missed"], $c["n_missing"]}' "$TMP/missing/parameters.tsv")"
fit "$TMP/choices.tsv" --participant-label 09
same "a participant who is not there" 3 "$code"
has "is named" "$err" 'choices.tsv: there are no choices of sub-09'
fit "$TMP/nowhere.tsv"
same "no such file" 3 "$code"
run "$VALUEBOLD" fit "$TMP/spec.yaml"
same "no data" 2 "$code"
sed 's/softmax/none/' "$TMP/spec.yaml" > "$TMP/none.yaml"
run "$VALUEBOLD" fit "$TMP/none.yaml" --choices "$TMP/choices.tsv"
has "a model without a choice rule says what to write" "$err" 'no choice rule.*choice_rule: softmax'
sed 's/parameters: fit/&\nfit: {fixed: {kk: 1}}/' "$TMP/spec.yaml" > "$TMP/kk.yaml"
run "$VALUEBOLD" fit "$TMP/kk.yaml" --choices "$TMP/choices.tsv"
has "a setting of an unknown parameter is refused with its place" "$err" \
  "kk.yaml:12:15: fit: no model has a parameter 'kk'"

# --- BIDS, and parameters: fit in one command
sed 's/parameters: {file.*/parameters: fit/; s/choice_rule: none/choice_rule: softmax/' \
  examples/effort-risk/individual.yaml > "$TMP/bids.yaml"
run "$VALUEBOLD" fit "$TMP/bids.yaml" --bids-dir examples/effort-risk/data --output-dir "$TMP/bids"
same "fit takes a BIDS folder" 0 "$code"
run "$VALUEBOLD" trials "$TMP/bids.yaml" --bids-dir examples/effort-risk/data \
  --parameters "$TMP/bids/parameters.tsv" --output-dir "$TMP/two"
same "trials reads fitted parameters" 0 "$code"
run "$VALUEBOLD" trials "$TMP/bids.yaml" --bids-dir examples/effort-risk/data --output-dir "$TMP/one"
same "parameters: fit does both" 0 "$code"
check "with the same parameters" cmp "$TMP/one/parameters.tsv" "$TMP/bids/parameters.tsv"
for run in 1 2 3; do
  file=sub-02/func/sub-02_task-effort_run-${run}_desc-trials_events.tsv
  check "and the same signals in run $run" cmp "$TMP/one/$file" "$TMP/two/$file"
done
run "$VALUEBOLD" trials "$TMP/bids.yaml" --bids-dir examples/effort-risk/data --run 2 \
  --participant-label 02 --output-dir "$TMP/run2"
file=sub-02/func/sub-02_task-effort_run-2_desc-trials_events.tsv
check "--run selects what is written, not what is fitted" cmp "$TMP/one/$file" "$TMP/run2/$file"
{ head -n 2 "$TMP/bids/parameters.tsv"; tail -n +2 "$TMP/bids/parameters.tsv"; } > "$TMP/twice.tsv"
run "$VALUEBOLD" trials "$TMP/bids.yaml" --bids-dir examples/effort-risk/data \
  --parameters "$TMP/twice.tsv" --output-dir "$TMP/twice"
same "duplicate rows of parameters" 3 "$code"
has "are named with their lines" "$err" 'twice.tsv:3: duplicate parameters for sub-01: lines 2 and 3'

# --- simulated choices and recovery
check "a picture of choices and curve is written" grep -q 'P(work)' "$TMP/out/choices.svg"
run "$VALUEBOLD" simulate choices "$TMP/spec.yaml" --choices "$TMP/choices.tsv" --output-dir "$TMP/sim"
same "choices are simulated from the fits" 0 "$code"
same "the table keeps its rows and columns" "$(cut -f 1-5 "$TMP/choices.tsv" | cksum)" \
  "$(cut -f 1-5 "$TMP/sim/choices.tsv" | cksum)"
check "and has other choices" sh -c "! cmp -s '$TMP/choices.tsv' '$TMP/sim/choices.tsv'"
run "$VALUEBOLD" fit "$TMP/spec.yaml" --choices "$TMP/sim/choices.tsv"
same "which can be fitted" 0 "$code"
for n in 1 3; do
  run "$VALUEBOLD" simulate recovery "$TMP/compare.yaml" --choices "$TMP/choices.tsv" --repeats 3 \
    --seed 7 --n-procs $n --output-dir "$TMP/rec$n"
  same "recovery with $n threads" 0 "$code"
done
for file in recovery.tsv recovery_summary.tsv recovery.svg confusion.tsv confusion.svg; do
  check "$file does not depend on threads" cmp "$TMP/rec1/$file" "$TMP/rec3/$file"
done
has "the seed is recorded" "$(cat "$TMP/rec1/recovery.json")" '"Seed": 7'
same "a row for each data set" 12 "$(($(wc -l < "$TMP/rec1/recovery.tsv") - 1))"
same "each model makes as many" "12 12" "$(awk 'NR > 1 {printf "%s%d", n++ ? " " : "", $2 + $3}' "$TMP/rec1/confusion.tsv")"
printf 'participant_id\teffort_k\tinverse_temperature\nn/a\t0.25\t1.5\n' > "$TMP/given.tsv"
run "$VALUEBOLD" simulate recovery "$TMP/spec.yaml" --choices "$TMP/choices.tsv" --parameters "$TMP/given.tsv" \
  --output-dir "$TMP/given"
same "true parameters may be given" "0.25 1.5" \
  "$(awk -F'\t' 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i}
    NR == 2 {print $c["effort_k_true"], $c["inverse_temperature_true"]}' "$TMP/given/recovery.tsv")"
has "the picture says that values all the same have no r" "$(cat "$TMP/given/recovery.svg")" 'no r; 95 %'
run "$VALUEBOLD" simulate recovery --output-dir "$TMP/none"
same "recovery needs a spec" 2 "$code"
run "$VALUEBOLD" simulate examples/effort-risk/plan.yaml --choices x --output-dir "$TMP/none"
same "a plan has no use for choices" 2 "$code"
run "$VALUEBOLD" simulate choices "$TMP/bids.yaml" --bids-dir examples/effort-risk/data --output-dir "$TMP/simbids"
check "events of a data set get simulated choices" test -s "$TMP/simbids/sub-01/func/sub-01_task-effort_run-2_events.tsv"

# --- uncertainty goes on to the trials
draws() { # folder, then more options
  folder=$1
  shift
  run "$VALUEBOLD" trials "$TMP/bids.yaml" --bids-dir examples/effort-risk/data --participant-label 01 \
    --run 1 --output-dir "$TMP/$folder" "$@"
}
stem=sub-01/func/sub-01_task-effort_run-1_desc
draws draws --draws 50 --parameters "$TMP/bids/parameters.tsv"
same "trials draws parameters" 0 "$code"
same "50 draws of 60 trials" 3000 "$(($(wc -l < "$TMP/draws/${stem}-draws_trials.tsv") - 1))"
draws again --draws 50 --parameters "$TMP/bids/parameters.tsv"
check "the same seed gives the same draws" cmp "$TMP/draws/${stem}-draws_trials.tsv" "$TMP/again/${stem}-draws_trials.tsv"
draws fitted --draws 50
check "fitted at once or read: the same draws" cmp "$TMP/draws/${stem}-draws_trials.tsv" "$TMP/fitted/${stem}-draws_trials.tsv"
draws other --draws 50 --seed 2 --parameters "$TMP/bids/parameters.tsv"
check "another seed gives others" sh -c "! cmp -s '$TMP/draws/${stem}-draws_trials.tsv' '$TMP/other/${stem}-draws_trials.tsv'"
# the standard deviation of the draws of the first trial, by awk, is the column beside sv_left
check "the column sv_left_sd is the spread of the draws" awk -F'\t' '
  FNR == 1 {split("", c); for (i = 1; i <= NF; i++) c[$i] = i; file++; next}
  file == 1 && $2 == 0 {n++; s += $c["sv_left"]; q += $c["sv_left"] ^ 2}
  file == 2 && $1 == 0 {sd = $c["sv_left_sd"]}
  END {own = sqrt((q - s * s / n) / (n - 1)); exit !(n == 50 && sd > 0 && own / sd > .999999 && own / sd < 1.000001)}' \
  "$TMP/draws/${stem}-draws_trials.tsv" "$TMP/draws/${stem}-trials_events.tsv"
check "what does not depend on parameters has no such column" \
  sh -c "! head -n 1 '$TMP/draws/${stem}-trials_events.tsv' | grep -q expected_value_left_sd"
draws one --draws 1
same "one draw has no spread" 2 "$code"
cut -f 1-4 "$TMP/bids/parameters.tsv" > "$TMP/bare.tsv"
draws bare --draws 5 --parameters "$TMP/bare.tsv"
same "parameters without standard errors cannot be drawn" 3 "$code"
has "which is said" "$err" 'no standard errors for sub-01'

# --- the example
run sh examples/behaviour/run.sh "$VALUEBOLD" "$TMP/example"
same "the example runs" 0 "$code"
check "the generating model is the most frequent" awk -F'\t' '
  NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $1 == "hyperbolic" {f = $c["frequency"]} END {exit !(f > .8)}' \
  "$TMP/example/fit/comparison.tsv"
# 20 participants: one beyond 3.5 standard errors happens in a hundred samples
check "every true k is within 3.5 standard errors, on the log scale" awk -F'\t' '
  NR == FNR {k[$1] = $2; next} FNR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next}
  {se = log($c["effort_k_upper95"] / $c["effort_k_lower95"]) / 3.92; z = log(k[$1] / $2) / se
   n++; far += z * z > 3.5 * 3.5} END {exit !(n == 20 && !far)}' \
  examples/behaviour/parameters.tsv "$TMP/example/fit/parameters.tsv"

# --- a published study
if have_data bernacer; then
  cat > "$TMP/real.yaml" << 'YAML'
valuebold: 1
trials:
  options:
    alternative: {reward: reward, effort: effort}
    reference: {reward: reference_reward, effort: 0}
  choice: {column: response_alternative, labels: {alternative: 1, reference: 0}}
model: {value: {effort: exponential}, choice_rule: softmax, parameters: fit}
YAML
  run "$VALUEBOLD" fit "$TMP/real.yaml" --output-dir "$TMP/real" \
    --choices "$DATA/bernacer/behaviour/effort_choices.tsv"
  same "the published study is fitted" 0 "$code"
  same "no published likelihood is better" 19 "$(awk -F'\t' '
    NR == FNR {if (FNR == 1) for (i = 1; i <= NF; i++) c[$i] = i
      else ours[$1] = $c["negative_log_likelihood"]; next}
    $2 == "exponential" && ours[$1] <= $6 + 1e-6 {n++}
    END {print n}' "$TMP/real/parameters.tsv" "$DATA/bernacer/behaviour/effort_published_fits.tsv")"
else
  skip "the published study is fitted" "no public data"
fi
finish
