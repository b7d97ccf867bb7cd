"""Whatever the browser does: the data are published, and nothing is left behind."""

import signal
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from renderer.drawing.png import find_problem
from renderer.drawing.process import STDERR, WORK_PREFIX, Drawing
from renderer.errors import DrawingError
from renderer.figures import theme
from renderer.figures.figure import Figure
from tests.integration.browser_processes import (
    no_process_left,
    processes_with,
    struck,
    wait_for,
)
from tests.integration.renderer_world import World, reading

FLAGSETS = ["single", "multi"]
# What the machine may add to a budget: to start, kill and wait for processes.
SLACK_S = 4.0
# Enough for a drawing that goes well on a busy machine: some twenty times what the
# forty figures below take on an idle one.
AMPLE_S = 24.0
WriteBrowser = Callable[[str], Path]


@pytest.fixture
def tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the renderer a folder for temporary files of its own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_is_left(tmp: Path, world: World) -> Iterator[None]:
    """See after each test that no file, process, zombie or thread is left."""
    threads = threading.active_count()
    with no_process_left():
        yield
    assert list(tmp.iterdir()) == []
    assert threading.active_count() <= threads


@pytest.fixture
def write_browser(tmp_path: Path, browser: Path) -> WriteBrowser:
    """Write a shell script that stands for the browser; "$REAL" is the real one."""

    def write(script: str) -> Path:
        path = tmp_path / "browser"
        real = f"REAL='{browser}' LD_LIBRARY_PATH='{browser.parent}/lib'"
        path.write_text(f"#!/bin/sh\nexport {real}\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def site(world: World, few_ranges: None) -> World:
    """Publish some readings, and store one more."""
    world.put(*(reading(hour, 100 + hour) for hour in range(4)))
    world.tick()
    world.put(reading(4, 300))
    return world


def figure(title: str) -> Figure:
    """Make a small figure."""
    data = [{"type": "bar", "x": ["に", "ゃ", "ん"], "y": [1, 2, 3]}]
    return {"data": data, "layout": {**theme.make_layout(), "title": {"text": title}}}


FIGURES = {f"{number}.png": figure(f"にゃん {number}") for number in range(40)}


def assert_only_data_are_new(site: World, before: Mapping[str, str]) -> None:
    """See that the visitor has the new data, and the last good page and pictures."""
    changed = {key for key, etag in site.etags().items() if before.get(key) != etag}
    assert changed == {
        "data/summary.json",
        "data/all.parquet",
        "data/daily.csv",
        "data/monthly.csv",
        "data/milestones.csv",
        "data/hourly/2026.csv",
        "data/hourly/2026.parquet",
    }


FAILING = {
    "exits at once": "exit 1",
    "crashes": "kill -SEGV $$",
    "speaks nonsense": "printf 'nonsense\\0' >&4; exit 1",
}
SILENT = {
    "never answers": "exec sleep 600",
    "closes its pipes and stays": "exec 3<&- 4>&-; exec sleep 600",
    "starts another and goes": "sleep 600 & exit 0",
}


@pytest.mark.parametrize("script", FAILING.values(), ids=FAILING.keys())
def test_a_browser_that_ends_is_an_error_long_before_the_budget(
    site: World, write_browser: WriteBrowser, plotly_js: Path, script: str
) -> None:
    """Both attempts fail at once; only the data are published."""
    before, start = site.etags(), time.monotonic()
    with (
        Drawing(write_browser(script), plotly_js, FLAGSETS) as drawing,
        pytest.raises(DrawingError, match="multi"),
    ):
        site.tick(draw=lambda figures: drawing.draw(figures, 60))
    assert time.monotonic() - start < 30
    assert_only_data_are_new(site, before)
    assert site.tick()["outcome"] == "published"


def test_a_browser_that_cannot_even_be_started_keeps_no_data_back(
    site: World,
    browser: Path,
    plotly_js: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """As where /tmp is full or no process can be made."""
    before = site.etags()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "is not there"))
    with (
        Drawing(browser, plotly_js, FLAGSETS) as drawing,
        pytest.raises(DrawingError, match="cannot be started"),
    ):
        site.tick(draw=lambda figures: drawing.draw(figures, AMPLE_S))
    assert_only_data_are_new(site, before)


@pytest.mark.parametrize("script", SILENT.values(), ids=SILENT.keys())
def test_a_browser_that_stays_silent_is_killed_when_its_budget_is_spent(
    site: World, write_browser: WriteBrowser, plotly_js: Path, script: str
) -> None:
    """Two budgets in all, and then only the data are published."""
    before, start, budget_s = site.etags(), time.monotonic(), 1.5
    with (
        Drawing(write_browser(script), plotly_js, FLAGSETS) as drawing,
        pytest.raises(DrawingError),
    ):
        site.tick(draw=lambda figures: drawing.draw(figures, budget_s))
    assert time.monotonic() - start < 2 * budget_s + SLACK_S
    assert_only_data_are_new(site, before)


def test_a_browser_that_cannot_be_run_is_an_error(
    write_browser: WriteBrowser, plotly_js: Path
) -> None:
    """The file is there, but may not be executed."""
    path = write_browser("exit 0")
    path.chmod(stat.S_IRUSR)
    with (
        Drawing(path, plotly_js, FLAGSETS) as drawing,
        pytest.raises(DrawingError),
    ):
        drawing.draw(FIGURES, 60)


