"""One run of the renderer: the stages that the data passes, in their order.

    absorb the readings into the history          history, loading
    aggregate                                     frames, windows, summary, heat
    turn it into figures                          draw, embed, gallery
    publish the data, meanwhile draw the pictures publish, data, export
    publish the pictures, the pages, the manifest publish, page, manifest, site

What is published is a function of the readings, the settings and the code alone.
The manifest comes last, so it tells whether a run went through, and which
pictures and files need not be made again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from renderer.bucket import Bucket
from renderer.drawing.gallery import Draw, Gallery
from renderer.errors import OvertakenError
from renderer.figures.card import draw_card
from renderer.figures.graphs import draw_ranges
from renderer.figures.ranges import make_ranges
from renderer.figures.whole_history import draw_whole_history
from renderer.findings.frames import make_frames
from renderer.findings.summary import summarise_history
from renderer.fingerprint import fingerprint
from renderer.publish.manifest import Manifest, fetch_manifest
from renderer.publish.sequence import Contents, publish_contents
from renderer.publish.writer import SiteWriter
from renderer.readings.fetch import Source
from renderer.readings.history import History, absorb_readings, history_key
from renderer.settings import Settings


def run_pipeline(
    settings: Settings,
    source: Source,
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
    history = absorb_readings(source, hinted, rebuild=rebuild)
    found = {
        "readings": history.frame.height,
        "newest": find_newest(history),
        "broken": history.broken,
    }
    if history.frame.is_empty():
        return {"outcome": "empty", **found}
    key = history_key(settings.counter)
    site = SiteWriter(site_bucket, lambda: source.bucket.etag(key) == history.etag)
    with ThreadPoolExecutor(1) as background:
        looking = background.submit(list_site, site, rebuild=rebuild)
        findings = findings_of(settings, history)
        manifest = looking.result()
    # All that the site is made from.
    stamp = fingerprint(
        *(history.digest, settings.counter, settings.title),
        *(settings.time_zone.key, settings.site_url, settings.code),
    )
    if manifest.stamp == stamp:
        return {"outcome": "unchanged", **found}
    try:
        publish_contents(settings, site, findings, draw, manifest, stamp)
    except OvertakenError:
        return {"outcome": "overtaken", **found, "objects": site.put_keys}
    return {"outcome": "published", **found, "objects": site.put_keys}


def list_site(site: SiteWriter, *, rebuild: bool) -> Manifest:
    """List the site; return what the last run left word of, unless all is made anew."""
    site.look()
    return Manifest() if rebuild else fetch_manifest(site)


def find_newest(history: History) -> str | None:
    """Return the hour of the newest reading (UTC), None if there is none."""
    if history.frame.is_empty():
        return None
    hour: datetime = history.frame.item(-1, "scheduled_at")
    return hour.isoformat(timespec="seconds")


def findings_of(settings: Settings, history: History) -> Contents:
    """Aggregate the history; pure."""
    readings, zone = history.frame, settings.time_zone
    frames = make_frames(readings, zone)
    summary = summarise_history(settings.counter, frames)
    windows = make_ranges(
        readings.item(0, "scheduled_at"), readings.item(-1, "scheduled_at"), zone
    )
    ranges = draw_ranges(frames, windows)
    gallery = Gallery(settings.code)
    for each in ranges:
        gallery.add_graph(each.increments)
        gallery.add_graph(each.total)
    # The last range is the whole history.
    whole = draw_whole_history(settings.title, zone, ranges[-1])
    gallery.add_picture("graph", whole, dark=True)
    linked = draw_card(settings.title, frames, summary["pace"]["last_24_hours"])
    gallery.add_picture("graphs/card", linked, dark=False)
    return Contents(frames, summary, ranges, gallery)
