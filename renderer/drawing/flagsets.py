"""The flags that Chromium is started with: the one list of sets, and what all share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

COMMON_FLAGS = (
    # The browser must never use the network, whatever a figure or kaleido names.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--font-render-hinting=none",
    # There is no GPU, and the pinned build has no SwiftShader: without this flag an
    # in-process GPU thread aborts the browser.
    "--disable-software-rasterizer",
    # A browser that lives for a second gains nothing from better machine code.
    "--js-flags=--no-opt --no-maglev",
    # Opens the first tab at start: to open one later crashes a single process.
    "about:blank",
)
# By their names, the first one being what is tried first unless told otherwise.
FLAGSETS: Mapping[str, Sequence[str]] = {
    # What Lambda needs, as those report who run Chromium there.
    "single": ("--single-process", "--no-zygote", "--in-process-gpu"),
    "multi": (),
}
