"""The sandbox is as narrow as Lambda's, and the images live within it."""

import json
from pathlib import Path

import pytest

from tests.images.bundle import HOME, TMP_MB, Box, Limits
from tests.images.conftest import COLLECTOR, RENDERER
from tests.images.rootfs import Rootfs
from tests.images.sandbox import run_once

LOOK = """
import json, os, resource, shutil, socket
from pathlib import Path

def writes(path):
    try:
        Path(path, "written").write_text("")
    except OSError as error:
        return type(error).__name__ + " " + str(error.errno)
    return "written"

def reaches(address):
    try:
        socket.create_connection(address, timeout=2).close()
    except OSError as error:
        return type(error).__name__
    return "reached"

status = dict(
    line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines()
)
print(json.dumps({
    "user": [os.getuid(), os.getgid()],
    "capabilities": {k: int(v, 16) for k, v in status.items() if k.startswith("Cap")},
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "home": [os.environ["HOME"], os.path.exists(os.environ["HOME"])],
    "writes": {path: writes(path) for path in (
        "/", "/var/task", "/opt/venv", "/var/tmp", "/run", "/dev", "/dev/shm", "/tmp"
    )},
    "processes": resource.getrlimit(resource.RLIMIT_NPROC),
    "tmp": shutil.disk_usage("/tmp").total,
    "outside": reaches(("192.0.2.1", 80)),
    "interfaces": [name for _, name in socket.if_nameindex()],
}))
"""


@pytest.fixture(params=["collector", "renderer"])
def box(request: pytest.FixtureRequest) -> Box:
    """Give each function's box."""
    limits = {"collector": COLLECTOR, "renderer": RENDERER}[request.param]
    return Box(request.getfixturevalue(f"{request.param}_image"), limits)


def test_the_sandbox_gives_what_lambda_gives_and_no_more(box: Box) -> None:
    """User, rights, home, folders, limits and network are those of Lambda."""
    done = run_once(box, ["python", "-c", LOOK])
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["user"] == [993, 990]
    assert set(seen["capabilities"].values()) == {0}
    assert seen["no_new_privileges"] == "1"
    assert seen["home"] == [HOME, False]
    assert seen["writes"].pop("/tmp") == "written"
    assert "written" not in seen["writes"].values()
    assert seen["processes"] == [1024, 1024]
    assert seen["tmp"] == TMP_MB * 2**20
    assert seen["outside"] == "OSError"
    assert seen["interfaces"] == ["lo"]


def test_more_memory_than_allowed_is_not_to_be_had(collector_image: Rootfs) -> None:
    """A process that takes more than the limit is killed."""
    box = Box(collector_image, Limits(memory_mb=128, timeout_s=10))
    done = run_once(box, ["python", "-c", "print(len(bytearray(200 * 2**20)))"])
    assert done.returncode == 137
    done = run_once(box, ["python", "-c", "print(len(bytearray(64 * 2**20)))"])
    assert done.returncode == 0, done.stderr


def test_more_than_512_mb_do_not_fit_into_tmp(collector_image: Rootfs) -> None:
    """Writing on fails with "no space left", as on Lambda."""
    box = Box(collector_image, Limits(memory_mb=1024, timeout_s=10))
    fill = "open('/tmp/file', 'wb').write(bytes(513 * 2**20))"
    done = run_once(box, ["python", "-c", fill])
    assert "No space left on device" in done.stderr


def test_every_module_has_its_bytecode_and_it_is_never_checked(box: Box) -> None:
    """Nothing is compiled at a start, and a changed time of a file is no reason to."""
    packages = [box.rootfs.path / "opt/venv/lib", box.rootfs.path / "var/task"]
    sources = [path for folder in packages for path in folder.rglob("*.py")]
    assert len(sources) > 300
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        # Flags of PEP 552: hash-based, not checked.
        assert compiled.read_bytes()[4:8] == b"\x01\0\0\0", source


def test_everything_can_be_read_by_lambdas_user(box: Box) -> None:
    """Lambda's user is nobody's owner, so all files are for everyone to read."""
    hidden = [
        path
        for folder in ("opt", "var/task")
        for path in (box.rootfs.path / folder).rglob("*")
        if not path.is_symlink() and not path.lstat().st_mode & 0o004
    ]
    assert hidden == []


def test_nothing_that_only_a_build_needs_is_left(box: Box) -> None:
    """No installer, no lists of packages, no secret of the build."""
    root = box.rootfs.path
    for name in ("pip", "ensurepip"):
        assert not list(root.glob(f"opt/venv/lib/python3*/site-packages/{name}"))
        assert not list(root.glob(f"usr/lib/python3*/{name}"))
    for folder in ("var/lib/apt/lists", "run", "build", "steps", "checks", "tmp"):
        files = [path for path in (root / folder).rglob("*") if path.is_file()]
        assert [path for path in files if path.stat().st_size] == []


def test_no_certificate_of_the_builders_network_is_trusted(
    renderer_image: Rootfs,
) -> None:
    """The image trusts what Debian trusts, whatever it took to build it."""
    public = [
        certificate
        for path in Path("/usr/share/ca-certificates/mozilla").glob("*.crt")
        for certificate in _certificates(path)
    ]
    builders = set(_certificates(Path("/etc/ssl/certs/ca-certificates.crt")))
    trusted = _certificates(renderer_image.path / "etc/ssl/certs/ca-certificates.crt")
    assert len(trusted) > 100
    assert not set(trusted) & (builders - set(public))


def _certificates(path: Path) -> list[str]:
    parts = path.read_text().split("-----BEGIN CERTIFICATE-----")[1:]
    return ["".join(part.split("-----END")[0].split()) for part in parts]
