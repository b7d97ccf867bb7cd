"""What the page says of how good its estimates were: the numbers, and no praise."""

import pytest

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import Page, files_of, page_of

BAD = {"ja": "よく外れています", "en": "often wrong"}
# The languages whose words stand here.
both = pytest.mark.parametrize("language", list(BAD))
# Slow for thirty days, and then a hundred times as fast: nothing was told right.
SUDDEN = [*range(1000, 1000 + 24 * 40), *range(2000, 20_000, 100)]
STEADY = range(0, 24 * 400, 2)


def hero(page: Page) -> bool:
    """Tell whether the present estimate is doubted."""
    return "#estimates" in [each["href"] for each in page.all("a")]


@both
def test_without_a_score_nothing_is_said_of_it(language: str) -> None:
    """Neither a table nor a doubt."""
    for counts in ([5], [5, 6], range(10)):
        page = page_of(files_of(history(counts)), language)
        assert "estimates" not in page.ids()
        assert not hero(page)
        assert BAD[language] not in page.words


@both
def test_a_good_score_is_told_in_numbers_alone(language: str) -> None:
    """A steady count, of which all estimates were right."""
    page = page_of(files_of(history(STEADY)), language)
    assert "estimates" in page.ids()
    row = {
        "ja": "30日前 1時間未満 20件中 20件",
        "en": "30 days before less than an hour 20 of 20",
    }
    assert row[language] in page.words
    assert not hero(page)
    assert BAD[language] not in page.words


@both
def test_a_bad_score_is_told_in_words(language: str) -> None:
    """Beside the table and beside the present estimate, which leads there."""
    page = page_of(files_of(history(SUDDEN)), language)
    assert hero(page)
    days = {
        "ja": "7日前の見込みはよく",
        "en": "Estimates told 7 days before were often",
    }
    assert days[language] in page.words
