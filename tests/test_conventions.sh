#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Conventions, responses and confounds from the command line: options, files, exit codes.
. tests/lib/test.sh

printf 'onset\tduration\ttrial_type\tv\n4\t0\tcue\t1\n20\t0\tcue\t3\n39\t0\tcue\t2\n' > "$TMP/e.tsv"
design() { run "$VALUEBOLD" design --events "$TMP/e.tsv" --tr 2 --n-scans 40 "$@"; }
header() { printf '%s\n' "$out" | head -n 1 | tr '\t' ' '; }

design --like nilearn -m 'cue*v'
same "like nilearn has nilearn's columns" "cue cuexv drift_1 constant" "$(header)"
design --like afni -m 'cue*v'
same "like afni has 3dDeconvolve's columns" "Run#1Pol#0 Run#1Pol#1 cue#0 cue*v#0" "$(header)"
design --like spm -m 'cue*v'
same "like spm has SPM's columns" "Sn(1) cue*bf(1) Sn(1) cuexv^1*bf(1) Sn(1) constant" "$(header)"
design --like fsl -m 'cue*v'
same "like fsl has FEAT's columns" "cue cue*v" "$(header)"
design --hrf 'TENT(0,8,3)' --high-pass 0
same "a response takes parameters" "cue_tent0 cue_tent1 cue_tent2 constant" "$(header)"
design --like afni --hrf 'BLOCK(2,1,5)'
same "too many parameters are a usage error" 2 "$code"
has "too many parameters are said" "$err" "hrf BLOCK takes 2 parameters; '5' is one more"
design --hrf glove
same "an unknown response is a usage error" 2 "$code"
has "an unknown response names the nearest" "$err" "did you mean 'glover'"
design --like smp
same "an unknown convention is a usage error" 2 "$code"

# an impulse response of 1 at 2 s, by the middle of scan 2 the event at 4 s is 1 s old
printf 'time_s\th\n0\t0\n2\t1\n4\t0\n' > "$TMP/kernel.tsv"
printf 'valuebold: 1\nregressors: {cue: {}}\ndesign: {hrf: file, hrf_file: kernel.tsv, high_pass_hz: 0.02}\n' \
  > "$TMP/kernel.yaml"
run "$VALUEBOLD" design "$TMP/kernel.yaml" --events "$TMP/e.tsv" --tr 2 --n-scans 40
same "a table is the response" "0.5" "$(printf '%s\n' "$out" | sed -n '4p' | cut -f 1)"
same "a cut-off of 0.02 Hz is one of 50 s" "3" "$(header | grep -o drift | wc -l | tr -d ' ')"
printf 'time_s\th\n0\t0\n2\tx\n' > "$TMP/kernel.tsv"
run "$VALUEBOLD" design "$TMP/kernel.yaml" --events "$TMP/e.tsv" --tr 2 --n-scans 40
same "a response that is no number is refused" 3 "$code"
has "its place is said" "$err" 'kernel\.tsv:3:2:'

design -m 'cue*v' --contrast 'v=cue*v' --diagnosis --output-dir "$TMP/out" --quiet
same "a diagnosis is written" 0 "$code"
stem=$TMP/out/sub-01/func/sub-01_task-task
for end in json tsv svg; do check "diagnosis.$end is there" test -s "${stem}_diagnosis.$end"; done
has "the table has a row a column" "$(cat "${stem}_diagnosis.tsv")" '^cue\*v	modulator	'
has "the table has a row a contrast" "$(cat "${stem}_diagnosis.tsv")" '^v	contrast	'
has "the factors of all packages are there" "$(head -n 1 "${stem}_diagnosis.tsv")" \
  'beta_spm.*beta_fsl.*beta_nilearn.*beta_afni'
if command -v python3 > /dev/null; then
  check "diagnosis.json is JSON" python3 -m json.tool "${stem}_diagnosis.json"
else
  skip "diagnosis.json is JSON" "python3 is not installed"
fi

