"""The list of the milestones."""

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import files_of, page_of


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
