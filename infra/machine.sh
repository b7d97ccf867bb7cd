#!/bin/sh
# What a machine must have before anything is installed, in any shell and without Python.
#
#     sh infra/machine.sh PYTHON [first]
#
# Tells each thing in a line; with `first`, only what is missing, and only the first of
# it. Exit code: 0 it has all, 1 it has not.
set -u
python=$1 first=${2-}
container='or run it as a container: docker compose up'
# What setup makes of .venv, .browser and .local, and what pip needs meanwhile.
need_mb=1500
missing=0

need() { # need WHAT IT-IS-SO WHAT-TO-DO
    if [ "$2" = yes ]; then
        [ -n "$first" ] || printf '%-10s %s\n' ok "$1"
        return
    fi
    missing=1
    if [ -n "$first" ]; then
        printf 'make: %s is needed: %s\n' "$1" "$3" >&2
        exit 1
    fi
    printf '%-10s %s: %s\n' MISSING "$1" "$3"
}

try() { # try COMMAND... : prints yes if it succeeds
    if "$@" >/dev/null 2>&1; then echo yes; else echo no; fi
}

has_room() {
    [ -e .venv/running ] ||
        [ "$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')" -ge "$need_mb" ]
}

has_glibc() {
    version=$(getconf GNU_LIBC_VERSION) || return 1
    minor=${version#glibc 2.}
    [ "${minor%%.*}" -ge 28 ]
}

at_least_311() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'
}

need "Linux on x86-64" "$(try [ "$(uname -s) $(uname -m)" = "Linux x86_64" ])" \
    "this is $(uname -s) on $(uname -m); use another machine"
need "glibc 2.28 or newer" "$(try has_glibc)" \
    "use a Linux such as Debian, Ubuntu or Fedora, $container"
need "Python 3.11 or newer" "$(try at_least_311)" \
    "install it and give PYTHON=python3.11, $container"
need "Python's venv" "$(try "$python" -c 'import ensurepip, venv')" \
    "apt-get install python3-venv, or what your Linux calls it"
need "a folder that can be written" "$(try [ -w . ])" \
    "$(pwd) belongs to somebody else"
need "$need_mb MB of free disk" "$(try has_room)" \
    "$(pwd) has less: make room there"
exit "$missing"
