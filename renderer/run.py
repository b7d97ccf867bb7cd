"""One run of the renderer: the stages that the data passes, in their order.

    absorb the readings into the history          history, loading
    aggregate                                     aggregate, windows, summary
    publish the data                              data, site
    draw and export the pictures                  draw, export
    publish the pictures, the page, the manifest  page, manifest, site

What is published is a function of the readings, the settings and the code alone.
The manifest comes last, so it tells whether a run went through, and which
pictures and files need not be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from renderer.bucket import Bucket
from renderer.data import HOURLY, TABLES, hourly_files, hourly_keys, tables
from renderer.draw import Picture, Scene, pictures_of
from renderer.errors import OvertakenError
from renderer.export import Figure
from renderer.frames import Frames, frames_of
from renderer.history import History, absorb, history_key
from renderer.loading import Source
from renderer.manifest import (
    MANIFEST,
    Manifest,
    encode_manifest,
    fetch_manifest,
    name_of,
)
from renderer.settings import Settings
from renderer.site import Site
from renderer.summary import summary_of
from renderer.windows import windows_of

Draw = Callable[[Mapping[str, Figure]], dict[str, bytes]]
# Others embed this address; it is the whole history.
EMBEDDED, WHOLE = "graph.png", "graphs/all-total.png"


@dataclass(frozen=True)
class Findings:
    """What the history says, ready to be published."""

    frames: Frames
    summary: dict[str, Any]
    pictures: dict[str, Picture]


def run(
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
    history = absorb(source, hinted, rebuild=rebuild)
    found = {
        "readings": history.frame.height,
        "newest": newest_of(history),
        "broken": history.broken,
    }
    if history.frame.is_empty():
        return {"outcome": "empty", **found}
    key = history_key(settings.counter)
    site = Site(site_bucket, lambda: source.bucket.etag(key) == history.etag)
    site.look()
    manifest = Manifest() if rebuild else fetch_manifest(site)
    # All that the site is made from.
    stamp = name_of(
        *(history.digest, settings.counter, settings.title),
        *(settings.time_zone.key, settings.site_url, settings.code),
    )
    if manifest.stamp == stamp:
        return {"outcome": "unchanged", **found}
    try:
        publish(settings, site, findings_of(settings, history), draw, manifest, stamp)
    except OvertakenError:
        return {"outcome": "overtaken", **found, "objects": site.put_keys}
    return {"outcome": "published", **found, "objects": site.put_keys}


def newest_of(history: History) -> str | None:
    """Return the hour of the newest reading (UTC), None if there is none."""
    if history.frame.is_empty():
        return None
    hour: datetime = history.frame.item(-1, "scheduled_at")
    return hour.isoformat(timespec="seconds")


def findings_of(settings: Settings, history: History) -> Findings:
    """Aggregate the history; pure."""
    readings, zone = history.frame, settings.time_zone
    frames = frames_of(readings, zone)
    summary = summary_of(settings.counter, frames)
    windows = windows_of(
        readings.item(0, "scheduled_at"), readings.item(-1, "scheduled_at"), zone
    )
    scene = Scene(settings.title, zone, readings, frames.increments)
    pictures = {picture.key: picture for picture in pictures_of(scene, windows)}
    return Findings(frames, summary, pictures)


def publish(
    settings: Settings,
    site: Site,
    findings: Findings,
    draw: Draw,
    manifest: Manifest,
    stamp: str,
) -> None:
    """Publish the data while the pictures are drawn, then what depends on those."""
    versions = versions_of(findings, settings)
    stale = manifest.stale(versions, site.etags)
    # Not looked up again in the end: a run of older code may be putting its own.
    etags = {key: site.etags[key] for key in versions.keys() - stale}
    figures = {
        key: picture.figure
        for key, picture in findings.pictures.items()
        if key in stale or (key == WHOLE and EMBEDDED in stale)
    }
    with ThreadPoolExecutor(1) as background:
        drawing = background.submit(draw, figures)
        hourly = [key for key in versions if key in stale and key.startswith(HOURLY)]
        site.publish(
            tables(findings.summary, findings.frames)
            | hourly_files(findings.frames.readings, hourly)
        )
        pages = pages_of(settings, findings, versions)
        pictures = drawing.result()
    if WHOLE in pictures:
        pictures[EMBEDDED] = pictures[WHOLE]
    page = {"index.html": pages.pop("index.html")}
    site.publish(pictures | pages, page)
    site.publish({MANIFEST: encode_manifest(stamp, versions, etags | site.own_etags)})


def versions_of(findings: Findings, settings: Settings) -> dict[str, str]:
    """Return the version of each object that is only made again when it must be."""
    sources: dict[str, Any] = {
        key: picture.figure for key, picture in findings.pictures.items()
    }
    sources |= {EMBEDDED: sources[WHOLE], **hourly_keys(findings.frames.readings)}
    return {key: name_of(source, settings.code) for key, source in sources.items()}


def pages_of(
    settings: Settings, findings: Findings, versions: Mapping[str, str]
) -> dict[str, bytes]:
    """Render the page and its assets; `?v=` makes caches fetch a changed picture."""
    # The template engine is imported while the browser draws, not before.
    from renderer.page import Shown, page_files

    shown = [
        Shown(f"{key}?v={versions[key]}", picture.alt)
        for key, picture in findings.pictures.items()
    ]
    data = [*TABLES, *(key for key in versions if key.startswith(HOURLY))]
    return page_files(settings.title, settings.time_zone, findings.summary, shown, data)
