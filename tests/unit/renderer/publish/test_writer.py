"""How an object is stored; that none is torn, the integration tests show."""

import gzip

import pytest

from renderer.publish.writer import CONTENT_TYPES, encode_object
from renderer.site.keys import MANIFEST
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import files_of


@pytest.mark.parametrize(
    "key", ["index.html", "assets/page.0.js", "assets/style.0.css", "graphs/a.json"]
)
def test_what_only_browsers_read_is_compressed(key: str) -> None:
    """To the same bytes each time, whenever that is."""
    assert gzip.decompress(encode_object(key, b"text")) == b"text"
    assert encode_object(key, b"text") == encode_object(key, b"text")


@pytest.mark.parametrize(
    "key", ["data/summary.json", "data/daily.csv", "feed.xml", "badge.svg", "graph.png"]
)
def test_what_other_programs_read_is_stored_as_it_is(key: str) -> None:
    """They might not unpack it."""
    assert encode_object(key, b"text") == b"text"


def test_each_object_of_the_site_has_a_type() -> None:
    """A new kind of file needs its line in CONTENT_TYPES."""
    suffixes = {key.rpartition(".")[2] for key in (MANIFEST, *files_of(history([5])))}
    assert suffixes == CONTENT_TYPES.keys()
