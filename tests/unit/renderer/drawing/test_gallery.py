"""Which pictures there are, and which of them are drawn."""

import json
from collections.abc import Mapping

from renderer.drawing.gallery import Gallery
from renderer.drawing.png import SIGNATURE, make_chunk
from renderer.figures import theme
from renderer.figures.figure import Figure
from renderer.figures.variants import darken_hex, make_narrow_figure
from tests.unit.renderer.figures.plotting import HISTORIES, graphs_by_name

PALETTE = bytes.fromhex(theme.PAPER[1:] + theme.LINE[1:])
DARK = bytes.fromhex(darken_hex(theme.PAPER)[1:] + darken_hex(theme.LINE)[1:])


def png(palette: bytes) -> bytes:
    """Give what stands for a picture with a palette."""
    return SIGNATURE + make_chunk(b"PLTE", palette) + make_chunk(b"IEND", b"")


def gallery(code: str = "code") -> Gallery:
    """Give one with a graph, and of other pictures one of each kind."""
    graph = graphs_by_name(HISTORIES["two"])["7d-total"]
    found = Gallery(code)
    found.add_graph(graph)
    found.add_picture("graph", graph.figure, dark=True)
    found.add_picture("graphs/card", graph.figure, dark=False)
    return found


def test_a_graph_is_wide_and_narrow_beside_its_figure() -> None:
    """Both are light, as what is embedded elsewhere is not alone."""
    found = gallery()
    graph = graphs_by_name(HISTORIES["two"])["7d-total"]
    stem = "graphs/7d-total"
    pictures = {f"{stem}.png", f"{stem}-narrow.png"}
    others = {"graph.png", "graph-dark.png", "graphs/card.png", f"{stem}.json"}
    assert set(found.versions) == pictures | others
    assert found.figures[f"{stem}.png"] == graph.figure
    assert found.figures[f"{stem}-narrow.png"] == make_narrow_figure(graph.figure)
    assert json.loads(found.files[f"{stem}.json"]) == graph.figure


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

    stale = {"graph-dark.png", "graphs/7d-total-narrow.png", "graphs/7d-total.json"}
    made = gallery().draw_stale(stale, paint)
    assert sorted(drawn) == ["graph.png", "graphs/7d-total-narrow.png"]
    assert made == {
        "graph.png": png(PALETTE),
        "graph-dark.png": png(DARK),
        "graphs/7d-total-narrow.png": png(PALETTE),
    }
    assert gallery().draw_stale({"graphs/card.png"}, paint) == {
        "graphs/card.png": png(PALETTE)
    }
