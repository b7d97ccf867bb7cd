"""The pictures as plotly's JSON: what they show, in which words, and how much."""

import json
import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import plotly
import plotly.graph_objects
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer import theme
from renderer.aggregate import increments_of
from renderer.draw import NOTHING, UNKNOWN, Picture, Scene, pictures_of
from renderer.marks import APART
from renderer.windows import RANGES, Window, windows_of
from tests.unit.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
)

ROOT = Path(__file__).resolve().parents[2]
TITLE = "にゃんぱすーボタン"


def draw(
    readings: pl.DataFrame, zone: ZoneInfo = TOKYO, title: str = TITLE
) -> dict[str, Picture]:
    """Draw all pictures of a history, by their names."""
    bounds = readings.item(0, "scheduled_at"), readings.item(-1, "scheduled_at")
    scene = Scene(title, zone, readings, increments_of(readings))
    pictures = pictures_of(scene, windows_of(*bounds, zone))
    return {picture.key[len("graphs/") : -len(".png")]: picture for picture in pictures}


def draw_one(
    kind: str, readings: pl.DataFrame, window: Window, zone: ZoneInfo = UTC_ZONE
) -> Picture:
    """Draw one picture of a window of our own."""
    scene = Scene(TITLE, zone, readings, increments_of(readings))
    found = {p.key.rpartition("-")[2]: p for p in pictures_of(scene, [window])}
    return found[f"{kind}.png"]


def trace(picture: Picture) -> dict[str, Any]:
    """Give the line or the bars of a picture."""
    first = picture.figure["data"][0]
    assert isinstance(first, dict)
    return first


def dots(picture: Picture) -> dict[str, Any]:
    """Give the readings that stand alone, of a picture of the total."""
    _, second = picture.figure["data"]
    assert isinstance(second, dict)
    assert second["mode"] == "markers"
    return second


def shapes(picture: Picture, kind: str) -> list[tuple[str, str]]:
    """Give the extent of each band (`rect`) or drop (`line`)."""
    found = picture.figure["layout"]["shapes"]
    return [(shape["x0"], shape["x1"]) for shape in found if shape["type"] == kind]


def words(picture: Picture) -> str:
    """Give what is written on a picture besides its title."""
    return " ".join(note["text"] for note in picture.figure["layout"]["annotations"])


