#!/bin/sh
# Make /opt/venv with exactly what a lock file names: venv.sh REQUIREMENTS [SERVICE...]
#
# SERVICE: what is called of AWS beside what prune.py keeps.
set -eu
. /steps/network.sh
python3 -m venv /opt/venv
/opt/venv/bin/pip install --quiet --require-hashes --only-binary :all: --no-compile \
  --no-deps -r "$1"
shift
# Nothing is installed into an image that runs.
/opt/venv/bin/pip uninstall --quiet --yes pip
rm -f /opt/venv/bin/[Aa]ctivate*
python3 /steps/prune.py /opt/venv/lib/python3.*/site-packages "$@"
# polars comes with its symbols: 40 MB that only a debugger reads.
if command -v strip >/dev/null; then
  find /opt/venv/lib -name '*polars_runtime*.so' -exec strip {} +
fi
sh /steps/compile.sh /opt/venv/lib
