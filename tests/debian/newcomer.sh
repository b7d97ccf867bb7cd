#!/bin/sh
# What README tells a newcomer to do, in a fresh clone on a machine that has nothing.
set -eu
. docker/steps/network.sh
make run ONCE=1 PORT=0
# The pages are the same bytes wherever they are made, and are visited elsewhere. Here
# polars has its threads, so that nothing depends on there being one.
POLARS_MAX_THREADS=2 make test ARGS="--deselect=tests/e2e --cov-fail-under=0"
