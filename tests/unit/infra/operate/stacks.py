"""A stack that has a folder and nothing else."""

from pathlib import Path
from typing import Any

from infra.operate.stack import Stack


def make_local_stack(folder: Path) -> Stack:
    """Make a one-machine stack; whoever asks it for a client fails."""

    def client(service: str) -> Any:
        raise AssertionError(f"{service} is asked")

    return Stack(
        name="local",
        region="ap-northeast-1",
        counter="nyanpass",
        data_bucket="data",
        site_bucket="site",
        collector="collector",
        renderer="renderer",
        failures="failures",
        site_url="http://127.0.0.1/",
        time_zone="Asia/Tokyo",
        client=client,
        folder=folder,
    )
