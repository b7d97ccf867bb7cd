"""The Makefile: its variables, its help, and what it asks of the machine first."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from infra import variables

ROOT = Path(__file__).resolve().parents[2]


def read_variables(*arguments: str) -> dict[str, str]:
    """Return what make knows of its variables."""
    done = subprocess.run(
        ["make", "--print-data-base", "--dry-run", "help", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "", "BROWSER_PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split(" := ", 1) for line in done.stdout.splitlines()]
    return {line[0].split()[-1]: line[1] for line in lines if len(line) == 2}


@pytest.mark.parametrize("empty", [(), ("PYTHON=", "BROWSER_PATH=", "PLOTLY_JS=")])
def test_an_empty_variable_is_unset(empty: tuple[str, ...]) -> None:
    """In the environment, and on make's command line."""
    found = read_variables(*empty)
    assert found["PYTHON"] == "python3"
    assert found["BROWSER_PATH"] == f"{ROOT}/.browser/chromium"
    assert found["PLOTLY_JS"] == f"{ROOT}/.browser/plotly.min.js"


def test_a_given_variable_wins() -> None:
    """A browser of one's own, in a folder with a blank."""
    found = read_variables("BROWSER_PATH=/my own/chromium")
    assert found["BROWSER_PATH"] == "/my own/chromium"


