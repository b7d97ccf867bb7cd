"""The words: the same in each language, and no text in them becomes anything else."""

import json
import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest
from markupsafe import Markup

from infra.variables import MAKEFILE, read_variables
from renderer.figures.ranges import RANGES
from renderer.site import TEMPLATES
from renderer.site.keys import Table
from renderer.site.languages import LANGUAGES
from renderer.site.words import (
    find_direction,
    format_change,
    format_count,
    format_percent,
    format_rate,
    load_texts,
    say,
)
from tests.unit.renderer.histories import MAX

CODES = [each.code for each in LANGUAGES]


def leaves(texts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Give each sentence, or list of them, with the path of its key."""
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def holes(text: str | list[str]) -> set[str]:
    """Give the names of what is to be filled in."""
    texts = [text] if isinstance(text, str) else text
    return {name for each in texts for _, name, _, _ in Formatter().parse(each) if name}


def test_each_language_has_its_file_of_words() -> None:
    """And no file of words is one of no language."""
    files = {path.stem for path in (TEMPLATES / "words").glob("*.toml")}
    assert files == set(CODES), (
        "renderer/site/languages.py and renderer/site/templates/words/ differ: "
        f"give {files ^ set(CODES)} a line in the one and a <code>.toml in the other"
    )


@pytest.mark.parametrize("code", CODES[1:])
def test_all_languages_say_the_same_things_of_the_same_things(code: str) -> None:
    """The same keys in the same order, and in each the same to be filled in."""
    first, other = (
        {
            key: value
            for key, value in leaves(load_texts(each))
            if not key.startswith("languages.")
        }
        for each in (CODES[0], code)
    )
    assert first.keys() == other.keys(), (
        f"{CODES[0]}.toml and {code}.toml in renderer/site/templates/words/ differ: "
        f"give both of them {sorted(first.keys() ^ other.keys())}"
    )
    assert list(first) == list(other)
    for key in first:
        assert type(first[key]) is type(other[key]), key
        assert holes(first[key]) == holes(other[key]), key
        assert len(first[key]) == len(other[key]) or isinstance(first[key], str), key


@pytest.mark.parametrize("code", CODES)
def test_each_range_has_its_words(code: str) -> None:
    """The name of its tab, its long one, that of the time before; and no others."""
    words = load_texts(code)["ranges"]
    assert words.keys() == RANGES.keys(), (
        f"give {sorted(words.keys() ^ RANGES.keys())} a line in "
        "renderer/figures/ranges.py and [ranges.<name>] with `tab`, `long`, `before` "
        f"in renderer/site/templates/words/{code}.toml"
    )
    for name, each in words.items():
        before = {"before"} if RANGES[name] else set()
        assert each.keys() == {"tab", "long"} | before


@pytest.mark.parametrize("code", CODES)
def test_a_language_names_no_language_that_the_site_lacks(code: str) -> None:
    """It may leave one out, which is then called as it calls itself."""
    assert load_texts(code)["languages"].keys() <= set(CODES)


def test_the_operator_can_tell_a_note_in_each_language() -> None:
    """By a variable of `make note`, and in a column of the file of notes."""
    schema = json.loads((TEMPLATES / "schema.json").read_text("utf-8"))
    [columns] = [
        each["columns"] for each in schema["files"] if each["key"] == Table.NOTES
    ]
    expected = ["number", "at", *CODES, "url", "noted_at"]
    assert [each["name"] for each in columns] == expected, (
        "in renderer/site/templates/schema.json, let the columns of data/notes.csv be "
        f"{', '.join(expected)}"
    )
    variables = {code.upper() for code in CODES}
    assert variables <= {*read_variables(MAKEFILE.read_text("utf-8"))["note"]}, (
        f"in the Makefile, name {', '.join(sorted(variables))} before `note:`"
    )


def test_no_key_hides_a_method_of_a_dictionary() -> None:
    """A template would find the method instead."""
    for code in CODES:
        for key, _ in leaves(load_texts(code)):
            assert not any(hasattr({}, part) for part in key.split("."))


def test_each_word_is_used() -> None:
    """What nobody reads, nobody keeps right."""
    files = [
        path for kind in ("html", "xml", "js") for path in TEMPLATES.rglob(f"*.{kind}")
    ]
    files += [
        TEMPLATES.with_name(f"{name}.py") for name in ("dates", "feed", "introduction")
    ]
    used = "".join(path.read_text("utf-8") for path in files)
    # Named by a variable: each range, each length, each pace, each section.
    named = (
        "ranges.",
        "every.",
        "nav.",
        "pace.",
        "records.",
        "feed.",
        "number.",
        "zones.",
        "languages.",
        "schema.",
    )
    unused = [
        key
        for key, _ in leaves(load_texts("ja"))
        if not key.startswith(named)
        and not re.search(rf"[.\"]{key.rpartition('.')[2]}\b", used)
    ]
    assert unused == []


def test_japanese_is_not_left_in_english() -> None:
    """Not even a sign of it."""
    for key, value in leaves(load_texts("en")):
        assert not re.search(r"[぀-ヿ一-鿿]", str(value)), key


@pytest.mark.parametrize("code", [each.code for each in LANGUAGES if each.code != "en"])
def test_no_language_is_a_copy_of_english(code: str) -> None:
    """Some signs and forms are the same in every language, but no more than those."""
    english, texts = dict(leaves(load_texts("en"))), dict(leaves(load_texts(code)))
    same = [key for key in english if english[key] == texts[key]]
    assert len(same) < len(english) / 5, f"translate {same} in {code}.toml"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 hours"), (1, "1 hour"), (2, "2 hours"), (1234567, "1,234,567 hours")],
)
def test_a_number_chooses_the_form_of_its_noun(number: int, words: str) -> None:
    """English has two; only one is one."""
    assert say(load_texts("en")["number"]["hours"], number) == words


def test_what_is_filled_in_is_text() -> None:
    """Neither markup nor a sentence to be filled in again."""
    said = say("<{a}> & {b}", a="<i>{b}</i>", b=Markup("<b>bold</b>"))
    assert said == "&lt;&lt;i&gt;{b}&lt;/i&gt;&gt; &amp; <b>bold</b>"


def test_a_word_that_is_missing_is_an_error() -> None:
    """And not an empty place."""
    with pytest.raises(KeyError):
        say("{count}", cuont="5")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (MAX, "999,999,999,999,999,999")],
)
def test_a_count_is_grouped_and_exact(number: int, text: str) -> None:
    """To the last digit."""
    assert format_count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (0.04, "0.0"), (12.34, "12.3"), (99.96, "100.0"), (1234.5, "1,234")],
)
def test_a_mean_has_a_decimal_where_it_matters(number: float, text: str) -> None:
    """Below a hundred."""
    assert format_rate(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100%"),
        (0.999999, "99.99%"),
        (0.9, "90%"),
        (0.7097, "70.97%"),
        (0.0, "0%"),
    ],
)
def test_only_all_is_a_hundred_percent(share: float, text: str) -> None:
    """One hour that is missing is not rounded away."""
    assert format_percent(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.021, "2.1%"), (-0.5, "50%"), (0.0996, "10.0%"), (123.4567, "12,346%")],
)
def test_a_change_is_told_without_its_sign(share: float, text: str) -> None:
    """The words around it say in which direction."""
    assert format_change(share) == text


@pytest.mark.parametrize(
    ("share", "direction"),
    [(0.5, 1), (-0.5, -1), (0, 0), (0.0004, 0), (-0.0004, 0), (0.0006, 1)],
)
def test_a_change_has_the_direction_that_it_is_told_with(
    share: float, direction: int
) -> None:
    """What is told as 0.0% is neither more nor less."""
    assert find_direction(share) == direction
