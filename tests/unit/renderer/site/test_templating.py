"""What the templates have beside the words, and what they must not lack."""

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


def test_what_is_compiled_is_not_compiled_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each template, as the next process finds it; another text is compiled anew."""
    monkeypatch.setattr(templating, "COMPILED", tmp_path / "compiled")
    load_templates.cache_clear()
    compile_templates()
    with monkeypatch.context() as compiler:
        compiler.setattr(Environment, "compile", None)
        load_templates.cache_clear()
        compile_templates()
        assert load_templates().get_template("index.html")
        changed = load_templates().overlay(loader=DictLoader({"index.html": "new"}))
        with pytest.raises(TypeError):
            changed.get_template("index.html")
    assert changed.get_template("index.html").render() == "new"
    load_templates.cache_clear()


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
    broken = let_numbers_break(f"{html}<p>+1,234,567</p>")
    number = '<span class="number">+1,<wbr>234,<wbr>567</span>'
    assert broken == f"{html}<p>{number}</p>"


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
