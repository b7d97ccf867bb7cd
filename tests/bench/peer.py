"""The peer of the benchmark: the whole job as one function, pandas and Matplotlib.

One CSV holds the history; every hour it is downloaded, extended, drawn and
uploaded again. Written to be as fast as that design can be without tricks: the
figure is used without pyplot, as Matplotlib recommends for servers
(https://matplotlib.org/stable/gallery/user_interfaces/web_application_server_sgskip.html).
Collecting is not part of the comparison, so the event brings the count.
"""

import io
import os
from typing import Any

import boto3
import pandas as pd
from matplotlib import font_manager
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

ZONE = "Asia/Tokyo"


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Append the event's time and count to history.csv and publish graph.png."""
    s3, bucket = boto3.client("s3"), os.environ["PEER_BUCKET"]
    body = s3.get_object(Bucket=bucket, Key="history.csv")["Body"].read()
    history = pd.read_csv(io.BytesIO(body), parse_dates=["time"])
    new = pd.DataFrame({"time": [event["time"]], "count": [event["count"]]})
    new["time"] = pd.to_datetime(new["time"])
    history = pd.concat([history, new], ignore_index=True)
    s3.put_object(
        Bucket=bucket,
        Key="history.csv",
        Body=history.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%SZ").encode(),
        ContentType="text/csv; charset=utf-8",
    )
    s3.put_object(
        Bucket=bucket, Key="graph.png", Body=draw(history), ContentType="image/png"
    )
    return {"readings": len(history)}


def draw(history: pd.DataFrame) -> bytes:
    """Draw the whole history as one PNG of 1200 x 630."""
    font_path = os.environ["PEER_FONT"]
    font_manager.fontManager.addfont(font_path)
    font = font_manager.FontProperties(fname=font_path)
    figure = Figure(figsize=(12, 6.3), dpi=100)
    axes = figure.subplots()
    axes.plot(history["time"].dt.tz_convert(ZONE), history["count"], linewidth=1.5)
    latest = history["count"].iloc[-1]
    axes.set_title(f"にゃんぱすーの回数（現在 {latest:,} 回）", font=font, fontsize=18)
    axes.set_ylabel("回数", font=font, fontsize=12)
    locator = AutoDateLocator(tz=ZONE)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    dates = ConciseDateFormatter(locator, tz=ZONE)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
