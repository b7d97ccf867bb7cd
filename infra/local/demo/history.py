"""The history that the demonstration begins with: made or moved to end now, imported.

The console and a note beside the data say what it is.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from collector.reading import floor_hour, format_utc
from infra.errors import StartError
from infra.local.console import print_line
from infra.local.demo import departures, made_up
from infra.local.demo.samples import DEPARTURES, Sample
from infra.local.disk import sync_disk
from infra.local.processes import start_child
from infra.local.settings import DATA_BUCKET, DEMONSTRATION, StackSettings
from infra.local.storage import Storage

NOTE = "ORIGIN.txt"


def import_sample(sample: Sample, settings: StackSettings, storage: Storage) -> None:
    """Import the sample unless an earlier run has done so, and say what it is.

    Its file is kept, so that a run after an interrupted one imports the same.
    """
    folder = settings.folder
    done, history = folder / "imported", folder / sample.file
    if not done.exists() and not history.exists():
        write_history(sample, folder, floor_hour(datetime.now(UTC)))
    note = folder / NOTE
    if note.exists():
        print_line("demo", note.read_text("utf-8", errors="replace").strip())
    if done.exists():
        return
    env = storage.make_child_env(
        DATA_BUCKET=DATA_BUCKET,
        COUNTER=DEMONSTRATION,
        TIME_ZONE=settings.time_zone,
        CSV=str(history),
    )
    command = [sys.executable, "-m", "infra.operate", "import"]
    code = _run_import(command, env)
    if code:
        raise StartError(f"the sample history was not imported (exit code {code})")
    # The mark must not outlive a power cut that takes what it stands for.
    sync_disk(folder)
    done.touch()


def _run_import(command: list[str], env: dict[str, str]) -> int:
    child = start_child("import", command, env=env)
    stream = child.process.stdout
    assert stream is not None
    try:
        for line in stream:
            print_line("import", line.decode(errors="replace").rstrip())
        return child.process.wait()
    finally:
        child.stop()


def write_history(sample: Sample, folder: Path, end: datetime) -> None:
    """Write the readings before a full hour, and a note that says what they are."""
    if sample is DEPARTURES:
        rows, weeks = departures.move_rows(departures.load_rows(), end)
        note = (
            "departures from New York's airports in 2013 (see infra/local/demo/sample/)"
            f"; times moved by {weeks} weeks for the demonstration"
        )
    else:
        rows = list(made_up.make_rows(end))
        note = (
            "a history that is made up for the demonstration, until "
            f"{format_utc(end)} (see infra/local/demo/made_up.py)"
        )
    (folder / NOTE).write_text(f"{note}\n", "utf-8")
    # Renamed at the end: an interrupted run must not leave half a file.
    part = folder / f"{sample.file}.part"
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write("time,count\n")
        file.writelines(f"{format_utc(at)},{count}\n" for at, count in rows)
    sync_disk(folder)
    part.rename(folder / sample.file)
