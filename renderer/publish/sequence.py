"""Publish what was found: the data while the pictures are drawn, then the rest.

A page comes after all that it names, the one in which a visit begins after the other,
and the manifest after everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from renderer.drawing.gallery import Draw, Gallery
from renderer.figures.graphs import RangeGraphs
from renderer.findings.calendar import shade_calendar
from renderer.findings.frames import Frames
from renderer.findings.week import shade_week
from renderer.fingerprint import fingerprint
from renderer.publish.manifest import MANIFEST, Manifest, encode_manifest
from renderer.publish.writer import SiteWriter
from renderer.settings import Settings
from renderer.site.data import (
    HOURLY,
    SCHEMA,
    version_hourly_files,
    write_hourly_files,
    write_tables,
)

Objects = Mapping[str, bytes]


@dataclass(frozen=True)
class Contents:
    """What the history says, ready to be published."""

    frames: Frames
    summary: dict[str, Any]
    ranges: list[RangeGraphs]
    gallery: Gallery


def publish_contents(
    settings: Settings,
    site: SiteWriter,
    findings: Contents,
    draw: Draw,
    manifest: Manifest,
    stamp: str,
) -> None:
    """Publish all objects that the site lacks or has in another version."""
    gallery, readings = findings.gallery, findings.frames.readings
    versions = gallery.versions | {
        key: fingerprint(source, settings.code)
        for key, source in version_hourly_files(readings).items()
    }
    stale = manifest.stale(versions, site.etags)
    # Not looked up again in the end: a run of older code may be putting its own.
    etags = {key: site.etags[key] for key in versions.keys() - stale}
    with ThreadPoolExecutor(1) as background:
        drawing = background.submit(gallery.draw_stale, stale, draw)
        hourly = [key for key in stale if key.startswith(HOURLY)]
        data = write_tables(findings.summary, findings.frames)
        site.publish(data | write_hourly_files(readings, hourly))
        # The name of the script is its version, too.
        script = settings.plotly_js.read_bytes()
        plotly = f"assets/plotly.{hashlib.sha256(script).hexdigest()[:12]}.js"
        files = page_files_of(settings, findings, versions, data, plotly)
        if manifest.stale({plotly: plotly}, site.etags):
            files = {plotly: script, **files}
        else:
            etags[plotly] = site.etags[plotly]
        pictures = drawing.result()
    figures = {key: body for key, body in gallery.files.items() if key in stale}
    pages = [{key: body} for key, body in files.items() if key.endswith(".html")]
    named = {key: body for key, body in files.items() if not key.endswith(".html")}
    site.publish(figures | pictures | named, *pages)
    versions[plotly] = plotly
    site.publish({MANIFEST: encode_manifest(stamp, versions, etags | site.own_etags)})


def page_files_of(
    settings: Settings,
    findings: Contents,
    versions: Mapping[str, str],
    data: Objects,
    plotly: str,
) -> dict[str, bytes]:
    """Render the pages and what they name, but pictures and data."""
    # The template engine is imported while the browser draws, not before.
    from renderer.site.page import View, render_files

    frames = findings.frames
    view = View(
        title=settings.title,
        zone=settings.time_zone,
        site_url=settings.site_url,
        code=settings.code,
        summary=findings.summary,
        ranges=findings.ranges,
        weekly=shade_week(frames.increments, frames.zone),
        calendar=shade_calendar(frames.daily),
        versions=versions,
        data=[*data, *(key for key in versions if key.startswith(HOURLY))],
        schema=json.loads(data[SCHEMA]),
        plotly=plotly,
    )
    return render_files(view)
