"""The files that the images are built from."""

import pytest

from infra.images.build import IMAGES, find_dockerfile
from infra.images.commit import ROOT


@pytest.mark.parametrize("image", IMAGES)
def test_the_public_base_is_pinned_by_digest(image: str) -> None:
    """A build of the same commit starts from the same Debian."""
    lines = find_dockerfile(image).read_text().splitlines()
    [base] = [line for line in lines if line.startswith("ARG BASE_IMAGE=")]
    name, _, digest = base.partition("=")[2].partition("@sha256:")
    assert name.startswith("debian:trixie-")
    assert len(digest) == 64


@pytest.mark.parametrize("image", IMAGES)
def test_nothing_of_the_builders_network_is_in_the_files(image: str) -> None:
    """No address but Debian's, no certificate, no proxy."""
    steps = (ROOT / "docker" / "steps").iterdir()
    for path in (find_dockerfile(image), *steps):
        text = path.read_text()
        assert "http://" not in text
        assert "https://" not in text
