"""The style sheets: what they show, and colours that can be told apart."""

import re
from itertools import pairwise

import pytest

from renderer.figures import theme, variants, years_graph
from renderer.figures.ranges import RANGES
from renderer.site import TEMPLATES
from renderer.site.page import render_files
from tests.unit.renderer.histories import history, name_tabs
from tests.unit.renderer.pages import KINDS, LOOKS, PAGES, files_of, page_of, view_of
from tests.unit.renderer.site.states import STATES


def test_the_style_sheet_shows_each_range_that_the_address_names() -> None:
    """And marks its tab, with scripts and without; the default one if it names none."""
    files = render_files(view_of(STATES["three years"]())[0])
    [style] = [body.decode() for key, body in files.items() if "/style." in key]
    plain = "html:not([data-range]) "
    for name in RANGES:
        for part in (f'.range[data-range="{name}"]', f'.tabs a[href="#{name}"]'):
            assert f'{plain}[id="{name}"]:target ~ {part}' in style
            assert f'\n[data-range="{name}"] {part}' in style
    assert f"\n{plain}.range.usual,\n" in style


def test_the_pictures_without_scripts_are_those_with_scripts() -> None:
    """Each look of each graph has the address that the page has, too."""
    files = files_of(history(range(400)))
    page = page_of(files)
    assert b"<noscript><style>" in files[PAGES["ja"]]
    named = {*re.findall(r'url\("(.*?)"\)', page.style)}
    assert len(named) == len(name_tabs(399)) * len(KINDS) * len(LOOKS)
    assert named <= set(page.addresses())


def colours() -> list[dict[str, str]]:
    """Give the colours of the page by their names, in light and in dark."""
    style = (TEMPLATES / "style.css").read_text("utf-8")
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
        for part in style.split("@media screen and (prefers-color-scheme: dark)", 1)
    ]


def test_the_page_has_the_colours_of_its_pictures() -> None:
    """In light and dark: the paper that they lie on, and what the legend explains."""
    light, dark = colours()
    names = {
        "card": theme.PAPER,
        "graph-line": theme.LINE,
        "graph-bar": theme.BAR,
        "graph-partial": theme.PARTIAL_BAR,
        "graph-record": theme.RECORD,
        "graph-mean": theme.MEAN,
        "graph-earlier": years_graph.LAST,
        "graph-previous": theme.PREVIOUS,
        "graph-reset": theme.RESET,
        "graph-aside": theme.ASIDE,
        "graph-note": theme.NOTE,
        "graph-band": theme.BAND,
    }
    for name, colour in names.items():
        assert light[name] == colour
        assert dark[name] == variants.darken_hex(colour)


# What lies on what, and how far apart they must be at least (WCAG 2.2, 1.4.3, 1.4.11).
CONTRASTS = [
    (4.5, ("ink", "faint", "accent", "up", "down"), ("paper", "card")),
    (4.5, ("ink", "accent"), ("soft",)),
    # The number on a flag.
    (4.5, ("graph-note",), ("card",)),
    (
        3,
        ("line", "graph-bar", "graph-line", "graph-reset", "graph-aside"),
        ("paper", "card"),
    ),
    (3, ("graph-bar",), ("soft",)),
]


@pytest.mark.parametrize("theme_number", [0, 1])
def test_all_can_be_told_from_what_it_lies_on(theme_number: int) -> None:
    """Text, marks, and the steps of a heatmap from each other."""
    named = colours()[theme_number]
    found = {
        (one, other): contrast(named[one], named[other]) - least
        for least, ones, others in CONTRASTS
        for one in ones
        for other in others
    }
    assert min(found.values()) >= 0, found
    levels = [named[f"l{level}"] for level in range(7)]
    assert min(contrast(one, other) for one, other in pairwise(levels)) >= 1.2


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours (WCAG 2.2)."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    weights = (0.2126, 0.7152, 0.0722)
    return sum(w * part for w, part in zip(weights, linear, strict=True))
