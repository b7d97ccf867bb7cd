"""An older history as a file: which of its lines are readings, and which are not.

Knows no storage. A file is CSV or Parquet, and is read where only one meaning is
possible. Each line of CSV is split alone, so that a bad one, even with a quote that
never ends, costs no other; what most lines look like is then parsed all at once.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import polars as pl

from collector.answer import MAX_DIGITS, parse_count, parse_time, place_on_clock
from collector.errors import AnswerError
from infra.errors import SettingsError
from renderer.errors import BrokenObjectError
from renderer.readings.format import INSTANT, READINGS_SCHEMA, YEARS
from renderer.readings.parquet import decode_parquet

# The columns of our own data files; a file that has them gives back the same readings.
OWN = ("scheduled_at", "observed_at", "count", "source_time")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Year first, so that no month can be taken for a day.
TIME = (
    r"^([0-9]{4})([-/])([0-9]{1,2})([-/])([0-9]{1,2})[T ]([0-9]{1,2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:\.[0-9]+)?)?(?: ?(Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?$"
)
# The other forms of ISO 8601 that have a time of day.
RARE = (
    r"^[0-9]{4}-?(?:W[0-9]{2}-?[0-9]|[0-9]{2}-?[0-9]{2})[T ][0-9]{2}[0-9:.]*"
    r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"
)
EPOCH = r"^[0-9]{1,13}(\.[0-9]+)?$"
# A number of seconds that is a time since then is none as one of milliseconds.
EPOCH_SINCE = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Format:
    """How to read a file.

    offset: of times that have none. separator: of thousands, or empty. now, since:
    later and earlier times are bad lines. time_column, count_column: their names,
    where they are others than `time` and `count`.
    """

    offset: tzinfo
    separator: str
    now: datetime
    since: datetime
    time_column: str | None = None
    count_column: str | None = None


@dataclass(frozen=True)
class FileHistory:
    """The readings of a file, one an hour, and what is not among them.

    readings: the columns of `READINGS_SCHEMA`, sorted by the hour, and `line`, the
    number of the line or row that each comes from. bad_lines: (number, reason), in
    their order. surplus: how many lines were left out for one nearer to the same full
    hour. found: how the file was read, for people.
    """

    readings: pl.DataFrame
    bad_lines: list[tuple[int, str]]
    surplus: int
    found: str


@dataclass(frozen=True)
class Table:
    """The columns of a file as text, and how it was read.

    rows: `line` and those of `time`, `count`, `scheduled_at`, `observed_at` and
    `source_time` that the file has; a missing value is empty.
    """

    rows: pl.DataFrame
    bad_lines: list[tuple[int, str]]
    found: str


def read_history(path: Path, form: Format) -> FileHistory:
    """Read a file; raises SettingsError, in one line, if it is none of a history."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        split = split_parquet if body[:4] == b"PAR1" else split_csv
        return parse_table(split(body, form), form)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error


def split_parquet(body: bytes, form: Format) -> Table:
    """Return the columns of a Parquet file; times have to be in UTC."""
    try:
        frame = decode_parquet(body)
    except BrokenObjectError as error:
        raise SettingsError(str(error)) from error
    columns = choose_columns(frame.columns, form)
    if columns is None:
        names = describe_names(frame.columns)
        raise SettingsError(f"Parquet with {names}; {describe_wanted_columns(form)}")
    rows = frame.select(**{name: pl.nth(at) for name, at in columns.items()})
    for name, kind in rows.schema.items():
        if isinstance(kind, pl.Datetime) and kind.time_zone != "UTC":
            raise SettingsError(f"Parquet whose times in {name} are not in UTC")
    texts = [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
        if isinstance(kind, pl.Datetime)
        else pl.col(name).cast(pl.String, strict=False)
        for name, kind in rows.schema.items()
    ]
    try:
        rows = rows.select(texts).fill_null("")
    # polars panics over times that it cannot write.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise SettingsError("Parquet whose columns are no times and counts") from error
    rows = rows.with_row_index("line", offset=1).cast({"line": pl.Int64})
    return Table(rows, [], f"Parquet, {describe_columns(frame.columns, columns)}")


