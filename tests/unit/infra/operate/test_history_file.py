"""Files that people have: read where they mean one thing, and told where not."""

import contextlib
import io
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.errors import SettingsError
from infra.operate.history_file import FileHistory, Format, read_history
from renderer.readings.format import READINGS_SCHEMA, Reading, tabulate_readings
from renderer.site.data import write_csv
from tests.unit.renderer.histories import FIRST, HOUR, settle

NOW = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
FORM = Format(TOKYO, "", NOW, datetime(1990, 1, 1, tzinfo=UTC))
Read = Callable[..., FileHistory]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file of these bytes or lines."""

    def read_it(content: str | bytes, form: Format = FORM) -> FileHistory:
        path = tmp_path / "history.csv"
        body = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(body)
        return read_history(path, form)

    return read_it


def counts(history: FileHistory) -> dict[str, int]:
    """Give the counts by hour."""
    rows = history.readings.select("scheduled_at", "count").iter_rows()
    return {f"{hour:%m-%dT%H}": count for hour, count in rows}


# Files of other programs ---------------------------------------------------------


def hours(form: str, count: str = "{}", number: int = 48) -> list[tuple[str, str]]:
    """Give times and counts of so many hours, as some program writes them."""
    start = datetime(2026, 10, 1)
    return [
        ((start + n * HOUR).strftime(form), count.format(1000 + 10 * n))
        for n in range(number)
    ]


def written(rows: list[tuple[str, str]], separator: str = ",", end: str = "") -> str:
    """Give the lines of a file."""
    lines = [("time", "count"), *rows]
    return "".join(f"{separator.join(line)}{end}\n" for line in lines)


SLASHES = [
    (text.replace("/0", "/").replace(" 0", " "), n)
    for text, n in hours("%Y/%m/%d %H:%M")
]
PLAIN = "%Y-%m-%d %H:%M:%S"
FILES = {
    "plain": written(hours(PLAIN)),
    "ISO 8601": written(hours("%Y-%m-%dT%H:%M:%S.250+09:00")),
    "a short offset": written(hours("%Y-%m-%dT%H:%M:%S+0900")),
    "years first, with slashes": written(SLASHES),
    "whole floats": written(hours(PLAIN, "{}.0")),
    "semicolons": written(hours(PLAIN), ";"),
    "tabs": written(hours(PLAIN), "\t"),
    "sep=": "sep=;\r\n" + written(hours(PLAIN), ";"),
    "a separator of its own": "sep=|\n" + written(hours(PLAIN), "|"),
    "trailing separators": written(hours(PLAIN), end=","),
    "quotes": written(hours(PLAIN, '"{}"')),
    "spaces": written(hours(f" {PLAIN} ", ' "{}"')),
    "a mark": "\ufeff" + written(hours(PLAIN)),
    "Windows": written(hours(PLAIN)).replace("\n", "\r\n"),
    "an old Macintosh": written(hours(PLAIN)).replace("\n", "\r"),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_one_history_in_many_forms_is_the_same(read: Read, content: str) -> None:
    """Two days in Tokyo, one reading an hour."""
    found, plain = read(content), read(FILES["plain"])
    assert (found.bad_lines, found.surplus) == ([], 0)
    assert found.readings.drop("line").equals(plain.readings.drop("line"))
    assert found.readings.height == 48
    assert found.readings.row(0)[:3] == (
        *[datetime(2026, 9, 30, 15, tzinfo=UTC)] * 2,
        1000,
    )


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_mark_tells_the_encoding(read: Read, codec: str) -> None:
    """UTF-16 without one is refused, and told for what it is."""
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    found = read(mark + written(hours(PLAIN), "\t").encode(codec))
    assert found.readings.height == 48
    assert found.found.startswith("UTF-16" if "16" in codec else "UTF-8")
    if mark:
        with pytest.raises(SettingsError, match="UTF-16 with its mark"):
            read(written(hours(PLAIN)).encode(codec))


def test_a_time_is_given_to_its_nearest_full_hour(read: Read) -> None:
    """A clock that goes a little wrong costs no reading; half past is the hour's."""
    late = [3599, 7198, 10801, 4 * 3600 + 1800, 6 * 3600 - 1799]
    start = datetime(2025, 5, 1, tzinfo=UTC)
    lines = [f"{start + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ},{s}\n" for s in late]
    found = read("time,count\n" + "".join(lines))
    assert counts(found) == {
        "05-01T01": 3599,
        "05-01T02": 7198,
        "05-01T03": 10801,
        "05-01T04": 16200,
        "05-01T06": 19801,
    }
    assert found.readings.item(0, "observed_at") == start + timedelta(seconds=3599)


