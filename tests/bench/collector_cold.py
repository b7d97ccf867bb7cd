"""The collector's cold start, and that of the bare libraries it is made of."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 21
BARE = "import boto3, requests; boto3.client('s3')"
OURS = "import collector.handler; collector.handler.make_s3_client()"
ENV = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1"}


def run(code: str) -> float:
    """Run a fresh interpreter and give its seconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=ENV)
    return time.perf_counter() - start