@pytest.mark.parametrize(
    ("flagsets", "word", "number", "after_s"),
    [
        (FLAGSETS, "--single-process", signal.SIGSTOP, 0.6),
        (FLAGSETS, "--single-process", signal.SIGKILL, 0.6),
        (FLAGSETS, "renderer.drawing", signal.SIGKILL, 0.6),
        (FLAGSETS[::-1], "--type=renderer", signal.SIGKILL, 0.3),
    ],
    ids=["stopped", "killed", "its driver killed", "its page killed"],
)
def test_a_real_browser_that_is_struck_is_replaced_by_a_fresh_one(
    browser: Path,
    plotly_js: Path,
    caplog: pytest.LogCaptureFixture,
    flagsets: list[str],
    word: str,
    number: signal.Signals,
    after_s: float,
) -> None:
    """With the other set of flags, once, within the budgets; a warning tells of it."""
    start = time.monotonic()
    with (
        Drawing(browser, plotly_js, flagsets) as drawing,
        struck(word, number, after_s) as victims,
    ):
        pictures = drawing.draw(FIGURES, AMPLE_S)
    assert time.monotonic() - start < 2 * AMPLE_S + SLACK_S
    assert len(victims) == 1
    assert f"no pictures with flag set {flagsets[0]}" in caplog.text
    assert drawing.retried
    size = (theme.WIDTH, theme.HEIGHT)
    assert all(find_problem(png, *size) is None for png in pictures.values())
    assert pictures.keys() == FIGURES.keys()


def test_a_set_of_flags_that_fails_is_made_good_by_the_other_one(
    site: World, write_browser: WriteBrowser, plotly_js: Path
) -> None:
    """The wrong guess costs time, not the pictures."""
    path = write_browser(
        'case "$*" in *--single-process*) exit 1;; esac; exec "$REAL" "$@"'
    )
    with Drawing(path, plotly_js, FLAGSETS) as drawing:
        outcome = site.tick(draw=lambda figures: drawing.draw(figures, AMPLE_S))
    assert outcome["outcome"] == "published"
    pictures = [body for body, kind, _ in site.site().values() if kind == "image/png"]
    # Two kinds of two ranges, wide and narrow; what is embedded in two looks; the card;
    # and the icon, which is no figure.
    assert len(pictures) == 2 * 2 * 2 + 2 + 1 + 1


def test_a_blank_picture_is_not_published(
    site: World, browser: Path, plotly_js: Path
) -> None:
    """The last good one stays, with its page."""
    axis = {"visible": False}
    layout = {"width": theme.WIDTH, "height": theme.HEIGHT, "plot_bgcolor": "#fff"}
    blank = {"data": [], "layout": {**layout, "xaxis": axis, "yaxis": axis}}
    before = site.etags()
    with (
        Drawing(browser, plotly_js, FLAGSETS) as drawing,
        pytest.raises(DrawingError, match=r"\.png is blank"),
    ):
        site.tick(
            draw=lambda figures: drawing.draw(dict.fromkeys(figures, blank), AMPLE_S)
        )
    assert_only_data_are_new(site, before)


def test_an_error_elsewhere_leaves_no_browser_behind(
    browser: Path, plotly_js: Path
) -> None:
    """The run may fail before it asks for pictures."""

    def fail() -> None:
        with Drawing(browser, plotly_js, FLAGSETS):
            wait_for(lambda: processes_with("--single-process"), "no browser")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()


def test_the_browser_has_no_credentials_and_leaves_no_core_file(
    browser: Path, plotly_js: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment is its own, and a crash cannot fill the disk."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    with Drawing(browser, plotly_js, FLAGSETS):
        wait_for(lambda: processes_with("--single-process"), "no browser")
        for process in processes_with("--single-process"):
            environment = Path(f"/proc/{process}/environ").read_bytes()
            assert environment.count(b"a secret") == 0
            limits = Path(f"/proc/{process}/limits").read_text().splitlines()
            (core,) = [line.split() for line in limits if "core file size" in line]
            assert core[4:6] == ["0", "0"]


def test_a_folder_that_was_left_behind_is_swept_and_others_are_not(
    write_browser: WriteBrowser, plotly_js: Path, tmp: Path
) -> None:
    """Lambda keeps the files of a function that it has killed."""
    left, foreign = tmp / f"{WORK_PREFIX}left", tmp / "other-left"
    for folder in (left, foreign):
        (folder / "profile").mkdir(parents=True)
        (folder / STDERR).touch()
    with Drawing(write_browser("exit 1"), plotly_js, FLAGSETS):
        assert not left.exists()
        assert foreign.exists()
    (foreign / STDERR).unlink()
    (foreign / "profile").rmdir()
    foreign.rmdir()


def test_two_drawings_at_once_do_not_disturb_each_other(
    browser: Path, plotly_js: Path, tmp: Path
) -> None:
    """Neither sweeps the other's folder, and each gets its own pictures."""
    with (
        Drawing(browser, plotly_js, FLAGSETS) as first,
        Drawing(browser, plotly_js, FLAGSETS[::-1]) as second,
    ):
        assert len(list(tmp.iterdir())) == 2
        cat = second.draw({"a.png": figure("ねこ")}, AMPLE_S)
        dog = first.draw({"a.png": figure("いぬ")}, AMPLE_S)
    with Drawing(browser, plotly_js, FLAGSETS) as again:
        assert again.draw({"a.png": figure("いぬ")}, AMPLE_S) == dog
    assert cat != dog
