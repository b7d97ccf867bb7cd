"""The flags of notes: where they stand, what they say, and which pictures have none."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from renderer.figures import theme
from renderer.figures.flags import APART
from renderer.figures.graphs import Graph, RangeGraphs, make_graphs
from renderer.figures.variants import make_narrow_figure
from renderer.figures.whole_history import make_whole_history
from renderer.findings.frames import make_frames
from renderer.readings.notes import Note
from tests.unit.renderer.figures.plotting import shapes, texts
from tests.unit.renderer.histories import FIRST, HOUR, TOKYO, UTC_ZONE, history

DAYS = 20
LAST = FIRST + DAYS * 24 * HOUR


def note(at: datetime) -> Note:
    """Give a note about a moment."""
    return Note(at, {"en": "On TV"}, None, LAST)


def graphs(*moments: datetime) -> dict[str, RangeGraphs]:
    """Make the graphs of twenty days with notes of some moments."""
    notes = [note(each) for each in moments]
    frames = make_frames(history(range(DAYS * 24 + 1)), UTC_ZONE, notes)
    return {each.name: each for each in make_graphs(frames)}


def flags(graph: Graph) -> dict[str, str]:
    """Give what each flag says, by its time; each has a line of its own."""
    notes = graph.figure["layout"]["annotations"]
    found = dict(zip((each["x"] for each in notes), texts(graph.figure), strict=True))
    assert shapes(graph, "line") == [(at, at) for at in found]
    return found


def test_a_note_is_a_flag_on_a_dashed_line_in_both_graphs() -> None:
    """At its moment by the clocks of the zone, also between two hours."""
    for kind in ("increments", "total"):
        graph = getattr(graphs(LAST - 5 * HOUR - timedelta(minutes=30))["24h"], kind)
        assert flags(graph) == {"2026-01-20 18:30": "1"}
        [line] = graph.figure["layout"]["shapes"]
        assert (line["y0"], line["y1"], line["yref"]) == (0, 1, "paper")
        assert (line["line"]["dash"], line["line"]["color"]) == ("dot", theme.NOTE)
        assert graph.facts["notes"] == 1


def test_a_flag_keeps_its_number_and_stands_only_where_its_range_reaches() -> None:
    """The second of three is the second everywhere."""
    found = graphs(FIRST - HOUR, LAST - 60 * HOUR, LAST + HOUR)
    assert flags(found["24h"].total) == {}
    assert flags(found["7d"].total) == {"2026-01-18 12:00": "2"}
    notes = {name: each.total.facts["notes"] for name, each in found.items()}
    assert (notes["24h"], notes["7d"], notes["all"]) == (0, 1, 1)


def test_both_ends_belong_to_a_range() -> None:
    """A flag there is seen whole, for the margins are wider than half of it."""
    found = flags(graphs(LAST - 24 * HOUR, LAST)["24h"].total)
    assert found == {"2026-01-20 00:00": "1", "2026-01-21 00:00": "2"}


def test_of_flags_too_close_the_first_says_that_there_are_more() -> None:
    """In a day there is a flag to two hours at the most; all are counted."""
    close = [LAST - 20 * HOUR + n * HOUR for n in (0, 1, 1.5, 9, 15, 16)]
    graph = graphs(*close)["24h"].total
    assert list(flags(graph).values()) == ["1+", "4", "5+"]
    assert graph.facts["notes"] == 6
    # Without a pixel to spare, and with one.
    pixel = 24 * HOUR / theme.PLOT_WIDTH
    for apart, said in ((APART - 1, ["1+"]), (APART + 1, ["1", "2"])):
        pair = LAST - 20 * HOUR, LAST - 20 * HOUR + apart * pixel
        assert list(flags(graphs(*pair)["24h"].total).values()) == said


def test_any_number_of_notes_leaves_the_graph_to_be_seen() -> None:
    """A flag for each so many pixels, and a line."""
    many = [FIRST + n * timedelta(minutes=10) for n in range(24 * 6 * DAYS)]
    for each in graphs(*many).values():
        assert len(flags(each.total)) <= theme.PLOT_WIDTH // APART + 1
        # Only the newest hundred have a line on the page that tells what they are.
        assert each.total.facts["notes"] <= 100


def test_flags_have_both_looks_and_both_widths() -> None:
    """Their colours have dark ones; the narrow figure has the same flags."""
    figure = graphs(LAST - HOUR)["7d"].total.figure
    assert figure["layout"]["meta"]["dark"].keys() >= {theme.NOTE, theme.PAPER}
    narrow = make_narrow_figure(figure)["layout"]
    assert narrow["annotations"] == figure["layout"]["annotations"]


@pytest.mark.parametrize("moments", [(), (FIRST - HOUR, LAST + HOUR)])
def test_where_no_note_is_seen_the_figures_are_as_without_notes(
    moments: Sequence[datetime],
) -> None:
    """Byte for byte, with nothing but what they had before there were notes."""
    for name, each in graphs(*moments).items():
        for graph, plain in zip(
            (each.increments, each.total),
            (graphs()[name].increments, graphs()[name].total),
            strict=True,
        ):
            assert json.dumps(graph.figure) == json.dumps(plain.figure)
            assert theme.NOTE not in json.dumps(graph.figure)


def test_the_picture_that_is_seen_alone_has_no_flags() -> None:
    """Nothing says there what a number stands for."""
    with_notes, without = (
        make_whole_history("Title", TOKYO, graphs(*moments)["all"])
        for moments in ((LAST - 60 * HOUR,), ())
    )
    assert json.dumps(with_notes) == json.dumps(without)
