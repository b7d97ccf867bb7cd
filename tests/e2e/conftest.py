"""Stacks and sources for all end-to-end tests."""

from tests.e2e.test_run import env, source, start

__all__ = ["env", "source", "start"]
