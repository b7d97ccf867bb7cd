"""The SBOM of an image: what it names, that it is valid, and the same each time."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion

from infra.images.build import FUNCTIONS
from infra.images.commit import ROOT
from infra.images.sbom import Subject, make_sbom

DEBIAN = "libc6 2.41-12 amd64\npython3.13 3.13.5-2+deb13u1 amd64"
TIME = datetime(2026, 11, 1, tzinfo=UTC)


def make(function: str, digest: str = "a" * 64) -> bytes:
    """Describe an image of this tree."""
    subject = Subject(function, f"h/{function}", f"sha256:{digest}", "0123abc", TIME)
    return make_sbom(subject, DEBIAN)


def name_parts(sbom: bytes) -> set[str]:
    """Give the package URLs."""
    return {part["purl"] for part in json.loads(sbom)["components"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_is_cyclonedx_and_names_all_that_is_locked(function: str) -> None:
    """Python's packages by the lock file, Debian's as the image tells them."""
    # Its import takes longer than most tests, and every worker collects all of them.
    from cyclonedx.validation.json import JsonStrictValidator

    sbom = make(function)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.decode()) is None
    parts = name_parts(sbom)
    locked = (ROOT / function / "requirements.txt").read_text("utf-8")
    pins = [line.split()[0] for line in locked.splitlines() if line[:1].isalnum()]
    python = {part for part in parts if part.startswith("pkg:pypi/")}
    named = {part.removeprefix("pkg:pypi/").replace("@", "==") for part in python}
    assert named - {"matplotlib-fontja==1.1.0"} == set(pins)
    assert "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie" in parts
    whole = json.loads(sbom)
    about: dict[str, Any] = whole["metadata"]["component"]
    assert (about["type"], about["version"]) == ("container", "0123abc")
    assert about["purl"].startswith(f"pkg:oci/{function}@sha256")


def test_the_renderers_names_the_browser_and_what_it_draws_with() -> None:
    """By the packages that they come in, with the hash of the lock file."""
    parts, plain = name_parts(make("renderer")), name_parts(make("collector"))
    for start in (
        "pkg:npm/%40sparticuz/chromium@",
        "pkg:npm/plotly.js-basic-dist-min@",
        "pkg:pypi/matplotlib-fontja@",
    ):
        assert [part for part in parts if part.startswith(start)]
        assert not [part for part in plain if part.startswith(start)]
    # What only installs them is not in the image.
    assert not [part for part in parts if "nodejs" in part or "tar-fs" in part]
    [plotly] = [
        part
        for part in json.loads(make("renderer"))["components"]
        if part["name"].startswith("plotly")
    ]
    assert [each["alg"] for each in plotly["hashes"]] == ["SHA-512"]


def test_the_same_image_gives_the_same_bytes() -> None:
    """No clock and no chance; another image has another serial number."""
    assert make("renderer") == make("renderer")
    first, second = json.loads(make("renderer")), json.loads(make("renderer", "b" * 64))
    assert first["serialNumber"] != second["serialNumber"]
    assert first["metadata"]["timestamp"] == "2026-11-01T00:00:00+00:00"
