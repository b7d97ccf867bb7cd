"""What the operator configures, checked once when the handler starts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from renderer.errors import SettingsError

COUNTER_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# Of characters that stand for themselves in HTML, XML and Markdown.
SITE_URL = re.compile(
    r"https?://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]+)?/([A-Za-z0-9._~%+@=-]+/)*"
)
FLAGSETS = ("single", "multi")


@dataclass(frozen=True)
class Settings:
    """The renderer's configuration."""

    data_bucket: str
    site_bucket: str
    site_url: str
    counter: str
    title: str
    time_zone: ZoneInfo
    browser: Path
    plotly_js: Path
    flagsets: list[str]
    code: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings; raises one SettingsError that names every problem."""
        problems = [
            f"{name} is not set: {what}"
            for name, what in REQUIRED.items()
            if not env.get(name)
        ]
        counter = env.get("COUNTER") or "nyanpass"
        if not COUNTER_NAME.fullmatch(counter):
            problems.append(f"COUNTER {counter!r} is not of a-z, 0-9 and -")
        site_url = env.get("SITE_URL")
        if site_url and not SITE_URL.fullmatch(site_url):
            problems.append(
                f"SITE_URL {site_url!r} is not http(s)://HOST/, with / at the end"
            )
        for name in ("BROWSER_PATH", "PLOTLY_JS"):
            if env.get(name) and not Path(env[name]).is_file():
                problems.append(f"{name} {env[name]!r} is no file: run `make setup`")
        first = env.get("CHROME_FLAGSET") or FLAGSETS[0]
        if first not in FLAGSETS:
            problems.append(f"CHROME_FLAGSET {first!r} is not one of {FLAGSETS}")
        zone = env.get("TIME_ZONE") or "Asia/Tokyo"
        if problem := find_zone_problem(zone):
            problems.append(problem)
        if problems:
            raise SettingsError("; ".join(problems))
        return cls(
            data_bucket=env["DATA_BUCKET"],
            site_bucket=env["SITE_BUCKET"],
            site_url=env["SITE_URL"],
            counter=counter,
            title=env.get("TITLE") or "にゃんぱすーボタン",
            time_zone=ZoneInfo(zone),
            # A Chromium of several processes looks for its fonts from elsewhere.
            browser=Path(env["BROWSER_PATH"]).absolute(),
            plotly_js=Path(env["PLOTLY_JS"]).absolute(),
            flagsets=sorted(FLAGSETS, key=lambda name: name != first),
            code=fingerprint_code(Path(env["BROWSER_PATH"])),
        )


REQUIRED = {
    "DATA_BUCKET": "give the name of the private bucket with the readings",
    "SITE_BUCKET": "give the name of the public bucket of the site",
    "SITE_URL": "give the address at which visitors see the site",
    "BROWSER_PATH": "give the path of a headless Chromium, or run `make setup`",
    "PLOTLY_JS": "give the path of a plotly.js bundle, or run `make setup`",
}


def find_zone_problem(zone: str) -> str | None:
    """Say why a time zone cannot be used, or None.

    Readings are taken on the hours of UTC: where midnight falls between two of
    them, no day could ever be complete.
    """
    try:
        clock = ZoneInfo(zone)
    # ZoneInfoNotFoundError is a KeyError.
    except (ValueError, OSError, KeyError):
        return f"TIME_ZONE {zone!r} is not a name like Asia/Tokyo"
    # Lord Howe Island is whole hours from UTC in summer only.
    offsets = (clock.utcoffset(datetime(2026, month, 1)) for month in (1, 7))
    if any(offset and offset % timedelta(hours=1) for offset in offsets):
        return f"TIME_ZONE {zone!r} is not whole hours from UTC"
    return None


def fingerprint_code(browser: Path) -> str:
    """Return a digest of all that turns readings into pictures and pages.

    Covers this package with its templates and its locked dependencies, and the
    stamp that the pinned browser's installer leaves beside it.
    """
    package = Path(__file__).parent
    files = [
        path
        for path in sorted(package.rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__"
    ]
    if (stamp := browser.with_name("installed")).is_file():
        files.append(stamp)
    content = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)
    return hashlib.sha256(content).hexdigest()[:16]
