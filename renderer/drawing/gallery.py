"""All pictures of the site: under which keys they lie, and which must be drawn.

graphs/<range>-<kind>.png              wide, for light
graphs/<range>-<kind>-dark.png         the same pixels with another palette
graphs/<range>-<kind>-narrow.png       for a telephone
graphs/<range>-<kind>-narrow-dark.png
graphs/<range>-<kind>.json             the figure, for the interactive graph
graph.png, graph-dark.png              the whole history (`embed`)
graphs/card.png                        the count (`embed`)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from renderer.drawing.png import recolour
from renderer.figures.graphs import Figure, Graph
from renderer.figures.variants import darken_rgb, make_narrow
from renderer.fingerprint import fingerprint
from renderer.site import keys

Draw = Callable[[Mapping[str, Figure]], dict[str, bytes]]


@dataclass
class Gallery:
    """The figures, and the versions of all that is made from them.

    `dark` names the dark twin of a picture; `files` are the figures as JSON.
    """

    code: str
    figures: dict[str, Figure] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def add_graph(self, graph: Graph) -> None:
        """Add a graph in all its looks."""
        stem = keys.name_graph(graph.name)
        text = json.dumps(graph.figure, separators=(",", ":"))
        self.files[f"{stem}.json"] = text.encode()
        version = fingerprint(text, self.code)
        self.versions[f"{stem}.json"] = version
        self._add_light_and_dark(stem, graph.figure, version)
        self._add_light_and_dark(f"{stem}-narrow", make_narrow(graph.figure), version)

    def add_picture(self, stem: str, figure: Figure, *, dark: bool) -> None:
        """Add a picture that stands elsewhere."""
        version = fingerprint(figure, self.code)
        if dark:
            self._add_light_and_dark(stem, figure, version)
        else:
            self.figures[f"{stem}.png"] = figure
            self.versions[f"{stem}.png"] = version

    def _add_light_and_dark(self, stem: str, figure: Figure, version: str) -> None:
        light, dark = f"{stem}.png", f"{stem}-dark.png"
        self.figures[light], self.dark[light] = figure, dark
        self.versions |= {light: version, dark: version}

    def draw_stale(self, stale: Collection[str], draw: Draw) -> dict[str, bytes]:
        """Draw the pictures of which a look is stale; return both of their looks."""
        drawn = draw(
            {
                key: figure
                for key, figure in self.figures.items()
                if key in stale or self.dark.get(key) in stale
            }
        )
        darkened = {
            self.dark[key]: recolour(png, darken_rgb)
            for key, png in drawn.items()
            if key in self.dark
        }
        return drawn | darkened