def split_csv(body: bytes, form: Format) -> Table:
    """Return the columns of a CSV file, each line split alone."""
    text, encoding = decode_text(body)
    lines = re.split(r"\r\n|\n|\r", text)
    given = re.fullmatch(r'"?sep=(.)"?', lines[0])
    head = lines[1 if given and len(lines) > 1 else 0]
    for separator in [given[1]] if given else SEPARATORS:
        names = split_head(head, separator)
        columns = choose_columns(names, form)
        if columns is not None:
            break
    else:
        raise SettingsError(
            f"{describe_header(encoding, head)}; {describe_wanted_columns(form)}"
        )
    first = 3 if given else 2
    rows, bad = split_rows(lines[first - 1 :], first, separator, names)
    kept = pl.DataFrame(
        {
            name: [fields[at].strip() for _, fields in rows]
            for name, at in columns.items()
        },
        dict.fromkeys(columns, pl.String()),
    ).with_columns(pl.Series("line", [number for number, _ in rows], pl.Int64))
    how = SEPARATORS.get(separator, repr(separator))
    found = f"{encoding}, separated by {how}, {describe_columns(names, columns)}"
    return Table(kept, bad, found)


def split_head(head: str, separator: str) -> list[str]:
    """Return the names of columns in the first line."""
    try:
        names = split_line(head, separator)
    except csv.Error:
        names = head.split(separator)
    return [name.strip() for name in names]


def split_rows(
    lines: Iterable[str], first: int, separator: str, names: list[str]
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """Return number and fields of each line, and number and reason of bad ones.

    `first` is the number of the first line. Separators at the end of a line are let
    be, with or without such in the line of names.
    """
    rows, bad, width = [], [], len(strip_empty(names))
    for number, line in enumerate(lines, start=first):
        if not line.strip():
            continue
        try:
            fields = split_line(line, separator)
        except csv.Error as error:
            bad.append((number, f"no line of CSV: {error}"))
            continue
        if len(strip_empty(fields, width)) == width:
            rows.append((number, fields))
        else:
            told = f"{len(fields)} fields instead of {width}"
            bad.append((number, f"{told} (a count with separators has to be quoted)"))
    return rows, bad


def decode_text(body: bytes) -> tuple[str, str]:
    """Return the text of a file, and the name of its encoding."""
    for mark, codec in MARKS.items():
        if body.startswith(mark):
            try:
                return body.decode(codec), "UTF-8" if "8" in codec else "UTF-16"
            except UnicodeDecodeError:
                if codec == "utf-16":
                    raise SettingsError("UTF-16 that is cut short or damaged") from None
    if b"\0" in body:
        raise SettingsError(
            "neither UTF-8 nor UTF-16 with its mark: save it as CSV in UTF-8"
        )
    # Bytes that are not UTF-8 spoil their own line only.
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")
    return text, "UTF-8"


def split_line(line: str, separator: str) -> list[str]:
    """Return the fields of one line of CSV; raises csv.Error if it is none."""
    if '"' not in line:
        return line.split(separator)
    reader = csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True)
    return next(reader, [])


def strip_empty(fields: list[str], width: int = 0) -> list[str]:
    """Return fields without the empty ones at the end, but at least so many."""
    end = len(fields)
    while end > width and not fields[end - 1].strip():
        end -= 1
    return fields[:end]


def choose_columns(names: Sequence[str], form: Format) -> dict[str, int] | None:
    """Return where the columns are that matter, by our names; None if they are not.

    Raises SettingsError if there are two of a name.
    """
    lower = [name.strip().lower() for name in names]
    wanted = {"time": form.time_column or "time", "count": form.count_column or "count"}
    if not form.time_column and set(OWN[:3]) <= set(lower):
        wanted = {name: name for name in OWN if name in lower}
    for name in wanted.values():
        if lower.count(name.lower()) > 1:
            raise SettingsError(f"two columns are named {name}")
    if not all(name.lower() in lower for name in wanted.values()):
        return None
    return {ours: lower.index(name.lower()) for ours, name in wanted.items()}


def describe_names(names: Sequence[str]) -> str:
    """Return the names of columns for a message, shortened."""
    told = ", ".join(name.strip()[:20] or "(no name)" for name in names[:6])
    return f"the columns {told}" + (", ..." if len(names) > 6 else "")


def describe_columns(names: Sequence[str], columns: dict[str, int]) -> str:
    """Return which columns are read, for the summary."""
    return "columns " + ", ".join(names[at].strip() for at in columns.values())


def describe_header(encoding: str, head: str) -> str:
    """Return what a file has instead of the columns that are wanted."""
    separator = max(SEPARATORS, key=head.count)
    if separator not in head:
        return f"{encoding} whose first line is {head[:60]!r}"
    names, how = describe_names(head.split(separator)), SEPARATORS[separator]
    return f"{encoding}, separated by {how}, with {names}"


