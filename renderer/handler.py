"""The Lambda function: an S3 event in, the site brought up to date.

The only module that knows the environment, the clock, the event and boto3's
clients. Nothing heavy is imported before the browser has been started, since both
take about as long.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from renderer.drawing.process import Drawing
from renderer.errors import RendererError
from renderer.events import parse_event
from renderer.metrics import format_metrics, make_metrics
from renderer.settings import Settings

if TYPE_CHECKING:
    from renderer.bucket import Bucket
    from renderer.readings.fetch import ReadingStore

# For each of the two attempts to draw. The rest of the time is for S3.
DRAWING_S, RESERVE_S = 25.0, 30.0

logger = logging.getLogger(__name__)
logging.getLogger("renderer").setLevel(logging.INFO)


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Run for an S3 event, or for `{"action": "rebuild"}` or `"selftest"`."""
    # To look for garbage takes a thirtieth of a cold run, which makes little.
    gc.disable()
    try:
        return run(event, context)
    finally:
        gc.enable()


def run(event: Any, context: Any) -> dict[str, Any]:
    """Do what the event asks for; return what is told of it."""
    settings = Settings.from_env(os.environ)
    request = parse_event(event, settings.data_bucket)
    if request.action == "ignore":
        return {"outcome": "ignored"}
    if request.action == "selftest":
        from renderer.drawing.selftest import run_selftest

        return run_selftest(settings)
    with Drawing(settings.browser, settings.plotly_js, settings.flagsets) as drawing:
        from renderer.pipeline import run_pipeline

        store, site = connect(settings)
        result = run_pipeline(
            settings,
            store,
            site,
            lambda figures: drawing.draw(figures, budget_s(context)),
            request.keys,
            rebuild=request.action == "rebuild",
        )
    puts = len(result.get("objects", []))
    logger.info(
        "outcome=%s readings=%s objects=%s", result["outcome"], result["readings"], puts
    )
    emit_metrics(result, retried=drawing.retried)
    return result


def emit_metrics(result: dict[str, Any], *, retried: bool) -> None:
    """Write what the run is counted by to stdout, where Lambda finds it."""
    now = datetime.now(UTC)
    free_mb = shutil.disk_usage(tempfile.gettempdir()).free // 2**20
    values = make_metrics(result, now, retried=retried, tmp_free_mb=free_mb)
    # Lambda's own name for the function, so that two stacks count apart.
    name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "renderer")
    sys.stdout.write(format_metrics(name, now, values))
    sys.stdout.flush()


def connect(settings: Settings) -> tuple[ReadingStore, Bucket]:
    """Return the readings' store and the site's bucket."""
    import boto3
    from botocore.config import Config

    from renderer.bucket import Bucket
    from renderer.readings.fetch import ReadingStore, make_cloud_options

    # polars starts at 5,000 requests a second by itself, the bound of a rebuild; it
    # still slows down where S3 asks for it.
    os.environ.setdefault("POLARS_CLOUD_READ_INIT_RATE", "50000")
    session = boto3.Session()
    config = Config(
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=16,
    )
    client = session.client("s3", config=config)
    credentials = session.get_credentials()
    if credentials is None:
        raise RendererError("there are no AWS credentials: give the function a role")
    cloud = make_cloud_options(client.meta, credentials.get_frozen_credentials())
    bucket = Bucket(client, settings.data_bucket)
    store = ReadingStore(bucket, settings.counter, cloud, datetime.now(UTC))
    return store, Bucket(client, settings.site_bucket)


def budget_s(context: Any) -> float:
    """Return the time for one attempt to draw, of the time that Lambda leaves."""
    remaining_s: float = context.get_remaining_time_in_millis() / 1000
    return max(1.0, min(DRAWING_S, (remaining_s - RESERVE_S) / 2))
