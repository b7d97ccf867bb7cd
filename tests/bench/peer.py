"""The peer of the benchmark: the whole job as one function, pandas and Matplotlib.

One CSV holds the history; every hour it is downloaded, extended, drawn and
uploaded again. Written to be as fast as that design can be without tricks: the
figure is used without pyplot, as Matplotlib recommends for servers
(https://matplotlib.org/stable/gallery/user_interfaces/web_application_server_sgskip.html).
Collecting is not part of the comparison, so the event brings the count.

It draws a single picture; or, where the event names pictures and files, it does the
renderer's work: these pictures in their sizes, these CSV and JSON files, and a page
in each language, uploaded by threads meanwhile. Even then it has no dark variants, no
Parquet, no gzip, no palettes, no conditional puts, no listing, no findings beyond sums
and records, no milestones, feeds, badges and manifest; its files have fewer columns,
its pages say little, and tell no failure. All that is left out is in its favour.
"""

import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

ZONE = "Asia/Tokyo"
UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
TYPES = {
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}
# What the renderer writes and the peer does not.
LEFT_OUT = (
    *("badge.json", "feed.json", "feed.en.json"),
    *("data/manifest.json", "data/milestones.csv"),
)
# What a range shows, in days; the whole history has no number.
DAYS = {"24h": 1, "7d": 7, "30d": 30, "1y": 365}
HOURLY_DAYS = 7
THREADS = 8


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Append the event's time and count to history.csv and publish what is wanted."""
    s3, bucket = boto3.client("s3"), os.environ["PEER_BUCKET"]
    body = s3.get_object(Bucket=bucket, Key="history.csv")["Body"].read()
    history = pd.read_csv(io.BytesIO(body), parse_dates=["time"])
    new = pd.DataFrame({"time": [event["time"]], "count": [event["count"]]})
    new["time"] = pd.to_datetime(new["time"])
    history = pd.concat([history, new], ignore_index=True)

    def put(key: str, body: bytes) -> None:
        kind = TYPES[key.rpartition(".")[2]]
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind)

    put("history.csv", encode_csv(history))
    if "pictures" not in event:
        put("graph.png", draw(history))
        return {"readings": len(history)}
    site = make_site(history, event["pictures"], event["files"])
    with ThreadPoolExecutor(THREADS) as pool:
        puts = [pool.submit(put, key, body) for key, body in site]
    for each in puts:
        each.result()
    return {"readings": len(history)}


def encode_csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV, times in UTC."""
    text: str = frame.to_csv(index=False, date_format=UTC_FORMAT)
    return text.encode()


def draw(history: pd.DataFrame) -> bytes:
    """Draw the whole history as one PNG of 1200 x 630."""
    font = load_font()
    figure = Figure(figsize=(12, 6.3), dpi=100)
    axes = figure.subplots()
    axes.plot(history["time"].dt.tz_convert(ZONE), history["count"], linewidth=1.5)
    latest = history["count"].iloc[-1]
    axes.set_title(f"にゃんぱすーの回数（現在 {latest:,} 回）", font=font, fontsize=18)
    axes.set_ylabel("回数", font=font, fontsize=12)
    return finish_picture(figure, axes)


def load_font() -> font_manager.FontProperties:
    """Load the font for Japanese."""
    path = os.environ["PEER_FONT"]
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path)


def finish_picture(figure: Figure, axes: Axes) -> bytes:
    """Give a figure its ticks and return it as PNG."""
    locator = AutoDateLocator(tz=ZONE)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    dates = ConciseDateFormatter(locator, tz=ZONE)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def make_site(
    history: pd.DataFrame, pictures: dict[str, tuple[int, int]], files: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the keys and bodies of these files and pictures, one after the other."""
    counts = history.set_index("time")["count"].tz_convert(ZONE)
    increments = counts.diff().clip(lower=0)
    hours = pd.DataFrame({"increment": increments, "count": counts}).asfreq("h")
    days, months = sum_up(hours, "D"), sum_up(hours, "MS")
    summary = summarise(history, hours, days)
    pages = write_page(summary, pictures).encode()
    tables = {
        "data/summary.json": lambda: json.dumps(summary, indent=2).encode(),
        "data/daily.csv": lambda: encode_csv(days.reset_index(names="date")),
        "data/monthly.csv": lambda: encode_csv(months.reset_index(names="month")),
        "index.html": lambda: pages,
        "en.html": lambda: pages,
    }
    for key in files:
        stem = key.rpartition("/")[2].partition(".")[0]
        if key in tables:
            yield key, tables[key]()
        elif key.startswith("data/hourly/"):
            yield key, encode_csv(history[history["time"].dt.year == int(stem)])
        elif key.startswith("graphs/"):
            shown = show_range(stem, hours, days)
            yield key, shown.to_json(orient="split", date_format="iso").encode()
        elif key not in LEFT_OUT:
            raise ValueError(f"the peer knows no {key}: write it, or leave it out")
    font = load_font()
    for key, size in pictures.items():
        name, _, kind = key.removeprefix("graphs/").partition("-")
        shown = show_range(name, hours, days)
        yield key, draw_graph(shown, kind.startswith("increments"), size, font)


