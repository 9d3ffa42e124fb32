#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make_parameters.sh DATA PARAMETERS.tsv - each participant's published parameters as a table
# for individual.yaml, and PARAMETERS.json with their units beside it:
#   effort_k        parameter_1 of the hyperbolic fit in DATA/behaviour/effort_published_fits.tsv
#   probability_c   parameter_1 of the exponential fit in DATA/behaviour/risk_published_fits.tsv
# Participants without both fits (no row, n/a, or a row of zeros, which stands for a fit that
# was not made) are left out and named on standard error.
set -eu
[ $# -eq 2 ] || {
  echo "usage: sh $0 DATA PARAMETERS.tsv" >&2
  exit 2
}
effort=$1/behaviour/effort_published_fits.tsv
risk=$1/behaviour/risk_published_fits.tsv
table=$2
for file in "$effort" "$risk"; do
  [ -f "$file" ] || {
    echo "$0: there is no file $file" >&2
    exit 3
  }
done

part=$table.part
trap 'rm -f "$part"' EXIT
awk -F '\t' -v OFS='\t' '
  {sub(/\r$/, "")}
  FNR == 1 {
    file++
    for (i = 1; i <= NF; i++) at[file, $i] = i
    n = split("participant_id model parameter_1 inverse_temperature", need, " ")
    for (i = 1; i <= n; i++) if (!((file, need[i]) in at)) {
      print FILENAME ": there is no column " need[i] > "/dev/stderr"
      bad = 1
      exit 3
    }
    next
  }
  {
    id = $at[file, "participant_id"]
    if (!(id in seen)) {seen[id] = 1; order[++n_ids] = id}
    if ($at[file, "model"] != (file == 1 ? "hyperbolic" : "exponential")) next
    value = $at[file, "parameter_1"]
    if (value == "n/a" || (value + 0 == 0 && $at[file, "inverse_temperature"] + 0 == 0)) next
    fit[file, id] = value
  }
  END {
    if (bad) exit 3
    print "participant_id", "effort_k", "probability_c"
    for (i = 1; i <= n_ids; i++) {
      id = order[i]
      if ((1, id) in fit && (2, id) in fit) print id, fit[1, id], fit[2, id]
      else print id ": left out, no " ((1, id) in fit ? "risk" : "effort") " fit" > "/dev/stderr"
    }
  }' "$effort" "$risk" > "$part"
cat > "${table%.tsv}.json" << 'END'
{
  "effort_k": {
    "Description": "hyperbolic effort discounting, 1 / (1 + k * minutes)",
    "Units": "1/min"
  },
  "probability_c": {
    "Description": "exponential risk discounting, exp(-c * percent of risk)",
    "Units": "1/percent"
  }
}
END
mv "$part" "$table"