def describe_wanted_columns(form: Format) -> str:
    """Return which columns a file has to have."""
    time, count = form.time_column or "time", form.count_column or "count"
    return (
        f"wanted are the columns {time} and {count}, or TIME_COLUMN= and COUNT_COLUMN="
    )


def parse_table(table: Table, form: Format) -> FileHistory:
    """Return the readings in the columns of a file."""
    rows = table.rows
    own = "scheduled_at" in rows.columns
    times = parse_times(rows, "scheduled_at" if own else "time", form)
    counts = parse_counts(rows, form, times.bad)
    # Half past still belongs to the hour before.
    nearest = pl.col("time").dt.offset_by("30m").dt.offset_by("-1us").dt.truncate("1h")
    frame = pl.DataFrame(
        {"time": times.values, "count": counts.values, "line": rows["line"]}
    ).with_columns(
        scheduled_at=nearest,
        observed_at=pl.col("time").dt.truncate("1s"),
        source_time=pl.lit(None, INSTANT),
    )
    bad = dict(table.bad_lines) | times.bad | counts.bad
    if own:
        for name in ("observed_at", "source_time"):
            if name in rows.columns:
                given = parse_times(rows, name, form, optional=True)
                frame = frame.with_columns(pl.coalesce(given.values, name).alias(name))
                bad |= given.bad
        odd = frame.filter(pl.col("time") != pl.col("scheduled_at"))["line"]
        bad |= dict.fromkeys(odd, "scheduled_at is not a full hour")
    bad |= find_times_out_of_reach(frame, form)
    good = frame.filter(~pl.col("line").is_in(list(bad)))
    return choose_nearest(good, sorted(bad.items()), f"{table.found}; {times.found}")


def find_times_out_of_reach(frame: pl.DataFrame, form: Format) -> dict[int, str]:
    """Return the lines whose hour is to come, or too long ago."""
    hour = pl.col("scheduled_at")
    late, early = (
        frame.filter(where)["line"] for where in (hour > form.now, hour < form.since)
    )
    found: dict[int, str] = {}
    for name in ("observed_at", "source_time"):
        year = pl.col(name).dt.year()
        odd = frame.filter(~year.is_between(YEARS[0], YEARS[-1]))["line"]
        found |= dict.fromkeys(odd, f"{name} is not from {YEARS[0]} to {YEARS[-1]}")
    found |= dict.fromkeys(late, "its hour is still to come")
    return found | dict.fromkeys(early, describe_early(form))


def describe_early(form: Format) -> str:
    """Return what is wrong with a time of long ago."""
    return f"the time is before {form.since.year} (SINCE sets that, from 1900 on)"


def choose_nearest(
    frame: pl.DataFrame, bad_lines: list[tuple[int, str]], found: str
) -> FileHistory:
    """Return of several lines for an hour the nearest to it, of equals the first."""
    away = (pl.col("time") - pl.col("scheduled_at")).abs()
    readings = (
        frame.sort("scheduled_at", away, "time", "line")
        .unique("scheduled_at", keep="first", maintain_order=True)
        .select(*READINGS_SCHEMA.names(), "line")
    )
    return FileHistory(readings, bad_lines, frame.height - readings.height, found)


@dataclass(frozen=True)
class Parsed:
    """The values of a column, null where it has none, the bad lines, and how."""

    values: pl.Series
    bad: dict[int, str]
    found: str = ""


def parse_times(
    rows: pl.DataFrame, name: str, form: Format, *, optional: bool = False
) -> Parsed:
    """Return the instants (UTC) in a column; without `optional` none may be empty."""
    text = rows[name]
    dated = text.str.contains(TIME) | text.str.contains(RARE)
    if text.str.contains(EPOCH).any() and not dated.any():
        return parse_epochs(rows, name, form)
    parts = text.str.extract_groups(TIME).struct.unnest()
    parts.columns = [
        "year",
        "one",
        "month",
        "other",
        "day",
        "hour",
        "min",
        "sec",
        "zone",
    ]
    padded = (pl.col(part).str.zfill(2) for part in ("month", "day", "hour"))
    second = pl.col("sec").fill_null("00")
    iso = pl.format("{}-{}-{}T{}:{}:{}", "year", *padded, "min", second)
    found = parts.select(
        rows["line"],
        text=text,
        # In the first and the last year there is no room for an offset.
        wall=pl.when(
            pl.col("one") == pl.col("other"),
            pl.col("year").is_between(pl.lit("1000"), pl.lit("9998")),
        )
        .then(iso)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False),
        bare=pl.col("zone").is_null(),
        ahead=read_offset(pl.col("zone")),
    ).with_columns(time=(pl.col("wall") - pl.col("ahead")).dt.replace_time_zone("UTC"))
    return place_times(found, form, optional=optional)


