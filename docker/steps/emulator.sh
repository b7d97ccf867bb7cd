#!/bin/sh
# Take Lambda's runtime emulator out of its wheel: emulator.sh REQUIREMENTS TARGET
set -eu
. /steps/network.sh
python3 -m venv /tmp/pip
/tmp/pip/bin/pip install --quiet --require-hashes --no-deps --no-compile \
  --target /tmp/wheel -r "$1"
mkdir "$2"
mv /tmp/wheel/samcli/local/rapid/aws-lambda-rie-x86_64 "$2/aws-lambda-rie"
# Both are Amazon's, and under the same licence.
mv /tmp/wheel/aws_sam_cli-*.dist-info/licenses "$2/licenses"
rm -rf /tmp/pip /tmp/wheel
chmod 755 "$2/aws-lambda-rie"
chmod -R a+rX "$2"
