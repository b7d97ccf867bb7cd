"""The theme: what all pictures have in common."""

from tests.unit.renderer.figures.plotting import graphs_of


def test_a_picture_has_its_size_its_font_and_thousands_separated() -> None:
    """Sizes are those on the page."""
    for graph in graphs_of("eventful").values():
        layout = graph.figure["layout"]
        assert (layout["width"], layout["height"]) == (960, 400)
        assert "IPAexGothic" in layout["font"]["family"]
        assert layout["separators"] == ".,"
        assert layout["yaxis"]["tickformat"] == ",d"
