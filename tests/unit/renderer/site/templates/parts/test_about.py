"""The lists of what the recording lacks."""

from tests.unit.renderer.histories import history
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
