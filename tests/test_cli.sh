#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The frame every command stands in: help, usage errors, exit codes, streams.
. tests/lib/test.sh

run "$VALUEBOLD"
same "bare valuebold exits 0" 0 "$code"
has "bare valuebold prints usage on standard output" "$out" '^Usage: valuebold COMMAND'
run "$VALUEBOLD" --version
same "--version is one line" "valuebold $(make -s version)" "$out"
run "$VALUEBOLD" compar
same "an unknown command is a usage error" 2 "$code"
has "an unknown command names the nearest" "$err" "no command 'compar'; did you mean 'compare'"
run "$VALUEBOLD" --json cite
same "an option before the command is a usage error" 2 "$code"

for command in $("$VALUEBOLD" --generate commands); do
  run "$VALUEBOLD" "$command" --help
  same "$command --help exits 0" 0 "$code"
  same "$command --help leaves standard error empty" "" "$err"
  has "$command --help shows usage" "$out" "^Usage: valuebold $command"
  has "$command --help shows an example" "$out" '^Example:'
  same "$command: help and --help agree" "$out" "$("$VALUEBOLD" help "$command")"
  long=$(printf '%s\n' "$out" | awk 'length > 80' | grep -v '^  valuebold')
  same "$command --help fits 80 columns" "" "$long"
  twice=$(printf '%s\n' "$out" | sed -n 's/^  -\([a-zA-Z]\), --.*/\1/p' | sort | uniq -d)
  same "$command: no letter stands for two options" "" "$twice"
  twice=$(printf '%s\n' "$out" | sed -n 's/^  \(-[a-zA-Z], \|    \)--\([a-z-]*\).*/\2/p' | sort | uniq -d)
  same "$command: no name stands for two options" "" "$twice"
  run "$VALUEBOLD" "$command" --no-such-option
  same "$command refuses an unknown option" 2 "$code"
  same "$command: a usage error leaves standard output empty" "" "$out"
done

run "$VALUEBOLD" cite --jsn
has "a mistyped option names the nearest" "$err" "no option '--jsn'; did you mean '--json'"
run "$VALUEBOLD" cite --json=yes
has "a flag takes no value" "$err" 'json takes no value'
run "$VALUEBOLD" cite surplus
has "a surplus argument is named" "$err" "unexpected argument 'surplus'"
run "$VALUEBOLD" cite "$(printf 'a\033[2Jb')"
has "control characters of an argument are escaped" "$err" 'a.x1b.2Jb'

if [ -w /dev/full ]; then
  "$VALUEBOLD" cite > /dev/full 2> "$TMP/full"
  same "a full disk is exit code 5" 5 $?
  has "a full disk is said" "$(cat "$TMP/full")" 'standard output: No space left'
fi
"$VALUEBOLD" cite >&- 2> /dev/null
same "a closed standard output is exit code 5" 5 $?

for shell in bash zsh; do
  "$VALUEBOLD" --generate $shell > "$TMP/completion"
  if ! command -v $shell > /dev/null; then
    # zsh is not part of the test packages; its completion is looked at where it is there
    [ $shell = zsh ] || skip "$shell completion" "no $shell"
    continue
  fi
  check "$shell completion parses" $shell -n "$TMP/completion"
done
if command -v bash > /dev/null; then
  "$VALUEBOLD" --generate bash > "$TMP/completion"
  found=$(bash -c ". '$TMP/completion'; COMP_WORDS=(valuebold ci); COMP_CWORD=1; _valuebold
    echo \"\${COMPREPLY[*]}\"")
  same "bash completes a command" "cite" "$found"
  found=$(bash -c ". '$TMP/completion'; COMP_WORDS=(valuebold cite --js); COMP_CWORD=2
    _valuebold; echo \"\${COMPREPLY[*]}\"")
  same "bash completes an option" "--json" "$found"
fi
finish
