"""The pictures of the site: which there are, under which keys, and which are stale.

graphs/<range>-<kind>.png         wide
graphs/<range>-<kind>-narrow.png  narrow, for telephones
graphs/<range>.json               both figures of a range, for the interactive graphs
graph.png                         the whole history
graph-dark.png                    the same pixels in other colours
graphs/card.png                   the card

All but one are light: the page itself shows them dark, other sites cannot.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from renderer.drawing.png import recolour
from renderer.figures.card import make_card
from renderer.figures.figure import Figure
from renderer.figures.graphs import Graph, RangeGraphs
from renderer.figures.variants import darken_rgb, make_narrow_figure
from renderer.figures.whole_history import make_whole_history
from renderer.findings.findings import Findings
from renderer.fingerprint import fingerprint
from renderer.site import keys

# How the keys of narrow pictures end.
NARROW = "-narrow.png"
# Takes figures by their names, returns their pictures by the same names.
Draw = Callable[[Mapping[str, Figure]], dict[str, bytes]]


@dataclass
class Gallery:
    """All figures that the site has as pictures, and the versions of these.

    code      the version of the code, a part of every version
    figures   key of a picture to draw -> its figure; all of them are light
    dark      key of a light picture -> key of its dark variant, where it has one
    files     key -> the figures of a range as JSON
    versions  key of a picture or file -> fingerprint of all that it is made from
    """

    code: str
    figures: dict[str, Figure] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def add_range(self, graphs: RangeGraphs) -> None:
        """Add the graphs of a range: each wide and narrow, and their figures as one."""
        increments, total = map(self._add_graph, (graphs.increments, graphs.total))
        text = f'{{"increments":{increments},"total":{total}}}'
        key = f"{keys.name_graph(graphs.name)}.json"
        self.files[key] = text.encode()
        self.versions[key] = fingerprint(text, self.code)

    def _add_graph(self, graph: Graph) -> str:
        """Add the pictures of a graph; return its figure as JSON."""
        stem = keys.name_graph(graph.name)
        text = json.dumps(graph.figure, separators=(",", ":"))
        version = fingerprint(text, self.code)
        self._list_picture(f"{stem}.png", graph.figure, version)
        narrow = make_narrow_figure(graph.figure)
        self._list_picture(f"{stem}{NARROW}", narrow, version)
        return text

    def add_picture(self, stem: str, figure: Figure, *, dark: bool) -> None:
        """Add a picture that is seen away from the page, as `<stem>.png`.

        With `dark`, its dark variant is added as well, as `<stem>-dark.png`.
        """
        light, version = f"{stem}.png", fingerprint(figure, self.code)
        self._list_picture(light, figure, version)
        if dark:
            self.dark[light] = f"{stem}-dark.png"
            self.versions[self.dark[light]] = version

    def _list_picture(self, key: str, figure: Figure, version: str) -> None:
        self.figures[key], self.versions[key] = figure, version

    def draw_stale(self, stale: Collection[str], draw: Draw) -> dict[str, bytes]:
        """Return key -> PNG of all pictures that are stale.

        Where either variant of a light and a dark one is stale, it returns both: the
        dark one is made of the light one. What looks the same is drawn once.
        """
        wanted = [
            key for key in self.figures if key in stale or self.dark.get(key) in stale
        ]
        # Wide and narrow are of one version.
        looks = {key: (self.versions[key], key.endswith(NARROW)) for key in wanted}
        first = {look: key for key, look in reversed(looks.items())}
        pictures = draw({key: self.figures[key] for key in first.values()})
        drawn = {key: pictures[first[looks[key]]] for key in wanted}
        darkened = {
            self.dark[key]: recolour(png, darken_rgb)
            for key, png in drawn.items()
            if key in self.dark
        }
        return drawn | darkened


def hang_figures(
    title: str, code: str, findings: Findings, ranges: list[RangeGraphs]
) -> Gallery:
    """Return the gallery of a site: the graphs of all ranges, the two pictures alone.

    title: what those two are headed with. The last range is the whole history.
    """
    gallery = Gallery(code)
    for each in ranges:
        gallery.add_range(each)
    whole = make_whole_history(title, findings.frames.zone, ranges[-1])
    gallery.add_picture(keys.WHOLE_HISTORY, whole, dark=True)
    card = make_card(title, findings.whole_days)
    gallery.add_picture(keys.CARD, card, dark=False)
    return gallery
