#!/bin/sh
# What README tells a newcomer to do, in a fresh clone on a machine that has nothing.
set -eu
. docker/steps/network.sh
make run ONCE=1 PORT=0
make test
