"""Which pictures there are, and which of them are drawn."""

import json
from collections.abc import Mapping

from renderer.drawing.gallery import Gallery
from renderer.drawing.png import SIGNATURE, make_chunk
from renderer.figures import theme
from renderer.figures.figure import Figure
from renderer.figures.variants import darken_hex, make_narrow_figure
from tests.unit.renderer.figures.test_graphs import HISTORIES, draw

PALETTE = bytes.fromhex(theme.PAPER[1:] + theme.LINE[1:])
DARK = bytes.fromhex(darken_hex(theme.PAPER)[1:] + darken_hex(theme.LINE)[1:])


def png(palette: bytes) -> bytes:
    """Make what stands for a picture with a palette."""
    return SIGNATURE + make_chunk(b"PLTE", palette) + make_chunk(b"IEND", b"")


def gallery(code: str = "code") -> Gallery:
    """Hang one graph and a picture that stands alone in each way."""
    graph = draw(HISTORIES["two"])["7d-total"]
    hung = Gallery(code)
    hung.add_graph(graph)
    hung.add_picture("graph", graph.figure, dark=True)
    hung.add_picture("graphs/card", graph.figure, dark=False)
    return hung


def test_a_graph_hangs_in_four_looks_beside_its_figure() -> None:
    """Of those two are drawn; the figure is published as it was drawn."""
    hung = gallery()
    graph = draw(HISTORIES["two"])["7d-total"]
    stem = "graphs/7d-total"
    looks = {f"{stem}{look}.png" for look in ("", "-dark", "-narrow", "-narrow-dark")}
    others = {"graph.png", "graph-dark.png", "graphs/card.png", f"{stem}.json"}
    assert set(hung.versions) == looks | others
    assert hung.figures[f"{stem}.png"] == graph.figure
    assert hung.figures[f"{stem}-narrow.png"] == make_narrow_figure(graph.figure)
    assert json.loads(hung.files[f"{stem}.json"]) == graph.figure


def test_versions_change_with_the_figure_and_with_the_code() -> None:
    """And with nothing else."""
    assert gallery().versions == gallery().versions
    newer = gallery("newer").versions
    assert all(newer[key] != version for key, version in gallery().versions.items())


def test_only_what_is_stale_is_drawn_and_the_dark_is_a_palette() -> None:
    """A picture of which only the dark one is lost is drawn for it."""
    drawn: list[str] = []

    def paint(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        drawn.extend(figures)
        return dict.fromkeys(figures, png(PALETTE))

    stale = {"graph.png", "graphs/7d-total-narrow-dark.png", "graphs/7d-total.json"}
    made = gallery().draw_stale(stale, paint)
    assert sorted(drawn) == ["graph.png", "graphs/7d-total-narrow.png"]
    assert made == {
        "graph.png": png(PALETTE),
        "graph-dark.png": png(DARK),
        "graphs/7d-total-narrow.png": png(PALETTE),
        "graphs/7d-total-narrow-dark.png": png(DARK),
    }
    assert gallery().draw_stale({"graphs/card.png"}, paint) == {
        "graphs/card.png": png(PALETTE)
    }
