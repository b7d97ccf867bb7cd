"""What the documents name is there; what README asks for is what is tried."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import collector
import renderer
from collector.errors import SettingsError as CollectorSettingsError
from collector.settings import Settings as CollectorSettings
from renderer.errors import SettingsError as RendererSettingsError
from renderer.settings import Settings as RendererSettings
from tests.debian.machine import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = "collector|renderer|docker|infra|tests|docs"
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
COLUMNS = ["Variable", "Default", "Meaning"]
Read = Callable[[Mapping[str, str]], Any]
Rows = dict[str, tuple[str, str]]

FUNCTIONS: dict[str, tuple[Read, type[Exception]]] = {
    "Collector settings": (CollectorSettings.from_env, CollectorSettingsError),
    "Renderer settings": (RendererSettings.from_env, RendererSettingsError),
}
each_function = pytest.mark.parametrize("heading", FUNCTIONS)


class Recorder(dict[str, str]):
    """An environment that notes every name it is asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """Note a name and answer."""
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def table(heading: str) -> Rows:
    """Give the first table under a heading: variable -> default, meaning."""
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(rf"^### {heading}\n\n((?:\|.*\n)+)", readme, re.MULTILINE)
    assert found, f"README.md has no table right under '### {heading}'"
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in found[1].splitlines()
    ]
    assert rows[0] == COLUMNS
    assert set("".join(rows[1])) == {"-"}
    assert all(len(row) == len(COLUMNS) for row in rows)
    names = [name.strip("`") for name, _, _ in rows[2:]]
    assert len(names) == len(set(names))
    return {name.strip("`"): (default, why) for name, default, why in rows[2:]}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give what is required by one of the functions or the other."""
    file = tmp_path / "file"
    file.write_text("")
    return {
        "DATA_BUCKET": "data-1",
        "SITE_BUCKET": "site-1",
        "SITE_URL": "https://nyanpass.example/",
        "COUNT_URL": "https://counter.example/api",
        "BROWSER_PATH": str(file),
        "PLOTLY_JS": str(file),
    }


@each_function
def test_the_readme_lists_exactly_the_variables_that_are_read(
    heading: str, env: dict[str, str]
) -> None:
    """Each with a meaning, and no other."""
    recorder = Recorder(env)
    read, _ = FUNCTIONS[heading]
    read(recorder)
    rows = table(heading)
    assert set(rows) == recorder.asked
    assert all(meaning for _, meaning in rows.values())


@each_function
def test_the_readme_tells_the_defaults(heading: str, env: dict[str, str]) -> None:
    """Written down, each gives the same settings as left out; the others are asked."""
    read, error = FUNCTIONS[heading]
    rows = table(heading)
    for name, (default, _) in rows.items():
        if default == "required":
            with pytest.raises(error, match=name):
                read({key: value for key, value in env.items() if key != name})
            continue
        assert name not in env
        value = "" if default == "empty" else default.strip("`")
        assert default == "empty" or default == f"`{value}`"
        assert read({**env, name: value}) == read(env)


def test_the_readme_asks_for_exactly_what_the_bare_debian_has() -> None:
    """A newcomer's machine is the one that `make test-debian` tries."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"`apt-get install {' '.join(PACKAGES)}`" in readme


def test_the_readme_asks_for_exactly_what_is_checked_first() -> None:
    """Of the machine, before anything is installed."""
    readme = (ROOT / "README.md").read_text("utf-8")
    script = (ROOT / "infra/machine.sh").read_text("utf-8")
    room = re.findall(r"^run_mb=(\d+)", script, re.MULTILINE)[0]
    needs = re.findall(
        r'^need "([^$"]+ on [^$"]+|[^$"]+ \d[^$"]+)"', script, re.MULTILINE
    )
    asked = ", ".join([*needs, f"and {room} MB of free disk"])
    assert f"You need {asked};" in readme


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_what_there_is(document: Path) -> None:
    """Files and folders, what a file is said to define, and make's targets."""
    text = document.read_text("utf-8")
    paths = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text))
    missing = sorted(path for path in paths if not (ROOT / path).exists())
    assert not missing, f"{document.name} names {missing}: name where they are now"
    places = rf"`(\w+)` (?:in|of) `((?:{FOLDERS})/\S+\.py)`"
    for name, path in re.findall(places, text):
        code = (ROOT / path).read_text("utf-8")
        found = re.search(rf"^(?:(?:def|class) )?{name}\b", code, re.MULTILINE)
        assert found, f"{document.name} looks for {name} in {path}"
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE))
    assert named <= targets, f"{document.name} names make {sorted(named - targets)}"


def test_the_tree_in_contributing_names_every_folder_of_code() -> None:
    """A newcomer looks there first."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    tree = text.split("## Where things go\n\n")[1].split("\n\n")[0]
    named, parent = set(), ""
    for indent, name in re.findall(r"^    ( *)(\S+)/ ", tree, re.MULTILINE):
        parent = parent if indent else name
        named.add(f"{parent}/{name}" if indent else name)
    there = {
        str(path.parent.relative_to(ROOT))
        for folder in ("collector", "renderer", "infra")
        for path in [*(ROOT / folder).glob("*.py"), *(ROOT / folder).glob("*/*.py")]
    }
    hidden = sorted(there - named - {"infra"})
    assert not hidden, f"give {hidden} a line under 'Where things go'"
    assert all((ROOT / path).is_dir() for path in named)


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    """Which is in one file, for pages, images and the collector's User-Agent."""
    version = (ROOT / "VERSION").read_text("ascii").strip()
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.findall("^## ([0-9.]+)", changelog, re.MULTILINE)[0]
    assert newest == version == renderer.__version__ == collector.__version__
