"""Others read the data in place: another tool, and pages of other origins."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import duckdb
import pytest
import requests
from fsspec.implementations.http import HTTPFileSystem
from playwright.sync_api import Browser

from tests.e2e.visiting import Site


class Http(HTTPFileSystem):  # type: ignore[misc]
    """Files by their address, a part at a time; DuckDB also asks for their age."""

    def modified(self, path: str) -> datetime:
        """Tell when a file was changed."""
        answer = requests.head(path, timeout=9)
        return parsedate_to_datetime(answer.headers["Last-Modified"])


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a DuckDB that reads through HTTP, a part of a file at a time."""
    connection = duckdb.connect()
    connection.register_filesystem(Http(block_size=4096))
    connection.execute("SET TimeZone = 'UTC'")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "table", ["read_parquet('{}2013.parquet')", "read_csv('{}2013.csv')"]
)
def test_duckdb_reads_the_readings_by_their_address(
    duck: duckdb.DuckDBPyConnection, site: Site, table: str
) -> None:
    """Every reading of the year, each with its instants and its exact count."""
    source = table.format(f"{site.url}data/hourly/")
    times = "epoch_us(scheduled_at), epoch_us(observed_at)"
    rows = duck.execute(f"SELECT {times}, count FROM {source} ORDER BY ALL").fetchall()
    assert rows == [
        (micros(reading.scheduled_at), micros(reading.observed_at), reading.count)
        for reading in site.readings
        if reading.scheduled_at.year == 2013
    ]


def test_duckdb_reads_all_years_in_one_file(
    duck: duckdb.DuckDBPyConnection, site: Site
) -> None:
    """All but the hours of the day that runs."""
    source = f"read_parquet('{site.url}data/all.parquet')"
    columns = "epoch_us(scheduled_at), count"
    rows = duck.execute(f"SELECT {columns} FROM {source} ORDER BY ALL").fetchall()
    read = [(micros(each.scheduled_at), each.count) for each in site.readings]
    assert rows == read[: len(rows)]
    assert 0 <= len(read) - len(rows) < 24


def micros(instant: datetime) -> int:
    """Count the microseconds since 1970, as DuckDB does."""
    return int(instant.timestamp()) * 1_000_000 + instant.microsecond


def test_parquet_and_csv_say_the_same(
    duck: duckdb.DuckDBPyConnection, site: Site
) -> None:
    """Both have the same columns, and the same values in them."""
    at = f"{site.url}data/hourly/2013"
    one, other = f"read_parquet('{at}.parquet')", f"read_csv('{at}.csv')"
    names = [row[0] for row in duck.execute(f"DESCRIBE FROM {one}").fetchall()]
    assert names == [
        row[0] for row in duck.execute(f"DESCRIBE FROM {other}").fetchall()
    ]
    difference = (
        f"(FROM {one} EXCEPT FROM {other}) UNION (FROM {other} EXCEPT FROM {one})"
    )
    assert duck.execute(difference).fetchall() == []


def test_the_days_add_up_to_what_was_counted(
    duck: duckdb.DuckDBPyConnection, site: Site
) -> None:
    """The increments of all days make up the rise from first to last reading."""
    [total] = duck.execute(
        f"SELECT sum(increment)::BIGINT FROM read_csv('{site.url}data/daily.csv')"
    ).fetchall()[0]
    assert total == site.readings[-1].count - site.readings[0].count


def test_a_part_of_a_file_can_be_read(site: Site) -> None:
    """The Parquet footer is enough to know what is where."""
    address = f"{site.url}data/hourly/2013.parquet"
    answer = requests.get(address, headers={"Range": "bytes=-4"}, timeout=9)
    assert answer.status_code == 206
    assert answer.content == b"PAR1"


@pytest.mark.parametrize(
    "key", ["data/hourly/2013.parquet", "data/summary.json", "data/daily.csv"]
)
def test_a_page_of_another_origin_may_read_the_data(
    browser: Browser, site: Site, elsewhere: tuple[Path, str], key: str
) -> None:
    """Whole or in parts, with what it needs to know of the answer."""
    page = browser.new_page()
    page.goto(elsewhere[1])
    answer = page.evaluate(
        """async address => {
            const whole = await (await fetch(address)).arrayBuffer();
            const part = await fetch(address, {headers: {Range: "bytes=0-3"}});
            return {
                status: part.status,
                size: (await part.arrayBuffer()).byteLength,
                whole: whole.byteLength,
                range: part.headers.get("Content-Range"),
                etag: part.headers.get("ETag"),
            };
        }""",
        site.url + key,
    )
    page.close()
    size = len(requests.get(site.url + key, timeout=9).content)
    assert answer["status"] == 206
    assert answer["size"] == 4
    assert answer["whole"] == size
    assert answer["range"] == f"bytes 0-3/{size}"
    assert answer["etag"]
