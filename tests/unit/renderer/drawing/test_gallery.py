"""Which pictures there are, and which of them are drawn."""

import json
from collections.abc import Mapping

from renderer.drawing.gallery import Gallery
from renderer.drawing.png import SIGNATURE, make_chunk
from renderer.figures import theme
from renderer.figures.figure import Figure
from renderer.figures.variants import darken_hex, make_narrow_figure
from tests.unit.renderer.figures.plotting import HISTORIES, graphs_by_range

PALETTE = bytes.fromhex(theme.PAPER[1:] + theme.LINE[1:])
DARK = bytes.fromhex(darken_hex(theme.PAPER)[1:] + darken_hex(theme.LINE)[1:])


def png(palette: bytes) -> bytes:
    """Give what stands for a picture with a palette."""
    return SIGNATURE + make_chunk(b"PLTE", palette) + make_chunk(b"IEND", b"")


def gallery(code: str = "code") -> Gallery:
    """Give one with a range, and of other pictures one of each kind."""
    graphs = graphs_by_range(HISTORIES["two"])["7d"]
    found = Gallery(code)
    found.add_range(graphs)
    found.add_picture("graph", graphs.total.figure, dark=True)
    found.add_picture("graphs/card", graphs.total.figure, dark=False)
    return found


def test_a_graph_is_wide_and_narrow_and_its_range_has_the_figures() -> None:
    """The pictures are light, but for one that is embedded elsewhere."""
    found = gallery()
    graphs = graphs_by_range(HISTORIES["two"])["7d"]
    kinds = {"increments": graphs.increments, "total": graphs.total}
    looks = ("", "-narrow")
    pictures = {f"graphs/7d-{kind}{look}.png" for kind in kinds for look in looks}
    others = {"graph.png", "graph-dark.png", "graphs/card.png", "graphs/7d.json"}
    assert set(found.versions) == pictures | others
    for kind, graph in kinds.items():
        narrow = make_narrow_figure(graph.figure)
        assert found.figures[f"graphs/7d-{kind}.png"] == graph.figure
        assert found.figures[f"graphs/7d-{kind}-narrow.png"] == narrow
    assert json.loads(found.files["graphs/7d.json"]) == {
        kind: graph.figure for kind, graph in kinds.items()
    }


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

    stale = {"graph-dark.png", "graphs/7d-total-narrow.png", "graphs/7d.json"}
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


def test_what_looks_the_same_is_drawn_once() -> None:
    """In its first week a history has five ranges of one look, wide and narrow."""
    drawn: list[str] = []

    def paint(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        drawn.extend(figures)
        return {key: key.encode() for key in figures}

    found = Gallery("code")
    for graphs in graphs_by_range(HISTORIES["two"]).values():
        found.add_range(graphs)
    made = found.draw_stale(found.versions, paint)
    assert len(drawn) == 4
    assert made.keys() == found.figures.keys()
    for key, png in made.items():
        assert found.figures[png.decode()] == found.figures[key]