EVENTFUL = [*range(30), None, None, *range(40, 60), *range(5, 45)]
LONG = [n if n % 1000 > 90 else None for n in range(12_000)] + [*range(500)]
HISTORIES = {
    "one": history([5]),
    "two": history([5, 6]),
    "still": history([0] * 50),
    "eventful": history(EVENTFUL),
    "huge": history([n * (MAX // 299) for n in range(300)]),
    "long": history(LONG),
    "daily": history(n // 24 if n % 24 == 5 else None for n in range(6 + 24 * 20)),
}
all_histories = pytest.mark.parametrize("name", HISTORIES)


# What plotly takes -------------------------------------------------------------


@all_histories
def test_plotly_knows_every_property_and_takes_every_value(name: str) -> None:
    """Its Python classes refuse what plotly.js would silently ignore."""
    for picture in draw(HISTORIES[name]).values():
        plotly.graph_objects.Figure(picture.figure)


def test_plotly_does_refuse_what_it_does_not_know() -> None:
    """Or the test above would hold nothing."""
    figure = draw(HISTORIES["two"])["all-total"].figure
    figure["layout"]["xaxis"]["nticksies"] = 9
    with pytest.raises(ValueError, match="nticksies"):
        plotly.graph_objects.Figure(figure)


def test_the_classes_are_of_the_plotly_js_that_draws() -> None:
    """The bundle inside plotly.py has the version that the browser's lock pins."""
    package = json.loads((ROOT / "docker" / "browser" / "package.json").read_text())
    pinned = package["dependencies"]["plotly.js-cartesian-dist-min"]
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with bundle.open() as file:
        assert f"plotly.js v{pinned}\n" in file.read(200)


@all_histories
def test_a_figure_is_strict_json_and_the_same_every_time(name: str) -> None:
    """However the frame came to be: in one piece, or appended to hour by hour."""
    readings = HISTORIES[name]
    in_pieces = pl.concat([readings[:1], readings[1:3], readings[3:]], rechunk=False)
    once, twice = (
        {
            key: json.dumps(picture.figure, allow_nan=False, ensure_ascii=False)
            for key, picture in draw(frame).items()
        }
        for frame in (readings, in_pieces)
    )
    assert once == twice


def test_every_range_has_its_two_pictures() -> None:
    """Under the addresses that are promised."""
    assert sorted(draw(HISTORIES["one"])) == sorted(
        f"{name}-{kind}" for name in RANGES for kind in ("total", "increments")
    )


# How much ----------------------------------------------------------------------


@pytest.mark.parametrize("flap", [0, 5], ids=["rising", "flapping"])
def test_a_hundred_thousand_readings_make_small_figures(flap: int) -> None:
    """What the browser gets does not grow with the history, nor with its resets."""
    readings = history(n // 2 + flap * (n % 2) for n in range(100_000))
    for picture in draw(readings).values():
        assert len(trace(picture)["x"]) <= 8 * theme.PLOT_WIDTH
        assert len(picture.figure["layout"]["shapes"]) <= theme.PLOT_WIDTH / APART
        assert len(json.dumps(picture.figure)) < 500_000
        plotly.graph_objects.Figure(picture.figure)


def test_of_resets_close_together_one_is_drawn_and_all_are_told() -> None:
    """A source that flaps must not hide the line behind its resets."""
    readings = history([n // 2 + 9 * (n % 2) for n in range(24 * 600)])
    picture = draw(readings)["all-total"]
    hours = 599 * 24 + 15  # Up to the last midnight of Tokyo, which is 15:00 UTC.
    assert f"リセット（{hours // 2:,}回）" in picture.alt
    drawn = [datetime.fromisoformat(start) for start, _ in shapes(picture, "line")]
    assert len(drawn) == theme.PLOT_WIDTH / APART
    step = timedelta(hours=hours) / len(drawn)
    for one, other in pairwise(drawn):
        assert abs(other - one - step) <= timedelta(hours=2)


# The total ---------------------------------------------------------------------


def test_the_total_is_the_count_over_time_in_the_display_zone() -> None:
    """From the first reading of the range to the last, with a line."""
    picture = draw(history([5, 7, 1234567]))["all-total"]
    line = trace(picture)
    assert line["type"] == "scatter"
    assert line["mode"] == "lines"
    assert line["x"] == ["2026-01-01 09:00", "2026-01-01 10:00", "2026-01-01 11:00"]
    assert line["y"] == [5, 7, 1234567]
    assert line["connectgaps"] is False


def test_a_gap_is_left_open_and_lies_under_a_band() -> None:
    """From the last reading before it to the first one after it."""
    picture = draw(history([1, 2, None, None, 9]), UTC_ZONE)["24h-total"]
    assert trace(picture)["y"] == [1, 2, None, 9]
    assert shapes(picture, "rect") == [("2026-01-01 01:00", "2026-01-01 04:00")]
    assert "灰色の帯は欠測（2時間）" in words(picture)


def test_a_band_ends_where_the_range_does() -> None:
    """And of a gap that reaches out of it only the hours within are counted."""
    readings = history([1, *[None] * 20, 9, 10, *[None] * 20, 11])
    window = Window("24h", FIRST + 12 * HOUR, FIRST + 30 * HOUR, "1h")
    picture = draw_one("increments", readings, window)
    assert shapes(picture, "rect") == [
        ("2026-01-01 12:00", "2026-01-01 21:00"),
        ("2026-01-01 22:00", "2026-01-02 06:00"),
    ]
    # 12:00 to 20:00 and 23:00 to 06:00, all included.
    assert "灰色の帯は欠測（17時間）" in words(picture)


def test_a_gap_too_narrow_to_be_seen_is_told_without_a_band() -> None:
    """The words do not explain what is not there."""
    counts: list[int | None] = list(range(24 * 500))
    counts[5000] = None
    picture = draw(history(counts))["all-total"]
    assert shapes(picture, "rect") == []
    assert words(picture) == "欠測（1時間）"
    assert None not in trace(picture)["y"]


def test_a_reset_breaks_the_line_and_has_a_dashed_one_of_its_own() -> None:
    """At the first reading after it."""
    picture = draw(history([8, 9, 3, 4]), UTC_ZONE)["7d-total"]
    assert trace(picture)["y"] == [8, 9, None, 3, 4]
    assert shapes(picture, "line") == [("2026-01-01 02:00", "2026-01-01 02:00")]
    assert words(picture) == "赤い破線はリセット（1回）"


@pytest.mark.parametrize(
    ("counts", "alone", "size"),
    [
        ([5], [5], 12),
        ([5, 6], [], 6),
        ([5, None, None, 6], [5, 6], 6),
        ([5, 6, None, 7, None, 8, 9], [7], 6),
    ],
)
def test_a_reading_without_neighbours_is_a_dot(
    counts: list[int | None], alone: list[int], size: int
) -> None:
    """A line through one point would be nothing at all."""
    picture = draw(history(counts), UTC_ZONE)["24h-total"]
    assert trace(picture)["mode"] == "lines"
    assert dots(picture)["y"] == alone
    assert dots(picture)["marker"]["size"] == size


def test_every_reading_of_a_daily_history_is_seen() -> None:
    """An old history may have been taken once a day: no two have a line."""
    assert len(dots(draw(HISTORIES["daily"])["all-total"])["y"]) == 20


# The increments ----------------------------------------------------------------


def test_increments_are_bars_that_fill_the_time_they_are_about() -> None:
    """With a little air, and one beside the other."""
    picture = draw(history([5, 7, 7, 20]), UTC_ZONE)["24h-increments"]
    bars = trace(picture)
    assert bars["type"] == "bar"
    assert bars["x"] == ["2026-01-01 00:00", "2026-01-01 01:00", "2026-01-01 02:00"]
    assert bars["y"] == [2, 0, 13]
    hour_ms = 3_600_000
    for offset, width in zip(bars["offset"], bars["width"], strict=True):
        assert 0 < offset < hour_ms * 0.1
        assert offset + width == pytest.approx(hour_ms - offset)
    assert bars["marker"]["color"] == [theme.BAR] * 3
    assert words(picture) == ""


def test_an_incomplete_day_is_paler_and_the_picture_says_so() -> None:
    """It is too low for a reason that lies in the readings."""
    first = at("2026-01-01T12:00", TOKYO)
    bars = draw(history(range(24 * 30), first))["30d-increments"]
    colours = trace(bars)["marker"]["color"]
    assert colours == [theme.PARTIAL_BAR, *[theme.BAR] * 29]
    assert trace(bars)["y"] == [12, *[24] * 29]
    assert words(bars) == "淡い棒は一部のみ"


def test_an_unknown_increment_has_no_bar() -> None:
    """It is not drawn as zero."""
    picture = draw(history([1, 2, None, 9, 3]), UTC_ZONE)["24h-increments"]
    assert trace(picture)["y"] == [1, None, None, None]
    assert shapes(picture, "rect") == [("2026-01-01 01:00", "2026-01-01 03:00")]
    assert shapes(picture, "line") == [("2026-01-01 04:00", "2026-01-01 04:00")]


def test_many_bars_have_no_air_between_them() -> None:
    """A few pixels of bar and less than one of air would shimmer."""
    bars = trace(draw(history(range(24 * 380)))["all-increments"])
    assert len(bars["x"]) > 200
    assert set(bars["offset"]) == {0}
    assert set(bars["width"]) == {theme.DAY_MS}


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_a_picture_of_any_history_keeps_its_promises(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """No bar leaves its bucket; as many values as instants; axes hold everything."""
    for name, picture in draw(readings, zone).items():
        shown = trace(picture)
        assert len(shown["x"]) == len(shown["y"])
        start, end = picture.figure["layout"]["xaxis"]["range"]
        assert start < end
        assert all(start <= x <= end for x in shown["x"])
        known = [y for y in shown["y"] if y is not None]
        assert all(isinstance(y, int) and y >= 0 for y in known)
        axis = picture.figure["layout"]["yaxis"]
        if "range" in axis:
            low, high = axis["range"]
            assert all(low <= y <= high for y in known)
        if name.endswith("increments"):
            assert set(shown["marker"]["color"]) <= {theme.BAR, theme.PARTIAL_BAR}
            for offset, width in zip(shown["offset"], shown["width"], strict=True):
                assert offset >= 0
                assert width > 0


# Words -------------------------------------------------------------------------


def test_the_title_says_what_is_shown_and_the_subtitle_what_was_found() -> None:
    """In Japanese, with the zone's times and the thousands separated."""
    found = draw(history([1_000_000, 1_234_567]))
    total = found["24h-total"].figure["layout"]["title"]["text"]
    assert total.startswith(f"<b>{TITLE}　直近24時間の累計</b><br>")
    assert "2026/01/01 09:00 ～ 2026/01/01 10:00　1,000,000 → 1,234,567" in total
    increments = found["all-increments"].figure["layout"]["title"]["text"]
    assert increments.startswith(f"<b>{TITLE}　全期間の増加数（1時間ごと）</b><br>")
    assert "合計 +234,567" in increments


@pytest.mark.parametrize(
    ("name", "what"),
    [("30d", "直近30日間の増加数（1日ごと）"), ("all", "全期間の増加数（1週間ごと）")],
)
def test_the_title_names_the_buckets(name: str, what: str) -> None:
    """So that nobody reads a week as a day."""
    assert what in draw(HISTORIES["long"])[f"{name}-increments"].alt


def test_the_alternative_text_states_the_finding() -> None:
    """Whoever cannot see the picture learns what it shows, marks included."""
    found = draw(history([1, 2, None, 1234, 5]), UTC_ZONE)
    assert found["24h-total"].alt == (
        f"{TITLE}　直近24時間の累計。"
        "2026/01/01 00:00 ～ 2026/01/01 04:00　1 → 5。"
        "灰色の帯は欠測（1時間）。赤い破線はリセット（1回）。"
    )
    assert "合計 +1,233。" in found["24h-increments"].alt


def test_a_title_is_shown_as_it_is_written() -> None:
    """plotly would take a little HTML in it for markup."""
    title = '<b>A & B</b><a href="javascript:1">x</a><br>&lt;'
    for picture in draw(HISTORIES["two"], title=title).values():
        text = picture.figure["layout"]["title"]["text"]
        assert set(re.findall(r"<.*?>", text)) == {
            *("<b>", "</b>", "<br>", "</span>"),
            f'<span style="font-size:20px;color:{theme.FAINT}">',
        }
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text
        assert "&lt;br&gt;&amp;lt;" in text
        assert picture.alt.startswith(title)


def test_a_single_reading_is_a_dot_and_no_increment() -> None:
    """The picture says that there is nothing to show yet."""
    found = draw(history([5]), UTC_ZONE)
    total, increments = found["all-total"], found["all-increments"]
    assert trace(total)["y"] == [5]
    assert "5 → 5" in total.alt
    assert words(total) == ""
    assert total.figure["layout"]["xaxis"]["range"] == [
        "2025-12-31 23:00",
        "2026-01-01 01:00",
    ]
    assert trace(increments)["y"] == []
    assert words(increments) == NOTHING
    assert NOTHING in increments.alt


def test_increments_that_no_bucket_can_take_are_told_apart_from_none() -> None:
    """Read once a day, a counter has a total but no hour that is known."""
    picture = draw(history([1, *[None] * 23, 9]), UTC_ZONE)["24h-increments"]
    assert set(trace(picture)["y"]) == {None}
    assert "合計 +8" in picture.alt
    assert words(picture).endswith(UNKNOWN)


def test_a_range_without_a_reading_says_so() -> None:
    """Its pictures are empty, not missing."""
    window = Window("30d", FIRST + HOUR, FIRST + 5 * HOUR, "1d")
    readings = history([1, *[None] * 8, 9])
    for kind in ("total", "increments"):
        picture = draw_one(kind, readings, window)
        assert NOTHING in words(picture)
        assert NOTHING in picture.alt
        assert "欠測（5時間）" in picture.alt
        plotly.graph_objects.Figure(picture.figure)


# The theme ---------------------------------------------------------------------


def test_a_picture_has_its_size_its_font_and_thousands_separated() -> None:
    """1200 x 630 is what links are previewed at."""
    for picture in draw(HISTORIES["eventful"]).values():
        layout = picture.figure["layout"]
        assert (layout["width"], layout["height"]) == (1200, 630)
        assert "IPAexGothic" in layout["font"]["family"]
        assert layout["separators"] == ".,"
        assert layout["yaxis"]["tickformat"] == ",d"


@pytest.mark.parametrize(
    ("counts", "from_zero", "bounds"),
    [
        ([], True, [0, 1.5]),
        ([None, 0, 0], True, [0, 1.5]),
        ([1, 4], True, [0, 4.5]),
        ([7, 7], False, [6, 7.5]),
        ([0, 0], False, [0, 1.5]),
        ([7, 11], False, [6, 11.5]),
    ],
)
def test_an_axis_of_few_counts_has_a_tick_for_each(
    counts: list[int | None], from_zero: bool, bounds: list[float]
) -> None:
    """Closer ticks would have to say the same whole number twice."""
    axis = theme.count_axis(counts, from_zero=from_zero)
    assert (axis["dtick"], axis["range"]) == (1, bounds)


@pytest.mark.parametrize(
    ("counts", "from_zero"), [([0, 5], True), ([7, 12], False), ([10**9], True)]
)
def test_an_axis_of_many_counts_is_left_to_plotly(
    counts: list[int | None], from_zero: bool
) -> None:
    """Bars start at zero, a total where it is."""
    axis = theme.count_axis(counts, from_zero=from_zero)
    assert "range" not in axis
    assert "dtick" not in axis
    assert axis["rangemode"] == ("tozero" if from_zero else "normal")


def test_an_axis_of_some_days_has_a_tick_a_day() -> None:
    """Left alone, plotly puts one at every twelve hours or every other day."""
    axes = {
        name: picture.figure["layout"]["xaxis"]
        for name, picture in draw(HISTORIES["long"]).items()
    }
    assert axes["7d-total"]["dtick"] == theme.DAY_MS
    assert "dtick" not in axes["24h-total"]
    assert "dtick" not in axes["30d-total"]
