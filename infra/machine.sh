#!/bin/sh
# What a machine must have before anything is installed, in any shell and without Python.
#
#     sh infra/machine.sh PYTHON [first [tests]]
#
# Tells each thing in a line; with `first`, only what is missing, and only the first of
# it: for what runs, or for the tests' packages as well. Exit code: 0 it has all, 1 it
# has not.
set -u
python=$1 first=${2-} tests=${3-}
container='or run it as a container: docker compose up'
# What setup leaves, and what pip and npm hold meanwhile; CONTRIBUTING tells the former.
run_mb=1000 tests_mb=1500
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

has_room() { # has_room MB, unless it is used already, as the file STAMP says
    [ -e "$2" ] || [ "$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')" -ge "$1" ]
}

has_glibc() {
    version=$(getconf GNU_LIBC_VERSION) || return 1
    minor=${version#glibc 2.}
    [ "${minor%%.*}" -ge 28 ]
}

# The newest for which all locked packages have wheels is the last.
is_fitting() {
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
}

# A system that was upgraded has another Python behind the same link.
is_whole() {
    [ ! -e .venv/running ] ||
        .venv/bin/python -c 'import importlib.util as i; exit(not i.find_spec("pip"))'
}

can_write() {
    [ -e .venv/running ] || [ -w . ]
}

has_venv() {
    [ -e .venv/running ] || "$python" -c 'import ensurepip, venv'
}

need "Linux on x86-64" "$(try [ "$(uname -s) $(uname -m)" = "Linux x86_64" ])" \
    "this is $(uname -s) on $(uname -m); use another machine, $container"
need "glibc 2.28 or newer" "$(try has_glibc)" \
    "use a Linux such as Debian, Ubuntu or Fedora, $container"
need "Python 3.11 to 3.14" "$(try is_fitting)" \
    "install one and give PYTHON=python3.11, $container"
need "Python's venv" "$(try has_venv)" \
    "apt-get install python3-venv, or what your Linux calls it"
need "a folder that can be written" "$(try can_write)" \
    "$(pwd) is read-only, or somebody else's: clone into another"
need "a .venv of this machine's Python" "$(try is_whole)" \
    "what is there was made for another: make clean, then this again"
need "$run_mb MB of free disk to run it" "$(try has_room "$run_mb" .venv/running)" \
    "$(pwd) has less: make room there"
if [ -n "$tests" ]; then
    need "$tests_mb MB more for the tests" "$(try has_room "$tests_mb" .venv/installed)" \
        "$(pwd) has less: make room there"
elif [ -z "$first" ] && ! has_room "$((run_mb + tests_mb))" .venv/installed; then
    printf '%-10s %s\n' note "$tests_mb MB more are needed for the tests alone"
fi
exit "$missing"
