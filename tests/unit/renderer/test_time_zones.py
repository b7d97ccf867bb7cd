"""One time zone database for all of the site: neither the system's nor polars' own."""

import re
import zoneinfo
from importlib import resources
from pathlib import Path

import renderer
from renderer.site import keys
from renderer.site.page import render_files
from tests.unit.renderer.histories import at, history
from tests.unit.renderer.pages import view_of

# What could make polars convert times by itself; UTC alone is said and unsaid.
CONVERSIONS = re.compile(
    r"""(?:convert|replace)_time_zone\((?!None\)|"UTC"\))"""
    r"""|\btime_zone=(?!"UTC")|\bDatetime\((?!"us"(?:, "UTC")?\))"""
)


def test_the_system_s_database_is_not_asked() -> None:
    """The same readings give the same bytes on every machine."""
    assert zoneinfo.TZPATH == ()


def test_no_frame_converts_zones_by_itself() -> None:
    """polars has a database of its own."""
    root = Path(renderer.__file__).parent
    calls = [
        f"{path.relative_to(root)}: {call}"
        for path in sorted(root.rglob("*.py"))
        for call in CONVERSIONS.findall(path.read_text("utf-8"))
    ]
    assert calls == []


def test_the_whole_site_does_without_polars_zones() -> None:
    """It is the same by clocks of which polars knows nothing.

    They are Vancouver's, which go back no more from autumn 2026 on: polars 2.1 thinks
    they do, and would give 1 November an hour more.
    """
    files = resources.files("tzdata.zoneinfo.America")
    with files.joinpath("Vancouver").open("rb") as file:
        nowhere = zoneinfo.ZoneInfo.from_file(file, key="Nowhere/Vancouver")
    readings = history(range(24 * 400), at("2025-10-01"))
    right, _ = view_of(readings, zoneinfo.ZoneInfo("America/Vancouver"))
    made, data = view_of(readings, nowhere)
    assert made.versions == right.versions
    assert render_files(made) == {
        key: content.replace(b"America/Vancouver", b"Nowhere/Vancouver")
        for key, content in render_files(right).items()
    }
    days = data[keys.Table.DAILY].decode().splitlines()
    assert "2025-11-02,25,25,25,true,800" in days
    assert "2026-11-01,24,24,24,true,9535" in days
