#!/bin/sh
# Compile all modules below a folder, and the renderer's templates if they are there,
# for nothing can be cached on a read-only root.
#
# "Unchecked" bytecode is loaded without a look at its source, and stays valid
# whatever a registry makes of the files' times.
set -eu
find "$1" -name __pycache__ -prune -exec rm -rf {} +
python3 -m compileall -q --invalidation-mode unchecked-hash "$1"
if [ -d "$1/renderer" ]; then
  (cd "$1" && /opt/venv/bin/python -m renderer.site.templating)
fi
chmod -R a+rX "$1"
