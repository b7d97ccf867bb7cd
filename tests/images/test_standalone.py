"""The standalone image as README says: `docker compose up`, on a real Docker.

One container goes through a day and what may befall it, in this order.
"""

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.images.network import find_secrets
from infra.images.programs import read_output
from infra.local.clock import HOUR
from tests.aws.docker_engine import run_docker
from tests.counter import serve_counter
from tests.images.composed import DISK_MB, PORT, SERVICE, Composed, write_override
from tests.images.netns import let_in, let_out, socket_within

# The image is built once, on a machine that may have more to do.
pytestmark = pytest.mark.timeout(900)
FAST = {"FAST": "3"}
LISTENING = "0A"
LASTING = {"tini", "weed", "aws-lambda-rie"}
# Longer than a parent takes to look at the end of its child.
STAYS_S = 3.0


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """Start an engine with a small disk for the volume; both end with the tests."""
    folder = tmp_path_factory.mktemp("standalone")
    trusted = Path(find_secrets(os.environ)["ca"])
    with run_docker(folder, trusted) as engine:
        disk = engine.folder / "disk"
        disk.mkdir()
        options = f"size={DISK_MB}m,uid=1000,gid=1000"
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
        read_output(engine.enter(folder, mount), "mount")
        yield Composed(engine, write_override(folder, disk))


@pytest.fixture(scope="module")
def site(composed: Composed) -> Iterator[str]:
    """Give the address of what the container publishes."""
    with let_in(composed.engine.pid, PORT) as way:
        yield f"http://127.0.0.1:{way.port}"


def read_summary(site: str) -> dict[str, Any]:
    """Read the newest numbers of the site."""
    answer = requests.get(f"{site}/data/summary.json", timeout=10)
    answer.raise_for_status()
    return dict(answer.json())


def wait_for(what: str, ready: Callable[[], bool], timeout_s: float = 60) -> None:
    """Wait until it is so; meanwhile the site may answer nothing at all."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if ready():
                return
        time.sleep(0.5)
    pytest.fail(f"{what}: not within {timeout_s:.0f} s")


def read_hour(site: str) -> datetime:
    """Read which hour the site's newest reading is of."""
    return datetime.fromisoformat(read_summary(site)["scheduled_at"])


def wait_for_hours(site: str, hours: int, since: datetime | None = None) -> datetime:
    """Wait until the site is that many hours on; return the hour of its last one."""
    wanted = (since or read_hour(site)) + hours * HOUR
    what = f"a site of {wanted:%d %H:%M}"
    wait_for(what, lambda: read_hour(site) >= wanted, timeout_s=30 + 6 * hours)
    return read_hour(site)


def test_compose_builds_and_starts_it(composed: Composed, site: str) -> None:
    """From the project's folder; it is healthy when there is a page to see."""
    composed.run("up", "--detach", "--wait", env=FAST)
    page = requests.get(f"{site}/", timeout=10)
    assert page.status_code == 200
    assert "<h1" in page.text
    assert f"http://127.0.0.1:{PORT}/" in page.text
    assert requests.get(f"{site}/no-such-page", timeout=10).status_code == 404


def test_it_runs_as_an_ordinary_user_who_can_change_nothing(composed: Composed) -> None:
    """Without a capability, and on a root that nobody writes to."""
    status = composed.execute("cat", "/proc/self/status")
    assert re.search(r"^Uid:\s+1000\s+1000\s+1000\s+1000$", status, re.MULTILINE)
    assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
    assert composed.try_to("exec", "-T", SERVICE, "touch", "/opt/x").returncode
    assert composed.execute("cat", "/proc/1/comm").strip() == "tini"


