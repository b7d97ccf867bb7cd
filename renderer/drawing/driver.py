"""The process that owns the browser: figures in on stdin, PNGs out on stdout.

    python -m renderer.drawing.driver FLAGSET < figures.json > pictures.json

`export` runs it as a process group of its own, for a browser can hang in ways
that no timeout inside Python ends (a stopped or half-dead Chromium leaves
kaleido waiting for ever); killing the group always ends them. Only this module
imports kaleido, so the main process never waits for that import either.

stdin is a JSON object of name -> plotly figure, each with its `width` and
`height` in the layout and how many pixels a CSS pixel takes in `meta.scale`; stdout
the object of name -> base64 palette PNG. Chromium starts while stdin is still being
written, and draws on while the last picture is made small.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import os
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import choreographer
import kaleido
from choreographer.browsers.chromium import Chromium

COMMON_FLAGS = (
    # A page must never use the network, whatever a figure or kaleido names.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--font-render-hinting=none",
    # There is no GPU, and the pinned build comes without SwiftShader: without
    # this an in-process GPU thread aborts the browser.
    "--disable-software-rasterizer",
    # Open the first tab at start: creating one later crashes single-process.
    "about:blank",
)
FLAGSETS: Mapping[str, Sequence[str]] = {
    # What Lambda needs by the reports of those who run Chromium there.
    "single": ("--single-process", "--no-zygote", "--in-process-gpu"),
    "multi": (),
}
AT_ONCE = 2
WARM_UP = {
    "data": [{"type": "bar", "y": [1]}, {"type": "scatter", "y": [1, 2]}],
    "layout": {"width": 300, "height": 200},
}
# Chromium speaks the DevTools protocol on descriptors 3 and 4. The group that
# `export` kills must hold it, so it takes the shell's place in our group.
AS_CHROMIUM_EXPECTS = 'exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2'


def chromium_with(flagset: str) -> type[Chromium]:
    """Return kaleido's Chromium with one of our sets of flags."""

    class _Chromium(Chromium):
        def get_cli(self) -> list[str]:
            _python, _wrapper, *cli = super().get_cli()
            cli = ["/bin/sh", "-c", AS_CHROMIUM_EXPECTS, *cli]
            return [*cli, *FLAGSETS[flagset], *COMMON_FLAGS]

        def get_env(self) -> dict[str, str]:
            home = Path(os.environ["BROWSER_PATH"]).parent
            env = {**super().get_env(), "LD_LIBRARY_PATH": str(home / "lib")}
            if (fonts := home / "fonts.conf").is_file():
                env["FONTCONFIG_FILE"] = str(fonts)
            return env

        def get_popen_args(self) -> Mapping[str, Any]:
            return {**super().get_popen_args(), "start_new_session": False}

    return _Chromium


class _Kaleido(kaleido.Kaleido):  # type: ignore[misc]
    async def populate_targets(self) -> None:
        # Kaleido opens a window of its own if it asks before the first tab is
        # there, which crashes a single-process Chromium.
        while not self.tabs:
            await choreographer.Browser.populate_targets(self)
            await asyncio.sleep(0.005)
        await super().populate_targets()

    async def _return_kaleido_tab(self, tab: Any) -> None:
        # Kaleido reloads the page after each figure to bound its memory. Ours
        # draws some twenty and is thrown away.
        await self.tabs_ready.put(tab)

    async def warm_up(self) -> None:
        """Draw once, for the first figure takes twice as long, and share the tab.

        While Chromium decodes the image of one figure it lays out the next.
        """
        await self.calc_fig(WARM_UP, opts={"format": "png"})
        tab = await self.tabs_ready.get()
        for _ in range(AT_ONCE):
            await self.tabs_ready.put(tab)


async def draw_all(flagset: str) -> dict[str, str]:
    """Start the browser, read the figures meanwhile, and draw them."""
    loop = asyncio.get_running_loop()
    reading = loop.run_in_executor(None, sys.stdin.buffer.read)
    browser = _Kaleido(
        path=os.environ["BROWSER_PATH"],
        plotlyjs=Path(os.environ["PLOTLY_JS"]).resolve().as_uri(),
        mathjax=False,
        timeout=None,
        browser_cls=chromium_with(flagset),
    )
    # open() goes on sleeping after the tab is there; drawing need not wait.
    opening = asyncio.create_task(browser.open())
    loop.run_in_executor(None, importlib.import_module, "renderer.drawing.palette")
    while not opening.done() and browser.tabs_ready.empty():
        await asyncio.sleep(0.005)
    if opening.done():
        opening.result()
    await browser.warm_up()
    figures = json.loads(await reading)

    async def draw(figure: Mapping[str, Any]) -> str:
        scale = figure["layout"].get("meta", {}).get("scale", 1)
        png = await browser.calc_fig(figure, opts={"format": "png", "scale": scale})
        return await loop.run_in_executor(None, encode_picture, png)

    drawn = await asyncio.gather(*map(draw, figures.values()))
    return dict(zip(figures, drawn, strict=True))


def encode_picture(png: bytes) -> str:
    """Return a picture as a base64 palette PNG."""
    # Imported while Chromium starts, on another thread.
    from renderer.drawing.palette import reduce_colours

    return base64.b64encode(reduce_colours(png)).decode()


async def answer(flagset: str) -> None:
    """Draw what stdin names, then leave at once; `export` kills what is left."""
    try:
        json.dump(await draw_all(flagset), sys.stdout)
        sys.stdout.flush()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(1)
    # A clean close of the browser takes 0.1 s and can hang.
    os._exit(0)


if __name__ == "__main__":
    # A crashed Chromium may leave a core file that fills /tmp.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asyncio.run(answer(sys.argv[1]))
