#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command glm: plain files and BIDS, one to three threads, real runs, refusals.
. tests/lib/test.sh

golden=tests/data/golden/glm
plain() { # output folder, then more options
  folder=$1
  shift
  run "$VALUEBOLD" glm --bold $golden/run-1_bold.nii \
    --design $golden/nilearn_design_run-1.tsv --mask $golden/mask.nii \
    --contrast 'choice - fb' --contrast SV=choicexSV --output-dir "$folder" "$@"
}
# the system's python has the packages of the distribution, another one may come first
python=
for p in python3 /usr/bin/python3; do
  if [ -z "$python" ] && $p -c 'import nibabel, numpy' 2> /dev/null; then python=$p; fi
done

# --- plain files
plain "$TMP/ols" --noise ols
same "glm fits a plain image with a design" 0 "$code"
has "it says how many voxels were fitted" "$out" '1 run, 120 volumes: [0-9]+ voxels fitted'
check "a contrast without a name is named by its expression" \
  test -s "$TMP/ols/run-1_contrast-choiceFb_stat-t_statmap.nii.gz"
if [ -n "$python" ]; then
  check "plain OLS maps are those of numpy" "$python" tests/glm/ols.py \
    $golden/nilearn_design_run-1.tsv $golden/run-1_bold.nii "$TMP/ols/run-1_mask.nii.gz" \
    "$TMP/ols/run-1_contrast-choiceFb_stat-effect_statmap.nii.gz" \
    "$TMP/ols/run-1_contrast-choiceFb_stat-t_statmap.nii.gz" choice=1 fb=-1
else
  skip "plain OLS maps are those of numpy" "python3 has no nibabel"
fi
# maps that must be asked for, and what the residuals say
for noise in ols ar1 arma11; do
  plain "$TMP/more" --noise $noise --maps effect,t,sigma2,rho,percent,noise,ljungbox,errorts --tr 2 --force
  same "maps of residuals and percent signal change, $noise" 0 "$code"
  check "a picture of the residuals, $noise" test -s "$TMP/more/run-1_residuals.svg"
  check "a picture of design and contrasts, $noise" test -s "$TMP/more/run-1_contrasts.svg"
  has "the residuals are judged, $noise" "$(cat "$TMP/more/run-1_residuals.json")" '"Verdict": "(not |nearly )?enough"'
  has "the verdict stands in every sidecar, $noise" "$(cat "$TMP/more/run-1_contrast-SV_stat-t_statmap.json")" \
    "\"NoiseModelJudged\": \"noise model '$noise' was"
  if [ -n "$python" ]; then
    check "errorts, percent and ljungbox hold what they say, $noise" "$python" tests/glm/more.py \
      $noise $golden/nilearn_design_run-1.tsv $golden/run-1_bold.nii $golden/mask.nii "$TMP/more/run-1"
  else
    skip "errorts, percent and ljungbox hold what they say, $noise" "python3 has no nibabel"
  fi
done
plain "$TMP/short" --tr 0.7
has "ar1 below a TR of 1 s gets a warning" "$err" 'TR is 0.7 s: below 1 s noise has more.*glm-short-tr'
plain "$TMP/short" --tr 0.7 --noise arma11 --force
check "arma11 gets none" test -z "$(printf '%s' "$err" | grep glm-short-tr)"
has "ols is said to be not enough for noise with memory" \
  "$(plain "$TMP/ols-again" --noise ols; echo "$err")" "noise model 'ols' was not enough.*glm-noise-left"
check "arma11 has maps of its parameters" test -s "$TMP/more/run-1_stat-armaB_statmap.nii.gz"
plain "$TMP/quiet" --residual-voxels 0
check "nothing is judged when nothing is to be looked at" test ! -e "$TMP/quiet/run-1_residuals.json"
plain "$TMP/zero" --outside zero
if [ -n "$python" ]; then
  check "outside the mask maps are NaN, or 0 when asked" "$python" -c "
