"""The page: right for every state of the history, and nothing in it can run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from renderer import page as module
from renderer.data import hourly_files, hourly_keys, tables
from renderer.draw import Scene, pictures_of
from renderer.frames import frames_of
from renderer.page import Shown, local, page_files
from renderer.summary import summary_of
from renderer.windows import windows_of
from tests.unit.histories import MAX, TOKYO, ZONES, any_history, history

TITLE = "にゃんぱすーボタン"
VOID = {"meta", "link", "img", "br"}


@dataclass
class Page(HTMLParser):
    """What a page consists of, as a browser would see it."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    depth: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        """Note an element, and that it was opened."""
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID:
            self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that elements close in order."""
        assert self.depth.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text between the elements."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Give the attributes of all elements of one kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def addresses(self) -> list[str]:
        """Give every address that the page names."""
        return [
            attributes[name]
            for _, attributes in self.tags
            for name in ("href", "src")
            if name in attributes
        ]


def files_of(
    readings: pl.DataFrame, zone: ZoneInfo = TOKYO, title: str = TITLE
) -> dict[str, bytes]:
    """Give all files of a site: the pictures only by name."""
    frames = frames_of(readings, zone)
    summary = summary_of("nyanpass", frames)
    bounds = readings["scheduled_at"][0], readings["scheduled_at"][-1]
    scene = Scene(title, zone, readings, frames.increments)
    pictures = list(pictures_of(scene, windows_of(*bounds, zone)))
    data = tables(summary, frames) | hourly_files(readings, hourly_keys(readings))
    shown = [
        Shown(f"{picture.key}?v=0123456789abcdef", picture.alt) for picture in pictures
    ]
    pages = page_files(title, zone, summary, shown, data)
    return {picture.key: b"" for picture in pictures} | data | pages


def page_of(files: dict[str, bytes]) -> Page:
    """Read the page; raises where its elements do not close."""
    page = Page()
    page.feed(files["index.html"].decode())
    page.close()
    assert page.depth == []
    return page


