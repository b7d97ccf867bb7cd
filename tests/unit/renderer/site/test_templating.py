"""What the templates have beside the words."""

from renderer.site.templating import escape_markdown


def test_text_is_text_in_markdown() -> None:
    """On one line, with no sign that means something."""
    assert (
        escape_markdown("a_b*c\n`d` [e](f) <g> \\")
        == r"a\_b\*c \`d\` \[e\](f) \<g\> \\"
    )
