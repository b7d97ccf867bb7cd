"""What the page says of the open data."""

import pytest

from renderer.site.data import make_schema
from renderer.site.page import describe_files
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import CODE, PAGES, files_of, page_of

both = pytest.mark.parametrize("language", PAGES)


@both
def test_the_columns_of_each_file_are_explained(language: str) -> None:
    """In the language of the page; a file a year is named by its years."""
    page = page_of(files_of(history(range(24 * 500))), language)
    for file in make_schema()["files"]:
        assert file["about"][language] in page.text
        for column in file["columns"]:
            assert column["about"][language] in page.text
    assert "2027.parquet 2026.parquet" in page.words
    assert CODE in page.text


def test_a_file_a_year_has_all_its_years() -> None:
    """The newest first."""
    schema = {"files": [{"key": "data/hourly/<year>.csv"}, {"key": "data/daily.csv"}]}
    keys = ["data/daily.csv", "data/hourly/2025.csv", "data/hourly/2026.csv"]
    years, days = describe_files(schema, [*keys, "data/hourly/2026.parquet"])
    assert years["keys"] == ["data/hourly/2026.csv", "data/hourly/2025.csv"]
    assert days["keys"] == ["data/daily.csv"]
