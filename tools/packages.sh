#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# packages.sh - finds what a build needs and, on Debian and Ubuntu, installs what is missing.
#
#   tools/packages.sh build        what `make` needs
#   tools/packages.sh test         that, and what `make test` needs
#
# Silent when everything is there.  Elsewhere than on Debian and Ubuntu it prints the lines
# that would install the rest, and fails only when the build cannot do without.
set -u
level=${1:-build}
CC=${CC:-cc}
PKG_CONFIG=${PKG_CONFIG:-pkg-config}
NIFTI_CFLAGS=${NIFTI_CFLAGS:--isystem /usr/include/nifti}

# name for messages | kind of check | what is checked | apt | dnf | conda-forge | brew
# A '-' means that the system has no such package or needs none.
build_needs='
C compiler|command|cc|gcc libc6-dev|gcc|gcc|-
pkg-config|command|pkg-config|pkg-config|pkgconf-pkg-config|pkg-config|pkgconf
NIfTI library|nifti|nifti2_io.h|libnifti-dev|nifticlib-devel|-|-
zlib|module|zlib|zlib1g-dev|zlib-devel|zlib|zlib
GSL|module|gsl|libgsl-dev|gsl-devel|gsl|gsl
ISA-L|module|libisal|libisal-dev|isa-l-devel|isa-l|isa-l
libdeflate|module|libdeflate|libdeflate-dev|libdeflate-devel|libdeflate|libdeflate
libyaml|module|yaml-0.1|libyaml-dev|libyaml-devel|yaml|libyaml'
test_needs='
jansson|module|jansson|libjansson-dev|jansson-devel|jansson|jansson
Criterion|module|criterion|libcriterion-dev|criterion-devel|-|criterion'
# Without these some tests are skipped, and say so.
test_wants='
Octave|command|octave|octave|octave|octave|octave
Tcl|command|tclsh|tcl|tcl|tk|tcl-tk
Python 3|command|python3|python3|python3|python|python
nibabel|python|nibabel|python3-nibabel|python3-nibabel|nibabel|-'

is_there() { # kind what
  case $1 in
  command)
    case $2 in cc) set -- command "$CC" ;; pkg-config) set -- command "$PKG_CONFIG" ;; esac
    command -v "${2%% *}" >/dev/null 2>&1 ;;
  module) "$PKG_CONFIG" --exists "$2" 2>/dev/null ;;
  python) # the system's own, which has the system's packages; found, not imported: faster
    /usr/bin/python3 -c "import importlib.util as u, sys
sys.exit(u.find_spec('$2') is None)" 2>/dev/null ;;
  # the NIfTI library has no pkg-config file
  nifti) # shellcheck disable=SC2086
    echo "#include <$2>" | $CC $NIFTI_CFLAGS -E - >/dev/null 2>&1 ;;
  esac
}

modules() { # the modules of a table, for one quick question about all of them
  printf '%s\n' "$1" | awk -F'|' '$2 == "module" {print $3}'
}

missing() { # lines of the table whose check fails
  # shellcheck disable=SC2046
  if "$PKG_CONFIG" --exists $(modules "$1") 2>/dev/null; then quick=yes; else quick=no; fi
  printf '%s\n' "$1" | while IFS='|' read -r name kind what rest; do
    [ -n "$name" ] || continue
    [ "$kind" = module ] && [ $quick = yes ] && continue
    is_there "$kind" "$what" || printf '%s|%s|%s|%s\n' "$name" "$kind" "$what" "$rest"
  done
}

column() { # packages of column $2 of the lines $1, on one line
  printf '%s\n' "$1" | awk -F'|' -v c="$2" '$c != "" && $c != "-" {printf "%s ", $c}'
}

names() {
  printf '%s\n' "$1" | awk -F'|' '$1 != "" {printf "%s%s", n++ ? ", " : "", $1}'
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif ! command -v sudo >/dev/null 2>&1; then return 1
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"
  fi
}

apt_install() { # packages
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >/dev/null
}

advise() { # lines
  echo "These lines would install it:"
  echo "  Debian, Ubuntu: sudo apt-get install $(column "$1" 4)"
  echo "  Fedora:         sudo dnf install $(column "$1" 5)"
  echo "  conda:          conda install -c conda-forge $(column "$1" 6)"
  echo "  Homebrew:       brew install $(column "$1" 7)"
  case $1 in *"|nifti|"*)
    echo "conda and Homebrew have no NIfTI library: build https://github.com/NIFTI-Imaging/nifti_clib"
    echo "and name the place, make NIFTI_CFLAGS=-I... NIFTI_LIBS='-L... -lnifti2 -lznz'." ;;
  esac
}

needs=$build_needs
wants=
if [ "$level" = test ]; then
  needs=$needs$test_needs
  wants=$test_wants
fi
absent=$(missing "$needs$wants")
[ -n "$absent" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
  packages=$(column "$absent" 4)
  echo "valuebold: installing $packages"
  as_root apt-get -qq -o DPkg::Lock::Timeout=300 update ||
    echo "valuebold: the package list could not be renewed; going on with the old one" >&2
  # shellcheck disable=SC2086
  apt_install $packages ||
    for package in $packages; do # one that this release lacks must not cost all others
      apt_install "$package"
    done
  absent=$(missing "$needs$wants")
  [ -n "$absent" ] || exit 0
fi

needed=$(missing "$needs")
if [ -n "$needed" ]; then
  { echo "valuebold: missing: $(names "$absent")"; advise "$absent"; } >&2
  exit 1
fi
{ echo "valuebold: not found, so some tests will be skipped: $(names "$absent")"
  advise "$absent"; } >&2