def sum_up(hours: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the sums of days or months, with what they are made from."""
    parts = hours.resample(period)
    sums = parts["increment"].agg(increment="sum", hours_covered="count")
    sums["hours_due"] = parts.size()
    sums["complete"] = sums["hours_covered"] == sums["hours_due"]
    sums["count"] = parts["count"].last()
    return sums


def summarise(
    history: pd.DataFrame, hours: pd.DataFrame, days: pd.DataFrame
) -> dict[str, Any]:
    """Return the newest count, the sums up to it and the records."""
    found = {
        "count": history["count"].iloc[-1],
        "last_hour": hours["increment"].iloc[-1],
        "today": days["increment"].iloc[-1],
        "week": days["increment"].iloc[-8:-1].sum(),
        "best_hour": hours["increment"].max(),
        "best_day": days["increment"].max(),
        "missing": hours["count"].isna().sum(),
    }
    times = history["time"].dt.strftime(UTC_FORMAT).iloc[[0, -1]]
    return {"times": list(times), **{name: int(found[name]) for name in found}}


def show_range(name: str, hours: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return what a range shows: hours or days, and of these the last ones."""
    number = DAYS.get(name)
    if number is None:
        return days
    shown = hours if number <= HOURLY_DAYS else days
    return shown[shown.index > shown.index[-1] - pd.Timedelta(days=number)]


def draw_graph(
    shown: pd.DataFrame,
    of_increments: bool,
    size: tuple[int, int],
    font: font_manager.FontProperties,
) -> bytes:
    """Draw increments or counts as a PNG of this size.

    The bars are one shape, for one for each of them takes Matplotlib far longer.
    """
    figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
    axes = figure.subplots()
    at = date2num(shown.index.values)  # type: ignore[no-untyped-call]
    if of_increments:
        edges = [*at, 2 * at[-1] - at[-2]]
        axes.stairs(shown["increment"].to_numpy(), edges, fill=True)
    else:
        axes.plot(at, shown["count"].to_numpy(), linewidth=1.5)
    label = "増えた回数" if of_increments else "回数"
    axes.set_title(f"にゃんぱすーの{label}", font=font, fontsize=18)
    axes.set_ylabel(label, font=font, fontsize=12)
    return finish_picture(figure, axes)


def write_page(summary: dict[str, Any], pictures: dict[str, tuple[int, int]]) -> str:
    """Return a page with the summary and the pictures."""
    rows = (f"<tr><th>{name}<td>{value}" for name, value in summary.items())
    images = (f'<img src="{key}" alt="">' for key in pictures)
    head = '<!doctype html><html lang="ja"><meta charset="utf-8"><title>にゃんぱすー'
    return f"{head}</title><table>{''.join(rows)}</table>{''.join(images)}</html>"
