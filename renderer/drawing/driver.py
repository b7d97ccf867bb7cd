"""The process that drives the browser: figures in on stdin, pictures out on stdout.

    python -m renderer.drawing FLAGSET < figures.json > pictures.json

stdin is a JSON object of name -> figure, stdout one of name -> PNG in base64, with a
palette. Chromium starts while stdin is still being written, and draws the next figure
while the last picture is made smaller.

`drawing.process` runs this in a process group of its own, since a browser can hang in
ways that no timeout inside Python ends: a stopped or half-dead Chromium leaves kaleido
waiting for ever. Killing the group always ends it. Only this module imports kaleido,
so the main process does not wait for that import either.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import choreographer
import kaleido
from choreographer.browsers.chromium import Chromium

from renderer.drawing.flagsets import COMMON_FLAGS, FLAGSETS
from renderer.figures.figure import Figure, read_scale

# How many figures share the tab: while Chromium decodes the image of one, it lays out
# the next.
AT_ONCE = 2
WARM_UP: Figure = {
    "data": [{"type": "bar", "y": [1]}, {"type": "scatter", "y": [1, 2]}],
    "layout": {"width": 300, "height": 200},
}
LOADED = """new Promise(go => {
  document.readyState === "complete" ? go() : addEventListener("load", () => go());
})"""
# Chromium speaks the DevTools protocol on descriptors 3 and 4. It takes the place of
# the shell that opens them, so that it is in the process group that will be killed.
AS_CHROMIUM_EXPECTS = 'exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2'


def make_chromium(flagset: str) -> type[Chromium]:
    """Return a class that starts our Chromium for kaleido, with a set of flags."""

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
        # If the first tab is not there yet, kaleido opens a window of its own, which
        # crashes a single-process Chromium.
        while not self.tabs:
            await choreographer.Browser.populate_targets(self)
            await asyncio.sleep(0.005)
        # Kaleido asks for a page's events when it has sent it off already, and waits
        # for ever for those of a page that was quicker.
        for tab in self.tabs.values():
            await tab.send_command("Page.enable")
        await super().populate_targets()

    async def _return_kaleido_tab(self, tab: Any) -> None:
        # Kaleido reloads the page after each figure, to keep its memory small. This
        # browser draws some twenty and is thrown away.
        await self.tabs_ready.put(tab)

    async def warm_up(self) -> None:
        """Draw once, as the first figure takes twice as long, and share the tab."""
        # What has been loaded by now may have been the blank page before ours.
        tab = await self.tabs_ready.get()
        wait = {"expression": LOADED, "awaitPromise": True}
        await tab.tab.send_command("Runtime.evaluate", wait)
        await self.tabs_ready.put(tab)
        await self.calc_fig(WARM_UP, opts={"format": "png"})
        tab = await self.tabs_ready.get()
        for _ in range(AT_ONCE):
            await self.tabs_ready.put(tab)


async def draw_figures(flagset: str) -> dict[str, str]:
    """Start the browser, read the figures from stdin meanwhile, and draw them.

    Returns name -> PNG in base64.
    """
    loop = asyncio.get_running_loop()
    reading = loop.run_in_executor(None, sys.stdin.buffer.read)
    browser = _Kaleido(
        path=os.environ["BROWSER_PATH"],
        plotlyjs=Path(os.environ["PLOTLY_JS"]).resolve().as_uri(),
        mathjax=False,
        timeout=None,
        browser_cls=make_chromium(flagset),
    )
    # open() still sleeps when the tab is there already; drawing need not wait for it.
    opening = asyncio.create_task(browser.open())
    loop.run_in_executor(None, importlib.import_module, "renderer.drawing.palette")
    while not opening.done() and browser.tabs_ready.empty():
        await asyncio.sleep(0.005)
    if opening.done():
        opening.result()
    await browser.warm_up()
    figures = json.loads(await reading)

    async def draw_figure(figure: Figure) -> str:
        opts = {"format": "png", "scale": read_scale(figure)}
        png = await browser.calc_fig(figure, opts=opts)
        return await loop.run_in_executor(None, encode_picture, png)

    drawn = await asyncio.gather(*map(draw_figure, figures.values()))
    return dict(zip(figures, drawn, strict=True))


def encode_picture(png: bytes) -> str:
    """Return a picture in base64, made smaller by a palette."""
    # Another thread has imported it while Chromium started.
    from renderer.drawing.palette import reduce_colours

    return base64.b64encode(reduce_colours(png)).decode()


async def run_driver(flagset: str) -> None:
    """Draw the figures of stdin, write the pictures to stdout, and exit at once.

    The browser still runs then: `drawing.process` kills it with the whole group.
    """
    try:
        json.dump(await draw_figures(flagset), sys.stdout)
        sys.stdout.flush()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(1)
    # A clean close of the browser takes 0.1 s and can hang.
    os._exit(0)
