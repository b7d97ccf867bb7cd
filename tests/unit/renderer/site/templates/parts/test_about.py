"""The lists of what the recording lacks."""

from tests.unit.renderer.histories import TOKYO, at, history
from tests.unit.renderer.pages import files_of, page_of


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


def test_the_newest_months_are_told_to_be_those_only_if_there_are_others() -> None:
    """Two years have as many as are listed."""
    first = at("2024-01-01T00:00", TOKYO)
    two_years = (365 + 366) * 24
    all_, some = (files_of(history(range(two_years + n), first)) for n in (0, 1))
    assert "The newest 24 months:" not in page_of(all_, "en").words
    words = f"{two_years + 1:,} of {two_years + 1:,} hours. The newest 24 months:"
    assert words in page_of(some, "en").words
    assert "直近24か月：" in page_of(some).words
