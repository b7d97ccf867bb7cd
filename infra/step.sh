#!/bin/sh
# One step of setup: runs COMMAND, and where it fails says why in a line.
#
#     sh infra/step.sh COMMAND...
#
# pip shows its progress on a terminal; what programs say on stderr is kept in a file,
# for where there is no network pip alone has seven lines of it.
set -u
log=.local/setup.log
mkdir -p .local
[ -t 1 ] || export PIP_QUIET=1
"$@" 2>"$log" && exit
# The step that makes it may be the one that failed.
[ ! -x .venv/bin/python ] || .venv/bin/python -m infra.doctor network || exit 1
echo "make: $(grep . "$log" | tail -n 1) ($log has more): run it again, it goes on there" >&2
exit 1
