"""The demonstration's samples: which there are, and which one a folder goes on with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra.errors import SettingsError

# A reading of a sample: its hour (UTC), and the count.
Row = tuple[datetime, int]


@dataclass(frozen=True)
class Sample:
    """A history to begin with, and how it is shown unless something else is asked for.

    file: its name in the folder of the data, which tells a later run what is in there.
    """

    name: str
    file: str
    time_zone: str
    words: Mapping[str, str]

    def choose_words(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return the renderer's settings for it, but what another title makes wrong."""
        words = {} if env.get("TITLE") else self.words
        return {**words, "TIME_ZONE": self.time_zone}


MADE_UP = Sample(
    "button",
    "button.csv",
    "Asia/Tokyo",
    {
        "TITLE": "にゃんぱすーデモ（架空）",
        "TITLE_EN": "Nyanpasu demo (made up)",
        "ABOUT_JA": "デモです。これまでの数字は架空で、"
        "いまの数字はこの機械で動くボタンのものです。",
        "ABOUT_EN": "A demonstration: the history is made up, and the button that is "
        "read now runs on the same machine.",
    },
)
# The only one that older versions had, so its file has a name for any.
DEPARTURES = Sample(
    "departures",
    "history.csv",
    "America/New_York",
    {
        "TITLE": "デモ（ニューヨーク三空港の出発便）",
        "TITLE_EN": "Demo: departures from New York",
        "ABOUT_JA": "2013年にニューヨークの3つの空港を出発した便の数を、"
        "いまの日付に移したものです。",
        "ABOUT_EN": "Flights that left New York's three airports in 2013, moved to the "
        "dates of today.",
        "UNIT_JA": "便",
        "UNIT_EN": "departures",
    },
)
SAMPLES = {sample.name: sample for sample in (MADE_UP, DEPARTURES)}


def choose_sample(folder: Path, name: str | None) -> Sample:
    """Return the sample of this name, or else the one that the folder was begun with.

    Raises SettingsError for an unknown one, and for another than is in the folder.
    """
    if name and name not in SAMPLES:
        raise SettingsError(f"SAMPLE={name} is not one of {', '.join(SAMPLES)}")
    # Path.exists would raise where nobody may look; whoever makes the folder says so.
    begun = [
        each
        for each in SAMPLES.values()
        if os.path.exists(folder / each.file)  # noqa: PTH110
    ]
    if not name:
        return begun[0] if begun else MADE_UP
    if begun and SAMPLES[name] not in begun:
        raise SettingsError(
            f"{folder} was begun with SAMPLE={begun[0].name}; "
            f"for SAMPLE={name} choose another DATA=<folder>"
        )
    return SAMPLES[name]
