#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command roi: presets, plain images, maps, a simulated study, refusals.
# shellcheck disable=SC2016 # awk programs
. tests/lib/test.sh

golden=tests/data/golden
bold=$golden/glm/run-1_bold.nii
roi() { run "$VALUEBOLD" roi "$@"; }

# largest |a - b| / |b| of a column of one table and a column of another
differ() { # table, column, table, column
  awk -F '\t' -v one="$2" -v two="$4" '
    FNR == 1 {file++; for (i = 1; i <= NF; i++) if ($i == (file == 1 ? one : two)) c[file] = i; next}
    file == 1 {x[FNR] = $c[1]; next}
    {d = x[FNR] - $c[2]; d = d < 0 ? -d : d; s = $c[2] < 0 ? -$c[2] : $c[2]
     if (d > worst * s) worst = s > 0 ? d / s : d; n++}
    END {if (!c[1] || !c[2] || !n) print "no such column"; else printf "%.1e\n", worst}' "$1" "$3"
}
close() { # name, limit, found
  if awk -v x="$3" -v limit="$2" 'BEGIN {exit !(x ~ /^[0-9]/ && x + 0 <= limit)}'; then pass "$1"; else fail "$1" "off by $3"; fi
}

# --- presets
roi --list
same "--list needs nothing else" 0 "$code"
has "--list has coordinates, source and certainty" "$out" \
  '^\* vmpfc@bartra2013 +2 +46 +-8 +8 +Bartra.*in wide use'
for name in vmpfc vs_left vs_right dacc anterior_insula_left anterior_insula_right pre_sma sma \
  dlpfc_left putamen_left nacc_right amygdala_left pcc; do
  has "there is a preset $name" "$out" "^\\* $name@"
done
roi --list --json
has "--list --json is for programs" "$out" '"centre_mm": \[2, 46, -8\]'
if command -v python3 > /dev/null; then
  check "--list --json is JSON" python3 -c 'import json, sys; json.loads(sys.argv[1])' "$out"
fi

# --- plain images
roi --bold $bold --mask $golden/glm/mask.nii --roi 'six=sphere(-7,-6,1,6)' \
  --roi 'nine=sphere(-7,-6,1,9)' --roi "one=atlas($golden/roi/labels.nii, 1)" \
  --roi "two=atlas($golden/roi/labels.nii, 2)" --roi 'here=point(-7,-6,1)' \
  --statistics mean,median --output-dir "$TMP/plain"
