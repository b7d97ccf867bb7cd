"""The whole page: right for every state of the history, and nothing in it can run."""

import hashlib
import json
import re
from base64 import b64encode
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from renderer.figures.ranges import HOURLY_DAYS, RANGES
from renderer.site import keys
from tests.unit.renderer.histories import (
    MAX,
    UNSHRUNK,
    ZONES,
    any_history,
    history,
    name_tabs,
)
from tests.unit.renderer.pages import (
    KINDS,
    LOOKS,
    PAGES,
    PLOTLY,
    SITE_URL,
    Page,
    files_of,
    page_of,
)
from tests.unit.renderer.site.states import TABS, every_state, site_of

LANGUAGES = list(PAGES)
# Where a page names itself and its public address rather than a neighbour.
ABSOLUTE = {"canonical", "alternate"}
both = pytest.mark.parametrize("language", LANGUAGES)


@both
@every_state
def test_every_address_is_one_of_the_published_keys(state: str, language: str) -> None:
    """Relative, so that the site may lie anywhere; only a head says its own address."""
    files = site_of(state)
    page = page_of(files, language)
    addresses = page.addresses()
    assert len(addresses) > 30 + 10 * len(TABS[state])
    for address in addresses:
        parts = urlsplit(address.removeprefix(SITE_URL))
        assert not parts.scheme
        assert not parts.netloc
        assert parts.path in files or (not parts.path and parts.fragment)
    absolute = {
        attributes["rel"]
        for _, attributes in page.tags
        if attributes.get("href", "").startswith("http")
    }
    assert absolute <= ABSOLUTE


def imported(files: dict[str, bytes]) -> set[str]:
    """Give the scripts that scripts import."""
    scripts = [body.decode() for key, body in files.items() if key.endswith(".js")]
    return {
        f"assets/{name}" for each in scripts for name in re.findall(r'"\./(.+?)"', each)
    }


@both
@every_state
def test_all_that_is_published_can_be_found_from_the_page(
    state: str, language: str
) -> None:
    """A file that nobody is told of is of no use."""
    files = site_of(state)
    page = page_of(files, language)
    named = {urlsplit(a.removeprefix(SITE_URL)).path for a in page.addresses()}
    [card] = [m["content"] for m in page.all("meta") if m.get("property") == "og:image"]
    assert card.startswith(f"{SITE_URL}graphs/card.png?v=")
    # What is to be copied names the dark picture for other sites; the page needs none.
    assert f"{SITE_URL}graph-dark.png" in page.text
    # A card is shown by those who link here, the last one by whoever errs.
    unnamed = {"graphs/card.png", "graph-dark.png", "404.html"}
    # Who has embedded a picture of a range without a tab still has it.
    stems = [f"graphs/{span}" for span in RANGES if span not in TABS[state]]
    looks = [f"-{kind}{look}.png" for kind in KINDS for look in LOOKS]
    unnamed |= {stem + each for stem in stems for each in (*looks, ".json")}
    if len(TABS[state]) == 1:
        # It stands for what is not shown at first.
        unnamed |= {key for key in files if key.startswith("assets/blank.")}
    assert files.keys() - named - imported(files) == unnamed


@both
@every_state
def test_a_fragment_and_a_label_name_an_element_of_the_page(
    state: str, language: str
) -> None:
    """And every id is there once."""
    page = page_of(site_of(state), language)
    ids = page.ids()
    assert len(ids) == len(set(ids))
    named = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    named |= {
        tag["aria-labelledby"] for _, tag in page.tags if "aria-labelledby" in tag
    }
    named |= {tag["data-copy"] for _, tag in page.tags if "data-copy" in tag}
    tabs = TABS[state] if len(TABS[state]) > 1 else []
    assert {*tabs, "graphs", "data", "about"} <= named
    assert {*ids} & {*RANGES} == {*TABS[state]}
    assert named <= set(ids)


