"""The collector's cold start against the bare libraries it is made of.

Run it as `python tests/bench/collector_cold.py`. It alternates whole processes, so
that whatever else the machine does meets both alike, and prints the median ratio.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 21
BARE = "import boto3, requests; boto3.client('s3')"
OURS = "import collector.handler; collector.handler.s3_client()"
ENV = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1"}


def run(code: str) -> float:
    """Run a fresh interpreter and give its seconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=ENV)
    return time.perf_counter() - start


def main() -> None:
    """Measure, after one run of each that fills the caches of files and bytecode."""
    run(BARE), run(OURS)
    pairs = [(run(BARE), run(OURS)) for _ in range(ROUNDS)]
    bare_s, ours_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(ours / bare for bare, ours in pairs)
    print(f"bare libraries {bare_s:.3f} s, collector {ours_s:.3f} s")
    print(f"ratio {ratio:.3f} (median of {ROUNDS} pairs; target at most 1.25)")


if __name__ == "__main__":
    main()