same "roi reads a plain image" 0 "$code"
series=$TMP/plain/run-1_roits.tsv
for pair in six:sphere_r6_mask nine:sphere_r9_mask one:label1_mean two:label2_mean here:nearest_voxel; do
  close "the mean of ${pair%:*} is nilearn's ${pair#*:}" 1e-10 \
    "$(differ "$series" "${pair%:*}_mean" $golden/roi/nilearn_extraction.tsv "${pair#*:}")"
done
close "the median of a label is nilearn's" 1e-10 \
  "$(differ "$series" one_median $golden/roi/nilearn_extraction.tsv label1_median)"
has "the sidecar has the sampling frequency" "$(cat "$TMP/plain/run-1_roits.json")" \
  '"SamplingFrequency": 0.5'
has "the sidecar has the centre and radius" "$(cat "$TMP/plain/run-1_roits.json")" \
  '"CentreMm": \[-7, -6, 1\]'
same "the coverage table has a row a region" 6 "$(wc -l < "$TMP/plain/run-1_roi.tsv" | tr -d ' ')"
roi --bold $bold --roi 'sphere(-7,-6,1,6)' --mask $golden/glm/mask.nii
same "without --output-dir the series go to standard output" 121 "$(printf '%s\n' "$out" | wc -l | tr -d ' ')"
roi --bold $bold --roi 'sphere(-7,-6,1,6)' --output-dir "$TMP/plain"
same "tables that are there are kept without --force" 5 "$code"

# --- taking things out: the mean stays, "all" leaves residuals
head_of() { # table: mean of its first column
  awk 'NR > 1 {s += $1; n++} END {printf "%.6f\n", s / n}' "$1"
}
design=$golden/glm/nilearn_design_run-1.tsv
for what in none drift all 'cons*'; do
  roi --bold $bold --mask $golden/glm/mask.nii --roi 's=sphere(-7,-6,1,6)' --design $design \
    --adjust "$what" --output-dir "$TMP/adjust" --force
  same "--adjust $what" 0 "$code"
  cp "$TMP/adjust/run-1_roits.tsv" "$TMP/adjust.$(printf %s "$what" | cut -c1-4)"
done
same "taking drift out keeps the mean" "$(head_of "$TMP/adjust.none")" "$(head_of "$TMP/adjust.drif")"
for what in all cons; do
  close "taking $what out leaves a mean of 0" 1e-9 "$(head_of "$TMP/adjust.$what" | tr -d -)"
done
roi --bold $bold --mask $golden/glm/mask.nii --roi 's=sphere(-7,-6,1,6)' --high-pass 128 \
  --whiten --statistics mean,eigenvariate --output-dir "$TMP/adjust" --force
same "--high-pass and --whiten go together" 0 "$code"
has "the coefficient of the whitening is said" "$(cat "$TMP/adjust/run-1_roits.json")" '"WhitenedWithAR1": 0\.'
has "the variance of the eigenvariate is said" "$(cat "$TMP/adjust/run-1_roits.json")" '"VarianceShare": 0\.'

# --- a plain design: the voxelwise model of the region of one voxel
roi --bold $bold --mask none --roi 'here=point(-7,-6,1)' --design $design --contrast 'choice - fb'
same "contrasts of a plain design are fitted" 0 "$code"
run "$VALUEBOLD" glm --bold $bold --design $design --mask none --contrast 'choice - fb' --noise-fwhm 0 \
  --maps effect --threshold none --output-dir "$TMP/plain-glm"
effect=$(roi --map "$TMP/plain-glm/run-1_contrast-choiceFb_stat-effect_statmap.nii.gz" --roi 'here=point(-7,-6,1)'
  printf '%s\n' "$out" | awk -F '\t' 'NR == 2 {print $5}')
roi --bold $bold --mask none --roi 'here=point(-7,-6,1)' --design $design --contrast 'choice - fb'
close "the effect is that of glm in the voxel" 1e-6 \
  "$(printf '%s\n' "$out" | awk -F '\t' -v e="$effect" 'NR == 2 {d = $4 / e - 1; printf "%.2e", d < 0 ? -d : d}')"

# --- refusals
refuses() { # name, exit code, pattern, options...
  name=$1 want=$2 pattern=$3
  shift 3
  rm -rf "$TMP/none"
  roi "$@" --output-dir "$TMP/none"
  same "$name: exit $want" "$want" "$code"
  has "$name: message" "$err" "$pattern"
  check "$name: nothing is written" test ! -e "$TMP/none"
}
refuses "a preset on an image of no named space" 3 "preset in MNI space, and this image is in .*--space-is-mni" \
  --bold $bold --roi vmpfc
refuses "a region outside the image" 3 'outside the image, which spans' --bold $bold --roi 'sphere(0,80,0,5)'
refuses "a misspelt preset" 2 "did you mean 'vmpfc'" --bold $bold --roi vmpcf
refuses "no region" 2 'no regions' --bold $bold
refuses "no image" 2 'no image' --roi vmpfc
refuses "a mask on another grid" 3 'grid' --bold $bold --roi 'point(0,0,0)' --mask $golden/roi/roi_2mm.nii.gz
refuses "a label that is not there" 3 'region .x.: no voxel of the image has the label 77' \
  --bold $bold --roi "x=atlas($golden/roi/labels.nii, 77)"
refuses "a name without a table" 3 "there is no table of names" \
  --bold $bold --roi "x=atlas($golden/roi/labels.nii, Putamen)"
refuses "an image that is not there" 3 'gone.nii' --bold $bold --roi 'mask(gone.nii)'
refuses "a series as a mask" 3 'has one volume, this one has 120' --bold $bold --roi "mask($bold)"
refuses "an empty intersection" 3 'intersection is empty' \
  --bold $bold --roi 'sphere(-7,-6,1,4) & sphere(9,9,1,4)'
refuses "a contrast without a design" 2 'needs the columns it is of' --bold $bold --roi 'point(0,0,0)' --contrast a
refuses "an unknown statistic" 2 'mean, median, weighted_mean and eigenvariate' \
  --bold $bold --roi 'point(0,0,0)' --statistics mode
refuses "adjusting without a design" 2 'there is none' --bold $bold --roi 'point(0,0,0)' --adjust drift
refuses "columns that are not there" 3 "no column of the design matches" \
  --bold $bold --roi 'point(0,0,0)' --design $design --adjust 'motion*'
roi --bold $bold --roi 'sphere(17,0,0,6)' --mask none
has "a region that is cut is a warning with the percentage" "$err" \
  "region 'sphere\(17,0,0,6\)' is cut by the field of view: [0-9.]+ % of it"
roi --bold $bold --roi vmpfc:30 --space-is-mni --strict
same "--strict makes it a refusal" 3 "$code"

# --- an atlas with a table
printf 'index\tname\n1\tLeft Area\n2\tRight Area\n9\tNowhere\n' > "$TMP/labels.tsv"
cp $golden/roi/labels.nii "$TMP/labels.nii"
roi --bold $bold --roi "atlas($TMP/labels.nii)" --mask $golden/glm/mask.nii
same "all labels of an atlas are regions by name" "Left Area	Right Area" "$(printf '%s\n' "$out" | head -n 1)"
has "labels that are not in it are counted" "$err" '1 labels of the table are not in the atlas'
roi --bold $bold --roi "a=atlas($TMP/labels.nii, Right Area)" --roi "b=a & sphere(-7,-6,1,30)"
same "a label by name, and earlier names in expressions" "a	b" "$(printf '%s\n' "$out" | head -n 1)"
refuses "a misspelt label" 3 "did you mean 'Left Area'" --bold $bold --roi "atlas($TMP/labels.nii, Left Aera)"

# --- maps
roi --map $golden/roi/prob_2mm.nii.gz --roi "m=mask($golden/roi/roi_2mm.nii.gz)" --mask none
same "a map is read" 0 "$code"
same "its table has a row a region" 2 "$(printf '%s\n' "$out" | wc -l | tr -d ' ')"
has "its columns are named" "$out" '^map	region	n_voxels	n_used	mean	median	weighted_mean	peak	peak_x'
roi --map $golden/roi/prob_2mm.nii.gz --roi "m=mask($golden/roi/roi_2mm.nii.gz)" --output-dir "$TMP/maps"
check "and written" test -s "$TMP/maps/maps_roi.tsv"

# --- a study: a simulated run with effects of 40 per unit planted in three regions
mkdir "$TMP/study"
run "$VALUEBOLD" simulate bold examples/quick-map/images.yaml --output-dir "$TMP/study/bids"
same "a run with planted effects is simulated" 0 "$code"
study() {
  roi examples/quick-map/spec.yaml --bids-dir "$TMP/study/bids" --roi vmpfc:6 --roi vs --roi dacc:6 \
    --roi pcc "$@"
}
study --peri 'task*sv_difference' --trials task --ppi vmpfc:6 --correlation --output-dir "$TMP/study/roi"
same "roi reads a study" 0 "$code"
glm=$TMP/study/roi/task-effort_desc-glm_roi.tsv
cell() { # table, region, contrast, unit, column
  awk -F '\t' -v r="$2" -v c="$3" -v u="$4" -v name="$5" '
    NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
    $at["region"] == r && $at["contrast"] == c && $at["unit"] == u {print $at[name]}' "$1"
}
covers() { # name, region, contrast, planted
  low=$(cell "$glm" "$2" "$3" signal low) high=$(cell "$glm" "$2" "$3" signal high)
  if awk -v l="$low" -v h="$high" -v x="$4" 'BEGIN {exit !(l != "" && l <= x && x <= h)}'; then pass "$1"; else fail "$1" "$low ... $high"; fi
}
covers "the interval of value in vmPFC has the 40 that was planted" vmpfc:6 sv 40
covers "that of value in VS too" vs sv 40
covers "that of effort cost in dACC too" dacc:6 effort_cost 40
covers "nothing was planted in PCC" pcc sv 0
covers "no cost was planted in vmPFC" vmpfc:6 effort_cost 0
# percent at the peak of one event of 2 s: 40 * height / 1000; the height of the column is in design.json
percent=$(cell "$glm" vs sv percent effect) effect=$(cell "$glm" vs sv signal effect) mean=$(cell "$glm" vs sv signal mean)
has "percent signal change is effect times height over the mean" \
  "$(awk -v p="$percent" -v e="$effect" -v m="$mean" 'BEGIN {printf "%.3f", p * m / e / 100}')" '^0\.4[01]'
check "the long table of all runs has a row a region" test "$(wc -l < "$TMP/study/roi/task-effort_roi.tsv")" -eq 5
has "it says whose run a row is of" "$(sed -n 2p "$TMP/study/roi/task-effort_roi.tsv")" '^sub-01	n/a	effort	1	vmpfc:6	100	'
for table in peri slopes ppi correlation; do
  check "there is a table desc-$table with its sidecar" test -s "$TMP/study/roi/task-effort_desc-${table}_roi.tsv" \
    -a -s "$TMP/study/roi/task-effort_desc-${table}_roi.json"
done
trials=$TMP/study/roi/sub-01/sub-01_task-effort_run-1_desc-trials_roi.tsv
has "the trial table has signals beside estimates" "$(head -n 1 "$trials")" \
  'sv_difference	.*	vmpfc:6	vmpfc:6_se	vs	vs_se'
same "and a row a trial" 61 "$(wc -l < "$trials" | tr -d ' ')"
check "the time courses are drawn" grep -q 'effect of sv_difference' \
  "$TMP/study/roi/sub-01/sub-01_task-effort_run-1_desc-peri_event-taskXsvDifference_roi.svg"
has "the slope on value in vmPFC is there" "$(cat "$TMP/study/roi/task-effort_desc-slopes_roi.tsv")" \
  '^sub-01	n/a	effort	1	vmpfc:6	task	sv_difference	59	'
has "the seed is not among its targets" \
  "$(cut -f 5,6 "$TMP/study/roi/task-effort_desc-ppi_roi.tsv" | sort -u | tr '\t\n' '> ')" \
  '^seed>region vmpfc:6>dacc:6 vmpfc:6>pcc vmpfc:6>vs '
# least squares are linear: the mean of the voxels' estimates is the estimate of their mean
sed 's/scaling: percent, mask: epi/scaling: none, mask: none/' examples/quick-map/spec.yaml > "$TMP/study/none.yaml"
run "$VALUEBOLD" roi "$TMP/study/none.yaml" --bids-dir "$TMP/study/bids" --roi vmpfc:6 --roi vs --mask none --noise ols \
  --trials task --trial-maps --no-glm --output-dir "$TMP/study/maps"
same "single trials of all voxels are written" 0 "$code"
one=$TMP/study/maps/sub-01/sub-01_task-effort_run-1_desc-trials
run "$VALUEBOLD" roi --bold "${one}_stat-effect_statmap.nii.gz" --roi vmpfc:6 --roi vs --mask none
same "a region of their image holds the estimates of the region" "" "$(
  printf '%s\n' "$out" | awk -F '\t' -v table="${one}_roi.tsv" '
    BEGIN {getline line < table; n = split(line, name, "\t")
           for (i = 1; i <= n; i++) {if (name[i] == "vmpfc:6") a = i; if (name[i] == "vs") b = i}}
    NR > 1 {rows++; getline line < table; split(line, cell, "\t")
            if (($1 - cell[a]) ^ 2 > 1e-8 || ($2 - cell[b]) ^ 2 > 1e-8) print NR, $1, cell[a], $2, cell[b]}
    END {if (rows != 60) print rows " trials"}')"
has "their sidecar says how they were made" "$(cat "${one}_stat-effect_statmap.json")" '"Method": "LSS'
study --trials task --trial-method lsa --whole-trials --no-glm --output-dir "$TMP/study/whole"
same "whole trials by LSA" 0 "$code"
has "their table says so" "$(cat "$TMP/study/whole/sub-01/sub-01_task-effort_run-1_desc-trials_roi.json")" \
  'from the first onset of the trial to the end of its last event'
study --whole-trials --output-dir "$TMP/study/none"
same "whole trials of no event are a usage error" 2 "$code"
# an effect in per cent per standard deviation is the same whatever the unit of a package's columns
ours=$(cell "$glm" vs sv percent_per_sd effect)
for design in '{like: spm}' '{like: fsl, high_pass_s: 100}' '{like: nilearn, hrf: spm}' '{like: afni}'; do
  { grep -v '^design' examples/quick-map/spec.yaml; echo "design: $design"; } > "$TMP/study/like.yaml"
  run "$VALUEBOLD" roi "$TMP/study/like.yaml" --bids-dir "$TMP/study/bids" --roi vs --roi vmpfc:6 --ppi vs --trials task \
    --force --output-dir "$TMP/study/like"
  same "a study with $design" 0 "$code"
  theirs=$(cell "$TMP/study/like/task-effort_desc-glm_roi.tsv" vs sv percent_per_sd effect)
  check "percent signal change under $design is ours within 6 %" \
    awk -v a="$ours" -v b="$theirs" 'BEGIN {exit !(a > 0 && b / a > .94 && b / a < 1.06)}'
done
design=$TMP/study/roi/sub-01/sub-01_task-effort_run-1_desc-ppi_seed-vmpfc6_design.tsv
has "the design with the interactions is written" "$(head -n 1 "$design")" '	seed	ppi_task	ppi_task_x_sv_difference	'
study --output-dir "$TMP/study/roi"
same "a study's tables are kept without --force" 5 "$code"
study --no-glm --output-dir "$TMP/study/few"
check "--no-glm fits nothing" test ! -e "$TMP/study/few/task-effort_desc-glm_roi.tsv"
check "and writes the series" test -s "$TMP/study/few/sub-01/sub-01_task-effort_run-1_roits.tsv"
study --peri taask --output-dir "$TMP/study/none"
has "a misspelt event is named" "$err" "no event 'taask'; did you mean 'task'"
study --peri 'task*sv' --output-dir "$TMP/study/none"
has "a modulator that is not there is named" "$err" "event 'task' has no modulator 'sv'"
study --ppi vmpf --output-dir "$TMP/study/none"
has "a seed that is none of the regions is named" "$err" 'there is: vmpfc:6, vs, dacc:6, pcc'
study --group sex --output-dir "$TMP/study/none"
has "groups need participants.tsv" "$err" 'participants.tsv'
study --glm-maps "$TMP/plain" --output-dir "$TMP/study/none"
has "a folder without maps is refused" "$err" "no map of this study's contrasts"
check "nothing is written by any of these" test ! -e "$TMP/study/none"


# --- maps of glm, and groups of participants
run "$VALUEBOLD" glm examples/quick-map/spec.yaml --bids-dir "$TMP/study/bids" --output-dir "$TMP/study/maps" --maps t,effect
study --glm-maps "$TMP/study/maps" --output-dir "$TMP/study/of-maps"
same "the maps of a study are read" 0 "$code"
same "a row a map and region" 25 "$(wc -l < "$TMP/study/of-maps/task-effort_desc-maps_roi.tsv" | tr -d ' ')"

# --- images of another space, and those of a named one
cp "$TMP/study/bids/sub-01/func/sub-01_task-effort_run-1_bold.nii.gz" "$TMP/x_space-T1w_bold.nii.gz"
refuses "a preset on an image in the space of the subject" 3 "image is in space T1w \(its file name\)" \
  --bold "$TMP/x_space-T1w_bold.nii.gz" --roi vmpfc
cp $bold "$TMP/x_space-MNI152NLin6Asym_bold.nii"
roi --bold "$TMP/x_space-MNI152NLin6Asym_bold.nii" --roi dacc:40 --mask none
same "a name that says MNI152 is believed" 0 "$code"
roi --bold $bold --roi dacc:40 --mask none --space-is-mni
same "and so is --space-is-mni" 0 "$code"

# --- the example
run sh examples/regions/run.sh "$VALUEBOLD" "$TMP/example"
same "examples/regions runs" 0 "$code"
has "it finds value in vmPFC" "$out" '^  vmpfc +sv +3[0-9]\.[0-9]+ +95 % interval'
has "and tests four participants" "$out" '^  vmpfc .*16 sign flips 0.1250'
four() {
  roi examples/quick-map/spec.yaml --bids-dir "$TMP/example/four" --roi vmpfc --roi vs:6 --output-dir "$TMP/four" --force "$@"
}
printf 'participant_id\tsex\tscore\nsub-01\tf\t20\nsub-02\tm\t31\nsub-03\tm\t27\nsub-04\tf\tn/a\n' \
  > "$TMP/example/four/participants.tsv"
four --group sex
same "two groups of participants are compared" 0 "$code"
has "the test says which" "$(cat "$TMP/four/task-effort_desc-group_roi.tsv")" '^vmpfc	sv	signal	two-group sex: m - f	4	'
four --covariate score
same "a covariate that is missing is refused" 3 "$code"
has "with its place" "$err" "participants.tsv:5:3: column 'score' of sub-04"
four --group handedness
has "a column that is not there is refused" "$err" "handedness"
for file in desc-regions_dseg.nii.gz desc-regions_dseg.tsv desc-regions_mosaic.png; do
  check "--write-regions writes $file" test -s "$TMP/example/roi/sub-01/sub-01_task-effort_run-1_$file"
done

# --- fMRIPrep's derivatives: presets by the name of the space, its brain mask, confounds
prep=$TMP/prep/derivatives/fmriprep/sub-01/func
one=sub-01_task-t_space-MNI152NLin2009cAsym_desc
mkdir -p "$prep" "$TMP/prep/sub-01/func"
printf '{"Name": "prep", "BIDSVersion": "1.9.0"}\n' > "$TMP/prep/dataset_description.json"
cp "$TMP/prep/dataset_description.json" "$TMP/prep/derivatives/fmriprep/"
awk 'BEGIN {OFS = "\t"; print "onset", "duration", "trial_type"
  for (i = 0; i < 20; i++) print 3 + 11.5 * i, 2, (i * i % 3 ? "a" : "b")}' \
  > "$TMP/prep/sub-01/func/sub-01_task-t_events.tsv"
