"""The badge: well-formed, as wide as its text, exact."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.site.badge import LONGEST, measure_label, render_badge
from renderer.site.introduction import strip_unsafe
from renderer.site.templating import load_templates
from tests.unit.renderer.histories import MAX

SVG = "{http://www.w3.org/2000/svg}"
ENVIRONMENT = load_templates()


def badge(title: str, count: int) -> ElementTree.Element:
    """Make a badge, and read it."""
    return ElementTree.fromstring(render_badge(ENVIRONMENT, strip_unsafe(title), count))


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
    body = render_badge(ENVIRONMENT, "\"'><script>alert(1)</script>{{ 7 }}", 5).decode()
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
