#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# embed.sh FILE...: the files as bytes in a C table (see src/export/template.h), so that the
# program needs no files of its own at run time.  Bytes, not string literals: C11 promises
# only 4095 characters in one of those.
set -eu
printf '/* SPDX-License-Identifier: GPL-3.0-or-later */\n/* Made by tools/embed.sh from templates/; edit those. */\n'
printf '#include "export/template.h"\n'
n=0
for file in "$@"; do
    printf '\nstatic const unsigned char bytes_%d[] = { /* %s */\n' "$n" "$file"
    od -An -v -t u1 "$file" | sed 's/  */,/g; s/^,//; s/$/,/'
    printf '0};\n'
    n=$((n + 1))
done
printf '\nconst vb_template vb_templates[] = {\n'
n=0
for file in "$@"; do
    printf '    {"%s", bytes_%d},\n' "${file##*/}" "$n"
    n=$((n + 1))
done
printf '    {0, 0}};\n'