cp $bold "$prep/${one}-preproc_bold.nii"
cp $golden/glm/mask.nii "$prep/${one}-brain_mask.nii"
printf '{"RepetitionTime": 2.0}\n' > "$prep/${one}-preproc_bold.json"
awk 'BEGIN {print "trans_x\tcsf"; for (i = 0; i < 120; i++) print (i * i % 7) / 10 "\t" i % 5}' \
  > "$prep/sub-01_task-t_desc-confounds_timeseries.tsv"
cat > "$TMP/prep.yaml" << 'END'
valuebold: 1
task: t
regressors:
  a: {rows: trial_type == "a"}
  b: {rows: trial_type == "b"}
design: {confounds: [trans_x]}
contrasts: {ab: a - b}
rois: [vs, {name: own, sphere: [-7, -6, 1], radius_mm: 6}]
END
for adjust in none confounds; do
  roi "$TMP/prep.yaml" --bids-dir "$TMP/prep" --output-dir "$TMP/prep-$adjust" --adjust $adjust
  same "a run of fMRIPrep's derivatives, adjusted for $adjust" 0 "$code"
done
has "its brain mask is taken" "$(cat "$TMP/prep-none/sub-01/sub-01_task-t_roits.json")" \
  '"BrainMask": "sub-01_task-t_space-MNI152NLin2009cAsym_desc-brain_mask.nii"'
