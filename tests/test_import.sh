#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Models of other programs come in: SPM's files give the columns SPM built of them, our own
# exports come back, and what does not map is said.
. tests/lib/test.sh

golden=tests/data/golden/matfiles
tab=$(printf '\t')
checked=0
wrong=
# SPM12's own answer to each file: accepted or not, names and sums of |column|, 100 scans of
# 2 s (golden/matfiles/variants.tsv)
while IFS=$tab read -r file format accepted n names sums rest; do
  [ "$file" = file ] && continue
  [ -f "$golden/$file" ] || continue
  checked=$((checked + 1))
  rm -rf "$TMP/in" "$TMP/design"
  run "$VALUEBOLD" import "$golden/$file" --tr 2 --output-dir "$TMP/in"
  if [ "$accepted" = no ]; then
    [ "$code" = 3 ] || wrong="$wrong
$file is refused by SPM, not here ($code)"
    continue
  fi
  if [ "$code" != 0 ]; then
    wrong="$wrong
$file: $err"
    continue
  fi
  sed 's/n_scans: auto/n_scans: 100/' "$TMP/in/spec.yaml" > "$TMP/in/s.yaml"
  run "$VALUEBOLD" design "$TMP/in/s.yaml" --bids-dir "$TMP/in" --output-dir "$TMP/design" --quiet
  # SPM's columns of single-precision modulators are zeros; the values are what was meant
  [ "$file" = pmod_single_int.mat ] && continue
  difference=$(names=$names sums=$sums awk -F '\t' '
    BEGIN { names = ENVIRON["names"]; sums = ENVIRON["sums"] }
    NR == 1 { n = NF; for (j = 1; j <= n; j++) all = all (j > 1 ? " | " : "") $j; next }
    { for (j = 1; j <= n; j++) s[j] += $j < 0 ? -$j : $j }
    END {
      if (all != names) print "columns " all ", SPM has " names
      split(sums, w, " ")
      for (j = 1; j <= n; j++) {
        d = s[j] - w[j]; if (d < 0) d = -d
        if (d > 1e-9 * (w[j] + 1)) print "column " j ": " s[j] ", SPM has " w[j]
      }
    }' "$TMP"/design/sub-01/func/*_design.tsv 2>&1)
  [ -z "$difference" ] || wrong="$wrong
$file: $difference"
done < $golden/variants.tsv
same "SPM's files give SPM's columns, and are refused where SPM refuses ($checked files)" "" "$wrong"

run "$VALUEBOLD" import "$golden/min_row.mat" --scans --output-dir "$TMP/scans"
same "scans without a TR are a usage error" 2 "$code"
run "$VALUEBOLD" import "$golden/min_row.mat" --tr 2 --scans --output-dir "$TMP/scans"
same "onsets in scans become seconds" 0 "$code"
run "$VALUEBOLD" import "$golden/min_row.mat" --tr 2 --output-dir "$TMP/seconds"
same "twice the onset at a TR of 2 s" \
  "$(awk 'NR == 2 { print 2 * $1 }' "$TMP"/seconds/sub-01/func/*_events.tsv)" \
  "$(awk 'NR == 2 { print $1 }' "$TMP"/scans/sub-01/func/*_events.tsv)"

example=examples/effort-risk
"$VALUEBOLD" export $example/spec.yaml --bids-dir $example/data --participant-label 01 \
  --to fsl --to spm --to bids-model --output-dir "$TMP/out" --quiet 2> /dev/null
"$VALUEBOLD" design $example/spec.yaml --bids-dir $example/data --participant-label 01 \
  --output-dir "$TMP/ours" --quiet 2> /dev/null
run "$VALUEBOLD" import "$TMP/out/export/fsl/sub-01" --output-dir "$TMP/fsl"
same "a folder of three-column files of three runs is read" 0 "$code"
has "TR and high-pass come from the FEAT set-up" "$(cat "$TMP/fsl/spec.yaml")" "tr_s: 2$"
has "its other settings are said to be left" "$err" "its contrasts, orthogonalisation"
has "weighted files become modulators of their event" "$(cat "$TMP/fsl/spec.yaml")" \
  "svDifference: .column: svDifference, centre: none"
run "$VALUEBOLD" design "$TMP/fsl/spec.yaml" --bids-dir "$TMP/fsl" --output-dir "$TMP/back" --quiet
same "and its design is built" 0 "$code"
for r in 1 2 3; do
  check "our own export comes back, run $r" "$VALUEBOLD" compare --tolerance 1e-12 \
    "$TMP/ours/sub-01/func/sub-01_task-effort_run-${r}_design.tsv" \
    "$TMP/back/sub-01/func/sub-01_task-imported_run-${r}_design.tsv"
done

cat > "$TMP/model.json" << 'END'
{"Name": "m", "BIDSModelVersion": "1.0.0", "Input": {"task": ["effort"]}, "Nodes": [
 {"Level": "Run", "Name": "run", "GroupBy": ["run", "subject"],
  "Transformations": {"Transformer": "pybids-transforms-v1", "Instructions": [
   {"Name": "Factor", "Input": ["trial_type"]},
   {"Name": "Demean", "Input": ["effort_left"]},
   {"Name": "Threshold", "Input": ["effort_left"]},
   {"Name": "Convolve", "Input": ["trial_type.task", "trial_type.control", "effort_left"],
    "Model": "glover", "Derivative": true}]},
  "Model": {"Type": "glm", "Options": {"HighPassFilterCutoffHz": 0.01},
   "X": [1, "trial_type.task", "trial_type.control", "effort_left"]},
  "Contrasts": [
   {"Name": "difference", "ConditionList": ["trial_type.task", "trial_type.control"],
    "Weights": [1, "-1/2"], "Test": "t"},
   {"Name": "both", "ConditionList": ["trial_type.task", "effort_left"],
    "Weights": [[1, 0], [0, 1]], "Test": "F"},
   {"Name": "unknown", "ConditionList": ["nothing"], "Weights": [1], "Test": "t"}]},
 {"Level": "Dataset", "Name": "all", "GroupBy": ["contrast"], "Model": {"X": [1]}}]}
END
run "$VALUEBOLD" import "$TMP/model.json" --tr 2 --output-dir "$TMP/model"
same "a BIDS Stats Model is read" 0 "$code"
spec=$(cat "$TMP/model/spec.yaml")
has "its response function" "$spec" "hrf: glover . derivative"
has "its contrasts as expressions" "$spec" "difference: task - 0.5.control"
has "F contrasts as rows" "$spec" "both: .task, effort_left.effort_left."
has "an unknown instruction is listed" "$spec" "Not mapped: the instruction 'Threshold'"
has "an unknown condition is listed" "$spec" "Not mapped: the contrast 'unknown'"
has "the second level is listed" "$spec" "Not mapped: the node 'all'"
run "$VALUEBOLD" design "$TMP/model/spec.yaml" --bids-dir $example/data --run 1 \
  --participant-label 01 --output-dir "$TMP/modeldesign" --quiet
same "and the spec builds the design of the data set" 0 "$code"
run "$VALUEBOLD" import "$TMP/out/export/bids-model/model-effort_smdl.json" --tr 2 \
  --output-dir "$TMP/own"
same "our own BIDS Stats Model is read" 0 "$code"

mkdir "$TMP/odd"
printf '1 2 1\n9 2 1\n' > "$TMP/odd/run_cue.txt"
printf '1 2 x\n' > "$TMP/odd/run_text.txt"
printf '3 1 0.5\n4 1 0.7\n' > "$TMP/odd/run_alone.txt"
printf '0 0 0\n' > "$TMP/odd/run_none.txt"
run "$VALUEBOLD" import "$TMP/odd" --tr 2 --output-dir "$TMP/oddspec"
same "odd files beside EVs are no refusal" 0 "$code"
has "text among them is told with its line" "$err" "run_text.txt.*'x' in line 1 is no number"
has "weights without an event are told" "$err" "run_alone.txt.*no other file has these events"
has "an empty EV is told" "$err" "run_none.txt.*empty in this run"
printf '1 -2 1\n' > "$TMP/odd/run_cue.txt"
run "$VALUEBOLD" import "$TMP/odd" --output-dir "$TMP/oddspec2"
same "a negative duration is refused" 3 "$code"
has "with its place" "$err" "run_cue.txt:1:2: .*negative"
mkdir "$TMP/empty"
run "$VALUEBOLD" import "$TMP/empty" --output-dir "$TMP/x"
has "a folder without EVs is refused" "$err" "no three-column file"
run "$VALUEBOLD" import "$golden/min_row.mat" "$TMP/odd" --output-dir "$TMP/x"
same "two kinds at once are a usage error" 2 "$code"
printf '%-124s\000\002IM%-384s\211HDF\r\n\032\n' 'MATLAB 7.3 MAT-file, HDF5 schema 1.00 .' '' > "$TMP/hdf.mat"
run "$VALUEBOLD" import "$TMP/hdf.mat" --output-dir "$TMP/x"
has "a version 7.3 file is refused with what to do" "$err" "version 7.3"
printf '{"Nodes": [{"Level": "Subject"}]}' > "$TMP/none.json"
run "$VALUEBOLD" import "$TMP/none.json" --output-dir "$TMP/x"
has "a model without a run level is refused" "$err" "no node has the Level Run"
finish
