"""The page: right for every state of the history, and nothing in it can run."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, UndefinedError
from markupsafe import escape

from renderer.figures import theme, variants, years_graph
from renderer.figures.ranges import DEFAULT_RANGE, HOURLY_DAYS, RANGES
from renderer.publish.writer import encode_object
from renderer.site import TEMPLATES, keys, templating
from renderer.site.data import make_schema
from renderer.site.page import describe_files, render_files, strip_comments
from renderer.site.words import load_texts
from renderer.subject import Subject
from tests.unit.renderer.histories import (
    MAX,
    TOKYO,
    UNSHRUNK,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
    name_tabs,
)
from tests.unit.renderer.pages import (
    CODE,
    PAGES,
    PLOTLY,
    SITE_URL,
    TITLE,
    Page,
    files_of,
    page_of,
    view_of,
)

LANGUAGES = list(PAGES)
KINDS = ("increments", "total")
LOOKS = ("", "-narrow")
STATES: dict[str, Callable[[], pl.DataFrame]] = {
    "one reading": lambda: history([5]),
    "two readings": lambda: history([5, 6]),
    "a day": lambda: history(range(25)),
    "a count that stands still": lambda: history([0] * 50),
    "the last hour unknown": lambda: history([0, 1, None, 9]),
    "a fresh reset": lambda: history([*range(50), 0]),
    "only gaps": lambda: history([1, *[None] * 500, 2, *[None] * 500, 3]),
    "a gap of a month": lambda: history([*range(900), *[None] * 750, *range(900, 999)]),
    "gaps and resets": lambda: history(
        [*(each for n in range(50, 0, -1) for each in (9 * n, 9 * n + 4, None)), 1]
    ),
    "readings set aside": lambda: history([5, 9, None, 0] * 50 + [10]),
    "huge counts": lambda: history([MAX - 60, *range(MAX - 50, MAX + 1)]),
    "three years": lambda: history(range(24 * 1000)),
}
# The ranges that have a tab; the others would show the same as the whole history.
TABS = {
    "one reading": name_tabs(0),
    "two readings": name_tabs(1),
    "a day": name_tabs(24),
    "a count that stands still": name_tabs(49),
    "the last hour unknown": name_tabs(3),
    "a fresh reset": name_tabs(50),
    "only gaps": name_tabs(1002),
    "a gap of a month": name_tabs(1748),
    "gaps and resets": name_tabs(150),
    "readings set aside": name_tabs(200),
    "huge counts": name_tabs(60),
    "three years": name_tabs(24 * 1000 - 1),
}
# Where a page names itself and its public address rather than a neighbour.
ABSOLUTE = {"canonical", "alternate"}


@pytest.fixture(scope="module")
def sites() -> dict[str, dict[str, bytes]]:
    """Give the site of each state."""
    return {state: files_of(readings()) for state, readings in STATES.items()}


every_state = pytest.mark.parametrize("state", STATES)
both = pytest.mark.parametrize("language", LANGUAGES)


# What the page names ------------------------------------------------------------


@both
@every_state
def test_every_address_is_one_of_the_published_keys(
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """Relative, so that the site may lie anywhere; only a head says its own address."""
    files = sites[state]
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
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """A file that nobody is told of is of no use."""
    files = sites[state]
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
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """And every id is there once."""
    page = page_of(sites[state], language)
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


# What cannot happen in the page -------------------------------------------------


@both
@every_state
def test_nothing_in_the_page_can_run_or_style_itself(
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """The policy forbids all but one style, and there is nothing else to forbid."""
    page = page_of(sites[state], language)
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


def test_a_title_is_no_markdown_where_it_would_be_markdown() -> None:
    """What is copied shows the same title in a README, too."""
    text = page_of(files_of(history([5]), title="a](x) *b*\n`c` <d>")).text
    assert r"[![a\](x) \*b\* \`c\` \<d\>](" in text


SUBJECT = Subject(
    title="出発便",
    titles={"en": "Departures & <more>"},
    abouts={"ja": "<b>空港</b>の記録", "en": "Flights & <b>more</b>"},
    units={"ja": "便", "en": "flights"},
    home_url="https://air.example/?a=1&b='2'",
    code_url="https://code.example/a",
)


def test_the_operator_says_what_is_counted_and_where() -> None:
    """Under the heading, in the title, in what others show; as text, in each language.

    And nobody is told that it is unofficial, for of that we know nothing.
    """
    files = files_of(history([5, 6789]), subject=SUBJECT)
    page, english = page_of(files), page_of(files, "en")
    assert "出発便 <b>空港</b>の記録 ボタンのページへ 6,789 便" in page.words
    assert "<more> Flights & <b>more</b> To the button 6,789 flights" in english.words
    assert "6,789 flights — Departures & <more>" in english.words
    for each in (page, english):
        hrefs = [link["href"] for link in each.all("a")]
        assert hrefs.count(SUBJECT.home_url) == hrefs.count(SUBJECT.code_url) == 1
        assert "非公式" not in each.words
        assert "unofficial" not in each.words
    told = {meta.get("property"): meta["content"] for meta in english.all("meta")[1:]}
    assert told["og:title"] == "6,789 flights — Departures & <more>"
    assert told["og:site_name"] == "Departures & <more>"
    assert "stood at 6,789 flights on" in told["og:description"]
    assert b"Departures &amp; &lt;more&gt;" in files["feed.en.xml"]
    assert not [tag for _, tag in english.tags if tag.get("lang") == "ja"][1:]


def test_without_settings_it_is_the_button_that_this_was_made_for() -> None:
    """Its English name is known; the page says that it is unofficial, with no link."""
    files = files_of(history([5, 6]))
    for language, name, words in (
        ("ja", TITLE, "ボタンの運営とは関係ありません"),
        ("en", "Nyanpasu Button", "no connection to the makers"),
    ):
        page = page_of(files, language)
        assert f"6 — {name}".split(" — ")[1] in page.words
        assert words in page.words
        away = [a["href"] for a in page.all("a") if a["href"].startswith("http")]
        assert away == []
    assert TITLE not in page_of(files, "en").text


def test_a_japanese_name_on_an_english_page_says_that_it_is_japanese() -> None:
    """In the heading, the title, the sentence, the feed, the wrong address's answer."""
    files = files_of(history([5, 20, 20]), title="出発便")
    marked = [t for t, tag in page_of(files, "en").tags if tag.get("lang") == "ja"]
    assert marked == ["title", "a", "h1", "span"]
    assert not [t for t, tag in page_of(files).tags if tag.get("lang") == "ja"][1:]
    assert '<title xml:lang="ja">出発便' in files["feed.en.xml"].decode()
    assert '<span lang="ja">出発便</span>' in files[keys.NOT_FOUND].decode()
    latin = files_of(history([5]), title="Departures")
    assert not [t for t, tag in page_of(latin, "en").tags if tag.get("lang") == "ja"][
        1:
    ]