import nibabel, numpy, sys
m = nibabel.load('$golden/mask.nii').get_fdata() > 0
t = '/run-1_contrast-SV_stat-t_statmap.nii.gz'
nan, zero = (nibabel.load(d + t).get_fdata() for d in ('$TMP/quiet', '$TMP/zero'))
assert numpy.isnan(nan[~m]).all() and numpy.isfinite(nan[m]).any()
assert (zero[~m] == 0).all() and numpy.array_equal(numpy.nan_to_num(nan), zero)"
else
  skip "outside the mask maps are NaN, or 0 when asked" "python3 has no nibabel"
fi
for n in 1 2 3; do
  plain "$TMP/same" --n-procs $n --fwhm 4 --force
  same "glm with $n threads" 0 "$code"
  # the command line in the sidecars says how many threads there were
  (cd "$TMP/same" && find . -type f ! -name '*.json' -exec cksum {} + | sort) > "$TMP/sums.$n"
  check "maps and tables with $n threads are there" grep -q 'clusters.tsv' "$TMP/sums.$n"
done
check "1 and 2 threads give the same bytes" cmp "$TMP/sums.1" "$TMP/sums.2"
check "1 and 3 threads give the same bytes" cmp "$TMP/sums.1" "$TMP/sums.3"

for noise in arma11 spm-ar1; do # models that keep the series
  for n in 1 3; do
    plain "$TMP/series" --noise $noise --n-procs $n --force
    same "$noise with $n threads" 0 "$code"
    (cd "$TMP/series" && find . -type f ! -name '*.json' -exec cksum {} + | sort) > "$TMP/sums.$n"
  done
  check "$noise: 1 and 3 threads give the same bytes" cmp "$TMP/sums.1" "$TMP/sums.3"
done
plain "$TMP/fast" --noise spm-fast --maps t --threshold none
same "spm-fast takes the repetition time of the image" 0 "$code"
for pair in "arma11 kenward_roger" "ar1 averaged" "ols kenward_roger"; do
  plain "$TMP/none" --noise "${pair% *}" --small-sample "${pair#* }"
  same "$pair: a correction that the noise model has not" 2 "$code"
done

plain "$TMP/rho" --noise ar1 --noise-fwhm 6 --maps t,rho --threshold none
same "the autocorrelation can be smoothed" 0 "$code"
has "and the sidecar says so" "$(cat "$TMP"/rho/*rho_statmap.json)" '"NoiseSmoothingFWHM": 6'
plain "$TMP/same"
same "maps that are there are kept without --force" 5 "$code"
plain "$TMP/few" --maps t,z --threshold none
same "only the maps asked for are written" \
  "SV_stat-t SV_stat-z choiceFb_stat-t choiceFb_stat-z" \
  "$(find "$TMP/few" -name '*_statmap.nii.gz' | sed 's/.*contrast-//; s/_statmap.*//' | sort | tr '\n' ' ' | sed 's/ $//')"

# --- several runs of plain files
second=$golden/nilearn_design_run-2.tsv
two() { # output folder, then more options
  folder=$1
  shift
  rm -rf "$folder"
  run "$VALUEBOLD" glm --bold $golden/run-1_bold.nii --design $golden/nilearn_design_run-1.tsv \
    --bold $golden/run-2_bold.nii --design "$second" --mask $golden/mask.nii \
    --contrast 'a=choice - fb' --contrast 'any=choice; choicexSV; fb' --output-dir "$folder" "$@"
}
for rule in precision mean concatenate stack; do
  two "$TMP/two" --noise ols --runs $rule
  same "two plain runs, $rule" 0 "$code"
  has "two plain runs, $rule: both are fitted" "$out" '^2 runs, 240 volumes'
  if [ -n "$python" ]; then
    check "two plain runs, $rule: t and F are those of numpy" "$python" tests/glm/together.py $rule \
      "$TMP/two/runs_mask.nii.gz" "$TMP/two/runs_contrast-a_stat-t_statmap.nii.gz" \
      "$TMP/two/runs_contrast-any_stat-F_statmap.nii.gz" $golden/nilearn_design_run-1.tsv \
      $golden/run-1_bold.nii $golden/nilearn_design_run-2.tsv $golden/run-2_bold.nii
  else
    skip "two plain runs, $rule: t and F are those of numpy" "python3 has no nibabel"
  fi
