"""What `make run` refuses before anything is installed: by Python alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.errors import SettingsError
from infra.images.commit import ROOT
from infra.local.check import main
from infra.local.settings import StackSettings


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a Python that has no package but its own."""
    folder = tmp_path_factory.mktemp("bare")
    made = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(made, check=True)
    return folder / "bin" / "python"


def check(python: Path, data: Path, **given: str) -> tuple[int, str]:
    """Check settings as make does; return the exit code and what was printed."""
    env = {
        "PATH": "/usr/bin:/bin",
        # As make gives them, and setup has not yet made them.
        "BROWSER_PATH": str(ROOT / ".browser" / "not yet" / "chromium"),
        "PLOTLY_JS": str(ROOT / ".browser" / "not yet" / "plotly.min.js"),
        "DATA": str(data),
        **given,
    }
    done = subprocess.run(
        [str(python), "-m", "infra.local.check"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    "given",
    [
        {"PORT": "1.5"},
        {"FAST": "x"},
        {"ONCE": "yes"},
        {"LISTEN": "localhost"},
        {"SAMPLE": "planes"},
        {"DRY": "1"},
        {"TIME_ZONE": "Mars"},
        {"TIME_ZONE": "Asia/Tokio"},
        {"TIME_ZONE": "Asia/Kolkata"},
        {"SOURCE_UTC_OFFSET": "9"},
        {"SOURCE_UTC_OFFSET": "Europe/Nowhere"},
        {"COUNT_URL": "s3cret.example", "COUNT_PATH": "a.b"},
        {"COUNT_URL": "https://s3cret.example/", "HOME_URL": "https://s3cret.example/"},
        {"SITE_URL": "count.example"},
        {"BROWSER_PATH": "/nowhere/chromium"},
    ],
)
def test_a_wrong_setting_is_refused_before_anything_is_installed(
    bare: Path, tmp_path: Path, given: dict[str, str]
) -> None:
    """In the same words and with the same exit code as by the start itself."""
    (tmp_path / "file").touch()
    file = str(tmp_path / "file")
    env = {"BROWSER_PATH": file, "PLOTLY_JS": file, "DATA": str(tmp_path / "data")}
    with pytest.raises(SettingsError) as caught:
        StackSettings.from_env({**env, **given})
    assert "s3cret" not in str(caught.value)
    data = tmp_path / "data"
    assert check(bare, data, **given) == (2, f"make run: {caught.value}\n")
    assert not data.exists()


def test_a_folder_that_cannot_be_made_is_told_as_early(
    bare: Path, tmp_path: Path
) -> None:
    """By its exit code that is no wrong setting: it may be a disk that is away."""
    (tmp_path / "file").touch()
    code, told = check(bare, tmp_path / "file")
    assert code == 1
    assert told.startswith(f"make run: {tmp_path}/file/demonstration: Not a directory")
    assert told.count("\n") == 1


def test_a_folder_of_somebody_else_is_told_as_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be there, and still take nothing."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    file = str(Path(__file__))
    env = {"BROWSER_PATH": file, "PLOTLY_JS": file, "DATA": str(tmp_path)}
    assert main(env) == 1
    told = f"make run: {tmp_path}/demonstration: Permission denied; mend that, or"
    assert capsys.readouterr().err.startswith(told)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"TIME_ZONE": "", "SOURCE_UTC_OFFSET": "", "COUNT_URL": "", "FAST": ""},
        {"SAMPLE": "departures"},
        # Some systems have these in a package apart.
        {"TIME_ZONE": "US/Pacific", "SOURCE_UTC_OFFSET": "Japan"},
        {"COUNT_URL": "https://count.example/", "COUNT_PATH": "a[0].b"},
        # Only what setup installs knows that it is wrong.
        {"COUNT_URL": "https://count.example/", "COUNT_PATH": "a["},
        # A system without any time zones.
        {"PYTHONTZPATH": "", "TIME_ZONE": "America/Adak"},
    ],
)
def test_what_cannot_be_judged_yet_is_left_to_the_start(
    bare: Path, tmp_path: Path, given: dict[str, str]
) -> None:
    """Nothing that is right is ever refused."""
    assert check(bare, tmp_path / "data", **given) == (0, "")


def test_with_all_installed_nothing_is_left(tmp_path: Path) -> None:
    """As in the container, where it comes before each start."""
    for given in ({"COUNT_PATH": "a["}, {"TIME_ZONE": "Mars"}):
        code, told = check(Path(sys.executable), tmp_path, **given)
        assert (code, told.count("\n")) == (2, 1)
