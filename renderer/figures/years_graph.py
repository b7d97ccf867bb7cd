"""The increments of each year, from its first day on, as one line a year; pure.

All lie over the days of the newest year, from January to December. Over a year and
more the count itself is nearly a straight line, of which one learns little.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean as mean

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import make_count_axis, make_plain_axis, measure_labels
from renderer.figures.figure import Annotation, Figure, Trace
from renderer.figures.lettering import measure_text
from renderer.figures.marks import make_dash
from renderer.figures.ranges import Range
from renderer.figures.variants import add_variants, make_narrow_layout
from renderer.findings.buckets import sum_within
from renderer.findings.clocks import find_day_start
from renderer.findings.frames import Frames
from renderer.findings.pace import Span, compare_paces, measure_paces

# Of more years the lines could hardly be told apart.
MOST_YEARS = 10
# How wide the lines are of this year, the last one, and those before it.
WIDTHS = 2.75, 1.75, 1.25
# From the last year's colour to the one of the oldest.
LAST, OLDEST = "#9482c4", "#d5cceb"
# How far apart labels are at least, and how far from the ends of their lines.
APART, BESIDE = 15, 7
# How many days the axis has.
DAYS = 365
# The room at the right for the labels, and above the highest line.
RIGHT, AIR = 56, 1.04
MONTH_FORMATS = [
    {"dtickrange": ["M1", None], "value": "%m"},
    {"dtickrange": [None, "M1"], "value": "%m-%d"},
]


def is_year(range_: Range) -> bool:
    """Tell whether a range is a year by its days, so that years are compared in it."""
    return range_.name == "1y" and range_.every == "1d"


def sum_years(frames: Frames, range_: Range) -> pl.DataFrame:
    """Return for each day up to the end of a range what its year has added until then.

    Columns: `year`, `day` (the same one of the newest year; where that has no 29
    February there is none), and `y`, the sum of all increments that lie wholly within
    the year up to the end of the day; it is null where nothing is known of the day. Of
    a year that the history begins in, it is the part since then. The newest years only.
    """
    days = frames.daily.filter(pl.col("until") <= range_.end)
    wall = days["wall"].dt
    years = wall.year()
    newest: int = days.item(-1, "wall").year
    starts = {
        year: find_day_start(date(year, 1, 1), frames.zone)
        for year in years.unique().to_list()
    }
    since = years.replace_strict(starts, return_dtype=days["bucket"].dtype)
    sums = sum_within(frames.increments, since, days["until"], "increment")
    return days.select(
        year=years,
        day=wall.strftime(f"{newest}-%m-%d"),
        y=pl.when(pl.col("increment").is_not_null()).then(sums["increment"]),
    ).filter(
        pl.col("year") > newest - MOST_YEARS,
        isleap(newest) | ~pl.col("day").str.ends_with("-02-29"),
    )


def make_year_traces(sums: pl.DataFrame) -> list[Trace]:
    """Return a line for each year, the newest first, with its number as `meta`.

    Those of earlier years have it as their name, too: they are what the values of the
    newest are compared with.
    """
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "meta": year,
            "x": days["day"].to_list(),
            "y": days["y"].to_list(),
            "line": {"color": colour, "width": width},
            "connectgaps": False,
        }
        for (year, days), (colour, width) in zip(
            split_years(sums), list_strokes(sums["year"].n_unique()), strict=True
        )
    ]
    # Those of earlier years lie below this one's; in the list it comes first.
    now, *earlier = lines
    return [
        now,
        *(
            {**each, "name": str(each["meta"]), "zorder": -n}
            for n, each in enumerate(earlier, 1)
        ),
    ]


def split_years(sums: pl.DataFrame) -> list[tuple[int, pl.DataFrame]]:
    """Return the years, the newest first, each with its rows."""
    years = sums["year"].unique().sort(descending=True).to_list()
    return [(year, sums.filter(pl.col("year") == year)) for year in years]


def list_strokes(number: int) -> list[tuple[str, float]]:
    """Return the colours and widths of so many lines, the strongest first."""
    now, last, before = WIDTHS
    fading = [
        blend_hex(LAST, OLDEST, n / max(1, number - 2)) for n in range(1, number - 1)
    ]
    strokes = [(theme.LINE, now), (LAST, last), *((each, before) for each in fading)]
    return strokes[:number]


def blend_hex(one: str, other: str, part: float) -> str:
    """Return a colour between two, all as `#rrggbb`.

    >>> blend_hex("#000000", "#ff8000", 0.5)
    '#804000'
    """
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return f"#{bytes(round(a + (b - a) * part) for a, b in pairs).hex()}"


def find_last_point(line: Trace) -> tuple[str, int]:
    """Return the last point of a line that is known, its first day at 0 if none is."""
    known = [(x, y) for x, y in zip(line["x"], line["y"], strict=True) if y is not None]
    return known[-1] if known else (line["x"][0], 0)


def make_years_figure(sums: pl.DataFrame, hours: float) -> Figure:
    """Return the figure of the lines of all years; `hours` is how long a year is."""
    traces = make_year_traces(sums)
    first, last = (f"{traces[0]['meta']}-{day}" for day in ("01-01", "12-31"))
    counts = [count for trace in traces for count in trace["y"]]
    axis = make_count_axis(counts, from_zero=True)
    high = max((count for count in counts if count is not None), default=0)
    yaxis = {"range": [0, high * AIR], **axis}
    left, narrow_left = (
        measure_labels(axis, counts, size)
        for size in (theme.FONT_SIZE, theme.NARROW_FONT_SIZE)
    )
    layout = theme.make_layout(left)
    narrow = make_narrow_layout(hours, narrow_left)
    for each in (layout, narrow):
        margin = each["margin"] = {**each["margin"], "r": RIGHT}
        plot = (
            each["width"] - margin["l"] - margin["r"],
            each["height"] - margin["t"] - margin["b"],
        )
        label = round(measure_text(first[:4]) * each["font"]["size"])
        each["annotations"] = make_year_labels(traces, yaxis["range"], plot, label)
        if all(count is None for count in counts):
            each["annotations"].append(make_dash())
    # As wide as it is, it has room for twelve numbers.
    del narrow["xaxis"]
    xaxis = {
        **make_plain_axis([first, last]),
        "dtick": "M1",
        "ticklabelmode": "period",
        "tickformatstops": MONTH_FORMATS,
    }
    layout |= {"xaxis": xaxis, "yaxis": yaxis, "shapes": []}
    return add_variants({"data": traces, "layout": layout}, narrow)


def make_year_labels(
    lines: Sequence[Trace], bounds: Sequence[float], plot: tuple[int, int], label: int
) -> list[Annotation]:
    """Return the number of each year at the end of its line, none over another.

    `bounds` are those of the axis, `plot` the width and height of the plot, and `label`
    how wide a number is, in CSS pixels. This year's is beside its end, or above or
    below that where another line passes, unless it would reach the right edge from
    there, where the others are.
    """
    width, height = plot
    ends = [find_last_point(line) for line in lines]
    rises = [y * height / bounds[1] for _, y in ends]
    days_beside = (label + BESIDE) * DAYS / width
    aside = [n for n, (x, _) in enumerate(ends) if n or count_left(x) < days_beside]
    places = spread_out([rises[n] for n in aside], height)
    shifts = {n: place - rises[n] for n, place in zip(aside, places, strict=True)}
    if 0 not in aside:
        crossing = find_heights(lines[1:], ends[0][0], days_beside)
        shifts[0] = dodge(rises[0], [y * height / bounds[1] for y in crossing], height)
        shifts[0] -= rises[0]
    return [
        {
            "text": str(line["meta"]),
            # Not by markup, whose style the page's policy would not let plotly.js set.
            "font": {
                "color": theme.FAINT if n else theme.LINE,
                "weight": 400 if n else 700,
            },
            "x": f"{x[:4]}-12-31" if n in aside else x,
            "y": y,
            "xanchor": "left",
            "yanchor": "middle",
            "xshift": BESIDE,
            "yshift": round(shifts[n]),
            "showarrow": False,
            "borderpad": 0,
        }
        for n, (line, (x, y)) in enumerate(zip(lines, ends, strict=True))
    ]


def find_heights(lines: Sequence[Trace], day: str, days: float) -> list[int]:
    """Return the values of lines on a day and on so many after it."""
    until = (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    return [
        y
        for line in lines
        for x, y in zip(line["x"], line["y"], strict=True)
        if day <= x <= until and y is not None
    ]


def dodge(place: float, others: Sequence[float], height: float) -> float:
    """Return the nearest place up to a height that is not over one of the others.

    The place itself if there is none.

    >>> dodge(40, [38, 42], 100)
    30.5
    """
    edges = [other + side * APART / 2 for other in others for side in (1, -1)]
    free = [
        each
        for each in (place, *edges)
        if 0 <= each <= height
        and all(abs(each - other) >= APART / 2 for other in others)
    ]
    return min(free, key=lambda each: abs(each - place), default=place)


def count_left(day: str) -> int:
    """Return how many days of its year follow a day.

    >>> count_left("2026-11-26")
    35
    """
    at = date.fromisoformat(day)
    return (at.replace(month=12, day=31) - at).days


def spread_out(places: Sequence[float], height: float) -> list[float]:
    """Return places up to a height, moved as little as keeps them apart, and in order.

    Those too close move away from their middle (pool adjacent violators: Barlow et
    al., Statistical Inference under Order Restrictions, 1972).

    >>> spread_out([40, 42, 0], 100)
    [33.5, 48.5, 0]
    """
    order = sorted(range(len(places)), key=lambda n: places[n])
    pools: list[list[float]] = []
    for rank, n in enumerate(order):
        pools.append([places[n] - rank * APART])
        while len(pools) > 1 and mean(pools[-2]) >= mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = [mean(pool) for pool in pools for _ in pool]
    highest = height - (len(places) - 1) * APART
    found = {
        n: min(max(0, level[rank]), highest) + rank * APART
        for rank, n in enumerate(order)
    }
    return [found[n] for n in range(len(places))]


def compare_years(frames: Frames, range_: Range) -> tuple[int | None, float | None]:
    """Return what this year has added, and by what part that is above the last one's.

    The last year is taken up to the same date; None where either is not known.
    """
    last = (range_.end - timedelta(microseconds=1)).astimezone(frames.zone).date()
    leap_day = (last.month, last.day) == (2, 29)
    before = last.replace(year=last.year - 1, day=28 if leap_day else last.day)
    spans = [
        Span(
            find_day_start(day.replace(month=1, day=1), frames.zone),
            find_day_start(day + timedelta(days=1), frames.zone),
        )
        for day in (last, before)
    ]
    now, then = measure_paces(frames.increments, spans)
    return (now.increment if now else None), compare_paces(now, then)
