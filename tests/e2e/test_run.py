"""`make run` as a person meets it: the real parts, started by one command."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from infra.aws.clients import make_clients
from infra.local.processes import find_descendants
from infra.local.state import read_state
from infra.local.storage import Storage, start_storage
from renderer.figures.ranges import RANGES

ROOT = Path(__file__).resolve().parents[2]
PICTURES = [
    "graph.png",
    *(
        f"graphs/{name}-{what}.png"
        for name in RANGES
        for what in ("total", "increments")
    ),
]
# Nothing listens on the port for discarding.
NO_PROXY_THERE = "http://127.0.0.1:9/"
SECRET = "s3cret-in-the-address"
HOUR_LINE = re.compile(
    r"\d\d:00  [\d,]+  (?:\+[\d,]+  )?\d+ objects in \d+\.\d s$|\d\d:00  [\d,]+  \+\d+$"
)


@dataclass
class Source:
    """A counter on loopback; every GET is noted, nothing else is answered."""

    count: int = 1_234_567
    status: int = 200
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def source() -> Iterator[Source]:
    """Serve a counter as the button page does."""
    counter = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            counter.asked.append(self.path)
            now = datetime.now(UTC) + timedelta(hours=9)
            answer = {"time": f"{now:%Y-%m-%d %H:%M:%S}", "count": str(counter.count)}
            body = json.dumps(answer).encode()
            self.send_response(counter.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    counter.url = f"http://127.0.0.1:{server.server_port}/api?key={SECRET}"
    yield counter
    server.shutdown()
    server.server_close()


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give the environment that the Makefile would, with a folder of the test's own.

    Its name has blanks, and the network wants a proxy, which answers nothing here.
    """
    installed = ROOT / ".browser"
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY"), NO_PROXY_THERE)
    no_bypass = dict.fromkeys(("NO_PROXY", "no_proxy"), "")
    return {
        "BROWSER_PATH": str(installed / "chromium"),
        "PLOTLY_JS": str(installed / "plotly.min.js"),
        **os.environ,
        **proxies,
        **no_bypass,
        "DATA": str(tmp_path / "a folder, and blanks"),
        "PORT": "0",
    }


