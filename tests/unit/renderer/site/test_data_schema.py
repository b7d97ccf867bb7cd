"""The schema and the licence: what the files are said to be, they are."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from renderer.errors import RendererError
from renderer.site.data import pick
from renderer.site.languages import LANGUAGES
from tests.unit.renderer.site.data_files import BOOLEANS, eventful, read_time

# The types that the schema names, as a script would read them from a CSV file.
READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "string": str,
    "boolean": BOOLEANS.__getitem__,
    "date": date.fromisoformat,
    "datetime": read_time,
    "yearmonth": lambda text: datetime.strptime(f"{text}-01", "%Y-%m-%d").date(),
}
PARQUET = {
    "integer": pl.Int64(),
    "datetime": pl.Datetime("us", "UTC"),
    "boolean": pl.Boolean(),
}
JSON = {"integer": int, "string": str, "datetime": str, "object": dict}


def schema_of(files: dict[str, bytes]) -> dict[str, Any]:
    """Give the described files by key."""
    return {
        file["key"]: file for file in json.loads(files["data/schema.json"])["files"]
    }


def test_the_schema_describes_each_file_and_no_other() -> None:
    """The hourly ones by a pattern; only itself and the licence need none."""
    files, _ = eventful()
    described = {
        key.replace("<year>", year)
        for key in schema_of(files)
        for year in ("2025", "2026")
    }
    assert described == files.keys() - {"data/schema.json", "data/LICENSE.txt"}


@pytest.mark.parametrize("name", ["daily", "monthly", "milestones", "hourly/<year>"])
def test_each_csv_file_has_the_columns_and_types_of_the_schema(name: str) -> None:
    """In its order; only a column that may be unknown has an empty field."""
    files, _ = eventful()
    columns = schema_of(files)[f"data/{name}.csv"]["columns"]
    body = files[f"data/{name}.csv".replace("<year>", "2026")]
    header, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    assert header == [column["name"] for column in columns]
    assert rows
    for row in rows:
        for column, text in zip(columns, row, strict=True):
            if text:
                READERS[column["type"]](text)
            else:
                assert column.get("nullable"), column["name"]


@pytest.mark.parametrize("name", ["hourly/<year>", "all"])
def test_each_parquet_file_has_the_columns_and_types_of_the_schema(name: str) -> None:
    """As its own footer has them."""
    files, _ = eventful()
    columns = schema_of(files)[f"data/{name}.parquet"]["columns"]
    body = files[f"data/{name}.parquet".replace("<year>", "2026")]
    found = pl.read_parquet_schema(io.BytesIO(body))
    assert list(found.items()) == [(c["name"], PARQUET[c["type"]]) for c in columns]


def test_the_summary_has_the_keys_and_types_of_the_schema() -> None:
    """In its order."""
    files, summary = eventful()
    columns = schema_of(files)["data/summary.json"]["columns"]
    assert list(summary) == [column["name"] for column in columns]
    for column in columns:
        assert type(summary[column["name"]]) is JSON[column["type"]]
        if column["type"] == "datetime":
            read_time(summary[column["name"]])


def test_the_schema_has_the_version_of_the_summary() -> None:
    """They are one format."""
    files, summary = eventful()
    assert json.loads(files["data/schema.json"])["schema"] == summary["schema"] == 1


def test_the_schema_explains_everything_in_each_language() -> None:
    """Each file and each column, with Japanese only where it is meant."""
    files, _ = eventful()
    schema = json.loads(files["data/schema.json"])
    described = [schema, *schema["files"]]
    described += [column for file in schema["files"] for column in file["columns"]]
    for item in described:
        assert list(item["about"]) == [each.code for each in LANGUAGES]
        assert item["about"]["ja"]
        assert not item["about"]["ja"].isascii()
        assert item["about"]["en"].isascii()


def test_the_licence_dedicates_the_data_in_both_languages() -> None:
    """With the addresses of the deed and of the legal code."""
    files, _ = eventful()
    text = files["data/LICENSE.txt"].decode()
    assert text.count("CC0 1.0") == 2
    address = "https://creativecommons.org/publicdomain/zero/1.0/"
    for name in ("deed.ja", "deed.en", "legalcode.ja", "legalcode.en"):
        assert address + name in text
    assert json.loads(files["data/schema.json"])["license"] == "CC0-1.0"


def test_a_language_that_leaves_a_column_out_is_told_where_to_say_it() -> None:
    """By whoever adds a column, or a language with its notes."""
    words = {"ja": {"columns": {"count": "数"}}, "en": {"columns": {}}}
    with pytest.raises(RendererError, match=r"^en\.toml has no count where \[schema\]"):
        pick(words, "columns", "count")