def test_of_several_lines_for_an_hour_the_nearest_wins(read: Read) -> None:
    """Of two as near the earlier one, of two at once the upper one."""
    found = read(
        "time,count\n"
        "2013-01-01T10:20:00Z,3\n"
        "2013-01-01T10:10:00Z,1\n"
        "2013-01-01T10:10:00Z,9\n"
        "2013-01-01T09:50:00Z,5\n"
        "2013-01-01T09:31:00Z,7\n"
    )
    assert counts(found) == {"01-01T10": 5}
    assert found.readings["line"].to_list() == [5]
    assert (found.surplus, found.bad_lines) == (4, [])


def test_our_own_files_give_back_the_same_readings(read: Read) -> None:
    """Byte for byte, as CSV and as Parquet, marks and all."""
    observed = [FIRST + timedelta(seconds=3), FIRST + timedelta(hours=1, minutes=50)]
    source = observed[1] - timedelta(seconds=90)
    readings = tabulate_readings(
        [
            Reading(FIRST, observed[0], 10**18 - 1, None),
            Reading(FIRST + HOUR, observed[1], 5, source),
        ]
    )
    marked = settle(readings).readings.with_columns(set_aside=pl.lit(True))
    parquet = io.BytesIO()
    marked.write_parquet(parquet)
    for body in (write_csv(readings), write_csv(marked), parquet.getvalue()):
        found = read(body)
        assert found.readings.drop("line").equals(readings)
        assert found.readings.drop("line").schema == READINGS_SCHEMA
        assert found.bad_lines == []
        assert write_csv(found.readings.drop("line")) == write_csv(readings)


@pytest.mark.parametrize(("unit", "scale"), [("seconds", 1), ("milliseconds", 1000)])
def test_numbers_since_1970_are_understood_and_told(
    read: Read, unit: str, scale: int
) -> None:
    """All of them of one unit; none ever becomes a reading of another century."""
    start = int(datetime(2023, 11, 15, tzinfo=UTC).timestamp())
    lines = [f"{(start + n * 3600) * scale},{n}\n" for n in range(30)]
    found = read("time,count\n" + "".join(lines) + "17001231912,5\n")
    assert found.readings.height == 30
    assert found.readings.item(0, "scheduled_at") == datetime(2023, 11, 15, tzinfo=UTC)
    assert found.bad_lines == [
        (32, f"the time is no number of {unit} from 1990 to now")
    ]
    assert f"times are {unit} since 1970" in found.found
    found = read("time,count\n" + "".join(lines) + ",7\nNULL,8\n")
    assert found.readings.height == 30
    assert [number for number, _ in found.bad_lines] == [32, 33]
    with pytest.raises(SettingsError, match="seconds since 1970 and milliseconds"):
        read(f"time,count\n{start},1\n{start * 1000},2\n")


# Times ---------------------------------------------------------------------------


def test_bare_times_are_at_the_offset_and_others_at_their_own(read: Read) -> None:
    """With a T or a space; the summary tells what was assumed."""
    found = read(
        "time,count\n"
        "2013-01-01 10:00:00,1\n"
        "2013-01-01T11:00,2\n"
        "2013-01-01T12:00:00-01:30,3\n"
        "20130101T150000Z,4\n"
    )
    assert counts(found) == {"01-01T01": 1, "01-01T02": 2, "01-01T13": 3, "01-01T15": 4}
    assert found.found.endswith("bare times are at UTC+09:00")