class Running:
    """A started stack, and the lines that it has printed so far."""

    def __init__(self, env: Mapping[str, str], settings: Mapping[str, str]) -> None:
        """Start it as `make run` does."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env={**env, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, text: str, timeout_s: float = 90) -> str:
        """Wait for a line with this text and return it."""
        deadline = time.monotonic() + timeout_s
        while not (found := [line for line in self.lines if text in line]):
            assert time.monotonic() < deadline, f"no {text!r} in {self.lines}"
            assert self.process.poll() is None, f"ended early: {self.lines}"
            time.sleep(0.05)
        return found[0]

    def wait(self, timeout_s: float = 200) -> int:
        """Wait for its end and return the exit code."""
        code = self.process.wait(timeout_s)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def find_child(self, words: set[str]) -> int:
        """Return the process id of the part whose command has these words."""
        [pid] = [pid for pid, parts in self.commands().items() if words <= {*parts}]
        return pid

    def commands(self) -> dict[int, list[str]]:
        """Return the commands of all processes below it."""
        commands = {}
        for pid in find_descendants(self.process.pid):
            with contextlib.suppress(OSError):  # it may have ended by now
                text = Path(f"/proc/{pid}/cmdline").read_text("utf-8")
                commands[pid] = text.split("\0")
        return commands

    def wait_until_no_zombie(self, timeout_s: float = 30) -> None:
        """Wait until nothing below it is dead and still there."""
        deadline = time.monotonic() + timeout_s
        while any(not words[0] for words in self.commands().values()):
            assert time.monotonic() < deadline, self.commands()
            time.sleep(0.05)

    def published(self) -> list[str]:
        """Return the keys that it listed as published."""
        lines = [line for line in self.lines if "published | " in line]
        return [line.split()[-1] for line in lines]


Start = Callable[..., Running]


@pytest.fixture
def start(env: dict[str, str]) -> Iterator[Start]:
    """Start stacks that certainly end with the test."""
    started: list[Running] = []

    def begin(**settings: str) -> Running:
        started.append(Running(env, settings))
        return started[-1]

    yield begin
    for running in started:
        pids = {running.process.pid, *find_descendants(running.process.pid)}
        for pid in pids if running.process.poll() is None else ():
            os.kill(pid, signal.SIGKILL)
        running.wait()


def readings_in(storage: Storage) -> list[str]:
    """Return the keys of all readings."""
    client = storage.client()
    answer = client.list_objects_v2(Bucket="data", Prefix="readings/")
    client.close()
    return [item["Key"] for item in answer.get("Contents", [])]


def is_alive(pid: int) -> bool:
    """Say whether a process runs; a dead one is left to whoever adopted it.

    That may be this test's own process, once something was drawn in it.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def gone(pids: set[int], timeout_s: float = 30) -> bool:
    """Wait until none of the processes runs any more."""
    deadline = time.monotonic() + timeout_s
    while any(map(is_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wait_for_an_hour_with_time_left(seconds: int) -> None:
    """Wait over the end of an hour, in which a test could not be done."""
    while (now := datetime.now(UTC)).minute * 60 + now.second > 3600 - seconds:
        time.sleep(0.5)


def test_once_records_and_publishes_one_hour_and_a_second_time_changes_nothing(
    start: Start, source: Source, env: dict[str, str]
) -> None:
    """ONCE=1 reads the counter, publishes page, pictures and data, and exits 0.

    The same hour again keeps its first count, and is no error.
    """
    wait_for_an_hour_with_time_left(50)  # both runs must lie in it
    stack = start(ONCE="1", COUNT_URL=source.url)
    assert stack.wait() == 0, stack.lines
    assert source.asked == [f"/api?key={SECRET}"]
    assert SECRET not in "\n".join(stack.lines)
    folder = Path(env["DATA"]) / "nyanpass"
    assert SECRET not in (folder / "functions.log").read_text("utf-8")

    storage = start_storage(folder / "storage")
    try:
        [key] = readings_in(storage)
        assert key.startswith("readings/counter=nyanpass/date=")
        assert (
            requests.get(f"{storage.endpoint}/data/{key}", timeout=9).status_code == 403
        )
        published = stack.published()
        assert {"index.html", "data/summary.json", *PICTURES} <= set(published)
        for name in published:
            answer = requests.get(f"{storage.endpoint}/site/{name}", timeout=9)
            assert answer.status_code == 200, name
            assert answer.content, name
            if name.endswith(".png"):
                assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
        page = requests.get(f"{storage.endpoint}/site/index.html", timeout=9)
        assert "1,234,567" in page.text
    finally:
        storage.stop()

    source.count += 1
    again = start(ONCE="1", COUNT_URL=source.url)
    assert again.wait() == 0, again.lines
    assert not shown(stack, "found")
    [found] = shown(again, "data | found")
    hour = datetime.strptime(key[-21:-5], "%Y%m%dT%H%M%SZ")
    assert found.endswith(f"found 1 reading, the last of {hour.isoformat()}Z")
    assert "index.html" in again.published()
    storage = start_storage(folder / "storage")
    try:
        assert readings_in(storage) == [key]
        page = requests.get(f"{storage.endpoint}/site/index.html", timeout=9)
        assert "1,234,567" in page.text
    finally:
        storage.stop()


def test_a_counter_that_cannot_be_read_is_an_error(
    start: Start, source: Source, env: dict[str, str]
) -> None:
    """Nothing is recorded or published, the failure is kept, the exit code is 1."""
    source.status = 404
    stack = start(ONCE="1", COUNT_URL=source.url)
    assert stack.wait() == 1
    assert stack.lines[-1] == ("make run: nothing was collected, see the line above"), (
        stack.lines
    )
    said = "failed: RefusedError: the source answered 404: check COUNT_URL; "
    first, last = shown(stack, "collector |")
    assert f"{said}trying again" in first
    assert f"{said}kept in " in last
    assert "Traceback" not in "\n".join(stack.lines)
    assert len(source.asked) == 3
    [failure] = (Path(env["DATA"]) / "nyanpass" / "failures").iterdir()
    assert "scheduled_time" in json.loads(failure.read_text("utf-8"))["event"]
    assert SECRET not in "\n".join(stack.lines) + failure.read_text("utf-8")


def test_a_running_stack_stops_without_a_trace(
    start: Start, source: Source, env: dict[str, str]
) -> None:
    """SIGTERM ends every process, also in the middle of a drawing.

    So does Ctrl-C, with which the demonstration ends below.
    """
    stack = start(COUNT_URL=source.url)
    wait_for_browser(stack, env)
    pids = find_descendants(stack.process.pid)
    stack.process.send_signal(signal.SIGTERM)
    assert stack.wait(30) == 0, stack.lines
    assert gone(pids, 0)
    assert not (Path(env["DATA"]) / "stack.env").exists()


def test_a_killed_stack_takes_its_parts_along(
    start: Start, source: Source, env: dict[str, str]
) -> None:
    """Even SIGKILL, which leaves no time to clean up, leaves no process.

    The file that led to it is left, and the commands say that there is no stack. The
    next start tells what it found, of which nothing is lost; what a power cut would
    have left without its content is made anew.
    """
    wait_for_an_hour_with_time_left(60)  # the next one has another picture
    stack = start(COUNT_URL=source.url)
    site = stack.wait_for("site |").split()[-1]
    picture = requests.get(f"{site}graph.png", timeout=9).content
    pids = find_descendants(stack.process.pid)
    stack.process.kill()
    assert stack.wait(10) == -signal.SIGKILL
    assert gone(pids)
    done = make(env, "status", STACK="local")
    assert done.stderr.startswith(
        f"make status: the stack (pid {stack.process.pid}) is gone: start `make run`\n"
    ), done.stderr
    tear(Path(env["DATA"]) / "nyanpass" / "storage", picture)
    stack = start(COUNT_URL=source.url)
    stack.wait_for("data | the last run left 1 object half-written: made anew")
    found = stack.wait_for("found 1 reading, the last of ")
    assert found.endswith("; the last run did not end by itself")
    # What is there already is shown at once.
    site = stack.wait_for("site |").split()[-1]
    stack.wait_for("renderer | published")
    assert requests.get(f"{site}graph.png", timeout=9).content == picture


def tear(folder: Path, content: bytes) -> None:
    """Blank an object's content in the files of the storage."""
    blanked = 0
    for path in folder.glob("site_*.dat"):
        stored = path.read_bytes()
        blanked += stored.count(content)
        path.write_bytes(stored.replace(content, bytes(len(content))))
    assert blanked


def test_what_dies_is_told_and_started_again(
    start: Start, source: Source, env: dict[str, str]
) -> None:
    """Storage and emulators come back, and then a reading is stored and published."""
    source.status = 404  # without a reading nothing is drawn
    stack = start(COUNT_URL=source.url)
    stack.wait_for("kept in")
    source.status = 200
    emulator = "--runtime-api-address"
    for name, words in {
        "storage": {"server", "-s3=true"},
        "collector": {emulator, "collector.handler.handler"},
        "renderer": {emulator, "renderer.handler.handler"},
    }.items():
        os.kill(stack.find_child(words), signal.SIGKILL)
        stack.wait_for(f"{name} ended (killed by SIGKILL); starting it again")
    collect(env)
    stack.wait_for("site |")
    assert len(shown(stack, "ended (")) == 3


def test_a_killed_renderer_leaves_no_zombie(
    start: Start, source: Source, env: dict[str, str]
) -> None:
    """Its browser is the stack's then, and ends without its driver."""
    stack = start(COUNT_URL=source.url)
    wait_for_browser(stack, env)
    runtimes = [
        pid
        for pid, words in stack.commands().items()
        if words[-2:-1] == ["renderer.handler.handler"] and "awslambdaric" in words
    ]
    os.kill(max(runtimes), signal.SIGKILL)
    stack.wait_for(" objects in ")
    stack.wait_until_no_zombie()


def test_a_running_stack_has_its_data_for_itself_and_takes_an_old_history(
    start: Start, source: Source, env: dict[str, str], tmp_path: Path
) -> None:
    """A second stack is refused and says what to do; two never write to one folder.

    Nor does another counter's: the commands would be led to the one that began last.
    `make import` finds the running stack, and the page then shows the history.
    """
    history = tmp_path / "history.csv"
    history.write_text("time,count\n2026-01-01T00:00:00Z,5\n2026-01-01T01:00:00Z,8\n")
    source.status = 404  # the history's readings are the only ones
    stack = start(COUNT_URL=source.url)
    stack.wait_for("Ctrl-C stops it")
    for given in ({"COUNT_URL": source.url}, {}):
        second = start(**given)
        assert second.wait(30) == 1
        assert "another stack runs on" in second.lines[-1]
        assert "DATA=" in second.lines[-1]
    done = make(env, "import", CSV=str(history))
    assert done.returncode == 0, done.stderr
    assert "imported 2, already there 0, conflicts 0, bad lines 0" in done.stdout
    stack.wait_for("renderer | published, 2 readings, ")


def test_an_import_without_a_place_to_go_says_what_to_do(
    env: dict[str, str], tmp_path: Path
) -> None:
    """Without a running stack and without DATA_BUCKET nothing is imported."""
    history = tmp_path / "history.csv"
    history.write_text("time,count\n2026-01-01T00:00:00Z,5\n")
    done = make(env, "import", CSV=str(history))
    assert done.returncode != 0
    assert "no stack runs here" in done.stderr


def make(
    env: Mapping[str, str], target: str, **given: str
) -> subprocess.CompletedProcess[str]:
    """Run `make` with variables; `setup` is done, or this test could not run."""
    variables = [f"{name}={value}" for name, value in given.items()]
    return subprocess.run(
        ["make", target, *variables, "--assume-old=setup"],
        cwd=ROOT,
        # What `make test` itself was given is nothing that this one takes.
        env={
            name: env[name] for name in env if name not in ("DATA_BUCKET", "MAKEFLAGS")
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def collect(env: Mapping[str, str]) -> None:
    """Have the running stack collect the present hour now."""
    state = read_state(Path(env["DATA"]) / "stack.env")
    make_clients(state)("lambda").invoke(
        FunctionName="collector", InvocationType="Event", Payload=b"{}"
    )


def shown(stack: Running, text: str) -> list[str]:
    """Return the lines with this text."""
    return [line for line in stack.lines if text in line]


def shown_hours(stack: Running) -> list[str]:
    """Return the times of the hours that have a line."""
    return [line[:5] for line in stack.lines if HOUR_LINE.match(line)]


def wait_for_browser(stack: Running, env: Mapping[str, str]) -> None:
    """Wait until the renderer has started its browser."""
    deadline = time.monotonic() + 90
    while env["BROWSER_PATH"] not in {words[0] for words in stack.commands().values()}:
        assert time.monotonic() < deadline, stack.lines
        assert not shown(stack, " objects in "), stack.lines
        time.sleep(0.1)


def test_the_demonstration_lives(start: Start) -> None:
    """Without settings a year of history is shown, and hour after hour is added."""
    stack = start(FAST="4")
    stack.wait_for("demo | a history that is made up for the demonstration, until")
    imported = stack.wait_for("import | imported")
    rows = int(imported.split("imported ")[1].split(",")[0])
    assert rows > 8500
    stack.wait_for(" objects in ")
    deadline = time.monotonic() + 120
    while len(shown_hours(stack)) < 3:
        assert time.monotonic() < deadline, stack.lines
        time.sleep(0.1)
    hours = shown_hours(stack)
    assert len(hours) == len(set(hours))
    site = stack.wait_for("site |").split()[-1]
    assert "架空" in requests.get(site, timeout=9).content.decode()
    assert requests.get(f"{site}data/summary.json", timeout=9).status_code == 200
    wrong = requests.get(f"{site}no/such/page", timeout=9)
    assert (wrong.status_code, "<h1>" in wrong.text) == (404, False)
    assert site in wrong.text
    button = stack.wait_for("press the button at").split()[-1]
    before = requests.get(f"{button}api", timeout=9).json()
    after = requests.post(f"{button}api", timeout=9).json()
    assert int(after["count"]) > int(before["count"])
    assert "にゃんぱすー" in requests.get(button, timeout=9).content.decode()
    assert requests.get(f"{button}nothing", timeout=9).status_code == 404
    stack.wait_until_no_zombie()
    pids = find_descendants(stack.process.pid)
    stack.process.send_signal(signal.SIGINT)
    assert stack.wait(30) == 0
    assert gone(pids, 0)
