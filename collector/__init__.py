"""The collector: reads one public counter and keeps one reading an hour."""

__version__ = "1.0.0"