def test_bare_times_may_follow_summer_time(read: Read) -> None:
    """What their clocks show twice or never is bad: it could be another hour's."""
    form = Format(ZoneInfo("Europe/Berlin"), "", NOW, FORM.since)
    found = read(
        "time,count\n"
        "2026-03-29 01:00:00,1\n"
        "2026-03-29 02:00:00,2\n"
        "2026-03-29 03:00:00,3\n"
        "2026-10-25 01:00:00,4\n"
        "2026-10-25 02:00:00,5\n"
        "2026-10-25T02:00:00+02:00,6\n"
        "2026-10-25T02:00:00+01:00,7\n"
        "2026-10-25T03:00,8\n",
        form,
    )
    assert list(counts(found).values()) == [1, 3, 4, 6, 7, 8]
    assert {at for at in counts(found) if at.startswith("10")} == {
        *("10-24T23", "10-25T00", "10-25T01", "10-25T02")
    }
    said = "the clocks of Europe/Berlin show {}: give the time with its offset"
    assert found.bad_lines == [
        (3, said.format("2026-03-29 02:00:00 never")),
        (6, said.format("2026-10-25 02:00:00 twice")),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "0001-01-01T00:00:00Z,0",
            "the time is before 1990 (SINCE sets that, from 1900 on)",
        ),
        ("0001-01-01 00:00:00,0", "the time is before 1990"),
        ("1989-12-31T23:00:00Z,0", "the time is before 1990"),
        ("2026-11-26T22:31:00Z,1", "its hour is still to come"),
        ("9998-12-31T23:59:59Z,1", "its hour is still to come"),
        ("9999-12-31T23:59:59-12:00,1", "the time is not"),
        ("0000-01-01 00:00:00,5", "the time is before 1990"),
        ("2026-11-24 07:00+99,1", "the time is not like"),
        ("2026-11-24 07:00+0860,1", "the time is not like"),
        ("2026-11-24 07:00+25:00,1", "the time is not like"),
        ("2026-11-24+09:00,1", "the time is not like"),
        ("2026-11-22x07:00,1", "the time is not like"),
        ("2026112412345,1", "the time is not like"),
        ("2013-01-01T10:00:00Z", "1 fields instead of 2"),
        ("2013-01-01T10:00:00Z,1,234", "3 fields instead of 2"),
        ("2013-01-01T10:00:00Z,", "not 1 to 18 digits"),
        ("2013-01-01T10:00:00Z,-1", "not 1 to 18 digits"),
        ("2013-01-01T10:00:00Z,1.5", "not 1 to 18 digits"),
        ("2013-01-01T10:00:00Z,1.000", "not 1 to 18 digits"),
        ("2013-01-01T10:00:00Z,1e3", "not 1 to 18 digits: '1e3'"),
        ("2013-01-01T10:00:00Z,twelve", "not 1 to 18 digits: 'twelve'"),
        ("2013-01-01T10:00:00Z,１２", "not 1 to 18 digits"),
        ("2013-02-30T10:00:00Z,1", "the time is not like"),
        ("2013-01-01T24:30:00Z,1", "the time is not like"),
        ("2013/01-01 10:00,1", "the time is not like"),
        ("01/02/2013 10:00,1", "the time is not like"),
        ("2013-01-01,1", "the time is not like"),
        ("1357034400,1", "the time is not like"),
        (",1", "the time is not like"),
        ('2013-01-01T10:00:00Z,"1', "no line of CSV"),
    ],
)
def test_a_bad_line_is_named_and_costs_no_other(
    read: Read, line: str, reason: str
) -> None:
    """Not even where a quote is opened and never closed."""
    good = ("2013-01-01T01:00:00Z,1\n", "2013-01-01T02:00:00Z,2\n")
    found = read(f"time,count\n{good[0]}{line}\n\n{good[1]}")
    assert counts(found) == {"01-01T01": 1, "01-01T02": 2}
    assert found.readings["line"].to_list() == [2, 5]
    [(number, said)] = found.bad_lines
    assert (number, said[: len(reason)]) == (3, reason) or reason in said
    assert "\n" not in said


def test_older_times_are_taken_where_they_are_allowed(read: Read) -> None:
    """From 1900 on, before 1970 too."""
    form = Format(TOKYO, "", NOW, datetime(1900, 1, 1, tzinfo=UTC))
    lines = "1899-12-31T23:00:00Z,1\n1900-01-01T00:00:00Z,2\n1969-12-31T23:00:05Z,3\n"
    found = read(f"time,count\n{lines}", form)
    assert found.readings["count"].to_list() == [2, 3]
    assert [number for number, _ in found.bad_lines] == [2]


@pytest.mark.parametrize("name", ["observed_at", "source_time"])
@pytest.mark.parametrize("year", ["0002", "1800", "2300"])
def test_no_time_beside_the_hour_spoils_the_other_lines(
    read: Read, name: str, year: str
) -> None:
    """The renderer would refuse the whole import for one."""
    times = {"observed_at": "2026-11-01T02:00:03Z", "source_time": ""}
    odd = {**times, name: f"{year}-01-01T00:00:00Z"}
    found = read(
        "scheduled_at,observed_at,count,source_time\n"
        "2026-11-01T01:00:00Z,2026-11-01T01:00:03Z,5,\n"
        f"2026-11-01T02:00:00Z,{odd['observed_at']},6,{odd['source_time']}\n"
    )
    assert counts(found) == {"11-01T01": 5}
    [(number, said)] = found.bad_lines
    assert number == 3
    assert said.startswith("the time is before 1990" if year == "0002" else name)


