"""Which history the demonstration begins with, and goes on with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.errors import SettingsError
from infra.local.demo.history import write_history
from infra.local.demo.samples import (
    DEPARTURES,
    MADE_UP,
    SAMPLES,
    Sample,
    choose_sample,
)

END = datetime(2026, 11, 24, 7, tzinfo=UTC)
each_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def test_a_button_s_history_is_the_default(tmp_path: Path) -> None:
    """A folder that is empty, or not there yet, begins with what looks like one."""
    assert choose_sample(tmp_path, None) is MADE_UP
    assert choose_sample(tmp_path / "nothing", "") is MADE_UP
    # What is wrong with a folder is said where it is made.
    assert choose_sample(tmp_path / ("no such name" * 99), None) is MADE_UP


@each_sample
def test_a_sample_is_chosen_by_its_name(tmp_path: Path, sample: Sample) -> None:
    """What is named is taken."""
    assert choose_sample(tmp_path, sample.name) is sample


@each_sample
def test_a_folder_goes_on_with_what_it_was_begun_with(
    tmp_path: Path, sample: Sample
) -> None:
    """Nobody has to name it again, and no other sample gets mixed with it."""
    write_history(sample, tmp_path, END)
    assert choose_sample(tmp_path, None) is sample
    assert choose_sample(tmp_path, sample.name) is sample
    [other] = [each for each in SAMPLES.values() if each is not sample]
    with pytest.raises(SettingsError) as caught:
        choose_sample(tmp_path, other.name)
    assert f"was begun with SAMPLE={sample.name}" in str(caught.value)
    assert "choose another DATA=" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_of_an_older_version_goes_on_with_the_departures(
    tmp_path: Path,
) -> None:
    """They were the only sample, and their file was called history.csv."""
    (tmp_path / "history.csv").touch()
    assert choose_sample(tmp_path, None) is DEPARTURES


def test_an_unknown_sample_is_one_line(tmp_path: Path) -> None:
    """It names those that there are."""
    with pytest.raises(SettingsError) as caught:
        choose_sample(tmp_path, "Departures")
    assert str(caught.value) == "SAMPLE=Departures is not one of button, departures"


@each_sample
def test_it_is_said_what_the_numbers_are(tmp_path: Path, sample: Sample) -> None:
    """The page's title and the note beside the data say where they come from."""
    write_history(sample, tmp_path, END)
    note = (tmp_path / "ORIGIN.txt").read_text("utf-8")
    assert note.endswith("\n")
    assert note.count("\n") == 1
    told = ("made up", "架空") if sample is MADE_UP else ("New York", "ニューヨーク")
    assert told[0] in note
    for code, said in zip(("EN", "JA"), told, strict=True):
        title = sample.words[{"EN": "TITLE_EN", "JA": "TITLE"}[code]]
        assert said in title
        assert said in sample.words[f"ABOUT_{code}"]
    lines = (tmp_path / sample.file).read_text("utf-8").splitlines()
    assert lines[0] == "time,count"
    assert lines[-1].startswith("2026-11-24T06:00:00Z,")
    assert not list(tmp_path.glob("*.part"))
