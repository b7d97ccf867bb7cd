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

from renderer.drawing.png import recoloured
from renderer.figures.graphs import Figure, Graph
from renderer.figures.variants import darken_rgb, make_narrow
from renderer.fingerprint import name_of

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

    def hang(self, graph: Graph) -> None:
        """Add a graph in all its looks."""
        stem = f"graphs/{graph.name}"
        text = json.dumps(graph.figure, separators=(",", ":"))
        self.files[f"{stem}.json"] = text.encode()
        version = name_of(text, self.code)
        self.versions[f"{stem}.json"] = version
        self._hang(stem, graph.figure, version)
        self._hang(f"{stem}-narrow", make_narrow(graph.figure), version)

    def hang_alone(self, stem: str, figure: Figure, *, dark: bool) -> None:
        """Add a picture that stands elsewhere."""
        version = name_of(figure, self.code)
        if dark:
            self._hang(stem, figure, version)
        else:
            self.figures[f"{stem}.png"] = figure
            self.versions[f"{stem}.png"] = version

    def _hang(self, stem: str, figure: Figure, version: str) -> None:
        light, dark = f"{stem}.png", f"{stem}-dark.png"
        self.figures[light], self.dark[light] = figure, dark
        self.versions |= {light: version, dark: version}

    def make(self, stale: Collection[str], draw: Draw) -> dict[str, bytes]:
        """Draw the pictures of which a look is stale; return both of their looks."""
        drawn = draw(
            {
                key: figure
                for key, figure in self.figures.items()
                if key in stale or self.dark.get(key) in stale
            }
        )
        darkened = {
            self.dark[key]: recoloured(png, darken_rgb)
            for key, png in drawn.items()
            if key in self.dark
        }
        return drawn | darkened
