"""Derive everything the public sees from the readings, and publish it."""

__version__ = "1.0.0"
