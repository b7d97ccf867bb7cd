"""The template engine, and the files that go beside what it renders; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from renderer.site.words import (
    format_change,
    format_count,
    format_percent,
    format_rate,
    say,
)

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Asset:
    """A file that the page needs; its key never means another content."""

    key: str
    body: bytes


def load_templates() -> Environment:
    """Return the templates; what is put into them is text, in XML and SVG too."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "grouped": format_count,
        "percent": format_percent,
        "rate": format_rate,
        "change": format_change,
        "say": say,
        "markdown": escape_markdown,
    }
    environment.filters.update(filters)
    return environment


def escape_markdown(text: str) -> str:
    """Return text so that it is text in Markdown, on one line, too."""
    return re.sub(r"([\\`*_\[\]<>&!#|~])", r"\\\1", " ".join(text.split()))


def load_asset(name: str) -> Asset:
    """Return a file of the templates under a name that changes with its content."""
    body = (TEMPLATES / name).read_bytes()
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(f"assets/{stem}.{digest}.{suffix}", body)
