"""Logs are bounded, and whoever writes to them goes on whatever becomes of the disk."""

from pathlib import Path

from infra.local.logs import Log


def test_a_log_keeps_its_newest_lines_within_a_bound(tmp_path: Path) -> None:
    """There are two files at most, whatever was there before."""
    path = tmp_path / "functions.log"
    path.write_text("an older run's line\n")
    log = Log(path, max_bytes=1000)
    for number in range(500):
        log.write(f"line {number:04} % of it")
    log.close()
    older = tmp_path / "functions.log.1"
    assert sorted(tmp_path.iterdir()) == [path, older]
    assert path.stat().st_size + older.stat().st_size <= 2000
    lines = (older.read_text() + path.read_text()).splitlines()
    assert lines[-1] == "line 0499 % of it"
    assert len(lines) > 50


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    """As on a full disk; without a word about it."""
    log = Log(Path("/dev/full"))
    log.write("lost")
    log.close()
    log = Log(tmp_path / "no folder" / "functions.log")
    log.write("lost")
    log.close()
