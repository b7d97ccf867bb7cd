"""Which variables each command takes, and what is said of others."""

import re

import pytest

import collector.settings
import renderer.settings
from infra.aws.template import load_template
from infra.images.commit import ROOT
from infra.operate.parameters import name_variable
from infra.variables import MAKEFILE, list_mistakes, read_variables
from renderer.site.languages import LANGUAGES

TAKES = read_variables(MAKEFILE.read_text("utf-8"))
# How the commands read one.
READ = re.compile(
    r"(?:\benv(?:iron)?(?:\.get\(|\[)|\(\s*(?:os\.)?env(?:iron)?,\s*)\"([A-Z_]+)\""
)
# Those that stand on no `#|` line, since they belong to a program below the command.
BELOW = {"STORAGE_DRIVER", "DEBIAN_MIRROR", "DEBIAN_SECURITY_MIRROR"}
# What `make run` leaves to its own parts.
INNER = {"DATA_BUCKET", "SITE_BUCKET", "BROWSER_PATH", "PLOTLY_JS"}
# What a note says in each language.
LANGUAGE_NAMES = {each.code.upper() for each in LANGUAGES}
SETTINGS = {*collector.settings.VARIABLES, *renderer.settings.VARIABLES} - INNER


def find_read(*files: str) -> set[str]:
    """Return the variables that these files read."""
    texts = [(ROOT / "infra" / name).read_text("utf-8") for name in files]
    return {name for text in texts for name in READ.findall(text)}


def test_the_settings_of_a_run_are_all_there() -> None:
    """And no other."""
    own = find_read("local/settings.py", "local/state.py") | {"ONCE", "FAST"}
    assert {"PORT", "LISTEN", "SAMPLE", "DATA"} <= own
    wrong = set(TAKES["run"]) ^ (SETTINGS | own - INNER)
    assert not wrong, f"in the Makefile, before `run:`, add or remove {sorted(wrong)}"


def test_a_deploy_takes_every_parameter_of_the_template() -> None:
    """By its variable."""
    parameters = {name_variable(name) for name in load_template()["Parameters"]}
    wrong = set(TAKES["deploy"]) ^ (parameters | {"STACK", "DATA", "DRY", "YES"})
    assert not wrong, (
        f"in the Makefile, before `deploy:`, add or remove {sorted(wrong)}"
    )


# Every command works on a stack, which is found by these.
FINDS = ("operate/stack.py", "local/state.py")
ENGINE = ("images/engine.py", "images/debian.py")
YES = "console.py"


@pytest.mark.parametrize(
    ("commands", "files"),
    [
        ("status", ("operate/status.py", *FINDS)),
        ("logs", ("operate/logs.py", *FINDS)),
        ("replay", ("operate/replay.py", *FINDS)),
        ("redrive", ("operate/redrive.py", *FINDS)),
        ("rebuild", ("operate/rebuild.py", *FINDS)),
        ("void correct restore", ("operate/correct.py", *FINDS)),
        ("note unnote", ("operate/note.py", *FINDS)),
        (
            "destroy",
            ("operate/destroy.py", "images/ecr.py", YES, *FINDS),
        ),
        ("images", ENGINE),
        (
            "push-images",
            (*ENGINE, "images/push.py", "images/ecr.py", "images/prune.py", YES),
        ),
    ],
)
def test_a_command_takes_exactly_what_it_reads(
    commands: str, files: tuple[str, ...]
) -> None:
    """Whoever adds a variable adds it in the Makefile, too."""
    taken = {name for command in commands.split() for name in TAKES[command]}
    told = LANGUAGE_NAMES if "note" in commands.split() else set()
    assert taken == find_read(*files) - BELOW | told


def test_what_is_taken_is_read_somewhere() -> None:
    """No command has a variable that does nothing."""
    texts = [path.read_text("utf-8") for path in (ROOT / "infra").rglob("*.py")]
    texts += [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    code, makefile = "\n".join(texts), MAKEFILE.read_text("utf-8")
    settings = {*SETTINGS, *TAKES["deploy"], *LANGUAGE_NAMES}
    for name in {name for names in TAKES.values() for name in names} - settings:
        assert f'"{name}"' in code or f"$({name})" in makefile, name


def test_every_target_that_is_listed_checks_first() -> None:
    """On the right machine, and with no variable that it does not take."""
    rules = dict(re.findall(r"^([a-z/.$()A-Z-]+):([^=#\n]*)", "\n".join(LINES), re.M))

    def reaches(target: str) -> bool:
        needed = rules.get(target, "").replace("|", " ").split()
        return "usable" in needed or any(reaches(each) for each in needed)

    unchecked = {target for target in TAKES if not reaches(target)}
    assert unchecked == {"help", "doctor", "clean"}


LINES = [
    line
    for line in MAKEFILE.read_text("utf-8").splitlines()
    if not line.startswith(("\t", "#"))
]


@pytest.mark.parametrize(
    ("goals", "given", "said"),
    [
        (["status"], ["STACK", "DATA", "AWS_REGION", "HTTPS_PROXY"], []),
        (["check", "test"], ["ARGS"], []),
        (["deploy"], ["DYR"], ["no variable DYR of it: did you mean DRY?"]),
        (["deploy"], ["title"], ["no variable title of it: did you mean TITLE?"]),
        (["deploy"], ["XYZZY"], ["`make help` lists those that it takes"]),
        (["rebuild"], ["DRY"], ["no variable DRY of it: it takes DATA, STACK"]),
        (
            ["cost"],
            ["DRY"],
            ["make cost: there is no variable DRY of it: it takes none"],
        ),
        (["statsu"], [], ["make: there is no command statsu: did you mean status?"]),
        (["run", "xyzzy"], ["PORT"], ["no command xyzzy: `make help` lists them"]),
        (["usable", ".venv/running"], [], []),
        (["redrive"], ["A", "B"], ["no variable A of it", "no variable B of it"]),
    ],
)
def test_what_is_none_is_named(
    goals: list[str], given: list[str], said: list[str]
) -> None:
    """With what was perhaps meant."""
    found = list(list_mistakes(TAKES, goals, given))
    assert len(found) == len(said)
    for line, words in zip(found, said, strict=True):
        assert words in line


def test_the_documents_give_a_command_only_what_it_takes() -> None:
    """What is copied from them is not refused."""
    used = re.compile(r"\bmake ((?:[a-z-]+ )+)((?:[A-Z_]+=(?:\"[^\"]*\"|[^ `]*) ?)+)")
    seen = 0
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        text = document.read_text("utf-8")
        for goals, given in used.findall(text):
            names = re.findall(r"(?:^| )([A-Z_]+)=", given)
            mistakes = [*list_mistakes(TAKES, goals.split(), names)]
            assert not mistakes, f"{document.name}: {mistakes}"
            seen += 1
    assert seen > 20
