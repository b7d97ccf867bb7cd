"""One run of the renderer: the six stages that the data pass, in their order.

    readings   S3 objects become one history
    findings   the history becomes numbers
    figures    the numbers become plotly figures
    drawing    the figures become pictures
    site       findings and figures become data, pages and feeds
    publish    all of it goes into the site's bucket

What is published is a function of the readings, the settings and the code alone.
The last three stages overlap, since drawing takes the longest: `publish.sequence`
says how. The manifest comes last, so it tells whether a run went through, and which
pictures and files need not be made again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import tzdata

from renderer.bucket import Bucket
from renderer.drawing.gallery import Draw, hang_figures
from renderer.errors import OvertakenError
from renderer.figures.graphs import make_graphs
from renderer.findings.findings import make_findings
from renderer.fingerprint import fingerprint
from renderer.publish.contents import make_contents
from renderer.publish.manifest import Manifest, fetch_manifest
from renderer.publish.sequence import publish_contents
from renderer.publish.writer import SiteWriter
from renderer.readings.fetch import ReadingStore
from renderer.readings.format import format_utc
from renderer.readings.history import History, absorb_objects, make_history_key
from renderer.settings import Settings


def run_pipeline(
    settings: Settings,
    store: ReadingStore,
    site_bucket: Bucket,
    draw: Draw,
    hinted: list[str],
    *,
    rebuild: bool,
) -> dict[str, Any]:
    """Bring the history and the site up to the readings; tell what happened.

    The outcome is `published`, `unchanged` (nothing new), `empty` (no reading
    yet) or `overtaken` (a run with newer readings publishes instead).
    """
    history = absorb_objects(store, hinted, rebuild=rebuild)
    result = describe_history(history)
    if history.settled.readings.is_empty():
        return {"outcome": "empty", **result}
    key = make_history_key(settings.counter)
    writer = SiteWriter(site_bucket, lambda: store.bucket.etag(key) == history.etag)
    with ThreadPoolExecutor(1) as background:
        listing = background.submit(list_site, writer, rebuild=rebuild)
        findings = make_findings(history.settled, settings.counter, settings.time_zone)
        ranges = make_graphs(findings.frames)
        gallery = hang_figures(settings.subject.title, settings.code, findings, ranges)
        manifest = listing.result()
    # All that the site is made from.
    stamp = fingerprint(
        *(history.fingerprint, settings.counter, asdict(settings.subject)),
        *(settings.time_zone.key, tzdata.IANA_VERSION),
        *(settings.site_url, settings.code),
    )
    if manifest.stamp == stamp:
        return {"outcome": "unchanged", **result}
    contents = make_contents(settings, findings, ranges, gallery)
    try:
        publish_contents(writer, contents, draw, manifest, stamp)
    except OvertakenError:
        return {"outcome": "overtaken", **result, "objects": writer.put_keys}
    return {"outcome": "published", **result, "objects": writer.put_keys}


def describe_history(history: History) -> dict[str, Any]:
    """Return what a run tells of its history: how many readings, which is newest."""
    readings, newest = history.settled.readings, None
    if not readings.is_empty():
        newest = format_utc(readings.item(-1, "scheduled_at"))
    return {
        "readings": readings.height,
        "newest": newest,
        "broken": history.broken_keys,
    }


def list_site(writer: SiteWriter, *, rebuild: bool) -> Manifest:
    """List the site; return the last run's manifest, or none if all is made anew."""
    writer.list_objects()
    return Manifest() if rebuild else fetch_manifest(writer)
