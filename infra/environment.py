"""How switches and numbers are read from environment variables."""

from collections.abc import Mapping

from infra.errors import SettingsError


def is_on(env: Mapping[str, str], name: str) -> bool:
    """Say whether a switch is on: `DRY=1` is; `DRY=0`, `DRY=` and none are not."""
    return env.get(name, "0") not in {"", "0"}


def read_number(
    env: Mapping[str, str], name: str, default: float, low: float, high: float
) -> float:
    """Read a number from low to high; the default where it is not given or empty.

    `read_number({"PORT": "80"}, "PORT", 8333, 0, 65_535)` gives 80. Raises
    SettingsError for anything else.
    """
    text = env.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise SettingsError(f"{name}={text} is not a number from {low} to {high}")
    return number
