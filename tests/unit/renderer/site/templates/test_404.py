"""What a wrong address gets."""

from renderer.publish.writer import encode_object
from renderer.site import keys
from renderer.site.words import load_texts
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import PAGES, SITE_URL, Page, files_of


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