close "a region of the spec has nilearn's mean within it" 1e-10 \
  "$(differ "$TMP/prep-none/sub-01/sub-01_task-t_roits.tsv" own $golden/roi/nilearn_extraction.tsv sphere_r6_mask)"
has "confounds and drift are taken out" "$(cat "$TMP/prep-confounds/sub-01/sub-01_task-t_roits.json")" \
  '"ColumnsTakenOut": 4'

# --- real runs: a region of one voxel is that voxel
real="four real runs"
if have_data haxby2001; then
  data=$(cd "$DATA/haxby2001" && pwd)
  func=$TMP/bids/sub-001/func
  mkdir -p "$func"
  printf '{"Name": "links", "BIDSVersion": "1.9.0"}\n' > "$TMP/bids/dataset_description.json"
  for r in 1 2 3 4; do
    ln -s "$data/task001_run00$r/bold_25mm.nii.gz" "$func/sub-001_task-objects_run-${r}_bold.nii.gz"
    ln -s "$data/task001_run00$r/bold_events.tsv" "$func/sub-001_task-objects_run-${r}_events.tsv"
  done
  for noise in ols ar1; do
    run "$VALUEBOLD" glm tests/glm/haxby.yaml --bids-dir "$TMP/bids" --output-dir "$TMP/real-glm" --force \
      --mask "$data/masks/25mm/brain.nii.gz" --noise $noise --noise-fwhm 0 --scaling none --maps effect,variance
    same "$real: glm by $noise" 0 "$code"
    roi tests/glm/haxby.yaml --bids-dir "$TMP/bids" --output-dir "$TMP/real-roi" --force \
      --roi 'a=point(-37,-37,0)' --roi 'b=point(12,-12,0)' --noise $noise
    same "$real: roi by $noise" 0 "$code"
    map=$TMP/real-glm/sub-001/sub-001_task-objects_run-2_contrast-faceOverHouse_stat
    run "$VALUEBOLD" roi --map "${map}-effect_statmap.nii.gz" --map "${map}-variance_statmap.nii.gz" \
      --roi 'a=point(-37,-37,0)' --roi 'b=point(12,-12,0)'
    printf '%s\n' "$out" > "$TMP/voxels"
    for region in a b; do
      found=$(awk -F '\t' -v r=$region '$4 == 2 && $5 == r && $6 == "face_over_house" && $7 == "signal" {printf "%.12g %.12g", $8, $9 * $9}' \
        "$TMP/real-roi/task-objects_desc-glm_roi.tsv")
      voxel=$(awk -F '\t' -v r=$region '$2 == r {printf "%s ", $5}' "$TMP/voxels")
      # maps are float32
      if echo "$found $voxel" | awk '{exit !(NF == 4 && ($1 - $3)^2 <= ($3 * 1e-6)^2 && ($2 - $4)^2 <= ($4 * 1e-6)^2)}'; then
        pass "$real: effect and variance of region $region by $noise are the voxel's"
      else
        fail "$real: effect and variance of region $region by $noise are the voxel's" "$found; $voxel"
      fi
    done
  done
  printf 'valuebold: 1\ntask: objects\nregressors:\n  block: {rows: duration > 0}\n' > "$TMP/block.yaml"
  roi "$TMP/block.yaml" --bids-dir "$TMP/bids" --output-dir "$TMP/real-peri" --roi "vt=mask($data/masks/25mm/vt.nii.gz)" \
    --peri block --window -5,32.5
  same "$real: blocks of 22.5 s show in vt: within" 1 \
    "$(awk -F '\t' '$5 == "vt" && $8 > 5 && $8 < 21 && $10 < 0.5 {bad = 1} END {print !bad}' "$TMP/real-peri/task-objects_desc-peri_roi.tsv")"
  same "$real: and not behind" 1 \
    "$(awk -F '\t' '$5 == "vt" && $8 > 25 && $10 > 0.3 {bad = 1} END {print !bad}' "$TMP/real-peri/task-objects_desc-peri_roi.tsv")"
