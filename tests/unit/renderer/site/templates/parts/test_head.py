"""The head of the page: what browsers, searches and others who link here are told."""

import pytest

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import PAGES, SITE_URL, files_of, page_of

both = pytest.mark.parametrize("language", PAGES)


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