def test_what_is_given_goes_on_as_it_is(tmp_path: Path) -> None:
    """A reason is public for ever, and an address may have a dollar."""
    given = "cost $5 (see $HOME), $(shell echo no) # 50%"
    (tmp_path / "show").write_text(
        f'include {ROOT}/Makefile\nshow:\n\t@printf %s "$$REASON"\n'
    )
    done = subprocess.run(
        ["make", "--file", str(tmp_path / "show"), "show", f"REASON={given}"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == given


def run_make(
    *arguments: str, path: str = "/usr/bin:/bin", folder: Path = ROOT
) -> tuple[int, list[str]]:
    """Run make; return its exit code and the lines that it printed."""
    done = subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={"PATH": path, "PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_help_shows_each_command_with_its_variables() -> None:
    """In groups."""
    code, lines = run_make("help")
    assert code == 0
    assert sum(not line.startswith(" ") for line in lines if line) == 6
    shown = " ".join(lines).split()
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command, names in variables.read_variables(makefile).items():
        assert command in shown
        assert set(names) <= set(shown)


def test_a_variable_that_is_none_stops_everything() -> None:
    """In one line of ours; the other is make's own."""
    code, lines = run_make("rebuild", "DYR=1")
    assert code == 2
    assert lines[0] == (
        "make rebuild: there is no variable DYR of it: it takes DATA, STACK"
    )
    assert len(lines) == 2


def test_an_empty_variable_is_nobody_s_mistake() -> None:
    """What passes on all that it has gives some commands more than they take."""
    assert run_make("usable", "COUNT_URL=") == (0, [])


def test_a_command_that_is_none_is_named() -> None:
    """With what was perhaps meant; nor is a file that is gone passed over."""
    for target, said in (
        ("statsu", "make: there is no command statsu: did you mean status?"),
        ("tests/nothing", "make: there is no tests/nothing"),
    ):
        code, lines = run_make(target)
        assert code == 2
        assert lines[0] == said
        assert len(lines) == 2


def test_a_wrong_value_stops_a_run_before_anything_is_installed(tmp_path: Path) -> None:
    """In one line of ours, in a checkout that is fresh."""
    for name in ("Makefile", "VERSION", "infra", "collector", "renderer"):
        (tmp_path / name).symlink_to(ROOT / name)
    before = set(tmp_path.iterdir())
    code, lines = run_make("run", "PORT=1.5", folder=tmp_path)
    assert code == 2
    assert lines[0] == "make run: PORT=1.5 is not a whole number from 0 to 65535"
    assert len(lines) == 2
    assert set(tmp_path.iterdir()) == before


def python_that_is(version: str) -> str:
    """Return a shell script that is a Python of another version."""
    return f'exec {sys.executable} -c "import sys; sys.version_info = ({version}); $2"'


def run_script(
    folder: Path, name: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of infra/ in a folder, whose programs win."""
    return subprocess.run(
        ["sh", str(ROOT / "infra" / name), *arguments],
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def write_program(path: Path, body: str) -> Path:
    """Make a shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


MACHINES = {
    "mac": ("uname", 'echo "Darwin arm64"', "Linux on x86-64 is needed"),
    "arm": ("uname", "echo aarch64", "Linux on x86-64 is needed"),
    "musl": ("getconf", "exit 1", "glibc 2.28 or newer is needed"),
    "full": ("df", "echo; echo a b c 1000 d e", "MB of free disk to run it is needed"),
    "no venv": ("python", '[ "$2" != "import ensurepip, venv" ]', "venv is needed"),
    "old": ("python", python_that_is("3, 10"), "Python 3.11 to 3.14 is needed"),
    "new": ("python", python_that_is("3, 15"), "Python 3.11 to 3.14 is needed"),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_that_cannot_is_told_first(tmp_path: Path, machine: str) -> None:
    """In one line within a second, before anything is installed."""
    program, body, said = MACHINES[machine]
    fake = write_program(tmp_path / program, body)
    python = str(fake) if program == "python" else sys.executable
    for first in ("first", ""):
        done = run_script(tmp_path, "machine.sh", python, first)
        assert done.returncode == 1
        if first:
            assert done.stdout == ""
            assert done.stderr.startswith("make: ")
            assert said in done.stderr
            assert done.stderr.count("\n") == 1
        else:
            assert done.stdout.count("MISSING") >= 1
            assert len(done.stdout.splitlines()) >= 7


def test_a_machine_without_python_is_told_first() -> None:
    """With the container as the way on."""
    code, lines = run_make("status", "PYTHON=/nowhere/python3")
    assert code == 2
    assert lines[0].startswith("make: Python 3.11 to 3.14 is needed: ")
    assert "docker compose up" in lines[0]


def test_a_machine_that_was_upgraded_is_told_to_begin_anew(tmp_path: Path) -> None:
    """What was installed for its former Python cannot be found by the new one."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/running").touch()
    for found, code in (("exit 0", 0), ("exit 1", 1)):
        write_program(tmp_path / ".venv/bin/python", found)
        done = run_script(tmp_path, "machine.sh", sys.executable, "first")
        assert done.returncode == code
    assert "make clean" in done.stderr
    assert done.stderr.count("\n") == 1


def test_whoever_only_looks_needs_no_rights_to_write(tmp_path: Path) -> None:
    """A checkout may be root's, and its commands anybody's."""
    script = (ROOT / "infra/machine.sh").read_text("utf-8")
    program = write_program(
        tmp_path / "machine.sh", script.replace("-w .", "-w /sys/x")
    )
    for installed, code in ((False, 1), (True, 0)):
        if installed:
            write_program(tmp_path / ".venv/bin/python", "exit 0")
            (tmp_path / ".venv/running").touch()
        done = run_script(tmp_path, str(program), sys.executable, "first")
        assert done.returncode == code, done.stderr
        assert ("clone into another" in done.stderr) is not installed


def test_the_tests_need_more_room_than_a_run(tmp_path: Path) -> None:
    """Which is looked at before their packages are fetched."""
    write_program(tmp_path / "df", "echo; echo a b c 1200000 d e")
    done = run_script(tmp_path, "machine.sh", sys.executable, "first")
    assert (done.returncode, done.stderr) == (0, "")
    done = run_script(tmp_path, "machine.sh", sys.executable)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("note ")
    done = run_script(tmp_path, "machine.sh", sys.executable, "first", "tests")
    assert done.returncode == 1
    assert "MB more for the tests is needed" in done.stderr


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (
            "exit 0",
            "make: ERROR: no room (.local/setup.log has more): "
            "run it again, it goes on there\n",
        ),
        ("echo make: no network >&2; exit 1", "make: no network\n"),
    ],
)
def test_a_step_of_setup_fails_in_one_line(
    tmp_path: Path, network: str, said: str
) -> None:
    """However much pip has to say of it; that is kept."""
    write_program(tmp_path / ".venv/bin/python", network)
    pip = write_program(tmp_path / "pip", 'echo "a\nERROR: no room\n" >&2; exit 3')
    done = run_script(tmp_path, "step.sh", str(pip))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert (tmp_path / ".local/setup.log").read_text().startswith("a\n")


def test_a_step_of_setup_fails_in_one_line_before_there_is_a_python(
    tmp_path: Path,
) -> None:
    """Making the environment is the first step, and there may be no room for it."""
    venv = write_program(tmp_path / "venv", "echo 'a\nOSError: no room' >&2; exit 1")
    done = run_script(tmp_path, "step.sh", str(venv))
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("make: OSError: no room (.local/setup.log has more)")


def test_all_of_setup_that_a_ctrl_c_may_meet_is_a_step() -> None:
    """Or else Python's own traceback, over twenty lines, would be on the console."""
    text = (ROOT / "Makefile").read_text("utf-8")
    recipe = text.partition("\n$(VENV)/running:")[2].partition("\n\n")[0]
    assert "sh infra/step.sh $(PYTHON) -m venv" in recipe


def test_a_step_of_setup_that_succeeds_is_silent(tmp_path: Path) -> None:
    """Without a terminal; pip takes that from a variable."""
    pip = write_program(tmp_path / "pip", 'echo warning >&2; [ "$PIP_QUIET" = 1 ]')
    done = run_script(tmp_path, "step.sh", str(pip))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_doctor_goes_on_after_what_is_missing(tmp_path: Path) -> None:
    """It tells all of it at once."""
    write_program(tmp_path / "uname", 'echo "Darwin arm64"')
    nowhere = "http://127.0.0.1:9/"
    code, lines = run_make(
        "doctor",
        f"PIP_INDEX_URL={nowhere}",
        f"NPM_CONFIG_REGISTRY={nowhere}",
        path=f"{tmp_path}:/usr/bin:/bin",
    )
    assert code == 2
    missing = [line for line in lines if line.startswith("MISSING")]
    assert len(missing) == 3
    assert "Linux on x86-64" in missing[0]
    assert "the network, for packages" in missing[1]
    assert "the network, for the browser" in missing[2]


def test_the_workflow_calls_what_anybody_can_call() -> None:
    """What a change has to pass is in the script and the Makefile alone."""
    text = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    jobs = yaml.safe_load(text)["jobs"].values()
    steps = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    ours = [step for step in steps if not step.startswith(("apt-get ", "git config "))]
    assert ours == [".ci/run"]
    script = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    commands = [line for line in script if line and not line.startswith(("#", "set "))]
    assert commands.pop(0) == 'cd "$(dirname "$0")/.."'
    assert all(line.startswith("make ") for line in commands)