def test_nothing_but_the_site_can_be_reached_from_outside(composed: Composed) -> None:
    """Storage, functions and the commands' API stay on the container's loopback."""
    found = composed.inspect()["NetworkSettings"]["Networks"].values()
    [address] = [network["IPAddress"] for network in found]
    lines = composed.execute("cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
    rows = [line.split() for line in lines if ":" in line.split()[0]]
    ports = {int(row[1].split(":")[1], 16) for row in rows if row[3] == LISTENING}
    assert len(ports) > 5
    reached = set()
    for port in ports:
        with socket_within(composed.engine.pid) as outside:
            outside.settimeout(5)
            if outside.connect_ex((address, port)) == 0:
                reached.add(port)
    assert reached == {PORT}


@pytest.mark.parametrize(
    "path", ["data/", "data/?list-type=2", "site/", "?list-type=2"]
)
def test_the_buckets_cannot_be_seen(site: str, path: str) -> None:
    """The public port gives the site's files and no bucket."""
    answer = requests.get(f"{site}/{path}", timeout=10, allow_redirects=False)
    assert "<ListBucketResult" not in answer.text
    assert "readings/" not in answer.text
    assert requests.put(f"{site}/data/x", data=b"x", timeout=10).status_code >= 400


def test_the_commands_work_in_there(composed: Composed) -> None:
    """On its own stack; a file comes in by the standard input."""
    operate = ("exec", "-T", "-e", "CSV=/dev/stdin", "-e", "DRY=1", SERVICE)
    history = "time,count\n2001-01-01T00:00Z,1\n2001-01-01T01:00Z,2\n"
    command = ("python", "-m", "infra.operate", "import")
    told = composed.run(*operate, *command, stdin=history)
    assert "would import 2, already there 0, conflicts 0, bad lines 0" in told


def test_hours_leave_nothing_behind(composed: Composed, site: str) -> None:
    """No process is more after them, and none is dead; it is healthy all along.

    A tick may be under way, so those are counted that are always there.
    """
    wait_for_hours(site, 2)
    before = count_processes(composed)
    wait_for_hours(site, 6)
    assert count_processes(composed) == before
    assert composed.inspect()["State"]["Health"]["Status"] == "healthy"
    assert composed.inspect()["RestartCount"] == 0


def count_processes(composed: Composed) -> Counter[str]:
    """Count the container's lasting processes by their names, and all that stay dead.

    A process that has just ended is dead until its parent has looked, so only one that
    a second look finds dead as well counts.
    """
    before = find_dead(list_processes(composed))
    time.sleep(STAYS_S)
    found = list_processes(composed)
    names = [name for name, _ in found.values() if name in LASTING]
    return Counter([*names, *("dead" for _ in before & find_dead(found))])


def list_processes(composed: Composed) -> dict[str, tuple[str, str]]:
    """List the name and the state of each process in the container, by its id."""
    stats = composed.execute("sh", "-c", "cat /proc/[0-9]*/stat").splitlines()
    found = (re.match(r"([0-9]+) \((.*)\) (.) ", line) for line in stats)
    return {match[1]: (match[2], match[3]) for match in found if match}


def find_dead(processes: dict[str, tuple[str, str]]) -> set[str]:
    """Return the ids of those that have ended and whose end nobody has looked at."""
    return {pid for pid, (_, state) in processes.items() if state == "Z"}


def test_what_is_killed_goes_on_where_it_was(composed: Composed, site: str) -> None:
    """A killed stack is started again by Docker, a killed container by its user.

    No hour that was shown gets lost; one that passed meanwhile is missing, as it is.
    """
    shown = read_summary(site)
    composed.execute("sh", "-c", "kill -KILL $(cat /proc/1/task/1/children)")
    wait_for_hours(site, 2, datetime.fromisoformat(shown["scheduled_at"]))
    assert composed.inspect()["RestartCount"] == 1
    assert list_gaps(site, shown["scheduled_at"]) == shown["gaps"]["newest"]
    shown = read_summary(site)
    composed.run("kill")
    composed.run("up", "--detach", "--wait", env=FAST)
    wait_for_hours(site, 2, datetime.fromisoformat(shown["scheduled_at"]))
    assert list_gaps(site, shown["scheduled_at"]) == shown["gaps"]["newest"]


def list_gaps(site: str, until: str) -> list[dict[str, Any]]:
    """List the site's newest gaps that begin before an hour, as UTC text."""
    gaps = read_summary(site)["gaps"]["newest"]
    return [gap for gap in gaps if gap["first"] < until]


def test_a_full_disk_keeps_the_page_and_goes_on_when_there_is_room(
    composed: Composed, site: str
) -> None:
    """Visitors see the last good page; nothing has to be started by hand."""
    filling = "dd if=/dev/zero of=/data/filling bs=1M || true"
    assert "No space left" in composed.execute("sh", "-c", filling)
    last = read_hour(site)
    time.sleep(12)
    page = requests.get(f"{site}/", timeout=10)
    assert page.status_code == 200
    assert page.text.rstrip().endswith("</html>")
    composed.execute("rm", "/data/filling")
    wait_for_hours(site, 3, last)


def test_a_day_went_over_all_that(composed: Composed, site: str) -> None:
    """What was killed and filled has no process more than before, and none is dead."""
    [begun] = re.findall(r"its clock starts at (\S+Z)", composed.run("logs"))[:1]
    wait_for_hours(site, 24, datetime.fromisoformat(begun))
    found = count_processes(composed)
    assert set(found) == LASTING
    assert found["tini"] == 1


def test_it_is_stopped_in_order(composed: Composed) -> None:
    """SIGTERM ends it at once and with 0, and no thread has ended before."""
    start = time.monotonic()
    composed.run("stop")
    assert time.monotonic() - start < 20
    assert composed.inspect()["State"]["ExitCode"] == 0
    log = composed.run("logs", "--no-log-prefix")
    assert "stopping" in log
    assert "Exception in thread" not in log


def test_a_wrong_setting_ends_compose(composed: Composed) -> None:
    """With the one line; nothing is started that would be started again for ever."""
    told = composed.try_to("up", env={"TIME_ZONE": "Mars/Olympus"})
    assert told.returncode == 1
    [line] = [line for line in told.stdout.splitlines() if "make run: " in line]
    assert "TIME_ZONE 'Mars/Olympus' is not a name like Asia/Tokyo" in line
    assert composed.inspect()["State"]["Status"] == "created"


def test_a_counter_of_ones_own_needs_its_address_alone(composed: Composed) -> None:
    """Read and published on a fresh volume; what is empty counts as unset."""
    with serve_counter() as port, let_out(composed.engine.pid, port):
        address = f"http://127.0.0.1:{port}/secret-path"
        given = {"COUNT_URL": address, "COUNTER": "", "TITLE": "", "FAST": ""}
        told = run_image(composed, {**given, "ONCE": "1", "PORT": ""}, "own:/data")
    assert "nyanpass" in told.stdout
    assert "index.html" in told.stdout
    assert "secret-path" not in told.stdout
    assert told.returncode == 0


@pytest.mark.parametrize(
    "given", [{"LISTEN": "everywhere"}, {"TIME_ZONE": "Mars/Olympus"}, {"PORT": "x"}]
)
def test_a_wrong_setting_is_one_line(composed: Composed, given: dict[str, str]) -> None:
    """That names it, and the exit code is that of settings."""
    told = run_image(composed, given, "none:/data")
    [line] = told.stdout.splitlines()
    [name] = given
    assert line.startswith(f"make run: {name}")
    assert told.returncode == 2


def run_image(
    composed: Composed, given: dict[str, str], volume: str
) -> subprocess.CompletedProcess[str]:
    """Run the image that compose has built, once, on the network of its engine."""
    settings = (f"--env={name}={value}" for name, value in given.items())
    limits = ("--rm", "--read-only", "--tmpfs=/tmp", "--network=host")
    return subprocess.run(
        ["docker", "run", *limits, f"--volume={volume}", *settings, "nyanpass-count"],
        env={**os.environ, **composed.engine.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