def test_the_head_tells_others_what_they_ask_for() -> None:
    """Its other language, and what the card shows."""
    page = page_of(files_of(history([5, 6])), "en")
    metas = [
        (m.get("property", m.get("name")), m["content"]) for m in page.all("meta")[1:]
    ]
    told = dict(metas)
    assert told["og:locale"] == "en_GB"
    assert ("og:locale:alternate", "ja_JP") in metas
    assert told["twitter:image:alt"] == told["og:image:alt"]


def test_scripts_and_styles_come_without_their_comments() -> None:
    """Those that have lines of their own; nothing else of them is touched."""
    source = b"""/** What it does. */
a = "//"; // kept
  // gone
/* begins
 * goes on */
b /* kept */ = `/* ${c} */`;
/* kept */ d = 1; /* kept */
"""
    assert strip_comments(source) == (
        b'a = "//"; // kept\n'
        b"b /* kept */ = `/* ${c} */`;\n/* kept */ d = 1; /* kept */\n"
    )
    assets = {
        key: body
        for key, body in files_of(history([5])).items()
        if key.startswith("assets/") and key.endswith((".css", ".js"))
    }
    assert len(assets) > 5
    for key, body in assets.items():
        assert not re.search(rb"^\s*(//|/\*)", body, re.MULTILINE), key


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