done
# 240 scans; seven columns of each run
has "runs as one model of columns of their own have the degrees of freedom of one model" \
  "$(cat "$TMP/two/runs_contrast-a_stat-t_statmap.json")" '"DegreesOfFreedom": 226'
two "$TMP/two" --noise ols --runs concatenate
# three shared columns, four of each run's own
has "runs as one model have the degrees of freedom of one model" \
  "$(cat "$TMP/two/runs_contrast-a_stat-t_statmap.json")" '"DegreesOfFreedom": 229'
for noise in ar1 arma11 spm-ar1; do
  two "$TMP/two" --noise $noise --runs concatenate --n-procs 1
  same "runs as one model under $noise" 0 "$code"
  (cd "$TMP/two" && find . -type f ! -name '*.json' -exec cksum {} + | sort) > "$TMP/sums.1"
  two "$TMP/two" --noise $noise --runs concatenate --n-procs 3
  (cd "$TMP/two" && find . -type f ! -name '*.json' -exec cksum {} + | sort) > "$TMP/sums.3"
  check "runs as one model under $noise: same bytes for any number of threads" \
    cmp "$TMP/sums.1" "$TMP/sums.3"
done
has "spm-ar1 tells its components of each run" \
  "$(tr -d '\n' < "$TMP/two/runs_mask.json")" '"NoiseHyperparameters": \[ *\[[-0-9., e]*\], *\[[-0-9., e]*\]'
check "and has no maps of single runs" test ! -e "$TMP/two/run-1_mask.nii.gz"
check "but of the variance and R squared of all" test -s "$TMP/two/runs_stat-rsquared_statmap.nii.gz"
if [ -n "$python" ]; then
  check "and its t are those of numpy under that covariance" "$python" tests/glm/pooled.py \
    "$TMP/two/runs_contrast-a_stat-t_statmap.json" "$TMP/two/runs_contrast-a_stat-t_statmap.nii.gz" \
    $golden/nilearn_design_run-1.tsv $golden/run-1_bold.nii $golden/nilearn_design_run-2.tsv $golden/run-2_bold.nii
else
  skip "and its t are those of numpy under that covariance" "python3 has no nibabel"
fi
# the second run has no fb
awk 'BEGIN {FS = OFS = "\t"} NR == 1 {for (i = 1; i <= NF; i++) if ($i == "fb") k = i}
  {line = ""; for (i = 1; i <= NF; i++) if (i != k) line = line (line == "" ? "" : OFS) $i; print line}' \
  $golden/nilearn_design_run-2.tsv > "$TMP/nofb.tsv"
second=$TMP/nofb.tsv
two "$TMP/two"
same "a run without a column of a contrast is refused" 3 "$code"
has "with its file and the column" "$err" "nofb.tsv.*no column 'fb'"
two "$TMP/two" --missing skip --contrast choice
same "unless it is to be skipped" 0 "$code"
has "which is said" "$err" "contrast 'a': this run has no column 'fb': it is left out here"
check "then it has no map of that contrast" test ! -e "$TMP/two/run-2_contrast-a_stat-t_statmap.nii.gz"
check "but of the others" test -e "$TMP/two/run-2_contrast-choice_stat-t_statmap.nii.gz"
has "and the runs together count only those that have it" \
  "$(cat "$TMP/two/runs_contrast-a_stat-t_statmap.json")" '"DegreesOfFreedom": 113,'
