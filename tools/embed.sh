#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# embed.sh HEADER TYPE TABLE PREFIX FILE...: the files as bytes in a C table of {name, bytes},
# names without PREFIX, so that the program needs no files of its own at run time.  Bytes,
# not string literals: C11 promises only 4095 characters in one of those.
set -eu
header=$1
type=$2
table=$3
prefix=$4
shift 4
printf '/* SPDX-License-Identifier: GPL-3.0-or-later */\n/* Made by tools/embed.sh from templates/; edit those. */\n'
printf '#include "%s"\n' "$header"
n=0
for file in "$@"; do
    printf '\nstatic const unsigned char bytes_%d[] = { /* %s */\n' "$n" "$file"
    od -An -v -t u1 "$file" | sed 's/  */,/g; s/^,//; s/$/,/'
    printf '0};\n'
    n=$((n + 1))
done
printf '\nconst %s %s[] = {\n' "$type" "$table"
n=0
for file in "$@"; do
    printf '    {"%s", bytes_%d},\n' "${file#"$prefix"}" "$n"
    n=$((n + 1))
done
printf '    {0, 0}};\n'
