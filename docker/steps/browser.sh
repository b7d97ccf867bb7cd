#!/bin/sh
# Install the pinned browser, its fonts and plotly.js: browser.sh TARGET
set -eu
. /steps/network.sh
python3 -m venv /tmp/pip
/tmp/pip/bin/python /build/browser/install.py "$1"
rm -rf /tmp/pip
chmod -R a+rX "$1"