has "and for others all" \
  "$(cat "$TMP/two/runs_contrast-choice_stat-t_statmap.json")" '"DegreesOfFreedom": 227,'
two "$TMP/two" --missing zero
has "or its weight counts as 0" "$err" "that weight counts as 0 here"
check "then it has a map" test -e "$TMP/two/run-2_contrast-a_stat-t_statmap.nii.gz"
two "$TMP/two" --missing skip --runs concatenate
same "one model over runs takes what each run has" 0 "$code"
two "$TMP/two" --missing skip --contrast fbb
same "a column that no run has is refused under any rule" 3 "$code"
has "with the nearest" "$err" "did you mean 'fb'"

# --- refusals
refuses() { # name, exit code, pattern, command...
  name=$1 want=$2 pattern=$3
  shift 3
  rm -rf "$TMP/none"
  run "$VALUEBOLD" glm "$@" --output-dir "$TMP/none"
  same "$name: exit $want" "$want" "$code"
  has "$name: message" "$err" "$pattern"
  check "$name: nothing is written" test ! -e "$TMP/none"
}
design=$golden/nilearn_design_run-1.tsv
bold=$golden/run-1_bold.nii
head -n 120 "$design" > "$TMP/short.tsv"
refuses "a design with another number of scans" 3 'image has 120 volumes, the design has 119' \
  --bold $bold --design "$TMP/short.tsv" --contrast choice
refuses "an unknown column" 3 "choise.*did you mean 'choice'" \
  --bold $bold --design $design --contrast choise
awk 'BEGIN {OFS = "\t"} {$NF = $NF OFS (NR == 1 ? "copy" : $1)} 1' "$design" > "$TMP/copy.tsv"
refuses "a vector of weights, with the same on names" 3 "vector of weights.*'choice - 0.5.fb'" \
  --bold $bold --design $design --contrast 'x=[1 0 -.5]'
refuses "a contrast of aliased columns" 4 'cannot be estimated' \
  --bold $bold --design "$TMP/copy.tsv" --contrast 'choice - copy'
awk 'BEGIN {OFS = "\t"} {for (k = 1; k <= 120; k++) $0 = $0 OFS (NR == 1 ? "s" k : (NR == k + 1)); print}' \
  "$design" > "$TMP/full.tsv"
refuses "a design without degrees of freedom" 4 'degrees of freedom|cannot be estimated' \
  --bold $bold --design "$TMP/full.tsv" --contrast constant
refuses "no contrast" 2 'no contrast' --bold $bold --design $design
refuses "a design without its image" 2 'needs the image' --design $design --contrast choice
refuses "an unknown noise model" 2 "did you mean 'ols'" \
  --bold $bold --design $design --contrast choice --noise olls
refuses "a mask on another grid" 3 'mask|grid|dimension' \
  --bold $bold --design $design --contrast choice --mask tests/data/badinput/base/mask.nii
refuses "1000 threads" 2 'from 1 to 64' \
  --bold $bold --design $design --contrast choice --n-procs 1000
refuses "no thread at all" 2 "n-procs: '0' is not a whole number from 1 up" \
  --bold $bold --design $design --contrast choice --n-procs 0
sed 's/^1\(.*\)/n\/a\1/; t; s/^0\t/n\/a\t/' "$design" | head -n 121 > "$TMP/na.tsv"
refuses "a design with n/a" 3 'na.tsv:[0-9]+:1.*n/a' \
  --bold $bold --design "$TMP/na.tsv" --contrast choice
printf 'valuebold: 1\nregressors:\n  a: {rows: trial_type == "a"}\nglm: {nois: ols}\ncontrasts: {a: a}\n' > "$TMP/key.yaml"
printf 'onset\tduration\ttrial_type\n10\t2\ta\n50\t2\ta\n' > "$TMP/a.tsv"
refuses "an unknown key of glm" 3 "key.yaml:4:7: unknown key 'nois' in glm; did you mean 'noise'" \
  "$TMP/key.yaml" --events "$TMP/a.tsv" --bold $bold

