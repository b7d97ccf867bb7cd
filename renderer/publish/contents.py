"""What a site is to hold, and how each part of it is made when its turn comes; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from renderer import __version__
from renderer.drawing.gallery import Gallery
from renderer.figures.graphs import RangeGraphs, select_shown
from renderer.findings.findings import Findings
from renderer.fingerprint import fingerprint
from renderer.settings import Settings
from renderer.site import keys
from renderer.site.data import (
    version_hourly_files,
    write_hourly_files,
    write_tables,
)
from renderer.site.view import View


@dataclass(frozen=True)
class Contents:
    """What was found and made into figures, ready to become the objects of a site.

    versions: key -> fingerprint of what the object is made from, for all that is
    made again only where that has changed: pictures, figures, hourly files.
    """

    settings: Settings
    findings: Findings
    ranges: list[RangeGraphs]
    gallery: Gallery
    versions: dict[str, str]

    def write_data(self, stale: Collection[str]) -> dict[str, bytes]:
        """Return all tables, and those of the files of every hour that are stale."""
        return write_tables(self.findings) | write_hourly_files(self.findings, stale)

    def render_site(self, plotly: str) -> dict[str, bytes]:
        """Return what visitors read, and the files that it names; the pages last.

        plotly: the key of the plotly.js script.
        """
        # The template engine is imported while the browser draws, not before.
        from renderer.site.page import render_files

        data = (key for key in self.versions if key.startswith("data/"))
        view = View(
            subject=self.settings.subject,
            zone=self.settings.time_zone,
            site_url=self.settings.site_url,
            version=f"{__version__} ({self.settings.code})",
            findings=self.findings,
            ranges=select_shown(self.ranges),
            versions=self.versions,
            data=[*keys.Table, *data],
            plotly=plotly,
        )
        return render_files(view)


def make_contents(
    settings: Settings,
    findings: Findings,
    ranges: list[RangeGraphs],
    gallery: Gallery,
) -> Contents:
    """Return the contents of a site, with the versions of what need not be made."""
    hourly = {
        key: fingerprint(readings, settings.code)
        for key, readings in version_hourly_files(findings).items()
    }
    return Contents(settings, findings, ranges, gallery, gallery.versions | hourly)
