"""Measurements side by side with other ways of doing the same; `make bench`."""

import os

from infra.environment import keep_loopback_direct

keep_loopback_direct(os.environ)
