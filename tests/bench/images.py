"""Measure the images as Lambda would run them: `make bench-images`.

Sizes as a registry holds them; the time from a sandbox's start to its first tick
published, the page cache dropped, side by side with the peer of this folder packed in
the same way, at what Lambda gives of the processor with two sizes of memory; the
memory of both functions without what can be read from the image again.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from infra.images.build import find_dockerfile, name_image
from infra.images.commit import ROOT, read_commit
from infra.images.engine import Buildah, find_engine
from infra.images.programs import read_output, require_programs
from infra.local.ports import find_free_ports
from infra.local.storage import Storage, start_storage
from renderer.drawing.flagsets import FLAGSETS
from renderer.figures.graphs import make_graphs
from renderer.findings.frames import make_frames
from tests.bench.children import check_published, in_turn, run_cold, tell_work
from tests.bench.grounds import INSTALLED, PEER, Ground, make_ours, make_peer
from tests.bench.histories import make_history
from tests.bench.outcome import Row, as_table, conditions
from tests.bench.run import YEAR
from tests.images.bundle import Box, Limits
from tests.images.rootfs import Rootfs, mounted
from tests.images.sandbox import run_once, running
from tests.images.vitals import MB, Peak, peak_memory

PEERS_DOCKERFILE = ROOT / "docker" / "peer" / "Dockerfile"
FONT = "/opt/font.ttf"
# The size that the template gives, and one with more of the processor.
SIZES_MB = (2048, 3008)
TIMEOUT_S = 120
STARTS = ROOT / "tests" / "images" / "starts.py"
# More than the slowest browser takes to start and draw.
START_S = 30
RENDERER = Limits(SIZES_MB[0], TIMEOUT_S)
COLLECTOR = Limits(memory_mb=256, timeout_s=90)
# These are the image's own, not those of the machine that measures.
INSTALLED_NAMES = ("BROWSER_PATH", "PLOTLY_JS", "PEER_FONT", "MPLCONFIGDIR")


def build_images(tag: str) -> dict[str, str]:
    """Build the three images; return what each is called."""
    engine = find_engine()
    files = {name: find_dockerfile(name) for name in ("collector", "renderer")}
    names = {}
    for function, dockerfile in {**files, "peer": PEERS_DOCKERFILE}.items():
        names[function] = name_image(function, tag)
        engine.build(dockerfile, names[function])
    return names


def layer_sizes(name: str, folder: Path) -> list[int]:
    """Return the compressed sizes of an image's layers, as push-images sends them."""
    target = folder / name.replace("/", "-").replace(":", "-")
    read_output(
        [
            *("buildah", "push", "--quiet", "--format", "v2s2"),
            *("--compression-format", "gzip", "--compression-level", "9"),
            *(name, f"dir:{target}"),
        ],
        "buildah push",
        Buildah().env,
    )
    manifest = json.loads((target / "manifest.json").read_text())
    return [layer["size"] for layer in manifest["layers"]]


def drop_page_cache() -> None:
    """Forget what was read, as a machine does that never ran the image."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3\n")


def box_of(rootfs: Rootfs, ground: Ground, limits: Limits = RENDERER) -> Box:
    """Give the sandbox of a contender."""
    env = {**ground.storage.env, **ground.env}
    env = {name: value for name, value in env.items() if name not in INSTALLED_NAMES}
    files = {}
    if ground.module == PEER:
        env["PEER_FONT"] = FONT
        files = {FONT: INSTALLED / "fonts" / "ipaexg.ttf"}
    return Box(rootfs, limits, env, files)


def port_of(storage: Storage) -> int:
    """Give the port of S3."""
    return urlsplit(storage.endpoint).port or 0


def tick(rootfs: Rootfs, ground: Ground, limits: Limits) -> float:
    """Run one cold tick; give its seconds from the sandbox's start to published."""
    event = json.loads(ground.next_event())
    box = box_of(rootfs, ground, limits)
    drop_page_cache()
    start = monotonic()
    with running(box, "contender", [port_of(ground.storage)]) as sandbox:
        result = sandbox.invoke(event)
        seconds = monotonic() - start
    check_published(result)
    return seconds


def memory_of_tick(rootfs: Rootfs, ground: Ground) -> Peak:
    """Return the peak of one cold tick, looked at often."""
    event = json.loads(ground.next_event())
    box = box_of(rootfs, ground)
    with (
        running(box, "renderer", [port_of(ground.storage)]) as sandbox,
        peak_memory(sandbox.pid, every_s=0.02) as peak,
    ):
        sandbox.invoke(event)
    return peak


