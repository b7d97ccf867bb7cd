"""How a language names what is counted, by the operator's words or its own; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from renderer.site.languages import Language
from renderer.site.words import say
from renderer.subject import Subject, find_language


def introduce(
    subject: Subject, texts: Mapping[str, Any], language: Language
) -> dict[str, Any]:
    """Return what the templates of a language say of the subject.

    title: its name, `title_lang` the language of that where it is another one, and
    `name` both, for texts of HTML. about: a sentence on it. home: what a link to its
    own page says. unit: what one is of.
    """
    code, words = language.code, texts["subject"]
    title = subject.title
    # What another language calls it, the operator may say; of the default we know it.
    own = words["title"] if subject.is_default else title
    title = strip_unsafe(subject.titles.get(code) or own)
    found = find_language(title, code)
    title_lang = None if found == code else found
    mark = Markup('<span lang="{}">{}</span>')
    name = mark.format(title_lang, title) if title_lang else title
    about = words["about"] if subject.is_default else words["about_other"]
    return {
        "title": title,
        "title_lang": title_lang,
        "name": name,
        "about": subject.abouts.get(code) or say(about, title=name),
        "home": words["home"] if subject.is_default else words["home_other"],
        "unit": subject.units.get(code) or words["unit"],
        "subject": subject,
    }


def strip_unsafe(title: str) -> str:
    r"""Return a title without the characters that no XML file can hold.

    `strip_unsafe("a\0b")` is `ab`. https://www.w3.org/TR/xml/#charsets
    """
    return "".join(
        character
        for character in title
        if character in "\t\n"
        or " " <= character < "\ud800"
        or "\ue000" <= character < "\ufffe"
        or character > "\uffff"
    )
