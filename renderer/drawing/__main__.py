"""Start the driver of the browser: `python -m renderer.drawing FLAGSET`.

It lives for a second: to look for garbage, while it imports or later, is time lost.
"""

import asyncio
import gc
import resource
import sys

gc.disable()

from renderer.drawing.driver import run_driver  # noqa: E402

# A crashed Chromium may leave a core file that fills /tmp.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
asyncio.run(run_driver(sys.argv[1]))
