"""What is to be copied into other pages."""

from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import SITE_URL, TITLE, files_of, page_of


def test_what_is_to_be_embedded_has_public_addresses() -> None:
    """And is the very HTML that works when it is pasted."""
    page = page_of(files_of(history([5])))
    source = (
        f'<source media="(prefers-color-scheme: dark)" srcset="{SITE_URL}graph-dark'
    )
    assert source in page.text
    assert f'<img src="{SITE_URL}badge.svg" alt="{TITLE}: 累計">' in page.text
    assert f'<img src="{SITE_URL}badge-today.svg" alt="{TITLE}: 今日">' in page.text
    # Shields is asked for the address of what it is to draw, as one word.
    shield = SITE_URL.replace(":", "%3A") + "badge.json"
    assert f"](https://img.shields.io/endpoint?url={shield})](" in page.text
    assert f"[![{TITLE}]({SITE_URL}graph.png)]({SITE_URL}index.html)" in page.text
    assert f"from '{SITE_URL}data/all.parquet'" in page.text


def test_a_title_is_no_markdown_where_it_would_be_markdown() -> None:
    """What is copied shows the same title in a README, too."""
    text = page_of(files_of(history([5]), title="a](x) *b*\n`c` <d>")).text
    assert r"[![a\](x) \*b\* \`c\` \<d\>](" in text