# --- the example: what is planted is found where it was planted
run sh examples/quick-map/run.sh "$VALUEBOLD" "$TMP/quick"
same "examples/quick-map runs" 0 "$code"
cp -r "$TMP/quick/bids" "$TMP/bids-before"
run "$VALUEBOLD" simulate bold examples/quick-map/images.yaml --output-dir "$TMP/quick/bids" \
  --force --n-procs 1
check "the same plan gives the same image, with one thread too" \
  diff -r "$TMP/bids-before" "$TMP/quick/bids"
run "$VALUEBOLD" simulate bold examples/quick-map/images.yaml --output-dir "$TMP/other" --seed 2
check "another seed gives another image" test "$(cd "$TMP/other" && find . -name '*_bold.nii.gz' -exec cksum {} +)" \
  != "$(cd "$TMP/bids-before" && find . -name '*_bold.nii.gz' -exec cksum {} +)"
same "no column of a cluster table is there twice" "" \
  "$(head -n 1 "$TMP/quick/maps/sub-01/sub-01_task-effort_run-1_contrast-sv_clusters.tsv" | tr '\t' '\n' | sort | uniq -d)"
sed "s|spec.yaml|$PWD/examples/quick-map/spec.yaml|; s|\.\./effort-risk|$PWD/examples/effort-risk|
  s/rho: 0.3/rho: 0.3, fwhm_mm: 9/" examples/quick-map/images.yaml > "$TMP/smooth.yaml"
run "$VALUEBOLD" simulate bold "$TMP/smooth.yaml" --output-dir "$TMP/smooth" --n-procs 1
same "noise may be smooth in space" 0 "$code"
run "$VALUEBOLD" simulate bold "$TMP/smooth.yaml" --output-dir "$TMP/smooth-3" --n-procs 3
check "smooth noise is the same for any number of threads" diff -r "$TMP/smooth" "$TMP/smooth-3"
if [ -n "$python" ]; then
  # neighbours 4 mm apart under a Gaussian of 9 mm: exp(-4^2 / (4 sigma^2)) = .7606
  check "smooth noise has the width, the sd and the memory it was given" "$python" -c "
import glob, nibabel, numpy
y = nibabel.load(glob.glob('$TMP/smooth/sub-01/func/*_bold.nii.gz')[0]).get_fdata()[12:30, 15:35, 15:30]
y = y - y.mean(-1, keepdims=True)
z = y / y.std(-1, keepdims=True)
space, time = (z[1:] * z[:-1]).mean(), (z[..., 1:] * z[..., :-1]).mean()
assert abs(space - .7606) < .02, space
assert abs(time - .3) < .02, time
assert abs(numpy.median(y.std(-1)) - 10) < .3, y.std(-1)"
else
  skip "smooth noise has the width, the sd and the memory it was given" "python3 has no nibabel"
