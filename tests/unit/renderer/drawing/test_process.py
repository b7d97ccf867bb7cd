"""What is made of the driver's answer, and of the folders of those that were killed.

How a browser is started, asked, killed and tried again is tested with real ones, in
tests/integration/test_renderer_browser_faults.py.
"""

import base64
import fcntl
import tempfile
from pathlib import Path

import pytest

from renderer.drawing.process import (
    STDERR,
    WORK_PREFIX,
    decode_pictures,
    remove_leftovers,
)
from renderer.errors import DrawingError
from renderer.figures.figure import Figure
from tests.unit.renderer.drawing.pngs import make_picture, make_png

FIGURE: Figure = {"data": [], "layout": {"width": 1200, "height": 630}}
GOOD = make_png(make_picture())


def answer(png: bytes) -> dict[str, str]:
    """Give what the driver writes for a picture."""
    return {"card": base64.b64encode(png).decode()}


def test_pictures_are_those_of_the_figures_by_their_names() -> None:
    """As the bytes that the driver encoded."""
    assert decode_pictures(answer(GOOD), {"card": FIGURE}, "single") == {"card": GOOD}


def test_a_picture_that_is_not_as_its_figure_says_is_refused() -> None:
    """The error names it, what is wrong with it, and the set of flags."""
    dense = {**FIGURE, "layout": {**FIGURE["layout"], "meta": {"scale": 2}}}
    for png, figure, problem in (
        (GOOD[:-1], FIGURE, "card is not a whole PNG"),
        (GOOD, dense, "card is 1200 x 630 pixels, not 2400 x 1260"),
    ):
        with pytest.raises(DrawingError, match=f"single.*{problem}"):
            decode_pictures(answer(png), {"card": figure}, "single")


def test_leftovers_are_removed_but_not_what_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what others keep in the same folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, used, other = (
        tmp_path / name for name in (f"{WORK_PREFIX}1", f"{WORK_PREFIX}2", "other")
    )
    for folder in (left, used, other):
        folder.mkdir()
        (folder / STDERR).touch()
    with (used / STDERR).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove_leftovers()
        assert sorted(tmp_path.iterdir()) == sorted([used, other])