else
  skip "$real" "no $DATA/haxby2001"
fi

# --- three participants, two runs each
sed -e 's|"03", "04"|"03"|' -e 's|runs: \["1"\]|runs: ["1", "2"]|' -e "s|: \.\./|: $PWD/examples/|" \
  examples/regions/images.yaml > "$TMP/three.yaml"
run "$VALUEBOLD" simulate bold "$TMP/three.yaml" --output-dir "$TMP/three/bids"
same "three participants are simulated" 0 "$code"
roi examples/quick-map/spec.yaml --bids-dir "$TMP/three/bids" --roi vmpfc:6 --roi vs --roi dacc:6 --ppi vs --correlation \
  --output-dir "$TMP/three/roi"
same "regions of all" 0 "$code"
ppi=$TMP/three/roi/task-effort_desc-ppi_roi.tsv group=$TMP/three/roi/task-effort_desc-group_roi.tsv
rows() { # participant, run: effect and se of the interaction of task in vmPFC
  awk -F '\t' -v p="sub-$1" -v r="$2" '
    NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
    $at["participant_id"] == p && $at["run"] == r && $at["region"] == "vmpfc:6" && $at["condition"] == "task" {
      print $at["effect"], $at["se"]}' "$ppi"
}
for p in 01 02 03; do
  { rows "$p" 1; rows "$p" 2; rows "$p" all; } > "$TMP/rows"
  check "interactions of the two runs of sub-$p are put together by precision" awk '
    NR < 3 {sum += $1 / $2 ^ 2; weight += 1 / $2 ^ 2}
    NR == 3 {exit !(($1 - sum / weight) ^ 2 < 1e-18 && ($2 - weight ^ -.5) ^ 2 < 1e-18)}
    END {if (NR != 3) exit 1}' "$TMP/rows"