fi
# contrast, region, centre and radius as in examples/quick-map/images.yaml
while read -r contrast region x y z radius; do
  table=$TMP/quick/maps/sub-01/sub-01_task-effort_run-1_contrast-${contrast}_clusters.tsv
  near=$(awk -F '\t' -v x="$x" -v y="$y" -v z="$z" -v r="$radius" '$1 ~ /^[0-9]+$/ && $5 > 0 &&
    ($2 - x) ^ 2 + ($3 - y) ^ 2 + ($4 - z) ^ 2 <= r * r {n++} END {print n + 0}' "$table")
  same "one peak of $contrast lies in the sphere of $region" 1 "$near"
done << 'END'
sv vmpfc 2 46 -8 8
sv vs_left -12 12 -6 6
sv vs_right 12 10 -6 6
effortCost dacc 6 24 28 8
END
# F looks one way: a small one is no finding.  Blue stands for negative values.
run "$VALUEBOLD" glm examples/quick-map/spec.yaml --bids-dir "$TMP/quick/bids" --output-dir "$TMP/any" \
  --contrast 'any=task*sv_difference; task*effort_factor_difference' --maps z
same "an F contrast of the example" 0 "$code"
if command -v python3 > /dev/null; then
  check "the picture of F shows no negative side" python3 -c "
import struct, zlib
b = open('$TMP/any/sub-01/sub-01_task-effort_run-1_contrast-any_mosaic.png', 'rb').read()
w, h, depth, kind = struct.unpack('>IIBB', b[16:26])
assert (depth, kind) == (8, 2)
at, data = 8, b''
while at < len(b):
    n = struct.unpack('>I', b[at:at + 4])[0]
    data += b[at + 8:at + 8 + n] if b[at + 4:at + 8] == b'IDAT' else b''
    at += n + 12
rows = zlib.decompress(data)
above, pixels = [0] * (3 * w), []
for y in range(h):
    row = rows[y * (3 * w + 1):(y + 1) * (3 * w + 1)]
    assert row[0] == 2 # differences to the row above
    above = [(a + d) % 256 for a, d in zip(above, row[1:])]
    pixels += list(zip(above[0::3], above[1::3], above[2::3]))
assert any(r > b + 60 for r, g, b in pixels)
assert not any(b > r + 20 for r, g, b in pixels)"
else
  skip "the picture of F shows no negative side" "python3 is not installed"
fi
# Percent signal change of value: 100 effect height / mean, per unit of the signal.  The height of
# an event of 2 s is that of (P6(6) - P6(4)) / (5/6) = .4073, P6 the distribution of a gamma of
# shape 6; what the modulator was divided by is in the design's JSON.
run "$VALUEBOLD" glm examples/quick-map/spec.yaml --bids-dir "$TMP/quick/bids" --maps effect,percent \
  --threshold none --output-dir "$TMP/percent"
same "percent signal change of the example" 0 "$code"
if [ -n "$python" ]; then
  check "percent signal change is per unit of the signal at the peak" "$python" -c "
import json, nibabel, numpy
s = '$TMP/percent/sub-01/sub-01_task-effort_run-1_contrast-sv_stat-%s_statmap.nii.gz'
p, e = (nibabel.load(s % n).get_fdata() for n in ('percent', 'effect'))
d = json.load(open('$TMP/percent/sub-01/func/sub-01_task-effort_run-1_design.json'))
ratio = (p / e)[numpy.isfinite(p)] * d['Modulators']['task']['sv_difference']['Divided']
assert abs(ratio - .4073).max() < 3e-4, ratio"
else
  skip "percent signal change is per unit of the signal at the peak" "python3 has no nibabel"
fi
# SPM's cosines are estimated, FSL's filter goes over the data: both find them again
for like in spm fsl; do
  run "$VALUEBOLD" glm examples/quick-map/spec.yaml --bids-dir "$TMP/quick/bids" --like $like \
    --output-dir "$TMP/$like"
  same "the example under like: $like" 0 "$code"
  table=$TMP/$like/sub-01/sub-01_task-effort_run-1_contrast-effortCost_clusters.tsv
  same "the example under like: $like finds dACC" 1 "$(awk -F '\t' '$1 ~ /^[0-9]+$/ && $5 > 0 &&
    ($2 - 6) ^ 2 + ($3 - 24) ^ 2 + ($4 - 28) ^ 2 <= 64 {n++} END {print n + 0}' "$table")"
done
# 330 scans; 6 events and modulators, a constant; SPM: fix(2 x 330 x 2 / 128 + 1) - 1 = 10 cosines
df() { sed -n 's/ *"DegreesOfFreedom": \([0-9]*\),/\1/p' "$TMP/$1/sub-01/sub-01_task-effort_run-1_mask.json"; }
same "SPM's cosines count" 313 "$(df spm)"
same "the mean that FSL takes off counts" 323 "$(df fsl)"
same "there is no other cluster of sv" 3 \
  "$(grep -c '^[0-9]*	' "$TMP/quick/maps/sub-01/sub-01_task-effort_run-1_contrast-sv_clusters.tsv")"
same "nothing is found where nothing was planted" 0 \
  "$(grep -c '^[0-9]' "$TMP/quick/maps/sub-01/sub-01_task-effort_run-1_contrast-task_clusters.tsv")"
sed 's/size: 40/sise: 40/' examples/quick-map/images.yaml > "$TMP/key.yaml"
run "$VALUEBOLD" simulate bold "$TMP/key.yaml" --output-dir "$TMP/none2"
same "an unknown key of images is refused" 3 "$code"
has "with its place and the nearest name" "$err" "key.yaml:15:[0-9]+: vmpfc: unknown key 'sise'; did you mean 'size'"
sed "s|spec.yaml|$PWD/examples/quick-map/spec.yaml|; s|\.\./effort-risk|$PWD/examples/effort-risk|; s/\[2, 46, -8\]/[2, 146, -8]/" \
  examples/quick-map/images.yaml > "$TMP/far.yaml"
run "$VALUEBOLD" simulate bold "$TMP/far.yaml" --output-dir "$TMP/none2"
same "a sphere outside the brain is refused" 3 "$code"
has "with its centre" "$err" "vmpfc.*no voxel of the brain lies within 8 mm of .2, 146, -8"
sed 's/\[2, 146, -8\]/[2, 46, -8]/; s/task.sv_difference/task*sv_diference/' "$TMP/far.yaml" > "$TMP/column.yaml"
run "$VALUEBOLD" simulate bold "$TMP/column.yaml" --output-dir "$TMP/none2"
has "a column the study has not is refused" "$err" "no column 'task.sv_diference'.*did you mean 'task.sv_difference'"

# --- fMRIPrep's derivatives: image by space, brain mask and confounds beside it
prep=$TMP/prep/derivatives/fmriprep/sub-01/func
one=sub-01_task-t_space-MNI152NLin2009cAsym_desc
mkdir -p "$prep" "$TMP/prep/sub-01/func"
printf '{"Name": "prep", "BIDSVersion": "1.9.0"}\n' > "$TMP/prep/dataset_description.json"
cp "$TMP/prep/dataset_description.json" "$TMP/prep/derivatives/fmriprep/"
awk 'BEGIN {OFS = "\t"; print "onset", "duration", "trial_type"
  for (i = 0; i < 20; i++) print 3 + 11.5 * i, 2, (i * i % 3 ? "a" : "b")}' \
  > "$TMP/prep/sub-01/func/sub-01_task-t_events.tsv"
