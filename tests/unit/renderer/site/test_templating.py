"""What the templates have beside the words, and what they must not lack."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    UndefinedError,
)

from renderer.site import TEMPLATES, templating
from renderer.site.page import render_files
from renderer.site.templating import (
    SUFFIXES,
    compile_templates,
    escape_markdown,
    let_numbers_break,
    load_templates,
)
from tests.unit.renderer.histories import TOKYO, history
from tests.unit.renderer.pages import view_of


def test_text_is_text_in_markdown() -> None:
    """On one line, with no sign that means something."""
    assert (
        escape_markdown("a_b*c\n`d` [e](f) <g> \\")
        == r"a\_b\*c \`d\` \[e\](f) \<g\> \\"
    )


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Give a folder in which all templates are compiled."""
    folder = tmp_path / "compiled"
    monkeypatch.setattr(templating, "COMPILED", folder)
    load_templates.cache_clear()
    compile_templates()
    yield folder
    load_templates.cache_clear()


@pytest.mark.usefixtures("compiled")
def test_what_is_compiled_is_not_compiled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each template, as the next process finds it; another text is compiled anew."""
    with monkeypatch.context() as compiler:
        compiler.setattr(Environment, "compile", None)
        load_templates.cache_clear()
        names = load_templates().list_templates(SUFFIXES)
        assert "index.html" in names
        assert all(load_templates().get_template(name) for name in names)
        changed = load_templates().overlay(loader=DictLoader({"index.html": "new"}))
        with pytest.raises(TypeError):
            changed.get_template("index.html")
    assert changed.get_template("index.html").render() == "new"


def test_what_was_compiled_and_is_broken_is_compiled_again(compiled: Path) -> None:
    """However much of it is there, and nothing of it is left by the next build."""
    [path] = [path for path in compiled.iterdir() if b"404.html" in path.read_bytes()]
    whole = path.read_bytes()
    for length in (0, 1, 15, 20, 40, 64, 80, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        load_templates.cache_clear()
        assert load_templates().get_template("404.html")
    (compiled / "left").touch()
    compile_templates()
    assert path.read_bytes() == whole
    assert not (compiled / "left").exists()


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="1,234,567 presses">',
        "<title>1,234,567 presses</title>",
        '<script type="application/ld+json">{"count": "1,234,567"}</script>',
        "<pre><code>1,234,567</code></pre>",
        "<td>1,234,567</td>",
        "<svg><text>1,234,567</text></svg>",
        "<p>12,345, 1 and 12</p>",
    ],
)
def test_a_number_may_break_only_where_it_is_long_and_read(html: str) -> None:
    """Behind its commas; a short one, what is copied and tables stay as they are."""
    broken = let_numbers_break(f"{html}<p>{html}, (+1,234,567), 1</p>")
    number = '<span class="number">(+1,<wbr>234,<wbr>567),</span>'
    assert broken == f"{html}<p>{html}, {number} 1</p>"


def test_a_name_that_the_summary_lacks_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not an empty place on the page."""
    environment = load_templates()
    wrong = DictLoader({"index.html": "{{ summary.cuont }}"})
    loader = ChoiceLoader([wrong, FileSystemLoader(TEMPLATES)])
    changed = environment.overlay(loader=loader)
    monkeypatch.setattr("renderer.site.page.load_templates", lambda: changed)
    view: Any = view_of(history([5]), TOKYO)[0]
    with pytest.raises(UndefinedError, match="cuont"):
        render_files(view)
