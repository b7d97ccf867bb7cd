"""The real collector under the demonstration's clock.

The production handler knows no clock but the real one. Where the demonstration's
differs, this module passes its time to the same function.
"""

import os
import random
import time
from typing import Any

from collector.handler import collect, make_s3_client
from collector.patience import Patience
from collector.settings import Settings
from infra.local.clock import Clock


def handler(event: object, context: object) -> dict[str, Any]:
    """Collect one reading at the demonstration's time."""
    clock = Clock.from_text(os.environ["DEMO_CLOCK"])
    settings = Settings.from_env(os.environ)
    patience = Patience(time.monotonic, time.sleep, random.uniform)
    return collect(event, settings, make_s3_client(), patience, clock.now)
