"""The manifest: what need not be made again, and only that."""

import json

import pytest

from renderer.publish.manifest import Manifest, encode_manifest

VERSIONS = {"graphs/a.png": "1", "graphs/b.png": "2"}
ETAGS = {"graphs/a.png": '"a"', "graphs/b.png": '"b"'}


def manifest() -> Manifest:
    """Give the manifest of a run that went through, as the next run reads it."""
    fields = json.loads(encode_manifest("stamp", VERSIONS, ETAGS))
    return Manifest(fields["stamp"], fields["objects"])


def test_what_is_there_as_it_was_put_is_not_made_again() -> None:
    """It has the version that is asked for, and the ETag that was put."""
    assert manifest().find_stale(VERSIONS, ETAGS) == set()


@pytest.mark.parametrize(
    ("versions", "etags"),
    [
        (VERSIONS | {"graphs/b.png": "3"}, ETAGS),
        (VERSIONS, ETAGS | {"graphs/b.png": '"c"'}),
        (VERSIONS, {"graphs/a.png": '"a"'}),
    ],
    ids=["of another version", "another object lies there", "none lies there"],
)
def test_all_else_is_made_again(
    versions: dict[str, str], etags: dict[str, str]
) -> None:
    """And what is fine beside it is not."""
    assert manifest().find_stale(versions, etags) == {"graphs/b.png"}


def test_without_a_manifest_everything_is_made() -> None:
    """As for a rebuild, and for the first run of all."""
    assert Manifest().find_stale(VERSIONS, ETAGS) == VERSIONS.keys()