STATES: dict[str, Callable[[], pl.DataFrame]] = {
    "one reading": lambda: history([5]),
    "two readings": lambda: history([5, 6]),
    "a count that stands still": lambda: history([0] * 50),
    "the last hour unknown": lambda: history([0, 1, None, 9]),
    "a fresh reset": lambda: history([*range(50), 0]),
    "only gaps": lambda: history([1, *[None] * 500, 2, *[None] * 500, 3]),
    "gaps and resets": lambda: history([5, 9, None, None] * 50 + [1]),
    "huge counts": lambda: history([MAX - 60, *range(MAX - 50, MAX + 1)]),
    "three years": lambda: history(range(24 * 1000)),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_page_that_names_only_what_is_published(state: str) -> None:
    """Every address is relative, and one of the keys of the same run."""
    files = files_of(STATES[state]())
    page = page_of(files)
    addresses = page.addresses()
    assert len(addresses) > 20
    for address in addresses:
        parts = urlsplit(address)
        assert not parts.scheme
        assert not parts.netloc
        assert parts.path in files
    for key in files:
        if key != "index.html":
            assert key in {urlsplit(address).path for address in addresses}


@pytest.mark.parametrize("state", STATES)
def test_nothing_in_the_page_can_run_or_style_itself(state: str) -> None:
    """The policy forbids it, and there is nothing to forbid."""
    page = page_of(files_of(STATES[state]()))
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "style", "iframe", "object", "embed", "form", "base"}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    [policy] = [
        dict(part.strip().split(" ", 1) for part in meta["content"].split(";"))
        for meta in page.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy["default-src"] == "'none'"
    assert set(policy.values()) <= {"'none'", "'self'"}
    assert {"base-uri", "form-action", "img-src", "style-src"} <= set(policy)


@pytest.mark.parametrize("state", STATES)
def test_every_picture_has_words_and_its_size(state: str) -> None:
    """The page does not jump while they load, and says what they show."""
    images = page_of(files_of(STATES[state]())).all("img")
    assert len(images) == 10
    for image in images:
        assert (image["width"], image["height"]) == ("1200", "630")
        assert TITLE in image["alt"]
        assert image["src"].endswith("?v=0123456789abcdef")
    assert [image.get("loading") for image in images] == [None] * 2 + ["lazy"] * 8


def test_the_head_says_language_encoding_and_width() -> None:
    """First of all the encoding, as HTML asks for."""
    files = files_of(STATES["two readings"]())
    page = page_of(files)
    assert files["index.html"].startswith(b"<!doctype html>\n")
    assert page.all("html") == [{"lang": "ja"}]
    assert page.all("meta")[0] == {"charset": "utf-8"}
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in (
        page.all("meta")
    )


def test_a_count_above_what_a_float_holds_is_shown_to_the_last_digit() -> None:
    """In the heading, the title and the description."""
    page = page_of(files_of(history([MAX - 1, MAX])))
    exact = "999,999,999,999,999,999"
    assert f"{exact}回" in page.text
    assert f"{TITLE} {exact}" in page.text
    [description] = [
        m["content"] for m in page.all("meta") if "description" in m.values()
    ]
    assert f"{exact} 回" in description


def test_the_findings_are_shown_in_the_zone_of_the_people() -> None:
    """Pace, coverage and the time of the last reading."""
    page = page_of(files_of(history([0, 1000, None, 5500, 6734])))
    text = " ".join(page.text.split())
    assert "6,734回" in text
    assert "2026年1月1日 13:00 現在（Asia/Tokyo）" in text
    assert "直近1時間 +1,234 1時間あたり 1,234.0" in text
    assert "直近24時間 +6,734 1時間あたり 1,683.5" in text
    assert "記録率 80.00% 5時間中、欠測 1時間" in text
    [time] = page.all("time")
    assert time == {"datetime": "2026-01-01T04:00:03Z"}


def test_what_is_not_known_is_a_dash() -> None:
    """And not a zero."""
    text = " ".join(page_of(files_of(history([5]))).text.split())
    for name in ("直近1時間", "直近24時間", "直近7日間"):
        assert f"{name} — 記録がありません" in text
    assert "記録率 100.00% 1時間中、欠測 0時間" in text


EVIL = "\"><script>alert(1)</script><b onclick='x()'>&amp;{{ 7*7 }}\u2028"


def test_a_title_is_text_wherever_it_is_shown() -> None:
    """In an element, in an attribute, in the words of a picture; and no template."""
    page = page_of(files_of(history([5, 6]), title=EVIL))
    assert page.tags == [
        (tag, {**attributes, **changed(attributes)})
        for tag, attributes in page_of(files_of(history([5, 6]))).tags
    ]
    assert page.text.count(EVIL) == 2


def changed(attributes: dict[str, str]) -> dict[str, str]:
    """Give the attributes that hold the title, with the evil one."""
    return {
        name: v.replace(TITLE, EVIL) for name, v in attributes.items() if TITLE in v
    }


@settings(max_examples=40, deadline=None)
@given(any_history(max_size=30), st.sampled_from(ZONES), st.text(max_size=40))
def test_any_history_and_any_title_give_a_page(
    readings: pl.DataFrame, zone: ZoneInfo, title: str
) -> None:
    """With the exact count, however odd the rest is."""
    page = page_of(files_of(readings, zone, title.replace("\0", "")))
    assert f"{readings['count'][-1]:,}回" in page.text


# Assets and the template -------------------------------------------------------


def test_an_asset_is_named_by_its_content() -> None:
    """So that it may be kept for ever."""
    files = files_of(history([5]))
    assets = {key: body for key, body in files.items() if key.startswith("assets/")}
    assert {key.rpartition(".")[2] for key in assets} == {"css", "svg"}
    for key, body in assets.items():
        assert hashlib.sha256(body).hexdigest()[:12] == key.split(".")[1]


def test_the_page_comes_after_all_that_it_names() -> None:
    """Who publishes in this order never shows a page without its style."""
    assert list(files_of(history([5])))[-1] == "index.html"


def test_an_asset_has_no_address_of_another_origin() -> None:
    """Nothing is fetched from anywhere else; an XML namespace is but a name."""
    for key, body in files_of(history([5])).items():
        if key.startswith("assets/"):
            text = body.decode().replace("http://www.w3.org/2000/svg", "")
            assert "//" not in text
            assert "@import" not in text


def test_a_name_that_the_summary_lacks_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not an empty place on the page."""
    for path in module.TEMPLATES.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "index.html").write_text("{{ summary.cuont }}")
    monkeypatch.setattr(module, "TEMPLATES", tmp_path)
    summary: dict[str, Any] = {"count": 5}
    with pytest.raises(UndefinedError, match="cuont"):
        page_files(TITLE, TOKYO, summary, [], [])


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Tokyo", "2026年11月1日 14:30"),
        ("America/New_York", "2026年11月1日 01:30"),
        ("Pacific/Kiritimati", "2026年11月1日 19:30"),
    ],
)
def test_an_instant_is_written_as_the_people_of_the_zone_do(
    zone: str, shown: str
) -> None:
    """Without leading zeros in the date."""
    assert local("2026-11-01T05:30:00Z", ZoneInfo(zone)) == shown
