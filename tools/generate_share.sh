#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# generate_share.sh PROGRAM DIR - man pages and shell completion, from the option tables.
set -eu
program=$1
share=$2
man=$share/man/man1
bash=$share/bash-completion/completions
zsh=$share/zsh/site-functions

rm -rf "$share"
mkdir -p "$man" "$bash" "$zsh"
"$program" --generate man > "$man/valuebold.1"
for command in $("$program" --generate commands); do
  "$program" --generate man "$command" > "$man/valuebold-$command.1"
done
"$program" --generate bash > "$bash/valuebold"
"$program" --generate zsh > "$zsh/_valuebold"
