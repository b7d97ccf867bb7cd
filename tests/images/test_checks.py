"""The check that every build runs, with something missing."""

import runpy
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from infra.images.commit import ROOT
from tests.images.bundle import Box
from tests.images.conftest import RENDERER
from tests.images.rootfs import Rootfs
from tests.images.sandbox import run_once

CHECKS = ROOT / "docker" / "checks"


def check(rootfs: Rootfs, over: Mapping[str, Path]) -> CompletedProcess[str]:
    """Run an image's check with files laid over some of its own."""
    function = rootfs.command[-1].split(".")[0]
    files = {"/mnt": CHECKS, **over}
    box = Box(rootfs, RENDERER, {"PYTHONPATH": "/var/task"}, files)
    return run_once(box, ["python", f"/mnt/{function}_image.py"], timeout_s=200)


@pytest.mark.parametrize("hidden", ["ipaexg.ttf", "all fonts"])
def test_without_its_japanese_font_the_builds_check_fails(
    renderer_image: Rootfs, tmp_path: Path, hidden: str
) -> None:
    """The check that every build runs sees that characters are drawn alike."""
    fonts = "/opt/browser/fonts"
    nothing = tmp_path / "nothing"
    (tmp_path / "empty").mkdir()
    nothing.touch()
    over = {f"{fonts}/{hidden}": nothing}
    if hidden == "all fonts":
        over = {fonts: tmp_path / "empty"}
    done = check(renderer_image, over)
    assert done.returncode != 0
    assert "no Japanese font" in done.stderr


def test_with_nothing_changed_the_builds_check_passes(renderer_image: Rootfs) -> None:
    """It can be run again in the sandbox, so the other outcomes mean something."""
    done = check(renderer_image, {})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("function", "missing", "said"),
    [
        ("renderer", "/var/task/renderer/pipeline.py", "renderer.pipeline"),
        ("renderer", "/opt/browser/chromium", "DrawingError"),
        ("renderer", "/opt/browser/plotly.min.js", "DrawingError"),
        ("renderer", "/etc/ssl/certs/ca-certificates.crt", "certificate"),
        ("collector", "/var/task/collector/handler.py", "handler"),
    ],
)
def test_the_builds_check_misses_what_is_missing(
    function: str,
    missing: str,
    said: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """A module, the browser, plotly.js or the certificates: without it no image."""
    empty = tmp_path / "empty"
    empty.touch()
    rootfs: Rootfs = request.getfixturevalue(f"{function}_image")
    over = {missing: empty}
    if missing.endswith(".py"):
        path = Path(missing)
        compiled = f"{path.parent}/__pycache__/{path.stem}.cpython-313.pyc"
        over[compiled] = empty
    done = check(rootfs, over)
    assert done.returncode != 0
    assert said in done.stderr


def test_the_image_has_the_licences_of_what_it_holds(renderer_image: Rootfs) -> None:
    """Of the browser in one folder, of Debian's and Python's packages in theirs."""
    root = renderer_image.path
    install = runpy.run_path(str(ROOT / "docker" / "browser" / "install.py"))
    browser = root / "opt/browser"
    assert install["list_unlicensed"](browser) == []
    assert (browser / "licenses" / "README.md").is_file()
    assert (root / "usr/share/doc/libc6/copyright").is_file()
    assert list(root.glob("opt/venv/lib/python3.*/site-packages/polars-*/licenses/*"))
