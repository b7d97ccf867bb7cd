"""How a language names what is counted, and where the page says it."""

from renderer.site import keys
from renderer.site.introduction import strip_unsafe
from renderer.subject import Subject
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import TITLE, files_of, page_of

SUBJECT = Subject(
    title="出発便",
    titles={"en": "Departures & <more>"},
    abouts={"ja": "<b>空港</b>の記録", "en": "Flights & <b>more</b>"},
    units={"ja": "便", "en": "flights"},
    home_url="https://air.example/?a=1&b='2'",
    code_url="https://code.example/a",
)


def test_a_title_loses_what_no_xml_can_hold() -> None:
    """Control characters, half characters and those that are none."""
    assert (
        strip_unsafe("a\0\x1b\t\n\udcffb\ufffe\uffff\U0001f431") == "a\t\nb\U0001f431"
    )


def test_the_operator_says_what_is_counted_and_where() -> None:
    """Under the heading, in the title, in what others show; as text, in each language.

    And nobody is told that it is unofficial, for of that we know nothing.
    """
    files = files_of(history([5, 6789]), subject=SUBJECT)
    page, english = page_of(files), page_of(files, "en")
    assert "出発便 <b>空港</b>の記録 カウンターのページへ 6,789 便" in page.words
    assert "<more> Flights & <b>more</b> To the counter 6,789 flights" in english.words
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


def test_what_is_counted_is_named_by_its_unit() -> None:
    """In headings, legends and tables, in the operator's word."""
    flights = files_of(history(range(30)), subject=SUBJECT)
    english, page = page_of(flights, "en").words, page_of(flights).words
    assert "Flights per hour +24 between 1 January, 14:00 and 2 January 2026" in english
    assert "When Flights Total" in english
    assert "増えた便数（1時間ごと）" in page
    assert "Presses per day" in page_of(files_of(history(range(900))), "en").words
