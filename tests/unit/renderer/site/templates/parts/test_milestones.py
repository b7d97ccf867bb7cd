"""The milestones: their list, and how good the estimates were, without praise."""

import pytest

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import Page, files_of, page_of

BAD = {"ja": "よく外れています", "en": "often wrong"}
# The languages whose words stand here.
both = pytest.mark.parametrize("language", list(BAD))
# Slow for thirty days, and then a hundred times as fast: nothing was told right.
SUDDEN = [*range(1000, 1000 + 24 * 40), *range(2000, 20_000, 100)]
STEADY = range(0, 24 * 400, 2)


def test_a_milestone_is_told_with_the_readings_before_and_after() -> None:
    """The newest first, and where else they are."""
    files = files_of(history([8, 9, 11, None, 35]))
    text = page_of(files).words
    assert "30 2026年1月1日 11:00 〜 13:00 20 2026年1月1日 11:00 〜 13:00" in text
    assert "10 2026年1月1日 10:00 〜 11:00" in text
    assert "milestones.csv にもあります。" in text
    assert "Last milestone 30 1 January 2026, 11:00 – 13:00" in (
        page_of(files, "en").words
    )


def test_of_more_milestones_than_are_listed_the_number_is_told() -> None:
    """With the file that has all of them."""
    some, all_ = (files_of(history(range(last))) for last in (221, 201))
    assert "22 so far. All of them are in milestones.csv." in page_of(some, "en").words
    assert "これまでに 22 件。すべては milestones.csv に。" in page_of(some).words
    words = page_of(all_, "en").words
    assert "so far. All" not in words
    assert "Also in milestones.csv." in words


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


def test_a_number_that_was_passed_before_a_reset_is_said_to_be_one() -> None:
    """It is the next, and will not be listed: only the first time is."""
    reset = history([*range(100, 900, 10), *range(30, 60)])
    said = "passed before a reset already: it is not listed again"
    assert said in page_of(files_of(reset), "en").words
    assert said not in page_of(files_of(history(range(100, 900, 10))), "en").words
