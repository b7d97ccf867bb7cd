"""The cards of the records."""

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import files_of, page_of


def test_a_long_time_is_told_in_days() -> None:
    """Nobody divides 8,603 hours by 24; what is short stays in hours."""
    text = page_of(files_of(history([*range(900), None, *range(900, 910)]))).words
    assert "欠測なしの最長期間 37日" in text
    assert "最長の欠測 1時間" in text


def test_hours_in_a_row_say_that_both_of_their_ends_are_among_them() -> None:
    """From 9:00 to 14:00 are five hours and six readings."""
    files = files_of(history([*range(6), None, None, 9]))
    page = page_of(files, "en").words
    span = "1 January 2026, 09:00 – 14:00 (both included)"
    assert f"Longest time without a gap 6 hours {span}" in page
    assert "Longest gap 2 hours 1 January 2026, 15:00 – 16:00 (both included)" in page
    single = page_of(files_of(history([0, None, 9])), "en").words
    assert "both included" not in single