printf 'trans_x\ttrans_y\ttrans_z\trot_x\trot_y\trot_z\n' > "$TMP/c.tsv"
i=0
while [ $i -lt 40 ]; do
  echo "$i" | awk '{x = $1 == 20 ? 1 : 0; printf "%g\t0\t0\t0\t0\t0\n", x}' >> "$TMP/c.tsv"
  i=$((i + 1))
done
printf 'valuebold: 1\nregressors: {cue: {}}\ndesign: {drift: none, confounds: [scrub(fd=0.5 std_dvars=none segment=2)]}\n' \
  > "$TMP/scrub.yaml"
run "$VALUEBOLD" design "$TMP/scrub.yaml" --events "$TMP/e.tsv" --tr 2 --n-scans 40 --confounds "$TMP/c.tsv"
same "volumes that moved have a column" "cue censored_0020 censored_0021 constant" "$(header)"
has "how many are censored is said" "$err" '2 of 40 volumes are censored'
sed -i 's/segment=2/segmnt=2/' "$TMP/scrub.yaml"
run "$VALUEBOLD" design "$TMP/scrub.yaml" --events "$TMP/e.tsv" --tr 2 --n-scans 40 --confounds "$TMP/c.tsv"
same "a parameter scrub does not have is refused" 3 "$code"

# two participants, one of whom has no house
for sub in 01 02; do
  mkdir -p "$TMP/bids/sub-$sub/func"
  other=house
  if [ $sub = 02 ]; then other=tool; fi
  printf 'onset\tduration\ttrial_type\n4\t2\tface\n20\t2\t%s\n39\t2\tface\n' $other \
    > "$TMP/bids/sub-$sub/func/sub-${sub}_task-a_events.tsv"
done
echo '{"Name": "a", "BIDSVersion": "1.9.0"}' > "$TMP/bids/dataset_description.json"
cat > "$TMP/two.yaml" << 'YAML'
valuebold: 1
task: a
acquisition: {tr_s: 2, n_scans: 40}
regressors:
  face: {rows: trial_type == "face"}
  house: {rows: trial_type == "house"}
contrasts: {c: face - house}
YAML
run "$VALUEBOLD" check "$TMP/two.yaml" --bids-dir "$TMP/bids"
same "a contrast on an event that somebody lacks is refused" 3 "$code"
has "and it is said who" "$err" "no column 'house'; .*sub-02_task-a_events.tsv"
sed -i 's/face - house/face - hose/' "$TMP/two.yaml"
run "$VALUEBOLD" check "$TMP/two.yaml" --bids-dir "$TMP/bids"
check "a name that nobody has is no fault of a run" sh -c '! echo "$1" | grep -q "hose.*events.tsv"' sh "$err"

# two runs, two repetition times
for run in 1 2; do
  mkdir -p "$TMP/tr/sub-01/func"
  stem=$TMP/tr/sub-01/func/sub-01_task-a_run-$run
  printf 'onset\tduration\ttrial_type\n4\t2\tface\n39\t2\tface\n' > "${stem}_events.tsv"
  printf '{"TaskName": "a", "RepetitionTime": %s}\n' "$([ $run = 1 ] && echo 2 || echo 1.5)" > "${stem}_bold.json"
done
cp "$TMP/bids/dataset_description.json" "$TMP/tr"
printf 'valuebold: 1\ntask: a\nacquisition: {n_scans: 60}\nregressors: {face: {}}\n' > "$TMP/tr.yaml"
run "$VALUEBOLD" check "$TMP/tr.yaml" --bids-dir "$TMP/tr"
has "runs of a participant that differ in TR are told" "$err" \
  "run-2_events.tsv: TR 1.5 s .*, but 2 s .* in the participant's first run"
run "$VALUEBOLD" check "$TMP/tr.yaml" --bids-dir "$TMP/tr" --tr 2
check "and those that do not are not" sh -c '! echo "$1" | grep -q tr-differs' sh "$err"
finish
