"""Reading switches and numbers from environment variables, and sparing loopback."""

import re
from collections.abc import Mapping, MutableMapping

from infra.errors import SettingsError

# For requests, botocore and polars alike, which know no networks in common.
LOOPBACK = "127.0.0.1,localhost,::1"


def keep_loopback_direct(env: MutableMapping[str, str]) -> None:
    """Have no HTTP client of this environment go to loopback through a proxy.

    What is to be reached without one already stays so.
    """
    given = env.get("no_proxy") or env.get("NO_PROXY")
    env["no_proxy"] = env["NO_PROXY"] = f"{given},{LOOPBACK}" if given else LOOPBACK


def is_on(env: Mapping[str, str], name: str) -> bool:
    """Say whether a switch is on: it is with `DRY=1`, not with `DRY=0` or `DRY=`.

    Raises SettingsError for anything else: `WITH_DATA=no` must not delete the data.
    """
    value = env.get(name) or "0"
    if value not in {"0", "1"}:
        raise SettingsError(f"{name}={value} is neither 0 nor 1")
    return value == "1"


def refuse_dry_run(env: Mapping[str, str]) -> None:
    """Raise SettingsError if a dry run is asked of what knows none."""
    if is_on(env, "DRY"):
        raise SettingsError("there is no dry run of it: nothing is done with DRY=1")


def strip_scheme(address: str) -> str:
    """Return what follows the scheme: `strip_scheme("http://a.b/")` is `a.b`."""
    return address.partition("://")[2].rstrip("/")


def refuse_source_as_link(env: Mapping[str, str]) -> None:
    """Raise SettingsError where the page would name the address that is read."""
    source = strip_scheme(env.get("COUNT_URL", ""))
    for name in ("HOME_URL", "CODE_URL"):
        if source and strip_scheme(env.get(name, "")) == source:
            raise SettingsError(
                f"{name} is COUNT_URL, which no page may name: give the address of a "
                "page for people"
            )


def read_number(
    env: Mapping[str, str], name: str, default: float, low: float, high: float
) -> float:
    """Read a number from low to high; the default where none is given.

    `read_number({"FAST": "4.5"}, "FAST", 0, 3, 3600)` is 4.5. Raises SettingsError
    for what is no number, or not within the limits.
    """
    text = env.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise SettingsError(f"{name}={text} is not a number from {low:g} to {high:g}")
    return number


def read_whole(
    env: Mapping[str, str], name: str, default: int, low: int, high: int
) -> int:
    """Read a whole number from low to high; the default where none is given.

    `read_whole({"PORT": "80"}, "PORT", 8333, 0, 65_535)` is 80. Raises SettingsError
    for anything but digits, and for what is not within the limits.
    """
    text = env.get(name)
    if not text:
        return default
    if not (re.fullmatch("[0-9]{1,18}", text) and low <= int(text) <= high):
        raise SettingsError(f"{name}={text} is not a whole number from {low} to {high}")
    return int(text)