def memory_of_collecting(rootfs: Rootfs, storage: Storage, bucket: str) -> Peak:
    """Return the peak of one cold collection; a small server stands for the source."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "count").write_text('{"count": "1234567"}')
        [port] = find_free_ports(1)
        server = subprocess.Popen(
            [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            source = {"COUNT_URL": f"http://127.0.0.1:{port}/count"}
            env = {**storage.env, "DATA_BUCKET": bucket, **source}
            box = Box(rootfs, COLLECTOR, env)
            with (
                running(box, "collector", [port_of(storage), port]) as sandbox,
                peak_memory(sandbox.pid, every_s=0.01) as peak,
            ):
                now = datetime.now(UTC).isoformat(timespec="seconds")
                sandbox.invoke({"scheduled_time": now})
        finally:
            server.terminate()
            server.wait()
    return peak


def show_memory(what: str, peak: Peak, most_mb: int) -> None:
    """Print one peak and the target."""
    print(
        f"{what}: anonymous {peak.anonymous // MB} MB, PSS {peak.pss // MB} MB "
        f"(target below {most_mb} MB); {', '.join(peak.names)}"
    )


def measure_ticks(
    rootfs: dict[str, Rootfs],
    limits: Limits,
    storage: Storage,
    pairs: int,
    folder: Path,
) -> list[Row]:
    """Measure the ticks of both packed contenders in sandboxes of one size."""
    hour, day = make_ours(storage, YEAR), make_ours(storage, YEAR, step_h=24)
    peer = make_peer(storage, YEAR, folder)
    peers_hour, peers_day = (
        make_peer(storage, YEAR, folder, work=tell_work(ground))
        for ground in (hour, day)
    )
    size = f"{limits.memory_mb} MB: "
    ours, theirs = rootfs["renderer"], rootfs["peer"]
    one_hour, same, single, one_day, same_day = in_turn(
        [
            partial(tick, ours, hour, limits),
            partial(tick, theirs, peers_hour, limits),
            partial(tick, theirs, peer, limits),
            partial(tick, ours, day, limits),
            partial(tick, theirs, peers_day, limits),
        ],
        pairs,
    )
    return [
        Row(f"{size}tick / the same work", one_hour, same, 0.8),
        Row(f"{size}new day / the same work", one_day, same_day, 0.8),
        Row(f"{size}tick / the peer, 1 picture", one_hour, single, 1.1),
    ]


def start_browsers(name: str, number: int, folder: Path) -> None:
    """Start so many browsers with each set of flags, and print how it went."""
    asked = folder / "figures.json"
    ranges = make_graphs(make_frames(make_history(YEAR), ZoneInfo("Asia/Tokyo")))
    graphs = [graph for each in ranges[:2] for graph in (each.increments, each.total)]
    asked.write_text(json.dumps({graph.name: graph.figure for graph in graphs}))
    files = {"/mnt/figures.json": asked, "/mnt/starts.py": STARTS}
    with mounted(name) as rootfs:
        box = Box(rootfs, RENDERER, {}, files)
        for flagset in FLAGSETS:
            start = f"HOME=/tmp PYTHONPATH=/var/task python /mnt/starts.py {flagset}"
            command = f"{start} {number} 2>/tmp/stderr < /mnt/figures.json"
            done = run_once(box, ["sh", "-c", command], timeout_s=number * START_S)
            print(f"{flagset}: {done.stdout.strip() or 'no report'}")


def measure(names: dict[str, str], pairs: int, folder: Path) -> list[Row]:
    """Measure time and memory; return the rows of the times."""
    rows = []
    storage = start_storage(folder / "storage")
    try:
        with ExitStack() as mounts:
            rootfs = {
                function: mounts.enter_context(mounted(name))
                for function, name in names.items()
            }
            for size_mb in SIZES_MB:
                limits = Limits(size_mb, TIMEOUT_S)
                rows += measure_ticks(rootfs, limits, storage, pairs, folder)
            ours = make_ours(storage, YEAR, 24)
            run_cold(ours)
            what = "the renderer's tick, all pictures"
            show_memory(what, memory_of_tick(rootfs["renderer"], ours), 500)
            bucket = ours.env["DATA_BUCKET"]
            peak = memory_of_collecting(rootfs["collector"], storage, bucket)
            show_memory("the collector", peak, 128)
    finally:
        storage.stop()
    return rows


def main() -> None:
    """Build, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="runs of each kind")
    parser.add_argument("--sizes", action="store_true", help="only the images' sizes")
    parser.add_argument("--starts", type=int, help="only start so many browsers")
    options = parser.parse_args()
    require_programs("runc")
    names = build_images(read_commit())
    for line in conditions().values():
        print(line)
    with tempfile.TemporaryDirectory(prefix="bench-images-") as folder:
        if options.starts:
            start_browsers(names["renderer"], options.starts, Path(folder))
            return
        for function, name in names.items():
            sizes = layer_sizes(name, Path(folder))
            layers = ", ".join(f"{size / 1e6:.1f}" for size in sizes if size > 10**4)
            print(f"{function}: {sum(sizes) / 1e6:.1f} MB compressed ({layers})")
        if not options.sizes:
            rows = measure(names, options.pairs, Path(folder))
            print(as_table(rows))


if __name__ == "__main__":
    main()
