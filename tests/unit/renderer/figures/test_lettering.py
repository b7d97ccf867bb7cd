"""The lettering: titles as they are written, and as long as there is room."""

import pytest

from renderer.figures.lettering import make_headline


def test_a_title_is_shown_as_it_is_written() -> None:
    """plotly would take a little HTML in it for markup."""
    for title, text in (
        ("<b>A & B</b>", "<b>&lt;b&gt;A &amp; B&lt;/b&gt;</b>"),
        ("&lt;", "<b>&amp;lt;</b>"),
        # No character that an SVG file cannot hold, and one line.
        ("a\x00b\nc\u3000\ud800d", "<b>ab c d</b>"),
        ("\x00", ""),
    ):
        assert make_headline(title, 0, 0, 20, 700, "#000000")["text"] == text


@pytest.mark.parametrize(
    ("title", "size", "end"),
    [("あ" * 30, 40, "あ"), ("あ" * 45, 26, "あ"), ("あ" * 90, 24, "あ…")],
)
def test_a_long_title_is_smaller_and_a_very_long_one_is_cut(
    title: str, size: int, end: str
) -> None:
    """But never so small that nobody could read it."""
    note = make_headline(title, 0, 0, 40, 1200, "#000000")
    assert note["font"]["size"] == size
    assert note["text"].endswith(f"{end}</b>")
