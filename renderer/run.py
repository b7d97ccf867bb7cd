"""One run of the renderer: the stages that the data passes, in their order.

    absorb the readings into the history          history, loading
    aggregate                                     aggregate, windows, summary
    publish the data                              data, site
    draw and export the pictures                  draw, export
    publish the pictures, the page, the manifest  page, site

What is published is a function of the readings, the settings and the code alone.
The manifest comes last, so it tells whether a run went through, and which
pictures need not be drawn again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from renderer.aggregate import buckets_of, increments_of
from renderer.bucket import Bucket
from renderer.data import data_files
from renderer.draw import Picture, Scene, pictures_of
from renderer.errors import OvertakenError
from renderer.export import Figure
from renderer.history import History, absorb, history_key
from renderer.loading import Source
from renderer.page import Shown, page_files
from renderer.settings import Settings
from renderer.site import MANIFEST, Site
from renderer.summary import summary_of
from renderer.windows import windows_of

Draw = Callable[[Mapping[str, Figure]], dict[str, bytes]]
# Others embed this address; it is the whole history.
EMBEDDED, WHOLE = "graph.png", "graphs/all-total.png"


@dataclass(frozen=True)
class Findings:
    """What the history says, ready to be published."""

    summary: dict[str, Any]
    data: dict[str, bytes]
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
    manifest = {} if rebuild else site.manifest()
    stamp = stamp_of(settings, history)
    if manifest.get("stamp") == stamp:
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
    increments = increments_of(readings)
    daily = buckets_of(increments, "1d", zone)
    summary = summary_of(settings.counter, zone, readings, increments, daily)
    windows = windows_of(
        readings.item(0, "scheduled_at"), readings.item(-1, "scheduled_at"), zone
    )
    scene = Scene(settings.title, zone, readings, increments)
    pictures = {picture.key: picture for picture in pictures_of(scene, windows)}
    data = dict(data_files(summary, readings, daily))
    return Findings(summary, data, pictures)


def publish(
    settings: Settings,
    site: Site,
    findings: Findings,
    draw: Draw,
    manifest: Mapping[str, Any],
    stamp: str,
) -> None:
    """Publish the data while the pictures are drawn, then what depends on those."""
    versions = {
        key: version_of(picture.figure, settings)
        for key, picture in findings.pictures.items()
    }
    versions[EMBEDDED] = versions[WHOLE]
    stale = stale_pictures(versions, manifest, site.etags)
    figures = {
        key: picture.figure
        for key, picture in findings.pictures.items()
        if key in stale or (key == WHOLE and EMBEDDED in stale)
    }
    with ThreadPoolExecutor(1) as background:
        drawing = background.submit(draw, figures)
        site.publish(findings.data)
        pages = page_files(
            settings.title,
            settings.time_zone,
            findings.summary,
            [
                Shown(f"{key}?v={versions[key]}", picture.alt)
                for key, picture in findings.pictures.items()
            ],
            findings.data,
        )
        pictures = drawing.result()
    if WHOLE in pictures:
        pictures[EMBEDDED] = pictures[WHOLE]
    page = {"index.html": pages.pop("index.html")}
    site.publish(pictures | pages, page)
    last = {
        "schema": 1,
        "stamp": stamp,
        "pictures": {
            key: {"version": version, "etag": site.etags[key]}
            for key, version in sorted(versions.items())
        },
    }
    site.publish({MANIFEST: f"{json.dumps(last, indent=2)}\n".encode()})


def stale_pictures(
    versions: Mapping[str, str], manifest: Mapping[str, Any], etags: Mapping[str, str]
) -> set[str]:
    """Return the keys of pictures that are not there as the manifest has them."""
    drawn = manifest.get("pictures", {})
    return {
        key
        for key, version in versions.items()
        if drawn.get(key) != {"version": version, "etag": etags.get(key)}
    }


def stamp_of(settings: Settings, history: History) -> str:
    """Return what names all that the site is made from."""
    words = (history.digest, settings.counter, settings.title, settings.time_zone.key)
    return digest("\n".join((*words, settings.code)))


def version_of(figure: Figure, settings: Settings) -> str:
    """Return what names a picture: its figure, and the code that draws it."""
    return digest(json.dumps(figure, sort_keys=True) + settings.code)


def digest(text: str) -> str:
    """Return a short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