cp $golden/run-1_bold.nii "$prep/${one}-preproc_bold.nii"
cp $golden/mask.nii "$prep/${one}-brain_mask.nii"
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
glm: {fwhm_mm: 4, scaling: percent, maps: [t, z]}
contrasts: {ab: a - b}
END
run "$VALUEBOLD" glm "$TMP/prep.yaml" --bids-dir "$TMP/prep" --space MNI152NLin2009cAsym \
  --output-dir "$TMP/prep-maps"
same "a run of fMRIPrep's derivatives" 0 "$code"
json=$(cat "$TMP/prep-maps/sub-01/sub-01_task-t_contrast-ab_stat-t_statmap.json")
has "its brain mask is taken" "$json" '"MaskFrom": "sub-01_task-t_space-MNI152NLin2009cAsym_desc-brain_mask.nii"'
has "the spec's smoothing is in the sidecar" "$json" '"SmoothingFWHM": 4'
has "its confounds are in the design" \
  "$(head -n 1 "$TMP/prep-maps/sub-01/func/sub-01_task-t_design.tsv")" 'trans_x'
run "$VALUEBOLD" glm "$TMP/prep.yaml" --bids-dir "$TMP/prep" --space MNI152Lin --output-dir "$TMP/none3"
same "a space that is not there is refused" 3 "$code"
echo old > "$TMP/file"
run "$VALUEBOLD" glm "$TMP/prep.yaml" --bids-dir "$TMP/prep" --output-dir "$TMP/file"
same "a file where the folder should be is refused" 5 "$code"
same "and left as it was" old "$(cat "$TMP/file")"

