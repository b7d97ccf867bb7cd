"""The badges: well-formed, as wide as their text, exact."""

import json
import re
from collections.abc import Iterable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.findings.findings import make_findings
from renderer.site.badge import (
    LONGEST,
    measure_label,
    render_badge,
    render_badges,
    tell_values,
)
from renderer.site.introduction import strip_unsafe
from renderer.site.templating import load_templates
from tests.unit.renderer.histories import MAX, TOKYO, at, history, settle

SVG = "{http://www.w3.org/2000/svg}"
ENVIRONMENT = load_templates()


def badge(title: str, count: int) -> ElementTree.Element:
    """Make a badge, and read it."""
    made = render_badge(ENVIRONMENT, strip_unsafe(title), f"{count:,}")
    return ElementTree.fromstring(made)


def values(counts: Iterable[int | None]) -> dict[str, str]:
    """Give what the badges say of a history that began at midnight in Tokyo."""
    readings = history(counts, at("2026-03-01", TOKYO))
    return tell_values(make_findings(settle(readings), "nyanpass", TOKYO))


def test_the_badges_tell_the_count_the_day_and_the_week() -> None:
    """The day with its date, so that one that was kept for long is still true."""
    assert values(range(0, 24 * 2000, 100)) == {
        "count": "47,900",
        "today": "2026-03-20: +2,300",
        "week": "+16,800 / 7 d",
    }


def test_the_badge_of_the_week_changes_at_midnight() -> None:
    """It is a file more to put, and the one that changes least by the hour."""
    shown = [values(range(24 * 20 + hour))["week"] for hour in range(26)]
    assert set(shown) == {"+168 / 7 d"}
    faster = [*range(24 * 20 + 1), *range(24 * 20 + 9, 24 * 20 + 32)]
    assert values(faster)["week"] == "+168 / 7 d"
    assert values([*faster, 24 * 20 + 32])["week"] == "+176 / 7 d"


def test_the_day_ends_with_the_reading_at_midnight() -> None:
    """And begins with the one after it."""
    assert values(range(25))["today"] == "2026-03-01: +24"
    assert values(range(26))["today"] == "2026-03-02: +1"


def test_what_is_not_known_is_a_dash() -> None:
    """One reading; a day of which no hour is known; a week of which a third is not."""
    assert values([5]) == {"count": "5", "today": "—", "week": "— / 7 d"}
    assert values([*range(24 * 9), *[None] * 30, 500])["today"] == "2026-03-11: —"
    late, early = (
        [None if 240 < n < until else n for n in range(24 * 20)] for until in (345, 300)
    )
    assert values(late)["week"] == "— / 7 d"
    assert values(early)["week"] == "+156 / 7 d"


def test_shields_finds_exactly_what_it_asks_for() -> None:
    """It refuses a badge with any other key, and one without a message."""
    texts = {"count": "1,234", "today": "a", "week": "b"}
    files = render_badges(ENVIRONMENT, "にゃん", texts)
    assert list(files) == [
        *("badge.svg", "badge-today.svg", "badge-week.svg", "badge.json"),
    ]
    assert json.loads(files["badge.json"]) == {
        "schemaVersion": 1,
        "label": "にゃん",
        "message": "1,234",
        "color": "#5b3f9b",
    }
    assert b"1,234" in files["badge.svg"]
    assert b">a<" in files["badge-today.svg"]
    assert b">b<" in files["badge-week.svg"]


@pytest.mark.parametrize("count", [0, 5, 1_234_567, MAX])
def test_title_and_count_have_room_side_by_side(count: int) -> None:
    """Each in a box of its own, to the last of 18 digits."""
    svg = badge("にゃんぱすーボタン", count)
    width = float(svg.attrib["width"])
    label, value = svg.iter(f"{SVG}text")
    assert (label.text, value.text) == ("にゃんぱすーボタン", f"{count:,}")
    ends = [
        float(text.attrib["x"]) + float(text.attrib["textLength"])
        for text in (label, value)
    ]
    assert float(label.attrib["x"]) == 8
    assert float(value.attrib["x"]) - ends[0] == 16
    assert width - ends[1] == 8
    [first, second] = [r for r in svg.iter(f"{SVG}rect") if "fill" in r.attrib]
    assert float(first.attrib["width"]) == float(second.attrib["x"])
    assert float(second.attrib["x"]) + float(second.attrib["width"]) == width


def test_a_badge_says_what_it_shows() -> None:
    """For those who do not see it."""
    svg = badge("Button", 1234)
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text == svg.attrib["aria-label"] == "Button: 1,234"
    assert svg.attrib["role"] == "img"


def test_nothing_in_a_badge_can_run_or_be_fetched() -> None:
    """Whatever its title."""
    body = render_badge(
        ENVIRONMENT, "\"'><script>alert(1)</script>{{ 7 }}", "5"
    ).decode()
    svg = ElementTree.fromstring(body)
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} == {
        *("svg", "title", "clipPath", "rect", "g", "text"),
    }
    assert not re.search(r"\b(on\w+|href|style)=", re.sub(r">[^<]*<", "><", body))


def test_a_long_title_is_cut() -> None:
    """A badge is as long as a word or two."""
    label = next(badge("x" * 500, 5).iter(f"{SVG}text")).text
    assert label == "x" * (LONGEST - 1) + "…"


def test_wide_characters_take_more_room() -> None:
    """A kana is an em; a comma is not."""
    assert measure_label("にゃ") == 22
    assert measure_label(",,,") < measure_label("000") < measure_label("にゃん")


@given(st.text(max_size=50), st.integers(0, MAX))
def test_any_title_gives_a_badge_that_can_be_read(title: str, count: int) -> None:
    """As XML."""
    assert f"{count:,}" in badge(title, count).attrib["aria-label"]
