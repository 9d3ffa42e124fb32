#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The rules of docs/architecture.md that a compiler does not check: which room may include
# which, where other libraries and the operating system may be met, sizes, marks.
# shellcheck disable=SC2016 # awk programs
. tests/lib/test.sh

# room layer, and the headers of include/valuebold/ that no file of the same name defines
rooms='core 0 status sample
model 1 trials
fit 2
design 2
glm 3 glm_series
roi 3
group 3
io 4
export 4
report 4 figure_glm
pipeline 5 compare
cli 6'
# pattern of headers of other libraries: where they may be included
third_party='^gsl/: src/fit/ src/design/ src/glm/ src/roi/ src/group/ src/cli/main.c
^nifti|^znzlib: src/io/
^zlib.h: src/io/ src/export/ src/report/
^isa-l|^libdeflate|^jansson|^yaml: src/io/
^pthread|^sched: src/core/ src/io/ src/pipeline/
^unistd|^fcntl|^dirent|^sys/|^signal|^glob|^getopt|^termios|^poll: src/io/ src/cli/ src/pipeline/'

# file<TAB>header in quotes or angle brackets
includes() {
  find src include -name '*.[ch]' | sort | xargs awk '
    /^[ \t]*#[ \t]*include/ {
      split($0, part, /[<>"]/); print FILENAME "\t" ($0 ~ /</ ? "<" : "") part[2]
    }'
}

# header<TAB>room of every header of ours
headers() {
  for header in include/valuebold/*.h src/*/*.h; do
    name=$(basename "$header" .h)
    case $header in src/*) room=${header#src/} room=${room%%/*} ;; *)
      room=$(printf '%s\n' "$rooms" | awk -v n="$name" '{for (i = 3; i <= NF; i++) if ($i == n) print $1}')
      for source in src/*/"$name".c; do
        [ -f "$source" ] && [ -z "$room" ] && room=${source#src/} && room=${room%%/*}
      done ;;
    esac
    echo "$header	${room:-?}"
  done
}

includes > "$TMP/includes"
headers > "$TMP/headers"
printf '%s\n' "$rooms" > "$TMP/rooms"
printf '%s\n' "$third_party" > "$TMP/third"

# A public header may be ahead of its source while a room is being built: then it is known
# by nobody, and only said.
unknown=$(awk -F'\t' '$2 == "?" {print $1}' "$TMP/headers" | tr '\n' ' ')
[ -z "$unknown" ] || info "headers without a source of their name: $unknown"

upward=$(awk -F'\t' '
  FILENAME ~ /rooms$/ {split($0, f, " "); layer[f[1]] = f[2]; next}
  FILENAME ~ /headers$/ {room[$1] = $2; next}
  $2 !~ /^</ {
    from = $1 in room ? room[$1] : $1
    if (!($1 in room)) {sub(/^src\//, "", from); sub(/\/.*/, "", from)}
    dir = $1; sub(/[^\/]*$/, "", dir)
    target = $2 ~ /^valuebold\// ? "include/" $2 : dir $2
    if (!(target in room)) target = "src/" $2
    if (!(target in room) || room[target] == "?" || from == "?") next
    if (layer[room[target]] + 0 > layer[from] + 0)
      print $1 " (" from ") includes " $2 " (" room[target] ")"
  }' "$TMP/rooms" "$TMP/headers" "$TMP/includes")
same "no room includes a higher one" "" "$upward"

private=$(awk -F'\t' '$1 ~ /^src\// && $2 ~ /\.\.\// {print $1 " includes " $2}' "$TMP/includes")
same "no room reaches into the private headers of another" "" "$private"

stray=$(awk -F'\t' '
  FILENAME ~ /third$/ {i = index($0, ": "); n++; pattern[n] = substr($0, 1, i - 1)
                       places[n] = substr($0, i + 2); next}
  $2 ~ /^</ {
    header = substr($2, 2)
    for (k = 1; k <= n; k++) if (header ~ pattern[k]) {
      ok = 0; m = split(places[k], place, " ")
      for (j = 1; j <= m; j++) if (index($1, place[j]) == 1) ok = 1
      if (!ok) print $1 " includes <" header ">"
    }
  }' "$TMP/third" "$TMP/includes")
same "other libraries are met only in their rooms" "" "$stray"

# calls NAMES FILES...: where a function of that name is called, comments and texts left out
calls() {
  names=$1
  shift
  [ $# -gt 0 ] || return 0
  awk -v names="$names" '
    FNR == 1 {comment = 0}
    {
      line = $0
      gsub(/\\\\/, "", line); gsub(/\\"/, "", line)
      gsub(/"[^"]*"/, "", line); gsub(/\047[^\047]*\047/, "", line)
      if (comment) {if (sub(/.*\*\//, "", line)) comment = 0; else next}
      gsub(/\/\*[^*]*\*+([^\/*][^*]*\*+)*\//, "", line)
      if (sub(/\/\*.*/, "", line)) comment = 1
      if (line ~ "(^|[^A-Za-z0-9_.>])(" names ")[ ]*\\(") print FILENAME ":" FNR ": " $0
    }' "$@"
}
files() { # C files below the rooms given
  for room in "$@"; do
    find "src/$room" -name '*.[ch]' 2> /dev/null
  done | sort
}
prints='printf|fprintf|vprintf|vfprintf|puts|putchar|fputs|fputc|putc|perror'
leaves='exit|_exit|_Exit|abort|quick_exit|longjmp'
opens='fopen|freopen|fdopen|open|openat|creat|tmpfile|mkstemp|fwrite|fread|rename|remove|unlink'
global='setlocale|srand|rand|putenv|setenv|unsetenv|signal|sigaction|atexit|strtok|gsl_set_error_handler|gsl_set_error_handler_off'
never='system|popen|tmpnam|tempnam|mktemp|gets|strcpy|strcat|sprintf|atoi|atof|alloca'
# shellcheck disable=SC2046
same "layers 0-3 open no files" "" "$(calls "$opens" $(files core model fit design glm roi group))"
# shellcheck disable=SC2046
same "the library never prints, exits or changes global state" "" \
  "$(calls "$prints|$leaves|$global" $(files core model fit design glm roi group io export report pipeline) |
    grep -v '^src/io/.*fput[sc]* *(.*file)')"
# shellcheck disable=SC2046
same "no shell, no unsafe calls anywhere" "" "$(calls "$never" $(find src -name '*.[ch]'))"

long=$(find src include -name '*.[ch]' -exec wc -l {} + |
  awk '$2 != "total" && $1 > 400 {print $2 " has " $1 " lines"}')
same "no file is longer than 400 lines" "" "$long"
long=$(find src -name '*.[ch]' | sort | xargs awk '
  /^\{$/ {start = FNR}
  /^\}/ && start {if (FNR - start + 1 > 60) print FILENAME ":" start ": " FNR - start + 1 " lines"; start = 0}')
same "no function is longer than 60 lines" "" "$long"

unmarked=$(find src include -name '*.[ch]' -o -path 'src/*.def' | while read -r file; do
  head -n 1 "$file" | grep -q '^/\* SPDX-License-Identifier: GPL-3.0-or-later \*/$' || echo "$file"
done)
same "every C file names its licence in line 1" "" "$unmarked"
unmarked=$(find tools tests examples .ci -name '*.sh' -o -path .ci/run 2> /dev/null | while read -r file; do
  head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$file"
done)
same "every script names its licence" "" "$unmarked"

marks=$(grep -rnE '\b(TODO|FIXME|not implemented|XX[X])\b' src include || true)
same "no unfinished marks" "" "$marks"
guards=$(for header in include/valuebold/*.h; do
  grep -q VB_API "$header" && ! grep -q 'extern "C"' "$header" && echo "$header"
done)
same "public headers can be used from C++" "" "$guards"
foreign=$(awk -F'\t' '$1 ~ /^include\// && $2 ~ /^</ && $2 !~ /^<(stdbool|stddef|stdint|stdarg)\.h$/ \
  {print $1 " includes " substr($2, 2)}' "$TMP/includes")
same "public headers need nothing but the language" "" "$foreign"

if [ -d "$DATA" ] && command -v git > /dev/null && git rev-parse --git-dir > /dev/null 2>&1; then
  copies=$(git ls-files | while read -r file; do
    size=$(wc -c < "$file" 2> /dev/null || echo 0)
    [ "$size" -gt 200 ] && printf '%s %s\n' "$size" "$file"
  done | sort -n > "$TMP/ours"
  find "$DATA" -type f -printf '%s %p\n' 2> /dev/null | sort -n > "$TMP/theirs"
  join "$TMP/ours" "$TMP/theirs" 2> /dev/null | while read -r _ ours theirs; do
    cmp -s "$ours" "$theirs" && echo "$ours is $theirs"
  done)
  same "no tracked file is a copy of public data" "" "$copies"
fi
finish