# Columns -------------------------------------------------------------------------


def test_columns_may_stand_in_any_order_among_others(read: Read) -> None:
    """By their names, in any case; others can be named."""
    found = read('id;Count;note;TIME\n7;5;"a;b";2013-01-01T01:00:00Z\n')
    assert counts(found) == {"01-01T01": 5}
    assert "separated by semicolons, columns TIME, Count" in found.found
    found = read('"time","count","a,b"\n2013-01-01T01:00:00Z,5,"x,y"\n')
    assert (counts(found), found.bad_lines) == ({"01-01T01": 5}, [])
    form = Format(TOKYO, ",", NOW, FORM.since, "Zeitpunkt", "Wert")
    found = read('Wert,Zeitpunkt\n"1,234",2013-01-01T01:00:00Z\n', form)
    assert counts(found) == {"01-01T01": 1234}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "UTF-8 whose first line is ''; wanted are the columns time and count"),
        (b"hello\n", "UTF-8 whose first line is 'hello'; wanted"),
        (
            b"date;value\n",
            "UTF-8, separated by semicolons, with the columns date, value",
        ),
        (
            b"2013-01-01,5\n",
            "separated by commas, with the columns 2013-01-01, 5; wanted",
        ),
        (b"time,count,count\n", "two columns are named count"),
        (b"\x89PNG\r\n\0\0", "neither UTF-8 nor UTF-16 with its mark"),
        (b"\xff\xfet\0i", "UTF-16 that is cut short"),
        (b"PAR1PAR1", "is not a Parquet file"),
    ],
)
def test_what_cannot_be_read_is_one_line(read: Read, content: bytes, told: str) -> None:
    """With what was found, and what is wanted."""
    with pytest.raises(SettingsError) as caught:
        read(content)
    assert told in str(caught.value)
    assert "history.csv: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_that_was_given_is_the_one_that_is_wanted(read: Read) -> None:
    """A file that has `time` and `count` must not be told that it lacks those."""
    form = Format(TOKYO, "", NOW, FORM.since, "Zeitpunkt")
    with pytest.raises(SettingsError, match="wanted are the columns Zeitpunkt and cou"):
        read("time,count\n2013-01-01T01:00:00Z,5\n", form)


def test_a_parquet_file_of_another_program_needs_times_in_utc(
    read: Read, tmp_path: Path
) -> None:
    """Its own type says so."""

    def write(frame: pl.DataFrame) -> bytes:
        body = io.BytesIO()
        frame.write_parquet(body)
        return body.getvalue()

    times = [FIRST, FIRST + HOUR]
    frame = pl.DataFrame({"time": times, "count": [5.0, 7.5], "more": ["a", "b"]})
    found = read(write(frame))
    assert counts(found) == {"01-01T00": 5}
    assert [number for number, _ in found.bad_lines] == [2]
    bare = frame.with_columns(pl.col("time").dt.replace_time_zone(None))
    with pytest.raises(SettingsError, match="whose times in time are not in UTC"):
        read(write(bare))
    for column in ([[1], [2]], [timedelta(1)] * 2, [b"\xff", b"\xfe"]):
        odd = frame.with_columns(pl.Series("count", column))
        with contextlib.suppress(SettingsError):
            assert read(write(odd)).readings.is_empty()
    with pytest.raises(SettingsError, match="Parquet with the columns count, more"):
        read(write(frame.drop("time")))


@given(st.lists(st.text() | st.from_regex(r"\A201\d-01-01 10:00:00,\d{1,3}\n\Z")))
def test_every_line_is_a_reading_or_surplus_or_bad_or_empty(lines: list[str]) -> None:
    """None disappears, and none stops the import."""
    text = "".join(
        line.replace("\r", "").replace("\n", "").replace("\0", "") + "\n"
        for line in lines
    )
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(f"time,count\n{text}".encode("utf-8", "surrogatepass"))
        file.flush()
        found = read_history(Path(file.name), FORM)
    named = found.readings.height + found.surplus + len(found.bad_lines)
    assert named == sum(1 for line in text.split("\n") if line.strip())
