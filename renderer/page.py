"""Render the public page from the findings and the pictures' descriptions; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Shown:
    """One picture on the page: its versioned address and what it shows."""

    url: str
    alt: str


def page_files(
    title: str,
    zone: ZoneInfo,
    summary: Mapping[str, Any],
    pictures: Iterable[Shown],
    data: Iterable[str],
) -> dict[str, bytes]:
    """Return the page, `index.html`, after the assets that it names."""
    style = (TEMPLATES / "style.css").read_bytes()
    style_key = f"assets/style.{hashlib.sha256(style).hexdigest()[:12]}.css"
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["grouped"] = "{:,}".format
    environment.filters["local"] = lambda text: local(text, zone)
    page = environment.get_template("index.html").render(
        title=title,
        summary=summary,
        pictures=list(pictures),
        data=sorted(data),
        style=style_key,
    )
    return {style_key: style, "index.html": page.encode()}


def local(text: str, zone: ZoneInfo) -> str:
    """Return an instant of the summary as people of the zone write it."""
    time = datetime.fromisoformat(text).astimezone(zone)
    return f"{time.year}年{time.month}月{time.day}日 {time:%H:%M}"
