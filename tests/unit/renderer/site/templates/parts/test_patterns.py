"""The heatmaps of the week and of the calendar."""

import pytest

from tests.unit.renderer.histories import UTC_ZONE, history
from tests.unit.renderer.pages import files_of, page_of


def test_a_heatmap_says_each_value_in_words() -> None:
    """For those who do not see the colours; unknown is not zero."""
    page = page_of(files_of(history([None, 0, *range(0, 24 * 60, 2)]), UTC_ZONE))
    assert "木曜 5時 2.0" in page.words
    assert "1月30日 +48" in page.words
    headers = page.all("th")
    assert all(header["scope"] for header in headers)
    cells = [cell.get("class", "") for cell in page.all("td")]
    assert any(cell == "l6" for cell in cells)
    gaps = page_of(files_of(history([0, *[None] * 100, *range(30)])))
    assert "lx" in [cell.get("class") for cell in gaps.all("td")]
    assert "1月2日 欠測" in gaps.words
    assert "木曜 10時 欠測" in gaps.words


@pytest.mark.parametrize(
    ("days", "summary"), [(700, None), (1000, "2026年"), (1200, "2026〜2027年")]
)
def test_the_earlier_years_are_named_each_once(days: int, summary: str | None) -> None:
    """One year is no span of years."""
    page = files_of(history(range(24 * days)), UTC_ZONE)["index.html"].decode()
    calendar = page[page.index("heat calendar") :]
    calendar = calendar[: calendar.index("</section>")]
    told = calendar.partition("<summary>")[2].partition("</summary>")[0]
    assert (told or None) == summary
