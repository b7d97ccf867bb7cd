"""The collector: reads one public counter and keeps one reading an hour."""

from pathlib import Path

__version__ = Path(__file__).parents[1].joinpath("VERSION").read_text("ascii").strip()
