"""How the site's objects are stored, and how they come to a visitor."""

import pytest
import requests

from renderer.bucket import Bucket
from renderer.publish.writer import SiteWriter, encode_object
from tests.integration.renderer_world import World

TEXT = "にゃんぱすー ".encode() * 100
COMPRESSED = {
    "index.html": "text/html; charset=utf-8",
    "en.html": "text/html; charset=utf-8",
    "404.html": "text/html; charset=utf-8",
    "assets/style.0123abcd.css": "text/css; charset=utf-8",
    "assets/page.0123abcd.js": "text/javascript; charset=utf-8",
    "graphs/7d.json": "application/json; charset=utf-8",
}
PLAIN = {
    "graph.png": "image/png",
    "badge.svg": "image/svg+xml",
    "badge.json": "application/json; charset=utf-8",
    "feed.xml": "application/atom+xml; charset=utf-8",
    "feed.en.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    "data/summary.json": "application/json; charset=utf-8",
    "data/daily.csv": "text/csv; charset=utf-8",
    "data/LICENSE.txt": "text/plain; charset=utf-8",
    "data/hourly/2026.parquet": "application/vnd.apache.parquet",
}
ALL = COMPRESSED | PLAIN


def site_of(world: World) -> SiteWriter:
    """Look at the site as a run does."""
    site = SiteWriter(Bucket(world.client, world.buckets.site), lambda: True)
    site.list_objects()
    return site


@pytest.mark.parametrize("key", ALL)
def test_a_visitor_gets_what_was_published(world: World, key: str) -> None:
    """Of its type; what a browser runs or shows is compressed, data is not."""
    site_of(world).publish({key: TEXT})
    address = f"{world.buckets.env['AWS_ENDPOINT_URL_S3']}/{world.buckets.site}/{key}"
    answer = requests.get(address, timeout=10)
    assert answer.content == TEXT
    assert answer.headers["Content-Type"] == ALL[key]
    if key in COMPRESSED:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < len(TEXT) / 5
    else:
        assert "Content-Encoding" not in answer.headers
        assert int(answer.headers["Content-Length"]) == len(TEXT)


def test_what_is_there_is_not_put_again(world: World) -> None:
    """Compressed or not; a damaged object is, under whatever name."""
    objects = dict.fromkeys(ALL, TEXT)
    first = site_of(world)
    first.publish(objects)
    assert sorted(first.put_keys) == sorted(ALL)
    second = site_of(world)
    second.publish(objects)
    assert second.put_keys == []
    damaged = ["assets/page.0123abcd.js", "data/daily.csv", "en.html"]
    for key in damaged:
        world.client.put_object(Bucket=world.buckets.site, Key=key, Body=b"damaged")
    third = site_of(world)
    third.publish(objects)
    assert sorted(third.put_keys) == damaged
    assert {key: body for key, (body, _, _) in world.site().items()} == objects


def test_compressing_knows_no_clock() -> None:
    """Otherwise each run would put each page again."""
    stored = encode_object("index.html", TEXT)
    assert stored[4:8] == bytes(4)
    assert encode_object("data/summary.json", TEXT) == TEXT