# What the page says -------------------------------------------------------------


@both
@every_state
def test_headings_come_in_order(
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """One for the page, and none that skips a level."""
    page = page_of(sites[state], language)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for level, following in pairwise(levels):
        assert following <= level + 1
    assert [name for name, _ in page.tags].count("main") == 1


@both
@every_state
def test_every_graph_has_words_sizes_and_all_its_looks(
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """The page does not jump while they load, and says what they show."""
    page = page_of(sites[state], language)
    images = [
        image
        for image in page.all("img")
        if image["src"].startswith("graphs/")
        and image["src"].partition("?")[0] not in keys.PICTURES
    ]
    assert [re.split(r"[/.]", image["src"])[1] for image in images] == [
        f"{span}-{kind}" for span in TABS[state] for kind in KINDS
    ]
    for image in images:
        assert (image["width"], image["height"]) == (
            str(theme.WIDTH),
            str(theme.HEIGHT),
        )
        assert len(image["alt"]) > 20
    assert len({image["alt"] for image in images}) == len(images)
    # The first picture that is seen is not waited for; the others may be.
    eager = [image["src"] for image in images if "loading" not in image]
    [first] = eager
    default = DEFAULT_RANGE if DEFAULT_RANGE in TABS[state] else "all"
    assert first.startswith(f"graphs/{default}-increments.")
    total = f"graphs/{default}-total"
    looks = [s["srcset"] for s in page.all("source") if total in s["srcset"]]
    names = [re.sub(rf"{total}(.*)\.png\?v=\w+", r"\1", look) for look in looks]
    assert names == ["-narrow"]


@both
def test_the_head_says_language_encoding_and_width(language: str) -> None:
    """First of all the encoding, as HTML asks for."""
    files = files_of(history([5, 6]))
    page = page_of(files, language)
    assert files[PAGES[language]].startswith(b"<!doctype html>\n")
    assert page.all("html") == [{"lang": language}]
    assert page.all("meta")[0] == {"charset": "utf-8"}
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in (
        page.all("meta")
    )


@both
def test_the_head_names_both_languages_and_itself(language: str) -> None:
    """By its public address, for those who find the page elsewhere."""
    links = page_of(files_of(history([5])), language).all("link")
    assert {"rel": "canonical", "href": SITE_URL + PAGES[language]} in links
    others = {link["hreflang"]: link["href"] for link in links if "hreflang" in link}
    assert others == {
        **{code: SITE_URL + page for code, page in PAGES.items()},
        "x-default": f"{SITE_URL}index.html",
    }


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
    assert "直近24時間 +6,734 1時間あたり 1,684 24時間のうち 4時間ぶん" in text
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


def test_a_long_time_is_told_in_days() -> None:
    """Nobody divides 8,603 hours by 24; what is short stays in hours."""
    text = page_of(files_of(history([*range(900), None, *range(900, 910)]))).words
    assert "欠測なしの最長期間 37日" in text
    assert "最長の欠測 1時間" in text


def test_what_is_counted_is_named_by_its_unit() -> None:
    """In headings, legends and tables, in the operator's word."""
    flights = files_of(history(range(30)), subject=SUBJECT)
    english, page = page_of(flights, "en").words, page_of(flights).words
    assert "Flights per hour +24 between 1 January, 14:00 and 2 January 2026" in english
    assert "When Flights Total" in english
    assert "増えた便数（1時間ごと）" in page
    assert "Presses per day" in page_of(files_of(history(range(900))), "en").words


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
    assert "Last hour — nothing known of this time" in text
    assert "At the present pace too far off to say" in text
    assert "No whole day recorded yet" in text


def test_a_change_is_told_in_words_and_not_by_a_colour_alone() -> None:
    """Against the same time a week before."""
    week = 7 * 24
    faster = history([*range(2 * week), *range(2 * week, 4 * week + 1, 2)])
    slower = history([*range(0, 4 * week, 2), *range(4 * week, 5 * week + 1)])
    still = history(range(2 * week + 1))
    assert "前週比 +100%" in page_of(files_of(faster)).words
    assert "50% down on a week ago" in page_of(files_of(slower), "en").words
    assert "前の週と同じ" in page_of(files_of(still)).words


def test_a_counter_that_stands_still_is_told_as_one() -> None:
    """Nothing is missing of it: not the week before, and no hour or day."""
    files = files_of(history([7] * 24 * 15))
    page = page_of(files, "en").words
    assert page.count("the same as a week ago") == 4
    for words in ("no data from", "no comparison", "No hour known", "No whole day"):
        assert words not in page
    # One that has begun to move since has no percentage of what it was.
    moved = page_of(files_of(history([*[7] * 24 * 15, 9])), "en").words
    assert moved.count("no comparison with a week ago") == 4
    assert "no data from" not in moved


def test_a_list_of_the_newest_says_that_it_has_not_all() -> None:
    """Of more gaps than it has lines."""
    few, many = (
        history([n for _ in range(gaps) for n in (1, None)]) for gaps in (20, 30)
    )
    assert "19 gaps, 19 hours in all. 2 January" in page_of(files_of(few), "en").words
    said = page_of(files_of(many), "en").words
    assert "29 gaps, 29 hours in all. The newest 20: 3 January" in said
    assert (
        "29回、合わせて 29時間。 新しい20件： 2026年1月3日"
        in page_of(files_of(many)).words
    )


def test_a_legend_explains_what_the_graphs_mark_and_nothing_else() -> None:
    """Gaps, resets, records and what is incomplete."""
    plain = page_of(files_of(history(range(1, 24)))).words
    for words in ("欠測 1", "カウンターのリセット", "一部の時間だけの値"):
        assert words not in plain
    counts = [*range(0, 3000, 5), *[None] * 30, *range(4000, 4300, 2), *range(300)]
    marked = page_of(files_of(history(counts))).words
    for words in ("欠測 30時間", "カウンターのリセット 1回", "一部の時間だけの値"):
        assert words in marked
    assert "1 reset of the counter" in page_of(files_of(history(counts)), "en").words


def test_years_and_comparisons_are_told_in_words() -> None:
    """Beside what is known, in the caption and in what is read instead of a picture."""
    slow = range(24 * 500)
    fast = (slow[-1] + 2 * n for n in range(1, 24 * 300))
    files = files_of(history([*slow, *fast], at("2025-01-01", TOKYO)))
    page, english = page_of(files), page_of(files, "en")
    heading = "Total since 1 January, year by year"
    told = "+3,312 in 2027, 100% more than 2026 up to the same day"
    assert f"{heading} {told} 2027 2025–2026 " in english.words
    assert sum(told in image["alt"] for image in english.all("img")) == 1
    assert "2027年に +3,312、2026年の同じ日までより 100% 多い" in page.words
    assert (
        "as much as the 7 days before, 100% more than a year ago (52 weeks)"
    ) in english.words
    assert "その前の7日間と同じ、1年前（52週前）より 100% 多い" in page.words


def test_what_is_set_aside_is_told_with_its_graph_and_listed() -> None:
    """Where it was, what it counted, and between what; and that is no reset."""
    files = files_of(history([*range(100, 130), 3, 0, 132, 10**7, 134]))
    page, english = page_of(files), page_of(files, "en")
    assert "除外した値 3件" in page.words
    assert "カウンターのリセット" not in page.words
    # In the table it is a dash, as a missing one is.
    assert "16:00 — 132 2026年1月2日 15:00 — — 2026年1月2日 14:00 — —" in page.words
    assert (
        "除外した値 3件。 2026年1月2日 18:00：10,000,000（前後は 132 と 134） "
        "2026年1月2日 15:00 〜 16:00：0 〜 3（前後は 129 と 132）"
    ) in page.words
    assert (
        "Set aside 3 readings. 2 January 2026, 18:00: 10,000,000, between 132 and 134 "
        "2 January 2026, 15:00 – 16:00: 0 – 3, between 129 and 132"
    ) in english.words
    told = [image["alt"] for image in english.all("img") if "chart" in image["alt"]]
    assert len(told) == 4
    assert all(alt.endswith(", 3 readings set aside.") for alt in told)
    none = page_of(files_of(history(range(9))), "en").words
    assert "Set aside None." in none
    assert "readings set aside" not in none


def test_a_range_of_readings_set_aside_says_why_nothing_is_known() -> None:
    """A day of them: there is no data is not what there is to say."""
    files = files_of(history([*range(1000, 1300), *[0] * 30, 1400]))
    assert (
        "Readings are set aside: the presses per hour of this range are not known"
    ) in page_of(files, "en").words
    assert "この期間は値を除外したため" in page_of(files).words


def test_a_table_holds_the_values_of_every_bucket() -> None:
    """The newest first; what is missing is a dash there, too."""
    files = files_of(history([0, 7, None, 1000, 1012]))
    text = page_of(files).words
    rows = (
        "2026年1月1日 12:00 +12 1,012 2026年1月1日 11:00 — 1,000 "
        "2026年1月1日 10:00 — — 2026年1月1日 09:00 +7 7"
    )
    assert rows in text


def test_a_heatmap_says_each_value_in_words() -> None:
    """For those who do not see the colours; unknown is not zero."""
    page = page_of(files_of(history([None, 0, *range(0, 24 * 60, 2)]), UTC_ZONE))
    assert "木曜 5時 2.0" in page.words
    assert "1月30日 +48" in page.words
    headers = page.all("th")
    assert all(header["scope"] for header in headers)
    cells = [cell.get("class", "") for cell in page.all("td")]
    assert any(cell == "l6" for cell in cells)
    gaps = page_of(files_of(history([0, *[None] * 100, *range(30)])))
    assert "lx" in [cell.get("class") for cell in gaps.all("td")]
    assert "1月2日 欠測" in gaps.words
    assert "木曜 10時 欠測" in gaps.words


def test_a_milestone_is_told_with_the_readings_before_and_after() -> None:
    """The newest first, the count of all, and where they are."""
    files = files_of(history([8, 9, 11, None, 35]))
    text = page_of(files).words
    assert "30 2026年1月1日 11:00 〜 13:00 20 2026年1月1日 11:00 〜 13:00" in text
    assert "10 2026年1月1日 10:00 〜 11:00" in text
    assert "これまでに 3 件。すべては milestones.csv に。" in text
    assert "Last milestone 30 1 January 2026, 11:00 – 13:00" in (
        page_of(files, "en").words
    )


def test_what_is_to_be_embedded_has_public_addresses() -> None:
    """And is the very HTML that works when it is pasted."""
    page = page_of(files_of(history([5])))
    source = (
        f'<source media="(prefers-color-scheme: dark)" srcset="{SITE_URL}graph-dark'
    )
    assert source in page.text
    assert f'<img src="{SITE_URL}badge.svg" alt="{TITLE} 累計">' in page.text
    assert f'<img src="{SITE_URL}badge-today.svg" alt="{TITLE} 今日">' in page.text
    # Shields is asked for the address of what it is to draw, as one word.
    shield = SITE_URL.replace(":", "%3A") + "badge.json"
    assert f"](https://img.shields.io/endpoint?url={shield})](" in page.text
    assert f"[![{TITLE}]({SITE_URL}graph.png)]({SITE_URL}index.html)" in page.text
    assert f"from '{SITE_URL}data/all.parquet'" in page.text


@both
def test_the_columns_of_each_file_are_explained(language: str) -> None:
    """In the language of the page; a file a year is named by its years."""
    page = page_of(files_of(history(range(24 * 500))), language)
    for file in make_schema()["files"]:
        assert file["about"][language] in page.text
        for column in file["columns"]:
            assert column["about"][language] in page.text
    assert "2027.parquet 2026.parquet" in page.words
    assert CODE in page.text


def test_a_file_a_year_has_all_its_years() -> None:
    """The newest first."""
    schema = {"files": [{"key": "data/hourly/<year>.csv"}, {"key": "data/daily.csv"}]}
    keys = ["data/daily.csv", "data/hourly/2025.csv", "data/hourly/2026.csv"]
    years, days = describe_files(schema, [*keys, "data/hourly/2026.parquet"])
    assert years["keys"] == ["data/hourly/2026.csv", "data/hourly/2025.csv"]
    assert days["keys"] == ["data/daily.csv"]


# Assets and the templates -------------------------------------------------------


def test_an_asset_is_named_by_its_content() -> None:
    """So that it may be kept for ever."""
    files = render_files(view_of(history([5]))[0])
    assets = {key: body for key, body in files.items() if key.startswith("assets/")}
    assert {key.rpartition(".")[2] for key in assets} == {"css", "js", "png", "svg"}
    for key, body in assets.items():
        assert hashlib.sha256(body).hexdigest()[:12] == key.split(".")[1]


def test_the_style_sheet_shows_each_range_that_the_address_names() -> None:
    """And marks its tab, with scripts and without; the default one if it names none."""
    files = render_files(view_of(STATES["three years"]())[0])
    [style] = [body.decode() for key, body in files.items() if "/style." in key]
    plain = "html:not([data-range]) "
    for name in RANGES:
        for part in (f'.range[data-range="{name}"]', f'.tabs a[href="#{name}"]'):
            assert f'{plain}[id="{name}"]:target ~ {part}' in style
            assert f'\n[data-range="{name}"] {part}' in style
    assert f"\n{plain}.range.usual,\n" in style


@both
@every_state
def test_the_usual_range_is_the_one_of_seven_days_as_soon_as_there_is_one(
    sites: dict[str, dict[str, bytes]], state: str, language: str
) -> None:
    """Before that it is the whole history; its tab is marked, and no other."""
    page = page_of(sites[state], language)
    default = DEFAULT_RANGE if DEFAULT_RANGE in TABS[state] else "all"
    usual = [tag for _, tag in page.tags if "usual" in tag.get("class", "").split()]
    assert [tag["data-range"] for tag in usual if "data-range" in tag] == [default]
    tabs = [tag["href"] for tag in usual if "href" in tag]
    assert tabs == ([f"#{default}"] if len(TABS[state]) > 1 else [])


def test_the_pages_come_after_all_that_they_name() -> None:
    """Who publishes in this order never shows a page without its style."""
    assert list(files_of(history([5])))[-len(PAGES) :] == list(PAGES.values())[::-1]


def test_the_pictures_without_scripts_are_those_with_scripts() -> None:
    """Each look of each graph has the address that the page has, too."""
    files = files_of(history(range(400)))
    page = page_of(files)
    assert b"<noscript><style>" in files[PAGES["ja"]]
    named = {*re.findall(r'url\("(.*?)"\)', page.style)}
    assert len(named) == len(name_tabs(399)) * len(KINDS) * len(LOOKS)
    assert named <= set(page.addresses())


def test_an_asset_has_no_address_of_another_origin() -> None:
    """Nothing is fetched from anywhere else; an XML namespace is but a name."""
    for key, body in render_files(view_of(history([5]))[0]).items():
        if key.rpartition(".")[2] in ("css", "svg"):
            text = body.decode().replace("http://www.w3.org/2000/svg", "")
            assert "//" not in text
            assert "@import" not in text


def colours() -> list[dict[str, str]]:
    """Give the colours of the page by their names, in light and in dark."""
    style = (TEMPLATES / "style.css").read_text("utf-8")
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
        for part in style.split("@media screen and (prefers-color-scheme: dark)", 1)
    ]


def test_the_page_has_the_colours_of_its_pictures() -> None:
    """In light and dark: the paper that they lie on, and what the legend explains."""
    light, dark = colours()
    names = {
        "card": theme.PAPER,
        "graph-line": theme.LINE,
        "graph-bar": theme.BAR,
        "graph-partial": theme.PARTIAL_BAR,
        "graph-record": theme.RECORD,
        "graph-mean": theme.MEAN,
        "graph-earlier": years_graph.LAST,
        "graph-previous": theme.PREVIOUS,
        "graph-reset": theme.RESET,
        "graph-aside": theme.ASIDE,
        "graph-note": theme.NOTE,
        "graph-band": theme.BAND,
    }
    for name, colour in names.items():
        assert light[name] == colour
        assert dark[name] == variants.darken_hex(colour)


# What lies on what, and how far apart they must be at least (WCAG 2.2, 1.4.3, 1.4.11).
CONTRASTS = [
    (4.5, ("ink", "faint", "accent", "up", "down"), ("paper", "card")),
    (4.5, ("ink", "accent"), ("soft",)),
    # The number on a flag.
    (4.5, ("graph-note",), ("card",)),
    (
        3,
        ("line", "graph-bar", "graph-line", "graph-reset", "graph-aside"),
        ("paper", "card"),
    ),
    (3, ("graph-bar",), ("soft",)),
]


@pytest.mark.parametrize("theme_number", [0, 1])
def test_all_can_be_told_from_what_it_lies_on(theme_number: int) -> None:
    """Text, marks, and the steps of a heatmap from each other."""
    named = colours()[theme_number]
    found = {
        (one, other): contrast(named[one], named[other]) - least
        for least, ones, others in CONTRASTS
        for one in ones
        for other in others
    }
    assert min(found.values()) >= 0, found
    levels = [named[f"l{level}"] for level in range(7)]
    assert min(contrast(one, other) for one, other in pairwise(levels)) >= 1.2


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours (WCAG 2.2)."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    weights = (0.2126, 0.7152, 0.0722)
    return sum(w * part for w, part in zip(weights, linear, strict=True))


def test_a_wrong_address_gets_a_small_page_that_leads_to_each_language() -> None:
    """Whole addresses, for it is shown under any; the same bytes in every hour."""
    title = "A <b> & c"
    made = [files_of(history(counts), title=title) for counts in ([5], [5, 9])]
    body = made[0][keys.NOT_FOUND]
    assert made[1][keys.NOT_FOUND] == body
    assert len(encode_object(keys.NOT_FOUND, body)) < 1000
    page = Page()
    page.feed(body.decode())
    assert page.open == []
    assert page.addresses() == [SITE_URL + name for name in PAGES.values()]
    assert page.all("script") == []
    assert [p["lang"] for p in page.all("p")] == [*PAGES]
    for code in PAGES:
        assert load_texts(code)["missing"]["text"] in page.text
    assert page.text.count(title) == 1 + len(PAGES)


def test_a_name_that_the_summary_lacks_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not an empty place on the page."""
    environment = templating.load_templates()
    wrong = DictLoader({"index.html": "{{ summary.cuont }}"})
    loader = ChoiceLoader([wrong, FileSystemLoader(TEMPLATES)])
    changed = environment.overlay(loader=loader)
    monkeypatch.setattr("renderer.site.page.load_templates", lambda: changed)
    view: Any = view_of(history([5]), TOKYO)[0]
    with pytest.raises(UndefinedError, match="cuont"):
        render_files(view)
