"""What is said of a machine beside what setup itself needs."""

import socket
from pathlib import Path

import pytest

from infra import doctor

NPM = ("NPM_CONFIG_REGISTRY", "npm_config_registry")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, without the machine's own configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "PIP_FILES", ("pip.conf",))
    monkeypatch.setattr(doctor, "NPM_FILES", ("npmrc",))
    for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "PORT", *NPM, "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)


def test_the_registries_are_those_that_are_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the environment, else by the files, else the public ones."""
    assert doctor.find_pip_index() == doctor.PYPI
    assert doctor.find_npm_registry() == doctor.NPM
    Path("pip.conf").write_text("[global]\nindex-url = http://a/%20x\n")
    Path("npmrc").write_text("audit=false\nregistry = http://b/\n")
    assert doctor.find_pip_index() == "http://a/%20x"
    assert doctor.find_npm_registry() == "http://b/"
    monkeypatch.setenv("PIP_INDEX_URL", "http://c/")
    assert doctor.find_pip_index() == "http://c/"


def test_npm_s_variable_wins_over_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is spelt."""
    Path("npmrc").write_text("registry = http://b/\n")
    for variable in ("NPM_CONFIG_REGISTRY", "npm_config_registry"):
        monkeypatch.setenv(variable, f"http://{variable}/")
        assert doctor.find_npm_registry() == f"http://{variable}/"


def test_files_that_cannot_be_read_are_passed_over() -> None:
    """What is wrong with them, pip and npm say."""
    for broken in (b"index-url = x\n", b"[global]\nindex-url = \xff\n[", b"\0\xff"):
        Path("pip.conf").write_bytes(broken)
        assert doctor.find_pip_index()
    Path("npmrc").write_bytes(b"\xff\nregistry=http://b/\n")
    assert doctor.find_npm_registry() == "http://b/"


def test_a_login_in_an_address_is_no_part_of_its_host() -> None:
    """Pip takes one there."""
    asked = "http://127.0.0.1:8/simple/"
    assert doctor.split_host("http://u:p@127.0.0.1:8/simple") == ("127.0.0.1", asked)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PIP_INDEX_URL", "nonsense", "for packages: PIP_INDEX_URL is no web address"),
        ("PIP_CERT", "/none", "PIP_CERT=/none holds no certificates that can be read"),
    ],
)
def test_a_wrong_setting_of_the_network_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    """It is no fault of the network."""
    monkeypatch.setenv(name, value)
    assert doctor.main(["network"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_network_that_is_down_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the host, and nothing of what else is in the address."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://name:secret@127.0.0.1:9/simple")
    assert doctor.main(["network"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("make: the network, for packages: 127.0.0.1 does not")
    assert "PIP_INDEX_URL" in error
    assert "secret" not in error
    assert error.count("\n") == 1


def test_a_port_is_free_or_taken_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken is no fault: any other will do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        [(state, words)] = doctor.check_port()
    assert (state, "PORT=0" in words) == (doctor.NOTE, True)
    [(state, _)] = doctor.check_port()
    assert state == doctor.OK
    for wrong in ("1.5", "x", "99999"):
        monkeypatch.setenv("PORT", wrong)
        [(state, words)] = doctor.check_port()
        said = f"PORT={wrong} is not a whole number from 0 to 65535"
        assert (state, words.startswith(said)) == (doctor.MISSING, True)


def test_a_browser_without_its_libraries_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before it is installed there is nothing to say of it."""
    [(state, _)] = doctor.check_browser()
    assert state == doctor.NOTE
    doctor.BROWSER.parent.mkdir()
    doctor.BROWSER.write_bytes(Path("/bin/sh").read_bytes())
    assert [state for state, _ in doctor.check_browser()] == [doctor.OK]
    ldd = Path("ldd")
    ldd.write_text("#!/bin/sh\necho '  libnss3.so => not found'\n")
    ldd.chmod(0o755)
    monkeypatch.setenv("PATH", f"{Path.cwd()}:/usr/bin:/bin")
    [(state, words)] = doctor.check_browser()
    assert (state, "libnss3.so" in words) == (doctor.MISSING, True)


def test_the_worst_of_all_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A note is no fault."""
    for state, code in ((doctor.OK, 0), (doctor.NOTE, 0), (doctor.MISSING, 1)):
        check = [(state, "words")]
        monkeypatch.setattr(doctor, "CHECKS", (lambda check=check: iter(check),))
        assert doctor.main([]) == code
        assert capsys.readouterr().out == f"{state:10} words\n"
