"""What visitors read besides pictures: pages, feeds, badges, data; pure."""

from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