# --- real runs
real="four real runs, alone and together"
if have_data haxby2001; then
  data=$(cd "$DATA/haxby2001" && pwd)
  func=$TMP/bids/sub-001/func
  mkdir -p "$func"
  printf '{"Name": "links", "BIDSVersion": "1.9.0"}\n' > "$TMP/bids/dataset_description.json"
  for r in 1 2 3 4; do
    ln -s "$data/task001_run00$r/bold_25mm.nii.gz" "$func/sub-001_task-objects_run-${r}_bold.nii.gz"
    ln -s "$data/task001_run00$r/bold_events.tsv" "$func/sub-001_task-objects_run-${r}_events.tsv"
  done
  run "$VALUEBOLD" glm tests/glm/haxby.yaml --bids-dir "$TMP/bids" --output-dir "$TMP/real" \
    --mask "$data/masks/25mm/brain.nii.gz"
  same "$real" 0 "$code"
  has "$real: 484 volumes" "$out" '^4 runs, 484 volumes'
  check "$real: a map over runs" \
    test -s "$TMP/real/sub-001/sub-001_task-objects_contrast-faceOverHouse_stat-z_statmap.nii.gz"
  check "$real: an F map of a run" \
    test -s "$TMP/real/sub-001/sub-001_task-objects_run-3_contrast-any_stat-F_statmap.nii.gz"
  check "$real: an F map over runs" \
    test -s "$TMP/real/sub-001/sub-001_task-objects_contrast-any_stat-F_statmap.nii.gz"
  run "$VALUEBOLD" glm tests/glm/haxby.yaml --bids-dir "$TMP/bids" --output-dir "$TMP/real-one" \
    --mask "$data/masks/25mm/brain.nii.gz" --runs concatenate --maps z,rho
  same "$real: as one model" 0 "$code"
  has "$real: as one model" "$(cat "$TMP/real-one/sub-001/sub-001_task-objects_contrast-faceOverHouse_stat-z_statmap.json")" \
    '"RunsTogether": "concatenate"'
  has "$real: degrees of freedom add up" \
    "$(cat "$TMP/real/sub-001/sub-001_task-objects_contrast-faceOverHouse_stat-t_statmap.json")" \
    "\"DegreesOfFreedom\": $(sed -n 's/ *"DegreesOfFreedom": \([0-9]*\),/\1/p' \
      "$TMP"/real/sub-001/sub-001_task-objects_run-?_mask.json | awk '{s += $1} END {print s}')"
  if [ -n "$python" ]; then
    run "$VALUEBOLD" glm tests/glm/haxby.yaml --bids-dir "$TMP/bids" --output-dir "$TMP/real-ols" \
      --mask "$data/masks/25mm/brain.nii.gz" --noise ols --scaling none --run 2
    one=$TMP/real-ols/sub-001/sub-001_task-objects_run-2
    check "a real run by OLS is that of numpy" "$python" tests/glm/ols.py \
      "$TMP/real-ols/sub-001/func/sub-001_task-objects_run-2_design.tsv" \
      "$data/task001_run002/bold_25mm.nii.gz" "${one}_mask.nii.gz" \
      "${one}_contrast-faceOverHouse_stat-effect_statmap.nii.gz" \
      "${one}_contrast-faceOverHouse_stat-t_statmap.nii.gz" face=1 house=-1
  else
    skip "a real run by OLS is that of numpy" "python3 has no nibabel"
  fi
else
  skip "$real" "no $DATA/haxby2001"
fi
finish
