"""No process outlives the stack, not even one that its parent has left behind."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from infra.errors import StartError
from infra.local.ports import find_free_ports, is_free
from infra.local.processes import start_child, wait_until

# A grandchild in a session of its own, whose parent ends at once: like a browser
# of a renderer that was killed.
LEAVE_AN_ORPHAN = """
import subprocess, sys
from infra.local.processes import end_descendants
from renderer.drawing.process import adopt_orphans

adopt_orphans()
middle = '''
import subprocess
print(subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=2).pid)
'''
subprocess.run([sys.executable, "-c", middle], check=True)
end_descendants()
"""


def test_an_orphan_is_adopted_and_ended() -> None:
    """A process whose parent is gone is still found and killed."""
    done = subprocess.run(
        [sys.executable, "-c", LEAVE_AN_ORPHAN],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert not Path(f"/proc/{int(done.stdout)}").exists()


# One that ends by itself, beside a child that has ended, too.
LEAVE_A_ZOMBIE = """
import os, subprocess, sys
from infra.local.processes import Child, find_descendants, reap_orphans
from renderer.drawing.process import adopt_orphans

adopt_orphans()
middle = "import os, subprocess; left = subprocess.Popen(['true']); os._exit(0)"
subprocess.run([sys.executable, "-c", middle], check=True)
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
reap_orphans([])
assert not find_descendants(os.getpid())
reap_orphans([])
child = Child("part", lambda: subprocess.Popen(["false"]))
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
reap_orphans([child])
assert child.process.poll() == 1
"""


def test_an_orphan_that_has_ended_is_no_zombie_for_long() -> None:
    """And a child's own end is left for those who watch over it."""
    subprocess.run([sys.executable, "-c", LEAVE_A_ZOMBIE], timeout=30, check=True)


def test_stopping_a_child_that_does_not_listen_kills_it() -> None:
    """A child that ignores SIGTERM, and its own child, are gone all the same."""
    child = start_child(
        "deaf",
        ["sh", "-c", "trap '' TERM; sleep 60 & echo started; wait; sleep 60"],
        env={"PATH": "/usr/bin:/bin"},
    )
    assert child.process.stdout is not None
    assert child.process.stdout.readline() == b"started\n"
    child.stop(grace_s=0.2)
    assert child.find_end() == "killed by SIGKILL"


def test_a_part_that_ends_at_its_start_is_told_at_once() -> None:
    """Waiting for a part that has ended does not last until the timeout."""
    child = start_child("hasty", ["sh", "-c", "exit 7"], env={"PATH": "/usr/bin:/bin"})
    with pytest.raises(StartError, match=r"^it did not come up: .* code 7$"):
        wait_until(lambda: False, "it", child)
    child.stop()


def test_children_of_other_threads_are_refused() -> None:
    """A child would die with the thread that started it, so only one may."""
    errors: list[RuntimeError] = []

    def run() -> None:
        try:
            start_child("early", ["true"], env={})
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert len(errors) == 1


def test_free_ports_are_distinct_and_free() -> None:
    """No port is given twice, and SeaweedFS's second port is free as well."""
    ports = find_free_ports(20)
    assert len(set(ports)) == 20
    assert all(is_free(port) and is_free(port + 10_000) for port in ports)


def test_a_port_is_found_by_one_process_alone() -> None:
    """What nobody listens on yet may be meant for somebody all the same."""
    [port] = find_free_ports(1)
    other = (
        "from infra.local import ports\n"
        f"numbers = iter([{port}, *range(20_999, 11_000, -1)])\n"
        "ports.random.randrange = lambda *_: next(numbers)\n"
        "print(*ports.find_free_ports(1))"
    )
    found = subprocess.run(
        [sys.executable, "-c", other], check=True, capture_output=True, text=True
    )
    assert is_free(port)
    assert int(found.stdout) != port
