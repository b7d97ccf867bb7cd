"""How a language names what is counted."""

from renderer.site.introduction import strip_unsafe


def test_a_title_loses_what_no_xml_can_hold() -> None:
    """Control characters, half characters and those that are none."""
    assert (
        strip_unsafe("a\0\x1b\t\n\udcffb\ufffe\uffff\U0001f431") == "a\t\nb\U0001f431"
    )
