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


@dataclass(frozen=True)
class Asset:
    """A file that the page needs; its key never means another content."""

    key: str
    body: bytes


def page_files(
    title: str,
    zone: ZoneInfo,
    summary: Mapping[str, Any],
    pictures: Iterable[Shown],
    data: Iterable[str],
) -> dict[str, bytes]:
    """Return the page, `index.html`, after the assets that it names."""
    style, icon = asset("style.css"), asset("icon.svg")
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
        style=style.key,
        icon=icon.key,
    )
    return {style.key: style.body, icon.key: icon.body, "index.html": page.encode()}


def asset(name: str) -> Asset:
    """Return a file of the templates under a name that changes with its content."""
    body = (TEMPLATES / name).read_bytes()
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(f"assets/{stem}.{digest}.{suffix}", body)


def local(text: str, zone: ZoneInfo) -> str:
    """Return an instant of the summary as people of the zone write it."""
    time = datetime.fromisoformat(text).astimezone(zone)
    return f"{time.year}年{time.month}月{time.day}日 {time:%H:%M}"
