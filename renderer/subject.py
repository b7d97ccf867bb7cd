"""What is counted, as the operator of a site says it; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from renderer.site.languages import LANGUAGES

# The counter that this was made for.
DEFAULT_TITLE = "にゃんぱすーボタン"
# What only Japanese is written with, here: kana, and the characters of China.
JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f]")


@dataclass(frozen=True)
class Subject:
    """What is counted: by the code of a language where it is words.

    title: its name, in whatever language. titles: its names in the others.
    abouts: a sentence on what is counted. units: what one is of, in the plural.
    home_url: where it is counted. code_url: where the program of the page is.
    """

    title: str
    titles: Mapping[str, str] = field(default_factory=dict)
    abouts: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    home_url: str = ""
    code_url: str = ""

    @property
    def is_default(self) -> bool:
        """Tell whether it is the counter that this was made for."""
        return self.title == DEFAULT_TITLE


def take_subject(values: MutableMapping[str, Any]) -> Subject:
    """Take the settings of the subject out of all; `title_en` may be missing."""
    said = {}
    for name in ("title", "about", "unit"):
        words = {each.code: values.pop(f"{name}_{each.code}", "") for each in LANGUAGES}
        said[f"{name}s"] = {code: word for code, word in words.items() if word}
    return Subject(
        # Nothing but blanks is no name.
        title=values.pop("title") or DEFAULT_TITLE,
        **said,
        home_url=values.pop("home_url"),
        code_url=values.pop("code_url"),
    )


def find_language(text: str, language: str) -> str:
    """Return the language that a name is in, on a page of a language.

    >>> find_language("にゃんぱすー", "en"), find_language("Nyanpasu", "en")
    ('ja', 'en')
    """
    return "ja" if JAPANESE.search(text) else language
