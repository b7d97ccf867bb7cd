"""The cards of the records."""

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import files_of, page_of


def test_a_long_time_is_told_in_days() -> None:
    """Nobody divides 8,603 hours by 24; what is short stays in hours."""
    text = page_of(files_of(history([*range(900), None, *range(900, 910)]))).words
    assert "欠測なしの最長期間 37日" in text
    assert "最長の欠測 1時間" in text
