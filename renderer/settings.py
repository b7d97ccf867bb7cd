"""The settings: environment variables, all checked before anything is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from renderer.drawing.flagsets import FLAGSETS
from renderer.errors import SettingsError
from renderer.fingerprint import fingerprint_code
from renderer.subject import DEFAULT_TITLE, Subject, take_subject

COUNTER_NAME = r"[a-z0-9][a-z0-9-]{0,62}"
# As RFC 3986 has it, without a user; of what may follow, `&` and `'` need escaping.
ADDRESS = r"https://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?"
LONGEST_ADDRESS = 300


def _make_matcher(pattern: str, wanted: str) -> Callable[[str], str]:
    """Make a check that takes what matches the pattern as it is."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"is not {wanted}")
        return text

    return check


def _make_limit(longest: int) -> Callable[[str], str]:
    """Make a check that takes up to so many characters on one line, or none."""
    pattern = rf"[^\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]{{0,{longest}}}"
    check = _make_matcher(pattern, f"up to {longest} characters on one line")
    return lambda text: check(text).strip()


def _check_address(text: str) -> str:
    if text and (len(text) > LONGEST_ADDRESS or not re.fullmatch(ADDRESS, text)):
        raise ValueError(
            f"is not https://HOST/..., of up to {LONGEST_ADDRESS} characters of ASCII"
        )
    return text


def _check_file(text: str) -> Path:
    if not Path(text).is_file():
        raise ValueError("is no file: run `make setup`")
    # A Chromium of several processes looks for its fonts from elsewhere.
    return Path(text).absolute()


def _order_flagsets(first: str) -> list[str]:
    if first not in FLAGSETS:
        raise ValueError(f"is not one of {tuple(FLAGSETS)}")
    return sorted(FLAGSETS, key=lambda name: name != first)


def _find_zone(name: str) -> ZoneInfo:
    """Return the zone with this name; raises ValueError where days would not fit.

    Readings are taken on the hours of UTC: where midnight falls between two of
    them, no day could ever be complete.
    """
    # Some systems know others, as `localtime`, and take `asia/tokyo` for one.
    if name not in available_timezones():
        raise ValueError("is not a name like Asia/Tokyo")
    zone = ZoneInfo(name)
    # Lord Howe Island is whole hours from UTC in summer only.
    offsets = (zone.utcoffset(datetime(2026, month, 1)) for month in (1, 7))
    if any(offset and offset % timedelta(hours=1) for offset in offsets):
        raise ValueError("is not whole hours from UTC")
    return zone


@dataclass(frozen=True)
class Variable:
    """One environment variable: its check, its default, what to do without it.

    Its value is shown where it is wrong, unless somebody could have mistaken it for
    COUNT_URL, which may hold a secret.
    The check returns the value, or raises ValueError with what is wrong with it.
    """

    check: Callable[[str], Any]
    default: str | None
    wanted: str = ""
    shown: bool = True


VARIABLES = {
    "DATA_BUCKET": Variable(
        str, None, "give the name of the private bucket with the readings"
    ),
    "SITE_BUCKET": Variable(
        str, None, "give the name of the public bucket of the site"
    ),
    "SITE_URL": Variable(
        # Of characters that stand for themselves in HTML, XML and Markdown.
        _make_matcher(
            r"https?://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]+)?/"
            r"([A-Za-z0-9._~%+@=-]+/)*",
            "http(s)://HOST/, with / at the end",
        ),
        None,
        "give the address at which visitors see the site",
    ),
    "COUNTER": Variable(_make_matcher(COUNTER_NAME, "of a-z, 0-9 and -"), "nyanpass"),
    "TITLE": Variable(_make_limit(100), DEFAULT_TITLE),
    "TITLE_EN": Variable(_make_limit(100), ""),
    "ABOUT_JA": Variable(_make_limit(200), ""),
    "ABOUT_EN": Variable(_make_limit(200), ""),
    "UNIT_JA": Variable(_make_limit(20), ""),
    "UNIT_EN": Variable(_make_limit(20), ""),
    "HOME_URL": Variable(_check_address, "", shown=False),
    "CODE_URL": Variable(_check_address, "", shown=False),
    "TIME_ZONE": Variable(_find_zone, "Asia/Tokyo"),
    "BROWSER_PATH": Variable(
        _check_file, None, "give the path of a headless Chromium, or run `make setup`"
    ),
    "PLOTLY_JS": Variable(
        _check_file, None, "give the path of a plotly.js bundle, or run `make setup`"
    ),
    "CHROME_FLAGSET": Variable(_order_flagsets, next(iter(FLAGSETS))),
}


@dataclass(frozen=True)
class Settings:
    """What the renderer needs to know.

    subject: what is counted. browser, plotly_js: absolute paths. flagsets: the sets of
    Chromium's flags, in the order in which they are tried. code: the fingerprint of
    the code.
    """

    data_bucket: str
    site_bucket: str
    site_url: str
    counter: str
    subject: Subject
    time_zone: ZoneInfo
    browser: Path
    plotly_js: Path
    flagsets: list[str]
    code: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read and check all settings; raises one SettingsError for all problems."""
        values: dict[str, Any] = {}
        problems = []
        for name, variable in VARIABLES.items():
            text = env.get(name) or variable.default
            if text is None:
                problems.append(f"{name} is not set: {variable.wanted}")
                continue
            try:
                values[name.lower()] = variable.check(text)
            except ValueError as error:
                shown = f"{name} {text!r}" if variable.shown else name
                problems.append(f"{shown} {error}")
        if problems:
            raise SettingsError("; ".join(problems))
        browser, flagsets = values.pop("browser_path"), values.pop("chrome_flagset")
        return cls(
            subject=take_subject(values),
            browser=browser,
            flagsets=flagsets,
            code=fingerprint_code(browser),
            **values,
        )
