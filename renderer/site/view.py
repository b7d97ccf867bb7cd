"""What the pages are rendered from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from renderer.figures.graphs import RangeGraphs
    from renderer.findings.findings import Findings
    from renderer.subject import Subject


@dataclass(frozen=True)
class View:
    """What the pages show, and the keys that they name.

    versions: key -> what the object is made from, for all that is named with `?v=`.
    ranges: those that have a tab, of which the last is the whole history.
    data: the keys of the data files. plotly: the key of the plotly.js script.
    version: the project's, with the fingerprint of the code.
    """

    subject: Subject
    zone: ZoneInfo
    site_url: str
    version: str
    findings: Findings
    ranges: list[RangeGraphs]
    versions: Mapping[str, str]
    data: list[str]
    plotly: str
