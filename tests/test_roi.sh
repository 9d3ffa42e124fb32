#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command roi: presets, plain images, maps, a simulated study, refusals.
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
finish