def read_offset(zone: pl.Expr) -> pl.Expr:
    """Return the offset that is written as `Z`, `+09`, `+0900` or `+09:00`."""
    digits = zone.str.replace("Z", "+00").str.replace(":", "").str.pad_end(5, "0")
    hours, minutes = (
        digits.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (1, 3)
    )
    ahead = pl.duration(hours=hours, minutes=minutes)
    return pl.when(digits.str.starts_with("-")).then(-ahead).otherwise(ahead)


def place_times(found: pl.DataFrame, form: Format, *, optional: bool) -> Parsed:
    """Return the instants, also of bare times and of rarer spellings."""
    times, bad = found["time"].to_list(), {}
    bare = False
    left = found.with_row_index("row").filter(pl.col("time").is_null())
    for row, value, line, wall in left.select(
        "row", "text", "line", "wall"
    ).iter_rows():
        if optional and not value:
            continue
        bare |= wall is not None
        try:
            times[row] = (
                place_on_clock(wall, form.offset)
                if wall
                else parse_rare_time(value, form.offset)
            )
        except AnswerError as error:
            long_ago = re.match("0[0-9]{3}[-/]", value)
            bad[line] = describe_early(form) if long_ago else str(error)
    how = f"bare times are at {form.offset}" if bare else "times with an offset"
    return Parsed(pl.Series(times, dtype=INSTANT), bad, how)


def parse_rare_time(text: str, zone: tzinfo) -> datetime:
    """Return the instant that a rarer form of ISO 8601 names, with a time of day."""
    if not re.match(RARE, text) or text.startswith("0"):
        raise AnswerError(
            f"the time is not like 2026-11-24 07:00:02 or ISO 8601: {text[:40]!r}"
        )
    return parse_time(text, zone)


def parse_epochs(rows: pl.DataFrame, name: str, form: Format) -> Parsed:
    """Return the instants in numbers of seconds, or of milliseconds, since 1970.

    All of them have to be of one unit: that in which they are times since 1990.
    """
    number = rows[name].cast(pl.Float64, strict=False).fill_null(-1)
    since, until = EPOCH_SINCE.timestamp(), form.now.timestamp() + 86_400
    scales = {"seconds": 1, "milliseconds": 1000}
    fitting = {
        unit: number.is_between(since * scale, until * scale)
        for unit, scale in scales.items()
    }
    units = [unit for unit in scales if fitting[unit].any()] or ["seconds"]
    if len(units) > 1:
        raise SettingsError("times are seconds since 1970 and milliseconds, in turn")
    [unit] = units
    micros = (number * (1_000_000 // scales[unit])).round().cast(pl.Int64)
    instants = micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    values = pl.select(pl.when(fitting[unit]).then(instants)).to_series()
    odd = rows["line"].filter(~fitting[unit])
    reason = f"the time is no number of {unit} from 1990 to now"
    return Parsed(values, dict.fromkeys(odd, reason), f"times are {unit} since 1970")


def parse_counts(rows: pl.DataFrame, form: Format, skipped: Collection[int]) -> Parsed:
    """Return the counts; lines that are bad already are not named again."""
    text = rows["count"]
    plain = text.str.extract(r"^([0-9]{1,18})$")
    # 1.000 is a thousand in half of the world.
    thousand = text.str.contains(r"^[0-9]{1,3}\.000$")
    whole = pl.when(~thousand, pl.lit(form.separator != ".")).then(
        text.str.extract(r"^([0-9]{1,18})\.0+$")
    )
    values = pl.select(pl.coalesce(plain, whole).cast(pl.Int64)).to_series().to_list()
    bad: dict[int, str] = {}
    for row, value in enumerate(values):
        line = rows.item(row, "line") if value is None else 0
        if value is not None or line in skipped:
            continue
        try:
            values[row] = parse_count(text[row], form.separator)
        except AnswerError:
            # The collector shows no text of a stranger's; this is the operator's own.
            bad[line] = (
                f"the count is not 1 to {MAX_DIGITS} digits: {text[row][:40]!r} "
                "(THOUSANDS_SEPARATOR allows a separator)"
            )
    return Parsed(pl.Series(values, dtype=pl.Int64), bad)