@both
@every_state
def test_nothing_in_the_page_can_run_or_style_itself(state: str, language: str) -> None:
    """The policy forbids all but one style, and there is nothing else to forbid."""
    page = page_of(site_of(state), language)
    names = {tag for tag, _ in page.tags}
    assert not names & {"iframe", "object", "embed", "form", "base"}
    # Two drawings: what makes pictures dark, and the sketch where there is one.
    first, *sketches = [n for n, (tag, _) in enumerate(page.tags) if tag == "svg"]
    assert [tag for tag, _ in page.tags[first:][1:3]] == ["filter", "fecolormatrix"]
    assert len(sketches) == len(
        [f for f in page.all("figure") if f["class"] == "sketch"]
    )
    shapes = {tag for n in sketches for tag, _ in page.tags[n + 1 :][:4]}
    assert shapes <= {"path"}
    [block] = [script for script in page.all("script") if "src" not in script]
    assert block == {"type": "application/ld+json"}
    for script in page.all("script"):
        assert script is block or script["src"].startswith("assets/")
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    [policy] = [
        dict(part.strip().split(" ", 1) for part in meta["content"].split(";"))
        for meta in page.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy["default-src"] == "'none'"
    assert len(page.all("style")) == 1
    digest = b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy.pop("style-src") == f"'self' 'sha256-{digest}'"
    # What the page's own scripts have painted is at such addresses.
    assert policy.pop("img-src") == "'self' blob: data:"
    assert set(policy.values()) <= {"'none'", "'self'"}
    assert {"base-uri", "form-action", "script-src"} <= set(policy)


@both
def test_no_script_stands_within_the_page(language: str) -> None:
    """All between the tags of a script is nothing, but for data that nobody runs."""
    text = files_of(history([5, 6]), title=EVIL)[PAGES[language]].decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
    data = [inner for tag, inner in scripts if tag == ' type="application/ld+json"']
    assert [inner for _, inner in scripts if inner] == data
    assert json.loads(*data)["name"] == EVIL


EVIL = "\"><script>alert(1)</script><b onclick='x()'>&amp;{{ 7*7 }}{x}\u2028]]>"


@both
def test_a_title_is_text_wherever_it_is_shown(language: str) -> None:
    """In an element, in an attribute; and it is no template."""
    evil = page_of(files_of(history([5, 6]), title=EVIL), language)
    plain = page_of(files_of(history([5, 6]), title="plain name"), language)
    # The badge has another content, and so another version.
    assert without_versions(evil) == [
        (tag, {name: v.replace("plain name", EVIL) for name, v in attributes.items()})
        for tag, attributes in without_versions(plain)
    ]
    # The title, the heading, the sentence under it; and in what is to be copied:
    # escaped once more there.
    assert evil.text.count(EVIL) == 3
    assert evil.text.count(escape(EVIL)) == 1 + len(keys.BADGES)
    assert evil.text.count("49") == plain.text.count("49")


def without_versions(page: Page) -> list[tuple[str, dict[str, str]]]:
    """Give the elements with their addresses as they are without `?v=`."""
    return [
        (
            tag,
            {
                name: re.sub(r"\?v=\w+$", "", value)
                for name, value in attributes.items()
            },
        )
        for tag, attributes in page.tags
    ]


@settings(max_examples=12, deadline=None, phases=UNSHRUNK)
@given(any_history(max_size=30), st.sampled_from(ZONES), st.text(max_size=40))
def test_any_history_and_any_title_give_a_page(
    readings: pl.DataFrame, zone: ZoneInfo, title: str
) -> None:
    """With the exact count, however odd the rest is, in both languages."""
    files = files_of(readings, zone, title)
    for language in LANGUAGES:
        page = page_of(files, language)
        [count] = page.all("data")
        assert count["value"] == str(readings["count"][-1])
        assert f"{readings['count'][-1]:,}" in page.text
        # Nothing that a template has left over, and no number that is none.
        for left in ("{", "}", "Markup(", " nan", " inf "):
            assert left in title or left not in page.text
        if language == "ja":
            assert "None" in title or "None" not in page.text


@both
@every_state
def test_headings_come_in_order(state: str, language: str) -> None:
    """One for the page, and none that skips a level."""
    page = page_of(site_of(state), language)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for level, following in pairwise(levels):
        assert following <= level + 1
    assert [name for name, _ in page.tags].count("main") == 1


@both
def test_the_scripts_find_what_they_need(language: str) -> None:
    """The contract between the page and its scripts."""
    files = files_of(history([*range(200), None, *range(200, 9400)]))
    page = page_of(files, language)
    tabs = name_tabs(9401)
    [body] = page.all("body")
    assert body["data-graph"].startswith("assets/graph.")
    assert body["data-plotly"] == PLOTLY
    assert body["data-keys-hint"]
    assert body["data-failure"]
    switches = [a for a in page.all("a") if "data-language" in a]
    assert [a["data-language"] for a in switches] == [
        each for each in LANGUAGES if each != language
    ]
    for switch in switches:
        other = switch["data-language"]
        assert switch["lang"] == switch["hreflang"] == other
        assert switch["href"] == PAGES[other]
    [fresh] = [p for p in page.all("p") if "data-observed" in p]
    assert fresh["data-observed"].endswith("Z")
    assert "{age}" in fresh["data-fresh"]
    assert "{age}" in fresh["data-stale"]
    figures = [f for f in page.all("figure") if "data-figures" in f]
    assert {f["data-kind"] for f in figures} == set(KINDS)
    assert {f["data-every"] for f in figures} == {"1h", "1d"}
    actions = [b["data-action"] for b in page.all("button") if "data-action" in b]
    assert actions.count("explore") == len(figures) == len(tabs) * len(KINDS)
    # Where a count is ten times another: not of the last days, whose counts are alike,
    # and not where years are compared.
    assert actions.count("log") == 1
    # Of shorter ranges both, of a year the one before, which is known a little.
    shown = [name for name in actions if name in ("previous", "year")]
    shorter = [name for name in tabs if (RANGES[name] or 365) < 365]
    assert shown == ["previous", "year"] * len(shorter) + ["previous"]
    assert [
        li["data-against"] for li in page.all("li") if "data-against" in li
    ] == shown
    assert all(f[f"data-{name}"] for f in figures[:2:6] for name in shown)
    assert sum("data-mean" in figure for figure in figures) == sum(
        (RANGES[name] or 400) > HOURLY_DAYS for name in tabs
    )
    for button in page.all("button"):
        assert button["type"] == "button"


@both
def test_a_count_above_what_a_float_holds_is_shown_to_the_last_digit(
    language: str,
) -> None:
    """In the page, the title, the description, the badge."""
    files = files_of(history([MAX - 1, MAX]))
    page = page_of(files, language)
    exact = "999,999,999,999,999,999"
    assert page.all("data") == [{"value": str(MAX), "data-pace": "1.0"}]
    assert page.words.count(exact) >= 3
    told = [m["content"] for m in page.all("meta") if "description" in m.values()]
    assert exact in told[0]
    assert exact in files["badge.svg"].decode()


def test_the_findings_are_shown_in_the_zone_of_the_people() -> None:
    """Pace, coverage and the time of the last reading."""
    files = files_of(history([0, 1000, None, 5500, 6734]))
    text = page_of(files).words
    assert "6,734 回" in text
    assert "2026年1月1日 13:00 現在 日本時間" in text
    assert "直近1時間 +1,234 12:00 から" in text
    assert "直近24時間 +6,734 1時間あたり 1,684 24時間のうち 4時間ぶんの増え方" in text
    assert "80% — 5時間のうち 4時間" in text
    assert "1回、合わせて 1時間。 2026年1月1日 11:00（1時間）" in text
    text = page_of(files, "en").words
    assert "6,734 presses" in text
    assert "as of 1 January 2026, 13:00 Japan time (UTC+9)" in text
    assert "Last hour +1,234 since 12:00" in text
    assert "80% — 4 of 5 hours" in text
    assert "1 gap, 1 hour in all. 1 January 2026, 11:00 (1 hour)" in text
    time, *others = page_of(files).all("time")
    assert others
    assert time == {"datetime": "2026-01-01T04:00:03Z"}


def test_a_zone_without_a_name_is_shown_by_its_own() -> None:
    """On the page, and where the data are explained."""
    there = files_of(history([5, 6]), ZoneInfo("Pacific/Kiritimati"))
    text = page_of(there, "en").words
    assert "times are Pacific/Kiritimati" in text
    assert "days are those of Pacific/Kiritimati." in text
    assert "日は日本時間で区切ります" in page_of(files_of(history([5, 6]))).words


def test_what_is_not_known_is_a_dash() -> None:
    """And not a zero."""
    files = files_of(history([5]))
    text = page_of(files).words
    for name in ("直近1時間", "今日", "直近24時間", "1日の平均（7日間）"):
        assert f"{name} — この間の増え方はわかりません" in text
    assert "次のキリ番 10 あと 5" in text
    assert "いまのペースなら 見通せません" in text
    assert "100% — 1時間のうち 1時間" in text
    text = page_of(files, "en").words
    assert "Last hour — no data for this time" in text
    assert "At the present pace too far off to say" in text
    assert "No whole day recorded yet" in text


def test_the_pages_come_after_all_that_they_name() -> None:
    """Who publishes in this order never shows a page without its style."""
    assert list(files_of(history([5])))[-len(PAGES) :] == list(PAGES.values())[::-1]
