"""The settings: environment variables, all checked before anything is done.

No error and no repr shows a value: the source's address may hold a key.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import urlsplit

from collector.errors import SettingsError


def _make_matcher(pattern: str) -> Callable[[str], str]:
    """Make a check that returns its text if the whole of it matches the pattern."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text, re.ASCII) is None:
            raise ValueError
        return text

    return check


def check_web_address(text: str) -> str:
    """Return an http or https address; ValueError for anything else."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    if not text.isprintable() or " " in text:
        raise ValueError
    return text


def _check_source(text: str) -> str:
    if re.fullmatch(r"ssm:(/[A-Za-z0-9_.-]+)+", text, re.ASCII):
        return text
    return check_web_address(text)


def _check_path(text: str) -> str:
    if text:
        # Here, so that all else can be checked before it is installed.
        import jmespath

        try:
            jmespath.compile(text)
        except RecursionError as error:
            raise ValueError from error
    return text


def _parse_utc_offset(text: str) -> tzinfo:
    match = re.fullmatch(r"([+-])([01]\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if match is None:
        return _find_zone(text)
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)


def _find_zone(name: str) -> tzinfo:
    """Return a zone of the pinned database; ValueError for any other name.

    The machine's own database could know others, or know them otherwise.
    """
    # Here, so that a start without a zone's name does not wait for it.
    import zoneinfo

    zoneinfo.reset_tzpath(to=())
    if name not in zoneinfo.available_timezones():
        raise ValueError
    return zoneinfo.ZoneInfo(name)


@dataclass(frozen=True)
class Variable:
    """One environment variable: its check, its default, and what a good value is."""

    check: Callable[[str], Any]
    default: str | None
    wanted: str


VARIABLES = {
    "DATA_BUCKET": Variable(
        _make_matcher(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
        None,
        "the name of the bucket that keeps the readings",
    ),
    "COUNTER": Variable(
        _make_matcher(r"[a-z0-9][a-z0-9-]{0,62}"),
        "nyanpass",
        "a name of up to 63 lower-case letters, digits and hyphens",
    ),
    "COUNT_URL": Variable(
        _check_source,
        None,
        "the http or https address of the JSON answer, or to ssm:/NAME, the parameter "
        "of AWS's Parameter Store that holds it",
    ),
    "COUNT_PATH": Variable(
        _check_path, "count", "a JMESPath expression that finds the count in the answer"
    ),
    "TIME_PATH": Variable(
        _check_path,
        "time",
        "a JMESPath expression, or empty where the answer has no time",
    ),
    "SOURCE_UTC_OFFSET": Variable(
        _parse_utc_offset,
        "+09:00",
        "an offset such as +09:00, or a zone's name such as Europe/Berlin",
    ),
    "THOUSANDS_SEPARATOR": Variable(
        _make_matcher("[ ,.'’_\\u00a0\\u2009\\u202f]?"),
        "",
        "a comma, a point, an apostrophe, an underscore, a space, or empty",
    ),
    "CONTACT": Variable(
        _make_matcher(r"[\x20-\x7e]{0,200}"),
        "",
        "an address of up to 200 ASCII characters",
    ),
}

# Of these an empty value has a meaning; of the others it counts as missing.
MAY_BE_EMPTY = {"TIME_PATH", "THOUSANDS_SEPARATOR", "CONTACT"}


def check_variables(env: Mapping[str, str], names: Iterable[str]) -> dict[str, Any]:
    """Check these variables; return their values by their names in lower case.

    `check_variables({"COUNTER": "cat"}, ["COUNTER"])` is `{"counter": "cat"}`. Raises
    one SettingsError that names everything missing or wrong.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name in names:
        variable = VARIABLES[name]
        text = env.get(name)
        if text is None or (not text and name not in MAY_BE_EMPTY):
            text = variable.default
        if text is None:
            problems.append(f"{name} is missing, set it to {variable.wanted}")
            continue
        try:
            values[name.lower()] = variable.check(text)
        except ValueError:
            problems.append(f"{name} is wrong, set it to {variable.wanted}")
    if problems:
        raise SettingsError("settings: " + "; ".join(problems))
    return values


@dataclass(frozen=True)
class Settings:
    """The collector's settings; each field is the variable of its name."""

    data_bucket: str
    counter: str
    count_url: str = field(repr=False)
    count_path: str
    time_path: str
    source_utc_offset: tzinfo
    thousands_separator: str
    contact: str

    @property
    def count_parameter(self) -> str | None:
        """The name of the parameter that holds the address, if COUNT_URL is none."""
        kind, _, name = self.count_url.partition(":")
        return name if kind == "ssm" else None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check all settings; one SettingsError names all problems."""
        return cls(**check_variables(env, VARIABLES))
