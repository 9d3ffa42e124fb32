#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make install` puts down can be used: program, library by pkg-config, man pages.
. tests/lib/test.sh

BUILD=${BUILD:-build}
if [ "$BUILD" != build ]; then # sanitizers would be needed to link with it
  skip "installation" "it is the plain build that is installed"
  finish
  exit
fi
root=$TMP/root
check "make install works below DESTDIR" make -s install BUILD="$BUILD" DESTDIR="$root" PREFIX=/opt/vb
version=$(make -s version)
same "the installed program runs" "valuebold $version" "$("$root/opt/vb/bin/valuebold" --version)"
for command in $("$VALUEBOLD" --generate commands); do
  [ -s "$root/opt/vb/share/man/man1/valuebold-$command.1" ] || missing="${missing:-} $command"
done
same "every command has a man page" "" "${missing:-}"
if command -v man > /dev/null; then
  bad=$(for page in "$root"/opt/vb/share/man/man1/*.1; do
    LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 > /dev/null
  done)
  same "man pages have no roff warnings" "" "$bad"
fi
[ -s "$root/opt/vb/share/bash-completion/completions/valuebold" ] &&
  [ -s "$root/opt/vb/share/zsh/site-functions/_valuebold" ] && completions=yes
same "completion for bash and zsh is installed" yes "${completions:-no}"

export PKG_CONFIG_PATH="$root/opt/vb/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
same "pkg-config knows the version" "$version" "$(pkg-config --modversion valuebold)"
cat > "$TMP/user.c" << 'END'
#include <stdio.h>
#include <valuebold/number.h>
int main(void)
{
    double x;
    return vb_number_read("2.385", &x) != VB_NUMBER_OK || printf("%g\n", x) < 0;
}
END
# shellcheck disable=SC2046,SC2086
check "a program compiles against the installed library" \
  ${CC:-cc} -o "$TMP/user" "$TMP/user.c" $(pkg-config --cflags --libs valuebold)
same "and runs with the shared library" 2.385 "$(LD_LIBRARY_PATH=$root/opt/vb/lib "$TMP/user")"
sed 's/int main(void)/int main()/' "$TMP/user.c" > "$TMP/user.cc"
if command -v c++ > /dev/null; then
  for header in include/valuebold/*.h; do
    echo "#include <valuebold/$(basename "$header")>" > "$TMP/one.cc"
    c++ -Wall -Wextra -Werror -fsyntax-only -Iinclude "$TMP/one.cc" 2>&1
  done > "$TMP/cxx"
  same "every public header compiles alone as C++" "" "$(head -n 5 "$TMP/cxx")"
fi
for header in include/valuebold/*.h; do
  echo "#include <valuebold/$(basename "$header")>" > "$TMP/one.c"
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -fsyntax-only -Iinclude "$TMP/one.c" 2>&1
done > "$TMP/c11"
same "every public header compiles alone as C" "" "$(head -n 5 "$TMP/c11")"
leaked=$(nm -D --defined-only "$root/opt/vb/lib/libvaluebold.so" | awk '$3 !~ /^vb_/ && $2 ~ /[TDBR]/ {print $3}')
same "the shared library shows nothing but vb_ names" "" "$leaked"

if command -v readelf > /dev/null; then
  has "the program is position independent" "$(readelf -h "$VALUEBOLD")" 'Type: +DYN'
  has "relocations are read-only after start" "$(readelf -lW "$VALUEBOLD")" 'GNU_RELRO'
  has "symbols are bound at start" "$(readelf -dW "$VALUEBOLD")" 'BIND_NOW|FLAGS.*NOW'
  has "the stack is not executable" "$(readelf -lW "$VALUEBOLD")" 'GNU_STACK.* RW '
  has "the stack is guarded" "$(readelf -sW "$VALUEBOLD")" '__stack_chk_fail'
  has "unsafe calls are fortified" "$(readelf -sW "$VALUEBOLD")" '__[a-z]*printf_chk'
fi
check "make uninstall works" make -s uninstall DESTDIR="$root" PREFIX=/opt/vb
same "make uninstall leaves no file behind" "" "$(find "$root" -type f -o -type l)"
finish
