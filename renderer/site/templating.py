"""The template engine, set up for this site; pure."""

from __future__ import annotations

import pickle
import re
import shutil
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
)

from renderer.site import TEMPLATES
from renderer.site.words import (
    find_direction,
    format_change,
    format_count,
    format_percent,
    format_rate,
    say,
)

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

# The templates as Python runs them: the images have them, a checkout has not.
COMPILED = TEMPLATES / "__pycache__"
SUFFIXES = ("css", "html", "svg", "xml")
# The long numbers of a page, and what may hold some that are to stay in one piece.
NUMBERS = re.compile(
    r"<(?P<tag>script|style|title|pre|td|svg)\b.*?</(?P=tag)>|<[^>]*>"
    r"|(?P<number>[（(]?[+−-]?\d{1,3}(?:,\d{3}){2,}[）)、。,.]*)",
    re.DOTALL,
)


class _Compiled(FileSystemBytecodeCache):
    """What was compiled before; nothing is added, as the root may be read-only."""

    def load_bytecode(self, bucket: Bucket) -> None:
        # Jinja compiles anew what is no longer of use, but not what was cut off.
        try:
            super().load_bytecode(bucket)
        except (EOFError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        pass


@cache
def load_templates() -> Environment:
    """Return the templates; what is put into them is text, in XML and SVG too.

    What is not in `COMPILED` is compiled once in a process: that takes ten times as
    long as to render a page.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=_Compiled(str(COMPILED)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "grouped": format_count,
        "percent": format_percent,
        "rate": format_rate,
        "change": format_change,
        "direction": find_direction,
        "say": say,
        "markdown": escape_markdown,
        "opening": open_sentence,
    }
    environment.filters.update(filters)
    return environment


def let_numbers_break(html: str) -> str:
    """Return a page whose long numbers may go on in the next line, behind a comma.

    Only those for which a line of their own is too short: a number is an element, in
    `1,234,567` it is `<span class="number">1,<wbr>234,<wbr>567</span>`. What is to be
    copied, what no browser shows as text, and tables stay as they are.
    """
    return NUMBERS.sub(
        lambda found: enclose(found["number"]) if found["number"] else found[0], html
    )


def enclose(number: str) -> str:
    """Return a number as an element that may break behind its commas.

    What stands at its edges is a part of it: a line may begin before any element.
    """
    broken = re.sub(r",(?=\d)", ",<wbr>", number)
    return f'<span class="number">{broken}</span>'


def open_sentence(text: str) -> str:
    """Return text as a sentence begins with it: `presses` is `Presses` there."""
    return text[:1].upper() + text[1:]


def escape_markdown(text: str) -> str:
    r"""Return text on one line that Markdown shows as it is.

    `escape_markdown("a_b\nc")` is `a\_b c`.
    """
    return re.sub(r"([\\`*_\[\]<>&!#|~])", r"\\\1", " ".join(text.split()))


def compile_templates() -> None:
    """Compile all templates for the processes after this one.

    What was compiled before is removed: a file's name tells of a template's text, but
    not of how it was compiled.
    """
    shutil.rmtree(COMPILED, ignore_errors=True)
    COMPILED.mkdir()
    writing = FileSystemBytecodeCache(str(COMPILED))
    environment = load_templates().overlay(bytecode_cache=writing)
    for name in environment.list_templates(extensions=SUFFIXES):
        environment.get_template(name)


if __name__ == "__main__":
    compile_templates()