done
mean=$(for p in 01 02 03; do rows "$p" all; done | awk '{sum += $1} END {printf "%.6f", sum / NR}')
same "and tested over participants" "$mean 3 8" "$(awk -F '\t' '
  NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
  $at["region"] == "vmpfc:6" && $at["contrast"] == "ppi vs: task" {
    printf "%.6f %s %s", $at["effect"], $at["n"], $at["permutations"]}' "$group")"
z=$(awk -F '\t' '
  NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
  $at["region_a"] == "vmpfc:6" && $at["region_b"] == "vs" {r = $at["r_partial"]; sum += log((1 + r) / (1 - r)) / 2}
  END {printf "%.6f", sum / 6}' "$TMP/three/roi/task-effort_desc-correlation_roi.tsv")
# (runs weigh by their length, which differs by some scans)
found=$(awk -F '\t' '
  NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
  $at["region"] == "vs" && $at["contrast"] == "partial correlation vmpfc:6" && $at["unit"] == "fisher_z" {
    printf "%.6f", $at["effect"]}' "$group")
check "partial correlations are tested as Fisher's z" \
  awk -v a="$z" -v b="$found" 'BEGIN {exit !(b != "" && (a - b) ^ 2 < 2e-4 ^ 2)}'
has "value is too" "$(cut -f 1-3 "$group")" '^vs	sv	percent_per_sd'

# --- two runs of one participant, TR 2 and 1.6 s
sed -e 's|"01", "02", "03", "04"|"01"|' -e 's|runs: \["1"\]|runs: ["2"]|' -e 's|tr_s: 2,|tr_s: 1.6,|' \
  -e "s|: \.\./|: $PWD/examples/|" examples/regions/images.yaml > "$TMP/faster.yaml"
run "$VALUEBOLD" simulate bold "$TMP/faster.yaml" --output-dir "$TMP/mixed"
cp "$TMP"/three/bids/sub-01/func/*run-1* "$TMP/mixed/sub-01/func/"
roi examples/quick-map/spec.yaml --bids-dir "$TMP/mixed" --roi vmpfc:6 --peri task --no-glm --output-dir "$TMP/mixed/roi"
same "time courses of runs of other TRs are put together" 0 "$code"
same "on the grid of the slower one" "-3 -1 1 3" "$(awk -F '\t' '
  NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
  NR < 6 {printf "%s%s", (NR > 2 ? " " : ""), $at["time_s"]}' "$TMP/mixed/roi/task-effort_desc-peri_roi.tsv")"
finish
